//! Elites: what alarms those around the incumbent, who reconsiders, and who leaves.

use bevy_ecs::prelude::*;
use bevy_ecs::system::SystemParam;
use marchland_game::number::{clamp, logistic, max, min, probability_over};
use marchland_game::stream::name_hash;
use marchland_sim::constants;
use marchland_sim::ledger::{Ledger, Term, TermName};
use marchland_sim::mechanisms::Mechanism;
use marchland_sim::world::{Clock, Fixed, Ids, OptionalIds, Rows, RowsMut};

use crate::kernels::adjustment::{saturating, towards};
use crate::state::base::Garrison;
use crate::state::country::{
    Coercion, CountryWelfare, Fall, Legitimacy, ORDINARY_PATRONAGE, Palace, Support, Tension, Treasury, War,
};
use crate::state::elite::Elite;
use crate::state::neighbour::NextDoor;
use crate::state::polity::Polity;
use crate::state::reading::{input, row};
use crate::state::region::Population;

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
        /// Error of the public signal, which all share.
        signal_public = "elites_signal_public",
        /// Chance within a month that full alarm, or a full reason of its own, makes an elite reconsider.
        reconsidering = "elites_reconsidering",
        /// Share of alarm that fades in a month.
        calming = "elites_calming",
        /// Alarm that a month with an all-out crowd in the capital raises.
        alarm_crowd = "elites_alarm_crowd",
        /// Alarm that an order to fire which kills many raises.
        alarm_fire = "elites_alarm_fire",
        /// Deaths of a month, per million people, that raise half of it.
        alarm_fire_half = "elites_alarm_fire_half",
        /// Alarm that a heavy loss of soldiers raises.
        alarm_battle = "elites_alarm_battle",
        /// Soldiers lost in a month that raise half of it.
        alarm_battle_half = "elites_alarm_battle_half",
        /// Alarm that a month in which all expected rents are withheld raises.
        alarm_rents = "elites_alarm_rents",
        /// Alarm that a month in which a full backing from abroad is missing raises.
        alarm_backing = "elites_alarm_backing",
        /// Alarm that a month of a full purge raises.
        alarm_purge = "elites_alarm_purge",
        /// Alarm that a fall next door, fresh in mind, raises in a month.
        alarm_neighbour = "elites_alarm_neighbour",
        /// Alarm that a month of an interim raises: who shall have what is open.
        alarm_interim = "elites_alarm_interim",
        /// Alarm that a month in which all others have left raises.
        alarm_defection = "elites_alarm_defection",
        /// Alarm that a month of the worst hardship raises, over an ordinary one: the chiefs' own people.
        alarm_hardship = "elites_alarm_hardship",
        /// Hardship that insiders are used to among their people.
        ordinary_hardship = "elites_ordinary_hardship",
        /// Share by which expectations of rents and backing follow what comes, in a month.
        habit = "elites_habit",
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
        /// Share of the punishment that a full guarantee takes away.
        pardon = "elites_pardon",
        /// What full loyalty over indifference adds to the strength that an elite perceives, doubled.
        attachment = "elites_attachment",
        /// What a full quarrel of its own with the leader takes off it, as a share of that.
        quarrel = "elites_quarrel",
        /// What a government that is known to withstand crowds gains in it.
        withstood = "elites_withstood",
        /// What the patron's backing adds to it for an elite that leans on the patron.
        lean = "elites_lean",
        /// How much more that backing weighs in such an elite's loyalty.
        loyalty_lean = "elites_loyalty_lean",
        /// Chance within a month that an elite returns to a regime that is strong again.
        returning = "elites_returning",
        /// How far perceived strength must lie above the point of leaving for that, in widths of the chance of winning.
        return_margin = "elites_return_margin",
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
        /// Chance of a purge that an elite sees in quiet times.
        suspicion = "elites_suspicion",
        /// What a full purge adds for one without loyalty.
        suspicion_purge = "elites_suspicion_purge",
        /// Share of a division that heals in a month.
        healing = "elites_healing",
        /// Share of a purge that ends in a month.
        purge_decay = "elites_purge_decay",
    }
}

/// Loyalty at which an elite sees the regime as strong as it is. Moving it is the same as moving the strength at which
/// leaving wins as often as not.
const INDIFFERENT: f64 = 0.5;

/// The most that an elite's share of rents over its weight counts for: the end of the scale, at which who has more sees
/// no better place to go to.
const RENTS_MOST: f64 = 2.0;

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
/// p·(prize + guarantee) − (1 − p)·punishment·(1 − pardon·guarantee) = rents·(1 − purge risk).
#[must_use]
pub fn cutoff(rents: f64, purge_risk: f64, guarantee: f64, c: &EliteConstants) -> f64 {
    let stake = c.prize + c.guarantee * guarantee + c.punishment * (1.0 - c.pardon * guarantee);
    let needed = (rents * (1.0 - purge_risk) + c.punishment * (1.0 - c.pardon * guarantee)) / stake;
    if needed >= 1.0 {
        return -1.0;
    }
    // A chance of nought or one has no finite logit.
    let needed = clamp(needed, 1e-6, 1.0 - 1e-6);
    clamp(c.even - c.slope * libm::log(needed / (1.0 - needed)), -1.0, 1.0)
}

/// An elite's rents against an insider's due: its share of rents over its weight, times the share
/// of patronage that is covered (Bueno de Mesquita et al. 2003).
#[must_use]
pub fn rents(elite: &Elite, patronage: f64) -> f64 {
    if elite.weight <= 0.0 { patronage } else { patronage * clamp(elite.share / elite.weight, 0.0, RENTS_MOST) }
}

/// What alarms insiders in a step: events that all hear of.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct News {
    /// The crowd in the capital, as a share of an ordinary pool.
    pub crowd: f64,
    /// Civilians killed in unrest, per million people.
    pub killed: f64,
    /// Soldiers and police killed by fighters.
    pub lost: f64,
    /// Rents below what is expected, as a share.
    pub rents: f64,
    /// Backing from abroad below what is expected.
    pub backing: f64,
    /// The purging of the elite.
    pub purge: f64,
    /// Example of a fall next door.
    pub neighbour: f64,
    /// 1 in an interim.
    pub interim: f64,
    /// Weight of those who have left.
    pub defected: f64,
    /// Hardship beyond an ordinary one.
    pub hardship: f64,
}

/// Alarm that news raises in a step of `months`, by source, in the order of [`News`]. What happened counts once, what
/// lasts by the length of the step.
#[must_use]
pub fn alarm_terms(news: &News, months: f64, c: &EliteConstants) -> [f64; 10] {
    [
        months * c.alarm_crowd * min(1.0, news.crowd),
        c.alarm_fire * saturating(news.killed, c.alarm_fire_half),
        c.alarm_battle * saturating(news.lost, c.alarm_battle_half),
        months * c.alarm_rents * max(0.0, news.rents),
        months * c.alarm_backing * max(0.0, news.backing),
        months * c.alarm_purge * news.purge,
        months * c.alarm_neighbour * news.neighbour,
        months * c.alarm_interim * news.interim,
        months * c.alarm_defection * news.defected,
        months * c.alarm_hardship * max(0.0, news.hardship),
    ]
}

/// Chance within a month that an elite asks itself whether to stay: by the alarm that all share, and by reasons of its
/// own, a threat of its own dismissal and a quarrel of its own with the leader. None where nothing happened.
#[must_use]
pub fn reconsiders(alarm: f64, threat: f64, split: f64, c: &EliteConstants) -> f64 {
    clamp(c.reconsidering * (alarm + max(0.0, threat) + split), 0.0, 1.0)
}

/// Chance that an elite that reconsiders leaves: by logit of how far strength, as it perceives it, lies below the point
/// at which leaving is worth staying (McKelvey & Palfrey 1995). Its tail is exponential: a step of strength is a
/// factor, and the same one everywhere.
#[must_use]
pub fn leaves(cutoff: f64, perceived: f64, c: &EliteConstants) -> f64 {
    logistic((cutoff - perceived) / c.slope)
}

/// Loyalty that an elite tends to: what it gets, what it fears, what its patron backs, how strong the
/// regime looks, and what binds it.
#[must_use]
pub fn loyalty_level(elite: &Elite, rents: f64, patron: f64, strength: f64, c: &EliteConstants) -> f64 {
    clamp(
        c.loyalty_base + c.loyalty_rents * rents - c.loyalty_fear * elite.purge_risk
            + c.lean * c.loyalty_lean * elite.alignment_patron * patron
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
        WHETHER_TO_STAY = "whether to stay",
        TIME_THAT_CALMS = "time that calms",
        CROWD_IN_THE_CAPITAL = "the crowd in the capital",
        ORDER_TO_FIRE = "an order to fire",
        LOST_BATTLE = "a lost battle",
        RENTS_WITHHELD = "rents withheld",
        BACKING_WITHDRAWN_ABROAD = "backing withdrawn abroad",
        PURGE = "a purge",
        FALL_NEXT_DOOR = "a fall next door",
        OPEN_SUCCESSION = "an open succession",
        THOSE_WHO_HAVE_LEFT = "those who have left",
        HARDSHIP_OF_THEIR_OWN_PEOPLE = "the hardship of their own people",
        GOVERNMENTS_LEGITIMACY = "the government's legitimacy",
        LOYAL_FORCE = "loyal force",
        PATRONAGE = "patronage",
        BACKING_FROM_ABROAD = "backing from abroad",
        GARRISONS_STAND = "the garrison's stand",
        STREET = "the street",
        DEFECTIONS = "defections",
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
    meaning: "Gauges the regime as its insiders do; raises alarm among them by what happens; lets those who reconsider leave, and \
              return.",
    equations: "θ = w·(L, loyal force, patronage, patron, garrison) − w·(crowd, defected); alarm' = (1 − c)·alarm + (1 − alarm)·Σ news; \
                P(reconsider) = r·(alarm + threat + split); P(leave | reconsider) = logit⁻¹((x* − θ̂)/s), θ̂ = θ + attachment + lean + v·weariness + \
                σ0·z + σ1·z_k, z shared by all; p(x*)·(prize + guarantee) − (1 − p(x*))·punishment = rents·(1 − purge risk), \
                p = logit⁻¹((m − θ)/s)",
    source: "global game: Morris & Shin 2003, Svolik 2012, Casper & Tyson 2014; what a failed attack teaches: Angeletos, Hellwig & Pavan 2007; choice with error: McKelvey & Palfrey 1995; selectorate: \
             Bueno de Mesquita et al. 2003; coefficients judgement or fitted to base rates",
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
        build.system(reckon);
        build.start(settle);
    },
    constants: EliteConstants::read,
    start: |_| {},
};

const SIGNAL: u64 = name_hash("elites.signal");
const MOOD: u64 = name_hash("elites.mood");

/// Indicators of other laws that strength reads.
type StrengthIds<'w> = (
    Local<'w, OptionalIds<Legitimacy>>,
    Local<'w, OptionalIds<Treasury>>,
    Local<'w, OptionalIds<Support>>,
    Local<'w, OptionalIds<Tension>>,
    Local<'w, OptionalIds<Garrison>>,
);

/// A country's palace, and its columns that insiders reckon by.
type Regime = (
    &'static mut Palace,
    Option<&'static Legitimacy>,
    Option<&'static Treasury>,
    Option<&'static Support>,
    Option<&'static Tension>,
    Option<&'static Coercion>,
    Option<&'static War>,
    Option<&'static Fall>,
    Option<&'static CountryWelfare>,
);

/// What insiders reckon by, in rows.
struct Around<'a> {
    legitimacies: &'a [Legitimacy],
    treasuries: &'a [Treasury],
    supports: &'a [Support],
    tensions: &'a [Tension],
    coercions: &'a [Coercion],
    wars: &'a [War],
    falls: &'a [Fall],
    welfares: &'a [CountryWelfare],
    garrisons: &'a [Garrison],
    neighbours: &'a [NextDoor],
    regions: &'a [Population],
}

/// The columns that the law reads and writes.
#[derive(SystemParam)]
struct Court<'w, 's> {
    countries: Query<'w, 's, Regime>,
    elites: Query<'w, 's, &'static mut Elite>,
    garrisons: Query<'w, 's, &'static Garrison>,
    neighbours: Query<'w, 's, &'static NextDoor>,
    regions: Query<'w, 's, &'static Population>,
}

impl Court<'_, '_> {
    fn rows(&mut self) -> (&mut [Palace], &mut [Elite], Around<'_>) {
        let (palaces, legitimacies, treasuries, supports, tensions, coercions, wars, falls, welfares) =
            self.countries.rows_mut();
        let around = Around {
            legitimacies,
            treasuries,
            supports,
            tensions,
            coercions,
            wars,
            falls,
            welfares,
            garrisons: self.garrisons.rows(),
            neighbours: self.neighbours.rows(),
            regions: self.regions.rows(),
        };
        (palaces, self.elites.rows_mut(), around)
    }
}

/// What insiders go by and are known by.
type Own<'w, 's> = (Res<'w, EliteConstants>, Local<'s, Fixed<Polity>>, Local<'s, Ids<Palace>>);

fn reckon(
    clock: Res<Clock>,
    (c, polity, ids): Own,
    (elite_ids, strength_ids, news_ids): (Local<Ids<Elite>>, StrengthIds, NewsIds),
    mut ledger: ResMut<Ledger>,
    mut court: Court,
) {
    let (palaces, elites, around) = court.rows();
    gauge((&c, &polity, &ids), &strength_ids, &mut ledger, palaces, elites, &around);
    hear(&clock, (&c, &polity, &ids), &news_ids, &mut ledger, palaces, &around);
    choose(&clock, (&c, &polity, &ids), &elite_ids, &mut ledger, palaces, elites, &around);
}

/// Strength as the game begins.
fn settle((c, polity, ids): Own, strength_ids: StrengthIds, mut ledger: ResMut<Ledger>, mut court: Court) {
    let (palaces, elites, around) = court.rows();
    gauge((&c, &polity, &ids), &strength_ids, &mut ledger, palaces, elites, &around);
}

/// What insiders see: strength, and the points at which they would leave.
fn gauge(
    (c, polity, ids): (&EliteConstants, &Polity, &Ids<Palace>),
    foreign: &StrengthIds,
    ledger: &mut Ledger,
    palaces: &mut [Palace],
    elites: &mut [Elite],
    &Around { legitimacies, treasuries, supports, tensions, falls, garrisons, .. }: &Around<'_>,
) {
    // A garrison deters for whoever its owner backs.
    let garrison = garrisons.iter().fold(0.0, |most, own| max(most, own.deterrence));
    for (country, palace) in palaces.iter_mut().enumerate() {
        let (mut weight, mut left, mut force, mut obeys) = (0.0, 0.0, 0.0, 0.0);
        for (at, elite) in elites.iter().enumerate() {
            if polity.elite_country[at] == country {
                weight += elite.weight;
                left += elite.weight * elite.defected.number();
                force += elite.force_share;
                obeys += elite.force_share * elite.loyalty * (1.0 - elite.defected.number());
            }
        }
        palace.defected_weight = if weight > 0.0 { clamp(left / weight, 0.0, 1.0) } else { 0.0 };
        palace.loyal_force = if force > 0.0 { clamp(obeys / force, 0.0, 1.0) } else { 1.0 };
        let patron = row(supports, country).patron_support;
        let patronage = treasuries.get(country).map_or(ORDINARY_PATRONAGE, |treasury| treasury.patronage);
        let legitimacy = row(legitimacies, country).legitimacy;
        let crowd = row(tensions, country).capital_crowd;
        let fall = row(falls, country);
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
        let terms = strength_terms(&pillars, c);
        let before = palace.regime_strength;
        palace.regime_strength = clamp(terms.iter().sum(), 0.0, 1.0);
        for (at, elite) in elites.iter_mut().enumerate() {
            if polity.elite_country[at] == country {
                elite.cutoff = cutoff(rents(elite, patronage), elite.purge_risk, fall.guarantee_new, c);
            }
        }
        if ledger.on() {
            let at = |field| ids.at(country, field);
            let inputs: [Vec<_>; 7] = [
                input(&foreign.0, country, Legitimacy::legitimacy).into_iter().collect(),
                vec![at(Palace::loyal_force)],
                input(&foreign.1, country, Treasury::patronage).into_iter().collect(),
                input(&foreign.2, country, Support::patron_support).into_iter().collect(),
                (0..garrisons.len()).filter_map(|base| input(&foreign.4, base, Garrison::deterrence)).collect(),
                input(&foreign.3, country, Tension::capital_crowd).into_iter().collect(),
                vec![at(Palace::defected_weight)],
            ];
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
        }
    }
}

/// Indicators of other laws that carry news.
type NewsIds<'w> = (
    Local<'w, OptionalIds<Treasury>>,
    Local<'w, OptionalIds<Support>>,
    Local<'w, OptionalIds<Tension>>,
    Local<'w, OptionalIds<Coercion>>,
    Local<'w, OptionalIds<War>>,
    Local<'w, OptionalIds<Fall>>,
    Local<'w, OptionalIds<CountryWelfare>>,
);

/// What alarms insiders.
fn hear(
    clock: &Clock,
    (c, polity, ids): (&EliteConstants, &Polity, &Ids<Palace>),
    foreign: &NewsIds,
    ledger: &mut Ledger,
    palaces: &mut [Palace],
    &Around { treasuries, supports, tensions, coercions, wars, falls, welfares, neighbours, regions, .. }: &Around<'_>,
) {
    let neighbour = neighbours.iter().fold(0.0, |most, next| if next.example > most { next.example } else { most });
    for (country, palace) in palaces.iter_mut().enumerate() {
        let patronage = treasuries.get(country).map_or(ORDINARY_PATRONAGE, |treasury| min(1.0, treasury.patronage));
        let backing = 1.0 + row(supports, country).patron_support;
        if palace.rents_expected == 0.0 {
            palace.rents_expected = patronage;
            palace.backing_expected = backing;
        }
        let losses = row(wars, country).army_losses;
        let people = (0..polity.region_country.len()).filter(|region| polity.region_country[*region] == country);
        let people_m = people.fold(0.0, |sum, region| sum + row(regions, region).population_k) / 1000.0;
        let dead = row(coercions, country).protest_deaths;
        let news = News {
            crowd: row(tensions, country).capital_crowd,
            killed: if dead > 0.0 { dead / max(1e-3, people_m) } else { 0.0 },
            lost: max(0.0, losses - palace.losses_known),
            rents: palace.rents_expected - patronage,
            backing: palace.backing_expected - backing,
            purge: palace.purge,
            neighbour,
            interim: if row(falls, country).interim_months > 0.0 { 1.0 } else { 0.0 },
            defected: palace.defected_weight,
            hardship: welfares.get(country).map_or(0.0, |welfare| welfare.hardship - c.ordinary_hardship),
        };
        palace.losses_known = losses;
        palace.rents_expected = towards(palace.rents_expected, patronage, c.habit, clock.months);
        palace.backing_expected = towards(palace.backing_expected, backing, c.habit, clock.months);
        let before = palace.alarm;
        let kept = towards(before, 0.0, c.calming, clock.months);
        let raised = alarm_terms(&news, clock.months, c).map(|term| term * (1.0 - kept));
        palace.alarm = clamp(kept + raised.iter().sum::<f64>(), 0.0, 1.0);
        if ledger.on() {
            let at = |field| ids.at(country, field);
            let inputs: [Vec<_>; 10] = [
                input(&foreign.2, country, Tension::capital_crowd).into_iter().collect(),
                input(&foreign.3, country, Coercion::protest_deaths).into_iter().collect(),
                input(&foreign.4, country, War::army_losses).into_iter().collect(),
                input(&foreign.0, country, Treasury::patronage).into_iter().collect(),
                input(&foreign.1, country, Support::patron_support).into_iter().collect(),
                vec![at(Palace::purge)],
                Vec::new(),
                input(&foreign.5, country, Fall::interim_months).into_iter().collect(),
                vec![at(Palace::defected_weight)],
                input(&foreign.6, country, CountryWelfare::hardship).into_iter().collect(),
            ];
            let names = [
                Terms::CROWD_IN_THE_CAPITAL,
                Terms::ORDER_TO_FIRE,
                Terms::LOST_BATTLE,
                Terms::RENTS_WITHHELD,
                Terms::BACKING_WITHDRAWN_ABROAD,
                Terms::PURGE,
                Terms::FALL_NEXT_DOOR,
                Terms::OPEN_SUCCESSION,
                Terms::THOSE_WHO_HAVE_LEFT,
                Terms::HARDSHIP_OF_THEIR_OWN_PEOPLE,
            ];
            let mut booked = vec![Term { name: Terms::TIME_THAT_CALMS, amount: kept - before, inputs: &[] }];
            booked.extend((0..10).map(|term| Term { name: names[term], amount: raised[term], inputs: &inputs[term] }));
            ledger.terms(at(Palace::alarm), palace.alarm, &booked);
        }
    }
}

/// Who leaves and who returns, and how loyalties and divisions move.
fn choose(
    clock: &Clock,
    (c, polity, country_ids): (&EliteConstants, &Polity, &Ids<Palace>),
    ids: &Ids<Elite>,
    ledger: &mut Ledger,
    palaces: &mut [Palace],
    elites: &mut [Elite],
    &Around { treasuries, supports, tensions, .. }: &Around<'_>,
) {
    let months = clock.months;
    for (at, elite) in elites.iter_mut().enumerate() {
        let country = polity.elite_country[at];
        let Some(palace) = palaces.get(country) else { continue };
        let patron = row(supports, country).patron_support;
        let patronage = treasuries.get(country).map_or(ORDINARY_PATRONAGE, |treasury| treasury.patronage);
        let before = *elite;
        // What everybody misjudges alike, and each by itself.
        let shared = clock.stream(polity.country_names[country], MOOD).normal();
        let draw = clock.stream(polity.elite_names[at], SIGNAL);
        let perceived = palace.regime_strength
            + c.attachment * (elite.loyalty - INDIFFERENT)
            + c.lean * elite.alignment_patron * patron
            - c.quarrel * c.attachment * elite.split
            + c.withstood * row(tensions, country).weariness
            + c.signal_public * shared
            + c.signal * draw.at(1).normal();
        let asks = reconsiders(palace.alarm, elite.purge_risk - c.suspicion, elite.split, c);
        if elite.rules.get() {
            elite.defected.set(false);
        } else if !elite.defected.get() {
            if draw.uniform() < probability_over(asks * leaves(elite.cutoff, perceived, c), months) {
                elite.defected.set(true);
            }
        } else if perceived > elite.cutoff + c.return_margin * c.slope
            && draw.uniform() < probability_over(c.returning, months)
        {
            elite.defected.set(false);
        }
        let mut level = loyalty_level(elite, rents(elite, patronage), patron, palace.regime_strength, c);
        if elite.bond == 0.0 {
            // What gains and fears do not explain of the loyalty coded is what binds: loyalty rests where it starts.
            elite.bond = clamp(elite.bond + elite.loyalty - level, -1.0, 1.0);
            level = loyalty_level(elite, rents(elite, patronage), patron, palace.regime_strength, c);
        }
        elite.loyalty = towards(elite.loyalty, level, c.loyalty_adjustment, months);
        let suspicion = c.suspicion + c.suspicion_purge * palace.purge * (1.0 - elite.loyalty);
        elite.purge_risk = towards(elite.purge_risk, min(1.0, suspicion), c.loyalty_adjustment, months);
        elite.split = towards(elite.split, 0.0, c.healing, months);
        if ledger.on() {
            let own = |field| ids.at(at, field);
            let seen = [
                country_ids.at(country, Palace::alarm),
                own(Elite::purge_risk),
                own(Elite::split),
                own(Elite::cutoff),
                own(Elite::loyalty),
                country_ids.at(country, Palace::regime_strength),
            ];
            ledger.book(Terms::WHETHER_TO_STAY, own(Elite::defected), elite.defected.number(), &seen);
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
        // Division heals to what the coalition was built with.
        if palace.split_natural == 0.0 {
            palace.split_natural = palace.elite_split;
        }
        palace.elite_split = towards(palace.elite_split, palace.split_natural, c.healing, months);
        palace.purge = towards(palace.purge, 0.0, c.purge_decay, months);
        if ledger.on() {
            ledger.book(Terms::TIME_THAT_HEALS, country_ids.at(country, Palace::elite_split), palace.elite_split, &[]);
            ledger.book(Terms::END_OF_THE_PURGE, country_ids.at(country, Palace::purge), palace.purge, &[]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declared::{declared, throughout};

    #[test]
    fn at_the_cutoff_leaving_is_worth_staying() {
        throughout(|value| {
            let c = EliteConstants::from_parameters(value);
            let (rents, purge, guarantee) = (0.7, 0.1, 0.4);
            let at = cutoff(rents, purge, guarantee, &c);
            let win = logistic(-(at - c.even) / c.slope);
            let punishment = c.punishment * (1.0 - c.pardon * guarantee);
            let leaving = win * (c.prize + c.guarantee * guarantee) - (1.0 - win) * punishment;
            assert!((leaving - rents * (1.0 - purge)).abs() < 1e-12, "{c:?}");
        });
    }

    #[test]
    fn elites_leave_sooner_with_guarantees_and_when_rents_dry_up() {
        throughout(|value| {
            let c = EliteConstants::from_parameters(value);
            assert!(cutoff(0.7, 0.05, 0.8, &c) > cutoff(0.7, 0.05, 0.0, &c), "{c:?}");
            assert!(cutoff(0.4, 0.05, 0.0, &c) > cutoff(0.8, 0.05, 0.0, &c), "{c:?}");
            assert!(cutoff(0.7, 0.5, 0.0, &c) > cutoff(0.7, 0.05, 0.0, &c), "{c:?}");
        });
    }

    #[test]
    fn nobody_leaves_a_palace_where_nothing_happened() {
        throughout(|value| {
            let c = EliteConstants::from_parameters(value);
            assert_eq!(alarm_terms(&News::default(), 1.0, &c).iter().sum::<f64>(), 0.0);
            assert_eq!(reconsiders(0.0, 0.0, 0.0, &c), 0.0);
            // Gains are no news.
            let fed = News { rents: -0.2, backing: -0.3, hardship: -0.1, ..News::default() };
            assert_eq!(alarm_terms(&fed, 1.0, &c).iter().sum::<f64>(), 0.0);
        });
    }

    #[test]
    fn every_kind_of_news_alarms() {
        throughout(|value| {
            let c = EliteConstants::from_parameters(value);
            let one = |at: usize| {
                let mut news = News::default();
                let fields: [&mut f64; 10] = [
                    &mut news.crowd,
                    &mut news.killed,
                    &mut news.lost,
                    &mut news.rents,
                    &mut news.backing,
                    &mut news.purge,
                    &mut news.neighbour,
                    &mut news.interim,
                    &mut news.defected,
                    &mut news.hardship,
                ];
                *fields[at] = 0.3;
                let terms = alarm_terms(&news, 1.0, &c);
                // By its own term and no other.
                (0..10).all(|term| (terms[term] > 0.0) == (term == at))
            };
            assert!((0..10).all(one), "{c:?}");
        });
    }

    #[test]
    fn a_small_step_of_strength_is_a_small_step_of_the_chance_to_leave() {
        // A Gaussian tail made .045 of strength a factor of 14. In the tail of a logit a step is a factor, the same one
        // however strong the regime is.
        throughout(|value| {
            let c = EliteConstants::from_parameters(value);
            for widths in [15.0, 25.0] {
                let strong = 0.2 + widths * c.slope;
                let factor = leaves(0.2, strong, &c) / leaves(0.2, strong + 0.045, &c);
                assert!((factor / libm::exp(0.045 / c.slope) - 1.0).abs() < 1e-6, "{factor}: {c:?}");
            }
        });
        let c = EliteConstants::from_parameters(&declared);
        let factor = leaves(0.23, 0.51, &c) / leaves(0.23, 0.555, &c);
        assert!((1.2..2.0).contains(&factor), "{factor}");
    }
}
