//! Strategy sets compared as an empirical game: which strategies are stable against which, and how sure
//! that is.
//!
//! Start with [`Tournament`] (what is asked) and [`TournamentSession`] (which plays it and reports). Beneath
//! are the [`Store`] (games, played as they are asked for), [`explore()`] (which profiles are worth playing)
//! and the [`Sample`] (what was played, seed by seed): everything that is said about the game is a function
//! of it.

mod analysis;
mod arena;
mod attribution;
mod explore;
mod folder;
pub mod keys;
mod kind;
mod question;
mod read;
mod report;
mod sample;
mod session;
mod store;
mod summary;
mod symmetry;

pub use arena::{Arena, FRESH, GameResult, Setting};
pub use attribution::{Carrier, Contrast, EventShare, Pair, contrast};
pub use explore::{Deviation, Equilibrium, Exploration, Profiles, Search, SolvedGame, equilibria, explore};
pub use folder::{
    TournamentManifest, merge_tournaments, open_tournament, read_tournament_manifest, save_tournament_manifest,
};
pub use kind::{
    DominatedStrategy, GameKind, InterestFit, KindStability, PayoffVariance, PotentialFit, ReactionGain, ReplyCycle,
    ReplyMap, ReplyRow,
};
pub use question::{Mode, ParameterSweep, Tournament};
pub use read::read_tournament;
pub use report::{
    BeliefReport, Correlation, EquilibriumReport, Gain, MeasureRisk, ProfileReport, Reply, ReplyGraph, Share,
    StrategyReport, TournamentReport, UndecidedGain, VariationReport,
};
pub use sample::{Games, Sample, Term};
pub use session::{TournamentError, TournamentSession};
pub use store::{Engine, Stop, Store};
pub use symmetry::Symmetry;
