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
//!
//! ```
//! # use std::path::Path;
//! # use std::sync::Arc;
//! use marchland_sim::scenario::{LoadOptions, load};
//! use marchland_strategies::Registry;
//!
//! let registry = Registry::standard();
//! let schemas = registry.schemas();
//! let options = LoadOptions::new(marchland_laws::standard(), &schemas);
//! let scenario = Arc::new(load(Path::new("../../scenarios/deterrence.ron"), &options)?.scenario);
//! use marchland_experiments::run::{Plan, play, read_experiment, tables_of};
//! # use std::sync::atomic::AtomicBool;
//!
//! let text = r#"(question: "Does noise bring challenges about?", design: LatinHypercube(sizes: [4]), factors: ["noise"],
//!     replications: 3, turns: 12)"#;
//! let question = read_experiment("noise", text, "noise.ron", &[], Path::new("."), &scenario, "0.1.0")?;
//! let plan = Plan::new(question.experiment, &scenario, &registry)?;
//! let games = play(&plan, 1, &AtomicBool::new(false), &()).expect("one thread");
//! let (table, turns) = tables_of(&plan, &games);
//! assert_eq!((games.len(), table.rows(), turns.is_none()), (12, 12, true));
//! # Ok::<(), Vec<marchland_game::Diagnostic>>(())
//! ```

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
mod windfalls;

pub use blocks::{Block, Part, parts};
pub use difference::{CauseShare, TracedPairs, causes_of_difference};
pub use experiment::{AddedStrategies, Experiment, FrozenRule, Lever};
pub use export::{file_hash, write_tables_as_csv};
pub use folder::{Folder, MANIFEST, RunError, Session};
pub(crate) use folder::{GAMES, Label, SEAL_MARK, SEALED_MARK, TOURNAMENT};
pub use lint::lint;
pub use manifest::{Host, Manifest, StatusCounts};
pub use marchland_play::{LostDecisions, SeatLosses};
pub use merge::{MergeSummary, merge};
pub(crate) use plan::factor_value;
pub use plan::{GameRow, Place, Plan};
pub(crate) use read::factor as factor_of;
pub use read::{Question, points_of_table, read_experiment, read_points};
pub use rest::{REST_MONTHS, REST_SHARE, drift};
pub use results::{ResultEvent, Results, RowTally, Tally};
pub use runner::{RunReport, Shard, Watch, keep, play, run, tables_of};
pub use versus::{Target, VersusError, VersusReport, versus};
pub(crate) use whole::{empty_or_absent, hex, text_hash};
pub use whole::{text_if_there, write_whole};
