//! The arithmetic of migration, over slices of cohorts.
//!
//! Sums run in four lanes that are folded at the end: a fixed order, whatever the machine, and one
//! that becomes vector code, as wide as the machine has it.

use std::ops::Range;

use marchland_game::number::{clamp, max, min};
use marchland_game::stream;
use marchland_game::vector::{Kernel, wide};

use super::constants::MigrationConstants;

use crate::state::country::CountryMigration;
use crate::state::host::{HostLabour, HostPolicy};
use crate::state::region::Migrants;

const LANES: usize = 4;
/// Cohorts moved at a time: a multiple of the lanes, small enough for the nearest cache.
const BLOCK: usize = 64;

/// The cohorts' columns, all of one length.
#[derive(Debug)]
pub struct Cohorts<'a> {
    /// Members abroad with a permit, thousand.
    pub legal: &'a mut [f64],
    /// Members abroad without, thousand.
    pub irregular: &'a mut [f64],
    /// Members back within the last months, thousand.
    pub returnees: &'a mut [f64],
    /// Earnings abroad as a factor of the mean.
    pub earnings: &'a [f64],
    /// Share who mean to go.
    pub going: &'a mut [f64],
    /// Share of the network abroad.
    pub network: &'a mut [f64],
    /// Income as a share of what is expected.
    pub satisfaction: &'a mut [f64],
    /// Income that is expected.
    pub aspiration: &'a mut [f64],
}

/// How near to nobody and to everybody the share of a logit may come: its logarithm has no end.
const INSIDE: f64 = 0.001;

/// ln(p / (1 − p)), for a share kept a thousandth inside its bounds.
pub(super) fn logit(share: f64) -> f64 {
    let share = clamp(share, INSIDE, 1.0 - INSIDE);
    libm::log(share / (1.0 - share))
}

/// The `n`-th state of the SplitMix64 sequence that starts at `key` (Steele, Lea & Flood 2014), of
/// which `mix` is the output.
pub(super) fn counter(key: u64, n: usize) -> u64 {
    key.wrapping_add((n as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

/// Writes each cohort's advantage of going: the region's, plus `selection` · (earnings − 1), to
/// first order the logarithm, plus luck: a uniform draw of standard deviation `luck`, by counter
/// from `key`.
pub fn fill_advantage(region: f64, selection: f64, luck: f64, key: u64, earnings: &[f64], advantage: &mut [f64]) {
    // A uniform draw in ±√3 has variance 1.
    let spread = luck * 2.0 * 1.732_050_807_568_877_2;
    let base = region - selection - 0.5 * spread;
    wide(|| {
        for (at, (advantage, earnings)) in advantage.iter_mut().zip(earnings).enumerate() {
            let draw = stream::unit(stream::mix(counter(key, at)));
            *advantage = base + selection * *earnings + spread * draw;
        }
    });
}

/// What cohorts want to do in a step, summed, thousand people.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct MigrationIntentions {
    /// Who would leave.
    pub out: f64,
    /// Who stays abroad with a permit, by own choice.
    pub legal: f64,
    /// Who stays abroad without one, by own choice.
    pub irregular: f64,
}

impl MigrationIntentions {
    /// Adds another sum.
    pub fn add(&mut self, other: &Self) {
        self.out += other.out;
        self.legal += other.legal;
        self.irregular += other.irregular;
    }
}

/// What the cohorts of a range, `each` thousand people apiece, want: departures at rate `depart` of
/// those at home who mean to go, returns at rate `comeback` of those abroad who do not.
#[must_use]
pub fn wanted(
    cohorts: &Cohorts<'_>,
    range: Range<usize>,
    each: f64,
    depart: f64,
    comeback: f64,
) -> MigrationIntentions {
    let legal = &cohorts.legal[range.clone()];
    let irregular = &cohorts.irregular[range.clone()];
    let going = &cohorts.going[range];
    wide(IntentionSums { legal, irregular, going, each, depart, comeback })
}

/// The sums of what cohorts want, in lanes.
struct IntentionSums<'a> {
    legal: &'a [f64],
    irregular: &'a [f64],
    going: &'a [f64],
    each: f64,
    depart: f64,
    comeback: f64,
}

impl Kernel for IntentionSums<'_> {
    type Output = MigrationIntentions;

    #[inline(always)]
    fn run(self) -> MigrationIntentions {
        let Self { each, depart, comeback, .. } = self;
        let (mut out, mut lawful, mut lawless) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
        let (mut outs, mut lawfuls, mut lawlesses) = ([0.0; BLOCK], [0.0; BLOCK], [0.0; BLOCK]);
        for ((legal, irregular), going) in
            self.legal.chunks(BLOCK).zip(self.irregular.chunks(BLOCK)).zip(self.going.chunks(BLOCK))
        {
            // One length, known to the compiler; element by element first, as the block of a step.
            let n = legal.len();
            let (irregular, going) = (&irregular[..n], &going[..n]);
            let (outs, lawfuls, lawlesses) = (&mut outs[..n], &mut lawfuls[..n], &mut lawlesses[..n]);
            for at in 0..n {
                let stays = 1.0 - comeback * (1.0 - going[at]);
                outs[at] = depart * max(each - legal[at] - irregular[at], 0.0) * going[at];
                lawfuls[at] = legal[at] * stays;
                lawlesses[at] = irregular[at] * stays;
            }
            // The last few go to the first lane.
            let rests = add_chunks([&mut out, &mut lawful, &mut lawless], [outs, lawfuls, lawlesses]);
            for (lanes, rest) in [&mut out, &mut lawful, &mut lawless].into_iter().zip(rests) {
                rest.iter().for_each(|value| lanes[0] += value);
            }
        }
        MigrationIntentions { out: fold(&out), legal: fold(&lawful), irregular: fold(&lawless) }
    }
}

/// How permits work out in a step: shares that hold for everybody.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Permits {
    /// Share of wanted departures that take place.
    pub passed: f64,
    /// Share of departures with a permit.
    pub granted: f64,
    /// Share of permits that lapse.
    pub lapsed: f64,
    /// Share of those whose permit lapsed, or was refused, who do not stay or go without one (κ).
    pub deterred: f64,
    /// Share of irregular migrants who get a permit.
    pub regularised: f64,
}

/// Permits in a step: the legal stock tends to the smaller of the quota's places (with the amnesty's)
/// and what migrants seek. Of those refused a permit, κ = enforcement stay at home and the others
/// go without; permits beyond the places lapse, with the same choice.
#[must_use]
pub fn permits(
    wanted: &MigrationIntentions,
    policy: &HostPolicy,
    of: &MigrationConstants,
    months: f64,
    expelled: f64,
) -> Permits {
    let limit = policy.quota * of.quota_share + policy.amnesty;
    let lapsed =
        if wanted.legal > limit { min(of.permit_lapse * months, 1.0) * (1.0 - limit / wanted.legal) } else { 0.0 };
    let legal = wanted.legal * (1.0 - lapsed);
    let irregular = wanted.irregular * (1.0 - expelled);
    let places = max(limit - legal, 0.0);
    let sought = of.permit_wish * wanted.out;
    let granted = min(places, sought);
    let refused = sought - granted;
    let out = wanted.out - policy.enforcement * refused;
    // Free places go to irregular migrants who seek one, at the speed at which permits lapse.
    let seeking = max(of.permit_wish * (legal + irregular + out) - legal - granted, 0.0);
    let regular = min(places - granted, seeking) * min(of.permit_lapse * months, 1.0);
    Permits {
        passed: if wanted.out > 0.0 { out / wanted.out } else { 1.0 },
        granted: if out > 0.0 { granted / out } else { 0.0 },
        lapsed,
        deterred: policy.enforcement,
        regularised: if irregular > 0.0 { min(regular / irregular, 1.0) } else { 0.0 },
    }
}

/// How the cohorts of one region move in a step.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Movement {
    /// Members of a cohort, thousand.
    pub each: f64,
    /// Rate of departures in this step.
    pub depart: f64,
    /// Rate of returns in this step.
    pub comeback: f64,
    /// Share of irregular migrants expelled in this step.
    pub expelled: f64,
    /// Share of returnees who find their place in this step.
    pub fade: f64,
    /// Expected pay abroad, relative to home income at the start.
    pub pay_abroad: f64,
    /// Home income relative to the start.
    pub pay_home: f64,
    /// Share by which expectations follow income in this step.
    pub aspiration_rate: f64,
    /// Pay of the irregular as a share of the others'.
    pub irregular_pay: f64,
    /// Weight of a cohort's own members in its network.
    pub own_network: f64,
    /// Share of the region's people of working age abroad at the start of the step.
    pub network: f64,
}

/// People of a region after a step, and what moved them, thousand.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Account {
    /// Left.
    pub out: f64,
    /// Came home.
    pub back: f64,
    /// Were expelled.
    pub expelled: f64,
    /// Abroad with a permit.
    pub legal: f64,
    /// Abroad without.
    pub irregular: f64,
    /// Back within the last months.
    pub returnees: f64,
    /// Abroad, weighted by earnings.
    pub earners: f64,
}

impl Account {
    /// Adds another account.
    pub fn add(&mut self, other: &Self) {
        self.out += other.out;
        self.back += other.back;
        self.expelled += other.expelled;
        self.legal += other.legal;
        self.irregular += other.irregular;
        self.returnees += other.returnees;
        self.earners += other.earners;
    }

    /// The region's row: with its pool, the share of people who could be drawn into the streets,
    /// less the absent, who are mostly of it, plus those just back.
    #[must_use]
    pub fn row(&self, population_k: f64, of: &MigrationConstants) -> Migrants {
        let share = |people: f64| if population_k > 0.0 { people / population_k } else { 0.0 };
        let migrants_k = self.legal + self.irregular;
        let absent = of.pool * (1.0 - of.pool_absence * share(migrants_k));
        Migrants {
            migrants_k,
            irregular_k: self.irregular,
            returnees_k: self.returnees,
            departures_k: self.out,
            returns_k: self.back,
            expelled_k: self.expelled,
            earners_k: self.earners,
            mobilisable_share: clamp(absent + of.pool_returnees * share(self.returnees), 0.0, 1.0),
        }
    }
}

/// Moves the cohorts of a range by one step and returns the region's account.
pub fn advance(cohorts: &mut Cohorts<'_>, range: Range<usize>, by: &Movement, permits: &Permits) -> Account {
    let legal = &mut cohorts.legal[range.clone()];
    let irregular = &mut cohorts.irregular[range.clone()];
    let returnees = &mut cohorts.returnees[range.clone()];
    let earnings = &cohorts.earnings[range.clone()];
    let going = &cohorts.going[range.clone()];
    let network = &mut cohorts.network[range.clone()];
    let satisfaction = &mut cohorts.satisfaction[range.clone()];
    let aspiration = &mut cohorts.aspiration[range];
    let step = RegionStep {
        by: *by,
        permits: *permits,
        share: if by.each > 0.0 { 1.0 / by.each } else { 0.0 },
        others: (1.0 - by.own_network) * by.network,
    };
    wide(CohortStep { step, legal, irregular, returnees, earnings, going, network, satisfaction, aspiration })
}

/// One region's cohorts on the move.
struct CohortStep<'a> {
    step: RegionStep,
    legal: &'a mut [f64],
    irregular: &'a mut [f64],
    returnees: &'a mut [f64],
    earnings: &'a [f64],
    going: &'a [f64],
    network: &'a mut [f64],
    satisfaction: &'a mut [f64],
    aspiration: &'a mut [f64],
}

impl Kernel for CohortStep<'_> {
    type Output = Account;

    #[inline(always)]
    fn run(self) -> Account {
        let mut lanes = Lanes::default();
        let mut moved =
            BlockFlows { out: [0.0; BLOCK], home: [0.0; BLOCK], expelled: [0.0; BLOCK], earners: [0.0; BLOCK] };
        let count = self.legal.len();
        for from in (0..count).step_by(BLOCK) {
            let until = (from + BLOCK).min(count);
            let at = from..until;
            self.step.block(
                (&mut lanes, &mut moved),
                (&mut self.legal[at.clone()], &mut self.irregular[at.clone()], &mut self.returnees[at.clone()]),
                (&self.earnings[at.clone()], &self.going[at.clone()]),
                (&mut self.network[at.clone()], &mut self.satisfaction[at.clone()], &mut self.aspiration[at]),
            );
        }
        lanes.sum()
    }
}

/// What a block's cohorts did, one by one, before it is summed.
struct BlockFlows {
    out: [f64; BLOCK],
    home: [f64; BLOCK],
    expelled: [f64; BLOCK],
    earners: [f64; BLOCK],
}

/// The sum of lanes, in order.
fn fold(lanes: &[f64; LANES]) -> f64 {
    lanes.iter().fold(0.0, |sum, lane| sum + lane)
}

/// Sums of an account in lanes.
#[derive(Default)]
struct Lanes {
    out: [f64; LANES],
    back: [f64; LANES],
    expelled: [f64; LANES],
    legal: [f64; LANES],
    irregular: [f64; LANES],
    returnees: [f64; LANES],
    earners: [f64; LANES],
}

impl Lanes {
    fn sum(&self) -> Account {
        Account {
            out: fold(&self.out),
            back: fold(&self.back),
            expelled: fold(&self.expelled),
            legal: fold(&self.legal),
            irregular: fold(&self.irregular),
            returnees: fold(&self.returnees),
            earners: fold(&self.earners),
        }
    }
}

/// What is the same for all cohorts of a region in a step.
struct RegionStep {
    by: Movement,
    permits: Permits,
    share: f64,
    others: f64,
}

impl RegionStep {
    /// Moves up to [`BLOCK`] cohorts. Element by element first, without a sum, so that the loops
    /// become vector code; then the sums, in lanes.
    #[inline(always)]
    fn block(
        &self,
        (lanes, moved): (&mut Lanes, &mut BlockFlows),
        (legal, irregular, back): (&mut [f64], &mut [f64], &mut [f64]),
        (pay, going): (&[f64], &[f64]),
        (network, content, hope): (&mut [f64], &mut [f64], &mut [f64]),
    ) {
        let Self { by, permits, share, others } = *self;
        let n = legal.len();
        // One length, known to the compiler.
        let (irregular, back) = (&mut irregular[..n], &mut back[..n]);
        let (pay, going) = (&pay[..n], &going[..n]);
        let (network, content, hope) = (&mut network[..n], &mut content[..n], &mut hope[..n]);
        let (outs, homes) = (&mut moved.out[..n], &mut moved.home[..n]);
        let (expels, earns) = (&mut moved.expelled[..n], &mut moved.earners[..n]);
        for at in 0..n {
            let out = by.depart * max(by.each - legal[at] - irregular[at], 0.0) * going[at] * permits.passed;
            let with_permit = out * permits.granted;
            let returns = by.comeback * (1.0 - going[at]);
            let lapsed = legal[at] * permits.lapsed;
            let deterred = lapsed * permits.deterred;
            let kept = legal[at] - lapsed;
            let legal_back = kept * returns;
            let expelled = irregular[at] * by.expelled;
            let left = irregular[at] - expelled;
            let irregular_back = left * returns;
            let stays = left - irregular_back;
            let regular = stays * permits.regularised;
            legal[at] = kept - legal_back + with_permit + regular;
            irregular[at] = stays - regular + (lapsed - deterred) + (out - with_permit);
            let home = deterred + legal_back + irregular_back;
            back[at] = (back[at] + home + expelled) * (1.0 - by.fade);
            outs[at] = out;
            homes[at] = home;
            expels[at] = expelled;
        }
        for at in 0..n {
            let earners = pay[at] * (legal[at] + by.irregular_pay * irregular[at]);
            let abroad = (legal[at] + irregular[at]) * share;
            network[at] = others + by.own_network * abroad;
            let income = by.pay_abroad * earners * share + by.pay_home * (1.0 - abroad);
            content[at] = income / hope[at];
            hope[at] += by.aspiration_rate * (income - hope[at]);
            earns[at] = earners;
        }
        let Lanes { out, back: home, expelled, legal: lawful, irregular: lawless, returnees, earners } = lanes;
        add(
            [out, home, expelled, lawful, lawless, returnees, earners],
            [outs, homes, expels, legal, irregular, back, earns],
        );
    }
}

/// Adds values to the lanes of their sums: the `n`-th to lane `n` modulo their number.
#[inline(always)]
fn add<const N: usize>(mut sums: [&mut [f64; LANES]; N], values: [&[f64]; N]) {
    let rests = add_chunks(sums.each_mut().map(|sum| &mut **sum), values);
    for (sum, rest) in sums.into_iter().zip(rests) {
        for (lane, value) in sum.iter_mut().zip(rest) {
            *lane += value;
        }
    }
}

/// Adds values, as many for each sum, to the lanes of their sums, and hands on those that fill no row of lanes. All sums
/// are formed side by side: each waits for its last addition.
#[inline(always)]
fn add_chunks<'a, const N: usize>(sums: [&mut [f64; LANES]; N], values: [&'a [f64]; N]) -> [&'a [f64]; N] {
    let mut lanes = sums.each_ref().map(|sum| **sum);
    let chunks = values.map(|values| values.as_chunks::<LANES>().0);
    let count = chunks.first().map_or(0, |chunks| chunks.len());
    let chunks = chunks.map(|chunks| &chunks[..count]);
    for at in 0..count {
        for (lanes, chunks) in lanes.iter_mut().zip(&chunks) {
            for (lane, value) in lanes.iter_mut().zip(&chunks[at]) {
                *lane += value;
            }
        }
    }
    for (sum, lanes) in sums.into_iter().zip(lanes) {
        *sum = lanes;
    }
    values.map(|values| values.as_chunks::<LANES>().1)
}

/// The least pay whose logarithm is taken, relative to the start, and the ends of the scale of welfare: the range of its column.
const LEAST_PAY: f64 = 1e-6;
const WELFARE_MOST: f64 = 20.0;

/// The country's row, from the sums over regions.
pub(super) fn country_row(
    total: &Account,
    normal: f64,
    labour: &HostLabour,
    of: &MigrationConstants,
) -> CountryMigration {
    let migrants = total.legal + total.irregular;
    let pay = labour.jobs * labour.wage_usd / (of.host_jobs * of.host_wage_usd);
    let (unprotected, away) =
        if migrants > 0.0 && normal > 0.0 { (total.irregular / migrants, migrants / normal) } else { (0.0, 0.0) };
    let risk = of.risk * labour.deportation_risk * unprotected;
    CountryMigration {
        migrants_k: migrants,
        legal_k: total.legal,
        migrant_welfare: clamp(libm::log(max(pay, LEAST_PAY)) - risk - of.family * away, -WELFARE_MOST, WELFARE_MOST),
    }
}
