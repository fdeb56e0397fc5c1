//! Legitimacy: belief in the right to rule, which performance, elections, scandal, harm and
//! openness move, and which drifts to a natural level.

use bevy_ecs::prelude::*;
use marchland_game::number::{clamp, max};
use marchland_sim::constants;
use marchland_sim::ledger::{Ledger, Term};
use marchland_sim::mechanisms::Mechanism;
use marchland_sim::world::{Clock, Fixed, Ids, OptionalIds, Rows, RowsMut};

use crate::kernels::adjustment::towards;
use crate::state::country::{Coercion, CountryWelfare, Legitimacy};
use crate::state::polity::Polity;
use crate::state::reading::{input, row};
use crate::state::region::{Front, Population};

constants! {
    /// Constants of the law of legitimacy.
    pub struct LegitimacyConstants {
        /// Share of the distance to the natural level closed in a month.
        drift = "legitimacy_drift",
        /// Monthly gain of perfect over middling performance, doubled.
        performance = "legitimacy_performance",
        /// Monthly loss by total fraud fully condemned.
        fraud = "legitimacy_fraud",
        /// Monthly loss by the worst news of corruption.
        corruption = "legitimacy_corruption",
        /// Loss by the gravest harm to civilians in a month.
        harm = "legitimacy_harm",
        /// Monthly gain of a fully open over a closed system.
        reform = "legitimacy_reform",
        /// Monthly gain of a leader wholly devoted to problems at home over a leader who gives them none.
        responsiveness = "legitimacy_responsiveness",
        /// Monthly loss where fighters threaten everybody and hardship is middling.
        attacks = "legitimacy_attacks",
        /// Share of that loss that fighters cost where nobody suffers otherwise.
        attacks_calm = "legitimacy_attacks_calm",
        /// Share of the memory of a verdict that fades in a month.
        verdict_decay = "legitimacy_verdict_decay",
        /// Share of news that fades in a month.
        news_decay = "legitimacy_news_decay",
        /// Share of an opening's boldness that fades in a month.
        opening_decay = "legitimacy_opening_decay",
        /// Share of the distance of attention to a leader's habits closed in a month.
        habit = "legitimacy_habit",
        /// Civilian deaths a month, per million people, that do half the gravest harm.
        harm_half = "legitimacy_harm_half",
    }
}

/// Performance and attention that neither raise nor lower legitimacy: the middle of their scales. The government's credit, solved
/// at the start, takes up whatever another middle would change.
const MIDDLING: f64 = 0.5;

/// The named terms of a step of legitimacy, each in shares.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct LegitimacyTerms {
    /// Drift to the natural level.
    pub drift: f64,
    /// What the government delivers.
    pub performance: f64,
    /// Fraud that observers condemned.
    pub fraud: f64,
    /// News of corruption.
    pub corruption: f64,
    /// Civilians killed.
    pub harm: f64,
    /// Openness.
    pub reform: f64,
    /// Attention to problems at home.
    pub responsiveness: f64,
    /// People left without protection, the more so where they suffer anyway.
    pub attacks: f64,
}

impl LegitimacyTerms {
    /// All terms together.
    #[must_use]
    pub fn sum(&self) -> f64 {
        self.drift
            + self.performance
            + self.fraud
            + self.corruption
            + self.harm
            + self.reform
            + self.responsiveness
            + self.attacks
    }
}

/// The terms of a step: φ(L̄ − L) + a1·(performance − ½) − a2·fraud·verdict − a3·news − a4·harm +
/// a5·reform + a6·(responsiveness − ½) − a7·threat·(h₀ + hardship). Harm counts once, all else by the
/// length of the step.
#[must_use]
pub fn legitimacy_terms(
    own: &Legitimacy,
    performance: f64,
    deaths_per_million: f64,
    (threat, hardship): (f64, f64),
    months: f64,
    constants: &LegitimacyConstants,
) -> LegitimacyTerms {
    LegitimacyTerms {
        drift: months * constants.drift * (own.legitimacy_natural + own.standing - own.legitimacy),
        performance: months * constants.performance * (performance - MIDDLING),
        fraud: -months * constants.fraud * own.fraud * own.verdict,
        corruption: -months * constants.corruption * own.corruption_news,
        harm: -constants.harm * deaths_per_million / (deaths_per_million + constants.harm_half),
        reform: months * constants.reform * own.reform,
        responsiveness: months * constants.responsiveness * (own.responsiveness - MIDDLING),
        attacks: -months * constants.attacks * threat * (constants.attacks_calm + hardship),
    }
}

/// Solves what the laws leave unobserved at the start, so that they rest where observations do: the government's credit,
/// from legitimacy as coded and the terms that last, and the habits of its attention. What fades by itself, a verdict, a
/// scandal, is no part of it. Where the credit would leave [−1, 1], it stays at the bound, and legitimacy drifts.
pub fn rest(own: &mut Legitimacy, terms: &LegitimacyTerms, months: f64, constants: &LegitimacyConstants) {
    own.rested.set(true);
    own.responsiveness_natural = own.responsiveness;
    own.attention_natural = own.attention_border;
    let lasting = terms.performance + terms.reform + terms.responsiveness + terms.attacks;
    let pace = months * constants.drift;
    if pace > 0.0 {
        own.standing = clamp(own.legitimacy - own.legitimacy_natural - lasting / pace, -1.0, 1.0);
    }
}

/// Moves what people remember, and keeps attention within its budget of 1.
pub fn fade(own: &mut Legitimacy, months: f64, constants: &LegitimacyConstants) {
    own.responsiveness = towards(own.responsiveness, own.responsiveness_natural, constants.habit, months);
    own.attention_border = towards(own.attention_border, own.attention_natural, constants.habit, months);
    own.verdict *= 1.0 - months * constants.verdict_decay;
    own.corruption_news *= 1.0 - months * constants.news_decay;
    let opened = max(0.0, own.reform - own.reform_before);
    own.opening = clamp(own.opening * (1.0 - months * constants.opening_decay) + opened, 0.0, 1.0);
    own.reform_before = own.reform;
    let attention = own.responsiveness + own.attention_border;
    if attention > 1.0 {
        own.responsiveness /= attention;
        own.attention_border /= attention;
    }
}

marchland_sim::terms! {
    /// What the law books.
    struct Terms {
        WEAR_OF_TIME = "the wear of time",
        WHAT_THE_GOVERNMENT_GETS_DONE = "what the government gets done",
        CONDEMNED_FRAUD = "the condemned fraud",
        CORRUPTION = "corruption",
        KILLING_OF_CIVILIANS = "the killing of civilians",
        OPENNESS = "openness",
        ATTENTION_AT_HOME = "attention at home",
        ATTACKS_OF_FIGHTERS = "attacks of fighters",
    }
}

/// The law of legitimacy.
pub(crate) const LEGITIMACY: Mechanism = Mechanism {
    name: "legitimacy",
    called: "the government's standing",
    meaning: "Moves legitimacy by performance, elections, scandal, harm, openness and attention to problems at home.",
    equations: "L' = L + φ(L̄ + credit − L) + a1·(performance − ½) − a2·fraud·verdict − a3·news − a4·d/(d + d½) + a5·reform + \
                a6·(responsiveness − ½) − a7·threat·(h₀ + hardship); responsiveness + attention to the border ≤ 1, each back to \
                its habit; credit and habits solved at the start, so that L rests",
    source: "stock of diffuse support after Easton 1965 and Gilley 2009; elections after Tucker 2007; form our choice",
    parameters: LegitimacyConstants::NAMES,
    populations: &[],
    terms: Terms::ALL,
    columns: |set| set.add::<Legitimacy>(),
    needs: |_| {},
    build: |build| {
        Polity::insert(build);
        build.system(believe);
    },
    constants: LegitimacyConstants::read,
    start: |_| {},
};

/// Indicators of other laws that legitimacy reads.
type InputIds<'w> =
    (Local<'w, OptionalIds<CountryWelfare>>, Local<'w, OptionalIds<Coercion>>, Local<'w, OptionalIds<Front>>);

fn believe(
    (clock, c, polity): (Res<Clock>, Res<LegitimacyConstants>, Local<Fixed<Polity>>),
    ids: Local<Ids<Legitimacy>>,
    foreign: InputIds,
    mut ledger: ResMut<Ledger>,
    mut countries: Query<(&mut Legitimacy, Option<&CountryWelfare>, Option<&Coercion>)>,
    regions: Query<AnyOf<(&Population, &Front)>>,
) {
    let (legitimacies, welfares, coercions) = countries.rows_mut();
    let (people, fronts) = regions.rows();
    for (country, own) in legitimacies.iter_mut().enumerate() {
        let performance = welfares.get(country).map_or(MIDDLING, |welfare| welfare.performance);
        let dead = row(coercions, country).protest_deaths;
        let per_million = if dead > 0.0 { dead / max(1e-3, population_m(country, &polity, people)) } else { 0.0 };
        let hardship = welfares.get(country).map_or(0.0, |welfare| welfare.hardship);
        let threat = threat(country, &polity, people, fronts);
        let mut terms = legitimacy_terms(own, performance, per_million, (threat, hardship), clock.months, &c);
        if !own.rested.get() {
            rest(own, &terms, clock.months, &c);
            terms = legitimacy_terms(own, performance, per_million, (threat, hardship), clock.months, &c);
        }
        let after = clamp(own.legitimacy + terms.sum(), 0.0, 1.0);
        if ledger.on() {
            let at = |field| ids.at(country, field);
            let welfare: Vec<_> = input(&foreign.0, country, CountryWelfare::performance).into_iter().collect();
            let threats: Vec<_> = (0..polity.region_country.len())
                .filter(|region| polity.region_country[*region] == country)
                .filter_map(|region| input(&foreign.2, region, Front::militant_threat))
                .chain(input(&foreign.0, country, CountryWelfare::hardship))
                .collect();
            let killed: Vec<_> = input(&foreign.1, country, Coercion::protest_deaths).into_iter().collect();
            ledger.terms(
                at(Legitimacy::legitimacy),
                after,
                &[
                    Term {
                        name: Terms::WEAR_OF_TIME,
                        amount: terms.drift,
                        inputs: &[at(Legitimacy::legitimacy_natural)],
                    },
                    Term { name: Terms::WHAT_THE_GOVERNMENT_GETS_DONE, amount: terms.performance, inputs: &welfare },
                    Term {
                        name: Terms::CONDEMNED_FRAUD,
                        amount: terms.fraud,
                        inputs: &[at(Legitimacy::fraud), at(Legitimacy::verdict)],
                    },
                    Term {
                        name: Terms::CORRUPTION,
                        amount: terms.corruption,
                        inputs: &[at(Legitimacy::corruption_news)],
                    },
                    Term { name: Terms::KILLING_OF_CIVILIANS, amount: terms.harm, inputs: &killed },
                    Term { name: Terms::OPENNESS, amount: terms.reform, inputs: &[at(Legitimacy::reform)] },
                    Term {
                        name: Terms::ATTENTION_AT_HOME,
                        amount: terms.responsiveness,
                        inputs: &[at(Legitimacy::responsiveness)],
                    },
                    Term { name: Terms::ATTACKS_OF_FIGHTERS, amount: terms.attacks, inputs: &threats },
                ],
            );
        }
        own.legitimacy = after;
        fade(own, clock.months, &c);
    }
}

/// The threat of fighters to an average person of a country, a share.
fn threat(country: usize, polity: &Polity, people: &[Population], fronts: &[Front]) -> f64 {
    let (mut sum, mut all) = (0.0, 0.0);
    for ((people, front), own) in people.iter().zip(fronts).zip(&polity.region_country) {
        if *own == country {
            sum += people.population_k * front.militant_threat;
            all += people.population_k;
        }
    }
    if all > 0.0 { sum / all } else { 0.0 }
}

/// People of a country, millions.
fn population_m(country: usize, polity: &Polity, people: &[Population]) -> f64 {
    let own = people.iter().zip(&polity.region_country).filter(|(_, own)| **own == country);
    own.map(|(people, _)| people.population_k).sum::<f64>() / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declared::{declared, throughout};

    /// Legitimacy after some months of a steady course.
    fn after(mut own: Legitimacy, months: u32, c: &LegitimacyConstants) -> f64 {
        for _ in 0..months {
            own.legitimacy =
                clamp(own.legitimacy + legitimacy_terms(&own, 0.5, 0.0, (0.0, 0.0), 1.0, c).sum(), 0.0, 1.0);
            fade(&mut own, 1.0, c);
        }
        own.legitimacy
    }

    fn quiet() -> Legitimacy {
        Legitimacy {
            legitimacy: 0.45,
            legitimacy_natural: 0.45,
            responsiveness: 0.5,
            responsiveness_natural: 0.5,
            ..Legitimacy::default()
        }
    }

    #[test]
    fn a_condemned_election_costs_three_to_ten_points_at_its_trough() {
        let c = LegitimacyConstants::from_parameters(&declared);
        let stolen = Legitimacy { fraud: 0.6, verdict: 0.7, ..quiet() };
        let trough = (1..24).map(|months| after(stolen, months, &c)).fold(1.0, marchland_game::number::min);
        assert!((0.03..0.10).contains(&(0.45 - trough)), "{trough}");
    }

    #[test]
    fn fraud_that_nobody_condemns_costs_nothing() {
        throughout(|value| {
            let c = LegitimacyConstants::from_parameters(value);
            let stolen = Legitimacy { fraud: 0.6, verdict: 0.7, ..quiet() };
            let calm = after(quiet(), 12, &c);
            assert!(after(stolen, 12, &c) < calm, "{c:?}");
            assert_eq!(after(Legitimacy { verdict: 0.0, ..stolen }, 12, &c), calm, "{c:?}");
            assert_eq!(after(Legitimacy { fraud: 0.0, ..stolen }, 12, &c), calm, "{c:?}");
        });
    }

    #[test]
    fn the_steady_state_is_where_drift_meets_the_other_terms() {
        throughout(|value| {
            let c = LegitimacyConstants::from_parameters(value);
            let rests = after(Legitimacy { reform: 0.5, ..quiet() }, 2_000, &c);
            // L* = L̄ + a5·reform/φ.
            assert!((rests - (0.45 + c.reform * 0.5 / c.drift)).abs() < 1e-6, "{rests} {c:?}");
        });
    }

    #[test]
    fn attacks_cost_more_where_people_suffer_anyway() {
        throughout(|value| {
            let c = LegitimacyConstants::from_parameters(value);
            let loss = |threat, hardship| -legitimacy_terms(&quiet(), 0.5, 0.0, (threat, hardship), 1.0, &c).attacks;
            assert_eq!(loss(0.0, 0.8), 0.0);
            assert!(loss(0.2, 0.8) > loss(0.2, 0.2) && loss(0.2, 0.2) > 0.0, "{c:?}");
            assert!((loss(0.4, 0.3) / loss(0.2, 0.3) - 2.0).abs() < 1e-12, "{c:?}");
        });
    }

    #[test]
    fn the_gravest_harm_has_a_limit_and_half_of_it_a_number() {
        throughout(|value| {
            let c = LegitimacyConstants::from_parameters(value);
            let loss = |dead: f64| -legitimacy_terms(&quiet(), 0.5, dead, (0.0, 0.0), 1.0, &c).harm;
            assert!((loss(c.harm_half) / c.harm - 0.5).abs() < 1e-12, "{c:?}");
            assert!(loss(1e9) <= c.harm && loss(50.0) > loss(5.0), "{c:?}");
            // What happened counts once, however long the step.
            let week = -legitimacy_terms(&quiet(), 0.5, 10.0, (0.0, 0.0), 0.25, &c).harm;
            assert_eq!(week, loss(10.0));
        });
    }

    #[test]
    fn legitimacy_rests_where_it_is_coded() {
        let rested = |c: &LegitimacyConstants| {
            let mut own = Legitimacy { legitimacy: 0.33, reform: 0.3, responsiveness: 0.2, ..quiet() };
            let terms = legitimacy_terms(&own, 0.3, 0.0, (0.1, 0.4), 1.0, c);
            rest(&mut own, &terms, 1.0, c);
            own
        };
        throughout(|value| {
            let c = LegitimacyConstants::from_parameters(value);
            let own = rested(&c);
            let sum = |performance| legitimacy_terms(&own, performance, 0.0, (0.1, 0.4), 1.0, &c).sum();
            // Where no credit within its bounds explains the code, legitimacy drifts.
            if own.standing.abs() < 1.0 {
                assert!(sum(0.3).abs() < 1e-12, "{own:?} {c:?}");
            }
            // And better performance moves it as before.
            assert!(sum(0.6) > sum(0.3), "{c:?}");
        });
        assert!(rested(&LegitimacyConstants::from_parameters(&declared)).standing.abs() < 1.0, "as declared it rests");
    }

    #[test]
    fn attention_has_one_budget() {
        throughout(|value| {
            let mut own = Legitimacy {
                responsiveness: 0.9,
                responsiveness_natural: 0.9,
                attention_border: 0.6,
                attention_natural: 0.6,
                ..quiet()
            };
            fade(&mut own, 1.0, &LegitimacyConstants::from_parameters(value));
            assert!((own.responsiveness + own.attention_border - 1.0).abs() < 1e-12);
            assert!((own.responsiveness / own.attention_border - 1.5).abs() < 1e-12);
        });
    }
}
