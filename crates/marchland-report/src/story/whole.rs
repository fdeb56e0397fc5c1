//! A whole game, its outcome first.

use marchland_game::{IndicatorId, Outcome, TurnRecord};
use marchland_laws::state::country::{ExitMode, RegimeStatus};
use marchland_laws::state::elite::Strike;
use marchland_sim::scenario::Scenario;
use marchland_sim::world::CodedState;

use super::audience::Audience;
use super::cast::{Cast, Country, Values};
use super::ending;
use super::happening::{BEYOND, Happening, PowerLost, What, gather};
use super::month::{AS_BEFORE, Month, Teller};
use super::phrases::Phrases;
use super::scale::{ordinal, spelled, whole as whole_people};
use super::sentence::{Sentences, set};
use super::threads::month;
use crate::number::counted;
use crate::screen::{BAD, BOLD, DATE, PLAIN, QUIET, Screen, TURNING};
use crate::visible::line;

/// What heads a story.
pub struct Heading<'a> {
    /// The game's seed.
    pub seed: u64,
    /// The belief set in force.
    pub belief: Option<&'a str>,
    /// Strategies by player and population.
    pub strategies: &'a [(String, String)],
}

/// The story of a traced game: three sentences on its outcome, its months, what it left.
#[must_use]
pub fn whole(
    scenario: &Scenario,
    records: &[TurnRecord],
    outcome: &Outcome,
    heading: &Heading<'_>,
    notice: &str,
) -> Screen {
    let months = Teller::new(scenario).months(records);
    let mut to = head(scenario, outcome, heading);
    for text in opening(scenario, records, outcome) {
        to.paragraph(&text, "", PLAIN);
    }
    let mut at = 0;
    while at < months.len() {
        let quiet = months[at..].iter().take_while(|month| month.is_quiet()).count();
        to.end();
        if quiet > 1 {
            write_quiet(&mut to, &months[at..at + quiet]);
        } else {
            write(&mut to, &months[at], records[at].rounds.len() > 1);
        }
        at += quiet.max(1);
    }
    to.end();
    ending::write(&mut to, scenario, outcome);
    to.end().paragraph(notice, "", QUIET);
    to
}

/// The same in short: the outcome, and a paragraph a quarter.
#[must_use]
pub fn brief(
    scenario: &Scenario,
    records: &[TurnRecord],
    outcome: &Outcome,
    heading: &Heading<'_>,
    notice: &str,
) -> Screen {
    /// Sentences of a quarter.
    const SENTENCES: usize = 4;
    let months = Teller::new(scenario).months(records);
    let mut to = head(scenario, outcome, heading);
    for text in opening(scenario, records, outcome) {
        to.paragraph(&text, "", PLAIN);
    }
    for quarter in months.chunks(3) {
        let (Some(first), Some(last)) = (quarter.first(), quarter.last()) else { continue };
        to.end().styled(DATE, &span(first, last)).end();
        let mut best: Vec<(u32, f64, String)> = quarter
            .iter()
            .flat_map(|month| {
                let name = month.date.split(' ').next().unwrap_or_default().to_owned();
                let heads = (month.weight > 0.0)
                    .then(|| (month.turn, month.weight + 0.5, format!("{name}: {}.", month.headline)));
                let rest = month.by_weight().into_iter().filter(|told| told.weight >= 36.0);
                heads.into_iter().chain(rest.take(2).map(|told| (month.turn, told.weight, told.text.clone())))
            })
            .collect();
        best.sort_by(|a, b| b.1.total_cmp(&a.1));
        best.truncate(SENTENCES);
        best.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
        let text = match best.is_empty() {
            true => set(&without_news(quarter)),
            false => best.into_iter().map(|(.., text)| text).collect::<Vec<_>>().join(" "),
        };
        to.paragraph(&text, "  ", PLAIN);
    }
    to.end().paragraph(notice, "", QUIET);
    to
}

fn head(scenario: &Scenario, outcome: &Outcome, heading: &Heading<'_>) -> Screen {
    let mut to = Screen::new();
    to.styled(BOLD, &line(&scenario.title)).end();
    let belief = heading.belief.map(|belief| format!(", belief {belief}")).unwrap_or_default();
    let turns = counted(u64::from(outcome.turns), "turn");
    to.styled(QUIET, &format!("Seed {}{belief}. {turns}.", heading.seed)).end();
    if !heading.strategies.is_empty() {
        let list: Vec<String> = heading.strategies.iter().map(|(player, name)| format!("{player} {name}")).collect();
        to.paragraph(&format!("Strategies: {}.", list.join("; ")), "", QUIET);
    }
    to.end();
    to
}

/// Months by name, the year said once where it is one: `April 2010`, `May and June 2010`, `May to July 2010`,
/// `December 2010 to February 2011`.
fn span(first: &Month, last: &Month) -> String {
    if first.turn == last.turn {
        return first.date.clone();
    }
    match (first.date.rsplit_once(' '), last.date.rsplit_once(' ')) {
        (Some((month, year)), Some((_, other))) if year == other => {
            let word = if last.turn == first.turn + 1 { "and" } else { "to" };
            format!("{month} {word} {}", last.date)
        }
        _ => format!("{} to {}", first.date, last.date),
    }
}

/// What heads months without news: quiet ones, or such in which a great deed went on.
fn without_news(months: &[Month]) -> String {
    let (goes_on, count) = (months.iter().any(|month| month.lead == AS_BEFORE), spelled(months.len() as u64));
    match (months.len(), goes_on) {
        (1, true) => AS_BEFORE.to_owned(),
        (1, false) => "a quiet month".to_owned(),
        (_, true) => format!("{count} months {AS_BEFORE}"),
        (_, false) => format!("{count} quiet months"),
    }
}

/// Writes months in which nothing happened as one.
fn write_quiet(to: &mut Screen, months: &[Month]) {
    let (Some(first), Some(last)) = (months.first(), months.last()) else { return };
    to.heading(&span(first, last), BOLD, &crate::wording::upper_first(&without_news(months)));
    gauges(to, last);
}

fn gauges(to: &mut Screen, month: &Month) {
    if !month.gauges.is_empty() {
        let gauges: Vec<String> = month.gauges.iter().map(|(label, level)| format!("{label}: {level}")).collect();
        to.paragraph(&gauges.join(" | "), "  ", QUIET);
    }
}

/// Writes a month.
pub(super) fn write(to: &mut Screen, month: &Month, weekly: bool) {
    let style = if month.weight >= super::happening::DEATHS { TURNING } else { BOLD };
    to.heading(&month.date, style, &month.headline);
    if weekly {
        to.paragraph("The crisis clock ran: this month was played week by week.", "  ", BAD);
    }
    for paragraph in &month.paragraphs {
        let text: Vec<&str> = paragraph.sentences.iter().map(|told| told.text.as_str()).collect();
        to.paragraph(&text.join(" "), "  ", PLAIN);
    }
    gauges(to, month);
}

/// Three sentences: what became of the government, when and how, what decided it.
#[must_use]
pub(super) fn opening(scenario: &Scenario, records: &[TurnRecord], outcome: &Outcome) -> Vec<String> {
    let cast = Cast::of(scenario);
    let Some(country) = &cast.country else { return without_regime(scenario, outcome) };
    let all: Vec<Happening> = (1..=records.len())
        .flat_map(|end| gather(scenario, &cast, &records[..end], Audience::Everything, None))
        .collect();
    let falls: Vec<&Happening> = all.iter().filter(|happening| matches!(happening.what, What::PowerLost(_))).collect();
    let end = month(scenario.calendar.start, records.last().map_or(1, |record| record.turn));
    let mut told = match falls.first() {
        Some(first) => fell(scenario, &cast, country, records, &falls, first, &end),
        None => held(scenario, &cast, country, records, &all, &end),
    };
    if let Some((turn, text)) = collapsed(scenario, country, &all) {
        // What came first is told first.
        let after = usize::from(falls.first().is_some_and(|first| first.turn <= turn));
        told.insert(after.min(told.len()), text);
    }
    told
}

/// When the state lost its hold, and whether it took hold again; none where it never lost it.
fn collapsed(scenario: &Scenario, country: &Country, all: &[Happening]) -> Option<(u32, String)> {
    let date = |turn: u32| month(scenario.calendar.start, turn);
    let mut steps: Vec<(u32, bool)> = all
        .iter()
        .filter_map(|happening| match happening.what {
            What::Authority { restored } => Some((happening.turn, restored)),
            _ => None,
        })
        .collect();
    steps.sort_unstable();
    let first = steps.iter().find(|(_, restored)| !restored)?.0;
    let then = match steps.last() {
        Some((turn, true)) => format!("took hold again in {}", date(*turn)),
        _ => "never took hold again".to_owned(),
    };
    let times = steps.iter().filter(|(_, restored)| !restored).count() as u64;
    let first_of = if times > 1 { format!(", for the first of {} times", spelled(times)) } else { String::new() };
    Some((
        first,
        set(&format!("in {} the state lost its hold on {}{first_of}, and {then}", date(first), country.title)),
    ))
}

/// Every loss of office of a game in sentences: when and how, who had stood aside, who took over, what decided it.
#[must_use]
pub fn falls(scenario: &Scenario, records: &[TurnRecord]) -> Vec<String> {
    let cast = Cast::of(scenario);
    let Some(country) = &cast.country else { return Vec::new() };
    let sentences = Sentences { scenario, cast: &cast, phrases: Phrases { scenario }, audience: Audience::Everything };
    let mut told = Vec::new();
    for end in 1..=records.len() {
        for happening in gather(scenario, &cast, &records[..end], Audience::Everything, None) {
            let What::PowerLost(lost) = &happening.what else { continue };
            let date = month(scenario.calendar.start, happening.turn);
            let week = happening.week.map(|week| format!(", in the {} week,", ordinal(u64::from(week))));
            let what = sentences.main(&happening).unwrap_or_default();
            let mut texts = vec![format!("in {date}{} {what}", week.unwrap_or_default())];
            texts.extend(sentences.details(&happening, false));
            texts.push(decided(scenario, &cast, country, records, lost, &happening));
            told.push(texts.iter().map(|text| set(text)).collect::<Vec<_>>().join(" "));
        }
    }
    told
}

fn fell(
    scenario: &Scenario,
    cast: &Cast,
    country: &Country,
    records: &[TurnRecord],
    falls: &[&Happening],
    first: &Happening,
    end: &str,
) -> Vec<String> {
    let What::PowerLost(lost) = &first.what else { return Vec::new() };
    let phrases = Phrases { scenario };
    let sentences = Sentences { scenario, cast, phrases, audience: Audience::Everything };
    let date = month(scenario.calendar.start, first.turn);
    let fallen = lost.fallen.map_or_else(|| "the government".to_owned(), |player| phrases.player(player));
    let how = sentences.fall(lost, "it");
    let when = match records.len() {
        0 | 1 => String::new(),
        all => format!(", the {} of {} months", ordinal(u64::from(first.turn)), spelled(all as u64)),
    };
    let mut told = vec![set(&format!("{fallen} lost office in {date}{when}: {how}"))];
    let values = Values { records };
    let status = stands(values.state::<RegimeStatus>(country.status));
    let took = sentences.details(first, false).pop().map(|text| format!("{text}; ")).unwrap_or_default();
    let later = match falls.len() - 1 {
        0 => String::new(),
        1 if falls[1].turn == first.turn => ", after office had changed hands once more in the same month".to_owned(),
        1 => format!(", after office had changed hands once more in {}", month(scenario.calendar.start, falls[1].turn)),
        more => format!(", after office had changed hands {} more times", spelled(more as u64)),
    };
    let price = price(country, values).map_or_else(String::new, |price| format!("{price}; "));
    told.push(set(&format!("{took}{price}in {end} {status}{later}")));
    told.push(set(&decided(scenario, cast, country, records, lost, first)));
    told
}

/// What decided a fall.
fn decided(
    scenario: &Scenario,
    cast: &Cast,
    country: &Country,
    records: &[TurnRecord],
    lost: &PowerLost,
    first: &Happening,
) -> String {
    let at = first.turn as usize;
    let so_far = Values { records: &records[..at.min(records.len())] };
    let killed = country.killed.map_or(0, |id| whole_people(so_far.now(id)));
    let aside: Vec<usize> = lost.stood_aside.iter().flatten().copied().filter(|at| Some(*at) != lost.author).collect();
    let campaign = (1..=at.min(records.len())).rev().take(3).find(|end| {
        let happenings = gather(scenario, cast, &records[..*end], Audience::Everything, None);
        happenings.iter().any(|happening| matches!(happening.what, What::Campaign))
    });
    let mut why: Vec<String> = Vec::new();
    if let (ExitMode::Coup | ExitMode::Palace, Some(author)) = (lost.way, lost.author) {
        why.push(format!("{} had plotted in secret", cast.elites[author].title));
    }
    if !aside.is_empty() {
        why.push(format!("{} had broken with it", cast.elites(&aside)));
    }
    if let Some(end) = campaign {
        why.push(format!("a campaign caught on in {}", month(scenario.calendar.start, end as u32)));
    }
    let popular = matches!(lost.way, ExitMode::Uprising | ExitMode::Negotiated | ExitMode::Resignation);
    if killed > 0 && (popular || killed > BEYOND && lost.way != ExitMode::Natural) {
        let people = if killed == 1 { "person" } else { "people" };
        why.push(format!("{} {people} had been killed in unrest by then", spelled(killed)));
    }
    match (why.is_empty(), lost.way) {
        // Each of them is a clause of its own.
        (false, _) => match &why[..] {
            [head @ .., last] if !head.is_empty() => format!("what decided it: {}, and {last}", head.join(", ")),
            _ => format!("what decided it: {}", why.concat()),
        },
        (true, ExitMode::Elected) => "the voters decided it".to_owned(),
        (true, ExitMode::Natural) => "it was nobody's doing".to_owned(),
        (true, _) => "nothing but the moment itself decided it".to_owned(),
    }
}

/// What came nearest to ending a government that held: an attempt on it, those who left it, a campaign; else the month in
/// which its fall was likeliest.
fn shaken(
    scenario: &Scenario,
    cast: &Cast,
    country: &Country,
    records: &[TurnRecord],
    all: &[Happening],
) -> Option<String> {
    let sentences = Sentences { scenario, cast, phrases: Phrases { scenario }, audience: Audience::Everything };
    let date = |turn: u32| month(scenario.calendar.start, turn);
    let threat = |happening: &Happening| {
        matches!(
            happening.what,
            What::Attempt { .. } | What::Left(_) | What::Campaign | What::Authority { restored: false }
        )
    };
    let threats: Vec<&Happening> = all.iter().filter(|happening| threat(happening)).collect();
    let worst = threats.iter().rev().max_by(|a, b| a.weight.total_cmp(&b.weight));
    if let Some((worst, text)) = worst.and_then(|worst| Some((worst, sentences.main(worst)?))) {
        let alike = threats.iter().filter(|other| other.weight == worst.weight).count() as u64;
        let more = match (&worst.what, alike) {
            (What::Attempt { strike: Strike::Failed, .. }, 2..) => {
                format!(", the first of {} attempts", spelled(alike))
            }
            (What::Campaign, 2..) => format!(", the first of {} campaigns", spelled(alike)),
            _ => String::new(),
        };
        return Some(set(&format!("it came nearest to its end in {}: {text}{more}", date(worst.turn))));
    }
    let risk = |record: &&TurnRecord| country.fall_risk.map_or(0.0, |id| record.indicators[id.index()]);
    let likeliest = records.iter().rev().max_by(|a, b| risk(a).total_cmp(&risk(b)))?;
    (risk(&likeliest) > 0.0)
        .then(|| set(&format!("nothing came near to ending it; it was likeliest to fall in {}", date(likeliest.turn))))
}

/// Whom unrest and the fighting killed, as a clause; none where nobody was killed.
fn price(country: &Country, values: Values<'_>) -> Option<String> {
    let count = |id: Option<IndicatorId>| id.map_or(0, |id| whole_people(values.now(id)));
    let (killed, soldiers, civilians) = (count(country.killed), count(country.soldiers), count(country.civilians));
    let dead = |n: u64, one: &str, many: &str| format!("{} {}", spelled(n), if n == 1 { one } else { many });
    let fallen = match (soldiers, civilians) {
        (0, 0) => None,
        (n, 0) => Some(dead(n, "member of the security forces", "members of the security forces")),
        (0, n) => Some(dead(n, "civilian", "civilians")),
        (a, b) => Some(dead(a + b, "person", "soldiers, police and civilians")),
    };
    let killed = (killed > 0).then(|| dead(killed, "person", "people"));
    match (killed, fallen) {
        (Some(killed), Some(fallen)) => Some(format!("unrest killed {killed} and the fighting {fallen}")),
        (Some(killed), None) => Some(format!("unrest killed {killed}")),
        (None, fallen) => fallen.map(|fallen| format!("the fighting killed {fallen}")),
    }
}

fn held(
    scenario: &Scenario,
    cast: &Cast,
    country: &Country,
    records: &[TurnRecord],
    all: &[Happening],
    end: &str,
) -> Vec<String> {
    let phrases = Phrases { scenario };
    let who = country.head.map_or_else(|| "the government".to_owned(), |player| phrases.player(player));
    let through = match records.len() {
        0 | 1 => format!("to the end of {end}"),
        all => format!("through all {} months, to {end}", spelled(all as u64)),
    };
    let mut told = vec![set(&format!("{who} held office {through}"))];
    told.extend(shaken(scenario, cast, country, records, all));
    let values = Values { records };
    let status = RegimeStatus::nearest(values.now(country.status));
    let still = match status {
        RegimeStatus::Stable => "at the end the government sat firmly",
        RegimeStatus::Strained => "at the end the government was under strain",
        RegimeStatus::Contested => "at the end power was at stake",
        RegimeStatus::Transition | RegimeStatus::Collapsed => "at the end its hold was gone",
    };
    let price = price(country, values).map_or_else(String::new, |price| format!("{price}, and "));
    told.push(set(&format!("{price}{still}")));
    told
}

/// How power stands, a clause.
pub(crate) fn stands(status: RegimeStatus) -> &'static str {
    match status {
        RegimeStatus::Stable => "a government sat firmly",
        RegimeStatus::Strained => "those in office were under strain",
        RegimeStatus::Contested => "power was at stake",
        RegimeStatus::Transition => "an interim governed",
        RegimeStatus::Collapsed => "the state had lost its hold",
    }
}

fn without_regime(scenario: &Scenario, outcome: &Outcome) -> Vec<String> {
    let phrases = Phrases { scenario };
    let players = scenario.catalogue.players.iter().enumerate();
    let paid = players.zip(&outcome.payoffs).filter_map(|((at, _), payoff)| payoff.map(|payoff| (at, payoff)));
    let mut paid: Vec<(usize, f64)> = paid.collect();
    paid.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let name = |at: usize| phrases.player(marchland_game::PlayerId::from_index(at));
    let names = || paid.iter().map(|(at, _)| name(*at)).collect::<Vec<_>>();
    match paid[..] {
        // One alone, or nobody, came out neither better nor worse than another.
        [] | [_] => Vec::new(),
        [(first, best), .., (_, least)] if best > least => vec![set(&format!("{} came out best", name(first)))],
        _ => vec![set(&format!("{} came out alike", super::scale::listed(&names())))],
    }
}
