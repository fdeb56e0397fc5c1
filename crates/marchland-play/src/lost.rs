//! Decisions that outside programs lost, and the games that are forfeited by it.

use std::collections::BTreeMap;

use marchland_game::Outcome;

use crate::players::forfeited;

/// How many decisions the programs of seats lost: to time-outs, crashes, and answers that are illegal,
/// garbled or to another question.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct LostDecisions {
    /// By player, those without a loss left out.
    pub players: BTreeMap<String, SeatLosses>,
    /// Games counted.
    pub games: u64,
    /// Games in which a seat lost a larger share than [`crate::FORFEIT_SHARE`].
    pub forfeited: u64,
}

/// What one seat lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SeatLosses {
    /// Decisions lost.
    pub lost: u64,
    /// Decisions that there were to take in the games with a loss.
    pub of: u64,
    /// Games with a loss.
    pub games: u64,
}

impl LostDecisions {
    /// Counts a game. `players` are their names, in the catalogue's order.
    pub fn add<'a>(&mut self, players: impl Iterator<Item = &'a str>, outcome: &Outcome) {
        self.games += 1;
        self.forfeited += u64::from(forfeited(outcome));
        for ((player, &lost), &of) in players.zip(&outcome.forfeits).zip(&outcome.decisions) {
            self.add_seat(player, u64::from(lost), u64::from(of));
        }
    }

    /// Counts a seat of a game: decisions lost, of how many.
    pub fn add_seat(&mut self, player: &str, lost: u64, of: u64) {
        if lost > 0 {
            let seat = self.players.entry(player.to_owned()).or_default();
            seat.lost += lost;
            seat.of += of;
            seat.games += 1;
        }
    }

    /// Adds what another has counted.
    pub fn add_all(&mut self, other: &Self) {
        self.games += other.games;
        self.forfeited += other.forfeited;
        for (player, lost) in &other.players {
            let seat = self.players.entry(player.clone()).or_default();
            seat.lost += lost.lost;
            seat.of += lost.of;
            seat.games += lost.games;
        }
    }

    /// Whether nothing was lost.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.players.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn losses_are_counted_by_seat_and_games_forfeited_by_share() {
        let outcome = |lost: u32| Outcome { forfeits: vec![0, lost], decisions: vec![20, 20], ..Outcome::default() };
        let mut all = LostDecisions::default();
        for lost in [0, 2, 3] {
            all.add(["a", "b"].into_iter(), &outcome(lost));
        }
        assert_eq!(all.players.keys().collect::<Vec<_>>(), ["b"]);
        assert_eq!(all.players["b"], SeatLosses { lost: 5, of: 40, games: 2 });
        assert_eq!((all.games, all.forfeited), (3, 1));
        assert!(LostDecisions::default().is_none());
    }
}
