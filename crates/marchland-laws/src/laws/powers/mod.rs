//! Powers: patrons and rivals, bases and supply lines, institutions, influence and recognition.

pub mod bases;
pub mod influence;
pub mod institutions;
pub mod ndn;
pub mod patrons;
pub mod recognition;
pub mod signals;
pub mod treaty;
