//! Coded states: numbers of a column that stand for named states, read and written as a type.

#![allow(clippy::multiple_bound_locations, reason = "the derives of plain data repeat a bound")]

use std::fmt;
use std::marker::PhantomData;

use bytemuck::{Pod, Zeroable};

/// A state with named values, as the [`states!`](crate::states) macro declares it.
pub trait CodedState: Copy + Eq + fmt::Debug + 'static {
    /// Every value, in the order of its codes 0, 1, 2 …
    const ALL: &'static [Self];
    /// The values' names, in the same order; empty for a flag.
    const LABELS: &'static [&'static str];

    /// The code of the value.
    #[must_use]
    fn code(self) -> f64 {
        Self::ALL.iter().position(|other| *other == self).map_or(0.0, |at| at as f64)
    }

    /// The value nearest to a number.
    #[must_use]
    fn nearest(number: f64) -> Self {
        Self::ALL[marchland_game::number::nearest_whole(number).min(Self::ALL.len() - 1)]
    }

    /// The value after this one; the last stays.
    #[must_use]
    fn next(self) -> Self {
        Self::nearest(self.code() + 1.0)
    }

    /// The value before this one; the first stays.
    #[must_use]
    fn previous(self) -> Self {
        Self::nearest(self.code() - 1.0)
    }
}

/// A flag: no or yes, 0 or 1.
impl CodedState for bool {
    const ALL: &'static [Self] = &[false, true];
    const LABELS: &'static [&'static str] = &[];
}

/// A number of a column that stands for a state. Its bits are those of an `f64`; it cannot be compared
/// with one.
///
/// ```
/// use marchland_sim::world::StateCode;
/// let mut truce = StateCode::new(false);
/// truce.set(true);
/// assert!(truce.get());
/// assert_eq!(truce.number(), 1.0);
/// ```
///
/// ```compile_fail
/// let truce = marchland_sim::world::StateCode::new(false);
/// assert!(truce == 1.0);
/// ```
pub type StateCode<S> = CodedNumber<PhantomData<S>>;

/// What [`StateCode`] is: a state of type `S` stands in `M` as `PhantomData<S>`, which is plain data for
/// every `S`.
#[repr(transparent)]
#[derive(Clone, Copy, PartialEq, Pod, Zeroable)]
pub struct CodedNumber<M: Copy + 'static> {
    number: f64,
    state: PhantomData<M>,
}

impl<S: CodedState> CodedNumber<PhantomData<S>> {
    /// The number that stands for a state.
    #[must_use]
    pub fn new(state: S) -> Self {
        Self { number: state.code(), state: PhantomData }
    }

    /// The state; the nearest where an effect has moved the number off its codes.
    #[must_use]
    pub fn get(self) -> S {
        S::nearest(self.number)
    }

    /// Puts another state in its place.
    pub fn set(&mut self, state: S) {
        self.number = state.code();
    }

    /// The number as the indicator shows it: for bookings, and for equations in which a flag is a factor.
    #[must_use]
    pub fn number(self) -> f64 {
        self.number
    }
}

impl<S: CodedState> Default for CodedNumber<PhantomData<S>> {
    fn default() -> Self {
        Self { number: 0.0, state: PhantomData }
    }
}

impl<S: CodedState> fmt::Debug for CodedNumber<PhantomData<S>> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} ({})", self.get(), self.number)
    }
}

/// Declares coded states: enums whose values have names for scenarios and readers.
///
/// ```
/// use marchland_sim::states;
/// use marchland_sim::world::CodedState;
/// states! {
///     /// How firm a treaty is.
///     pub enum Firmness {
///         /// Nobody has signed.
///         Draft = "draft",
///         /// Signed and ratified.
///         InForce = "in_force",
///     }
/// }
/// assert_eq!(Firmness::LABELS, ["draft", "in_force"]);
/// assert_eq!(Firmness::nearest(1.0), Firmness::InForce);
/// ```
#[macro_export]
macro_rules! states {
    ($($(#[$doc:meta])* $vis:vis enum $name:ident { $($(#[$value_doc:meta])+ $value:ident = $label:literal),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        $vis enum $name { $($(#[$value_doc])+ $value,)+ }

        impl $crate::world::CodedState for $name {
            const ALL: &'static [Self] = &[$(Self::$value),+];
            const LABELS: &'static [&'static str] = &[$($label),+];
        }
    )+};
}
