//! Branches of a game, and where two of them part.

use std::collections::BTreeMap;
use std::path::Path;

use marchland_strategies::Registry;
use serde::Serialize;

use crate::course::Course;
use crate::entry::{DecisionRecord, Entry, Holder, StageEnd};
use crate::error::SessionError;
use crate::forecast::{Position, StandIns};
use crate::log::Log;
use crate::replay::Replay;

/// A branch of a game.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Branch {
    /// Its number.
    pub branch: u32,
    /// The branch it left; none for the first.
    pub from: Option<u32>,
    /// The turn at whose start it did.
    pub turn: Option<u32>,
    /// The turn in which it stands.
    pub stands_in: u32,
    /// Whether no turn is left in it.
    pub over: bool,
    /// Whether play goes on in it.
    pub current: bool,
    /// Its last entry.
    pub tip: u64,
}

impl Log {
    /// Every branch, by number.
    #[must_use]
    pub fn branches(&self) -> Vec<Branch> {
        branches(self)
    }
}

/// Every branch of a log, by number.
pub(crate) fn branches(log: &Log) -> Vec<Branch> {
    let mut found: BTreeMap<u32, Branch> = BTreeMap::new();
    let mut begun: BTreeMap<u32, (u32, u32)> = BTreeMap::new();
    // Where a history that ends in an entry stands, by entry; a parent comes before its child.
    let mut stands: Vec<(u32, bool)> = Vec::with_capacity(log.rows().len() + 1);
    stands.push((1, false));
    for row in log.rows() {
        if let Entry::Branched { branch, from, turn } = row.entry {
            begun.entry(branch).or_insert((from, turn));
        }
        let (stands_in, over) = match &row.entry {
            Entry::StageEnded(end) => (end.next.turn.0, end.over),
            // Play goes on in no branch that was ended, so nothing follows that entry.
            Entry::Ended { .. } => (stands[row.parent as usize].0, true),
            _ => stands[row.parent as usize],
        };
        stands.push((stands_in, over));
        let branch = Branch {
            branch: row.branch,
            from: None,
            turn: None,
            stands_in: if over { (stands_in - 1).max(1) } else { stands_in },
            over,
            current: row.branch == log.current(),
            tip: row.number,
        };
        found.insert(row.branch, branch);
    }
    for (number, branch) in &mut found {
        branch.from = begun.get(number).map(|(from, _)| *from);
        branch.turn = begun.get(number).map(|(_, turn)| *turn);
    }
    found.into_values().collect()
}

/// The last entry of a history before a turn is played: the end of the stage that led to it, with the
/// injects that happened then. None where the history does not reach the turn.
pub(crate) fn fork(log: &Log, tip: u64, turn: u32) -> Option<u64> {
    let history = log.history(tip);
    if turn == 1 {
        return history.first().copied();
    }
    let entry = |number: u64| &log.rows()[number as usize - 1].entry;
    let at = history.iter().position(|number| match entry(*number) {
        Entry::StageEnded(end) => end.next.turn.0 == turn && !end.over,
        _ => false,
    })?;
    let happened = history[at + 1..].iter().take_while(|number| matches!(entry(**number), Entry::Happened { .. }));
    Some(happened.last().copied().unwrap_or(history[at]))
}

/// One of two games that are compared.
#[derive(Clone, Debug)]
pub struct Side<'a> {
    /// The file.
    pub file: &'a Path,
    /// The branch; the one that play goes on in where none is named.
    pub branch: Option<u32>,
}

/// Where two games part, and what came of it.
#[derive(Clone, Debug, Serialize)]
pub struct Divergence {
    /// The first turn in which something differs; none where nothing does, as far as both go.
    pub turn: Option<u32>,
    /// What differs there first, in words.
    pub what: Vec<String>,
    /// What players decided differently there, by name.
    pub decisions: Vec<DecisionPair>,
    /// Whether each of them is over.
    pub over: (bool, bool),
    /// Turns completed in each.
    pub turns: (usize, usize),
    /// Indicators side by side: path, and by turn the value in each; those that the scenario shows
    /// first, then those that differ most as shares of their ranges.
    pub indicators: Vec<SideBySide>,
}

/// What a player decided in one game and in the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DecisionPair {
    /// The player.
    pub player: String,
    /// Its orders and votes in the first: `warn_government sharp`, `vote mission yes`.
    pub first: Vec<String>,
    /// Those in the second.
    pub second: Vec<String>,
}

/// An indicator in two games.
#[derive(Clone, Debug, Serialize)]
pub struct SideBySide {
    /// Its path.
    pub indicator: String,
    /// Its value at the end of each turn, in each game, as far as both go.
    pub values: Vec<(f64, f64)>,
}

/// Indicators compared beside those that the scenario shows.
const MORE: usize = 6;

/// Compares two games, or two branches of one.
///
/// # Errors
/// A file cannot be read, its replay differs from its log, or the two are of different scenarios.
pub fn divergence(a: &Side<'_>, b: &Side<'_>, registry: &Registry) -> Result<Divergence, SessionError> {
    let mut left = SideReplay::new(a, registry)?;
    let mut right = SideReplay::new(b, registry)?;
    if left.replay.course().source.scenario.hash != right.replay.course().source.scenario.hash {
        return crate::error::refused("the two games are of different scenarios, or of different versions of one");
    }
    let (first, second) = (left.stages()?, right.stages()?);
    let mut what = Vec::new();
    let mut parted = Vec::new();
    let mut turn = None;
    let (one, other) = (&left.replay.course().opening, &right.replay.course().opening);
    if one.seed != other.seed {
        what.push(format!("seed {} and seed {}", one.seed, other.seed));
    }
    if one.belief != other.belief {
        what.push("another belief set".to_owned());
    }
    if one.parameters != other.parameters {
        what.push("other parameters".to_owned());
    }
    if !what.is_empty() {
        turn = Some(1);
    }
    for (x, y) in first.iter().zip(&second) {
        if turn.is_some() {
            break;
        }
        let moment = x.turn;
        if x.decisions != y.decisions {
            for decision in &x.decisions {
                let (player, orders, ballots) = decision;
                let theirs = y.decisions.iter().find(|(other, ..)| other == player);
                if theirs != Some(decision) {
                    let named = |orders: &[String], ballots: &crate::entry::Ballots| {
                        let votes =
                            ballots.iter().map(|(motion, vote)| format!("vote {motion} {vote:?}").to_lowercase());
                        orders.iter().cloned().chain(votes).collect::<Vec<String>>()
                    };
                    parted.push(DecisionPair {
                        player: player.clone(),
                        first: named(orders, ballots),
                        second: theirs.map_or_else(Vec::new, |(_, orders, ballots)| named(orders, ballots)),
                    });
                    let spell = |orders: &[String], ballots: &crate::entry::Ballots| {
                        let mut words = orders.to_vec();
                        words.extend(ballots.iter().map(|(motion, vote)| format!("{motion} {vote:?}").to_lowercase()));
                        if words.is_empty() { "nothing".to_owned() } else { words.join(", ") }
                    };
                    let there =
                        theirs.map_or_else(|| "nothing".to_owned(), |(_, orders, ballots)| spell(orders, ballots));
                    what.push(format!("{player}: {} and {there}", spell(orders, ballots)));
                }
            }
        }
        if x.beside != y.beside {
            what.extend(
                x.beside
                    .iter()
                    .filter(|text| !y.beside.contains(text))
                    .map(|text| format!("only in the first: {text}")),
            );
            what.extend(
                y.beside
                    .iter()
                    .filter(|text| !x.beside.contains(text))
                    .map(|text| format!("only in the second: {text}")),
            );
        }
        // Hashes of the state that two versions made differ though the states be the same.
        let alike = if x.end.is_chained() == y.end.is_chained() {
            x.end.state == y.end.state
        } else {
            x.end.readings == y.end.readings
        };
        if !what.is_empty() || !alike {
            turn = Some(moment);
        }
    }
    let (left, right) = (left.replay.course(), right.replay.course());
    let catalogue = &left.source.scenario.catalogue;
    let common = left.records.len().min(right.records.len());
    let pair = |at: usize| -> Vec<(f64, f64)> {
        (0..common).map(|turn| (left.records[turn].indicators[at], right.records[turn].indicators[at])).collect()
    };
    let mut shown: Vec<usize> = left.source.scenario.shown.iter().map(|id| id.index()).collect();
    let mut others: Vec<(usize, f64)> = (0..catalogue.indicators.len())
        .filter(|at| !shown.contains(at))
        .map(|at| {
            let info = &catalogue.indicators[at];
            let span = info.range.1 - info.range.0;
            (at, pair(at).last().map_or(0.0, |(x, y)| (x - y).abs() / span))
        })
        .filter(|(_, size)| *size > 0.0)
        .collect();
    others.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    shown.extend(others.into_iter().take(MORE).map(|(at, _)| at));
    let indicators = shown
        .into_iter()
        .map(|at| SideBySide { indicator: catalogue.indicators[at].path.clone(), values: pair(at) })
        .collect();
    Ok(Divergence {
        turn,
        what,
        decisions: parted,
        over: (left.game.is_over(), right.game.is_over()),
        turns: (left.records.len(), right.records.len()),
        indicators,
    })
}

/// Where one side of a comparison stands, with who plays on for its people; none where it is over.
///
/// # Errors
/// Its file cannot be read, or its replay differs from its log.
pub fn standing(side: &Side<'_>, registry: &Registry) -> Result<Option<(Position, StandIns)>, SessionError> {
    let mut replay = Replay::open(side.file, side.branch, registry)?;
    while replay.next_stage()?.is_some() {}
    let course = replay.course();
    let over = course.game.is_over();
    Ok(if over { None } else { Some((Position::of(&course.game), stand_ins(course)?)) })
}

/// Who plays in futures that nobody plays: the strategies that hold seats, and for people those whom the scenario names.
///
/// # Errors
/// A seat is held by a strategy that the scenario does not have.
pub fn stand_ins(course: &Course) -> Result<StandIns, SessionError> {
    let source = &course.source;
    let players = source.scenario.catalogue.players.iter().zip(&course.seats);
    let holders = players.map(|(player, held)| match &held.holder {
        Holder::Human => Ok(None),
        Holder::Strategy(text) => source.strategy(&player.id, text).map(Some),
    });
    let holders = holders.collect::<Result<Vec<_>, SessionError>>()?;
    Ok(StandIns::new(&source.scenario, &source.registry, &holders)?)
}

struct SideReplay {
    replay: Replay,
}

/// What happened in one stage.
struct StageOf {
    turn: u32,
    decisions: Vec<(String, Vec<String>, crate::entry::Ballots)>,
    beside: Vec<String>,
    end: StageEnd,
}

impl SideReplay {
    fn new(side: &Side<'_>, registry: &Registry) -> Result<Self, SessionError> {
        Ok(Self { replay: Replay::open(side.file, side.branch, registry)? })
    }

    fn stages(&mut self) -> Result<Vec<StageOf>, SessionError> {
        let mut stages = Vec::new();
        while let Some(stage) = self.replay.next_stage()? {
            let decisions = stage.decisions().iter();
            stages.push(StageOf {
                turn: stage.moment.turn.0,
                decisions: decisions
                    .map(|DecisionRecord { player, orders, ballots, .. }| {
                        (player.clone(), orders.clone(), ballots.clone())
                    })
                    .collect(),
                beside: Vec::new(),
                end: stage.end.clone(),
            });
        }
        let mut at = 0;
        for (_, entry) in self.replay.entries() {
            let text = match entry {
                Entry::StageEnded(_) => {
                    at += 1;
                    continue;
                }
                Entry::Injected(inject) | Entry::Revised(inject) => format!("inject {} {}", inject.what, inject.when),
                Entry::Amended(amended) => format!("override of {} {}", amended.player, amended.on).replace("  ", " "),
                Entry::Granted { action, .. } => format!("free action, {}", action.reason),
                _ => continue,
            };
            if let Some(stage) = stages.get_mut(at) {
                stage.beside.push(text);
            }
        }
        Ok(stages)
    }
}
