//! Any text is an expression or breaks at a byte of it; never a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use marchland_game::Catalogue;
use marchland_sim::scenario::expression::{Scope, parse, resolve};

fuzz_target!(|text: &str| {
    let catalogue = Catalogue::default();
    match parse(text) {
        Ok(ast) => {
            if let Err(found) = resolve(&ast, Scope::state(&catalogue)) {
                for (range, _) in found {
                    assert!(range.start <= range.end && range.end <= text.len());
                }
            }
        }
        Err(broken) => assert!(broken.at <= text.len()),
    }
});
