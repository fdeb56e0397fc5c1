//! Gambit's strategic-game files (`.nfg`), and the names that go beside them.
//!
//! [`read`] takes every form Gambit does: a payoff list or outcomes with an index list; strategies by
//! name or by count; an optional comment; numbers as integers, decimals or fractions. [`write()`] uses
//! the counts form with a payoff list, the only one OpenSpiel reads too; names of strategies then go
//! into a JSON sidecar, [`Names`].
//!
//! Source: the Gambit manual, "Game representation formats" (Savani and Turocy).

mod names;
mod number;
mod read;
mod token;
mod write;

pub use names::{LeftOut, Names};
pub use read::read;
pub use write::write;
