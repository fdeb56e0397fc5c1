//! Who listens, and what they may know.

use marchland_game::{Catalogue, IndicatorId, PlayerId, PlayerSet, Sight, Visibility};
use marchland_sim::scenario::Scenario;

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

/// How well an audience knows a number at the end of a month.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Known {
    /// As it is.
    Exactly,
    /// With an error of this standard deviation, in the indicator's unit.
    Within(f64),
    /// Not at all, or only as it was months ago.
    No,
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

    /// How well the audience knows an indicator: the room as well as whoever knows it worst.
    #[must_use]
    pub fn knows(self, scenario: &Scenario, id: IndicatorId) -> Known {
        let sight = &scenario.catalogue.indicators[id.index()].sight;
        let of = |player: PlayerId| match sight.get(player.index()) {
            Some(Sight::Exact { delay: 0 }) | None => Known::Exactly,
            Some(Sight::Noisy { delay: 0, sd }) => Known::Within(*sd),
            Some(_) => Known::No,
        };
        match self {
            Self::Everything => Known::Exactly,
            Self::Seat(player) => of(player),
            Self::Room => players(&scenario.catalogue).map(of).fold(Known::Exactly, worse),
        }
    }

    /// A count of people as the audience may be told it: whole, and no finer than two standard deviations of what it
    /// knows, so that no reader learns more than its own estimate says.
    #[must_use]
    pub fn count(self, scenario: &Scenario, id: IndicatorId, count: u64) -> Option<Count> {
        match self.knows(scenario, id) {
            Known::Exactly => Some(Count { of: count, about: false }),
            Known::Within(sd) => {
                let grain = grain(2.0 * sd);
                let of = (count + grain / 2) / grain * grain;
                (of > 0).then_some(Count { of, about: true })
            }
            Known::No => None,
        }
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

fn worse(a: Known, b: Known) -> Known {
    match (a, b) {
        (Known::No, _) | (_, Known::No) => Known::No,
        (Known::Within(a), Known::Within(b)) => Known::Within(marchland_game::number::max(a, b)),
        (Known::Within(sd), Known::Exactly) | (Known::Exactly, Known::Within(sd)) => Known::Within(sd),
        (Known::Exactly, Known::Exactly) => Known::Exactly,
    }
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

/// Players who know a number exactly, or within an error of at most this.
#[must_use]
pub fn of_indicator(scenario: &Scenario, id: IndicatorId, error: f64) -> PlayerSet {
    let knows = |player: &PlayerId| match Audience::Seat(*player).knows(scenario, id) {
        Known::Exactly => true,
        Known::Within(sd) => sd <= error,
        Known::No => false,
    };
    let knowing = players(&scenario.catalogue).filter(knows);
    let mut set = knowing.fold(PlayerSet::NOBODY, PlayerSet::with);
    if players(&scenario.catalogue).all(|player| set.contains(player)) {
        set = PlayerSet::EVERYBODY;
    }
    set
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_is_told_no_finer_than_it_is_known() {
        assert_eq!(grain(10.0), 10);
        assert_eq!(grain(4.0), 5);
        assert_eq!(worse(Known::Exactly, Known::Within(2.0)), Known::Within(2.0));
        assert_eq!(worse(Known::No, Known::Within(2.0)), Known::No);
    }
}
