//! Snapshots kept beside the log, so that opening a long game need not replay all of it.
//!
//! They are a cache and nothing else: outside the chain, never read by whoever verifies, and worth nothing
//! without the entries that they stand for. A snapshot counts only where this very program wrote it after
//! exactly these entries; any other is passed over and, when the log is next written, dropped.

use std::sync::OnceLock;

use rusqlite::params;
use sha2::{Digest, Sha256};

use super::Log;

const TABLE: &str = "CREATE TABLE IF NOT EXISTS snapshot(entry INTEGER PRIMARY KEY, program TEXT NOT NULL,
                                                         hash BLOB NOT NULL, bytes BLOB NOT NULL) STRICT;";

impl Log {
    /// The entries that snapshots of this program stand for, the newest first.
    pub(crate) fn cached_entries(&self) -> Vec<u64> {
        let read = || -> rusqlite::Result<Vec<u64>> {
            let mut statement =
                self.database.prepare("SELECT entry FROM snapshot WHERE program = ?1 ORDER BY entry DESC")?;
            let found = statement.query_map([program()], |row| row.get::<_, i64>(0))?;
            found.map(|entry| entry.map(|entry| entry as u64)).collect()
        };
        // A file without the table, or with another of that name, has no cache.
        read().unwrap_or_default()
    }

    /// The snapshot after an entry; none where it is damaged, or was written after another history.
    pub(crate) fn cached(&self, entry: u64) -> Option<Vec<u8>> {
        let found: rusqlite::Result<(Vec<u8>, Vec<u8>)> = self.database.query_row(
            "SELECT hash, bytes FROM snapshot WHERE entry = ?1 AND program = ?2",
            params![entry as i64, program()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        );
        let (hash, bytes) = found.ok()?;
        (hash == self.seal(entry, &bytes)?).then_some(bytes)
    }

    /// Keeps snapshots, each after its entry, and drops those of other programs. Where the disk refuses there
    /// is no cache, and nothing else is lost.
    pub(crate) fn cache(&mut self, snapshots: &[(u64, Vec<u8>)]) {
        let sealed: Vec<_> =
            snapshots.iter().filter_map(|(entry, bytes)| Some((*entry, self.seal(*entry, bytes)?, bytes))).collect();
        let mut write = |before: &str| -> rusqlite::Result<()> {
            let transaction = self.database.transaction()?;
            transaction.execute_batch(before)?;
            transaction.execute("DELETE FROM snapshot WHERE program <> ?1", [program()])?;
            for (entry, hash, bytes) in &sealed {
                transaction.execute(
                    "INSERT OR REPLACE INTO snapshot VALUES (?1, ?2, ?3, ?4)",
                    params![*entry as i64, program(), hash.as_slice(), bytes],
                )?;
            }
            transaction.commit()
        };
        if write(TABLE).is_err() {
            let _ = write(&format!("DROP TABLE IF EXISTS snapshot; {TABLE}"));
        }
    }

    /// Whether some snapshot is another program's.
    pub(crate) fn caches_for_others(&self) -> bool {
        let found = self
            .database
            .query_row("SELECT count(*) FROM snapshot WHERE program <> ?1", [program()], |row| row.get::<_, i64>(0));
        found.is_ok_and(|count| count > 0)
    }

    /// Binds a snapshot to its program, its entry and, by the entry's own hash, all entries before it.
    fn seal(&self, entry: u64, bytes: &[u8]) -> Option<[u8; 32]> {
        let chain: Vec<u8> = self
            .database
            .query_row("SELECT hash FROM entry WHERE number = ?1", [entry as i64], |row| row.get(0))
            .ok()?;
        let mut hash = Sha256::new();
        for part in [program().as_bytes(), &chain, bytes] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        Some(hash.finalize().into())
    }
}

/// This program: its version, and what tells one build of a version from another.
fn program() -> &'static str {
    static PROGRAM: OnceLock<String> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let build = std::env::current_exe().and_then(std::fs::metadata).map(|file| {
            let written = file.modified().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
            format!(" {} {}", file.len(), written.map_or(0, |since| since.as_nanos()))
        });
        format!("{}{}", env!("CARGO_PKG_VERSION"), build.unwrap_or_default())
    })
}
