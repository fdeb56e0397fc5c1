//! Results for spreadsheets, and the hash of a file.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::folder::{Folder, RunError};
use crate::table::{Decimal, part_file_name, read_part, write_csv};

/// Writes `games.csv`, and `turns.csv` where there is such a table, beside the parts: part after part, so
/// that memory does not grow with the number of games. Each takes its place whole, or not at all; a link that stands
/// there is replaced, and what it led to stays.
///
/// # Errors
/// [`RunError`] where a part cannot be read or a file not be written.
pub fn write_tables_as_csv(folder: &Folder, decimal: Decimal) -> Result<Vec<PathBuf>, RunError> {
    let mut written = Vec::new();
    for table in folder.tables() {
        let path = folder.path.join(format!("{table}.csv"));
        let beside = folder.path.join(format!(".{table}.csv.unfinished"));
        if let Err(error) = write_table(folder, table, decimal, &path, &beside) {
            let _ = std::fs::remove_file(&beside);
            return Err(error);
        }
        written.push(path);
    }
    Ok(written)
}

fn write_table(folder: &Folder, table: &str, decimal: Decimal, path: &Path, beside: &Path) -> Result<(), RunError> {
    let io = |source| RunError::Io { path: path.to_owned(), source };
    // What a killed program left is no other's: the folder is locked.
    let _ = std::fs::remove_file(beside);
    let mut out = BufWriter::new(File::create_new(beside).map_err(io)?);
    let mut first = true;
    for part in folder.parts().filter(|part| folder.done.contains(&part.number)) {
        let file = folder.path.join(table).join(part_file_name(part.number));
        let (_, rows) = read_part(&file, Some(&folder.info(table, &part)))?;
        let mut text = Vec::new();
        write_csv(&rows, decimal, &mut text).map_err(io)?;
        // The header stands once.
        let from = if first { 0 } else { text.iter().position(|&byte| byte == b'\n').map_or(0, |at| at + 1) };
        out.write_all(&text[from..]).map_err(io)?;
        first = false;
    }
    let file = out.into_inner().map_err(|error| io(error.into_error()))?;
    file.sync_all().map_err(io)?;
    std::fs::rename(beside, path).map_err(io)
}

/// SHA-256 of a file, in hexadecimal.
///
/// # Errors
/// It cannot be read.
pub fn file_hash(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(super::whole::hex(&hash.finalize()));
        }
        hash.update(&buffer[..read]);
    }
}
