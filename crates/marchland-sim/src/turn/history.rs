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

    /// The number at `position`, `months` records ago; the first one's where that is longer ago than there
    /// are records yet.
    ///
    /// # Panics
    /// Where the ring is not as deep as that: whatever looks back says so before a game begins, and what
    /// another month held would be told as that month's.
    pub fn ago(&self, position: usize, months: u32) -> f64 {
        assert!((months as usize) < self.depth, "{months} months back, in records of {}", self.depth - 1);
        self.oldest_from(position, months)
    }

    /// The number at `position`, `months` records ago; the oldest held where that is longer ago.
    pub fn oldest_from(&self, position: usize, months: u32) -> f64 {
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
        assert_eq!(history.oldest_from(0, 9), 2.0);
        assert_eq!((history.ago(0, 1), history.held(), history.depth()), (3.0, 3, 3));
    }

    #[test]
    fn before_the_first_record_it_stands_for_what_was_before() {
        let mut history = History::new(1, 13);
        history.push(&[7.0]);
        history.push(&[8.0]);
        assert_eq!((history.ago(0, 1), history.ago(0, 12)), (7.0, 7.0));
    }

    #[test]
    #[should_panic(expected = "12 months back, in records of 6")]
    fn what_lies_beyond_the_ring_is_not_told_as_another_month() {
        let mut history = History::new(1, 7);
        history.push(&[7.0]);
        let _ = history.ago(0, 12);
    }
}
