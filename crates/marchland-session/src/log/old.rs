//! Reading games of format 1, which were SQLite databases, without SQLite and without writing anything.
//!
//! The pages of a database are read as its [file format](https://www.sqlite.org/fileformat2.html) says, and
//! over them those of the write-ahead log beside it, as far as its checksums hold and a commit ends them.
//! Tables are walked in the order of their row numbers; indices, triggers and free pages are not looked at.

use std::collections::BTreeMap;

use marchland_sim::scenario::files::Layer;

/// What every such file begins with.
pub(super) const MARK: &[u8] = b"SQLite format 3\0";
/// The deepest tree of pages.
const DEEPEST: usize = 20;

/// A game of format 1.
#[derive(Debug, Default)]
pub(super) struct OldGame {
    pub(super) layers: Vec<Layer>,
    pub(super) rows: Vec<OldRow>,
    /// By entry.
    pub(super) readings: BTreeMap<u64, Vec<u8>>,
    /// What is wrong with the write-ahead log, if it is.
    pub(super) lost: Option<String>,
}

/// An entry of format 1.
#[derive(Debug)]
pub(super) struct OldRow {
    pub(super) number: u64,
    pub(super) parent: u64,
    pub(super) branch: u32,
    pub(super) text: String,
    pub(super) hash: Vec<u8>,
}

/// Reads a game from the bytes of its file and of the write-ahead log beside it, if there is one.
///
/// # Errors
/// It is no whole database, or has other tables; in words.
pub(super) fn read(bytes: &[u8], log: Option<&[u8]>) -> Result<OldGame, String> {
    let mut pages = Pages::new(bytes)?;
    let lost = log.and_then(|log| pages.overlay(log));
    let mut roots = BTreeMap::new();
    pages.table(1, &mut |_, record| {
        if let [Value::Text(kind), Value::Text(name), _, Value::Integer(root), ..] = record
            && kind == "table"
        {
            roots.insert(name.clone(), *root as u32);
        }
        Ok(())
    })?;
    let root = |name: &str| roots.get(name).copied().ok_or_else(|| format!("its table `{name}` is missing"));
    let mut game = OldGame { lost, ..OldGame::default() };
    pages.table(root("file")?, &mut |_, record| match record {
        [_, Value::Text(name), Value::Text(text), Value::Integer(own), Value::Integer(hashed)] => {
            let (own, hashed) = (*own != 0, *hashed != 0);
            game.layers.push(Layer { name: name.clone(), text: text.clone(), own, hashed });
            Ok(())
        }
        _ => Err("a file of its scenario is not what was written".into()),
    })?;
    pages.table(root("entry")?, &mut |number, record| match record {
        [_, Value::Integer(parent), Value::Integer(branch), Value::Text(text), Value::Blob(hash)] => {
            let (parent, branch) = (*parent as u64, *branch as u32);
            game.rows.push(OldRow { number, parent, branch, text: text.clone(), hash: hash.clone() });
            Ok(())
        }
        _ => Err(format!("entry {number} is not what was written")),
    })?;
    pages.table(root("reading")?, &mut |number, record| match record {
        [_, Value::Blob(bytes)] => {
            game.readings.insert(number, bytes.clone());
            Ok(())
        }
        _ => Err(format!("the values after entry {number} are not what was written")),
    })?;
    Ok(game)
}

/// A column of a row.
#[derive(Clone, Debug, PartialEq)]
enum Value {
    Null,
    Integer(i64),
    Text(String),
    Blob(Vec<u8>),
}

struct Pages<'a> {
    bytes: &'a [u8],
    size: usize,
    usable: usize,
    /// Pages of the write-ahead log, by number.
    newer: BTreeMap<u32, &'a [u8]>,
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn half(bytes: &[u8], at: usize) -> Option<usize> {
    Some(usize::from(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?)))
}

/// A number of one to nine bytes, and where it ends.
fn varint(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
    let mut value = 0u64;
    for k in 0..9 {
        let byte = *bytes.get(at + k)?;
        if k == 8 {
            return Some((value << 8 | u64::from(byte), at + 9));
        }
        value = value << 7 | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some((value, at + k + 1));
        }
    }
    None
}

impl<'a> Pages<'a> {
    fn new(bytes: &'a [u8]) -> Result<Self, String> {
        let size = match half(bytes, 16) {
            Some(1) => 65536,
            Some(size) if size.is_power_of_two() && size >= 512 => size,
            _ => return Err("its header is not what was written".into()),
        };
        let usable = size - usize::from(bytes.get(20).copied().unwrap_or(0));
        if usable < 480 {
            return Err("its header is not what was written".into());
        }
        Ok(Self { bytes, size, usable, newer: BTreeMap::new() })
    }

    /// Lays the committed pages of a write-ahead log over the file's. What is wrong with it, if it is.
    fn overlay(&mut self, log: &'a [u8]) -> Option<String> {
        if log.is_empty() {
            return None;
        }
        let damaged = |after: usize| {
            Some(format!(
                "the file with `-wal` after its name is damaged {after} commits after its beginning: what was entered later is lost"
            ))
        };
        let little = match word(log, 0) {
            Some(0x377f_0682) => true,
            Some(0x377f_0683) => false,
            _ => return damaged(0),
        };
        if word(log, 8) != Some(self.size as u32) || log.len() < 32 {
            return damaged(0);
        }
        let mut sums = (0u32, 0u32);
        checksum(&mut sums, &log[..24], little);
        if (word(log, 24), word(log, 28)) != (Some(sums.0), Some(sums.1)) {
            return damaged(0);
        }
        let salts = (word(log, 16), word(log, 20));
        let mut waiting: Vec<(u32, &'a [u8])> = Vec::new();
        let mut commits = 0;
        let mut frames = log[32..].chunks_exact(24 + self.size);
        for frame in frames.by_ref() {
            if (word(frame, 8), word(frame, 12)) != salts {
                // What an earlier round of the log left behind.
                return None;
            }
            checksum(&mut sums, &frame[..8], little);
            checksum(&mut sums, &frame[24..], little);
            if (word(frame, 16), word(frame, 20)) != (Some(sums.0), Some(sums.1)) {
                return damaged(commits);
            }
            waiting.push((word(frame, 0)?, &frame[24..]));
            if word(frame, 4) != Some(0) {
                self.newer.extend(waiting.drain(..));
                commits += 1;
            }
        }
        None
    }

    fn page(&self, number: u32) -> Result<&'a [u8], String> {
        if let Some(page) = self.newer.get(&number) {
            return Ok(page);
        }
        let at = (number as usize).checked_sub(1).and_then(|before| before.checked_mul(self.size));
        let page = at.and_then(|at| self.bytes.get(at..at.checked_add(self.size)?));
        page.ok_or_else(|| format!("its page {number} is missing"))
    }

    /// Calls `visit` with every row of the table whose tree begins at a page, in order.
    fn table(&self, root: u32, visit: &mut impl FnMut(u64, &[Value]) -> Result<(), String>) -> Result<(), String> {
        // A page is visited once in a whole tree.
        let mut left = self.bytes.len() / self.size + self.newer.len() + 1;
        self.walk(root, 0, &mut left, visit)
    }

    fn walk(
        &self,
        number: u32,
        depth: usize,
        left: &mut usize,
        visit: &mut impl FnMut(u64, &[Value]) -> Result<(), String>,
    ) -> Result<(), String> {
        let wrong = || format!("its page {number} is not what was written");
        *left = left.checked_sub(1).filter(|_| depth < DEEPEST).ok_or_else(wrong)?;
        let page = self.page(number)?;
        let start = if number == 1 { 100 } else { 0 };
        let count = half(page, start + 3).ok_or_else(wrong)?;
        let inner = match page.get(start) {
            Some(0x05) => true,
            Some(0x0d) => false,
            _ => return Err(wrong()),
        };
        let first = start + if inner { 12 } else { 8 };
        for cell in 0..count {
            let at = half(page, first + 2 * cell).ok_or_else(wrong)?;
            if inner {
                self.walk(word(page, at).ok_or_else(wrong)?, depth + 1, left, visit)?;
            } else {
                let (row, payload) = self.cell(page, at).ok_or_else(wrong)?;
                visit(row, &record(&payload).ok_or_else(wrong)?)?;
            }
        }
        if inner {
            self.walk(word(page, start + 8).ok_or_else(wrong)?, depth + 1, left, visit)?;
        }
        Ok(())
    }

    /// A row's number and its bytes, those on overflow pages included.
    fn cell(&self, page: &[u8], at: usize) -> Option<(u64, Vec<u8>)> {
        let (length, at) = varint(page, at)?;
        let (row, at) = varint(page, at)?;
        let length = usize::try_from(length).ok().filter(|n| *n <= self.bytes.len() + self.newer.len() * self.size)?;
        let most = self.usable - 35;
        let local = if length <= most {
            length
        } else {
            let least = (self.usable - 12) * 32 / 255 - 23;
            let fitting = least + (length - least) % (self.usable - 4);
            if fitting <= most { fitting } else { least }
        };
        let mut payload = page.get(at..at + local)?.to_vec();
        let mut next = if local < length { word(page, at + local)? } else { 0 };
        while payload.len() < length {
            let page = self.page(next).ok()?;
            next = word(page, 0)?;
            let part = (length - payload.len()).min(self.usable - 4);
            payload.extend_from_slice(page.get(4..4 + part)?);
        }
        Some((row, payload))
    }
}

/// SQLite's checksum of a write-ahead log.
fn checksum(sums: &mut (u32, u32), bytes: &[u8], little: bool) {
    for eight in bytes.chunks_exact(8) {
        let read = |at: usize| {
            let four = [eight[at], eight[at + 1], eight[at + 2], eight[at + 3]];
            if little { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) }
        };
        sums.0 = sums.0.wrapping_add(read(0)).wrapping_add(sums.1);
        sums.1 = sums.1.wrapping_add(read(4)).wrapping_add(sums.0);
    }
}

/// The columns of a row.
fn record(payload: &[u8]) -> Option<Vec<Value>> {
    let (header, mut at) = varint(payload, 0)?;
    let mut body = usize::try_from(header).ok()?;
    let end = body;
    let mut values = Vec::new();
    while at < end {
        let (kind, next) = varint(payload, at)?;
        at = next;
        let length = match kind {
            0 | 8 | 9 => 0,
            1..=4 => kind as usize,
            5 => 6,
            6 | 7 => 8,
            10 | 11 => return None,
            _ => usize::try_from((kind - 12) / 2).ok()?,
        };
        let part = payload.get(body..body.checked_add(length)?)?;
        body += length;
        values.push(match kind {
            0 | 7 => Value::Null,
            8 => Value::Integer(0),
            9 => Value::Integer(1),
            1..=6 => {
                let negative = part[0] & 0x80 != 0;
                let start = if negative { -1i64 } else { 0 };
                Value::Integer(part.iter().fold(start, |value, byte| value << 8 | i64::from(*byte)))
            }
            kind if kind % 2 == 0 => Value::Blob(part.to_vec()),
            _ => Value::Text(String::from_utf8(part.to_vec()).ok()?),
        });
    }
    Some(values)
}
