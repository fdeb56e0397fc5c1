//! Plots: an author, months of preparation that can leak, and an attempt that can fail.

use bevy_ecs::prelude::*;
use bevy_ecs::system::SystemParam;
use marchland_game::number::{clamp, logistic, max, min, probability_over};
use marchland_game::stream::name_hash;
use marchland_sim::constants;
use marchland_sim::ledger::Ledger;
use marchland_sim::mechanisms::Mechanism;
use marchland_sim::world::{Clock, Fixed, Ids, OptionalIds, Rows, RowsMut};

use crate::kernels::adjustment::saturating;
use crate::state::base::Garrison;
use crate::state::country::{
    Coercion, Conspiracy, CountryWelfare, DrugTrade, Fall, Legitimacy, ORDINARY_PATRONAGE, Output, Palace, Support,
    Tension, Treasury,
};
use crate::state::elite::{Elite, Scheme, Strike};
use crate::state::polity::Polity;
use crate::state::reading::{input, row};

constants! {
    /// Constants of the law of plots.
    pub struct PlotConstants {
        /// Plots begun a month in a country whose drivers are at their references.
        base = "plots_base",
        /// What illegitimacy adds to the logarithm of that hazard, from none to all.
        legitimacy = "plots_legitimacy",
        /// What a unit of yearly growth takes off.
        growth = "plots_growth",
        /// What an all-out crowd in the capital adds.
        crowd = "plots_crowd",
        /// What full division adds.
        split = "plots_split",
        /// What full counterbalancing takes off.
        counterbalance = "plots_counterbalance",
        /// What a full and reliable garrison that stands by the incumbent takes off.
        garrison = "plots_garrison",
        /// What unmet patronage adds, from none to all.
        patronage = "plots_patronage",
        /// What full alarm among insiders adds.
        alarm = "plots_alarm",
        /// What an interim adds.
        interim = "plots_interim",
        /// What a fresh memory of an irregular change of government adds: it can be done.
        upheaval = "plots_upheaval",
        /// What a government that is known to withstand crowds takes off.
        withstood = "plots_withstood",
        /// What the disloyalty of the plotter adds, from none to all.
        loyalty = "plots_loyalty",
        /// What having left the incumbent adds.
        defected = "plots_defected",
        /// What the worst hardship adds: the chiefs' own people suffer too.
        hardship = "plots_hardship",
        /// What a full backing of the incumbent by patrons takes off, and full hostility adds.
        patron = "plots_patron",
        /// What a drug trade without limit adds: rents that are not the ruler's to give.
        drugs = "plots_drugs",
        /// Rents of that trade, million US dollars a month, that do half of it.
        drugs_half = "plots_drugs_half_musd",
        /// Chance within a month that a plot under way is ready to strike.
        ready = "plots_ready",
        /// Chance within a month that it leaks where no service watches another.
        leak = "plots_leak",
        /// By how much full counterbalancing multiplies that chance, beyond 1.
        leak_watched = "plots_leak_watched",
        /// Log odds that an attempt succeeds against no loyal force.
        success = "plots_success",
        /// What full loyal force takes off.
        success_force = "plots_success_force",
        /// What full division adds.
        success_split = "plots_success_split",
        /// What a full garrison that stands by the incumbent takes off.
        success_garrison = "plots_success_garrison",
        /// Share of division that is left after a foiled plot.
        foiled_split = "plots_foiled_split",
        /// Intensity of the purge after one.
        foiled_purge = "plots_foiled_purge",
        /// What one adds to repression.
        foiled_repression = "plots_foiled_repression",
        /// Weight in the coalition that its author keeps.
        foiled_weight = "plots_foiled_weight",
    }
}

/// Where the drivers of a plot stand in an ordinary autocracy: the base hazard is one of there.
pub const REFERENCE: Drivers = Drivers {
    legitimacy: 0.45,
    growth: 0.04,
    crowd: 0.0,
    split: 0.15,
    counterbalance: 0.5,
    garrison: 0.0,
    patronage: ORDINARY_PATRONAGE,
    alarm: 0.0,
    interim: 0.0,
    upheaval: 0.0,
    withstood: 0.0,
    hardship: 0.25,
    patron: 0.0,
    drugs: 0.0,
};

/// The loyalty of an ordinary insider.
pub const LOYALTY: f64 = 0.65;

/// What drives plots in a country.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Drivers {
    /// Legitimacy in [0, 1].
    pub legitimacy: f64,
    /// Growth of the economy a year, as a share.
    pub growth: f64,
    /// The crowd in the capital, as a share of an ordinary pool.
    pub crowd: f64,
    /// Division at the top.
    pub split: f64,
    /// Guards that watch each other.
    pub counterbalance: f64,
    /// Strength × reliability × backing of a garrison.
    pub garrison: f64,
    /// Share of the need for patronage covered.
    pub patronage: f64,
    /// Alarm among insiders.
    pub alarm: f64,
    /// 1 in an interim.
    pub interim: f64,
    /// Memory of an irregular change of government.
    pub upheaval: f64,
    /// Weariness of crowds that the government has withstood.
    pub withstood: f64,
    /// Hardship in the country.
    pub hardship: f64,
    /// Net backing by patrons in [−1, 1].
    pub patron: f64,
    /// Saturated rents of the drug trade in [0, 1].
    pub drugs: f64,
}

/// Logarithm of the hazard of a plot against that of [`REFERENCE`]: proportional hazards (Cox 1972), with the
/// drivers of Belkin & Schofer (2003), Londregan & Poole (1990), Powell (2012) and Casper & Tyson (2014).
#[must_use]
pub fn drive(on: &Drivers, c: &PlotConstants) -> f64 {
    let r = &REFERENCE;
    c.legitimacy * (r.legitimacy - on.legitimacy)
        + c.growth * (r.growth - on.growth)
        + c.crowd * on.crowd
        + c.split * (on.split - r.split)
        + c.counterbalance * (r.counterbalance - on.counterbalance)
        - c.garrison * on.garrison
        + c.patronage * (r.patronage - min(1.0, on.patronage))
        + c.alarm * on.alarm
        + c.interim * on.interim
        + c.upheaval * on.upheaval
        - c.withstood * on.withstood
        + c.hardship * (on.hardship - r.hardship)
        - c.patron * on.patron
        + c.drugs * on.drugs
}

/// What a network adds to the logarithm of its own hazard.
#[must_use]
pub fn temptation(loyalty: f64, defected: f64, c: &PlotConstants) -> f64 {
    c.loyalty * (LOYALTY - loyalty) + c.defected * defected
}

/// Chance that an attempt succeeds.
#[must_use]
pub fn success(loyal_force: f64, split: f64, garrison: f64, c: &PlotConstants) -> f64 {
    logistic(c.success - c.success_force * loyal_force + c.success_split * split - c.success_garrison * garrison)
}

/// Chance within a month that a plot leaks.
#[must_use]
pub fn leak(counterbalance: f64, c: &PlotConstants) -> f64 {
    clamp(c.leak * (1.0 + c.leak_watched * counterbalance), 0.0, 1.0)
}

marchland_sim::terms! {
    /// What the law books.
    struct Terms {
        LOYALTY_AND_OCCASION = "loyalty and occasion",
        WHAT_TEMPTS_INSIDERS = "what tempts insiders",
        ODDS = "the odds",
        PLOT_BEGUN = "a plot begun",
        PLOT_COMES_TO_A_HEAD = "the plot comes to a head",
    }
}

/// The law of plots.
pub(crate) const PLOTS: Mechanism = Mechanism {
    name: "plots",
    called: "the plots of insiders",
    meaning: "Lets networks begin plots, prepare them, be discovered, strike, and win or fail.",
    equations: "λ_k = λ0·w_k·exp(β'(x − x_ref) + γ(ℓ_ref − ℓ_k) + δ·defected_k), w_k = (weight + force)/Σ; \
                P(strike) = ready and P(leak) = l·(1 + m·counterbalance) a month, from the second month on; \
                P(success) = logit⁻¹(α − φ·loyal force + σ·split − κ·garrison)",
    source: "proportional hazards: Cox 1972; drivers: Belkin & Schofer 2003, Londregan & Poole 1990, Powell 2012, Casper & Tyson 2014; \
             attempts and successes: Powell & Thyne 2011",
    parameters: PlotConstants::NAMES,
    populations: &[],
    needs: |_| {},
    terms: Terms::ALL,
    columns: |set| {
        set.add::<Scheme>();
        set.add::<Conspiracy>();
        set.add::<Elite>();
        set.add::<Palace>();
    },
    build: |build| {
        Polity::insert(build);
        build.system(plot);
        build.start(settle);
    },
    constants: PlotConstants::read,
    start: |_| {},
};

const PLOT: u64 = name_hash("plots.begin");
const STRIKE: u64 = name_hash("plots.strike");

/// Columns of a country that drive plots.
type Driven = (
    &'static mut Conspiracy,
    &'static mut Palace,
    Option<&'static mut Coercion>,
    Option<&'static Legitimacy>,
    Option<&'static Output>,
    Option<&'static Tension>,
    Option<&'static Treasury>,
    Option<&'static Support>,
    Option<&'static CountryWelfare>,
    Option<&'static DrugTrade>,
    Option<&'static Fall>,
);

/// Indicators of other laws that drive plots.
type InputIds<'w> = (
    Local<'w, OptionalIds<Legitimacy>>,
    Local<'w, OptionalIds<Output>>,
    Local<'w, OptionalIds<Tension>>,
    Local<'w, OptionalIds<Treasury>>,
    Local<'w, OptionalIds<Support>>,
    Local<'w, OptionalIds<CountryWelfare>>,
    Local<'w, OptionalIds<DrugTrade>>,
    Local<'w, OptionalIds<Fall>>,
);

/// What drives plots, in rows.
struct Around<'a> {
    legitimacies: &'a [Legitimacy],
    outputs: &'a [Output],
    tensions: &'a [Tension],
    treasuries: &'a [Treasury],
    supports: &'a [Support],
    welfares: &'a [CountryWelfare],
    trades: &'a [DrugTrade],
    falls: &'a [Fall],
    garrisons: &'a [Garrison],
}

/// The columns that the law moves.
struct Plotting<'a> {
    conspiracies: &'a mut [Conspiracy],
    palaces: &'a mut [Palace],
    coercions: &'a mut [Coercion],
    schemes: &'a mut [Scheme],
    elites: &'a mut [Elite],
}

/// The columns that the law reads and writes.
#[derive(SystemParam)]
struct Court<'w, 's> {
    countries: Query<'w, 's, Driven>,
    elites: Query<'w, 's, (&'static mut Scheme, &'static mut Elite)>,
    garrisons: Query<'w, 's, &'static Garrison>,
}

impl Court<'_, '_> {
    fn rows(&mut self) -> (Plotting<'_>, Around<'_>) {
        let (
            conspiracies,
            palaces,
            coercions,
            legitimacies,
            outputs,
            tensions,
            treasuries,
            supports,
            welfares,
            trades,
            falls,
        ) = self.countries.rows_mut();
        let (schemes, elites) = self.elites.rows_mut();
        let garrisons = self.garrisons.rows();
        (
            Plotting { conspiracies, palaces, coercions, schemes, elites },
            Around { legitimacies, outputs, tensions, treasuries, supports, welfares, trades, falls, garrisons },
        )
    }
}

/// What plots go by.
type Own<'w, 's> = (Res<'w, PlotConstants>, Local<'s, Fixed<Polity>>);

/// Indicators of the law's own columns.
type OwnIds<'w> = (Local<'w, Ids<Conspiracy>>, Local<'w, Ids<Elite>>, Local<'w, Ids<Scheme>>, Local<'w, Ids<Palace>>);

fn plot(
    clock: Res<Clock>,
    (c, polity): Own,
    ids: OwnIds,
    foreign: InputIds,
    mut ledger: ResMut<Ledger>,
    mut court: Court,
) {
    let (mut plotting, around) = court.rows();
    weigh((&c, &polity), &ids, &foreign, &mut ledger, &mut plotting, &around);
    conspire(&clock, (&c, &polity), &ids, &mut ledger, plotting);
}

/// The hazards as the game begins.
fn settle((c, polity): Own, ids: OwnIds, foreign: InputIds, mut ledger: ResMut<Ledger>, mut court: Court) {
    let (mut plotting, around) = court.rows();
    weigh((&c, &polity), &ids, &foreign, &mut ledger, &mut plotting, &around);
}

/// The hazards of a step.
fn weigh(
    (c, polity): (&PlotConstants, &Polity),
    (ids, elite_ids, scheme_ids, palace_ids): &OwnIds,
    foreign: &InputIds,
    ledger: &mut Ledger,
    Plotting { conspiracies, palaces, schemes, elites, .. }: &mut Plotting<'_>,
    around: &Around<'_>,
) {
    let &Around { legitimacies, outputs, tensions, treasuries, supports, welfares, trades, falls, garrisons } = around;
    // A garrison deters for whoever its owner backs.
    let deterrence = garrisons.iter().fold(0.0, |most, own| max(most, own.deterrence));
    for (country, own) in conspiracies.iter_mut().enumerate() {
        let palace = row(palaces, country);
        let patron = row(supports, country).patron_support;
        let garrison = deterrence * max(0.0, patron);
        let of = |at: &usize| polity.elite_country[*at] == country;
        let (mut split, mut reach) = (0.0, 0.0);
        for at in (0..elites.len()).filter(of) {
            let elite = &elites[at];
            split += elite.weight * elite.split;
            reach += elite.weight + elite.force_share;
        }
        let split = min(1.0, palace.elite_split + split);
        let drivers = Drivers {
            legitimacy: row(legitimacies, country).legitimacy,
            growth: row(outputs, country).gdp_growth_annual,
            crowd: row(tensions, country).capital_crowd,
            split,
            counterbalance: palace.counterbalance,
            garrison,
            patronage: treasuries.get(country).map_or(REFERENCE.patronage, |treasury| treasury.patronage),
            alarm: palace.alarm,
            interim: if row(falls, country).interim_months > 0.0 { 1.0 } else { 0.0 },
            upheaval: row(falls, country).upheaval,
            withstood: row(tensions, country).weariness,
            hardship: welfares.get(country).map_or(REFERENCE.hardship, |welfare| welfare.hardship),
            patron,
            drugs: saturating(row(trades, country).drug_rents_musd, c.drugs_half),
        };
        let drive = drive(&drivers, c);
        let mut all = 0.0;
        for at in (0..elites.len()).filter(of) {
            let elite = &elites[at];
            let share = if reach > 0.0 { (elite.weight + elite.force_share) / reach } else { 0.0 };
            let hazard = if elite.rules.get() {
                0.0
            } else {
                c.base * share * libm::exp(drive + temptation(elite.loyalty, elite.defected.number(), c))
            };
            all += hazard;
            let scheme = &mut schemes[at];
            scheme.plot_risk = -libm::expm1(-hazard);
            if ledger.on() {
                let reasons = [
                    elite_ids.at(at, Elite::loyalty),
                    elite_ids.at(at, Elite::defected),
                    palace_ids.at(country, Palace::alarm),
                    ids.at(country, Conspiracy::coup_risk),
                ];
                ledger.book(
                    Terms::LOYALTY_AND_OCCASION,
                    scheme_ids.at(at, Scheme::plot_risk),
                    scheme.plot_risk,
                    &reasons,
                );
            }
        }
        own.coup_success = success(palace.loyal_force, split, garrison, c);
        // Those that are not discovered first.
        let strikes = c.ready / max(1e-9, c.ready + leak(palace.counterbalance, c));
        own.coup_risk = -libm::expm1(-all * strikes);
        if ledger.on() {
            let mut drivers = [Palace::elite_split, Palace::alarm, Palace::counterbalance]
                .map(|of| palace_ids.at(country, of))
                .to_vec();
            drivers.extend(input(&foreign.0, country, Legitimacy::legitimacy));
            drivers.extend(input(&foreign.1, country, Output::gdp_growth_annual));
            drivers.extend(input(&foreign.2, country, Tension::capital_crowd));
            drivers.extend(input(&foreign.2, country, Tension::weariness));
            drivers.extend(input(&foreign.3, country, Treasury::patronage));
            drivers.extend(input(&foreign.4, country, Support::patron_support));
            drivers.extend(input(&foreign.5, country, CountryWelfare::hardship));
            drivers.extend(input(&foreign.6, country, DrugTrade::drug_rents_musd));
            drivers.extend(input(&foreign.7, country, Fall::upheaval));
            drivers.extend(input(&foreign.7, country, Fall::interim_months));
            ledger.book(Terms::WHAT_TEMPTS_INSIDERS, ids.at(country, Conspiracy::coup_risk), own.coup_risk, &drivers);
            let odds = [palace_ids.at(country, Palace::loyal_force), palace_ids.at(country, Palace::elite_split)];
            ledger.book(Terms::ODDS, ids.at(country, Conspiracy::coup_success), own.coup_success, &odds);
        }
    }
}

/// Plots begin, go on, are discovered, and strike.
fn conspire(
    clock: &Clock,
    (c, polity): (&PlotConstants, &Polity),
    (own_ids, elite_ids, ids, _): &OwnIds,
    ledger: &mut Ledger,
    Plotting { conspiracies, palaces, coercions, schemes, elites }: Plotting<'_>,
) {
    for own in &mut *conspiracies {
        own.coup_attempted.set(false);
    }
    for (at, scheme) in schemes.iter_mut().enumerate() {
        let country = polity.elite_country[at];
        let (own, palace) = (&mut conspiracies[country], &mut palaces[country]);
        let elite = &mut elites[at];
        scheme.strike.set(Strike::None);
        // Whoever holds the office has nobody to plot against.
        if elite.rules.get() {
            scheme.plot_months = 0.0;
            continue;
        }
        if scheme.plot_months == 0.0 {
            if clock.stream(polity.elite_names[at], PLOT).uniform() < probability_over(scheme.plot_risk, clock.months) {
                scheme.plot_months = clock.months;
                if ledger.on() {
                    let reasons = [ids.at(at, Scheme::plot_risk)];
                    ledger.book(Terms::PLOT_BEGUN, ids.at(at, Scheme::plot_months), scheme.plot_months, &reasons);
                }
            }
            continue;
        }
        scheme.plot_months += clock.months;
        let draw = clock.stream(polity.elite_names[at], STRIKE);
        if draw.uniform() < probability_over(leak(palace.counterbalance, c), clock.months) {
            scheme.strike.set(Strike::Discovered);
            own.plots_foiled += 1.0;
        } else if draw.at(1).uniform() < probability_over(c.ready, clock.months) {
            own.coup_attempts += 1.0;
            own.coup_attempted.set(true);
            let won = draw.at(2).uniform() < own.coup_success;
            scheme.strike.set(if won { Strike::Won } else { Strike::Failed });
        }
        if scheme.strike.get() == Strike::None {
            continue;
        }
        scheme.plot_months = 0.0;
        if scheme.strike.get() != Strike::Won {
            // The division is bared, and paid for.
            palace.elite_split *= c.foiled_split;
            palace.purge = max(palace.purge, c.foiled_purge);
            elite.weight *= c.foiled_weight;
            elite.purge_risk = 1.0;
            if let Some(force) = coercions.get_mut(country) {
                force.repression = min(1.0, force.repression + c.foiled_repression);
            }
        }
        if ledger.on() {
            let why = [
                ids.at(at, Scheme::plot_months),
                elite_ids.at(at, Elite::loyalty),
                own_ids.at(country, Conspiracy::coup_success),
            ];
            ledger.book(Terms::PLOT_COMES_TO_A_HEAD, ids.at(at, Scheme::strike), scheme.strike.number(), &why);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declared::{declared, throughout};

    #[test]
    fn plots_follow_their_signs() {
        throughout(|value| {
            let c = PlotConstants::from_parameters(value);
            let log = |on: &Drivers| drive(on, &c);
            assert_eq!(log(&REFERENCE), 0.0);
            for less in [
                Drivers { patronage: 0.9, ..REFERENCE },
                Drivers { garrison: 0.5, ..REFERENCE },
                Drivers { growth: 0.09, ..REFERENCE },
                Drivers { counterbalance: 0.9, ..REFERENCE },
                Drivers { withstood: 0.5, ..REFERENCE },
                Drivers { patron: 0.5, ..REFERENCE },
            ] {
                assert!(log(&less) < 0.0, "{less:?} {c:?}");
            }
            for more in [
                Drivers { split: 0.5, ..REFERENCE },
                Drivers { legitimacy: 0.3, ..REFERENCE },
                Drivers { crowd: 0.5, ..REFERENCE },
                Drivers { alarm: 0.5, ..REFERENCE },
                Drivers { hardship: 0.5, ..REFERENCE },
                Drivers { upheaval: 0.5, ..REFERENCE },
                Drivers { drugs: 0.5, ..REFERENCE },
            ] {
                assert!(log(&more) > 0.0, "{more:?} {c:?}");
            }
            assert_eq!(temptation(LOYALTY, 0.0, &c), 0.0);
            assert!(temptation(0.4, 0.0, &c) > temptation(0.8, 0.0, &c), "{c:?}");
            assert!(temptation(LOYALTY, 1.0, &c) > 0.0, "{c:?}");
        });
    }

    #[test]
    fn a_small_step_of_a_driver_is_a_small_step_of_the_hazard() {
        // The Gaussian tail that this law replaces multiplied defection by 14 for .045 of strength.
        throughout(|value| {
            let c = PlotConstants::from_parameters(value);
            let step = drive(&Drivers { legitimacy: REFERENCE.legitimacy - 0.045, ..REFERENCE }, &c);
            assert!(libm::exp(step) < 1.25, "{step}: {c:?}");
        });
    }

    #[test]
    fn attempts_meet_even_odds_in_an_ordinary_regime() {
        let ordinary = success(LOYALTY, REFERENCE.split, 0.0, &PlotConstants::from_parameters(&declared));
        // Powell & Thyne 2011: half of all attempts, two thirds of those in autocracies of late.
        assert!((0.45..0.7).contains(&ordinary), "{ordinary}");
    }

    #[test]
    fn loyal_force_and_garrisons_foil_attempts_and_services_discover_them() {
        throughout(|value| {
            let c = PlotConstants::from_parameters(value);
            assert!(success(0.9, 0.15, 0.0, &c) < success(0.3, 0.15, 0.0, &c), "{c:?}");
            assert!(success(0.6, 0.5, 0.0, &c) > success(0.6, 0.15, 0.0, &c), "{c:?}");
            assert!(success(0.6, 0.15, 0.8, &c) < success(0.6, 0.15, 0.0, &c), "{c:?}");
            assert!(leak(1.0, &c) > leak(0.0, &c), "{c:?}");
        });
    }
}
