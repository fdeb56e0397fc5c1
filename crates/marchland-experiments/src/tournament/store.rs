//! The games of a setting, played as they are asked for.
//!
//! **Bytes.** What is asked for follows from the results alone, and each time a list of blocks (a profile,
//! and a range of its replications) is cut into parts of fixed size: so the parts have the same bytes at any
//! thread count and after any interruption, and a shard's are those of the whole.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use marchland_play::LostDecisions;

use super::arena::{Arena, GameResult};
use super::folder::remove_unfinished;
use super::sample::{Games, Sample};
use crate::parallel;
use crate::play::Status;
use crate::run::{RunError, Shard, Watch};
use crate::table::{Column, Field, Kind, PartError, PartInfo, Table, part_file_name, read_part, write_part};

/// Why no more games are played now.
#[derive(Debug, thiserror::Error)]
pub enum Stop {
    /// The limit of games is reached.
    #[error("the limit of games is reached")]
    Budget,
    /// The parts of other shards are needed first.
    #[error("the parts of other shards are needed first")]
    Waiting,
    /// The session was interrupted.
    #[error("interrupted")]
    Interrupted,
    /// A game has no result.
    #[error(
        "a game has no result ({how}): {profile}, replication {replication}, seed {seed}; every part before it is kept"
    )]
    Failed {
        /// Who played what.
        profile: String,
        /// The replication.
        replication: u64,
        /// The game's seed.
        seed: u64,
        /// How it came out.
        how: &'static str,
    },
    /// A part cannot be written or read, or threads cannot be started.
    #[error(transparent)]
    Run(#[from] RunError),
}

impl From<PartError> for Stop {
    fn from(error: PartError) -> Self {
        Self::Run(RunError::Part(error))
    }
}

/// Who plays, shared by all settings of a session.
pub struct Engine<'a> {
    pool: rayon::ThreadPool,
    writer: Writer,
    shard: Option<Shard>,
    stop: &'a AtomicBool,
    watch: &'a dyn Watch,
}

impl<'a> Engine<'a> {
    /// With so many threads (0: one per processor). Once `stop` is set, the part in hand is finished and no
    /// other begun.
    ///
    /// # Errors
    /// The worker threads could not be started.
    pub fn new(
        threads: usize,
        shard: Option<Shard>,
        stop: &'a AtomicBool,
        watch: &'a dyn Watch,
    ) -> Result<Self, RunError> {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .thread_name(|at| format!("games-{at}"))
            .build()
            .map_err(|error| RunError::Threads(error.to_string()))?;
        Ok(Self { pool, writer: Writer::new()?, shard, stop, watch })
    }

    /// The worker threads, for what else can be split among them.
    #[must_use]
    pub fn pool(&self) -> &rayon::ThreadPool {
        &self.pool
    }

    /// Waits until every part is on disk.
    ///
    /// # Errors
    /// One could not be written.
    pub fn close(self) -> Result<(), RunError> {
        self.writer.close()
    }
}

/// A thread that writes parts while the next are played.
struct Writer {
    sender: SyncSender<(PathBuf, PartInfo, Table)>,
    failed: Arc<Mutex<Option<PartError>>>,
    thread: JoinHandle<()>,
}

impl Writer {
    fn new() -> Result<Self, RunError> {
        let (sender, receiver) = sync_channel::<(PathBuf, PartInfo, Table)>(2);
        let failed = Arc::new(Mutex::new(None));
        let seen = Arc::clone(&failed);
        let work = move || {
            for (folder, info, table) in receiver {
                if let Err(error) = write_part(&folder, &info, &table) {
                    if let Ok(mut failed) = seen.lock() {
                        *failed = Some(error);
                    }
                    return;
                }
            }
        };
        let builder = std::thread::Builder::new().name("parts".into());
        let thread = builder.spawn(work).map_err(|error| RunError::Threads(error.to_string()))?;
        Ok(Self { sender, failed, thread })
    }

    fn write(&self, folder: &Path, info: PartInfo, table: Table) -> Result<(), RunError> {
        // A writer that failed has hung up.
        self.sender.send((folder.to_owned(), info, table)).map_err(|_| self.error())
    }

    fn error(&self) -> RunError {
        match self.failed.lock().ok().and_then(|mut failed| failed.take()) {
            Some(error) => RunError::Part(error),
            None => RunError::Threads("the writer of parts has stopped".into()),
        }
    }

    fn close(self) -> Result<(), RunError> {
        let Self { sender, failed, thread } = self;
        drop(sender);
        thread.join().map_err(|_| RunError::Threads("the writer of parts has stopped".into()))?;
        match failed.lock().ok().and_then(|mut failed| failed.take()) {
            Some(error) => Err(RunError::Part(error)),
            None => Ok(()),
        }
    }
}

/// The games of one setting: those played, and more as they are asked for.
pub struct Store<'a> {
    arena: &'a Arena,
    engine: &'a Engine<'a>,
    folder: PathBuf,
    experiment: String,
    sample: Sample,
    /// Blocks held of each canonical profile.
    blocks: BTreeMap<usize, u64>,
    parts: u64,
    games: u64,
    lost: LostDecisions,
    most_games: Option<u64>,
    /// Whether the limit was met: from then on nothing is played, so that what is there is always the
    /// beginning of what a session without a limit plays.
    spent: bool,
}

impl<'a> Store<'a> {
    /// A store beneath the tournament's folder. `experiment` marks its parts; at most `most_games` games are
    /// played.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub fn open(
        root: &Path,
        arena: &'a Arena,
        engine: &'a Engine<'a>,
        experiment: &str,
        most_games: Option<u64>,
    ) -> Result<Self, RunError> {
        let below = arena.setting.folder(&arena.tournament);
        let folder = root.join(&below);
        fs::create_dir_all(&folder).map_err(|source| RunError::Io { path: folder.clone(), source })?;
        remove_unfinished(&folder)?;
        Ok(Self {
            sample: arena.empty_sample(),
            experiment: format!("{experiment} {below}"),
            arena,
            engine,
            folder,
            blocks: BTreeMap::new(),
            lost: LostDecisions::default(),
            parts: 0,
            games: 0,
            most_games,
            spent: false,
        })
    }

    /// What was played.
    #[must_use]
    pub fn sample(&self) -> &Sample {
        &self.sample
    }

    /// Decisions that outside programs lost, in the games held.
    #[must_use]
    pub fn lost(&self) -> &LostDecisions {
        &self.lost
    }

    /// How many games were played.
    #[must_use]
    pub fn games(&self) -> u64 {
        self.games
    }

    /// How many profiles were played, interchangeable ones once.
    #[must_use]
    pub fn profiles(&self) -> usize {
        self.blocks.len()
    }

    /// The arena.
    #[must_use]
    pub fn arena(&self) -> &'a Arena {
        self.arena
    }

    /// The engine.
    #[must_use]
    pub fn engine(&self) -> &'a Engine<'a> {
        self.engine
    }

    /// Plays what is missing of each profile's first so many games, in whole blocks.
    ///
    /// # Errors
    /// [`Stop`]. What was played before is kept.
    pub fn ensure(&mut self, wants: &[(usize, u64)]) -> Result<(), Stop> {
        let block = self.arena.tournament.replications;
        let mut targets: BTreeMap<usize, u64> = BTreeMap::new();
        for &(place, games) in wants {
            let canonical = self.sample.place(&self.arena.symmetry.canonical(&self.sample.profile_at(place)));
            let target = targets.entry(canonical).or_default();
            *target = (*target).max(games.div_ceil(block));
        }
        // The blocks slowest: what an interruption leaves covers every profile.
        let most = targets.values().copied().max().unwrap_or(0);
        let mut missing: Vec<(usize, u64)> = Vec::new();
        for at in 0..most {
            for (&place, &target) in &targets {
                if at < target && at >= self.blocks.get(&place).copied().unwrap_or(0) {
                    missing.push((place, at));
                }
            }
        }
        let per_part = (self.arena.tournament.games_per_part / block).max(1) as usize;
        let mut waiting = false;
        for blocks in missing.chunks(per_part) {
            if self.engine.stop.load(Ordering::Relaxed) {
                return Err(Stop::Interrupted);
            }
            let runs = blocks.len() as u64 * block;
            if self.spent || self.most_games.is_some_and(|most| self.games + runs > most) {
                self.spent = true;
                return Err(Stop::Budget);
            }
            let number = self.parts;
            let info = PartInfo {
                experiment: self.experiment.clone(),
                table: "games".into(),
                part: number,
                first_run: self.games,
                runs,
            };
            let file = self.folder.join(part_file_name(number));
            let games = if file.exists() {
                Some(self.read(&file, &info, blocks)?)
            } else if self.engine.shard.is_none_or(|shard| shard.holds(number)) {
                Some(self.play(info, blocks)?)
            } else {
                None
            };
            self.parts += 1;
            self.games += runs;
            match games {
                // Once a part is missing, later ones leave gaps between replications.
                Some(games) if !waiting => self.add(blocks, &games),
                Some(_) => {}
                None => waiting = true,
            }
        }
        if waiting { Err(Stop::Waiting) } else { Ok(()) }
    }

    /// The replication of the `at`-th game of a part.
    fn replication(&self, blocks: &[(usize, u64)], at: usize) -> u64 {
        let block = self.arena.tournament.replications;
        self.arena.first_replication() + blocks[at / block as usize].1 * block + at as u64 % block
    }

    fn play(&self, info: PartInfo, blocks: &[(usize, u64)]) -> Result<Vec<GameResult>, Stop> {
        let block = self.arena.tournament.replications as usize;
        let profiles: Vec<Vec<usize>> = blocks.iter().map(|(place, _)| self.sample.profile_at(*place)).collect();
        let results: Vec<Result<GameResult, Status>> = self.engine.pool.install(|| {
            parallel::each(blocks.len() * block, |at| {
                let played = self.arena.play(&profiles[at / block], self.replication(blocks, at));
                self.engine.watch.game();
                played
            })
        });
        let mut games = Vec::with_capacity(results.len());
        for (at, result) in results.into_iter().enumerate() {
            match result {
                Ok(game) => games.push(game),
                Err(status) => {
                    let replication = self.replication(blocks, at);
                    return Err(Stop::Failed {
                        profile: self.named(&profiles[at / block]),
                        replication,
                        seed: self.arena.seed(replication),
                        how: match status {
                            Status::Panic => "stopped by a broken invariant",
                            Status::OverLimit => "over its limit of work",
                            Status::NonFinite => "a result that is not a finite number",
                            Status::Ok | Status::Forfeited | Status::Error => "it could not be started",
                        },
                    });
                }
            }
        }
        self.engine.watch.part(info.runs);
        self.engine.writer.write(&self.folder, info, self.table(blocks, &games))?;
        Ok(games)
    }

    /// A profile by names.
    #[must_use]
    pub fn named(&self, profile: &[usize]) -> String {
        let names = self.sample.players.iter().zip(&self.sample.strategies).zip(profile);
        names.map(|((player, set), &at)| format!("{player}={}", set[at])).collect::<Vec<_>>().join(" ")
    }

    fn table(&self, blocks: &[(usize, u64)], games: &[GameResult]) -> Table {
        let block = self.arena.tournament.replications as usize;
        let catalogue = &self.arena.scenario().catalogue;
        let mut fields = Vec::new();
        let mut columns = Vec::new();
        let mut push = |name: String, kind: Kind, unit: &str, description: &str, column: Column| {
            fields.push(Field { name, kind, unit: unit.to_owned(), description: description.to_owned() });
            columns.push(column);
        };
        let unsigned = |values: Vec<u64>| Column::Unsigned(values);
        push(
            "profile".into(),
            Kind::Unsigned,
            "",
            "number of the profile: row-major, the first player's strategy slowest",
            unsigned((0..games.len()).map(|at| blocks[at / block].0 as u64).collect()),
        );
        let replications: Vec<u64> = (0..games.len()).map(|at| self.replication(blocks, at)).collect();
        let seeds = replications.iter().map(|&replication| self.arena.seed(replication)).collect();
        push("replication".into(), Kind::Unsigned, "", "replication, from 0", unsigned(replications));
        push("seed".into(), Kind::Unsigned, "", "the game's seed, of its replication alone", unsigned(seeds));
        for (player, (name, set)) in self.sample.players.iter().zip(&self.sample.strategies).enumerate() {
            let names = (0..games.len()).map(|at| set[self.sample.profile_at(blocks[at / block].0)[player]].clone());
            push(format!("strategy.{name}"), Kind::Text, "", "the strategy played", Column::Text(names.collect()));
        }
        for (at, name) in self.sample.players.iter().enumerate() {
            let values = games.iter().map(|game| game.payoffs[at]).collect();
            push(
                format!("payoff.{name}"),
                Kind::Number,
                "payoff",
                "mean over turns, with what counts at the end",
                Column::Number(values),
            );
        }
        for (at, id) in self.sample.measures.iter().enumerate() {
            let measure = catalogue.measures.iter().find(|measure| measure.id == *id);
            let (unit, meaning) = measure.map_or(("", ""), |one| (one.unit.as_str(), one.meaning.as_str()));
            let values = games.iter().map(|game| game.measures[at]).collect();
            push(format!("measure.{id}"), Kind::Number, unit, meaning, Column::Number(values));
        }
        let mut at = 0;
        for (name, terms) in self.sample.players.iter().zip(&self.sample.terms) {
            for term in terms {
                let values = games.iter().map(|game| game.terms[at]).collect();
                push(
                    format!("term.{name}.{}", term.id),
                    Kind::Number,
                    "share",
                    "the payoff term's value before its weight",
                    Column::Number(values),
                );
                at += 1;
            }
        }
        for (player, of) in catalogue.players.iter().enumerate() {
            let pick = |which: fn(&(u32, u32)) -> u32| {
                unsigned(
                    games.iter().map(|game| game.lost.get(player).map_or(0, |pair| u64::from(which(pair)))).collect(),
                )
            };
            let lost = format!("forfeits.{}", of.id);
            push(lost, Kind::Unsigned, "decisions", "decisions lost by its program", pick(|pair| pair.0));
            let taken = format!("decisions.{}", of.id);
            push(taken, Kind::Unsigned, "decisions", "decisions that there were to take", pick(|pair| pair.1));
        }
        Table::new(fields, columns).expect("columns were built from the same games, under names of their own")
    }

    fn read(&self, file: &Path, info: &PartInfo, blocks: &[(usize, u64)]) -> Result<Vec<GameResult>, Stop> {
        let (_, table) = read_part(file, Some(info))?;
        let block = self.arena.tournament.replications as usize;
        let damaged =
            |reason: &str| Stop::from(PartError::Damaged { path: file.to_owned(), reason: reason.to_owned() });
        let column = |name: &str| table.column(name).ok_or_else(|| damaged("a column is missing"));
        let numbers = |name: String| Ok::<_, Stop>(column(&name)?.numbers());
        let (profiles, replications) = (column("profile")?, column("replication")?);
        for at in 0..table.rows() {
            let expected = (blocks[at / block].0 as f64, self.replication(blocks, at) as f64);
            if (profiles.number(at), replications.number(at)) != expected {
                return Err(damaged("it holds other games than are asked for here"));
            }
        }
        let names = &self.sample.players;
        let payoffs: Vec<Vec<f64>> =
            names.iter().map(|name| numbers(format!("payoff.{name}"))).collect::<Result<_, _>>()?;
        let measures: Vec<Vec<f64>> =
            self.sample.measures.iter().map(|id| numbers(format!("measure.{id}"))).collect::<Result<_, _>>()?;
        let mut terms: Vec<Vec<f64>> = Vec::new();
        for (name, own) in names.iter().zip(&self.sample.terms) {
            for term in own {
                terms.push(numbers(format!("term.{name}.{}", term.id))?);
            }
        }
        // Folders of earlier versions have no such columns.
        let counts = |what: &str, id: &str| table.column(&format!("{what}.{id}")).map(|column| column.numbers());
        let lost: Vec<(Vec<f64>, Vec<f64>)> = (self.arena.scenario().catalogue.players.iter())
            .map_while(|player| Some((counts("forfeits", &player.id)?, counts("decisions", &player.id)?)))
            .collect();
        let pick = |columns: &[Vec<f64>], at: usize| columns.iter().map(|column| column[at]).collect::<Vec<f64>>();
        let games: Vec<GameResult> = (0..table.rows())
            .map(|at| GameResult {
                payoffs: pick(&payoffs, at),
                measures: pick(&measures, at),
                terms: pick(&terms, at),
                lost: lost.iter().map(|(lost, of)| (lost[at] as u32, of[at] as u32)).collect(),
            })
            .collect();
        let finite = |game: &GameResult| game.payoffs.iter().chain(&game.terms).all(|value| value.is_finite());
        if games.iter().all(finite) { Ok(games) } else { Err(damaged("a game in it has no result")) }
    }

    fn add(&mut self, blocks: &[(usize, u64)], games: &[GameResult]) {
        let block = self.arena.tournament.replications as usize;
        let players: Vec<&str> = self.arena.scenario().catalogue.players.iter().map(|one| one.id.as_str()).collect();
        for game in games {
            self.lost.add(players.iter().copied(), &game.losses());
        }
        let term_counts: Vec<usize> = self.sample.terms.iter().map(Vec::len).collect();
        for (&(place, _), games) in blocks.iter().zip(games.chunks_exact(block)) {
            *self.blocks.entry(place).or_default() += 1;
            let canonical = self.sample.profile_at(place);
            for profile in self.arena.symmetry.orbit(&canonical) {
                let stands: Vec<Vec<usize>> = (0..profile.len())
                    .map(|player| self.arena.symmetry.stands_for(&canonical, &profile, player))
                    .collect();
                let place = self.sample.place(&profile);
                let kept = self.sample.profiles.entry(place).or_insert_with(|| Games {
                    payoffs: vec![Vec::new(); profile.len()],
                    measures: vec![Vec::new(); self.sample.measures.len()],
                    terms: term_counts.iter().map(|&n| vec![Vec::new(); n]).collect(),
                    forfeited: Vec::new(),
                });
                for game in games {
                    kept.forfeited.push(game.forfeited());
                    for (player, stands) in stands.iter().enumerate() {
                        let share = 1.0 / stands.len() as f64;
                        let mean = |value: &dyn Fn(usize) -> f64| match stands[..] {
                            [one] => value(one),
                            _ => stands.iter().map(|&at| value(at)).sum::<f64>() * share,
                        };
                        kept.payoffs[player].push(mean(&|at| game.payoffs[at]));
                        for term in 0..term_counts[player] {
                            let first = |at: usize| term_counts[..at].iter().sum::<usize>();
                            kept.terms[player][term].push(mean(&|at| game.terms[first(at) + term]));
                        }
                    }
                    for (values, value) in kept.measures.iter_mut().zip(&game.measures) {
                        values.push(*value);
                    }
                }
            }
        }
    }
}
