//! QR codes, and hashes as policies write them.

use qrcode::render::{svg, unicode};
use qrcode::{EcLevel, QrCode};
use sha2::{Digest, Sha256};

/// A text as a QR code; empty where it is too long for one.
#[must_use]
pub fn svg(text: &str) -> String {
    QrCode::with_error_correction_level(text, EcLevel::M).map_or_else(
        |_| String::new(),
        |code| {
            let drawn = code.render::<svg::Color<'_>>().min_dimensions(132, 132).quiet_zone(true).build();
            // Without the prologue of a file of its own.
            drawn.split_once("?>").map_or(drawn.clone(), |(_, rest)| rest.to_owned())
        },
    )
}

/// A text as a QR code of half blocks, light on dark as terminals are; empty where it is too long for one.
#[must_use]
pub fn terminal(text: &str) -> String {
    QrCode::with_error_correction_level(text, EcLevel::L).map_or_else(
        |_| String::new(),
        |code| {
            let mut drawn = code.render::<unicode::Dense1x2>();
            let drawn = drawn.dark_color(unicode::Dense1x2::Light).light_color(unicode::Dense1x2::Dark).build();
            format!("{drawn}\n")
        },
    )
}

/// The SHA-256 of a text in base 64.
#[must_use]
pub fn base64_sha256(text: &str) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in Sha256::digest(text.as_bytes()).chunks(3) {
        let bits = three.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for at in 0..4 {
            out.push(if at <= three.len() { SIGNS[(bits >> (18 - 6 * at) & 63) as usize] as char } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_written_as_policies_write_it() {
        assert_eq!(base64_sha256(""), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    }

    #[test]
    fn a_link_fits_into_a_code() {
        let code = svg("http://192.168.178.200:7320/join/0123456789abcdef0123456789abcdef");
        assert!(code.contains("<svg") && !code.contains("<?xml") && !code.contains("style="), "{code}");
    }
}
