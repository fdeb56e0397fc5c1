//! Scores of a hindcast: the engine, its rivals, and the differences between them.

use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};

use super::LEVEL;
use super::cases::{Cases, ColumnUse, Outcomes};
use super::fit::FitReport;
use super::play::{CaseOdds, Odds};
use super::range::DrawnRange;
use super::rule::Rule;
use crate::number::{max, min, sum};
use crate::statistics::{
    BootstrapOptions, Decomposition, Forecast, Interval, LEAST_EVENTS, LEAST_UNITS, Logit, auc_pr, auc_roc, bootstrap,
    brier, climatology, decomposition, draws, fit_logit, log_odds, log_score, skill,
};

/// Of a hundred resamples, the most in which a number may be undefined: leaving out more would say that they were like
/// the rest.
const MOST_UNDEFINED_IN_A_HUNDRED: u64 = 1;

/// How scores are taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScoreOptions {
    /// Resamples of groups.
    pub resamples: u32,
    /// Bins of the reliability.
    pub bins: usize,
    /// Folds by group, where no train rows are marked.
    pub folds: usize,
    /// Ridge of the logits, on standardised regressors.
    pub ridge: f64,
    /// Seed of resamples and folds.
    pub seed: u64,
}

impl Default for ScoreOptions {
    fn default() -> Self {
        Self { resamples: 2000, bins: 10, folds: 10, ridge: 1.0, seed: 1 }
    }
}

/// Who gives the probabilities.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Model {
    /// The engine by the rule.
    Engine,
    /// The engine, its log odds recalibrated where models are fitted.
    Recalibrated,
    /// A logit on the rule's own settings: the fair rival.
    Rival,
    /// A logit on the log odds of the rival and of the engine: does the engine add to it? It is fitted to odds that the
    /// rival gives to cases which it was not fitted on.
    Stack,
    /// The share of train rows; where none are marked, of the cases scored themselves, which no constant beats. It
    /// ranks nothing, so that its area under the ROC is ½.
    Climatology,
    /// A column of probabilities.
    Baseline(String),
    /// A logit on the log odds of such a column and of the engine.
    StackOn(String),
}

/// A number with its interval by groups: train rows, and what is fitted to them, are taken as given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ScoreEstimate {
    /// The number; none where it is not defined.
    pub value: Option<f64>,
    /// Its interval.
    pub interval: Option<Interval>,
    /// Why there is none.
    pub refused: Option<NoInterval>,
}

/// Why a number has no interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoInterval {
    /// The number itself is not defined.
    Undefined,
    /// Groups are what is independent, and there are too few.
    FewGroups {
        /// How many there are.
        groups: u64,
        /// Those needed.
        least: u64,
    },
    /// Too few cases with the event, or too few without.
    FewEvents {
        /// The fewer of either.
        events: u64,
        /// Those needed.
        least: u64,
    },
    /// Events lie in so few groups that many resamples hold none of them.
    Undrawn {
        /// Resamples in which the number is not defined.
        resamples: u64,
        /// Of so many.
        of: u64,
    },
    /// The model is fitted anew in every fold: its probabilities of cases of two folds are those of two models, and where
    /// the event is frequent elsewhere it is rare here, so that cases of different folds are ranked the wrong way round.
    Refitted,
}

impl ScoreEstimate {
    /// A number that is not given.
    const fn refused(why: NoInterval) -> Self {
        Self { value: None, interval: None, refused: Some(why) }
    }
}

/// A model's scores.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelScores {
    /// Whose.
    pub model: Model,
    /// Cases scored.
    pub cases: u64,
    /// Log score: 0 best.
    pub log: ScoreEstimate,
    /// Brier score: 0 best.
    pub brier: ScoreEstimate,
    /// Area under the receiver operating characteristic: ½ chance, 1 best. Where no train rows are marked, it compares
    /// cases of one fold with each other only.
    pub roc: ScoreEstimate,
    /// Area under precision over recall: the share of events chance, 1 best. Refused of models that are fitted anew in
    /// every fold.
    pub pr: ScoreEstimate,
    /// Skill of the log score against climatology.
    pub log_skill: ScoreEstimate,
    /// Skill of the Brier score against climatology.
    pub brier_skill: ScoreEstimate,
}

/// The engine against another, on the same cases.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DifferenceRow {
    /// Who is better where the difference is above 0.
    pub of: Model,
    /// Against whom.
    pub against: Model,
    /// Log score of the other less its own.
    pub log: ScoreEstimate,
    /// Its own area under the ROC less the other's, as [`ModelScores::roc`] has it.
    pub roc: ScoreEstimate,
}

/// The logit of the outcome on the engine's log odds, in the cases scored.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recalibration {
    /// Log odds where the engine says ½.
    pub intercept: ScoreEstimate,
    /// By which its log odds should be multiplied: below 1 it is too sure, above 1 not sure enough.
    pub slope: ScoreEstimate,
}

/// Scores for one outcome.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventScores {
    /// The event.
    pub event: String,
    /// The same in words.
    pub title: String,
    /// Cases scored.
    pub cases: u64,
    /// In how many it happened.
    pub events: u64,
    /// Groups among them.
    pub groups: u64,
    /// Groups that have train rows too.
    pub groups_in_train: u64,
    /// Cases scored that are of a year before the last train row's; none without years or train rows.
    pub before_train: Option<u64>,
    /// Mean share of the engine's games in which it happened, weighted.
    pub mean_probability: Option<f64>,
    /// Share in which it happened, weighted.
    pub share: Option<f64>,
    /// The least and largest share of a case's games.
    pub range: (f64, f64),
    /// What the finite number of games adds to the engine's Brier score.
    pub simulation: f64,
    /// Parts of the engine's Brier score.
    pub reliability: Option<Decomposition>,
    /// What recalibration would change; none where the engine says the same of all.
    pub recalibration: Option<Recalibration>,
    /// Scores by model.
    pub models: Vec<ModelScores>,
    /// Paired differences.
    pub differences: Vec<DifferenceRow>,
}

/// How the modes of the first outcome came out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModeScores {
    /// The measure that says it of a game.
    pub measure: String,
    /// What that measure is.
    pub meaning: String,
    /// Cases in which the outcome came about and its mode is known.
    pub cases: u64,
    /// Of which no game had the outcome, so that the engine says nothing.
    pub unplayed: u64,
    /// Log score of the engine's shares, those of games in which the outcome came about, half a game added to each mode.
    pub engine: f64,
    /// Log score of the record's shares where models are fitted, half a case added to each mode.
    pub shares: f64,
    /// Shares less engine, above 0 where the engine is better.
    pub difference: ScoreEstimate,
    /// Labels that the rule gives no code; they are left out.
    pub unread: Vec<String>,
    /// What the rule calls the mode, cases in which it came about, and how many the shares of the engine's games make.
    pub table: Vec<(String, u64, f64)>,
}

/// A hindcast, scored or blind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HindcastReport {
    /// What the rule is called.
    pub title: String,
    /// Where it comes from.
    pub sources: Vec<String>,
    /// Its hash.
    pub rule_hash: String,
    /// Cases.
    pub cases: u64,
    /// Of which train rows; none where none are marked.
    pub train: Option<u64>,
    /// Months of a case.
    pub months: u32,
    /// Games of a case.
    pub games: u64,
    /// Games of all cases that came to no result, and are left out.
    pub without_result: u64,
    /// Seed.
    pub seed: u64,
    /// Cases that are marked as simulated, not of any record.
    pub simulated: u64,
    /// SHA-256 of the outcomes scored; none where the hindcast is blind.
    pub outcomes_hash: Option<String>,
    /// How often outcomes of this folder have been looked at.
    pub looks: u64,
    /// Whether there are no outcomes at all.
    pub blind: bool,
    /// How the rule did where outcomes are known, by its file.
    #[serde(default)]
    pub record: Vec<String>,
    /// How far odds vary with the rule's constants, where that was asked.
    #[serde(default)]
    pub range: Option<DrawnRange>,
    /// The constants played.
    pub constants: Vec<(String, f64)>,
    /// What became of columns.
    pub columns: Vec<ColumnUse>,
    /// What fitting came to.
    pub fit: Option<FitReport>,
    /// How far from 0 and 1 probabilities are held in log scores.
    pub floor: f64,
    /// By outcome.
    pub events: Vec<EventScores>,
    /// Modes of the first.
    pub modes: Option<ModeScores>,
}

/// Scores test rows, or all rows where no train rows are marked: then what is fitted is fitted on other groups (folds),
/// and ranks are compared within folds.
#[must_use]
pub fn score(
    rule: &Rule,
    cases: &Cases,
    settings: &[Vec<f64>],
    odds: &[CaseOdds],
    outcomes: &Outcomes,
    options: &ScoreOptions,
) -> (Vec<EventScores>, Option<ModeScores>) {
    let scoring = Scoring { rule, cases, settings, odds, outcomes, options, folds: folds(cases, options) };
    let events = (0..rule.outcomes.len()).filter_map(|event| scoring.event(event)).collect();
    (events, scoring.modes())
}

/// The fold of every group.
fn folds(cases: &Cases, options: &ScoreOptions) -> Vec<usize> {
    let mut order: Vec<usize> = (0..cases.group_names.len()).collect();
    draws::shuffle(&mut draws::stream(draws::key(options.seed, "hindcast/folds", &[])), &mut order);
    let mut fold = vec![0; order.len()];
    order.iter().enumerate().for_each(|(place, group)| fold[*group] = place % options.folds);
    fold
}

struct Scoring<'a> {
    rule: &'a Rule,
    cases: &'a Cases,
    settings: &'a [Vec<f64>],
    odds: &'a [CaseOdds],
    outcomes: &'a Outcomes,
    options: &'a ScoreOptions,
    folds: Vec<usize>,
}

/// Cases of one outcome.
struct KnownCases {
    /// Cases in which it is known.
    cases: Vec<usize>,
    happened: Vec<bool>,
    weights: Vec<f64>,
    /// Whether each is scored.
    scored: Vec<bool>,
}

impl Scoring<'_> {
    fn known(&self, event: usize) -> KnownCases {
        let cases: Vec<usize> =
            (0..self.cases.len()).filter(|case| self.outcomes.happened[event][*case].is_some()).collect();
        KnownCases {
            happened: cases.iter().map(|case| self.outcomes.happened[event][*case] == Some(true)).collect(),
            weights: cases.iter().map(|case| self.cases.weights[*case]).collect(),
            scored: cases.iter().map(|case| !self.cases.is_train(*case)).collect(),
            cases,
        }
    }

    fn fold(&self, known: &KnownCases, row: usize) -> usize {
        self.folds[self.cases.groups[known.cases[row]]]
    }

    /// A logit fitted to rows; those whose regressors are not known are left out.
    fn fitted(&self, known: &KnownCases, regressors: &[Vec<f64>], rows: &[usize], ridge: f64) -> Option<Logit> {
        let rows: Vec<usize> = rows.iter().copied().filter(|row| usable(&regressors[*row])).collect();
        let x: Vec<Vec<f64>> = rows.iter().map(|row| regressors[*row].clone()).collect();
        let y: Vec<bool> = rows.iter().map(|row| known.happened[*row]).collect();
        let w: Vec<f64> = rows.iter().map(|row| known.weights[*row]).collect();
        fit_logit(&x, &y, &w, ridge)
    }

    /// Of the rows given, the probabilities of logits fitted on those of other folds.
    fn by_folds(&self, known: &KnownCases, regressors: &[Vec<f64>], rows: &[usize], ridge: f64) -> Vec<Option<f64>> {
        let mut out = vec![None; known.cases.len()];
        for fold in 0..self.options.folds {
            let (own, others): (Vec<usize>, Vec<usize>) =
                rows.iter().copied().partition(|row| self.fold(known, *row) == fold);
            if own.is_empty() {
                continue;
            }
            let Some(model) = self.fitted(known, regressors, &others, ridge) else { continue };
            for row in own.into_iter().filter(|row| usable(&regressors[*row])) {
                out[row] = Some(model.probability(&regressors[row]));
            }
        }
        out
    }

    /// Probabilities of a logit on regressors: fitted on train rows; or by folds, each on the groups outside of it. Of
    /// train rows themselves always by folds among them, so that whatever is fitted on top meets honest numbers.
    fn logit(&self, known: &KnownCases, regressors: &[Vec<f64>], ridge: f64) -> Vec<Option<f64>> {
        let (scored, train): (Vec<usize>, Vec<usize>) = (0..known.cases.len()).partition(|row| known.scored[*row]);
        if self.cases.train.is_none() {
            return self.by_folds(known, regressors, &scored, ridge);
        }
        let mut out = self.by_folds(known, regressors, &train, ridge);
        if let Some(model) = self.fitted(known, regressors, &train, ridge) {
            for row in scored.into_iter().filter(|row| usable(&regressors[*row])) {
                out[row] = Some(model.probability(&regressors[row]));
            }
        }
        out
    }

    /// Probabilities of a logit on the log odds of the rival and of the engine. Without train rows the folds are nested:
    /// outside of a fold the rival's odds are those of rivals that saw neither that fold nor the case's own.
    fn stack(
        &self,
        known: &KnownCases,
        regressors: &[Vec<f64>],
        rival: &[Option<f64>],
        engine: &[f64],
    ) -> Vec<Option<f64>> {
        let (ridge, floor) = (self.options.ridge, self.rule.floor);
        let both = |rival: &[Option<f64>]| pair(&odds_of(rival, floor), engine);
        if self.cases.train.is_some() {
            return self.logit(known, &both(rival), ridge);
        }
        let (mut out, outer) = (vec![None; known.cases.len()], both(rival));
        for fold in 0..self.options.folds {
            let (own, others): (Vec<usize>, Vec<usize>) =
                (0..known.cases.len()).partition(|row| self.fold(known, *row) == fold);
            let inner = both(&self.by_folds(known, regressors, &others, ridge));
            let Some(model) = self.fitted(known, &inner, &others, ridge) else { continue };
            for row in own.into_iter().filter(|row| usable(&outer[*row])) {
                out[row] = Some(model.probability(&outer[row]));
            }
        }
        out
    }

    /// The share of train rows; where none are marked, of all: out of fold it would be low where the event is frequent.
    fn climatology(&self, known: &KnownCases) -> Vec<Option<f64>> {
        let marked = self.cases.train.is_some();
        let own = known.weights.iter().zip(&known.scored).map(|(w, scored)| if marked && *scored { 0.0 } else { *w });
        vec![climatology(&known.happened, &own.collect::<Vec<_>>()); known.cases.len()]
    }

    fn event(&self, event: usize) -> Option<EventScores> {
        let known = self.known(event);
        let scored: Vec<usize> = (0..known.cases.len()).filter(|row| known.scored[*row]).collect();
        if scored.is_empty() {
            return None;
        }
        let floor = self.rule.floor;
        let said = |of: fn(&Odds) -> f64| -> Vec<Option<f64>> {
            known.cases.iter().map(|case| Some(of(&self.odds[*case].events[event]))).collect()
        };
        let (engine, shares) = (said(|odds| odds.probability), said(Odds::share));
        let own = odds_of(&engine, floor);
        let column: Vec<Vec<f64>> = own.iter().map(|x| vec![*x]).collect();
        let rows: Vec<Vec<f64>> = known.cases.iter().map(|case| self.regressors(*case)).collect();
        let rival = self.logit(&known, &rows, self.options.ridge);
        let mut models: Vec<(Model, Vec<Option<f64>>)> = vec![
            (Model::Engine, engine.clone()),
            (Model::Climatology, self.climatology(&known)),
            (Model::Recalibrated, self.logit(&known, &column, 0.0)),
            (Model::Stack, self.stack(&known, &rows, &rival, &own)),
            (Model::Rival, rival),
        ];
        for (of, name, values) in &self.outcomes.baselines {
            if *of == event {
                let p: Vec<Option<f64>> =
                    known.cases.iter().map(|case| Some(values[*case]).filter(|p| p.is_finite())).collect();
                let stacked = self.logit(&known, &pair(&odds_of(&p, floor), &own), self.options.ridge);
                models.push((Model::Baseline(name.clone()), p));
                models.push((Model::StackOn(name.clone()), stacked));
            }
        }
        let sample = Sample::new(self, &known, &scored);
        let base = models[1].1.clone();
        let squared =
            |model: &Model, p: &Vec<Option<f64>>| if *model == Model::Engine { shares.clone() } else { p.clone() };
        let scores =
            models.iter().map(|(model, p)| sample.scores(model.clone(), p, &squared(model, p), &base)).collect();
        let find = |model: &Model| models.iter().find(|(own, _)| own == model).map(|(_, p)| p);
        let mut pairs = vec![
            (Model::Engine, Model::Rival),
            (Model::Engine, Model::Climatology),
            (Model::Recalibrated, Model::Rival),
            (Model::Stack, Model::Rival),
        ];
        for (model, _) in &models {
            if let Model::Baseline(name) = model {
                pairs.push((Model::Engine, model.clone()));
                pairs.push((Model::StackOn(name.clone()), model.clone()));
            }
        }
        let differences = pairs
            .into_iter()
            .filter_map(|(of, against)| Some(sample.difference(find(&of)?, find(&against)?, of, against)))
            .collect();
        let engine: Vec<f64> = scored.iter().map(|row| shares[*row].unwrap_or(0.5)).collect();
        let forecast = Forecast::new(&engine, &sample.happened, &sample.weights);
        let weight = sum(sample.weights.iter().copied());
        let mean = |of: &dyn Fn(usize) -> f64| {
            sum(scored.iter().enumerate().map(|(at, row)| sample.weights[at] * of(known.cases[*row]))) / weight
        };
        let last_train = self.cases.years.as_ref().and_then(|years| {
            (0..self.cases.len()).filter(|case| self.cases.is_train(*case)).map(|case| years[case]).max()
        });
        let early = |last: i64| {
            let year = |row: &&usize| self.cases.years.as_ref().map_or(last, |years| years[known.cases[**row]]);
            scored.iter().filter(|row| year(row) < last).count() as u64
        };
        let in_train = |group: &usize| {
            (0..self.cases.len()).any(|case| self.cases.groups[case] == *group && self.cases.is_train(case))
        };
        Some(EventScores {
            event: self.rule.outcomes[event].event.clone(),
            title: self.rule.outcomes[event].title.clone(),
            cases: scored.len() as u64,
            events: sample.happened.iter().filter(|happened| **happened).count() as u64,
            groups: sample.groups.len() as u64,
            groups_in_train: sample.groups.iter().filter(|group| in_train(group)).count() as u64,
            before_train: last_train.map(early),
            mean_probability: Some(mean(&|case| self.odds[case].events[event].share())).filter(|p| p.is_finite()),
            share: climatology(&sample.happened, &sample.weights),
            range: engine.iter().fold((1.0, 0.0), |(low, high), p| (min(low, *p), max(high, *p))),
            simulation: mean(&|case| {
                let error = self.odds[case].events[event].error;
                error * error
            }),
            reliability: decomposition(&forecast, self.options.bins),
            recalibration: sample.recalibration(&own),
            models: scores,
            differences,
        })
    }

    /// The settings as regressors: a choice is a mark for each of its values but the first.
    fn regressors(&self, case: usize) -> Vec<f64> {
        let mut out = Vec::new();
        for (setting, x) in self.rule.settings.iter().zip(&self.settings[case]) {
            match setting.choices.len() {
                0 => out.push(*x),
                n => out.extend((1..n).map(|choice| f64::from(u8::from(*x == choice as f64)))),
            }
        }
        out
    }

    fn modes(&self) -> Option<ModeScores> {
        let of = self.rule.modes.as_ref()?;
        let codes = of.codes();
        let mode = |case: usize| {
            self.outcomes.modes[case].filter(|code| *code > 0 && self.outcomes.happened[0][case] == Some(true))
        };
        let scored: Vec<usize> =
            (0..self.cases.len()).filter(|case| !self.cases.is_train(*case) && mode(*case).is_some()).collect();
        if scored.is_empty() || codes.len() < 2 {
            return None;
        }
        // Half an observation of each, so that nothing is impossible.
        let shares = |counts: &dyn Fn(u32) -> f64| -> Vec<f64> {
            let own: Vec<f64> = codes.iter().map(|code| counts(*code) + 0.5).collect();
            let all = sum(own.iter().copied());
            own.iter().map(|count| count / all).collect()
        };
        let fold = |case: usize| self.folds[self.cases.groups[case]];
        let record = |case: usize| {
            let elsewhere = |other: &usize| match self.cases.train {
                Some(_) => self.cases.is_train(*other),
                None => fold(*other) != fold(case),
            };
            shares(&|code| {
                (0..self.cases.len()).filter(elsewhere).filter(|other| mode(*other) == Some(code)).count() as f64
            })
        };
        let games = |case: usize| {
            let counts = &self.odds[case].modes;
            shares(&|code| counts.iter().find(|(own, _)| *own == code).map_or(0.0, |(_, games)| *games as f64))
        };
        let at = |case: usize| codes.iter().position(|code| Some(*code) == mode(case)).unwrap_or(0);
        let expected: Vec<Vec<f64>> = scored.iter().map(|case| games(*case)).collect();
        let engine: Vec<f64> = scored.iter().zip(&expected).map(|(case, own)| -libm::log(own[at(*case)])).collect();
        let played = |case: usize, code: u32| {
            let counts = &self.odds[case].modes;
            let all: u64 = counts.iter().filter(|(own, _)| codes.contains(own)).map(|(_, games)| games).sum();
            let own = counts.iter().find(|(own, _)| *own == code).map_or(0, |(_, games)| *games);
            if all > 0 { own as f64 / all as f64 } else { 0.0 }
        };
        let silent = |case: &&usize| codes.iter().all(|code| played(**case, *code) == 0.0);
        let shared: Vec<f64> = scored.iter().map(|case| -libm::log(record(*case)[at(*case)])).collect();
        let groups: Vec<usize> = scored.iter().map(|case| self.cases.groups[*case]).collect();
        let weights: Vec<f64> = scored.iter().map(|case| self.cases.weights[*case]).collect();
        let mean = |of: &dyn Fn(usize) -> f64, w: &[f64]| {
            let weight = sum(w.iter().copied());
            (weight > 0.0).then(|| sum((0..w.len()).map(|at| w[at] * of(at))) / weight)
        };
        let table = codes.iter().map(|code| {
            let seen = scored.iter().filter(|case| mode(**case) == Some(*code)).count() as u64;
            (of.called(*code), seen, sum(scored.iter().map(|case| played(*case, *code))))
        });
        let cases = scored.len() as u64;
        Some(ModeScores {
            measure: of.measure.clone(),
            meaning: of.meaning.clone(),
            cases,
            unplayed: scored.iter().filter(silent).count() as u64,
            engine: mean(&|at| engine[at], &weights)?,
            shares: mean(&|at| shared[at], &weights)?,
            difference: measured(&groups, &weights, cases, self.options, |w| mean(&|at| shared[at] - engine[at], w)),
            unread: self.outcomes.unread.clone(),
            table: table.collect(),
        })
    }
}

/// Whether every regressor is known.
fn usable(regressors: &[f64]) -> bool {
    regressors.iter().all(|x| x.is_finite())
}

/// Log odds; not a number where there is no probability.
fn odds_of(probabilities: &[Option<f64>], floor: f64) -> Vec<f64> {
    probabilities.iter().map(|p| p.map_or(f64::NAN, |p| log_odds(p, floor))).collect()
}

fn pair(a: &[f64], b: &[f64]) -> Vec<Vec<f64>> {
    a.iter().zip(b).map(|(a, b)| vec![*a, *b]).collect()
}

/// A statistic of cases with its interval: groups are resampled. `rarer` counts the cases with the event or those
/// without, whichever are fewer.
fn measured(
    groups: &[usize],
    weights: &[f64],
    rarer: u64,
    options: &ScoreOptions,
    statistic: impl Fn(&[f64]) -> Option<f64> + Sync,
) -> ScoreEstimate {
    let mut distinct: Vec<usize> = groups.iter().zip(weights).filter(|(_, w)| **w > 0.0).map(|(own, _)| *own).collect();
    distinct.sort_unstable();
    distinct.dedup();
    let value = statistic(weights);
    let without = |refused| ScoreEstimate { value, interval: None, refused: Some(refused) };
    if value.is_none() {
        return without(NoInterval::Undefined);
    }
    let (there, least) = (distinct.len() as u64, LEAST_UNITS as u64);
    if there < least {
        return without(NoInterval::FewGroups { groups: there, least });
    }
    if rarer < LEAST_EVENTS as u64 {
        return without(NoInterval::FewEvents { events: rarer, least: LEAST_EVENTS as u64 });
    }
    let place: Vec<Option<usize>> = groups.iter().map(|group| distinct.binary_search(group).ok()).collect();
    let how = BootstrapOptions { resamples: options.resamples, level: LEVEL, seed: options.seed, ..Default::default() };
    let undefined = AtomicU64::new(0);
    let interval = bootstrap(distinct.len(), &how, |of| {
        let own: Vec<f64> = weights.iter().zip(&place).map(|(w, at)| at.map_or(0.0, |at| w * of[at])).collect();
        let value = statistic(&own).filter(|value| value.is_finite());
        if value.is_none() {
            undefined.fetch_add(1, Ordering::Relaxed);
        }
        value
    });
    let (resamples, of) = (undefined.into_inner(), u64::from(options.resamples));
    if interval.is_none() || resamples * 100 > of * MOST_UNDEFINED_IN_A_HUNDRED {
        return without(NoInterval::Undrawn { resamples, of });
    }
    ScoreEstimate { value, interval, refused: None }
}

/// The cases scored of one outcome.
struct Sample<'a> {
    rows: &'a [usize],
    happened: Vec<bool>,
    weights: Vec<f64>,
    of: Vec<usize>,
    groups: Vec<usize>,
    /// The places of each fold, where models are fitted by folds.
    folds: Option<Vec<Vec<usize>>>,
    options: &'a ScoreOptions,
    floor: f64,
}

impl<'a> Sample<'a> {
    fn new(scoring: &'a Scoring<'_>, known: &KnownCases, rows: &'a [usize]) -> Self {
        let of: Vec<usize> = rows.iter().map(|row| scoring.cases.groups[known.cases[*row]]).collect();
        let mut groups = of.clone();
        groups.sort_unstable();
        groups.dedup();
        let folds = scoring.cases.train.is_none().then(|| {
            let mut folds = vec![Vec::new(); scoring.options.folds];
            rows.iter().enumerate().for_each(|(at, row)| folds[scoring.fold(known, *row)].push(at));
            folds
        });
        Self {
            rows,
            happened: rows.iter().map(|row| known.happened[*row]).collect(),
            weights: rows.iter().map(|row| known.weights[*row]).collect(),
            of,
            groups,
            folds,
            options: scoring.options,
            floor: scoring.rule.floor,
        }
    }

    /// Probabilities of the cases scored, and their weights: none where a model says nothing.
    fn take(&self, models: &[&[Option<f64>]]) -> (Vec<Vec<f64>>, Vec<f64>) {
        let says = |row: usize| models.iter().all(|p| p[row].is_some());
        let weights = self.rows.iter().zip(&self.weights).map(|(row, w)| if says(*row) { *w } else { 0.0 });
        let of = |p: &[Option<f64>]| self.rows.iter().map(|row| p[*row].unwrap_or(0.5)).collect();
        (models.iter().map(|p| of(p)).collect(), weights.collect())
    }

    fn measure(&self, weights: &[f64], statistic: impl Fn(&[f64]) -> Option<f64> + Sync) -> ScoreEstimate {
        let count = |of: bool| self.happened.iter().zip(weights).filter(|(y, w)| **y == of && **w > 0.0).count();
        measured(&self.of, weights, count(true).min(count(false)) as u64, self.options, statistic)
    }

    /// The chance that a case with the event has the higher probability than one without; where models are fitted by
    /// folds, than one of the same fold, by the pairs of each.
    fn roc(&self, p: &[f64], weights: &[f64]) -> Option<f64> {
        let Some(folds) = &self.folds else { return auc_roc(&Forecast::new(p, &self.happened, weights)) };
        let (mut above, mut pairs) = (0.0, 0.0);
        for fold in folds {
            let pick = |of: &[f64]| fold.iter().map(|at| of[*at]).collect::<Vec<f64>>();
            let y: Vec<bool> = fold.iter().map(|at| self.happened[*at]).collect();
            let (p, w) = (pick(p), pick(weights));
            let Some(area) = auc_roc(&Forecast::new(&p, &y, &w)) else { continue };
            let with = sum(w.iter().zip(&y).map(|(w, y)| if *y { *w } else { 0.0 }));
            let own = with * (sum(w.iter().copied()) - with);
            (above, pairs) = (above + own * area, pairs + own);
        }
        (pairs > 0.0).then(|| above / pairs)
    }

    /// A model's scores by its probabilities; `squared` are those of the Brier score, which needs no floor.
    fn scores(&self, model: Model, p: &[Option<f64>], squared: &[Option<f64>], base: &[Option<f64>]) -> ModelScores {
        let (all, weights) = self.take(&[p, squared, base]);
        let (p, squared, base) = (&all[0], &all[1], &all[2]);
        let y = &self.happened;
        let log = |p: &[f64], w: &[f64]| log_score(&Forecast::new(p, y, w), self.floor);
        let square = |p: &[f64], w: &[f64]| brier(&Forecast::new(p, y, w));
        let fitted = matches!(model, Model::Recalibrated | Model::Rival | Model::Stack | Model::StackOn(_));
        let pr = if fitted && self.folds.is_some() {
            ScoreEstimate::refused(NoInterval::Refitted)
        } else {
            self.measure(&weights, |w| auc_pr(&Forecast::new(p, y, w)))
        };
        ModelScores {
            model,
            cases: weights.iter().filter(|w| **w > 0.0).count() as u64,
            log: self.measure(&weights, |w| log(p, w)),
            brier: self.measure(&weights, |w| square(squared, w)),
            roc: self.measure(&weights, |w| self.roc(p, w)),
            pr,
            log_skill: self.measure(&weights, |w| skill(log(p, w)?, log(base, w)?)),
            brier_skill: self.measure(&weights, |w| skill(square(squared, w)?, square(base, w)?)),
        }
    }

    fn difference(&self, own: &[Option<f64>], other: &[Option<f64>], of: Model, against: Model) -> DifferenceRow {
        let (both, weights) = self.take(&[own, other]);
        let (own, other) = (&both[0], &both[1]);
        let y = &self.happened;
        let log = |p: &[f64], w: &[f64]| log_score(&Forecast::new(p, y, w), self.floor);
        DifferenceRow {
            of,
            against,
            log: self.measure(&weights, |w| Some(log(other, w)? - log(own, w)?)),
            roc: self.measure(&weights, |w| Some(self.roc(own, w)? - self.roc(other, w)?)),
        }
    }

    /// The logit of what happened on log odds, in the cases scored; none where those are all alike, or it has no answer.
    fn recalibration(&self, odds: &[f64]) -> Option<Recalibration> {
        let x: Vec<Vec<f64>> = self.rows.iter().map(|row| vec![odds[*row]]).collect();
        let line = |w: &[f64]| fit_logit(&x, &self.happened, w, 0.0).filter(|own| own.coefficients[0].deviation > 0.0);
        line(&self.weights)?;
        Some(Recalibration {
            intercept: self.measure(&self.weights, |w| Some(line(w)?.intercept_at_zero())),
            slope: self.measure(&self.weights, |w| Some(line(w)?.slope_in_unit(0))),
        })
    }
}
