//! Calling the program, and what every test of it asks.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The program's file.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_marchland");

/// The program, to be given arguments.
pub fn marchland() -> Command {
    Command::new(PROGRAM)
}

/// A scenario of the repository, by the name of its folder or file.
pub fn scenario(name: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios")).join(name)
}

/// A path as an argument.
pub fn text(path: &Path) -> &str {
    path.to_str().expect("a path of text")
}

/// Runs the program to its end.
pub fn run(arguments: &[&str]) -> Output {
    marchland().args(arguments).output().expect("the program starts")
}

/// Standard output of a call that succeeds.
#[track_caller]
pub fn done(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// A call that is refused with this exit code, whose standard error says all of `says` and tells of no panic.
#[track_caller]
pub fn refused(code: i32, says: &[&str], arguments: &[&str]) {
    let output = run(arguments);
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {error}");
    for text in says {
        assert!(error.contains(text), "{arguments:?} says\n{error}\nand not: {text}");
    }
    assert!(!error.contains("panicked"), "{error}");
}
