//! Expressions: `tajikistan.legitimacy < 0.35 and turn >= 3`.

mod interval;
mod parse;
mod resolve;

pub use interval::{Interval, Ranges, interval};
pub use parse::{Ast, AstKind, Broken, DEEPEST, LONGEST, parse};
pub use resolve::{Scope, resolve};
