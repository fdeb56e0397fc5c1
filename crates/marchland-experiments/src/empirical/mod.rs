//! How sure an empirical game's conclusions are.
//!
//! An empirical game knows its payoffs only as means over games ([`Sample`]), so that every solution
//! concept computed from it is an estimate. Start with [`Combination`]: a deviation's gain as a weighted
//! sum of mean payoffs with its standard error. On it stand
//!
//! * [`bootstrap`]: the whole computation rerun under random weights of the replications;
//! * [`regret_bound`]: the certified bound, from seeds that played no part in finding the profile;
//! * [`allocate`]: where more games would decide what is undecided;
//! * [`reweight`]: the conclusions under other weights of the payoff terms;
//! * [`mixture_risk`]: the bad end of a measure under a mixed profile;
//! * [`oracle`]: policies trained against an equilibrium.
//!
//! **Invariants.** Pure functions: equal arguments give equal bytes at any thread count. Mixed profiles
//! are over all strategies of the sample, in its order. Replications are the independent unit: games of one
//! replication met the same shocks and always carry one weight. A profile that was not played is never
//! guessed at: what needs it is `None` or named as unsampled.
//!
//! **Absent.** Playing games, and printing.
//!
//! [`Sample`]: crate::tournament::Sample

mod allocation;
mod bootstrap;
mod certify;
mod combination;
pub mod oracle;
mod resample;
mod reweight;
mod risk;
mod solve;

#[cfg(test)]
mod study;
#[cfg(test)]
mod synthetic;

pub use allocation::{Allocation, AllocationOptions, Comparison, Request, Verdict, allocate};
pub use bootstrap::{
    Bootstrap, BootstrapOptions, EquilibriumStability, ProfileMass, StrategyStability, SupportFrequency, bootstrap,
};
pub use certify::{DeviationEstimate, PayoffDifference, RegretBound, payoff_differences, regret_bound};
pub use combination::{Combination, Estimate};
pub use resample::{Spread, exponential_weights};
pub use reweight::{ReweightOptions, Reweighting, StrategyShare, reweight};
pub use risk::{Risk, RiskOptions, mixture_risk};
pub use solve::Concepts;

/// Why an analysis of an empirical game was refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum EmpiricalError {
    /// A profile of the game to be solved was not played.
    #[error("profile {profile} was not played, and no payoff is invented")]
    Unsampled {
        /// Its strategies by name.
        profile: String,
    },
    /// A mixed profile that is none of the sample's.
    #[error("equilibrium {at}: {reason}")]
    Profile {
        /// Its place in the list, from 0.
        at: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// Too few replications for the statistic.
    #[error("{found} replications of {profile}, and at least {needed} are needed")]
    Replications {
        /// The profile that has fewest.
        profile: String,
        /// How many it has.
        found: usize,
        /// How many are needed.
        needed: usize,
    },
    /// An option outside its range.
    #[error("{name} = {value}: {expected}")]
    Option {
        /// The option.
        name: &'static str,
        /// What was given.
        value: String,
        /// What would be right.
        expected: &'static str,
    },
    /// A solution concept that refused the game.
    #[error(transparent)]
    Concept(#[from] marchland_equilibria::error::Error),
}
