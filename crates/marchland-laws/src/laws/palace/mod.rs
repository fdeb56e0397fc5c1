//! The palace: elites, ways out of office, and the state of the regime.

pub mod elections;
pub mod elites;
pub mod exit;
pub mod plots;
pub mod regime;
pub mod residual_hazards;
