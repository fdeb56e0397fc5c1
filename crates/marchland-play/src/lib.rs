//! Composing a game and playing it: which strategy plays whom, and a game of its own for every thread.
//!
//! Start with [`compose::compose`] (a lineup out of names), then [`Players`] (games of one scenario on
//! whatever thread asks) and [`Players::play`].
//!
//! A scenario of a few lines, played by its default lineup:
//!
//! ```
//! use std::sync::Arc;
//!
//! use marchland_play::{Players, Status, compose};
//! use marchland_sim::mechanisms::Registry as Laws;
//! use marchland_sim::scenario::{LoadOptions, load_text};
//! use marchland_sim::turn::{Setup, Variant};
//! use marchland_strategies::Registry;
//!
//! let text = r#"(
//!     title: "Two months of rain", calendar: (start: "2010-04", horizon: 2),
//!     tracks: [(id: "cup", range: (0, 10), initial: 1)],
//!     players: [(id: "host", payoffs: [(indicator: "cup", weight: 1, scale: (0, 10), why: "an example")])],
//!     actions: [(id: "pour", owners: ["host"], success: [Add(indicator: "cup", amount: 2)])],
//!     strategies: [(name: "twice", intent: "Pours in both months", play: Script(orders: [(1, ["pour"]), (2, ["pour"])]))],
//!     lineup: {"host": "twice"},
//! )"#;
//! let registry = Registry::standard();
//! let loaded = load_text("rain", text, &LoadOptions::new(Laws::engine(), &registry.schemas())).expect("a sound scenario");
//! let scenario = Arc::new(loaded.scenario);
//!
//! let players = Players::new(&scenario, None);
//! let setup = Setup {
//!     variant: Arc::new(Variant::new(&scenario, None, &[]).expect("its own parameters")),
//!     lineup: compose::compose(&scenario, &registry, &[]).expect("its own lineup").lineup,
//!     seed: 1,
//!     turns: 2,
//!     tracing: false,
//! };
//! let mut outcome = marchland_game::Outcome::default();
//! let status = players.play(&setup, &mut outcome, |_| ());
//! assert!(matches!(status, Status::Ok));
//! // The mean over both months of the cup, 3 and then 5 of 10.
//! assert!((outcome.payoffs[0].expect("the host played") - 0.4).abs() < 1e-12);
//! ```
//!
//! **Invariants.** A game's result depends on its [`Setup`](marchland_sim::turn::Setup) alone, never on the
//! thread or on the games that the thread played before. What panics ends its own game and no other.
//!
//! **Absent.** Many games with a design, results that last, people, files: experiments and sessions bring
//! them.

#![forbid(unsafe_code)]

pub mod compose;
mod lost;
mod players;

pub use compose::NamedLineup;
pub use lost::{LostDecisions, SeatLosses};
pub use players::{FORFEIT_SHARE, Players, Status, WORK_LIMIT, forfeited};
