//! The contract between a world and whoever plays in it.
//!
//! A crisis is a finite-horizon, partially observed stochastic game with simultaneous moves. This
//! crate holds the nouns that every other crate speaks: what there is ([`Catalogue`]), what a
//! player sees ([`Observation`]), may do ([`Order`], [`packages`]), wants ([`PayoffTable`]), and how
//! it decides ([`Strategy`], [`Lookahead`], [`CohortRule`]); resolved [`Expression`]s; named
//! [`stream`]s of chance; records of what happened; and [`Diagnostic`]s of what is wrong with an
//! input.
//!
//! Start reading at [`Decision`] and [`Strategy`].
//!
//! Invariants: a strategy reaches the world through its observation alone; every draw is a function
//! of a seed and of names; nothing here depends on the order of a hash or of threads.
//!
//! Deliberately absent: the ECS, threads, files, clocks, and parsing.

#![forbid(unsafe_code)]

pub mod number;
pub mod stream;
pub mod text;
pub mod time;
pub mod vector;

mod catalogue;
mod cause;
mod cohort;
mod deal;
mod decision;
mod diagnostic;
mod draft;
mod expression;
mod ids;
mod instruction;
mod lineup;
mod lookahead;
mod machine;
mod order;
mod packages;
mod payoff;
mod record;
mod sheet;
mod strategy;

pub use catalogue::{
    Action, ActionOption, Better, Budget, Catalogue, Event, Indicator, Institution, Law, Measure, Member, MotionKind,
    Nature, OutcomeEvent, Parameter, Player, Population, Reduction, Rule, Sight, SourceKind, Visibility,
};
pub use cause::{Cause, LawStep, NamedCause};
pub use cohort::{CHUNK, CohortRule, CohortView};
pub use deal::{Deal, DealMove, DealRefusal, DealStatus, DealTracks, Offer, PATIENCE, TALKS, Term, talks_of};
pub use decision::{Decision, Estimate, Observation, Refusal, View};
pub use diagnostic::{Diagnostic, Severity, Span, nearest};
pub use draft::Draft;
pub use expression::{Expression, ProgramError};
pub use ids::{
    ActionId, DealId, EventId, IndicatorId, InstitutionId, LawId, MeasureId, MotionId, ParameterId, PlayerId,
    PlayerSet, TermId,
};
pub use instruction::{Aggregate, NEVER, OnlyParameters, Op, Readings, Relation, STACK, Variable};
pub use lineup::{Lineup, PopulationSeat, Seat};
pub use lookahead::{ForcedMove, Future, Lookahead, Plan};
pub use marchland_statistics::Distribution;
pub use order::{
    Ballot, Ballots, Choice, Forfeit, MEMBERS, MOTIONS, Note, ORDERS, Order, Package, Short, TabledMotion, Vote,
};
pub use packages::{conceivable, legal_orders, mask, packages};
pub use payoff::{PayoffTable, PayoffTerm};
pub use record::{Booking, Outcome, RoundRecord, Ruling, TurnRecord, VoteRecord};
pub use sheet::Sheet;
pub use strategy::{ArgumentKind, ArgumentSchema, Block, FamilySchema, Memory, Strategy, StrategySpec, Value};
pub use stream::{Domain, Root, Stream};
pub use time::{Date, Moment, Round, Stage, Turn};
