//! Any text is a scenario or gets findings whose places lie in it; never a panic.
#![no_main]

#[path = "../entries.rs"]
#[allow(dead_code, reason = "each target calls one of them")]
mod entries;

libfuzzer_sys::fuzz_target!(|text: &str| entries::loader(text));
