//! Every decision against its alternatives, in the futures that its seat could imagine at the time.

use std::ops::Range;

use marchland_game::{Ballot, Choice, IndicatorId, Moment, Order, PlayerId, Stage, Vote};
use marchland_statistics::{MeanEstimate, PairedDifference, mean, mean_interval, paired_difference};
use serde::Serialize;

use super::looks;
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
    /// The payoff term that makes most of that difference; none where it is not clear, or no term makes half of it.
    pub most: Option<TermPart>,
    /// Chance that the head of government leaves irregularly by the end, decision less alternative; none
    /// without a regime.
    pub exit: Option<PairedDifference>,
    /// The main indicator at the end, decision less alternative; none where the scenario has none.
    pub main: Option<PairedDifference>,
}

/// What a payoff term makes of a difference.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct TermPart {
    /// The term.
    pub term: String,
    /// Its indicator.
    pub indicator: String,
    /// Payoff of the game by this term, decision less alternative.
    pub payoff: f64,
}

/// What a decision is judged by, from one kind of future.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Judgement {
    /// Futures of the decision. An alternative was played in the first of them, until its difference was plain or more of
    /// them would hardly have made it so; how many, its [`PairedDifference`] says.
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
/// The screening, by sequential halving (Karnin, Koren & Somekh 2013): after so many futures in all, so many packages are
/// left, those that fared best. Chosen among six such plans on 38 decisions of one game and looked at again on 34 of another
/// crisis: by the means of 200 other futures of each package, the best of those left fell behind the best of all by .0001 of
/// the payoff range on average, as after twice as many futures, on the second game in the same one decision.
const SCREENING: [(u64, usize); 3] = [(1, 8), (2, 5), (5, 3)];
/// The first of the futures in which those that remain are compared: others than those that chose them,
/// so that being chosen for its luck does not count for an alternative.
const FRESH: u64 = 1 << 20;
/// Futures in which a decision is compared at most, unless told otherwise.
pub const FUTURES: u64 = 160;

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
    let judged = |play: &Play<'_>| judgement(forecaster, position, taken.player, &choices, futures, play);
    let known =
        judged(&|choices, samples| forecaster.futures(position, taken.player, choices, samples, turns, &wanted));
    let hindsight = hindsight.then(|| {
        let (stand_ins, done) = (&before.stand_ins, &before.choices);
        judged(&|choices, samples| {
            forecaster.futures_from_truth(position, stand_ins, done, taken.player, choices, samples, &wanted)
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

/// Plays some choices in the futures of some numbers.
type Play<'a> = dyn Fn(&[Choice], Range<u64>) -> Futures + 'a;

/// What else the seat could have done: of orders, those that fare best in a screening, and nothing (that it did not do
/// what is bad makes no decision a turning point); of ballots, each other vote on each motion.
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
    let mut payoffs: Vec<Vec<f64>> = vec![Vec::new(); others.len()];
    let mut kept: Vec<usize> = (0..others.len()).collect();
    let mut from = 0;
    for (to, most) in SCREENING {
        let asked: Vec<Choice> = kept.iter().map(|at| others[*at].clone()).collect();
        let screened = forecaster.futures(position, taken.player, &asked, from..to, position.turns_left(), &[]);
        for (column, at) in kept.iter().enumerate() {
            payoffs[*at].extend(screened.column(column, FutureOf::payoff));
        }
        let fared = |at: usize| mean(&payoffs[at]).unwrap_or(f64::NEG_INFINITY);
        kept.sort_by(|a, b| fared(*b).total_cmp(&fared(*a)).then(a.cmp(b)));
        kept.truncate(most);
        from = to;
    }
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

/// Compares a decision (the first of `choices`) with its alternatives, in at most `futures` futures.
fn judgement(
    forecaster: &Forecaster,
    position: &Position,
    player: PlayerId,
    choices: &[Choice],
    futures: u64,
    play: &Play<'_>,
) -> Judgement {
    let scenario = forecaster.scenario();
    let table = &scenario.catalogue.players[player.index()].payoffs;
    // A term that counts month by month counts in the game's mean by the months still to come.
    let share = f64::from(position.turns_left()) / f64::from(position.setup.turns.max(1));
    let of_term = |future: &FutureOf, at: usize| -> f64 {
        let counted = if table.terms[at].at_end { 1.0 } else { share };
        counted * future.terms[at]
    };
    let of_game = |future: &FutureOf| -> f64 { (0..table.terms.len()).map(|at| of_term(future, at)).sum() };
    let exits = |future: &FutureOf| if future.exit { 1.0 } else { 0.0 };
    let mut played: Vec<Vec<FutureOf>> = vec![Vec::new(); choices.len()];
    let against = |played: &[Vec<FutureOf>], at: usize, level: f64, figure: &dyn Fn(&FutureOf) -> f64| {
        let other: Vec<f64> = played[at + 1].iter().map(figure).collect();
        let taken: Vec<f64> = played[0].iter().take(other.len()).map(figure).collect();
        paired_difference(&taken, &other, level)
    };
    let levels = looks::in_looks(choices.len() - 1, futures, |open, samples, looks| {
        let asked = || std::iter::once(0).chain(open.iter().map(|at| at + 1));
        let column: Vec<Choice> = asked().map(|at| choices[at].clone()).collect();
        let more = play(&column, FRESH + samples.start..FRESH + samples.end);
        for (at, more) in asked().zip(more.of) {
            played[at].extend(more);
        }
        let level = looks[0].level(choices.len() - 1);
        let worth = |at: usize| {
            let difference = |figure: &dyn Fn(&FutureOf) -> f64| against(&played, at, level, figure);
            let exit = scenario.regime.map(|_| difference(&exits));
            looks::worth_playing_on(&difference(&of_game), exit.as_ref(), table.span(), looks)
        };
        open.iter().copied().filter(|at| worth(*at)).collect()
    });
    let differences = |figure: &dyn Fn(&FutureOf) -> f64| -> Vec<PairedDifference> {
        (0..levels.len()).map(|at| against(&played, at, levels[at], figure)).collect()
    };
    let payoffs = differences(&of_game);
    let exit = scenario.regime.map(|_| differences(&exits));
    let main = scenario.main_indicator.map(|_| differences(&|future| future.readings[0]));
    let supported = |list: &[PairedDifference], span: f64| {
        let sizes =
            list.iter().filter(|one| marks::clear(one)).filter_map(|one| one.mean).map(|mean| mean.abs() / span);
        sizes.fold(0.0, marchland_game::number::max)
    };
    let mut weight = supported(&payoffs, table.span());
    if let Some(exit) = &exit {
        weight = marchland_game::number::max(weight, supported(exit, 1.0));
    }
    let most = |at: usize| -> Option<TermPart> {
        let whole = payoffs[at].mean.filter(|_| marks::clear(&payoffs[at]))?;
        let parts = table.terms.iter().enumerate().filter_map(|(term, of)| {
            let part = against(&played, at, levels[at], &|future| of_term(future, term)).mean?;
            (part * whole > 0.0 && part.abs() >= 0.5 * whole.abs()).then(|| TermPart {
                term: of.id.clone(),
                indicator: scenario.catalogue.indicators[of.indicator.index()].path.clone(),
                payoff: part,
            })
        });
        parts.max_by(|a, b| a.payoff.abs().total_cmp(&b.payoff.abs()))
    };
    let mut alternatives: Vec<Alternative> = choices[1..]
        .iter()
        .enumerate()
        .map(|(at, choice)| Alternative {
            orders: names(forecaster, choice),
            payoff: payoffs[at],
            most: most(at),
            exit: exit.as_ref().map(|list| list[at]),
            main: main.as_ref().map(|list| list[at]),
        })
        .collect();
    // The best alternative is the one that the decision falls furthest behind.
    alternatives.sort_by(|a, b| {
        let of = |one: &Alternative| one.payoff.mean.unwrap_or(f64::INFINITY);
        of(a).total_cmp(&of(b)).then_with(|| a.orders.cmp(&b.orders))
    });
    let taken = |figure: &dyn Fn(&FutureOf) -> f64| -> Vec<f64> { played[0].iter().map(figure).collect() };
    Judgement {
        futures: played[0].len() as u64,
        expected: mean_interval(&taken(&FutureOf::payoff), marks::LEVEL),
        exit_chance: scenario.regime.and_then(|_| mean(&taken(&exits))),
        mark: marks::mark(&payoffs, table.span()),
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
