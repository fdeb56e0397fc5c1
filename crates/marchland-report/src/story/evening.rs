//! The story of a played game: its months, with what the table did between them woven in.

use marchland_game::{Moment, PlayerId};
use marchland_session::{Course, Due, InjectState, Letter, Party, Proposal, ProposalState, What};

use super::audience::Audience;
use super::month::Teller;
use super::phrases::Phrases;
use super::scale::listed;
use super::sentence::set;
use super::threads::month;
use super::whole;
use crate::number::{number, percent};
use crate::screen::{BOLD, PLAIN, QUIET, Screen};
use crate::table::granted;
use crate::visible::line;
use crate::wording::Wording;

/// The story of a played game so far: for the facilitator, with everything, or for a seat, with what it knows. Where a
/// turn is named, that month alone.
#[must_use]
pub fn evening(course: &Course, seat: Option<PlayerId>, turn: Option<u32>) -> Screen {
    let scenario = &*course.source.scenario;
    let audience = seat.map_or(Audience::Everything, Audience::Seat);
    let months = Teller::to(audience, &course.game).months(&course.records);
    let mut to = Screen::new();
    if turn.is_none() {
        to.styled(BOLD, &line(&scenario.title)).end();
        if seat.is_none() && course.game.is_over() {
            for text in whole::opening(scenario, &course.records, &course.game.outcome()) {
                to.paragraph(&text, "", PLAIN);
            }
        }
    }
    for (month, record) in months.iter().zip(&course.records) {
        if turn.is_some_and(|turn| turn != month.turn) {
            continue;
        }
        to.end();
        whole::write(&mut to, month, record.rounds.len() > 1);
        table(&mut to, course, seat, month.turn);
    }
    let now = course.game.moment().turn.0;
    if turn.is_none_or(|turn| turn == now) && !course.game.is_over() {
        let notes = at_the_table(course, seat, now);
        if !notes.is_empty() {
            to.end().styled(BOLD, "This month so far").end();
            table(&mut to, course, seat, now);
        }
    }
    if to.is_empty() {
        to.plain(&match turn {
            Some(turn) if !course.records.is_empty() => {
                format!("{} is not over yet.\n", month(course.source.scenario.calendar.start, turn))
            }
            _ => "No month has passed yet.\n".to_owned(),
        });
    }
    to
}

fn table(to: &mut Screen, course: &Course, seat: Option<PlayerId>, turn: u32) {
    for text in at_the_table(course, seat, turn) {
        to.paragraph(&text, "  \u{203a} ", QUIET);
    }
}

/// What the table did in a month, in sentences: injects, overrides, grants, refusals, words and notes, as far as a
/// seat may know of them.
#[must_use]
pub fn at_the_table(course: &Course, seat: Option<PlayerId>, turn: u32) -> Vec<String> {
    let mut told = Vec::new();
    let in_month = |moment: &Moment| moment.turn.0 == turn;
    told.extend(cards(course, seat, turn));
    if seat.is_none() {
        let written = |due: &&Due| !matches!(due.inject.what, What::Card(_));
        for due in course.injects.iter().filter(written) {
            if matches!(&due.state, InjectState::Happened(moment) if in_month(moment)) {
                told.push(inject(course, due));
            }
        }
        let stands = |(moment, amended): &&(Moment, marchland_session::Amendment)| {
            in_month(moment) && course.overruled(moment, amended)
        };
        for (_, amended) in course.amendments.iter().filter(stands) {
            let on = crate::table::rulings::amended_on(course, amended);
            let mut ruled = Vec::new();
            if let Some(success) = amended.success {
                ruled.push(format!(
                    "{} where the machine had {}",
                    amended.outcome(success),
                    amended.outcome(amended.machine.0)
                ));
            }
            if let Some(leaked) = amended.leaked {
                ruled.push(if leaked { "a leak" } else { "no leak" }.to_owned());
            }
            let text = format!("the facilitator overruled the machine on {on}: {}", listed(&ruled));
            let text = set(&format!("{text}. Reason: {}", amended.reason.trim_end_matches('.')));
            // One that was let stand and then ruled out again for the same reason was one.
            if !told.contains(&text) {
                told.push(text);
            }
        }
    }
    for proposal in course.proposals.iter().filter(|proposal| in_month(&proposal.moment())) {
        told.extend(offered(course, proposal, seat));
    }
    for letter in course.letters.iter().filter(|letter| in_month(&letter.moment)) {
        told.extend(words(course, letter, seat));
    }
    if seat.is_none() {
        let notes = course.notes.iter().filter(|note| in_month(&note.moment));
        told.extend(notes.map(|note| {
            let by = if note.by.is_empty() { String::new() } else { format!(" of {}, observing", note.by) };
            set(&format!("note{by}: {}", note.text.trim_end_matches('.')))
        }));
    }
    told
}

/// Events in the facilitator's own words that happened in a month: all of them for the facilitator, with what they did to
/// stocks, those that it was told of for a seat.
fn cards(course: &Course, seat: Option<PlayerId>, turn: u32) -> Vec<String> {
    let told = |due: &Due| {
        let (What::Card(card), InjectState::Happened(moment)) = (&due.inject.what, due.state) else { return None };
        if moment.turn.0 != turn || seat.is_some_and(|seat| !card.tells(Some(course.name(seat)))) {
            return None;
        }
        let moves = granted::moves(course, &card.effects);
        let text = card.on_one_line();
        let text = text.trim_end_matches('.');
        Some(set(&match (seat, moves.is_empty()) {
            (None, false) => format!("{text} ({})", listed(&moves)),
            _ => text.to_owned(),
        }))
    };
    course.injects.iter().filter_map(told).collect()
}

/// What everybody was told in a month in the facilitator's own words, to be read out with its bulletin.
#[must_use]
pub fn read_out(course: &Course, turn: u32) -> Vec<String> {
    course.cards(turn, None).filter(|(of, _)| *of == turn).map(|(_, text)| set(text.trim_end_matches('.'))).collect()
}

fn inject(course: &Course, due: &Due) -> String {
    let scenario = &course.source.scenario;
    let wording = Wording::new(scenario);
    let what = match &due.inject.what {
        What::Event(name) => match scenario.catalogue.event(name) {
            Some(event) => format!("brought in \u{201c}{}\u{201d}", scenario.catalogue.events[event.index()].title),
            None => format!("brought in {}", name.replace('_', " ")),
        },
        What::Set(path, value) => match scenario.catalogue.indicator(path) {
            Some(id) => format!("set {} to {}", wording.indicator(id), wording.value(id, *value)),
            None => format!("set {path} to {}", number(*value)),
        },
        What::Add(path, by) => match scenario.catalogue.indicator(path) {
            Some(id) => {
                let way = if *by < 0.0 { "lowered" } else { "raised" };
                format!("{way} {} by {}", wording.indicator(id), wording.size(id, *by))
            }
            None => format!("moved {path} by {}", number(*by)),
        },
        What::Card(card) => format!("brought in \u{201c}{}\u{201d}", card.on_one_line()),
    };
    set(&format!("the facilitator {what}. Reason: {}", due.inject.reason.trim_end_matches('.')))
}

fn offered(course: &Course, proposal: &Proposal, seat: Option<PlayerId>) -> Option<String> {
    let scenario = &*course.source.scenario;
    let who = Phrases { scenario }.player(proposal.player);
    let own = seat.is_none_or(|seat| seat == proposal.player);
    let offer = format!("{who} offered an action of its own: \u{201c}{}\u{201d}", proposal.text.trim_end_matches('.'));
    Some(match &proposal.state {
        ProposalState::Open if own => set(&format!("{offer}; the facilitator had not answered")),
        ProposalState::Promised(_) if own => set(&format!("{offer}; granted, and its dice had not fallen")),
        ProposalState::Refused(reason) if own => {
            set(&format!("{offer}; the facilitator refused: \u{201c}{}\u{201d}", reason.trim_end_matches('.')))
        }
        ProposalState::Granted(action, _, success) => {
            let name = seat.map(|seat| course.name(seat));
            let heard =
                action.seen_by.as_ref().is_none_or(|seen| name.is_none_or(|name| seen.iter().any(|own| own == name)));
            if !own && !heard {
                return None;
            }
            let result = if *success { "it succeeded" } else { "it failed" };
            if !own {
                return Some(set(&format!(
                    "{who} acted on its own idea: \u{201c}{}\u{201d}; {result}",
                    proposal.text.trim_end_matches('.')
                )));
            }
            let price = match action.cost.is_empty() {
                true => "no price".to_owned(),
                false => format!("the price of {}", granted::price(&action.cost)),
            };
            let chance = percent(action.chance, 0);
            let reason = action.reason.trim_end_matches('.');
            let granted = format!("granted at a chance of {chance}% and {price}: \u{201c}{reason}\u{201d}");
            set(&format!("{offer}; {granted}; {result}"))
        }
        _ => return None,
    })
}

fn words(course: &Course, letter: &Letter, seat: Option<PlayerId>) -> Option<String> {
    let scenario = &*course.source.scenario;
    let wording = Wording::new(scenario);
    let party = |party: &Party| match party {
        Party::Chair => "the facilitator".to_owned(),
        Party::Seat(name) => wording.short_player(name),
    };
    let own = |of: &Party| seat.is_none_or(|seat| matches!(of, Party::Seat(name) if name == course.name(seat)));
    if !own(&letter.from) && !own(&letter.to) {
        return None;
    }
    let text = letter.text.trim_end_matches('.');
    Some(set(&format!("{} to {}: \u{201c}{text}\u{201d}", party(&letter.from), party(&letter.to))))
}
