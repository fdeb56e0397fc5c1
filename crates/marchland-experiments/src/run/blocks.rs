//! Blocks of runs and the parts that they are cut into.

use crate::design::{Run, RunOrder};
use serde::{Deserialize, Serialize};

/// A block: all rows of a range with all replications of a range. The first block is the experiment as it
/// was begun; an extension appends up to two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// Its first row.
    pub first_row: u64,
    /// How many rows.
    pub rows: u64,
    /// Its first replication.
    pub first_replication: u64,
    /// How many replications.
    pub replications: u64,
}

impl Block {
    /// The blocks that turn `rows` × `replications` into more of both: the new rows with the old
    /// replications, then all rows with the new replications.
    #[must_use]
    pub fn extension(from: (u64, u64), to: (u64, u64)) -> Vec<Block> {
        let ((rows, replications), (more_rows, more_replications)) = (from, to);
        let added = [
            Block { first_row: rows, rows: more_rows - rows, first_replication: 0, replications },
            Block {
                first_row: 0,
                rows: more_rows,
                first_replication: replications,
                replications: more_replications - replications,
            },
        ];
        added.into_iter().filter(|block| block.rows > 0 && block.replications > 0).collect()
    }

    fn order(&self) -> RunOrder {
        RunOrder::new(self.first_row, self.rows, self.first_replication, self.replications)
    }
}

/// One part: a range of the run order of one block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its number, from 0 over all blocks.
    pub number: u64,
    /// Place of its first run among all runs of all blocks.
    pub first_run: u64,
    /// How many runs.
    pub runs: u64,
    order: RunOrder,
    from: u64,
}

impl Part {
    /// Its `at`-th run.
    ///
    /// # Panics
    /// If `at` is not below its number of runs.
    #[must_use]
    pub fn run(&self, at: u64) -> Run {
        assert!(at < self.runs, "run {at} of a part of {}", self.runs);
        self.order.run(self.from + at)
    }
}

/// The parts of blocks, in order. No part spans two blocks.
pub fn parts(blocks: &[Block], games_per_part: u64) -> impl Iterator<Item = Part> + '_ {
    let (mut number, mut before) = (0, 0);
    blocks.iter().flat_map(move |block| {
        let order = block.order();
        let count = order.len().div_ceil(games_per_part);
        let (first, runs_before) = (number, before);
        number += count;
        before += order.len();
        (0..count).map(move |at| {
            let from = at * games_per_part;
            let left = order.len() - from;
            Part {
                number: first + at,
                first_run: runs_before + from,
                runs: if left < games_per_part { left } else { games_per_part },
                order,
                from,
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn parts_hold_every_run_once_and_extensions_only_append() {
        let mut blocks = Block::extension((0, 0), (10, 3));
        assert_eq!(blocks.len(), 1);
        let first: Vec<Part> = parts(&blocks, 8).collect();
        assert_eq!(first.iter().map(|part| part.runs).collect::<Vec<_>>(), [8, 8, 8, 6]);
        blocks.extend(Block::extension((10, 3), (12, 5)));
        let all: Vec<Part> = parts(&blocks, 8).collect();
        assert_eq!(all[..4], first[..]);
        let runs: BTreeSet<Run> = all.iter().flat_map(|part| (0..part.runs).map(|at| part.run(at))).collect();
        assert_eq!(runs.len() as u64, all.iter().map(|part| part.runs).sum::<u64>());
        assert_eq!(runs.len(), 12 * 5);
        assert!(Block::extension((12, 5), (12, 5)).is_empty());
    }
}
