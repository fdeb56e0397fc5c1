//! How a chronicle closes: what became of the regime, the turning point, measures, payoffs.

use std::io::{self, Write};

use anstyle::Style;
use marchland_game::{Outcome, Turn};
use marchland_sim::scenario::Scenario;

use super::headline::{status, way};
use super::{HEADLINE, QUIET, WIDTH, wrap};
use crate::story::TurningPoint;
use crate::wording::{Wording, number, upper_first};

/// Characters of a full bar.
const BAR: usize = 20;

/// Writes the outcome.
pub fn write(
    to: &mut dyn Write,
    scenario: &Scenario,
    wording: &Wording<'_>,
    outcome: &Outcome,
    turning: Option<&TurningPoint<'_>>,
) -> io::Result<()> {
    let months = if outcome.turns == 1 { "1 month".into() } else { format!("{} months", outcome.turns) };
    let regime = match scenario.regime {
        Some(_) => format!(": the regime is {}", status(&outcome.status)),
        None => String::new(),
    };
    writeln!(to, "{HEADLINE}Outcome after {months}{regime}.{HEADLINE:#}")?;
    let date = |turn: u32| {
        let date = scenario.calendar.start.of(Turn(turn));
        format!("{} {}", date.month_name(), date.year)
    };
    if scenario.regime.is_some() {
        let text = match (&outcome.exit, outcome.turn) {
            (Some(exit), Some(turn)) => {
                format!("The head of government lost office through {} in {}.", way(exit), date(turn))
            }
            _ => "No uprising, coup, insurgent victory or negotiated exit took the head of government's office.".into(),
        };
        wrap(to, &text, "  ", Style::new())?;
    }
    if let Some(point) = turning {
        let booking = point.booking;
        let text = format!(
            "Turning point: {}, when {} went {} by {}, through {}.",
            date(point.turn),
            wording.indicator(booking.indicator),
            if booking.after > booking.before { "up" } else { "down" },
            wording.size(booking.indicator, booking.after - booking.before),
            wording.cause(&booking.cause),
        );
        wrap(to, &text, "  ", Style::new())?;
    }
    measures(to, scenario, outcome)?;
    payoffs(to, scenario, outcome)
}

fn measures(to: &mut dyn Write, scenario: &Scenario, outcome: &Outcome) -> io::Result<()> {
    let measures = &scenario.catalogue.measures;
    if measures.is_empty() {
        return Ok(());
    }
    writeln!(to, "\n{HEADLINE}What is measured{HEADLINE:#}")?;
    // Meanings and values in two columns of their own, so that the eye runs down.
    let room = WIDTH - 24;
    for (measure, value) in measures.iter().zip(&outcome.measures) {
        let meaning = measure.meaning.strip_prefix("1 where ").map_or_else(|| measure.meaning.clone(), upper_first);
        let width = room.saturating_sub(meaning.chars().count());
        let dots = ".".repeat(width.saturating_sub(2));
        let value = match measure.reached(outcome.turns) {
            true => Wording::measured(*value, &measure.unit),
            false => "the game ended before".to_owned(),
        };
        writeln!(to, "  {meaning} {QUIET}{dots}{QUIET:#} {value}")?;
    }
    Ok(())
}

/// Payoffs, each as its place between the worst and the best that the player could get.
fn payoffs(to: &mut dyn Write, scenario: &Scenario, outcome: &Outcome) -> io::Result<()> {
    let players = &scenario.catalogue.players;
    let paid = || players.iter().zip(&outcome.payoffs).filter(|(player, _)| !player.payoffs.terms.is_empty());
    let Some(longest) = paid().map(|(player, _)| player.title.chars().count()).max() else { return Ok(()) };
    writeln!(to, "\n{HEADLINE}Payoffs, from the worst a player could get to the best{HEADLINE:#}")?;
    for (player, payoff) in paid() {
        let title = upper_first(&player.title);
        let gap = " ".repeat(longest - player.title.chars().count());
        let Some(payoff) = payoff else {
            writeln!(to, "  {title}{gap}  {QUIET}never in the game{QUIET:#}")?;
            continue;
        };
        let (worst, best) = player.payoffs.range;
        let span = best - worst;
        let share = if span > 0.0 { ((payoff - worst) / span).clamp(0.0, 1.0) } else { 0.0 };
        let full = (share * BAR as f64).round() as usize;
        let bar = format!("{}{QUIET}{}{QUIET:#}", "█".repeat(full), "░".repeat(BAR - full));
        writeln!(to, "  {title}{gap}  {bar}  {} of {} to {}", number(*payoff), number(worst), number(best))?;
    }
    Ok(())
}
