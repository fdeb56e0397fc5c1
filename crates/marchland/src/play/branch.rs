//! `marchland branch`, `branches`, `divergence` and `verify`: what can be done with a game's file.

use std::path::{Path, PathBuf};

use clap::Args;
use marchland_session::{
    Branch, Divergence, Ending, Log, SessionError, Side, Verified, begin_branch, divergence, quoted, verify,
};
use marchland_strategies::Registry;
use serde_json::json;

use super::seating::failed;
use crate::failure::{self, Failure};
use crate::wording::{number, trend};

/// Go back to the start of a turn, in a new branch; the old future stays.
#[derive(Args)]
pub struct Begin {
    /// The game's file and a turn that was reached: FILE@TURN.
    #[arg(value_name = "FILE@TURN")]
    game: String,
    /// Print one JSON object instead of text.
    #[arg(long)]
    json: bool,
}

/// List the branches of a game.
#[derive(Args)]
pub struct List {
    /// The game's file.
    file: PathBuf,
    /// Print a JSON array instead of text.
    #[arg(long)]
    json: bool,
}

/// Compare two games, or two branches of one: where they part, and indicators side by side.
#[derive(Args)]
pub struct Compare {
    /// A game's file, with a branch where it is not the one being played: FILE or FILE@BRANCH.
    a: String,
    /// Another, of the same scenario.
    b: String,
    /// Print one JSON object instead of text.
    #[arg(long)]
    json: bool,
}

/// Check a game: that its log is what was written, and that replaying it gives what it says.
///
/// Exit code 3 where it does not hold. Nothing is written to the file.
#[derive(Args)]
pub struct Check {
    /// The game's file.
    file: PathBuf,
    /// The head that was written down at the end of a sitting, whole or its first digits: whether everything
    /// entered up to then is still there, unchanged.
    #[arg(long, value_name = "HASH", value_parser = head)]
    head: Option<String>,
    /// Print one JSON object instead of text: `ok`, `turns`, `decisions`, `first_difference`.
    #[arg(long)]
    json: bool,
}

/// Copy a game of an older format into a new file of today's; the old one stays as it is.
///
/// Of a game of today's format it makes a fresh copy.
#[derive(Args)]
pub struct Convert {
    /// The game's file.
    file: PathBuf,
    /// The new file, which must not exist.
    to: PathBuf,
}

/// Copies a game.
///
/// # Errors
/// The file is no game or damaged, or the new one exists or cannot be written.
pub fn convert(options: &Convert) -> Result<(), Failure> {
    let log = Log::read(&options.file).map_err(failed)?;
    log.copy(&options.to).map_err(failed)?;
    let to = quoted(&options.to);
    let text = format!("{} entries are in {to}; `marchland resume {to}` goes on there.\n", log.rows().len());
    failure::print(text.as_bytes())
}

/// Hexadecimal digits of a head, without the blanks it is written with.
fn head(text: &str) -> Result<String, String> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    match (8..=64).contains(&digits.len()) && digits.chars().all(|c| c.is_ascii_hexdigit()) {
        true => Ok(digits),
        false => Err("a head is 8 to 64 hexadecimal digits, as a sitting prints it at its end".into()),
    }
}

/// Begins a branch.
///
/// # Errors
/// The file is no game that can be continued, or the turn was not reached in it.
pub fn begin(options: &Begin) -> Result<(), Failure> {
    let (file, turn) = at(&options.game);
    let Some(turn) = turn else {
        return Err(Failure::Usage("a branch begins at a turn: FILE@TURN".into()));
    };
    let branch = begin_branch(file, turn, &Registry::standard()).map_err(failed)?;
    if options.json {
        return object(&json!({"branch": branch, "turn": turn}));
    }
    let path = quoted(file);
    let text = format!("Branch {branch} begins at turn {turn}; `marchland resume {path}` plays on in it.\n");
    failure::print(text.as_bytes())
}

/// Lists branches.
///
/// # Errors
/// The file is no game.
pub fn list(options: &List) -> Result<(), Failure> {
    let list = Log::read(&options.file).map_err(failed)?.branches();
    if options.json { object(&json!(list)) } else { failure::print(listed(&list).as_bytes()) }
}

/// Branches as text.
#[must_use]
pub fn listed(list: &[Branch]) -> String {
    let mut text = String::new();
    for branch in list {
        let begun = match (branch.from, branch.turn) {
            (Some(from), Some(turn)) => format!("left branch {from} at the start of turn {turn}"),
            _ => "the first".to_owned(),
        };
        let stands = if branch.over {
            format!("over after turn {}", branch.stands_in)
        } else {
            format!("stands in turn {}", branch.stands_in)
        };
        let mark = if branch.current { "*" } else { " " };
        text += &format!("{mark} {} {begun}, {stands}\n", branch.branch);
    }
    text
}

/// Compares two games.
///
/// # Errors
/// One of them is no game, or has no such branch, or they are of different scenarios.
pub fn compare(options: &Compare) -> Result<(), Failure> {
    let ((a, first), (b, second)) = (at(&options.a), at(&options.b));
    let sides = (Side { file: a, branch: first }, Side { file: b, branch: second });
    let parted = divergence(&sides.0, &sides.1, &Registry::standard()).map_err(failed)?;
    if options.json { object(&json!(parted)) } else { failure::print(side_by_side(&parted).as_bytes()) }
}

fn side_by_side(parted: &Divergence) -> String {
    let mut text = match parted.turn {
        None => format!("They are the same, as far as both go: {} and {} turns.\n", parted.turns.0, parted.turns.1),
        Some(turn) => format!("They part in turn {turn}.\n"),
    };
    for what in &parted.what {
        text += &format!("  {what}\n");
    }
    let common = parted.turns.0.min(parted.turns.1);
    if common > 0 {
        text += &format!("At the end of turn {common}, the first, the second, and their courses\n");
    }
    let width = parted.indicators.iter().map(|item| item.indicator.len()).max().unwrap_or(0);
    for item in &parted.indicators {
        if let Some((a, b)) = item.values.last() {
            let first: Vec<f64> = item.values.iter().map(|(a, _)| *a).collect();
            let second: Vec<f64> = item.values.iter().map(|(_, b)| *b).collect();
            text += &format!(
                "  {:<width$}  {:>8}  {:>8}  {}  {}\n",
                item.indicator,
                number(*a),
                number(*b),
                trend(&first),
                trend(&second)
            );
        }
    }
    text
}

/// Checks a game; whether it holds.
///
/// # Errors
/// There is no such file, or it is foreign, newer or locked.
pub fn check(options: &Check) -> Result<bool, Failure> {
    let verified = match verify(&options.file, &Registry::standard()) {
        Ok(verified) => verified,
        Err(SessionError::Damaged { why, .. }) => {
            // Damaged beyond its chain: there is nothing to count.
            let difference = json!({"entry": null, "turn": null, "what": why});
            if options.json {
                object(&json!({"ok": false, "turns": 0, "decisions": 0, "first_difference": difference}))?;
            } else {
                failure::print(format!("It is damaged: {why}. It is left as it is.\n").as_bytes())?;
            }
            return Ok(false);
        }
        Err(error) => return Err(failed(error)),
    };
    let known = match &options.head {
        Some(digits) => Some(Log::read(&options.file).map_err(failed)?.entry_with_head(digits)),
        None => None,
    };
    if options.json {
        let mut value = json!(verified);
        if let Some(entry) = known {
            value["head_found_at"] = json!(entry);
        }
        object(&value)?;
    } else {
        let mut text = told(&verified);
        match known {
            Some(Some(entry)) => {
                text += &format!(
                    "Entry {entry} of {} has the head given: everything up to it is what it was then.\n",
                    verified.entries
                );
            }
            Some(None) => {
                text += "No entry has the head given: what was entered up to then was changed or taken away.\n";
            }
            None => {}
        }
        failure::print(text.as_bytes())?;
    }
    Ok(verified.ok && known.is_none_or(|entry| entry.is_some()))
}

fn told(verified: &Verified) -> String {
    let counts = format!(
        "{} turns, {} decisions, {} entries in {} branch{}",
        verified.turns,
        verified.decisions,
        verified.entries,
        verified.branches,
        if verified.branches == 1 { "" } else { "es" }
    );
    match &verified.first_difference {
        None => {
            let end = match verified.ending {
                Ending::Closed | Ending::Old => String::new(),
                Ending::Played => "It is being played at the moment.\n".to_owned(),
                Ending::Open { bytes: 0 } => {
                    "Its last sitting was not closed: the program was ended, or the end of the file is missing. \
                     A head that was written down (--head) tells which.\n"
                        .to_owned()
                }
                Ending::Open { bytes } => format!(
                    "Its last sitting was not closed, and {bytes} bytes at its end are the beginning of something \
                     that was not acknowledged, unless the end of the file is missing: --head tells which.\n"
                ),
            };
            format!(
                "It holds: {counts}. Last hash {}. That proves against accidents; against whoever may write to the \
                 file, compare a head written down (--head).\n{end}",
                verified.head
            )
        }
        Some(difference) => format!("It does not hold: {difference}. ({counts})\n"),
    }
}

/// A file and the number after its last `@`.
fn at(text: &str) -> (&Path, Option<u32>) {
    // A file whose own name ends like that is itself.
    if Path::new(text).is_file() {
        return (Path::new(text), None);
    }
    match text.rsplit_once('@').and_then(|(file, number)| Some((file, number.parse().ok()?))) {
        Some((file, number)) => (Path::new(file), Some(number)),
        None => (Path::new(text), None),
    }
}

fn object(value: &serde_json::Value) -> Result<(), Failure> {
    failure::print(format!("{value}\n").as_bytes())
}
