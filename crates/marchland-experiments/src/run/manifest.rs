//! What a results folder says of itself.

use super::blocks::Block;
use super::experiment::Experiment;
use crate::play::Status;
use marchland_game::text::obeyed;
use marchland_sim::scenario::keys::HORIZON;
use serde::{Deserialize, Serialize};

/// Where the games were played.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Host {
    /// Operating system.
    pub system: String,
    /// Processor architecture.
    pub architecture: String,
    /// Processors that the program may use.
    pub processors: u64,
}

/// How many games came out how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusCounts {
    /// Played to the end, every result finite.
    pub ok: u64,
    /// Could not be started.
    pub error: u64,
    /// Stopped by a broken invariant.
    pub panic: u64,
    /// Stopped by their limit of counted work.
    pub over_limit: u64,
    /// With a result that is not a finite number.
    pub non_finite: u64,
    /// Played to the end, and a seat lost too many of its decisions.
    #[serde(default)]
    pub forfeited: u64,
}

impl StatusCounts {
    /// Counts one game.
    pub fn add(&mut self, status: Status) {
        *match status {
            Status::Ok => &mut self.ok,
            Status::Error => &mut self.error,
            Status::Panic => &mut self.panic,
            Status::OverLimit => &mut self.over_limit,
            Status::NonFinite => &mut self.non_finite,
            Status::Forfeited => &mut self.forfeited,
        } += 1;
    }

    /// Counts a game by the name of its status; unknown names are not counted.
    pub fn add_named(&mut self, name: &str) {
        for status in Status::ALL {
            if status.name() == name {
                self.add(status);
            }
        }
    }

    /// All games.
    #[must_use]
    pub fn games(&self) -> u64 {
        self.ok + self.without_result()
    }

    /// Games without a usable result.
    #[must_use]
    pub fn without_result(&self) -> u64 {
        self.error + self.panic + self.over_limit + self.non_finite + self.forfeited
    }

    /// Counts what another has counted too.
    pub fn add_all(&mut self, other: Self) {
        self.ok += other.ok;
        self.error += other.error;
        self.panic += other.panic;
        self.over_limit += other.over_limit;
        self.non_finite += other.non_finite;
        self.forfeited += other.forfeited;
    }
}

/// `manifest.json`. The parts themselves say which games are finished; the counts here are of the last
/// session's end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// What kind of folder this is: `results`.
    pub marchland: String,
    /// What these numbers are, and are not.
    pub notice: String,
    /// The program's version.
    pub version: String,
    /// SHA-256 of the program's file, where it could be read.
    pub program_hash: String,
    /// Where the scenario lay.
    pub scenario_path: String,
    /// The scenario's identity; in results of versions that knew no other, SHA-256 of its files.
    pub scenario_hash: String,
    /// [`Experiment::hash`].
    pub experiment_hash: String,
    /// What was asked.
    pub experiment: Experiment,
    /// The blocks, in the order in which they were asked for.
    pub blocks: Vec<Block>,
    /// Which shard this is, `I/N`; none for the whole.
    pub shard: Option<String>,
    /// The command of the last session.
    pub command: Vec<String>,
    /// Where it ran.
    pub host: Host,
    /// Threads of the last session.
    pub threads: u64,
    /// Games asked for in all, other shards' included.
    pub games: u64,
    /// Games finished here, by status.
    pub finished: StatusCounts,
    /// Begin of the first session, in seconds since 1970.
    pub started_unix_s: u64,
    /// End of the last session, in seconds since 1970; none while it runs, or where it was killed.
    pub ended_unix_s: Option<u64>,
    /// Time spent in sessions that ended, in seconds.
    pub seconds: f64,
    /// Whether it is sealed; manifests from before there were seals are not.
    #[serde(default)]
    pub sealed: bool,
    /// SHA-256 of the file's text with zeros in this place.
    #[serde(default)]
    pub seal: String,
}

impl Manifest {
    /// What is out of bounds in numbers that others rely on, where something is.
    #[must_use]
    pub fn problem(&self) -> Option<String> {
        let per_part = self.experiment.games_per_part;
        if !(1..=1 << 20).contains(&per_part) {
            return Some(format!("games_per_part is {per_part}, and may be 1 to {}", 1u64 << 20));
        }
        let turns = self.experiment.turns;
        if !(1..=HORIZON).contains(&u64::from(turns)) {
            return Some(format!("turns are {turns}, and may be 1 to {HORIZON}"));
        }
        if self.experiment.levers.is_empty() || self.experiment.beliefs.is_empty() {
            return Some("it names no lever, or no belief set".into());
        }
        if let Some(name) = self.experiment.names().find(|name| name.contains(obeyed)) {
            return Some(format!("the name {name:?} has a line feed or another character that is not shown"));
        }
        let games = self.blocks.iter().try_fold(0u64, |sum, block| {
            block.first_row.checked_add(block.rows)?;
            block.first_replication.checked_add(block.replications)?;
            sum.checked_add(block.rows.checked_mul(block.replications)?)
        });
        if !joined(&self.blocks) {
            return Some("its blocks do not follow one another".into());
        }
        match games {
            Some(games) if games / per_part <= MOST_PARTS && self.blocks.len() <= 100_000 => None,
            Some(games) => Some(format!("its blocks make {games} games, more parts than a folder may hold")),
            None => Some("its blocks make more games than can be counted".into()),
        }
    }
}

/// Whether each block goes on where those before it ended, as [`Block::extension`] makes them.
fn joined(blocks: &[Block]) -> bool {
    let (mut rows, mut replications) = (0u64, 0u64);
    blocks.iter().all(|block| {
        let more_rows = block.first_row == rows && block.first_replication == 0 && block.replications == replications;
        let more_replications = block.first_row == 0 && block.rows == rows && block.first_replication == replications;
        let first = rows == 0 && block.first_row == 0 && block.first_replication == 0;
        let fits = first || more_rows || more_replications;
        rows = rows.max(block.first_row.saturating_add(block.rows));
        replications = replications.max(block.first_replication.saturating_add(block.replications));
        fits
    })
}

/// The most parts that a folder may hold.
const MOST_PARTS: u64 = 10_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_that_extensions_make_are_joined_and_others_are_not() {
        let mut blocks = Block::extension((0, 0), (10, 3));
        for (from, to) in [((10, 3), (12, 5)), ((12, 5), (12, 9)), ((12, 9), (40, 9))] {
            blocks.extend(Block::extension(from, to));
            assert!(joined(&blocks), "{blocks:?}");
        }
        for at in 0..blocks.len() {
            for change in [
                |block: &mut Block| block.first_row += 1,
                |block: &mut Block| block.first_replication += 1,
                |block: &mut Block| block.first_row = 1 << 62,
            ] {
                let mut bent = blocks.clone();
                change(&mut bent[at]);
                assert!(!joined(&bent), "{bent:?}");
            }
        }
    }
}
