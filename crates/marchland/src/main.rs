//! The command line of Marchland.
fn main() {}
