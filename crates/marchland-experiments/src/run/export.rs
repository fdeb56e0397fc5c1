//! Results for spreadsheets, and the hash of a file.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::folder::{Folder, RunError};
use crate::table::{part_file_name, read_part, write_csv};

/// Writes `games.csv`, and `turns.csv` where there is such a table, beside the parts: part after part, so
/// that memory does not grow with the number of games.
///
/// # Errors
/// [`RunError`] where a part cannot be read or a file not be written.
pub fn write_tables_as_csv(folder: &Folder) -> Result<Vec<PathBuf>, RunError> {
    let mut written = Vec::new();
    for table in folder.tables() {
        let path = folder.path.join(format!("{table}.csv"));
        let io = |source| RunError::Io { path: path.clone(), source };
        let mut out = BufWriter::new(File::create(&path).map_err(io)?);
        let mut first = true;
        for part in folder.parts().filter(|part| folder.done.contains(&part.number)) {
            let file = folder.path.join(table).join(part_file_name(part.number));
            let (_, rows) = read_part(&file, Some(&folder.info(table, &part)))?;
            let mut text = Vec::new();
            write_csv(&rows, &mut text).map_err(io)?;
            // The header stands once.
            let from = if first { 0 } else { text.iter().position(|&byte| byte == b'\n').map_or(0, |at| at + 1) };
            out.write_all(&text[from..]).map_err(io)?;
            first = false;
        }
        out.flush().map_err(io)?;
        written.push(path);
    }
    Ok(written)
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
