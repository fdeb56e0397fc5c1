//! How a game ended.

use marchland_game::{Outcome, PlayerId, Readings, Reduction};

use super::game::Game;

impl Game {
    /// The outcome of the turns played so far.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let mut outcome = Outcome::default();
        self.outcome_into(&mut outcome);
        outcome
    }

    /// The same, into a value that is reused.
    pub fn outcome_into(&self, outcome: &mut Outcome) {
        let glance = self.glance();
        let catalogue = &self.scenario.catalogue;
        outcome.status.clear();
        outcome.exit = None;
        outcome.turn = None;
        outcome.turns = self.state.turn - 1;
        match self.scenario.regime {
            None => outcome.status.push_str("ended"),
            Some(regime) => {
                let label = |id: marchland_game::IndicatorId| {
                    catalogue.indicators[id.index()].label(glance.now(id)).unwrap_or_default()
                };
                outcome.status.push_str(label(regime.status));
                if !catalogue.indicators[regime.exit.index()].is_first(glance.now(regime.exit)) {
                    outcome.exit = Some(label(regime.exit).to_owned());
                    outcome.turn = Some(glance.now(regime.exit_turn) as u32);
                }
            }
        }
        outcome.measures.clear();
        outcome.measures.extend(self.state.measures.iter().zip(&catalogue.measures).map(|(sum, measure)| {
            match measure.over {
                Reduction::Last => sum.last,
                Reduction::Sum => sum.sum,
                Reduction::Mean => sum.sum / f64::from(sum.turns.max(1)),
                Reduction::Max => sum.max,
                Reduction::Min => sum.min,
                // What came before the turn asked for is another turn's.
                Reduction::At(_) if !measure.reached(outcome.turns) => f64::NAN,
                Reduction::At(_) => sum.at,
            }
        }));
        outcome.payoffs.clear();
        outcome.payoffs.extend((0..catalogue.players.len()).map(|at| self.payoff_so_far(PlayerId::from_index(at))));
        outcome.forfeits.clone_from(&self.state.forfeits);
        outcome.decisions.clone_from(&self.state.decisions);
        outcome.events.clear();
        outcome.events.extend(self.state.first_events.iter().map(|turn| (*turn > 0).then_some(*turn)));
    }

    /// A player's payoff over the turns played so far, its `at_end` terms as of now; none for a
    /// player never in the game.
    #[must_use]
    pub fn payoff_so_far(&self, player: PlayerId) -> Option<f64> {
        let gathered = self.state.payoffs[player.index()];
        (gathered.turns > 0).then(|| gathered.sum / f64::from(gathered.turns) + self.payoff_terms(player, true))
    }
}
