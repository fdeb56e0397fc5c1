//! What a story must hold, over many games of each crisis.
//!
//! `MARCHLAND_STORY_GAMES` says how many games of each; a few where it says nothing, so that the tests stay quick.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, OnceLock};

use marchland_game::TurnRecord;
use marchland_laws::state::country::ExitMode;
use marchland_sim::scenario::Scenario;
use marchland_sim::world::CodedState;

use super::audience::Audience;
use super::cast::{Cast, Values};
use super::happening::{BEYOND, WAR_DEATHS};
use super::month::{Month, Teller};
use crate::number::{number, percent};

const CRISES: [&str; 2] = ["tajikistan-2010", "kyrgyzstan-2010"];

fn games() -> u64 {
    std::env::var("MARCHLAND_STORY_GAMES").ok().and_then(|text| text.parse().ok()).unwrap_or(3)
}

fn load(name: &str) -> Arc<Scenario> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios");
    let registry = marchland_strategies::Registry::standard();
    let found = marchland_sim::scenario::files::read(&Path::new(root).join(name)).expect("ours");
    let source = marchland_session::Source::load(found, &registry).unwrap_or_else(|error| panic!("{error}"));
    source.scenario
}

fn play(scenario: &Arc<Scenario>, seed: u64) -> Vec<TurnRecord> {
    use marchland_sim::turn::{Engine, Setup, Variant};
    let registry = marchland_strategies::Registry::standard();
    let variant = Variant::new(scenario, None, &[]).expect("its default");
    let composed = marchland_play::compose::compose(scenario, &registry, &[]).expect("its lineup");
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
    records
}

/// A played game with its months.
struct Told {
    scenario: Arc<Scenario>,
    seed: u64,
    records: Vec<TurnRecord>,
    months: Vec<Month>,
}

/// The games, played once for all tests.
fn told() -> &'static [Told] {
    static GAMES: OnceLock<Vec<Told>> = OnceLock::new();
    GAMES.get_or_init(|| {
        let mut all = Vec::new();
        for name in CRISES {
            let scenario = load(name);
            for seed in 1..=games() {
                let records = play(&scenario, seed);
                let months = Teller::months(&scenario, Audience::Everything, &records);
                all.push(Told { scenario: Arc::clone(&scenario), seed, records, months });
            }
        }
        all
    })
}

fn every_game(mut check: impl FnMut(&Scenario, u64, &[TurnRecord], &[Month])) {
    for game in told() {
        check(&game.scenario, game.seed, &game.records, &game.months);
    }
}

fn texts(month: &Month) -> Vec<&str> {
    let told = month.paragraphs.iter().flat_map(|paragraph| &paragraph.sentences).map(|told| told.text.as_str());
    std::iter::once(month.headline.as_str()).chain(told).collect()
}

/// Whether a month had a loss of office, a war begun, and how many died beyond the usual: computed from the records
/// alone, beside the code under test.
fn great(cast: &Cast, records: &[TurnRecord], at: usize) -> (bool, bool, u64) {
    let country = cast.country.as_ref().expect("a regime");
    let turn = country.exit_turn.expect("a turn of exit");
    let fell = records[at].indicators[turn.index()] == f64::from(records[at].turn);
    let counts = [country.killed, country.soldiers, country.civilians].map(|id| id.expect("counted"));
    let dead = |at: usize, ids: &[marchland_game::IndicatorId]| -> u64 {
        let value = |at: usize, id: marchland_game::IndicatorId| records[at].indicators[id.index()].floor() as u64;
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

#[test]
fn power_war_and_deaths_head_their_months() {
    every_game(|scenario, seed, records, months| {
        let cast = Cast::of(scenario);
        let country = cast.country.as_ref().expect("a regime");
        for (at, month) in months.iter().enumerate() {
            let (fell, war, beyond) = great(&cast, records, at);
            let case = format!("{} seed {seed}, {}: {}", scenario.title, month.date, month.headline);
            let way = ExitMode::nearest(records[at].indicators[country.exit_mode.expect("a way").index()]);
            if fell {
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
                    ExitMode::None => unreachable!("{case}"),
                };
                // Where office fell more than once in a month, any of its falls heads it.
                let fits = words.split('|').any(|word| month.headline.to_lowercase().contains(word));
                assert!(fits || month.weight >= 99.0, "{case}");
            } else if war {
                assert!(month.headline.contains("became a war") || month.weight > super::happening::WAR, "{case}");
            } else if beyond > BEYOND {
                assert!(month.headline.contains("killed") || month.weight > super::happening::DEATHS, "{case}");
            }
        }
    });
}

#[test]
fn no_text_stands_twice_and_people_are_whole() {
    every_game(|scenario, seed, _, months| {
        let mut told: BTreeMap<&str, &str> = BTreeMap::new();
        for month in months {
            for text in texts(month) {
                let case = format!("{} seed {seed}, {}: {text}", scenario.title, month.date);
                if (month.weight > 0.0 || text != month.headline)
                    && let Some(before) = told.insert(text, &month.date)
                {
                    panic!("{case} stands in {before} too");
                }
                assert!(!text.contains('_') && !text.contains('{') && !text.contains("  "), "{case}");
                let words: Vec<&str> = text.split(' ').collect();
                for pair in words.windows(2) {
                    let people = ["people", "person", "soldiers", "civilians", "civilian", "killed"].contains(&pair[1]);
                    assert!(!(people && pair[0].contains('.')), "{case}: a fraction of a person");
                }
            }
        }
    });
}

#[test]
fn no_cause_names_its_own_effect() {
    every_game(|scenario, seed, _, months| {
        let levels: Vec<Vec<String>> = scenario
            .telling
            .scales
            .iter()
            .map(|scale| {
                let field = scale.of.rsplit('.').next().unwrap_or_default().replace('_', " ");
                scale.steps.iter().map(|step| step.word.clone()).chain([field]).collect()
            })
            .collect();
        for told in months.iter().flat_map(|month| &month.paragraphs).flat_map(|paragraph| &paragraph.sentences) {
            if told.because.is_empty() {
                continue;
            }
            let main = told.text.replace(&told.because, "");
            for words in &levels {
                let both = words.iter().find(|word| {
                    word.len() > 4 && main.contains(word.as_str()) && told.because.contains(word.as_str())
                });
                // "Crowds" thin out or grow by crowds: the one word that is a level and a cause.
                assert!(both.is_none(), "{} seed {seed}: {} names {both:?}", scenario.title, told.text);
            }
            assert!(!told.because.contains("the struggle for office"), "{}", told.text);
        }
    });
}

#[test]
fn what_goes_on_is_merged() {
    every_game(|scenario, seed, _, months| {
        // A text without what threads add to it: where it stands in four months running, it was not merged.
        let bare = |text: &str| {
            let text = text.split(" for the ").next().unwrap_or(text);
            let text = text.split(", as in ").next().unwrap_or(text);
            text.replace(" again ", " ")
                .replace(" still ", " ")
                .replace(" once more ", " ")
                .trim_end_matches('.')
                .to_owned()
        };
        let sets: Vec<BTreeSet<String>> =
            months.iter().map(|month| texts(month).into_iter().map(bare).collect()).collect();
        for four in sets.windows(4) {
            let stands = four[0].iter().find(|text| four[1..].iter().all(|set| set.contains(*text)));
            let killed = |text: &String| text.contains("killed");
            assert!(stands.is_none_or(killed), "{} seed {seed}: {stands:?} four months running", scenario.title);
        }
    });
}

#[test]
fn every_figure_is_in_the_record() {
    every_game(|scenario, seed, records, months| {
        for (at, month) in months.iter().enumerate() {
            let values = Values { records: &records[..=at] };
            let mut known: BTreeSet<String> = BTreeSet::new();
            // Weeks, months and years of the calendar, and counts of months since the start.
            known.extend((0..=records.len()).map(|count| count.to_string()));
            known.extend((0..=records.len()).map(|count| super::scale::ordinal(count as u64)));
            for turn in 1..=records.len() as u32 {
                known.insert(scenario.calendar.start.of(marchland_game::Turn(turn)).year.to_string());
            }
            for (index, now) in records[at].indicators.iter().enumerate() {
                let id = marchland_game::IndicatorId::from_index(index);
                for value in [*now, values.before(id), *now - values.before(id)] {
                    known.extend([
                        number(value),
                        percent(value, 0),
                        super::scale::thousands(super::scale::whole(value)),
                    ]);
                }
                known.insert(super::scale::thousands(values.grown(id)));
            }
            let cast = Cast::of(scenario);
            let country = cast.country.as_ref().expect("a regime");
            let both =
                [country.soldiers, country.civilians].map(|id| super::scale::whole(values.now(id.expect("counted"))));
            known.insert(super::scale::thousands(both[0] + both[1]));
            for (_, value) in
                scenario.catalogue.deals.iter().flat_map(|deal| &deal.terms).flat_map(|term| &term.options)
            {
                known.extend([number(*value), percent(*value, 0)]);
            }
            let gauges = month.gauges.iter().map(|(_, level)| level.as_str());
            for text in texts(month).into_iter().chain(gauges) {
                let figures = text.split(|c: char| !(c.is_ascii_digit() || c == ',' || c == '.' || c.is_alphabetic()));
                for figure in figures.filter(|part| part.starts_with(|c: char| c.is_ascii_digit())) {
                    let figure = figure.trim_end_matches([',', '.', 's']);
                    // The name of an exercise holds its year.
                    let fits = known.contains(figure) || figure == "0.1";
                    assert!(fits, "{} seed {seed}, {}: {figure} in `{text}`", scenario.title, month.date);
                }
            }
        }
    });
}

/// Units that a minister knows.
const UNITS: [&str; 4] = ["%", "US$", "thousand", "a month"];

#[test]
fn gauges_speak_a_ministers_units_and_a_word_first() {
    every_game(|scenario, _, _, months| {
        for (label, level) in months.iter().flat_map(|month| &month.gauges) {
            let (word, figure) = level.split_once(" (").unwrap_or_else(|| panic!("{label}: {level} has no word"));
            assert!(word.chars().all(|c| c.is_alphabetic() || c == ' '), "{}: {label}: {level}", scenario.title);
            let rest = UNITS.iter().fold(figure.to_owned(), |text, unit| text.replace(unit, ""));
            let plain = |c: char| c.is_ascii_digit() || " .,)m\u{2212}-".contains(c) || "under".contains(c);
            assert!(rest.chars().all(plain), "{}: {label}: {level}", scenario.title);
        }
    });
}

#[test]
fn a_room_hears_less_than_everything_and_nothing_secret() {
    let scenario = load("kyrgyzstan-2010");
    let records = play(&scenario, 2);
    let room = Teller::months(&scenario, Audience::Room, &records);
    let told: String = room.iter().flat_map(|month| texts(month).join(" ").chars().collect::<Vec<_>>()).collect();
    for secret in ["in secret", "began to plot"] {
        assert!(!told.contains(secret) || told.contains("came out"), "the room heard `{secret}`");
    }
    assert!(
        room.iter()
            .flat_map(|month| &month.paragraphs)
            .all(|paragraph| { paragraph.sentences.iter().all(|told| told.because.is_empty()) })
    );
    let bulletin = super::bulletin(&scenario, &records[..3]).expect("three months");
    assert!(bulletin.sentences.len() <= 5 && !bulletin.offices.is_empty(), "{bulletin:?}");
}
