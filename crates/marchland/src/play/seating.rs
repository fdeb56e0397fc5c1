//! Who sits where when a game is opened.

use std::path::PathBuf;

use marchland_game::nearest;
use marchland_session::{Holder, Opening, SessionError, Source};

use super::Options;
use crate::failure::Failure;

/// The opening that the flags ask for.
///
/// # Errors
/// A seat or strategy that there is not, a number of people without a preset, or flags that contradict.
pub fn opening(options: &Options, source: &Source) -> Result<Opening, Failure> {
    let scenario = &source.scenario;
    let catalogue = &scenario.catalogue;
    let mut opening = source.opening(options.seed);
    if let Some(belief) = &options.belief {
        opening.belief = Some(belief.clone());
    }
    opening.parameters = options.set.clone();
    opening.turns = options.turns.unwrap_or(scenario.calendar.horizon).min(scenario.calendar.horizon);
    opening.facilitator = options.facilitator;
    let smallest = scenario.presets.iter().min_by_key(|preset| preset.people);
    match options.people {
        Some(people) => {
            let preset = scenario.presets.iter().find(|preset| preset.people == people);
            let preset = match (preset, smallest) {
                (Some(preset), _) => preset.clone(),
                (None, Some(first)) if people == 1 => {
                    let mut one = first.clone();
                    one.seats.truncate(1);
                    one
                }
                _ => {
                    let known: Vec<String> = scenario.presets.iter().map(|preset| preset.people.to_string()).collect();
                    return Err(Failure::Input(format!(
                        "this scenario has no preset for {people} people; it has: {}; or name seats with --seat PLAYER=human",
                        if known.is_empty() { "none".to_owned() } else { known.join(", ") }
                    )));
                }
            };
            for seat in &preset.seats {
                opening.seats[seat.index()].1 = Holder::Human;
            }
            opening.minutes = preset.minutes;
            opening.aims.clone_from(&preset.aims);
        }
        None if options.seats.is_empty() && !options.facilitator => {
            // One person, alone: the first seat of the smallest preset, or else the first player.
            let seat = smallest.and_then(|preset| preset.seats.first()).map_or(0, |seat| seat.index());
            opening.seats[seat].1 = Holder::Human;
        }
        None => {}
    }
    let names: Vec<&str> = catalogue.players.iter().map(|player| player.id.as_str()).collect();
    for (player, holder) in &options.seats {
        let Some(at) = names.iter().position(|name| name == player) else {
            let near = nearest(player, &names).map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            return Err(Failure::Input(format!(
                "there is no player `{player}`{near}; there are: {}",
                names.join(", ")
            )));
        };
        opening.seats[at].1 = match holder.as_str() {
            "human" | "person" => Holder::Human,
            text => {
                source.strategy(player, text).map_err(failed)?;
                Holder::Strategy(text.to_owned())
            }
        };
    }
    Ok(opening)
}

/// The file of a new game: the one named, or a free name after the scenario.
#[must_use]
pub fn file(options: &Options, scenario: &str) -> PathBuf {
    options.file.clone().unwrap_or_else(|| {
        let first = PathBuf::from(format!("{scenario}.march"));
        let mut numbered = (2u32..10_000).map(|n| PathBuf::from(format!("{scenario}-{n}.march")));
        if first.exists() { numbered.find(|path| !path.exists()).unwrap_or(first) } else { first }
    })
}

/// A hash's first sixteen digits, in fours: short enough to write on paper.
pub fn short(head: &str) -> String {
    let digits: Vec<char> = head.chars().take(16).collect();
    digits.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// A session's error as a failure of the command.
pub fn failed(error: SessionError) -> Failure {
    match error {
        SessionError::Findings(findings) => Failure::Findings(findings),
        SessionError::NotKept { .. } | SessionError::Lost { .. } => {
            Failure::Output(std::io::Error::other(error.to_string()))
        }
        SessionError::Damaged { .. } => Failure::Damaged(error.to_string()),
        other => Failure::Input(other.to_string()),
    }
}
