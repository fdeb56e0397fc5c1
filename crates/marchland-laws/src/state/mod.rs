//! State that laws share: who belongs to whom, and the people of a region.

pub mod polity;
pub mod regions;
