//! The format of a game's file: a line that says what it is, then frames, each sealed over all before it.
//!
//! ```text
//! file   "Marchland game 2\n" frame*
//! frame  length u32 · kind u32 · check 8 bytes · payload · seal 32 bytes      (numbers little-endian)
//! check  the first bytes of SHA-256(seal before · "head" · length · kind)
//! seal   SHA-256(seal before · "body" · length · kind · payload); before the first: SHA-256 of the line
//! ```
//!
//! The file only grows, and a frame is written at once and synchronised before anything in it is
//! acknowledged. So whatever a copy, a reader or a kill catches is a beginning of the file: whole frames, and
//! at most the beginning of one that nobody was told of. A frame that is all there and does not fit its seal,
//! or whose head does not fit its check, is damage. One frame holds all entries of a commit, or none.

use std::io::{self, Read};

use marchland_sim::scenario::files::Layer;
use sha2::{Digest, Sha256};

/// What the file begins with, up to its format's number.
pub(super) const MARK: &[u8] = b"Marchland game ";
/// The whole first line.
pub(super) const FIRST_LINE: &[u8] = b"Marchland game 2\n";
/// The largest payload, in bytes: our choice, many times the files of any scenario. A frame of a stranger's file must not
/// ask for more memory than a program has.
pub(super) const MOST_PAYLOAD: usize = 64 << 20;
/// Bytes before a payload.
pub(super) const HEAD: usize = 16;
/// Bytes after a payload.
pub(super) const SEAL: usize = 32;

/// What a frame holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The scenario's files, once, first.
    Files = 1,
    /// Entries of one commit.
    Entries = 2,
    /// The end of a sitting, with the hash of the last entry.
    Closed = 3,
}

impl Kind {
    fn of(word: u32) -> Option<Self> {
        [Self::Files, Self::Entries, Self::Closed].into_iter().find(|kind| *kind as u32 == word)
    }
}

/// The seal of the last frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chain([u8; 32]);

impl Chain {
    /// Before the first frame.
    pub(super) fn start() -> Self {
        Self(Sha256::digest(FIRST_LINE).into())
    }

    fn head(&self, length: u32, kind: u32) -> [u8; HEAD] {
        let mut head = [0; HEAD];
        head[..4].copy_from_slice(&length.to_le_bytes());
        head[4..8].copy_from_slice(&kind.to_le_bytes());
        let check = Sha256::new().chain_update(self.0).chain_update(b"head").chain_update(&head[..8]).finalize();
        head[8..].copy_from_slice(&check[..8]);
        head
    }

    fn body(&self, length: u32, kind: u32, payload: &[u8]) -> Self {
        let hash = Sha256::new().chain_update(self.0).chain_update(b"body");
        let hash = hash.chain_update(length.to_le_bytes()).chain_update(kind.to_le_bytes());
        Self(hash.chain_update(payload).finalize().into())
    }

    /// A frame's bytes, and the seal that it ends with; none where the payload is above [`MOST_PAYLOAD`].
    pub(super) fn frame(&self, kind: Kind, payload: &[u8]) -> Option<(Vec<u8>, Self)> {
        let length = u32::try_from(payload.len()).ok().filter(|_| payload.len() <= MOST_PAYLOAD)?;
        let seal = self.body(length, kind as u32, payload);
        let mut bytes = Vec::with_capacity(HEAD + payload.len() + SEAL);
        bytes.extend_from_slice(&self.head(length, kind as u32));
        bytes.extend_from_slice(payload);
        bytes.extend_from_slice(&seal.0);
        Some((bytes, seal))
    }
}

/// What comes next in a file.
pub(super) enum Next {
    /// A whole frame, and the seal that it ends with.
    Frame(Kind, Vec<u8>, Chain),
    /// The end of the file.
    End,
    /// The beginning of a frame, or bytes that a failing computer left empty: nobody was told of it.
    Unfinished,
    /// Bytes that are not what was written; why.
    Damaged(String),
}

/// Reads the next frame, `left` bytes before the end of the file.
///
/// # Errors
/// The system's.
pub(super) fn next(chain: Chain, from: &mut impl Read, left: u64) -> io::Result<Next> {
    if left == 0 {
        return Ok(Next::End);
    }
    let mut head = [0; HEAD];
    if left < HEAD as u64 {
        return Ok(Next::Unfinished);
    }
    from.read_exact(&mut head)?;
    let word = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
    let (length, kind) = (word(0), word(4));
    if chain.head(length, kind) != head {
        if head == [0; HEAD] && rest_is_empty(from, left - HEAD as u64)? {
            return Ok(Next::Unfinished);
        }
        return Ok(Next::Damaged("what follows is not what was written".into()));
    }
    if left - (HEAD as u64) < u64::from(length) + SEAL as u64 {
        return Ok(Next::Unfinished);
    }
    if length as usize > MOST_PAYLOAD {
        return Ok(Next::Damaged(format!("what follows is said to be {} MiB long", length >> 20)));
    }
    // The file is as long as that: no more is asked for than there is.
    let mut payload = vec![0; length as usize];
    from.read_exact(&mut payload)?;
    let mut seal = [0; SEAL];
    from.read_exact(&mut seal)?;
    let body = chain.body(length, kind, &payload);
    if body.0 != seal {
        return Ok(Next::Damaged("what follows is not what was written: its hash does not fit".into()));
    }
    Ok(match Kind::of(kind) {
        Some(kind) => Next::Frame(kind, payload, body),
        None => Next::Damaged(format!("what follows is of a kind ({kind}) that this program does not know")),
    })
}

fn rest_is_empty(from: &mut impl Read, left: u64) -> io::Result<bool> {
    for byte in io::BufReader::new(from.take(left)).bytes() {
        if byte? != 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

/// One entry as a frame holds it.
#[derive(Debug)]
pub(super) struct Item<'a> {
    pub(super) parent: u64,
    pub(super) branch: u32,
    pub(super) text: &'a str,
    pub(super) readings: Option<&'a [u8]>,
}

/// Stands for an entry without readings.
const NONE: u32 = u32::MAX;

/// Adds an entry to a payload; where its readings begin in it.
pub(super) fn add(payload: &mut Vec<u8>, item: &Item<'_>) -> usize {
    payload.extend_from_slice(&item.parent.to_le_bytes());
    payload.extend_from_slice(&item.branch.to_le_bytes());
    payload.extend_from_slice(&(item.text.len() as u32).to_le_bytes());
    payload.extend_from_slice(item.text.as_bytes());
    payload.extend_from_slice(&item.readings.map_or(NONE, |bytes| bytes.len() as u32).to_le_bytes());
    let place = payload.len();
    payload.extend_from_slice(item.readings.unwrap_or_default());
    place
}

/// The entries of a payload, each with the place of its readings in it; none where it is not one.
pub(super) fn items(payload: &[u8]) -> Option<Vec<(Item<'_>, usize)>> {
    let mut found = Vec::new();
    let mut at = 0usize;
    let mut take = |length: usize| {
        let part = payload.get(at..at.checked_add(length)?)?;
        at += length;
        Some((part, at))
    };
    while let Some((parent, _)) = take(8) {
        let parent = u64::from_le_bytes(parent.try_into().ok()?);
        let branch = u32::from_le_bytes(take(4)?.0.try_into().ok()?);
        let length = u32::from_le_bytes(take(4)?.0.try_into().ok()?);
        let text = std::str::from_utf8(take(length as usize)?.0).ok()?;
        let (length, place) = take(4)?;
        let length = u32::from_le_bytes(length.try_into().ok()?);
        let readings = if length == NONE { None } else { Some(take(length as usize)?.0) };
        found.push((Item { parent, branch, text, readings }, place));
    }
    let whole: usize = found.iter().map(|(item, _)| 20 + item.text.len() + item.readings.map_or(0, <[u8]>::len)).sum();
    (whole == payload.len()).then_some(found)
}

/// Scenario files as a payload.
pub(super) fn layers(layers: &[Layer]) -> Vec<u8> {
    let list: Vec<_> = layers.iter().map(|layer| (&layer.name, &layer.text, layer.own, layer.hashed)).collect();
    serde_json::to_vec(&list).expect("names and texts")
}

/// The scenario files of a payload.
pub(super) fn layers_of(payload: &[u8]) -> Option<Vec<Layer>> {
    let list: Vec<(String, String, bool, bool)> = serde_json::from_slice(payload).ok()?;
    Some(list.into_iter().map(|(name, text, own, hashed)| Layer { name, text, own, hashed }).collect())
}
