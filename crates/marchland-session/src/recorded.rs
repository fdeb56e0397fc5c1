//! `Log`: a strategy that replays the decisions recorded of a player in a game's file.

use std::path::Path;

use marchland_game::{
    ArgumentKind, ArgumentSchema, Ballot, Choice, Decision, Draft, FamilySchema, Memory, Moment, Order, Stage, Strategy,
};
use marchland_strategies::{Arguments, Build, BuildResult, Family};

use crate::entry::Entry;
use crate::log::Log;
use crate::names;

/// The family's entry, for callers that extend a registry with it: it reads a file, and so a scenario may
/// not name it.
///
/// Its short form on a command line is `log:FILE`; see [`written_out`].
pub const RECORDED: Family = Family {
    schema: FamilySchema {
        name: "Log",
        meaning: "Gives the orders and casts the votes that a game's file has recorded of its player, turn by turn; \
                  orders not legal by then are left out.",
        source: "our choice: a person's orders, replayed",
        arguments: &[ArgumentSchema {
            name: "file",
            kind: ArgumentKind::Text { default: None },
            meaning: "the game's file; the branch that play goes on in",
        }],
        cohorts: false,
    },
    build: Build::Player(build),
};

/// `log:FILE` as a strategy's full text; other texts as they are.
#[must_use]
pub fn written_out(text: &str) -> String {
    match text.strip_prefix("log:") {
        Some(file) => format!("Log(file: \"{}\")", file.replace('\\', "\\\\").replace('"', "\\\"")),
        None => text.to_owned(),
    }
}

struct RecordedStrategy {
    /// Decisions by place and player's name, sorted.
    decisions: Vec<(Moment, String, Vec<Order>, Vec<Ballot>)>,
}

fn build(from: &Arguments<'_>) -> BuildResult<dyn Strategy> {
    let file = from.text("file");
    let wrong = |message: String| vec![from.error("game-file", message)];
    let log = Log::read(Path::new(file)).map_err(|error| wrong(error.to_string()))?;
    if let Some(why) = log.broken() {
        return Err(wrong(format!("`{file}` is damaged: {why}")));
    }
    let mut decisions = Vec::new();
    let tip = log.tip(log.current()).unwrap_or(0);
    for number in log.history(tip) {
        let Entry::Given(given) = &log.rows()[number as usize - 1].entry else { continue };
        let mut orders = Vec::new();
        for text in &given.orders {
            orders.push(names::order_named(from.catalogue, text).map_err(|error| wrong(format!("`{file}`: {error}")))?);
        }
        let mut ballots = Vec::new();
        for (name, vote) in &given.ballots {
            let motion = names::motion(from.catalogue, name).map_err(|error| wrong(format!("`{file}`: {error}")))?;
            ballots.push(Ballot { motion, vote: *vote });
        }
        decisions.push((given.moment, given.player.clone(), orders, ballots));
    }
    decisions.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    Ok(Box::new(RecordedStrategy { decisions }))
}

impl Strategy for RecordedStrategy {
    fn decide(&self, at: &Decision<'_>, _: &mut Memory) -> Choice {
        let mut choice = Choice::default();
        let name = at.catalogue.players[at.player.index()].id.as_str();
        let found =
            self.decisions.binary_search_by(|(moment, player, ..)| (*moment, player.as_str()).cmp(&(at.moment, name)));
        let Ok(found) = found else { return choice };
        let (_, _, orders, ballots) = &self.decisions[found];
        match at.moment.stage {
            Stage::Ballots => choice.ballots = ballots.iter().copied().collect(),
            Stage::Orders => {
                let mut draft = Draft::default();
                draft.add_all(orders, at, &mut choice.notes);
                choice.orders = draft.package();
            }
        }
        choice
    }
}
