//! Game files and tensors in Gambit and OpenSpiel, and files that must be refused.
//!
//! Where Python has both packages, it loads what we write and reports every payoff; elsewhere the
//! transcript of such a run is compared with what we write now.

use std::fs;
use std::path::Path;
use std::process::Command;

use marchland_equilibria::error::Error;
use marchland_equilibria::nfg::{self, Names};
use marchland_equilibria::tensor;

use super::reference::{cases, folder};

/// The games of which the transcript tells.
const TOLD: [&str; 4] = ["2p_chicken", "2p_rand_3x3_s1", "3p_rand_2x3x4_s11", "5p_coordination"];

/// One line per game and program: the payoffs in the program's own words, in our order of profiles.
fn expected() -> String {
    let mut text = String::new();
    for case in cases().into_iter().filter(|case| TOLD.contains(&case.id.as_str())) {
        let game = &case.game;
        for program in ["gambit nfg", "openspiel nfg", "openspiel npy"] {
            let profiles = game.profiles().map(|profile| {
                let payoffs = (0..game.player_count()).map(|player| format!("{:?}", game.payoff(player, &profile)));
                payoffs.collect::<Vec<_>>().join(" ")
            });
            text.push_str(&format!("{program} {}: {}\n", case.id, profiles.collect::<Vec<_>>().join(" | ")));
        }
    }
    text
}

#[test]
fn gambit_and_open_spiel_load_what_we_write() {
    let folder_of_files = tempfile::tempdir().expect("a scratch folder");
    for case in cases().into_iter().filter(|case| TOLD.contains(&case.id.as_str())) {
        let path = folder_of_files.path().join(&case.id);
        fs::write(path.with_extension("nfg"), nfg::write(&case.game)).expect("a writable folder");
        fs::write(path.with_extension("npy"), tensor::write(&case.game)).expect("a writable folder");
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = std::env::var("MARCHLAND_PYTHON").unwrap_or_else(|_| "python3".into());
    let run = Command::new(python).arg(root.join("python/load_games.py")).arg(folder_of_files.path()).output();
    let stored = root.join("python/load_games.transcript");
    match run {
        Ok(output) if output.status.success() => {
            let text = String::from_utf8(output.stdout).expect("the script prints text");
            assert_eq!(text, expected());
            if std::env::var_os("MARCHLAND_UPDATE_TRANSCRIPTS").is_some() {
                fs::write(&stored, &text).expect("the transcript can be written");
            }
        }
        // Exit code 77: a package is missing. Anything else is a failure to load.
        Ok(output) if output.status.code() != Some(77) => {
            panic!("{}", String::from_utf8_lossy(&output.stderr));
        }
        _ => {}
    }
    let stored = fs::read_to_string(stored).expect("the transcript of a run with both packages");
    assert_eq!(stored, expected());
}

#[test]
fn names_travel_beside_the_file() {
    for case in cases() {
        let (file, sidecar) = (nfg::write(&case.game), Names::of(&case.game).to_json());
        let back = Names::from_json(&sidecar).and_then(|names| names.apply(&nfg::read(&file)?)).expect("what we write");
        assert_eq!(back.strategies(), case.game.strategies(), "{}", case.id);
        assert_eq!(back.players(), case.game.players(), "{}", case.id);
        for player in 0..back.player_count() {
            assert_eq!(back.tensor(player), case.game.tensor(player), "{}", case.id);
        }
    }
}

/// Cut anywhere before its last payoff, a file is refused, never misread.
#[test]
fn truncated_files_are_refused() {
    for case in cases() {
        let text = fs::read_to_string(folder().join(format!("{}.nfg", case.id))).expect("a text file");
        let trimmed = text.trim_end();
        let last = trimmed.rfind(char::is_whitespace).expect("several words");
        for cut in (0..=last).filter(|&cut| trimmed.is_char_boundary(cut)) {
            match nfg::read(&trimmed[..cut]) {
                Err(Error::Syntax { line, column, .. }) => assert!(line > 0 && column > 0),
                other => panic!("{} cut at {cut}: {other:?}", case.id),
            }
        }
        let bytes = tensor::write(&case.game);
        for cut in 0..bytes.len() {
            assert!(matches!(tensor::read(&bytes[..cut]), Err(Error::Tensor(_))), "{} cut at {cut}", case.id);
        }
    }
}

/// A file that claims a billion profiles is refused at once.
#[test]
fn a_billion_profiles_take_no_memory() {
    let counts = ["10"; 9].join(" ");
    let names = ["\"p\""; 9].join(" ");
    let text = format!("NFG 1 R \"huge\" {{ {names} }} {{ {counts} }} 1 2 3");
    assert!(matches!(nfg::read(&text), Err(Error::TooLarge { .. })));
}
