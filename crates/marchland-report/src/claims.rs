//! The verdicts on a scenario's claims.

use std::fmt::Write as _;

use marchland_experiments::claims::{Report, Verdict};
use marchland_experiments::statistics::Interval;

/// A line a row, by kind of check, with its effect and interval.
#[must_use]
pub fn text(reports: &[Report], notice: &str) -> String {
    let mut text = String::new();
    for check in ["exists", "constant", "moves", "contestable"] {
        let rows: Vec<&Report> = reports.iter().filter(|report| report.check == check).collect();
        let mut ids: Vec<&str> = rows.iter().map(|report| report.id.as_str()).collect();
        ids.dedup();
        let _ = writeln!(text, "{check}: {} rows", ids.len());
        for report in rows {
            let belief = report.belief.as_deref().filter(|_| check == "contestable").unwrap_or("");
            let _ = write!(text, "  {:<4} {:<15} {:<14}", report.id, report.verdict.text(), belief);
            push_effect(&mut text, report.effect, report.interval);
            if !report.of.is_empty() {
                let _ = write!(text, " {}", report.of);
            }
            if let (Some(n), Some(seed)) = (report.n, report.seed) {
                let _ = write!(text, "; n {n}, seed {seed}");
            }
            let _ = writeln!(text, "\n       {}", report.meaning);
        }
    }
    push_worlds(&mut text, reports);
    let failed = reports.iter().filter(|report| report.verdict == Verdict::Fails).count();
    let compared = reports.iter().filter(|report| report.n.is_some()).count();
    let _ = writeln!(
        text,
        "{failed} fail; intervals are one-sided 99 % bounds either way: each comparison of what makes no difference is \
         wrongly settled in up to 1 % of cases on either side, of the {compared} here about {:.1} by chance\n\n{notice}",
        0.02 * compared as f64
    );
    text
}

fn push_effect(text: &mut String, effect: Option<f64>, interval: Option<Interval>) {
    let number = |x: f64| if x != 0.0 && x.abs() < 1e-3 { format!("{x:.3e}") } else { format!("{x:.5}") };
    if let Some(effect) = effect {
        let _ = write!(text, " {}", number(effect));
    }
    if let Some(interval) = interval {
        let _ = write!(text, " [{}, {}]", number(interval.low), number(interval.high));
    }
}

/// In which worlds contestable rows come out either way: a row that no plausible world denies says nothing.
fn push_worlds(text: &mut String, reports: &[Report]) {
    let mut rows: Vec<&Report> = reports.iter().filter(|report| report.check == "contestable").collect();
    rows.dedup_by(|one, other| one.id == other.id);
    if rows.is_empty() {
        return;
    }
    let _ = writeln!(
        text,
        "worlds named to show that a contestable row may come out either way, under the default belief set"
    );
    for report in rows {
        let Some(worlds) = &report.worlds else {
            let _ = writeln!(text, "  {:<4} none named: whether it can fail is not shown", report.id);
            continue;
        };
        for (name, wanted, world) in
            [("yes", Verdict::Supported, &worlds[0]), ("no", Verdict::NotSupported, &worlds[1])]
        {
            let _ = write!(text, "  {:<4} {name:<4} {:<14}", report.id, world.verdict.text());
            push_effect(text, world.effect, world.interval);
            let missed = if world.verdict == wanted { "" } else { "; not the answer it was named for" };
            let _ = writeln!(text, "; n {}{missed}", world.n);
        }
    }
}
