//! The review as a page.

use std::fmt::Write;

use marchland_experiments::plot::{Bar, BarGroup, Labels, bars};
use marchland_game::{Catalogue, Turn};
use marchland_sim::scenario::Scenario;
use marchland_statistics::{Interval, PairedDifference};

use super::decisions::{DecisionReview, Judgement};
use super::{BLUNDER, Kind, LEVEL, MARGIN, Mark, Review};
use crate::html::{Page, Track, escaped, track};
use crate::paper::LOGGED;
use crate::wording::{Wording, number, upper_first};

/// Indicators whose beliefs are drawn for each seat, at most.
const BELIEFS: usize = 4;

pub(super) fn write(review: &Review, scenario: &Scenario, notice: &str) -> String {
    let words = Words { scenario, wording: Wording::new(scenario) };
    let whose = review.seat.as_ref().map_or_else(String::new, |seat| format!(" for {}", words.wording.player(seat)));
    let title = format!("{} – review{whose}", review.title);
    let mut page = Page::new(&title, &format!("{} · review{whose} · {}", review.title, review.notice));
    head(&mut page, review, &words, &whose);
    tracks(&mut page, review, &words);
    turning_points(&mut page, review, &words);
    decisions(&mut page, review, &words);
    beliefs(&mut page, review, &words);
    causes(&mut page, review, &words);
    timeline(&mut page, review, &words);
    page.element("h2", "", "How to read this");
    let text = format!(
        "{} Each decision is compared with others that its seat could have taken then, in the same imagined futures: what \
         the seat saw, draws of its belief for the rest, everybody playing as the scenario publicly assumes. Payoffs are \
         of the whole game. Brackets hold {:.0} % of doubt for all alternatives of a decision together. Best: better than \
         each alternative. Good: none is better by more than {} % of the payoff's range. Inaccurate: one is. Blunder: one \
         is better by more than {:.0} %. Where the brackets do not decide, no word stands. The model may be wrong where \
         the person was right.",
        review.notice,
        100.0 * LEVEL,
        100.0 * MARGIN,
        100.0 * BLUNDER
    );
    page.element("p", "small", &text).element("p", "small quiet", LOGGED).element("p", "small quiet", notice);
    page.finish()
}

/// Names in words.
struct Words<'a> {
    scenario: &'a Scenario,
    wording: Wording<'a>,
}

impl Words<'_> {
    fn catalogue(&self) -> &Catalogue {
        &self.scenario.catalogue
    }

    fn indicator(&self, path: &str) -> String {
        match self.catalogue().indicator(path) {
            Some(id) => upper_first(&self.wording.indicator(id)),
            None => path.to_owned(),
        }
    }

    fn value(&self, path: &str, x: f64) -> String {
        self.catalogue().indicator(path).map_or_else(|| number(x), |id| self.wording.value(id, x))
    }

    fn month(&self, turn: u32) -> String {
        let date = self.scenario.calendar.start.of(Turn(turn));
        format!("{} {}", date.month_name(), date.year)
    }

    fn player(&self, id: &str) -> String {
        if id == "facilitator" { "The facilitator".into() } else { upper_first(&self.wording.player(id)) }
    }

    /// Distance from the worst to the best payoff of a player.
    fn span(&self, player: &str) -> f64 {
        let catalogue = self.catalogue();
        catalogue.player(player).map_or(1.0, |id| catalogue.players[id.index()].payoffs.span())
    }
}

fn head(page: &mut Page, review: &Review, words: &Words<'_>, whose: &str) {
    let played = format!("{} of {} turns played", review.turns_played, review.turns);
    let seed = review.seed.map_or_else(String::new, |seed| format!(" · seed {seed}"));
    page.element("p", "kicker", &format!("Review{whose} · {played}{seed}")).element("h1", "", &review.title);
    let state = if review.over { "The game ended" } else { "The game stands" };
    let exit = match &review.exit {
        Some((way, turn)) => {
            format!("; the head of government left office irregularly ({way}) in {}", words.month(*turn))
        }
        None => String::new(),
    };
    page.raw("<div class=\"box\">")
        .element("p", "", &format!("{state} with the regime {}{exit}.", review.status.replace('_', " ")))
        .raw("</div>");
    let rows: Vec<Vec<String>> = review
        .seats
        .iter()
        .filter(|seat| !seat.holders.is_empty())
        .map(|seat| {
            let holders: Vec<String> = seat
                .holders
                .iter()
                .map(|holder| if holder == "human" { "<b>a person</b>".into() } else { escaped(holder) })
                .collect();
            let payoff = seat.payoff.map_or_else(
                || "never in the game".into(),
                |payoff| format!("{} of {} to {}", number(payoff), number(seat.range.0), number(seat.range.1)),
            );
            vec![escaped(&upper_first(&seat.title)), holders.join(", then "), payoff]
        })
        .collect();
    page.table("", &["Seat", "Held by", "Payoff"], &rows);
}

fn tracks(page: &mut Page, review: &Review, words: &Words<'_>) {
    if review.tracks.is_empty() {
        return;
    }
    let known = if review.seat.is_some() { "How it went, as far as the seat saw" } else { "How it went" };
    page.element("h2", "", known).raw("<div class=\"cards\">");
    for one in &review.tracks {
        let title = words.indicator(&one.indicator);
        page.raw(&track(&Track {
            title: &title,
            scale: one.scale,
            turns: review.turns,
            values: &one.values,
            beliefs: &[],
        }));
    }
    page.raw("</div>");
}

fn badge(mark: Option<Mark>) -> String {
    match mark {
        Some(mark) => format!("<span class=\"badge {0}\">{0}</span>", mark.name()),
        None => "<span class=\"badge none\">undecided</span>".into(),
    }
}

/// A difference in hundredths of a span, with its interval.
fn difference(change: &PairedDifference, span: f64) -> String {
    let scale = 100.0 / span;
    match (change.mean, change.interval) {
        (Some(mean), Some(interval)) => format!(
            "{}{} [{} to {}]",
            if mean * scale > 0.0 { "+" } else { "" },
            number(scale * mean),
            number(scale * interval.low),
            number(scale * interval.high)
        ),
        (Some(mean), None) => number(scale * mean),
        _ => "–".into(),
    }
}

fn turning_points(page: &mut Page, review: &Review, words: &Words<'_>) {
    page.element("h2", "", "Turning points");
    if review.turning_points.is_empty() {
        page.element("p", "", "No decision made a difference that the figures support.");
        return;
    }
    page.element(
        "p",
        "small quiet",
        "Decisions that mattered most by what their seat knew. Payoff in hundredths of its range, chance of an irregular \
         exit in percentage points; decision less alternative.",
    );
    let groups: Vec<BarGroup> = review
        .turning_points
        .iter()
        .map(|at| &review.decisions[*at])
        .map(|decision| {
            let scale = 100.0 / words.span(&decision.player);
            let bar = |other: Option<&super::Alternative>| {
                let change = other.map(|other| other.payoff);
                Bar {
                    value: change.and_then(|change| change.mean).map(|mean| scale * mean),
                    interval: change.and_then(|change| change.interval).map(|i| Interval {
                        low: scale * i.low,
                        high: scale * i.high,
                        level: i.level,
                    }),
                }
            };
            let others = &decision.known.alternatives;
            BarGroup {
                label: format!("turn {} {}", decision.turn, decision.player.replace('_', " ")),
                bars: vec![bar(others.first()), bar(others.last())],
            }
        })
        .collect();
    page.raw("<figure>").raw(&bars(
        &Labels {
            title: "What the decision gained or lost".into(),
            x: "payoff of the game, hundredths of its range: decision less alternative".into(),
            y: String::new(),
        },
        &["against the best alternative".into(), "against the worst compared".into()],
        &groups,
    ));
    page.raw("</figure><ol>");
    for at in &review.turning_points {
        let decision = &review.decisions[*at];
        let mut item = format!(
            "<li><b>{}, turn {}: {}</b> {} – {}",
            escaped(&words.month(decision.turn)),
            decision.turn,
            escaped(&words.player(&decision.player)),
            badge(decision.known.mark),
            escaped(&words.wording.decisions(&decision.chosen))
        );
        if let Some(first) = decision.known.alternatives.first() {
            let _ = write!(item, "<br>{}", against(words, decision, first));
        }
        if let Some(last) = decision.known.alternatives.last().filter(|_| decision.known.alternatives.len() > 1) {
            let _ = write!(item, "<br>{}", against(words, decision, last));
        }
        if let Some(hindsight) = &decision.hindsight {
            let _ = write!(
                item,
                "<br><span class=\"quiet\">In hindsight:</span> {}{}",
                badge(hindsight.mark),
                hindsight
                    .alternatives
                    .first()
                    .map_or(String::new(), |first| format!(" {}", against(words, decision, first)))
            );
        }
        page.raw(&(item + "</li>"));
    }
    page.raw("</ol>");
}

fn against(words: &Words<'_>, decision: &DecisionReview, other: &super::Alternative) -> String {
    let mut text = format!(
        "against {}: payoff {}",
        escaped(&words.wording.decisions(&other.orders)),
        difference(&other.payoff, words.span(&decision.player))
    );
    if let Some(exit) = other.exit.as_ref().filter(|exit| exit.zero < exit.used) {
        let _ = write!(text, ", chance of an irregular exit {}", difference(exit, 1.0));
    }
    text
}

fn decisions(page: &mut Page, review: &Review, words: &Words<'_>) {
    page.element("h2", "", "Every decision");
    if review.decisions.is_empty() {
        page.element("p", "", "No person took a decision in this game; --all reviews those of strategies.");
        return;
    }
    for seat in &review.seats {
        let own: Vec<(usize, &DecisionReview)> =
            review.decisions.iter().enumerate().filter(|(_, one)| one.player == seat.player).collect();
        if own.is_empty() {
            continue;
        }
        let count = |mark: Option<Mark>| own.iter().filter(|(_, one)| one.known.mark == mark).count();
        let mut summary = format!("{} decisions", own.len());
        for mark in [Mark::Best, Mark::Good, Mark::Inaccurate, Mark::Blunder] {
            if count(Some(mark)) > 0 {
                let _ = write!(summary, ", {} {}", count(Some(mark)), mark.name());
            }
        }
        if count(None) > 0 {
            let _ = write!(summary, ", {} undecided", count(None));
        }
        page.element("h3", "", &upper_first(&seat.title)).element("p", "small quiet", &summary);
        let hindsight = own.iter().any(|(_, one)| one.hindsight.is_some());
        let rows: Vec<Vec<String>> = own
            .iter()
            .map(|(at, one)| {
                let week = if one.round > 0 { format!(", week {}", one.round + 1) } else { String::new() };
                let star = if review.is_turning_point(*at) { " ★" } else { "" };
                let late = if one.timed_out { " <span class=\"quiet\">(time ran out)</span>" } else { "" };
                let mut row = vec![
                    format!("{}{week}{star}", one.turn),
                    format!("{}{late}", escaped(&words.wording.decisions(&one.chosen))),
                    badge(one.known.mark),
                    best_alternative(words, one, &one.known),
                    one.known.exit_chance.map_or("–".into(), |chance| format!("{:.0} %", 100.0 * chance)),
                ];
                if hindsight {
                    row.push(one.hindsight.as_ref().map_or_else(String::new, |judged| {
                        format!("{} {}", badge(judged.mark), best_alternative(words, one, judged))
                    }));
                }
                row
            })
            .collect();
        let mut heads = vec!["Turn", "What it did", "", "Against the best alternative", "Exit odds"];
        if hindsight {
            heads.push("In hindsight");
        }
        page.table("", &heads, &rows);
    }
}

fn best_alternative(words: &Words<'_>, decision: &DecisionReview, judged: &Judgement) -> String {
    match judged.alternatives.first() {
        None => "there was none".into(),
        Some(other) => format!(
            "{}: {}",
            escaped(&words.wording.decisions(&other.orders)),
            difference(&other.payoff, words.span(&decision.player))
        ),
    }
}

fn beliefs(page: &mut Page, review: &Review, words: &Words<'_>) {
    if review.beliefs.is_empty() {
        return;
    }
    page.element("h2", "break", "What was believed, and what was true").element(
        "p",
        "small quiet",
        "Black: the truth. Blue rings: what the seat saw or believed when it decided, with two standard deviations. The \
         indicators furthest from the truth.",
    );
    for seat in &review.seats {
        let own: Vec<_> =
            review.beliefs.iter().filter(|one| one.player == seat.player && one.error > 0.0).take(BELIEFS).collect();
        if own.is_empty() {
            continue;
        }
        page.element("h3", "", &upper_first(&seat.title)).raw("<div class=\"cards\">");
        for one in own {
            let title = words.indicator(&one.indicator);
            let truth: Vec<(u32, f64)> = one.months.iter().map(|month| (month.turn - 1, month.truth)).collect();
            let believed: Vec<(u32, f64, f64)> =
                one.months.iter().map(|month| (month.turn - 1, month.believed, month.sd)).collect();
            let all: Vec<f64> = one.months.iter().flat_map(|month| [month.truth, month.believed]).collect();
            let range = words
                .catalogue()
                .indicator(&one.indicator)
                .map_or((0.0, 1.0), |id| words.catalogue().indicators[id.index()].range);
            page.raw("<div>").raw(&track(&Track {
                title: &title,
                scale: crate::paper::scale(range, &all),
                turns: review.turns,
                values: &truth,
                beliefs: &believed,
            }));
            let text = format!(
                "Off by {} on average, most at turn {}.",
                words.value(&one.indicator, one.error),
                one.furthest_turn
            );
            page.element("p", "small", &text).raw("</div>");
        }
        page.raw("</div>");
    }
}

fn causes(page: &mut Page, review: &Review, words: &Words<'_>) {
    if review.causes.is_empty() {
        return;
    }
    page.element("h2", "", "Why: the largest changes, followed to their causes");
    for change in &review.causes {
        for (depth, link) in change.links.iter().enumerate() {
            let name = words.indicator(&link.indicator);
            let went = format!(
                "{name} went from {} to {}",
                words.value(&link.indicator, link.before),
                words.value(&link.indicator, link.after)
            );
            if depth == 0 {
                page.element("h3", "", &went);
            } else {
                page.raw(&format!("<p>\u{21b3} <b>{}</b></p>", escaped(&went)));
            }
            let causes: String = link
                .causes
                .iter()
                .take(if depth == 0 { 5 } else { 3 })
                .map(|cause| {
                    let size = words.catalogue().indicator(&link.indicator);
                    let size = size.map_or_else(|| number(cause.amount), |id| words.wording.size(id, cause.amount));
                    format!(
                        "<li>{}{} – {} <span class=\"quiet\">(most in {})</span></li>",
                        if cause.amount >= 0.0 { "+" } else { "\u{2212}" },
                        escaped(&size),
                        escaped(&words.wording.cause(&cause.cause)),
                        escaped(&words.month(cause.peak_turn))
                    )
                })
                .collect();
            page.raw(&format!("<ul>{causes}</ul>"));
        }
    }
}

fn timeline(page: &mut Page, review: &Review, words: &Words<'_>) {
    page.element("h2", "break", "What happened");
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut last = 0;
    for one in &review.timeline {
        let kind = match one.kind {
            Kind::Branch => "branch",
            Kind::Seat => "seat",
            Kind::Inject => "inject",
            Kind::Message => "message",
            Kind::Proposal => "free action",
            Kind::Order => "order",
            Kind::Vote => "vote",
            Kind::Override => "override",
            Kind::Clock => "clock",
            Kind::Event => "event",
            Kind::Note => "note",
        };
        let what =
            if one.kind == Kind::Order { upper_first(&words.wording.decision(&one.what)) } else { one.what.clone() };
        let month = if one.turn == last { String::new() } else { format!("{} · {}", one.turn, words.month(one.turn)) };
        last = one.turn;
        let strong = matches!(one.kind, Kind::Event | Kind::Inject | Kind::Override | Kind::Vote);
        let what = if strong { format!("<b>{}</b>", escaped(&what)) } else { escaped(&what) };
        rows.push(vec![
            escaped(&month),
            kind.to_owned(),
            if one.who.is_empty() { String::new() } else { escaped(&words.player(&one.who)) },
            what,
            escaped(&one.result),
        ]);
    }
    page.table("", &["Turn", "", "Who", "What", "How it came out, or why"], &rows);
}
