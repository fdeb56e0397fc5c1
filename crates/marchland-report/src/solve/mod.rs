//! The answers of solution concepts.

mod answer;
mod table;

pub use answer::{Answer, Extra};
pub use table::render;
