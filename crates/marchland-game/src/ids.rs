//! Dense ids. Each indexes one list of the [`Catalogue`](crate::Catalogue), and ids of different
//! lists are different types.

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident($inner:ty);)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
        pub struct $name(pub $inner);

        impl $name {
            /// The position in the catalogue's list.
            #[must_use]
            pub const fn index(self) -> usize {
                self.0 as usize
            }

            /// The id of a position in the catalogue's list.
            ///
            /// # Panics
            /// Where the position does not fit the id's width: the loader bounds every list first.
            #[must_use]
            pub fn from_index(index: usize) -> Self {
                Self(<$inner>::try_from(index).expect("the loader bounds every list"))
            }
        }
    )+};
}

ids! {
    /// One of `Catalogue::players`.
    PlayerId(u8);
    /// One of `Catalogue::indicators`.
    IndicatorId(u32);
    /// One of `Catalogue::actions`.
    ActionId(u16);
    /// One of `Catalogue::events`.
    EventId(u16);
    /// One of `Catalogue::parameters`.
    ParameterId(u16);
    /// One of `Catalogue::institutions`.
    InstitutionId(u8);
    /// One of `Catalogue::motions`: a question that an institution may be asked to vote on.
    MotionId(u16);
    /// One of `Catalogue::measures`.
    MeasureId(u16);
    /// One of `Catalogue::deals`: an issue on which two players may come to terms.
    DealId(u16);
    /// One of `Catalogue::laws`.
    LawId(u16);
    /// One of `Law::terms`, of the law beside which it stands.
    TermId(u16);
}

/// A set of players, as bits: at most 64 players to a scenario.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub struct PlayerSet(pub u64);

/// A set as files write it down, and as the hash of a game's state reads it: with everybody as the set of 32 bits that it
/// once was, so that games keep their hashes.
#[derive(Serialize, Deserialize)]
#[serde(rename = "PlayerSet")]
struct Written(u64);

const EVERYBODY_IN_FILES: u64 = u32::MAX as u64;

impl From<Written> for PlayerSet {
    fn from(Written(bits): Written) -> Self {
        if bits == EVERYBODY_IN_FILES { Self::EVERYBODY } else { Self(bits) }
    }
}

impl From<PlayerSet> for Written {
    fn from(set: PlayerSet) -> Self {
        Self(if set == PlayerSet::EVERYBODY { EVERYBODY_IN_FILES } else { set.0 })
    }
}

impl PlayerSet {
    /// The most players that a scenario may have.
    pub const CAPACITY: usize = 64;
    /// Nobody.
    pub const NOBODY: Self = Self(0);
    /// Everybody.
    pub const EVERYBODY: Self = Self(u64::MAX);

    /// The set with `player` added.
    #[must_use]
    pub const fn with(self, player: PlayerId) -> Self {
        Self(self.0 | 1 << player.0)
    }

    /// The set without `player`.
    #[must_use]
    pub const fn without(self, player: PlayerId) -> Self {
        Self(self.0 & !(1 << player.0))
    }

    /// Whether `player` is in the set.
    #[must_use]
    pub const fn contains(self, player: PlayerId) -> bool {
        self.0 & 1 << player.0 != 0
    }
}
