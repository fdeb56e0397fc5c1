//! Work side by side, in the pool of whoever calls.
//!
//! Everything goes through one loop that knows neither the work nor what comes of it: every loop of rayon's is compiled
//! anew for each piece of work, and those of this crate were a seventh of its code.

use std::sync::Mutex;

use rayon::prelude::*;

/// What `of` says of each number below `n`, in their order.
pub(crate) fn each<T: Send>(n: usize, of: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let slots: Vec<Mutex<Option<T>>> = (0..n).map(|_| Mutex::new(None)).collect();
    run(n, &|at| {
        let said = of(at);
        *slots[at].lock().expect("nobody holds another's slot") = Some(said);
    });
    let said = slots.into_iter().map(|slot| slot.into_inner().expect("its work is done"));
    said.map(|said| said.expect("every number has had its turn")).collect()
}

/// What `of` says of each item, in their order.
pub(crate) fn each_of<A: Sync, T: Send>(items: &[A], of: impl Fn(&A) -> T + Sync) -> Vec<T> {
    each(items.len(), |at| of(&items[at]))
}

/// Does `one` for every number below `n`, in pieces small enough that no thread waits long for another's.
fn run(n: usize, one: &(dyn Fn(usize) + Sync)) {
    const PIECES: usize = 1024;
    (0..n).into_par_iter().with_max_len(n.div_ceil(PIECES).max(1)).for_each(one);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_order_whatever_the_number() {
        for n in [0, 1, 2, 1023, 5000] {
            assert_eq!(each(n, |at| 3 * at), (0..n).map(|at| 3 * at).collect::<Vec<_>>());
        }
        assert_eq!(each_of(&["a", "bc"], |text| text.len()), [1, 2]);
    }

    #[test]
    #[should_panic(expected = "the work itself")]
    fn a_panic_is_the_works() {
        each(100, |at| assert!(at != 50, "the work itself"));
    }
}
