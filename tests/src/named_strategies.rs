//! Whether the named strategies of the great scenario are different ones.

use marchland_experiments::statistics::paired_difference;
use marchland_game::{Catalogue, Outcome};

use crate::contests::Contest;
use crate::scenarios::Stage;

/// Pairs of a player's strategies that come out equal in every measure, with the reason.
pub const EQUIVALENT: &[(&str, [&str; 2], &str)] = &[];

/// Games of each strategy.
pub const GAMES: u64 = 96;

/// Scenarios and lineups under which strategies are told apart: the default one; one in which Russia stays
/// out, so that its garrison stands by nobody; and the neighbour, where the streets fill.
const PLACES: [(&str, &[(&str, &str)]); 3] =
    [("tajikistan-2010", &[]), ("tajikistan-2010", &[("russia", "r9-withdrawal")]), ("kyrgyzstan-2010", &[])];

/// A pair of a player's strategies, with the measures in which they differ.
pub struct Pair {
    /// Whose.
    pub player: String,
    /// The strategies.
    pub names: [String; 2],
    /// Measures with their mean differences, the second less the first, in the first place that tells the
    /// two apart.
    pub measures: Vec<(String, f64)>,
    /// Which place that is.
    pub place: usize,
}

/// All pairs of players' named strategies: paired over seeds from 0, 24 months, at an error of 5 % over
/// the measures together (Bonferroni).
pub fn pairs() -> Vec<Pair> {
    let stages = PLACES.map(|(scenario, lineup)| Stage::with(scenario, None, &[], lineup));
    let catalogue = &stages[0].scenario.catalogue;
    let mut pairs = Vec::new();
    for (at, player) in catalogue.players.iter().enumerate() {
        let specs = stages[0].scenario.strategies.iter();
        let own: Vec<&str> = specs
            .filter(|spec| spec.players.iter().any(|id| id.index() == at))
            .map(|spec| spec.name.as_str())
            .collect();
        let contests = stages.each_ref().map(|stage| Contest::new(stage, &player.id, 24, &[]));
        let mut played = [(); PLACES.len()].map(|()| vec![None; own.len()]);
        for second in 0..own.len() {
            for first in 0..second {
                let mut pair = Pair {
                    player: player.id.clone(),
                    names: [own[first].to_owned(), own[second].to_owned()],
                    measures: Vec::new(),
                    place: 0,
                };
                for (place, contest) in contests.iter().enumerate() {
                    // A player's own strategies take its seat: the second place is no other one for Russia.
                    if PLACES[place].1.iter().any(|(seat, _)| *seat == player.id) {
                        continue;
                    }
                    for one in [first, second] {
                        played[place][one].get_or_insert_with(|| contest.outcomes(own[one], 0..GAMES));
                    }
                    pair.place = place;
                    pair.measures = differing(&played[place], first, second, &stages[place].scenario.catalogue);
                    if !pair.measures.is_empty() {
                        break;
                    }
                }
                pairs.push(pair);
            }
        }
    }
    pairs
}

fn differing(
    played: &[Option<Vec<Outcome>>],
    first: usize,
    second: usize,
    catalogue: &Catalogue,
) -> Vec<(String, f64)> {
    let (Some(first), Some(second)) = (&played[first], &played[second]) else { return Vec::new() };
    let column = |of: &[Outcome], measure: usize| of.iter().map(|one| one.measures[measure]).collect::<Vec<f64>>();
    let measures = catalogue.measures.len();
    (0..measures)
        .filter_map(|at| {
            let found = paired_difference(&column(second, at), &column(first, at), 1.0 - 0.05 / measures as f64);
            let clear = found.interval.is_some_and(|interval| !interval.contains(0.0));
            clear.then(|| (catalogue.measures[at].id.clone(), found.mean.unwrap_or(0.0)))
        })
        .collect()
}

#[test]
fn named_strategies_differ_in_some_measure() {
    let pairs = pairs();
    let known =
        |pair: &Pair| EQUIVALENT.iter().any(|(player, names, _)| *player == pair.player && *names == pair.names);
    let equal = pairs.iter().filter(|pair| pair.measures.is_empty());
    let unexpected: Vec<_> = equal.filter(|pair| !known(pair)).map(|pair| (&pair.player, &pair.names)).collect();
    assert!(unexpected.is_empty(), "equal in every measure: {unexpected:?}");
    let differ = pairs.iter().filter(|pair| known(pair) && !pair.measures.is_empty());
    let stale: Vec<_> = differ.map(|pair| (&pair.player, &pair.names)).collect();
    assert!(stale.is_empty(), "listed as equivalent, and they differ: {stale:?}");
}
