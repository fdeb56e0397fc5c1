//! Best responses by training: how exploitable a set of strategies is from outside it.
//!
//! An equilibrium among named strategies says nothing of strategies nobody named. [`train`] searches a
//! small family, policies linear in a few indicators ([`PolicyShape`], played by the family `Linear`), for
//! one that earns more against the equilibrium; [`best_response`] tests on fresh seeds whether it does, and
//! [`improve`] admits what gains until nothing does; [`train_tournament`] does so for a tournament (double oracle: McMahan, Gordon and Blum 2003; with
//! learnt responses: Lanctot et al. 2017).
//!
//! A response that is not found proves nothing: the gain of a trained policy is a *lower* bound of how
//! exploitable the set is.
//!
//! The optimiser is CMA-ES from the `cmaes` crate, seeded and run without its parallel update, so that
//! equal arguments give equal policies at any thread count. It uses the platform's transcendental
//! functions; across platforms a policy may differ in its last digits, which is why the policy is kept as
//! a file and the file is what is played.

mod field;
mod improve;
mod policy;
mod respond;
mod train;

#[cfg(test)]
mod tests;

pub use field::{NamedMixture, OracleOptions, TournamentOracle, TrainedPolicy, train_tournament};
pub use improve::{Exploit, Improvement, OracleReport, improve};
pub use policy::{ORDERS_SHARE, PolicyShape};
pub use respond::{BestResponse, Seeds, best_response, opponents};
pub use train::{TrainingOptions, TrainingResult, train};
