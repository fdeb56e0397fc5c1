//! Finite games in strategic form and their solution concepts, each answer with its certificate.

pub mod alpharank;
pub mod averaging;
pub mod bimatrix;
pub mod correlated;
mod derivatives;
pub mod deviation;
pub mod dominance;
pub mod dynamics;
pub mod error;
pub mod game;
mod linear;
mod lu;
pub mod nash;
pub mod nfg;
mod number;
pub mod profile;
pub mod pure;
pub mod qre;
pub mod security;
pub mod solution;
pub mod tensor;
