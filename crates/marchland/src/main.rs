//! The command `marchland`: [`marchland::main`] with the process's own arguments.

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(marchland::main(std::env::args_os()))
}
