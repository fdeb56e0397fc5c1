//! Files that prove themselves: a SHA-256 over all their bytes, written into them.
//!
//! The hash stands as 64 hexadecimal digits after a mark, and is taken with zeros in its own place. A second
//! mark elsewhere in the file says that it is sealed, so that no single error makes a sealed file look like
//! one from before there were seals.

use sha2::{Digest, Sha256};

/// Digits of a seal.
const DIGITS: usize = 64;

/// What stands in a seal's place until it is known.
pub(crate) fn blank() -> String {
    "0".repeat(DIGITS)
}

/// Where the seal after the last `mark` stands.
fn place(bytes: &[u8], mark: &[u8]) -> Option<std::ops::Range<usize>> {
    let at = found(bytes, mark).next_back()? + mark.len();
    (at + DIGITS <= bytes.len()).then_some(at..at + DIGITS)
}

/// Where a mark stands. Its first byte alone is looked for: files of hundreds of megabytes are read so.
fn found<'a>(bytes: &'a [u8], mark: &'a [u8]) -> impl DoubleEndedIterator<Item = usize> + 'a {
    let first = mark.first().copied().unwrap_or_default();
    let begins = bytes.iter().enumerate().filter(move |(_, byte)| **byte == first).map(|(at, _)| at);
    begins.filter(|at| bytes[*at..].starts_with(mark))
}

fn hash(bytes: &[u8], place: &std::ops::Range<usize>) -> String {
    let hash = Sha256::new()
        .chain_update(&bytes[..place.start])
        .chain_update(blank())
        .chain_update(&bytes[place.end..])
        .finalize();
    crate::run::hex(&hash)
}

/// Writes the seal into its blank; false where there is none.
pub(crate) fn write(bytes: &mut [u8], mark: &[u8]) -> bool {
    let Some(place) = place(bytes, mark) else { return false };
    let seal = hash(bytes, &place);
    bytes[place].copy_from_slice(seal.as_bytes());
    true
}

/// What is wrong with the seal of a file, where something is; files that bear neither mark have none.
pub(crate) fn problem(bytes: &[u8], mark: &[u8], second: &[u8]) -> Option<&'static str> {
    match place(bytes, mark) {
        Some(place) if hash(bytes, &place).as_bytes() == &bytes[place.clone()] => None,
        Some(_) => Some("its bytes are not those that were written: the checksum in it does not fit"),
        None if found(bytes, second).next().is_some() => {
            Some("its bytes are not those that were written: its checksum is missing")
        }
        None => None,
    }
}
