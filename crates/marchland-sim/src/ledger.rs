//! The ledger: every step of every indicator with its cause, where a game is traced.
//!
//! Bookings of an indicator join: each begins, bit for bit, where the one before it ended. A law
//! of motion books the named terms of its equation; whatever a law changes without saying so is
//! booked under the law's own name when it has run.

use bevy_ecs::prelude::*;
use marchland_game::{Booking, IndicatorId, Moment};

use crate::world::{AllColumns, Clock};

/// One named term of an equation.
#[derive(Clone, Copy, Debug)]
pub struct Term<'a> {
    /// Its name, a few words: `fear`, `winter shortage`.
    pub name: &'a str,
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
    bookings: Vec<Booking>,
    /// Value of every indicator after its last booking.
    last: Vec<f64>,
    positions: Vec<u32>,
    flat: Vec<f64>,
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
    pub fn terms(&mut self, law: &str, indicator: IndicatorId, after: f64, terms: &[Term<'_>]) {
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
            self.book(&format!("{law}: {}", term.name), indicator, next, term.inputs);
            value = next;
        }
        self.book(&format!("{law}: limits"), indicator, after, &[]);
    }

    /// Books one step of an indicator to `after`; nothing where it is there already.
    pub fn book(&mut self, cause: &str, indicator: IndicatorId, after: f64, inputs: &[IndicatorId]) {
        if !self.on {
            return;
        }
        let before = self.last[indicator.index()];
        if before.to_bits() == after.to_bits() {
            return;
        }
        let moment = self.moment.expect("a ledger that is on has a moment");
        self.bookings.push(Booking {
            moment,
            indicator,
            cause: cause.to_owned(),
            before,
            after,
            inputs: inputs.to_vec(),
        });
        self.last[indicator.index()] = after;
    }

    /// Switches the ledger on or off for a game. `positions` says where each indicator lies in a
    /// flat copy of the world.
    pub(crate) fn switch(&mut self, on: bool, positions: Vec<u32>, width: usize) {
        self.on = on;
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
    pub(crate) fn settle(&mut self, cause: &str, flat: &[f64]) {
        for index in 0..self.last.len() {
            let now = flat[self.positions[index] as usize];
            if now.to_bits() != self.last[index].to_bits() {
                self.book(cause, IndicatorId::from_index(index), now, &[]);
            }
        }
    }
}

/// The system that settles the ledger after a law of motion; only in traced games.
pub(crate) fn settle_after(law: &'static str) -> impl FnMut(&mut World) {
    move |world: &mut World| {
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
            debug_assert!(world.contains_resource::<Clock>());
            ledger.settle(law, &flat);
            ledger.flat = flat;
        });
    }
}
