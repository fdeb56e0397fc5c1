//! How indicators, causes and numbers are put into words: the same words as on paper and in reviews.

pub use marchland_session::wording::*;
