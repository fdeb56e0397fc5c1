//! What happened so far, month by month, as somebody may know it.

use std::collections::BTreeMap;

use marchland_game::{PlayerId, PlayerSet, Turn};
use marchland_session::{InjectState, Party, Table};
use maud::{Markup, html};

use crate::screen::Screen;
use crate::visible::line;
use crate::wording::{Wording, upper_first};

/// The page of a history: of a seat; without a seat, of everything where `whole`, else of what everybody knows.
#[must_use]
pub fn page(table: &Table, viewer: Option<PlayerId>, whole: bool) -> Markup {
    let scenario = &table.course().source.scenario;
    let months = gathered(table, viewer, whole);
    html! {
        h1 { "What happened so far" }
        @if let Some(story) = story(table, viewer, whole) {
            section.card { h2 { "The story" } div.story { (story.body()) } }
        }
        @if months.is_empty() && !has_story(table, viewer, whole) { p.empty { "The first month is being played." } }
        div.history { @for (turn, lines) in months.iter().rev() {
            section.card { h2 { (super::screen::month(scenario, *turn)) }
                ul.news { @for (kind, text) in lines { li class=(kind) { (line(text)) } } } }
        } }
    }
}

/// The story, for a seat as it may know it; none for the room, which hears bulletins.
fn story(table: &Table, viewer: Option<PlayerId>, whole: bool) -> Option<Screen> {
    has_story(table, viewer, whole).then(|| crate::story::evening(table.course(), viewer, None))
}

fn has_story(table: &Table, viewer: Option<PlayerId>, whole: bool) -> bool {
    (whole || viewer.is_some()) && !table.course().records.is_empty()
}

/// The same as a text in Markdown.
#[must_use]
pub fn markdown(table: &Table, viewer: Option<PlayerId>, whole: bool) -> String {
    let scenario = &table.course().source.scenario;
    let mut text = match story(table, viewer, whole) {
        Some(story) => story.markdown(),
        None => format!("# {}\n", line(&scenario.title)),
    };
    for (turn, lines) in gathered(table, viewer, whole) {
        let date = scenario.calendar.start.of(Turn(turn));
        text += &format!("\n## {} {}\n\n", date.month_name(), date.year);
        for (_, told) in lines {
            // What people typed is text, not markup.
            let told: String = line(&told)
                .chars()
                .flat_map(|c| if "\\`*_[]<>#".contains(c) { vec!['\\', c] } else { vec![c] })
                .collect();
            text += &format!("- {told}\n");
        }
    }
    text
}

/// Lines by month: their kind, and the words. Where there is a story it tells of the months that have passed, and of what
/// was said and done at the table; what is left is what was read out, and what this month has come to.
fn gathered(table: &Table, viewer: Option<PlayerId>, whole: bool) -> BTreeMap<u32, Vec<(&'static str, String)>> {
    let course = table.course();
    let scenario = &course.source.scenario;
    let catalogue = &scenario.catalogue;
    let wording = Wording::new(scenario);
    let who = |name: &str| upper_first(&wording.short_player(name));
    let players = course.seats.len();
    let sees = |set: PlayerSet| match viewer {
        Some(player) => set.contains(player),
        None => whole || (0..players).all(|at| set.contains(PlayerId::from_index(at))),
    };
    let mut months: BTreeMap<u32, Vec<(&'static str, String)>> = BTreeMap::new();
    let mut tell = |turn: u32, kind: &'static str, text: String| months.entry(turn).or_default().push((kind, text));
    for (moment, text) in &course.bulletins {
        tell(moment.turn.0, "bulletin", format!("Bulletin: {}", marchland_session::on_one_line(text)));
    }
    let told = has_story(table, viewer, whole);
    let now = (!course.game.is_over()).then(|| course.game.moment().turn.0);
    let left = |turn: u32| !told || Some(turn) == now;
    for record in course.records.iter().filter(|record| left(record.turn)) {
        for event in record.rounds.iter().flat_map(|round| &round.events) {
            let event = &catalogue.events[event.index()];
            if sees(event.seen_by) {
                tell(record.turn, "event", event.title.clone());
            }
        }
    }
    for ruling in course.rulings.iter().filter(|ruling| ruling.legal() && left(ruling.moment.turn.0)) {
        let own = viewer == Some(ruling.player);
        let visibility = &catalogue.actions[ruling.order.action.index()].visibility;
        if !(whole || sees(visibility.seen_by(ruling.leaked).with(ruling.player))) {
            continue;
        }
        let what = wording.decision(&catalogue.order_name(ruling.order));
        let how = match (own || whole, ruling.success) {
            (true, true) => " It succeeded.",
            (true, false) => " It failed.",
            _ => "",
        };
        tell(ruling.moment.turn.0, "order", format!("{} decided to {what}.{how}", who(course.name(ruling.player))));
    }
    for vote in course.votes.iter().filter(|vote| left(vote.moment.turn.0)) {
        let motion = &catalogue.motions[vote.motion.index()];
        let members = &catalogue.institutions[motion.institution.index()].members;
        let member = viewer.is_some() && members.iter().any(|member| member.player == viewer);
        if member || sees(motion.seen_by) {
            let result = if vote.passed { "It was carried." } else { "It was not carried." };
            tell(vote.moment.turn.0, "vote", format!("{} {result}", motion.title));
        }
    }
    let me = viewer.map(|player| Party::Seat(course.name(player).to_owned()));
    for letter in course.letters.iter().filter(|_| !told) {
        if whole || me.as_ref().is_some_and(|me| letter.from == *me || letter.to == *me) {
            let party = |party: &Party| match party {
                Party::Chair => "Chair".to_owned(),
                Party::Seat(name) => who(name),
            };
            tell(
                letter.moment.turn.0,
                "message",
                format!("{} to {}: {}", party(&letter.from), party(&letter.to), letter.text),
            );
        }
    }
    if whole && !told {
        for due in &course.injects {
            if let InjectState::Happened(moment) = due.state {
                tell(
                    moment.turn.0,
                    "event",
                    format!("Inject {}: {} – {}", due.inject.inject, due.inject.what, due.inject.reason),
                );
            }
        }
        for (moment, amended) in &course.amendments {
            let on = crate::table::rulings::amended_on(course, amended);
            tell(moment.turn.0, "ruling", format!("Override of {on}: {}", amended.reason));
        }
    }
    months
}
