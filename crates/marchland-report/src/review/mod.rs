//! The review of a game as a page, as Markdown, as tables and in a screenful.

mod happened;
mod markdown;
mod months;
mod page;
mod plain;
mod summary;
mod table;

pub use happened::happened;
pub use markdown::markdown;
pub use months::{PlayedMonth, months};
pub use page::{page, page_by_month};
pub use summary::summary;
pub use table::csv;

#[cfg(test)]
mod tests;
