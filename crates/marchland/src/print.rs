//! `marchland print`: what a table without screens needs, on paper.

use std::path::{Path, PathBuf};

use clap::Args;
use marchland_game::{Diagnostic, PlayerId};
use marchland_report::paper;
use marchland_session::{Course, Replay, is_game};
use marchland_sim::turn::{Engine, Game, Setup};
use marchland_strategies::Registry;

use crate::failure::{self, Failure};
use crate::open::{GameFlags, NOTICE};
use crate::output;
use crate::play::seating::failed;

/// Write briefing packs, order sheets and public tracks, a page a seat, to be printed on A4: of a scenario
/// at its start, or of a game's file as it stands.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    game: GameFlags,
    /// The folder to write into; `paper/SCENARIO` unless given.
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// Write this seat's pack and the facilitator's only. May be repeated.
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
    if is_game(&options.game.scenario) {
        return of_file(options);
    }
    let opened = options.game.open()?;
    let game = Engine::new(&opened.scenario).start(&Setup {
        variant: opened.variant.clone(),
        lineup: opened.composed.lineup.clone(),
        seed: options.seed,
        turns: opened.turns,
        tracing: false,
    });
    write(&game, None, None, options)
}

/// The packs of a game's file: of its people's seats unless seats are named.
fn of_file(options: &Options) -> Result<(), Failure> {
    let flags = &options.game;
    let changed = flags.turns.is_some()
        || flags.belief.is_some()
        || flags.more_strategies.is_some()
        || !(flags.strategies.is_empty() && flags.set.is_empty());
    if changed {
        return Err(Failure::Usage("a game's file holds its turns, belief, strategies and parameters already".into()));
    }
    let registry = Registry::standard().with(marchland_session::RECORDED);
    let mut replay = Replay::open(&flags.scenario, None, &registry).map_err(failed)?;
    while replay.next_stage().map_err(failed)?.is_some() {}
    let course = replay.course();
    write(&course.game, Some(course), Some(course.people()), options)
}

/// Writes the packs of a game at its present moment: of the seats named, or of a preset, or of all seats, and always the
/// facilitator's. In a game, all seats are those of its people.
fn write(game: &Game, course: Option<&Course>, held: Option<Vec<PlayerId>>, options: &Options) -> Result<(), Failure> {
    let scenario = game.scenario();
    let catalogue = &scenario.catalogue;
    let players: Vec<PlayerId> = match (options.seat.as_slice(), options.people) {
        ([], None) => match held {
            Some(people) => people,
            None => (0..catalogue.players.len()).map(PlayerId::from_index).collect(),
        },
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
    let folder = options.out.as_deref().map_or_else(|| Path::new("paper").join(&catalogue.scenario), Path::to_path_buf);
    std::fs::create_dir_all(&folder).map_err(|error| refused(&folder, &error))?;
    let mut pages: Vec<(String, String)> = players
        .into_iter()
        .map(|player| {
            let id = &catalogue.players[player.index()].id;
            let past = course.map_or_else(paper::Past::default, |course| paper::Past {
                records: &course.records,
                cards: course.cards(1, Some(player)).collect(),
            });
            (format!("{id}.html"), paper::reprint(game, &past, player, NOTICE))
        })
        .collect();
    // Whoever is to lead a table needs it, whichever seats are printed.
    pages.push(("facilitator.html".into(), paper::chair(game.variant(), NOTICE)));
    for (name, page) in &pages {
        let path = folder.join(name);
        output::write(&path, page.as_bytes())?;
    }
    let count = marchland_report::number::counted(pages.len() as u64, "page");
    failure::print(format!("{count} in {}: open and print them with any browser\n", folder.display()))
}

fn refused(path: &Path, error: &std::io::Error) -> Failure {
    Failure::Output(std::io::Error::new(error.kind(), format!("{}: {error}", path.display())))
}
