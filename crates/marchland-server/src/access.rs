//! Who may see what: roles, links, devices.
//!
//! A link and a device's token are 128 random bits each. What is kept of them is their hash, in a file beside the
//! game that only its owner may read.

use std::fmt;

use marchland_session::Party;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What somebody may see and do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Role {
    /// Everything.
    Chair,
    /// What one player may know and do.
    Seat(String),
    /// What everybody may know: a projector.
    Screen,
    /// The same, with remarks of its own on the moments at which they are made.
    Observer,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Chair => f.write_str("chair"),
            Self::Screen => f.write_str("screen"),
            Self::Observer => f.write_str("observer"),
            Self::Seat(player) => write!(f, "seat-{player}"),
        }
    }
}

impl From<Role> for String {
    fn from(role: Role) -> Self {
        role.to_string()
    }
}

impl TryFrom<String> for Role {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.as_str() {
            "chair" => Ok(Self::Chair),
            "screen" => Ok(Self::Screen),
            "observer" => Ok(Self::Observer),
            other => match other.strip_prefix("seat-") {
                Some(player) => Ok(Self::Seat(player.to_owned())),
                None => Err(format!("`{other}` is not a role")),
            },
        }
    }
}

impl Role {
    /// The path of its page.
    #[must_use]
    pub fn path(&self) -> String {
        match self {
            Self::Chair => "/chair".into(),
            Self::Screen => "/screen".into(),
            Self::Observer => "/observer".into(),
            Self::Seat(player) => format!("/seat/{player}"),
        }
    }

    /// Whose PIN is asked of who would join; nobody's at the projector.
    #[must_use]
    pub fn party(&self) -> Option<Party> {
        match self {
            Self::Chair => Some(Party::Chair),
            Self::Screen | Self::Observer => None,
            Self::Seat(player) => Some(Party::Seat(player.clone())),
        }
    }

    /// The role's name for the chair: `chair`, `screen`, `observer`, or the player.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Chair => "chair",
            Self::Screen => "screen",
            Self::Observer => "observer",
            Self::Seat(player) => player,
        }
    }
}

/// 128 bits from the system, in hexadecimal.
///
/// # Errors
/// The system has none.
pub fn secret() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)?;
    Ok(hex(&bytes))
}

/// What is kept of a secret.
#[must_use]
pub fn hash(secret: &str) -> String {
    hex(&Sha256::digest(secret.as_bytes()))
}

/// Bytes in hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_have_128_bits_and_differ() {
        let (a, b) = (secret().expect("randomness"), secret().expect("randomness"));
        assert_eq!((a.len(), b.len()), (32, 32));
        assert_ne!(a, b);
        assert_ne!(hash(&a), a);
        assert_eq!(hash(&a).len(), 64);
    }

    #[test]
    fn a_role_reads_back() {
        for role in [Role::Chair, Role::Screen, Role::Observer, Role::Seat("a_player".into())] {
            assert_eq!(Role::try_from(role.to_string()), Ok(role));
        }
        assert!(Role::try_from("king".to_owned()).is_err());
    }
}
