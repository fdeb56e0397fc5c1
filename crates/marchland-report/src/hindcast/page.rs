//! A hindcast as a page, with its pictures.

use marchland_experiments::hindcast::{
    CaseOdds, Cases, EventScores, FitReport, HindcastReport, LEVEL, ModeScores, Model, ModelScores, Outcomes, Rule,
    ScoreEstimate,
};
use marchland_statistics::wilson;
use maud::{Markup, PreEscaped, html};

use super::{
    NO_FORECAST, Told, WordTable, about, about_fit, about_ways, brier_parts, columns, constants, differences,
    fitted_ways, models, name, opening, recalibration, told,
};
use crate::page::{Page, cell, closing, table};
use crate::picture::{Bar, BarGroup, Labels, RocCurve, SaidAndSeen, bars, reliability, roc, separation};
use crate::wording::upper_first;

/// Cases of the highest odds that are listed, and those of the lowest odds in which it happened.
const LISTED: usize = 10;

/// What a page of a hindcast is made of.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'a> {
    /// What it came to.
    pub report: &'a HindcastReport,
    /// The rule.
    pub rule: &'a Rule,
    /// The cases.
    pub cases: &'a Cases,
    /// What the games say of each.
    pub odds: &'a [CaseOdds],
    /// What happened; none of a blind hindcast.
    pub outcomes: Option<&'a Outcomes>,
}

/// The page of a hindcast: one file that needs nothing but itself, and prints to A4. For each outcome the scores, the
/// cases by rising odds, what was said against what was seen, and the ROC curve; then how it came about.
#[must_use]
pub fn page(parts: Parts<'_>, notice: &str) -> String {
    let report = parts.report;
    let heading = if report.title.is_empty() { "Hindcast" } else { &report.title };
    let mut page = Page::new(&format!("{heading} – hindcast"), &format!("{heading} · hindcast"));
    page.add(html! {
        p.kicker { "Hindcast" }
        h1 { (heading) }
        (paragraphs(|text| opening(text, report)))
    });
    for event in &report.events {
        page.add(scored(event, parts));
    }
    if report.events.is_empty() {
        for event in 0..parts.rule.outcomes.len() {
            page.add(unscored(event, parts));
        }
    }
    if let Some(modes) = &report.modes {
        page.add(ways(modes));
    }
    if let Some(fit) = &report.fit {
        page.add(fitted(fit));
    }
    page.add(html! {
        h2 { "What the table lacks" }
        (paragraphs(|text| columns(text, report)))
        @if report.columns.iter().all(|of| of.present && of.missing == 0 && !of.too_few && of.read) { p { "Nothing." } }
        h2 { "How to read this" }
        (how_to_read(report))
        (closing(&[NO_FORECAST, notice]))
    });
    page.finish()
}

/// What a writer of plain lines writes, a paragraph each.
fn paragraphs(write: impl FnOnce(&mut String)) -> Markup {
    let mut text = String::new();
    write(&mut text);
    html! { @for line in text.lines().filter(|line| !line.is_empty()) { p { (line) } } }
}

/// One outcome that is known.
fn scored(event: &EventScores, parts: Parts<'_>) -> Markup {
    let Some(at) = parts.rule.outcomes.iter().position(|of| of.event == event.event) else { return html! {} };
    let seen = Seen::of(at, parts);
    html! {
        h2 { (upper_first(&event.title)) }
        p.box { (verdict(event)) }
        (paragraphs(|text| about(text, event, parts.report)))
        (words(&models(event)))
        figure { (PreEscaped(separation(&separation_labels(event), &seen.cases))) }
        @if let Some(picture) = seen.reliability(event) {
            figure { (PreEscaped(picture)) }
            (paragraphs(|text| {
                if let Some(parts) = &event.reliability {
                    brier_parts(text, parts, event);
                }
                recalibration(text, event);
            }))
        }
        @if event.events > 0 && event.events < event.cases {
            figure { (PreEscaped(roc(&roc_labels(event), &seen.curves(parts)))) }
        }
        h3 { "Paired differences" }
        p { "Above 0 where the first is better." }
        (words(&differences(event)))
        (seen.listed(parts))
    }
}

/// One outcome of a blind hindcast.
fn unscored(event: usize, parts: Parts<'_>) -> Markup {
    let title = &parts.rule.outcomes[event].title;
    let cases: Vec<(f64, Option<bool>)> =
        parts.odds.iter().map(|odds| (100.0 * odds.events[event].share(), None)).collect();
    let labels = Labels {
        title: format!("What the games say of {title}"),
        x: "cases, from the lowest odds to the highest".into(),
        y: "share of games, per cent".into(),
    };
    html! {
        h2 { (upper_first(title)) }
        figure { (PreEscaped(separation(&labels, &cases))) }
        p { "Nothing is known of what happened, so that nothing is scored. The folder's odds.csv has the odds of each case \
             with their simulation error, and the range over draws of the rule's constants; the error of the rule itself is in \
             neither." }
    }
}

/// The scored cases of an outcome, with what was said, per cent, and whether it happened.
struct Seen {
    cases: Vec<(f64, Option<bool>)>,
    /// Position of each in the table.
    rows: Vec<usize>,
    event: usize,
    /// Whether all weigh the same.
    alike: bool,
}

impl Seen {
    fn of(event: usize, parts: Parts<'_>) -> Self {
        let known = parts.outcomes.map_or(&[][..], |outcomes| &outcomes.happened[event]);
        let scored =
            |row: &usize| !parts.cases.is_train(*row) && parts.cases.weights[*row] > 0.0 && known[*row].is_some();
        let rows: Vec<usize> = (0..known.len()).filter(scored).collect();
        let cases = rows.iter().map(|row| (100.0 * parts.odds[*row].events[event].probability, known[*row])).collect();
        let alike = rows.windows(2).all(|pair| parts.cases.weights[pair[0]] == parts.cases.weights[pair[1]]);
        Self { cases, rows, event, alike }
    }

    fn reliability(&self, event: &EventScores) -> Option<String> {
        let bins = &event.reliability.as_ref()?.bins;
        let groups: Vec<SaidAndSeen> = bins
            .iter()
            .map(|bin| {
                let happened = (bin.share * bin.cases as f64).round() as u64;
                let whisker = wilson(happened, bin.cases, LEVEL).interval;
                // Shares of weighted cases are no shares of so many trials.
                let (low, high) = if self.alike { (whisker.low, whisker.high) } else { (bin.share, bin.share) };
                SaidAndSeen {
                    said: 100.0 * bin.probability,
                    seen: 100.0 * bin.share,
                    interval: (100.0 * low, 100.0 * high),
                }
            })
            .collect();
        let labels = Labels {
            title: "What was said and what was seen".into(),
            x: "said, per cent".into(),
            y: "seen, per cent of cases".into(),
        };
        Some(reliability(&labels, &groups))
    }

    /// Curves of what was not fitted by folds: probabilities of two folds cannot be ranked.
    fn curves(&self, parts: Parts<'_>) -> Vec<RocCurve> {
        let mut curves = vec![self.curve("engine", parts, |row| parts.odds[row].events[self.event].probability)];
        for (of, column, probabilities) in parts.outcomes.into_iter().flat_map(|outcomes| &outcomes.baselines) {
            if *of == self.event {
                curves.push(self.curve(&name(&Model::Baseline(column.clone())), parts, |row| probabilities[row]));
            }
        }
        curves
    }

    fn curve(&self, label: &str, parts: Parts<'_>, said: impl Fn(usize) -> f64) -> RocCurve {
        let mut sorted: Vec<(f64, bool, f64)> = self
            .rows
            .iter()
            .zip(&self.cases)
            .map(|(row, case)| (said(*row), case.1 == Some(true), parts.cases.weights[*row]))
            .filter(|case| case.0.is_finite())
            .collect();
        sorted.sort_by(|a, b| b.0.total_cmp(&a.0));
        let weight = |happened: bool| {
            let of = sorted.iter().filter(|case| case.1 == happened).map(|case| case.2);
            of.fold(0.0, |sum, weight| sum + weight)
        };
        let (all, none) = (weight(true), weight(false));
        let (mut hits, mut alarms) = (0.0, 0.0);
        let mut points = vec![(0.0, 0.0)];
        for equal in sorted.chunk_by(|a, b| a.0 == b.0) {
            for case in equal {
                if case.1 {
                    hits += case.2;
                } else {
                    alarms += case.2;
                }
            }
            points.push((alarms / none, hits / all));
        }
        RocCurve { label: label.into(), points }
    }

    /// Where most was said, and where least was said of what happened.
    fn listed(&self, parts: Parts<'_>) -> Markup {
        let mut order: Vec<usize> = (0..self.rows.len()).collect();
        order.sort_by(|a, b| self.cases[*b].0.total_cmp(&self.cases[*a].0));
        let most: Vec<usize> = order.iter().copied().take(LISTED).collect();
        let missed: Vec<usize> =
            order.iter().rev().copied().filter(|at| self.cases[*at].1 == Some(true)).take(LISTED).collect();
        let row = |at: &usize| {
            let row = self.rows[*at];
            let odds = &parts.odds[row].events[self.event];
            vec![
                cell(&parts.cases.labels[row]),
                cell(format!("{:.1} ± {:.1} %", 100.0 * odds.probability, 100.0 * odds.error)),
                cell(if self.cases[*at].1 == Some(true) { "yes" } else { "no" }),
            ]
        };
        let rows = |of: &[usize]| of.iter().map(row).collect::<Vec<_>>();
        html! {
            div.cards {
                section {
                    h3 { "Where it said most" }
                    (table("", &["case", "said", "happened"], &rows(&most)))
                }
                @if !missed.is_empty() {
                    section {
                        h3 { "Where it said least, and it happened" }
                        (table("", &["case", "said", "happened"], &rows(&missed)))
                    }
                }
            }
        }
    }
}

fn separation_labels(event: &EventScores) -> Labels {
    Labels {
        title: format!("{}: cases by what was said", upper_first(&event.title)),
        x: "cases, from the lowest odds to the highest".into(),
        y: "said, per cent".into(),
    }
}

fn roc_labels(event: &EventScores) -> Labels {
    let auc = engine(event).and_then(|own| own.roc.value).map_or_else(String::new, |auc| format!(", AUC {auc:.3}"));
    Labels {
        title: format!("ROC curve of the engine{auc}"),
        x: "share of cases without it for which more was said".into(),
        y: "share of cases with it for which more was said".into(),
    }
}

fn engine(event: &EventScores) -> Option<&ModelScores> {
    event.models.iter().find(|own| own.model == Model::Engine)
}

/// The scores of an outcome in a few sentences.
fn verdict(event: &EventScores) -> String {
    let mut said = Vec::new();
    if let (Some(mean), Some(share)) = (event.mean_probability, event.share) {
        said.push(format!("The games said {:.1} % and {:.1} % was seen.", 100.0 * mean, 100.0 * share));
    }
    if let Some(own) = engine(event) {
        let ends = |of: &ScoreEstimate| {
            let interval = of.interval.as_ref();
            interval.map_or_else(String::new, |ends| format!(" ({:.0} to {:.0})", 100.0 * ends.low, 100.0 * ends.high))
        };
        if let Some(auc) = own.roc.value {
            said.push(format!(
                "Of a case in which it happened and one in which it did not, the engine gave the first more in {:.0}{} of \
                 a hundred pairs.",
                100.0 * auc,
                ends(&own.roc)
            ));
        }
        if let Some(skill) = own.log_skill.value {
            let side = if skill >= 0.0 { "better" } else { "worse" };
            said.push(format!(
                "Its log score is {:.0} %{} {side} than that of the bare share.",
                100.0 * skill.abs(),
                ends(&own.log_skill)
            ));
        }
    }
    let rival = event.differences.iter().find(|row| row.of == Model::Engine && row.against == Model::Rival);
    if let Some(row) = rival {
        said.push(match told(row) {
            Told::NotJudged => "Whether it beats a logit on the same settings cannot be judged here.".to_owned(),
            Told::NotApart => "It is not told apart from a logit on the same settings.".to_owned(),
            Told::Apart(how) => format!("Against a logit on the same settings: {how}."),
        });
    }
    said.join(" ")
}

/// How it came about.
fn ways(modes: &ModeScores) -> Markup {
    let series = ["seen".to_owned(), "said".to_owned()];
    let groups: Vec<BarGroup> = modes
        .table
        .iter()
        .map(|(called, seen, said)| BarGroup {
            label: called.clone(),
            bars: [*seen as f64, *said].map(|value| Bar { value: Some(value), interval: None }).to_vec(),
        })
        .collect();
    let labels = Labels { title: "How it came about".into(), x: "cases".into(), y: String::new() };
    html! {
        h2 { "How it came about" }
        @if !groups.is_empty() { figure { (PreEscaped(bars(&labels, &series, &groups))) } }
        (paragraphs(|text| super::modes(text, modes)))
    }
}

/// What was fitted, in words and tables.
fn fitted(fit: &FitReport) -> Markup {
    html! {
        h2 { "What was fitted" }
        (paragraphs(|text| about_fit(text, fit)))
        (words(&constants(fit)))
        @if let Some(ways) = &fit.ways {
            (paragraphs(|text| about_ways(text, ways, fit)))
            (words(&fitted_ways(ways)))
        }
    }
}

fn words(of: &WordTable) -> Markup {
    let rows: Vec<Vec<Markup>> = of.rows.iter().map(|row| row.iter().map(cell).collect()).collect();
    table("", &of.heads.iter().map(String::as_str).collect::<Vec<_>>(), &rows)
}

fn how_to_read(report: &HindcastReport) -> Markup {
    html! {
        ul.small {
            li { "Every case was played by the same rule from what was known before it; the rule was frozen before any outcome was \
                  read. A look at outcomes is counted: the more looks, the less a score surprises." }
            li { "AUC ROC: of all pairs of a case in which it happened and one in which it did not, the share in which more was \
                  said of the first. One half is chance." }
            li { "Log score: the mean of the negative logarithm of what was said of what happened; the lower, the better. Its \
                  skill is the share by which it is lower than that of a constant." }
            li { "Cases by what was said: where the model tells cases apart, dots stand at the right (Greenhill, Ward & Sacks \
                  2011). The numbers count half a game more on either side, so that nothing is said to be impossible." }
            li { "Said and seen: groups of cases of which about as much was said. Lines are intervals of 95 % of the share seen \
                  (Wilson 1927), cases taken as independent, which years of one country are not quite; none are drawn where cases \
                  weigh differently." }
            @if report.train.is_some() { li { "Train rows are not scored, and not drawn." } }
        }
    }
}
