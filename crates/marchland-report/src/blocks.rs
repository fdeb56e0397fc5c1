//! `--blocks`: when each block of a player's strategy acted, and why it did not in the other months.

use marchland_game::{PlayerId, Turn, TurnRecord};
use marchland_sim::scenario::Scenario;

use crate::screen::{BOLD, PLAIN, Screen};
use crate::visible::line;
use crate::wording::{Wording, upper_first};

/// What a block did in a game.
struct BlockHistory<'a> {
    name: &'a str,
    /// Its intent, once it acted.
    intent: &'a str,
    /// Turns in which it acted.
    acted: Vec<u32>,
    /// Kinds of reasons for which it did not, in the order met: how often, and the last one whole.
    idle: Vec<(&'a str, usize, u32, &'a str)>,
}

/// When the blocks of a player's strategy acted, and why they did not, in a traced game.
pub fn write(to: &mut Screen, scenario: &Scenario, records: &[TurnRecord], player: PlayerId) {
    let mut blocks: Vec<BlockHistory<'_>> = Vec::new();
    for record in records {
        let notes = record.rounds.iter().flat_map(|round| &round.notes);
        for (_, note) in notes.filter(|(owner, _)| *owner == player) {
            let at = blocks.iter().position(|block| block.name == note.on).unwrap_or_else(|| {
                blocks.push(BlockHistory { name: &note.on, intent: "", acted: Vec::new(), idle: Vec::new() });
                blocks.len() - 1
            });
            let block = &mut blocks[at];
            if note.acted {
                block.intent = &note.why;
                if block.acted.last() != Some(&record.turn) {
                    block.acted.push(record.turn);
                }
                continue;
            }
            let kind = note.why.split([':', '(']).next().unwrap_or_default();
            match block.idle.iter_mut().find(|(known, ..)| *known == kind) {
                Some((_, count, turn, why)) => (*count, *turn, *why) = (*count + 1, record.turn, &note.why),
                None => block.idle.push((kind, 1, record.turn, &note.why)),
            }
        }
    }
    let wording = Wording::new(scenario);
    let date = |turn: u32| {
        let date = scenario.calendar.start.of(Turn(turn));
        format!("{} {}", date.month_name(), date.year)
    };
    let who = upper_first(&wording.player(&scenario.catalogue.players[player.index()].id));
    to.end().styled(BOLD, &format!("{}, block by block", line(&who))).end();
    if blocks.is_empty() {
        to.paragraph("The strategy left no note on what it did: it is not made of blocks.", "  ", PLAIN);
    }
    for block in &blocks {
        let intent = if block.intent.is_empty() { String::new() } else { format!(" ({})", block.intent) };
        let acted: Vec<String> = block.acted.iter().map(|turn| date(*turn)).collect();
        let acted = if acted.is_empty() { "never acted".to_owned() } else { format!("acted in {}", acted.join(", ")) };
        to.paragraph(&format!("{}{intent}: {acted}", block.name), "  ", PLAIN);
        for (_, count, turn, why) in &block.idle {
            let times = if *count == 1 { "once".to_owned() } else { format!("{count} times, last") };
            to.paragraph(&format!("not, {times} in {}: {why}", date(*turn)), "      ", PLAIN);
        }
    }
}
