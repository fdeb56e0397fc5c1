//! What a person reads at the table.

use marchland_game::{Date, DealId, DealMove, IndicatorId, Stage, Vote};
use marchland_session::{Course, Knowledge, News, OptionView, OrderView, SeatView, TalkState, TalkView};
use marchland_sim::scenario::Scenario;

use crate::number::{DOUBT, counted, money, number, percent, trend};
use crate::story::scale::{in_percent, said};
use crate::visible::line;
use crate::wording::{Wording, upper_first};

pub use super::rulings::{how_many, rulings, waiting};

/// Actions that are shown before anybody asks for more.
pub const FIRST: usize = 12;

/// The heading of a stage.
pub fn heading(view: &SeatView) -> String {
    let round = if view.moment.round.0 > 0 { format!(", week {}", view.moment.round.0 + 1) } else { String::new() };
    let stage = match view.moment.stage {
        Stage::Orders => "orders",
        Stage::Ballots => "votes",
    };
    format!(
        "{} \u{b7} {} \u{b7} turn {} of {}{round} \u{b7} {stage}\n",
        upper_first(&view.title),
        month(&view.date),
        view.moment.turn.0,
        view.turns
    )
}

/// `2010-04` as `April 2010`.
pub fn month(date: &str) -> String {
    let parts: Vec<u16> = date.split('-').filter_map(|part| part.parse().ok()).collect();
    match parts[..] {
        [year, month] => format!("{} {year}", Date { year, month: month as u8 }.month_name()),
        _ => date.to_owned(),
    }
}

/// Everything that a seat sees at the start of a stage.
pub fn view(scenario: &Scenario, view: &SeatView) -> String {
    let mut text = heading(view);
    if !view.in_office {
        text += match &view.offered {
            Some(_) => fallen(scenario, view),
            None => "You are not in office, and have nothing to decide.\n".to_owned(),
        }
        .as_str();
    }
    text += &knowledge(scenario, &view.knowledge, "What you know");
    // What came in the month before was read when this month began.
    let begun = view.moment.round.0 == 0 && view.moment.stage == Stage::Orders;
    let fresh: Vec<News> = view.news.iter().filter(|news| begun || news.turn >= view.moment.turn.0).cloned().collect();
    text += &news(scenario, &fresh, &view.player);
    if !view.in_office {
        return text;
    }
    text += &talks(scenario, view);
    match view.moment.stage {
        Stage::Orders => {
            text += &orders(
                scenario,
                view,
                &view.actions.iter().filter(|action| open(action)).take(FIRST).collect::<Vec<_>>(),
            );
            let shown = view.actions.iter().filter(|action| open(action)).count().min(FIRST);
            let more = view.actions.len() - shown;
            if more > 0 {
                text += &format!(
                    "  \u{2026} {more} more: `orders all`, or by instrument: {}; `orders N` says what one does\n",
                    instruments(view).join(", ")
                );
            }
            text += &draft(scenario, view);
        }
        Stage::Ballots => text += &motions(scenario, view),
    }
    text
}

/// What somebody may do whose office has fallen.
pub fn fallen(scenario: &Scenario, view: &SeatView) -> String {
    match &view.offered {
        Some(heir) => format!(
            "Your office has fallen. You are offered the seat of {}: `take` moves you there, and this one keeps its \
             record; `leave` hands the keyboard on, and you watch from here on.\n",
            Wording::new(scenario).player(heir)
        ),
        None => "Your office has fallen; you have nothing to decide.\n".to_owned(),
    }
}

/// Whether any option of an action may be ordered.
fn open(action: &OrderView) -> bool {
    action.options.iter().any(|option| option.refusal.is_none())
}

/// The instruments of a seat's actions, in order.
pub fn instruments(view: &SeatView) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for action in &view.actions {
        if !names.contains(&action.instrument.as_str()) {
            names.push(&action.instrument);
        }
    }
    names
}

/// A role.
pub fn briefing(scenario: &Scenario, view: &SeatView, aims: &[String]) -> String {
    let wording = Wording::new(scenario);
    let mut text = heading(view);
    for part in [&view.briefing, &view.private_briefing] {
        if !part.is_empty() {
            text += &paragraph(part);
        }
    }
    if !view.aims.is_empty() {
        for (wanted, lead) in [(true, "You play for more of:"), (false, "And for less of:")] {
            let named = view.aims.iter().filter(|(_, up)| *up == wanted);
            let list: Vec<String> =
                named.filter_map(|(path, _)| Some(wording.indicator(scenario.catalogue.indicator(path)?))).collect();
            if !list.is_empty() {
                text += &paragraph(&format!("{lead} {}.", list.join("; ")));
            }
        }
    }
    if !aims.is_empty() {
        text += &paragraph(&format!("What this game is for: {}.", aims.join("; ")));
    }
    text += &paragraph(
        "Everything entered at this table is written down: orders, votes, messages, proposals, what is undone, and \
         the facilitator's notes. A review shows seats by their office.",
    );
    text
}

/// A value with what people call its level before it.
fn leveled(scenario: &Scenario, id: IndicatorId, known: &Knowledge, value: String) -> String {
    match scenario.telling.scale(id).filter(|_| known.label.is_none()).and_then(|scale| scale.word(known.value)) {
        Some(word) => format!("{word}: {value}"),
        None => value,
    }
}

/// What is known, a line each.
pub fn knowledge(scenario: &Scenario, list: &[Knowledge], heading: &str) -> String {
    let wording = Wording::new(scenario);
    let name = |known: &Knowledge| {
        scenario
            .catalogue
            .indicator(&known.indicator)
            .map_or_else(|| known.indicator.clone(), |id| wording.indicator(id))
    };
    let width = list.iter().map(|known| name(known).chars().count()).max().unwrap_or(0).min(56);
    let sure = list.iter().all(|known| known.sd == 0.0);
    let key = if sure { "" } else { " (\u{b1}: nineteen reports in twenty lie within it)" };
    let mut text = format!("{heading}{key}\n");
    for known in list {
        let value = scenario.catalogue.indicator(&known.indicator).map_or_else(
            || number(known.value),
            |id| leveled(scenario, id, known, value(scenario, &wording, id, known)),
        );
        let error = if known.sd > 0.0 { format!(" \u{b1} {}", spread(scenario, known)) } else { String::new() };
        let age = match known.age {
            None => "not seen: public expectation".to_owned(),
            Some(0) => "now".to_owned(),
            Some(1) => "a month old".to_owned(),
            Some(months) => format!("{months} months old"),
        };
        let what = name(known);
        let gap = " ".repeat(width.saturating_sub(what.chars().count()));
        text += &format!("  {what}{gap}  {value}{error}, {age}  {}\n", trend(&known.trend));
    }
    text
}

/// A value as people say it; a flag is a yes or a no.
fn value(scenario: &Scenario, wording: &Wording<'_>, id: IndicatorId, known: &Knowledge) -> String {
    match (known.unit.as_str(), known.value) {
        ("flag", 0.0) => "no".to_owned(),
        ("flag", 1.0) => "yes".to_owned(),
        _ => said(scenario, wording, id, known.value),
    }
}

/// The size of an error: of a share in points, of anything else in the unit that stands before it.
fn spread(scenario: &Scenario, known: &Knowledge) -> String {
    if scenario.catalogue.indicator(&known.indicator).is_some_and(|id| in_percent(scenario, id)) {
        return format!("{} points", percent(DOUBT * known.sd, 0));
    }
    number(DOUBT * known.sd)
}

/// What reached a seat, month by month; what one player ordered in a month, or what became of the seat's own
/// orders, in one paragraph.
pub fn news(scenario: &Scenario, list: &[News], own: &str) -> String {
    if list.is_empty() {
        return String::new();
    }
    let wording = Wording::new(scenario);
    let phrases = crate::story::phrases::Phrases { scenario };
    let who = |name: &str| upper_first(&wording.short_player(name));
    let mut text = String::from("What reached you\n");
    let mut list: Vec<&News> = list.iter().collect();
    list.sort_by_key(|item| item.turn);
    for group in list
        .chunk_by(|a, b| matches!(a.kind, "order" | "ruling") && (a.turn, a.kind, &a.who) == (b.turn, b.kind, &b.who))
    {
        let item = group[0];
        let date = scenario.calendar.start.of(marchland_game::Turn(item.turn));
        let all = |each: &dyn Fn(&News) -> String| group.iter().map(|one| each(one)).collect::<Vec<_>>().join("; ");
        let line = match item.kind {
            "order" => {
                let each: Vec<String> = group.iter().map(|one| phrases.named(&one.what)).collect();
                format!("{} {}", who(&item.who), crate::story::month::listed_acts(&each))
            }
            "ruling" => {
                let each = |one: &News| format!("{} \u{2013} {}", wording.decision(&one.what), one.result);
                format!("Your orders: {}", all(&each))
            }
            "vote" => format!("Vote, \u{201c}{}\u{201d}: {}", item.what, item.result),
            "message" => format!("{} to you: {}", who(&item.who), line(&item.what)),
            "proposal" => {
                // Its own are numbered, as it names them.
                let numbered = item.what.strip_prefix('(').and_then(|text| text.split_once(") "));
                let (whose, what) = match numbered.filter(|_| item.who == own) {
                    Some((number, what)) => (format!("Your free action {number}"), what),
                    None => (format!("{}: a free action", who(&item.who)), item.what.as_str()),
                };
                format!("{whose}, \u{201c}{}\u{201d} \u{2013} {}", line(what), line(&item.result))
            }
            _ => item.fact.map_or_else(|| item.what.clone(), |fact| phrases.fact(fact)),
        };
        let stop = if line.ends_with(['.', '!', '?']) { "" } else { "." };
        text += &paragraph(&format!("{}. {line}{stop}", date.month_name()));
    }
    text
}

/// What is on the table and what is agreed between a seat and others, a paragraph each; empty where nothing is.
pub fn talks(scenario: &Scenario, view: &SeatView) -> String {
    let list: String = talk_sentences(scenario, view, view.moment.stage == Stage::Orders)
        .iter()
        .map(|(_, one)| paragraph(one))
        .collect();
    if list.is_empty() { list } else { format!("Offers and agreements\n{list}") }
}

/// The same, each with what is said of it; with the numbers of the orders that answer, where those are typed.
pub(crate) fn talk_sentences<'v>(
    scenario: &Scenario,
    view: &'v SeatView,
    numbered: bool,
) -> Vec<(&'v TalkView, String)> {
    let wording = Wording::new(scenario);
    let catalogue = &scenario.catalogue;
    let sentence = |talk: &TalkView| {
        let id = catalogue.deal(&talk.deal)?;
        let deal = &catalogue.deals[id.index()];
        let number = |what: DealMove| deal_order(scenario, view, talk, what).filter(|_| numbered).map(|own| own.number);
        let answers =
            [(DealMove::Accept, "accepts"), (DealMove::Reject, "rejects"), (DealMove::Offer, "offers other terms")];
        let answers = answers.iter().filter_map(|(what, does)| Some(format!("{} {does}", number(*what)?)));
        let answers = answers.collect::<Vec<_>>().join(", ");
        let breaks = number(DealMove::Break).map_or_else(String::new, |own| format!("; {own} breaks it"));
        let offers = &catalogue.actions[catalogue.deal_action(id, DealMove::Offer).index()].options;
        let offer = offers.iter().position(|option| option.id == talk.offer);
        let terms = offered(scenario, id, offer);
        let with = wording.short_player(&talk.with);
        let title = &deal.title;
        let until = talk.until.as_deref().map(month);
        let by = |word: &str| until.as_ref().map_or_else(String::new, |until| format!(" {word} {until}"));
        Some(match talk.state {
            TalkState::Received => format!(
                "{} offers you terms on {title}{terms}. They stand{}{}.",
                upper_first(&with),
                by("until the end of"),
                if answers.is_empty() { answers } else { format!(": {answers}") }
            ),
            TalkState::Made => {
                format!("You have offered {with} terms on {title}{terms}. They stand{}.", by("until the end of"))
            }
            TalkState::Waiting => format!(
                "You and {with} have agreed on {title}{terms}; it waits for what it depends on{}.",
                by("until the end of")
            ),
            TalkState::InForce => format!(
                "You and {with} have agreed on {title}{terms}, in force{}{breaks}.",
                until.as_ref().map_or_else(|| " for good".to_owned(), |until| format!(" until the end of {until}")),
            ),
        })
    };
    view.talks.iter().filter_map(|talk| Some((talk, sentence(talk)?))).collect()
}

/// A seat's order that does this about a deal of its own.
pub(crate) fn deal_order<'v>(
    scenario: &Scenario,
    view: &'v SeatView,
    talk: &TalkView,
    what: DealMove,
) -> Option<&'v OrderView> {
    let catalogue = &scenario.catalogue;
    let action = catalogue.deal_action(catalogue.deal(&talk.deal)?, what);
    view.actions.iter().find(|own| own.action == catalogue.actions[action.index()].id)
}

/// The terms of an offer in brackets, with what it depends on; empty where the scenario has no words for them.
fn offered(scenario: &Scenario, id: DealId, offer: Option<usize>) -> String {
    let terms = crate::story::deals::terms(scenario, id, offer);
    let deal = &scenario.catalogue.deals[id.index()];
    let link = offer.and_then(|at| deal.links.get(usize::from(deal.offers.get(at)?.link?)));
    let given = link.map(|other| format!("on condition of {}", scenario.catalogue.deals[other.index()].title));
    let said: Vec<String> =
        (!terms.is_empty()).then(|| crate::story::scale::listed(&terms)).into_iter().chain(given).collect();
    if said.is_empty() { String::new() } else { format!(" ({})", said.join(", ")) }
}

/// Actions with their options, grouped by instrument. What cannot be done about a deal now is said once for the deal.
pub fn orders(scenario: &Scenario, view: &SeatView, actions: &[&OrderView]) -> String {
    let mut text = String::from("What you may order\n");
    let mut instrument = "";
    let mut closed: Vec<&OrderView> = Vec::new();
    let deal = |action: &OrderView| {
        let id = scenario.catalogue.action(&action.action)?;
        scenario.catalogue.deal_move(id)
    };
    let of = |action: &OrderView| deal(action).map(|(deal, _)| deal);
    for action in actions {
        if closed.first().is_some_and(|first| of(first) != of(action)) {
            text += &out_of_reach(scenario, view, &std::mem::take(&mut closed));
        }
        let answers = deal(action).is_some_and(|(_, what)| what != DealMove::Offer);
        if answers && action.options.iter().all(|option| option.refusal.is_some()) && actions.len() > 1 {
            closed.push(action);
            continue;
        }
        if action.instrument != instrument {
            instrument = &action.instrument;
            text += &format!("  {instrument}\n");
        }
        let visibility =
            if action.visibility == "public" { String::new() } else { format!(" ({})", action.visibility) };
        text += &format!("  {:>3} {}{visibility}", action.number, line(&action.title));
        let alike = action.options.first().filter(|first| {
            first.refusal.is_some() && action.options.iter().all(|other| other.refusal == first.refusal)
        });
        let other = other_side(scenario, view, action);
        let of_side = |text: String| match &other {
            Some(other) => text.replace("the other side", other),
            None => text,
        };
        if let [only] = &action.options[..] {
            text += &of_side(format!("  {}\n", option(view, only, "")));
        } else if let Some(first) = alike {
            // What none of them allows is said once.
            text += &of_side(format!("  {}\n", option(view, first, "")));
        } else {
            text += "\n";
            for one in &action.options {
                let name = match Wording::new(scenario).offered(&action.action, &one.option) {
                    Some(terms) => format!("{} ({terms})", one.option),
                    None => one.option.clone(),
                };
                text += &of_side(format!("        {}\n", option(view, one, &name)));
            }
        }
    }
    text += &out_of_reach(scenario, view, &closed);
    if actions.is_empty() {
        text += if view.submitted { "  nothing: you have confirmed this stage\n" } else { "  nothing, now\n" };
    }
    text
}

/// One action, with what it does.
pub fn order(scenario: &Scenario, view: &SeatView, action: &OrderView) -> String {
    orders(scenario, view, &[action]) + &paragraph(action.meaning.trim())
}

/// Who is on the other side of the deal that an action is about; none where it is about none.
fn other_side(scenario: &Scenario, view: &SeatView, action: &OrderView) -> Option<String> {
    let catalogue = &scenario.catalogue;
    let (deal, _) = catalogue.deal_move(catalogue.action(&action.action)?)?;
    let other = catalogue.deals[deal.index()].parties.into_iter().map(|party| &catalogue.players[party.index()].id);
    other.into_iter().find(|id| **id != view.player).map(|id| Wording::new(scenario).short_player(id))
}

/// Answers to a deal that cannot be given now, in one line: their numbers, why, and what can be done about it instead.
fn out_of_reach(scenario: &Scenario, view: &SeatView, actions: &[&OrderView]) -> String {
    let (Some(first), Some(last)) = (actions.first(), actions.last()) else { return String::new() };
    let catalogue = &scenario.catalogue;
    let of = |action: &OrderView| catalogue.deal_move(catalogue.action(&action.action)?);
    let verbs: Vec<String> = actions
        .iter()
        .filter_map(|action| {
            let verb = match of(action)?.1 {
                DealMove::Offer => "offer",
                DealMove::Accept => "accept",
                DealMove::Reject => "reject",
                DealMove::Break => "break",
            };
            Some(verb.to_owned())
        })
        .collect();
    let mut reasons: Vec<String> = Vec::new();
    for option in actions.iter().flat_map(|action| &action.options) {
        let own = option.refusal.clone().unwrap_or_default();
        if !reasons.contains(&own) {
            reasons.push(own);
        }
    }
    let other = other_side(scenario, view, first).unwrap_or_default();
    let why = crate::story::scale::listed(&reasons).replace("the other side", &other);
    // What is near an answer is the deal's own offer, where that is open.
    let deal = of(first).map(|(deal, _)| deal);
    let near = view.actions.iter().filter(|action| of(action).map(|(deal, _)| deal) == deal).find_map(|action| {
        let open = action.options.iter().find(|option| option.refusal.is_none())?;
        // The one option of an action without any needs no name.
        let option = if action.options.len() > 1 { format!(" {}", open.option) } else { String::new() };
        Some(format!("; near: {}{option}", action.number))
    });
    let numbers = match first.number == last.number {
        true => first.number.to_string(),
        false => format!("{}\u{2013}{}", first.number, last.number),
    };
    let verbs = upper_first(&crate::story::scale::listed(&verbs));
    format!("  {numbers:>5} {verbs}  not now, because {why}{}\n", near.unwrap_or_default())
}

/// An amount of a budget: `US$ 12 m`, `attention 1`.
fn amount(budget: &str, amount: f64) -> String {
    match budget {
        // The one budget with a unit.
        "money" => money(amount),
        budget => format!("{} {}", budget.replace('_', " "), number(amount)),
    }
}

fn option(view: &SeatView, option: &OptionView, named: &str) -> String {
    let cost: Vec<String> = option.cost.iter().map(|(budget, cost)| amount(budget, *cost)).collect();
    let name = if named.is_empty() { String::new() } else { format!("{named}: ") };
    let cost = if cost.is_empty() { "free".to_owned() } else { cost.join(", ") };
    match (&option.refusal, &option.near) {
        (None, _) => format!("{name}{cost}"),
        (Some(why), None) => format!("{name}not now, because {why}"),
        (Some(why), Some(near)) => format!("{name}not now, because {why}; near: {}", by_number(view, near)),
    }
}

/// An order as it may be typed: the number of its action, and its option.
fn by_number(view: &SeatView, order: &str) -> String {
    let (action, option) = order.split_once(' ').unwrap_or((order, ""));
    match view.actions.iter().find(|known| known.action == action) {
        Some(known) => format!("{} {option}", known.number).trim_end().to_owned(),
        None => order.to_owned(),
    }
}

/// A draft, its orders with their numbers, and what it leaves.
pub fn draft(scenario: &Scenario, view: &SeatView) -> String {
    let wording = Wording::new(scenario);
    let left: Vec<String> = view.budgets.iter().map(|(budget, left)| amount(budget, *left)).collect();
    let orders: Vec<String> = view
        .draft
        .iter()
        .map(|order| {
            let action = order.split(' ').next().unwrap_or(order);
            let listed = view.actions.iter().find(|own| own.action == action);
            let number = listed.map_or_else(String::new, |own| format!("{} ", own.number));
            format!("{number}{}", wording.decision(order))
        })
        .collect();
    let orders = if orders.is_empty() { "nothing".to_owned() } else { orders.join(", ") };
    let left = if left.is_empty() { String::new() } else { format!("; left: {}", left.join(", ")) };
    let own = scenario.catalogue.player(&view.player);
    let deals = scenario.catalogue.deals.iter().any(|deal| deal.parties.iter().any(|party| Some(*party) == own));
    let fit = match view.orders_left {
        0 if deals => "no more orders fit but offers and answers, which do not count".to_owned(),
        0 => "no more orders fit".to_owned(),
        1 => "1 more order fits".to_owned(),
        more => format!("{more} more orders fit"),
    };
    let state = if view.submitted { " Confirmed." } else { "" };
    format!("Your draft: {orders}{left}; {fit}.{state}\n")
}

/// Which way the scenario's stake on a motion leans, as a share of the payoff range: a judgement of its author, no forecast of
/// what a yes will bring.
#[must_use]
pub fn leaning(stake: f64) -> String {
    /// Leanings too small to be told.
    const OPEN: f64 = 0.005;
    let strength = (100.0 * stake.abs()).round();
    match stake {
        stake if stake >= OPEN => format!("your brief leans to yes (strength {strength} of 100)"),
        stake if stake <= -OPEN => format!("your brief leans to no (strength {strength} of 100)"),
        _ => "your brief leaves it open".to_owned(),
    }
}

/// What stands to be voted on.
pub fn motions(scenario: &Scenario, view: &SeatView) -> String {
    if view.motions.is_empty() {
        return "Nothing stands to be voted on by you.\n".to_owned();
    }
    let wording = Wording::new(scenario);
    let mut text = String::from("What stands to be voted on\n");
    for motion in &view.motions {
        let by = motion.by.as_ref().map_or_else(String::new, |by| format!(", tabled by {}", wording.player(by)));
        let vote = match motion.vote {
            None => "not cast: counts as an abstention",
            Some(Vote::Yes) => "yes",
            Some(Vote::No) => "no",
            Some(Vote::Abstain) => "abstain",
        };
        text += &format!(
            "  {}: {} ({}{by})\n      {}; your vote: {vote}\n",
            motion.motion,
            line(&motion.title),
            motion.institution,
            leaning(motion.stake_share),
        );
    }
    text
}

/// A paragraph, broken between words and indented.
pub fn paragraph(text: &str) -> String {
    let mut to = crate::screen::Screen::new();
    to.paragraph(text, "  ", crate::screen::PLAIN);
    to.text()
}

/// How the game ended, for everybody to read.
#[must_use]
pub fn outcome(course: &Course) -> String {
    let outcome = course.game.outcome();
    let exit = match (&outcome.exit, outcome.turn) {
        (Some(exit), Some(turn)) => format!("; the head of government lost office by {exit} in turn {turn}"),
        _ => String::new(),
    };
    let mut text = format!("Outcome after {}: {}{exit}.\n", counted(u64::from(outcome.turns), "turn"), outcome.status);
    for player in course.people() {
        let info = &course.source.scenario.catalogue.players[player.index()];
        if let Some(payoff) = outcome.payoffs[player.index()] {
            let (worst, best) = info.payoffs.range;
            text += &paragraph(&format!(
                "{}: {} on a scale from {} to {}.",
                upper_first(&info.title),
                number(payoff),
                number(worst),
                number(best)
            ));
        }
    }
    text
}
