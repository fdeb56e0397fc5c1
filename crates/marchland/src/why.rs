//! `--why`: the chain of causes behind an indicator, followed to its beginning.

use std::io::{self, Write};

use anstyle::Style;
use marchland_game::{IndicatorId, Turn, TurnRecord};
use marchland_session::causes;
use marchland_sim::scenario::Scenario;

use crate::chronicle::wrap;
use crate::wording::{Wording, upper_first};

/// Links of a chain, at most.
const LONGEST: usize = 10;

/// Writes why an indicator stands where it does at the end of a traced game.
///
/// # Errors
/// Where it cannot be written.
pub fn write(
    to: &mut dyn Write,
    scenario: &Scenario,
    records: &[TurnRecord],
    indicator: IndicatorId,
) -> io::Result<()> {
    let wording = Wording::new(scenario);
    let bold = Style::new().bold();
    writeln!(to)?;
    for (depth, link) in causes::chain(scenario, records, indicator, LONGEST).iter().enumerate() {
        let id = link.indicator;
        let what = upper_first(&wording.indicator(id));
        let lead = if depth == 0 { "Why: " } else { "  \u{21b3} " };
        writeln!(
            to,
            "{lead}{bold}{what}{bold:#} went from {} to {}.",
            wording.value(id, link.before),
            wording.value(id, link.after)
        )?;
        if link.shares.is_empty() {
            let info = &scenario.catalogue.indicators[id.index()];
            wrap(to, &format!("Nothing moved it: {}", info.meaning.trim()), "    ", Style::new())?;
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
            wrap(to, &text, "    ", Style::new())?;
        }
    }
    Ok(())
}
