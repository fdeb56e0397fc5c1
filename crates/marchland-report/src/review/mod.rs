//! The review of a game as a page, as a table and in a screenful.

mod page;
mod plain;
mod summary;
mod table;

pub use page::page;
pub use summary::summary;
pub use table::csv;

#[cfg(test)]
mod tests;
