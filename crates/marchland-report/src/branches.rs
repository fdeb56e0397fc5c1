//! Branches of a game, two of them side by side, and what a check of a file found.

use marchland_session::forecast::{Chance, Odds};
use marchland_session::{Branch, Divergence, Ending, Verification};
use marchland_sim::scenario::Scenario;
use maud::{Markup, html};

use crate::number::{counted, trend};
use crate::page::{Page, cell, closing, table};
use crate::picture::{Track, sparkline, track};
use crate::screen::{PLAIN, Screen};
use crate::story::scale::listed as listed_words;
use crate::visible::line;
use crate::wording::{Wording, upper_first};

/// Branches as text.
#[must_use]
pub fn listed(list: &[Branch]) -> String {
    let mut text = String::new();
    for branch in list {
        let begun = match (branch.from, branch.turn) {
            (Some(from), Some(turn)) => format!("left branch {from} at the start of turn {turn}"),
            _ => "the first".to_owned(),
        };
        let stands = if branch.over {
            format!("over after turn {}", branch.stands_in)
        } else {
            format!("stands in turn {}", branch.stands_in)
        };
        let mark = if branch.current { "*" } else { " " };
        text += &format!("{mark} {} {begun}, {stands}\n", branch.branch);
    }
    text
}

/// What two games are called where they stand side by side.
pub type Names<'a> = (&'a str, &'a str);

/// What differs where two games part, a sentence each.
#[must_use]
pub fn differences(scenario: &Scenario, parted: &Divergence) -> Vec<String> {
    let wording = Wording::new(scenario);
    let decided = parted.decisions.iter().map(|one| {
        format!(
            "{} decided in the first to {}; in the second, to {}.",
            upper_first(&wording.short_player(&one.player)),
            decided(&wording, &one.first),
            decided(&wording, &one.second)
        )
    });
    // What is no decision has no other form than its own.
    let players: Vec<String> = parted.decisions.iter().map(|one| format!("{}: ", one.player)).collect();
    let other = parted.what.iter().filter(|what| !players.iter().any(|player| what.starts_with(player.as_str())));
    decided.chain(other.map(|what| format!("{}.", upper_first(&line(what))))).collect()
}

fn decided(wording: &Wording<'_>, names: &[String]) -> String {
    match names {
        [] => "do nothing".to_owned(),
        names => {
            let each = names.iter().map(|name| match name.strip_prefix("vote ") {
                Some(_) => format!("vote {}", wording.decision(name)),
                None => wording.decision(name),
            });
            listed_words(&each.collect::<Vec<_>>())
        }
    }
}

/// The month in which a turn is played.
fn month(scenario: &Scenario, turn: u32) -> String {
    crate::story::threads::month(scenario.calendar.start, turn)
}

fn opening(scenario: &Scenario, parted: &Divergence) -> String {
    match parted.turn {
        None => format!(
            "They are the same, as far as both go: {} and {}.",
            counted(parted.turns.0 as u64, "turn"),
            counted(parted.turns.1 as u64, "turn")
        ),
        Some(turn) => format!("They part in turn {turn}, {}.", month(scenario, turn)),
    }
}

/// An indicator side by side.
struct Row {
    title: String,
    /// Its value in each at the end of the last turn that both have.
    first: String,
    second: String,
    /// Its values until then.
    courses: (Vec<f64>, Vec<f64>),
    range: (f64, f64),
    unit: String,
}

fn rows(scenario: &Scenario, parted: &Divergence) -> Vec<Row> {
    let wording = Wording::new(scenario);
    let row = |item: &marchland_session::SideBySide| {
        let id = scenario.catalogue.indicator(&item.indicator)?;
        let (a, b) = item.values.last()?;
        let (first, second) = wording.values(id, *a, *b);
        let title = upper_first(&wording.indicator(id));
        let info = &scenario.catalogue.indicators[id.index()];
        let (range, unit) = (info.range, info.unit.clone());
        Some(Row { title, first, second, courses: item.values.iter().copied().unzip(), range, unit })
    };
    parted.indicators.iter().filter_map(row).collect()
}

/// Which of two futures bodes better, in a sentence: whether those in office hold it to the end in more of the one than of
/// the other, beyond what chance would do between so many games. None where the scenario has no regime.
#[must_use]
pub fn verdict((left, right): (&Odds, &Odds), names: Names<'_>) -> Option<String> {
    let (a, b) = (left.exits.first()?, right.exits.first()?);
    let (share, other) = (a.odds.share?, b.odds.share?);
    let hundred = |share: f64| (100.0 * share).round();
    let told = format!(
        "Nobody is driven from office before the end in {} of 100 futures of {}, and in {} of 100 of {}",
        hundred(share),
        names.0,
        hundred(other),
        names.1
    );
    if left.turn != right.turn {
        let (ahead, months) = match left.turn > right.turn {
            true => (names.0, left.turn - right.turn),
            false => (names.1, right.turn - left.turn),
        };
        let months = crate::story::scale::months(u64::from(months));
        return Some(format!(
            "{told}: {ahead} has come through {months} more already, so that the two do not compare."
        ));
    }
    let apart = a.odds.interval.low > b.odds.interval.high || b.odds.interval.low > a.odds.interval.high;
    let meaning = match (apart, share > other) {
        (true, true) => format!("{} is the safer one for those in office", names.0),
        (true, false) => format!("{} is the safer one for those in office", names.1),
        (false, _) => format!("{} games do not tell the two apart", left.games.min(right.games)),
    };
    Some(format!("{told}: {meaning}."))
}

/// Where two games part, how their indicators went, and which of them bodes better where both go on and their odds are
/// given.
#[must_use]
pub fn side_by_side(scenario: &Scenario, parted: &Divergence, odds: Option<(&Odds, &Odds)>) -> String {
    let mut text = crate::table::show::paragraph(&opening(scenario, parted));
    for what in differences(scenario, parted) {
        text += &Screen::new().paragraph(&what, "  ", PLAIN).text();
    }
    let rows = rows(scenario, parted);
    let common = parted.turns.0.min(parted.turns.1);
    if common > 0 && !rows.is_empty() {
        let stands =
            format!("At the end of {}, the first, the second, and their courses:", month(scenario, common as u32));
        text += &format!("\n{}", crate::table::show::paragraph(&stands));
    }
    let wide = |of: fn(&Row) -> &String| rows.iter().map(|row| of(row).chars().count()).max().unwrap_or(0);
    let (title, a, b) = (wide(|row| &row.title), wide(|row| &row.first), wide(|row| &row.second));
    for row in &rows {
        text += &format!("  {:<title$}  {:>a$}  {:>b$}\n", line(&row.title), row.first, row.second);
        text += &format!("    {}  {}\n", trend(&row.courses.0), trend(&row.courses.1));
    }
    text += &ends(scenario, parted);
    if let Some(verdict) = odds.and_then(|odds| verdict(odds, ("the first", "the second"))) {
        text += &format!("\n{}", crate::table::show::paragraph(&upper_first(&verdict)));
    }
    text
}

/// Where two games part and how they went, as the parts of a page that has more on it.
#[must_use]
pub(crate) fn cards(scenario: &Scenario, parted: &Divergence, names: Names<'_>) -> Markup {
    let rows = rows(scenario, parted);
    let what = differences(scenario, parted);
    let common = parted.turns.0.min(parted.turns.1).max(1) as u32;
    html! {
        section.card { h2 { "Where they part" }
            p { (opening(scenario, parted)) }
            @if !what.is_empty() { ul { @for one in &what { li { (one) } } } }
            @for (over, name, turns) in [(parted.over.0, names.0, parted.turns.0), (parted.over.1, names.1, parted.turns.1)] {
                @if over { p { (upper_first(name)) " is over, after " (month(scenario, turns.max(1) as u32)) "." } }
            }
        }
        @if !rows.is_empty() {
            section.card { h2 { "How they went" }
                p.small.quiet { "Values at the end of " (month(scenario, common)) ", and their courses until then." }
                div.scroll tabindex="0" { table {
                    thead { tr { th scope="col" { "Indicator" } th.num scope="col" { (upper_first(names.0)) } th scope="col" { "Course" } th.num scope="col" { (upper_first(names.1)) } th scope="col" { "Course" } } }
                    tbody { @for row in &rows {
                        tr { th scope="row" { (line(&row.title)) } td.num { (row.first) } td { (sparkline(&row.courses.0, &row.title)) } td.num { (row.second) } td { (sparkline(&row.courses.1, &row.title)) } }
                    } }
                } }
            }
        }
    }
}

/// Which of them are over.
fn ends(scenario: &Scenario, parted: &Divergence) -> String {
    let over = |which: &str, turns: usize| {
        crate::table::show::paragraph(&format!("The {which} is over, after {}.", month(scenario, turns.max(1) as u32)))
    };
    let first = if parted.over.0 { over("first", parted.turns.0) } else { String::new() };
    let second = if parted.over.1 { over("second", parted.turns.1) } else { String::new() };
    first + &second
}

/// The same as a page: one file that needs nothing but itself, and prints to A4.
#[must_use]
pub fn page(
    scenario: &Scenario,
    parted: &Divergence,
    odds: Option<(&Odds, &Odds)>,
    names: Names<'_>,
    notice: &str,
) -> String {
    let title = format!("{} – two futures", scenario.title);
    let mut page = Page::new(&title, &format!("{} · two futures · {notice}", scenario.title));
    let turns = parted.turns.0.max(parted.turns.1).max(1) as u32;
    page.add(html! {
        p.kicker { "Two futures: " (names.0) " and " (names.1) }
        h1 { (scenario.title) }
        div.box {
            p { (opening(scenario, parted)) " " (ends(scenario, parted).trim()) }
            @if let Some(verdict) = odds.and_then(|odds| verdict(odds, ("the first", "the second"))) { p { b { (upper_first(&verdict)) } } }
        }
    });
    let what = differences(scenario, parted);
    if !what.is_empty() {
        page.add(html! { h2 { "What was done differently" } ul { @for one in &what { li { (one) } } } });
    }
    let rows = rows(scenario, parted);
    if !rows.is_empty() {
        let common = parted.turns.0.min(parted.turns.1).max(1) as u32;
        let cells: Vec<Vec<Markup>> =
            rows.iter().map(|row| vec![cell(&row.title), cell(&row.first), cell(&row.second)]).collect();
        page.add(html! {
            h2 { "Where they stand after " (month(scenario, common)) }
            (table("", &["", "The first", "The second"], &cells))
            h2 { "How they went there" }
            p.small.quiet { "Black: the first. Blue rings: the second." }
            div.cards {
                @for row in &rows {
                    @let (first, second) = &row.courses;
                    @let all: Vec<f64> = first.iter().chain(second).copied().collect();
                    @let one: Vec<(u32, f64)> = (1u32..).zip(first.iter().copied()).collect();
                    @let other: Vec<(u32, f64, f64)> = (1u32..).zip(second).map(|(turn, value)| (turn, *value, 0.0)).collect();
                    @let scale = marchland_session::review::scale(row.range, &all);
                    (track(&Track { title: &row.title, unit: &row.unit, scale, turns, values: &one, beliefs: &other, marks: &[] }))
                }
            }
        });
    }
    page.add(html! {
        h2 { "What may come of each" }
        @match odds {
            Some((left, right)) => {
                p.small.quiet { (left.games) " games from where each stands to the end, whose odds are conditional on the model. " (left.notice) }
                (odds_table(scenario, left, right))
            }
            None => p { "Odds are of games that go on: one of these is over, or none were asked for." }
        }
        (closing(&[notice]))
    });
    page.finish()
}

/// Chances of every end in each, with their intervals, and where indicators stand in the middle future.
fn odds_table(scenario: &Scenario, left: &Odds, right: &Odds) -> Markup {
    let wording = Wording::new(scenario);
    let chance = |chance: &Chance| {
        let interval = chance.odds.interval;
        let share = 100.0 * chance.odds.share.unwrap_or(0.0);
        cell(format!("{share:.0} of 100 ({:.0} to {:.0})", 100.0 * interval.low, 100.0 * interval.high))
    };
    let named = |name: &str| cell(upper_first(&name.replace('_', " ")));
    let ends: Vec<Vec<Markup>> =
        left.statuses.iter().zip(&right.statuses).map(|(a, b)| vec![named(&a.outcome), chance(a), chance(b)]).collect();
    let exits: Vec<Vec<Markup>> =
        left.exits.iter().zip(&right.exits).map(|(a, b)| vec![named(&a.outcome), chance(a), chance(b)]).collect();
    let middle: Vec<Vec<Markup>> = left
        .fans
        .iter()
        .zip(&right.fans)
        .filter_map(|(a, b)| {
            let id = scenario.catalogue.indicator(&a.indicator)?;
            let (one, two) = wording.values(id, a.turns.last()?.median, b.turns.last()?.median);
            Some(vec![cell(upper_first(&wording.indicator(id))), cell(one), cell(two)])
        })
        .collect();
    html! {
        (table("", &["How it stands at the end", "The first", "The second"], &ends))
        @if !exits.is_empty() { (table("", &["How office is first lost irregularly", "The first", "The second"], &exits)) }
        @if !middle.is_empty() { (table("", &["At the end, in the middle future", "The first", "The second"], &middle)) }
    }
}

/// What a check of a game's file found.
#[must_use]
pub fn verified(verified: &Verification) -> String {
    let counts = format!(
        "{}, {}, {} entr{} in {} branch{}",
        counted(verified.turns as u64, "turn"),
        counted(verified.decisions as u64, "decision"),
        verified.entries,
        if verified.entries == 1 { "y" } else { "ies" },
        verified.branches,
        if verified.branches == 1 { "" } else { "es" }
    );
    match &verified.first_difference {
        None => {
            let end = match verified.ending {
                Ending::Closed | Ending::Old => String::new(),
                Ending::Played => "It is being played at the moment.\n".to_owned(),
                Ending::Open { bytes: 0 } => {
                    "Its last sitting was not closed: the program was ended, or the end of the file is missing. \
                     A head that was written down (--head) tells which.\n"
                        .to_owned()
                }
                Ending::Open { bytes } => format!(
                    "Its last sitting was not closed, and {bytes} bytes at its end are the beginning of something \
                     that was not acknowledged, unless the end of the file is missing: --head tells which.\n"
                ),
            };
            format!(
                "It holds: {counts}. Last hash {}. That proves against accidents; against whoever may write to the \
                 file, compare a head written down (--head) or a signature (--key).\n{end}",
                verified.head
            )
        }
        Some(difference) => format!("It does not hold: {difference}. ({counts})\n"),
    }
}

/// Whether a head that was written down was found in the log of `entries` entries, and at which; nothing
/// where none was asked for.
#[must_use]
pub fn head_found(known: Option<Option<u64>>, entries: usize) -> String {
    match known {
        Some(Some(entry)) => {
            format!("Entry {entry} of {entries} has the head given: everything up to it is what it was then.\n")
        }
        Some(None) => {
            "No entry has the head given: what was entered up to then was changed or taken away.\n".to_owned()
        }
        None => String::new(),
    }
}

/// The signature of a game's head where there is one, and whether one that was kept was found, and at which of `entries`.
#[must_use]
pub fn signed(signature: Option<&String>, known: Option<Option<u64>>, entries: usize) -> String {
    let found = match known {
        Some(Some(entry)) => format!(
            "Entry {entry} of {entries} has the signature given: everything up to it is what was signed with this key.\n"
        ),
        Some(None) => {
            "No entry has the signature given: what was signed was changed or taken away, or the key is another.\n"
                .to_owned()
        }
        None => String::new(),
    };
    let signature =
        signature.map_or_else(String::new, |signature| format!("Signature of the head with this key: {signature}\n"));
    signature + &found
}
