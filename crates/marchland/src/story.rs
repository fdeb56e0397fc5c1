//! What mattered in a recorded game: as reviews see it.

pub use marchland_session::story::*;
