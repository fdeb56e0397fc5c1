//! Who listens, and what they may know.

use marchland_game::{Catalogue, IndicatorId, PlayerId, PlayerSet, Sight, Visibility};
use marchland_sim::scenario::Scenario;
use marchland_sim::turn::Game;

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
pub struct Known {
    /// Standard deviation of its error, in the indicator's unit; 0 where it is known as it is.
    pub sd: f64,
    /// Months until it is known.
    pub delay: u8,
}

impl Known {
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

    /// How well the audience knows an indicator: the room as well as whoever knows it worst. None where it does not.
    #[must_use]
    pub fn knows(self, scenario: &Scenario, id: IndicatorId) -> Option<Known> {
        let sight = &scenario.catalogue.indicators[id.index()].sight;
        let of = |player: PlayerId| match sight.get(player.index()) {
            None => Some(Known::EXACTLY),
            Some(Sight::Exact { delay }) => Some(Known { sd: 0.0, delay: *delay }),
            Some(Sight::Noisy { delay, sd }) => Some(Known { sd: *sd, delay: *delay }),
            Some(Sight::Hidden { .. }) => None,
        };
        match self {
            Self::Everything => Some(Known::EXACTLY),
            Self::Seat(player) => of(player),
            Self::Room => players(&scenario.catalogue).map(of).try_fold(Known::EXACTLY, |worst, own| {
                let own = own?;
                Some(Known { sd: marchland_game::number::max(worst.sd, own.sd), delay: worst.delay.max(own.delay) })
            }),
        }
    }

    /// Whether the audience knows an indicator as it is, after at most so many months.
    #[must_use]
    pub fn exactly(self, scenario: &Scenario, id: IndicatorId, within: u8) -> bool {
        self.knows(scenario, id).is_some_and(|known| known.sd == 0.0 && known.delay <= within)
    }

    /// What those who listen were shown of an indicator before a turn and at its end, where it truly was `before` and
    /// `now`: one reading for everybody who has a report of its own, the truth for whoever knows everything. Empty
    /// where somebody is never shown it, or has only reports and `game`, which remembers them, is not at hand.
    #[must_use]
    pub fn readings(
        self,
        scenario: &Scenario,
        game: Option<&Game>,
        id: IndicatorId,
        turn: u32,
        (before, now): (f64, f64),
    ) -> Vec<(f64, f64)> {
        let shown = |player: PlayerId| {
            let game = game?;
            let of = |turn: u32, truth: f64| game.shown(player, id, turn, truth);
            Some((of(turn.saturating_sub(1), before)?, of(turn, now)?))
        };
        match self.knows(scenario, id) {
            None => Vec::new(),
            Some(known) if known.sd == 0.0 => vec![(before, now)],
            // Nobody had a report of what was before the first month.
            Some(_) if turn <= 1 => Vec::new(),
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

    /// A count of people as the audience may be told it, as a newspaper has it: whole, and no finer than two standard
    /// deviations of the audience's own reports.
    #[must_use]
    pub fn count(self, scenario: &Scenario, id: IndicatorId, count: u64) -> Option<Count> {
        let known = self.knows(scenario, id)?;
        if known.sd == 0.0 {
            return Some(Count { of: count, about: false });
        }
        let grain = grain(2.0 * known.sd);
        let of = (count + grain / 2) / grain * grain;
        (of > 0).then_some(Count { of, about: true })
    }
}

/// A count of people as it may be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// How many.
    pub of: u64,
    /// Whether that is rounded.
    pub about: bool,
}

/// The round number to which a count with such an error is told.
fn grain(error: f64) -> u64 {
    [1, 2, 5, 10, 20, 50, 100, 200, 500].into_iter().find(|grain| *grain as f64 >= error).unwrap_or(1000)
}

fn players(catalogue: &Catalogue) -> impl Iterator<Item = PlayerId> + use<> {
    (0..catalogue.players.len()).map(PlayerId::from_index)
}

/// Who knows of an order, leaked or not.
#[must_use]
pub fn of_order(visibility: &Visibility, by: PlayerId, leaked: bool) -> PlayerSet {
    match visibility {
        _ if leaked => PlayerSet::EVERYBODY,
        Visibility::Public => PlayerSet::EVERYBODY,
        Visibility::Private(others) => others.with(by),
        Visibility::Covert => PlayerSet::NOBODY.with(by),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_is_told_no_finer_than_it_is_known() {
        assert_eq!(grain(10.0), 10);
        assert_eq!(grain(4.0), 5);
    }
}
