//! Playing the parts that are missing.

use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;

use marchland_play::LostDecisions;

use super::blocks::Part;
use super::columns;
use super::folder::{Folder, RunError};
use super::manifest::StatusCounts;
use super::plan::{GameRow, Plan};
use crate::design::Run;
use crate::parallel;
use crate::table::{Table, write_part};

/// A share of the parts: those whose number leaves the remainder `index` when divided by `of`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    index: u64,
    of: u64,
}

impl Shard {
    /// Whether it holds the part of a number.
    #[must_use]
    pub fn holds(self, part: u64) -> bool {
        part % self.of == self.index
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let read = || {
            let (index, of) = text.split_once('/')?;
            Some(Self { index: index.trim().parse().ok()?, of: of.trim().parse().ok()? })
        };
        read()
            .filter(|shard| shard.of > 0 && shard.index < shard.of)
            .ok_or_else(|| format!("`{text}` should read I/N, with I from 0 to N - 1"))
    }
}

/// Who is told how far it is. Called from worker threads.
pub trait Watch: Sync {
    /// A game is over.
    fn game(&self);
    /// A part of so many games is on disk.
    fn part(&self, games: u64);
    /// Whether the games just played are what they should be: those of a part after which this says no are not
    /// written, and no other part is begun. For hosts whose own strategies may fail.
    fn sound(&self) -> bool {
        true
    }
}

/// Nobody watches.
impl Watch for () {
    fn game(&self) {}
    fn part(&self, _: u64) {}
}

/// What a session did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunReport {
    /// Games played in this session.
    pub games: u64,
    /// Parts written in this session.
    pub parts: u64,
    /// Whether it was stopped before the last part.
    pub interrupted: bool,
    /// Decisions that outside programs lost in the games of this session.
    pub lost: LostDecisions,
}

/// Plays the folder's missing parts on `threads` threads (0: one per processor) and writes them. Once
/// `stop` is set, the parts in hand are finished and no other is begun. Parts are played one after
/// another, each on all threads, while a thread of its own writes the one before: memory holds at most
/// three parts.
///
/// # Errors
/// [`RunError`] where a part cannot be written: what was finished before stays, and so does the folder's
/// readiness to be resumed.
pub fn run(
    plan: &Plan,
    folder: &mut Folder,
    threads: usize,
    stop: &AtomicBool,
    watch: &dyn Watch,
) -> Result<RunReport, RunError> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(|at| format!("games-{at}"))
        .build()
        .map_err(|error| RunError::Threads(error.to_string()))?;
    let missing: Vec<Part> = folder.parts().filter(|part| !folder.done.contains(&part.number)).collect();
    let failed = AtomicBool::new(false);
    let mut interrupted = false;
    let (sender, receiver) = mpsc::sync_channel::<(Part, Vec<GameRow>)>(1);
    let written = std::thread::scope(|scope| {
        let (folder, failed) = (&*folder, &failed);
        let writer = scope.spawn(move || {
            let mut written: Vec<(u64, StatusCounts, LostDecisions)> = Vec::new();
            for (part, games) in receiver {
                if let Err(error) = write(plan, folder, &part, &games) {
                    failed.store(true, Ordering::Relaxed);
                    return (written, Err(error));
                }
                let (mut counts, mut lost) = (StatusCounts::default(), LostDecisions::default());
                for game in &games {
                    counts.add(game.status);
                    lost.add(plan.scenario().catalogue.players.iter().map(|player| player.id.as_str()), &game.outcome);
                }
                written.push((part.number, counts, lost));
                watch.part(part.runs);
            }
            (written, Ok(()))
        });
        for part in missing {
            if stop.load(Ordering::Relaxed) {
                interrupted = true;
                break;
            }
            let games: Vec<GameRow> = pool.install(|| {
                parallel::each(part.runs as usize, |at| {
                    let game = plan.play(part.run(at as u64));
                    watch.game();
                    game
                })
            });
            if !watch.sound() {
                interrupted = true;
                break;
            }
            // A writer that failed has hung up.
            if failed.load(Ordering::Relaxed) || sender.send((part, games)).is_err() {
                break;
            }
        }
        drop(sender);
        writer.join().expect("the writer returns its errors")
    });
    let (parts, outcome) = written;
    let mut ran = RunReport { parts: parts.len() as u64, interrupted, ..RunReport::default() };
    for (number, counts, lost) in parts {
        ran.lost.add_all(&lost);
        folder.done.insert(number);
        ran.games += counts.games();
        folder.manifest.finished.add_all(counts);
    }
    outcome.map(|()| ran)
}

/// Plays a plan's games in memory, by row and then replication, on `threads` threads (0: one per processor). Once
/// `stop` is set, no other game is begun: what was finished is returned.
///
/// # Errors
/// [`RunError::Threads`] where the threads cannot be started.
pub fn play(plan: &Plan, threads: usize, stop: &AtomicBool, watch: &dyn Watch) -> Result<Vec<GameRow>, RunError> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(|at| format!("games-{at}"))
        .build()
        .map_err(|error| RunError::Threads(error.to_string()))?;
    let replications = plan.experiment.replications;
    let games: Vec<Option<GameRow>> = pool.install(|| {
        parallel::each(plan.games() as usize, |at| {
            if stop.load(Ordering::Relaxed) {
                return None;
            }
            let game = plan.play(Run { row: at as u64 / replications, replication: at as u64 % replications });
            watch.game();
            watch.sound().then_some(game)
        })
    });
    Ok(games.into_iter().flatten().collect())
}

/// Writes games that [`play`] has played whole into a folder: the bytes that [`run`] would have written.
///
/// # Errors
/// [`RunError`] where a part cannot be written.
///
/// # Panics
/// Where games of the folder's parts are missing.
pub fn keep(plan: &Plan, folder: &mut Folder, games: &[GameRow]) -> Result<(), RunError> {
    let replications = plan.experiment.replications;
    let parts: Vec<Part> = folder.parts().filter(|part| !folder.done.contains(&part.number)).collect();
    for part in parts {
        let own: Vec<GameRow> = (0..part.runs)
            .map(|at| {
                let run = part.run(at);
                let game = &games[(run.row * replications + run.replication) as usize];
                assert_eq!(game.run, run, "games stand by row and replication");
                game.clone()
            })
            .collect();
        write(plan, folder, &part, &own)?;
        let mut counts = StatusCounts::default();
        own.iter().for_each(|game| counts.add(game.status));
        folder.done.insert(part.number);
        folder.manifest.finished.add_all(counts);
    }
    Ok(())
}

/// The tables of games in memory, as a folder holds them: of games, and of turns where indicators are kept.
#[must_use]
pub fn tables_of(plan: &Plan, games: &[GameRow]) -> (Table, Option<Table>) {
    let turns = (!plan.keep().is_empty()).then(|| columns::turns(plan, games));
    (columns::games(plan, games), turns)
}

/// Writes a part. The table of games comes last: a part without it counts as missing.
fn write(plan: &Plan, folder: &Folder, part: &Part, games: &[GameRow]) -> Result<(), RunError> {
    if !plan.keep().is_empty() {
        write_part(&folder.path.join("turns"), &folder.info("turns", part), &columns::turns(plan, games))?;
    }
    write_part(&folder.path.join("games"), &folder.info("games", part), &columns::games(plan, games))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_are_read_strictly() {
        assert_eq!("1/4".parse::<Shard>().map(|shard| shard.to_string()), Ok("1/4".into()));
        assert!("1/4".parse::<Shard>().is_ok_and(|shard| shard.holds(5) && !shard.holds(4)));
        for text in ["4/4", "0/0", "1", "-1/2", "a/b", ""] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
    }
}
