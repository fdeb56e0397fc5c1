//! Files that commands write: whole or not at all, and never over what cannot be replaced.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// Writes a page, a picture or a table: under a temporary name beside it, to the disk, then renamed, and the folder
/// synced, so that after a crash there is the old file or the new one.
///
/// # Errors
/// What is there is a link, a folder, a game, results, a manifest, a scenario or a file of another kind than what is
/// written; or it cannot be written.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    if let Some(what) = precious(path, Kind::of(bytes)).map_err(|error| failed(path, &error))? {
        return Err(Failure::Input(format!(
            "`{}` is {what}, which is not overwritten; name another file, or move this one away",
            path.display()
        )));
    }
    replace(path, bytes).map_err(|error| failed(path, &error))
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = folder_of(path);
    let mut builder = tempfile::Builder::new();
    builder.prefix(".marchland-").suffix(".partial");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // What the user's mask leaves of it, as of any other file.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(&folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    sync(&folder)
}

/// The folder that holds a file.
fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

/// Syncs a folder, so that the names in it last; systems that cannot are trusted.
fn sync(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// What a file is by its first bytes. A page takes the place of a page, and never of somebody's letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Empty,
    Page,
    Picture,
    Object,
    Text,
    Other,
}

impl Kind {
    /// Bytes that tell it.
    const HEAD: usize = 1 << 12;

    fn of(bytes: &[u8]) -> Self {
        let head = &bytes[..bytes.len().min(Self::HEAD)];
        // The last character may be cut.
        let text = match std::str::from_utf8(head) {
            Ok(text) => text,
            Err(error) if error.error_len().is_none() => {
                std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or("")
            }
            Err(_) => return Self::Other,
        };
        let begins = text.trim_start_matches('\u{feff}').trim_start().to_ascii_lowercase();
        match begins.as_str() {
            "" if text.is_empty() => Self::Empty,
            begins if begins.starts_with("<!doctype html") || begins.starts_with("<html") => Self::Page,
            begins if begins.starts_with("<svg") || begins.starts_with("<?xml") => Self::Picture,
            begins if begins.starts_with(['{', '[']) => Self::Object,
            begins if begins.starts_with("%pdf") || begins.contains('\0') => Self::Other,
            _ => Self::Text,
        }
    }
}

/// What stands at a path that must not be replaced by something of a kind; none where nothing speaks against it.
fn precious(path: &Path, by: Kind) -> io::Result<Option<&'static str>> {
    let meta = match fs::symlink_metadata(path) {
        Ok(meta) => meta,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    if meta.is_symlink() {
        return Ok(Some("a link"));
    }
    if meta.is_dir() {
        return Ok(Some("a folder"));
    }
    if !meta.is_file() {
        return Ok(Some("not a plain file"));
    }
    let mut head = Vec::new();
    // A manifest begins with its format, so that the first pages tell it.
    File::open(path)?.take(1 << 16).read_to_end(&mut head)?;
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().to_lowercase());
    let text = String::from_utf8_lossy(&head);
    let begins = text.trim_start();
    Ok(
        if head.starts_with(b"Marchland game ")
            || head.starts_with(b"SQLite format 3\0")
            || name.ends_with("-wal")
            || name.ends_with("-journal")
        {
            Some("a game")
        } else if head.starts_with(b"PAR1") {
            Some("a part of results")
        } else if name == "manifest.json"
            || (begins.starts_with('{')
                && ["\"experiment_hash\"", "\"scenario_hash\""].iter().any(|key| text.contains(key)))
        {
            Some("a manifest or a result")
        } else if name.ends_with(".ron") {
            Some("a scenario or a part of one")
        } else if name.ends_with(".nfg") || name.ends_with(".npy") {
            Some("a game in normal form")
        } else if ![Kind::Empty, by].contains(&Kind::of(&head)) {
            Some("a file of another kind")
        } else {
            None
        },
    )
}

fn failed(path: &Path, error: &io::Error) -> Failure {
    Failure::Output(io::Error::new(error.kind(), format!("{}: {error}", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_replace_pages_and_nothing_precious() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        for text in ["<!DOCTYPE html>one", "<!DOCTYPE html>two"] {
            assert!(write(&at("page.html"), text.as_bytes()).is_ok());
            assert_eq!(fs::read_to_string(at("page.html")).expect("it is there"), text);
        }
        for (name, bytes) in [
            ("game.march", &b"Marchland game 2\nrest"[..]),
            ("old.march", &b"SQLite format 3\0rest"[..]),
            ("part-0", b"PAR1..."),
            ("manifest.json", b"{}"),
            ("other.json", b"{\"format\": 3, \"scenario_hash\": \"x\"}"),
            ("scenario.ron", b"(id: \"x\")"),
            ("thesis.pdf", b"%PDF-1.4 mine"),
            ("letter.html", b"Dear reader"),
            ("picture.png", b"\x89PNG\r\n"),
            ("drawing.svg", b"<svg xmlns=\"x\"/>"),
        ] {
            fs::write(at(name), bytes).expect("written");
            assert!(matches!(write(&at(name), b"<!DOCTYPE html>three"), Err(Failure::Input(_))), "{name}");
            assert_eq!(fs::read(at(name)).expect("it is there"), bytes, "{name} stays");
        }
        assert!(write(&at("missing/page.html"), b"").is_err());
        assert!(write(folder.path(), b"").is_err());
        let left = fs::read_dir(folder.path()).expect("a folder").count();
        assert_eq!(left, 11, "no temporary name stays");
        fs::write(at("empty.html"), "").expect("written");
        assert!(write(&at("empty.html"), b"<!DOCTYPE html>").is_ok() && write(&at("drawing.svg"), b"<svg/>").is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        let folder = tempfile::tempdir().expect("a folder");
        let (file, link) = (folder.path().join("notes"), folder.path().join("page.html"));
        fs::write(&file, "mine").expect("written");
        std::os::unix::fs::symlink(&file, &link).expect("linked");
        assert!(matches!(write(&link, b"page"), Err(Failure::Input(_))));
        assert_eq!(fs::read_to_string(&file).expect("it is there"), "mine");
    }
}
