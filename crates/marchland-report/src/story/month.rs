//! A month, told: its headline, its paragraphs by theme, and where its gauges stand.

use marchland_game::{IndicatorId, PlayerId, TurnRecord};
use marchland_laws::state::country::ExitMode;
use marchland_session::story::{self, Change};
use marchland_sim::scenario::Scenario;
use marchland_sim::scenario::telling::Theme;
use serde::Serialize;

use super::audience::{Audience, Known, of_order};
use super::because::because;
use super::cast::{Cast, Values};
use super::happening::{Happening, Key, What, gather};
use super::phrases::Phrases;
use super::scale::{gauge, listed, spelled};
use super::sentence::{Sentences, set};
use super::threads::{Thread, Threads, month};
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
    pub sentences: Vec<Told>,
}

/// A sentence, and how much news it is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Told {
    /// The sentence.
    pub text: String,
    /// How much news it is, 0 to 100.
    pub weight: f64,
    /// The clause of it that gives the cause; empty where none is given.
    pub because: String,
}

impl Month {
    /// Its sentences, those that are most news first.
    #[must_use]
    pub fn by_weight(&self) -> Vec<&Told> {
        let mut all: Vec<&Told> = self.paragraphs.iter().flat_map(|paragraph| &paragraph.sentences).collect();
        all.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        all
    }
}

/// Tells a game month by month to an audience.
pub struct Teller<'a> {
    scenario: &'a Scenario,
    cast: Cast,
    audience: Audience,
    threads: Threads,
}

/// Sentences of a month, at most.
const SENTENCES: usize = 12;
/// The least news that heads a month.
const NEWS: f64 = 18.0;

impl<'a> Teller<'a> {
    /// For a scenario.
    #[must_use]
    pub fn new(scenario: &'a Scenario, audience: Audience) -> Self {
        Self { scenario, cast: Cast::of(scenario), audience, threads: Threads::default() }
    }

    /// Every month of a game, in order.
    #[must_use]
    pub fn months(scenario: &'a Scenario, audience: Audience, records: &[TurnRecord]) -> Vec<Month> {
        let mut teller = Self::new(scenario, audience);
        (1..=records.len()).map(|months| teller.month(&records[..months])).collect()
    }

    /// The last of these months. Months are told in order, each once.
    pub fn month(&mut self, so_far: &[TurnRecord]) -> Month {
        let scenario = self.scenario;
        let values = Values { records: so_far };
        let Some(record) = values.record() else {
            let empty = (String::new(), String::new(), 0.0);
            return Month {
                turn: 0,
                date: empty.0,
                headline: empty.1,
                weight: empty.2,
                paragraphs: Vec::new(),
                gauges: Vec::new(),
            };
        };
        let turn = record.turn;
        let date = |turn: u32| month(scenario.calendar.start, turn);
        let happenings = heard(scenario, &self.cast, so_far, self.audience);
        let last = so_far.len().checked_sub(2).map(|at| &so_far[at]);
        let changes = match self.audience {
            Audience::Everything => story::changes(scenario, last, record),
            _ => Vec::new(),
        };
        let phrases = Phrases { scenario };
        let sentences = Sentences { scenario, cast: &self.cast, phrases, audience: self.audience };
        let mut told: Vec<(Theme, Told)> = Vec::new();
        let mut acts: Vec<(PlayerId, Theme, f64, Vec<String>)> = Vec::new();
        let threaded: Vec<(&Happening, Thread, f64)> = happenings
            .iter()
            .map(|happening| {
                let thread = self.threads.meet(happening.key(), turn);
                let stale = if happening.never_stale() { 1.0 } else { Threads::staleness(thread) };
                (happening, thread, happening.weight * stale)
            })
            .collect();
        // What goes on as it was heads no month.
        let heads = |(happening, thread, weight): &&(&Happening, Thread, f64)| {
            let goes_on = matches!(thread, Thread::Running(months, _) if *months > 1) && !happening.never_stale();
            *weight >= NEWS && !goes_on && sentences.main(happening).is_some()
        };
        let head = threaded.iter().filter(heads).max_by(|a, b| a.2.total_cmp(&b.2)).map(|(head, ..)| *head);
        let mut headline = None;
        for (happening, thread, weight) in &threaded {
            let heads = head.is_some_and(|head| std::ptr::eq(head, *happening));
            if let What::Act { by, order, success, leaked } = &happening.what {
                let came_out = if *leaked { ", and it came out" } else { "" };
                let text = Threads::threaded_act(&phrases.act(*order, *success), *thread, date);
                if text.is_empty() {
                    continue;
                }
                let text = format!("{text}{came_out}");
                if heads {
                    let text = format!("{} {text}", phrases.player(*by));
                    headline = Some((self.threads.fresh(text, turn, date), *weight));
                    continue;
                }
                match acts.iter_mut().find(|(player, theme, ..)| player == by && *theme == happening.theme) {
                    Some((.., list)) => list.push(text),
                    None => acts.push((*by, happening.theme, *weight, vec![text])),
                }
                continue;
            }
            let Some(main) = sentences.main(happening) else { continue };
            let main = late(main, happening, turn, scenario);
            let main = if happening.never_stale() { main } else { Threads::threaded(&main, *thread, date) };
            if main.is_empty() {
                continue;
            }
            let clause = self.reason(happening, &changes, values).map(|because| phrases.clause(because, record));
            let because = clause.unwrap_or_default();
            let text = match because.as_str() {
                "" => main,
                clause if main.contains(", ") => format!("{main}, {clause}"),
                clause => format!("{main} {clause}"),
            };
            let text = self.threads.fresh(text, turn, date);
            if heads && !text.is_empty() {
                headline = Some((text, *weight));
            } else if !text.is_empty() {
                told.push((happening.theme, Told { text: set(&text), weight: *weight, because }));
            }
            for detail in sentences.details(happening) {
                let text = self.threads.fresh(detail, turn, date);
                if !text.is_empty() {
                    let because = String::new();
                    told.push((happening.theme, Told { text: set(&text), weight: *weight - 0.01, because }));
                }
            }
        }
        for (player, theme, weight, list) in acts {
            let text = format!("{} {}", phrases.player(player), listed_acts(&list));
            let text = self.threads.fresh(text, turn, date);
            if !text.is_empty() {
                told.push((theme, Told { text: set(&text), weight, because: String::new() }));
            }
        }
        for (key, since) in self.threads.ended(turn) {
            if let Some((theme, text)) = self.over(key, turn - since) {
                let text = self.threads.fresh(text, turn, date);
                told.push((theme, Told { text: set(&text), weight: 12.0, because: String::new() }));
            }
        }
        told.sort_by(|a, b| b.1.weight.total_cmp(&a.1.weight));
        told.truncate(SENTENCES);
        let (text, weight) = headline.unwrap_or_else(|| ("a quiet month".to_owned(), 0.0));
        let headline = upper_first(&text);
        let paragraphs = Theme::ALL.into_iter().filter_map(|theme| {
            let own = told.iter().filter(|(of, _)| *of == theme).map(|(_, told)| told.clone());
            let sentences: Vec<Told> = own.collect();
            (!sentences.is_empty()).then_some(Paragraph { theme, sentences })
        });
        Month {
            turn,
            date: date(turn),
            headline,
            weight,
            paragraphs: paragraphs.collect(),
            gauges: self.gauges(values),
        }
    }

    /// Why something happened, for those who may know everything.
    fn reason(&self, happening: &Happening, changes: &[Change], values: Values<'_>) -> Option<super::because::Because> {
        if self.audience != Audience::Everything {
            return None;
        }
        let country = self.cast.country.as_ref()?;
        let defected = |who: &[usize]| who.first().and_then(|at| self.cast.elites[*at].defected);
        let id: IndicatorId = match &happening.what {
            What::PowerLost(lost) => match lost.way {
                ExitMode::Uprising | ExitMode::Negotiated => self.cast.regions[country.capital?].unrest?,
                ExitMode::Resignation => defected(&lost.stood_aside)?,
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
        let Key::Act(player, order, true) = key else { return None };
        let action = &self.scenario.catalogue.actions[order.action.index()];
        if !self.audience.hears(&self.scenario.catalogue, of_order(&action.visibility, player, false)) {
            return None;
        }
        let phrases = Phrases { scenario: self.scenario };
        let theme = self.scenario.telling.actions.get(&order.action).and_then(|phrase| phrase.theme);
        let text = format!(
            "after {} months {} gave no further order to {}",
            spelled(u64::from(months)),
            phrases.player(player),
            phrases.to_do(order)
        );
        Some((theme.unwrap_or(Theme::Abroad), text))
    }

    /// What the scenario shows, as far as the audience knows it.
    fn gauges(&self, values: Values<'_>) -> Vec<(String, String)> {
        let wording = Wording::new(self.scenario);
        let known = |id: &&IndicatorId| self.audience.knows(self.scenario, **id) == Some(Known::EXACTLY);
        let shown = self.scenario.shown.iter().filter(known);
        shown.map(|id| (wording.label(*id), gauge(self.scenario, &wording, *id, values.now(*id)))).collect()
    }
}

/// What an audience hears of in the last of these months: what happened in it, and what happened before and reaches it
/// only now. Most news first.
pub(super) fn heard(scenario: &Scenario, cast: &Cast, so_far: &[TurnRecord], audience: Audience) -> Vec<Happening> {
    /// News older than this is none.
    const LATEST: usize = 3;
    let mut all: Vec<Happening> = Vec::new();
    for delay in 0..=LATEST.min(so_far.len().saturating_sub(1)) {
        let of = gather(scenario, cast, &so_far[..so_far.len() - delay]);
        all.extend(of.into_iter().filter(|happening| happening.reaches(scenario, audience) == Some(delay as u8)));
        if audience == Audience::Everything {
            break;
        }
    }
    all.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    all
}

/// A sentence on something that is heard of late, with when it was.
pub(super) fn late(text: String, happening: &Happening, turn: u32, scenario: &Scenario) -> String {
    if happening.turn == turn {
        return text;
    }
    let then = scenario.calendar.start.of(marchland_game::Turn(happening.turn));
    format!("{text}, by reports from {}", then.month_name())
}

/// What one player did, as the rest of a sentence. Acts that hold a comma are set apart by semicolons.
fn listed_acts(list: &[String]) -> String {
    match list {
        [head @ .., last] if list.len() > 1 && list.iter().any(|act| act.contains(',')) => {
            format!("{}; and {last}", head.join("; "))
        }
        _ => listed(list),
    }
}
