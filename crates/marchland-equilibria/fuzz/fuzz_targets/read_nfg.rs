//! Any text is a game or a located error, and a game that was read is written and read back alike.
#![no_main]

#[path = "../entries.rs"]
#[allow(dead_code, reason = "each target calls one of them")]
mod entries;

libfuzzer_sys::fuzz_target!(|text: &str| entries::read_nfg(text));
