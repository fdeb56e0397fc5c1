//! What a story must hold, over many games of each crisis.
//!
//! `MARCHLAND_STORY_GAMES` says how many games of each; a few where it says nothing, so that the tests stay quick. Every
//! rule is asked of every game, and what breaks it is printed, game by game.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use marchland_game::{DealId, DealStatus, IndicatorId, PlayerId, Ruling, StrategySpec, TurnRecord};
use marchland_laws::state::country::ExitMode;
use marchland_session::Fact;
use marchland_sim::scenario::Scenario;
use marchland_sim::turn::Game;
use marchland_sim::world::CodedState;

use super::audience::Audience;
use super::cast::{Cast, Values};
use super::deals::{self, DealStep};
use super::happening::{BEYOND, Happening, Key, WAR_DEATHS, What, gather};
use super::month::{Month, Sentence, Teller};
use super::phrases::Phrases;
use super::scale::{ordinal, thousands, whole};
use super::sentence::Sentences;
use super::threads::FRESH;
use crate::number::{number, percent};

const CRISES: [&str; 2] = ["tajikistan-2010", "kyrgyzstan-2010"];
/// Counter-examples of a rule that are printed.
const PRINTED: usize = 12;

fn games() -> u64 {
    std::env::var("MARCHLAND_STORY_GAMES").ok().and_then(|text| text.parse().ok()).unwrap_or(200)
}

fn load(name: &str) -> Arc<Scenario> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios");
    let registry = marchland_strategies::Registry::standard();
    let found = marchland_sim::scenario::files::read(&Path::new(root).join(name)).expect("ours");
    let source = marchland_session::Source::load(found, &registry).unwrap_or_else(|error| panic!("{error}"));
    source.scenario
}

/// A game as it stands after its last turn, with its records.
fn play(scenario: &Arc<Scenario>, seed: u64) -> (Game, Vec<TurnRecord>) {
    play_with(scenario, seed, &[])
}

/// The same with other strategies in some seats.
fn play_with(scenario: &Arc<Scenario>, seed: u64, changes: &[(String, StrategySpec)]) -> (Game, Vec<TurnRecord>) {
    use marchland_sim::turn::{Engine, Setup, Variant};
    let registry = marchland_strategies::Registry::standard();
    let variant = Variant::new(scenario, None, &[]).expect("its default");
    let composed = marchland_play::compose::compose(scenario, &registry, changes).expect("its lineup");
    let mut game = Engine::new(scenario).start(&Setup {
        variant: Arc::new(variant),
        lineup: composed.lineup,
        seed,
        turns: scenario.calendar.horizon,
        tracing: true,
    });
    game.set_recording(true);
    let mut records = Vec::new();
    while !game.is_over() {
        game.step();
        records.push(game.last_record().clone());
    }
    (game, records)
}

/// A played game as it is told to those who may know everything.
struct GameStory {
    scenario: Arc<Scenario>,
    cast: Cast,
    seed: u64,
    records: Vec<TurnRecord>,
    months: Vec<Month>,
}

impl GameStory {
    fn case(&self, month: &Month, text: &str) -> String {
        format!("{} seed {}, {}: {text}", self.scenario.title, self.seed, month.date)
    }

    fn sentences(&self) -> impl Iterator<Item = (&Month, &Sentence)> {
        let told = |month| Month::by_weight(month).into_iter().map(move |told| (month, told));
        self.months.iter().flat_map(told)
    }
}

/// A rule: what breaks it in a game.
type Rule = fn(&GameStory) -> Vec<String>;

const RULES: [(&str, Rule); 9] = [
    ("power, war and deaths head their months, in that order", heads),
    ("no text stands twice within six months", fresh),
    ("people are whole, and nothing of the inside shows", whole_people),
    ("no cause names its own effect", causes),
    ("what goes on is merged", merged),
    ("every figure is in the record", figures),
    ("gauges speak a minister's units and a word first", gauges),
    ("a fact has its words, and words have their fact", words),
    ("no adverb stands twice, and no sentence is joined by a semicolon and a conjunction", joined),
];

#[test]
fn what_a_story_must_hold() {
    let scenarios: Vec<Arc<Scenario>> = CRISES.iter().map(|name| load(name)).collect();
    let jobs = CRISES.len() as u64 * games();
    let next = AtomicU64::new(0);
    let work = || {
        let mut found: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        loop {
            let job = next.fetch_add(1, Ordering::Relaxed);
            if job >= jobs {
                return found;
            }
            let scenario = &scenarios[(job % CRISES.len() as u64) as usize];
            let seed = 1 + job / CRISES.len() as u64;
            let (_, records) = play(scenario, seed);
            let months = Teller::new(scenario).months(&records);
            let played = GameStory { scenario: Arc::clone(scenario), cast: Cast::of(scenario), seed, records, months };
            for (rule, broken) in RULES {
                found.entry(rule).or_default().extend(broken(&played));
            }
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let found: Vec<BTreeMap<&str, Vec<String>>> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().map(|worker| worker.join().expect("a worker")).collect()
    });
    let mut told = String::new();
    for (rule, _) in RULES {
        let broken: Vec<&String> = found.iter().filter_map(|found| found.get(rule)).flatten().collect();
        if !broken.is_empty() {
            told += &format!("\n{rule}: broken {} times in {jobs} games\n", broken.len());
            broken.iter().take(PRINTED).for_each(|text| told += &format!("  {text}\n"));
        }
    }
    assert!(told.is_empty(), "{told}");
}

fn texts(month: &Month) -> Vec<&str> {
    let told = month.paragraphs.iter().flat_map(|paragraph| &paragraph.sentences).map(|told| told.text.as_str());
    std::iter::once(month.headline.as_str()).chain(told).collect()
}

/// Sentences of a month one by one: a text may hold what follows it.
fn each(month: &Month) -> Vec<String> {
    let split = |text: &&str| text.split_inclusive(". ").map(|text| text.trim().to_owned()).collect::<Vec<_>>();
    texts(month).iter().flat_map(split).collect()
}

/// Whether a month had a loss of office, a war begun, and how many died beyond the usual: computed from the records
/// alone, beside the code under test.
fn great(cast: &Cast, records: &[TurnRecord], at: usize) -> (bool, bool, u64) {
    let country = cast.country.as_ref().expect("a regime");
    let turn = country.exit_turn.expect("a turn of exit");
    let fell = records[at].indicators[turn.index()] == f64::from(records[at].turn);
    let counts = [country.killed, country.soldiers, country.civilians].map(|id| id.expect("counted"));
    let dead = |at: usize, ids: &[IndicatorId]| -> u64 {
        let value = |at: usize, id: IndicatorId| records[at].indicators[id.index()].floor() as u64;
        let before =
            |id| if at == 0 { Values { records: &records[..1] }.before(id).floor() as u64 } else { value(at - 1, id) };
        ids.iter().map(|id| value(at, *id) - before(*id)).sum()
    };
    let mut usual: Vec<u64> = (at.saturating_sub(6)..at).map(|at| dead(at, &counts)).collect();
    usual.sort_unstable();
    let usual = usual.get(usual.len() / 2).copied().unwrap_or(0);
    let year = |at: usize| (at.saturating_sub(11)..=at).map(|at| dead(at, &counts[1..])).sum::<u64>();
    let war = year(at) >= WAR_DEATHS && (0..at).all(|before| year(before) < WAR_DEATHS);
    (fell, war, dead(at, &counts).saturating_sub(usual))
}

fn heads(played: &GameStory) -> Vec<String> {
    let mut broken = Vec::new();
    let country = played.cast.country.as_ref().expect("a regime");
    for (at, month) in played.months.iter().enumerate() {
        let (fell, war, beyond) = great(&played.cast, &played.records, at);
        let way = ExitMode::nearest(played.records[at].indicators[country.exit_mode.expect("a way").index()]);
        let holds = if fell {
            let words = match way {
                ExitMode::Uprising => "brought",
                ExitMode::Coup => "seized power",
                ExitMode::Palace => "pushed",
                ExitMode::Negotiated => "gave up office",
                ExitMode::Elected => "at the polls|lost the election",
                ExitMode::Natural => "died",
                ExitMode::Resignation => "resigned",
                ExitMode::Insurgents => "insurgents took",
                ExitMode::Foreign => "removed",
                ExitMode::None => "",
            };
            // Where office fell more than once in a month, any of its falls heads it.
            let exit = country.exit_mode.expect("a way");
            let values = Values { records: &played.records[..=at] };
            let falls = values.taken(exit).into_iter().filter(|(_, way)| ExitMode::nearest(*way) != ExitMode::None);
            words.split('|').any(|word| month.headline.to_lowercase().contains(word))
                || falls.count() > 1 && month.weight >= 99.0
        } else if war {
            month.headline.contains("grew into an armed conflict") || month.weight > super::happening::WAR
        } else if beyond > BEYOND {
            month.headline.contains("killed") || month.weight > super::happening::DEATHS
        } else {
            true
        };
        if !holds {
            broken.push(played.case(month, &month.headline));
        }
    }
    broken
}

fn fresh(played: &GameStory) -> Vec<String> {
    let mut broken = Vec::new();
    let mut told: BTreeMap<&str, u32> = BTreeMap::new();
    for month in &played.months {
        for text in texts(month) {
            let quiet = text == month.headline && month.weight == 0.0;
            if let Some(before) = told.insert(text, month.turn)
                && before + FRESH > month.turn
                && !quiet
            {
                broken.push(played.case(month, text));
            }
        }
    }
    broken
}

fn whole_people(played: &GameStory) -> Vec<String> {
    let mut broken = Vec::new();
    for month in &played.months {
        for text in texts(month) {
            let inside = text.contains('_') || text.contains('{') || text.contains("  ") || text.contains(" ,");
            let words: Vec<&str> = text.split(' ').collect();
            let fraction = words.windows(2).any(|pair| {
                let people = ["people", "person", "soldiers", "civilians", "civilian", "killed"].contains(&pair[1]);
                people && pair[0].contains('.')
            });
            let units = ["musd", "log point", "index", " sd ", "0p"].iter().any(|unit| text.contains(unit));
            if inside || fraction || units {
                broken.push(played.case(month, text));
            }
        }
    }
    broken
}

fn causes(played: &GameStory) -> Vec<String> {
    let levels: Vec<Vec<String>> = played
        .scenario
        .telling
        .scales
        .iter()
        .map(|scale| {
            let field = scale.of.rsplit('.').next().unwrap_or_default().replace('_', " ");
            scale.steps.iter().map(|step| step.word.clone()).chain([field]).collect()
        })
        .collect();
    // Words that carry what a sentence says; the small ones are everybody's.
    let carries = |text: &str| -> BTreeSet<String> {
        let words = text.split(|c: char| !c.is_alphabetic()).map(str::to_lowercase);
        words.filter(|word| word.len() > 4 && !COMMON.contains(&word.as_str())).collect()
    };
    let mut broken = Vec::new();
    for (month, told) in played.sentences() {
        if told.because.is_empty() {
            continue;
        }
        // What follows in the same text is no part of it.
        let first = told.text.find(&told.because).map_or("", |at| &told.text[..at]);
        let level = |words: &&Vec<String>| {
            words
                .iter()
                .any(|word| word.len() > 4 && first.contains(word.as_str()) && told.because.contains(word.as_str()))
        };
        // A law's clause shares no carrying word with what it causes; a deed may name the same place or people.
        let law = !told.because.starts_with("after ");
        let shared = law && carries(first).intersection(&carries(&told.because)).next().is_some();
        if levels.iter().any(|words| level(&words)) || shared {
            broken.push(played.case(month, &told.text));
        }
    }
    broken
}

/// Words that a cause and its effect may share.
const COMMON: [&str; 12] =
    ["people", "those", "their", "there", "after", "before", "other", "which", "about", "again", "where", "while"];

fn merged(played: &GameStory) -> Vec<String> {
    // A text without what threads add to it: where it stands in four months running, it was not merged.
    let bare = |text: &str| {
        let text = text.split(" for the ").next().unwrap_or(text);
        let text = text.split(", as in ").next().unwrap_or(text);
        text.replace(" again", "").replace(" once more", "").trim_end_matches('.').to_owned()
    };
    let sets: Vec<BTreeSet<String>> =
        played.months.iter().map(|month| texts(month).into_iter().map(bare).collect()).collect();
    let mut broken = Vec::new();
    for (at, four) in sets.windows(4).enumerate() {
        let stands = |text: &&String| four[1..].iter().all(|set| set.contains(*text)) && !text.contains("killed");
        if let Some(text) =
            four[0].iter().find(stands).filter(|text| !["A quiet month", "Much as before"].contains(&text.as_str()))
        {
            broken.push(played.case(&played.months[at], text));
        }
    }
    broken
}

fn figures(played: &GameStory) -> Vec<String> {
    let scenario = &played.scenario;
    let country = played.cast.country.as_ref().expect("a regime");
    let counts = [country.killed, country.soldiers, country.civilians].map(|id| id.expect("counted"));
    let told: BTreeSet<IndicatorId> =
        scenario.telling.of.keys().chain(&scenario.shown).chain(&counts).copied().collect();
    let mut always: BTreeSet<String> = BTreeSet::new();
    // Months of the calendar, by their number and how many they are; years; members who vote alike.
    let members = scenario.catalogue.institutions.iter().map(|body| body.members.len()).max().unwrap_or(0);
    always.extend((0..=played.records.len().max(members)).map(|count| count.to_string()));
    always.extend((1..=played.records.len() as u64).map(ordinal));
    for turn in 1..=played.records.len() as u32 {
        always.insert(scenario.calendar.start.of(marchland_game::Turn(turn)).year.to_string());
    }
    for term in scenario.catalogue.deals.iter().flat_map(|deal| &deal.terms) {
        for (_, value) in &term.options {
            always.extend([number(*value), percent(*value, 0)]);
        }
    }
    let mut broken = Vec::new();
    for (at, month) in played.months.iter().enumerate() {
        let values = Values { records: &played.records[..=at] };
        let mut known: BTreeSet<String> = BTreeSet::new();
        for id in &told {
            let now = values.now(*id);
            for value in [now, values.before(*id), now - values.before(*id)] {
                known.extend([number(value), percent(value, 0), thousands(whole(value))]);
            }
            known.insert(thousands(values.grown(*id)));
        }
        known.extend(country.interim.map(|id| whole(values.now(id)).to_string()));
        let grown_at = |at: usize, id| Values { records: &played.records[..=at] }.grown(id);
        let fought = |at: usize| counts[1..].iter().map(|id| grown_at(at, *id)).sum::<u64>();
        known.insert(thousands(counts[1..].iter().map(|id| whole(values.now(*id))).sum()));
        known.insert(thousands((at.saturating_sub(11)..=at).map(fought).sum()));
        let gauges = month.gauges.iter().map(|(_, level)| level.as_str());
        for text in texts(month).into_iter().chain(gauges) {
            let figures = text.split(|c: char| !(c.is_ascii_digit() || c == ',' || c == '.' || c.is_alphabetic()));
            for figure in figures.filter(|part| part.starts_with(|c: char| c.is_ascii_digit())) {
                let figure = figure.trim_end_matches([',', '.', 's']);
                // "Under 0.1" is said of what is less.
                if !(known.contains(figure) || always.contains(figure) || figure == "0.1") {
                    broken.push(played.case(month, &format!("{figure} in `{text}`")));
                }
            }
        }
    }
    broken
}

/// Units that a minister knows.
const UNITS: [&str; 4] = ["%", "US$", "thousand", "a month"];

fn gauges(played: &GameStory) -> Vec<String> {
    let mut broken = Vec::new();
    for month in &played.months {
        for (label, level) in &month.gauges {
            let holds = level.split_once(" (").is_some_and(|(word, figure)| {
                let rest = UNITS.iter().fold(figure.to_owned(), |text, unit| text.replace(unit, ""));
                let plain = |c: char| c.is_ascii_digit() || " .,)m\u{2212}-".contains(c) || "under".contains(c);
                word.chars().all(|c| c.is_alphabetic() || c == ' ') && rest.chars().all(plain)
            });
            if !holds {
                broken.push(played.case(month, &format!("{label}: {level}")));
            }
        }
    }
    broken
}

/// The words of a happening, without what threads and places add; none of what has numbers of its own.
fn told_of(played: &GameStory, happening: &Happening) -> Option<String> {
    let scenario = &played.scenario;
    let sentences =
        Sentences { scenario, cast: &played.cast, phrases: Phrases { scenario }, audience: Audience::Everything };
    match happening.what {
        What::Killed(_) | What::Fighting { .. } | What::War(_) | What::Level { .. } | What::PowerLost(_) => None,
        What::Left(_) | What::Returned(_) | What::Vote { .. } | What::Attempt { .. } | What::Refused { .. } => None,
        What::Act { leaked: true, .. } => None,
        _ => sentences.main(happening),
    }
}

fn words(played: &GameStory) -> Vec<String> {
    let mut of_fact: BTreeMap<Key, String> = BTreeMap::new();
    let mut of_words: BTreeMap<String, Key> = BTreeMap::new();
    let mut broken = Vec::new();
    for (at, month) in played.months.iter().enumerate() {
        for happening in gather(&played.scenario, &played.cast, &played.records[..=at], Audience::Everything, None) {
            let (Some(text), key) = (told_of(played, &happening), happening.key()) else { continue };
            let before = of_fact.entry(key).or_insert_with(|| text.clone());
            if *before != text {
                broken.push(played.case(month, &format!("`{before}` and `{text}` are one fact")));
            }
            let other = *of_words.entry(text.clone()).or_insert(key);
            if other != key {
                broken.push(played.case(month, &format!("`{text}` tells of two facts: {other:?}, {key:?}")));
            }
        }
    }
    broken
}

fn joined(played: &GameStory) -> Vec<String> {
    let mut broken = Vec::new();
    for month in &played.months {
        for text in each(month) {
            let words: Vec<&str> = text.split([' ', ',', '.']).filter(|word| !word.is_empty()).collect();
            let again = words.iter().filter(|word| word.eq_ignore_ascii_case("again")).count();
            let once =
                words.windows(2).filter(|pair| pair[0].eq_ignore_ascii_case("once") && pair[1] == "more").count();
            let adverbs = again + once;
            if adverbs > 1
                || text.contains("; and ")
                || text.contains("one months")
                || text.matches(" as in ").count() > 1
            {
                broken.push(played.case(month, &text));
            }
        }
    }
    broken
}

/// What moved an indicator adds up to how far it went, whether it is carried over or computed anew.
#[test]
fn causes_add_up_to_the_change() {
    let mut asked = 0;
    for name in CRISES {
        let scenario = load(name);
        let (_, records) = play(&scenario, 1);
        for months in [1, 4] {
            for at in (0..scenario.catalogue.indicators.len()).step_by(4) {
                let id = IndicatorId::from_index(at);
                let link = &marchland_session::causes::chain(&scenario, &records[..months], id, 1)[0];
                if link.shares.is_empty() {
                    continue;
                }
                let (moved, told) =
                    (link.after - link.before, link.shares.iter().map(|share| share.amount).sum::<f64>());
                let scale = link
                    .shares
                    .iter()
                    .map(|share| share.amount.abs())
                    .fold(link.after.abs(), marchland_game::number::max);
                let path = &scenario.catalogue.indicators[at].path;
                assert!(
                    (moved - told).abs() <= 1e-9 * (1.0 + scale),
                    "{name}, {months} months, {path}: {moved} and {told}"
                );
                asked += 1;
            }
        }
    }
    assert!(asked > 500, "{asked}");
}

/// Whatever became of an offer or an agreement is a step of its deal: also that it was left to lapse, or ran out.
#[test]
fn no_offer_or_agreement_goes_without_a_word() {
    let mut found = BTreeMap::new();
    for name in CRISES {
        let scenario = load(name);
        let government = scenario.catalogue.players.iter().find(|player| player.in_office.is_some()).expect("one");
        // Somebody who answers nothing, in every second game.
        let silent = [(government.id.clone(), StrategySpec::of("Idle", Vec::new()))];
        for seed in 1..=4 {
            let (_, records) = play_with(&scenario, seed, if seed % 2 == 0 { &silent } else { &[] });
            for end in 2..=records.len() {
                let steps = deals::gather(&scenario, &records[..end]);
                for (at, deal) in scenario.catalogue.deals.iter().enumerate() {
                    let id = DealId::from_index(at);
                    let status = |end: usize| DealStatus::of(records[end - 1].indicators[deal.tracks.status.index()]);
                    let gone = matches!(status(end - 1), DealStatus::Offered | DealStatus::InForce)
                        && status(end) == DealStatus::Open;
                    let own: Vec<DealStep> = steps.iter().filter(|one| one.deal == id).map(|one| one.step).collect();
                    assert!(!gone || !own.is_empty(), "{name}, seed {seed}, month {end}: {}", deal.title);
                    for step in own {
                        let missed = matches!(step, DealStep::Lapsed | DealStep::Ended) && !gone;
                        assert!(!missed, "{name}, seed {seed}, month {end}: {} {step:?}", deal.title);
                        *found.entry(step).or_insert(0) += 1;
                    }
                }
            }
        }
    }
    assert!(found.contains_key(&DealStep::Lapsed) && found.contains_key(&DealStep::Ended), "{found:?}");
}

/// What an audience is told holds nothing that it may not know, sentence by sentence: no deed, plot or deal of others
/// that it did not see, and no cause.
#[test]
fn nobody_is_told_what_they_may_not_know() {
    let mut kept = 0;
    for (name, seed) in [("kyrgyzstan-2010", 2), ("tajikistan-2010", 1)] {
        let scenario = load(name);
        let (game, records) = play(&scenario, seed);
        let cast = Cast::of(&scenario);
        let phrases = Phrases { scenario: &scenario };
        let everything = Sentences { scenario: &scenario, cast: &cast, phrases, audience: Audience::Everything };
        let all: Vec<Happening> = (1..=records.len())
            .flat_map(|end| gather(&scenario, &cast, &records[..end], Audience::Everything, None))
            .collect();
        let seats = [0, 4].map(|at| Audience::Seat(PlayerId::from_index(at)));
        for audience in [Audience::Room, seats[0], seats[1]] {
            let secret = |happening: &&Happening| {
                happening.reaches(&scenario, audience).is_none() && !matches!(happening.what, What::Level { .. })
            };
            // As it came out, and as those hear it who do not learn that.
            let told = |happening: &Happening| {
                let mut unsure = happening.clone();
                if let What::Act { success, .. } = &mut unsure.what {
                    *success = None;
                }
                let texts = [happening, &unsure].map(|happening| everything.main(happening));
                texts.into_iter().flatten().map(|text| text.to_lowercase())
            };
            let secrets: BTreeSet<String> = all
                .iter()
                .filter(secret)
                .filter(|happening| !matches!(happening.what, What::Act { leaked: true, .. }))
                .flat_map(told)
                .collect();
            let open: BTreeSet<String> = all.iter().filter(|happening| !secret(happening)).flat_map(told).collect();
            // What a leak told of, who did it and what.
            let leaks: Vec<(String, String)> = all
                .iter()
                .filter_map(|happening| match happening.what {
                    What::Act { by, order, success, leaked: true, .. } => {
                        let known = success.filter(|_| audience.learns_result(by));
                        Some((phrases.player(by).to_lowercase(), phrases.act(order, known).to_lowercase()))
                    }
                    _ => None,
                })
                .collect();
            for month in Teller::to(audience, &game).months(&records) {
                for text in each(&month) {
                    let lower = text.to_lowercase();
                    let told = secrets.iter().find(|secret| lower.contains(*secret) && !open.contains(*secret));
                    let came_out = lower.strip_prefix(super::sentence::LEAKED).is_some_and(|rest| {
                        leaks.iter().any(|(who, act)| rest.starts_with(who.as_str()) && rest.contains(act.as_str()))
                    });
                    assert!(told.is_none() || came_out, "{audience:?} in {}: {text}", month.date);
                }
                let causes = month.by_weight().into_iter().any(|told| !told.because.is_empty());
                assert!(!causes, "{audience:?} in {}: a cause is nobody's to know", month.date);
            }
            kept += secrets.len();
            if let Audience::Room = audience {
                let bulletin = super::bulletin(&game, &records[..3]).expect("three months");
                assert!(bulletin.sentences.len() <= 5 && !bulletin.offices.is_empty(), "{bulletin:?}");
            }
        }
    }
    assert!(kept > 40, "{kept} secrets are too few to tell");
}

/// That a garrison was told something is so whether it obeys or not; that an operation was launched is not.
#[test]
fn what_was_done_either_way_is_told_as_done() {
    let scenario = load("tajikistan-2010");
    let phrases = Phrases { scenario: &scenario };
    let named = |name: &str| phrases.named(name);
    assert_eq!(named("order_garrison support"), "told its garrison to stand by those in office");
    assert!(named("deal_with_commanders").starts_with("decided to "), "{}", named("deal_with_commanders"));
}

/// A seat reads of an event, and of a fall, what a story tells of it.
#[test]
fn facts_are_reported_in_their_words() {
    let scenario = load("kyrgyzstan-2010");
    let phrases = Phrases { scenario: &scenario };
    let event = scenario.catalogue.event("tariffs_taken_back").expect("an event");
    assert_eq!(phrases.fact(Fact::Event(event)), "The new rulers took back the tariff rise");
    assert_eq!(phrases.fact(Fact::Fall(ExitMode::Uprising)), "Crowds in the capital brought the government down");
}

/// Two games that differ in how the orders of others came out, and in nothing that a seat observes, are told alike.
#[test]
fn nobody_hears_how_the_orders_of_others_came_out() {
    for (name, seed) in [("kyrgyzstan-2010", 2), ("tajikistan-2010", 1)] {
        let scenario = load(name);
        let (game, records) = play(&scenario, seed);
        let turned = |of: &dyn Fn(PlayerId) -> bool| {
            let (mut records, mut turned) = (records.clone(), 0);
            let rulings = records.iter_mut().flat_map(|record| &mut record.rounds).flat_map(|round| &mut round.rulings);
            // A move about a deal shows in the state of the deal.
            let plain = |ruling: &&mut Ruling| scenario.catalogue.deal_move(ruling.order.action).is_none();
            for ruling in rulings.filter(plain).filter(|ruling| ruling.legal() && of(ruling.player)) {
                ruling.success = !ruling.success;
                turned += 1;
            }
            (records, turned)
        };
        let told = |audience: Audience, records: &[TurnRecord]| {
            let report = match audience {
                Audience::Seat(player) => super::seat_report(&game, records, player),
                _ => super::bulletin(&game, records),
            };
            (Teller::to(audience, &game).months(records), report)
        };
        let (all, _) = turned(&|_| true);
        assert_eq!(told(Audience::Room, &records), told(Audience::Room, &all), "{name}: the room");
        for player in (0..scenario.catalogue.players.len()).map(PlayerId::from_index) {
            let seat = Audience::Seat(player);
            let (others, count) = turned(&|by| by != player);
            assert!(count > 20, "{count} orders of others are too few to tell");
            let before = told(seat, &records);
            assert_eq!(before, told(seat, &others), "{name}: {}", scenario.catalogue.players[player.index()].id);
            // Its own it does hear of.
            let (own, count) = turned(&|by| by == player);
            assert!(count == 0 || before != told(seat, &own), "{name}: {count} of its own are not told");
        }
    }
}

/// What a seat reads of the dead is read off its own reports: all that they show, whatever the truth.
#[test]
fn a_seat_hears_of_the_dead_as_its_reports_had_them() {
    let (mut heard, mut silent) = (0, 0);
    for (name, seed) in [("kyrgyzstan-2010", 2), ("tajikistan-2010", 1)] {
        let scenario = load(name);
        let (game, mut records) = play(&scenario, seed);
        let cast = Cast::of(&scenario);
        let killed = cast.country.as_ref().and_then(|country| country.killed).expect("counted");
        // A massacre in the seventh month, whatever the game had.
        for record in records.iter_mut().skip(6) {
            record.indicators[killed.index()] += 200.0;
        }
        for seat in (0..scenario.catalogue.players.len()).map(PlayerId::from_index) {
            let audience = Audience::Seat(seat);
            let Some(sd) = audience.knows(&scenario, killed).map(|known| known.sd).filter(|sd| *sd > 0.0) else {
                continue;
            };
            for end in 2..=records.len() {
                let shown = |at: usize| {
                    let record = &records[at];
                    whole(game.shown(seat, killed, record.turn, record.indicators[killed.index()]).expect("shown"))
                };
                let own = shown(end - 1).saturating_sub(shown(end - 2));
                let all = gather(&scenario, &cast, &records[..end], audience, Some(&game));
                let told = all.iter().find_map(|happening| match &happening.what {
                    What::Killed(toll) => Some(toll.count),
                    _ => None,
                });
                let error = sd * std::f64::consts::SQRT_2;
                assert_eq!(told.is_some(), own as f64 >= 3.0 * error, "{name}, turn {end}: {own} told as {told:?}");
                match told {
                    Some(count) => {
                        assert!(count.about && count.of.abs_diff(own) as f64 <= 2.5 * error, "{own} told as {count:?}");
                        heard += 1;
                    }
                    None => silent += 1,
                }
            }
        }
    }
    assert!(heard > 3 && silent > 100, "{heard} told, {silent} not");
}

/// What a seat reads of levels is read off its own reports.
#[test]
fn a_seat_hears_of_levels_as_it_was_shown_them() {
    let scenario = load("tajikistan-2010");
    let (game, records) = play(&scenario, 1);
    let cast = Cast::of(&scenario);
    let seat = PlayerId::from_index(4);
    let mut heard = 0;
    for end in 2..=records.len() {
        for happening in gather(&scenario, &cast, &records[..end], Audience::Seat(seat), Some(&game)) {
            let What::Level { scale, from, to, of } = &happening.what else { continue };
            let scale = &scenario.telling.scales[*scale];
            for id in of {
                let shown = |at: usize| {
                    let record = &records[at];
                    game.shown(seat, *id, record.turn, record.indicators[id.index()]).expect("shown")
                };
                let steps = (scale.step(shown(end - 2)), scale.step(shown(end - 1)));
                let rises = steps.0 < steps.1;
                assert!(steps.1 == Some(*to) && rises == (from < to), "{} in turn {end}", scale.of);
                heard += 1;
            }
        }
    }
    assert!(heard > 20, "{heard} levels are too few to tell");
}
