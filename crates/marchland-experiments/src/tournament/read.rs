//! Reading a tournament's file.

use marchland_game::Diagnostic;
use marchland_sim::scenario::node::{Kind, Node};
use marchland_sim::scenario::reader::Record;
use marchland_sim::scenario::sink::{Place, Sink};
use marchland_sim::scenario::{self, Scenario};
use marchland_strategies::Registry;

use super::keys::TOURNAMENT;
use super::question::{Mode, ParameterSweep, Tournament};
use crate::compose::compose;
use crate::reading;
use crate::run::Lever;
use crate::run::keys::LEVER;
use crate::table::GAMES_PER_PART;

/// The most profiles of a tournament: beyond, not even their numbers are worth keeping.
const MOST_PROFILES: usize = 1 << 24;

/// Reads a tournament from text. `file` names it in findings; `version` is the program's.
///
/// # Errors
/// Every mistake with its place: syntax, unknown and missing keys, wrong types, unknown players, strategies,
/// belief sets, measures and parameters with the nearest names, empty sets of strategies, a strategy that
/// stands twice or that its player may not play, a player both compared and fixed, impossible counts.
pub fn read_tournament(
    name: &str,
    text: &str,
    file: &str,
    scenario: &Scenario,
    registry: &Registry,
    version: &str,
) -> Result<Tournament, Vec<Diagnostic>> {
    reading::whole(text, file, &TOURNAMENT, |sink, record| {
        Reader { sink, scenario, registry }.tournament(name, record, version)
    })
}

struct Reader<'a> {
    sink: &'a Sink,
    scenario: &'a Scenario,
    registry: &'a Registry,
}

impl Reader<'_> {
    fn tournament(&self, name: &str, record: &Record<'_>, version: &str) -> Tournament {
        let catalogue = &self.scenario.catalogue;
        let whole = |key: &str, low: u64, high: u64, default: u64| record.integer(key, low, high).unwrap_or(default);
        let within = |key: &str, low: f64, high: f64, default: f64| match record.get(key) {
            Some(node) => self.sink.number_within(node, low, high, &format!("`{key}`")).unwrap_or(default),
            None => default,
        };
        let horizon = u64::from(self.scenario.calendar.horizon);
        let players = self.players(record);
        let compared: Vec<&str> = players.iter().map(|(player, _)| player.as_str()).collect();
        let fixed = self.strategies(record.pairs("fixed"), &compared);
        let lineups = self.lineups(record, &compared);
        let interchangeable = self.interchangeable(record, &players);
        let span = |player: &str| catalogue.player(player).map(|id| catalogue.players[id.index()].payoffs.span());
        let narrowest = compared.iter().filter_map(|player| span(player)).fold(f64::INFINITY, crate::number::min);
        let default_epsilon = if narrowest.is_finite() { 0.01 * narrowest } else { 0.01 };
        let replications = whole("replications", 2, 1 << 16, 32);
        let most_replications = whole("most_replications", 2, 1 << 20, 1024);
        if most_replications < replications && !self.sink.failed() {
            let message = format!("`most_replications` {most_replications} is below `replications` {replications}");
            self.sink.push(Diagnostic::error("bad-count", message), record.place_of("most_replications"));
        }
        let measures = reading::measures(self.sink, self.scenario, record);
        Tournament {
            name: name.to_owned(),
            title: record.text("title"),
            question: record.text("question"),
            scenario: catalogue.scenario.clone(),
            scenario_hash: self.scenario.hash.clone(),
            added: None,
            version: version.to_owned(),
            seed: whole("seed", 0, marchland_game::stream::SEED_BOUND - 1, 1),
            turns: whole("turns", 1, horizon, horizon) as u32,
            asked: self.asked(record, &players),
            fixed,
            lineups,
            interchangeable,
            set: reading::set(self.sink, self.scenario, record),
            beliefs: reading::beliefs(self.sink, self.scenario, record),
            mode: self.mode(record),
            starts: whole("starts", 1, 4096, 4),
            replications,
            most_replications,
            epsilon: within("epsilon", 0.0, 1e12, default_epsilon),
            measures,
            along: self.along(record),
            weight_draws: whole("weight_draws", 0, 1 << 20, 200),
            weight_spread: within("weight_spread", 1.001, 1000.0, 2.0),
            resamples: whole("resamples", 2, 1 << 24, 1000),
            level: within("level", 0.5, 0.9999, 0.95),
            games_per_part: whole("games_per_part", 1, 1 << 20, GAMES_PER_PART),
            players,
        }
    }

    fn players(&self, record: &Record<'_>) -> Vec<(String, Vec<String>)> {
        let catalogue = &self.scenario.catalogue;
        let mut players: Vec<(String, Vec<String>)> = Vec::new();
        for (player, place, node) in record.pairs("players") {
            let known = catalogue.player(player).is_some();
            if !known {
                self.unknown_player(player, place);
            }
            let mut strategies: Vec<String> = Vec::new();
            for item in self.sink.list(node).unwrap_or_default() {
                let Some(text) = self.sink.text(item) else { continue };
                self.sink.one_line(&text.value, item.place);
                if let Some(other) = strategies.iter().find(|other| self.same(player, other, &text.value)) {
                    let message = match *other == text.value {
                        true => format!("`{}` stands twice in the set of {player}", text.value),
                        false => format!("`{}` is `{other}` again, in the set of {player}", text.value),
                    };
                    self.sink.push(Diagnostic::error("duplicate-strategy", message), item.place);
                } else if !known || self.may_play(player, &text.value, item.place) {
                    strategies.push(text.value.clone());
                }
            }
            let listed = matches!(&node.kind, Kind::List(items) if items.is_empty());
            if listed {
                let found = Diagnostic::error("empty-set", format!("{player} has no strategy to compare"));
                self.sink.push(found.hint("a set has at least one strategy"), node.place);
            }
            players.push((player.to_owned(), strategies));
        }
        if record.get("players").is_some() && players.is_empty() && !self.sink.failed() {
            let found = Diagnostic::error("empty-set", "no player is compared");
            self.sink.push(found.hint("such as players: {\"row\": [\"swerve\"]}"), record.place_of("players"));
        }
        let profiles = players.iter().try_fold(1usize, |all, (_, set)| all.checked_mul(set.len().max(1)));
        if profiles.is_none_or(|all| all > MOST_PROFILES) {
            let message = format!("these sets have more than {MOST_PROFILES} profiles");
            self.sink.push(Diagnostic::error("bad-count", message), record.place_of("players"));
        }
        players
    }

    fn unknown_player(&self, player: &str, place: Place) {
        let known = self.scenario.catalogue.players.iter().map(|player| player.id.as_str());
        let found = Diagnostic::error("unknown-player", format!("there is no player `{player}`"));
        self.sink.push(found.choose(player, known), place);
    }

    /// Whether two texts are of one strategy, however they are written.
    fn same(&self, player: &str, one: &str, other: &str) -> bool {
        let schemas = self.registry.schemas();
        let read = |text: &str| {
            let spec =
                scenario::strategy(self.scenario, &schemas, text, self.scenario.catalogue.player(player)).ok()?;
            // Arguments compare as they read.
            Some((spec.family, format!("{:?}", spec.arguments)))
        };
        // A name is a strategy of its own, whatever it plays.
        let named = |text: &str| self.scenario.strategies.iter().any(|spec| spec.name == text);
        one == other || (!named(one) && !named(other) && read(one).is_some() && read(one) == read(other))
    }

    /// Whether a player, or a population, may play a strategy; what speaks against it is said at its place.
    fn may_play(&self, player: &str, strategy: &str, place: Place) -> bool {
        let schemas = self.registry.schemas();
        let id = self.scenario.catalogue.player(player);
        let judged = scenario::strategy(self.scenario, &schemas, strategy, id)
            .and_then(|spec| compose(self.scenario, self.registry, &[(player.to_owned(), spec)]).map(drop));
        let found = judged.err().unwrap_or_default();
        for mut one in found.clone() {
            // Within a strategy written in place, places count from its own beginning.
            one.span = None;
            self.sink.push(one, place);
        }
        found.is_empty()
    }

    /// Strategies of fixed players and populations.
    fn strategies(&self, pairs: Vec<(&str, Place, &Node)>, compared: &[&str]) -> Vec<(String, String)> {
        let catalogue = &self.scenario.catalogue;
        let mut fixed = Vec::new();
        for (player, place, node) in pairs {
            let known = catalogue.players.iter().map(|player| player.id.as_str());
            let known: Vec<&str> =
                known.chain(catalogue.populations.iter().map(|population| population.id.as_str())).collect();
            if compared.contains(&player) {
                let message = format!("{player} is compared, and cannot be fixed too");
                self.sink.push(Diagnostic::error("set-twice", message), place);
            } else if !known.contains(&player) {
                let found = Diagnostic::error("unknown-player", format!("there is no player or population `{player}`"));
                self.sink.push(found.choose(player, known.iter().copied()), place);
            } else if let Some(text) = self.sink.text(node)
                && self.may_play(player, &text.value, node.place)
            {
                fixed.push((player.to_owned(), text.value.clone()));
            }
        }
        fixed
    }

    fn lineups(&self, record: &Record<'_>, compared: &[&str]) -> Vec<Lever> {
        let mut lineups: Vec<Lever> = Vec::new();
        for item in record.list("lineups") {
            let Some(lever) = Record::of(item, &LEVER, self.sink) else { continue };
            let Some((name, place)) = lever.name("name") else { continue };
            if !self.sink.hyphenated(name, place) {
                continue;
            }
            if lineups.iter().any(|other| other.name == name) {
                let found = Diagnostic::error("duplicate-lever", format!("the line-up `{name}` stands twice"));
                self.sink.push(found, place);
            }
            let strategies = self.strategies(lever.pairs("strategies"), compared);
            lineups.push(Lever { name: name.to_owned(), strategies });
        }
        lineups
    }

    fn interchangeable(&self, record: &Record<'_>, players: &[(String, Vec<String>)]) -> Vec<Vec<usize>> {
        let mut groups: Vec<Vec<usize>> = Vec::new();
        let names: Vec<&str> = players.iter().map(|(player, _)| player.as_str()).collect();
        for node in record.list("interchangeable") {
            let mut group: Vec<usize> = Vec::new();
            for item in self.sink.list(node).unwrap_or_default() {
                let Some(text) = self.sink.text(item) else { continue };
                let Some(at) = names.iter().position(|name| *name == text.value) else {
                    let found = Diagnostic::error("unknown-player", format!("`{}` is not compared", text.value));
                    self.sink.push(found.choose(&text.value, names.iter().copied()), item.place);
                    continue;
                };
                if group.contains(&at) || groups.iter().any(|other| other.contains(&at)) {
                    let found = Diagnostic::error("set-twice", format!("`{}` stands in two places", text.value));
                    self.sink.push(found, item.place);
                }
                group.push(at);
            }
            if group.windows(2).any(|two| players[two[0]].1.len() != players[two[1]].1.len()) {
                let message = "interchangeable players need sets of equal length: their k-th strategies are the same";
                self.sink.push(Diagnostic::error("bad-count", message), node.place);
            }
            group.sort_unstable();
            groups.push(group);
        }
        groups
    }

    fn asked(&self, record: &Record<'_>, players: &[(String, Vec<String>)]) -> Option<(usize, usize)> {
        let items = self.sink.items(record.get("asked")?, 2, "a player and a strategy `[\"…\", \"…\"]`")?;
        let (player, strategy) = (self.sink.text(&items[0])?, self.sink.text(&items[1])?);
        let Some(at) = players.iter().position(|(name, _)| *name == player.value) else {
            let found = Diagnostic::error("unknown-player", format!("`{}` is not compared", player.value));
            self.sink.push(found.choose(&player.value, players.iter().map(|(name, _)| name.as_str())), items[0].place);
            return None;
        };
        let set = &players[at].1;
        let place = set.iter().position(|name| *name == strategy.value);
        if place.is_none() {
            let message = format!("`{}` is not in the set of {}", strategy.value, player.value);
            let found = Diagnostic::error("unknown-strategy", message);
            self.sink.push(found.choose(&strategy.value, set.iter().map(String::as_str)), items[1].place);
        }
        Some((at, place?))
    }

    fn along(&self, record: &Record<'_>) -> Option<ParameterSweep> {
        let node = record.get("along")?;
        let pairs = self.sink.pairs(node);
        let [(name, place, list)] = pairs[..] else {
            let found = Diagnostic::error("bad-count", "the equilibrium is followed along one parameter");
            self.sink.push(found.hint("such as along: {\"noise\": [0, 1, 2]}"), node.place);
            return None;
        };
        if record.pairs("set").iter().any(|(other, ..)| *other == name) {
            let found = Diagnostic::error("set-twice", format!("`{name}` is both set and varied"));
            self.sink.push(found, place);
        }
        let mut values: Vec<String> = Vec::new();
        for item in self.sink.list(list).unwrap_or_default() {
            let Some(value) = reading::parameter(self.sink, self.scenario, name, place, item) else { continue };
            if values.contains(&value) {
                let found = Diagnostic::error("duplicate-key", format!("the value {value} stands twice"));
                self.sink.push(found, item.place);
            }
            values.push(value);
        }
        if values.len() < 2 && !self.sink.failed() {
            self.sink.push(Diagnostic::error("bad-count", "at least two values are compared"), list.place);
        }
        Some(ParameterSweep { parameter: name.to_owned(), values })
    }

    fn mode(&self, record: &Record<'_>) -> Mode {
        const MODES: [Mode; 3] = [Mode::All, Mode::Quiesce, Mode::DoubleOracle];
        let Some(node) = record.get("mode") else { return Mode::Quiesce };
        let words = MODES.map(Mode::word);
        let word = self.sink.one_of(node, &words, "mode");
        MODES.into_iter().find(|mode| Some(mode.word()) == word).unwrap_or(Mode::Quiesce)
    }
}
