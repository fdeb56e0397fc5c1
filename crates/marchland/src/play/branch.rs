//! `marchland branch`, `branches`, `divergence` and `verify`: what can be done with a game's file.

use std::path::{Path, PathBuf};

use clap::Args;
use marchland_report::branches;
use marchland_session::forecast::{Forecaster, Odds, Position, StandIns};
use marchland_session::{
    Ending, KEY_BYTES, Log, Replay, SessionError, Side, begin_branch, divergence, quoted, standing, verify,
};
use marchland_sim::scenario::{Scenario, files};
use marchland_strategies::Registry;
use serde_json::json;

use super::seating::failed;
use crate::failure::{self, Failure};
use crate::format::{FigureFormats, Format, Output, PageFormats};
use crate::open::NOTICE;

/// Go back to the start of a turn, in a new branch; the old future stays.
#[derive(Args)]
pub struct Begin {
    /// The game's file and a turn that was reached: FILE@TURN.
    #[arg(value_name = "FILE@TURN")]
    game: String,
    #[command(flatten)]
    output: Output<FigureFormats>,
}

/// List the branches of a game.
#[derive(Args)]
pub struct List {
    /// The game's file.
    file: PathBuf,
    #[command(flatten)]
    output: Output<FigureFormats>,
}

/// Compare two games, or two branches of one: where they part, and indicators side by side.
#[derive(Args)]
pub struct Compare {
    /// A game's file, with a branch where it is not the one being played: FILE or FILE@BRANCH.
    a: String,
    /// Another, of the same scenario.
    b: String,
    /// Futures that are played from where each stands, for its odds; 200 with `--format html`, none otherwise unless given.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(8..=100_000))]
    futures: Option<u64>,
    #[command(flatten)]
    output: Output<PageFormats>,
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
    /// A file that holds a secret of at least 16 bytes, kept elsewhere than the game: the head is signed with it.
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// A signature that was made with the key before, whole or its first digits: whether everything that it covers is
    /// still there, unchanged.
    #[arg(long, value_name = "HEX", requires = "key", value_parser = signature)]
    signature: Option<String>,
    #[command(flatten)]
    output: Output<FigureFormats>,
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
    /// Of a damaged game, copy the entries before the damage: the copy can be played on.
    #[arg(long)]
    salvage: bool,
}

/// Copies a game.
///
/// # Errors
/// The file is no game or damaged, or the new one exists or cannot be written.
pub fn convert(options: &Convert) -> Result<(), Failure> {
    let log = Log::read(&options.file).map_err(failed)?;
    match log.broken() {
        Some(_) if options.salvage => log.salvage(&options.to),
        _ => log.copy(&options.to),
    }
    .map_err(failed)?;
    let to = quoted(&options.to);
    let entries = match log.rows().len() {
        1 => "1 entry".to_owned(),
        more => format!("{more} entries"),
    };
    let lost = match (log.broken(), log.ending()) {
        (Some(why), _) => format!(" What came later is lost: {why}."),
        (None, Ending::Open { bytes }) if *bytes > 0 => format!(
            " Not in it are {bytes} bytes at the old file's end: the beginning of something that was not acknowledged, unless \
             the end of that file is missing (`marchland verify --head` tells which)."
        ),
        _ => String::new(),
    };
    failure::print(format!("The new file holds {entries}; `marchland resume {to}` goes on there.{lost}\n"))
}

/// Hexadecimal digits of a head, without the blanks it is written with.
fn head(text: &str) -> Result<String, String> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    match (8..=64).contains(&digits.len()) && digits.chars().all(|c| c.is_ascii_hexdigit()) {
        true => Ok(digits),
        false => Err("a head is 8 to 64 hexadecimal digits, as a sitting prints it at its end".into()),
    }
}

/// Hexadecimal digits of a signature, without blanks.
fn signature(text: &str) -> Result<String, String> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    match (16..=64).contains(&digits.len()) && digits.chars().all(|c| c.is_ascii_hexdigit()) {
        true => Ok(digits),
        false => Err("a signature is 16 to 64 hexadecimal digits, as `verify --key` prints it".into()),
    }
}

/// The largest file of a key, in bytes.
const LARGEST_KEY: u64 = 1 << 16;

/// The secret that a file holds, without the line feed that an editor leaves at its end.
fn key(path: &Path) -> Result<Vec<u8>, Failure> {
    let wrong = |why: String| Failure::Input(format!("the key in {}: {why}", path.display()));
    let mut bytes = files::bytes_of(path, LARGEST_KEY).map_err(|error| wrong(error.to_string()))?;
    while bytes.last().is_some_and(|byte| b"\r\n".contains(byte)) {
        bytes.pop();
    }
    match bytes.len() >= KEY_BYTES {
        true => Ok(bytes),
        false => Err(wrong(format!("it has {} bytes, and a key has at least {KEY_BYTES}", bytes.len()))),
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
    if options.output.json() {
        return object(&json!({"branch": branch, "turn": turn}));
    }
    let path = quoted(file);
    let text = format!("Branch {branch} begins at turn {turn}; `marchland resume {path}` plays on in it.\n");
    failure::print(text)
}

/// Lists branches.
///
/// # Errors
/// The file is no game.
pub fn list(options: &List) -> Result<(), Failure> {
    let list = Log::read(&options.file).map_err(failed)?.branches();
    if options.output.json() { object(&json!(list)) } else { failure::print(branches::listed(&list)) }
}

/// Compares two games.
///
/// # Errors
/// One of them is no game, or has no such branch, or they are of different scenarios.
pub fn compare(options: &Compare) -> Result<(), Failure> {
    let ((a, first), (b, second)) = (at(&options.a), at(&options.b));
    let sides = (Side { file: a, branch: first }, Side { file: b, branch: second });
    let parted = divergence(&sides.0, &sides.1, &Registry::standard()).map_err(failed)?;
    let replay = Replay::open(a, first, &Registry::standard()).map_err(failed)?;
    let scenario = std::sync::Arc::clone(&replay.course().source.scenario);
    let futures = options.futures.or((options.output.format == Format::Html).then_some(PAGE_FUTURES));
    let odds = futures.map(|games| odds(&sides, &scenario, games)).transpose()?.flatten();
    let both = odds.as_ref().map(|(left, right)| (left, right));
    match options.output.format {
        Format::Json => {
            let mut value = json!(parted);
            if let Some((left, right)) = &both {
                value["odds"] = json!([left, right]);
                value["verdict"] = json!(branches::verdict((left, right), ("the first", "the second")));
            }
            object(&value)
        }
        Format::Html => {
            failure::print(branches::page(&scenario, &parted, both, (short(&options.a), short(&options.b)), NOTICE))
        }
        _ => failure::print(branches::side_by_side(&scenario, &parted, both)),
    }
}

/// The name of a side without the folders that it lies in.
fn short(side: &str) -> &str {
    side.rsplit(['/', '\\']).next().unwrap_or(side)
}

/// Futures of each side of a page, unless told otherwise.
const PAGE_FUTURES: u64 = 200;

/// The odds of both sides, where neither is over.
fn odds(
    sides: &(Side<'_>, Side<'_>),
    scenario: &std::sync::Arc<Scenario>,
    games: u64,
) -> Result<Option<(Odds, Odds)>, Failure> {
    let registry = Registry::standard();
    let standing = |side| standing(side, &registry).map_err(failed);
    let (Some(first), Some(second)) = (standing(&sides.0)?, standing(&sides.1)?) else { return Ok(None) };
    let forecaster = Forecaster::new(scenario, &registry).map_err(|error| failed(error.into()))?;
    let of = |(position, stand_ins): &(Position, StandIns)| {
        forecaster.odds_from_truth(position, stand_ins, &scenario.shown, games)
    };
    Ok(Some((of(&first), of(&second))))
}

/// Checks a game; whether it holds.
///
/// # Errors
/// There is no such file, or it is foreign, newer or locked; or the key cannot be read, or is too short.
pub fn check(options: &Check) -> Result<bool, Failure> {
    let key = options.key.as_deref().map(key).transpose()?;
    let verified = match verify(&options.file, &Registry::standard()) {
        Ok(verified) => verified,
        Err(SessionError::Damaged { why, .. }) => {
            // Damaged beyond its chain: there is nothing to count.
            let difference = json!({"entry": null, "turn": null, "what": why});
            if options.output.json() {
                object(&json!({"ok": false, "turns": 0, "decisions": 0, "first_difference": difference}))?;
            } else {
                failure::print(format!("It is damaged: {why}. It is left as it is.\n"))?;
            }
            return Ok(false);
        }
        Err(error) => return Err(failed(error)),
    };
    let log = match options.head.is_some() || key.is_some() {
        true => Some(Log::read(&options.file).map_err(failed)?),
        false => None,
    };
    let head = options.head.as_deref().zip(log.as_ref()).map(|(digits, log)| log.entry_with_head(digits));
    let signed = key.as_deref().zip(log.as_ref()).map(|(key, log)| {
        let found = options.signature.as_deref().map(|digits| log.entry_with_signature(key, digits));
        (log.signature(key), found)
    });
    // What does not hold is not signed.
    let signed = signed.filter(|(_, found)| verified.ok || found.is_some());
    if options.output.json() {
        let mut value = json!(verified);
        if let Some(entry) = head {
            value["head_found_at"] = json!(entry);
        }
        if let Some((signature, found)) = &signed {
            value["signature"] = json!(verified.ok.then_some(signature));
            if let Some(entry) = found {
                value["signature_found_at"] = json!(entry);
            }
        }
        object(&value)?;
    } else {
        let mut screen = branches::verified(&verified) + &branches::head_found(head, verified.entries);
        if let Some((signature, found)) = &signed {
            screen += &branches::signed(verified.ok.then_some(signature), *found, verified.entries);
        }
        failure::print(screen)?;
    }
    let found = signed.and_then(|(_, found)| found);
    Ok(verified.ok && [head, found].iter().flatten().all(Option::is_some))
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
    failure::print_json(&format!("{value}\n"))
}
