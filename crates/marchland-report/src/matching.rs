//! A matching in words and tables.

use std::fmt::Write as _;

use marchland_experiments::matching::{Answer, MatchReport, Region, Standing, TargetReport};
use marchland_experiments::statistics::Summary;
use marchland_game::number::max;

use crate::hindcast::plain_table;
use crate::number::{counted, number};

/// What was held against what, how many points match, where they lie, and what they answer.
#[must_use]
pub fn text(report: &MatchReport, notice: &str) -> String {
    let mut text = String::new();
    if !report.title.is_empty() {
        let _ = writeln!(text, "{}\n", report.title);
    }
    design(&mut text, report);
    targets(&mut text, report);
    waves(&mut text, report);
    let mut told = 0;
    for region in report.regions.iter().filter(|region| region.points > 0) {
        // A wider region without another point answers the same.
        if region.points > told {
            answers(&mut text, report, region);
        }
        told = region.points;
    }
    let _ = writeln!(text, "\n{notice}");
    text
}

fn design(text: &mut String, report: &MatchReport) {
    let constants = counted(report.varied, "constant");
    let _ = writeln!(
        text,
        "{constants} over their declared ranges, {} more held. Every point plays {} of each arm with shocks of its own, and {} \
         in all where these leave at most {} implausible; seed {}.",
        report.held,
        counted(report.first_games, "game"),
        report.games,
        counted(report.forgiven + 1, "target"),
        report.seed
    );
    let arms: Vec<String> = report
        .arms
        .iter()
        .map(|(id, months, takes)| format!("{id} ({}, {takes} of the constants)", counted(u64::from(*months), "month")))
        .collect();
    let _ = writeln!(text, "Arms: {}.", arms.join(", "));
    let _ = writeln!(
        text,
        "Implausibility is |model − figure| / √(discrepancy² + simulation error²); a target is implausible above {}.",
        number(report.implausible_above)
    );
    if report.left_out > 0 {
        let _ = writeln!(text, "{} came to no result and are left out.", counted(report.left_out, "game"));
    }
}

/// Median, and 5 and 95 %.
fn band(of: &Summary) -> String {
    match (of.median, of.q05, of.q95) {
        (Some(median), Some(low), Some(high)) => {
            format!("{} [{}, {}]", signed(median), signed(low), signed(high))
        }
        _ => "–".into(),
    }
}

fn signed(x: f64) -> String {
    let digits = number(x.abs());
    if x < 0.0 && digits != "0" { format!("−{digits}") } else { digits }
}

fn targets(text: &mut String, report: &MatchReport) {
    let _ = writeln!(
        text,
        "\nTargets, with the model's figures: as declared ± its simulation error, and the median with 5 and 95 % over points"
    );
    let row = |target: &TargetReport| {
        let unit = if target.per_cent { " %" } else { "" };
        let declared = target
            .declared
            .value
            .map_or("–".into(), |value| format!("{} ± {}", signed(value), number(target.declared.error)));
        let far = target.declared_implausibility.map_or("–".into(), |far| format!("{far:.1}"));
        vec![
            target.id.clone(),
            format!("{} ± {}{unit}", signed(target.figure), number(target.discrepancy)),
            declared,
            far,
            band(&target.first_wave),
            band(&target.region),
            format!("{:.0} %", 100.0 * target.misses),
            target.foretold.map_or("–".into(), |share| format!("{:.0} %", 100.0 * max(share, 0.0))),
        ]
    };
    let heads =
        ["target", "on record", "declared", "implausibility", "first wave", "region", "ruled out by it", "foretold"];
    plain_table(text, &heads, report.targets.iter().map(row).collect());
    let _ = writeln!(
        text,
        "  (ruled out by it: points of the first wave at which it is implausible; foretold: of its variance over points, games \
         and all, what the emulator foretells at points left out)"
    );
    let declared = match report.declared.missed {
        0 => "no target is implausible".to_owned(),
        1 => format!("one target is implausible: {}", missed(report)),
        n => format!("{n} targets are implausible: {}", missed(report)),
    };
    let _ = writeln!(text, "\nAt the values that the scenario declares {declared}.");
}

fn missed(report: &MatchReport) -> String {
    let far = |target: &&TargetReport| target.declared_implausibility.is_some_and(|far| far > report.implausible_above);
    report.targets.iter().filter(far).map(|target| target.id.as_str()).collect::<Vec<_>>().join("; ")
}

fn waves(text: &mut String, report: &MatchReport) {
    for (at, wave) in report.waves.iter().enumerate() {
        let [none, one, two] = wave.by_misses;
        let found = if at == 0 {
            format!("First wave: {}, a Latin hypercube", counted(wave.points, "point"))
        } else {
            format!(
                "Second wave: {}, the first of {} that a linear emulator of every target could not rule out among {} random ones ({:.1} %)",
                counted(wave.points, "point"),
                wave.kept,
                wave.looked_at,
                100.0 * wave.kept as f64 / wave.looked_at.max(1) as f64
            )
        };
        let _ = writeln!(text, "{found}. No target is implausible at {none}, one at {one}, two at {two}.");
    }
    for region in &report.regions {
        let which = match region.missed {
            0 => "no target is implausible".to_owned(),
            1 => "at most one target is".to_owned(),
            n => format!("at most {n} targets are"),
        };
        if region.points == 0 {
            let _ = writeln!(
                text,
                "The region where {which} is empty: no point of those played comes within reach of every figure. Either a \
                 figure or its discrepancy is wrong, or the model is; more points would be needed to tell an empty region from \
                 a small one."
            );
            let mut worst: Vec<&TargetReport> = report.targets.iter().filter(|target| target.misses > 0.0).collect();
            worst.sort_by(|a, b| b.misses.total_cmp(&a.misses));
            let worst: Vec<String> =
                worst.iter().take(3).map(|target| format!("{} ({:.0} %)", target.id, 100.0 * target.misses)).collect();
            if !worst.is_empty() {
                let _ = writeln!(text, "What rules out most points: {}.", worst.join(", "));
            }
        } else {
            let _ = writeln!(text, "The region where {which}: {}.", counted(region.points, "point"));
        }
    }
    if !report.shifts.is_empty() {
        let _ = writeln!(
            text,
            "\nConstants that lie elsewhere in the region than over their ranges (mean rank, a half where targets say nothing; \
             beyond what chance shows of any of them in one region of twenty)"
        );
        let rows = report.shifts.iter().map(|shift| {
            vec![shift.parameter.clone(), format!("{:.2}", shift.mean_rank), format!("{:+.1} standard errors", shift.z)]
        });
        plain_table(text, &["constant", "mean rank", "from a half"], rows.collect());
    }
}

fn answers(text: &mut String, report: &MatchReport, region: &Region) {
    if region.answers.is_empty() {
        return;
    }
    let which = match region.missed {
        0 => "where no target is implausible".to_owned(),
        1 => "where at most one target is implausible".to_owned(),
        n => format!("where at most {n} targets are implausible"),
    };
    let _ = writeln!(
        text,
        "\nAnswers {which} ({}, {} of each arm at each, shocks that no target has met)",
        counted(region.points, "point"),
        counted(report.answer_games, "game")
    );
    let row = |answer: &Answer| {
        let mean = match (answer.mean.mean, answer.mean.interval) {
            (Some(mean), Some(interval)) => {
                format!("{} [{}, {}]", signed(mean), signed(interval.low), signed(interval.high))
            }
            (Some(mean), None) => format!("{} (too few points)", signed(mean)),
            _ => "–".into(),
        };
        vec![
            answer.title.clone(),
            answer
                .declared
                .value
                .map_or("–".into(), |value| format!("{} ± {}", signed(value), number(answer.declared.error))),
            band(&answer.spread),
            mean,
            answer.between.map_or("–".into(), number),
            if answer.contrast { format!("{} / {}", answer.above, answer.below) } else { String::new() },
        ]
    };
    let heads = ["answer", "declared", "median [5 %, 95 %]", "mean [95 %]", "between points", "points above / below 0"];
    plain_table(text, &heads, region.answers.iter().map(row).collect());
    let _ = writeln!(
        text,
        "  (median and 5 to 95 % are over points, games and all; between points: the standard deviation with what games add taken \
         off; above and below 0: points whose own 95 % interval is)"
    );
    for answer in &region.answers {
        if let Some(standing) = answer.standing {
            let _ = writeln!(text, "  {}: {}.", answer.title, sign(answer, standing));
        }
    }
    if region.claims.is_empty() {
        return;
    }
    let pairs = region.claims.first().map_or(0, |claim| claim.pairs);
    let _ = writeln!(
        text,
        "\nContestable claims, points at which {} say yes, no, or neither (one-sided bounds of 99 %)",
        counted(pairs, "pair")
    );
    let rows = region.claims.iter().map(|claim| {
        let of = region.points as f64;
        let share = |count: u64| format!("{:.0} %", 100.0 * count as f64 / of);
        vec![claim.id.clone(), share(claim.yes), share(claim.no), share(claim.undecided), claim.meaning.clone()]
    });
    plain_table(text, &["row", "yes", "no", "neither", "what it says"], rows.collect());
    let open: Vec<&str> =
        region.claims.iter().filter(|claim| claim.yes > 0 && claim.no > 0).map(|claim| claim.id.as_str()).collect();
    let _ = match open.len() {
        0 => writeln!(text, "No row says yes at one point and no at another."),
        _ => writeln!(
            text,
            "Rows that say yes at one point and no at another, so that constants decide: {}.",
            open.join(", ")
        ),
    };
}

/// What is settled of a difference's sign.
fn sign(answer: &Answer, standing: Standing) -> String {
    let side = |above: bool| if above { "above" } else { "below" };
    let mean = answer.mean.interval.filter(|interval| !interval.contains(0.0)).map(|interval| side(interval.low > 0.0));
    match (standing, mean) {
        (Standing::Up | Standing::Down, _) => {
            format!("settled, {} 0 nearly everywhere in the region", side(standing == Standing::Up))
        }
        (Standing::Differs, mean) => {
            let mean = mean.map_or(String::new(), |side| format!(" (its mean lies {side} 0)"));
            format!(
                "undecided: above 0 at some points and below at others, so that the record does not settle it{mean}"
            )
        }
        (Standing::Open, Some(side)) => {
            format!(
                "{side} 0 on the mean over the region; single points are too uncertain to say so of nearly all of them"
            )
        }
        (Standing::Open, None) => "undecided: not told from 0, even on the mean over the region".to_owned(),
    }
}
