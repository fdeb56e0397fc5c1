//! Playthroughs: a readable transcript of each scenario's first year, replayed and compared.
//!
//! A month tells orders, votes and events, the values that the scenario shows, and a word for each law of motion: over
//! whatever it moved, so that a difference names the law that it comes from. Every difference is reported, not the first.
//!
//! `MARCHLAND_UPDATE_PLAYTHROUGHS=1 cargo test -p marchland-tests playthroughs` writes them anew; the
//! difference is reviewed as a change of behaviour.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::PathBuf;

use marchland_game::{Catalogue, Cause, LawId, Turn, TurnRecord, stream};
use marchland_sim::scenario::Scenario;

use crate::scenarios::{Stage, names};

/// The largest file, bytes: what a person can still read through.
const LARGEST: usize = 100_000;

fn file(name: &str) -> PathBuf {
    let stem = name.trim_end_matches(".ron");
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/playthroughs")).join(format!("{stem}.txt"))
}

fn transcript(stage: &Stage) -> String {
    let mut game = stage.engine().start(&stage.setup(1, 12, true));
    game.set_recording(true);
    let mut text = format!("{} (seed 1)\n", stage.scenario.title);
    for (who, strategy) in &stage.composed.names {
        writeln!(text, "  {who}: {strategy}").expect("a string takes all");
    }
    while !game.is_over() {
        game.step();
        tell(&mut text, &stage.scenario, game.last_record());
    }
    let outcome = game.outcome();
    writeln!(text, "\noutcome {} exit {:?} turn {:?}", outcome.status, outcome.exit, outcome.turn).expect("text");
    for (measure, value) in stage.scenario.catalogue.measures.iter().zip(&outcome.measures) {
        writeln!(text, "  {} {}", measure.id, six(*value)).expect("text");
    }
    for (player, payoff) in stage.scenario.catalogue.players.iter().zip(&outcome.payoffs) {
        let payoff = payoff.map_or_else(|| "none".to_owned(), six);
        writeln!(text, "  payoff {} {payoff}", player.id).expect("text");
    }
    text
}

fn tell(text: &mut String, scenario: &Scenario, record: &TurnRecord) {
    let catalogue = &scenario.catalogue;
    writeln!(text, "\nturn {} {}", record.turn, scenario.calendar.start.of(Turn(record.turn))).expect("text");
    for (at, round) in record.rounds.iter().enumerate() {
        if record.rounds.len() > 1 {
            writeln!(text, " week {}", at + 1).expect("text");
        }
        for ruling in &round.rulings {
            let player = &catalogue.players[ruling.player.index()].id;
            let order = catalogue.order_name(ruling.order);
            let end = match ruling.refusal {
                Some(refusal) => format!("refused: {}", refusal.text(ruling.order.action, catalogue)),
                None if ruling.success => format!("{:.4} succeeds", ruling.probability),
                None => format!("{:.4} fails", ruling.probability),
            };
            writeln!(text, "  {player} {order}: {end}").expect("text");
        }
        for vote in &round.votes {
            let passed = if vote.passed { "passes" } else { "fails" };
            writeln!(text, "  vote {}: {passed}", catalogue.motions[vote.motion.index()].id).expect("text");
        }
        for event in &round.events {
            writeln!(text, "  event {}", catalogue.events[event.index()].id).expect("text");
        }
    }
    if record.rounds.len() > 1 {
        writeln!(text, " the month").expect("text");
    }
    for id in &scenario.shown {
        let path = &catalogue.indicators[id.index()].path;
        writeln!(text, "  {path} {}", six(record.indicators[id.index()])).expect("text");
    }
    let (others, laws) = words(catalogue, record);
    writeln!(text, "  by orders, events and paths {:08x}", short(others)).expect("text");
    for (law, word) in laws {
        writeln!(text, "  law {} {:08x}", catalogue.laws[law.index()].id, short(word)).expect("text");
    }
    // One word for all that there is, in the order of what keys draws: what nobody booked shows here, and a name that changes
    // is no difference.
    let mut order: Vec<usize> = (0..record.indicators.len()).collect();
    order.sort_by(|a, b| catalogue.indicators[*a].draw_key.cmp(&catalogue.indicators[*b].draw_key));
    let all = order.iter().fold(0u64, |word, at| stream::mix2(word, record.indicators[*at].to_bits()));
    writeln!(text, "  all indicators {all:016x}").expect("text");
}

/// A word over what each law left of the indicators that it moved, in the order in which laws run, and one over what
/// anything else left; indicators by what keys draws, so that a name that changes is no difference. How a law splits a step
/// into terms plays no part.
fn words(catalogue: &Catalogue, record: &TurnRecord) -> (u64, BTreeMap<LawId, u64>) {
    let (mut others, mut laws) = (0, BTreeMap::new());
    for round in &record.rounds {
        let mut left: BTreeMap<(Option<LawId>, &str), f64> = BTreeMap::new();
        for booking in &round.bookings {
            let law = if let Cause::Law(law, _) = booking.cause { Some(law) } else { None };
            left.insert((law, &catalogue.indicators[booking.indicator.index()].draw_key), booking.after);
        }
        for ((law, key), after) in left {
            let word = law.map_or(&mut others, |law| laws.entry(law).or_insert(0));
            *word = stream::mix2(stream::mix2(*word, stream::name_hash(key)), after.to_bits());
        }
    }
    (others, laws)
}

/// Half of a word: a chance in four billion that a difference does not show, and then it shows in the word over all.
fn short(word: u64) -> u32 {
    (word >> 32) as u32
}

/// A number to six significant digits.
fn six(value: f64) -> String {
    let rounded: f64 = format!("{value:.5e}").parse().expect("what was printed reads back");
    format!("{rounded}")
}

/// One line that two transcripts do not share.
#[derive(Debug, PartialEq)]
struct Difference {
    section: String,
    /// What the line is of: `law budget`.
    of: String,
    /// What it said; none where it was not there.
    before: Option<String>,
    /// What it says; none where it is gone.
    now: Option<String>,
}

/// A transcript's sections, in order, each with its lines: what a line is of, and what it says of it. Lines of one name
/// are told together.
fn sections(text: &str) -> Vec<(&str, Vec<(String, String)>)> {
    let mut sections: Vec<(&str, Vec<(String, String)>)> = vec![("lineup", Vec::new())];
    let mut week = String::new();
    for line in text.lines().filter(|line| !line.is_empty()) {
        let Some(told) = line.strip_prefix(' ') else {
            sections.push((line, Vec::new()));
            week.clear();
            continue;
        };
        let Some(told) = told.strip_prefix(' ') else {
            week = if told == "the month" { String::new() } else { format!("{told} ") };
            continue;
        };
        let (of, says) = told.split_once(": ").or_else(|| told.rsplit_once(' ')).unwrap_or((told, ""));
        let lines = &mut sections.last_mut().expect("there is a first section").1;
        let of = format!("{week}{of}");
        match lines.iter_mut().find(|(other, _)| *other == of) {
            Some((_, before)) => write!(before, ", {says}").expect("text"),
            None => lines.push((of, says.to_owned())),
        }
    }
    sections
}

/// Everything in which two transcripts differ, in the order of the later one.
fn differences(before: &str, now: &str) -> Vec<Difference> {
    let (before, now) = (sections(before), sections(now));
    let lines = |all: &[(&str, Vec<(String, String)>)], name: &str| -> Vec<(String, String)> {
        all.iter().find(|(other, _)| *other == name).map_or_else(Vec::new, |(_, lines)| lines.clone())
    };
    let names = now.iter().chain(&before).map(|(name, _)| *name);
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for section in names.filter(|name| seen.insert(*name)) {
        let (then, here) = (lines(&before, section), lines(&now, section));
        let said = |all: &[(String, String)], of: &str| {
            all.iter().find(|(other, _)| other == of).map(|(_, says)| says.clone())
        };
        let gone = then.iter().filter(|(of, _)| said(&here, of).is_none());
        for (of, _) in here.iter().chain(gone) {
            let (before, now) = (said(&then, of), said(&here, of));
            if before != now {
                found.push(Difference { section: section.to_owned(), of: of.clone(), before, now });
            }
        }
    }
    found
}

/// The report of a scenario: which laws first differ in which month, then every line.
fn report(name: &str, found: &[Difference]) -> String {
    let mut text = format!("{name} no longer plays as it was written down: {} lines differ\n", found.len());
    let mut seen = BTreeSet::new();
    let mut first: Vec<(&str, Vec<&str>)> = Vec::new();
    for difference in found {
        if let Some(law) = difference.of.strip_prefix("law ")
            && seen.insert(law)
        {
            match first.last_mut() {
                Some((section, laws)) if *section == difference.section => laws.push(law),
                _ => first.push((&difference.section, vec![law])),
            }
        }
    }
    for (section, laws) in first {
        writeln!(text, "  laws that first differ in {section}: {}", laws.join(", ")).expect("text");
    }
    for Difference { section, of, before, now } in found {
        let said = |line: &Option<String>| line.clone().unwrap_or_else(|| "nothing".to_owned());
        writeln!(text, "    {section}: {of}: {} → {}", said(before), said(now)).expect("text");
    }
    text
}

#[test]
fn every_scenario_plays_as_it_was_written_down() {
    let update = std::env::var_os("MARCHLAND_UPDATE_PLAYTHROUGHS").is_some();
    let mut wrong = String::new();
    for name in names() {
        let (path, now) = (file(&name), transcript(&Stage::of(&name)));
        assert!(now.len() <= LARGEST, "{name}: a playthrough of {} bytes", now.len());
        if update {
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a writable folder");
            std::fs::write(&path, &now).expect("a writable file");
            continue;
        }
        match std::fs::read_to_string(&path) {
            // A file may have been checked out with other ends of lines.
            Ok(before) if before.lines().eq(now.lines()) => {}
            Ok(before) => wrong += &report(&name, &differences(&before, &now)),
            Err(_) => writeln!(wrong, "{name} has no playthrough").expect("text"),
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}what is meant is written down with MARCHLAND_UPDATE_PLAYTHROUGHS=1");
}

const TOLD: &str = "A valley (seed 1)
  mayor: idle

turn 1 2010-04
 week 1
  mayor talk: 0.5000 succeeds
  mayor talk: 0.5000 fails
  event storm
 week 2
  mayor talk: 0.5000 fails
 the month
  valley.unrest 0.125
  law budget 0000000a
  law unrest 0000000b
  all indicators 00000000000000aa

turn 2 2010-05
  valley.unrest 0.25
  law budget 0000000c
  law unrest 0000000d
  all indicators 00000000000000bb

outcome stable exit None turn None
  payoff mayor 0.5
";

#[test]
fn a_playthrough_that_is_the_same_has_no_difference() {
    assert_eq!(differences(TOLD, TOLD), []);
}

#[test]
fn every_difference_is_reported_with_the_laws_that_differ_first() {
    let now = TOLD
        .replace("law unrest 0000000b", "law unrest 0000001b")
        .replace("valley.unrest 0.25", "valley.unrest 0.2501")
        .replace("law budget 0000000c", "law budget 0000001c")
        .replace("law unrest 0000000d", "law unrest 0000001d")
        .replace(" week 2\n  mayor talk: 0.5000 fails", " week 2\n  mayor talk: 0.5000 succeeds")
        .replace("  event storm\n", "  event flood\n  event storm\n")
        .replace("  payoff mayor 0.5\n", "");
    let found = differences(TOLD, &now);
    let told: Vec<String> = found
        .iter()
        .map(|one| format!("{}: {}: {:?} {:?}", one.section, one.of, one.before.as_deref(), one.now.as_deref()))
        .collect();
    assert_eq!(
        told,
        [
            r#"turn 1 2010-04: week 1 event: Some("storm") Some("flood, storm")"#,
            r#"turn 1 2010-04: week 2 mayor talk: Some("0.5000 fails") Some("0.5000 succeeds")"#,
            r#"turn 1 2010-04: law unrest: Some("0000000b") Some("0000001b")"#,
            r#"turn 2 2010-05: valley.unrest: Some("0.25") Some("0.2501")"#,
            r#"turn 2 2010-05: law budget: Some("0000000c") Some("0000001c")"#,
            r#"turn 2 2010-05: law unrest: Some("0000000d") Some("0000001d")"#,
            r#"outcome stable exit None turn None: payoff mayor: Some("0.5") None"#,
        ]
    );
    let report = report("valley", &found);
    for line in [
        "7 lines differ",
        "laws that first differ in turn 1 2010-04: unrest\n",
        "laws that first differ in turn 2 2010-05: budget\n",
        "    outcome stable exit None turn None: payoff mayor: 0.5 → nothing\n",
    ] {
        assert!(report.contains(line), "`{line}` is missing from\n{report}");
    }
    // A month that is gone, and one that is new.
    let shorter = TOLD.replace("turn 2 2010-05", "turn 2 2010-06");
    assert_eq!(differences(TOLD, &shorter).len(), 8);
}

/// A constant of one law changes the word of that law, and of none that runs before it.
#[test]
fn a_difference_names_the_law_that_it_comes_from() {
    let before = transcript(&Stage::of("quiet-autocracy"));
    let now = transcript(&Stage::with("quiet-autocracy", None, &[("prices_trend", "0.05")], &[]));
    let found = differences(&before, &now);
    let laws: Vec<&str> = found
        .iter()
        .filter(|one| one.section.starts_with("turn 1 "))
        .filter_map(|one| one.of.strip_prefix("law "))
        .collect();
    assert_eq!(laws.first(), Some(&"prices"), "{laws:?}");
    assert!(!laws.contains(&"budget") && !laws.contains(&"output"), "they have run before: {laws:?}");
}

#[test]
fn numbers_have_six_digits() {
    for (value, text) in [
        (0.419_882_103_747_137_86, "0.419882"),
        (-0.000_123_456_789, "-0.000123457"),
        (5640.0, "5640"),
        (1_234_567.8, "1234570"),
        (0.0, "0"),
        (f64::NAN, "NaN"),
    ] {
        assert_eq!(six(value), text);
    }
}
