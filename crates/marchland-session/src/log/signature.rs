//! Signatures of a game's head with a key that lies elsewhere: whoever may write to the file can chain its entries
//! anew, and cannot sign them.
//!
//! HMAC with SHA-256 (RFC 2104) of a head, the hash of an entry, which covers all entries before it. It is made and
//! checked with one key: who may check may sign.

use sha2::{Digest, Sha256};

use super::Log;
use crate::opening::hex;

/// The fewest bytes of a key.
pub const KEY_BYTES: usize = 16;

/// A block of SHA-256, in bytes.
const BLOCK: usize = 64;

fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut block = [0; BLOCK];
    if key.len() > BLOCK {
        block[..32].copy_from_slice(&Sha256::digest(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let padded = |with: u8| block.map(|byte| byte ^ with);
    let mut inner = Sha256::new().chain_update(padded(0x36));
    for part in parts {
        inner.update(part);
    }
    Sha256::new().chain_update(padded(0x5c)).chain_update(inner.finalize()).finalize().into()
}

/// What is signed of a head, so that the key may serve for other things too.
const OF: &[u8] = b"head of a Marchland game\n";

impl Log {
    /// The signature of the head, in hexadecimal.
    #[must_use]
    pub fn signature(&self, key: &[u8]) -> String {
        hex(&hmac(key, &[OF, &self.last_hash()]))
    }

    /// The last entry up to which a signature, or its first hexadecimal digits, covers the game.
    #[must_use]
    pub fn entry_with_signature(&self, key: &[u8], digits: &str) -> Option<u64> {
        let digits = digits.to_ascii_lowercase();
        let signs = |hash: &[u8; 32]| hex(&hmac(key, &[OF, hash])).starts_with(&digits);
        self.hashes.iter().rposition(signs).map(|at| at as u64 + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, cases 1, 2 and 6: a short key, a shorter one, one longer than a block.
    #[test]
    fn signatures_are_those_of_the_standard() {
        let cases: [(&[u8], &[u8], &str); 3] = [
            (&[0x0b; 20], b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
            (
                b"Jefe",
                b"what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (
                &[0xaa; 131],
                b"Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
        ];
        for (key, text, signature) in cases {
            let (first, rest) = text.split_at(3);
            assert_eq!(hex(&hmac(key, &[first, rest])), signature);
        }
    }
}
