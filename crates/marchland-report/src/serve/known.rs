//! What is known, as rows of a table; news, as a list by month.

use marchland_game::Turn;
use marchland_session::{Knowledge, News};
use marchland_sim::scenario::Scenario;
use maud::{Markup, html};

use crate::number::{DOUBT, is_share, number, percent};
use crate::picture::sparkline;
use crate::story::phrases::Phrases;
use crate::story::scale::gauge;
use crate::visible::line;
use crate::wording::{Wording, upper_first};

/// The name of what is known.
pub(super) fn name(scenario: &Scenario, path: &str) -> String {
    let id = scenario.catalogue.indicator(path);
    id.map_or_else(|| path.to_owned(), |id| upper_first(&Wording::new(scenario).indicator(id)))
}

/// A value as people say it: the word for its level first, where it has one.
pub(super) fn value(scenario: &Scenario, known: &Knowledge) -> String {
    match (known.unit.as_str(), known.value) {
        ("flag", 0.0) => "no".to_owned(),
        ("flag", 1.0) => "yes".to_owned(),
        _ => match scenario.catalogue.indicator(&known.indicator) {
            Some(id) => gauge(scenario, &Wording::new(scenario), id, known.value),
            None => number(known.value),
        },
    }
}

/// How sure it is.
pub(super) fn doubt(known: &Knowledge) -> String {
    match (known.sd > 0.0, known.age) {
        (false, Some(_)) => "exact".to_owned(),
        (false, None) => "a guess".to_owned(),
        (true, _) if is_share(&known.unit) => format!("± {} points", percent(DOUBT * known.sd, 0)),
        (true, _) => format!("± {}", number(DOUBT * known.sd)),
    }
}

/// How old it is.
pub(super) fn age(known: &Knowledge) -> String {
    match known.age {
        None => "public expectation".to_owned(),
        Some(0) => "now".to_owned(),
        Some(1) => "a month ago".to_owned(),
        Some(months) => format!("{months} months ago"),
    }
}

/// How it moved of late, in a word.
fn movement(known: &Knowledge) -> &'static str {
    let [.., before, now] = known.trend[..] else { return "" };
    let step = now - before;
    if step.abs() <= 0.005 * marchland_game::number::max(before.abs(), 1e-9) {
        "steady"
    } else if step > 0.0 {
        "rising"
    } else {
        "falling"
    }
}

/// What is known, a row each.
pub(super) fn table(scenario: &Scenario, list: &[Knowledge], aims: &[(String, bool)]) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label="What is known" {
        table.known {
            thead { tr {
                th scope="col" { "Indicator" } th.num scope="col" { "Value" } th scope="col" { "Doubt" }
                th scope="col" { "As of" } th scope="col" { "Trend" }
            } }
            tbody { @for known in list {
                @let name = name(scenario, &known.indicator);
                tr.faded[known.age.is_none_or(|age| age > 2)] {
                    th scope="row" title=(line(&known.meaning)) {
                        (name)
                        @if let Some((_, up)) = aims.iter().find(|(path, _)| *path == known.indicator) {
                            " " span.tag { (if *up { "you want more" } else { "you want less" }) }
                        }
                    }
                    td.num { b { (value(scenario, known)) } }
                    td { (doubt(known)) }
                    td { (age(known)) }
                    td.trend { (sparkline(&known.trend, &format!("{name}: {} months", known.trend.len()))) " " (movement(known)) }
                }
            } }
        }
        }
    }
}

/// What was learnt, month by month, the last first.
pub(super) fn news(scenario: &Scenario, list: &[News], own: &str) -> Markup {
    if list.is_empty() {
        return html! { p.quiet { "Nothing new." } };
    }
    let wording = Wording::new(scenario);
    let phrases = Phrases { scenario };
    let who = |name: &str| upper_first(&wording.short_player(name));
    let mut sorted: Vec<&News> = list.iter().filter(|item| item.kind != "message").collect();
    sorted.sort_by_key(|item| std::cmp::Reverse(item.turn));
    html! {
        @for month in sorted.chunk_by(|a, b| a.turn == b.turn) {
            @let date = scenario.calendar.start.of(Turn(month[0].turn));
            h3.month { (date.month_name()) " " (date.year) }
            ul.news { @for item in month {
                li class=(item.kind) {
                    @match item.kind {
                        "order" => { b { (who(&item.who)) } " " (phrases.named(&item.what)) "." }
                        "ruling" => {
                            span.tag { "your order" } " " (upper_first(&wording.decision(&item.what))) ": "
                            b { (line(&item.result)) } "."
                        }
                        "vote" => { span.tag { "vote" } " " (line(&item.what)) " " b { (item.result) } "." }
                        "proposal" => {
                            span.tag { "free action" } " " b { (if item.who == own { "You".to_owned() } else { who(&item.who) }) }
                            ": " (line(&item.what)) " – " (line(&item.result)) "."
                        }
                        _ => @match item.fact {
                            Some(fact) => { (phrases.fact(fact)) "." }
                            None => { (line(&item.what)) }
                        }
                    }
                }
            } }
        }
    }
}
