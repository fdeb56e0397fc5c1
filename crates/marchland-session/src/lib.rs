//! One game with people in it: its log, its table, its branches.
//!
//! A game is one file. [`Log`] is that file: the scenario whole, and an append-only, hash-chained list
//! of [`Entry`] values, every decision that crossed `decide` among them. [`Course`] is the game as the
//! log tells it: entries go in, and a `Game` with seats, drafts, messages and injects comes out, without
//! any strategy being asked. [`Table`] is the game being played: it checks what a front asks for, asks
//! strategies, commits to the log and lets the course follow. [`Replay`] walks a file stage by stage for
//! those who want to look at its decisions.
//!
//! Around the game: [`forecast`] looks forward from any moment, [`review`] looks back, [`causes`] and
//! [`story`] say what moved what. All of it is plain data; `marchland-report` puts it into words, pages and
//! pictures.
//!
//! Start reading at [`Entry`], then at [`Course::follow`], then at [`Table`].
//!
//! Invariants:
//! - Commit, then acknowledge, then show: what a verb of [`Table`] returns is on the disk. After a commit
//!   that failed the table is closed and says so.
//! - Live play and replay run the same code on the same entries: [`Course::follow`].
//! - An entry names things by their names in the scenario, never by ids.
//! - What a seat is shown is computed from its decision alone: [`SeatView`].
//!
//! Deliberately absent: sentences, pages and pictures; terminals, HTTP, and clocks. A front measures time and says so by
//! [`Table::clock`].

#![forbid(unsafe_code)]

pub mod causes;
pub mod forecast;
pub mod review;
pub mod story;

mod branches;
mod course;
mod entry;
mod error;
mod log;
mod names;
mod opening;
mod public_view;
mod recorded;
mod replay;
mod seat_view;
mod table;
mod talks;
mod verify;

pub use branches::{Branch, DecisionPair, Divergence, Side, SideBySide, divergence, stand_ins, standing};
pub use course::{
    Course, Due, FreeRuling, InjectState, Letter, Proposal, ProposalState, ProposedRuling, Remark, Request, SeatState,
    Shortfall,
};
pub use entry::{
    Amendment, Ballots, Card, ClockEvent, DecisionRecord, Default as StatedDefault, Entry, FreeAction, Holder, Inject,
    Opening, Party, Pin, Shift, StageEnd, StateHash, What, When, on_one_line,
};
pub use error::{SessionError, quoted};
pub use log::{Ending, KEY_BYTES, Log, Row, is_game, sync_folder};
pub use names::{amount, indicator_called, numbered, order_named, order_names, player_called, telling};
pub use opening::{APPLICATION_ID, FORMAT, Source};
pub use public_view::{PersonState, PublicView};
pub use recorded::{RECORDED, written_out};
pub use replay::{Replay, UpcomingStage};
pub use seat_view::{Fact, Knowledge, MotionView, News, OptionView, OrderView, SeatView, known, truth};
pub use table::{ClockState, Receipt, Sitting, Table, begin_branch};
pub use talks::{DealEnd, TalkState, TalkView, deals_ended, spoke};
pub use verify::{Difference, Verification, verify};
