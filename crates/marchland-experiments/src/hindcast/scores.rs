//! Scores of a hindcast: the engine, its rivals, and the differences between them.

use serde::{Deserialize, Serialize};

use super::LEVEL;
use super::cases::{Cases, ColumnUse, Outcomes};
use super::fit::FitReport;
use super::play::CaseOdds;
use super::rule::Rule;
use crate::number::{max, min, sum};
use crate::statistics::{
    BootstrapOptions, Decomposition, Forecast, Interval, LEAST_UNITS, auc_pr, auc_roc, bootstrap, brier, climatology,
    decomposition, draws, fit_logit, log_odds, log_score, skill,
};

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
    /// A logit on the log odds of the rival and of the engine: does the engine add to it?
    Stack,
    /// The share of where models are fitted.
    Climatology,
    /// A column of probabilities.
    Baseline(String),
    /// A logit on the log odds of such a column and of the engine.
    StackOn(String),
}

/// A number with its interval by groups.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// The number; none where it is not defined.
    pub value: Option<f64>,
    /// Its interval; none with fewer than 16 groups.
    pub interval: Option<Interval>,
}

/// A model's scores.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelScores {
    /// Whose.
    pub model: Model,
    /// Cases scored.
    pub cases: u64,
    /// Log score: 0 best.
    pub log: Measured,
    /// Brier score: 0 best.
    pub brier: Measured,
    /// Area under the receiver operating characteristic: ½ chance, 1 best.
    pub roc: Measured,
    /// Area under precision over recall: the share of events chance, 1 best.
    pub pr: Measured,
    /// Skill of the log score against climatology.
    pub log_skill: Measured,
    /// Skill of the Brier score against climatology.
    pub brier_skill: Measured,
}

/// The engine against another, on the same cases.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DifferenceRow {
    /// Who is better where the difference is above 0.
    pub of: Model,
    /// Against whom.
    pub against: Model,
    /// Log score of the other less its own.
    pub log: Measured,
    /// Its own area under the ROC less the other's.
    pub roc: Measured,
}

/// What recalibration says of the engine's log odds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recalibration {
    /// Log odds where the engine says ½.
    pub intercept: f64,
    /// By which its log odds are multiplied: below 1 it is too sure, above 1 not sure enough.
    pub slope: f64,
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
    /// Mean probability of the engine, weighted.
    pub mean_probability: Option<f64>,
    /// Share in which it happened, weighted.
    pub share: Option<f64>,
    /// The engine's least and largest probability.
    pub range: (f64, f64),
    /// What the finite number of games adds to the engine's Brier score.
    pub simulation: f64,
    /// Parts of the engine's Brier score.
    pub reliability: Option<Decomposition>,
    /// By train rows, or by all where none are marked.
    pub recalibration: Option<Recalibration>,
    /// Scores by model.
    pub models: Vec<ModelScores>,
    /// Paired differences.
    pub differences: Vec<DifferenceRow>,
}

/// How the modes of the first outcome came out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModeScores {
    /// Cases in which the outcome came about and its mode is known.
    pub cases: u64,
    /// Log score of the engine's shares.
    pub engine: f64,
    /// Log score of the shares where models are fitted.
    pub shares: f64,
    /// Shares less engine, above 0 where the engine is better.
    pub difference: Measured,
    /// Labels that the rule gives no code; they are left out.
    pub unread: Vec<String>,
    /// What the rule calls the mode, cases in which it came about, and the engine's expectation of that number.
    pub table: Vec<(String, u64, f64)>,
}

/// A hindcast, scored or blind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HindcastReport {
    /// What the rule is called.
    pub title: String,
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
    /// Seed.
    pub seed: u64,
    /// How often outcomes of this folder have been looked at.
    pub looks: u64,
    /// Whether there are no outcomes at all.
    pub blind: bool,
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

/// Scores test rows, or all rows where no train rows are marked: then what is fitted is fitted on other groups (folds).
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
struct Known {
    /// Cases in which it is known.
    cases: Vec<usize>,
    happened: Vec<bool>,
    weights: Vec<f64>,
    /// Whether each is scored.
    scored: Vec<bool>,
}

impl Scoring<'_> {
    fn known(&self, event: usize) -> Known {
        let cases: Vec<usize> =
            (0..self.cases.len()).filter(|case| self.outcomes.happened[event][*case].is_some()).collect();
        Known {
            happened: cases.iter().map(|case| self.outcomes.happened[event][*case] == Some(true)).collect(),
            weights: cases.iter().map(|case| self.cases.weights[*case]).collect(),
            scored: cases.iter().map(|case| !self.cases.is_train(*case)).collect(),
            cases,
        }
    }

    /// Probabilities of a logit on regressors: fitted on train rows; or by folds, each on the groups outside of it. Of
    /// train rows themselves always by folds among them, so that whatever is fitted on top meets honest numbers.
    fn logit(&self, known: &Known, regressors: &[Vec<f64>], ridge: f64) -> Vec<Option<f64>> {
        let all = 0..known.cases.len();
        let marked = self.cases.train.is_some();
        let fit = |rows: &[usize]| {
            let pick = |of: &[f64]| rows.iter().map(|row| of[*row]).collect::<Vec<f64>>();
            let x: Vec<Vec<f64>> = rows.iter().map(|row| regressors[*row].clone()).collect();
            let y: Vec<bool> = rows.iter().map(|row| known.happened[*row]).collect();
            fit_logit(&x, &y, &pick(&known.weights), ridge)
        };
        let usable = |row: &usize| regressors[*row].iter().all(|x| x.is_finite());
        let mut out = vec![None; known.cases.len()];
        if marked {
            let train: Vec<usize> = all.clone().filter(|row| !known.scored[*row]).filter(usable).collect();
            if let Some(model) = fit(&train) {
                for row in all.clone().filter(|row| known.scored[*row]).filter(usable) {
                    out[row] = Some(model.probability(&regressors[row]));
                }
            }
        }
        for fold in 0..self.options.folds {
            let own = |row: &usize| self.folds[self.cases.groups[known.cases[*row]]] == fold;
            let within = |row: &usize| !marked || !known.scored[*row];
            let others: Vec<usize> = all.clone().filter(|row| within(row) && !own(row)).filter(usable).collect();
            let Some(model) = fit(&others) else { continue };
            for row in all.clone().filter(|row| within(row) && own(row)).filter(usable) {
                out[row] = Some(model.probability(&regressors[row]));
            }
        }
        out
    }

    /// The share of train rows, or of the groups outside of a case's fold.
    fn climatology(&self, known: &Known) -> Vec<Option<f64>> {
        let share = |of: &dyn Fn(usize) -> bool| {
            let weights: Vec<f64> =
                known.weights.iter().enumerate().map(|(row, w)| if of(row) { *w } else { 0.0 }).collect();
            climatology(&known.happened, &weights)
        };
        if self.cases.train.is_some() {
            return vec![share(&|row| !known.scored[row]); known.cases.len()];
        }
        let fold = |row: usize| self.folds[self.cases.groups[known.cases[row]]];
        let by: Vec<Option<f64>> = (0..self.options.folds).map(|own| share(&|row| fold(row) != own)).collect();
        (0..known.cases.len()).map(|row| by[fold(row)]).collect()
    }

    fn event(&self, event: usize) -> Option<EventScores> {
        let known = self.known(event);
        let scored: Vec<usize> = (0..known.cases.len()).filter(|row| known.scored[*row]).collect();
        if scored.is_empty() {
            return None;
        }
        let floor = self.rule.floor;
        let engine: Vec<Option<f64>> =
            known.cases.iter().map(|case| Some(self.odds[*case].events[event].probability)).collect();
        let odds = |of: &[Option<f64>]| -> Vec<f64> {
            of.iter().map(|p| p.map_or(f64::NAN, |p| log_odds(p, floor))).collect()
        };
        let column = |of: &[f64]| of.iter().map(|x| vec![*x]).collect::<Vec<_>>();
        let pair = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| vec![*a, *b]).collect::<Vec<_>>();
        let own = odds(&engine);
        let rows: Vec<Vec<f64>> = known.cases.iter().map(|case| self.regressors(*case)).collect();
        let rival = self.logit(&known, &rows, self.options.ridge);
        let mut models: Vec<(Model, Vec<Option<f64>>)> = vec![
            (Model::Engine, engine.clone()),
            (Model::Climatology, self.climatology(&known)),
            (Model::Recalibrated, self.logit(&known, &column(&own), 0.0)),
            (Model::Stack, self.logit(&known, &pair(&odds(&rival), &own), self.options.ridge)),
            (Model::Rival, rival),
        ];
        for (of, name, values) in &self.outcomes.baselines {
            if *of == event {
                let p: Vec<Option<f64>> =
                    known.cases.iter().map(|case| Some(values[*case]).filter(|p| p.is_finite())).collect();
                let stacked = self.logit(&known, &pair(&odds(&p), &own), self.options.ridge);
                models.push((Model::Baseline(name.clone()), p));
                models.push((Model::StackOn(name.clone()), stacked));
            }
        }
        let sample = Sample::new(self, &known, &scored);
        let base = models[1].1.clone();
        let scores = models.iter().map(|(model, p)| sample.scores(model.clone(), p, &base)).collect();
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
        let engine: Vec<f64> = scored.iter().map(|row| engine[*row].unwrap_or(0.5)).collect();
        let forecast = Forecast::new(&engine, &sample.happened, &sample.weights);
        let weight = sum(sample.weights.iter().copied());
        let mean = |of: &dyn Fn(usize) -> f64| {
            sum(scored.iter().enumerate().map(|(at, row)| sample.weights[at] * of(known.cases[*row]))) / weight
        };
        let calibrating: Vec<usize> = match self.cases.train {
            Some(_) => (0..known.cases.len()).filter(|row| !known.scored[*row]).collect(),
            None => scored.clone(),
        };
        let pick = |of: &[f64]| calibrating.iter().map(|row| of[*row]).collect::<Vec<f64>>();
        let y: Vec<bool> = calibrating.iter().map(|row| known.happened[*row]).collect();
        let recalibration = fit_logit(&column(&pick(&own)), &y, &pick(&known.weights), 0.0)
            .map(|model| Recalibration { intercept: model.intercept_at_zero(), slope: model.slope_in_unit(0) });
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
            mean_probability: Some(mean(&|case| self.odds[case].events[event].probability)).filter(|p| p.is_finite()),
            share: climatology(&sample.happened, &sample.weights),
            range: engine.iter().fold((1.0, 0.0), |(low, high), p| (min(low, *p), max(high, *p))),
            simulation: mean(&|case| {
                let error = self.odds[case].events[event].error;
                error * error
            }),
            reliability: decomposition(&forecast, self.options.bins),
            recalibration,
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
        let mut codes: Vec<u32> = of.labels.values().copied().filter(|code| *code > 0).collect();
        codes.sort_unstable();
        codes.dedup();
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
        let shared: Vec<f64> = scored.iter().map(|case| -libm::log(record(*case)[at(*case)])).collect();
        let groups: Vec<usize> = scored.iter().map(|case| self.cases.groups[*case]).collect();
        let weights: Vec<f64> = scored.iter().map(|case| self.cases.weights[*case]).collect();
        let mean = |of: &dyn Fn(usize) -> f64, w: &[f64]| {
            let weight = sum(w.iter().copied());
            (weight > 0.0).then(|| sum((0..w.len()).map(|at| w[at] * of(at))) / weight)
        };
        let table = codes.iter().enumerate().map(|(place, code)| {
            let seen = scored.iter().filter(|case| mode(**case) == Some(*code)).count() as u64;
            let called: Vec<&str> =
                of.labels.iter().filter(|(_, own)| *own == code).map(|(name, _)| name.as_str()).collect();
            (called.join(" or "), seen, sum(expected.iter().map(|own| own[place])))
        });
        Some(ModeScores {
            cases: scored.len() as u64,
            engine: mean(&|at| engine[at], &weights)?,
            shares: mean(&|at| shared[at], &weights)?,
            difference: measured(&groups, &weights, self.options, |w| mean(&|at| shared[at] - engine[at], w)),
            unread: self.outcomes.unread.clone(),
            table: table.collect(),
        })
    }
}

/// A statistic of cases with its interval: groups are resampled.
fn measured(
    groups: &[usize],
    weights: &[f64],
    options: &ScoreOptions,
    statistic: impl Fn(&[f64]) -> Option<f64> + Sync,
) -> Measured {
    let mut distinct = groups.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    let place: Vec<usize> = groups.iter().map(|group| distinct.binary_search(group).unwrap_or(0)).collect();
    let value = statistic(weights);
    if value.is_none() || (distinct.len() as u64) < LEAST_UNITS as u64 {
        return Measured { value, interval: None };
    }
    let how = BootstrapOptions { resamples: options.resamples, level: LEVEL, seed: options.seed, ..Default::default() };
    let interval = bootstrap(distinct.len(), &how, |of| {
        let own: Vec<f64> = weights.iter().zip(&place).map(|(w, at)| w * of[*at]).collect();
        statistic(&own)
    });
    Measured { value, interval }
}

/// The cases scored of one outcome.
struct Sample<'a> {
    rows: &'a [usize],
    happened: Vec<bool>,
    weights: Vec<f64>,
    of: Vec<usize>,
    groups: Vec<usize>,
    options: &'a ScoreOptions,
    floor: f64,
}

impl<'a> Sample<'a> {
    fn new(scoring: &'a Scoring<'_>, known: &Known, rows: &'a [usize]) -> Self {
        let of: Vec<usize> = rows.iter().map(|row| scoring.cases.groups[known.cases[*row]]).collect();
        let mut groups = of.clone();
        groups.sort_unstable();
        groups.dedup();
        Self {
            rows,
            happened: rows.iter().map(|row| known.happened[*row]).collect(),
            weights: rows.iter().map(|row| known.weights[*row]).collect(),
            of,
            groups,
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

    fn measure(&self, weights: &[f64], statistic: impl Fn(&[f64]) -> Option<f64> + Sync) -> Measured {
        measured(&self.of, weights, self.options, statistic)
    }

    fn scores(&self, model: Model, p: &[Option<f64>], base: &[Option<f64>]) -> ModelScores {
        let (both, weights) = self.take(&[p, base]);
        let (p, base) = (&both[0], &both[1]);
        let y = &self.happened;
        let log = |p: &[f64], w: &[f64]| log_score(&Forecast::new(p, y, w), self.floor);
        let square = |p: &[f64], w: &[f64]| brier(&Forecast::new(p, y, w));
        ModelScores {
            model,
            cases: weights.iter().filter(|w| **w > 0.0).count() as u64,
            log: self.measure(&weights, |w| log(p, w)),
            brier: self.measure(&weights, |w| square(p, w)),
            roc: self.measure(&weights, |w| auc_roc(&Forecast::new(p, y, w))),
            pr: self.measure(&weights, |w| auc_pr(&Forecast::new(p, y, w))),
            log_skill: self.measure(&weights, |w| skill(log(p, w)?, log(base, w)?)),
            brier_skill: self.measure(&weights, |w| skill(square(p, w)?, square(base, w)?)),
        }
    }

    fn difference(&self, own: &[Option<f64>], other: &[Option<f64>], of: Model, against: Model) -> DifferenceRow {
        let (both, weights) = self.take(&[own, other]);
        let (own, other) = (&both[0], &both[1]);
        let y = &self.happened;
        let log = |p: &[f64], w: &[f64]| log_score(&Forecast::new(p, y, w), self.floor);
        let roc = |p: &[f64], w: &[f64]| auc_roc(&Forecast::new(p, y, w));
        DifferenceRow {
            of,
            against,
            log: self.measure(&weights, |w| Some(log(other, w)? - log(own, w)?)),
            roc: self.measure(&weights, |w| Some(roc(own, w)? - roc(other, w)?)),
        }
    }
}
