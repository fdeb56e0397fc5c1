//! Triggers: what sets off a campaign against a government.
//!
//! A decree, an arrest, a killing, a stolen vote happens everywhere; whether it becomes a campaign depends on
//! how people live, whom they believe, who can call them out, and what they remember.

use bevy_ecs::prelude::*;
use marchland_game::IndicatorId;
use marchland_game::number::{clamp, max, min, probability_over};
use marchland_game::stream::name_hash;
use marchland_sim::constants;
use marchland_sim::ledger::{Ledger, Term};
use marchland_sim::mechanisms::Mechanism;
use marchland_sim::world::{Clock, Fixed, Ids, OptionalIds, Rows, RowsMut};

use crate::kernels::adjustment::towards;
use crate::state::country::{Coercion, CountryWelfare, Fall, Legitimacy, Tension, Trade, Trigger, Votes};
use crate::state::movement::Movement;
use crate::state::neighbour::NextDoor;
use crate::state::polity::Polity;
use crate::state::reading::{input, row};
use crate::state::region::{Crowd, Harm};

constants! {
    /// Constants of the law of triggers.
    pub struct TriggerConstants {
        /// Campaigns set off a month in a country whose drivers are at their references.
        base = "triggers_base",
        /// What full organisation of the opposition adds to the logarithm of that hazard.
        opposition = "triggers_opposition",
        /// What the worst hardship adds, from none.
        hardship = "triggers_hardship",
        /// What illegitimacy adds, from none to all.
        legitimacy = "triggers_legitimacy",
        /// What a leader who spends no attention at home adds, against one who spends all.
        neglect = "triggers_neglect",
        /// What a full memory of an uprising that won adds.
        precedent = "triggers_precedent",
        /// What a fall next door, fresh in mind, adds.
        neighbour = "triggers_neighbour",
        /// What a stolen vote, fresh in mind, adds.
        stolen = "triggers_stolen",
        /// What a doubling of tariffs adds.
        tariff = "triggers_tariff",
        /// Share of a rise of tariffs that people come to live with in a month.
        habit = "triggers_habit",
        /// What arrests of all leaders of the opposition add.
        arrests = "triggers_arrests",
        /// What a full memory of war takes off.
        war = "triggers_war",
        /// What full fear takes off.
        fear = "triggers_fear",
        /// What an interim takes off: those who would march have a vote to wait for.
        interim = "triggers_interim",
        /// What full weariness takes off: crowds that won nothing, and a government known to withstand them.
        weariness = "triggers_weariness",
        /// Smallest share of the mobilisable that a campaign brings out at once.
        size = "triggers_size",
        /// Exponent of the density of these sizes.
        exponent = "triggers_exponent",
        /// Largest share of the mobilisable that an occasion brings out at once.
        most = "triggers_most",
        /// Resentment that the occasion leaves, for each share that it brings out.
        resentment = "triggers_resentment",
        /// Part of the country outside the capital that the occasion brings out, where the capital's is 1.
        regions = "triggers_regions",
    }
}

/// What decides whether an occasion catches.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Mood {
    /// Organisation of the opposition in [0, 1].
    pub opposition: f64,
    /// Hardship in [0, 1].
    pub hardship: f64,
    /// Legitimacy in [0, 1].
    pub legitimacy: f64,
    /// Share of the leader's attention spent at home.
    pub responsiveness: f64,
    /// Memory of an uprising that won.
    pub precedent: f64,
    /// Example of a fall next door.
    pub neighbour: f64,
    /// Memory of a stolen vote.
    pub stolen: f64,
    /// Rise of tariffs over what people have come to live with: 1 a doubling.
    pub tariff: f64,
    /// Share of the opposition's leaders in prison, where there is an opposition.
    pub arrests: f64,
    /// Memory of war.
    pub war: f64,
    /// Fear of repression.
    pub fear: f64,
    /// 1 in an interim.
    pub interim: f64,
    /// Weariness of crowds that won nothing.
    pub weariness: f64,
}

/// An ordinary autocracy in an ordinary month: the base hazard is one of there.
pub const REFERENCE: Mood = Mood {
    opposition: 0.1,
    hardship: 0.25,
    legitimacy: 0.45,
    responsiveness: 0.35,
    precedent: 0.0,
    neighbour: 0.0,
    stolen: 0.0,
    tariff: 0.0,
    arrests: 0.1,
    war: 0.2,
    fear: 0.3,
    interim: 0.0,
    weariness: 0.0,
};

/// Logarithm of the hazard of a campaign against that of [`REFERENCE`].
#[must_use]
pub fn drive(on: &Mood, c: &TriggerConstants) -> f64 {
    let r = &REFERENCE;
    c.opposition * (on.opposition - r.opposition)
        + c.hardship * (on.hardship - r.hardship)
        + c.legitimacy * (r.legitimacy - on.legitimacy)
        + c.neglect * (r.responsiveness - on.responsiveness)
        + c.precedent * on.precedent
        + c.neighbour * on.neighbour
        + c.stolen * on.stolen
        + c.tariff * min(1.0, on.tariff)
        + c.arrests * (on.arrests - r.arrests)
        - c.war * (on.war - r.war)
        - c.fear * (on.fear - r.fear)
        - c.interim * on.interim
        - c.weariness * on.weariness
}

/// The size of an occasion: a power law from the smallest, up to the largest, by its uniform draw (Braha 2012).
#[must_use]
pub fn size(draw: f64, c: &TriggerConstants) -> f64 {
    clamp(c.size * libm::pow(1.0 - draw, -1.0 / (c.exponent - 1.0)), 0.0, c.most)
}

marchland_sim::terms! {
    /// What the law books.
    struct Terms {
        HOW_READY_PEOPLE_ARE = "how ready people are",
        OCCASION = "an occasion",
        HABIT = "habit",
    }
}

/// The law of triggers.
pub(crate) const TRIGGERS: Mechanism = Mechanism {
    name: "triggers",
    called: "an occasion for protest",
    meaning: "Draws whether an occasion sets off a campaign against the government, and how many it brings out at once.",
    equations: "λ = λ0·exp(β'(x − x_ref)), x: organisation, hardship, 1 − legitimacy, neglect, precedent, a fall next door, a stolen \
                vote, tariffs − known, arrests, −war, −fear, −interim, −weariness; size ∝ x^−α; focal' = focal + size; resentment' = resentment + k·size; \
                known' = known + h·(tariffs − known) a month",
    source: "proportional hazards: Cox 1972; focal events: Kuran 1989, Tucker 2007; waves: Beissinger 2007, Braha 2012; deterrents: \
             Davenport 2007; the slope of organised opposition from 1,305 autocracy-years",
    parameters: TriggerConstants::NAMES,
    populations: &[],
    needs: |_| {},
    terms: Terms::ALL,
    columns: |set| {
        set.add::<Trigger>();
        set.add::<Votes>();
        set.add::<Tension>();
    },
    build: |build| {
        Polity::insert(build);
        build.system(catch);
    },
    constants: TriggerConstants::read,
    start: |_| {},
};

const CATCH: u64 = name_hash("triggers.catch");

/// Columns of a country that decide whether an occasion catches.
type Ready = (
    &'static mut Trigger,
    &'static mut Tension,
    &'static Votes,
    Option<&'static Legitimacy>,
    Option<&'static CountryWelfare>,
    Option<&'static Coercion>,
    Option<&'static Trade>,
    Option<&'static Fall>,
);

/// Indicators of other laws that decide it.
type InputIds<'w> = (
    Local<'w, OptionalIds<Legitimacy>>,
    Local<'w, OptionalIds<CountryWelfare>>,
    Local<'w, OptionalIds<Movement>>,
    Local<'w, Ids<Tension>>,
    Local<'w, OptionalIds<Votes>>,
    Local<'w, OptionalIds<Trade>>,
    Local<'w, OptionalIds<Coercion>>,
    Local<'w, OptionalIds<Fall>>,
    Local<'w, OptionalIds<NextDoor>>,
);

fn catch(
    (clock, c, polity): (Res<Clock>, Res<TriggerConstants>, Local<Fixed<Polity>>),
    ids: Local<Ids<Trigger>>,
    foreign: InputIds,
    mut ledger: ResMut<Ledger>,
    mut countries: Query<Ready>,
    mut regions: Query<AnyOf<(&mut Crowd, &mut Harm)>>,
    mut movements: Query<&mut Movement>,
    neighbours: Query<&NextDoor>,
) {
    let (triggers, tensions, votes, legitimacies, welfares, coercions, trades, falls) = countries.rows_mut();
    let ((crowds, harms), movements, neighbours) = (regions.rows_mut(), movements.rows_mut(), neighbours.rows());
    let neighbour = neighbours.iter().fold(0.0, |most, next| if next.example > most { next.example } else { most });
    for (country, own) in triggers.iter_mut().enumerate() {
        let standing = row(legitimacies, country);
        let tension = row(tensions, country);
        let (known, shock) = (own.tariffs_known, row(trades, country).tariff_shock);
        let (mut organisation, mut liberty, mut base) = (0.0, 0.0, 0.0);
        for (movement, home) in movements.iter().zip(&polity.movement_country) {
            if *home == country {
                organisation += movement.organisation;
                liberty += movement.capital_base * movement.liberty;
                base += movement.capital_base;
            }
        }
        let mood = Mood {
            opposition: min(1.0, organisation),
            hardship: welfares.get(country).map_or(REFERENCE.hardship, |welfare| welfare.hardship),
            legitimacy: standing.legitimacy,
            responsiveness: standing.responsiveness,
            precedent: tension.prior_uprising,
            neighbour,
            stolen: row(votes, country).stolen,
            tariff: max(0.0, shock - known),
            arrests: if base > 0.0 { 1.0 - liberty / base } else { REFERENCE.arrests },
            war: tension.war_memory,
            fear: row(coercions, country).fear,
            interim: if row(falls, country).interim_months > 0.0 { 1.0 } else { 0.0 },
            weariness: tension.weariness,
        };
        own.tariffs_known = towards(known, shock, c.habit, clock.months);
        own.trigger_risk = -libm::expm1(-c.base * libm::exp(drive(&mood, &c)));
        let draw = clock.stream(polity.country_names[country], CATCH);
        let caught = draw.uniform() < probability_over(own.trigger_risk, clock.months);
        own.occasion = if caught { size(draw.at(1).uniform(), &c) } else { 0.0 };
        if ledger.on() {
            let tariffs: Vec<IndicatorId> = input(&foreign.5, country, Trade::tariff_shock).into_iter().collect();
            let term = Term { name: Terms::HABIT, amount: own.tariffs_known - known, inputs: &tariffs };
            ledger.terms(ids.at(country, Trigger::tariffs_known), own.tariffs_known, &[term]);
            let mut drivers = [Tension::war_memory, Tension::prior_uprising, Tension::weariness]
                .map(|of| foreign.3.at(country, of))
                .to_vec();
            drivers.extend(input(&foreign.0, country, Legitimacy::legitimacy));
            drivers.extend(input(&foreign.0, country, Legitimacy::responsiveness));
            drivers.extend(input(&foreign.1, country, CountryWelfare::hardship));
            drivers.extend(input(&foreign.4, country, Votes::stolen));
            drivers.extend(tariffs);
            drivers.push(ids.at(country, Trigger::tariffs_known));
            for at in (0..movements.len()).filter(|at| polity.movement_country[*at] == country) {
                drivers.extend(input(&foreign.2, at, Movement::organisation));
                drivers.extend(input(&foreign.2, at, Movement::liberty));
            }
            drivers.extend(input(&foreign.6, country, Coercion::fear));
            drivers.extend(input(&foreign.7, country, Fall::interim_months));
            drivers.extend((0..neighbours.len()).filter_map(|at| input(&foreign.8, at, NextDoor::example)));
            ledger.book(
                Terms::HOW_READY_PEOPLE_ARE,
                ids.at(country, Trigger::trigger_risk),
                own.trigger_risk,
                &drivers,
            );
            let risk = [ids.at(country, Trigger::trigger_risk)];
            ledger.book(Terms::OCCASION, ids.at(country, Trigger::occasion), own.occasion, &risk);
        }
        if !caught {
            continue;
        }
        own.triggers += 1.0;
        // The capital hears first; the law of unrest spends what came out within the month.
        if let Some(tension) = tensions.get_mut(country) {
            let before = tension.focal;
            tension.focal = clamp(tension.focal + c.regions * own.occasion, 0.0, 1.0);
            if ledger.on() {
                let term = Term {
                    name: Terms::OCCASION,
                    amount: tension.focal - before,
                    inputs: &[ids.at(country, Trigger::occasion)],
                };
                ledger.terms(foreign.3.at(country, Tension::focal), tension.focal, &[term]);
            }
        }
        for (region, home) in polity.region_country.iter().enumerate() {
            if *home != country {
                continue;
            }
            if polity.capital[country] == Some(region)
                && let Some(crowd) = crowds.get_mut(region)
            {
                crowd.focal = clamp(crowd.focal + (1.0 - c.regions) * own.occasion, 0.0, 1.0);
            }
            if let Some(harm) = harms.get_mut(region) {
                harm.resentment = clamp(harm.resentment + c.resentment * own.occasion, 0.0, 1.0);
            }
        }
        for (movement, home) in movements.iter_mut().zip(&polity.movement_country) {
            if *home == country {
                movement.mobilising = min(1.0, movement.mobilising + movement.organisation);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declared::throughout;

    #[test]
    fn occasions_catch_by_their_signs() {
        throughout(|value| {
            let c = TriggerConstants::from_parameters(value);
            let log = |on: &Mood| drive(on, &c);
            assert_eq!(log(&REFERENCE), 0.0);
            for more in [
                Mood { opposition: 0.4, ..REFERENCE },
                Mood { hardship: 0.4, ..REFERENCE },
                Mood { legitimacy: 0.3, ..REFERENCE },
                Mood { responsiveness: 0.1, ..REFERENCE },
                Mood { precedent: 1.0, ..REFERENCE },
                Mood { neighbour: 1.0, ..REFERENCE },
                Mood { stolen: 1.0, ..REFERENCE },
                Mood { tariff: 1.0, ..REFERENCE },
            ] {
                assert!(log(&more) > 0.0, "{more:?} {c:?}");
            }
            for less in [
                Mood { war: 0.9, ..REFERENCE },
                Mood { fear: 0.8, ..REFERENCE },
                Mood { interim: 1.0, ..REFERENCE },
                Mood { weariness: 0.5, ..REFERENCE },
            ] {
                assert!(log(&less) < 0.0, "{less:?} {c:?}");
            }
        });
    }

    #[test]
    fn sizes_have_a_heavy_tail_and_a_limit() {
        throughout(|value| {
            let c = TriggerConstants::from_parameters(value);
            assert!((size(0.0, &c) - c.size).abs() < 1e-15, "{c:?}");
            // P(size > s) = (smallest/s)^(α − 1).
            let above = (0..10_000).filter(|at| size((f64::from(*at) + 0.5) / 10_000.0, &c) > 0.2).count();
            let expected = libm::pow(c.size / 0.2, c.exponent - 1.0);
            assert!((above as f64 / 10_000.0 - expected).abs() < 2e-4, "{above} {expected} {c:?}");
            assert_eq!(size(1.0 - 1e-12, &c), c.most);
        });
    }
}
