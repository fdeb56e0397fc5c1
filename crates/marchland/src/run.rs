//! `marchland run`: one game, as a story or as JSON.

use clap::Args;
use marchland_experiments::run::LostDecisions;
use marchland_report::figures::Words as _;
use marchland_report::screen::Screen;
use marchland_report::story::{self, Heading};
use marchland_report::{blocks, why};
use marchland_sim::turn::{Engine, Game, Setup};

use crate::failure::{self, Failure};
use crate::format::{Format, Output, StoryFormats};
use crate::game_json::{GameInputs, GameText};
use crate::open::{self, GameFlags, NOTICE};

/// Play one game and tell it.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    game: GameFlags,
    /// The game's seed, a whole number from 0 below 2^53.
    #[arg(long, default_value_t = 1, value_parser = open::seed)]
    seed: u64,
    /// Tell why this indicator stands where it does at the end: its causes, followed to their
    /// beginning.
    #[arg(long, value_name = "INDICATOR")]
    why: Option<String>,
    /// Tell block by block when this player's strategy acted, and why it did not: of strategies made of
    /// rules or of a plan.
    #[arg(long, value_name = "PLAYER")]
    blocks: Option<String>,
    #[command(flatten)]
    output: Output<StoryFormats>,
    /// Tell it in short: the outcome, and a paragraph a quarter.
    #[arg(long)]
    brief: bool,
    /// Leave causes out of the JSON; faster.
    #[arg(long)]
    no_trace: bool,
}

/// Runs the command.
///
/// # Errors
/// As the exit codes say.
pub fn run(options: &Options) -> Result<(), Failure> {
    let json = options.output.json();
    if json && (options.why.is_some() || options.blocks.is_some()) {
        return Err(Failure::Usage(
            "--why and --blocks cannot be used with --format json: they belong to a told game".into(),
        ));
    }
    if json && options.brief {
        return Err(Failure::Usage("--brief cannot be used with --format json: it belongs to a told game".into()));
    }
    if options.no_trace && !json {
        return Err(Failure::Usage("--no-trace belongs to --format json: a told game needs its causes".into()));
    }
    // A told game writes nothing before its end: there is nothing to keep.
    ctrlc::set_handler(move || {
        use std::io::Write as _;
        let kept = if json { "what was written is no whole game" } else { "nothing was written" };
        let _ = writeln!(anstream::stderr(), "interrupted: {kept}");
        std::process::exit(3);
    })
    .map_err(|error| Failure::Input(format!("cannot watch for interruption: {error}")))?;
    let opened = options.game.open()?;
    let scenario = &opened.scenario;
    let why = match &options.why {
        None => None,
        Some(path) => Some(scenario.catalogue.indicator(path).ok_or_else(|| {
            let paths = scenario.catalogue.indicators.iter().map(|info| info.path.as_str());
            let found =
                marchland_game::Diagnostic::error("unknown-indicator", format!("there is no indicator `{path}`"));
            Failure::Findings(vec![found.choose(path, paths)])
        })?),
    };
    let blocks = match &options.blocks {
        None => None,
        Some(id) => Some(scenario.catalogue.player(id).ok_or_else(|| {
            let players = scenario.catalogue.players.iter().map(|player| player.id.as_str());
            let found = marchland_game::Diagnostic::error("unknown-player", format!("there is no player `{id}`"));
            Failure::Findings(vec![found.choose(id, players)])
        })?),
    };
    let tracing = !options.no_trace;
    let mut game = Engine::new(scenario).with_assumed(opened.assumed.clone()).start(&Setup {
        variant: opened.variant.clone(),
        lineup: opened.composed.lineup.clone(),
        seed: options.seed,
        turns: opened.turns,
        tracing,
    });
    game.set_recording(true);
    if json {
        let played = GameInputs {
            variant: &opened.variant,
            seed: options.seed,
            strategies: &opened.composed.names,
            added: opened.added.as_ref(),
        };
        return write_json(&played, &mut game, tracing);
    }
    let mut records = Vec::new();
    while !game.is_over() {
        game.step();
        records.push(game.last_record().clone());
    }
    let outcome = game.outcome();
    let belief = opened.variant.belief_name();
    let heading = Heading { seed: options.seed, belief, strategies: &opened.composed.names };
    let mut screen = match options.brief {
        true => story::brief(scenario, &records, &outcome, &heading, NOTICE),
        false => story::whole(scenario, &records, &outcome, &heading, NOTICE),
    };
    let mut lost = LostDecisions::default();
    lost.add(scenario.catalogue.players.iter().map(|player| player.id.as_str()), &outcome);
    if !lost.is_none() {
        screen.plain(&format!("\n{}", lost.words()));
    }
    if let Some(indicator) = why {
        why::write(&mut screen, scenario, &records, indicator);
    }
    if let Some(player) = blocks {
        blocks::write(&mut screen, scenario, &records, player);
    }
    if options.output.format == Format::Html {
        return failure::print(marchland_report::map::chronicle(&screen, &game, &records));
    }
    told(&screen, options.output.format, &scenario.title)
}

/// Plays a game and writes it as JSON, each turn when it has been played.
fn write_json(played: &GameInputs<'_>, game: &mut Game, traced: bool) -> Result<(), Failure> {
    let scenario = &*played.variant.scenario;
    let (mut text, begin) = GameText::begin(played, Vec::new(), traced, NOTICE);
    failure::print_json(&begin)?;
    while !game.is_over() {
        game.step();
        failure::print_json(&text.turn(scenario, game.last_record()))?;
    }
    failure::print_json(&format!("{}\n", text.end(scenario, &game.outcome())))
}

/// Prints a told game in a format.
///
/// # Errors
/// It cannot be written.
pub fn told(screen: &Screen, format: Format, title: &str) -> Result<(), Failure> {
    match format {
        Format::Markdown => failure::print(screen.markdown()),
        Format::Html => failure::print(screen.html(title, title)),
        _ => failure::print(screen.clone()),
    }
}
