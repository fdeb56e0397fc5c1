//! One seat under different strategies: the same games, seed by seed, everybody else as in the lineup.

use std::ops::Range;

use marchland_experiments::compose;
use marchland_experiments::play::{Players, Status};
use marchland_experiments::statistics::{PairedDifference, paired_difference};
use marchland_game::{Lineup, Outcome, Seat};
use marchland_report::figures::Words as _;
use rayon::prelude::*;

use crate::scenarios::{Stage, registry};

/// A seat of a scenario, to be filled.
pub struct Contest<'a> {
    /// The scenario with its default lineup.
    pub stage: &'a Stage,
    /// The seat.
    pub player: &'a str,
    /// Turns of a game.
    pub turns: u32,
    players: Players,
}

impl<'a> Contest<'a> {
    /// A seat where strategies imagine the others as the scenario's `assumed` lineup, with these
    /// players' strategies exchanged.
    pub fn new(stage: &'a Stage, player: &'a str, turns: u32, assumed: &[(&str, &str)]) -> Self {
        let mut lineup = compose::assumed(&stage.scenario, &registry()).expect("an assumed lineup");
        for (other, text) in assumed {
            lineup.players[stage.player(other).index()] =
                Seat { name: "assumed".into(), strategy: stage.strategy(other, text) };
        }
        Self { stage, player, turns, players: Players::new(&stage.scenario, Some(lineup)) }
    }

    /// What games came to with a strategy in the seat, by seed.
    pub fn outcomes(&self, text: &str, seeds: Range<u64>) -> Vec<Outcome> {
        let lineup = self.stage.seated(self.player, &self.stage.strategy(self.player, text));
        self.outcomes_of(&lineup, seeds)
    }

    /// The same with a whole lineup.
    pub fn outcomes_of(&self, lineup: &Lineup, seeds: Range<u64>) -> Vec<Outcome> {
        seeds
            .into_par_iter()
            .map(|seed| {
                let setup =
                    marchland_sim::turn::Setup { lineup: lineup.clone(), ..self.stage.setup(seed, self.turns, false) };
                let mut outcome = Outcome::default();
                assert_eq!(self.players.play(&setup, &mut outcome, |_| {}), Status::Ok, "{}, seed {seed}", self.player);
                outcome
            })
            .collect()
    }

    /// The seat's payoffs as shares of its range, by seed.
    pub fn payoffs(&self, text: &str, seeds: Range<u64>) -> Vec<f64> {
        let id = self.stage.player(self.player);
        let table = &self.stage.scenario.catalogue.players[id.index()].payoffs;
        // Who lost its seat before the first month ended has no payoff: that is the worst there is.
        let share = |outcome: Outcome| match outcome.payoffs[id.index()] {
            Some(payoff) => (payoff - table.range.0) / table.span(),
            None => 0.0,
        };
        self.outcomes(text, seeds).into_iter().map(share).collect()
    }
}

/// Payoffs of one strategy in a seat, played only as far as they are asked for.
pub struct Series<'a> {
    contest: &'a Contest<'a>,
    text: String,
    payoffs: Vec<f64>,
}

impl<'a> Series<'a> {
    /// No game played yet.
    pub fn new(contest: &'a Contest<'a>, text: &str) -> Self {
        Self { contest, text: text.into(), payoffs: Vec::new() }
    }

    /// The first `games` payoffs, seeds from 0.
    pub fn first(&mut self, games: u64) -> &[f64] {
        let held = self.payoffs.len() as u64;
        if held < games {
            self.payoffs.extend(self.contest.payoffs(&self.text, held..games));
        }
        &self.payoffs[..games as usize]
    }
}

/// Looks of a sequential comparison, in pairs.
pub const LOOKS: [u64; 3] = [16, 32, 64];

/// Whether the first earns more than the second less `allowed`, decided at the first look that shows it
/// at an error of 5 % over all looks together (Bonferroni): 1.67 % a look, one-sided.
pub fn earns_more(first: &mut Series<'_>, second: &mut Series<'_>, allowed: f64) -> Result<PairedDifference, String> {
    let mut text = String::new();
    for pairs in LOOKS {
        let raised: Vec<f64> = first.first(pairs).iter().map(|payoff| payoff + allowed).collect();
        let found = paired_difference(&raised, second.first(pairs), 1.0 - 0.05 / LOOKS.len() as f64);
        if found.first_is_larger() {
            return Ok(found);
        }
        text = format!("{} against {}, {allowed} allowed: {}", first.text, second.text, found.words());
    }
    Err(text)
}
