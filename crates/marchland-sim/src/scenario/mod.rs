//! Scenarios: the RON language, its checks, and what comes out of them.
//!
//! Start reading at [`load`], then [`keys`], the tables of every key that may be written.
//!
//! # The language
//! A scenario is `scenario.ron` in a folder of its own, or one file. It is one record of sections;
//! every section that is a list or a map may be split over the files that `include` names and over
//! its `base`, a folder beside its own whose content is taken first. Names and paths stand in double
//! quotes; words of the language (`Public`, `Uniform(0, 1)`, `Add("tension", 1)`) do not.
//!
//! ```ron
//! (
//!     title: "A valley in winter",
//!     base: "base",                                   // constants of the laws of motion
//!     include: ["actions.ron", "players.ron"],        // each a record ( actions: [ … ], … )
//!     calendar: (start: "2010-04", horizon: 24, crisis_clock: "is(valley.regime_status, contested)"),
//!     mechanisms: ["unrest", "means"],                // laws of motion that run; `tracks` comes by itself
//!     names: {"country": "valley"},                   // `{country}` in paths and expressions
//!     entities: {
//!         "country": [(id: "valley", owner: "government", links: {"head": "government"}, values: {"legitimacy": 0.5})],
//!         "region": [
//!             // A value is a number, a label of a coded state, a distribution drawn by nature at
//!             // the start, or an expression of parameters.
//!             (id: "north", links: {"country": "valley"}, values: {"unrest": Uniform(0, 0.05), "grievance": "0.5 * start_grievance"}),
//!         ],
//!     },
//!     tracks: [(id: "tension", range: (0, 10), initial: 2, owner: "government", seen_by: Estimated(1))],
//!     players: [
//!         (
//!             id: "government", title: "the government", kind: "office", orders_per_turn: 3,
//!             values: {"money": 20, "money_income": 5, "money_limit": 60, "attention": 4, "attention_income": 4},
//!             payoffs: [(indicator: "valley.legitimacy", weight: "0.5 * stubbornness", scale: (0, 1), at_end: false, why: "judgement")],
//!             payoff_range: (0, 1),
//!             stakes: {"observers": "-0.2 * tension"},
//!         ),
//!     ],
//!     // One entity `a.b` of kind `pair` for each ordered pair, linked `from` and `to`.
//!     pairs: [(among: ["government", "neighbour"], values: {"relation": 0.2}, overrides: {"neighbour.government": {"relation": 0.1}})],
//!     paths: [(indicator: "world_markets.wheat_index", values: [1, 1.02, 1.1], sd: 0.04, persistence: 0.8, why: "World Bank")],
//!     actions: [
//!         (
//!             id: "relief", title: "Relief", meaning: "Sends food", instrument: "economy",
//!             owners: ["government"],
//!             options: [(id: "low", level: 1, cost: {"money": 2, "attention": 1}), (id: "high", level: 2, cost: {"money": 6, "attention": 1})],
//!             condition: "north.unrest > 0.01", refusal: "nobody asks for it",
//!             visibility: Covert, leak: "0.05 + 0.05 * ordered(government, relief, 6)",
//!             chance: "clamp(0.4 + 0.2 * level, 0, 1)",
//!             success: [Add(indicator: "north.grievance", amount: "-0.02 * level", delay: 1, lasts: 6, group: "aid")],
//!             failure: [], leaked: [Add("tension", 1)],
//!             rows: ["18"],
//!         ),
//!         // `{option}` is the option ordered; `{owner}` makes one action per owner, named so.
//!         (id: "call_{owner}", owners: ["government", "neighbour"], options: ["government", "neighbour"], success: [Add("{owner}.{option}.relation", 0.05)]),
//!     ],
//!     groups: [(id: "aid", cap: 0.1)],
//!     events: [(id: "bad_harvest", title: "The harvest fails", trigger: Hazard(0.02), effects: [Fire("riot")]), (id: "riot", trigger: Manual)],
//!     institutions: [(id: "council", rule: MajorityWithVeto(2), members: [(id: "government", ideal: 0.4, veto: true), (id: "elders", ideal: -0.2)], chairs: [(1, "elders")])],
//!     motions: [(id: "observers", title: "Send observers?", institution: "council", appeal: "-ideal", passed: [Add("tension", -1)])],
//!     parameters: [(id: "stubbornness", value: 0.8, distribution: Triangular(0.4, 0.8, 1), unit: "share", meaning: "…", source: Judgement("…"))],
//!     beliefs: [(name: "memo", meaning: "…", parameters: {"stubbornness": 1}, initial: {"valley.legitimacy": 0.4}, paths: [])],
//!     default_belief: "memo",
//!     strategies: [(name: "caring", intent: "Sends food", players: ["government"], play: Rules(blocks: [(name: "feed", window: (1, 12), all: ["tension > 3"], orders: ["relief high"], every: 2)]))],
//!     lineup: {"government": "caring"},               // `idle` where nothing is said
//!     assumed: {},                                    // the public expectation; the lineup where nothing is said
//!     measures: [(id: "peak", meaning: "…", unit: "share", over: Max, value: "largest(region.unrest)")],
//!     regime: (status: "valley.regime_status", exit: "valley.first_irregular_exit", exit_turn: "valley.irregular_exit_turn"),
//!     main_indicator: "valley.legitimacy", shown: ["tension"], end: "tension >= 10",
//!     presets: [(people: 2, seats: ["government"], minutes: 10, aims: ["…"])],
//!     // Words for levels and phrases: how all this is told.
//!     words: [(of: "region.unrest", theme: Streets, steps: [(0, "calm"), (0.1, "crowds", "crowds filled the streets of {places}")])],
//!     phrases: [(action: "relief", done: "sent food"), (event: "bad_harvest", done: "the harvest failed", theme: Purse)],
//!     observed: {"valley.legitimacy": [0.5, None, 0.45]},
//! )
//! ```
//!
//! A case restates a constant of its base as `(id: "x", value: 3, why: "…")`; everything else that
//! stands twice is an error.
pub mod expression;
pub mod files;
pub mod identity;
pub mod keys;
pub mod map;
pub mod node;
pub mod print;
pub mod reader;
pub mod sink;
pub mod slips;
pub mod telling;

mod assembly;
mod checks;
mod load;
mod model;
pub(crate) mod records;
#[cfg(test)]
mod tests;
mod uses;

pub use assembly::EffectReader;
pub use load::{LoadOptions, LoadedScenario, expression as parse_expression, load, load_files, load_text, strategy};
pub use model::*;
