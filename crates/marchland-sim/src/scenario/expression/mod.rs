//! Expressions: `tajikistan.legitimacy < 0.35 and turn >= 3`.

mod interval;
mod parse;
mod resolve;

pub use interval::{Interval, Ranges, interval};
pub use parse::{Ast, AstKind, DEEPEST, LONGEST, SyntaxError, parse};
pub use resolve::{Scope, resolve};
