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
    pulp::Arch::new().dispatch(Dispatched(kernel))
}

struct Dispatched<K>(K);

impl<K: Kernel> pulp::NullaryFnOnce for Dispatched<K> {
    type Output = K::Output;

    #[inline(always)]
    fn call(self) -> K::Output {
        self.0.run()
    }
}
