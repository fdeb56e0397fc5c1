//! Unrest: which share of the mobilisable is in the street, by region and week.

mod rule;
mod weeks;

use bevy_ecs::prelude::*;
use bevy_ecs::system::SystemParam;
use marchland_game::number::{clamp, max, min};
use marchland_game::stream::name_hash;
use marchland_game::{Domain, Moment, Round, Stream};
use marchland_sim::ledger::{Ledger, Term};
use marchland_sim::mechanisms::Mechanism;
use marchland_sim::world::{Clock, CodedState, Fixed, Ids, OptionalIds, Rows, RowsMut};
use marchland_sim::{constants, states};

use crate::kernels::adjustment::towards;
use crate::state::country::{Coercion, Fall, Legitimacy, Palace, Support, Tension};
use crate::state::movement::Movement;
use crate::state::neighbour::NextDoor;
use crate::state::polity::Polity;
use crate::state::reading::{input, row};
use crate::state::region::{Crowd, Harm, Migrants, Population, Voice, Welfare};

pub use rule::{ARREST, Mood, arrest, epstein_share, threshold_share};
pub use weeks::week;
use weeks::{LANES, Rule, Street, pass};

states! {
    /// The rule by which people join a crowd: the choices of the parameter `unrest_rule`.
    pub enum JoiningRule {
        /// Thresholds with coordination.
        Threshold = "threshold",
        /// Epstein (2002) as published.
        Epstein = "epstein",
    }
}

constants! {
    /// Constants of the law of unrest.
    pub struct UnrestConstants {
        /// Rule of joining, the code of a [`JoiningRule`].
        rule = "unrest_rule",
        /// Worth of not being alone, without organisation.
        coordination = "unrest_coordination",
        /// Grievance of the worst hardship under a government without any legitimacy.
        grievance = "unrest_grievance",
        /// Spread of grievance between people.
        spread = "unrest_spread",
        /// Net grievance needed to act, before memories.
        threshold = "unrest_threshold",
        /// Threshold of Epstein's rule.
        epstein_threshold = "unrest_epstein_threshold",
        /// What a full memory of war adds to the threshold.
        war_memory = "unrest_war_memory",
        /// What full fear adds to the threshold.
        fear = "unrest_fear",
        /// What open talks add to the threshold.
        talks = "unrest_talks",
        /// What a neighbour's fall takes off the threshold.
        neighbour = "unrest_neighbour",
        /// What a full memory of an uprising that won takes off the threshold.
        precedent = "unrest_precedent",
        /// What a full opening takes off the threshold.
        opening = "unrest_opening",
        /// What the voice of all, beyond what hardship brings, takes off the threshold.
        voice = "unrest_voice",
        /// Mobilisable share of a region of ordinary absence: fewer who stay are more easily policed.
        pool = "unrest_pool",
        /// Share of the distance to the rule's share closed in a week.
        adjustment = "unrest_adjustment",
        /// Standard deviation of a region's mood in a month.
        mood = "unrest_mood",
        /// Chance in a month that a focal event of its own strikes a region.
        spark = "unrest_spark",
        /// Smallest share of the mobilisable that a focal event brings out.
        spark_size = "unrest_spark_size",
        /// Exponent of the density of the sizes of focal events.
        spark_exponent = "unrest_spark_exponent",
        /// By how much full repression concentrates the force at hand.
        concentration = "unrest_concentration",
        /// By how much a full crackdown multiplies the force present.
        presence = "unrest_presence",
        /// How much a full backing by patrons adds to a crackdown, where the obedience of all the own force counts 1.
        patron = "unrest_patron",
        /// The most that organisation adds to coordination.
        organisation = "unrest_organisation",
        /// What full weariness adds to the threshold.
        weariness = "unrest_weariness",
        /// Share of the unwearied whom a month of crowds that fill the capital, and win nothing, wears out.
        wear = "unrest_wear",
        /// Crowd in the capital that does half of it.
        wear_half = "unrest_wear_half",
        /// Share of weariness that passes in a month.
        rest = "unrest_rest",
        /// Share of war memory that fades in a month.
        memory_decay = "unrest_memory_decay",
        /// Share of the memory of an uprising that fades in a month.
        precedent_decay = "unrest_precedent_decay",
    }
}

/// The least and the most that a region's pool is taken for, relative to an ordinary one: where nearly all are abroad, the
/// force for each who stays would have no bound.
const POOL: (f64, f64) = (0.1, 10.0);

/// The most that a threshold or a grievance comes to: the range of their columns, at which nobody or everybody moves.
const SCALE_MOST: f64 = 2.0;

/// What moves the threshold in a country, each a share.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Memories {
    /// Memory of war.
    pub war: f64,
    /// Fear of repression.
    pub fear: f64,
    /// Talks open.
    pub talks: f64,
    /// A neighbour's regime that fell of late.
    pub neighbour: f64,
    /// An uprising that won.
    pub precedent: f64,
    /// A recent opening.
    pub opening: f64,
    /// Weariness of crowds that won nothing.
    pub weariness: f64,
}

/// Weariness after a step of `months` with a crowd, as a share of the mobilisable: w' = w + κ·a²/(a² + h²)·(1 − w) − ρ·w. Cycles of
/// protest end in exhaustion (Tarrow 1989; Koopmans 1993), and a government that has withstood an attack is known to be
/// stronger than the attack was (Angeletos, Hellwig & Pavan 2007). The square is our choice: a rally that could bring
/// nobody down tires few and teaches nothing.
#[must_use]
pub fn wearied(before: f64, crowd: f64, months: f64, c: &UnrestConstants) -> (f64, f64) {
    let (crowd, half) = (crowd * crowd, c.wear_half * c.wear_half);
    let rested = towards(before, 0.0, c.rest, months);
    (rested, towards(rested, 1.0, c.wear * crowd / (crowd + half), months))
}

/// The threshold in force.
#[must_use]
pub fn threshold(memories: &Memories, constants: &UnrestConstants) -> f64 {
    let threshold = constants.threshold
        + constants.war_memory * memories.war
        + constants.fear * memories.fear
        + constants.talks * memories.talks
        - constants.neighbour * memories.neighbour
        - constants.precedent * memories.precedent
        - constants.opening * memories.opening
        + constants.weariness * memories.weariness;
    clamp(threshold, 0.0, SCALE_MOST)
}

/// Mean grievance: γ·H·(1 − L) after Epstein (2002), and resentment at violence.
#[must_use]
pub fn grievance(scale: f64, hardship: f64, legitimacy: f64, resentment: f64) -> f64 {
    clamp(scale * hardship * (1.0 - legitimacy) + resentment, 0.0, SCALE_MOST)
}

/// The size of a focal event: a power law α from `smallest`, at most 1, by its uniform draw.
#[must_use]
pub fn spark_size(draw: f64, smallest: f64, exponent: f64) -> f64 {
    clamp(smallest * libm::pow(1.0 - draw, -1.0 / (exponent - 1.0)), 0.0, 1.0)
}

/// By how much a crackdown multiplies the force present: troops are sent, and act, as far as more
/// than half of the force obeys (Francisco 1995; Bishkek, April 2010). `abroad`, 0 or more, is what
/// patrons' troops, and the prospect of them, add to that obedience (Almaty, January 2022).
#[must_use]
pub fn reinforcement(crackdown: f64, loyal: f64, abroad: f64, presence: f64) -> f64 {
    1.0 + presence * crackdown * (clamp(2.0 * loyal - 1.0, 0.0, 1.0) + abroad)
}

marchland_sim::terms! {
    /// What the law books.
    struct Terms {
        HARDSHIP_FELT_AS_UNJUST = "hardship felt as unjust",
        MEMORIES = "memories",
        CROWDS_THAT_WON_NOTHING = "crowds that won nothing",
        REST = "rest",
        END_OF_A_SHOCK = "the end of a shock",
        STREETS_OF_ALL_REGIONS = "the streets of all regions",
        STREETS_OF_THE_CAPITAL = "the streets of the capital",
        EVENT_THAT_EVERYBODY_HEARS_OF = "an event that everybody hears of",
        SPARK = "a spark",
        PEOPLE_JOINING_AND_LEAVING = "people joining and leaving",
    }
}

/// The law of unrest.
pub(crate) const UNREST: Mechanism = Mechanism {
    name: "unrest",
    called: "crowd behaviour",
    meaning: "Moves the share of the mobilisable who are in the street, by region and week: those join who are \
              aggrieved enough, given how many have joined and how much loyal force is present.",
    equations: "a* = Pr[G + ψ·a − R·(1 − e^(−k·c/a)) > T], G ~ N(γ·H·(1 − L) + resentment, s), R ~ U(0, 1); \
                a' = a + κ·(a* + called − a) weekly; T = T0 + war + fear + talks + weariness − neighbour − precedent − opening − v·outspoken; \
                weariness' = w + κ·a²/(a² + h²)·(1 − w) − ρ·w, a in the capital or, if more, in the country; \
                ψ = ψ0 + ψ1·organisation; c = police·ordinary pool/pool·loyal·(1 + κ1·repression)·(1 + κ2·crackdown·(max(0, 2·loyal − 1) + κ3·backing⁺))",
    source: "Granovetter 1978; Kuran 1989, also for voice that others hear; Epstein 2002 for risk; Braha 2012 for the sizes of focal events; \
             weariness: Tarrow 1989, Koopmans 1993, Angeletos, Hellwig & Pavan 2007; \
             k = 2.3 from Epstein, the rest judgement or fitted",
    parameters: UnrestConstants::NAMES,
    populations: &[],
    terms: Terms::ALL,
    columns: |set| {
        set.add::<Crowd>();
        set.add::<Tension>();
    },
    needs: |_| {},
    build: |build| {
        Polity::insert(build);
        build.system(march);
        build.start(settle);
    },
    constants: UnrestConstants::read,
    start: |_| {},
};

/// The weeks of a month, in one of which a focal event strikes.
const WEEKS: f64 = 4.0;

const MOOD: u64 = name_hash("unrest.mood");
const SPARK: u64 = name_hash("unrest.spark");

/// Indicators of other laws that grievance reads.
type InputIds<'w> = (Local<'w, OptionalIds<Welfare>>, Local<'w, OptionalIds<Legitimacy>>, Local<'w, OptionalIds<Harm>>);

/// A region's mobilisable pool relative to one of ordinary size; 1 where nobody migrates.
fn pool_size(region: usize, migrants: &[Migrants], ordinary: f64) -> f64 {
    let share = migrants.get(region).map_or(ordinary, |migrants| migrants.mobilisable_share);
    clamp(share / ordinary, POOL.0, POOL.1)
}

fn sum_up(
    country: usize,
    tension: &mut Tension,
    (crowds, people, migrants): (&[Crowd], &[Population], &[Migrants]),
    polity: &Polity,
    ordinary: f64,
) {
    let (mut active, mut population) = (0.0, 0.0);
    for (region, crowd) in crowds.iter().enumerate() {
        if polity.region_country[region] == country {
            let own = row(people, region).population_k;
            active += own * crowd.unrest;
            population += own;
        }
    }
    tension.unrest = if population > 0.0 { active / population } else { 0.0 };
    let capital = polity.capital[country];
    tension.capital_unrest = capital.map_or(0.0, |region| row(crowds, region).unrest);
    let pool = capital.map_or(1.0, |region| pool_size(region, migrants, ordinary));
    tension.capital_crowd = tension.capital_unrest * pool;
}

/// Columns of a country and of a region whose streets fill.
type Countries = (
    &'static mut Tension,
    Option<&'static Legitimacy>,
    Option<&'static Coercion>,
    Option<&'static Fall>,
    Option<&'static Palace>,
    Option<&'static Support>,
);
type Regions = (
    &'static mut Crowd,
    Option<&'static Welfare>,
    Option<&'static Harm>,
    Option<&'static Population>,
    Option<&'static Migrants>,
    Option<&'static Voice>,
);

/// What fills streets, in rows.
struct Around<'a> {
    legitimacies: &'a [Legitimacy],
    coercions: &'a [Coercion],
    falls: &'a [Fall],
    palaces: &'a [Palace],
    supports: &'a [Support],
    welfares: &'a [Welfare],
    harms: &'a [Harm],
    people: &'a [Population],
    migrants: &'a [Migrants],
    voices: &'a [Voice],
    movements: &'a [Movement],
    neighbours: &'a [NextDoor],
}

/// The columns that the law reads and writes.
#[derive(SystemParam)]
struct Streets<'w, 's> {
    countries: Query<'w, 's, Countries>,
    regions: Query<'w, 's, Regions>,
    movements: Query<'w, 's, &'static Movement>,
    neighbours: Query<'w, 's, &'static NextDoor>,
}

impl Streets<'_, '_> {
    fn rows(&mut self) -> (&mut [Tension], &mut [Crowd], Around<'_>) {
        let (tensions, legitimacies, coercions, falls, palaces, supports) = self.countries.rows_mut();
        let (crowds, welfares, harms, people, migrants, voices) = self.regions.rows_mut();
        let around = Around {
            legitimacies,
            coercions,
            falls,
            palaces,
            supports,
            welfares,
            harms,
            people,
            migrants,
            voices,
            movements: self.movements.rows(),
            neighbours: self.neighbours.rows(),
        };
        (tensions, crowds, around)
    }
}

/// What the law goes by, and the indicators that it moves.
type Own<'w, 's> = (Res<'w, Clock>, Res<'w, UnrestConstants>, Local<'s, Fixed<Polity>>);
type OwnIds<'w> = (Local<'w, Ids<Crowd>>, Local<'w, Ids<Tension>>);

fn march(
    (clock, c, polity): Own,
    ids: OwnIds,
    (foreign, heard_ids): (InputIds, JoiningIds),
    mut ledger: ResMut<Ledger>,
    mut streets: Streets,
) {
    let (tensions, crowds, around) = streets.rows();
    weigh((&clock, &c, &polity), &ids, &foreign, &mut ledger, tensions, crowds, &around);
    gather((&clock, &c, &polity), &ids, &heard_ids, &mut ledger, tensions, crowds, &around);
}

/// Grievances and crowds as the game begins.
fn settle((clock, c, polity): Own, ids: OwnIds, foreign: InputIds, mut ledger: ResMut<Ledger>, mut streets: Streets) {
    let (tensions, crowds, around) = streets.rows();
    weigh((&clock, &c, &polity), &ids, &foreign, &mut ledger, tensions, crowds, &around);
    for (country, tension) in tensions.iter_mut().enumerate() {
        sum_up(country, tension, (crowds, around.people, around.migrants), &polity, c.pool);
    }
}

/// Thresholds, coordination and grievances of a step.
fn weigh(
    (clock, c, polity): (&Clock, &UnrestConstants, &Polity),
    (ids, country_ids): &OwnIds,
    foreign: &InputIds,
    ledger: &mut Ledger,
    tensions: &mut [Tension],
    crowds: &mut [Crowd],
    &Around { legitimacies, coercions, falls, welfares, harms, movements, neighbours, .. }: &Around<'_>,
) {
    let example = neighbours.iter().fold(0.0, |most, next| if next.example > most { next.example } else { most });
    for (country, tension) in tensions.iter_mut().enumerate() {
        let legitimacy = row(legitimacies, country);
        tension.war_memory = towards(tension.war_memory, 0.0, c.memory_decay, clock.months);
        tension.prior_uprising = towards(tension.prior_uprising, 0.0, c.precedent_decay, clock.months);
        let worn = tension.weariness;
        let rested;
        (rested, tension.weariness) = wearied(worn, max(tension.capital_crowd, tension.unrest), clock.months, c);
        let memories = Memories {
            war: tension.war_memory,
            fear: row(coercions, country).fear,
            talks: row(falls, country).dialogue,
            neighbour: example,
            precedent: tension.prior_uprising,
            opening: legitimacy.opening,
            weariness: tension.weariness,
        };
        tension.threshold = threshold(&memories, c);
        let organisation = movements
            .iter()
            .zip(&polity.movement_country)
            .filter(|(_, own)| **own == country)
            .fold(0.0, |sum, (movement, _)| sum + movement.organisation);
        tension.coordination = c.coordination + c.organisation * min(1.0, organisation);
        for (region, crowd) in crowds.iter_mut().enumerate() {
            if polity.region_country[region] != country {
                continue;
            }
            let hardship = row(welfares, region).hardship;
            let resentment = row(harms, region).resentment;
            crowd.grievance = grievance(c.grievance, hardship, legitimacy.legitimacy, resentment);
            if ledger.on() {
                let felt: Vec<_> = input(&foreign.0, region, Welfare::hardship)
                    .into_iter()
                    .chain(input(&foreign.1, country, Legitimacy::legitimacy))
                    .chain(input(&foreign.2, region, Harm::resentment))
                    .collect();
                ledger.book(Terms::HARDSHIP_FELT_AS_UNJUST, ids.at(region, Crowd::grievance), crowd.grievance, &felt);
            }
        }
        if ledger.on() {
            let at = country_ids.at(country, Tension::threshold);
            let crowd = [Tension::capital_crowd, Tension::unrest].map(|of| country_ids.at(country, of));
            let weariness = country_ids.at(country, Tension::weariness);
            ledger.terms(
                weariness,
                tension.weariness,
                &[
                    Term { name: Terms::REST, amount: rested - worn, inputs: &[] },
                    Term { name: Terms::CROWDS_THAT_WON_NOTHING, amount: tension.weariness - rested, inputs: &crowd },
                ],
            );
            let memory = [
                country_ids.at(country, Tension::war_memory),
                country_ids.at(country, Tension::prior_uprising),
                weariness,
            ];
            ledger.book(Terms::MEMORIES, at, tension.threshold, &memory);
        }
    }
}

/// Indicators of other laws that decide who joins.
type JoiningIds<'w> = (Local<'w, OptionalIds<Voice>>, Local<'w, OptionalIds<Support>>);

/// The weeks of a step.
fn gather(
    (clock, c, polity): (&Clock, &UnrestConstants, &Polity),
    (ids, country_ids): &OwnIds,
    heard_ids: &JoiningIds,
    ledger: &mut Ledger,
    tensions: &mut [Tension],
    crowds: &mut [Crowd],
    around: &Around<'_>,
) {
    let &Around { legitimacies, coercions, palaces, supports, .. } = around;
    let &Around { welfares, harms, people, migrants, voices, movements, neighbours, .. } = around;
    let weeks =
        if clock.months >= 1.0 { 0..4 } else { u32::from(clock.moment.round.0)..u32::from(clock.moment.round.0) + 1 };
    // Moods and sparks belong to the month: both clocks draw the same.
    let month = Moment { round: Round(0), ..clock.moment };
    let draw = |name: u64, purpose: u64| -> Stream { clock.root.stream(Domain::Nature, month, name, purpose) };
    let rule = match JoiningRule::nearest(c.rule) {
        JoiningRule::Threshold => Rule::Threshold,
        JoiningRule::Epstein => Rule::Epstein(c.epstein_threshold),
    };
    let street = |region: usize, crowd: &Crowd| -> Street {
        let country = polity.region_country[region];
        let tension = &tensions[country];
        let capital = polity.capital[country] == Some(region);
        let name = polity.region_names[region];
        let pull = polity.region_neighbours[region].iter().fold(0.0, |sum, next| sum + row(neighbours, *next).pull);
        let heard = row(voices, region).outspoken;
        let loyal = palaces.get(country).map_or(1.0, |palace| palace.loyal_force);
        let abroad = c.patron * max(0.0, row(supports, country).patron_support);
        let mood = Mood {
            grievance: crowd.grievance + c.mood * draw(name, MOOD).normal(),
            spread: c.spread,
            coordination: tension.coordination,
            threshold: tension.threshold - pull - c.voice * heard,
            force: crowd.police / pool_size(region, migrants, c.pool)
                * loyal
                * (1.0 + c.concentration * row(coercions, country).repression)
                * reinforcement(row(harms, region).crackdown, loyal, abroad, c.presence),
        };
        let called = movements
            .iter()
            .zip(&polity.movement_country)
            .filter(|(_, own)| **own == country)
            .fold(0.0, |sum, (own, _)| sum + if capital { own.called_capital } else { own.called_regions });
        let spark = draw(name, SPARK);
        let chance = spark.uniform();
        let spark = (chance < c.spark).then(|| {
            let size = spark_size(spark.at(1).uniform(), c.spark_size, c.spark_exponent);
            ((chance / c.spark * WEEKS) as u32, size * min(1.0, crowd.grievance / c.threshold))
        });
        let event = crowd.focal + tension.focal;
        Street {
            mood,
            hardship: row(welfares, region).hardship,
            legitimacy: row(legitimacies, country).legitimacy,
            called,
            spark,
            active: clamp(crowd.unrest + event, 0.0, 1.0),
        }
    };
    let mut streets = [Street::EMPTY; LANES];
    for (chunk, own) in crowds.chunks_mut(LANES).enumerate() {
        let first = chunk * LANES;
        for (at, crowd) in own.iter().enumerate() {
            streets[at] = street(first + at, crowd);
        }
        let after = pass(&streets[..own.len()], weeks.clone(), rule, c.adjustment);
        for (at, crowd) in own.iter_mut().enumerate() {
            let before = crowd.unrest;
            (crowd.unrest, crowd.focal) = (after[at].0, 0.0);
            if ledger.on() {
                let all = (&**ids, &**country_ids, polity);
                book(first + at, before, &streets[at], after[at], all, heard_ids, ledger);
            }
        }
    }
    let crowds: &[Crowd] = crowds;
    for (country, tension) in tensions.iter_mut().enumerate() {
        tension.focal = 0.0;
        sum_up(country, tension, (crowds, people, migrants), polity, c.pool);
        if ledger.on() {
            let inputs: Vec<_> = (0..crowds.len())
                .filter(|region| polity.region_country[*region] == country)
                .map(|region| ids.at(region, Crowd::unrest))
                .collect();
            ledger.book(Terms::END_OF_A_SHOCK, country_ids.at(country, Tension::focal), 0.0, &[]);
            ledger.book(
                Terms::STREETS_OF_ALL_REGIONS,
                country_ids.at(country, Tension::unrest),
                tension.unrest,
                &inputs,
            );
            let capital = country_ids.at(country, Tension::capital_unrest);
            ledger.book(Terms::STREETS_OF_THE_CAPITAL, capital, tension.capital_unrest, &inputs);
        }
    }
}

/// Books what moved a region's street.
fn book(
    region: usize,
    before: f64,
    street: &Street,
    (active, sparked): (f64, f64),
    (ids, country_ids, polity): (&Ids<Crowd>, &Ids<Tension>, &Polity),
    (voice_ids, support_ids): &JoiningIds,
    ledger: &mut Ledger,
) {
    let country = polity.region_country[region];
    let at = |field| ids.at(region, field);
    let mut drivers = vec![
        at(Crowd::grievance),
        at(Crowd::police),
        country_ids.at(country, Tension::threshold),
        country_ids.at(country, Tension::coordination),
    ];
    drivers.extend(input(voice_ids, region, Voice::outspoken));
    drivers.extend(input(support_ids, country, Support::patron_support));
    let focal = street.active - before;
    ledger.terms(
        at(Crowd::unrest),
        active,
        &[
            Term {
                name: Terms::EVENT_THAT_EVERYBODY_HEARS_OF,
                amount: focal,
                inputs: &[at(Crowd::focal), country_ids.at(country, Tension::focal)],
            },
            Term { name: Terms::SPARK, amount: sparked, inputs: &[at(Crowd::grievance)] },
            Term {
                name: Terms::PEOPLE_JOINING_AND_LEAVING,
                amount: active - before - focal - sparked,
                inputs: &drivers,
            },
        ],
    );
    ledger.book(Terms::END_OF_A_SHOCK, at(Crowd::focal), 0.0, &[]);
}
