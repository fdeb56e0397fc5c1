//! Composing a game and playing it: which strategy plays whom, and a game of its own for every thread.
//!
//! Start with [`compose::compose`] (a lineup out of names), then [`Players`] (games of one scenario on
//! whatever thread asks) and [`Players::play`].
//!
//! **Invariants.** A game's result depends on its [`Setup`](marchland_sim::turn::Setup) alone, never on the
//! thread or on the games that the thread played before. What panics ends its own game and no other.
//!
//! **Absent.** Many games with a design, results that last, people, files: experiments and sessions bring
//! them.

pub mod compose;
mod lost;
mod players;

pub use compose::Composed;
pub use lost::{Lost, LostDecisions};
pub use players::{FORFEIT_SHARE, Players, Status, WORK_LIMIT, forfeited};
