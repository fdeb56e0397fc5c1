//! Who listens, and what they may know.

use marchland_game::{Catalogue, IndicatorId, PlayerId, PlayerSet, Sight};
use marchland_sim::scenario::Scenario;
use marchland_sim::turn::Game;

use super::scale::whole;

/// A count between two records: the turn and the value of each.
pub type Growth = (IndicatorId, (u32, f64), (u32, f64));

/// Who listens to a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Somebody who may know everything: a facilitator, or whoever runs a game alone.
    Everything,
    /// The room: what every player knows.
    Room,
    /// One seat.
    Seat(PlayerId),
}

/// How well an audience knows a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Precision {
    /// Standard deviation of its error, in the indicator's unit; 0 where it is known as it is.
    pub sd: f64,
    /// Months until it is known.
    pub delay: u8,
}

impl Precision {
    /// As it is, at once.
    pub const EXACTLY: Self = Self { sd: 0.0, delay: 0 };
}

impl Audience {
    /// Whether the audience knows of something that these players know of.
    #[must_use]
    pub fn hears(self, catalogue: &Catalogue, seen_by: PlayerSet) -> bool {
        match self {
            Self::Everything => true,
            Self::Room => players(catalogue).all(|player| seen_by.contains(player)),
            Self::Seat(player) => seen_by.contains(player),
        }
    }

    /// Whether the audience learns how a player's orders came out. Others hear that an order was given, and see what it
    /// did where they see the indicators that it moved: no observation tells them whether it succeeded.
    #[must_use]
    pub fn learns_result(self, of: PlayerId) -> bool {
        match self {
            Self::Everything => true,
            Self::Room => false,
            Self::Seat(player) => player == of,
        }
    }

    /// How well the audience knows an indicator: the room as well as whoever knows it worst. None where it does not.
    #[must_use]
    pub fn knows(self, scenario: &Scenario, id: IndicatorId) -> Option<Precision> {
        let sight = &scenario.catalogue.indicators[id.index()].sight;
        let of = |player: PlayerId| match sight.get(player.index()) {
            None => Some(Precision::EXACTLY),
            Some(Sight::Exact { delay }) => Some(Precision { sd: 0.0, delay: *delay }),
            Some(Sight::Noisy { delay, sd }) => Some(Precision { sd: *sd, delay: *delay }),
            Some(Sight::Hidden { .. }) => None,
        };
        match self {
            Self::Everything => Some(Precision::EXACTLY),
            Self::Seat(player) => of(player),
            Self::Room => players(&scenario.catalogue).map(of).try_fold(Precision::EXACTLY, |worst, own| {
                let own = own?;
                Some(Precision { sd: marchland_game::number::max(worst.sd, own.sd), delay: worst.delay.max(own.delay) })
            }),
        }
    }

    /// Whether the audience knows an indicator as it is, after at most so many months.
    #[must_use]
    pub fn exactly(self, scenario: &Scenario, id: IndicatorId, within: u8) -> bool {
        self.knows(scenario, id).is_some_and(|known| known.sd == 0.0 && known.delay <= within)
    }

    /// What those who listen were shown of an indicator in the records of two turns, where it truly was `before` and
    /// `now`: one reading for everybody who has a report of its own, the truth for whoever knows everything. Empty
    /// where somebody is never shown it, or has only reports and `game`, which remembers them, is not at hand.
    #[must_use]
    pub fn readings(
        self,
        scenario: &Scenario,
        game: Option<&Game>,
        id: IndicatorId,
        before: (u32, f64),
        now: (u32, f64),
    ) -> Vec<(f64, f64)> {
        let shown = |player: PlayerId| {
            let game = game?;
            let of = |(turn, truth): (u32, f64)| game.shown(player, id, turn, truth);
            Some((of(before)?, of(now)?))
        };
        match self.knows(scenario, id) {
            None => Vec::new(),
            Some(known) if known.sd == 0.0 => vec![(before.1, now.1)],
            // Nobody had a report of what was before the first month.
            Some(_) if before.0 == 0 => Vec::new(),
            Some(_) => {
                let all: Option<Vec<(f64, f64)>> = match self {
                    Self::Everything => None,
                    Self::Seat(player) => shown(player).map(|own| vec![own]),
                    Self::Room => players(&scenario.catalogue).map(shown).collect(),
                };
                all.unwrap_or_default()
            }
        }
    }
}

/// Counts of people as an audience may be told them: read off what it was shown, never off the truth behind.
#[derive(Clone, Copy)]
pub struct Counter<'a> {
    /// Who listens.
    pub audience: Audience,
    /// The world.
    pub scenario: &'a Scenario,
    /// The game that remembers everybody's reports, where it is at hand.
    pub game: Option<&'a Game>,
}

/// Standard deviations of a count's error up to which it is no news: of the few hundred that a game shows a seat,
/// hardly one gets there by error alone.
const NEWS: f64 = 3.0;
/// Standard deviations of a count's error to which it is rounded, and within which it is not sure.
const ROUNDED: f64 = 2.0;

impl Counter<'_> {
    /// By how many a count grew between the records of two turns, as everybody who listens had it.
    #[must_use]
    pub fn grown(&self, id: IndicatorId, before: (u32, f64), now: (u32, f64)) -> Option<Count> {
        let readings = self.audience.readings(self.scenario, self.game, id, before, now);
        let grown: Vec<u64> = readings.iter().map(growth).collect();
        // Two reports make it, each with an error of its own.
        count(&grown, self.sd(id)? * std::f64::consts::SQRT_2)
    }

    /// How many a count stood at in the record of a turn, as everybody who listens had it.
    #[must_use]
    pub fn total(&self, id: IndicatorId, now: (u32, f64)) -> Option<Count> {
        let readings = self.audience.readings(self.scenario, self.game, id, now, now);
        let totals: Vec<u64> = readings.iter().map(|(_, now)| whole(*now)).collect();
        count(&totals, self.sd(id)?)
    }

    /// By how many counts grew together between the records of two turns, at the least, as everybody who listens can
    /// be sure.
    #[must_use]
    pub fn surely_grown(&self, all: &[Growth]) -> Option<u64> {
        let (mut sum, mut variance) = (0, 0.0);
        for (id, before, now) in all {
            let readings = self.audience.readings(self.scenario, self.game, *id, *before, *now);
            sum += readings.iter().map(growth).min()?;
            let sd = self.sd(*id)?;
            variance += 2.0 * sd * sd;
        }
        Some(sum.saturating_sub(whole((ROUNDED * variance.sqrt()).ceil())))
    }

    fn sd(&self, id: IndicatorId) -> Option<f64> {
        Some(self.audience.knows(self.scenario, id)?.sd)
    }
}

/// A count of people as it may be told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// How many.
    pub of: u64,
    /// Whether that is rounded.
    pub about: bool,
}

/// Whole people that a reading of a count grew by.
fn growth((before, now): &(f64, f64)) -> u64 {
    whole(*now).saturating_sub(whole(*before))
}

/// A count as a newspaper has it, from everybody's own: as it is where nobody errs, else the roundest that all agree on,
/// no finer than their error allows. None where an error may have made it, or they agree on nothing.
fn count(own: &[u64], sd: f64) -> Option<Count> {
    /// Round numbers that a count may be told in.
    const GRAINS: [u64; 10] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
    let first = *own.first()?;
    if sd == 0.0 {
        return Some(Count { of: first, about: false });
    }
    if own.iter().any(|own| (*own as f64) < NEWS * sd) {
        return None;
    }
    let coarse = |grain: &u64| *grain as f64 >= ROUNDED * sd || *grain == GRAINS[GRAINS.len() - 1];
    GRAINS.into_iter().filter(coarse).find_map(|grain| {
        let rounded = |own: u64| (own + grain / 2) / grain * grain;
        let of = rounded(first);
        (of > 0 && own.iter().all(|own| rounded(*own) == of)).then_some(Count { of, about: true })
    })
}

fn players(catalogue: &Catalogue) -> impl Iterator<Item = PlayerId> + use<> {
    (0..catalogue.players.len()).map(PlayerId::from_index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_is_told_no_finer_than_it_is_known() {
        let about = |of: u64| Some(Count { of, about: true });
        assert_eq!(count(&[17], 0.0), Some(Count { of: 17, about: false }));
        assert_eq!(count(&[17], 5.0), about(20));
        assert_eq!(count(&[88], 20.0), about(100), "forty is no round number, fifty is");
        assert_eq!(count(&[14], 5.0), None, "an error may have made it");
        assert_eq!(count(&[88, 97, 112], 20.0), about(100));
        assert_eq!(count(&[430, 470, 380], 20.0), about(400), "they agree on hundreds, in twos");
        assert_eq!(count(&[88, 160], 20.0), None, "they agree on nothing");
        assert_eq!(count(&[], 0.0), None);
    }
}
