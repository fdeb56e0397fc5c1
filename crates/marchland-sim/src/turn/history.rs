//! The rings of past records.

use serde::{Deserialize, Serialize};

/// The last records of every indicator, newest first, as flat copies of the world's indicators.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct History {
    width: usize,
    depth: usize,
    /// Where the newest record lies, in records.
    newest: usize,
    /// Records held, at most `depth`.
    held: usize,
    records: Vec<f64>,
}

impl History {
    /// Rings of `depth` records of `width` numbers.
    pub fn new(width: usize, depth: usize) -> Self {
        Self { width, depth: depth.max(1), newest: 0, held: 0, records: vec![0.0; width * depth.max(1)] }
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.newest = 0;
        self.held = 0;
    }

    /// Adds a record, the head of `flat`.
    pub fn push(&mut self, flat: &[f64]) {
        self.newest = if self.held == 0 { 0 } else { (self.newest + 1) % self.depth };
        self.held = (self.held + 1).min(self.depth);
        let from = self.newest * self.width;
        self.records[from..from + self.width].copy_from_slice(&flat[..self.width]);
    }

    /// Records held.
    pub fn held(&self) -> usize {
        self.held
    }

    /// Records that fit.
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// The number at `position`, `months` records ago; the oldest held where that is longer ago.
    pub fn ago(&self, position: usize, months: u32) -> f64 {
        let back = (months as usize).min(self.held.saturating_sub(1));
        let at = (self.newest + self.depth - back) % self.depth;
        self.records[at * self.width + position]
    }

    /// Copies `from` into this ring without giving up its allocation.
    pub fn assign(&mut self, from: &Self) {
        self.width = from.width;
        self.depth = from.depth;
        self.newest = from.newest;
        self.held = from.held;
        self.records.clone_from(&from.records);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_come_back_newest_first_and_the_oldest_stands_in() {
        let mut history = History::new(2, 3);
        for turn in 0..5 {
            history.push(&[f64::from(turn), 10.0 + f64::from(turn), 99.0]);
        }
        assert_eq!(history.ago(0, 0), 4.0);
        assert_eq!(history.ago(1, 2), 12.0);
        assert_eq!(history.ago(0, 9), 2.0);
        assert_eq!((history.ago(0, 1), history.held(), history.depth()), (3.0, 3, 3));
    }
}
