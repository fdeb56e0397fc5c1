//! People: who leaves, who suffers, who speaks out, and whether they think the government has the right to rule.

pub mod hardship;
pub mod legitimacy;
pub mod migration;
pub mod voice;
