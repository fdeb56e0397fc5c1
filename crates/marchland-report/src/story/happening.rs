//! What happened in a month: typed, weighed, with whoever knows of it.

use marchland_game::{
    Budget, Cause, DealId, EventId, IndicatorId, MotionId, Order, PlayerId, PlayerSet, Refusal, TurnRecord,
    Vote as Ballot,
};
use marchland_laws::state::country::{ExitMode, RegimeStatus, Vote, VoteResult};
use marchland_laws::state::elite::Strike;
use marchland_sim::scenario::Scenario;
use marchland_sim::scenario::telling::Theme;
use marchland_sim::turn::{Game, passes};
use marchland_sim::world::CodedState;

use super::audience::{Audience, Count, Counter};
use super::cast::{Cast, Values};
use super::deals::{self, DealHappening, DealStep};
use super::power;

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Happening {
    /// The month.
    pub turn: u32,
    /// The week of it, from 1, where the month is played week by week and the week is known.
    pub week: Option<u8>,
    /// What.
    pub what: What,
    /// How much news it is, 0 to 100: a change of power from [`POWER`] on, a war [`WAR`], deaths beyond the usual from
    /// [`DEATHS`] on.
    pub weight: f64,
    /// The paragraph that it belongs to.
    pub theme: Theme,
    /// Players who know of it, where it is not read off indicators.
    pub seen_by: PlayerSet,
    /// Indicators that it is read off, each with the largest error with which it can still be told.
    pub evidence: Vec<(IndicatorId, f64)>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// Office was lost.
    PowerLost(PowerLost),
    /// An attempt to take office came to nothing.
    Attempt {
        /// Whose: position in the elites.
        by: usize,
        /// How it ended.
        strike: Strike,
    },
    /// An elite began to plot.
    PlotBegun(usize),
    /// Elites broke with the government.
    Left(Vec<usize>),
    /// Elites came back to it.
    Returned(Vec<usize>),
    /// Authority dissolved, or was restored.
    Authority {
        /// Whether it is there.
        restored: bool,
    },
    /// For so many months authority has been gone.
    Lawless(u32),
    /// A facilitator set something.
    Set {
        /// What.
        of: IndicatorId,
        /// What it was.
        from: f64,
        /// What it was set to.
        to: f64,
    },
    /// An occasion brought people out.
    Campaign,
    /// People were killed in unrest.
    Killed(Toll),
    /// People were killed in fighting.
    Fighting {
        /// Soldiers and police.
        soldiers: Toll,
        /// Civilians.
        civilians: Toll,
    },
    /// Fighting became a war.
    War(u64),
    /// A vote of the people.
    Vote {
        /// On what.
        vote: Vote,
        /// How it ended for the incumbent.
        result: VoteResult,
        /// Whether an interim government held it.
        interim: bool,
    },
    /// A vote of an institution.
    Motion(MotionVote),
    /// An event of the scenario.
    Event(EventId),
    /// A player did something, or tried to.
    Act {
        /// Who.
        by: PlayerId,
        /// What.
        order: Order,
        /// Whether it succeeded, for those who know how it came out: who gave the order, and whoever knows everything.
        success: Option<bool>,
        /// Whether it was to be secret and came out.
        leaked: bool,
        /// Whether a facilitator ruled otherwise than the draw, for those who know how it came out.
        overruled: bool,
    },
    /// An order could not be carried out.
    Refused {
        /// Who gave it.
        by: PlayerId,
        /// What.
        order: Order,
        /// Why.
        refusal: Refusal,
    },
    /// A level that people feel was reached.
    Level {
        /// The scale: position in the scenario's.
        scale: usize,
        /// The step left.
        from: usize,
        /// The step reached.
        to: usize,
        /// Of what.
        of: Vec<IndicatorId>,
    },
    /// A step of a deal.
    Deal(DealHappening),
}

/// How office was lost.
#[derive(Clone, Debug, PartialEq)]
pub struct PowerLost {
    /// The way.
    pub way: ExitMode,
    /// Whose plot won: position in the elites.
    pub author: Option<usize>,
    /// Who governed.
    pub fallen: Option<PlayerId>,
    /// Who acts for the head of state now: position in the elites.
    pub acting: Option<usize>,
    /// Who governs now, where no elite acts.
    pub successor: Option<PlayerId>,
    /// Elites that had left before; none where the audience cannot know of all.
    pub stood_aside: Option<Vec<usize>>,
    /// Months that the interim has.
    pub interim: u64,
    /// Whether the head of state did not stand, of an election.
    pub not_stood: bool,
}

/// A count of the killed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Toll {
    /// In the month.
    pub count: Count,
    /// Since the start, where that is known.
    pub total: Option<Count>,
    /// Regions with most of them.
    pub places: Vec<usize>,
    /// Whether all of them died there.
    pub all_there: bool,
    /// The count that it is read from.
    pub of: Option<IndicatorId>,
}

/// A vote of an institution. Its members' votes are told in their order.
#[derive(Clone, Debug, PartialEq)]
pub struct MotionVote {
    /// The question.
    pub motion: MotionId,
    /// Who tabled it.
    pub by: Option<PlayerId>,
    /// Members for, against, neither.
    pub count: [usize; 3],
    /// Members against, by position.
    pub against: Vec<usize>,
    /// Whether it passed.
    pub passed: bool,
    /// Whether a facilitator ruled otherwise than the count.
    pub overruled: bool,
}

/// What makes two happenings the same fact in different months.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// Of power.
    Power,
    /// A plot begun by an elite.
    Plot(usize),
    /// An attempt of an elite, and whether it was discovered.
    Attempt(usize, bool),
    /// An elite's break, or its return.
    Break(usize, bool),
    /// Authority.
    Authority(bool),
    /// The want of it, after so many months.
    Lawless(u32),
    /// Something set by a facilitator.
    Set(IndicatorId),
    /// A campaign.
    Campaign,
    /// Deaths in unrest.
    Killed,
    /// Deaths in fighting.
    Fighting,
    /// A war.
    War,
    /// A vote of the people.
    Vote(u8),
    /// A vote of an institution.
    Motion(MotionId, bool),
    /// An event.
    Event(EventId),
    /// What a player does, and whether it succeeds, as far as that is known.
    Act(PlayerId, Order, Option<bool>),
    /// An order that was refused.
    Refused(PlayerId, Order),
    /// A level of an indicator.
    Level(usize, usize, IndicatorId),
    /// A step of a deal.
    Deal(DealId, PlayerId, PlayerId, DealStep),
}

impl Happening {
    /// After how many months an audience knows of it; none where it never does.
    #[must_use]
    pub fn reaches(&self, scenario: &Scenario, audience: Audience) -> Option<u8> {
        if !audience.hears(&scenario.catalogue, self.seen_by) {
            return None;
        }
        self.evidence.iter().try_fold(0, |latest: u8, (id, error)| {
            let known = audience.knows(scenario, *id)?;
            (known.sd <= *error).then(|| latest.max(known.delay))
        })
    }

    /// Whether it is news however often it happened before: power, plots, war and deaths.
    #[must_use]
    pub fn never_stale(&self) -> bool {
        matches!(
            self.what,
            What::PowerLost(_)
                | What::Attempt { .. }
                | What::PlotBegun(_)
                | What::Authority { .. }
                | What::Set { .. }
                | What::Killed(_)
                | What::Fighting { .. }
                | What::War(_)
                | What::Vote { .. }
        )
    }

    /// What makes it the same fact as another of another month.
    #[must_use]
    pub fn key(&self) -> Key {
        match &self.what {
            What::PowerLost(_) => Key::Power,
            What::Attempt { by, strike } => Key::Attempt(*by, *strike == Strike::Discovered),
            What::PlotBegun(by) => Key::Plot(*by),
            What::Left(who) => Key::Break(who.first().copied().unwrap_or(0), true),
            What::Returned(who) => Key::Break(who.first().copied().unwrap_or(0), false),
            What::Authority { restored } => Key::Authority(*restored),
            What::Lawless(months) => Key::Lawless(*months),
            What::Set { of, .. } => Key::Set(*of),
            What::Campaign => Key::Campaign,
            What::Killed(_) => Key::Killed,
            What::Fighting { .. } => Key::Fighting,
            What::War(_) => Key::War,
            What::Vote { vote, .. } => Key::Vote(vote.code() as u8),
            What::Motion(vote) => Key::Motion(vote.motion, vote.passed),
            What::Event(event) => Key::Event(*event),
            What::Act { by, order, success, .. } => Key::Act(*by, *order, *success),
            What::Refused { by, order, .. } => Key::Refused(*by, *order),
            What::Level { scale, to, of, .. } => Key::Level(*scale, *to, of[0]),
            What::Deal(deal) => Key::Deal(deal.deal, deal.by, deal.with, deal.step),
        }
    }
}

/// What is left of a motion's weight where it is not carried: our choice, so that a refusal in a council stays below crowds in
/// the streets.
const NOT_CARRIED: f64 = 0.7;
/// What a step for the worse adds to its weight. Our choice.
const WORSE: f64 = 2.0;
/// What reaching the worst step of a scale adds beside, and a step on the way there in proportion: our choice, so that crowds in
/// the streets and a government whose standing breaks come before a vote that is carried abroad.
const GRAVEST: f64 = 16.0;
/// The least weight of a change of power.
pub const POWER: f64 = 86.0;
/// The weight of a war's beginning.
pub const WAR: f64 = 85.0;
/// The least weight of deaths above the usual.
pub const DEATHS: f64 = 70.0;
/// Deaths beyond the usual that make a headline.
pub const BEYOND: u64 = 20;
/// Deaths in fighting within twelve months that make an armed conflict: the threshold of the Uppsala conflict data, whose
/// wars begin at 1,000.
pub const WAR_DEATHS: u64 = 25;

/// Everything that happened in the last of these months, most news first, in the counts and levels that the audience
/// may be told: what it does not hear of is left out by [`Happening::reaches`]. `game` is the one whose reports a seat or
/// the room had, where it is at hand.
#[must_use]
pub fn gather(
    scenario: &Scenario,
    cast: &Cast,
    records: &[TurnRecord],
    audience: Audience,
    game: Option<&Game>,
) -> Vec<Happening> {
    let values = Values { records };
    let Some(record) = values.record() else { return Vec::new() };
    let mut found = Vec::new();
    power::gather(scenario, cast, values, audience, &mut found);
    let fell = found.iter().any(|found| matches!(found.what, What::PowerLost(_)));
    tolls(cast, values, Counter { audience, scenario, game }, &mut found);
    let mut add = |what: What, weight: f64, theme: Theme, seen_by: PlayerSet, week: Option<u8>| {
        found.push(Happening { turn: record.turn, week, what, weight, theme, seen_by, evidence: Vec::new() });
    };
    let weekly = record.rounds.len() > 1;
    let catalogue = &scenario.catalogue;
    for (at, round) in record.rounds.iter().enumerate() {
        let week = weekly.then_some(at as u8 + 1);
        for event in &round.events {
            let phrase = scenario.telling.events.get(event);
            let weight = phrase.and_then(|phrase| phrase.weight).unwrap_or(40.0);
            let theme = phrase.and_then(|phrase| phrase.theme).unwrap_or(Theme::Abroad);
            add(What::Event(*event), weight, theme, catalogue.events[event.index()].seen_by, week);
        }
        for vote in &round.votes {
            let motion = &catalogue.motions[vote.motion.index()];
            let body = &catalogue.institutions[motion.institution.index()];
            let members = &body.members;
            let of = |wanted: Ballot| vote.votes.iter().filter(|vote| **vote == wanted).count();
            let against = vote.votes.iter().enumerate().filter(|(_, vote)| **vote == Ballot::No).map(|(at, _)| at);
            let what = What::Motion(MotionVote {
                motion: vote.motion,
                by: vote.by,
                count: [of(Ballot::Yes), of(Ballot::No), of(Ballot::Abstain)],
                against: against.collect(),
                passed: vote.passed,
                overruled: vote.passed != passes(body.rule, &vote.votes, members),
            });
            let voters = members.iter().filter_map(|member| member.player);
            let seen_by = voters.fold(motion.seen_by, PlayerSet::with);
            let phrase = scenario.telling.motions.get(&vote.motion);
            // That nothing was decided is less news than what was.
            let weight = phrase.and_then(|phrase| phrase.weight).unwrap_or(46.0);
            let weight = if vote.passed { weight } else { NOT_CARRIED * weight };
            add(what, weight, phrase.and_then(|phrase| phrase.theme).unwrap_or(Theme::Abroad), seen_by, week);
        }
        for ruling in &round.rulings {
            // What is done about a deal is told as a step of it; a move that was not to be had is no happening.
            if catalogue.deal_move(ruling.order.action).is_some() {
                continue;
            }
            let action = &catalogue.actions[ruling.order.action.index()];
            let phrase = scenario.telling.actions.get(&ruling.order.action);
            let theme = phrase.and_then(|phrase| phrase.theme).unwrap_or_else(|| instrument(&action.instrument).0);
            if let Some(refusal) = ruling.refusal {
                // What a seat's own means would not stretch to is no news; what the world forbade is.
                if !matches!(refusal, Refusal::Condition | Refusal::CannotTable(_)) {
                    continue;
                }
                let what = What::Refused { by: ruling.player, order: ruling.order, refusal };
                add(what, 16.0, theme, PlayerSet::NOBODY.with(ruling.player), week);
                continue;
            }
            let mut weight = phrase.and_then(|phrase| phrase.weight).unwrap_or(instrument(&action.instrument).1);
            if ruling.leaked {
                weight += 20.0;
            }
            let success = audience.learns_result(ruling.player).then_some(ruling.success);
            let drawn = ruling.draw < ruling.probability;
            let overruled = success.is_some_and(|success| success != drawn) && audience == Audience::Everything;
            let what = What::Act { by: ruling.player, order: ruling.order, success, leaked: ruling.leaked, overruled };
            add(what, weight, theme, action.visibility.seen_by(ruling.leaked).with(ruling.player), week);
        }
    }
    for deal in deals::gather(scenario, records) {
        let (weight, seen_by) = (deal.step.weight(), deal.seen_by);
        add(What::Deal(deal), weight, Theme::Abroad, seen_by, None);
    }
    levels(scenario, cast, values, fell, (audience, game), &mut found);
    set_by_hand(scenario, values, &mut found);
    found.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    found
}

/// What a facilitator set in the month, each indicator once: from where it stood before the first step to where the last
/// one left it.
fn set_by_hand(scenario: &Scenario, values: Values<'_>, found: &mut Vec<Happening>) {
    /// More news than any habit, less than a change of power.
    const WEIGHT: f64 = 50.0;
    let Some(record) = values.record() else { return };
    let mut set: Vec<(IndicatorId, f64, f64)> = Vec::new();
    for booking in record.rounds.iter().flat_map(|round| &round.bookings) {
        if booking.cause != Cause::Inject || booking.before == booking.after {
            continue;
        }
        match set.iter_mut().find(|(id, ..)| *id == booking.indicator) {
            Some((.., to)) => *to = booking.after,
            None => set.push((booking.indicator, booking.before, booking.after)),
        }
    }
    // What a free action costs is booked like that too, and told with it.
    let budget = |id: IndicatorId| {
        let info = &scenario.catalogue.indicators[id.index()];
        info.kind == "player" && Budget::ALL.iter().any(|budget| budget.name() == info.field)
    };
    for (of, from, to) in set.into_iter().filter(|(of, ..)| !budget(*of)) {
        let theme = scenario.telling.scale(of).map_or(Theme::Power, |scale| scale.theme);
        found.push(Happening {
            turn: record.turn,
            week: None,
            what: What::Set { of, from, to },
            weight: WEIGHT,
            theme,
            seen_by: PlayerSet::EVERYBODY,
            evidence: vec![(of, 0.0)],
        });
    }
}

/// The paragraph and the weight of an order by the instrument that it belongs to.
fn instrument(name: &str) -> (Theme, f64) {
    match name {
        "security" => (Theme::Border, 20.0),
        "domestic" => (Theme::Power, 22.0),
        "economy" => (Theme::Purse, 18.0),
        "posture" => (Theme::Border, 10.0),
        _ => (Theme::Abroad, 14.0),
    }
}

/// Who was killed, in numbers that the audience may be told.
fn tolls(cast: &Cast, values: Values<'_>, counter: Counter<'_>, found: &mut Vec<Happening>) {
    let (Some(country), Some(record)) = (&cast.country, values.record()) else { return };
    let last = values.records.len() - 1;
    let grown = |at: usize, id: IndicatorId| counter.grown(id, values.opened(at, id), values.closed(at, id));
    let toll = |id: Option<IndicatorId>, (mut places, all_there): (Vec<usize>, bool)| {
        let count = id.and_then(|id| grown(last, id)).unwrap_or_default();
        // One person dies in one place.
        if (count.of as usize) < places.len() {
            places.clear();
        }
        Toll { count, total: id.and_then(|id| counter.total(id, values.closed(last, id))), places, all_there, of: id }
    };
    // Where most of them died is known to those alone who know the counts of all places.
    let most = |of: &dyn Fn(usize) -> Option<IndicatorId>, count: &dyn Fn(IndicatorId) -> u64| {
        let counted: Vec<(IndicatorId, u64)> =
            (0..cast.regions.len()).filter_map(of).map(|id| (id, count(id))).collect();
        let open = |(id, _): &(IndicatorId, u64)| counter.audience.exactly(counter.scenario, *id, 0);
        if counted.len() < cast.regions.len() || !counted.iter().all(open) {
            return (Vec::new(), false);
        }
        let sum: u64 = counted.iter().map(|(_, count)| count).sum();
        let mut places: Vec<usize> =
            (0..counted.len()).filter(|at| 4 * counted[*at].1 >= sum && counted[*at].1 > 0).collect();
        places.sort_by_key(|at| (std::cmp::Reverse(counted[*at].1), *at));
        places.truncate(2);
        let all_there = places.iter().map(|at| counted[*at].1).sum::<u64>() == sum;
        (places, all_there)
    };
    let in_unrest = most(&|at| cast.regions[at].killed, &|id| values.grown(id));
    let in_fighting = most(&|at| cast.regions[at].battle, &|id| (100.0 * values.now(id)) as u64);
    let killed = toll(country.killed, in_unrest);
    let (soldiers, civilians) = (toll(country.soldiers, in_fighting), toll(country.civilians, (Vec::new(), false)));
    let (killed_count, fought) = (killed.count.of, soldiers.count.of + civilians.count.of);
    let all = [country.killed, country.soldiers, country.civilians];
    let told = |at: usize, id: IndicatorId| grown(at, id).map_or(0, |count| count.of);
    let beyond = (killed_count + fought).saturating_sub(usual(values, &all, &told));
    let weight = |count: u64, larger: bool| {
        if beyond > BEYOND && larger {
            let size = libm::log10(beyond as f64) * 4.0;
            DEATHS + marchland_game::number::min(14.0, size)
        } else {
            marchland_game::number::min(44.0, 20.0 + 2.0 * count as f64)
        }
    };
    let war = war(country.soldiers, country.civilians, values, counter);
    let mut add = |what: What, weight: f64, theme: Theme, evidence: Vec<(IndicatorId, f64)>| {
        let (turn, seen_by) = (record.turn, PlayerSet::EVERYBODY);
        found.push(Happening { turn, week: None, what, weight, theme, seen_by, evidence });
    };
    let of = |toll: &Toll| -> Vec<(IndicatorId, f64)> { toll.of.into_iter().map(|id| (id, f64::INFINITY)).collect() };
    if killed_count > 0 {
        let weight = weight(killed_count, killed_count >= fought);
        let evidence = of(&killed);
        add(What::Killed(killed), weight, Theme::Streets, evidence);
    }
    if fought > 0 {
        let weight = weight(fought, fought > killed_count);
        let mut evidence = of(&soldiers);
        evidence.extend(of(&civilians));
        add(What::Fighting { soldiers, civilians }, weight, Theme::Border, evidence);
    }
    if let Some(deaths) = war {
        let both = [country.soldiers, country.civilians];
        let evidence = both.into_iter().flatten().map(|id| (id, f64::INFINITY)).collect();
        add(What::War(deaths), WAR, Theme::Border, evidence);
    }
}

/// Deaths that a place is used to: the median of up to six months before this one.
fn usual(values: Values<'_>, of: &[Option<IndicatorId>], grown: &dyn Fn(usize, IndicatorId) -> u64) -> u64 {
    let now = values.records.len() - 1;
    let total = |at: usize| of.iter().flatten().map(|id| grown(at, *id)).sum();
    let mut before: Vec<u64> = (now.saturating_sub(6)..now).map(total).collect();
    before.sort_unstable();
    before.get(before.len() / 2).copied().unwrap_or(0)
}

/// Deaths in fighting of twelve months, where they surely reach those of a war in this month and did not in any before.
fn war(
    soldiers: Option<IndicatorId>,
    civilians: Option<IndicatorId>,
    values: Values<'_>,
    counter: Counter<'_>,
) -> Option<u64> {
    let both = [soldiers?, civilians?];
    let year = |last: usize| -> u64 {
        let first = (last + 1).saturating_sub(12);
        let since = |from: &dyn Fn(IndicatorId) -> (u32, f64)| {
            counter.surely_grown(&both.map(|id| (id, from(id), values.closed(last, id))))
        };
        // Whoever has reports alone has none of the time before the first month.
        since(&|id| values.opened(first, id)).or_else(|| since(&|id| values.closed(first, id))).unwrap_or(0)
    };
    let now = values.records.len() - 1;
    let deaths = year(now);
    (deaths >= WAR_DEATHS && (0..now).all(|at| year(at) < WAR_DEATHS)).then_some(deaths)
}

/// Levels that people feel, reached in the month.
fn levels(
    scenario: &Scenario,
    cast: &Cast,
    values: Values<'_>,
    fell: bool,
    (audience, game): (Audience, Option<&Game>),
    found: &mut Vec<Happening>,
) {
    let Some(record) = values.record() else { return };
    let mut reached: Vec<(usize, usize, usize, Vec<IndicatorId>)> = Vec::new();
    for (id, at) in &scenario.telling.of {
        let scale = &scenario.telling.scales[*at];
        // What a fall does to the state of the regime is told with the fall.
        if fell && cast.country.as_ref().is_some_and(|country| country.status == *id) {
            continue;
        }
        let last = values.records.len() - 1;
        let (opened, closed) = (values.opened(last, *id), values.closed(last, *id));
        // Everybody's own reports have to show it.
        let readings = audience.readings(scenario, game, *id, opened, closed);
        let steps: Vec<(usize, usize)> =
            readings.iter().filter_map(|(before, now)| Some((scale.step(*before)?, scale.step(*now)?))).collect();
        let Some((from, to)) = steps.iter().copied().min_by_key(|(from, to)| from.abs_diff(*to)) else { continue };
        let alike = |(own, reached): &(usize, usize)| *reached == to && *own != to && (*own < to) == (from < to);
        if !steps.iter().all(alike) {
            continue;
        }
        // Nor what it does for the standing of whoever comes after.
        if fell && scale.theme == Theme::Power && scale.worsens(from, to) == Some(false) {
            continue;
        }
        let step = &scale.steps[to];
        let told = if to > from { &step.rising } else { &step.falling };
        // A first month computes what the start only implied: that is no news. A track of the scenario's own is what it says.
        let track = scenario.catalogue.indicators[id.index()].field == "value";
        if told.is_empty() || (record.turn == 1 && opened.1 == 0.0 && !track) {
            continue;
        }
        match reached.iter_mut().find(|other| (other.0, other.2) == (*at, to) && (other.1 < to) == (from < to)) {
            Some(other) => other.3.push(*id),
            None => reached.push((*at, from, to, vec![*id])),
        }
    }
    for (scale, from, to, of) in reached {
        let plan = &scenario.telling.scales[scale];
        let coded = !scenario.catalogue.indicators[of[0].index()].labels.is_empty();
        let width = if coded { 0.0 } else { narrowest(plan, from, to) };
        let evidence = of.iter().map(|id| (*id, width / 2.0)).collect();
        let steps = (to.abs_diff(from) - 1) as f64;
        let worse = match plan.worsens(from, to) {
            Some(true) if coded => WORSE,
            Some(true) => WORSE + GRAVEST * plan.gravity(to),
            Some(false) | None => 0.0,
        };
        let more = worse + 6.0 * steps + 1.5 * (of.len() - 1) as f64;
        let weight = marchland_game::number::min(62.0, plan.weight + more);
        let what = What::Level { scale, from, to, of };
        let (turn, theme, seen_by) = (record.turn, plan.theme, PlayerSet::EVERYBODY);
        found.push(Happening { turn, week: None, what, weight, theme, seen_by, evidence });
    }
}

/// The narrower of two steps.
fn narrowest(scale: &marchland_sim::scenario::telling::Scale, a: usize, b: usize) -> f64 {
    let width = |at: usize| match scale.steps.get(at + 1) {
        Some(next) => next.from - scale.steps[at].from,
        None => f64::INFINITY,
    };
    marchland_game::number::min(width(a), width(b))
}

/// Whether authority stood in the month, and before it.
pub(super) fn authority(country: &super::cast::Country, values: Values<'_>) -> (bool, bool) {
    let stands = |value: f64| RegimeStatus::nearest(value) != RegimeStatus::Collapsed;
    (stands(values.before(country.status)), stands(values.now(country.status)))
}
