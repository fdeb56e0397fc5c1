//! The story of a game: what happened, in words a room listens to.
//!
//! A month's record becomes a typed list of happenings ([`happening::gather`]), each with a weight, whoever did or
//! suffered it, and who knows of it; indicators enter as evidence, or where they crossed a level that people feel.
//! [`threads::Threads`] remembers what was told, so that what continues is merged and nothing is said twice in the
//! same words. [`month::Teller`] makes months of them, [`whole`] a game with its outcome first, [`bulletin`] what a
//! chair reads to a room, [`seat_report`] what a seat is told, [`evening()`]
//! a game with people in it.
//!
//! Start reading at [`happening::What`], then at [`month::Teller::month`].
//!
//! Invariants:
//! - A sentence is composed of typed facts of the record and of phrases that the scenario declares; no fact is read
//!   back out of words.
//! - What the room or a seat is told is made of what it may know: [`audience::Audience`].
//! - A cause is an order, an event, a motion or a term of a law that the ledger booked; it never is the effect itself.
//!
//! Deliberately absent: deciding anything, and odds.

pub mod audience;
pub mod deals;
pub mod evening;
pub mod happening;
pub mod month;
pub(crate) mod phrases;
pub mod scale;
pub mod threads;

mod because;
mod bulletin;
mod cast;
mod ending;
mod power;
mod sentence;
#[cfg(test)]
mod tests;
mod whole;

pub use bulletin::{Bulletin, bulletin, seat_report};
pub use evening::evening;
pub(crate) use whole::stands;
pub use whole::{Heading, brief, falls, whole};
