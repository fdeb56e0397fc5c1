//! The ledger: every step of every indicator with its cause, where a game is traced.
//!
//! Bookings of an indicator join: each begins, bit for bit, where the one before it ended. A law
//! of motion books the terms of its equation, which it declares with [`terms!`](crate::terms); the
//! ledger knows which law is running. Whatever a law changes without saying so is booked under the
//! law itself when it has run.

use bevy_ecs::prelude::*;
use marchland_game::{Booking, Cause, IndicatorId, LawId, LawStep, Moment, TermId};

use crate::world::AllColumns;

/// The name of a term that a law of motion declares: made by [`terms!`](crate::terms) alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TermName(Name);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Name {
    Declared(&'static str),
    Anew,
}

impl TermName {
    /// The step that takes a derived number to zero before every other term books its whole level.
    pub const ANEW: Self = Self(Name::Anew);

    /// A term of a law's list; the `terms!` macro calls it.
    #[doc(hidden)]
    #[must_use]
    pub const fn declared(phrase: &'static str) -> Self {
        Self(Name::Declared(phrase))
    }
}

/// Declares the terms of a law of motion: constants `Terms::NAME`, each a noun phrase that reads
/// after "because of", and the list `Terms::ALL` for the law's declaration.
///
/// ```
/// marchland_sim::terms! {
///     /// What moves the mood.
///     struct Terms {
///         NEIGHBOURS = "the mood of neighbours",
///         HABIT = "habit",
///     }
/// }
/// assert_eq!(Terms::ALL, ["the mood of neighbours", "habit"]);
/// let _ = Terms::HABIT;
/// ```
#[macro_export]
macro_rules! terms {
    ($(#[$doc:meta])* $vis:vis struct $name:ident { $($term:ident = $phrase:literal),+ $(,)? }) => {
        $(#[$doc])*
        $vis struct $name;

        impl $name {
            /// All, in the order in which they are declared.
            $vis const ALL: &'static [&'static str] = &[$($phrase),+];
            $(
                #[doc = $phrase]
                $vis const $term: $crate::ledger::TermName = $crate::ledger::TermName::declared($phrase);
            )+
        }
    };
}

/// One term of an equation.
#[derive(Clone, Copy, Debug)]
pub struct Term<'a> {
    /// Its name.
    pub name: TermName,
    /// What it adds, in the indicator's unit.
    pub amount: f64,
    /// The indicators that it reads.
    pub inputs: &'a [IndicatorId],
}

/// The bookings of the present round.
#[derive(Resource, Default, Debug)]
pub struct Ledger {
    on: bool,
    moment: Option<Moment>,
    /// The law that is running.
    law: Option<RunningLaw>,
    bookings: Vec<Booking>,
    /// Value of every indicator after its last booking.
    last: Vec<f64>,
    positions: Vec<u32>,
    flat: Vec<f64>,
}

/// A law of motion while it runs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RunningLaw {
    pub id: LawId,
    pub name: &'static str,
    pub terms: &'static [&'static str],
}

impl Ledger {
    /// Whether anything is booked. Laws of motion ask before they work out terms.
    #[must_use]
    pub fn on(&self) -> bool {
        self.on
    }

    /// Books the terms of an equation that moved an indicator to `after`, in order. What the terms
    /// do not account for (a limit of the range, rounding) becomes a last booking, `limits`, where
    /// it exceeds 1e-12 of the distance moved, and else is folded into the last term.
    ///
    /// # Panics
    /// As [`Self::book`].
    pub fn terms(&mut self, indicator: IndicatorId, after: f64, terms: &[Term<'_>]) {
        if !self.on {
            return;
        }
        let mut value = self.last[indicator.index()];
        let moving: Vec<&Term<'_>> = terms.iter().filter(|term| term.amount != 0.0).collect();
        let total: f64 = moving.iter().map(|term| term.amount).sum();
        let size: f64 = moving.iter().map(|term| term.amount.abs()).sum::<f64>() + value.abs();
        let exact = (value + total - after).abs() <= 1e-12 * size;
        for (at, term) in moving.iter().enumerate() {
            let next = if exact && at + 1 == moving.len() { after } else { value + term.amount };
            self.book(term.name, indicator, next, term.inputs);
            value = next;
        }
        let limits = self.cause(LawStep::Limits);
        self.enter(limits, indicator, after, &[]);
    }

    /// Books one step of an indicator to `after`, by a term of the law that is running; nothing where
    /// it is there already.
    ///
    /// # Panics
    /// Where the law that is running does not declare the term, or none is running: whoever books is
    /// broken then.
    pub fn book(&mut self, term: TermName, indicator: IndicatorId, after: f64, inputs: &[IndicatorId]) {
        if !self.on {
            return;
        }
        let step = match (term.0, self.law) {
            (Name::Anew, _) => LawStep::Anew,
            (Name::Declared(phrase), Some(law)) => match law.terms.iter().position(|own| *own == phrase) {
                Some(at) => LawStep::Term(TermId::from_index(at)),
                None => panic!(
                    "the law of motion `{}` books the term \u{201c}{phrase}\u{201d} without declaring it",
                    law.name
                ),
            },
            (Name::Declared(phrase), None) => panic!("\u{201c}{phrase}\u{201d} is booked while no law of motion runs"),
        };
        let cause = self.cause(step);
        self.enter(cause, indicator, after, inputs);
    }

    /// A step of the law that is running.
    fn cause(&self, step: LawStep) -> Cause {
        self.law.map_or(Cause::Unexplained, |law| Cause::Law(law.id, step))
    }

    /// Enters one step of an indicator to `after`; nothing where it is there already.
    pub(crate) fn enter(&mut self, cause: Cause, indicator: IndicatorId, after: f64, inputs: &[IndicatorId]) {
        if !self.on {
            return;
        }
        let before = self.last[indicator.index()];
        if before.to_bits() == after.to_bits() {
            return;
        }
        let moment = self.moment.expect("a ledger that is on has a moment");
        self.bookings.push(Booking { moment, indicator, cause, before, after, inputs: inputs.to_vec() });
        self.last[indicator.index()] = after;
    }

    /// Switches the ledger on or off for a game. `positions` says where each indicator lies in a
    /// flat copy of the world.
    pub(crate) fn switch(&mut self, on: bool, positions: Vec<u32>, width: usize) {
        self.on = on;
        self.law = None;
        self.bookings.clear();
        self.flat.resize(if on { width } else { 0 }, 0.0);
        self.last.resize(if on { positions.len() } else { 0 }, 0.0);
        self.positions = positions;
    }

    /// Starts a round: what the world holds now is where bookings start.
    pub(crate) fn open(&mut self, moment: Moment, flat: &[f64]) {
        if self.on {
            self.moment = Some(moment);
            for (last, at) in self.last.iter_mut().zip(&self.positions) {
                *last = flat[*at as usize];
            }
        }
    }

    /// The stage within the round, for bookings that follow.
    pub(crate) fn stage(&mut self, moment: Moment) {
        self.moment = Some(moment);
    }

    /// Hands over the round's bookings.
    pub(crate) fn close(&mut self) -> Vec<Booking> {
        std::mem::take(&mut self.bookings)
    }

    /// Books under `cause` whatever differs from the last bookings.
    pub(crate) fn settle(&mut self, cause: Cause, flat: &[f64]) {
        for index in 0..self.last.len() {
            let now = flat[self.positions[index] as usize];
            if now.to_bits() != self.last[index].to_bits() {
                self.enter(cause, IndicatorId::from_index(index), now, &[]);
            }
        }
    }
}

/// Tells the ledger which law of motion runs.
pub(crate) fn begin(world: &mut World, law: RunningLaw) {
    world.resource_mut::<Ledger>().law = Some(law);
}

/// Settles the ledger after a law of motion.
pub(crate) fn settle(world: &mut World, law: LawId) {
    world.resource_scope(|world, mut ledger: Mut<'_, Ledger>| {
        if !ledger.on() {
            return;
        }
        let mut flat = std::mem::take(&mut ledger.flat);
        let mut at = 0;
        for column in &world.resource::<AllColumns>().0 {
            if column.kind() == crate::world::COHORT {
                break;
            }
            let numbers = column.numbers(world);
            flat[at..at + numbers.len()].copy_from_slice(numbers);
            at += numbers.len();
        }
        ledger.settle(Cause::Law(law, LawStep::Whole), &flat);
        ledger.law = None;
        ledger.flat = flat;
    });
}

#[cfg(test)]
mod tests {
    use marchland_game::{Round, Stage, Turn};

    use super::*;

    crate::terms! {
        struct Terms {
            HABIT = "habit",
            CHANCE = "chance",
        }
    }

    fn running() -> Ledger {
        let mut ledger = Ledger::default();
        ledger.switch(true, vec![0], 1);
        ledger.open(Moment { turn: Turn(1), round: Round(0), stage: Stage::Orders }, &[0.0]);
        ledger.law = Some(RunningLaw { id: LawId(3), name: "mood", terms: Terms::ALL });
        ledger
    }

    #[test]
    fn a_term_is_booked_under_the_law_that_runs() {
        let mut ledger = running();
        let id = IndicatorId(0);
        let term = |name, amount| Term { name, amount, inputs: &[] };
        ledger.terms(id, 0.5, &[term(Terms::CHANCE, 0.25), term(Terms::HABIT, 0.5)]);
        ledger.settle(Cause::Law(LawId(3), LawStep::Whole), &[1.0]);
        let booked: Vec<_> = ledger.close().into_iter().map(|booking| (booking.cause, booking.after)).collect();
        let step = |step| Cause::Law(LawId(3), step);
        let expected = [
            (step(LawStep::Term(TermId(1))), 0.25),
            (step(LawStep::Term(TermId(0))), 0.75),
            (step(LawStep::Limits), 0.5),
            (step(LawStep::Whole), 1.0),
        ];
        assert_eq!(booked, expected);
    }

    #[test]
    #[should_panic(expected = "the law of motion `mood` books the term \u{201c}habbit\u{201d} without declaring it")]
    fn a_term_that_the_law_does_not_declare_is_refused() {
        running().book(TermName::declared("habbit"), IndicatorId(0), 1.0, &[]);
    }
}
