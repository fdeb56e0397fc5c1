//! What a room keeps beside the game: hashes of links and of devices, half-typed texts, keys of inputs done.
//!
//! It lies in `GAME.room`, which only its owner may read, and is replaced whole or not at all.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::access::{self, Role};

/// Keys that are remembered.
const KEYS: usize = 2000;
/// Changes of a draft that are remembered, for each seat.
const CHANGES: usize = 20;
/// Devices that one role may have.
pub const DEVICES: usize = 24;
/// Fields of half-typed text that one device may have.
const FIELDS: usize = 60;

/// What is kept beside a game.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Kept {
    /// Names the cookies of this game.
    pub name: String,
    /// Links, by the hash of their secret.
    pub links: BTreeMap<String, Role>,
    /// Devices, in the order in which they joined.
    pub devices: Vec<Device>,
    /// The number of the next device.
    pub next: u32,
    /// Seats that are closed to new devices.
    pub closed: BTreeSet<String>,
    /// Half-typed texts, by device and field: what somebody types is not yet for the others of a seat.
    pub drafts: BTreeMap<u32, BTreeMap<String, String>>,
    /// Who changed what in a seat's draft lately.
    pub changes: BTreeMap<String, Vec<(String, String)>>,
    /// Keys of inputs, with the log's length before each and what was answered; the answer is missing where the
    /// program ended in between.
    pub keys: Vec<Done>,
}

/// An input that was begun.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Done {
    /// Its device and its key.
    pub key: String,
    /// Entries of the log before it.
    pub before: u64,
    /// Whether it was taken, and what was answered.
    pub answer: Option<(bool, String)>,
}

/// A device that joined.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Device {
    /// Its number, never given twice.
    pub number: u32,
    /// What it may do.
    pub role: Role,
    /// The name given at the door.
    pub name: String,
    /// The hash of its token.
    pub hash: String,
}

impl Kept {
    /// The file of a game.
    #[must_use]
    pub fn path(game: &Path) -> PathBuf {
        let mut name = game.as_os_str().to_owned();
        name.push(".room");
        PathBuf::from(name)
    }

    /// Reads it; begins a new one where there is none.
    ///
    /// # Errors
    /// It cannot be read, or is damaged.
    pub fn read(path: &Path) -> Result<Self, String> {
        match std::fs::read(path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| {
                format!("`{}` is damaged: {error}; move it away, and every seat joins again", path.display())
            }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let name = access::secret().map_err(|error| error.to_string())?[..8].to_owned();
                Ok(Self { name, next: 1, ..Self::default() })
            }
            Err(error) => Err(format!("cannot read `{}`: {error}", path.display())),
        }
    }

    /// Writes it, whole or not at all.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn write(&self, path: &Path) -> std::io::Result<()> {
        let mut beside = path.as_os_str().to_owned();
        beside.push(".new");
        let beside = PathBuf::from(beside);
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&beside)?;
        file.write_all(&serde_json::to_vec(self)?)?;
        drop(file);
        std::fs::rename(&beside, path)
    }

    /// The device of a role that holds a token.
    #[must_use]
    pub fn device(&self, role: &Role, token: &str) -> Option<&Device> {
        let hash = access::hash(token);
        self.devices.iter().find(|device| device.hash == hash && device.role == *role)
    }

    /// Keeps a half-typed text; none where it was sent or emptied.
    pub fn draft(&mut self, device: u32, field: &str, text: &str) {
        let drafts = self.drafts.entry(device).or_default();
        if text.is_empty() {
            drafts.remove(field);
        } else if drafts.len() < FIELDS || drafts.contains_key(field) {
            drafts.insert(field.to_owned(), text.to_owned());
        }
    }

    /// Notes who changed a seat's draft.
    pub fn changed(&mut self, role: &Role, who: &str, what: String) {
        let list = self.changes.entry(role.to_string()).or_default();
        list.push((who.to_owned(), what));
        if list.len() > CHANGES {
            list.remove(0);
        }
    }

    /// Forgets the oldest keys.
    pub fn trim(&mut self) {
        let more = self.keys.len().saturating_sub(KEYS);
        self.keys.drain(..more);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_its_owners_alone_and_holds_no_secret() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = Kept::path(&folder.path().join("a.march"));
        let mut kept = Kept::read(&path).expect("a new one");
        let secret = access::secret().expect("randomness");
        kept.links.insert(access::hash(&secret), Role::Chair);
        kept.write(&path).expect("written");
        let text = std::fs::read_to_string(&path).expect("readable");
        assert!(!text.contains(&secret), "the secret itself is kept");
        assert_eq!(Kept::read(&path).expect("read").links.len(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
        }
    }
}
