//! Countries: economy, politics, and their place among powers.

mod abroad;
mod economy;
mod politics;

pub use abroad::*;
pub use economy::*;
pub use politics::*;
