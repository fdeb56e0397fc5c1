//! What people read at the table: a seat's view, news and draft, why things stand as they do, proposed rulings.

pub mod granted;
pub mod show;
pub mod why;

pub mod rulings;
