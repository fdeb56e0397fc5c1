//! Planted models with closed forms, played on grids of rows and replications, and what intervals do there.

pub mod parts;
pub mod verdicts;

use marchland_statistics::{
    GameGrid, Independence, Interval, Ranks, Rows, Sharing, SobolOptions, binomial_tail, centred_ranks, draws,
    estimate_difference, estimate_mean, estimate_quantile, kaplan_meier, moments, normal, sobol,
};
use rayon::prelude::*;
use sobol_burley::parts::{owen_scramble_rev, sobol_rev};

/// A model of a game: factors and a sequence of shocks in, a number out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Model {
    /// x₁ + ½ x₂, uniform factors.
    Linear,
    /// Ishigami & Homma (1990), a = 7, b = 0.1.
    Ishigami,
    /// Sobol' (1993), a = 0, 1, 4.5.
    G,
    /// A flag that rises where a normal sum of factor and shock passes 0: one game in two.
    Threshold,
    /// The same for one game in a hundred.
    Rare,
    /// Student's t of three degrees of freedom, factor and shock alike.
    HeavyTail,
    /// Lognormal with σ = ½: skewed.
    Skewed,
    /// A normal factor and a normal shock.
    Normal,
}

/// How shocks enter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Form {
    Additive,
    Multiplicative,
}

/// Which estimator's interval is looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Estimator {
    Mean,
    Quantile,
    Difference,
    Survival,
    Spearman,
    SobolFirst,
    SobolTotal,
    ChanceFirst,
}

impl Estimator {
    /// Every estimator.
    #[allow(dead_code, reason = "the small test has no use for it")]
    pub const ALL: [Self; 8] = [
        Self::Mean,
        Self::Difference,
        Self::Survival,
        Self::Quantile,
        Self::Spearman,
        Self::SobolFirst,
        Self::SobolTotal,
        Self::ChanceFirst,
    ];
}

/// How rows are drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Points {
    /// Independently.
    MonteCarlo,
    /// Sixteen Latin hypercubes, to which rows are dealt.
    LatinHypercube,
    /// Sixteen Owen-scrambled Sobol' sequences, likewise.
    Sobol,
    /// One row.
    One,
}

/// One cell of the bench.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    pub estimator: Estimator,
    pub model: Model,
    pub form: Form,
    /// Share of the variance that is chance.
    pub chance: f64,
    pub points: Points,
    /// Rows; of a Saltelli design, base rows.
    pub rows: usize,
    pub replications: usize,
    pub sharing: Sharing,
}

/// An estimate and its interval.
type IntervalEstimate = (f64, Option<Interval>);

/// What became of a cell.
#[derive(Clone, Copy, Debug)]
pub struct Outcome {
    pub seeds: usize,
    /// Seeds whose interval held the truth.
    pub hits: usize,
    /// Seeds that printed an interval.
    pub printed: usize,
    /// Mean width over that of an oracle that knows the estimate's standard deviation.
    pub width: f64,
    /// Bias of the estimate in standard errors of its mean over the seeds; NaN of one without any error.
    pub bias: f64,
    /// How far the estimates that lie above the truth are from half of them, likewise in standard errors.
    pub above: f64,
}

const PI: f64 = std::f64::consts::PI;

impl Model {
    fn factors(self) -> usize {
        match self {
            Self::Linear => 2,
            Self::Ishigami | Self::G => 3,
            _ => 1,
        }
    }

    /// The model without shocks, at coordinates in (0, 1).
    fn value(self, u: &[f64]) -> f64 {
        match self {
            Self::Linear => u[0] + 0.5 * u[1],
            Self::Ishigami => {
                let x: Vec<f64> = u.iter().map(|u| PI * (2.0 * u - 1.0)).collect();
                let (s1, s2) = (libm::sin(x[0]), libm::sin(x[1]));
                s1 + 7.0 * s2 * s2 + 0.1 * x[2] * x[2] * x[2] * x[2] * s1
            }
            Self::G => u.iter().zip([0.0, 1.0, 4.5]).map(|(u, a)| ((4.0 * u - 2.0).abs() + a) / (1.0 + a)).product(),
            _ => normal::quantile(u[0]),
        }
    }

    /// Mean and variance of [`Self::value`].
    fn moments(self) -> (f64, f64) {
        let p4 = PI * PI * PI * PI;
        match self {
            Self::Linear => (0.75, 1.25 / 12.0),
            Self::Ishigami => (3.5, 49.0 / 8.0 + 0.1 * p4 / 5.0 + 0.01 * p4 * p4 / 18.0 + 0.5),
            Self::G => (1.0, [0.0, 1.0, 4.5].iter().map(|a| 1.0 + g_part(*a)).product::<f64>() - 1.0),
            _ => (0.0, 1.0),
        }
    }

    /// First and total index of the first factor.
    fn indices(self) -> (f64, f64) {
        let (_, v) = self.moments();
        let p4 = PI * PI * PI * PI;
        match self {
            Self::Ishigami => {
                let first = 0.5 * (1.0 + 0.1 * p4 / 5.0) * (1.0 + 0.1 * p4 / 5.0);
                (first / v, (first + 0.01 * p4 * p4 * (1.0 / 18.0 - 1.0 / 50.0)) / v)
            }
            Self::G => (g_part(0.0) / v, g_part(0.0) * (1.0 + g_part(1.0)) * (1.0 + g_part(4.5)) / v),
            _ => (0.8, 0.8),
        }
    }
}

fn g_part(a: f64) -> f64 {
    1.0 / (3.0 * (1.0 + a) * (1.0 + a))
}

/// One seed's draws.
struct Chance<'a> {
    cell: &'a Cell,
    seed: u64,
    /// The keys of the streams of shocks and of tails of factors.
    keys: [u64; 2],
}

impl<'a> Chance<'a> {
    fn new(cell: &'a Cell, seed: u64) -> Self {
        let seed = draws::key(seed, "planted", &[]);
        Self { cell, seed, keys: ["shock", "tail"].map(|what| draws::key(seed, what, &[])) }
    }

    fn z(&self, stream: usize, at: u64) -> f64 {
        draws::normal(draws::mix2(self.keys[stream], at))
    }

    fn shock(&self, unit: usize, replication: usize, part: u64) -> f64 {
        let unit = if self.cell.sharing == Sharing::Own { unit as u64 + 1 } else { 0 };
        self.z(0, (unit << 24 | replication as u64) << 4 | part)
    }

    /// Coordinates of every row.
    fn points(&self, rows: usize, factors: usize) -> Vec<Vec<f64>> {
        let mut rng = draws::stream(draws::key(self.seed, "points", &[]));
        let mut out = vec![vec![0.5; factors]; rows];
        let of_copy = rows / COPIES;
        for f in 0..factors {
            match self.cell.points {
                Points::One => {}
                Points::MonteCarlo => out.iter_mut().for_each(|row| row[f] = draws::uniform(&mut rng)),
                Points::LatinHypercube => {
                    for copy in 0..COPIES {
                        let mut places: Vec<usize> = (0..of_copy).collect();
                        draws::shuffle(&mut rng, &mut places);
                        for (row, place) in out.iter_mut().skip(copy).step_by(COPIES).zip(places) {
                            row[f] = (place as f64 + draws::uniform(&mut rng)) / of_copy as f64;
                        }
                    }
                }
                Points::Sobol => {
                    for (at, row) in out.iter_mut().enumerate() {
                        let scramble = draws::key(self.seed, "scramble", &[(at % COPIES) as u64, f as u64]) as u32;
                        let bits = sobol_rev(((at / COPIES) as u32).reverse_bits(), f as u32);
                        row[f] = (f64::from(owen_scramble_rev(bits, scramble).reverse_bits()) + 0.5) / 4_294_967_296.0;
                    }
                }
            }
        }
        out
    }

    /// A game's value from the model's value without shocks.
    fn game(&self, f: f64, unit: usize, replication: usize) -> f64 {
        let cell = self.cell;
        let p = cell.chance;
        let b = self.shock(unit, replication, 0);
        let one = matches!(cell.points, Points::One);
        match cell.model {
            Model::Threshold | Model::Rare | Model::Normal | Model::Skewed => {
                // One row has no factor: all is chance.
                let latent = if one { b } else { (1.0 - p).sqrt() * f + p.sqrt() * b };
                match cell.model {
                    Model::Threshold => f64::from(u8::from(latent > 0.0)),
                    Model::Rare => f64::from(u8::from(latent > normal::quantile(0.99))),
                    Model::Skewed => libm::exp(0.5 * latent),
                    _ => latent,
                }
            }
            Model::HeavyTail => {
                let t3 = |z: f64, of: &dyn Fn(u64) -> f64| {
                    let squares: f64 = (1..4).map(|i| of(i) * of(i)).sum();
                    z / (squares / 3.0).sqrt()
                };
                let shock = t3(b, &|part| self.shock(unit, replication, part));
                if one {
                    return shock;
                }
                let factor = t3(f, &|part| self.z(1, (unit as u64) << 4 | part));
                (1.0 - p).sqrt() * factor + p.sqrt() * shock
            }
            model => {
                let (mean, variance) = model.moments();
                let odds = p / (1.0 - p);
                match cell.form {
                    Form::Additive => f + (variance * odds).sqrt() * b,
                    Form::Multiplicative => f * (1.0 + (variance * odds / (variance + mean * mean)).sqrt() * b),
                }
            }
        }
    }
}

impl Cell {
    fn how(&self) -> Independence {
        let of_rows = match self.points {
            Points::One => Rows::Fixed,
            Points::MonteCarlo => Rows::Drawn { block: 1 },
            Points::LatinHypercube | Points::Sobol => Rows::Copies { block: 1, copies: COPIES },
        };
        Independence { rows: self.rows, replications: self.replications, of_rows, sharing: self.sharing }
    }

    /// What is estimated.
    pub fn truth(&self) -> f64 {
        match (self.estimator, self.model) {
            (Estimator::Mean, Model::Threshold) => 0.5,
            (Estimator::Mean, Model::Rare) => 0.01,
            (Estimator::Mean, Model::Skewed) => libm::exp(0.125),
            (Estimator::Mean, Model::Linear | Model::Ishigami | Model::G) if self.points == Points::One => {
                self.model.value(&vec![0.5; self.model.factors()])
            }
            (Estimator::Mean, model) => model.moments().0,
            (Estimator::Difference, model) => 0.5 * model.moments().0,
            (Estimator::Quantile, _) => normal::quantile(0.9),
            // A monthly hazard of 3 %.
            (Estimator::Survival, _) => libm::pow(0.97, SURVIVED),
            // Of a flag that rises in one game in two: grades ¼ and ¾.
            (Estimator::Spearman, Model::Threshold) => {
                2.0 * 3f64.sqrt() / PI * libm::asin((0.5 * (1.0 - self.chance)).sqrt())
            }
            (Estimator::Spearman, _) => 6.0 / PI * libm::asin(0.5 * (1.0 - self.chance).sqrt()),
            (Estimator::SobolFirst, model) => model.indices().0,
            (Estimator::SobolTotal, model) => model.indices().1,
            // Of a multiplicative shock chance by itself has the part μ² of μ² + V.
            (Estimator::ChanceFirst, model) => match self.form {
                Form::Additive => self.chance,
                Form::Multiplicative => {
                    let (mean, variance) = model.moments();
                    let own = self.chance / (1.0 - self.chance) * variance * mean * mean / (variance + mean * mean);
                    let within =
                        variance * (1.0 + self.chance / (1.0 - self.chance) * variance / (variance + mean * mean));
                    own / (own + within)
                }
            },
        }
    }

    /// The estimate and its interval at a seed.
    fn play(&self, seed: u64) -> IntervalEstimate {
        let chance = Chance::new(self, seed);
        let how = self.how();
        let points = chance.points(self.rows, self.model.factors());
        let f: Vec<f64> = points.iter().map(|u| self.model.value(u)).collect();
        let grid = |of: &dyn Fn(usize, usize) -> f64| -> Vec<f64> {
            (0..self.rows * self.replications).map(|at| of(at / self.replications, at % self.replications)).collect()
        };
        match self.estimator {
            Estimator::Mean => {
                let e = estimate_mean(&grid(&|row, r| chance.game(f[row], row, r)), &how, LEVEL);
                (e.value.expect("games"), e.interval)
            }
            Estimator::Quantile => {
                let e = estimate_quantile(&grid(&|row, r| chance.game(f[row], row, r)), 0.9, &how, LEVEL);
                (e.value.expect("games"), e.interval)
            }
            Estimator::Difference => {
                // Two levers under one shock, of which the second feels half of the factors and .8 of it.
                let first = grid(&|row, r| chance.game(f[row], row, r));
                let second = grid(&|row, r| 0.5 * f[row] + 0.8 * (chance.game(f[row], row, r) - f[row]));
                let d = estimate_difference(&first, &second, &how, LEVEL, None);
                (d.mean.expect("pairs"), d.interval)
            }
            Estimator::Survival => {
                let latent = grid(&|row, r| chance.game(f[row], row, r));
                let (mut times, mut events) = (Vec::new(), Vec::new());
                for (at, z) in latent.iter().enumerate() {
                    let exit = libm::ceil(libm::log(normal::distribution(*z)) / libm::log(0.97));
                    // Games are watched for 12 to 35 months.
                    let watched = 12 + draws::key(chance.seed, "watched", &[at as u64]) % 24;
                    events.push(exit <= watched as f64);
                    times.push(if exit <= watched as f64 { exit } else { watched as f64 });
                }
                let curve = kaplan_meier(&times, &events, &how, LEVEL);
                let step = curve.steps.iter().take_while(|s| s.time <= SURVIVED).last();
                (step.map_or(1.0, |s| s.survival), step.and_then(|s| s.interval))
            }
            Estimator::Spearman => {
                let x = centred_ranks(&grid(&|row, _| f[row]));
                let y = centred_ranks(&grid(&|row, r| chance.game(f[row], row, r)));
                let games: Vec<usize> = (0..y.len()).collect();
                let (x, y) = (Ranks::new(&x), Ranks::new(&y));
                let graded = GameGrid::new(&y, &games, &how);
                let r = graded.correlation(&x).expect("both vary");
                (r, graded.interval(r, &x, LEVEL))
            }
            _ => unreachable!("Saltelli designs are above"),
        }
    }

    /// The indices of a Saltelli design at a seed, for every estimator of `of`.
    fn saltelli(&self, seed: u64, of: &[Cell]) -> Vec<IntervalEstimate> {
        let chance = Chance::new(self, seed);
        let k = self.model.factors();
        let base = chance.points(self.rows, 2 * k);
        let mut outputs = Vec::new();
        for (unit, u) in base.iter().enumerate() {
            for step in 0..k + 2 {
                let from_b = |f: usize| step == k + 1 || (step > 0 && f == step - 1);
                let x: Vec<f64> = (0..k).map(|f| if from_b(f) { u[k + f] } else { u[f] }).collect();
                let f = self.model.value(&x);
                outputs.extend((0..self.replications).map(|r| chance.game(f, unit, r)));
            }
        }
        let names: Vec<String> = (0..k).map(|f| format!("x{f}")).collect();
        let options = SobolOptions { level: LEVEL, second_order: false, sharing: self.sharing };
        let report = sobol(&names, &outputs, self.replications, &options).expect("a Saltelli design");
        let x = &report.indices[0];
        of.iter()
            .map(|cell| {
                let (value, interval) = match cell.estimator {
                    Estimator::SobolFirst => (x.first, x.first_interval),
                    Estimator::SobolTotal => (x.total, x.total_interval),
                    _ => (report.chance_first, report.chance_first_interval),
                };
                (value.expect("the model varies"), interval)
            })
            .collect()
    }

    /// Events that may be expected among the independent units, where the measure is a rare event.
    fn expected_events(&self) -> f64 {
        let units = match (self.points, self.sharing) {
            (Points::One, _) => self.replications,
            (_, Sharing::Own) => self.rows,
            (_, Sharing::Shared) => {
                if self.rows < self.replications {
                    self.rows
                } else {
                    self.replications
                }
            }
        };
        0.01 * units as f64
    }

    /// Whether an oracle's width says anything: it does not where most seeds hold no event, so that the estimate
    /// is 0 and an interval that covers is much wider than the estimate's standard deviation; nor where a balanced
    /// design has no error at all.
    pub fn has_oracle(&self, outcome: &Outcome) -> bool {
        outcome.width.is_finite() && (self.model != Model::Rare || self.expected_events() >= 1.0)
    }

    /// Whether there must be no interval: the .9 quantile of rows that share fewer shocks than 36, of which the largest
    /// falls short of it with a probability of more than 2.5 %.
    pub fn refuses(&self) -> bool {
        self.estimator == Estimator::Quantile
            && self.sharing == Sharing::Shared
            && self.points != Points::One
            && self.replications < 36
            && self.chance > 0.0
    }

    /// Whether it looks at a Saltelli design.
    pub fn is_saltelli(&self) -> bool {
        matches!(self.estimator, Estimator::SobolFirst | Estimator::SobolTotal | Estimator::ChanceFirst)
    }

    /// Whether both look at the same games of a Saltelli design.
    fn same_games(&self, other: &Cell) -> bool {
        self.is_saltelli() && Cell { estimator: other.estimator, ..*self } == *other && other.is_saltelli()
    }

    fn outcome(&self, played: &[IntervalEstimate]) -> Outcome {
        let truth = self.truth();
        let estimates: Vec<f64> = played.iter().map(|(e, _)| *e).collect();
        let intervals: Vec<Interval> = played.iter().filter_map(|(_, i)| *i).collect();
        // Rounding leaves an exact estimate beside its interval of no width.
        let held = |i: &Interval| i.low - 1e-12 <= truth && truth <= i.high + 1e-12;
        let (n, mean, variance, _) = moments(&estimates);
        let side = |e: &f64| 0.5 * f64::from(u8::from(*e > truth) + u8::from(*e >= truth));
        let above: f64 = estimates.iter().map(side).sum();
        let widths: Vec<f64> = intervals.iter().map(|i| i.high - i.low).collect();
        let oracle = 2.0 * normal::quantile(0.5 + 0.5 * LEVEL) * variance.sqrt();
        Outcome {
            seeds: played.len(),
            hits: intervals.iter().filter(|i| held(i)).count(),
            printed: intervals.len(),
            width: moments(&widths).1 / oracle,
            bias: (mean - truth) / (variance / n as f64).sqrt(),
            above: (above - 0.5 * n as f64) / (0.25 * n as f64).sqrt(),
        }
    }

    /// The coverage that is asked: at least, at most.
    pub fn asked(&self) -> (f64, f64) {
        match (self.estimator, self.model) {
            (Estimator::Survival, _) | (_, Model::Rare) => (0.90, 1.0),
            _ => (0.92, 0.98),
        }
    }

    /// How surprising the cell's hits are if its coverage is as asked: a one-sided p-value.
    pub fn surprise(&self, outcome: &Outcome) -> f64 {
        // An estimate without any error lies in an interval of no width, always.
        if outcome.bias.is_nan() && outcome.hits == outcome.printed {
            return 1.0;
        }
        if self.refuses() {
            return if outcome.printed == 0 { 1.0 } else { 0.0 };
        }
        let (low, high) = self.asked();
        let (hits, n) = (outcome.hits as f64, outcome.printed as f64);
        if n == 0.0 {
            return 0.0;
        }
        // Too few hits: at least n − hits misses at a rate of 1 − low. Too many: at least hits at high.
        let few = binomial_tail(n - hits, n, 1.0 - low);
        let many = if high < 1.0 { binomial_tail(hits, n, high) } else { 1.0 };
        if few < many { few } else { many }
    }

    /// The cell in words.
    pub fn name(&self) -> String {
        let sharing = match (self.points, self.sharing) {
            (Points::One, _) => "one row",
            (_, Sharing::Own) => "fresh",
            (_, Sharing::Shared) => "common",
        };
        let points = match self.points {
            Points::LatinHypercube => " (Latin hypercube)",
            Points::Sobol => " (Sobol')",
            _ => "",
        };
        format!(
            "{:?} | {:?} | {:?} | {:.0} % | {sharing}{points} | {} × {}",
            self.estimator,
            self.model,
            self.form,
            100.0 * self.chance,
            self.rows,
            self.replications
        )
    }
}

const LEVEL: f64 = 0.95;

/// Independent copies of a Latin hypercube or a Sobol' sequence.
const COPIES: usize = 16;

/// The month whose survival is looked at.
const SURVIVED: f64 = 18.0;

/// Grids on which an interval is printed: rows, replications, sharing.
const GRIDS: [(usize, usize, Sharing); 7] = [
    (16, 1, Sharing::Own),
    (64, 1, Sharing::Own),
    (256, 1, Sharing::Own),
    (64, 4, Sharing::Own),
    (16, 16, Sharing::Shared),
    (64, 16, Sharing::Shared),
    (64, 48, Sharing::Shared),
];

/// Grids on which an index has an interval: base rows, replications, sharing.
const SALTELLI_GRIDS: [(usize, usize, Sharing); 6] = [
    (64, 1, Sharing::Own),
    (256, 1, Sharing::Own),
    (64, 4, Sharing::Own),
    (64, 16, Sharing::Shared),
    (64, 48, Sharing::Shared),
    (256, 16, Sharing::Shared),
];

/// Every cell.
pub fn cells() -> Vec<Cell> {
    let mut cells = Vec::new();
    let shares = [0.0, 0.5, 0.95];
    let formed = [Model::Linear, Model::Ishigami, Model::G];
    let plain = [Model::Threshold, Model::Rare, Model::HeavyTail, Model::Skewed];
    let mut push = |estimator, model, form, chance, points, (rows, replications, sharing)| {
        cells.push(Cell { estimator, model, form, chance, points, rows, replications, sharing });
    };
    for chance in shares {
        for grid in GRIDS {
            for model in formed {
                for form in [Form::Additive, Form::Multiplicative] {
                    if chance == 0.0 && form == Form::Multiplicative {
                        continue;
                    }
                    push(Estimator::Mean, model, form, chance, Points::MonteCarlo, grid);
                    push(Estimator::Difference, model, form, chance, Points::MonteCarlo, grid);
                }
            }
            for model in plain {
                push(Estimator::Mean, model, Form::Additive, chance, Points::MonteCarlo, grid);
            }
            if grid.0 >= 64 {
                push(Estimator::Quantile, Model::Normal, Form::Additive, chance, Points::MonteCarlo, grid);
            }
            push(Estimator::Survival, Model::Normal, Form::Additive, chance, Points::MonteCarlo, grid);
            if chance > 0.0 {
                push(Estimator::Spearman, Model::Normal, Form::Additive, chance, Points::MonteCarlo, grid);
                push(Estimator::Spearman, Model::Threshold, Form::Additive, chance, Points::MonteCarlo, grid);
            }
        }
        for grid in SALTELLI_GRIDS {
            for model in formed {
                for form in [Form::Additive, Form::Multiplicative] {
                    if chance == 0.0 && form == Form::Multiplicative {
                        continue;
                    }
                    for estimator in [Estimator::SobolFirst, Estimator::SobolTotal] {
                        push(estimator, model, form, chance, Points::MonteCarlo, grid);
                    }
                    if chance > 0.0 {
                        push(Estimator::ChanceFirst, model, form, chance, Points::MonteCarlo, grid);
                    }
                }
            }
        }
        for points in [Points::LatinHypercube, Points::Sobol] {
            for grid in
                [(64, 1, Sharing::Own), (256, 1, Sharing::Own), (256, 4, Sharing::Own), (64, 16, Sharing::Shared)]
            {
                for model in [Model::Linear, Model::Ishigami, Model::G, Model::Threshold, Model::Skewed] {
                    push(Estimator::Mean, model, Form::Additive, chance, points, grid);
                }
                push(Estimator::Difference, Model::Linear, Form::Additive, chance, points, grid);
                push(Estimator::Quantile, Model::Normal, Form::Additive, chance, points, grid);
                push(Estimator::Survival, Model::Normal, Form::Additive, chance, points, grid);
                if chance > 0.0 {
                    push(Estimator::Spearman, Model::Normal, Form::Additive, chance, points, grid);
                }
            }
        }
    }
    for games in [16, 64, 256] {
        for model in [Model::Linear, Model::Threshold, Model::Rare, Model::HeavyTail, Model::Skewed] {
            push(Estimator::Mean, model, Form::Additive, 0.5, Points::One, (1, games, Sharing::Shared));
        }
        push(Estimator::Survival, Model::Normal, Form::Additive, 0.5, Points::One, (1, games, Sharing::Shared));
    }
    cells
}

/// Plays the seeds `0 .. seeds` of every cell; cells of one Saltelli design that follow each other share its games.
pub fn outcomes(cells: &[Cell], seeds: u64) -> Vec<Outcome> {
    let mut all = Vec::new();
    for group in cells.chunk_by(|a, b| a.same_games(b)) {
        let played: Vec<Vec<IntervalEstimate>> = (0..seeds)
            .into_par_iter()
            .map(|seed| if group[0].is_saltelli() { group[0].saltelli(seed, group) } else { vec![group[0].play(seed)] })
            .collect();
        for (at, cell) in group.iter().enumerate() {
            let of: Vec<IntervalEstimate> = played.iter().map(|seed| seed[at]).collect();
            all.push(cell.outcome(&of));
        }
    }
    all
}

/// How surprising it is that an estimate without bias lies so many standard errors off, to either side.
#[allow(dead_code, reason = "the small test has no use for it")]
pub fn off(errors: f64) -> f64 {
    2.0 * normal::distribution(-errors.abs())
}

/// Which of the surprises are too great for chance over all of them, at 5 % (Holm 1979).
pub fn holm(surprises: &[f64]) -> Vec<bool> {
    let mut order: Vec<usize> = (0..surprises.len()).collect();
    order.sort_by(|&a, &b| surprises[a].total_cmp(&surprises[b]));
    let mut failed = vec![false; surprises.len()];
    for (rank, &at) in order.iter().enumerate() {
        if surprises[at] > 0.05 / (surprises.len() - rank) as f64 {
            break;
        }
        failed[at] = true;
    }
    failed
}

impl Cell {
    /// Whether an interval over the same games that takes every one for independent holds the truth.
    #[allow(dead_code, reason = "the bench has no use for it")]
    pub fn as_if_independent(&self, seed: u64) -> bool {
        let chance = Chance::new(self, seed);
        let points = chance.points(self.rows, self.model.factors());
        let values: Vec<f64> = (0..self.rows * self.replications)
            .map(|at| {
                let row = at / self.replications;
                chance.game(self.model.value(&points[row]), row, at % self.replications)
            })
            .collect();
        let e = estimate_mean(&values, &Independence::games(values.len()), LEVEL);
        e.interval.is_some_and(|i| i.contains(self.truth()))
    }
}
