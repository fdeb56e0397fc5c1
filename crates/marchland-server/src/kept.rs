//! What a room keeps beside the game: hashes of links and of devices, half-typed texts, keys of inputs done.
//!
//! It lies in `GAME.room`, which only its owner may read, and is replaced whole or not at all.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};

use marchland_sim::scenario::files;
use serde::{Deserialize, Serialize};

use crate::access::{self, Role};

/// The largest such file that is read, in bytes: many times what all devices may have typed.
const LARGEST: u64 = 32 << 20;
/// Keys that are remembered of each device.
const KEYS: usize = 64;
/// Changes of a draft that are remembered, for each seat.
const CHANGES: usize = 20;
/// Devices that one role may have.
pub const DEVICES: usize = 24;
/// Fields of half-typed text that one device may have.
const FIELDS: usize = 60;
/// Bytes of half-typed text that one device may have.
const TYPED: usize = 32 << 10;

/// What is kept beside a game.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct SideRecords {
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
    pub keys: Vec<InputRecord>,
    /// The clock.
    #[serde(default)]
    pub clock: Option<KeptClock>,
}

/// A clock, as it outlives the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptClock {
    /// When it ends, in milliseconds since 1970.
    pub ends_unix_ms: u64,
    /// What is left while it is held, in milliseconds.
    pub held_ms: Option<u64>,
    /// Whether its end was announced.
    pub warned: bool,
    /// What it was set to.
    pub seconds: u32,
}

/// An input that was begun.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct InputRecord {
    /// Its device.
    #[serde(default)]
    pub device: u32,
    /// Its key, with a hash of what was sent: a key that another form bears too is another input's.
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
    /// The role that it had before its office fell and its person took another seat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub came_from: Option<Role>,
}

impl SideRecords {
    /// The file of a game.
    #[must_use]
    pub fn path(game: &Path) -> PathBuf {
        beside(game, ".room")
    }

    /// Reads it; begins a new one where there is none.
    ///
    /// # Errors
    /// It cannot be read, or is damaged.
    pub fn read(path: &Path) -> Result<Self, String> {
        match files::bytes_of(path, LARGEST) {
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

    /// Writes it, whole or not at all; `durable` waits until it outlives a loss of power too.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn write(&self, path: &Path, durable: bool) -> std::io::Result<()> {
        replace(path, &serde_json::to_vec(self)?, durable)
    }

    /// The device of a role that holds a token.
    #[must_use]
    pub fn device(&self, role: &Role, token: &str) -> Option<&Device> {
        let hash = access::hash(token);
        self.devices.iter().find(|device| device.hash == hash && device.role == *role)
    }

    /// Keeps a half-typed text; forgets it where it is empty. Whether there was room for it.
    pub fn draft(&mut self, device: u32, field: &str, text: &str) -> bool {
        let drafts = self.drafts.entry(device).or_default();
        let before = drafts.remove(field);
        if text.is_empty() {
            return true;
        }
        let others: usize = drafts.iter().map(|(name, kept)| name.len() + kept.len()).sum();
        let fits = drafts.len() < FIELDS && others + field.len() + text.len() <= TYPED;
        if let Some(kept) = if fits { Some(text.to_owned()) } else { before } {
            drafts.insert(field.to_owned(), kept);
        }
        fits
    }

    /// Forgets the half-typed texts whose fields are wanted no more.
    pub fn forget(&mut self, device: u32, sent: impl Fn(&str) -> bool) {
        if let Some(drafts) = self.drafts.get_mut(&device) {
            drafts.retain(|field, _| !sent(field));
        }
    }

    /// Forgets a device.
    pub fn send_away(&mut self, gone: impl Fn(&Device) -> bool) {
        for device in self.devices.iter().filter(|device| gone(device)) {
            self.drafts.remove(&device.number);
            self.keys.retain(|done| done.device != device.number);
        }
        self.devices.retain(|device| !gone(device));
    }

    /// Notes who changed a seat's draft.
    pub fn changed(&mut self, role: &Role, who: &str, what: String) {
        let list = self.changes.entry(role.to_string()).or_default();
        list.push((who.to_owned(), what));
        if list.len() > CHANGES {
            list.remove(0);
        }
    }

    /// Begins an input of a device; its oldest keys are forgotten.
    pub fn begin(&mut self, device: u32, key: &str, before: u64) {
        let own = self.keys.iter().filter(|done| done.device == device).count();
        let mut more = (own + 1).saturating_sub(KEYS);
        self.keys.retain(|done| {
            let goes = more > 0 && done.device == device;
            more -= usize::from(goes);
            !goes
        });
        self.keys.push(InputRecord { device, key: key.to_owned(), before, answer: None });
    }

    /// An input of a device that was begun or done.
    pub fn done(&mut self, device: u32, key: &str) -> Option<&mut InputRecord> {
        self.keys.iter_mut().rev().find(|done| done.device == device && done.key == key)
    }

    /// Forgets an input, so that it may be tried again.
    pub fn undone(&mut self, device: u32, key: &str) {
        self.keys.retain(|done| done.device != device || done.key != key);
    }
}

/// A file beside another, whose name ends in more.
#[must_use]
pub fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

/// Puts a file that its owner alone may read in the place of another, whole or not at all; `durable` waits until it
/// outlives a loss of power too.
///
/// # Errors
/// The disk refuses.
pub fn replace(path: &Path, bytes: &[u8], durable: bool) -> std::io::Result<()> {
    let new = beside(path, ".new");
    let mut file = private_file(&new)?;
    file.write_all(bytes)?;
    if durable {
        file.sync_all()?;
    }
    drop(file);
    std::fs::rename(&new, path)?;
    if durable { marchland_session::sync_folder(path) } else { Ok(()) }
}

/// Creates a file that its owner alone may read. One that stands there already may have other rights, since a mode is a new
/// file's: it goes first.
///
/// # Errors
/// The disk refuses.
fn private_file(path: &Path) -> std::io::Result<std::fs::File> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_its_owners_alone_and_holds_no_secret() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = SideRecords::path(&folder.path().join("a.march"));
        let mut kept = SideRecords::read(&path).expect("a new one");
        let secret = access::secret().expect("randomness");
        kept.links.insert(access::hash(&secret), Role::Chair);
        let left = beside(&path, ".new");
        std::fs::write(&left, "what a program left behind").expect("written");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(&left, std::fs::Permissions::from_mode(0o644)).expect("set");
        }
        kept.write(&path, true).expect("written");
        let text = std::fs::read_to_string(&path).expect("readable");
        assert!(!text.contains(&secret), "the secret itself is kept");
        assert_eq!(SideRecords::read(&path).expect("read").links.len(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn one_device_cannot_push_out_what_another_keeps() {
        let mut kept = SideRecords::default();
        kept.begin(1, "mine", 0);
        for number in 0..500 {
            kept.begin(2, &number.to_string(), 0);
        }
        assert!(kept.done(1, "mine").is_some());
        assert!(kept.done(2, "499").is_some() && kept.done(2, "0").is_none());
        assert!(kept.done(1, "499").is_none(), "a key is its device's");
        assert_eq!(kept.keys.len(), 1 + KEYS);
    }

    #[test]
    fn a_device_types_within_bounds_and_loses_nothing_by_too_much() {
        let mut kept = SideRecords::default();
        assert!(kept.draft(1, "a", &"x".repeat(20 << 10)));
        assert!(!kept.draft(1, "b", &"y".repeat(20 << 10)), "32 KiB in all");
        assert!(!kept.draft(1, "a", &"x".repeat(40 << 10)));
        assert_eq!(kept.drafts[&1]["a"].len(), 20 << 10, "what was kept stays");
        assert!(kept.draft(1, "a", "") && kept.draft(1, "b", &"y".repeat(20 << 10)));
    }
}
