//! The review of a game as a page, as Markdown, as tables and in a screenful.

mod happened;
mod markdown;
mod page;
mod plain;
mod summary;
mod table;

pub use happened::happened;
pub use markdown::markdown;
pub use page::page;
pub use summary::summary;
pub use table::csv;

#[cfg(test)]
mod tests;
