//! What the fuzz targets call, shared with the test that mutates the project's own files.

use marchland_game::Catalogue;
use marchland_sim::scenario::expression::{Scope, parse, resolve};
use marchland_sim::scenario::{LoadOptions, load_text};

/// Any text is a scenario or gets findings whose places lie in it; never a panic.
pub fn loader(text: &str) {
    let schemas = marchland_strategies::Registry::standard().schemas();
    let found = match load_text("fuzzed", text, &LoadOptions::new(marchland_laws::standard(), &schemas)) {
        Ok(loaded) => loaded.warnings,
        Err(found) => {
            assert!(!found.is_empty(), "a text that is no scenario has a finding");
            found
        }
    };
    for one in found {
        if let Some(span) = one.span {
            assert!(span.start <= span.end && span.end <= text.len(), "{span:?}");
        }
    }
}

/// Any text is an expression or breaks at a byte of it; never a panic.
pub fn expression(text: &str) {
    let catalogue = Catalogue::default();
    match parse(text) {
        Ok(ast) => {
            if let Err(found) = resolve(&ast, Scope::state(&catalogue)) {
                for (range, _) in found {
                    assert!(range.start <= range.end && range.end <= text.len(), "{range:?}");
                }
            }
        }
        Err(broken) => assert!(broken.at <= text.len(), "{}", broken.at),
    }
}
