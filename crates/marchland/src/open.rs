//! Opening a scenario and composing a game from a command's flags: what run, batch, tournament and
//! play share.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use clap::Args;
use marchland_experiments::compose::{self, NamedLineup};
use marchland_experiments::run::{AddedStrategies, Lever};
use marchland_game::stream::SEED_BOUND;
use marchland_game::{Diagnostic, Lineup, Span, StrategySpec, Value};
use marchland_report::diagnostics;
use marchland_report::number::counted;
use marchland_report::screen::Screen;
use marchland_sim::scenario::files::{self, Files, Layer};
use marchland_sim::scenario::{self, LoadOptions, Scenario};
use marchland_sim::turn::{Variant, parameter_value, unknown_belief};
use marchland_strategies::{ExternalPermission, Family, Registry};

use crate::failure::Failure;

/// The notice that every story, manifest and result bears.
pub const NOTICE: &str = "Analytical and educational model of public roles. Simulated conduct and odds are hypothetical; \
                          not evidence about any person, group or future event.";

/// Which game: the flags that run, batch and play have in common.
#[derive(Args, Clone)]
pub struct GameFlags {
    /// The scenario: a folder with a scenario.ron, or a single .ron file.
    pub scenario: PathBuf,
    /// Turns (months) to play; the scenario's horizon unless fewer.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    pub turns: Option<u32>,
    /// The belief set in force; the scenario's default unless given.
    #[arg(long, value_name = "NAME")]
    pub belief: Option<String>,
    /// A strategy for a player or population, by name or written in place:
    /// `russia=r1-memo-portfolio`, `'russia=Quantal(lambda: 3)'`, `russia=log:GAME` for the decisions that a
    /// game's file has recorded of the player. May be repeated.
    #[arg(long = "strategy", value_name = "PLAYER=NAME", value_parser = seated)]
    pub strategies: Vec<(String, String)>,
    /// A file that adds strategies to the scenario's: `(strategies: [...])`, written as there.
    #[arg(long = "strategies", value_name = "FILE")]
    pub more_strategies: Option<PathBuf>,
    /// Let files of strategies and of experiments name programs to run: only files that you trust. A
    /// scenario may never.
    #[arg(long)]
    pub allow_external: bool,
    /// A parameter's value, or the name of a choice. May be repeated.
    #[arg(long = "set", value_name = "PARAMETER=VALUE", value_parser = pair)]
    pub set: Vec<(String, String)>,
    /// The longest wait for one decision of an outside program, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 10.0)]
    pub timeout: f64,
}

/// A flag of the form NAME=VALUE.
///
/// # Errors
/// Where the text is none.
pub fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() && !value.trim().is_empty() => {
            Ok((name.trim().to_owned(), value.trim().to_owned()))
        }
        _ => Err(format!("`{text}` should read NAME=VALUE")),
    }
}

/// A flag of the form PLAYER=STRATEGY, with `log:FILE` written out.
///
/// # Errors
/// Where the text is none.
pub fn seated(text: &str) -> Result<(String, String), String> {
    pair(text).map(|(player, strategy)| (player, marchland_session::written_out(&strategy)))
}

/// The families of strategies that a command line may name: outside programs and games' files among them,
/// since here a user names them himself.
#[must_use]
pub fn registry(timeout: Duration) -> Registry {
    families().with(marchland_session::RECORDED).allowing_external(ExternalPermission { timeout })
}

/// Families that a host has added.
static ADDED: RwLock<Vec<Family>> = RwLock::new(Vec::new());

/// Adds a family of strategies to those that every command knows in this process: for hosts that bring one.
pub fn add_family(family: Family) {
    let mut added = ADDED.write().unwrap_or_else(PoisonError::into_inner);
    added.retain(|known| known.schema.name != family.schema.name);
    added.push(family);
}

/// The standard families, and those of the host.
#[must_use]
pub fn families() -> Registry {
    let added = ADDED.read().unwrap_or_else(PoisonError::into_inner);
    added.iter().fold(Registry::standard(), |registry, family| registry.with(*family))
}

/// A seed: an integer from 0 below 2^53.
///
/// # Errors
/// Where the text is none.
pub fn seed(text: &str) -> Result<u64, String> {
    let wrong = || format!("a seed is a whole number from 0 to {}", SEED_BOUND - 1);
    text.parse::<u64>().ok().filter(|seed| *seed < SEED_BOUND).ok_or_else(wrong)
}

/// The most threads that may be asked for: our choice, above the processors of any one machine we know of. Each takes
/// some megabytes whether it has work or not.
const MOST_THREADS: i64 = 1024;

/// A number of threads.
#[must_use]
pub fn threads() -> clap::builder::RangedI64ValueParser<u16> {
    clap::value_parser!(u16).range(1..=MOST_THREADS)
}

/// A scenario with everything that a game of it needs.
pub struct OpenScenario {
    /// The scenario.
    pub scenario: Arc<Scenario>,
    /// The scenario with its parameters.
    pub variant: Arc<Variant>,
    /// Who plays whom.
    pub composed: NamedLineup,
    /// What look-ahead imagines others to play.
    pub assumed: Lineup,
    /// The families of strategies.
    pub registry: Registry,
    /// Turns to play.
    pub turns: u32,
    /// The file of strategies that was added.
    pub added: Option<AddedStrategies>,
}

/// Loads a scenario.
///
/// # Errors
/// Where it is wrong, or not there, or names a program to run.
pub fn scenario(path: &Path, registry: &Registry) -> Result<Arc<Scenario>, Failure> {
    load(read(path)?, registry, false)
}

/// The files of a scenario.
///
/// # Errors
/// They cannot be read, or the path is a game's.
pub fn read(path: &Path) -> Result<Files, Failure> {
    if path.is_file() && marchland_session::is_game(path) {
        let path = path.display();
        return Err(Failure::Input(format!(
            "`{path}` is a game and no scenario; `marchland resume {path}` plays it on"
        )));
    }
    files::read(path).map_err(Failure::Findings)
}

/// The position of a belief set that an option names; none where none is named.
///
/// # Errors
/// The scenario has no such set.
pub fn belief(scenario: &Scenario, name: Option<&str>) -> Result<Option<usize>, Failure> {
    let Some(name) = name else { return Ok(None) };
    let at = scenario.beliefs.iter().position(|belief| belief.id == name);
    at.map(Some).ok_or_else(|| Failure::Findings(vec![unknown_belief(scenario, name)]))
}

/// The text of a file in a scenario's folder, and its path.
///
/// # Errors
/// The scenario is a single file, or the file cannot be read.
pub fn text_in(folder: &Path, file: &str) -> Result<(String, PathBuf), Failure> {
    if folder.is_file() {
        let folder = folder.display();
        return Err(Failure::Input(format!("`{folder}` is a single file and has no {file}: name a scenario's folder")));
    }
    let path = folder.join(file);
    let text = files::read_text(&path)
        .map_err(|error| Failure::Input(format!("cannot read `{}`: {error}", path.display())))?;
    Ok((text, path))
}

/// Loads a scenario with a file of further strategies.
///
/// # Errors
/// Where one of the two is wrong, or not there, or names a program to run; `allow_external` permits that
/// to the file.
pub fn scenario_and_file(
    path: &Path,
    strategies: &Path,
    registry: &Registry,
    allow_external: bool,
) -> Result<(Arc<Scenario>, AddedStrategies), Failure> {
    let mut files = read(path)?;
    files.add_strategies(strategies).map_err(Failure::Findings)?;
    let added = files.layers.last().map(|layer| AddedStrategies::new(&layer.name, &layer.text));
    let added = added.ok_or_else(|| Failure::Input("the file of strategies is empty".into()))?;
    Ok((load(files, registry, allow_external)?, added))
}

/// Loads a scenario with strategies that were added to it before.
///
/// # Errors
/// As [`scenario_and_file`].
pub fn scenario_with(
    path: &Path,
    added: Option<&AddedStrategies>,
    registry: &Registry,
    allow_external: bool,
) -> Result<Arc<Scenario>, Failure> {
    let mut files = read(path)?;
    if let Some(added) = added {
        let (name, text) = (added.file.clone(), added.text.clone());
        files.layers.push(Layer { name, text, own: true, hashed: false });
    }
    load(files, registry, allow_external)
}

/// The failure that a scenario's files cannot be used, with every finding and its excerpt.
pub fn unusable(findings: &[Diagnostic], files: &Files) -> Failure {
    let what = format!("the scenario `{}`", files.name);
    Failure::Shown(diagnostics::unusable(&what, findings, |file| files.text(file)))
}

fn load(files: Files, registry: &Registry, allow_external: bool) -> Result<Arc<Scenario>, Failure> {
    let schemas = registry.schemas();
    let loaded = scenario::load_files(&files, &LoadOptions::new(marchland_laws::standard(), &schemas))
        .map_err(|found| unusable(&found, &files))?;
    let mut programs: Vec<&StrategySpec> =
        loaded.scenario.strategies.iter().filter(|spec| within(spec, &OUTSIDE)).collect();
    if allow_external && !programs.is_empty() {
        // The permission is for what stands in the user's own file: the scenario alone may name none.
        let own =
            Files { layers: files.layers.iter().filter(|layer| layer.hashed).cloned().collect(), ..files.clone() };
        let alone = scenario::load_files(&own, &LoadOptions::new(marchland_laws::standard(), &schemas))
            .map_err(|found| unusable(&found, &own))?;
        let named = |spec: &StrategySpec| alone.scenario.strategies.iter().any(|own| own.name == spec.name);
        programs.retain(|spec| named(spec));
    }
    if programs.is_empty() {
        return Ok(Arc::new(loaded.scenario));
    }
    Err(Failure::Findings(programs.into_iter().map(refused).collect()))
}

/// The levers of an experiment's file that name a program to run.
#[must_use]
pub fn programs(scenario: &Scenario, registry: &Registry, levers: &[Lever]) -> Vec<Diagnostic> {
    let schemas = registry.schemas();
    let given = levers.iter().flat_map(|lever| &lever.strategies);
    let specs = given.filter_map(|(player, text)| {
        // What cannot be read is refused later, with its reason.
        scenario::strategy(scenario, &schemas, text, scenario.catalogue.player(player)).ok()
    });
    specs.filter(|spec| within(spec, &OUTSIDE[..1])).map(|spec| refused(&spec)).collect()
}

/// Families that a scenario may not name: those that start a program or read a file.
const OUTSIDE: [&str; 2] = ["External", marchland_session::RECORDED.schema.name];

/// Whether a strategy, or one within it, is of one of these families.
fn within(spec: &StrategySpec, families: &[&str]) -> bool {
    families.contains(&spec.family.as_str())
        || spec.arguments.iter().any(|value| match value {
            Value::Strategy(inner) => within(inner, families),
            Value::Strategies(inner) => inner.iter().any(|(spec, _)| within(spec, families)),
            _ => false,
        })
}

/// Whether the text of a player's strategy names a program to run. One that cannot be read names none.
#[must_use]
pub fn names_program(scenario: &Scenario, registry: &Registry, player: &str, text: &str) -> bool {
    let player = scenario.catalogue.player(player);
    scenario::strategy(scenario, &registry.schemas(), text, player).is_ok_and(|spec| within(&spec, &OUTSIDE[..1]))
}

fn refused(spec: &StrategySpec) -> Diagnostic {
    let message = format!("the strategy `{}` names a program to run, or a file to read", spec.name);
    Diagnostic::error("external-not-allowed", message).hint(
        "a scenario never may; a file of strategies or of an experiment that you trust may with --allow-external; or \
         name it on the command line: --strategy 'PLAYER=External(command: \"...\")'",
    )
}

impl GameFlags {
    /// Opens the scenario and composes the game.
    ///
    /// # Errors
    /// Where the scenario, a strategy, a belief set or a parameter is wrong.
    pub fn open(&self) -> Result<OpenScenario, Failure> {
        if !(self.timeout > 0.0 && self.timeout <= 3600.0) {
            return Err(Failure::Usage("--timeout is a number of seconds above 0, at most 3600".into()));
        }
        let registry = registry(Duration::from_secs_f64(self.timeout));
        let (scenario, added) = match &self.more_strategies {
            None => (scenario(&self.scenario, &registry)?, None),
            Some(file) => scenario_and_file(&self.scenario, file, &registry, self.allow_external)
                .map(|(scenario, added)| (scenario, Some(added)))?,
        };
        let horizon = scenario.calendar.horizon;
        if let Some(turns) = self.turns.filter(|turns| *turns > horizon) {
            let months = counted(u64::from(horizon), "month");
            // A note that cannot be shown is no reason not to play.
            let _ = writeln!(anstream::stderr(), "the scenario's horizon is {months}: no more are played, not {turns}");
        }
        self.compose(scenario, registry, added)
    }

    /// Composes the game of a scenario that was loaded before.
    ///
    /// # Errors
    /// Where a strategy, a belief set or a parameter is wrong.
    pub fn compose(
        &self,
        scenario: Arc<Scenario>,
        registry: Registry,
        added: Option<AddedStrategies>,
    ) -> Result<OpenScenario, Failure> {
        let horizon = scenario.calendar.horizon;
        let mut wrong = Screen::new();
        let variant = self.variant(&scenario, &mut wrong);
        let composed = self.composed(&scenario, &registry, &mut wrong);
        let (Some(variant), Some(composed)) = (variant, composed) else { return Err(Failure::Shown(wrong)) };
        let assumed = compose::assumed(&scenario, &registry).map_err(Failure::Findings)?;
        let turns = self.turns.unwrap_or(horizon).min(horizon);
        Ok(OpenScenario { variant: Arc::new(variant), scenario, composed, assumed, registry, turns, added })
    }

    /// The scenario under the belief set and with the parameters of the flags; what is wrong with them is
    /// added to `wrong`, each at its place in its argument.
    fn variant(&self, scenario: &Arc<Scenario>, wrong: &mut Screen) -> Option<Variant> {
        let before = wrong.clone();
        if let Some(name) = &self.belief
            && scenario.beliefs.iter().all(|belief| belief.id != *name)
        {
            wrong.append(in_argument("--belief", name, 0, vec![unknown_belief(scenario, name)]));
        }
        for (at, (name, text)) in self.set.iter().enumerate() {
            let argument = format!("{name}={text}");
            if self.set[..at].iter().any(|(other, _)| other == name) {
                let found = Diagnostic::error("set-twice", format!("parameter `{name}` is set twice"));
                wrong.append(in_argument("--set", &argument, 0, vec![at_bytes(found, 0, name.len())]));
            } else if let Err(found) = parameter_value(scenario, name, text) {
                let found = if found.code == "unknown-parameter" {
                    at_bytes(found, 0, name.len())
                } else {
                    at_bytes(found, name.len() + 1, argument.len())
                };
                wrong.append(in_argument("--set", &argument, 0, vec![found]));
            }
        }
        if *wrong != before {
            return None;
        }
        match Variant::new(scenario, self.belief.as_deref(), &self.set) {
            Ok(variant) => Some(variant),
            Err(found) => {
                wrong.append(diagnostics::render(&found, |_| None));
                None
            }
        }
    }

    /// The lineup with the strategies of the flags; what is wrong with them is added to `wrong`, each at
    /// its place in its argument.
    fn composed(&self, scenario: &Arc<Scenario>, registry: &Registry, wrong: &mut Screen) -> Option<NamedLineup> {
        let schemas = registry.schemas();
        let mut changes = Vec::new();
        let catalogue = &scenario.catalogue;
        let populations = || catalogue.populations.iter().map(|population| population.id.as_str());
        for (name, text) in &self.strategies {
            let player = catalogue.player(name);
            if player.is_none() && populations().all(|other| other != name) {
                let known = catalogue.players.iter().map(|player| player.id.as_str()).chain(populations());
                let found = format!("there is no player or population `{name}`");
                let found = Diagnostic::error("unknown-player", found).choose(name, known);
                let found = vec![at_bytes(found, 0, name.len())];
                wrong.append(in_argument("--strategy", &format!("{name}={text}"), 0, found));
                continue;
            }
            match scenario::strategy(scenario, &schemas, text, player) {
                Ok(spec) => changes.push((name.clone(), spec)),
                Err(found) => {
                    let argument = format!("{name}={text}");
                    wrong.append(in_argument("--strategy", &argument, name.len() + 1, found));
                }
            }
        }
        if !wrong.is_empty() {
            return None;
        }
        let all = match compose::compose(scenario, registry, &changes) {
            Ok(composed) => return Some(composed),
            Err(found) => found,
        };
        // Which argument is to blame is seen by composing with each of them alone.
        let mut seen = 0;
        for (change, (name, text)) in changes.iter().zip(&self.strategies) {
            if let Err(found) = compose::compose(scenario, registry, std::slice::from_ref(change)) {
                seen += found.len();
                let of_name = |found: Diagnostic| match found.code {
                    "unknown-player" | "set-twice" => at_bytes(found, 0, name.len()),
                    _ => at_bytes(found, name.len() + 1, name.len() + 1 + text.len()),
                };
                let found = found.into_iter().map(of_name).collect();
                wrong.append(in_argument("--strategy", &format!("{name}={text}"), 0, found));
            }
        }
        if seen == 0 {
            wrong.append(diagnostics::render(&all, |_| None));
        }
        None
    }
}

/// A finding at these bytes of its argument.
fn at_bytes(found: Diagnostic, start: usize, end: usize) -> Diagnostic {
    found.at(Span { file: String::new(), start, end })
}

/// Findings on an argument of the command as text, with their places in it: those that have none are on
/// all that follows `offset`, where the bytes that they count from lie.
fn in_argument(option: &str, argument: &str, offset: usize, found: Vec<Diagnostic>) -> Screen {
    let found: Vec<Diagnostic> = found
        .into_iter()
        .map(|one| {
            let (start, end) = match &one.span {
                Some(span) => (span.start + offset, span.end + offset),
                None => (offset, argument.len()),
            };
            one.at(Span { file: option.to_owned(), start, end })
        })
        .collect();
    diagnostics::render(&found, |_| Some(argument))
}

/// Where a file of a kind lies (`experiment`, `tournament`): at a path, or by name in the folder of its kind beside
/// the scenario.
///
/// # Errors
/// There is none of this name; the names that there are, are said.
pub fn beside(scenario: &Path, kind: &str, name: &str) -> Result<PathBuf, Failure> {
    let own = scenario.join(format!("{kind}s"));
    for path in [PathBuf::from(name), own.join(name), own.join(format!("{name}.ron"))] {
        if path.is_file() {
            return Ok(path);
        }
    }
    let mut known: Vec<String> = std::fs::read_dir(&own)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "ron"))
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect();
    known.sort();
    let known =
        if known.is_empty() { "the scenario has none".to_owned() } else { format!("there are {}", known.join(", ")) };
    Err(Failure::Input(format!("there is no {kind} `{name}`; {known}")))
}

/// Reads a file of a kind by `take`, which is given its name, its text and how it is shown; `flags` are the
/// keys that flags give, by which findings on them are shown.
///
/// # Errors
/// It cannot be read, or is wrong: every finding with its excerpt.
pub fn file_of<T>(
    path: &Path,
    kind: &str,
    flags: &[(&str, &str)],
    take: impl FnOnce(&str, &str, &str) -> Result<T, Vec<Diagnostic>>,
) -> Result<T, Failure> {
    let shown = path.display().to_string();
    let text = files::read_text(path).map_err(|error| Failure::Input(format!("{shown}: {error}")))?;
    let name = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or(kind);
    take(name, &text, &shown).map_err(|found| {
        let excerpt = |name: &str| crate::sweep::text_of(name, flags).or(Some(text.as_str()));
        Failure::Shown(diagnostics::unusable(&format!("the {kind} `{shown}`"), &found, excerpt))
    })
}
