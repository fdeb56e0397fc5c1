//! What the fuzz targets call, shared with the test that mutates the project's own files.

use marchland_equilibria::error::Error;
use marchland_equilibria::{nfg, tensor};

/// Any text is a game or a located error, and a game that was read is written and read back alike.
pub fn read_nfg(text: &str) {
    match nfg::read(text) {
        Ok(game) => {
            let back = nfg::read(&nfg::write(&game)).expect("what was written is a game");
            for player in 0..game.player_count() {
                assert_eq!(back.tensor(player), game.tensor(player));
            }
        }
        Err(Error::Syntax { line, column, .. }) => {
            assert!(line <= text.matches('\n').count() + 1 && line > 0 && column > 0, "{line}:{column}");
        }
        Err(_) => {}
    }
}

/// Any bytes are a payoff tensor or an error.
pub fn read_tensor(bytes: &[u8]) {
    if let Ok(game) = tensor::read(bytes) {
        assert_eq!(tensor::read(&tensor::write(&game)), Ok(game));
    }
}
