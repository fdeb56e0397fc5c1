//! Elites: who stays with the incumbent, who leaves, and who plots.

use bevy_ecs::prelude::*;
use marchland_game::number::{clamp, logistic, max, min, probability_over};
use marchland_game::stream::name_hash;
use marchland_sim::constants;
use marchland_sim::ledger::{Ledger, Term, TermName};
use marchland_sim::mechanisms::Mechanism;
use marchland_sim::world::{Clock, Ids, Rows, RowsMut};

use crate::kernels::adjustment::towards;
use crate::kernels::normal::normal_pair;
use crate::state::base::Garrison;
use crate::state::country::{Fall, Legitimacy, Output, Palace, Support, Tension, Treasury};
use crate::state::elite::Elite;
use crate::state::polity::Polity;
use crate::state::reading::{input, row};

constants! {
    /// Constants of the law of elites.
    pub struct EliteConstants {
        /// Weight of legitimacy in strength.
        legitimacy = "elites_strength_legitimacy",
        /// Weight of loyal force in strength.
        force = "elites_strength_force",
        /// Weight of patronage in strength.
        patronage = "elites_strength_patronage",
        /// Weight of the patrons' backing in strength.
        patron = "elites_strength_patron",
        /// Weight of a foreign garrison that stands by the incumbent in strength.
        base = "elites_strength_base",
        /// What an all-out crowd in the capital takes off strength.
        crowd = "elites_strength_crowd",
        /// What the leaving of all elites takes off strength.
        defection = "elites_strength_defection",
        /// Error of an elite's private signal of strength.
        signal = "elites_signal",
        /// Strength at which leaving wins as often as not.
        even = "elites_even",
        /// Steepness of the chance of winning in strength.
        slope = "elites_slope",
        /// Rents in the new order, where an insider's present ones are 1.
        prize = "elites_prize",
        /// Punishment of those who leave and lose.
        punishment = "elites_punishment",
        /// What a full guarantee by the next government adds to the prize.
        guarantee = "elites_guarantee",
        /// What full loyalty over indifference adds to the strength that an elite perceives, doubled.
        attachment = "elites_attachment",
        /// What the patron's backing adds to it for an elite that leans on the patron.
        lean = "elites_lean",
        /// Chance within a month that an elite returns to a regime that is strong again.
        returning = "elites_returning",
        /// Share of the distance of loyalty to its level closed in a month.
        loyalty_adjustment = "elites_loyalty_adjustment",
        /// Loyalty without gain, fear or doubt.
        loyalty_base = "elites_loyalty_base",
        /// What full rents add to loyalty.
        loyalty_rents = "elites_loyalty_rents",
        /// What a certain purge takes off it.
        loyalty_fear = "elites_loyalty_fear",
        /// What full strength adds, over the strength at which leaving wins as often as not.
        loyalty_strength = "elites_loyalty_strength",
        /// What full distance from the leader takes off.
        loyalty_split = "elites_loyalty_split",
        /// Share of an elite's first loyalty, beyond what gains and fears explain, that is lasting.
        loyalty_bond = "elites_loyalty_bond",
        /// Chance of a purge that an elite sees in quiet times.
        suspicion = "elites_suspicion",
        /// What a full purge adds for one without loyalty.
        suspicion_purge = "elites_suspicion_purge",
        /// Share of a division that heals in a month.
        healing = "elites_healing",
        /// Share of a purge that ends in a month.
        purge_decay = "elites_purge_decay",
        /// Log odds of an attempt in a month where all drivers are 0.
        coup = "elites_coup",
        /// What illegitimacy adds to the log odds.
        coup_legitimacy = "elites_coup_legitimacy",
        /// What each unit of growth takes off.
        coup_growth = "elites_coup_growth",
        /// What an all-out crowd in the capital adds.
        coup_crowd = "elites_coup_crowd",
        /// What full division adds.
        coup_split = "elites_coup_split",
        /// What full counterbalancing takes off.
        coup_counterbalance = "elites_coup_counterbalance",
        /// What a full and reliable garrison that stands by the incumbent takes off.
        coup_base = "elites_coup_base",
        /// What unmet patronage adds.
        coup_patronage = "elites_coup_patronage",
        /// What an interim adds.
        coup_interim = "elites_coup_interim",
        /// Log odds that an attempt succeeds against no loyal force.
        success = "elites_success",
        /// What full loyal force takes off.
        success_force = "elites_success_force",
        /// What full division adds.
        success_split = "elites_success_split",
    }
}

/// What insiders gauge the regime by.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Pillars {
    /// Legitimacy in [0, 1].
    pub legitimacy: f64,
    /// Share of the force that obeys, in [0, 1].
    pub loyal_force: f64,
    /// Share of the need for patronage covered, in [0, 1].
    pub patronage: f64,
    /// Net backing by patrons in [−1, 1].
    pub patron: f64,
    /// Deterrence of a garrison that stands by the incumbent, in [0, 1].
    pub base: f64,
    /// Active share of the mobilisable in the capital.
    pub crowd: f64,
    /// Weight of those who have left.
    pub defected: f64,
}

/// Terms of the regime's strength, in the order of [`Pillars`].
#[must_use]
pub fn strength_terms(on: &Pillars, c: &EliteConstants) -> [f64; 7] {
    [
        c.legitimacy * on.legitimacy,
        c.force * on.loyal_force,
        c.patronage * min(1.0, on.patronage),
        c.patron * 0.5 * (1.0 + on.patron),
        c.base * on.base,
        -c.crowd * on.crowd,
        -c.defection * on.defected,
    ]
}

/// Strength below which an elite leaves: where the chance of winning, logistic in strength, makes
/// leaving worth as much as staying (Svolik 2012; Casper & Tyson 2014):
/// p·(prize + guarantee) − (1 − p)·punishment = rents·(1 − purge risk).
#[must_use]
pub fn cutoff(rents: f64, purge_risk: f64, guarantee: f64, c: &EliteConstants) -> f64 {
    let stake = c.prize + c.guarantee * guarantee + c.punishment * (1.0 - 0.5 * guarantee);
    let needed = (rents * (1.0 - purge_risk) + c.punishment * (1.0 - 0.5 * guarantee)) / stake;
    if needed >= 1.0 {
        return -1.0;
    }
    let needed = clamp(needed, 1e-6, 1.0 - 1e-6);
    clamp(c.even - c.slope * libm::log(needed / (1.0 - needed)), -1.0, 1.0)
}

/// An elite's rents against an insider's due: its share of rents over its weight, times the share
/// of patronage that is covered (Bueno de Mesquita et al. 2003).
#[must_use]
pub fn rents(elite: &Elite, patronage: f64) -> f64 {
    if elite.weight <= 0.0 { patronage } else { patronage * clamp(elite.share / elite.weight, 0.0, 2.0) }
}

/// What drives a coup.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Plot {
    /// Legitimacy in [0, 1].
    pub legitimacy: f64,
    /// Growth of the economy a year, as a share.
    pub growth: f64,
    /// Active share of the mobilisable in the capital.
    pub crowd: f64,
    /// Division at the top.
    pub split: f64,
    /// Guards that watch each other.
    pub counterbalance: f64,
    /// Strength × reliability × backing of a garrison.
    pub base: f64,
    /// Share of the need for patronage covered.
    pub patronage: f64,
    /// 1 in an interim.
    pub interim: f64,
    /// Share of the force that obeys.
    pub loyal_force: f64,
}

/// Chance within a month of an attempt: logistic, after Belkin & Schofer (2003) and Powell (2012).
#[must_use]
pub fn attempt(on: &Plot, c: &EliteConstants) -> f64 {
    logistic(
        c.coup + c.coup_legitimacy * (1.0 - on.legitimacy) - c.coup_growth * on.growth
            + c.coup_crowd * on.crowd
            + c.coup_split * on.split
            - c.coup_counterbalance * on.counterbalance
            - c.coup_base * on.base
            + c.coup_patronage * (1.0 - min(1.0, on.patronage))
            + c.coup_interim * on.interim,
    )
}

/// Chance that an attempt succeeds.
#[must_use]
pub fn success(on: &Plot, c: &EliteConstants) -> f64 {
    logistic(c.success - c.success_force * on.loyal_force + c.success_split * on.split - c.coup_base * on.base)
}

/// Loyalty that an elite tends to: what it gets, what it fears, what its patron backs, how strong the
/// regime looks, and what binds it.
#[must_use]
pub fn loyalty_level(elite: &Elite, rents: f64, patron: f64, strength: f64, c: &EliteConstants) -> f64 {
    clamp(
        c.loyalty_base + c.loyalty_rents * rents - c.loyalty_fear * elite.purge_risk
            + c.lean * 2.0 * elite.alignment_patron * patron
            + c.loyalty_strength * (strength - c.even)
            - c.loyalty_split * elite.split
            + elite.bond,
        0.0,
        1.0,
    )
}

marchland_sim::terms! {
    /// What the law books.
    struct Terms {
        GOING_OF_THOSE_WHO_LEFT = "the going of those who left",
        OBEDIENCE_OF_THE_FORCES = "the obedience of the forces",
        GOVERNMENTS_LEGITIMACY = "the government's legitimacy",
        LOYAL_FORCE = "loyal force",
        PATRONAGE = "patronage",
        BACKING_FROM_ABROAD = "backing from abroad",
        GARRISONS_STAND = "the garrison's stand",
        STREET = "the street",
        DEFECTIONS = "defections",
        PLOTS_OF_INSIDERS = "the plots of insiders",
        ODDS_OF_A_PLOT = "odds of a plot",
        PRIVATE_READING_OF_STRENGTH = "a private reading of strength",
        RENTS_FEAR_AND_PATRONS = "rents, fear and patrons",
        RULERS_SUSPICION = "the ruler's suspicion",
        TIME_THAT_HEALS = "time that heals",
        END_OF_THE_PURGE = "the end of the purge",
    }
}

/// The law of elites.
pub(crate) const ELITES: Mechanism = Mechanism {
    name: "elites",
    called: "the reckoning of the elite",
    meaning: "Gauges the regime as its insiders do; lets elites leave, return and plot.",
    equations: "θ = w·(L, loyal force, patronage, patron, garrison) − w·(crowd, defected); an elite leaves where \
                θ + σε < x*, p(x*)·(prize + guarantee) − (1 − p(x*))·punishment = rents·(1 − purge risk), \
                p = logit⁻¹((m − θ)/s); P(attempt) = logit⁻¹(β0 + β1(1 − L) − β2·growth + β3·a + β4·split − \
                β5·counterbalance − β6·garrison + β7·(1 − patronage) + β8·interim)",
    source: "global game: Morris & Shin 2003, Svolik 2012, Casper & Tyson 2014; selectorate: Bueno de Mesquita et al. 2003; \
             coup-proofing: Belkin & Schofer 2003, Powell 2012; coefficients judgement or fitted to base rates",
    parameters: EliteConstants::NAMES,
    populations: &[],
    terms: Terms::ALL,
    columns: |set| {
        set.add::<Elite>();
        set.add::<Palace>();
    },
    needs: |_| {},
    build: |build| {
        Polity::insert(build);
        build.system(gauge);
        build.system(choose);
    },
    constants: EliteConstants::read,
    start: |world| {
        world.run_system_cached(gauge).expect("the system's resources stand");
    },
};

const SIGNAL: u64 = name_hash("elites.signal");

/// Indicators of other laws that strength and plots read.
type Read<'w> = (
    Option<Res<'w, Ids<Legitimacy>>>,
    Option<Res<'w, Ids<Treasury>>>,
    Option<Res<'w, Ids<Support>>>,
    Option<Res<'w, Ids<Tension>>>,
    Option<Res<'w, Ids<Output>>>,
    Option<Res<'w, Ids<Garrison>>>,
);

/// What insiders see: strength, cutoffs, and the odds of a plot.
#[allow(clippy::too_many_arguments, reason = "each is a column that the equations read")]
fn gauge(
    (c, polity): (Res<EliteConstants>, Res<Polity>),
    ids: Res<Ids<Palace>>,
    foreign: Read,
    mut ledger: ResMut<Ledger>,
    mut palaces: Query<&mut Palace>,
    mut elites: Query<&mut Elite>,
    legitimacies: Query<&Legitimacy>,
    treasuries: Query<&Treasury>,
    outputs: Query<&Output>,
    supports: Query<&Support>,
    garrisons: Query<&Garrison>,
    tensions: Query<&Tension>,
    falls: Query<&Fall>,
) {
    // A garrison deters for whoever its owner backs.
    let garrison = garrisons.rows().iter().fold(0.0, |most, own| max(most, own.deterrence));
    for (country, palace) in palaces.rows_mut().iter_mut().enumerate() {
        let (mut weight, mut left, mut force, mut obeys, mut split) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (at, elite) in elites.rows().iter().enumerate() {
            if polity.elite_country[at] == country {
                weight += elite.weight;
                left += elite.weight * elite.defected.number();
                split += elite.weight * elite.split;
                force += elite.force_share;
                obeys += elite.force_share * elite.loyalty * (1.0 - elite.defected.number());
            }
        }
        palace.defected_weight = if weight > 0.0 { clamp(left / weight, 0.0, 1.0) } else { 0.0 };
        palace.loyal_force = if force > 0.0 { clamp(obeys / force, 0.0, 1.0) } else { 1.0 };
        let patron = row(supports.rows(), country).patron_support;
        let patronage = treasuries.rows().get(country).map_or(0.65, |treasury| treasury.patronage);
        let legitimacy = row(legitimacies.rows(), country).legitimacy;
        let crowd = row(tensions.rows(), country).capital_crowd;
        let fall = row(falls.rows(), country);
        let base = garrison * max(0.0, patron);
        let pillars = Pillars {
            legitimacy,
            loyal_force: palace.loyal_force,
            patronage,
            patron,
            base,
            crowd,
            defected: palace.defected_weight,
        };
        let terms = strength_terms(&pillars, &c);
        let before = palace.regime_strength;
        palace.regime_strength = clamp(terms.iter().sum(), 0.0, 1.0);
        let plot = Plot {
            legitimacy,
            growth: row(outputs.rows(), country).gdp_growth_annual,
            crowd,
            split: min(1.0, palace.elite_split + split),
            counterbalance: palace.counterbalance,
            base,
            patronage,
            interim: if fall.interim_months > 0.0 { 1.0 } else { 0.0 },
            loyal_force: palace.loyal_force,
        };
        palace.coup_risk = attempt(&plot, &c);
        palace.coup_success = success(&plot, &c);
        for (at, elite) in elites.rows_mut().iter_mut().enumerate() {
            if polity.elite_country[at] == country {
                elite.cutoff = cutoff(rents(elite, patronage), elite.purge_risk, fall.guarantee_new, &c);
            }
        }
        if ledger.on() {
            let at = |field| ids.at(country, field);
            let inputs: [Vec<_>; 7] = [
                input(&foreign.0, country, Legitimacy::legitimacy).into_iter().collect(),
                vec![at(Palace::loyal_force)],
                input(&foreign.1, country, Treasury::patronage).into_iter().collect(),
                input(&foreign.2, country, Support::patron_support).into_iter().collect(),
                (0..garrisons.rows().len()).filter_map(|base| input(&foreign.5, base, Garrison::deterrence)).collect(),
                input(&foreign.3, country, Tension::capital_crowd).into_iter().collect(),
                vec![at(Palace::defected_weight)],
            ];
            let plotted: Vec<_> =
                inputs.iter().flatten().copied().chain(input(&foreign.4, country, Output::gdp_growth_annual)).collect();
            ledger.book(Terms::GOING_OF_THOSE_WHO_LEFT, at(Palace::defected_weight), palace.defected_weight, &[]);
            ledger.book(Terms::OBEDIENCE_OF_THE_FORCES, at(Palace::loyal_force), palace.loyal_force, &[]);
            // A derived number is computed anew: one booking takes it to its first term's level.
            let names = [
                Terms::GOVERNMENTS_LEGITIMACY,
                Terms::LOYAL_FORCE,
                Terms::PATRONAGE,
                Terms::BACKING_FROM_ABROAD,
                Terms::GARRISONS_STAND,
                Terms::STREET,
                Terms::DEFECTIONS,
            ];
            let mut booked = vec![Term { name: TermName::ANEW, amount: -before, inputs: &[] }];
            booked.extend((0..7).map(|term| Term { name: names[term], amount: terms[term], inputs: &inputs[term] }));
            ledger.terms(at(Palace::regime_strength), palace.regime_strength, &booked);
            ledger.book(Terms::PLOTS_OF_INSIDERS, at(Palace::coup_risk), palace.coup_risk, &plotted);
            ledger.book(
                Terms::ODDS_OF_A_PLOT,
                at(Palace::coup_success),
                palace.coup_success,
                &[at(Palace::loyal_force)],
            );
        }
    }
}

/// Who leaves and who returns, and how loyalties and divisions move.
#[allow(clippy::too_many_arguments, reason = "each is a column that the equations read")]
fn choose(
    (clock, c, polity): (Res<Clock>, Res<EliteConstants>, Res<Polity>),
    (ids, country_ids): (Res<Ids<Elite>>, Res<Ids<Palace>>),
    mut ledger: ResMut<Ledger>,
    mut palaces: Query<&mut Palace>,
    mut elites: Query<&mut Elite>,
    treasuries: Query<&Treasury>,
    supports: Query<&Support>,
) {
    let months = clock.months;
    let palaces = palaces.rows_mut();
    for (at, elite) in elites.rows_mut().iter_mut().enumerate() {
        let country = polity.elite_country[at];
        let Some(palace) = palaces.get(country) else { continue };
        let patron = row(supports.rows(), country).patron_support;
        let patronage = treasuries.rows().get(country).map_or(0.65, |treasury| treasury.patronage);
        let before = *elite;
        let perceived =
            palace.regime_strength + c.attachment * (elite.loyalty - 0.5) + c.lean * elite.alignment_patron * patron
                - 0.5 * c.attachment * elite.split;
        // Φ((x* − θ)/σ): the chance that the month's private signal lies below the cutoff.
        let leaves = normal_pair((elite.cutoff - perceived) / c.signal).1;
        let draw = clock.stream(polity.elite_names[at], SIGNAL).uniform();
        if !elite.defected.get() {
            if draw < probability_over(leaves, months) {
                elite.defected.set(true);
            }
        } else if perceived > elite.cutoff + 2.0 * c.signal && draw < probability_over(c.returning, months) {
            elite.defected.set(false);
        }
        let mut level = loyalty_level(elite, rents(elite, patronage), patron, palace.regime_strength, &c);
        if elite.bond == 0.0 {
            elite.bond = c.loyalty_bond * (elite.loyalty - level);
            level = loyalty_level(elite, rents(elite, patronage), patron, palace.regime_strength, &c);
        }
        elite.loyalty = towards(elite.loyalty, level, c.loyalty_adjustment, months);
        let suspicion = c.suspicion + c.suspicion_purge * palace.purge * (1.0 - elite.loyalty);
        elite.purge_risk = towards(elite.purge_risk, min(1.0, suspicion), c.loyalty_adjustment, months);
        elite.split = towards(elite.split, 0.0, c.healing, months);
        if ledger.on() {
            let own = |field| ids.at(at, field);
            let seen = [own(Elite::cutoff), own(Elite::loyalty), country_ids.at(country, Palace::regime_strength)];
            ledger.book(Terms::PRIVATE_READING_OF_STRENGTH, own(Elite::defected), elite.defected.number(), &seen);
            let drivers = [own(Elite::share), own(Elite::purge_risk), country_ids.at(country, Palace::regime_strength)];
            ledger.terms(
                own(Elite::loyalty),
                elite.loyalty,
                &[Term {
                    name: Terms::RENTS_FEAR_AND_PATRONS,
                    amount: elite.loyalty - before.loyalty,
                    inputs: &drivers,
                }],
            );
            let purge = [country_ids.at(country, Palace::purge), own(Elite::loyalty)];
            ledger.book(Terms::RULERS_SUSPICION, own(Elite::purge_risk), elite.purge_risk, &purge);
            ledger.book(Terms::TIME_THAT_HEALS, own(Elite::split), elite.split, &[]);
        }
    }
    for (country, palace) in palaces.iter_mut().enumerate() {
        palace.elite_split = towards(palace.elite_split, 0.0, c.healing * 0.5, months);
        palace.purge = towards(palace.purge, 0.0, c.purge_decay, months);
        if ledger.on() {
            ledger.book(Terms::TIME_THAT_HEALS, country_ids.at(country, Palace::elite_split), palace.elite_split, &[]);
            ledger.book(Terms::END_OF_THE_PURGE, country_ids.at(country, Palace::purge), palace.purge, &[]);
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The constants of the base, for kernels' own tests.
    pub(crate) fn constants() -> EliteConstants {
        EliteConstants {
            legitimacy: 0.25,
            force: 0.3,
            patronage: 0.2,
            patron: 0.15,
            base: 0.1,
            crowd: 0.5,
            defection: 0.3,
            signal: 0.1,
            even: 0.35,
            slope: 0.08,
            prize: 0.9,
            punishment: 1.0,
            guarantee: 0.3,
            attachment: 0.2,
            lean: 0.05,
            returning: 0.1,
            loyalty_adjustment: 0.1,
            loyalty_base: 0.2,
            loyalty_rents: 0.5,
            loyalty_fear: 0.5,
            loyalty_strength: 0.4,
            loyalty_split: 0.3,
            loyalty_bond: 0.5,
            suspicion: 0.03,
            suspicion_purge: 0.6,
            healing: 0.1,
            purge_decay: 0.3,
            coup: -9.0,
            coup_legitimacy: 3.0,
            coup_growth: 5.0,
            coup_crowd: 2.0,
            coup_split: 3.0,
            coup_counterbalance: 1.0,
            coup_base: 1.5,
            coup_patronage: 2.0,
            coup_interim: 1.0,
            success: 1.5,
            success_force: 2.0,
            success_split: 2.0,
        }
    }

    #[test]
    fn at_the_cutoff_leaving_is_worth_staying() {
        let c = constants();
        let (rents, purge, guarantee) = (0.7, 0.1, 0.4);
        let at = cutoff(rents, purge, guarantee, &c);
        let win = logistic(-(at - c.even) / c.slope);
        let punishment = c.punishment * (1.0 - 0.5 * guarantee);
        let leaving = win * (c.prize + c.guarantee * guarantee) - (1.0 - win) * punishment;
        assert!((leaving - rents * (1.0 - purge)).abs() < 1e-12);
    }

    #[test]
    fn elites_leave_sooner_with_guarantees_and_when_rents_dry_up() {
        let c = constants();
        assert!(cutoff(0.7, 0.05, 0.8, &c) > cutoff(0.7, 0.05, 0.0, &c));
        assert!(cutoff(0.4, 0.05, 0.0, &c) > cutoff(0.8, 0.05, 0.0, &c));
        assert!(cutoff(0.7, 0.5, 0.0, &c) > cutoff(0.7, 0.05, 0.0, &c));
    }

    #[test]
    fn coups_follow_their_signs() {
        let c = constants();
        let quiet = Plot {
            legitimacy: 0.5,
            growth: 0.05,
            split: 0.1,
            counterbalance: 0.5,
            patronage: 0.7,
            loyal_force: 0.7,
            ..Plot::default()
        };
        let risk = |plot: &Plot| attempt(plot, &c) * success(plot, &c);
        assert!(risk(&Plot { patronage: 0.9, ..quiet }) < risk(&quiet));
        assert!(risk(&Plot { base: 0.5, ..quiet }) < risk(&quiet));
        assert!(risk(&Plot { split: 0.5, ..quiet }) > risk(&quiet));
        assert!(risk(&Plot { legitimacy: 0.3, ..quiet }) > risk(&quiet));
        // Powell & Thyne: attempts succeed about every other time; successes about .5 % a year.
        assert!((0.4..0.7).contains(&success(&quiet, &c)));
        assert!((0.001..0.02).contains(&(12.0 * risk(&quiet))), "{}", 12.0 * risk(&quiet));
    }
}
