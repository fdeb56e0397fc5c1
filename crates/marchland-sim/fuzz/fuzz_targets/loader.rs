//! Any text is a scenario or gets findings whose places lie in it; never a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use marchland_sim::scenario::{LoadOptions, load_text};

fuzz_target!(|text: &str| {
    let schemas = marchland_strategies::Registry::standard().schemas();
    let found = match load_text("fuzzed", text, &LoadOptions::new(&schemas)) {
        Ok(loaded) => loaded.warnings,
        Err(found) => {
            assert!(!found.is_empty());
            found
        }
    };
    for one in found {
        if let Some(span) = one.span {
            assert!(span.start <= span.end && span.end <= text.len(), "{span:?}");
        }
    }
});
