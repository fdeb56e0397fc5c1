//! What came out: odds, what moves them, how much is chance, and how many games are enough.

use serde::{Deserialize, Serialize};

use super::{STATE, Slice, measured, slices, unit};
use crate::number::clamp;
use crate::parallel;
use crate::run::{ResultEvent, Results};
use crate::sensitivity::{level_of_each, rank};
use crate::statistics::{
    Components, Convergence, DifferenceVerdict, Estimate, Independence, Refusal, Summary, Survival, components,
    convergence, estimate_difference, estimate_mean, is_flag, kaplan_meier, mean, summary,
};

/// What the headline is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// Whether an outcome event happened.
    Event(ResultEvent),
    /// A column of results.
    Column(String),
}

impl Subject {
    /// Column or event, in words.
    #[must_use]
    pub fn what(&self) -> String {
        match self {
            Self::Event(event) => event.title.clone(),
            Self::Column(column) => column.clone(),
        }
    }

    /// What results are asked about unless a column or event is named: the event, where there is one, else the first
    /// measure or payoff. `None` where they hold none.
    #[must_use]
    pub fn of(results: &Results, event: Option<&ResultEvent>) -> Option<Self> {
        match event {
            Some(event) => Some(Self::Event(event.clone())),
            None => measured(results).into_iter().next().map(Self::Column),
        }
    }

    /// Its value at every place of a slice's grid: of an event whether it happened; NaN where there is no result.
    #[must_use]
    pub fn values(&self, results: &Results, slice: &Slice) -> Vec<f64> {
        match self {
            Self::Column(column) => slice.values(results, column),
            Self::Event(event) => {
                let times = results.lifetimes(event);
                slice.each(|game| times[game].map_or(f64::NAN, |(_, happened)| f64::from(u8::from(happened))))
            }
        }
    }
}

/// The headline of one lever and belief set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Headline {
    /// Lever and belief set in words.
    pub name: String,
    /// Whether the estimate is a share of games.
    pub share: bool,
    /// The estimate.
    pub estimate: Estimate,
}

/// A factor that moves the headline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mover {
    /// The factor.
    pub factor: String,
    /// Strength without direction, in `[0, 1]`.
    pub strength: f64,
}

/// What levers, or belief sets, do to the headline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// `the levers` or `the belief sets`.
    pub what: String,
    /// The lowest mean.
    pub low: f64,
    /// The highest.
    pub high: f64,
    /// Whether the two differ by more than chance would part any two of so many with probability 1 − level (pairs
    /// with equal shocks, Bonferroni).
    #[serde(default)]
    pub apart: bool,
    /// Why that cannot be told, where it cannot.
    #[serde(default)]
    pub refusal: Option<Refusal>,
}

/// What moves the headline of the first lever and belief set.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Movers {
    /// Factors that were varied.
    pub varied: Vec<String>,
    /// Those that move it measurably, strongest first.
    pub factors: Vec<Mover>,
    /// Those that were varied and did not move it measurably.
    pub unmoved: Vec<String>,
    /// Levers and belief sets, where there are several.
    pub groups: Vec<Group>,
    /// Why factors are not ranked, where they are not.
    pub refusal: Option<Refusal>,
}

/// How much of the spread between games is chance.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Chance {
    /// There is one row: whatever varies does so by chance.
    All,
    /// Told from what was varied.
    Share(Components),
    /// The headline does not vary.
    Constant,
    /// It cannot be told.
    Unknown(Refusal),
}

impl Chance {
    /// The share of chance, in `[0, 1]`, where it is known.
    #[must_use]
    pub fn share(&self) -> Option<f64> {
        match self {
            Self::All => Some(1.0),
            Self::Share(components) => components.chance_share(),
            Self::Constant | Self::Unknown(_) => None,
        }
    }
}

/// One measure under one lever and belief set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeasureSummary {
    /// The column of results.
    pub column: String,
    /// Its unit.
    pub unit: String,
    /// Its distribution over games.
    pub summary: Summary,
    /// Of coded states, which have no mean worth the name: each code with the games that ended in it.
    #[serde(default)]
    pub states: Vec<(f64, u64)>,
    /// Its mean with an interval, or why there is none.
    pub estimate: Estimate,
}

/// One lever and belief set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SliceSummary {
    /// The lever's name.
    pub lever: String,
    /// The belief set's name; empty for none.
    pub belief: String,
    /// Both in words.
    pub name: String,
    /// Games with a result.
    pub games: u64,
    /// Measures, then payoffs.
    pub measures: Vec<MeasureSummary>,
    /// How long games go without the event, where the headline is about one.
    pub survival: Option<Survival>,
}

/// What came out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SummaryReport {
    /// What the headlines are about.
    pub subject: Subject,
    /// One per lever and belief set: they are never pooled.
    pub headlines: Vec<Headline>,
    /// What moves it.
    pub movers: Movers,
    /// How much is chance.
    pub chance: Chance,
    /// Columns that are not the same in every game of the first lever and belief set.
    pub varying: Vec<String>,
    /// Every measure.
    pub slices: Vec<SliceSummary>,
    /// How many games are enough for the first headline; none where it does not vary.
    pub convergence: Option<Convergence>,
}

/// Sums results up, with intervals of confidence `level`; odds and survival are of `event`, where there is
/// one. `None` where there is none, and the results hold no measure and no payoff.
#[must_use]
pub fn summarise(results: &Results, event: Option<&ResultEvent>, level: f64) -> Option<SummaryReport> {
    let experiment = &results.manifest.experiment;
    let columns = measured(results);
    let subject = Subject::of(results, event)?;
    let lifetimes = event.map(|event| results.lifetimes(event));
    let all = slices(results, None, None);
    let heads: Vec<Vec<f64>> = all.iter().map(|slice| subject.values(results, slice)).collect();
    let headlines: Vec<Headline> = all
        .iter()
        .zip(&heads)
        .map(|(slice, values)| {
            let estimate = match &subject {
                Subject::Event(_) => estimate_mean(values, &slice.how, level),
                Subject::Column(column) => estimate_of(&unit(results, column), values, &slice.how, level),
            };
            let share = matches!(subject, Subject::Event(_)) || estimate.flag;
            Headline { name: slice.name.clone(), share, estimate }
        })
        .collect();
    let summaries: Vec<SliceSummary> = all
        .iter()
        .map(|slice| SliceSummary {
            lever: experiment.levers[slice.lever].name.clone(),
            belief: experiment.beliefs[slice.belief].clone(),
            name: slice.name.clone(),
            games: slice.games(),
            measures: parallel::each_of(&columns, |column| {
                let values = slice.values(results, column);
                let unit = unit(results, column);
                let estimate = estimate_of(&unit, &values, &slice.how, level);
                let states = if unit == STATE { states(&values) } else { Vec::new() };
                MeasureSummary { column: column.clone(), unit, summary: summary(&values), states, estimate }
            }),
            survival: lifetimes.as_ref().map(|times| survival(times, slice, level)),
        })
        .collect();
    let varying = summaries[0]
        .measures
        .iter()
        .filter(|one| one.summary.standard_deviation.is_some_and(|spread| spread > 0.0))
        .map(|one| one.column.clone())
        .collect();
    let first = &heads[0];
    let spread = summary(first).standard_deviation.unwrap_or(0.0);
    let share = headlines[0].share;
    let target = if share && is_flag(first) { SHARE_TARGET } else { SPREAD_TARGET * spread };
    Some(SummaryReport {
        movers: movers(results, &all, &heads, level),
        chance: chance(&all[0], first),
        convergence: (spread > 0.0 || (share && is_flag(first)))
            .then(|| convergence(first, &all[0].how, level, target)),
        subject,
        headlines,
        varying,
        slices: summaries,
    })
}

/// Units of what lies between 0 and 1. Where every game gave 0, what of these was not seen is bounded by how many games
/// there are (Wilson); of any other unit a game not seen may give any number.
const BOUNDED: [&str; 4] = ["flag", "share", "probability", "probability a month"];

/// How often each code of a state occurs, in rising order.
fn states(values: &[f64]) -> Vec<(f64, u64)> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|v| v.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    sorted.chunk_by(|a, b| a == b).map(|of| (of[0], of.len() as u64)).collect()
}

/// The mean of a measure in its unit.
fn estimate_of(unit: &str, values: &[f64], how: &Independence, level: f64) -> Estimate {
    let found = estimate_mean(values, how, level);
    let same = found.standard_deviation == Some(0.0);
    if same && found.flag && found.refusal.is_none() && !BOUNDED.contains(&unit) {
        return Estimate { interval: None, refusal: Some(Refusal::Constant), flag: false, ..found };
    }
    let mut found = found.within(values);
    // A change of a share is told in shares too, and may be below 0.
    let bounded = values.iter().filter(|v| v.is_finite()).all(|v| (0.0..=1.0).contains(v));
    if BOUNDED.contains(&unit)
        && bounded
        && let Some(interval) = &mut found.interval
    {
        interval.low = clamp(interval.low, 0.0, 1.0);
        interval.high = clamp(interval.high, 0.0, 1.0);
    }
    found
}

/// The half-width that is asked of a share: a hundredth.
const SHARE_TARGET: f64 = 0.01;

/// The half-width that is asked of a mean, in standard deviations between games.
const SPREAD_TARGET: f64 = 0.05;

/// Factors that are named as moving the headline.
const NAMED: usize = 3;

fn movers(results: &Results, all: &[Slice], heads: &[Vec<f64>], level: f64) -> Movers {
    let experiment = &results.manifest.experiment;
    let mut groups = Vec::new();
    for (what, count) in [("the levers", experiment.levers.len()), ("the belief sets", experiment.beliefs.len())] {
        if count < 2 {
            continue;
        }
        // Each averaged over the other kind, place by place, so that two of them are pairs with equal shocks.
        let columns = (0..count).filter_map(|wanted| {
            let of = |slice: &Slice| if what == "the levers" { slice.lever } else { slice.belief };
            let of: Vec<&Vec<f64>> =
                all.iter().zip(heads).filter(|(slice, _)| of(slice) == wanted).map(|(_, values)| values).collect();
            let first = of.first()?;
            let each = (0..first.len()).map(|at| of.iter().map(|values| values[at]).sum::<f64>() / of.len() as f64);
            let each: Vec<f64> = each.collect();
            Some((mean(&each)?, each))
        });
        let mut sorted: Vec<(f64, Vec<f64>)> = columns.collect();
        sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
        if let (Some((low, lowest)), Some((high, highest))) = (sorted.first(), sorted.last()) {
            let each = level_of_each(level, count * (count - 1) / 2);
            let difference = estimate_difference(highest, lowest, &all[0].how, each, None);
            let refusal = difference.refusal.filter(|refusal| *refusal != Refusal::Constant);
            // The same difference in every pair is one.
            let constant = difference.refusal == Some(Refusal::Constant) && low < high;
            let apart = constant || difference.verdict == DifferenceVerdict::FirstLarger;
            groups.push(Group { what: what.to_owned(), low: *low, high: *high, apart, refusal });
        }
    }
    let factors = all[0].factors(results);
    let mut movers = Movers { varied: factors.iter().map(|f| f.name.clone()).collect(), groups, ..Movers::default() };
    let count = factors.len();
    let Ok(report) = rank(&factors, &heads[0], &all[0].how, level_of_each(level, count)) else { return movers };
    movers.refusal = report.too_few();
    if movers.refusal.is_some() {
        return movers;
    }
    for index in report.indices {
        match index.strength {
            Some(strength) if index.moves(level, count) => {
                movers.factors.push(Mover { factor: index.factor, strength });
            }
            _ => movers.unmoved.push(index.factor),
        }
    }
    movers.factors.sort_by(|a, b| b.strength.total_cmp(&a.strength).then(a.factor.cmp(&b.factor)));
    movers.factors.truncate(NAMED);
    movers
}

fn chance(slice: &Slice, values: &[f64]) -> Chance {
    let spread = summary(values).standard_deviation;
    match components(values, &slice.how) {
        _ if spread == Some(0.0) => Chance::Constant,
        Err(refusal) => Chance::Unknown(refusal),
        Ok(_) if slice.how.rows == 1 => Chance::All,
        Ok(components) if components.chance_share().is_none() => Chance::Constant,
        Ok(components) => Chance::Share(components),
    }
}

/// How long the games of a slice go without the event.
fn survival(lifetimes: &[Option<(f64, bool)>], slice: &Slice, level: f64) -> Survival {
    let times = slice.each(|game| lifetimes[game].map_or(f64::NAN, |(time, _)| time));
    let happened = slice.each(|game| f64::from(u8::from(lifetimes[game].is_some_and(|(_, happened)| happened))));
    let events: Vec<bool> = happened.iter().map(|happened| *happened == 1.0).collect();
    kaplan_meier(&times, &events, &slice.how, level)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draws;

    /// Whatever the unit, an interval holds its mean; a share's own ends with 0 and 1, and a change of one does not.
    #[test]
    fn a_mean_lies_in_its_interval_whatever_its_unit() {
        let draw = |at: u64| draws::unit(draws::key(3, "units", &[at]));
        for unit in ["flag", "share", "probability", "probability a month", "points", ""] {
            for (low, high) in [(-0.4, -0.2), (-0.1, 0.3), (0.0, 1.0), (0.2, 0.3), (0.9, 1.4), (1.2, 3.0), (0.0, 0.02)]
            {
                for power in [1.0, 8.0] {
                    let values: Vec<f64> = (0..40)
                        .map(|at| low + (high - low) * libm::pow(draw(at), power))
                        .map(|v| clamp(v, low, high))
                        .collect();
                    let found = estimate_of(unit, &values, &Independence::games(40), 0.95);
                    let (mean, interval) = (found.value.unwrap(), found.interval.unwrap());
                    assert!(interval.contains(mean) && interval.low < interval.high, "{unit} {low} {high}: {found:?}");
                    if BOUNDED.contains(&unit) && low >= 0.0 && high <= 1.0 {
                        assert!(interval.low >= 0.0 && interval.high <= 1.0, "{unit} {low} {high}: {found:?}");
                    }
                }
            }
        }
        let never = estimate_of("share", &[0.0; 40], &Independence::games(40), 0.95).interval.unwrap();
        assert!(never.low == 0.0 && never.high < 0.1, "{never:?}");
    }
}
