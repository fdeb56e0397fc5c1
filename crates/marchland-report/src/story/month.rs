//! A month, told: its headline, its paragraphs by theme, and where its gauges stand.

use marchland_game::{IndicatorId, PlayerId, TurnRecord};
use marchland_laws::state::country::ExitMode;
use marchland_session::story::{self, Change};
use marchland_sim::scenario::Scenario;
use marchland_sim::scenario::telling::Theme;
use marchland_sim::turn::Game;
use serde::Serialize;

use super::audience::{Audience, Precision};
use super::because::because;
use super::cast::{Cast, Values};
use super::deals::DealStep;
use super::happening::{Happening, Key, What, gather};
use super::phrases::Phrases;
use super::scale::{gauge, listed, opened, spelled};
use super::sentence::{LEAKED, Sentences, set};
use super::threads::{FRESH, Thread, Threads, month};
use crate::wording::{Wording, upper_first};

/// A month as it is told.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Month {
    /// The turn.
    pub turn: u32,
    /// The month by name: `April 2010`.
    pub date: String,
    /// What heads it.
    pub headline: String,
    /// The same as it stands within a sentence.
    #[serde(skip)]
    pub lead: String,
    /// How much news the headline is, 0 to 100.
    pub weight: f64,
    /// Paragraphs by theme.
    pub paragraphs: Vec<Paragraph>,
    /// Gauges: label, and level in words with the figure behind.
    pub gauges: Vec<(String, String)>,
}

/// A paragraph of a month.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Paragraph {
    /// What it is about.
    pub theme: Theme,
    /// Its sentences.
    pub sentences: Vec<Sentence>,
}

/// A sentence, and how much news it is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sentence {
    /// The sentence.
    pub text: String,
    /// How much news it is, 0 to 100.
    pub weight: f64,
    /// The clause of it that gives the cause; empty where none is given.
    pub because: String,
    /// What it tells of.
    pub kind: Kind,
}

/// What a sentence tells of, as far as a bulletin sets that apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A vote of a body.
    Vote,
    /// People killed.
    Deaths,
    /// Anything else.
    Other,
}

impl Kind {
    fn of(what: &What) -> Self {
        match what {
            What::Motion(_) => Self::Vote,
            What::Killed(_) | What::Fighting { .. } => Self::Deaths,
            _ => Self::Other,
        }
    }
}

impl Month {
    /// Whether it has nothing to tell.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        self.weight == 0.0 && self.paragraphs.is_empty()
    }

    /// Its sentences, those that are most news first.
    #[must_use]
    pub fn by_weight(&self) -> Vec<&Sentence> {
        let mut all: Vec<&Sentence> = self.paragraphs.iter().flat_map(|paragraph| &paragraph.sentences).collect();
        all.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        all
    }
}

/// Tells a game month by month to an audience.
pub struct Teller<'a> {
    scenario: &'a Scenario,
    cast: Cast,
    audience: Audience,
    game: Option<&'a Game>,
    threads: Threads,
    /// What happened in each month so far.
    gathered: Vec<Vec<Happening>>,
}

/// A happening that the month may tell.
struct Line<'h> {
    happening: &'h Happening,
    /// How much news it is by now.
    weight: f64,
    /// The sentence, without capital letter and full stop.
    text: String,
    /// What it tells of somebody's deed without who, and whether it was done again; none of anything else.
    act: Option<(PlayerId, bool, String)>,
    /// Whether it merely goes on.
    goes_on: bool,
}

/// Sentences of a month, at most.
const SENTENCES: usize = 12;
/// The least news of a deed whose end is told.
const LEFT_OFF: f64 = 10.0;
/// The news from which on a deed is told however often it is done.
const GREAT: f64 = 30.0;
/// What heads a month without news.
const QUIET: &str = "a quiet month";
/// The same, where a great deed goes on as before.
pub(super) const AS_BEFORE: &str = "much as before";
/// The least news that heads a month.
const NEWS: f64 = 18.0;

impl<'a> Teller<'a> {
    /// To those who may know everything.
    #[must_use]
    pub fn new(scenario: &'a Scenario) -> Self {
        Self {
            scenario,
            cast: Cast::of(scenario),
            audience: Audience::Everything,
            game: None,
            threads: Threads::default(),
            gathered: Vec::new(),
        }
    }

    /// To an audience, whose reports the game remembers.
    #[must_use]
    pub fn to(audience: Audience, game: &'a Game) -> Self {
        Self { audience, game: Some(game), ..Self::new(game.scenario()) }
    }

    /// Every month of a game, in order.
    pub fn months(mut self, records: &[TurnRecord]) -> Vec<Month> {
        (1..=records.len()).map(|months| self.month(&records[..months])).collect()
    }

    /// The last of these months. Months are told in order, each once.
    pub fn month(&mut self, so_far: &[TurnRecord]) -> Month {
        let scenario = self.scenario;
        let values = Values { records: so_far };
        let Some(record) = values.record() else {
            return Month {
                turn: 0,
                date: String::new(),
                headline: String::new(),
                lead: String::new(),
                weight: 0.0,
                paragraphs: Vec::new(),
                gauges: Vec::new(),
            };
        };
        let turn = record.turn;
        let date = |turn: u32| month(scenario.calendar.start, turn);
        self.gathered.push(gather(scenario, &self.cast, so_far, self.audience, self.game));
        let happenings = heard(scenario, &self.gathered, self.audience);
        let last = so_far.len().checked_sub(2).map(|at| &so_far[at]);
        let changes = match self.audience {
            Audience::Everything => story::changes(scenario, last, record),
            _ => Vec::new(),
        };
        let phrases = Phrases { scenario };
        let sentences = Sentences { scenario, cast: &self.cast, phrases, audience: self.audience };
        let mut lines: Vec<Line<'_>> = Vec::new();
        for happening in &happenings {
            // What somebody put to a vote is told with the vote.
            if tabled(scenario, happening, &happenings) {
                continue;
            }
            let thread = self.threads.meet(happening.key(), turn);
            lines.extend(line(&sentences, happening, thread, turn));
        }
        // What goes on as it was heads no month.
        let heads = |line: &Line<'_>| {
            line.weight >= NEWS
                && (line.happening.never_stale() || !line.goes_on && self.threads.is_fresh(&line.text, turn))
        };
        let may_head = lines.iter().enumerate().filter(|(_, line)| heads(line));
        // Of equals the first is the weightiest as it happened.
        let head = may_head.max_by(|(at, a), (other, b)| a.weight.total_cmp(&b.weight).then(other.cmp(at)));
        // A month is not quiet in which a great deed was done, though it was told in the same words not long ago.
        let great = |line: &Line<'_>| line.act.is_some() && line.happening.weight >= GREAT && !line.goes_on;
        let head = head.or_else(|| lines.iter().enumerate().find(|(_, line)| great(line)));
        let head = head.map(|(at, _)| at);
        let mut headline = None;
        let mut told: Vec<(Theme, Sentence, Vec<Key>)> = Vec::new();
        let mut acts: Vec<Acts> = Vec::new();
        let mut offers: Vec<&Line<'_>> = Vec::new();
        for (at, line) in lines.iter().enumerate() {
            let (happening, weight) = (line.happening, line.weight);
            let heads = head == Some(at);
            if let Some((by, again, text)) = line.act.as_ref().filter(|_| !heads) {
                Acts::add(&mut acts, *by, happening.theme, weight, *again, (text, happening.key()));
                continue;
            }
            if !heads && is_plain_offer(&sentences, line) {
                offers.push(line);
                continue;
            }
            let reason = self.reason(happening, &changes, values);
            let clause = reason.map(|because| phrases.clause(because, record, &line.text));
            let because = clause.unwrap_or_default();
            let text = match because.as_str() {
                "" => line.text.clone(),
                clause if line.text.contains(", ") => format!("{}, {clause}", line.text),
                clause => format!("{} {clause}", line.text),
            };
            let text = self.threads.fresh(text, turn, heads || happening.never_stale(), date);
            if text.is_empty() {
                continue;
            }
            // Who took over, how the vote stood and what lay on the table stay with what they are of.
            let details = sentences.details(happening, heads).into_iter();
            let has_to = happening.never_stale();
            // Counts of votes may be alike: they belong to the sentence before them.
            let vote = matches!(happening.what, What::Motion(_)) && !heads;
            let details = details.map(|detail| match vote {
                true => set(&detail),
                false => set(&self.threads.fresh(detail, turn, has_to, date)),
            });
            let details: Vec<String> = details.filter(|detail| detail.len() > 1).collect();
            let kind = Kind::of(&happening.what);
            if heads {
                headline = Some((text, weight));
                self.threads.told(happening.key(), turn);
                if !details.is_empty() {
                    let text = details.join(" ");
                    told.push((happening.theme, Sentence { text, weight, because: String::new(), kind }, Vec::new()));
                }
            } else {
                let text = std::iter::once(set(&text)).chain(details).collect::<Vec<_>>().join(" ");
                told.push((happening.theme, Sentence { text, weight, because, kind }, vec![happening.key()]));
            }
        }
        let plain = |text: String, weight: f64| Sentence { text, weight, because: String::new(), kind: Kind::Other };
        for acts in Acts::shared(acts) {
            let who: Vec<String> = acts.by.iter().map(|by| phrases.player(*by)).collect();
            let text = format!("{} {}", listed(&who), acts.told());
            let text = self.threads.fresh(text, turn, false, date);
            if !text.is_empty() {
                told.push((acts.theme, plain(set(&text), acts.weight), acts.keys));
            }
        }
        for (weight, theme, text, keys) in offered(&sentences, &offers) {
            let text = self.threads.fresh(text, turn, false, date);
            if !text.is_empty() {
                told.push((theme, plain(set(&text), weight), keys));
            }
        }
        for (key, since) in self.threads.ended(turn) {
            if let Some((theme, text)) = self.over(key, turn - since) {
                let text = self.threads.fresh(text, turn, false, date);
                if !text.is_empty() {
                    told.push((theme, plain(set(&text), 12.0), Vec::new()));
                }
            }
        }
        told.sort_by(|a, b| b.1.weight.total_cmp(&a.1.weight));
        let mut place = 0;
        told.retain(|(_, told, _)| {
            place += 1;
            place <= SENTENCES || told.kind != Kind::Other
        });
        for key in told.iter().flat_map(|(.., keys)| keys) {
            self.threads.told(*key, turn);
        }
        let headline = headline.or_else(|| Some((self.moved(values)?, NEWS)));
        // Where a great deed goes on the month is not quiet, though there is nothing new to tell.
        let great = |of: &Happening| matches!(of.what, What::Act { .. }) && of.weight >= GREAT;
        let goes_on = happenings.iter().any(great);
        let none = if goes_on { AS_BEFORE } else { QUIET };
        let (lead, weight) = headline.unwrap_or_else(|| (none.to_owned(), 0.0));
        let paragraphs = Theme::ALL.into_iter().filter_map(|theme| {
            let own = told.iter().filter(|(of, ..)| *of == theme).map(|(_, told, _)| told.clone());
            let sentences: Vec<Sentence> = own.collect();
            (!sentences.is_empty()).then_some(Paragraph { theme, sentences })
        });
        Month {
            turn,
            date: date(turn),
            headline: upper_first(&opened(&lead)),
            lead,
            weight,
            paragraphs: paragraphs.collect(),
            gauges: self.gauges(values),
        }
    }

    /// How the scenario's main indicator moved by more than a twentieth of its range, as far as the audience knows it and
    /// the scenario has no words of its own for its levels.
    fn moved(&self, values: Values<'_>) -> Option<String> {
        let main = self.scenario.main_indicator?;
        let info = &self.scenario.catalogue.indicators[main.index()];
        let told = self.scenario.telling.scale(main).is_none() && info.labels.is_empty();
        let known = self.audience.knows(self.scenario, main) == Some(Precision::EXACTLY);
        let (before, now) = (values.before(main), values.now(main));
        if !told || !known || (now - before).abs() <= 0.05 * (info.range.1 - info.range.0) {
            return None;
        }
        let wording = Wording::new(self.scenario);
        let way = if now > before { "rose" } else { "fell" };
        Some(format!("{} {way} to {}", wording.indicator(main), gauge(self.scenario, &wording, main, now)))
    }

    /// Why something happened, for those who may know everything.
    fn reason(
        &self,
        happening: &Happening,
        changes: &[Change],
        values: Values<'_>,
    ) -> Option<super::because::TellableCause> {
        if self.audience != Audience::Everything {
            return None;
        }
        let country = self.cast.country.as_ref()?;
        let defected = |who: &[usize]| who.first().and_then(|at| self.cast.elites[*at].defected);
        let id: IndicatorId = match &happening.what {
            What::PowerLost(lost) => match lost.way {
                ExitMode::Uprising | ExitMode::Negotiated => self.cast.regions[country.capital?].unrest?,
                ExitMode::Resignation => defected(lost.stood_aside.as_deref()?)?,
                _ => return None,
            },
            What::Left(who) | What::Returned(who) => defected(who)?,
            What::Campaign => country.occasion?,
            What::Killed(toll) => self.cast.regions[*toll.places.first()?].killed?,
            What::Fighting { soldiers, .. } => self.cast.regions[*soldiers.places.first()?].battle?,
            What::Authority { .. } => country.status,
            What::Level { of, .. } => {
                let moved = |id: &IndicatorId| (values.now(*id) - values.before(*id)).abs();
                *of.iter().max_by(|a, b| moved(a).total_cmp(&moved(b)).then(b.cmp(a)))?
            }
            _ => return None,
        };
        because(self.scenario, changes, id)
    }

    /// What went on for months and does no longer.
    fn over(&self, key: Key, months: u32) -> Option<(Theme, String)> {
        let Key::Act(player, order, Some(true) | None) = key else { return None };
        let action = &self.scenario.catalogue.actions[order.action.index()];
        if !self.audience.hears(&self.scenario.catalogue, action.visibility.seen_by(false).with(player)) {
            return None;
        }
        let phrases = Phrases { scenario: self.scenario };
        let phrase = self.scenario.telling.actions.get(&order.action);
        // That small things are left off is no news.
        if phrase.and_then(|phrase| phrase.weight).is_some_and(|weight| weight < LEFT_OFF) {
            return None;
        }
        let theme = phrase.and_then(|phrase| phrase.theme);
        let text = format!(
            "{} did not {}, for the first time in {} months",
            phrases.player(player),
            phrases.to_do(order),
            spelled(u64::from(months))
        );
        Some((theme.unwrap_or(Theme::Abroad), text))
    }

    /// What the scenario shows, as far as the audience knows it.
    fn gauges(&self, values: Values<'_>) -> Vec<(String, String)> {
        let wording = Wording::new(self.scenario);
        let known = |id: &&IndicatorId| self.audience.knows(self.scenario, **id) == Some(Precision::EXACTLY);
        let shown = self.scenario.shown.iter().filter(known);
        shown.map(|id| (wording.label(*id), gauge(self.scenario, &wording, *id, values.now(*id)))).collect()
    }
}

/// What an audience hears of in the last of these months: what happened in it, and what happened before and reaches it only
/// now. Most news first.
fn heard(scenario: &Scenario, gathered: &[Vec<Happening>], audience: Audience) -> Vec<Happening> {
    /// News older than this is none.
    const LATEST: usize = 3;
    let mut all: Vec<Happening> = Vec::new();
    for (delay, of) in gathered.iter().rev().enumerate().take(LATEST + 1) {
        all.extend(of.iter().filter(|own| own.reaches(scenario, audience) == Some(delay as u8)).cloned());
    }
    all.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    all
}

/// A happening as a line, with what it continues and when it was; none where it is not told.
fn line<'h>(sentences: &Sentences<'_>, happening: &'h Happening, thread: Thread, turn: u32) -> Option<Line<'h>> {
    let scenario = sentences.scenario;
    let date = |turn: u32| month(scenario.calendar.start, turn);
    let stale = if happening.never_stale() { 1.0 } else { Threads::staleness(thread) };
    let weight = happening.weight * stale;
    let goes_on = matches!(thread, Thread::Running(months, _) if months > 1) && !happening.never_stale();
    let late = |text: String| match happening.turn == turn || text.is_empty() {
        true => text,
        false => {
            let then = scenario.calendar.start.of(marchland_game::Turn(happening.turn));
            format!("{text}, by reports from {}", then.month_name())
        }
    };
    if let What::Act { by, order, success, leaked, overruled } = &happening.what {
        let adverb = Threads::before_act(thread, turn, *leaked || happening.weight >= GREAT)?;
        let again = sentences.phrases.act_again(*order, *success).filter(|_| thread != Thread::New);
        // A leak is news by itself, and what has words of its own for another time needs no adverb.
        let adverb = if *leaked || again.is_some() { "" } else { adverb };
        let act = late(again.unwrap_or_else(|| sentences.phrases.act(*order, *success)));
        let before = if adverb.is_empty() { String::new() } else { format!("{adverb} ") };
        let came_out = if *leaked { LEAKED } else { "" };
        let ruled = if *overruled { ", as the facilitator ruled" } else { "" };
        let text = format!("{came_out}{} {before}{act}{ruled}", sentences.phrases.player(*by));
        let act = (!leaked && !overruled).then_some((*by, !adverb.is_empty(), act));
        return Some(Line { happening, weight, text, act, goes_on });
    }
    let main = sentences.main(happening)?;
    let counted = matches!(happening.what, What::Motion(_) | What::Attempt { .. } | What::Refused { .. });
    let text = match happening.what {
        // Counts of the dead are new in every month, office is lost by another each time, an election is not held again,
        // and what is set by hand goes from where it was to where it is.
        What::Killed(_) | What::Fighting { .. } | What::PowerLost(_) | What::Vote { .. } | What::Set { .. } => main,
        _ if happening.never_stale() && matches!(thread, Thread::Running(..)) => match main.contains(" again") {
            true => main,
            false => format!("{main} again"),
        },
        What::Deal(ref deal) => match thread {
            Thread::Running(3.., _) => String::new(),
            Thread::Again(_, last) if last + FRESH < turn => main,
            // That an offer is made once more shows by what is offered.
            Thread::Again(..) | Thread::Running(..) if deal.step != DealStep::Offered => {
                let (by, with) = (sentences.phrases.player(deal.by), sentences.phrases.player(deal.with));
                super::deals::sentence(scenario, deal, &by, &with, true)
            }
            _ => main,
        },
        _ => Threads::threaded(&main, thread, turn, counted, date),
    };
    let text = late(Sentences::dated(happening, text));
    (!text.is_empty()).then_some(Line { happening, weight, text, act: None, goes_on })
}

/// Whether a line tells of an offer of terms and of nothing else: many of a month go into one sentence.
fn is_plain_offer(sentences: &Sentences<'_>, line: &Line<'_>) -> bool {
    let What::Deal(deal) = &line.happening.what else { return false };
    let alone = sentences.main(line.happening).is_some_and(|main| main == line.text);
    deal.step == DealStep::Offered && alone && sentences.details(line.happening, false).is_empty()
}

/// Whether a happening is the act by which somebody put to a vote what was voted on in the same month.
fn tabled(scenario: &Scenario, happening: &Happening, all: &[Happening]) -> bool {
    let What::Act { by, order, leaked: false, overruled: false, .. } = &happening.what else { return false };
    let option = &scenario.actions[order.action.index()].options[usize::from(order.option)];
    option.success.iter().filter_map(|effect| effect.kind.tables()).any(|motion| {
        all.iter().any(|other| {
            let What::Motion(vote) = &other.what else { return false };
            vote.motion == motion && vote.by == Some(*by) && other.turn == happening.turn
        })
    })
}

/// Offers of a month, a sentence for each who made any: `the north offered the south terms on the railway, and the east
/// terms on gas`.
fn offered(sentences: &Sentences<'_>, offers: &[&Line<'_>]) -> Vec<(f64, Theme, String, Vec<Key>)> {
    let mut by_whom: Vec<(PlayerId, Vec<&Line<'_>>)> = Vec::new();
    for line in offers {
        let What::Deal(deal) = &line.happening.what else { continue };
        match by_whom.iter_mut().find(|(by, _)| *by == deal.by) {
            Some((_, lines)) => lines.push(line),
            None => by_whom.push((deal.by, vec![line])),
        }
    }
    let told = by_whom.into_iter().map(|(_, lines)| {
        let each = lines.iter().enumerate().map(|(at, line)| match &line.happening.what {
            What::Deal(deal) if at > 0 => {
                let title = &sentences.scenario.catalogue.deals[deal.deal.index()].title;
                format!("{} terms on {title}", sentences.phrases.player(deal.with))
            }
            _ => line.text.clone(),
        });
        let text = match &each.collect::<Vec<String>>()[..] {
            [head @ .., last] if !head.is_empty() => format!("{}, and {last}", head.join(", ")),
            all => all.concat(),
        };
        let keys = lines.iter().map(|line| line.happening.key()).collect();
        (lines[0].weight, lines[0].happening.theme, text, keys)
    });
    told.collect()
}

/// What one player did in a month about one theme; or several who did the same.
struct Acts {
    by: Vec<PlayerId>,
    theme: Theme,
    weight: f64,
    /// What was done for the first time in a while, and what was done again.
    list: [Vec<String>; 2],
    keys: Vec<Key>,
}

impl Acts {
    fn add(to: &mut Vec<Self>, by: PlayerId, theme: Theme, weight: f64, again: bool, (text, key): (&str, Key)) {
        let at = match to.iter().position(|acts| acts.by == [by] && acts.theme == theme) {
            Some(at) => at,
            None => {
                to.push(Self { by: vec![by], theme, weight, list: [Vec::new(), Vec::new()], keys: Vec::new() });
                to.len() - 1
            }
        };
        let own = &mut to[at];
        if !own.list.iter().flatten().any(|told| told == text) {
            own.list[usize::from(again)].push(text.to_owned());
            own.keys.push(key);
        }
    }

    /// Those who did the same are told together.
    fn shared(all: Vec<Self>) -> Vec<Self> {
        let mut told: Vec<Self> = Vec::new();
        for acts in all {
            let alike = |other: &&mut Self| other.theme == acts.theme && other.list == acts.list;
            match told.iter_mut().find(alike) {
                Some(other) => {
                    other.by.extend(acts.by);
                    other.keys.extend(acts.keys);
                }
                None => told.push(acts),
            }
        }
        told
    }

    /// What was done, as the rest of a sentence: what is new before what was done again, so that the adverb is of that
    /// alone.
    fn told(&self) -> String {
        let [new, again] = &self.list;
        match (&new[..], &again[..]) {
            (new, []) => listed_acts(new),
            ([], again) => format!("again {}", listed_acts(again)),
            (new, again) => {
                let last = format!("again {}", listed_acts(again));
                listed_acts(&new.iter().cloned().chain([last]).collect::<Vec<_>>())
            }
        }
    }
}

/// What one player did, as the rest of a sentence. A deed that is told in two clauses is kept apart from the next.
pub fn listed_acts(list: &[String]) -> String {
    let of_two = |act: &String| act.contains(',') || act.contains(" and ");
    match list {
        [head @ .., last] if list.len() > 1 && list.iter().any(of_two) => {
            format!("{}, and {last}", head.join(", "))
        }
        _ => listed(list),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deeds_are_joined_so_that_each_stands_apart() {
        let list = |acts: &[&str]| listed_acts(&acts.iter().map(|act| (*act).to_owned()).collect::<Vec<_>>());
        assert_eq!(list(&["sent aid", "held talks"]), "sent aid and held talks");
        assert_eq!(list(&["sent arms and men", "held talks"]), "sent arms and men, and held talks");
        let mut acts = Vec::new();
        let by = PlayerId::from_index(0);
        for (again, text) in [(true, "sent aid"), (false, "held talks"), (true, "sent men"), (true, "sent aid")] {
            Acts::add(&mut acts, by, Theme::Power, 1.0, again, (text, Key::Campaign));
        }
        Acts::add(&mut acts, PlayerId::from_index(1), Theme::Streets, 1.0, true, ("sent aid", Key::Campaign));
        Acts::add(&mut acts, PlayerId::from_index(2), Theme::Streets, 1.0, true, ("sent aid", Key::Campaign));
        let acts = Acts::shared(acts);
        let told: Vec<(usize, String)> = acts.iter().map(|acts| (acts.by.len(), acts.told())).collect();
        assert_eq!(told[0], (1, "held talks, and again sent aid and sent men".to_owned()));
        assert_eq!(told[1], (2, "again sent aid".to_owned()), "two did the same");
    }
}
