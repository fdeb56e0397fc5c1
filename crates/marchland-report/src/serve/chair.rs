//! The page of the chair.

use marchland_game::{Indicator as IndicatorInfo, IndicatorId, PlayerId, Readings, Stage};
use marchland_session::forecast::{Chance, Odds};
use marchland_session::{
    Branch, Course, Divergence, FreeAction, Holder, Inject, InjectState, Party, ProposalState, ProposedRuling, Table,
    What, When,
};
use marchland_sim::scenario::Scenario;
use maud::{Markup, html};

use super::forms::{self, button, choice, filled, hidden, line as field, words};
use super::map::{self, Eyes};
use super::{PageContext, known, observer, screen, seat};
use crate::number::number;
use crate::story::scale::{gauge, listed};
use crate::table::rulings::offer;
use crate::table::show;
use crate::visible::line;
use crate::wording::{Wording, upper_first};

const PATH: &str = "/chair";

/// The part of the chair's page that changes.
#[must_use]
pub fn live(table: &Table, beside: &PageContext) -> Markup {
    let course = table.course();
    let scenario = &course.source.scenario;
    let public = table.public_view();
    let chaired = course.opening.facilitator;
    html! {
        (screen::strip(scenario, &public, beside.paused))
        @if let Some(difference) = table.difference() {
            section.card.warn { h2 { "This game can only be looked at" } p { "Its replay differs " (difference.to_string()) ". Go back to a month before that to play on." } }
        }
        div.columns {
            div.left {
                section.card.desk #stage { h2 { "The stage" } (stage(table, beside)) }
                @if chaired { section.card #requests { h2 { "What seats ask" } (asked(table, beside)) } }
                @if chaired { section.card #inject { h2 { "Injects" } (injects(table, beside)) } }
                section.card #bulletin { h2 { "Bulletin" } (bulletin(table, beside)) }
                section.card #tell { h2 { "Message" } (tell(table, beside)) }
            }
            div.right {
                section.card #seats { h2 { "Seats" } (seats(table, beside)) }
                section.card #clock-card { h2 { "Clock" } (clock(beside)) }
                section.card #branches { h2 { "Branches" } (branches(table)) }
                @if chaired { section.card #truth { h2 { "The truth" } (truth(scenario, table)) }
                    (map::card(table, Eyes::Truth, PATH)) }
                section.card #news { h2 { "What everybody knows" } (known::news(scenario, &public.news, "")) }
                section.card #notes { h2 { "Notes" }
                    ul { @for note in course.notes.iter().rev().take(30) { li {
                        span.quiet { (observer::moment(scenario, note.moment)) ", " (stage_name(note.moment.stage)) @if !note.by.is_empty() { " · " (line(&note.by)) ", observing" } ": " } (line(&note.text)) } } }
                    form.stack method="post" action=(PATH) { (hidden("note")) (words(beside, "note", "text", "A remark for the log", 2)) button type="submit" { "Note" } }
                }
                section.card #devices { h2 { "Devices" } (devices(table, beside)) }
                @if chaired && !course.game.is_over() { section.card #end { h2 { "The end" }
                    details.more #end-early { summary { "End the game before its last month" }
                        form.bar method="post" action=(PATH) { (hidden("end")) (field(beside, "end", "reason", "Why", "", true)) button type="submit" { "End the game" } }
                        p.small.quiet { "Everybody sees that it is over; reviews open. Going back to a month begins a branch that goes on." } } } }
                section.card #keep { h2 { "To keep" } (exports(chaired || course.game.is_over())) }
            }
        }
    }
}

fn stage_name(stage: Stage) -> &'static str {
    match stage {
        Stage::Orders => "orders",
        Stage::Ballots => "votes",
    }
}

fn stage(table: &Table, beside: &PageContext) -> Markup {
    let course = table.course();
    if course.game.is_over() {
        return html! { @for one in show::outcome(course).lines().filter(|line| !line.trim().is_empty()) { p { (line(one.trim())) } } };
    }
    let waiting: Vec<String> = course
        .waiting()
        .into_iter()
        .map(|player| Wording::new(&course.source.scenario).short_player(course.name(player)))
        .collect();
    if !course.opening.facilitator {
        return html! { p { "Stages resolve by themselves once everybody has submitted." }
        @if !waiting.is_empty() { p { "Waiting for " (listed(&waiting)) "." } } };
    }
    if course.decided.is_empty() {
        return html! {
            @if let Some(granted) = show::waiting(course) { p.quiet { (granted) "." } }
            @if waiting.is_empty() { p { "Everybody has submitted." }
                (button(PATH, "decide", &[], "Close the orders", "main", ""))
            } @else { p { "Waiting for " b { (listed(&waiting)) } "." }
                (button(PATH, "expire", &[], "Do not wait: missing seats take their stated default", "", ""))
            }
        };
    }
    let proposed = course.proposed();
    html! {
        div.actions { (button(PATH, "step", &[], "End the stage", "main", "")) @if !proposed.is_empty() { (button(PATH, "accept", &[("number", "all")], "Accept all", "", "")) } }
        @if proposed.is_empty() { p { "No orders, no votes and no free actions." } }
        @else { p.small.quiet { (show::how_many(&proposed, &beside.accepted)) "." } }
        ol.rulings { @for (at, item) in proposed.iter().enumerate() { (ruling(table, at, item, beside)) } }
    }
}

fn ruling(table: &Table, at: usize, item: &ProposedRuling, beside: &PageContext) -> Markup {
    let course = table.course();
    let catalogue = &course.source.scenario.catalogue;
    let wording = Wording::new(&course.source.scenario);
    let number_of = (at + 1).to_string();
    let title = if let Some(free) = &item.free {
        let who = upper_first(&wording.short_player(&item.player));
        format!("{who}: free action {}, \u{201c}{}\u{201d}", free.proposal, offer(course, free.proposal))
    } else if item.player.is_empty() {
        let title = catalogue.motion(&item.on).map(|id| catalogue.motions[id.index()].title.clone());
        format!("Vote: {}", title.unwrap_or_else(|| item.on.clone()))
    } else {
        format!("{}: {}", upper_first(&wording.short_player(&item.player)), wording.decision(&item.on))
    };
    let mut verdicts: Vec<(String, String)> = Vec::new();
    if let Some(ruling) = item.ruling.filter(marchland_game::Ruling::legal) {
        verdicts.push(("success".into(), "succeeds".into()));
        verdicts.push(("failure".into(), "fails".into()));
        if ruling.leak_probability > 0.0 {
            verdicts.push(("leak".into(), "leaks".into()));
            verdicts.push(("no-leak".into(), "does not leak".into()));
        }
    } else if item.vote.is_some() {
        verdicts.push(("carried".into(), "is carried".into()));
        verdicts.push(("not-carried".into(), "is not carried".into()));
    } else if item.free.as_ref().is_some_and(|free| free.unpaid.is_none()) {
        verdicts.push(("success".into(), "succeeds".into()));
        verdicts.push(("failure".into(), "fails".into()));
    }
    html! {
        li.ruling.accepted[beside.accepted.contains(&at)] id={ "r-" (number_of) } {
            h3 { (line(&title)) }
            p {
                @match (&item.ruling, &item.vote, &item.free) {
                    (Some(ruling), ..) => @if let Some(refusal) = ruling.refusal { span.badge { "refused" } " because " (refusal.text(ruling.order.action, catalogue)) }
                    @else {
                        span class={ "badge " (if ruling.success { "good" } else { "bad" }) } { (if ruling.success { "succeeds" } else { "fails" }) } " "
                        @if ruling.probability >= 1.0 { "as it always does" } @else {
                            "chance " b { (format!("{:.0}%", 100.0 * ruling.probability)) } ", draw " (format!("{:.1}%", 100.0 * ruling.draw)) ": "
                            (if ruling.success { "the draw is below the chance" } else { "the draw is not below the chance" })
                        }
                        @if ruling.leak_probability > 0.0 { "; chance of a leak " (format!("{:.0}%", 100.0 * ruling.leak_probability)) ", " (if ruling.leaked { "it leaks" } else { "it does not leak" }) }
                    }
                    (None, Some(vote), _) => {
                        @let count = |wanted| vote.votes.iter().filter(|cast| **cast == wanted).count();
                        span class={ "badge " (if vote.passed { "good" } else { "bad" }) } { (if vote.passed { "carried" } else { "not carried" }) }
                        " " (count(marchland_game::Vote::Yes)) " yes, " (count(marchland_game::Vote::No)) " no, " (count(marchland_game::Vote::Abstain)) " abstaining"
                    }
                    (None, None, Some(free)) => @if let Some(unpaid) = &free.unpaid { span.badge.bad { "cannot be paid" } " because " (unpaid.to_string()) ": it does not take place. Grant it at a lower price, or refuse it." }
                    @else {
                        span class={ "badge " (if free.success { "good" } else { "bad" }) } { (if free.success { "succeeds" } else { "fails" }) } " "
                        @if free.chance >= 1.0 { "as it is certain" } @else {
                            "chance " b { (format!("{:.0}%", 100.0 * free.chance)) } ", draw " (format!("{:.1}%", 100.0 * free.draw)) ": "
                            (if free.success { "the draw is below the chance" } else { "the draw is not below the chance" })
                        }
                    }
                    (None, None, None) => {}
                }
            }
            @if let Some(amended) = &item.amended {
                @let parts: Vec<&str> = [amended.success.map(|yes| if yes { "success" } else { "failure" }), amended.leaked.map(|yes| if yes { "a leak" } else { "no leak" })].into_iter().flatten().collect();
                p.override { span.badge { "overridden" } " to " (parts.join(", ")) ": " (line(&amended.reason)) }
            }
            div.actions.row-actions { @if !beside.accepted.contains(&at) { (button(PATH, "accept", &[("number", &number_of)], "Accept", "", &title)) } @else { span.badge.good { "accepted" } }
                @if item.amended.is_some() { (button(PATH, "accept", &[("number", &number_of)], "Reconsider: the machine's result stands", "quiet", &title)) }
            }
            @if !verdicts.is_empty() {
                details.more id={ "o-" (number_of) } { summary { "Override" span.unseen { " " (title) } }
                    form.bar method="post" action=(PATH) { (hidden("override")) input type="hidden" name="number" value=(number_of);
                        (choice("verdict", "It", &verdicts, "")) (field(beside, &format!("override-{number_of}"), "reason", "Reason", "", true)) button type="submit" { "Override" } }
                }
            }
        }
    }
}

fn asked(table: &Table, beside: &PageContext) -> Markup {
    let course = table.course();
    let wording = Wording::new(&course.source.scenario);
    let whose = |player: PlayerId| wording.short_player(course.name(player));
    let letters: Vec<_> = course.letters.iter().filter(|letter| letter.to == Party::Chair).collect();
    let stock = stock(&course.source.scenario);
    html! {
        @if letters.is_empty() && course.requests.iter().all(|one| one.answer.is_some()) && !course.proposals.iter().any(marchland_session::Proposal::is_pending) {
            p.empty { "Nothing waits for you." }
        }
        @for (at, one) in course.requests.iter().enumerate().filter(|(_, one)| one.answer.is_none()) {
            article id={ "q-" (at + 1) } { h3 { "Request " (at + 1) " of " (whose(one.player)) } p { (line(&one.text)) }
                form.stack method="post" action=(PATH) { (hidden("answer")) input type="hidden" name="number" value=(at + 1);
                    (words(beside, &format!("answer-{}", at + 1), "text", "Answer, to this seat alone", 2)) button type="submit" { "Answer" } } }
        }
        @for (at, one) in course.proposals.iter().enumerate().filter(|(_, one)| one.is_pending()) {
            @let n = (at + 1).to_string();
            @let granted = match &one.state { ProposalState::Promised(action) => Some(action), _ => None };
            @let terms = granted.map(Terms::of).unwrap_or_default();
            article id={ "p-" (n) } { h3 { "Proposal " (n) " of " (whose(one.player)) } p { (line(&one.text)) }
                @if let Some(action) = granted {
                    p { span.badge { "granted" } " " (crate::table::granted::terms(course, action)) " Its price is set aside, and its dice fall with the rulings" @if !course.decided.is_empty() { ", above" } "." }
                    (button(PATH, "take_back", &[("number", &n)], "Take it back", "quiet", &format!("proposal {n}")))
                }
                details.more id={ "g-" (n) } { summary { (if granted.is_some() { "Grant it otherwise" } else { "Grant it" }) }
                    form.stack method="post" action=(PATH) { (hidden("grant")) input type="hidden" name="number" value=(n);
                        (forms::about(beside, &format!("grant-{n}-chance"), "chance", "How likely is it to succeed?", "60%", &terms.chance, true))
                        (forms::about(beside, &format!("grant-{n}-effect"), "effects", "What does it change where it succeeds? Stock and amount, one a comma", &format!("{stock} -0.05"), &terms.effects, false))
                        (forms::about(beside, &format!("grant-{n}-cost"), "cost", "What does it cost? Budget and amount", "money 5", &terms.cost, false))
                        (choice("seen", "Who learns of it?", &learners(course, granted), &terms.seen))
                        (forms::about(beside, &format!("grant-{n}-reason"), "reason", "Why", "", &terms.reason, true))
                        p.small.quiet { "Nothing takes effect yet: its price is set aside, its dice fall with the rulings of this stage, and until you end that you may grant it otherwise, take it back or refuse it." }
                        div.actions { button.main type="submit" { "Grant" } button type="submit" formaction={ (PATH) "/trial" } formmethod="get" data-inline={ "trial-" (n) } { "Preview its effects" } }
                        div id={ "trial-" (n) } aria-live="polite" {}
                    } }
                form.bar method="post" action=(PATH) { (hidden("refuse")) input type="hidden" name="number" value=(n);
                    (field(beside, &format!("refuse-{n}"), "reason", "Or refuse it, because", "", true)) button type="submit" { "Refuse" } }
            }
        }
        @if !letters.is_empty() { h3 { "Letters to you" } ol.letters { @for letter in letters.iter().rev().take(8) {
            li { p.small.quiet { @match &letter.from { Party::Seat(name) => (upper_first(&wording.short_player(name))), Party::Chair => "You" } " · " (screen::month(&course.source.scenario, letter.moment.turn.0)) } (screen::paragraphs(&letter.text)) }
        } } }
    }
}

/// The terms of a grant as its form has them.
#[derive(Default)]
struct Terms {
    chance: String,
    effects: String,
    cost: String,
    seen: String,
    reason: String,
}

impl Terms {
    fn of(action: &FreeAction) -> Self {
        let hundredths = (100.0 * action.chance).round();
        let effects = action.effects.iter().map(|effect| format!("{} {:+}", effect.indicator, effect.by));
        let cost = action.cost.iter().map(|(budget, amount)| format!("{budget} {amount}"));
        Self {
            // What the form says is what is granted, to the last digit.
            chance: match hundredths / 100.0 == action.chance {
                true => format!("{hundredths}%"),
                false => action.chance.to_string(),
            },
            effects: effects.collect::<Vec<_>>().join(", "),
            cost: cost.collect::<Vec<_>>().join(", "),
            seen: match action.seen_by.as_deref() {
                None => "everybody".to_owned(),
                Some([]) => "nobody".to_owned(),
                Some(names) => names.join(", "),
            },
            reason: action.reason.clone(),
        }
    }
}

/// Who may learn of a free action: everybody, its seat alone, or those whom the grant names already.
fn learners(course: &Course, granted: Option<&FreeAction>) -> Vec<(String, String)> {
    let mut all = vec![("everybody".into(), "everybody".into()), ("nobody".to_owned(), "the seat alone".to_owned())];
    if let Some(names) = granted.and_then(|action| action.seen_by.as_ref()).filter(|names| !names.is_empty()) {
        let wording = Wording::new(&course.source.scenario);
        let titles: Vec<String> = names.iter().map(|name| wording.short_player(name)).collect();
        all.push((names.join(", "), format!("the seat, and {}", listed(&titles))));
    }
    all
}

/// A stock, for example: the first that the scenario shows, or the first of all.
fn stock(scenario: &Scenario) -> &str {
    let stock = |info: &&IndicatorInfo| info.nature == marchland_game::Nature::Stock;
    let infos = &scenario.catalogue.indicators;
    let shown = scenario.main_indicator.iter().chain(&scenario.shown).map(|id| &infos[id.index()]);
    shown.chain(infos).find(stock).map_or("", |info| info.path.as_str())
}

fn injects(table: &Table, beside: &PageContext) -> Markup {
    let course = table.course();
    let catalogue = &course.source.scenario.catalogue;
    let mut events: Vec<(String, String)> = vec![(String::new(), "– a change of a stock, below –".into())];
    events.extend(catalogue.events.iter().map(|event| (event.id.clone(), event.title.clone())));
    html! {
        @if !course.injects.is_empty() { ul.injects { @for due in &course.injects {
            @let n = due.inject.inject.to_string();
            li { b { (n) } " " (due.inject.what.to_string()) " " span.quiet { (due.inject.when.to_string()) } " – "
                @match due.state { InjectState::Waiting => { span.badge { (if due.inject.when == When::Held { "in hand" } else { "to come" }) } " " (button(PATH, "call_off", &[("number", &n)], "Call off", "quiet", "")) }
                    InjectState::Happened(moment) => { "took effect in " (screen::month(&course.source.scenario, moment.turn.0)) }
                    InjectState::CalledOff(_) => "called off" }
                p.small.quiet { (line(&due.inject.reason)) }
                @if due.state == InjectState::Waiting { details.more id={ "edit-" (n) } { summary { "Edit" span.unseen { " inject " (n) } } (edit(&due.inject, &events, beside)) } } }
        } } }
        form.stack method="post" action=(PATH) { (hidden("inject"))
            (forms::text(beside, "inject-text", "text", "An event in your own words", "A fire broke out in the bazaar", ""))
            (field(beside, "inject-seen", "seen", "Told to (empty is everybody)", "", false))
            (choice("event", "Or an event of the scenario", &events, ""))
            div.pair { (field(beside, "inject-path", "path", "Or a stock, by its name or words of it", stock(&course.source.scenario), false)) (field(beside, "inject-by", "by", "changes by (=0.3 sets it)", "+0.05", false)) }
            div.pair { (field(beside, "inject-turn", "turn", "When: a month's number, “in hand” to keep it, empty for now", "", false)) (field(beside, "inject-when", "condition", "Or once this holds", "", false)) }
            (field(beside, "inject-reason", "reason", "Reason", "", true))
            div.actions { button.main type="submit" { "Inject" } button type="submit" formaction={ (PATH) "/trial" } formmethod="get" data-inline="trial" { "Preview" } }
            div #trial aria-live="polite" {}
        }
    }
}

/// An inject that is to come, to be put otherwise.
fn edit(inject: &Inject, events: &[(String, String)], beside: &PageContext) -> Markup {
    let n = inject.inject;
    let (event, path, by) = match &inject.what {
        What::Event(event) => (event.as_str(), "", String::new()),
        What::Set(path, value) => ("", path.as_str(), format!("={value}")),
        What::Add(path, by) => ("", path.as_str(), format!("{by:+}")),
        What::Card(_) => ("", "", String::new()),
    };
    let (text, seen, effects) = match &inject.what {
        What::Card(card) => {
            let effects: Vec<String> =
                card.effects.iter().map(|effect| format!("{} {:+}", effect.indicator, effect.by)).collect();
            (
                card.text.as_str(),
                match card.seen_by.as_deref() {
                    None => String::new(),
                    Some([]) => "nobody".to_owned(),
                    Some(names) => names.join(", "),
                },
                effects.join(", "),
            )
        }
        _ => ("", String::new(), String::new()),
    };
    let (turn, condition) = match &inject.when {
        When::Now => (String::new(), ""),
        When::Held => ("in hand".to_owned(), ""),
        When::Turn(turn) => (turn.to_string(), ""),
        When::Condition(text) => (String::new(), text.as_str()),
    };
    let keep = |part: &str| format!("edit-{n}-{part}");
    html! {
        form.stack method="post" action=(PATH) { (hidden("edit")) input type="hidden" name="number" value=(n);
            (forms::text(beside, &keep("text"), "text", "An event in your own words", "", text))
            div.pair { (filled(beside, &keep("seen"), "seen", "Told to (empty is everybody)", &seen, false)) (filled(beside, &keep("effects"), "effects", "Its effects on stocks", &effects, false)) }
            (choice("event", "Or an event of the scenario", events, event))
            div.pair { (filled(beside, &keep("path"), "path", "Or a stock", path, false)) (filled(beside, &keep("by"), "by", "changes by (=0.3 sets it)", &by, false)) }
            div.pair { (filled(beside, &keep("turn"), "turn", "When: a month's number, “in hand” to keep it, empty for now", &turn, false)) (filled(beside, &keep("when"), "condition", "Or once this holds", condition, false)) }
            (filled(beside, &keep("reason"), "reason", "Reason", &inject.reason, true))
            button type="submit" { "Keep it so" }
        }
    }
}

/// A bulletin to begin with, to be edited: the story of the last month as the room may know it.
fn drafted(table: &Table, beside: &PageContext) -> String {
    screen::last_month(table, beside).map_or_else(String::new, |told| screen::lines(&told))
}

fn bulletin(table: &Table, beside: &PageContext) -> Markup {
    let text = beside.drafts.get("bulletin").cloned().unwrap_or_else(|| drafted(table, beside));
    html! {
        @if let Some((_, last)) = table.course().bulletins.last() { details.more #last-bulletin { summary { "The last one released" } (screen::paragraphs(last)) } }
        form.stack method="post" action=(PATH) { (hidden("release"))
            label.field { span { "From what everybody knows; edit it before everybody reads it" } textarea name="text" rows="5" maxlength="2000" required data-keep="bulletin" { (text) } }
            button type="submit" { "Release to everybody" } }
    }
}

fn tell(table: &Table, beside: &PageContext) -> Markup {
    let course = table.course();
    let wording = Wording::new(&course.source.scenario);
    let mut to: Vec<(String, String)> = vec![("all".into(), "Everybody at the table".into())];
    to.extend(
        course
            .people()
            .into_iter()
            .map(|player| (course.name(player).to_owned(), upper_first(&wording.short_player(course.name(player))))),
    );
    html! { form.stack method="post" action=(PATH) { (hidden("tell")) (choice("to", "To", &to, "")) (words(beside, "tell", "text", "Message", 2)) button type="submit" { "Send" } } }
}

fn seats(table: &Table, beside: &PageContext) -> Markup {
    let course = table.course();
    let catalogue = &course.source.scenario.catalogue;
    let wording = Wording::new(&course.source.scenario);
    html! {
        ul.seats { @for (at, held) in course.seats.iter().enumerate() {
            @let player = PlayerId::from_index(at);
            @let id = &catalogue.players[at].id;
            @let here = beside.devices.iter().filter(|device| device.role == *id && device.here).count();
            li { div { b { (upper_first(&wording.short_player(id))) } " "
                @match &held.holder { Holder::Human => { span.badge.good[held.submitted] { (if held.submitted { "submitted" } else if course.game.decides(player) { "deciding" } else { "nothing to decide" }) } span.quiet { " " (here) " here" } }
                    Holder::Strategy(name) => span.quiet { "played by " (line(name)) } } }
                span.acts {
                    @if held.holder.is_human() {
                        @if course.opening.facilitator { a.button.quiet href={ "/chair/seat/" (id) } { "View" span.unseen { " of " (wording.short_player(id)) } } }
                        @if beside.closed.contains(id) { (button(PATH, "open_seat", &[("seat", id)], "Open", "quiet", &wording.short_player(id))) } @else { (button(PATH, "close_seat", &[("seat", id)], "Close", "quiet", &wording.short_player(id))) }
                    } @else { (button(PATH, "swap", &[("seat", id), ("holder", "human")], "Give to a person", "quiet", &wording.short_player(id))) }
                }
            }
        } }
        details.more #swap { summary { "Give a seat to a strategy" }
            form.bar method="post" action=(PATH) { (hidden("swap"))
                (choice("seat", "Seat", &course.people().into_iter().map(|player| (course.name(player).to_owned(), upper_first(&wording.short_player(course.name(player))))).collect::<Vec<_>>(), ""))
                (choice("holder", "Strategy", &course.source.scenario.strategies.iter().map(|spec| (spec.name.clone(), spec.name.clone())).collect::<Vec<_>>(), ""))
                button type="submit" { "Give" } } }
        p.actions { a.button href="/chair/links" { "Join sheet" } @if course.opening.facilitator {
            (button(PATH, "odds", &[("allow", if course.odds_allowed { "no" } else { "yes" })], if course.odds_allowed { "Seats may not ask for odds" } else { "Let seats ask for odds" }, "", "")) } }
    }
}

fn clock(beside: &PageContext) -> Markup {
    html! {
        form.bar method="post" action=(PATH) { (hidden("clock")) (field(beside, "minutes", "minutes", "Minutes", "10", true)) button type="submit" { "Start" } }
        div.actions { (button(PATH, "extend", &[], "Two minutes more", "", "")) (button(PATH, "stop", &[], "Stop", "", ""))
            @if beside.paused { (button(PATH, "go", &[], "Go on", "main", "")) } @else { (button(PATH, "pause", &[], "Pause the game", "", "")) } }
    }
}

fn branches(table: &Table) -> Markup {
    let scenario = &table.course().source.scenario;
    let list = table.branches();
    let turn = table.course().game.moment().turn.0;
    html! {
        (crate::picture::tree(&list, table.course().opening.turns))
        ul.branches { @for branch in &list { li { b { "Branch " (branch.branch) } " " (told(scenario, branch))
            @if !branch.current { " " (button(PATH, "branch", &[("number", &branch.branch.to_string())], "Play on here", "quiet", "")) } } } }
        details.more #back { summary { "Go back" }
            form.bar method="post" action=(PATH) { (hidden("back"))
                (choice("turn", "To the start of", &(1..=turn).map(|at| (at.to_string(), screen::month(scenario, at))).collect::<Vec<_>>(), "")) button type="submit" { "Begin a branch" } }
            p.small.quiet { "The future that was played stays as it is." } }
        @if list.len() > 1 { p { a.button href="/chair/compare" { "Compare two branches" } } }
    }
}

fn told(scenario: &Scenario, branch: &Branch) -> String {
    let begun = branch
        .from
        .zip(branch.turn)
        .map_or_else(String::new, |(from, turn)| format!("left branch {from} in {}, ", screen::month(scenario, turn)));
    let stands = if branch.over { "is over in" } else { "stands in" };
    format!(
        "{begun}{stands} {}{}",
        screen::month(scenario, branch.stands_in),
        if branch.current { " – played now" } else { "" }
    )
}

fn truth(scenario: &Scenario, table: &Table) -> Markup {
    let course = table.course();
    let wording = Wording::new(scenario);
    let mut wanted: Vec<IndicatorId> = scenario.shown.clone();
    for player in course.people() {
        for term in &scenario.catalogue.players[player.index()].payoffs.terms {
            if !wanted.contains(&term.indicator) {
                wanted.push(term.indicator);
            }
        }
    }
    let said = |id: IndicatorId| match (
        scenario.catalogue.indicators[id.index()].unit.as_str(),
        course.game.truth().now(id),
    ) {
        ("flag", 0.0) => "no".to_owned(),
        ("flag", 1.0) => "yes".to_owned(),
        (_, value) => gauge(scenario, &wording, id, value),
    };
    let mut from: Vec<(String, String)> = vec![(String::new(), "the truth".into())];
    from.extend(course.people().into_iter().map(|player| {
        let name = course.name(player);
        (name.to_owned(), format!("what {} knows", wording.short_player(name)))
    }));
    let (now, last) = (course.game.moment().turn.0, course.opening.turns);
    let mut months: Vec<(String, String)> = vec![(String::new(), "the game".into())];
    months.extend((now..last).map(|turn| (turn.to_string(), screen::month(scenario, turn))));
    let mut indicators: Vec<(String, String)> = vec![(String::new(), "what the scenario shows".into())];
    let infos = scenario.catalogue.indicators.iter().enumerate();
    let named = |at: usize| upper_first(&wording.indicator(IndicatorId::from_index(at)));
    let mut others: Vec<(String, String)> = infos.map(|(at, info)| (info.path.clone(), named(at))).collect();
    others.sort_by(|a, b| a.1.cmp(&b.1).then(a.0.cmp(&b.0)));
    indicators.extend(others);
    let past = |id: IndicatorId| -> Vec<f64> {
        course
            .records
            .iter()
            .rev()
            .take(12)
            .rev()
            .filter_map(|record| record.indicators.get(id.index()).copied())
            .collect()
    };
    html! {
        div.scroll tabindex="0" role="region" aria-label="The truth" { table.known { thead { tr { th scope="col" { "Indicator" } th.num scope="col" { "Value" } th scope="col" { "Trend" } } }
            tbody { @for id in wanted { tr { th scope="row" { (upper_first(&wording.indicator(id))) } td.num { b { (said(id)) } }
                td { (crate::picture::sparkline(&past(id), "trend")) } } } } } }
        @if !course.game.is_over() {
            details.more #ask-odds { summary { "Odds from here" }
                form.stack method="get" action="/chair/odds" {
                    div.pair { (choice("for", "From", &from, "")) (choice("by", "At the end of", &months, "")) }
                    (choice("indicator", "And the course of", &indicators, ""))
                    button type="submit" formaction="/chair/odds" data-inline="odds" { "Ask" }
                } }
            div #odds aria-live="polite" {}
        }
    }
}

/// What can be taken away as a file: where everybody plays, the review and the log are `open` once the game is over.
fn exports(open: bool) -> Markup {
    let files = [
        ("history.md", "What happened so far, as Markdown"),
        ("review.html", "The review, as one page"),
        ("review.md", "The review, for a word processor"),
        ("review.csv", "The review's decisions, as a table"),
        ("happened.csv", "All that happened, as a table"),
        ("review.json", "The review, as JSON"),
        ("log.json", "Every entry of the log, as JSON"),
    ];
    let files = &files[..if open { files.len() } else { 1 }];
    html! { ul { @for (name, label) in files { li { a href={ (PATH) "/export/" (name) } download { (label) } } } } }
}

fn devices(table: &Table, beside: &PageContext) -> Markup {
    let wording = Wording::new(&table.course().source.scenario);
    let role = |name: &str| match name {
        "chair" => "chair".to_owned(),
        "screen" => "projector".to_owned(),
        name => wording.short_player(name),
    };
    html! {
        @if beside.devices.is_empty() { p.empty { "No device has joined." } }
        ul.devices { @for device in &beside.devices { li.here[device.here] {
            span { b { (line(&device.name)) } " – " (role(&device.role)) span.quiet { (if device.here { ", here" } else { ", away" }) } }
            (button(PATH, "revoke", &[("device", &device.number.to_string())], "Revoke", "quiet", &device.name)) } } }
        @let others: Vec<(String, String)> = beside.devices.iter().filter(|device| device.role != "chair").map(|device| (device.number.to_string(), format!("{} – {}", line(&device.name), role(&device.role)))).collect();
        @let to: Vec<(String, String)> = table.course().people().into_iter().map(|player| table.course().name(player).to_owned()).chain(["screen", "observer"].map(str::to_owned)).map(|name| { let title = upper_first(&role(&name)); (name, title) }).collect();
        @if !others.is_empty() { details.more #move { summary { "Move a device" }
            form.bar method="post" action=(PATH) { (hidden("move")) (choice("device", "Device", &others, "")) (choice("seat", "To", &to, "")) button type="submit" { "Move" } } } }
        (forms::pin(PATH, table.sitting().has_pin(&Party::Chair)))
        @for player in &table.course().source.scenario.catalogue.players { @if table.sitting().has_pin(&Party::Seat(player.id.clone())) {
            p { (upper_first(&wording.short_player(&player.id))) " asks further devices for a PIN. " (button(PATH, "pin", &[("seat", &player.id)], "Take it away", "quiet", &player.id)) } } }
    }
}

/// Odds as bars with intervals, and the courses of the indicators that were asked for.
#[must_use]
pub fn odds(scenario: &Scenario, odds: &Odds) -> Markup {
    let wording = Wording::new(scenario);
    let row = |chance: &Chance| {
        html! { tr { th scope="row" { (upper_first(&chance.outcome.replace('_', " "))) } td.picture { meter min="0" max="1" value=(format!("{:.4}", chance.odds.share.unwrap_or(0.0))) aria-label=(chance.outcome) {} }
        td.num { (format!("{:.0}%", 100.0 * chance.odds.share.unwrap_or(0.0))) } td { (format!("{:.0} to {:.0}%", 100.0 * chance.odds.interval.low, 100.0 * chance.odds.interval.high)) } } }
    };
    html! {
        section.preview { h3 { "Odds" } p.small.quiet { (odds.games) " games from here to the end of " (screen::month(scenario, odds.last_turn)) ". " (odds.notice) }
            table { thead { tr { th scope="col" { "How it stands at the end" } th scope="col" { "" span.unseen { "Bar" } } th.num scope="col" { "Chance" } th scope="col" { "Interval" } } }
                tbody { @for chance in &odds.statuses { (row(chance)) } } }
            @if odds.exits.len() > 1 { table { thead { tr { th scope="col" { "How office is lost, if it is" } th scope="col" { "" span.unseen { "Bar" } } th.num scope="col" { "Chance" } th scope="col" { "Interval" } } }
                tbody { @for chance in odds.exits.iter().skip(1) { (row(chance)) } } } }
            @if !odds.payoffs.is_empty() { table { thead { tr { th scope="col" { "Payoff expected" } th.num scope="col" { "Mean" } th scope="col" { "Range" } } }
                tbody { @for one in &odds.payoffs { tr { th scope="row" { (upper_first(&wording.short_player(&one.player))) } td.num { (one.payoff.mean.map_or_else(|| "–".into(), number)) } td { (number(one.range.0)) " to " (number(one.range.1)) } } } } } }
            @if !odds.fans.is_empty() { table { thead { tr { th scope="col" { "Indicator, then" } th.num scope="col" { "Median" } th scope="col" { "Nine in ten futures" } th scope="col" { "Median's course" } } }
                tbody { @for fan in &odds.fans {
                    @if let (Some(id), Some(last)) = (scenario.catalogue.indicator(&fan.indicator), fan.turns.last()) {
                        @let course: Vec<f64> = fan.turns.iter().map(|turn| turn.median).collect();
                        tr { th scope="row" { (known::name(scenario, &fan.indicator)) } td.num { (wording.value(id, last.median)) }
                            td { (wording.value(id, last.q05)) " to " (wording.value(id, last.q95)) } td { (crate::picture::sparkline(&course, "trend")) } }
                    } } } } }
        }
    }
}

/// A seat's page, as the chair looks at it.
#[must_use]
pub fn over_the_shoulder(table: &Table, player: PlayerId) -> Markup {
    let title = Wording::new(&table.course().source.scenario).short_player(table.course().name(player));
    html! { h1 { "What " (title) " sees" } p.quiet { "This is what the seat sees. Buttons here belong to the seat and do nothing for you." } div.shoulder inert { (seat::live(table, player, &PageContext::default())) } }
}

/// What changes would bring: odds of the same futures without and with them.
#[must_use]
pub fn trial(scenario: &Scenario, without: &Odds, with: &Odds) -> Markup {
    html! {
        section.preview { h3 { "What it would bring" }
            p.small.quiet { "The same " (without.games) " futures to the end, without and with it. " (without.notice) }
            (side_by_side(scenario, (without, "Without"), (with, "With")))
        }
    }
}

/// Odds of two positions: how they end, and where indicators are expected to be.
fn side_by_side(scenario: &Scenario, (left, first): (&Odds, &str), (right, second): (&Odds, &str)) -> Markup {
    let share = |chance: &Chance| format!("{:.0}%", 100.0 * chance.odds.share.unwrap_or(0.0));
    let wording = Wording::new(scenario);
    html! {
        table { thead { tr { th scope="col" { "How it stands at the end" } th.num scope="col" { (first) } th.num scope="col" { (second) } } }
            tbody { @for (a, b) in left.statuses.iter().zip(&right.statuses) {
                tr { th scope="row" { (upper_first(&a.outcome.replace('_', " "))) } td.num { (share(a)) } td.num { (share(b)) } }
            } } }
        table { thead { tr { th scope="col" { "Median at the end" } th.num scope="col" { (first) } th.num scope="col" { (second) } } }
            tbody { @for (a, b) in left.fans.iter().zip(&right.fans) {
                @if let (Some(id), Some(last), Some(other)) = (scenario.catalogue.indicator(&a.indicator), a.turns.last(), b.turns.last()) {
                    @let (one, two) = wording.values(id, last.median, other.median);
                    tr { th scope="row" { (known::name(scenario, &a.indicator)) } td.num { (one) } td.num { (two) } }
                }
            } } }
    }
}

/// Two branches side by side; with the odds of each, where neither is over.
#[must_use]
pub fn compared(
    scenario: &Scenario,
    parted: &Divergence,
    branches: u32,
    (a, b): (u32, u32),
    odds: Option<&(Odds, Odds)>,
) -> Markup {
    let options: Vec<(String, String)> = (1..=branches).map(|at| (at.to_string(), format!("Branch {at}"))).collect();
    html! {
        h1 { "Two branches" }
        form.bar method="get" action="/chair/compare" { (choice("a", "One", &options, &a.to_string())) (choice("b", "The other", &options, &b.to_string())) button type="submit" { "Compare" } }
        div.history { (crate::branches::cards(scenario, parted, (&format!("branch {a}"), &format!("branch {b}"))))
        section.card { h2 { "The odds of each" }
            @match odds {
                Some((left, right)) => {
                    p.small.quiet { (left.games) " games from where each branch stands to the end. " (left.notice) }
                    @if let Some(verdict) = crate::branches::verdict((left, right), (&format!("branch {a}"), &format!("branch {b}"))) { p { (upper_first(&verdict)) } }
                    (side_by_side(scenario, (left, &format!("Branch {a}")), (right, &format!("Branch {b}"))))
                }
                None => p { "One of them is over: it has an end, and no odds." }
            }
        } }
    }
}
