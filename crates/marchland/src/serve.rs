//! `marchland serve`: the table in a browser.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Args;
use marchland_report::visible::line;
use marchland_server::{GameCard, Limits, Listening, Lobby, Play, ScenarioCard, Server, ServerError, Tls};
use marchland_session::{Log, SessionError, Source, Table, is_game, quoted};
use marchland_sim::scenario::files;
use marchland_strategies::Registry;

use crate::failure::{self, Failure};
use crate::format::{FigureFormats, Output};
use crate::open;
use crate::play::{self, seating};

/// Play in browsers: a page for each seat, the chair and a projector.
///
/// Without a scenario or a game it opens a lobby: scenarios of ./scenarios to start, games of this folder to go on
/// with.
#[derive(Args)]
pub struct Options {
    /// A scenario to start, or a game's file to go on with.
    scenario: Option<PathBuf>,
    /// Seats for so many people, as the scenario's preset has them.
    #[arg(long)]
    people: Option<u32>,
    /// Who holds a seat: `human`, or a strategy by name. May be repeated.
    #[arg(long = "seat", value_name = "PLAYER=human|STRATEGY", value_parser = open::seated)]
    seats: Vec<(String, String)>,
    /// The game's seed, a whole number from 0 below 2^53; 1 unless given.
    #[arg(long, value_parser = open::seed)]
    seed: Option<u64>,
    /// The game's file, which must not exist; SCENARIO.march unless given.
    #[arg(long, value_name = "GAME")]
    file: Option<PathBuf>,
    /// Turns (months) to play; the scenario's horizon unless fewer.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    turns: Option<u32>,
    /// Nobody adjudicates: a stage resolves when every person has submitted.
    #[arg(long)]
    no_chair: bool,
    /// Where to listen.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:7320")]
    bind: SocketAddr,
    /// A name by which browsers ask for this machine. May be repeated.
    #[arg(long = "host", value_name = "NAME")]
    hosts: Vec<String>,
    /// Encrypt, in a build with `--features tls`: with a certificate of the table's own, whose fingerprint is printed, unless
    /// --cert and --key are given.
    #[arg(long)]
    tls: bool,
    /// A certificate chain in PEM.
    #[arg(long, value_name = "FILE", requires = "key")]
    cert: Option<PathBuf>,
    /// Its key in PEM.
    #[arg(long, value_name = "FILE", requires = "cert")]
    key: Option<PathBuf>,
    /// Listen beyond this machine without encryption.
    #[arg(long)]
    insecure: bool,
    /// Open the first link in a browser.
    #[arg(long)]
    open: bool,
}

impl Options {
    /// Flags of a new game are refused where there is none.
    fn fit(&self) -> Result<(), Failure> {
        let place = match &self.scenario {
            None => "leave it out, and begin the game in the lobby",
            Some(path) if is_game(path) => "this game has begun, so leave it out",
            Some(_) => return Ok(()),
        };
        let given = [
            ("--people", self.people.is_some()),
            ("--seat", !self.seats.is_empty()),
            ("--seed", self.seed.is_some()),
            ("--file", self.file.is_some()),
            ("--turns", self.turns.is_some()),
            ("--no-chair", self.no_chair),
        ];
        match given.iter().find(|(_, given)| *given) {
            Some((flag, _)) => Err(Failure::Usage(format!("`{flag}` is for a scenario to start: {place}"))),
            None => Ok(()),
        }
    }
}

/// Runs the command until it is interrupted.
///
/// # Errors
/// The scenario or the game cannot be opened, or the address cannot be listened at.
pub fn run(options: &Options) -> Result<(), Failure> {
    options.fit()?;
    let tls = match (&options.cert, &options.key) {
        (Some(cert), Some(key)) => Some(Tls::Files(cert.clone(), key.clone())),
        _ => options.tls.then_some(Tls::Own),
    };
    let open_to_others = !options.bind.ip().is_loopback() && tls.is_none();
    let listening = Listening::at(marchland_server::Options {
        bind: options.bind,
        insecure: options.insecure,
        hosts: options.hosts.clone(),
        tls,
        limits: Limits::default(),
        fixed_key: None,
    })
    .map_err(wrong)?;
    // A game is begun where it can be served: what is refused leaves no file behind.
    let play = match &options.scenario {
        None => Play::Lobby(lobby()),
        Some(path) => Play::Table(Box::new(table(path, options)?)),
    };
    let server = Server::serve(play, listening).map_err(wrong)?;
    let links = server.links().map_err(wrong)?;
    let mut text = format!("The table is at {}\n\n", server.url());
    let width = links.iter().map(|link| link.role.len()).max().unwrap_or(0);
    for link in &links {
        let role = if link.role == "screen" { "projector" } else { &link.role };
        text += &format!("  {role:width$}  {}\n", link.address, width = width.max(9));
    }
    if server.is_hidden() {
        text += "\nThe system does not say by which address others reach this machine: give it with --host.\n";
    } else if !options.bind.ip().is_loopback() {
        // Seats are for phones; whoever runs the table has the links of the chair and the projector above.
        for link in links.iter().filter(|link| !matches!(link.role.as_str(), "chair" | "host" | "screen" | "observer"))
        {
            text += &format!("\n{}\n{}", link.role, marchland_server::terminal_code(&link.address));
        }
    }
    if links.iter().any(|link| link.role == "chair") {
        text += "\nEach link lets devices into one part; hand a seat its own. The chair's page has a join sheet with QR codes to \
                 print.\n";
    }
    if let Some(print) = server.fingerprint() {
        text += &format!("The certificate's SHA-256 fingerprint: {print}\n");
    }
    if open_to_others {
        text += "Not encrypted: everybody on this network can read along.\n";
    }
    text += "Ctrl-C ends the server; everything acknowledged is in the game's file.\n";
    failure::print(text)?;
    if options.open
        && let Some(first) = links.first()
    {
        show(&first.address);
    }
    server.wait();
    let Some(closed) = server.end() else { return Ok(()) };
    let (path, head) = (quoted(&closed.path), seating::short(&closed.head));
    failure::print(format!(
        "\nEverything entered is kept in {path}; `marchland serve {path}` goes on.\nIts head is {head}. Write that down: `marchland verify {path} --head '{head}'` proves later that nothing up to here was changed or taken away.\n"
    ))
}

fn wrong(error: ServerError) -> Failure {
    match error {
        ServerError::Insecure(_) => Failure::Usage(error.to_string()),
        ServerError::System(_) => Failure::Output(std::io::Error::other(error.to_string())),
        other => Failure::Input(other.to_string()),
    }
}

/// Opens a link in whatever the desktop opens links in.
fn show(address: &str) {
    let program = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    // A desktop without one shows nothing; the link is printed.
    let _ = std::process::Command::new(program)
        .arg(address)
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn();
}

fn registry() -> Registry {
    Registry::standard().with(marchland_session::RECORDED)
}

fn table(path: &Path, options: &Options) -> Result<Table, Failure> {
    if is_game(path) {
        return Table::open(path, &registry()).map_err(seating::failed);
    }
    begin(&play::Options {
        seats: options.seats.clone(),
        file: options.file.clone(),
        turns: options.turns,
        ..started(path.to_owned(), options.people, options.seed.unwrap_or(1), !options.no_chair)
    })
}

/// What a game is started with, as `play` takes it.
fn started(scenario: PathBuf, people: Option<u32>, seed: u64, chair: bool) -> play::Options {
    play::Options {
        scenario,
        people,
        seats: Vec::new(),
        seed,
        file: None,
        facilitator: chair,
        output: Output::<FigureFormats>::default(),
        turns: None,
        belief: None,
        set: Vec::new(),
        strategies: None,
        timeout: 10.0,
        no_clear: false,
    }
}

fn begin(options: &play::Options) -> Result<Table, Failure> {
    let registry = registry();
    // Refused here with its excerpts where it is wrong, or names a program.
    open::scenario(&options.scenario, &registry).map(drop)?;
    let found = open::read(&options.scenario)?;
    let source = Source::load(found, &registry).map_err(seating::failed)?;
    let mut opening = seating::opening(options, &source)?;
    if options.people.is_none() && options.seats.is_empty() {
        // A table wants people: the smallest preset's seats, or else every player's.
        let smallest = source.scenario.presets.iter().min_by_key(|preset| preset.people);
        for (at, seat) in opening.seats.iter_mut().enumerate() {
            if smallest.is_none_or(|preset| preset.seats.iter().any(|player| player.index() == at)) {
                seat.1 = marchland_session::Holder::Human;
            }
        }
    }
    let path = seating::file(options, &opening.scenario);
    Table::create(&path, &source, &opening).map_err(seating::failed)
}

/// The folder whose scenarios the lobby offers.
const SCENARIOS: &str = "scenarios";

fn lobby() -> Lobby {
    Lobby {
        scenarios: Box::new(scenarios),
        games: Box::new(games),
        start: Box::new(|name, people, seed, chair| {
            let path = scenario_paths().into_iter().find(|path| named(path) == name);
            let Some(path) = path else { return Err(format!("there is no scenario `{}`", line(name))) };
            let options = started(path, people, open::seed(&seed.to_string())?, chair);
            begin(&options).map_err(|failure| failure.text())
        }),
        open: Box::new(|name| {
            let path = game_paths().into_iter().find(|path| named(path) == name);
            let Some(path) = path else { return Err(format!("there is no game `{}`", line(name))) };
            Table::open(&path, &registry()).map_err(|error: SessionError| error.to_string())
        }),
    }
}

/// The name of a file or folder, by which a form asks for it: never a path.
fn named(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned())
}

fn listed(folder: &str, wanted: impl Fn(&Path) -> bool) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| wanted(path)).collect();
    paths.sort();
    paths
}

fn scenario_paths() -> Vec<PathBuf> {
    listed(SCENARIOS, |path| {
        named(path) != files::BASE
            && (path.join(files::ENTRY).is_file() || path.extension().is_some_and(|end| end == "ron"))
    })
}

fn game_paths() -> Vec<PathBuf> {
    listed(".", |path| path.is_file() && is_game(path))
}

fn scenarios() -> Vec<ScenarioCard> {
    let card = |path: PathBuf| {
        let found = files::read(&path).ok()?;
        let source = Source::load(found, &registry()).ok()?;
        let scenario = &source.scenario;
        Some(ScenarioCard {
            name: named(&path),
            title: scenario.title.clone(),
            description: scenario.description.clone(),
            presets: scenario.presets.iter().map(|preset| (preset.people, preset.minutes)).collect(),
        })
    };
    scenario_paths().into_iter().filter_map(card).collect()
}

fn games() -> Vec<GameCard> {
    let card = |path: PathBuf| {
        let about = match Log::read(&path) {
            Ok(log) => {
                let current = log.branches().into_iter().find(|branch| branch.current);
                let stands = current.map_or_else(String::new, |branch| format!("turn {}", branch.stands_in));
                format!("{} entries, {stands}", log.rows().len())
            }
            Err(error) => error.to_string(),
        };
        GameCard { name: named(&path), about }
    };
    game_paths().into_iter().map(card).collect()
}
