//! Loops over columns, compiled for wider vector units than every machine has, and chosen at run time.

/// A loop over columns. An implementation marks `run`, and what it calls, `#[inline(always)]`: only
/// what is inlined is compiled for the wider units.
pub trait Kernel {
    /// What it comes to.
    type Output;

    /// Runs the loop.
    fn run(self) -> Self::Output;
}

/// A loop short enough for the compiler to inline it by itself.
impl<R, F: FnOnce() -> R> Kernel for F {
    type Output = R;

    #[inline(always)]
    fn run(self) -> R {
        self()
    }
}

/// Runs a kernel in code compiled for the vector units of the machine it runs on, with the bytes of
/// plain code: the same operations in the same order, more elements at a time, and no multiplication
/// fused with an addition. Worth it from some tens of elements on.
///
/// ```
/// let mut column = [1.0, 2.0, 3.0];
/// marchland_game::vector::wide(|| column.iter_mut().for_each(|x| *x *= 0.5));
/// assert_eq!(column, [0.5, 1.0, 1.5]);
/// ```
#[inline]
pub fn wide<K: Kernel>(kernel: K) -> K::Output {
    pulp::Arch::new().dispatch(KernelCall(kernel))
}

struct KernelCall<K>(K);

impl<K: Kernel> pulp::NullaryFnOnce for KernelCall<K> {
    type Output = K::Output;

    #[inline(always)]
    fn call(self) -> K::Output {
        self.0.run()
    }
}

#[cfg(test)]
mod tests {
    use super::wide;
    use crate::number::fast_logistic;
    use crate::stream::{mix, unit};

    /// Fused or reordered operations would move last bits in some of a thousand numbers.
    #[test]
    fn wide_code_gives_the_bytes_of_plain_code() {
        let column: Vec<f64> = (0..1003).map(|at| 20.0 * unit(mix(at)) - 10.0).collect();
        let choose = |x: f64, old: f64| old + 0.37 * (fast_logistic(1.7 * x + 0.2) - old) / (0.1 + x * x);
        let (mut plain, mut lanes) = (column.clone(), column.clone());
        for (out, x) in plain.iter_mut().zip(&column) {
            *out = choose(std::hint::black_box(*x), *out);
        }
        wide(|| {
            for (out, x) in lanes.iter_mut().zip(&column) {
                *out = choose(*x, *out);
            }
        });
        let bits = |column: &[f64]| column.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&plain), bits(&lanes));
    }
}
