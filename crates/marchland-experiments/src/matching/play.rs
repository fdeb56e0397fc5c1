//! The waves of a matching, its region, and what the region answers.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use marchland_game::stream::{SEED_BOUND, fresh_game_seed};
use marchland_game::{Diagnostic, Outcome, ParameterId};
use marchland_sim::turn::{Setup, Variant};
use marchland_strategies::Registry;

use super::emulator::Emulator;
use super::figure::{self, Figure, PlayedGame, figure};
use super::report::{
    Answer, ClaimShares, Contrast, MatchReport, MatchedPoint, PointReport, Region, Shift, Standing, TargetReport, Wave,
};
use super::{Arm, LEVEL, Plan, Quantity, Question, Reading, Size};
use crate::claims::{self, Change, Check, Claim, Verdict};
use crate::compose;
use crate::design::{Design, Factor, Points, Value};
use crate::draws;
use crate::number::max;
use crate::parallel;
use crate::play::Players;
use crate::statistics::{mean_interval, moments, normal, summary};

/// What is being played.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// Points of the first wave.
    First,
    /// Points of the second.
    Second,
    /// Answers of the region.
    Answers,
    /// Claims at points of the region.
    Claims,
}

/// Who is told how far it is. Called from worker threads.
pub trait Watch: Sync {
    /// A point of a stage is done; `done` counts those finished, in whatever order.
    fn point(&self, stage: Stage, done: u64, of: u64);
}

impl Watch for () {
    fn point(&self, _: Stage, _: u64, _: u64) {}
}

/// The number of the shocks at the values that a scenario declares: beyond every point's.
const DECLARED: u64 = 1 << 40;

/// Constants listed whose values differ between region and ranges, at most.
const SHIFTS: usize = 12;

/// Plays a plan; none where `stop` was set.
///
/// # Errors
/// A strategy that its player may not play, or that its family refuses; a design that cannot be drawn; threads that cannot be
/// started.
pub fn play(
    plan: &Plan,
    registry: &Registry,
    size: Size,
    stop: &AtomicBool,
    watch: &dyn Watch,
) -> Result<Option<MatchReport>, Vec<Diagnostic>> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(size.threads)
        .build()
        .map_err(|error| vec![Diagnostic::error("threads", error.to_string())])?;
    let study = Study::new(plan, registry, size, stop, watch)?;
    pool.install(|| study.play())
}

/// An arm ready to be played at any point.
struct Table<'a> {
    arm: &'a Arm,
    claims_arm: claims::Arm<'a>,
    players: Players,
    setup: Setup,
}

/// A point and what was played at it.
struct PointPlay {
    coordinates: Vec<f64>,
    values: Vec<f64>,
    report: PointReport,
}

/// What a point of the region answers.
struct PointAnswer {
    missed: u64,
    answers: Vec<Contrast>,
    /// By claim.
    verdicts: Vec<Verdict>,
}

struct Study<'a> {
    plan: &'a Plan,
    registry: &'a Registry,
    size: Size,
    tables: Vec<Table<'a>>,
    stop: &'a AtomicBool,
    watch: &'a dyn Watch,
    left_out: AtomicU64,
    done: AtomicU64,
}

impl<'a> Study<'a> {
    fn new(
        plan: &'a Plan,
        registry: &'a Registry,
        size: Size,
        stop: &'a AtomicBool,
        watch: &'a dyn Watch,
    ) -> Result<Self, Vec<Diagnostic>> {
        let mut tables = Vec::with_capacity(plan.arms.len());
        for arm in &plan.arms {
            let claims_arm = claims::Arm {
                belief: arm.belief,
                changes: arm.changes.iter().collect(),
                constants: claims::Constants::Declared,
                turns: arm.turns,
                seed: 0,
                games: 0,
                samples: Vec::new(),
            };
            let setup = claims_arm.setup(&arm.scenario, registry)?;
            let assumed = compose::assumed(&arm.scenario, registry)?;
            let looks_back = arm.readings.iter().map(|reading| match reading {
                Reading::Expression(expression) => expression.looks_back(),
                Reading::Measure(_) | Reading::Payoff(_) => 0,
            });
            let players = Players::new(&arm.scenario, Some(assumed)).with_records(looks_back.max().unwrap_or(0));
            tables.push(Table { arm, claims_arm, players, setup });
        }
        let (left_out, done) = (AtomicU64::new(0), AtomicU64::new(0));
        Ok(Self { plan, registry, size, tables, stop, watch, left_out, done })
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn told(&self, stage: Stage, of: usize) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        self.watch.point(stage, done, of as u64);
    }

    fn play(&self) -> Result<Option<MatchReport>, Vec<Diagnostic>> {
        let refuse = |error: crate::design::DesignError| vec![Diagnostic::error("bad-design", error.to_string())];
        let design = Design::LatinHypercube { sizes: vec![self.size.points], maximin_candidates: 1, copies: 1 };
        let first = Points::new(design, self.plan.factors.clone(), self.size.seed).map_err(refuse)?;
        let rows: Vec<(Vec<f64>, Vec<f64>)> = (0..first.rows()).map(|row| at(&first, row)).collect();
        let declared = self.declared();
        let mut played = self.wave(Stage::First, 1, 0, rows);
        if self.stopped() {
            return Ok(None);
        }
        let mut waves = vec![self.counted(&played, 0, 0)];
        let emulators =
            if self.size.second > 0 { self.emulators(&played) } else { vec![None; self.plan.targets.len()] };
        if self.size.second > 0 {
            let seed = draws::key(self.size.seed, "matching/second wave", &[]) % SEED_BOUND;
            let design = Design::MonteCarlo { rows: self.size.candidates.max(1) };
            let sample = Points::new(design, self.plan.factors.clone(), seed).map_err(refuse)?;
            let possible = parallel::each(sample.rows() as usize, |row| self.possible(&emulators, &sample, row as u64));
            let kept: Vec<u64> = (0..sample.rows()).filter(|&row| possible[row as usize]).collect();
            let rows = kept.iter().take(self.size.second as usize).map(|row| at(&sample, *row)).collect();
            let second = self.wave(Stage::Second, 2, u64::from(self.size.points), rows);
            waves.push(self.counted(&second, sample.rows(), kept.len() as u64));
            played.extend(second);
        }
        if self.stopped() {
            return Ok(None);
        }
        let region: Vec<&PointPlay> =
            played.iter().filter(|point| point.report.missed <= self.plan.forgiven as u64).collect();
        let Some(asked) = self.ask(&region)? else { return Ok(None) };
        let base = self.answers(None, DECLARED);
        let regions = (0..=self.plan.forgiven as u64).map(|missed| self.region(missed, &asked, &base)).collect();
        let constants = |point: &PointPlay| {
            let names = self.plan.factors.iter().map(|factor| factor.name.clone());
            names.zip(point.values.iter().copied()).collect()
        };
        let matched = region.iter().zip(&asked).map(|(point, asked)| MatchedPoint {
            number: point.report.number,
            missed: asked.missed,
            constants: constants(point),
            answers: asked.answers.clone(),
        });
        let plan = self.plan;
        Ok(Some(MatchReport {
            title: plan.title.clone(),
            varied: plan.factors.len() as u64,
            held: plan.held as u64,
            first_games: self.size.first_games,
            games: self.size.games,
            answer_games: self.size.answer_games,
            seed: self.size.seed,
            implausible_above: plan.implausible_above,
            forgiven: plan.forgiven as u64,
            arms: plan.arms.iter().map(|arm| (arm.id.clone(), arm.turns, arm.takes.len() as u64)).collect(),
            targets: self.targets(&declared, &played, &emulators),
            waves,
            regions,
            shifts: shifts(&plan.factors, &region),
            declared,
            matched: matched.collect(),
            points: played.into_iter().map(|point| point.report).collect(),
            left_out: self.left_out.load(Ordering::Relaxed),
        }))
    }

    /// The arm's games at a point, by their numbers; none where one came to no result.
    fn games(
        &self,
        arm: usize,
        values: Option<&[f64]>,
        unit: u64,
        seed: u64,
        range: Range<u64>,
    ) -> Vec<Option<PlayedGame>> {
        let table = &self.tables[arm];
        let variant = match values {
            None => Arc::clone(&table.setup.variant),
            Some(values) => {
                let set: Vec<(ParameterId, f64)> =
                    table.arm.takes.iter().map(|(factor, parameter)| (*parameter, values[*factor])).collect();
                Arc::new(Variant::with_parameters(&table.setup.variant, &set))
            }
        };
        let setup = Setup { variant, ..table.setup.clone() };
        let games: Vec<Option<PlayedGame>> = range
            .map(|at| {
                if self.stopped() {
                    return None;
                }
                let seed = fresh_game_seed(seed, at, unit);
                one(table, &Setup { seed, ..setup.clone() })
            })
            .collect();
        let lost = games.iter().filter(|game| game.is_none()).count() as u64;
        self.left_out.fetch_add(lost, Ordering::Relaxed);
        games
    }

    /// A point, held against the targets: by the first games, and by all of them where these do not rule it out.
    fn point(&self, wave: u32, number: u64, values: Option<&[f64]>, whole: bool) -> PointReport {
        let used: BTreeSet<usize> = self.plan.targets.iter().map(|target| target.arm).collect();
        let mut games: Vec<Vec<PlayedGame>> = vec![Vec::new(); self.plan.arms.len()];
        let mut extend = |range: Range<u64>| {
            for arm in &used {
                let more = self.games(*arm, values, number, self.size.seed, range.clone());
                games[*arm].extend(more.into_iter().flatten());
            }
            self.held(wave, number, range.end, &games)
        };
        let first = extend(0..self.size.first_games);
        // One more than is forgiven is played in full too, so that how far the region's edge lies is known.
        if self.size.first_games < self.size.games && (whole || first.missed <= self.plan.forgiven as u64 + 1) {
            return extend(self.size.first_games..self.size.games);
        }
        first
    }

    fn held(&self, wave: u32, number: u64, played: u64, games: &[Vec<PlayedGame>]) -> PointReport {
        let targets = &self.plan.targets;
        let figures: Vec<Figure> = targets.iter().map(|target| figure(&target.quantity, &games[target.arm])).collect();
        let implausibility: Vec<Option<f64>> =
            targets.iter().zip(&figures).map(|(target, figure)| target.implausibility(figure)).collect();
        let missed = implausibility.iter().flatten().filter(|far| **far > self.plan.implausible_above).count() as u64;
        PointReport { wave, number, games: played, figures, implausibility, missed }
    }

    fn declared(&self) -> PointReport {
        self.point(0, DECLARED, None, true)
    }

    fn wave(&self, stage: Stage, wave: u32, first: u64, rows: Vec<(Vec<f64>, Vec<f64>)>) -> Vec<PointPlay> {
        self.done.store(0, Ordering::Relaxed);
        let reports = parallel::each(rows.len(), |at| {
            let report = self.point(wave, first + at as u64, Some(&rows[at].1), false);
            self.told(stage, rows.len());
            report
        });
        let points = rows.into_iter().zip(reports);
        points.map(|((coordinates, values), report)| PointPlay { coordinates, values, report }).collect()
    }

    fn counted(&self, points: &[PointPlay], looked_at: u64, kept: u64) -> Wave {
        let with = |missed: u64| points.iter().filter(|point| point.report.missed == missed).count() as u64;
        Wave { points: points.len() as u64, looked_at, kept, by_misses: [with(0), with(1), with(2)] }
    }

    /// By target; none where nothing can be fitted.
    fn emulators(&self, points: &[PointPlay]) -> Vec<Option<Emulator>> {
        let coordinates: Vec<Vec<f64>> = points.iter().map(|point| point.coordinates.clone()).collect();
        parallel::each(self.plan.targets.len(), |target| {
            let figures: Vec<Figure> = points.iter().map(|point| point.report.figures[target]).collect();
            Emulator::fit(&coordinates, &figures)
        })
    }

    /// Whether the emulators leave a point of a sample possible.
    fn possible(&self, emulators: &[Option<Emulator>], sample: &Points, row: u64) -> bool {
        let coordinates = sample.unit(row).unwrap_or_default();
        let missed = self.plan.targets.iter().zip(emulators).filter(|(target, emulator)| {
            emulator.as_ref().is_some_and(|emulator| {
                let (value, error) = emulator.at(&coordinates);
                let spread = (target.discrepancy * target.discrepancy + error * error).sqrt();
                (value - target.figure).abs() > self.plan.implausible_above * spread
            })
        });
        missed.count() <= self.plan.forgiven
    }

    fn targets(
        &self,
        declared: &PointReport,
        points: &[PointPlay],
        emulators: &[Option<Emulator>],
    ) -> Vec<TargetReport> {
        let first: Vec<&PointReport> =
            points.iter().map(|point| &point.report).filter(|report| report.wave == 1).collect();
        let region = |report: &&PointPlay| report.report.missed <= self.plan.forgiven as u64;
        let values = |of: &mut dyn Iterator<Item = &PointReport>, target: usize| -> Vec<f64> {
            of.filter_map(|report| report.figures[target].value).collect()
        };
        (0..self.plan.targets.len())
            .map(|at| {
                let target = &self.plan.targets[at];
                let implausible = |report: &&&PointReport| {
                    report.implausibility[at].is_some_and(|far| far > self.plan.implausible_above)
                };
                let missed: Vec<&&PointReport> = first.iter().filter(implausible).collect();
                let alone = missed.iter().filter(|report| report.missed == 1).count() as f64;
                TargetReport {
                    id: target.id.clone(),
                    arm: self.plan.arms[target.arm].id.clone(),
                    per_cent: !matches!(target.quantity, Quantity::Mean { .. }),
                    figure: target.figure,
                    discrepancy: target.discrepancy,
                    source: target.source.clone(),
                    declared: declared.figures[at],
                    declared_implausibility: declared.implausibility[at],
                    first_wave: summary(&values(&mut first.iter().copied(), at)),
                    region: summary(&values(&mut points.iter().filter(region).map(|point| &point.report), at)),
                    misses: missed.len() as f64 / first.len().max(1) as f64,
                    alone: (!missed.is_empty()).then(|| alone / missed.len() as f64),
                    foretold: emulators[at].as_ref().map(|emulator| emulator.foretold),
                }
            })
            .collect()
    }

    /// What every point of the region answers; none where it was stopped.
    fn ask(&self, region: &[&PointPlay]) -> Result<Option<Vec<PointAnswer>>, Vec<Diagnostic>> {
        self.done.store(0, Ordering::Relaxed);
        let answers: Vec<Vec<Contrast>> = parallel::each_of(region, |point| {
            let answers = self.answers(Some(&point.values), point.report.number);
            self.told(Stage::Answers, region.len());
            answers
        });
        self.done.store(0, Ordering::Relaxed);
        let mut asked = Vec::with_capacity(region.len());
        for (point, answers) in region.iter().zip(answers) {
            if self.stopped() {
                return Ok(None);
            }
            let verdicts = self.claims(&point.values)?;
            self.told(Stage::Claims, region.len());
            asked.push(PointAnswer { missed: point.report.missed, answers, verdicts });
        }
        Ok(Some(asked))
    }

    fn answers(&self, values: Option<&[f64]>, unit: u64) -> Vec<Contrast> {
        let seed = draws::key(self.size.seed, "matching/answers", &[]) % SEED_BOUND;
        let used: BTreeSet<usize> = self
            .plan
            .questions
            .iter()
            .flat_map(|question| [Some(question.arm), question.against.as_ref().map(|(arm, _)| *arm)])
            .flatten()
            .collect();
        let games: Vec<Vec<Option<PlayedGame>>> = (0..self.plan.arms.len())
            .map(|arm| {
                if used.contains(&arm) {
                    self.games(arm, values, unit, seed, 0..self.size.answer_games)
                } else {
                    Vec::new()
                }
            })
            .collect();
        self.plan.questions.iter().map(|question| answer(question, &games)).collect()
    }

    fn claims(&self, values: &[f64]) -> Result<Vec<Verdict>, Vec<Diagnostic>> {
        if self.plan.claims.is_empty() {
            return Ok(Vec::new());
        }
        let scenario = &self.plan.scenario;
        let point: Vec<Change> = self
            .plan
            .factors
            .iter()
            .zip(values)
            .filter_map(|(factor, value)| {
                Some(Change::Set { parameter: scenario.catalogue.parameter(&factor.name)?, value: *value })
            })
            .collect();
        let claims: Vec<Claim> = self
            .plan
            .claims
            .iter()
            .map(|claim| {
                let mut claim = claim.clone();
                if let Check::Contestable(comparison) = &mut claim.check {
                    comparison.base.splice(0..0, point.iter().cloned());
                }
                claim
            })
            .collect();
        let reports = claims::examine(scenario, self.registry, &claims, scenario.default_belief, true)?;
        Ok(reports.iter().map(|report| report.verdict).collect())
    }

    fn region(&self, missed: u64, asked: &[PointAnswer], base: &[Contrast]) -> Region {
        let own: Vec<&PointAnswer> = asked.iter().filter(|point| point.missed <= missed).collect();
        let answers = self.plan.questions.iter().enumerate().map(|(at, question)| {
            let points: Vec<Contrast> = own.iter().map(|point| point.answers[at]).collect();
            over(question, base[at], &points)
        });
        let claims = self.plan.claims.iter().enumerate().map(|(at, claim)| {
            let with = |verdict: Verdict| own.iter().filter(|point| point.verdicts[at] == verdict).count() as u64;
            let pairs = match &claim.check {
                Check::Contestable(comparison) => comparison.pairs,
                _ => 0,
            };
            ClaimShares {
                id: claim.id.clone(),
                meaning: claim.meaning.clone(),
                pairs,
                yes: with(Verdict::Supported),
                no: with(Verdict::NotSupported),
                undecided: with(Verdict::Undecided),
            }
        });
        let empty = own.is_empty();
        Region {
            missed,
            points: own.len() as u64,
            answers: if empty { Vec::new() } else { answers.collect() },
            claims: if empty { Vec::new() } else { claims.collect() },
        }
    }
}

/// Coordinates of what varies, and the values of all.
fn at(points: &Points, row: u64) -> (Vec<f64>, Vec<f64>) {
    let values = points.values(row).into_iter().map(|value| match value {
        Value::Number(x) => x,
        // Choices are held.
        Value::Name(_) => f64::NAN,
    });
    (points.unit(row).unwrap_or_default(), values.collect())
}

fn one(table: &Table<'_>, setup: &Setup) -> Option<PlayedGame> {
    let catalogue = &table.arm.scenario.catalogue;
    let mut outcome = Outcome::default();
    let played = table.players.with_game(setup, |game| {
        while !game.is_over() {
            table.claims_arm.begin_turn(game);
            game.step();
            let truth = game.truth();
            let ends = |event: &usize| catalogue.outcome_events[*event].when.holds(&truth);
            if table.arm.until.iter().any(ends) {
                break;
            }
        }
        if game.over_limit() {
            return None;
        }
        game.outcome_into(&mut outcome);
        let truth = game.truth();
        let readings = table.arm.readings.iter().map(|reading| match reading {
            Reading::Measure(id) => outcome.measures[id.index()],
            Reading::Expression(expression) => expression.value(&truth),
            Reading::Payoff(id) => outcome.payoffs[id.index()].unwrap_or(f64::NAN),
        });
        let readings: Vec<f64> = readings.collect();
        let finite = readings.iter().all(|value| value.is_finite());
        let events = outcome.events.iter().map(|turn| turn.unwrap_or(0)).collect();
        finite.then_some(PlayedGame { months: outcome.turns, events, readings })
    });
    played.ok().flatten()
}

fn answer(question: &Question, games: &[Vec<Option<PlayedGame>>]) -> Contrast {
    let own = &games[question.arm];
    let figure = match &question.against {
        None => figure(&question.quantity, &own.iter().flatten().cloned().collect::<Vec<_>>()),
        Some((other, quantity)) => {
            let pairs = own.iter().zip(&games[*other]).filter_map(|(a, b)| {
                let (a, b) = (a.as_ref()?, b.as_ref()?);
                Some(figure::of_game(&question.quantity, a)? - figure::of_game(quantity, b)?)
            });
            figure::mean(&pairs.collect::<Vec<f64>>())
        }
    };
    Contrast { value: figure.value, error: figure.error }
}

fn over(question: &Question, declared: Contrast, points: &[Contrast]) -> Answer {
    let values: Vec<f64> = points.iter().map(|point| point.value.unwrap_or(f64::NAN)).collect();
    let spread = summary(&values);
    let z = normal::quantile(0.5 + 0.5 * LEVEL);
    let told = |sign: f64| {
        let beyond = |point: &&Contrast| point.value.is_some_and(|value| sign * value > z * point.error);
        points.iter().filter(beyond).count() as u64
    };
    let (above, below) = (told(1.0), told(-1.0));
    let (n, _, variance, _) = moments(&values);
    let games = moments(&points.iter().map(|point| point.error * point.error).collect::<Vec<f64>>()).1;
    let mean = mean_interval(&values, LEVEL);
    let between = (n > 1).then(|| max(variance - games, 0.0).sqrt());
    let standing = question.against.as_ref().map(|_| {
        let reach = normal::quantile(LEVEL) * most_between(n, variance, games);
        match (mean.mean, mean.interval) {
            (Some(mean), Some(interval)) if interval.low > 0.0 && mean - reach > 0.0 => Standing::Up,
            (Some(mean), Some(interval)) if interval.high < 0.0 && mean + reach < 0.0 => Standing::Down,
            _ if 20 * above.min(below) >= n.max(1) => Standing::Differs,
            _ => Standing::Open,
        }
    });
    Answer {
        id: question.id.clone(),
        title: question.title.clone(),
        per_cent: !matches!(question.quantity, Quantity::Mean { .. }),
        contrast: question.against.is_some(),
        declared,
        mean,
        between,
        spread,
        above,
        below,
        standing,
    }
}

/// The most that figures may differ between points, as a standard deviation, by the upper 95 % bound of their variance less
/// what games add: a region whose points cannot be told apart is not thereby one whose points are alike.
pub(super) fn most_between(n: u64, variance: f64, games: f64) -> f64 {
    if n < 2 {
        return f64::INFINITY;
    }
    let freedom = (n - 1) as f64;
    // The lower 5 % of chi-squared, by Wilson & Hilferty (1931).
    let root = 1.0 - 2.0 / (9.0 * freedom) - normal::quantile(LEVEL) * (2.0 / (9.0 * freedom)).sqrt();
    let least = freedom * root * root * root;
    if least > 0.0 { max(variance * freedom / least - games, 0.0).sqrt() } else { f64::INFINITY }
}

/// The constants whose mean rank in the region lies farthest from a half: beyond what one in twenty regions without any
/// influence would show of any constant (Bonferroni).
fn shifts(factors: &[Factor], region: &[&PointPlay]) -> Vec<Shift> {
    let n = region.len() as f64;
    let varied: Vec<&Factor> = factors.iter().filter(|factor| factor.distribution.varies()).collect();
    let bound = normal::quantile(1.0 - 0.5 * (1.0 - LEVEL) / varied.len().max(1) as f64);
    let mut shifts: Vec<Shift> = varied
        .iter()
        .enumerate()
        .map(|(at, factor)| {
            let mean_rank = region.iter().map(|point| point.coordinates[at]).sum::<f64>() / n;
            Shift { parameter: factor.name.clone(), mean_rank, z: (mean_rank - 0.5) * (12.0 * n).sqrt() }
        })
        .filter(|shift| shift.z.abs() > bound)
        .collect();
    shifts.sort_by(|a, b| b.z.abs().total_cmp(&a.z.abs()).then_with(|| a.parameter.cmp(&b.parameter)));
    shifts.truncate(SHIFTS);
    shifts
}
