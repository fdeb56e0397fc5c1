//! `--why`: the chain of causes behind an indicator, followed to its beginning.

use marchland_game::{IndicatorId, Turn, TurnRecord};
use marchland_session::causes;
use marchland_sim::scenario::Scenario;

use crate::screen::{BOLD, PLAIN, Screen};
use crate::visible::line;
use crate::wording::{Wording, upper_first};

/// Links of a chain, at most.
const LONGEST: usize = 10;

/// Why an indicator stands where it does at the end of a traced game.
pub fn write(to: &mut Screen, scenario: &Scenario, records: &[TurnRecord], indicator: IndicatorId) {
    let wording = Wording::new(scenario);
    to.end();
    // Of a loss of office the story says who and what; the ledger has its numbers.
    let info = &scenario.catalogue.indicators[indicator.index()];
    if info.field == "exit_mode" || scenario.regime.is_some_and(|regime| regime.exit == indicator) {
        for text in crate::story::falls(scenario, records) {
            to.paragraph(&text, "", PLAIN);
        }
    }
    for (depth, link) in causes::chain(scenario, records, indicator, LONGEST).iter().enumerate() {
        let id = link.indicator;
        let what = upper_first(&wording.indicator(id));
        let lead = if depth == 0 { "Why: " } else { "  \u{21b3} " };
        let (before, after) = (wording.value(id, link.before), wording.value(id, link.after));
        to.plain(lead).styled(BOLD, &line(&what)).plain(&format!(" went from {before} to {after}.\n"));
        if link.shares.is_empty() {
            let info = &scenario.catalogue.indicators[id.index()];
            to.paragraph(&format!("Nothing moved it: {}", info.meaning.trim()), "    ", PLAIN);
        }
        for share in link.shares.iter().take(if depth == 0 { 6 } else { 3 }) {
            let sign = if share.amount >= 0.0 { '+' } else { '\u{2212}' };
            let date = scenario.calendar.start.of(Turn(share.peak_turn));
            let text = format!(
                "{sign}{}  {} (most in {} {})",
                wording.size(id, share.amount),
                wording.cause(share.cause),
                date.month_name(),
                date.year
            );
            to.paragraph(&text, "    ", PLAIN);
        }
    }
}

/// What the account leaves out, since it ends with the last month: where an indicator stands by `now`, if that reads
/// otherwise.
#[must_use]
pub fn since(scenario: &Scenario, records: &[TurnRecord], indicator: IndicatorId, now: f64) -> String {
    let wording = Wording::new(scenario);
    let told = |value: f64| wording.value(indicator, value);
    let Some(record) = records.last() else { return String::new() };
    let (ended, now) = (told(record.indicators[indicator.index()]), told(now));
    if ended == now {
        return String::new();
    }
    let month = scenario.calendar.start.of(Turn(record.turn)).month_name();
    format!(
        "That was the end of {month}, at {ended}. It stands at {now} now: what has happened since is in no account yet.\n"
    )
}
