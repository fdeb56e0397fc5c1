//! Files and folders of results: written whole or not at all, read where they are there, taken only where empty.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use marchland_sim::scenario::files;
use sha2::{Digest, Sha256};

use super::folder::RunError;

/// Writes a file under a temporary name, `.NAME.unfinished`, synced and renamed.
///
/// # Errors
/// It cannot be written.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), RunError> {
    let io = |source| RunError::Io { path: path.to_owned(), source };
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let temporary = path.with_file_name(format!(".{name}.unfinished"));
    let written = fs::File::create(&temporary).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    if let Err(source) = written {
        // Best effort: on a full disk half a file only makes it worse.
        let _ = fs::remove_file(&temporary);
        return Err(io(source));
    }
    fs::rename(&temporary, path).map_err(io)
}

/// The largest manifest or report that is read, in bytes: our choice, room for a quarter of a million parts.
const LARGEST: u64 = 64 << 20;

/// SHA-256 of a text, in hexadecimal.
#[must_use]
pub fn text_hash(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A file's text; none where there is no such file.
///
/// # Errors
/// It is there, and cannot be read, is not a plain file, or is larger than any that was written.
pub fn text_if_there(path: &Path) -> Result<Option<String>, RunError> {
    match files::text_of(path, LARGEST) {
        Ok(text) => Ok(Some(text)),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
        Err(source) => Err(RunError::Io { path: path.to_owned(), source }),
    }
}

/// Refuses a folder that is there and holds anything.
///
/// # Errors
/// It does, or it cannot be read.
pub fn empty_or_absent(folder: &Path) -> Result<(), RunError> {
    let io = |source| RunError::Io { path: folder.to_owned(), source };
    if folder.exists() && fs::read_dir(folder).map_err(io)?.next().is_some() {
        return Err(RunError::Foreign { path: folder.to_owned() });
    }
    Ok(())
}
