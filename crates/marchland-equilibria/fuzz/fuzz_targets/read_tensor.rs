//! Any bytes are a payoff tensor or an error.
#![no_main]

use libfuzzer_sys::fuzz_target;
use marchland_equilibria::tensor;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(game) = tensor::read(bytes) {
        assert_eq!(tensor::read(&tensor::write(&game)), Ok(game));
    }
});
