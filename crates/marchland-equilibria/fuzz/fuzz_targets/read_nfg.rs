//! Any text is a game or a located error, and a game that was read is written and read back alike.
#![no_main]

use libfuzzer_sys::fuzz_target;
use marchland_equilibria::error::Error;
use marchland_equilibria::nfg;

fuzz_target!(|text: &str| match nfg::read(text) {
    Ok(game) => {
        let back = nfg::read(&nfg::write(&game)).expect("what was written is a game");
        for player in 0..game.player_count() {
            assert_eq!(back.tensor(player), game.tensor(player));
        }
    }
    Err(Error::Syntax { line, column, .. }) => {
        assert!(line <= text.matches('\n').count() + 1 && line > 0 && column > 0);
    }
    Err(_) => {}
});
