//! The page of a seat.

use marchland_game::{DealMove, PlayerId, Rule, Stage, Vote};
use marchland_session::forecast::Preview;
use marchland_session::{OrderView, Party, ProposalState, SeatView, StatedDefault, Table, TalkState, TalkView};
use marchland_sim::scenario::Scenario;
use marchland_statistics::PairedDifference;
use maud::{Markup, html};

use super::forms::{self, button, choice, hidden, words};
use super::{PageContext, known, screen};
use crate::forecast::{moved, signed};
use crate::number::{money, number};
use crate::story::scale::listed;
use crate::table::show;
use crate::visible::line;
use crate::wording::{Wording, upper_first};

/// The part of a seat's page that changes.
#[must_use]
pub fn live(table: &Table, player: PlayerId, beside: &PageContext) -> Markup {
    let course = table.course();
    let scenario = &course.source.scenario;
    let view = table.view(player);
    let public = table.public_view();
    let path = format!("/seat/{}", view.player);
    let compose = || crate::story::seat_report(&course.game, &course.records, player).map(std::sync::Arc::new);
    let told = beside.report.clone().or_else(compose);
    html! {
        (screen::strip(scenario, &public, beside.paused))
        @if !view.in_office && !view.over {
            section.card.warn { h2 { "Your office has fallen" }
                @match &view.offered {
                    Some(heir) => {
                        p { "You are offered the seat of " (Wording::new(scenario).player(heir)) ". This one keeps its record." }
                        (button(&path, "take", &[], "Take the seat", "main", ""))
                    }
                    None => p { "You have nothing to decide; you may watch." }
                }
            }
        }
        div.columns {
            div.left {
                @if view.over { (over(table)) }
                @else if view.in_office { (desk(table, player, &view, beside, &path)) }
                section.card #talk { h2 { "Messages" } (talk(table, player, &view, beside, &path)) }
            }
            div.right {
                @if let Some((turn, text)) = &public.bulletin {
                    section.card.bulletin { h2 { "Bulletin" } p.quiet { (screen::month(scenario, *turn)) } (screen::headed(text)) }
                }
                section.card #news { h2 { "What reached you" }
                    @if let Some(told) = told {
                        h3 { (told.date) ": " (told.headline) }
                        @for sentence in told.sentences.iter().chain(&told.votes).chain(&told.deaths) { p { (sentence) } }
                    }
                     (known::news(scenario, &view.news, &view.player)) }
                section.card #know { h2 { "What you know" } (known::table(scenario, &view.knowledge, &view.aims))
                    p.small.quiet { "Doubt: nineteen reports in twenty lie within it. Grey: old, or never seen." } }
                (super::map::card(table, super::map::Eyes::Player(player), &path))
                (team(beside, &path, table.sitting().has_pin(&Party::Seat(view.player.clone()))))
                details.card #role { summary { h2 { "Your role" } } (briefing(scenario, &view, &course.opening.aims)) }
            }
        }
    }
}

fn briefing(scenario: &Scenario, view: &SeatView, aims: &[String]) -> Markup {
    let wording = Wording::new(scenario);
    let named = |wanted: bool| -> Vec<String> {
        let of = view.aims.iter().filter(|(_, up)| *up == wanted);
        of.filter_map(|(path, _)| Some(wording.indicator(scenario.catalogue.indicator(path)?))).collect()
    };
    html! {
        p { (line(&scenario.description)) }
        (screen::paragraphs(&view.briefing))
        @if !view.private_briefing.trim().is_empty() {
            div.secret { p.tag { "for you alone" } (screen::paragraphs(&view.private_briefing)) }
        }
        @for (wanted, lead) in [(true, "You play for more of"), (false, "and for less of")] {
            @let list = named(wanted);
            @if !list.is_empty() { p { (lead) ":" } ul { @for one in list { li { (one) } } } }
        }
        @if !aims.is_empty() { p { "What this game is for: " (aims.join("; ")) "." } }
        p.small.quiet {
            "Everything entered at this table is written down: orders, votes, messages, proposals, what is undone, and the \
             facilitator's notes. A review shows seats by their office."
        }
    }
}

fn over(table: &Table) -> Markup {
    html! {
        section.card { h2 { "The game is over" }
            @for one in show::outcome(table.course()).lines().filter(|line| !line.trim().is_empty()) { p { (line(one.trim())) } }
        }
    }
}

fn desk(table: &Table, player: PlayerId, view: &SeatView, beside: &PageContext, path: &str) -> Markup {
    let course = table.course();
    let decided = view.decided;
    html! {
        section.card.desk #desk aria-labelledby="desk-title" {
            div.row { h2 #desk-title { (if view.moment.stage == Stage::Orders { "Your orders" } else { "Your votes" }) }
                @if view.submitted { span.badge.good { "submitted" } } @else if decided { span.badge { "decided" } } @else { span.badge { "draft" } }
            }
            @let talks = show::talk_sentences(&course.source.scenario, view, false);
            @if !talks.is_empty() {
                h3 { "Offers and agreements" }
                ul.talks { @for (talk, said) in &talks { li { p { (line(said)) }
                    @if talk.state == TalkState::Received && view.moment.stage == Stage::Orders && !view.submitted && !decided {
                        (answers(&course.source.scenario, view, talk, said, path))
                    }
                } } }
            }
            @if view.moment.stage == Stage::Orders { (draft(&course.source.scenario, view, path, decided)) }
            @else { (ballots(table, view, path, decided)) }
            @if decided { p.quiet { "The stage is decided and waits for the chair." } }
            @else if course.moment_of(player).1 { p.quiet { "Your part of this stage is done; the others' is not." } }
            @else if !course.game.decides(player) { p.quiet { "You have nothing to decide in this stage." } }
            @else if view.submitted {
                p { "You have submitted. You may take it back until the stage is resolved." }
                (button(path, "undo", &[], "Take back", "", ""))
            } @else {
                div.actions {
                    (button(path, "submit", &[], "Submit", "main", ""))
                    @if course.held(player).before().is_some() { (button(path, "undo", &[], "Undo the last change", "", "")) }
                    @if !view.draft.is_empty() {
                        a.button href={ (path) "/preview" } data-inline="preview" { "Preview the draft" }
                    }
                }
                (defaults(table, player, path))
            }
            div #preview aria-live="polite" {}
        }
        @if view.moment.stage == Stage::Orders && !view.submitted && !decided { (orders(&course.source.scenario, view, path)) }
        @if course.odds_allowed && !view.over {
            p { a.button href={ (path) "/odds" } data-inline="preview" { "Odds, as far as you can tell" } }
        }
        @if beside.paused { p.quiet { "The chair has paused the game." } }
    }
}

/// The orders that answer an offer, where they may be given.
fn answers(scenario: &Scenario, view: &SeatView, talk: &TalkView, said: &str, path: &str) -> Markup {
    let free = |what: DealMove| {
        let own = show::deal_order(scenario, view, talk, what)?;
        (open(own) && !view.draft.contains(&own.action)).then_some(own.action.as_str())
    };
    html! {
        span.acts { @for (what, label) in [(DealMove::Accept, "Accept"), (DealMove::Reject, "Reject")] {
            @if let Some(name) = free(what) { (button(path, "order", &[("order", name)], label, "", said)) }
        } }
    }
}

fn defaults(table: &Table, player: PlayerId, path: &str) -> Markup {
    let stated = match table.course().held(player).default {
        StatedDefault::Entered => "entered",
        StatedDefault::Nothing => "nothing",
        StatedDefault::Last => "last",
    };
    let options = [("entered", "what is entered by then"), ("nothing", "nothing"), ("last", "what I ordered last")];
    let options: Vec<(String, String)> = options.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    html! {
        details.more #default { summary { "If the clock runs out" }
            form.bar method="post" action=(path) { (hidden("default"))
                (choice("default", "My seat does", &options, stated)) button type="submit" { "Keep" }
            }
        }
    }
}

fn amount(budget: &str, amount: f64) -> String {
    if budget == "money" { money(amount) } else { format!("{} {}", number(amount), budget.replace('_', " ")) }
}

fn draft(scenario: &Scenario, view: &SeatView, path: &str, decided: bool) -> Markup {
    let wording = Wording::new(scenario);
    html! {
        @if view.draft.is_empty() { p.empty { "No order yet. Add one below, or submit without any." } }
        ol.draft { @for order in &view.draft {
            @let what = upper_first(&wording.decision(order));
            li { span { (what) }
                @if !view.submitted && !decided { (button(path, "drop", &[("order", order)], "Remove", "quiet", &what)) }
            }
        } }
        @if !view.budgets.is_empty() {
            dl.budgets { @for (budget, left) in &view.budgets { div { dt { (upper_first(&budget.replace('_', " "))) } dd { (if budget == "money" { amount(budget, *left) } else { number(*left) }) } } }
                " " div { dt { "Orders left" } dd { (view.orders_left) } } }
        }
    }
}

/// Whether any option of an action may be ordered.
fn open(action: &OrderView) -> bool {
    action.options.iter().any(|option| option.refusal.is_none())
}

fn orders(scenario: &Scenario, view: &SeatView, path: &str) -> Markup {
    html! {
        section.card #orders { h2 { "What you may order" }
            @for instrument in show::instruments(view) {
                @let of: Vec<&OrderView> = view.actions.iter().filter(|action| action.instrument == instrument).collect();
                @let free = of.iter().filter(|action| open(action)).count();
                details.instrument id={ "i-" (instrument) } {
                    summary { span { (upper_first(&instrument.replace('_', " "))) } span.count { (free) " of " (of.len()) " open" } }
                    @for action in of.iter().filter(|action| open(action)) { (action_of(scenario, view, action, path)) }
                    @if free < of.len() { details.more id={ "n-" (instrument) } {
                        summary { "Not now: " (of.len() - free) }
                        @for action in of.iter().filter(|action| !open(action)) { (action_of(scenario, view, action, path)) }
                    } }
                }
            }
        }
    }
}

fn action_of(scenario: &Scenario, view: &SeatView, action: &OrderView, path: &str) -> Markup {
    let wording = Wording::new(scenario);
    let learns = match action.visibility {
        "public" => "everybody learns of it",
        "private" => "those concerned learn of it",
        _ => "covert: nobody learns of it unless it leaks",
    };
    html! {
        article.action id={ "a-" (action.action) } {
            h3 { (upper_first(&action.title)) " " span class={ "tag " (action.visibility) } { (learns) } }
            p.small { (line(&action.meaning)) }
            ul.options { @for option in &action.options {
                @let order = if action.options.len() == 1 { action.action.clone() } else { format!("{} {}", action.action, option.option) };
                @let label = match wording.offered(&action.action, &option.option) {
                    Some(terms) => upper_first(&terms),
                    None if action.options.len() == 1 => String::new(),
                    None => upper_first(wording.option(&option.option).trim_matches([' ', '(', ')'])),
                };
                @let cost: Vec<String> = option.cost.iter().map(|(budget, cost)| amount(budget, *cost)).collect();
                @let drafted = view.draft.contains(&order);
                li.off[option.refusal.is_some()] {
                    span.option { @if !label.is_empty() { b { (label) } " " }
                        span.quiet { (if cost.is_empty() { "free".to_owned() } else { cost.join(", ") }) } }
                    @match &option.refusal {
                        _ if drafted => span.badge.good { "in your draft" },
                        None => span.acts {
                            a.button.quiet href={ (path) "/preview?order=" (order.replace(' ', "+")) } data-inline="preview" {
                                "Preview" span.unseen { " " (action.title) " " (label) } }
                            (button(path, "order", &[("order", &order)], "Add", "", &format!("{} {label}", action.title)))
                        },
                        Some(why) => span.why { "Not now: " (line(why))
                            @if let Some(near) = &option.near { ". Near: " (wording.decision(near)) } "." }
                    }
                }
            } }
        }
    }
}

fn ballots(table: &Table, view: &SeatView, path: &str, decided: bool) -> Markup {
    let scenario = &table.course().source.scenario;
    let catalogue = &scenario.catalogue;
    let wording = Wording::new(scenario);
    html! {
        @if view.motions.is_empty() { p.empty { "Nothing stands to be voted on by you." } }
        @for motion in &view.motions {
            article.motion id={ "m-" (motion.motion) } {
                h3 { (line(&motion.title)) }
                p.small { (line(&motion.institution))
                    @if let Some(by) = &motion.by { ", tabled by " (wording.player(by)) } ". "
                    @if let Some(kind) = catalogue.motion(&motion.motion).map(|found| &catalogue.motions[found.index()]) {
                        (rule(kind.rule)) " "
                        @let vetoes: Vec<&str> = catalogue.institutions[kind.institution.index()].members.iter()
                            .filter(|member| member.veto).map(|member| member.title.as_str()).collect();
                        @if matches!(kind.rule, Rule::MajorityWithVeto { .. }) && !vetoes.is_empty() {
                            "A no of any of these stops it: " (listed(&vetoes.iter().map(|member| (*member).to_owned()).collect::<Vec<_>>())) "."
                        }
                    }
                }
                p.small { (upper_first(&show::leaning(motion.stake_share))) "." }
                div.votes { @for (word, vote) in [("yes", Vote::Yes), ("no", Vote::No), ("abstain", Vote::Abstain)] {
                    @if motion.vote == Some(vote) { span.badge.good { (word) } }
                    @else if !view.submitted && !decided { (button(path, "vote", &[("motion", &motion.motion), ("vote", word)], &upper_first(word), "", &motion.title)) }
                } @if motion.vote.is_none() { span.quiet { "not cast: counts as an abstention" } } }
            }
        }
    }
}

fn rule(rule: Rule) -> String {
    match rule {
        Rule::Consensus => "It is carried unless a member votes no.".into(),
        Rule::Majority { yes } => format!("It is carried with {yes} yes votes."),
        Rule::MajorityWithVeto { yes } => format!("It is carried with {yes} yes votes, unless a veto stops it."),
    }
}

fn talk(table: &Table, player: PlayerId, view: &SeatView, beside: &PageContext, path: &str) -> Markup {
    let course = table.course();
    let scenario = &course.source.scenario;
    let catalogue = &scenario.catalogue;
    let wording = Wording::new(scenario);
    let me = Party::Seat(view.player.clone());
    let own: Vec<_> = course.letters.iter().filter(|letter| letter.from == me || letter.to == me).collect();
    let party = |party: &Party| match party {
        Party::Chair => "Chair".to_owned(),
        Party::Seat(name) if *name == view.player => "You".to_owned(),
        Party::Seat(name) => upper_first(&wording.short_player(name)),
    };
    let mut to: Vec<(String, String)> = Vec::new();
    if course.opening.facilitator {
        to.push(("chair".into(), "The chair".into()));
    }
    to.extend(
        catalogue
            .players
            .iter()
            .filter(|other| other.id != view.player)
            .map(|other| (other.id.clone(), upper_first(&wording.short_player(&other.id)))),
    );
    // Counted by themselves: the table's numbers would tell how many others have asked and offered.
    let requests: Vec<_> = course.requests.iter().filter(|one| one.player == player).enumerate().collect();
    let proposals: Vec<_> = course.proposals.iter().filter(|one| one.player == player).enumerate().collect();
    html! {
        @if own.is_empty() { p.empty { "Nobody has written yet." } }
        ol.letters { @for letter in own.iter().rev().take(12).rev() {
            li.mine[letter.from == me] { p.small.quiet { (party(&letter.from)) " to " (party(&letter.to)) " · " (screen::month(scenario, letter.moment.turn.0)) }
                (screen::paragraphs(&letter.text)) }
        } }
        form.stack method="post" action=(path) { (hidden("message"))
            (choice("to", "To", &to, "")) (words(beside, "message", "text", "Message", 2)) button type="submit" { "Send" }
        }
        @if course.opening.facilitator {
            details.more #ask open[!requests.is_empty()] { summary { "Ask the chair for information" }
                ol.letters { @for (at, one) in &requests { li { p.small.quiet { "Request " (at + 1) " · " (screen::month(scenario, one.asked.turn.0)) }
                    p { (line(&one.text)) }
                    @match &one.answer { Some((_, answer)) => p.answer { b { "Answer: " } (line(answer)) }, None => p.quiet { "Not answered yet." } } } } }
                form.stack method="post" action=(path) { (hidden("request")) (words(beside, "request", "text", "What do you want to know?", 2)) button type="submit" { "Ask" } }
            }
            details.more #offer open[!proposals.is_empty()] { summary { "Propose something that is not on the list" }
                ol.letters { @for (at, one) in &proposals { li { p.small.quiet { "Proposal " (at + 1) } p { (line(&one.text)) }
                    p.quiet { @match &one.state { ProposalState::Open => "The chair has not answered yet.",
                        ProposalState::Promised(_) => "Granted: its price is set aside, and the dice fall with the rulings.",
                        ProposalState::Granted(_, _, true) => "Granted: it succeeded.", ProposalState::Granted(_, _, false) => "Granted: it failed.",
                        ProposalState::Refused(why) => { "Refused: " (line(why)) } } } } } }
                form.stack method="post" action=(path) { (hidden("propose")) (words(beside, "propose", "text", "What do you want to do, how, and to what end?", 3)) button type="submit" { "Propose" } }
            }
        }
    }
}

/// Stands around the number of a device, where a page says which of them reads it. A private character, as for
/// [`super::KEY`].
const READER: &str = "\u{e001}";

/// A page as a device reads it: its own name bears a mark, and those of others none.
#[must_use]
pub fn marked(page: &str, device: Option<u32>) -> String {
    let mut text = String::with_capacity(page.len());
    let mut rest = page;
    while let Some((before, after)) = rest.split_once(READER) {
        text.push_str(before);
        // What somebody typed may hold the character too: only a number between two of them is ours.
        match after.split_once(READER).and_then(|(number, rest)| Some((number.parse::<u32>().ok()?, rest))) {
            Some((number, after)) => {
                if device == Some(number) {
                    text.push_str(" (you)");
                }
                rest = after;
            }
            None => rest = after,
        }
    }
    text.push_str(rest);
    text
}

fn team(beside: &PageContext, path: &str, pin: bool) -> Markup {
    html! {
        section.card #team { h2 { "Your team" }
            ul.mates { @for mate in &beside.mates { li.here[mate.here] { (line(&mate.name)) (READER) (mate.number) (READER)
                span.unseen { (if mate.here { ", here" } else { ", away" }) } } } }
            @if !beside.changes.is_empty() {
                h3 { "Lately" }
                ul.changes { @for (who, what) in beside.changes.iter().rev().take(6) { li { b { (line(who)) } " " (line(what)) } } }
            }
            (forms::pin(path, pin))
        }
    }
}

/// What a package is expected to change, as a picture with intervals.
#[must_use]
pub fn preview(scenario: &Scenario, preview: &Preview) -> Markup {
    let wording = Wording::new(scenario);
    let span = preview.range.1 - preview.range.0;
    let share = if span > 0.0 { 100.0 / span } else { 1.0 };
    let told: Vec<_> = preview.terms.iter().filter(|term| term.change.zero != term.change.used).collect();
    let indicators: Vec<_> = preview.indicators.iter().filter(|one| one.change.zero != one.change.used).collect();
    html! {
        section.preview { h3 { "Preview: " (wording.decisions(&preview.package)) }
            p.small.quiet { "Against " (wording.decisions(&preview.base)) ". Expected change over " (preview.turns) " months in " (preview.futures)
                " imagined futures, as far as you can tell. The bar holds " (format!("{:.0}%", 100.0 * preview.level)) " of the doubt. " (preview.notice) }
            table.changes-of { thead { tr { th scope="col" { "Your payoff, hundredths of its range" } th.picture scope="col" { "Change" } th scope="col" { "In figures" } } }
                tbody {
                    (change_row("All together", &preview.payoff, &|x| signed(share * x)))
                    @for term in told { (change_row(&upper_first(&term.term.replace('_', " ")), &term.change, &|x| signed(share * x))) }
                } }
            @if indicators.is_empty() { p { "No indicator that matters to you changes." } }
            @else { table.changes-of { thead { tr { th scope="col" { "Indicator, at the end" } th.picture scope="col" { "Change" } th scope="col" { "In figures" } } }
                tbody { @for one in indicators { (change_row(&known::name(scenario, &one.indicator), &one.change, &|x| moved(scenario, &one.indicator, x))) } } } }
        }
    }
}

fn change_row(name: &str, change: &PairedDifference, told: &dyn Fn(f64) -> String) -> Markup {
    let words = match (change.mean, change.interval) {
        (Some(mean), Some(interval)) if interval.low <= 0.0 && interval.high >= 0.0 => {
            format!("{} – could be nothing", told(mean))
        }
        (Some(mean), Some(interval)) => {
            format!("{} ({} to {})", told(mean), told(interval.low), told(interval.high))
        }
        (Some(mean), None) => told(mean),
        _ => "no future came to an end".into(),
    };
    html! { tr { th scope="row" { (name) } td.picture { (crate::picture::change(change, name)) } td { (words) } } }
}
