//! What laws share: the columns of the world, by the kind of entity that bears them, and who belongs
//! to whom.

pub mod base;
pub mod border;
pub mod cell;
pub mod cohort;
pub mod country;
pub mod elite;
pub mod host;
pub mod institution;
pub mod market;
pub mod movement;
pub mod neighbour;
pub mod pair;
pub mod player;
pub mod polity;
pub mod region;
pub mod treaty;

pub(crate) mod reading;
