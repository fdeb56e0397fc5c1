//! A game's file as an open handle: made under another name, locked by its writer, watched while it grows.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::frames::{Chain, FIRST_LINE, Kind};
use crate::error::SessionError;

/// An open game file.
#[derive(Debug)]
pub(super) struct GameFile {
    pub(super) path: PathBuf,
    file: File,
    /// The end of the last whole frame.
    pub(super) end: u64,
    /// Bytes in all, as this program last left or saw them.
    pub(super) length: u64,
    pub(super) chain: Chain,
    /// Where readings lie, by entry: offset and length.
    pub(super) places: BTreeMap<u64, (u64, u32)>,
    /// The most bytes that it may take.
    pub(super) limit: Option<u64>,
    /// The name it has until its first entry is kept.
    temporary: Option<PathBuf>,
    /// The hash of the last entry, where a sitting has begun that is to be closed.
    sitting: Option<[u8; 32]>,
    writes: bool,
}

fn unreadable(path: &Path, error: &io::Error) -> SessionError {
    SessionError::Unreadable { path: path.to_owned(), why: reason(error) }
}

/// A system's error in words.
pub(super) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::StorageFull => "the disk is full".into(),
        io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => "no more room is granted for it".into(),
        _ => error.to_string(),
    }
}

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        // What seats keep from each other lies in it in clear: it is its owner's alone.
        options.mode(0o600);
    }
    options
}

/// Times that a lock is asked for: a reader that looks whether a game is played holds it for a moment.
const TRIES: u32 = 20;

fn lock(path: &Path, file: &File) -> Result<(), SessionError> {
    for _ in 0..TRIES {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) => std::thread::sleep(std::time::Duration::from_millis(5)),
            // Some network folders know no locks; there the owner must see to it.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => return Ok(()),
            Err(TryLockError::Error(error)) => return Err(unreadable(path, &error)),
        }
    }
    Err(SessionError::Locked { path: path.to_owned() })
}

impl GameFile {
    /// Begins a new file beside its place; [`Self::append`] puts it there once there is something to keep.
    pub(super) fn create(path: &Path) -> Result<Self, SessionError> {
        if fs::symlink_metadata(path).is_ok() {
            return Err(SessionError::Exists { path: path.to_owned() });
        }
        let Some(name) = path.file_name() else {
            return Err(SessionError::Unreadable { path: path.to_owned(), why: "it names no file".into() });
        };
        let mut number = 0u32;
        let (temporary, mut file) = loop {
            let mut hidden = std::ffi::OsString::from(".");
            hidden.push(name);
            hidden.push(format!(".{}-{number}.new", std::process::id()));
            let temporary = path.with_file_name(hidden);
            match options().read(true).write(true).create_new(true).open(&temporary) {
                Ok(file) => break (temporary, file),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && number < 1000 => number += 1,
                Err(error) => return Err(unreadable(path, &error)),
            }
        };
        let begun =
            lock(path, &file).and_then(|()| file.write_all(FIRST_LINE).map_err(|error| unreadable(path, &error)));
        let length = FIRST_LINE.len() as u64;
        let game = Self {
            path: path.to_owned(),
            file,
            end: length,
            length,
            chain: Chain::start(),
            places: BTreeMap::new(),
            limit: None,
            temporary: Some(temporary),
            sitting: None,
            writes: true,
        };
        // Where this fails, dropping it takes away what was made.
        begun.map(|()| game)
    }

    /// Opens a file, alone where it is to be written.
    pub(super) fn open(path: &Path, writes: bool) -> Result<Self, SessionError> {
        let file = options().read(true).write(writes).open(path).map_err(|error| unreadable(path, &error))?;
        if writes {
            lock(path, &file)?;
        }
        let length = file.metadata().map_err(|error| unreadable(path, &error))?.len();
        Ok(Self {
            path: path.to_owned(),
            file,
            end: FIRST_LINE.len() as u64,
            length,
            chain: Chain::start(),
            places: BTreeMap::new(),
            limit: None,
            temporary: None,
            sitting: None,
            writes,
        })
    }

    /// Whether another program plays this game at the moment.
    pub(super) fn is_played(&self) -> bool {
        if self.writes {
            return false;
        }
        match self.file.try_lock_shared() {
            Ok(()) => {
                // A reader keeps nobody from playing.
                let _ = self.file.unlock();
                false
            }
            Err(error) => matches!(error, TryLockError::WouldBlock),
        }
    }

    /// A reader of the whole file.
    pub(super) fn reader(&self) -> io::Result<impl Read + use<'_>> {
        (&self.file).seek(SeekFrom::Start(0))?;
        Ok(io::BufReader::with_capacity(1 << 16, &self.file))
    }

    /// Bytes at a place.
    pub(super) fn bytes(&self, at: u64, length: u32) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; length as usize];
        (&self.file).seek(SeekFrom::Start(at))?;
        (&self.file).read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// Whether the file is still where it was, and as this program left it.
    fn watch(&self) -> Result<(), SessionError> {
        let lost = |what: &str| Err(SessionError::Lost { path: self.path.clone(), what: what.to_owned() });
        let own = self.file.metadata().map_err(|error| self.not_kept(&error))?;
        if self.temporary.is_none() {
            let there = match fs::metadata(&self.path) {
                Ok(there) => there,
                Err(error) if error.kind() == io::ErrorKind::NotFound => return lost("was moved or deleted"),
                Err(error) => return lost(&format!("cannot be reached any more ({error})")),
            };
            #[cfg(unix)]
            {
                use std::os::unix::fs::MetadataExt;
                if (own.dev(), own.ino()) != (there.dev(), there.ino()) {
                    return lost("was moved, and another file stands in its place");
                }
            }
            #[cfg(not(unix))]
            let _ = there;
        }
        match own.len().cmp(&self.length) {
            std::cmp::Ordering::Less => lost("was cut short by another program"),
            std::cmp::Ordering::Greater => lost("was written to by another program"),
            std::cmp::Ordering::Equal => Ok(()),
        }
    }

    fn not_kept(&self, error: &io::Error) -> SessionError {
        SessionError::NotKept { path: self.path.clone(), why: reason(error) }
    }

    /// Adds a frame and synchronises it. Where this fails, nothing of it is kept. Returns where its payload
    /// begins.
    pub(super) fn append(&mut self, kind: Kind, payload: &[u8]) -> Result<u64, SessionError> {
        let too_long = || io::Error::other(format!("more than {} MiB at once", super::frames::MOST_PAYLOAD >> 20));
        let (bytes, chain) = self.chain.frame(kind, payload).ok_or_else(|| self.not_kept(&too_long()))?;
        self.watch()?;
        if self.limit.is_some_and(|limit| self.end + bytes.len() as u64 > limit) {
            return Err(self.not_kept(&io::ErrorKind::StorageFull.into()));
        }
        let begins = self.end;
        let mut write = || -> io::Result<()> {
            if self.length > self.end {
                // The beginning of a frame that nobody was told of.
                self.file.set_len(self.end)?;
            }
            self.file.seek(SeekFrom::Start(self.end))?;
            self.file.write_all(&bytes)?;
            self.file.sync_data()
        };
        if let Err(error) = write() {
            // What stays of it is the beginning of a frame, which readers pass over.
            let _ = self.file.set_len(begins);
            return Err(self.not_kept(&error));
        }
        self.end = begins + bytes.len() as u64;
        self.length = self.end;
        self.watch()?;
        self.chain = chain;
        Ok(begins + super::frames::HEAD as u64)
    }

    /// Puts a new file in its place, where nothing may be yet.
    pub(super) fn publish(&mut self) -> Result<(), SessionError> {
        let Some(temporary) = self.temporary.clone() else { return Ok(()) };
        match fs::hard_link(&temporary, &self.path) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                return Err(SessionError::Exists { path: self.path.clone() });
            }
            Err(_) => self.copy_into_place()?,
        }
        let _ = fs::remove_file(&temporary);
        self.temporary = None;
        sync_folder(&self.path).map_err(|error| self.not_kept(&error))
    }

    /// Where a folder knows no links: the file is made anew in its place.
    fn copy_into_place(&mut self) -> Result<(), SessionError> {
        let mut made = match options().read(true).write(true).create_new(true).open(&self.path) {
            Ok(made) => made,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                return Err(SessionError::Exists { path: self.path.clone() });
            }
            Err(error) => return Err(unreadable(&self.path, &error)),
        };
        let copied = lock(&self.path, &made).and_then(|()| {
            self.reader()
                .and_then(|mut from| io::copy(&mut from, &mut made))
                .and_then(|_| made.sync_all())
                .map_err(|error| self.not_kept(&error))
        });
        if let Err(error) = copied {
            // This call made it.
            let _ = fs::remove_file(&self.path);
            return Err(error);
        }
        self.file = made;
        Ok(())
    }

    /// From now on a sitting is to be closed with the hash of the last entry.
    pub(super) fn sits(&mut self, head: [u8; 32]) {
        self.sitting = Some(head);
    }

    /// Nothing more is written.
    pub(super) fn give_up(&mut self) {
        self.sitting = None;
    }
}

impl Drop for GameFile {
    fn drop(&mut self) {
        if let Some(temporary) = &self.temporary {
            let _ = fs::remove_file(temporary);
        } else if let Some(head) = self.sitting.take() {
            // All entries are kept; where this fails the file says that its last sitting was not closed.
            let _ = self.append(Kind::Closed, &head);
        }
    }
}

/// Waits until what was created, renamed or removed beside a file outlives a loss of power: a file's own sync is of what
/// it holds, not of its name.
///
/// # Errors
/// The disk refuses.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}
