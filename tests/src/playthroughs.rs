//! Playthroughs: a readable transcript of each scenario's first year, replayed and compared.
//!
//! `MARCHLAND_UPDATE_PLAYTHROUGHS=1 cargo test -p marchland-tests playthroughs` writes them anew; the
//! difference is reviewed as a change of behaviour.

use std::fmt::Write;
use std::path::PathBuf;

use marchland_game::{Turn, TurnRecord, stream};
use marchland_sim::scenario::Scenario;

use crate::scenarios::{Stage, names};

fn file(name: &str) -> PathBuf {
    let stem = name.trim_end_matches(".ron");
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/playthroughs")).join(format!("{stem}.txt"))
}

fn transcript(name: &str) -> String {
    let stage = Stage::of(name);
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
        writeln!(text, "  {} {value}", measure.id).expect("text");
    }
    for (player, payoff) in stage.scenario.catalogue.players.iter().zip(&outcome.payoffs) {
        writeln!(text, "  payoff {} {payoff:?}", player.id).expect("text");
    }
    text
}

fn tell(text: &mut String, scenario: &Scenario, record: &TurnRecord) {
    let catalogue = &scenario.catalogue;
    writeln!(text, "\nturn {} {}", record.turn, scenario.calendar.start.of(Turn(record.turn))).expect("text");
    for (at, round) in record.rounds.iter().enumerate() {
        if record.rounds.len() > 1 {
            writeln!(text, " round {at}").expect("text");
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
    for id in &scenario.shown {
        writeln!(text, "  {} {}", catalogue.indicators[id.index()].path, record.indicators[id.index()]).expect("text");
    }
    // One word for everything else, in the order of what keys draws: a difference anywhere shows, and a name that
    // changes is none.
    let mut order: Vec<usize> = (0..record.indicators.len()).collect();
    order.sort_by(|a, b| catalogue.indicators[*a].draw_key.cmp(&catalogue.indicators[*b].draw_key));
    let all = order.iter().fold(0u64, |word, at| stream::mix2(word, record.indicators[*at].to_bits()));
    writeln!(text, "  all indicators {all:016x}").expect("text");
}

#[test]
fn every_scenario_plays_as_it_was_written_down() {
    let update = std::env::var_os("MARCHLAND_UPDATE_PLAYTHROUGHS").is_some();
    let mut missing = Vec::new();
    for name in names() {
        let (path, now) = (file(&name), transcript(&name));
        if update {
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a writable folder");
            std::fs::write(&path, &now).expect("a writable file");
            continue;
        }
        let Ok(before) = std::fs::read_to_string(&path) else {
            missing.push(name);
            continue;
        };
        for (line, (before, now)) in before.lines().zip(now.lines()).enumerate() {
            assert_eq!(before, now, "{name}, line {} of {}", line + 1, path.display());
        }
        assert_eq!(before.lines().count(), now.lines().count(), "{name}: the playthrough has another length");
    }
    assert!(missing.is_empty(), "no playthrough of {missing:?}");
}
