//! `marchland print`: what a table without screens needs, on paper.

use std::path::{Path, PathBuf};

use clap::Args;
use marchland_game::{Diagnostic, PlayerId};
use marchland_session::paper;
use marchland_sim::turn::{Game, Setup};

use crate::failure::{self, Failure};
use crate::open::{GameFlags, NOTICE};

/// Write briefing packs, order sheets and public tracks, a page a seat, to be printed on A4.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    game: GameFlags,
    /// The folder to write into; `paper/SCENARIO` unless given.
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// Write this seat's pack only. May be repeated.
    #[arg(long, value_name = "PLAYER")]
    seat: Vec<String>,
    /// Write the packs of the scenario's preset for so many people.
    #[arg(long, value_name = "N", conflicts_with = "seat")]
    people: Option<u32>,
    /// Seed of the game, a whole number from 0 below 2^53.
    #[arg(long, default_value_t = 1, value_parser = crate::open::seed)]
    seed: u64,
}

/// Runs the command.
///
/// # Errors
/// The scenario, a seat or the number of people is wrong, or a page cannot be written.
pub fn run(options: &Options) -> Result<(), Failure> {
    let opened = options.game.open()?;
    let mut game = Game::new(&opened.scenario);
    game.start(&Setup {
        variant: opened.variant.clone(),
        lineup: opened.composed.lineup.clone(),
        seed: options.seed,
        turns: opened.turns,
        tracing: false,
    });
    write(&game, &options.seat, options.people, options.out.as_deref())
}

/// Writes the packs of a game at its present moment: of the seats named, or of a preset, or of all seats
/// and the chair.
fn write(game: &Game, seats: &[String], people: Option<u32>, out: Option<&Path>) -> Result<(), Failure> {
    let scenario = game.scenario();
    let catalogue = &scenario.catalogue;
    let mut chair = true;
    let players: Vec<PlayerId> = match (seats, people) {
        ([], None) => (0..catalogue.players.len()).map(PlayerId::from_index).collect(),
        ([], Some(people)) => {
            let preset = scenario.presets.iter().find(|preset| preset.people == people);
            preset.map(|preset| preset.seats.clone()).ok_or_else(|| {
                let known: Vec<String> = scenario.presets.iter().map(|preset| preset.people.to_string()).collect();
                Failure::Input(if known.is_empty() {
                    "this scenario has no presets of seats; name seats with --seat".into()
                } else {
                    format!("there is no preset for {people} people; there are presets for {}", known.join(", "))
                })
            })?
        }
        (named, _) => {
            chair = false;
            let find = |name: &String| {
                catalogue.player(name).ok_or_else(|| {
                    let found = Diagnostic::error("unknown-player", format!("there is no player `{name}`"));
                    let names = catalogue.players.iter().map(|player| player.id.as_str());
                    Failure::Findings(vec![found.choose(name, names)])
                })
            };
            named.iter().map(find).collect::<Result<_, _>>()?
        }
    };
    let folder = out.map_or_else(|| Path::new("paper").join(&catalogue.scenario), Path::to_path_buf);
    std::fs::create_dir_all(&folder).map_err(|error| refused(&folder, &error))?;
    let mut pages: Vec<(String, String)> = players
        .into_iter()
        .map(|player| {
            let id = &catalogue.players[player.index()].id;
            (format!("{id}.html"), paper::seat(game, player, NOTICE))
        })
        .collect();
    if chair {
        pages.push(("facilitator.html".into(), paper::chair(game.variant(), NOTICE)));
    }
    for (name, page) in &pages {
        let path = folder.join(name);
        std::fs::write(&path, page).map_err(|error| refused(&path, &error))?;
    }
    let count = crate::sessions::count(pages.len() as u64, "page");
    failure::print(format!("{count} in {}: open and print them with any browser\n", folder.display()).as_bytes())
}

fn refused(path: &Path, error: &std::io::Error) -> Failure {
    Failure::Output(std::io::Error::new(error.kind(), format!("{}: {error}", path.display())))
}
