//! Every decision against its alternatives, in the futures that its seat could imagine at the time.

use std::ops::Range;

use marchland_game::{Ballot, Choice, IndicatorId, Moment, Order, PlayerId, Stage, Vote};
use marchland_statistics::{Interval, MeanEstimate, PairedDifference, mean, mean_interval};
use serde::Serialize;

use super::marks::{self, Mark};
use crate::forecast::{Forecaster, FutureOf, Futures, Position, StandIns, vote_name};

/// A decision that was taken.
pub(super) struct TakenDecision {
    /// When.
    pub moment: Moment,
    /// Who.
    pub player: PlayerId,
    /// `human`, or the strategy.
    pub holder: String,
    /// Whether the clock ran out on a person.
    pub timed_out: bool,
    /// What was chosen.
    pub choice: Choice,
}

/// A stage as it stood before it took effect.
pub(super) struct StageBefore {
    /// Where the game stood; its lineup plays on.
    pub position: Position,
    /// Who stands in.
    pub stand_ins: StandIns,
    /// What everybody chose, by `PlayerId`.
    pub choices: Vec<Choice>,
    /// The decisions to be reviewed.
    pub taken: Vec<TakenDecision>,
}

/// What else a seat could have done.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Alternative {
    /// Its orders and ballots; empty for doing nothing.
    pub orders: Vec<String>,
    /// Payoff of the game, decision less alternative.
    pub payoff: PairedDifference,
    /// Chance that the head of government leaves irregularly by the end, decision less alternative; none
    /// without a regime.
    pub exit: Option<PairedDifference>,
    /// The main indicator at the end, decision less alternative; none where the scenario has none.
    pub main: Option<PairedDifference>,
}

/// What a decision is judged by, from one kind of future.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Judgement {
    /// Futures, the same for all alternatives.
    pub futures: u64,
    /// Payoff expected of the turns still to come, after the decision.
    pub expected: MeanEstimate,
    /// Chance of an irregular exit by the end, after the decision; none without a regime.
    pub exit_chance: Option<f64>,
    /// What else could have been done, the best first.
    pub alternatives: Vec<Alternative>,
    /// The word for it, where the intervals support one.
    pub mark: Option<Mark>,
    /// The largest supported difference to an alternative: of the payoff, as a share of its range, or of
    /// the chance of an exit. 0 where none is supported.
    pub weight: f64,
}

/// A decision with its judgement.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct DecisionReview {
    /// The turn.
    pub turn: u32,
    /// The month: `2010-04`.
    pub date: String,
    /// The round, from 0.
    pub round: u8,
    /// Orders or ballots.
    pub stage: Stage,
    /// Who.
    pub player: String,
    /// `human`, or the strategy that decided.
    pub holder: String,
    /// Whether the clock ran out on a person.
    pub timed_out: bool,
    /// What was chosen; empty for nothing.
    pub chosen: Vec<String>,
    /// Those of them whose outcome the facilitator overruled; empty in a review for a seat, which does not learn that.
    pub overruled: Vec<String>,
    /// By what the seat knew at the time.
    pub known: Judgement,
    /// By the truth, and by what the others then did: for the facilitator alone, where asked for.
    pub hindsight: Option<Judgement>,
}

/// Packages screened for each decision.
const SCREENED: usize = 20;
/// Futures by which all of them are screened at first.
const FIRST_SCREENING: u64 = 4;
/// Of those, the best that are screened further.
const PROMISING: usize = 7;
/// Futures by which these are screened in all.
const SCREENING: u64 = 16;
/// The first of the futures in which those that remain are compared: others than those that chose them,
/// so that being chosen for its luck does not count for an alternative.
const FRESH: u64 = 1 << 20;
/// Futures in which a decision is compared, unless told otherwise.
pub const FUTURES: u64 = 160;
/// Futures after which a decision is left that the rest of them would hardly decide. Stopping without a verdict makes no
/// verdict more frequent than its interval says.
const FIRST_LOOK: u64 = 32;

/// Judges one decision.
pub(super) fn judge(
    forecaster: &Forecaster,
    before: &StageBefore,
    taken: &TakenDecision,
    futures: u64,
    hindsight: bool,
) -> DecisionReview {
    let scenario = forecaster.scenario();
    let position = &before.position;
    let alternatives = alternatives(forecaster, position, taken);
    let mut choices = vec![taken.choice.clone()];
    choices.extend(alternatives);
    let turns = position.turns_left();
    let wanted: Vec<IndicatorId> = scenario.main_indicator.into_iter().collect();
    let judged = |play: &dyn Fn(Range<u64>) -> Futures| -> Judgement {
        let first = futures.min(FIRST_LOOK);
        let mut played = play(FRESH..FRESH + first);
        let seen = judgement(forecaster, position, taken.player, &choices, &played);
        let span = scenario.catalogue.players[taken.player.index()].payoffs.span();
        if first == futures || undecided(&seen, futures, span) {
            return seen;
        }
        played.extend(play(FRESH + first..FRESH + futures));
        judgement(forecaster, position, taken.player, &choices, &played)
    };
    let known = judged(&|samples| forecaster.futures(position, taken.player, &choices, samples, turns, &wanted));
    let hindsight = hindsight.then(|| {
        let (stand_ins, done) = (&before.stand_ins, &before.choices);
        judged(&|samples| {
            forecaster.futures_from_truth(position, stand_ins, done, taken.player, &choices, samples, &wanted)
        })
    });
    DecisionReview {
        turn: taken.moment.turn.0,
        date: scenario.calendar.start.of(taken.moment.turn).to_string(),
        round: taken.moment.round.0,
        stage: taken.moment.stage,
        player: scenario.catalogue.players[taken.player.index()].id.clone(),
        holder: taken.holder.clone(),
        timed_out: taken.timed_out,
        chosen: names(forecaster, &taken.choice),
        overruled: Vec::new(),
        known,
        hindsight,
    }
}

/// Whether all futures would leave a decision without a mark and without a clear difference, if their intervals lay
/// around the means of a first look and were narrower as more futures make them; payoffs have a range of `span`.
fn undecided(seen: &Judgement, futures: u64, span: f64) -> bool {
    let narrower = (seen.futures as f64 / futures as f64).sqrt();
    let foreseen = |one: &PairedDifference| -> PairedDifference {
        let around = |mean: f64, end: f64| mean + narrower * (end - mean);
        let interval = one.mean.zip(one.interval).map(|(mean, interval)| Interval {
            low: around(mean, interval.low),
            high: around(mean, interval.high),
            ..interval
        });
        PairedDifference { interval, ..*one }
    };
    let payoffs: Vec<PairedDifference> = seen.alternatives.iter().map(|one| foreseen(&one.payoff)).collect();
    let exits = seen.alternatives.iter().filter_map(|one| one.exit.as_ref()).map(foreseen);
    marks::mark(&payoffs, span).is_none() && !payoffs.iter().copied().chain(exits).any(|one| marks::clear(&one))
}

/// What else the seat could have done: of orders, those that fare best and worst in a screening, and
/// nothing; of ballots, each other vote on each motion.
fn alternatives(forecaster: &Forecaster, position: &Position, taken: &TakenDecision) -> Vec<Choice> {
    if taken.moment.stage == Stage::Ballots {
        return other_ballots(&taken.choice);
    }
    let sorted = |choice: &Choice| {
        let mut orders: Vec<Order> = choice.orders.to_vec();
        orders.sort_unstable();
        orders
    };
    let own = sorted(&taken.choice);
    let others: Vec<Choice> = forecaster
        .packages(position, taken.player, SCREENED)
        .into_iter()
        .map(|orders| Choice { orders, ..Choice::default() })
        .filter(|choice| sorted(choice) != own)
        .collect();
    let ranked = |among: &[usize], samples: Range<u64>| -> Vec<usize> {
        let asked: Vec<Choice> = among.iter().map(|at| others[*at].clone()).collect();
        let screened = forecaster.futures(position, taken.player, &asked, samples, position.turns_left(), &[]);
        let mut ranked: Vec<(usize, f64)> = among
            .iter()
            .enumerate()
            .map(|(column, at)| (*at, mean(&screened.column(column, FutureOf::payoff)).unwrap_or(f64::NEG_INFINITY)))
            .collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        ranked.into_iter().map(|(at, _)| at).collect()
    };
    let all: Vec<usize> = (0..others.len()).collect();
    let mut kept = ranked(&all, 0..FIRST_SCREENING);
    let worst = kept.last().copied();
    kept.truncate(PROMISING);
    kept = ranked(&kept, 0..SCREENING);
    kept.truncate(3);
    kept.extend(worst);
    kept.extend(others.iter().position(|choice| choice.orders.is_empty()));
    let mut once: Vec<usize> = Vec::new();
    for at in kept {
        if !once.contains(&at) {
            once.push(at);
        }
    }
    once.into_iter().map(|at| others[at].clone()).collect()
}

fn other_ballots(taken: &Choice) -> Vec<Choice> {
    let mut others = Vec::new();
    for (at, cast) in taken.ballots.iter().enumerate() {
        for vote in [Vote::Yes, Vote::No, Vote::Abstain].into_iter().filter(|vote| *vote != cast.vote) {
            let mut choice = taken.clone();
            choice.ballots = taken
                .ballots
                .iter()
                .enumerate()
                .map(|(other, ballot)| if other == at { Ballot { vote, ..*ballot } } else { *ballot })
                .collect();
            others.push(choice);
        }
    }
    others
}

fn judgement(
    forecaster: &Forecaster,
    position: &Position,
    player: PlayerId,
    choices: &[Choice],
    played: &Futures,
) -> Judgement {
    let scenario = forecaster.scenario();
    let table = &scenario.catalogue.players[player.index()].payoffs;
    // A term that counts month by month counts in the game's mean by the months still to come.
    let share = f64::from(position.turns_left()) / f64::from(position.setup.turns.max(1));
    let of_game = |future: &FutureOf| -> f64 {
        let terms = future.terms.iter().zip(&table.terms);
        terms.map(|(value, term)| if term.at_end { *value } else { share * value }).sum()
    };
    let exits = |future: &FutureOf| if future.exit { 1.0 } else { 0.0 };
    let columns = |figure: &dyn Fn(&FutureOf) -> f64| -> Vec<Vec<f64>> {
        (0..choices.len()).map(|at| played.column(at, figure)).collect()
    };
    let payoffs = columns(&of_game);
    let differences = marks::compare(&payoffs[0], &payoffs[1..]);
    let exit_columns = scenario.regime.map(|_| columns(&exits));
    let exit = exit_columns.as_ref().map(|columns| marks::compare(&columns[0], &columns[1..]));
    let main = scenario.main_indicator.map(|_| {
        let columns = columns(&|future| future.readings[0]);
        marks::compare(&columns[0], &columns[1..])
    });
    let supported = |list: &[PairedDifference], span: f64| {
        let sizes =
            list.iter().filter(|one| marks::clear(one)).filter_map(|one| one.mean).map(|mean| mean.abs() / span);
        sizes.fold(0.0, marchland_game::number::max)
    };
    let mut weight = supported(&differences, table.span());
    if let Some(exit) = &exit {
        weight = marchland_game::number::max(weight, supported(exit, 1.0));
    }
    let mut alternatives: Vec<Alternative> = choices[1..]
        .iter()
        .enumerate()
        .map(|(at, choice)| Alternative {
            orders: names(forecaster, choice),
            payoff: differences[at],
            exit: exit.as_ref().map(|list| list[at]),
            main: main.as_ref().map(|list| list[at]),
        })
        .collect();
    // The best alternative is the one that the decision falls furthest behind.
    alternatives.sort_by(|a, b| {
        let of = |one: &Alternative| one.payoff.mean.unwrap_or(f64::INFINITY);
        of(a).total_cmp(&of(b)).then_with(|| a.orders.cmp(&b.orders))
    });
    Judgement {
        futures: played.of[0].len() as u64,
        expected: mean_interval(&played.column(0, FutureOf::payoff), marks::LEVEL),
        exit_chance: exit_columns.as_ref().and_then(|columns| mean(&columns[0])),
        mark: marks::mark(&differences, table.span()),
        alternatives,
        weight,
    }
}

/// The names of orders and ballots.
pub(super) fn names(forecaster: &Forecaster, choice: &Choice) -> Vec<String> {
    let catalogue = &forecaster.scenario().catalogue;
    let orders = choice.orders.iter().map(|order| catalogue.order_name(*order));
    let ballots = choice
        .ballots
        .iter()
        .map(|ballot| format!("vote {} {}", catalogue.motions[ballot.motion.index()].id, vote_name(ballot.vote)));
    orders.chain(ballots).collect()
}
