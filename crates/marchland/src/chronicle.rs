//! The chronicle of a game: what a person reads.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use marchland_game::{Outcome, PlayerId, Ruling, Turn, TurnRecord, Vote};
use marchland_sim::scenario::Scenario;

use crate::story::{self, Change, TurningPoint};
use crate::wording::{Wording, lower_first, number, trend, upper_first};

const HEADLINE: Style = Style::new().bold();
const DATE: Style = AnsiColor::Cyan.on_default();
const TURNING: Style = AnsiColor::Yellow.on_default().bold();
const QUIET: Style = Style::new().dimmed();
const BAD: Style = AnsiColor::Red.on_default();
const WIDTH: usize = 96;

/// What heads a chronicle.
pub struct Heading<'a> {
    /// The game's seed.
    pub seed: u64,
    /// The belief set in force.
    pub belief: Option<&'a str>,
    /// Strategies by player and population.
    pub strategies: &'a [(String, String)],
}

/// Forms of causal sentences. `{w}` what, `{a}` before, `{b}` after, `{d}` distance, `{y}` why; of
/// `[up|down]` the one that fits. A capital letter in braces begins a sentence.
const FORMS: [&str; 16] = [
    "{W} [rises|falls] from {a} to {b}: {y}.",
    "{Y} [pushes up|pulls down] {w}, now {b}.",
    "With {y} at work, {w} [climbs|slips] to {b}.",
    "{W} stands at {b}, [up|down] {d} on the month before, by {y}.",
    "Behind the [rise|fall] of {w} to {b} lies {y}.",
    "{W}, {a} a month ago, is now {b}; the reason is {y}.",
    "It is {y} that [lifts|lowers] {w} to {b}.",
    "By the end of the month {w} has [risen|fallen] to {b}, above all through {y}.",
    "{W} [gains|loses] {d}, owing to {y}.",
    "Because of {y}, {w} moves from {a} to {b}.",
    "{Y} [adds {d} to|takes {d} from] {w}, which ends at {b}.",
    "The month leaves {w} at {b}, [higher|lower] by {d}; look to {y}.",
    "Watch {w}: [up|down] to {b}, and the largest share of it is {y}.",
    "{W} goes [up|down], {a} to {b}, mostly for one reason: {y}.",
    "[Up|Down] {d} goes {w}, carried by {y}.",
    "Of what moves {w} to {b}, {y} weighs most.",
];

/// Writes the chronicle of a traced game.
///
/// # Errors
/// Where it cannot be written.
pub fn write(
    to: &mut dyn Write,
    scenario: &Scenario,
    records: &[TurnRecord],
    outcome: &Outcome,
    heading: &Heading<'_>,
    notice: &str,
) -> io::Result<()> {
    let wording = Wording::new(scenario);
    writeln!(to, "{HEADLINE}{}{HEADLINE:#}", scenario.title)?;
    let belief = heading.belief.map(|belief| format!(", belief {belief}")).unwrap_or_default();
    writeln!(to, "{QUIET}Seed {}{belief}. {} turns.{QUIET:#}", heading.seed, outcome.turns)?;
    if !heading.strategies.is_empty() {
        let list: Vec<String> = heading.strategies.iter().map(|(player, name)| format!("{player} {name}")).collect();
        wrap(to, &format!("Strategies: {}.", list.join("; ")), "", QUIET)?;
    }
    let turning = story::turning_point(scenario, records);
    let mut forms = Forms::default();
    let telling = story::worth_telling(scenario);
    for (at, record) in records.iter().enumerate() {
        writeln!(to)?;
        let turning = turning.as_ref().filter(|point| point.turn == record.turn);
        month(to, &Teller { scenario, wording: &wording, telling: &telling }, &records[..=at], turning, &mut forms)?;
    }
    writeln!(to)?;
    end(to, scenario, &wording, outcome, turning.as_ref())?;
    writeln!(to)?;
    wrap(to, notice, "", QUIET)
}

/// What a month is told with.
struct Teller<'a> {
    scenario: &'a Scenario,
    wording: &'a Wording<'a>,
    /// Indicators worth a sentence, by `IndicatorId`.
    telling: &'a [bool],
}

fn month(
    to: &mut dyn Write,
    teller: &Teller<'_>,
    so_far: &[TurnRecord],
    turning: Option<&TurningPoint<'_>>,
    forms: &mut Forms,
) -> io::Result<()> {
    let Teller { scenario, wording, telling } = *teller;
    let Some(record) = so_far.last() else { return Ok(()) };
    let date = scenario.calendar.start.of(Turn(record.turn));
    let mut changes = story::changes(scenario, record);
    // A first month computes what the start only implied: that is no news.
    let news = |change: &Change<'_>| record.turn > 1 || change.before != 0.0;
    changes.retain(|change| {
        Some(change.indicator) == scenario.regime.map(|regime| regime.status)
            || (telling[change.indicator.index()] && news(change))
    });
    let headline = headline(scenario, wording, so_far, &changes, turning);
    let style = if turning.is_some() { TURNING } else { HEADLINE };
    writeln!(to, "{DATE}{} {}{DATE:#}  {style}{headline}{style:#}", date.month_name(), date.year)?;
    if record.rounds.len() > 1 {
        writeln!(to, "  {BAD}Crisis clock: the month is played week by week.{BAD:#}")?;
    }
    forms.next_month();
    let told = changes.iter().filter(|change| change.effect > 0.004 && telling[change.indicator.index()]);
    // One sentence for a field: five regions tell the same story.
    let mut fields: Vec<&str> = Vec::new();
    let fresh = told.filter(|change| {
        let field = scenario.catalogue.indicators[change.indicator.index()].field.as_str();
        let first = !fields.contains(&field);
        fields.push(field);
        first
    });
    for change in fresh.take(5) {
        let Some((cause, _)) = change.causes.first() else { continue };
        wrap(to, &forms.sentence(wording, change, cause), "  ", Style::new())?;
    }
    orders(to, scenario, wording, record)?;
    votes(to, scenario, record)?;
    shown(to, scenario, wording, so_far)
}

/// The headline of a month, the first of: turning point, regime, event, vote, largest change.
fn headline(
    scenario: &Scenario,
    wording: &Wording<'_>,
    so_far: &[TurnRecord],
    changes: &[Change<'_>],
    turning: Option<&TurningPoint<'_>>,
) -> String {
    let catalogue = &scenario.catalogue;
    let Some(record) = so_far.last() else { return String::new() };
    if let Some(point) = turning {
        let booking = point.booking;
        let verb = if booking.after > booking.before { "up" } else { "down" };
        return format!(
            "Turning point: {} moves {} {verb} by {}",
            wording.cause(&booking.cause),
            wording.indicator(booking.indicator),
            wording.size(booking.indicator, booking.after - booking.before)
        );
    }
    if let Some(regime) = scenario.regime {
        let now = record.indicators[regime.status.index()];
        let before = match so_far.len().checked_sub(2) {
            Some(at) => so_far[at].indicators[regime.status.index()],
            None => changes.iter().find(|change| change.indicator == regime.status).map_or(now, |change| change.before),
        };
        if now != before {
            let exit = record.indicators[regime.exit.index()];
            let left = so_far.len().checked_sub(2).is_none_or(|at| so_far[at].indicators[regime.exit.index()] != exit);
            let entity = wording.entity("country", &catalogue.indicators[regime.status.index()].entity);
            let way = if left && exit > 0.0 {
                format!(", after {}", way(&wording.value(regime.exit, exit)))
            } else {
                String::new()
            };
            return format!("{entity}: the regime is now {}{way}", wording.value(regime.status, now));
        }
    }
    if let Some(event) = record.rounds.iter().flat_map(|round| &round.events).next() {
        return catalogue.events[event.index()].title.clone();
    }
    if let Some(vote) = record.rounds.iter().flat_map(|round| &round.votes).next() {
        let motion = &catalogue.motions[vote.motion.index()];
        let body = &catalogue.institutions[motion.institution.index()].title;
        return format!(
            "{} {}: {}",
            upper_first(body),
            if vote.passed { "agrees" } else { "does not agree" },
            lower_first(&motion.title)
        );
    }
    match changes.iter().find(|change| {
        change.effect > 0.02 && scenario.catalogue.indicators[change.indicator.index()].labels.is_empty()
    }) {
        Some(change) => {
            let verb = if change.after > change.before { "rises" } else { "falls" };
            format!("{} {verb}", upper_first(&wording.indicator(change.indicator)))
        }
        None => "A quiet month".into(),
    }
}

/// A way of exit as a noun phrase.
fn way(exit: &str) -> String {
    match exit {
        "uprising" => "an uprising".into(),
        "coup" => "a coup".into(),
        "insurgents" => "a victory of insurgents".into(),
        "negotiated" => "a negotiated exit".into(),
        other => other.to_owned(),
    }
}

fn orders(to: &mut dyn Write, scenario: &Scenario, wording: &Wording<'_>, record: &TurnRecord) -> io::Result<()> {
    let catalogue = &scenario.catalogue;
    let rulings: Vec<&Ruling> = record.rounds.iter().flat_map(|round| &round.rulings).collect();
    let name = |ruling: &Ruling| {
        let action = &catalogue.actions[ruling.order.action.index()];
        let option = &action.options[usize::from(ruling.order.option)];
        let title = lower_first(&action.title);
        if action.options.len() > 1 { format!("{title} ({})", option.id.replace('_', " ")) } else { title }
    };
    let mut lines = Vec::new();
    for (at, player) in catalogue.players.iter().enumerate() {
        let own = |wanted: fn(&Ruling) -> bool| -> Vec<String> {
            rulings
                .iter()
                .filter(|ruling| ruling.player == PlayerId::from_index(at) && wanted(ruling))
                .map(|ruling| name(ruling))
                .collect()
        };
        let done = own(|ruling| ruling.legal() && ruling.success);
        let failed = own(|ruling| ruling.legal() && !ruling.success);
        let mut parts = Vec::new();
        if !done.is_empty() {
            parts.push(done.join(", "));
        }
        if !failed.is_empty() {
            parts.push(format!("without success: {}", failed.join(", ")));
        }
        if !parts.is_empty() {
            lines.push(format!("{}: {}", upper_first(&player.title), parts.join("; ")));
        }
    }
    if !lines.is_empty() {
        wrap(to, &format!("Orders – {}.", lines.join(" · ")), "  ", QUIET)?;
    }
    for ruling in rulings.iter().filter(|ruling| !ruling.legal()) {
        if let Some(refusal) = ruling.refusal {
            let who = wording.player(&catalogue.players[ruling.player.index()].id);
            let why = refusal.text(ruling.order.action, catalogue);
            wrap(to, &format!("Refused – {}: {}, because {why}.", upper_first(&who), name(ruling)), "  ", BAD)?;
        }
    }
    Ok(())
}

fn votes(to: &mut dyn Write, scenario: &Scenario, record: &TurnRecord) -> io::Result<()> {
    let catalogue = &scenario.catalogue;
    for vote in record.rounds.iter().flat_map(|round| &round.votes) {
        let motion = &catalogue.motions[vote.motion.index()];
        let institution = &catalogue.institutions[motion.institution.index()];
        let count = |wanted: Vote| vote.votes.iter().filter(|vote| **vote == wanted).count();
        let against: Vec<&str> = vote
            .votes
            .iter()
            .zip(&institution.members)
            .filter(|(vote, _)| **vote == Vote::No)
            .map(|(_, member)| member.id.as_str())
            .take(4)
            .collect();
        let against = if against.is_empty() {
            String::new()
        } else {
            format!(" (against: {})", against.join(", ").replace('_', " "))
        };
        let text = format!(
            "Vote – {}: {} {} yes, {} no, {} abstaining{against}: {}.",
            institution.title,
            motion.title,
            count(Vote::Yes),
            count(Vote::No),
            count(Vote::Abstain),
            if vote.passed { "carried" } else { "not carried" }
        );
        wrap(to, &text, "  ", QUIET)?;
    }
    Ok(())
}

fn shown(to: &mut dyn Write, scenario: &Scenario, wording: &Wording<'_>, so_far: &[TurnRecord]) -> io::Result<()> {
    if scenario.shown.is_empty() {
        return Ok(());
    }
    let from = so_far.len().saturating_sub(12);
    let cells: Vec<String> = scenario
        .shown
        .iter()
        .map(|id| {
            let values: Vec<f64> = so_far[from..].iter().map(|record| record.indicators[id.index()]).collect();
            let now = values.last().copied().unwrap_or(0.0);
            format!("{} {} {}", wording.indicator(*id), wording.value(*id, now), trend(&values))
        })
        .collect();
    wrap(to, &cells.join("  |  "), "  ", QUIET)
}

fn end(
    to: &mut dyn Write,
    scenario: &Scenario,
    wording: &Wording<'_>,
    outcome: &Outcome,
    turning: Option<&TurningPoint<'_>>,
) -> io::Result<()> {
    let catalogue = &scenario.catalogue;
    let exit = match (&outcome.exit, outcome.turn) {
        (Some(exit), Some(turn)) => {
            let date = scenario.calendar.start.of(Turn(turn));
            format!("; the head of government lost office through {} in {} {}", way(exit), date.month_name(), date.year)
        }
        _ => String::new(),
    };
    writeln!(to, "{HEADLINE}Outcome after {} turns: {}{exit}.{HEADLINE:#}", outcome.turns, outcome.status)?;
    if let Some(point) = turning {
        let date = scenario.calendar.start.of(Turn(point.turn));
        wrap(
            to,
            &format!("Turning point: {} {}, {}.", date.month_name(), date.year, wording.cause(&point.booking.cause)),
            "  ",
            Style::new(),
        )?;
    }
    let measures: Vec<String> = catalogue
        .measures
        .iter()
        .zip(&outcome.measures)
        .map(|(measure, value)| format!("{} {}", measure.id.replace('_', " "), number(*value)))
        .collect();
    if !measures.is_empty() {
        wrap(to, &format!("Measures – {}.", measures.join("; ")), "  ", Style::new())?;
    }
    let payoffs: Vec<String> = catalogue
        .players
        .iter()
        .zip(&outcome.payoffs)
        .filter(|(player, _)| !player.payoffs.terms.is_empty())
        .map(|(player, payoff)| match payoff {
            Some(payoff) => {
                let (worst, best) = player.payoffs.range;
                format!("{} {} (of {} to {})", player.title, number(*payoff), number(worst), number(best))
            }
            None => format!("{} never in the game", player.title),
        })
        .collect();
    wrap(to, &format!("Payoffs – {}.", payoffs.join("; ")), "  ", Style::new())
}

/// Chooses forms of sentences so that none stands twice in a month or in consecutive months.
#[derive(Default)]
struct Forms {
    last: Vec<usize>,
    now: Vec<usize>,
    next: usize,
}

impl Forms {
    fn next_month(&mut self) {
        self.last = std::mem::take(&mut self.now);
    }

    fn sentence(&mut self, wording: &Wording<'_>, change: &Change<'_>, cause: &str) -> String {
        // At most ten are taken, of sixteen.
        let free = (0..FORMS.len())
            .map(|step| (self.next + step) % FORMS.len())
            .find(|form| !self.last.contains(form) && !self.now.contains(form))
            .unwrap_or(self.next);
        self.next = (free + 1) % FORMS.len();
        self.now.push(free);
        let what = wording.indicator(change.indicator);
        let why = wording.cause(cause);
        let up = change.after > change.before;
        let mut text = choose(FORMS[free], up);
        for (slot, word) in [
            ("{w}", what.clone()),
            ("{W}", upper_first(&what)),
            ("{y}", why.clone()),
            ("{Y}", upper_first(&why)),
            ("{a}", wording.value(change.indicator, change.before)),
            ("{b}", wording.value(change.indicator, change.after)),
            ("{d}", wording.size(change.indicator, change.after - change.before)),
        ] {
            text = text.replace(slot, &word);
        }
        text
    }
}

fn choose(form: &str, up: bool) -> String {
    let mut text = String::new();
    let mut rest = form;
    while let Some((before, after)) = rest.split_once('[') {
        text.push_str(before);
        let Some((choice, tail)) = after.split_once(']') else { break };
        let (first, second) = choice.split_once('|').unwrap_or((choice, choice));
        text.push_str(if up { first } else { second });
        rest = tail;
    }
    text.push_str(rest);
    text
}

/// Writes a paragraph, broken between words, every line after `indent`.
pub fn wrap(to: &mut dyn Write, text: &str, indent: &str, style: Style) -> io::Result<()> {
    let mut line = String::new();
    let room = WIDTH - indent.len();
    for word in text.split_whitespace() {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > room {
            writeln!(to, "{indent}{style}{line}{style:#}")?;
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if line.is_empty() { Ok(()) } else { writeln!(to, "{indent}{style}{line}{style:#}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_choose_their_words() {
        assert_eq!(choose("{W} [rises|falls] to {b}.", true), "{W} rises to {b}.");
        assert_eq!(choose("[Up|Down] goes {w}", false), "Down goes {w}");
    }

    #[test]
    fn paragraphs_break_between_words() {
        let mut out = Vec::new();
        wrap(&mut out, &"word ".repeat(40), "  ", Style::new()).expect("a vector takes all");
        let text = String::from_utf8(out).expect("text");
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH && line.starts_with("  ")));
    }
}
