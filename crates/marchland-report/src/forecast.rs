//! Odds, fans and previews as a terminal shows them.

use std::fmt::Write;

use marchland_game::IndicatorId;
use marchland_session::forecast::{Absent, Basis, Chance, Fan, Odds, Preview};
use marchland_sim::scenario::Scenario;
use marchland_statistics::{PairedDifference, Refusal};

use crate::number::number;
use crate::story::scale::in_percent;
use crate::wording::{Wording, upper_first};

/// Characters of a bar that stands for certainty.
const BAR: usize = 24;
/// Rows of a fan.
const ROWS: usize = 9;

/// The odds of a game, with their intervals and the fans asked for.
#[must_use]
pub fn odds(scenario: &Scenario, odds: &Odds) -> String {
    let wording = Wording::new(scenario);
    let mut text = String::new();
    let basis = match &odds.basis {
        Basis::Truth => "from the true state".to_owned(),
        Basis::Seat(player) => format!("from what {} knows and believes", wording.player(player)),
    };
    let _ = writeln!(
        text,
        "Odds {basis}: {} games from turn {} to turn {}. {}",
        odds.games, odds.turn, odds.last_turn, odds.notice
    );
    if odds.failed > 0 {
        let _ = writeln!(text, "{} games more were stopped by a broken invariant and count nowhere.", odds.failed);
    }
    chances(&mut text, "How it stands at the end", &odds.statuses);
    if !odds.exits.is_empty() {
        chances(&mut text, "How the head of government leaves irregularly, if so", &odds.exits);
    }
    if !odds.payoffs.is_empty() {
        let _ = writeln!(text, "\nPayoffs expected (worst to best, {:.0} % interval)", 100.0 * odds.level);
    }
    for one in &odds.payoffs {
        let title = upper_first(&wording.player(&one.player));
        let value = match (one.payoff.mean, one.payoff.interval) {
            (Some(mean), Some(interval)) => {
                format!("{} [{}, {}]", number(mean), number(interval.low), number(interval.high))
            }
            (Some(mean), None) => number(mean),
            _ => "no whole month in office".to_owned(),
        };
        let _ = writeln!(text, "  {title}: {value} of {} to {}", number(one.range.0), number(one.range.1));
    }
    let refused = odds.payoffs.iter().filter(|one| one.payoff.mean.is_some()).find_map(|one| one.payoff.refusal);
    if let Some(refusal) = refused.filter(|refusal| *refusal != Refusal::Constant) {
        let _ = writeln!(text, "  no intervals: {refusal}");
    }
    text += &fans(scenario, odds);
    if !odds.stand_ins.is_empty() {
        let _ = writeln!(text, "\nWho plays on in these games where the seat cannot be asked:");
    }
    for one in &odds.stand_ins {
        let whom = match one.stands_for {
            Absent::Person => "for a person",
            Absent::Program => "for a program",
            Absent::LookAhead => "for a strategy that looks ahead",
        };
        let _ = writeln!(text, "  {}: {}, {whom}", upper_first(&wording.player(&one.player)), one.strategy);
    }
    if odds.basis != Basis::Truth {
        let _ = writeln!(text, "\nAll seats are played as the scenario publicly assumes.");
    }
    text
}

fn chances(text: &mut String, title: &str, chances: &[Chance]) {
    let _ = writeln!(text, "\n{title}");
    let width = chances.iter().map(|chance| chance.outcome.chars().count()).max().unwrap_or(0);
    for chance in chances {
        let share = chance.odds.share.unwrap_or(0.0);
        let name = chance.outcome.replace('_', " ");
        let pad = " ".repeat(width - name.chars().count());
        let interval = chance.odds.interval;
        let _ = writeln!(
            text,
            "  {name}{pad}  {:>5.1} %  [{:>4.1} to {:>5.1}]  {}",
            100.0 * share,
            100.0 * interval.low,
            100.0 * interval.high,
            "█".repeat((share * BAR as f64).round() as usize)
        );
    }
}

/// The odds in one line: in how many of a hundred futures no irregular end has come by the last turn. Empty where the
/// scenario has no regime.
#[must_use]
pub fn line(scenario: &Scenario, odds: &Odds) -> String {
    let Some(none) = odds.exits.first() else { return String::new() };
    let date = scenario.calendar.start.of(marchland_game::Turn(odds.last_turn));
    // What is not sure is not called so for its roundness.
    let hundred = |share: f64| match (100.0 * share).round() {
        100.0 if share < 1.0 => "more than 99".to_owned(),
        0.0 if share > 0.0 => "fewer than 1".to_owned(),
        whole => format!("{whole:.0}"),
    };
    let (share, interval) = (none.odds.share.unwrap_or(0.0), none.odds.interval);
    let who = match &odds.basis {
        Basis::Truth => String::new(),
        Basis::Seat(player) => {
            let title = upper_first(&Wording::new(scenario).short_player(player));
            format!("{title}, from what it knows, would say: ")
        }
    };
    let text = format!(
        "{who}no uprising, coup or other irregular end by {} {} in {} of 100 futures ({} to {}).",
        date.month_name(),
        date.year,
        hundred(share),
        hundred(interval.low),
        hundred(interval.high)
    );
    upper_first(&text) + "\n" + &mostly(&odds.exits[1..], odds.games)
}

/// By which ways office is lost in the futures that lose it, the commonest first; empty where none does.
fn mostly(exits: &[Chance], games: u64) -> String {
    /// Ways that are named.
    const NAMED: usize = 3;
    let mut ways: Vec<&Chance> = exits.iter().filter(|chance| chance.odds.successes > 0).collect();
    ways.sort_by_key(|chance| std::cmp::Reverse(chance.odds.successes));
    let all: u64 = ways.iter().map(|chance| chance.odds.successes).sum();
    if all == 0 {
        return String::new();
    }
    let named = |chance: &&Chance| format!("{} in {}", chance.outcome.replace('_', " "), chance.odds.successes);
    let named: Vec<String> = ways.iter().take(NAMED).map(named).collect();
    format!("Mostly: {}, of the {all} futures of {games} that end so.\n", named.join(", "))
}

/// The levels that were asked for, each as a fan.
#[must_use]
pub fn fans(scenario: &Scenario, odds: &Odds) -> String {
    let wording = Wording::new(scenario);
    let title = |one: &Fan| match scenario.catalogue.indicator(&one.indicator) {
        Some(id) => upper_first(&wording.indicator(id)),
        None => one.indicator.clone(),
    };
    odds.fans.iter().map(|one| format!("\n{}", fan(&title(one), one))).collect()
}

/// A fan in characters, with its figures below for those who read no picture.
#[must_use]
pub fn fan(title: &str, fan: &Fan) -> String {
    let unit = if fan.unit == "share" || fan.unit.is_empty() { String::new() } else { format!(" ({})", fan.unit) };
    let mut text = format!("{title}{unit}\n");
    let turns: Vec<_> = fan.turns.iter().filter(|turn| turn.median.is_finite()).collect();
    let low = turns.iter().map(|turn| turn.q05).fold(f64::INFINITY, marchland_game::number::min);
    let high = turns.iter().map(|turn| turn.q95).fold(f64::NEG_INFINITY, marchland_game::number::max);
    if turns.is_empty() {
        return text + "  no games\n";
    }
    if high > low {
        let height = (high - low) / (ROWS - 1) as f64;
        let row_of = |value: f64| ((value - low) / height).round() as usize;
        let labels: Vec<String> = [high, 0.5 * (high + low), low].map(number).to_vec();
        let width = labels.iter().map(|label| label.chars().count()).max().unwrap_or(0);
        for row in (0..ROWS).rev() {
            let label = match row {
                row if row == ROWS - 1 => &labels[0],
                row if row == ROWS / 2 => &labels[1],
                0 => &labels[2],
                _ => "",
            };
            let cells: String = turns
                .iter()
                .map(|turn| {
                    let mark = if row == row_of(turn.median) {
                        '━'
                    } else if (row_of(turn.q25)..=row_of(turn.q75)).contains(&row) {
                        '▓'
                    } else if (row_of(turn.q05)..=row_of(turn.q95)).contains(&row) {
                        '░'
                    } else {
                        ' '
                    };
                    [mark, mark]
                })
                .flat_map(IntoIterator::into_iter)
                .collect();
            let _ = writeln!(text, "  {label:>width$} │{}", cells.trim_end());
        }
        let _ = writeln!(text, "  {} └{}", " ".repeat(width), "──".repeat(turns.len()));
        let _ = writeln!(
            text,
            "  {}  turn {} to {}; ━ median, ▓ half of the games, ░ nine in ten",
            " ".repeat(width),
            turns[0].turn,
            turns[turns.len() - 1].turn
        );
    }
    let step = (turns.len().saturating_sub(1) / 4).max(1);
    let mut told: Vec<usize> = (0..turns.len()).step_by(step).collect();
    if told.last() != Some(&(turns.len() - 1)) {
        told.push(turns.len() - 1);
    }
    for at in told {
        let turn = turns[at];
        let _ = writeln!(
            text,
            "  end of turn {:>2}: median {}, nine in ten from {} to {}",
            turn.turn,
            number(turn.median),
            number(turn.q05),
            number(turn.q95)
        );
    }
    text
}

/// What a package is expected to change, with intervals.
#[must_use]
pub fn preview(scenario: &Scenario, preview: &Preview) -> String {
    let wording = Wording::new(scenario);
    let mut text = String::new();
    let _ = writeln!(text, "Preview of: {}", wording.decisions(&preview.package));
    let _ = writeln!(text, "Against:    {}", wording.decisions(&preview.base));
    let _ = writeln!(
        text,
        "Expected change over {} turns, as far as you can tell, in {} imagined futures; in brackets {:.0} % intervals. {}",
        preview.turns,
        preview.futures,
        100.0 * preview.level,
        preview.notice
    );
    let span = preview.range.1 - preview.range.0;
    let share = if span > 0.0 { 100.0 / span } else { 1.0 };
    let _ = writeln!(text, "\nYour payoff, in hundredths of its range");
    let _ = writeln!(text, "  all together: {}", change(&preview.payoff, &|x| signed(share * x)));
    let mut silent: Vec<&str> = Vec::new();
    for term in &preview.terms {
        if nothing(&term.change) {
            silent.push(&term.term);
        } else {
            let end = if term.at_end { ", at the end" } else { "" };
            let _ = writeln!(
                text,
                "  {}{end}: {}",
                term.term.replace('_', " "),
                change(&term.change, &|x| signed(share * x))
            );
        }
    }
    if !silent.is_empty() {
        let _ = writeln!(text, "  unchanged: {}", silent.join(", ").replace('_', " "));
    }
    let _ = writeln!(text, "\nIndicators at the end of those turns");
    let mut any = false;
    for one in preview.indicators.iter().filter(|one| !nothing(&one.change)) {
        any = true;
        let name = match scenario.catalogue.indicator(&one.indicator) {
            Some(id) => upper_first(&wording.indicator(id)),
            None => one.indicator.clone(),
        };
        let _ = writeln!(text, "  {name}: {}", change(&one.change, &|x| moved(scenario, &one.indicator, x)));
    }
    if !any {
        let _ = writeln!(text, "  none changes");
    }
    text
}

fn nothing(change: &PairedDifference) -> bool {
    change.zero == change.used
}

/// `+0.12 [+0.05 to +0.19]`, and a word where the interval does not tell the sign.
fn change(change: &PairedDifference, told: &dyn Fn(f64) -> String) -> String {
    let Some(mean) = change.mean else { return "no future came to an end".to_owned() };
    let mut text = told(mean);
    match (change.interval, change.refusal) {
        (Some(interval), _) => {
            text += &format!(" [{} to {}]", told(interval.low), told(interval.high));
            if interval.low <= 0.0 && interval.high >= 0.0 {
                text += ", could be nothing";
            }
        }
        (None, Some(Refusal::Constant)) => text += ": no future tells the two apart",
        (None, Some(refusal)) => text += &format!(", no interval: {refusal}"),
        (None, None) => {}
    }
    text
}

/// The sign of what falls: as wide as a plus.
const MINUS: char = '\u{2212}';

/// A change with its sign.
#[must_use]
pub fn signed(x: f64) -> String {
    // Less than half a hundredth is nothing that anybody could tell.
    if x.abs() < 0.005 {
        return "0".into();
    }
    format!("{}{}", if x > 0.0 { '+' } else { MINUS }, number(x.abs()))
}

/// A change of an indicator with its sign and in its unit: of a level that is told in per cent, in points.
#[must_use]
pub fn moved(scenario: &Scenario, path: &str, x: f64) -> String {
    let Some(id) = scenario.catalogue.indicator(path) else { return signed(x) };
    let size = match in_percent(scenario, id) {
        true => format!("{} points", number(100.0 * x.abs())),
        false => Wording::new(scenario).size(id, x),
    };
    format!("{}{size}", if x < 0.0 { MINUS } else { '+' })
}

/// What changes would bring: odds and medians of the same futures, without and with them.
#[must_use]
pub fn trial(scenario: &Scenario, wanted: &[IndicatorId], without: &Odds, with: &Odds) -> String {
    let wording = Wording::new(scenario);
    let mut text =
        format!("{} The same {} futures from the truth, without and with it.\n", without.notice, without.games);
    for (before, after) in without.statuses.iter().zip(&with.statuses) {
        let (a, b) = (before.odds.share.unwrap_or(0.0), after.odds.share.unwrap_or(0.0));
        if a > 0.0 || b > 0.0 {
            text += &format!("  {} at the end: {:.0} % and {:.0} %\n", before.outcome, 100.0 * a, 100.0 * b);
        }
    }
    text += "Medians at once, after three months, and at the end\n";
    for (id, (before, after)) in wanted.iter().zip(without.fans.iter().zip(&with.fans)) {
        let at = |months: usize| {
            let last = before.turns.len().min(after.turns.len()).checked_sub(1)?;
            let at = months.min(last);
            Some(format!("{} and {}", number(before.turns[at].median), number(after.turns[at].median)))
        };
        let cells: Vec<String> = [at(0), at(3), at(usize::MAX)].into_iter().flatten().collect();
        text += &format!("  {}: {}\n", wording.indicator(*id), cells.join("; "));
    }
    text
}

#[cfg(test)]
mod tests {
    use marchland_session::forecast::FanTurn;
    use marchland_statistics::paired_difference;

    use super::*;

    #[test]
    fn a_fan_has_its_median_within_its_bands() {
        let turns = (0..13)
            .map(|turn| {
                let spread = f64::from(turn);
                FanTurn {
                    turn,
                    games: 100,
                    q05: 10.0 - 2.0 * spread,
                    q25: 10.0 - spread,
                    median: 10.0,
                    q75: 10.0 + spread,
                    q95: 10.0 + 2.0 * spread,
                }
            })
            .collect();
        let text = fan("Debt", &Fan { indicator: "a.debt".into(), unit: "US$".into(), turns });
        let rows: Vec<&str> = text.lines().collect();
        assert_eq!(rows[0], "Debt (US$)");
        // The last two turns reach the rows of the top and the bottom; the median runs through the middle.
        assert_eq!(rows[1].trim_start(), format!("34 │{}░░░░", "  ".repeat(11)));
        assert_eq!(rows[5].trim_start(), format!("10 │{}", "━━".repeat(13)));
        assert_eq!(rows[9].trim_start(), format!("-14 │{}░░░░", "  ".repeat(11)));
        assert!(text.contains("end of turn 12: median 10, nine in ten from -14 to 34"), "{text}");
    }

    #[test]
    fn changes_say_where_the_sign_is_open() {
        let clear = paired_difference(&[1.0, 1.1, 0.9, 1.0].repeat(4), &[0.0; 16], 0.95);
        let open = paired_difference(&[1.0, -1.0, 0.5, -0.5].repeat(4), &[0.0; 16], 0.95);
        assert!(change(&clear, &|x| signed(100.0 * x)).starts_with("+100 [+96"));
        assert!(change(&open, &signed).ends_with("could be nothing"));
        let few = paired_difference(&[1.0; 8], &[0.0; 8], 0.95);
        let told = change(&few, &|x| format!("{} tonnes", signed(x)));
        assert!(told.starts_with("+1 tonnes, no interval: 8 games are too few"), "{told}");
        let same = change(&paired_difference(&[1.0; 20], &[1.0; 20], 0.95), &signed);
        assert!(same.ends_with("no future tells the two apart"), "{same}");
    }
}
