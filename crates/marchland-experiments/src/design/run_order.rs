//! In which order the runs of a design are played.

/// One run: a row (a design point under a lever and a belief set) and a replication of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Run {
    /// 0-based row.
    pub row: u64,
    /// 0-based replication.
    pub replication: u64,
}

/// The interleaved order of a block of runs: every row once, then every row again for the next
/// replication. Within a replication the rows are visited with a stride near the golden section, so
/// that whatever part is finished covers the whole design evenly, a factorial one included.
///
/// An extension is a further block with its own order: old parts stay as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunOrder {
    first_row: u64,
    rows: u64,
    first_replication: u64,
    replications: u64,
    stride: u64,
}

impl RunOrder {
    /// The order of the rows `first_row .. first_row + rows` with the replications
    /// `first_replication .. first_replication + replications` of each.
    pub fn new(first_row: u64, rows: u64, first_replication: u64, replications: u64) -> RunOrder {
        let stride = even_stride(rows);
        RunOrder { first_row, rows, first_replication, replications, stride }
    }

    /// How many runs there are.
    pub fn len(&self) -> u64 {
        self.rows * self.replications
    }

    /// Whether there is nothing to run.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The run at a place of the order.
    ///
    /// # Panics
    /// If `place` is not below [`RunOrder::len`].
    pub fn run(&self, place: u64) -> Run {
        assert!(place < self.len(), "place {place} of {} runs", self.len());
        let row = u128::from(place % self.rows) * u128::from(self.stride) % u128::from(self.rows);
        Run { row: self.first_row + row as u64, replication: self.first_replication + place / self.rows }
    }
}

/// A stride without a divisor in common with `rows` whose multiples spread most evenly: of the strides
/// near the golden section of `rows`, the one whose continued fraction has the smallest largest term
/// (Niederreiter 1978: the discrepancy of the multiples grows with these terms).
fn even_stride(rows: u64) -> u64 {
    // 2^64 / φ as a fraction of the rows.
    let golden = ((u128::from(rows) * 0x9e37_79b9_7f4a_7c15) >> 64) as u64;
    let nearest = (0..64u64).map(|i| {
        let offset = i.div_ceil(2);
        if i % 2 == 0 { golden + offset } else { golden.saturating_sub(offset) }
    });
    nearest
        .filter(|&stride| stride >= 1 && stride < rows)
        .filter_map(|stride| Some((largest_term(stride, rows)?, stride)))
        .min_by_key(|&(term, _)| term)
        .map_or(1, |(_, stride)| stride)
}

/// The largest term of the continued fraction of `a / b` but for its last one; `None` if the two have a
/// divisor in common.
fn largest_term(mut a: u64, mut b: u64) -> Option<u64> {
    let mut largest = 0;
    // Euclid's algorithm: below 100 steps for 64 bits.
    while a > 0 {
        let term = b / a;
        (a, b) = (b % a, a);
        if term > largest && a > 0 {
            largest = term;
        }
    }
    (b == 1).then_some(largest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_run_comes_once() {
        for rows in [1, 2, 3, 7, 12, 64, 100, 1000] {
            let order = RunOrder::new(5, rows, 2, 3);
            let mut runs: Vec<Run> = (0..order.len()).map(|p| order.run(p)).collect();
            runs.sort();
            let expected: Vec<Run> =
                (5..5 + rows).flat_map(|row| (2..5).map(move |replication| Run { row, replication })).collect();
            assert_eq!(runs, expected);
        }
        assert!(RunOrder::new(0, 0, 0, 5).is_empty());
    }

    #[test]
    fn any_beginning_covers_the_rows() {
        let order = RunOrder::new(0, 1000, 0, 1);
        // Of the first 100 runs every tenth of the rows gets between 8 and 13.
        let mut counts = [0; 10];
        for place in 0..100 {
            counts[(order.run(place).row / 100) as usize] += 1;
        }
        assert!(counts.iter().all(|c| (8..=13).contains(c)), "{counts:?}");
    }
}
