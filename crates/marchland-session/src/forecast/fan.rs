//! How an indicator spreads over the turns of many futures.

use marchland_statistics::quantile;
use serde::Serialize;

/// An indicator by turn.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fan {
    /// Path of the indicator.
    pub indicator: String,
    /// Its unit.
    pub unit: String,
    /// From the state that the futures start from (the turn before the next one to end) to the last turn.
    pub turns: Vec<FanTurn>,
}

/// The futures' values at the end of one turn.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct FanTurn {
    /// The turn at whose end.
    pub turn: u32,
    /// Futures that were still being played.
    pub games: u64,
    /// 5 % quantile.
    pub q05: f64,
    /// Lower quartile.
    pub q25: f64,
    /// Median.
    pub median: f64,
    /// Upper quartile.
    pub q75: f64,
    /// 95 % quantile.
    pub q95: f64,
}

impl Fan {
    /// From paths of equal start: `paths[i]` holds `wanted` readings a turn, this indicator's at `at`.
    pub(super) fn of(
        (indicator, unit): (&str, &str),
        first_turn: u32,
        paths: &[&[f64]],
        (wanted, at): (usize, usize),
    ) -> Self {
        let longest = paths.iter().map(|path| path.len() / wanted).max().unwrap_or(0);
        let turns = (0..longest)
            .map(|row| {
                let values: Vec<f64> = paths.iter().filter_map(|path| path.get(row * wanted + at).copied()).collect();
                let at = |p: f64| quantile(&values, p).unwrap_or(f64::NAN);
                FanTurn {
                    turn: first_turn + row as u32,
                    games: values.len() as u64,
                    q05: at(0.05),
                    q25: at(0.25),
                    median: at(0.5),
                    q75: at(0.75),
                    q95: at(0.95),
                }
            })
            .collect();
        Self { indicator: indicator.to_owned(), unit: unit.to_owned(), turns }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn games_that_ended_leave_the_fan() {
        let paths: Vec<Vec<f64>> = (0..5).map(|i| vec![0.0, f64::from(i), 0.0, 1.0]).chain([vec![9.0, 9.0]]).collect();
        let paths: Vec<&[f64]> = paths.iter().map(Vec::as_slice).collect();
        let fan = Fan::of(("a.b", "share"), 3, &paths, (2, 1));
        assert_eq!(fan.turns.iter().map(|turn| (turn.turn, turn.games)).collect::<Vec<_>>(), [(3, 6), (4, 5)]);
        // Of 0, 1, 2, 3, 4 and 9.
        assert_eq!(fan.turns[0].median, 2.5);
        assert_eq!(fan.turns[1].q95, 1.0);
    }
}
