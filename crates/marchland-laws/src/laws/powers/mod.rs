//! Powers: patrons and rivals, bases and supply lines, institutions, influence and recognition.

pub mod bases;
pub mod influence;
pub mod institutions;
pub mod patrons;
pub mod recognition;
pub mod signals;
pub mod transit;
pub mod treaty;
