//! The review as a page.

use marchland_game::{Catalogue, Turn};
use marchland_laws::state::country::ExitMode;
use marchland_session::Fact;
use marchland_session::review::{
    Alternative, CauseLink, CauseOf, DecisionReview, Happening, Judgement, Kind, LEVEL, Mark, Review, scale,
};
use marchland_sim::scenario::Scenario;
use marchland_statistics::{Interval, PairedDifference, Refusal};
use maud::{Markup, PreEscaped, html};

use super::months::{self, PlayedMonth};
use super::plain;
use crate::number::{counted, number};
use crate::page::{Page, cell, closing, table};
use crate::paper::LOGGED;
use crate::picture::{Bar, BarGroup, Labels, Track, bars, track};
use crate::wording::{Wording, upper_first};

/// Indicators whose beliefs are drawn for each seat, at most.
const BELIEFS: usize = 4;
/// Maps that a review has, at most.
const MAPS: usize = 4;

/// The page of a review: one file that needs nothing but itself, and prints to A4.
#[must_use]
pub fn page(review: &Review, scenario: &Scenario, notice: &str) -> String {
    page_by_month(review, scenario, notice, &[])
}

/// The same, with the months that were played, one shown at a time.
#[must_use]
pub fn page_by_month(review: &Review, scenario: &Scenario, notice: &str, played: &[PlayedMonth]) -> String {
    let words = Words::new(scenario);
    let whose = review.seat.as_ref().map_or_else(String::new, |seat| format!(" for {}", words.wording.player(seat)));
    let title = format!("{} – review{whose}", review.title);
    let mut page = Page::new(&title, &format!("{} · review{whose} · {}", review.title, review.notice));
    let text = how_to_read(review);
    page.style(&months::style(played));
    page.add(head(review, &words, &whose))
        .add(first(review, &words))
        .add(tracks(review, &words))
        .add(regions(review, scenario))
        .add(months::part(review, scenario, played))
        .add(turning_points(review, &words))
        .add(decisions(review, &words))
        .add(beliefs(review, &words))
        .add(causes(review, &words))
        .add(timeline(review, &words))
        .add(html! {
            h2 { "How to read this" }
            p.small { (text) }
            (closing(&[LOGGED, notice]))
        });
    page.finish()
}

/// What the figures of a review are, and what they are not.
pub(super) fn how_to_read(review: &Review) -> String {
    format!(
        "{} Others play in these futures as the scenario publicly assumes; what the seat saw is as it was, and the rest is \
         drawn from what it believed. Payoffs are of the whole game. Brackets hold {:.0} % of doubt for all alternatives of \
         a decision together. The model may be wrong where the person was right.",
        review.notice,
        100.0 * LEVEL,
    )
}

/// Names in words.
pub(super) struct Words<'a> {
    scenario: &'a Scenario,
    wording: Wording<'a>,
}

impl<'a> Words<'a> {
    pub(super) fn new(scenario: &'a Scenario) -> Self {
        Self { scenario, wording: Wording::new(scenario) }
    }
}

impl Words<'_> {
    /// How office was lost: a sentence without its full stop.
    pub(super) fn fallen(&self, way: ExitMode) -> String {
        crate::story::phrases::Phrases { scenario: self.scenario }.fact(Fact::Fall(way))
    }

    fn catalogue(&self) -> &Catalogue {
        &self.scenario.catalogue
    }

    pub(super) fn indicator(&self, path: &str) -> String {
        match self.catalogue().indicator(path) {
            Some(id) => upper_first(&self.wording.indicator(id)),
            None => path.to_owned(),
        }
    }

    fn unit(&self, path: &str) -> &str {
        let catalogue = self.catalogue();
        catalogue.indicator(path).map_or("", |id| catalogue.indicators[id.index()].unit.as_str())
    }

    /// Whether there is office to be lost.
    pub(super) fn has_regime(&self) -> bool {
        self.scenario.regime.is_some()
    }

    /// The same within a sentence.
    pub(super) fn noun(&self, path: &str) -> String {
        match self.catalogue().indicator(path) {
            Some(id) => self.wording.indicator(id),
            None => path.to_owned(),
        }
    }

    pub(super) fn decision(&self, name: &str) -> String {
        self.wording.decision(name)
    }

    pub(super) fn decisions(&self, names: &[String]) -> String {
        self.wording.decisions(names)
    }

    pub(super) fn value(&self, path: &str, x: f64) -> String {
        self.catalogue().indicator(path).map_or_else(|| number(x), |id| self.wording.value(id, x))
    }

    /// The size of a change or an error: of a share in points.
    pub(super) fn size(&self, path: &str, x: f64) -> String {
        self.catalogue().indicator(path).map_or_else(|| number(x), |id| self.wording.size(id, x))
    }

    pub(super) fn month(&self, turn: u32) -> String {
        let date = self.scenario.calendar.start.of(Turn(turn));
        format!("{} {}", date.month_name(), date.year)
    }

    /// A player within a sentence.
    pub(super) fn noun_of(&self, player: &str) -> String {
        self.wording.player(player)
    }

    /// What a cause of a change amounts to, and when it did most.
    pub(super) fn cause(&self, link: &CauseLink, cause: &CauseOf) -> String {
        let size = self.catalogue().indicator(&link.indicator);
        let size = size.map_or_else(|| number(cause.amount), |id| self.wording.size(id, cause.amount));
        let sign = if cause.amount >= 0.0 { "+" } else { "\u{2212}" };
        let named = self.wording.named_cause(&cause.cause_parts);
        format!("{sign}{size} \u{2013} {named} (most in {})", self.month(cause.peak_turn))
    }

    /// What happened, an order by its title.
    pub(super) fn what(&self, one: &Happening) -> String {
        match one.kind {
            Kind::Order => upper_first(&self.wording.decision(&one.what)),
            _ => one.what.clone(),
        }
    }

    pub(super) fn player(&self, id: &str) -> String {
        if id == "facilitator" { "The facilitator".into() } else { upper_first(&self.wording.player(id)) }
    }

    /// A player in few words.
    fn short(&self, id: &str) -> String {
        upper_first(&self.wording.short_player(id))
    }

    /// Distance from the worst to the best payoff of a player.
    pub(super) fn span(&self, player: &str) -> f64 {
        let catalogue = self.catalogue();
        catalogue.player(player).map_or(1.0, |id| catalogue.players[id.index()].payoffs.span())
    }
}

fn head(review: &Review, words: &Words<'_>, whose: &str) -> Markup {
    let seed = review.seed.map_or_else(String::new, |seed| format!(" · seed {seed}"));
    let rows: Vec<Vec<Markup>> = review
        .seats
        .iter()
        .filter(|seat| !seat.holders.is_empty())
        .map(|seat| {
            let holders = html! {
                @for (at, holder) in seat.holders.iter().enumerate() {
                    @if at > 0 { ", then " }
                    @if holder == "human" { b { "a person" } } @else { (holder) }
                }
            };
            let payoff = seat.payoff.map_or_else(
                || "no whole month in office".into(),
                |payoff| format!("{} of {} to {}", number(payoff), number(seat.range.0), number(seat.range.1)),
            );
            vec![cell(upper_first(&seat.title)), holders, cell(payoff)]
        })
        .collect();
    html! {
        p.kicker { "Review" (whose) " · " (review.turns_played) " of " (review.turns) " turns played" (seed) }
        h1 { (review.title) }
        div.box { p { (plain::ending(review, words)) } }
        (table("", &["Seat", "Held by", "Payoff"], &rows))
    }
}

/// The decisions that mattered most, in words.
fn first(review: &Review, words: &Words<'_>) -> Markup {
    let told = plain::decisions(review, words);
    html! {
        @if !told.is_empty() {
            h2 { "What mattered most" }
            p.small.quiet { (plain::key(review.turns)) }
            @for (title, mark, text) in &told {
                p { b { (title) } " " (badge(*mark)) br; (text) }
            }
        }
    }
}

/// What happened to the game itself, by turn: a letter for each kind, those of one turn one after another.
fn marks(review: &Review) -> Vec<(u32, char)> {
    let of = |one: &Happening| match one.kind {
        Kind::Inject => Some('I'),
        Kind::Override => Some('O'),
        Kind::Branch => Some('B'),
        _ => None,
    };
    let falls = review.falls.iter().map(|turn| (*turn, 'F'));
    let others = review.timeline.iter().filter_map(|one| Some((one.turn, of(one)?)));
    let mut all: Vec<(u32, char)> = falls.chain(others).collect();
    all.sort_by_key(|(turn, letter)| (*turn, *letter != 'F', *letter));
    all.dedup();
    all
}

/// What the letters on charts mean, of those that stand there.
fn key_of(marks: &[(u32, char)]) -> Option<String> {
    const MEANINGS: [(char, &str); 4] = [
        ('F', "office was lost"),
        ('I', "the facilitator's inject"),
        ('O', "a ruling overridden"),
        ('B', "a branch began"),
    ];
    let used = MEANINGS.iter().filter(|(letter, _)| marks.iter().any(|(_, own)| own == letter));
    let told: Vec<String> = used.map(|(letter, meaning)| format!("{letter}: {meaning}")).collect();
    (!told.is_empty()).then(|| format!("Marks on the charts, by turn. {}.", told.join("; ")))
}

fn tracks(review: &Review, words: &Words<'_>) -> Markup {
    let marks = marks(review);
    let known = if review.seat.is_some() { "How it went, as far as the seat saw" } else { "How it went" };
    html! {
        @if !review.tracks.is_empty() {
            h2 { (known) }
            div.cards {
                @for one in &review.tracks {
                    (track(&Track {
                        title: &words.indicator(&one.indicator),
                        unit: words.unit(&one.indicator),
                        scale: one.scale,
                        turns: review.turns,
                        values: &one.values,
                        beliefs: &[],
                        marks: &marks,
                    }))
                }
            }
            @if let Some(key) = key_of(&marks) { p.small.quiet { (key) } }
        }
    }
}

fn regions(review: &Review, scenario: &Scenario) -> Markup {
    let known = if review.seat.is_some() { "The regions, as far as the seat saw" } else { "The regions" };
    html! {
        @if let Some(figure) = crate::map::figure(scenario, &review.regions, MAPS) { h2 { (known) } div.cards { (figure) } }
    }
}

fn badge(mark: Option<Mark>) -> Markup {
    html! {
        @match mark {
            Some(mark) => span class={ "badge " (mark.name()) } { (plain::word(Some(mark))) },
            None => span.badge.none { (plain::word(None)) },
        }
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
        (Some(mean), None) => match change.refusal {
            Some(refusal) if refusal != Refusal::Constant => {
                format!("{} (no interval: {refusal})", number(scale * mean))
            }
            _ => number(scale * mean),
        },
        _ => "–".into(),
    }
}

fn turning_points(review: &Review, words: &Words<'_>) -> Markup {
    if review.turning_points.is_empty() {
        return html! {
            h2 { "Turning points" }
            p { "No decision made a difference that the figures support." }
        };
    }
    let groups: Vec<BarGroup> = review
        .turning_points
        .iter()
        .map(|at| &review.decisions[*at])
        .map(|decision| {
            let scale = 100.0 / words.span(&decision.player);
            let bar = |other: Option<&Alternative>| {
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
                label: format!("{}, {}", words.month(decision.turn), words.short(&decision.player)),
                bars: vec![bar(others.first()), bar(others.last())],
            }
        })
        .collect();
    let figure = bars(
        &Labels {
            title: "What the decision gained or lost".into(),
            x: "payoff of the game, hundredths of its range: decision less alternative".into(),
            y: String::new(),
        },
        &["against the best alternative".into(), "against the worst compared".into()],
        &groups,
    );
    html! {
        h2 { "Turning points" }
        p.small.quiet {
            "Decisions that mattered most by what their seat knew. Payoff in hundredths of its range, chance of an \
             irregular exit in percentage points; decision less alternative."
        }
        // A picture of ours: its writer escaped every text.
        figure { (PreEscaped(figure)) }
        ol {
            @for decision in review.turning_points.iter().map(|at| &review.decisions[*at]) {
                li {
                    b { (words.month(decision.turn)) ", turn " (decision.turn) ": " (words.player(&decision.player)) }
                    " " (badge(decision.known.mark)) " – " (words.wording.decisions(&decision.chosen))
                    @let others = &decision.known.alternatives;
                    @if let Some(first) = others.first() { br; (against(words, decision, first)) }
                    @if others.len() > 1 { br; (against(words, decision, &others[others.len() - 1])) }
                    @if let Some(hindsight) = &decision.hindsight {
                        br;
                        span.quiet { "In hindsight:" }
                        " " (badge(hindsight.mark))
                        @if let Some(first) = hindsight.alternatives.first() { " " (against(words, decision, first)) }
                    }
                }
            }
        }
    }
}

fn against(words: &Words<'_>, decision: &DecisionReview, other: &Alternative) -> String {
    let mut text = format!(
        "against {}: payoff {}",
        words.wording.decisions(&other.orders),
        difference(&other.payoff, words.span(&decision.player))
    );
    if let Some(exit) = other.exit.as_ref().filter(|exit| exit.zero < exit.used) {
        text += &format!(", chance of an irregular exit {}", difference(exit, 1.0));
    }
    text
}

fn decisions(review: &Review, words: &Words<'_>) -> Markup {
    html! {
        h2 { "Every decision" }
        // Where the first page has nothing to tell, the words are explained where they first stand.
        @if plain::decisions(review, words).is_empty() && !review.decisions.is_empty() { p.small.quiet { (plain::key(review.turns)) } }
        @if review.decisions.is_empty() {
            p { "No person took a decision in this game; --all reviews those of strategies." }
        }
        @for seat in &review.seats {
            @let own: Vec<(usize, &DecisionReview)> =
                review.decisions.iter().enumerate().filter(|(_, one)| one.player == seat.player).collect();
            @if !own.is_empty() {
                h3 { (upper_first(&seat.title)) }
                p.small.quiet { (counts(&own)) }
                (decisions_of(review, words, &own))
            }
        }
    }
}

/// How many decisions bear which mark.
pub(super) fn counts(own: &[(usize, &DecisionReview)]) -> String {
    let count = |mark: Option<Mark>| own.iter().filter(|(_, one)| one.known.mark == mark).count();
    let mut summary = counted(own.len() as u64, "decision");
    let all = [
        (count(Some(Mark::Best)), plain::word(Some(Mark::Best))),
        (count(Some(Mark::Good)), plain::word(Some(Mark::Good))),
        (count(Some(Mark::Inaccurate)), plain::word(Some(Mark::Inaccurate))),
        (count(Some(Mark::Blunder)), plain::word(Some(Mark::Blunder))),
        (count(None), plain::word(None)),
    ];
    for (count, word) in all.into_iter().filter(|(count, _)| *count > 0) {
        summary += &format!(", {count} {word}");
    }
    summary
}

fn decisions_of(review: &Review, words: &Words<'_>, own: &[(usize, &DecisionReview)]) -> Markup {
    let hindsight = own.iter().any(|(_, one)| one.hindsight.is_some());
    let rows: Vec<Vec<Markup>> = own
        .iter()
        .map(|(at, one)| {
            let week = if one.round > 0 { format!(", week {}", one.round + 1) } else { String::new() };
            let star = if review.is_turning_point(*at) { " ★" } else { "" };
            let mut row = vec![
                cell(format!("{}{week}{star}", one.turn)),
                html! {
                    (words.wording.decisions(&one.chosen))
                    @if one.timed_out { " " span.quiet { "(time ran out)" } }
                    @if !one.overruled.is_empty() {
                        " " span.quiet { "(overruled by the facilitator: " (words.wording.decisions(&one.overruled)) ")" }
                    }
                },
                badge(one.known.mark),
                cell(best_alternative(words, one, &one.known)),
                cell(one.known.exit_chance.map_or("–".into(), |chance| format!("{:.0} %", 100.0 * chance))),
            ];
            if hindsight {
                row.push(html! {
                    @if let Some(judged) = &one.hindsight {
                        (badge(judged.mark)) " " (best_alternative(words, one, judged))
                    }
                });
            }
            row
        })
        .collect();
    let mut heads = vec!["Turn", "What it did", "", "Against the best alternative", "Exit odds"];
    if hindsight {
        heads.push("In hindsight");
    }
    table("", &heads, &rows)
}

pub(super) fn best_alternative(words: &Words<'_>, decision: &DecisionReview, judged: &Judgement) -> String {
    match judged.alternatives.first() {
        None => "there was none".into(),
        Some(other) => format!(
            "{}: {}",
            words.wording.decisions(&other.orders),
            difference(&other.payoff, words.span(&decision.player))
        ),
    }
}

fn beliefs(review: &Review, words: &Words<'_>) -> Markup {
    if review.beliefs.is_empty() {
        return html! {};
    }
    html! {
        h2.break { "What was believed, and what was true" }
        p.small.quiet {
            "Black: the truth. Blue rings: what the seat saw or believed when it decided, with two standard deviations. \
             The indicators furthest from the truth, of those that were off by more than that."
        }
        @for seat in &review.seats {
            @let own: Vec<_> =
                review.beliefs.iter().filter(|one| one.player == seat.player && astray(one)).take(BELIEFS).collect();
            @if !own.is_empty() {
                h3 { (upper_first(&seat.title)) }
                div.cards { @for one in own { div { (belief(review, words, one)) } } }
            }
        }
    }
}

/// Whether a belief was once off by more than its own doubt.
fn astray(belief: &marchland_session::review::Belief) -> bool {
    belief.months.iter().any(plain::mistaken)
}

fn belief(review: &Review, words: &Words<'_>, one: &marchland_session::review::Belief) -> Markup {
    let truth: Vec<(u32, f64)> = one.months.iter().map(|month| (month.turn - 1, month.truth)).collect();
    let believed: Vec<(u32, f64, f64)> =
        one.months.iter().map(|month| (month.turn - 1, month.believed, month.sd)).collect();
    let all: Vec<f64> = one.months.iter().flat_map(|month| [month.truth, month.believed]).collect();
    let range = words
        .catalogue()
        .indicator(&one.indicator)
        .map_or((0.0, 1.0), |id| words.catalogue().indicators[id.index()].range);
    html! {
        (track(&Track {
            title: &words.indicator(&one.indicator),
            unit: words.unit(&one.indicator),
            scale: scale(range, &all),
            turns: review.turns,
            values: &truth,
            beliefs: &believed,
            marks: &[],
        }))
        p.small {
            "Off by " (words.size(&one.indicator, one.error)) " on average, most at turn " (one.furthest_turn) "."
        }
    }
}

fn causes(review: &Review, words: &Words<'_>) -> Markup {
    if review.causes.is_empty() {
        return html! {};
    }
    html! {
        h2 { "Why: the largest changes, followed to their causes" }
        @for change in &review.causes {
            @for (depth, link) in change.links.iter().enumerate() {
                @let went = format!(
                    "{} went from {} to {}",
                    words.indicator(&link.indicator),
                    words.value(&link.indicator, link.before),
                    words.value(&link.indicator, link.after)
                );
                @if depth == 0 { h3 { (went) } } @else { p { "\u{21b3} " b { (went) } } }
                ul {
                    @for cause in link.causes.iter().take(if depth == 0 { 5 } else { 3 }) {
                        li { (words.cause(link, cause)) }
                    }
                }
            }
        }
    }
}

/// What kind of thing happened, in a word.
pub(super) fn kind(kind: Kind) -> &'static str {
    match kind {
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
    }
}

fn timeline(review: &Review, words: &Words<'_>) -> Markup {
    let mut last = 0;
    let rows: Vec<Vec<Markup>> = review
        .timeline
        .iter()
        .map(|one| {
            let kind = kind(one.kind);
            let what = words.what(one);
            let month =
                if one.turn == last { String::new() } else { format!("{} · {}", one.turn, words.month(one.turn)) };
            last = one.turn;
            let strong = matches!(one.kind, Kind::Event | Kind::Inject | Kind::Override | Kind::Vote);
            vec![
                cell(month),
                cell(kind),
                cell(if one.who.is_empty() { String::new() } else { words.player(&one.who) }),
                html! { @if strong { b { (what) } } @else { (what) } },
                html! { (one.result) @if one.overruled { b { " – overruled by the facilitator" } } },
            ]
        })
        .collect();
    html! {
        h2.break { "What happened" }
        (table("", &["Turn", "", "Who", "What", "How it came out, or why"], &rows))
    }
}
