//! Any text is an expression or breaks at a byte of it; never a panic.
#![no_main]

#[path = "../entries.rs"]
#[allow(dead_code, reason = "each target calls one of them")]
mod entries;

libfuzzer_sys::fuzz_target!(|text: &str| entries::expression(text));
