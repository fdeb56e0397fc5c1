//! What the crisis is held against, as frozen before it was fitted (`data/crisis/targets.ron`): hazards by year, ways
//! out, falls with authors, the pair of 2010, failures of the state.
//!
//! Labels: *fitted* (constants were chosen so), *sign* (direction only). None is out of sample. Every test states its
//! number of games, seeds and intervals; the unit of independence is a game, each with a seed of its own.

use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::Arc;

use marchland_game::LawId;
use marchland_laws::state::country::{ExitMode, IrregularExit, RegimeStatus, Vote};
use marchland_laws::state::elite::Strike;
use marchland_sim::turn::{Engine, Setup};
use marchland_sim::world::CodedState;
use marchland_statistics::replication_weights;
use rayon::prelude::*;
use serde::Deserialize;

use crate::questions::{Question, lasts, rises, wilson};
use crate::scenarios::{Stage, changed};

/// A yearly hazard.
#[derive(Deserialize, Debug)]
struct Hazard {
    id: String,
    scenario: String,
    exit: String,
    low: f64,
    high: f64,
    most_over_others: f64,
}

/// A driver and the odds ratio that it may have, from calm to its worst documented value.
#[derive(Deserialize, Debug)]
struct Driver {
    id: String,
    low: f64,
    high: f64,
}

#[derive(Deserialize, Debug)]
struct Mode {
    id: String,
    share: f64,
    tolerance: f64,
}

#[derive(Deserialize, Debug)]
struct Range {
    low: f64,
    high: f64,
}

#[derive(Deserialize, Debug)]
struct Coups {
    successful_low: f64,
    successful_high: f64,
    success_low: f64,
    success_high: f64,
}

#[derive(Deserialize, Debug)]
struct Kyrgyzstan {
    fall_by_june: Range,
    over_tajikistan: f64,
    second_within_12: Range,
    as_neighbour_factor: f64,
    placebo_year: Placebo,
}

#[derive(Deserialize, Debug)]
struct Placebo {
    high: f64,
    starts: Vec<String>,
}

#[derive(Deserialize, Debug)]
struct StateFailure {
    onset_low: f64,
    onset_high: f64,
    share_of_irregular_exits: f64,
    median_spell_months: f64,
}

/// What tests here read of the frozen file.
#[derive(Deserialize, Debug)]
struct Targets {
    hazards: Vec<Hazard>,
    modes: Vec<Mode>,
    coups: Coups,
    kyrgyzstan: Kyrgyzstan,
    second_within_12_tajikistan: Range,
    tajikistan_uprising_share: Range,
    state_failure: StateFailure,
    drivers: Vec<Driver>,
    judged_constant_factor: f64,
    policy: Policy,
}

#[derive(Deserialize, Debug)]
struct Policy {
    relief_falls_most_over_neglect: f64,
}

fn targets() -> Targets {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/crisis/targets.ron");
    let text = std::fs::read_to_string(path).expect("the frozen targets");
    ron::from_str(&text).expect("targets in RON")
}

/// A scenario with a longer horizon.
fn stage(name: &str, months: u32) -> Stage {
    let country = if name.starts_with("kyrgyzstan") { "kyrgyzstan" } else { "tajikistan" };
    let line =
        format!("calendar: (start: \"2010-04\", horizon: {months}, crisis_clock: \"{country}.regime_status == 2\"),");
    if name == "quiet-autocracy" { Stage::of(name) } else { Stage::around(&changed(name, &[("calendar:", &line)])) }
}

/// What became of one game.
#[derive(Clone, Copy, Debug, Default)]
struct Fate {
    /// Turn and way of the first irregular exit.
    irregular: Option<(u32, usize)>,
    /// Turn and way of the failure of the regime.
    failed: Option<(u32, usize)>,
    /// Turn of the second irregular exit.
    second: Option<u32>,
    /// Months with power at stake or an order broken, until the end.
    months: u32,
    /// Collapses of the state, and months that it lay so.
    collapses: u32,
    /// Months collapsed.
    collapsed: u32,
    /// Attempts at a coup.
    attempts: f64,
    /// Attempts that won.
    won: u32,
    /// Votes at which office was lost outside the calendar.
    unscheduled: u32,
    /// First exits by insiders or plots whose author is not on record.
    without_author: u32,
    /// Falls of the first neighbour by turn 3.
    neighbour: f64,
}

/// Frozen targets that the fitted model misses, each with why. They are reported beside their ranges and not asserted; a
/// range is never changed to fit.
const MISSED: &[(&str, &str)] = &[];

/// Whether a target is among those missed.
fn missed(what: &str) -> bool {
    MISSED.iter().any(|(name, why)| {
        let hit = *name == what;
        if hit {
            println!("missed: {name}: {why}");
        }
        hit
    })
}

/// Plays `n` games from seed `first`, each to the end or, if `short`, to the first end of the regime.
fn play(stage: &Stage, country: &str, months: u32, first: u64, n: u64, short: bool) -> Vec<Fate> {
    let catalogue = &stage.scenario.catalogue;
    let id = |field: &str| catalogue.indicator(&format!("{country}.{field}")).expect("an indicator");
    let [irregular, mode, failed, second, status, attempts, vote] = [
        "first_irregular_exit",
        "exit_mode",
        "regime_failed",
        "second_irregular_turn",
        "regime_status",
        "coup_attempts",
        "vote",
    ]
    .map(id);
    let next = catalogue.indicator("kyrgyzstan_next_door.falls");
    let strikes: Vec<_> = stage
        .scenario
        .entities
        .get("elite")
        .into_iter()
        .flatten()
        .map(|elite| catalogue.indicator(&format!("{}.strike", elite.name)).expect("a strike"))
        .collect();
    let plot = |way: f64| way == IrregularExit::Coup.code() || way == IrregularExit::Palace.code();
    let elected = ExitMode::Elected as usize;
    let (won, president) = (Strike::Won.code(), Vote::President.code());
    let lost = RegimeStatus::Collapsed.code();
    let seeds: Vec<u64> = (first..first + n).collect();
    let chunks: Vec<Vec<Fate>> = seeds
        .par_chunks(64)
        .map(|seeds| {
            let engine = Engine::new(&stage.scenario);
            let one = |seed: &u64| {
                let mut game = engine.start(&stage.setup(*seed, months, false));
                let mut fate = Fate::default();
                let mut before = 0.0;
                while !game.is_over() {
                    game.step();
                    let turn = game.state().turn - 1;
                    let at = |id| game.world().get(id);
                    let way = at(mode) as usize;
                    if fate.irregular.is_none() && at(irregular) > 0.0 {
                        fate.irregular = Some((turn, at(irregular) as usize));
                        let struck = strikes.iter().any(|strike| at(*strike) == won);
                        fate.without_author += u32::from(plot(at(irregular)) && !struck);
                    }
                    if fate.failed.is_none() && at(failed) > 0.0 {
                        fate.failed = Some((turn, way));
                        fate.unscheduled += u32::from(way == elected && at(vote) != president);
                    }
                    if at(second) > 0.0 && fate.second.is_none() {
                        fate.second = Some(at(second) as u32);
                    }
                    fate.won += u32::from(strikes.iter().any(|strike| at(*strike) == won));
                    let now = at(status);
                    fate.collapsed += u32::from(now == lost);
                    fate.collapses += u32::from(now == lost && before != lost);
                    before = now;
                    fate.months = turn;
                    if turn == 3 {
                        fate.neighbour = next.map_or(0.0, &at);
                    }
                    if short && (fate.irregular.is_some() || fate.failed.is_some()) {
                        break;
                    }
                }
                fate.attempts = game.world().get(attempts);
                fate
            };
            seeds.iter().map(one).collect()
        })
        .collect();
    chunks.concat()
}

/// Events and years at risk by year, and yearly hazards in per cent with Wilson's interval.
fn curve(what: &str, fates: &[Fate], years: u32, event: impl Fn(&Fate) -> Option<u32>) -> Vec<f64> {
    (0..years)
        .map(|year| {
            let (from, to) = (12 * year, 12 * (year + 1));
            let risk = fates.iter().filter(|fate| fate.months > from && event(fate).is_none_or(|turn| turn > from));
            let risk: Vec<_> = risk.collect();
            let hits = risk.iter().filter(|fate| event(fate).is_some_and(|turn| turn <= to)).count() as f64;
            let n = risk.len() as f64;
            let (low, high) = wilson(hits, n);
            println!(
                "{what}, year {}: {hits} of {n}, {:.2} % (95 %: {:.2} to {:.2})",
                year + 1,
                100.0 * hits / n,
                100.0 * low,
                100.0 * high
            );
            100.0 * hits / n
        })
        .collect()
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Fitted: hazards by year, not the share of one window, and no slide from a start that does not rest.
///
/// Power: a year's hazard of 3 % among 1,500 has a standard error of .44 points, among 2,500 of .34; a year at twice the
/// most that is frozen is seen in more than 99 of 100 samples.
#[test]
fn hazards_hold_from_year_to_year() {
    let targets = targets();
    let mut misses = Vec::new();
    let quiet = play(&stage("quiet-autocracy", 72), "country", 72, 10_001, 2_500, true);
    let here = play(&stage("tajikistan-2010", 72), "tajikistan", 72, 1, 1_500, true);
    for hazard in &targets.hazards {
        let (fates, seeds) =
            if hazard.scenario == "quiet-autocracy" { (&quiet, "10001 to 12500") } else { (&here, "1 to 1500") };
        let event = |fate: &Fate| {
            let end = if hazard.exit == "regime_failed" { fate.failed } else { fate.irregular };
            end.map(|(turn, _)| turn)
        };
        let years = curve(&format!("fitted: {} (seeds {seeds})", hazard.id), fates, 6, event);
        for (at, year) in years.iter().enumerate() {
            let others = (years.iter().sum::<f64>() - year) / (years.len() - 1) as f64;
            let noise = 3.0 * (100.0 * year / fates.len() as f64).sqrt();
            if *year < hazard.low - noise || *year > hazard.high + noise {
                misses.push(format!("{}, year {}: {year:.2} %", hazard.id, at + 1));
            }
            if *year > hazard.most_over_others * others + noise {
                misses.push(format!("{}, year {}: {year:.2} % for {others:.2} % in the others", hazard.id, at + 1));
            }
        }
    }
    quiet_regimes_fail_in_the_ways_of_the_record(&targets, &quiet);
    uprisings_are_the_share_of_the_record(&targets, &here);
    assert!(misses.is_empty(), "{misses:#?}");
}

/// Fitted: the ways in which regimes of the quiet population fail, V7 and V10. About 400 failures: a share of 37 % has a
/// standard error of 2.4 points where 8 are allowed.
fn quiet_regimes_fail_in_the_ways_of_the_record(targets: &Targets, fates: &[Fate]) {
    let failed: Vec<usize> = fates.iter().filter_map(|fate| fate.failed.map(|(_, way)| way)).collect();
    let share = |labels: &[&str]| {
        let hits = failed.iter().filter(|way| labels.contains(&ExitMode::LABELS[**way])).count() as f64;
        let (low, high) = wilson(hits, failed.len() as f64);
        println!(
            "fitted: {labels:?}: {hits} of {} failures (seeds 10001 to 12500), {:.1} % (95 %: {:.1} to {:.1})",
            failed.len(),
            100.0 * hits / failed.len() as f64,
            100.0 * low,
            100.0 * high
        );
        (100.0 * low, 100.0 * high)
    };
    let mut misses = Vec::new();
    for mode in &targets.modes {
        let labels: &[&str] = match mode.id.as_str() {
            "at the polls or not standing" => &["elected"],
            "uprising" => &["uprising"],
            "coup" => &["coup"],
            "insurgents" => &["insurgents"],
            "insiders" => &["negotiated", "palace", "resignation"],
            "foreign" => &["foreign"],
            other => panic!("no way `{other}`"),
        };
        let (low, high) = share(labels);
        if high < mode.share - mode.tolerance || low > mode.share + mode.tolerance {
            misses.push(format!("{}: {low:.1} to {high:.1}", mode.id));
        }
    }
    let years: f64 = fates.iter().map(|fate| f64::from(fate.months) / 12.0).sum();
    let (attempts, won) = fates.iter().fold((0.0, 0.0), |(a, w), fate| (a + fate.attempts, w + f64::from(fate.won)));
    let rate = 100.0 * won / years;
    println!("fitted: {won} of {attempts} attempts won, {rate:.2} in 100 country-years");
    assert!((targets.coups.success_low..targets.coups.success_high).contains(&(won / attempts)), "{won} of {attempts}");
    assert!((targets.coups.successful_low..targets.coups.successful_high).contains(&rate), "{rate}");
    assert!(misses.is_empty(), "{misses:#?}");
}

/// Fitted: how many of the irregular exits of a government of the post-Soviet kind are uprisings, V9. About 200 exits: an
/// interval of 5 points either way at a share of 15 %.
fn uprisings_are_the_share_of_the_record(targets: &Targets, fates: &[Fate]) {
    let range = &targets.tajikistan_uprising_share;
    let ways: Vec<usize> = fates.iter().filter_map(|fate| fate.irregular.map(|(_, way)| way)).collect();
    let hits = ways.iter().filter(|way| **way == IrregularExit::Uprising.code() as usize).count() as f64;
    let (low, high) = wilson(hits, ways.len() as f64);
    println!(
        "fitted: Tajikistan: {hits} uprisings of {} irregular exits in 72 months (seeds 1 to 1500), {:.1} % (95 %: {:.1} to {:.1})",
        ways.len(),
        100.0 * hits / ways.len() as f64,
        100.0 * low,
        100.0 * high
    );
    let holds = 100.0 * high >= range.low && 100.0 * low <= range.high;
    assert!(holds != missed("Tajikistan, uprisings"), "{hits} of {}", ways.len());
}

/// Fitted: April to June 2010 on both sides of the border, second falls, and the same country seen from next door.
#[test]
fn the_pair_of_2010_stands_in_its_order() {
    let targets = targets();
    // A share of a third among 800 has a standard error of 1.7 points; one of a tenth among 120 falls, of 2.7.
    let there = play(&stage("kyrgyzstan-2010", 36), "kyrgyzstan", 36, 1, 800, false);
    let here = play(&stage("tajikistan-2010", 72), "tajikistan", 72, 1, 1_000, false);
    let by = |fates: &[Fate], turn: u32| {
        fates.iter().filter(|fate| fate.irregular.is_some_and(|(at, _)| at <= turn)).count()
    };
    let share = |what: &str, hits: usize, of: usize| {
        let (low, high) = wilson(hits as f64, of as f64);
        println!("fitted: {what}: {hits} of {of}, 95 % {low:.4} to {high:.4}");
        100.0 * hits as f64 / of as f64
    };
    let fall = share("Kyrgyzstan by June 2010", by(&there, 3), there.len());
    // No range was frozen for the year: it is printed, for a government that always falls in the end is no forecast.
    share("Kyrgyzstan within twelve months", by(&there, 12), there.len());
    let calm = share("Tajikistan by June 2010", by(&here, 3), here.len());
    let goal = &targets.kyrgyzstan;
    assert!((goal.fall_by_june.low..goal.fall_by_june.high).contains(&fall), "{fall}");
    assert!(fall >= goal.over_tajikistan * calm, "{fall} and {calm}");
    let next = share("Kyrgyzstan as a neighbour", here.iter().filter(|fate| fate.neighbour > 0.0).count(), here.len());
    assert!(next * goal.as_neighbour_factor >= fall && fall * goal.as_neighbour_factor >= next, "{next} and {fall}");
    for (name, fates, end, range) in [
        ("Kyrgyzstan", &there, 36, &goal.second_within_12),
        ("Tajikistan", &here, 72, &targets.second_within_12_tajikistan),
    ] {
        let fallen: Vec<_> = fates.iter().filter_map(|fate| fate.irregular.map(|(at, _)| (at, fate))).collect();
        let seen: Vec<_> = fallen.iter().filter(|(at, _)| at + 12 <= end).collect();
        let again = seen.iter().filter(|(at, fate)| fate.second.is_some_and(|turn| turn <= at + 12)).count();
        let (low, high) = wilson(again as f64, seen.len() as f64);
        let rate = share(&format!("{name}, a second irregular exit within twelve months"), again, seen.len());
        let holds = 100.0 * high >= range.low && 100.0 * low <= range.high;
        // One that has come to hold leaves the list.
        assert!(holds != missed(&format!("{name}, second")), "{name}: {rate}");
    }
}

/// Fitted: the same country one and two years earlier, by its own codes, under a patron that does not turn against it. The
/// codes of its weariness were chosen with these shares in view, so they are no test out of sample. A year's share is held
/// against the frozen bound.
#[test]
fn the_same_country_a_year_earlier_is_no_powder_keg() {
    let goal = targets().kyrgyzstan.placebo_year;
    let n = 1_000;
    for start in &goal.starts {
        let belief = format!("codes-{start}");
        let stage = Stage::with("kyrgyzstan-2010", Some(&belief), &[], &[("russia", "r2-status-quo-backing")]);
        let fates = play(&stage, "kyrgyzstan", 12, 70_001, n, true);
        let fell = fates.iter().filter(|fate| fate.irregular.is_some()).count() as f64;
        let (low, high) = wilson(fell, n as f64);
        println!(
            "fitted: placebo: Kyrgyzstan from {start}: {fell} irregular exits in {n} games of 12 months (seeds 70001 to 71000), \
             {:.1} % (95 %: {:.1} to {:.1}), frozen: at most {}",
            100.0 * fell / n as f64,
            100.0 * low,
            100.0 * high,
            goal.high
        );
        let holds = 100.0 * low <= goal.high;
        assert!(holds != missed(&format!("Kyrgyzstan, {start}")), "{start}: {fell} of {n}");
    }
}

/// A law that is off stands still: without plots nobody strikes, without residual hazards nobody dies in office.
#[test]
fn a_law_that_is_off_moves_nothing() {
    let stage = stage("quiet-autocracy", 72);
    let attempts = |off: Option<&str>| -> f64 {
        let law = |name: &str| stage.scenario.mechanisms.iter().position(|law| law == name).expect("a law");
        let laws: Vec<LawId> = off.iter().map(|name| LawId::from_index(law(name))).collect();
        let variant = Arc::new((*stage.variant).clone().stopping(&laws));
        let engine = Engine::new(&stage.scenario);
        let id = stage.scenario.catalogue.indicator("country.coup_attempts").expect("an indicator");
        (1..=60)
            .map(|seed| {
                let mut game = engine.start(&Setup { variant: Arc::clone(&variant), ..stage.setup(seed, 72, false) });
                game.finish();
                game.world().get(id)
            })
            .sum()
    };
    let (with, without, other) = (attempts(None), attempts(Some("plots")), attempts(Some("residual_hazards")));
    println!("attempts in 60 games of 72 months: {with}, without plots {without}, without residual hazards {other}");
    assert!(with > 0.0 && without == 0.0 && other > 0.0);
}

/// Sign and size: authority seldom dissolves, and for long; office is not lost at votes that are not held; a strike has
/// an author.
#[test]
fn states_seldom_fail_and_falls_have_authors() {
    let targets = targets();
    let mut failures = (0.0, 0.0, 0.0);
    let mut spells = Vec::new();
    for (name, country, months, n) in [
        ("quiet-autocracy", "country", 72, 1_000),
        ("tajikistan-2010", "tajikistan", 72, 300),
        ("kyrgyzstan-2010", "kyrgyzstan", 24, 300),
    ] {
        let fates = play(&stage(name, months), country, months, 50_001, n, false);
        assert!(fates.iter().all(|fate| fate.unscheduled == 0), "{name}: a vote is lost that is not held");
        let years: f64 = fates.iter().map(|fate| f64::from(fate.months) / 12.0).sum();
        let collapses: f64 = fates.iter().map(|fate| f64::from(fate.collapses)).sum();
        let exits = fates.iter().filter(|fate| fate.irregular.is_some()).count() as f64;
        println!(
            "{name}: {collapses} collapses in {years} country-years, {exits} games with irregular exits ({n} games from seed 50001)"
        );
        if country == "country" {
            failures = (collapses, years, exits);
        }
        spells.extend(fates.iter().filter(|fate| fate.collapses == 1).map(|fate| f64::from(fate.collapsed)));
    }
    // Strikes are written down by step: where a contested month is played in weeks, its end no longer shows that of its
    // first one. So whether a strike has an author is asked of games in months alone.
    for (name, country, n) in [("quiet-autocracy", "country", 600), ("tajikistan-2010", "tajikistan", 800)] {
        let monthly = Stage::around(&changed(name, &[("calendar:", "calendar: (start: \"2010-04\", horizon: 48),")]));
        let fates = play(&monthly, country, 48, 50_001, n, true);
        let plots = |fate: &&Fate| {
            let ways = [IrregularExit::Coup, IrregularExit::Palace].map(|way| way.code() as usize);
            fate.irregular.is_some_and(|(_, way)| ways.contains(&way))
        };
        let struck = fates.iter().filter(plots).count();
        println!("{name}: {struck} heads of government fell to plots in {n} games of 48 months");
        assert!(struck > 5, "{name}: {struck} plots that won");
        assert!(fates.iter().all(|fate| fate.without_author == 0), "{name}: a strike has no author");
    }
    let (collapses, years, exits) = failures;
    let goal = &targets.state_failure;
    let (low, high) = wilson(collapses, years);
    assert!(100.0 * high >= goal.onset_low && 100.0 * low <= goal.onset_high, "{low} to {high}");
    let (low, _) = wilson(collapses, exits);
    assert!(100.0 * low <= goal.share_of_irregular_exits, "{collapses} of {exits}");
    // Spells that the end cuts short are shorter than they were.
    let middle = median(spells);
    println!("median spell {middle} months, cut short by the end of games");
    assert!(middle >= 0.75 * goal.median_spell_months, "{middle}");
}

/// Ratio of the odds of an irregular exit in the second arm to those in the first, with its 95 % interval (Woolf 1955;
/// Haldane's half added to each cell).
fn odds_ratio(calm: (f64, f64), worse: (f64, f64)) -> (f64, f64, f64) {
    let cells = [worse.0, worse.1 - worse.0, calm.0, calm.1 - calm.0].map(|cell| cell + 0.5);
    let log = libm::log(cells[0] * cells[3] / (cells[1] * cells[2]));
    let error = cells.iter().map(|cell| 1.0 / cell).sum::<f64>().sqrt();
    (libm::exp(log), libm::exp(log - 1.96 * error), libm::exp(log + 1.96 * error))
}

/// One arm of a comparison: a scenario, and what is set in it.
type Arm<'a> = (&'a Stage, &'a [(&'a str, f64)]);

/// Irregular exits within twelve months, and games, over these seeds.
fn exits((stage, inject): Arm<'_>, seeds: std::ops::Range<u64>) -> (f64, f64) {
    let n = seeds.end - seeds.start;
    let answers = Question { stage, turns: 12, inject }.ask_of(seeds, &["tajikistan.first_irregular_exit"]);
    (answers.iter().filter(|of| of[0].1 > 0.0).count() as f64, n as f64)
}

/// Irregular exits of two arms and games of each in several looks: as many games as the first of `looks` says, and more only
/// while the ratio of the odds lies outside what `settled` says.
fn exits_in_looks(arms: [Arm<'_>; 2], looks: &[u64], settled: RangeInclusive<f64>) -> [(f64, f64); 2] {
    let mut seen = [(0.0, 0.0); 2];
    let mut played = 0;
    for n in looks {
        for (arm, seen) in arms.into_iter().zip(&mut seen) {
            let (fell, games) = exits(arm, played + 1..n + 1);
            *seen = (seen.0 + fell, seen.1 + games);
        }
        played = *n;
        if settled.contains(&odds_ratio(seen[0], seen[1]).0) {
            break;
        }
    }
    seen
}

/// Sign and size: each driver from calm to its worst documented value, against the ranges frozen beforehand. A driver
/// misses where its interval lies wholly outside.
#[test]
#[allow(clippy::type_complexity, reason = "what two arms set")]
fn drivers_move_the_odds_within_the_frozen_ranges() {
    let targets = targets();
    let stage = Stage::of("tajikistan-2010");
    // With 24 and 36 exits of 1,200 the logarithm of a ratio has a standard error of .26: a driver that is out by a factor
    // of two is seen in four samples of five. One whose ratio lies within its range in the first 300 or 600 is not asked
    // further: of those that are out by a factor of two, one in ten does.
    let looks = [300, 600, 1_200];
    let regions =
        ["dushanbe", "drs", "rasht", "sughd", "khatlon", "gbao"].map(|region| format!("{region}.reference_income"));
    let expected: Vec<(&str, f64)> = regions.iter().map(|path| (path.as_str(), 1.33)).collect();
    let arms = |id: &str| -> (Vec<(&str, f64)>, Vec<(&str, f64)>) {
        let one = |path: &'static str, calm: f64, worse: f64| (vec![(path, calm)], vec![(path, worse)]);
        match id {
            "hardship" => (Vec::new(), expected.clone()),
            "militancy" => (
                vec![("imu_rasht.fighters", 50.0)],
                vec![("imu_rasht.fighters", 800.0), ("imu_rasht.tempo", 1.0), ("imu_rasht.tempo_habit", 1.0)],
            ),
            "border" => one("khatlon_border.permeability", 0.0, 1.0),
            "neighbour's fall" => one("kyrgyzstan_next_door.fell_recently", 0.0, 1.0),
            "war memory" => one("tajikistan.war_memory", 0.0, 1.0),
            "fear" => one("tajikistan.fear", 0.0, 1.0),
            "patron" => (
                vec![("russia.backing", -0.6), ("russia.disposition", -0.6)],
                vec![("russia.backing", 0.6), ("russia.disposition", 0.6)],
            ),
            "chiefs' loyalty" => one("security_chiefs.loyalty", 0.5, 0.9),
            "legitimacy" => (
                vec![("tajikistan.legitimacy", 0.3), ("tajikistan.legitimacy_natural", 0.3)],
                vec![("tajikistan.legitimacy", 0.65), ("tajikistan.legitimacy_natural", 0.65)],
            ),
            "patronage" => (
                vec![("tajikistan.patronage", 0.4), ("tajikistan.rents_expected", 0.4)],
                vec![("tajikistan.patronage", 0.9), ("tajikistan.rents_expected", 0.9)],
            ),
            other => panic!("no driver `{other}`"),
        }
    };
    let mut missed = Vec::new();
    for driver in &targets.drivers {
        let (calm, worse) = arms(&driver.id);
        let [calm, worse] = exits_in_looks([(&stage, &calm), (&stage, &worse)], &looks, driver.low..=driver.high);
        let (ratio, low, high) = odds_ratio(calm, worse);
        println!(
            "sign: {}: {} and {} of {n} (seeds 1 to {n}), odds ratio {ratio:.2} (95 %: {low:.2} to {high:.2}), frozen {} to {}",
            driver.id,
            calm.0,
            worse.0,
            driver.low,
            driver.high,
            n = calm.1
        );
        if high < driver.low || low > driver.high {
            missed.push(format!("{}: {ratio:.2} ({low:.2} to {high:.2})", driver.id));
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

/// No single judged constant of the palace or of triggers moves the odds of an irregular exit by more than the frozen
/// factor over its range: those that the law itself makes strongest.
#[test]
fn no_judged_constant_decides_alone() {
    let targets = targets();
    // With 16 exits and four times as many of 800 the standard error is .29: a factor of eight is seen in two samples of
    // three and one of ten in nine of ten. A constant whose ratio lies within half the factor in the first 120 or 300 is not
    // asked further: of those whose true ratio is eight, four in a hundred do.
    let looks = [120, 300, 800];
    let mut missed = Vec::new();
    for name in [
        "plots_base",
        "plots_loyalty",
        "plots_legitimacy",
        "plots_split",
        "plots_ready",
        "triggers_base",
        "triggers_size",
        "triggers_exponent",
        "elites_reconsidering",
        "elites_even",
        "elites_slope",
        "elites_strength_patronage",
        "elites_strength_force",
        "residual_insurgents",
        "aluminium_cost_usd_t",
        "budget_patronage_need",
    ] {
        let scenario = crate::scenarios::load("tajikistan-2010");
        let id = scenario.catalogue.parameter(name).expect("a constant");
        let range = &scenario.catalogue.parameters[id.index()].distribution;
        let [low, high] = [0.0, 1.0].map(|end| {
            let text = range.quantile(end).to_string();
            Stage::with("tajikistan-2010", None, &[(name, &text)], &[])
        });
        let most = targets.judged_constant_factor;
        let [low, high] = exits_in_looks([(&low, &[]), (&high, &[])], &looks, 2.0 / most..=most / 2.0);
        let (ratio, from, to) = odds_ratio(low, high);
        println!(
            "{name}: {} and {} of {n} (seeds 1 to {n}), odds ratio {ratio:.2} (95 %: {from:.2} to {to:.2})",
            low.0,
            high.0,
            n = low.1
        );
        if from > most || to < 1.0 / most {
            missed.push(format!("{name}: {ratio:.2} ({from:.2} to {to:.2})"));
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

/// An order that is called a rise is one, in a country whose tariffs have just more than doubled too.
#[test]
fn raising_tariffs_raises_them_whatever_they_are() {
    let after = |strategy: &str| {
        let stage = Stage::with("kyrgyzstan-2010", None, &[], &[("government", strategy)]);
        lasts(&Question { stage: &stage, turns: 1, inject: &[] }.ask(40, "kyrgyzstan.tariff_shock"))
    };
    let ordered = |order: &str| after(&format!("Rules(blocks: [(name: \"tariffs\", orders: [\"{order}\"])])"));
    let as_they_are = after("Idle()");
    rises("raising tariffs", &as_they_are, &ordered("set_tariffs raise"));
    rises("not freezing them", &ordered("set_tariffs freeze"), &as_they_are);
}

/// Who takes an amnesty trusts that it will be kept: less each time that it is offered anew, and less while troops sweep the
/// valley.
#[test]
fn an_amnesty_is_believed_less_each_time_and_under_fire() {
    let chances = |orders: &str| -> Vec<f64> {
        let stage = Stage::with("tajikistan-2010", None, &[], &[("government", &format!("Script([{orders}])"))]);
        let amnesty = stage.scenario.catalogue.action("amnesty_fighters").expect("an order");
        let mut game = stage.engine().start(&stage.setup(1, 12, false));
        game.set_recording(true);
        let mut chances = Vec::new();
        while !game.is_over() {
            game.step();
            let rulings = game.last_record().rounds.iter().flat_map(|round| &round.rulings);
            chances.extend(rulings.filter(|ruling| ruling.order.action == amnesty).map(|ruling| ruling.probability));
        }
        chances
    };
    let offer = |turn: u32| format!("({turn}, [\"amnesty_fighters\"])");
    let once = chances(&offer(9));
    let thrice = chances(&[1, 5, 9].map(offer).join(", "));
    assert_eq!((once.len(), thrice.len()), (1, 3));
    // Legitimacy, the other part of it, hardly moves within the year.
    for (times, chance) in thrice.iter().enumerate() {
        let ratio = thrice[0] / chance;
        assert!((ratio - (times + 1) as f64).abs() < 0.2 * ratio, "{ratio} after {times} offers: {thrice:?}");
    }
    let under_fire = chances(&format!("(8, [\"operation\"]), {}", offer(9)));
    assert!(under_fire[0] < 0.6 * once[0], "{under_fire:?} for {once:?}");
}

/// Sign: relieving the people may not cost more falls than neglecting them by patronage alone.
///
/// Power: with 60 and 90 exits of 1,500 the logarithm of the ratio has a standard error of .17: a true ratio of 1.8 is told
/// from the frozen 1.25 in five samples of eight.
#[test]
fn relief_is_not_the_way_to_fall() {
    let targets = targets();
    let n = 1_500;
    let ends = |strategy: &str| {
        let stage = Stage::with("tajikistan-2010", None, &[], &[("government", strategy)]);
        let answers = Question { stage: &stage, turns: 24, inject: &[] }.ask(n, "tajikistan.first_irregular_exit");
        (lasts(&answers).iter().filter(|way| **way > 0.0).count() as f64, n as f64)
    };
    let (neglect, relief) = (ends("t1-neglect-and-levy"), ends("t2-relief"));
    let (ratio, low, high) = odds_ratio(neglect, relief);
    println!(
        "neglect {} and relief {} of {n} in 24 months (seeds 1 to {n}), odds ratio {ratio:.2} (95 %: {low:.2} to {high:.2})",
        neglect.0, relief.0
    );
    let holds = low <= targets.policy.relief_falls_most_over_neglect;
    assert!(holds != missed("relief"), "{ratio} ({low} to {high})");
}

/// Sign: one per cent of output moved to relief of the people, from each outlay that a ruler may choose and from lenders.
/// What people suffer falls and the outlay it was taken from falls, whatever becomes of the government; that is reported,
/// with the channels, deaths beside it, and not asserted: either sign is a finding.
#[test]
fn equal_money_for_relief_shows_by_its_channels() {
    let stage = Stage::of("tajikistan-2010");
    let n = 800;
    let channels = [
        "tajikistan.hardship",
        "tajikistan.legitimacy",
        "tajikistan.patronage",
        "tajikistan.public_goods",
        "tajikistan.debt_musd",
        "tajikistan.loyal_force",
        "tajikistan.alarm",
        "tajikistan.coup_risk",
        "tajikistan.trigger_risk",
        "tajikistan.fall_risk",
        "tajikistan.deaths_civil",
        "tajikistan.first_irregular_exit",
    ];
    // The first month's accounts, for what has to be moved.
    let first = |stage: &Stage, inject: &[(&str, f64)]| {
        let paths = ["tajikistan.patronage", "tajikistan.public_goods", "tajikistan.gdp_musd"];
        let answers = Question { stage, turns: 1, inject }.ask_all(1, &paths);
        answers[0].iter().map(|answer| answer.1).collect::<Vec<f64>>()
    };
    let base = first(&stage, &[]);
    let relief = 0.01 * base[2] / 12.0;
    // The share for the networks that leaves the other outlay where it was, by bisection.
    let share = |keeps: usize| {
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..40 {
            let middle = 0.5 * (low + high);
            let now = first(&stage, &[("tajikistan.relief", relief), ("tajikistan.patronage_share", middle)])[keeps];
            // A greater share feeds the networks and starves services.
            if (now < base[keeps]) == (keeps == 0) { low = middle } else { high = middle }
        }
        0.5 * (low + high)
    };
    let borrowing = stage.scenario.catalogue.parameter("budget_borrowing").expect("a constant");
    let borrowing = stage.scenario.catalogue.parameters[borrowing.index()].value + 0.01;
    let lenders = Stage::with("tajikistan-2010", None, &[("budget_borrowing", &borrowing.to_string())], &[]);
    let (networks, services) = (share(1), share(0));
    let asked = |stage: &Stage, inject: &[(&str, f64)]| Question { stage, turns: 24, inject }.ask_all(n, &channels);
    let column = |answers: &[Vec<(f64, f64)>], at: usize| -> Vec<f64> {
        answers.iter().map(|answer| if at >= 10 { answer[at].1 } else { answer[at].0 }).collect()
    };
    let fell = |answers: &[Vec<(f64, f64)>]| {
        (answers.iter().filter(|answer| answer[11].1 > 0.0).count() as f64, answers.len() as f64)
    };
    let before = asked(&stage, &[]);
    println!("relief of {relief:.2} million dollars a month, {n} games of 24 months (seeds 1 to {n}), against none");
    for (from, at, arm) in [
        ("the networks", 2, asked(&stage, &[("tajikistan.relief", relief), ("tajikistan.patronage_share", networks)])),
        ("services", 3, asked(&stage, &[("tajikistan.relief", relief), ("tajikistan.patronage_share", services)])),
        ("lenders", 4, asked(&lenders, &[("tajikistan.relief", relief)])),
    ] {
        for (channel, path) in channels.iter().enumerate().take(11) {
            let steps: Vec<f64> = column(&before, channel)
                .iter()
                .zip(column(&arm, channel))
                .map(|(before, after)| after - before)
                .collect();
            let (mean, half) = crate::questions::interval(&steps);
            println!("from {from}: {path}: {mean:+.5} (95 %: {:+.5} to {:+.5})", mean - half, mean + half);
        }
        let (calm, worse) = (fell(&before), fell(&arm));
        let (ratio, low, high) = odds_ratio(calm, worse);
        println!(
            "from {from}: {} falls for {} of {n}, odds ratio {ratio:.2} (95 %: {low:.2} to {high:.2})",
            worse.0, calm.0
        );
        rises(&format!("hardship without relief, from {from}"), &column(&arm, 0), &column(&before, 0));
        // Debts rise where outlays do not fall.
        let (less, more) = if at == 4 { (&before, &arm) } else { (&arm, &before) };
        rises(&format!("what relief is taken from: {from}"), &column(less, at), &column(more, at));
    }
}

/// Kendall's rank correlation, without ties' correction: concordant less discordant pairs over all.
fn kendall(a: &[f64], b: &[f64]) -> f64 {
    let mut sum = 0.0;
    for (at, (x, y)) in a.iter().zip(b).enumerate() {
        for (other_x, other_y) in a[..at].iter().zip(&b[..at]) {
            let product = (x - other_x) * (y - other_y);
            sum += if product > 0.0 { 1.0 } else { f64::from(i8::from(product == 0.0)) - 1.0 };
        }
    }
    let n = a.len() as f64;
    sum / (0.5 * n * (n - 1.0))
}

/// Sign: whether policies that spare people hardship cost survival, over the nine sets of policies of the government.
/// Kendall's τ of survival and mean hardship with its interval by a bootstrap of seeds, deaths beside both.
#[test]
fn survival_and_hardship_over_the_nine_policies() {
    assert_eq!(kendall(&[1.0, 2.0, 3.0], &[2.0, 5.0, 9.0]), 1.0);
    assert_eq!(kendall(&[1.0, 2.0, 3.0], &[9.0, 5.0, 2.0]), -1.0);
    let scenario = crate::scenarios::load("tajikistan-2010");
    let policies: Vec<String> = scenario
        .strategies
        .iter()
        .map(|strategy| strategy.name.clone())
        .filter(|name| {
            let head = name.split('-').next().unwrap_or_default();
            head.strip_prefix('t').is_some_and(|digit| matches!(digit.parse(), Ok(1..=9_u8)))
        })
        .collect();
    assert_eq!(policies.len(), 9, "{policies:?}");
    let n = 300;
    let paths = ["tajikistan.first_irregular_exit", "tajikistan.hardship", "tajikistan.deaths_civil"];
    let arms: Vec<Vec<Vec<(f64, f64)>>> = policies
        .par_iter()
        .map(|policy| {
            let stage = Stage::with("tajikistan-2010", None, &[], &[("government", policy)]);
            Question { stage: &stage, turns: 24, inject: &[] }.ask_all(n, &paths)
        })
        .collect();
    let summary = |weights: &[f64]| -> (Vec<f64>, Vec<f64>) {
        let total: f64 = weights.iter().sum();
        let mean = |arm: &Vec<Vec<(f64, f64)>>, of: fn(&[(f64, f64)]) -> f64| {
            arm.iter().zip(weights).map(|(game, weight)| weight * of(game)).sum::<f64>() / total
        };
        let stood = |game: &[(f64, f64)]| f64::from(u8::from(game[0].1 == 0.0));
        let survival = arms.iter().map(|arm| mean(arm, stood)).collect();
        (survival, arms.iter().map(|arm| mean(arm, |game| game[1].0)).collect())
    };
    let (survival, hardship) = summary(&vec![1.0; n as usize]);
    for (at, policy) in policies.iter().enumerate() {
        let deaths = arms[at].iter().map(|game| game[2].1).sum::<f64>() / n as f64;
        println!("{policy}: survival {:.3}, hardship {:.3}, deaths in unrest {deaths:.1}", survival[at], hardship[at]);
    }
    let tau = kendall(&survival, &hardship);
    // Seeds are what differs between games, and the arms share them: they are what is drawn again.
    let mut again: Vec<f64> = (0..400)
        .map(|resample| {
            let (survival, hardship) = summary(&replication_weights(1, resample, n as usize));
            kendall(&survival, &hardship)
        })
        .collect();
    again.sort_by(f64::total_cmp);
    println!(
        "τ of survival and hardship over nine policies: {tau:+.2} (95 %, 400 resamples of {n} seeds: {:+.2} to {:+.2})",
        again[10], again[389]
    );
    let of = |name: &str| policies.iter().position(|policy| policy == name).expect("a policy");
    assert!(hardship[of("t2-relief")] < hardship[of("t1-neglect-and-levy")], "relief relieves");
}
