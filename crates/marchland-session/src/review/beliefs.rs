//! What a seat believed against what was true, month by month.

use marchland_game::{IndicatorId, PlayerId, Readings, Sight, View};
use marchland_sim::turn::Game;
use serde::Serialize;

/// A seat's belief about one indicator over the game.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Belief {
    /// The player.
    pub player: String,
    /// The indicator.
    pub indicator: String,
    /// Its unit.
    pub unit: String,
    /// Month by month, at the time of the first decision.
    pub months: Vec<BeliefMonth>,
    /// Root of the mean squared distance from the truth, in the indicator's unit.
    pub error: f64,
    /// The same as a share of what is a great change of it: its range where that is a scale of its own,
    /// else the largest value it had.
    pub error_share: f64,
    /// What is a great change of it, in its unit: what errors are shares of.
    #[serde(skip)]
    pub scale: f64,
    /// The turn in which belief and truth lay furthest apart.
    pub furthest_turn: u32,
}

/// Belief and truth at one moment.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct BeliefMonth {
    /// The turn being decided.
    pub turn: u32,
    /// The truth.
    pub truth: f64,
    /// What the seat saw, or believed.
    pub believed: f64,
    /// Standard deviation of its error; 0 where the report is exact, though it may be old.
    pub sd: f64,
    /// Age of the report in months; none where it never saw one.
    pub age: Option<u32>,
}

/// What is being gathered for one seat.
pub(super) struct Gathering {
    player: PlayerId,
    list: Vec<(IndicatorId, Vec<BeliefMonth>)>,
}

impl Gathering {
    /// For a seat: those of `wanted` that it does not see exactly and at once.
    pub(super) fn new(game: &Game, player: PlayerId, wanted: &[IndicatorId]) -> Self {
        let catalogue = &game.scenario().catalogue;
        let doubtful = |id: &&IndicatorId| {
            let info = &catalogue.indicators[id.index()];
            info.labels.is_empty() && !matches!(info.sight[player.index()], Sight::Exact { delay: 0 })
        };
        Self { player, list: wanted.iter().filter(doubtful).map(|id| (*id, Vec::new())).collect() }
    }

    /// Takes in the moment before a month's first decision.
    pub(super) fn month(&mut self, game: &Game) {
        let (truth, view) = (game.truth(), game.view(self.player));
        let turn = game.state().turn;
        for (id, months) in &mut self.list {
            let estimate = view.estimate(*id);
            months.push(BeliefMonth {
                turn,
                truth: truth.now(*id),
                believed: estimate.value,
                sd: estimate.sd,
                age: estimate.age,
            });
        }
    }

    /// What was gathered, the furthest from the truth first.
    pub(super) fn finish(self, game: &Game) -> Vec<Belief> {
        let catalogue = &game.scenario().catalogue;
        let player = &catalogue.players[self.player.index()].id;
        let mut beliefs: Vec<Belief> = self
            .list
            .into_iter()
            .filter(|(_, months)| !months.is_empty())
            .map(|(id, months)| {
                let info = &catalogue.indicators[id.index()];
                let distance = |month: &BeliefMonth| (month.believed - month.truth).abs();
                let squares: f64 = months.iter().map(|month| distance(month) * distance(month)).sum();
                let error = (squares / months.len() as f64).sqrt();
                let range = info.range.1 - info.range.0;
                let largest = months.iter().map(|month| month.truth.abs()).fold(0.0, marchland_game::number::max);
                let scale = if range <= 10.0 || largest == 0.0 { range } else { largest };
                let mut furthest = &months[0];
                for month in &months {
                    if distance(month) > distance(furthest) {
                        furthest = month;
                    }
                }
                Belief {
                    player: player.clone(),
                    indicator: info.path.clone(),
                    unit: info.unit.clone(),
                    error,
                    error_share: error / scale,
                    scale,
                    furthest_turn: furthest.turn,
                    months,
                }
            })
            .collect();
        beliefs.sort_by(|a, b| b.error_share.total_cmp(&a.error_share).then_with(|| a.indicator.cmp(&b.indicator)));
        beliefs
    }
}
