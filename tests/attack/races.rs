//! Several that make one file, folder or page at the same moment.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use marchland_session::{Entry, Log};

use crate::flips;
use crate::program::{Random, call, folder, path, scenario};
use crate::tally::Tally;

pub fn races(races: u64, random: &mut Random, tally: &mut Tally) {
    let folder = folder();
    let old = flips::closed_game(folder.path());
    for race in 0..races {
        let at = folder.path().join(format!("race {race}"));
        std::fs::create_dir(&at).expect("a folder");
        let found = match race % 3 {
            0 => of_games(&at, random),
            1 => of_copies(&at, &old),
            _ => of_results(&at),
        };
        tally.count(["of games", "of copies", "of results folders"][(race % 3) as usize], 1);
        tally.tried(found.map_err(|why| format!("race {race}: {why}")));
        let _ = std::fs::remove_dir_all(&at);
    }
}

/// Starts commands together and waits for all; their codes.
fn together(commands: Vec<Command>) -> Vec<(Option<i32>, String)> {
    let children: Vec<Child> = commands
        .into_iter()
        .map(|mut command| {
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
            command.spawn().expect("the program starts")
        })
        .collect();
    children
        .into_iter()
        .map(|child| {
            let ended = child.wait_with_output().expect("a child");
            (ended.status.code(), String::from_utf8_lossy(&ended.stderr).into_owned())
        })
        .collect()
}

/// Nothing but these is left in a folder.
fn only(folder: &Path, names: &[&str]) -> Result<(), String> {
    let mut found: Vec<String> = std::fs::read_dir(folder)
        .map_err(|error| error.to_string())?
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    found.retain(|name| !names.contains(&name.as_str()));
    if found.is_empty() { Ok(()) } else { Err(format!("{} is left behind", found.join(", "))) }
}

fn one_winner(ended: &[(Option<i32>, String)]) -> Result<usize, String> {
    let winners: Vec<usize> = (0..ended.len()).filter(|at| ended[*at].0 == Some(0)).collect();
    match winners[..] {
        [one] => {
            match ended.iter().find(|(code, said)| *code != Some(0) && (*code != Some(1) || said.trim().is_empty())) {
                None => Ok(one),
                Some((code, said)) => Err(format!("a loser ended with {code:?}: {said}")),
            }
        }
        _ => Err(format!("{} of {} won: {ended:?}", winners.len(), ended.len())),
    }
}

fn of_games(at: &Path, random: &mut Random) -> Result<(), String> {
    let file = at.join("game.march");
    let seeds: Vec<u64> = (0..2 + random.below(2)).collect();
    let commands = seeds
        .iter()
        .map(|seed| {
            let mut command = Command::new(path());
            command.arg("play").arg(scenario("chicken.ron")).args(["--seed", &seed.to_string(), "--file"]).arg(&file);
            command
        })
        .collect();
    let winner = one_winner(&together(commands))?;
    only(at, &["game.march"])?;
    let log = Log::read(&file).map_err(|error| error.to_string())?;
    match log.rows().first().map(|row| &row.entry) {
        Some(Entry::Opened(opening)) if opening.seed == seeds[winner] && log.broken().is_none() => Ok(()),
        _ => Err("the file is not the winner's".into()),
    }
}

fn of_copies(at: &Path, old: &Path) -> Result<(), String> {
    let file = at.join("copy.march");
    let command = || {
        let mut command = Command::new(path());
        command.arg("convert").arg(old).arg(&file);
        command
    };
    one_winner(&together(vec![command(), command()]))?;
    only(at, &["copy.march"])?;
    let (copy, original) = (Log::read(&file), Log::read(old));
    match (copy, original) {
        (Ok(copy), Ok(original)) if copy.head() == original.head() && copy.broken().is_none() => Ok(()),
        _ => Err("the copy is not the game".into()),
    }
}

/// Two batches on one folder: one plays at a time, and the folder is whole afterwards.
fn of_results(at: &Path) -> Result<(), String> {
    let out = at.join("results");
    let command = || {
        let mut command = Command::new(path());
        command.arg("batch").arg(scenario("chicken.ron")).args(["--games", "64", "--games-per-part", "16", "--quiet"]);
        command.arg("--out").arg(&out);
        command
    };
    let ended = together(vec![command(), command()]);
    if ended.iter().all(|(code, _)| *code != Some(0)) {
        return Err(format!("nobody won: {ended:?}"));
    }
    if let Some((code, said)) = ended.iter().find(|(code, _)| !matches!(code, Some(0 | 1))) {
        return Err(format!("a loser ended with {code:?}: {said}"));
    }
    call(&["summarise", &out.to_string_lossy(), "--json"]).with(0)?;
    only(
        &out.join("games"),
        &["part-00000.parquet", "part-00001.parquet", "part-00002.parquet", "part-00003.parquet"],
    )?;
    match std::fs::read_dir(out.join("games")).map(|parts| parts.count()) {
        Ok(4) => Ok(()),
        other => Err(format!("of 4 parts there are {other:?}")),
    }
}
