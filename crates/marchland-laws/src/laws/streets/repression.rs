//! Repression: when force is used, whom it kills, what it frightens and what it provokes.

use bevy_ecs::prelude::*;
use marchland_game::number::{clamp, logistic, max, min, probability_over};
use marchland_game::stream::name_hash;
use marchland_sim::constants;
use marchland_sim::ledger::{Ledger, Term};
use marchland_sim::mechanisms::Mechanism;
use marchland_sim::world::{Clock, Fixed, Ids, OptionalIds, RowsMut};

use crate::kernels::adjustment::towards;
use crate::state::country::{Coercion, Fall, Legitimacy};
use crate::state::polity::Polity;
use crate::state::reading::{input, row};
use crate::state::region::{Crowd, Harm, Migrants, Population};

constants! {
    /// Constants of the law of repression.
    pub struct RepressionConstants {
        /// Log odds of a crackdown in a month on no crowd, by a government that is not ready to.
        readiness = "repression_readiness",
        /// What an all-out crowd adds to the log odds.
        crowd = "repression_crowd",
        /// What the capital adds, with a crowd.
        capital = "repression_capital",
        /// What a policy of full repression adds.
        policy = "repression_policy",
        /// What full openness takes off.
        openness = "repression_openness",
        /// What a full guarantee of exit takes off the log odds, and in the same measure off violence.
        guarantee = "repression_guarantee",
        /// Resentment that total violence among the fearless provokes.
        backlash = "repression_backlash",
        /// Share of resentment that fades in a month.
        resentment_decay = "repression_resentment_decay",
        /// Share of the distance of fear to its level closed in a month.
        fear_adjustment = "repression_fear_adjustment",
        /// Violence that frightens all.
        fear_violence = "repression_fear_violence",
        /// Killed per person in the crowd in a month of total violence, on average.
        lethality = "repression_lethality",
        /// Exponent of the density of deaths by event.
        deaths_exponent = "repression_deaths_exponent",
        /// Displaced per civilian killed, thousand.
        displaced = "repression_displaced",
        /// Share of the displaced who return in a month.
        returning = "repression_returning",
        /// Share of a crackdown that ends in a month.
        relent = "repression_relent",
        /// Crowd below which nobody is sent.
        notice = "repression_notice",
        /// By how much a crowd in the capital counts: full threat at its inverse.
        capital_crowd = "repression_capital_crowd",
        /// Violence of a crackdown by those least ready for it.
        floor = "repression_floor",
        /// How much of a guarantee's pull on the log odds also holds violence back.
        restraint = "repression_restraint",
        /// Largest share of a crowd that a month of violence kills.
        most = "repression_most",
        /// Share of a policy of force that people fear without seeing it.
        known = "repression_known",
        /// Crowd of which violence reaches half, thousand.
        reach_k = "repression_reach_k",
    }
}

/// The most of a region's people who are displaced by a step's violence: a limit of the tail, beyond any case in the sources.
const DISPLACED_MOST: f64 = 0.5;

/// The chance within a month of a crackdown on a region's crowd: logistic in its size, its threat
/// to the capital, policy, openness and the incumbent's way out; the law of coercive
/// responsiveness of Davenport (2007). None where nobody is out.
#[must_use]
pub fn crackdown_chance(
    active: f64,
    capital: bool,
    repression: f64,
    reform: f64,
    guarantee: f64,
    constants: &RepressionConstants,
) -> f64 {
    // A crowd too small to notice is left alone, and quiet months cost no exponential.
    if active < constants.notice {
        return 0.0;
    }
    let threat = if capital { constants.capital * min(1.0, constants.capital_crowd * active) } else { 0.0 };
    logistic(
        constants.readiness + constants.crowd * active + threat + constants.policy * repression
            - constants.openness * reform
            - constants.guarantee * guarantee,
    )
}

/// How violent a crackdown is: by policy, and the less the safer the incumbent's way out.
#[must_use]
pub fn violence(repression: f64, guarantee: f64, constants: &RepressionConstants) -> f64 {
    (constants.floor + (1.0 - constants.floor) * repression)
        * libm::exp(-constants.restraint * constants.guarantee * guarantee)
}

/// What violence adds to resentment: b·v·(1 − F), the backlash of Lichbach (1987) and
/// Francisco (1995).
#[must_use]
pub fn backlash(violence: f64, fear: f64, constants: &RepressionConstants) -> f64 {
    constants.backlash * violence * (1.0 - fear)
}

/// Civilians killed in a step of `months`: lethality · v² · the crowd within reach on average, with a
/// power-law tail by the first draw and rounded to a whole number by the second.
///
/// The force at hand, and not the crowd, limits what violence reaches: n·h/(n + h) of a crowd of n,
/// half of one of h. Few in a thousand die where hundreds of thousands are out (Tunis, 2011), dozens
/// where thousands are (Bishkek, 2010).
#[must_use]
pub fn killed(violence: f64, crowd_k: f64, months: f64, draws: (f64, f64), constants: &RepressionConstants) -> f64 {
    let reached_k = crowd_k * constants.reach_k / (crowd_k + constants.reach_k);
    let mean = 1000.0 * constants.lethality * violence * violence * reached_k * months;
    let exponent = constants.deaths_exponent;
    // A Pareto factor of mean 1.
    let factor = (exponent - 2.0) / (exponent - 1.0) * libm::pow(1.0 - draws.0, -1.0 / (exponent - 1.0));
    libm::floor(clamp(mean * factor, 0.0, constants.most * 1000.0 * crowd_k * months) + draws.1)
}

marchland_sim::terms! {
    /// What the law books.
    struct Terms {
        FADING_OF_MEMORY = "the fading of memory",
        BACKLASH = "the backlash",
        FORCE_USED = "the force used",
        KILLINGS = "the killings",
        PEOPLE_DRIVEN_OUT_OR_COMING_BACK = "people driven out or coming back",
        SPREAD_OF_FEAR = "the spread of fear",
    }
}

/// The law of repression.
pub(crate) const REPRESSION: Mechanism = Mechanism {
    name: "repression",
    called: "force against crowds",
    meaning: "Decides where crowds meet force, counts the dead, and moves fear and resentment.",
    equations: "P(crackdown) = logit⁻¹(β0 + β1·a + β2·capital + β3·repression − β4·reform − β5·guarantee); \
                v = (v₀ + (1 − v₀)·repression)·e^(−ρ·β5·guarantee); resentment' = (1 − ρ)·resentment + b·v·(1 − F); \
                F' = F + δ·(min(1, v̄/v0) − F); deaths = Pareto of mean λ·v²·n·h/(n + h), n the crowd",
    source: "Davenport 2007 (coercive responsiveness); Lichbach 1987, Moore 1998, Francisco 1995 (backlash); power law of \
             deaths Bohorquez et al. 2009; forms our choice",
    parameters: RepressionConstants::NAMES,
    populations: &[],
    terms: Terms::ALL,
    columns: |set| {
        set.add::<Harm>();
        set.add::<Coercion>();
    },
    needs: |_| {},
    build: |build| {
        Polity::insert(build);
        build.system(repress);
    },
    constants: RepressionConstants::read,
    start: |_| {},
};

const CRACKDOWN: u64 = name_hash("repression.crackdown");
const DEATHS: u64 = name_hash("repression.deaths");

/// Columns of a region where crowds meet force.
type Met = (&'static mut Harm, Option<&'static Crowd>, Option<&'static Population>, Option<&'static Migrants>);

fn repress(
    (clock, c, polity): (Res<Clock>, Res<RepressionConstants>, Local<Fixed<Polity>>),
    (ids, country_ids): (Local<Ids<Harm>>, Local<Ids<Coercion>>),
    crowd_ids: Local<OptionalIds<Crowd>>,
    mut ledger: ResMut<Ledger>,
    mut countries: Query<(&mut Coercion, Option<&Legitimacy>, Option<&Fall>)>,
    mut regions: Query<Met>,
) {
    let (coercions, legitimacies, falls) = countries.rows_mut();
    let (harms, crowds, people, pools) = regions.rows_mut();
    for (country, coercion) in coercions.iter_mut().enumerate() {
        let guarantee = row(falls, country).exit_guarantee_old;
        let reform = row(legitimacies, country).reform;
        let violence = violence(coercion.repression, guarantee, &c);
        let provoked = backlash(violence, coercion.fear, &c);
        let (mut deaths, mut all, mut seen, mut population) = (0.0, 0.0, 0.0, 0.0);
        for (region, harm) in harms.iter_mut().enumerate() {
            if polity.region_country[region] != country {
                continue;
            }
            let before = *harm;
            let active = row(crowds, region).unrest;
            let capital = polity.capital[country] == Some(region);
            let people_k = row(people, region).population_k;
            harm.crackdown = towards(before.crackdown, 0.0, c.relent, clock.months);
            harm.resentment = towards(before.resentment, 0.0, c.resentment_decay, clock.months);
            harm.displaced_k = towards(before.displaced_k, 0.0, c.returning, clock.months);
            let faded = harm.resentment;
            let monthly = crackdown_chance(active, capital, coercion.repression, reform, guarantee, &c);
            let name = polity.region_names[region];
            if monthly > 0.0 && clock.stream(name, CRACKDOWN).uniform() < probability_over(monthly, clock.months) {
                harm.crackdown = max(harm.crackdown, violence);
                harm.resentment = min(1.0, harm.resentment + provoked * clock.months);
                let crowd_k = active * row(pools, region).mobilisable_share * people_k;
                let draws = clock.stream(name, DEATHS);
                let dead = killed(violence, crowd_k, clock.months, (draws.uniform(), draws.at(1).uniform()), &c);
                harm.deaths += dead;
                harm.displaced_k = min(DISPLACED_MOST * people_k, harm.displaced_k + c.displaced * dead);
                deaths += dead;
            }
            all += harm.deaths;
            seen += harm.crackdown * people_k;
            population += people_k;
            if ledger.on() {
                let fear = country_ids.at(country, Coercion::fear);
                let mut inputs = vec![country_ids.at(country, Coercion::repression), fear];
                inputs.extend(input(&crowd_ids, region, Crowd::unrest));
                ledger.terms(
                    ids.at(region, Harm::resentment),
                    harm.resentment,
                    &[
                        Term { name: Terms::FADING_OF_MEMORY, amount: faded - before.resentment, inputs: &[] },
                        Term { name: Terms::BACKLASH, amount: harm.resentment - faded, inputs: &inputs },
                    ],
                );
                // Fear weighs on the backlash and on nothing else here.
                inputs.retain(|id| *id != fear);
                ledger.book(Terms::FORCE_USED, ids.at(region, Harm::crackdown), harm.crackdown, &inputs);
                let force = [ids.at(region, Harm::crackdown)];
                ledger.book(Terms::KILLINGS, ids.at(region, Harm::deaths), harm.deaths, &force);
                ledger.book(
                    Terms::PEOPLE_DRIVEN_OUT_OR_COMING_BACK,
                    ids.at(region, Harm::displaced_k),
                    harm.displaced_k,
                    &force,
                );
            }
        }
        let intensity = if population > 0.0 { seen / population } else { 0.0 };
        let frightening = min(1.0, (coercion.repression * c.known + intensity) / c.fear_violence);
        coercion.fear = towards(coercion.fear, frightening, c.fear_adjustment, clock.months);
        coercion.protest_deaths = deaths;
        coercion.deaths_civil = all;
        if ledger.on() {
            let policy = [country_ids.at(country, Coercion::repression)];
            ledger.book(Terms::SPREAD_OF_FEAR, country_ids.at(country, Coercion::fear), coercion.fear, &policy);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declared::{declared, throughout};

    #[test]
    fn a_way_out_makes_force_rarer_and_milder() {
        throughout(|value| {
            let c = RepressionConstants::from_parameters(value);
            let chance = |guarantee: f64| crackdown_chance(0.5, true, 0.5, 0.2, guarantee, &c);
            assert!(chance(0.8) < chance(0.0), "{c:?}");
            assert!(violence(0.5, 0.8, &c) < violence(0.5, 0.0, &c), "{c:?}");
            assert_eq!(crackdown_chance(0.0, true, 1.0, 0.0, 0.0, &c), 0.0);
        });
    }

    #[test]
    fn deaths_have_the_mean_and_the_tail_they_are_given() {
        // 200,000 events of one size (stratified draws) of a crowd that violence reaches whole. Deaths over their mean are a Pareto
        // factor of minimum m = (α − 2)/(α − 1) and mean 1; the most that may be killed, K times the mean, cuts
        // ∫ (x − K)⁺ = m^(α−1)·K^(2−α)/(α − 2) off it.
        let c = RepressionConstants { reach_k: 1e12, ..RepressionConstants::from_parameters(&declared) };
        let (n, crowd_k, violence) = (200_000, 1000.0, 0.5);
        let mut deaths: Vec<f64> =
            (0..n).map(|i| killed(violence, crowd_k, 1.0, ((f64::from(i) + 0.5) / f64::from(n), 0.5), &c)).collect();
        let mean = deaths.iter().sum::<f64>() / f64::from(n);
        let given = 1000.0 * crowd_k * c.lethality * violence * violence;
        let (alpha, most) = (c.deaths_exponent, c.most * 1000.0 * crowd_k / given);
        let cut = libm::pow((alpha - 2.0) / (alpha - 1.0), alpha - 1.0) * libm::pow(most, 2.0 - alpha) / (alpha - 2.0);
        assert!((mean / given - (1.0 - cut)).abs() < 2e-3, "{mean} of {given}, {cut} cut");
        deaths.sort_by(f64::total_cmp);
        // Hill's estimator over the largest twentieth.
        let tail = &deaths[190_000..];
        let hill = tail.iter().map(|x| libm::log(x / tail[0])).sum::<f64>() / tail.len() as f64;
        assert!((1.0 + 1.0 / hill - alpha).abs() < 0.1, "{}", 1.0 + 1.0 / hill);
    }

    #[test]
    fn large_crowds_lose_fewer_of_each_thousand() {
        throughout(|value| {
            let c = RepressionConstants::from_parameters(value);
            let middling = |crowd_k: f64| killed(1.0, crowd_k, 1.0, (0.5, 0.0), &c);
            let (own, twice) = (middling(c.reach_k), middling(2.0 * c.reach_k));
            assert!(twice > own && twice < 1.5 * own, "{own} {twice} {c:?}");
            // Of a crowd of that size violence reaches half, to a whole number of people.
            let whole = killed(1.0, c.reach_k, 1.0, (0.5, 0.0), &RepressionConstants { reach_k: 1e12, ..c });
            assert!((whole - 2.0 * own).abs() <= 2.0, "{own} of {whole} {c:?}");
            // A month in four weeks kills as many, to rounding.
            let week = killed(1.0, c.reach_k, 0.25, (0.5, 0.0), &c);
            assert!((4.0 * week - own).abs() <= 4.0, "{week} {own} {c:?}");
        });
    }
}
