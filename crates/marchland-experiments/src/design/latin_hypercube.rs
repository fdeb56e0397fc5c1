//! Latin hypercubes that can be extended.
//!
//! A Latin hypercube of n rows puts exactly one point into each of n equal slices of every factor
//! (McKay, Beckman & Conover 1979). It is **extended** from n to m rows by cutting every factor into m
//! slices and placing the m − n new points into slices that the old points left empty, paired at
//! random (in the manner of Wang 2003 and Sallaberry, Helton & Hora 2008). When m is a multiple of n
//! the old points lie in distinct slices and the union is again an exact Latin hypercube; otherwise
//! some slices hold two old points and as many stay empty. Hence the advice to extend by doubling.
//! The sizes, counted over all [copies](super::copies), should be multiples of the copies.
//! They are part of the design: `[512, 1024]` differs from `[1024]`.

use super::{DesignError, Factor, UnitRows};
use crate::draws;
use crate::number::min;
use rand_pcg::Pcg64;

pub(super) struct LatinHypercube {
    /// Row by row.
    points: Vec<f64>,
    factors: usize,
}

impl LatinHypercube {
    pub(super) fn new(
        sizes: &[u32],
        candidates: u32,
        factors: &[&Factor],
        seed: u64,
    ) -> Result<LatinHypercube, DesignError> {
        super::count("maximin_candidates", candidates, 1, "at least 1")?;
        if sizes.is_empty() {
            return Err(DesignError::Count { what: "sizes", allowed: "at least one number", found: 0 });
        }
        let mut design = LatinHypercube { points: Vec::new(), factors: factors.len() };
        let mut old = 0;
        for &size in sizes {
            if size as usize <= old {
                return Err(DesignError::Count {
                    what: "sizes",
                    allowed: "positive and rising",
                    found: u64::from(size),
                });
            }
            let best = (0..candidates)
                .map(|candidate| design.candidate(size as usize, candidate, candidates, factors, seed))
                .reduce(|best, next| if next.1 > best.1 { next } else { best });
            if let Some((added, _)) = best {
                design.points.extend(added);
            }
            old = size as usize;
        }
        Ok(design)
    }

    /// The rows of one candidate extension to `size` rows, with the square of the smallest distance
    /// from one of them to any other row, old or new (0 where there is no competition).
    fn candidate(
        &self,
        size: usize,
        candidate: u32,
        candidates: u32,
        factors: &[&Factor],
        seed: u64,
    ) -> (Vec<f64>, f64) {
        let old = self.points.len() / self.factors;
        let new = size - old;
        let mut added = vec![0.0; new * self.factors];
        for (f, factor) in factors.iter().enumerate() {
            let purpose = format!("latin hypercube/{}", factor.draw_key());
            let mut rng = draws::stream(draws::key(seed, &purpose, &[size as u64, u64::from(candidate)]));
            let mut free = self.free_slices(f, size, &mut rng);
            free.truncate(new);
            for (row, slice) in free.into_iter().enumerate() {
                let u = (slice as f64 + draws::uniform(&mut rng)) / size as f64;
                added[row * self.factors + f] = u;
            }
        }
        let separation = if candidates > 1 { self.separation(&added) } else { 0.0 };
        (added, separation)
    }

    /// The slices of factor `f` without an old point, in random order.
    fn free_slices(&self, f: usize, size: usize, rng: &mut Pcg64) -> Vec<usize> {
        let mut taken = vec![false; size];
        for row in self.points.chunks_exact(self.factors) {
            let slice = (row[f] * size as f64) as usize;
            taken[if slice < size { slice } else { size - 1 }] = true;
        }
        let mut free: Vec<usize> = (0..size).filter(|&s| !taken[s]).collect();
        draws::shuffle(rng, &mut free);
        free
    }

    /// The square of the smallest distance from a new row to any other row.
    fn separation(&self, added: &[f64]) -> f64 {
        let k = self.factors;
        let mut smallest = f64::INFINITY;
        for (i, a) in added.chunks_exact(k).enumerate() {
            let others = self.points.chunks_exact(k).chain(added.chunks_exact(k).take(i));
            for b in others {
                let d = a.iter().zip(b).map(|(x, y)| (x - y) * (x - y)).sum::<f64>();
                smallest = min(smallest, d);
            }
        }
        smallest
    }
}

impl UnitRows for LatinHypercube {
    fn write(&self, row: u64, out: &mut [f64]) {
        let from = row as usize * self.factors;
        out.copy_from_slice(&self.points[from..from + self.factors]);
    }

    fn rows(&self) -> u64 {
        (self.points.len() / self.factors) as u64
    }
}
