//! Cards: events that the facilitator writes, changes, plays now or later, and calls off.

use marchland_report::story::evening;
use marchland_report::visible::line;
use marchland_report::wording::Wording;
use marchland_session::{Card, Course, Inject, InjectState, SessionError, Shift, What, When};
use serde_json::json;

use super::chair::{amount, somebody, timed};
use super::reply::Reply;
use super::room::Room;
use super::seat::indicator;

/// How each is written.
const USAGE: &str = "it reads `event new TEXT [seen PLAYER,…|nobody] [effect PATH+=X …]`, then `event play N`, \
                     `event play N at TURN` or `event play N when CONDITION`; `event edit N TEXT …`, `event hold N` and \
                     `event off N` change it";
/// Why a card is played, where nobody says.
const REASON: &str = "a card of the facilitator's";

/// Lets the facilitator do something with cards.
///
/// # Errors
/// A card names what there is not or changes what cannot be changed, or the disk refuses.
pub fn answer(room: &mut Room, rest: &str) -> Result<Reply, SessionError> {
    let (verb, rest) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let rest = rest.trim();
    Ok(match verb.to_lowercase().as_str() {
        "" | "list" => list(room),
        "new" => match written(room, rest) {
            Ok((card, reason)) => {
                let (number, done) = room.table.inject(What::Card(card), When::Held, &reason)?;
                let text =
                    format!("Card {number} is in your hand; `event play {number}` plays it.\n{}", shown(room, number));
                Reply::kept(done, text).with(&json!({"card": number}))
            }
            Err(text) => Reply::refused(text),
        },
        "edit" => {
            let Some((due, rest)) = numbered(room, rest) else { return Ok(Reply::refused(USAGE)) };
            match written(room, rest) {
                Ok((mut card, mut reason)) => {
                    let number = due.inject;
                    // What is not said anew stays: a card that some were to hear does not go to all by a new wording.
                    if let What::Card(before) = &due.what {
                        if !rest.contains(" seen ") {
                            card.seen_by.clone_from(&before.seen_by);
                        }
                        if !rest.contains(" effect ") {
                            card.effects.clone_from(&before.effects);
                        }
                    }
                    if !rest.contains(" because ") {
                        reason.clone_from(&due.reason);
                    }
                    let done = room.table.revise_inject(Inject { what: What::Card(card), reason, ..due })?;
                    Reply::kept(done, shown(room, number)).with(&json!({"card": number}))
                }
                Err(text) => Reply::refused(text),
            }
        }
        "play" => {
            let Some((due, rest)) = numbered(room, rest) else { return Ok(Reply::refused(USAGE)) };
            let (time, reason) = rest.split_once("because ").unwrap_or((rest, ""));
            // Times are told from an inject's text by the blank before them.
            let when = match timed(&format!("card {}", time.trim())) {
                Ok(("card", when)) => when,
                Ok(_) => return Ok(Reply::refused(USAGE)),
                Err(text) => return Ok(Reply::refused(text)),
            };
            let reason = if reason.trim().is_empty() { due.reason.clone() } else { reason.trim().to_owned() };
            let number = due.inject;
            let done = room.table.revise_inject(Inject { when, reason, ..due })?;
            Reply::kept(done, shown(room, number)).with(&json!({"card": number}))
        }
        "hold" => {
            let Some((due, _)) = numbered(room, rest) else { return Ok(Reply::refused(USAGE)) };
            let number = due.inject;
            let done = room.table.revise_inject(Inject { when: When::Held, ..due })?;
            Reply::kept(done, shown(room, number)).with(&json!({"card": number}))
        }
        "off" => match rest.parse() {
            Ok(number) => Reply::kept(room.table.call_off(number)?, format!("Card {number} is called off.\n")),
            Err(_) => Reply::refused(USAGE),
        },
        _ => Reply::refused(USAGE),
    })
}

/// A card by its number, with what follows that.
fn numbered<'t>(room: &Room, text: &'t str) -> Option<(Inject, &'t str)> {
    let (number, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let at = number.parse::<usize>().ok()?.checked_sub(1)?;
    room.table.course().injects.get(at).map(|due| (due.inject.clone(), rest.trim()))
}

/// A card as it is written: what is told, to whom, what it does, and why.
fn written(room: &Room, text: &str) -> Result<(Card, String), String> {
    let (text, reason) = text.split_once(" because ").unwrap_or((text, REASON));
    let (text, effects) = match text.split_once(" effect ") {
        Some((text, effects)) => (text, effects),
        None => (text, ""),
    };
    let (text, seen) = match text.rsplit_once(" seen ") {
        Some((text, seen)) => (text, seen.trim()),
        None => (text, "everybody"),
    };
    let text = text.trim().trim_matches('"').trim();
    if text.is_empty() {
        return Err(USAGE.to_owned());
    }
    let named = |name: &str| match somebody(room, name) {
        Ok(player) => Ok(room.table.course().name(player).to_owned()),
        Err(error) => Err(error.to_string()),
    };
    let seen_by = match seen {
        "everybody" | "everyone" | "all" => None,
        "nobody" => Some(Vec::new()),
        names => Some(names.split(',').map(named).collect::<Result<_, _>>()?),
    };
    let effects = effects.split_whitespace().filter(|word| *word != "effect").map(|word| shift(room, word));
    Ok((Card { text: text.to_owned(), seen_by, effects: effects.collect::<Result<_, _>>()? }, reason.trim().to_owned()))
}

fn shift(room: &Room, word: &str) -> Result<Shift, String> {
    let catalogue = &room.table.course().source.scenario.catalogue;
    let (path, by) = word.split_once('=').ok_or_else(|| format!("`{word}` should read PATH+=X or PATH-=X"))?;
    let (path, sign) = match path.strip_suffix('-') {
        Some(path) => (path, -1.0),
        None => (path.trim_end_matches('+'), 1.0),
    };
    let by = amount(by).ok_or_else(|| format!("`{by}` is no number"))?;
    let id = indicator(catalogue, path)?;
    Ok(Shift { indicator: catalogue.indicators[id.index()].path.clone(), by: sign * by })
}

/// What is injected, by titles.
pub fn told(room: &Room, what: &What) -> String {
    let scenario = &room.table.course().source.scenario;
    let wording = Wording::new(scenario);
    let catalogue = &scenario.catalogue;
    let moved = |path: &str, by: f64| match catalogue.indicator(path) {
        Some(id) => {
            let sign = if by < 0.0 { "\u{2212}" } else { "+" };
            format!("{} {sign} {}", wording.indicator(id), wording.size(id, by))
        }
        None => path.to_owned(),
    };
    match what {
        What::Event(name) => match catalogue.event(name) {
            Some(event) => format!("\u{201c}{}\u{201d}", catalogue.events[event.index()].title),
            None => name.clone(),
        },
        What::Set(path, value) => match catalogue.indicator(path) {
            Some(id) => format!("{} = {}", wording.indicator(id), wording.value(id, *value)),
            None => path.clone(),
        },
        What::Add(path, by) => moved(path, *by),
        What::Card(card) => {
            let effects: String =
                card.effects.iter().map(|own| format!(", {}", moved(&own.indicator, own.by))).collect();
            let seen = match &card.seen_by {
                None => String::new(),
                Some(names) if names.is_empty() => ", told to nobody".to_owned(),
                Some(names) => {
                    let titles: Vec<String> = names.iter().map(|name| wording.short_player(name)).collect();
                    format!(", told to {}", titles.join(", "))
                }
            };
            format!("\u{201c}{}\u{201d}{effects}{seen}", card.on_one_line())
        }
    }
}

/// One card, with what is to become of it.
pub fn shown(room: &Room, number: u32) -> String {
    let Some(due) = (number as usize).checked_sub(1).and_then(|at| room.table.course().injects.get(at)) else {
        return String::new();
    };
    let state = match due.state {
        InjectState::Happened(_) => "it has happened".to_owned(),
        InjectState::CalledOff(_) => "called off".to_owned(),
        InjectState::Waiting if due.inject.when == When::Held => "in your hand".to_owned(),
        InjectState::Waiting => format!("to come {}", due.inject.when),
    };
    format!("  {number} {}: {state}\n", line(&told(room, &due.inject.what)))
}

/// The cards that wait, and the events of the scenario that `inject` knows by name.
fn list(room: &Room) -> Reply {
    let course = room.table.course();
    let waiting: Vec<u32> =
        course.injects.iter().filter(|due| due.state == InjectState::Waiting).map(|due| due.inject.inject).collect();
    let mut text: String = waiting.iter().map(|number| shown(room, *number)).collect();
    text =
        if text.is_empty() { "You hold no card, and none is to come.\n".to_owned() } else { format!("Cards\n{text}") };
    let events = &course.source.scenario.catalogue.events;
    if !events.is_empty() {
        text += "Events of the scenario, by the name that `inject` takes\n";
        for event in events {
            text += &format!("  {}: {}\n", event.id, line(&event.title));
        }
    }
    Reply::told(text).with(&json!({"waiting": waiting}))
}

/// What everybody was told in a month in the facilitator's own words, below its bulletin.
pub fn read_out(course: &Course, turn: u32) -> String {
    evening::read_out(course, turn).iter().map(|text| format!("  {}\n", line(text))).collect()
}
