//! The verdicts on a scenario's claims.

use std::fmt::Write as _;

use marchland_experiments::claims::{
    Constants, EffectSize, LEAST_DEVIATIONS, LEAST_OTHER_SHARE, LEAST_POINTS, LEAST_SHARE, LEVEL, PathReport,
    PathStanding, Report, Scale, Standing, StateReport, Verdict,
};
use marchland_experiments::statistics::Interval;

/// A line a row, by kind of check, with its effect and interval, and, of a row that has to move something, how large the
/// effect is; before them where numbers were drawn.
#[must_use]
pub fn text(reports: &[Report], constants: Constants, notice: &str) -> String {
    let mut text = String::new();
    if constants == Constants::Drawn {
        text.push_str("Every number drawn over its stated distribution, anew for each pair of games: effects are means over plausible worlds.\n");
    }
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
            if let Some(size) = &report.size {
                let _ = write!(text, "\n       {}", size_line(report, size));
            }
            if let Some(path) = &report.path {
                push_path(&mut text, path);
            }
            let _ = writeln!(text, "\n       {}", report.meaning);
        }
        if check == "moves" {
            push_standing(&mut text, &Standing::of(reports));
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

/// How large an effect is beside what it has to be, above 0 the claimed way.
fn size_line(report: &Report, size: &EffectSize) -> String {
    let asked = match size.scale {
        Scale::Points => format!("{} points", 100.0 * size.difference.size),
        Scale::Width(_) => number(size.difference.size),
    };
    let share = match size.scale {
        Scale::Points => format!("{:+.1} points of 100", 100.0 * size.share),
        Scale::Width(width) => {
            let deviations = match size.difference.deviations {
                Some(deviations) => format!("{deviations:+.2} standard deviations between unchanged games"),
                None => "unchanged games do not differ".to_owned(),
            };
            format!("{deviations}, {:+.2} % of a scale of {width}", 100.0 * size.share)
        }
    };
    let near = if size.difference.shown && !size.difference.told { ", from which it is not told" } else { "" };
    let listed = match (&size.listed, report.verdict) {
        (Some(why), Verdict::Slight) => format!("; listed as slight: {why}"),
        (Some(_), Verdict::Holds) => "; listed as slight, and holds here".to_owned(),
        (None, Verdict::Slight) => "; not listed as slight".to_owned(),
        _ => String::new(),
    };
    format!("{share}; asked for: {asked}{near}{listed}")
}

/// What a row's effect goes through.
fn push_path(text: &mut String, path: &PathReport) {
    match path {
        PathReport::Direct(why) => {
            let _ = write!(text, "\n       direct: {why}");
        }
        PathReport::NotStated => text.push_str("\n       no path stated"),
        PathReport::Through(states) => {
            for state in states {
                let _ = write!(text, "\n       {}", state_line(state));
            }
        }
    }
}

/// What became of a state between.
fn state_line(state: &StateReport) -> String {
    let near = if state.other_share.is_some() && !state.told {
        format!(", not told from {} %", 100.0 * LEAST_OTHER_SHARE)
    } else {
        String::new()
    };
    let shown = |is: bool| if is { "" } else { " (not shown)" };
    format!(
        "through {}, which {}: moved by {}{}; {} of its variance from something else{near}; rank correlation with the \
         effect {}{}",
        state.state,
        if state.holds() { "holds" } else { "fails" },
        with_interval(state.difference, state.interval, number),
        shown(state.moved),
        with_interval(state.other_share, state.other_interval, |share| format!("{:.0} %", 100.0 * share)),
        with_interval(state.association, state.association_interval, |r| format!("{r:+.2}")),
        shown(state.carries),
    )
}

fn with_interval(value: Option<f64>, interval: Option<Interval>, word: impl Fn(f64) -> String) -> String {
    match (value, interval) {
        (Some(value), Some(interval)) => {
            format!("{} [{}, {}]", word(value), word(interval.low), word(interval.high))
        }
        (Some(value), None) => word(value),
        (None, _) => "undefined".to_owned(),
    }
}

/// What is asked of the path of a row that has to move something, a line each.
#[must_use]
pub fn verdicts_of_paths() -> String {
    let level = 100.0 * LEVEL;
    format!(
        "  holds: of every state that the row names (its mean over the turns before the last) the change moves the mean (the \
         two-sided {level} % interval of paired differences leaves out 0); with half of the games changed, at least {} % of \
         its variance comes from something else; and its paired differences go with those of what is compared (the {level} % \
         interval of their rank correlation leaves out 0, on the side that the means say): an association, and no proof \
         that the effect runs through it
  fails: one of the three is not shown
  direct: the row says why nothing lies between: it shows that two things are wired",
        100.0 * LEAST_OTHER_SHARE,
    )
}

/// What the verdicts on rows that have to move something mean, a line each.
#[must_use]
pub fn verdicts_of_moves() -> String {
    format!(
        "  holds: the one-sided {} % bound of the paired games lies past zero the claimed way, and the mean difference is at \
         least {LEAST_DEVIATIONS} standard deviations between unchanged games and {} % of the scale, or {} points of a flag \
         or probability
  slight: the bound lies past zero, and the mean difference is smaller: the row says which way, and not that it matters
  fails: no movement the claimed way is shown",
        100.0 * LEVEL,
        100.0 * LEAST_SHARE,
        100.0 * LEAST_POINTS,
    )
}

/// How many rows that have to move something do, by how much, and what the rule is.
fn push_standing(text: &mut String, standing: &Standing) {
    let count = standing.holds.len() + standing.slight.len() + standing.fails.len();
    if count == 0 {
        return;
    }
    let _ = writeln!(
        text,
        "of {count} rows that have to move something {} hold, {} are slight and {} fail\n{}",
        standing.holds.len(),
        standing.slight.len(),
        standing.fails.len(),
        verdicts_of_moves(),
    );
    for (what, ids) in [
        ("slight", &standing.slight),
        ("fail", &standing.fails),
        ("not told from their size (other seeds may say otherwise)", &standing.near_size),
        ("slight and not listed as such in the file", &standing.slight_not_listed),
        ("listed as slight in the file, and hold here", &standing.listed_and_holds),
    ] {
        push_rows(text, what, ids);
    }
    push_paths(text, &standing.paths);
}

fn push_rows(text: &mut String, what: &str, ids: &[String]) {
    if !ids.is_empty() {
        let _ = writeln!(text, "  {what}: {}", ids.join(", "));
    }
}

/// How many paths hold, and what the others lack.
fn push_paths(text: &mut String, paths: &PathStanding) {
    let _ = writeln!(
        text,
        "of their paths {} hold, {} fail, {} are direct and {} are not stated\n{}",
        paths.holds.len(),
        paths.fails.len(),
        paths.direct.len(),
        paths.not_stated.len(),
        verdicts_of_paths(),
    );
    for (what, ids) in [
        ("hold", &paths.holds),
        ("the change is not shown to move the state", &paths.not_moved),
        ("too little of the state's variance comes from something else", &paths.hardly_by_others),
        ("the state is not shown to go with the effect", &paths.not_carried),
        ("direct", &paths.direct),
        ("not stated", &paths.not_stated),
    ] {
        push_rows(text, what, ids);
    }
}

fn number(x: f64) -> String {
    if x != 0.0 && x.abs() < 1e-3 { format!("{x:.3e}") } else { format!("{x:.5}") }
}

fn push_effect(text: &mut String, effect: Option<f64>, interval: Option<Interval>) {
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
