//! Happenings as sentences: the subject acts, the verb carries, one idea each. Every kind has its forms here and
//! nowhere else. Sentences stand without capital letter and full stop until a month sets them.

use marchland_game::PlayerId;
use marchland_laws::state::country::{ExitMode, Vote, VoteResult};
use marchland_laws::state::elite::Strike;
use marchland_sim::scenario::Scenario;

use super::audience::{Audience, Count};
use super::cast::Cast;
use super::deals;
use super::happening::{Happening, MotionVote, PowerLost, Toll, What};
use super::phrases::Phrases;
use super::scale::{listed, months, opened, ordinal, spelled, thousands};
use super::threads::month;
use crate::wording::Wording;

/// Puts happenings into sentences for an audience.
pub struct Sentences<'a> {
    pub scenario: &'a Scenario,
    pub cast: &'a Cast,
    pub phrases: Phrases<'a>,
    pub audience: Audience,
}

/// What stands before a secret deed that came out.
pub const LEAKED: &str = "a leak showed how ";
/// Most members who voted against that are named.
const NAMED: usize = 4;

impl Sentences<'_> {
    fn start(&self) -> String {
        month(self.scenario.calendar.start, 1)
    }

    fn country(&self) -> &str {
        self.cast.country.as_ref().map_or("the country", |country| &country.title)
    }

    fn capital(&self) -> &str {
        let capital = self.cast.country.as_ref().and_then(|country| country.capital);
        capital.map_or("the capital", |at| &self.cast.regions[at].title)
    }

    fn governor(&self, player: Option<PlayerId>) -> String {
        player.map_or_else(|| "the government".to_owned(), |player| self.phrases.player(player))
    }

    /// A sentence on something with the week that it happened in, where that is known and matters.
    pub fn dated(happening: &Happening, text: String) -> String {
        let told = matches!(
            happening.what,
            What::PowerLost(_) | What::Attempt { .. } | What::Vote { .. } | What::Motion(_) | What::Event(_)
        );
        match happening.week.filter(|_| told && !text.is_empty()) {
            Some(week) => format!("in the {} week {text}", ordinal(u64::from(week))),
            None => text,
        }
    }

    /// The sentence that tells a happening; none where it is nothing that the audience may be told.
    pub fn main(&self, happening: &Happening) -> Option<String> {
        Some(match &happening.what {
            What::PowerLost(lost) => self.fall(lost, &self.governor(lost.fallen)),
            What::Attempt { by, strike } => {
                let who = &self.cast.elites[*by].title;
                match strike {
                    Strike::Discovered => format!("a plot of {who} was discovered"),
                    _ => format!("{who} tried to seize power and failed"),
                }
            }
            What::PlotBegun(by) => {
                format!("{} began to plot against those in office", self.cast.elites[*by].title)
            }
            What::Left(who) => format!("{} broke with those in office", self.cast.elites(who)),
            What::Returned(who) => format!("{} came back to those in office", self.cast.elites(who)),
            What::Authority { restored: false } => {
                format!("the state lost its hold on {}", self.country())
            }
            What::Authority { restored: true } => format!("the state took hold of {} again", self.country()),
            What::Lawless(months) => {
                format!(
                    "for {} no state has held {} together",
                    super::scale::months(u64::from(*months)),
                    self.country()
                )
            }
            What::Set { of, from, to } => {
                let wording = Wording::new(self.scenario);
                let (from, to) = wording.values(*of, *from, *to);
                format!("by the facilitator's hand {} went from {from} to {to}", wording.indicator(*of))
            }
            What::Campaign => "a campaign against those in office caught on and brought people out".to_owned(),
            What::Killed(toll) => {
                let so_far = self.so_far(&[toll]);
                let places = self.in_places(toll);
                let killed = count(toll.count);
                match killed.starts_with(|c: char| c.is_ascii_digit()) && toll.count.of > 99 {
                    // No sentence begins with a figure.
                    true => format!("unrest killed {killed} people{places}{so_far}"),
                    false => {
                        let were = if is_one(toll) { "person was" } else { "people were" };
                        format!("{killed} {were} killed in unrest{places}{so_far}")
                    }
                }
            }
            What::Fighting { soldiers, civilians } => {
                let side = |toll: &Toll, one: &str, few: &str, many: &str| {
                    let noun = match toll.count.of {
                        1 if is_one(toll) => one,
                        0..=3 => few,
                        _ => many,
                    };
                    (toll.count.of > 0).then(|| format!("{} {noun}", count(toll.count)))
                };
                let sides: Vec<String> = [
                    side(
                        soldiers,
                        "member of the security forces",
                        "members of the security forces",
                        "soldiers and police",
                    ),
                    side(civilians, "civilian", "civilians", "civilians"),
                ]
                .into_iter()
                .flatten()
                .collect();
                let alone = match (soldiers.count.of, civilians.count.of) {
                    (_, 0) => is_one(soldiers),
                    (0, _) => is_one(civilians),
                    _ => false,
                };
                if sides.is_empty() {
                    return None;
                }
                let were = if alone { "was" } else { "were" };
                let so_far = self.so_far(&[soldiers, civilians]);
                let places = if soldiers.count.of > 0 { self.in_places(soldiers) } else { String::new() };
                let killed = listed(&sides);
                match opened(&killed).starts_with(|c: char| c.is_ascii_digit()) {
                    true => format!("the fighting killed {killed}{places}{so_far}"),
                    false => format!("{killed} {were} killed in the fighting{places}{so_far}"),
                }
            }
            What::War(deaths) => match self.audience {
                Audience::Everything => {
                    let count = thousands(*deaths);
                    format!(
                        "the fighting in {} grew into an armed conflict, with {count} killed within a year",
                        self.country()
                    )
                }
                _ => format!("the fighting in {} grew into an armed conflict", self.country()),
            },
            What::Vote { vote, result, interim } => self.vote(*vote, *result, *interim),
            What::Motion(vote) => self.phrases.motion(vote.motion, vote.passed),
            What::Event(event) => self.phrases.event(*event),
            What::Act { by, order, success, leaked, .. } => {
                let came_out = if *leaked { LEAKED } else { "" };
                format!("{came_out}{} {}", self.phrases.player(*by), self.phrases.act(*order, *success))
            }
            What::Refused { by, order, refusal } => {
                let why = refusal.text(order.action, &self.scenario.catalogue);
                format!("{} could not {}: {why}", self.phrases.player(*by), self.phrases.to_do(*order))
            }
            What::Level { scale, from, to, of } => {
                let plan = &self.scenario.telling.scales[*scale];
                let step = &plan.steps[*to];
                let told = if to > from { &step.rising } else { &step.falling };
                told.replace("{places}", &self.places(of).unwrap_or_default())
                    .replace("{word}", &step.word)
                    .replace("{before}", &plan.steps[*from].word)
            }
            What::Deal(deal) => {
                let (by, with) = (self.phrases.player(deal.by), self.phrases.player(deal.with));
                deals::sentence(self.scenario, deal, &by, &with, false)
            }
        })
    }

    /// What follows the main sentence: who took over, who had stood aside, who blocked.
    pub fn details(&self, happening: &Happening, heads: bool) -> Vec<String> {
        match &happening.what {
            What::PowerLost(lost) => self.succession(lost),
            What::Motion(vote) => vec![self.ballots(vote, heads)],
            What::Deal(deal) if self.hears_terms(deal) => {
                deals::on_terms(self.scenario, deal, heads).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    /// Terms of an agreement are told to all who hear of it, those of an offer to the two whom they concern.
    fn hears_terms(&self, deal: &deals::DealHappening) -> bool {
        let own = matches!(self.audience, Audience::Seat(player) if player == deal.by || player == deal.with);
        deal.step == deals::DealStep::Agreed || own
    }

    /// How office was lost by whoever held it.
    pub fn fall(&self, lost: &PowerLost, fallen: &str) -> String {
        let author = lost.author.map_or_else(|| "insiders".to_owned(), |at| self.cast.elites[at].title.clone());
        if lost.way == ExitMode::Elected && lost.not_stood {
            return format!("{fallen} left office at the polls, its leader not standing again");
        }
        by_way(lost.way, fallen, &author, self.capital())
    }

    /// Who had stood aside, and who took over.
    fn succession(&self, lost: &PowerLost) -> Vec<String> {
        let mut told = Vec::new();
        let others = |who: &Vec<usize>| -> Vec<usize> {
            let other = |at: &usize| Some(*at) != lost.author && Some(*at) != lost.acting;
            who.iter().copied().filter(other).collect()
        };
        match lost.stood_aside.as_ref().map(others) {
            Some(aside) if !aside.is_empty() => {
                told.push(format!("{} had already broken with it and stood aside", self.cast.elites(&aside)));
            }
            Some(_) if matches!(lost.way, ExitMode::Uprising | ExitMode::Negotiated) => {
                told.push("those who served it stayed to the end".to_owned());
            }
            _ => {}
        }
        let time = match lost.interim {
            0 => String::new(),
            count => format!(", for an interim of {}", months(count)),
        };
        match (lost.acting, lost.successor) {
            (Some(at), _) => {
                told.push(format!("{} took over, acting for the head of state{time}", self.cast.elites[at].title));
            }
            (None, Some(player)) => {
                let who = self.phrases.player(player);
                let who = if lost.fallen == Some(player) { who.replacen("the ", "another ", 1) } else { who };
                told.push(format!("{who} took office{time}"));
            }
            (None, None) => {}
        }
        told
    }

    fn vote(&self, vote: Vote, result: VoteResult, interim: bool) -> String {
        match (vote, result) {
            (Vote::Referendum, _) => "voters were called to a referendum on the constitution".to_owned(),
            (Vote::Parliament, VoteResult::Stolen) => "the vote on parliament was stolen, and people saw it".to_owned(),
            (Vote::Parliament, _) if interim => "a new parliament was elected under the interim".to_owned(),
            (Vote::Parliament, _) => "those in office won the vote on parliament".to_owned(),
            (_, VoteResult::Stolen) => "the presidential vote was stolen, and people saw it".to_owned(),
            (_, VoteResult::Lost | VoteResult::NotStood) if interim => {
                "a newcomer won the presidential vote, and the interim handed over".to_owned()
            }
            (_, VoteResult::Lost | VoteResult::NotStood) => "the incumbent lost the presidential vote".to_owned(),
            _ if interim => "the acting head of state won the presidential vote".to_owned(),
            _ => "the incumbent won the presidential vote".to_owned(),
        }
    }

    /// The count of a vote, who tabled it, and what blocked it.
    ///
    /// Where it heads the month the sentence that says what came of it stands paragraphs above.
    fn ballots(&self, vote: &MotionVote, heads: bool) -> String {
        let catalogue = &self.scenario.catalogue;
        let motion = &catalogue.motions[vote.motion.index()];
        let members = &catalogue.institutions[motion.institution.index()].members;
        let wording = Wording::new(self.scenario);
        let name = |at: &usize| match members[*at].player {
            Some(player) => self.phrases.player(player),
            None => capitalised(&wording.short_player(&members[*at].id).replace('_', " ")),
        };
        let named = |list: &[usize]| {
            let mut names: Vec<String> = list.iter().take(NAMED).map(name).collect();
            if list.len() > NAMED {
                names.push(format!("{} more", spelled((list.len() - NAMED) as u64)));
            }
            listed(&names)
        };
        let [yes, no, abstain] = vote.count;
        let said = |count: usize| spelled(count as u64);
        let were = |count: usize| if count == 1 { "was" } else { "were" };
        let by = vote.by.map(|by| self.phrases.player(by));
        let title = format!("\u{201c}{}\u{201d}", motion.title);
        let called = match (by, heads) {
            (Some(by), true) => format!("{by} had put {title} to the vote: "),
            (None, true) => format!("{title} had gone to the vote: "),
            (Some(by), false) => format!("{by} had called the vote: "),
            (None, false) => String::new(),
        };
        let neither = match abstain {
            0 => String::new(),
            count => format!(", and {} abstained", said(count)),
        };
        // A majority that a few stopped, by a veto or where all have to agree.
        let stopped = !vote.passed && !vote.overruled && yes > no && no > 0;
        let vetoed: Vec<usize> = vote.against.iter().copied().filter(|at| members[*at].veto).collect();
        let against = named(if vetoed.is_empty() || !stopped { &vote.against } else { &vetoed });
        let votes = match (yes, no) {
            (0, 0) => "all abstained".to_owned(),
            (yes, 0) if abstain == 0 => format!("all {} were in favour", said(yes)),
            (0, no) if abstain == 0 => format!("all {} were against", said(no)),
            (yes, 0) => format!("{} were in favour and none against{neither}", said(yes)),
            _ if stopped => {
                format!(
                    "{} {} in favour{neither}, but {against} voted no, and that was enough to stop it",
                    said(yes),
                    were(yes)
                )
            }
            (0, no) => format!("none was in favour and {} against{neither}", said(no)),
            (yes, no) if no <= 2 => format!("{} {} in favour, {against} against{neither}", said(yes), were(yes)),
            (yes, no) => {
                format!("{} {} in favour and {} against{neither}: {against}", said(yes), were(yes), said(no))
            }
        };
        let overruled = match (vote.overruled, vote.passed) {
            (false, _) => "",
            (true, true) => "; that was not enough, but the facilitator ruled that it had passed",
            (true, false) => "; that was enough, but the facilitator ruled that it had not passed",
        };
        format!("{called}{votes}{overruled}")
    }

    /// How many there are since the start, where all of it is known and is more than the month's.
    fn so_far(&self, tolls: &[&Toll]) -> String {
        let killed: u64 = tolls.iter().map(|toll| toll.count.of).sum();
        let totals: Option<Vec<_>> = tolls.iter().map(|toll| toll.total).collect();
        let totals = totals.unwrap_or_default();
        let (sum, about) = (totals.iter().map(|total| total.of).sum(), totals.iter().any(|total| total.about));
        // By reports that err the month may have had more than all months together.
        if sum <= killed {
            return String::new();
        }
        format!(", {}{} since {}", if about { "about " } else { "" }, spelled(sum), self.start())
    }

    fn in_places(&self, toll: &Toll) -> String {
        let names: Vec<String> = toll.places.iter().map(|at| self.cast.regions[*at].title.clone()).collect();
        match names.is_empty() {
            true => String::new(),
            false if names.len() == 1 || toll.all_there => format!(" in {}", listed(&names)),
            false => format!(", mostly in {}", listed(&names)),
        }
    }

    /// Where indicators are, as a list of titles.
    fn places(&self, of: &[marchland_game::IndicatorId]) -> Option<String> {
        let titles: Vec<String> = of.iter().map(|id| self.title(*id)).collect();
        (!titles.is_empty()).then(|| listed(&titles))
    }

    /// The title of what bears an indicator.
    fn title(&self, id: marchland_game::IndicatorId) -> String {
        let info = &self.scenario.catalogue.indicators[id.index()];
        if let Some(player) = self.scenario.catalogue.player(&info.entity) {
            return self.phrases.player(player);
        }
        let plans = self.scenario.entities.get(&info.kind).into_iter().flatten();
        let title = plans.into_iter().find(|plan| plan.name == info.entity).map(|plan| plan.title.clone());
        title.unwrap_or_else(|| info.entity.replace('_', " "))
    }
}

/// Whether one person is told of.
fn is_one(toll: &Toll) -> bool {
    toll.count == Count { of: 1, about: false }
}

/// A count of people in words.
fn count(count: Count) -> String {
    match count.about {
        true => format!("about {}", thousands(count.of)),
        false => spelled(count.of),
    }
}

fn capitalised(name: &str) -> String {
    let words = name.split(' ').map(|word| {
        let small = ["the", "of", "and", "for"].contains(&word);
        let mut letters = word.chars();
        match (small, letters.next()) {
            (false, Some(first)) => first.to_uppercase().chain(letters).collect(),
            _ => word.to_owned(),
        }
    });
    words.collect::<Vec<String>>().join(" ")
}

/// A sentence as it stands in a paragraph.
#[must_use]
pub fn set(text: &str) -> String {
    format!("{}.", crate::wording::upper_first(&opened(text)))
}

/// How office was lost, by its way: who fell, who drove them out if it was one of their own, and where crowds gather.
pub(crate) fn by_way(way: ExitMode, fallen: &str, author: &str, capital: &str) -> String {
    match way {
        ExitMode::Uprising => format!("crowds in {capital} brought {fallen} down"),
        ExitMode::Coup => format!("{author} seized power from {fallen} by force"),
        ExitMode::Palace => format!("{author} pushed {fallen} out of office without a shot"),
        ExitMode::Insurgents => format!("insurgents took {capital} and drove {fallen} from office"),
        ExitMode::Negotiated => format!("{fallen} gave up office by agreement"),
        ExitMode::Resignation => format!("{fallen} resigned, deserted by its own side"),
        ExitMode::Foreign => format!("another state removed {fallen}"),
        ExitMode::Elected => format!("{fallen} lost the election and left office"),
        ExitMode::Natural => format!("the head of state died, and {fallen} lost its leader"),
        ExitMode::None => format!("{fallen} left office"),
    }
}
