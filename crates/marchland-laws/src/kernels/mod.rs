//! Kernels that several laws use: functions of numbers alone.

pub mod adjustment;
pub mod competing_risks;
pub mod mountain_season;
pub mod normal;
