//! Treaties.

use marchland_sim::columns;
use marchland_sim::world::Field;

columns! {
    /// A treaty or a draft of one.
    pub struct Treaty for "treaty" {
        /// Weight of the states that support it.
        support = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0).called("support for {}"),
        /// Support that lasts when nobody promotes it.
        support_base = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0),
        /// 1 once it is adopted.
        adopted: bool = Field::flag().called("the adoption of {}"),
        /// How far it restrains acts of one state that touch another's security.
        restrains = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0),
        /// Its force as a norm.
        force = Field::derived("share", 0.0, 1.0, &["support", "adopted"]).rests(0.0).called("the force of {}"),
    }
}
