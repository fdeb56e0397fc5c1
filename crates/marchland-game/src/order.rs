//! What players choose: orders and ballots, and the packages of orders that fit one turn.

use serde::{Deserialize, Serialize};

use crate::ids::{ActionId, MotionId, PlayerId};

/// One action with one of its options.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Order {
    /// What.
    pub action: ActionId,
    /// Which of the action's options.
    pub option: u8,
}

/// A member's vote.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Vote {
    /// For.
    Yes,
    /// Against.
    No,
    /// Neither; an uncast ballot counts as this.
    #[default]
    Abstain,
}

/// A vote on one tabled motion.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Ballot {
    /// The motion.
    pub motion: MotionId,
    /// The vote.
    pub vote: Vote,
}

/// A motion that stands to be voted on in the stage *Ballots*.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TabledMotion {
    /// The question.
    pub motion: MotionId,
    /// Who tabled it; none where an event did.
    pub by: Option<PlayerId>,
}

/// A short list held in place, so that choosing allocates nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Short<T, const N: usize> {
    items: [T; N],
    len: u8,
}

impl<T: Copy + Default, const N: usize> Default for Short<T, N> {
    fn default() -> Self {
        Self { items: [T::default(); N], len: 0 }
    }
}

impl<T: Copy + Default, const N: usize> Short<T, N> {
    /// Adds an item; false, and nothing added, where the list is full.
    pub fn push(&mut self, item: T) -> bool {
        let at = usize::from(self.len);
        if at == N {
            return false;
        }
        self.items[at] = item;
        self.len += 1;
        true
    }

    /// Removes the last item.
    pub fn pop(&mut self) -> Option<T> {
        self.len = self.len.checked_sub(1)?;
        Some(self.items[usize::from(self.len)])
    }

    /// Empties the list.
    pub fn clear(&mut self) {
        self.len = 0;
    }

    /// The items in order.
    #[must_use]
    pub fn as_slice(&self) -> &[T] {
        &self.items[..usize::from(self.len)]
    }
}

impl<T: Copy + Default, const N: usize> core::ops::Deref for Short<T, N> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        self.as_slice()
    }
}

impl<T: Copy + Default, const N: usize> FromIterator<T> for Short<T, N> {
    /// The first `N` items.
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let mut list = Self::default();
        for item in items.into_iter().take(N) {
            list.push(item);
        }
        list
    }
}

impl<T: Copy + Default + Serialize, const N: usize> Serialize for Short<T, N> {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.as_slice())
    }
}

impl<'de, T: Copy + Default + Deserialize<'de>, const N: usize> Deserialize<'de> for Short<T, N> {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let items = Vec::<T>::deserialize(from)?;
        if items.len() > N {
            return Err(serde::de::Error::invalid_length(items.len(), &"a shorter list"));
        }
        Ok(items.into_iter().collect())
    }
}

/// The most orders in one stage.
pub const ORDERS: usize = 8;
/// The most motions that can stand tabled at once.
pub const MOTIONS: usize = 8;
/// The most members of an institution.
pub const MEMBERS: usize = 64;

/// Orders that are given together.
pub type Package = Short<Order, ORDERS>;
/// Votes that are cast together.
pub type Ballots = Short<Ballot, MOTIONS>;

/// What a player does in one stage.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// Orders, in the order in which they should resolve; read in the stage *Orders*.
    pub orders: Package,
    /// Votes; read in the stage *Ballots*. On a motion left out, the player votes by logit of its
    /// stake.
    pub ballots: Ballots,
    /// Why, for those who trace a game; empty otherwise.
    pub notes: Vec<Note>,
    /// Set where an outside program failed to answer and its fallback chose.
    pub forfeit: Option<Forfeit>,
}

/// A remark of a strategy on its own choice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Note {
    /// What the remark is on: a block's name, an order.
    pub on: String,
    /// Whether it acted.
    pub acted: bool,
    /// Why, or why not.
    pub why: String,
}

/// Why an outside program lost a decision.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Forfeit {
    /// No answer in time.
    Timeout,
    /// The program ended.
    Crash,
    /// An answer that could not be read.
    Malformed,
    /// An answer longer than the bound.
    Oversized,
    /// An order that was not legal.
    Illegal,
}
