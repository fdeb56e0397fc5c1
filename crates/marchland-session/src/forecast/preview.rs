//! What an order package is expected to change, as far as its seat can tell.

use marchland_game::{Choice, PlayerId};
use marchland_statistics::{PairedDifference, paired_difference};
use serde::Serialize;

use super::position::Position;
use super::{FUTURES, Forecaster, HORIZON, LEVEL, NOTICE};

/// The expected change of one payoff term, in payoff.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct TermChange {
    /// The term.
    pub term: String,
    /// Its indicator.
    pub indicator: String,
    /// Whether it counts at the end alone.
    pub at_end: bool,
    /// Package less package so far: weighted, mean over the turns imagined.
    pub change: PairedDifference,
}

/// The expected change of an indicator, at the end of the turns imagined.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct IndicatorChange {
    /// The indicator.
    pub indicator: String,
    /// Its unit.
    pub unit: String,
    /// Package less package so far.
    pub change: PairedDifference,
}

/// What a package is expected to change against the package so far, from one seat's knowledge only.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Preview {
    /// [`NOTICE`].
    pub notice: &'static str,
    /// Whose.
    pub player: String,
    /// The turn being played.
    pub turn: u32,
    /// Turns imagined, this one included.
    pub turns: u32,
    /// Imagined futures, the same for both packages.
    pub futures: u64,
    /// Futures stopped by a broken invariant; in no figure.
    pub failed: u64,
    /// Confidence of the intervals.
    pub level: f64,
    /// The package so far.
    pub base: Vec<String>,
    /// The package previewed.
    pub package: Vec<String>,
    /// The change of the payoff, and the payoff's range.
    pub payoff: PairedDifference,
    /// The worst and the best payoff there is.
    pub range: (f64, f64),
    /// By payoff term, in the scenario's order.
    pub terms: Vec<TermChange>,
    /// By key indicator.
    pub indicators: Vec<IndicatorChange>,
}

impl Forecaster {
    /// What `package` is expected to change against `base`, in the same [`FUTURES`] imagined futures of
    /// at most [`HORIZON`] turns, from what the seat knows and from nothing else.
    #[must_use]
    pub fn preview(&self, from: &Position, viewer: PlayerId, base: &Choice, package: &Choice) -> Preview {
        let catalogue = &self.scenario.catalogue;
        let player = &catalogue.players[viewer.index()];
        let wanted = self.key_indicators(viewer);
        let turns = HORIZON.min(from.turns_left()).max(1);
        let choices = [package.clone(), base.clone()];
        let futures = self.futures(from, viewer, &choices, 0..FUTURES, turns, &wanted);
        let compare = |figure: &dyn Fn(&super::FutureOf) -> f64| {
            paired_difference(&futures.column(0, figure), &futures.column(1, figure), LEVEL)
        };
        let terms = player.payoffs.terms.iter().enumerate().map(|(at, term)| TermChange {
            term: term.id.clone(),
            indicator: catalogue.indicators[term.indicator.index()].path.clone(),
            at_end: term.at_end,
            change: compare(&|future| future.terms[at]),
        });
        let indicators = wanted.iter().enumerate().map(|(at, id)| {
            let info = &catalogue.indicators[id.index()];
            IndicatorChange {
                indicator: info.path.clone(),
                unit: info.unit.clone(),
                change: compare(&|future| future.readings[at]),
            }
        });
        let names = |choice: &Choice| {
            let orders = choice.orders.iter().map(|order| catalogue.order_name(*order));
            let ballots = choice.ballots.iter().map(|ballot| {
                let motion = &catalogue.motions[ballot.motion.index()].id;
                format!("vote {motion} {}", vote_name(ballot.vote))
            });
            orders.chain(ballots).collect()
        };
        Preview {
            notice: NOTICE,
            player: player.id.clone(),
            turn: from.state().turn,
            turns,
            futures: FUTURES - futures.failed,
            failed: futures.failed,
            level: LEVEL,
            base: names(base),
            package: names(package),
            payoff: compare(&super::FutureOf::payoff),
            range: player.payoffs.range,
            terms: terms.collect(),
            indicators: indicators.collect(),
        }
    }
}

/// A vote's word.
pub(crate) fn vote_name(vote: marchland_game::Vote) -> &'static str {
    match vote {
        marchland_game::Vote::Yes => "yes",
        marchland_game::Vote::No => "no",
        marchland_game::Vote::Abstain => "abstain",
    }
}
