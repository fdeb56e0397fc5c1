//! Running an experiment: what is played, in which order, and the folder that keeps the results.
//!
//! Start with [`Experiment`] (what is asked), then [`Plan`] (the same, resolved against a scenario),
//! [`Folder`] and [`run`].
//!
//! **Identity.** A run is (row, replication). A row is a design point under a lever and a belief set:
//! `row = (point × levers + lever) × beliefs + belief`, the point slowest, so that a design with more
//! points keeps every earlier row. A game's seed follows from the experiment's seed and the replication,
//! and under [`Shocks::Fresh`](crate::design::Shocks::Fresh) from the point too; never from lever or belief
//! set, which meet the same shocks. A row is a batch: its variant is what `--set` would make of its values.
//!
//! **Bytes.** A part is a fixed range of the interleaved order ([`RunOrder`](crate::design::RunOrder)) of
//! a block; its bytes depend on the experiment alone, whichever thread, shard or session played it. An
//! extension appends blocks with parts of their own.

mod blocks;
mod columns;
mod difference;
mod experiment;
mod export;
mod folder;
pub mod keys;
mod lint;
mod manifest;
mod merge;
mod plan;
mod read;
mod rest;
mod results;
mod runner;
mod versus;
mod whole;

pub use blocks::{Block, Part, parts};
pub use difference::{CauseShare, TracedPairs, causes_of_difference};
pub use experiment::{AddedStrategies, Experiment, FrozenRule, Lever};
pub use export::{file_hash, write_tables_as_csv};
pub use folder::{Folder, MANIFEST, RunError, Session};
pub use lint::lint;
pub use manifest::{Host, Manifest, StatusCounts};
pub use marchland_play::{Lost, LostDecisions};
pub use merge::{Merged, merge};
pub(crate) use plan::factor_value;
pub use plan::{GameRow, Place, Plan};
pub(crate) use read::factor as factor_of;
pub use read::{Question, points_of_table, read_experiment, read_points};
pub use rest::{REST_MONTHS, REST_SHARE, drift};
pub use results::{ResultEvent, Results, RowTally, Tally};
pub use runner::{Ran, Shard, Watch, keep, play, run, tables_of};
pub use versus::{Target, VersusError, VersusReport, versus};
pub(crate) use whole::{empty_or_absent, hex, text_hash};
pub use whole::{text_if_there, write_whole};
