//! Which causes carry a gain: pairs of games with equal seeds, played again with their ledgers.

use std::collections::{BTreeMap, BTreeSet};

use marchland_game::{Cause, NamedCause};
use serde::{Deserialize, Serialize};

use super::arena::Arena;
use crate::parallel;
use crate::statistics::{MeanEstimate, mean_interval};

/// What one cause adds to a gain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Carrier {
    /// The cause's name, or the payoff term's.
    pub cause: String,
    /// The cause by its parts; none for a payoff term.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause_parts: Option<NamedCause>,
    /// What it adds to the player's payoff, second line-up less first, over the pairs.
    pub gain: MeanEstimate,
}

/// How often an event happened in the games of a contrast.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventShare {
    /// The event.
    pub event: String,
    /// Share of the first games in which it happened.
    pub first: f64,
    /// Share of the second.
    pub second: f64,
}

/// Two line-ups under equal seeds, and what carries the difference of one player's payoff.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contrast {
    /// The player whose payoff is compared.
    pub player: String,
    /// Its strategy, or mixture, in the first games.
    pub from: String,
    /// Its strategy in the second.
    pub to: String,
    /// What the others play.
    pub against: String,
    /// The gain over the pairs.
    pub gain: MeanEstimate,
    /// What each term of the payoff adds to it, the largest first.
    pub terms: Vec<Carrier>,
    /// What each cause adds to it, the largest first. Causes add up to the gain.
    pub causes: Vec<Carrier>,
    /// Events whose frequency differs, the largest difference first.
    pub events: Vec<EventShare>,
}

/// One pair: the profiles compared and their replication.
pub type Pair = (Vec<usize>, Vec<usize>, u64);

struct TracedGame {
    payoff: f64,
    terms: BTreeMap<String, f64>,
    causes: BTreeMap<Cause, f64>,
    events: BTreeSet<String>,
}

/// Plays pairs with their ledgers and splits the difference of a player's payoff among causes.
///
/// A term's value at the end of a turn is what it was at the start plus every step booked until then, each
/// measured on the term's own scale; a step of turn t therefore counts in all turns from t on, and the
/// payoff is the start's plus a sum over causes, exactly. Both games of a pair start equal, so the causes'
/// differences add up to the gain. Pairs of which a game panics are left out.
#[must_use]
pub fn contrast(arena: &Arena, player: usize, pairs: &[Pair], level: f64) -> Contrast {
    let both = parallel::each_of(pairs, |(first, second, replication)| {
        Some((traced(arena, player, first, *replication)?, traced(arena, player, second, *replication)?))
    });
    let both: Vec<(TracedGame, TracedGame)> = both.into_iter().flatten().collect();
    let gains: Vec<f64> = both.iter().map(|(first, second)| second.payoff - first.payoff).collect();
    let catalogue = &arena.scenario().catalogue;
    let term = |term: &String| (term.clone(), None);
    let cause = |cause: &Cause| {
        let parts = cause.named(catalogue);
        (parts.to_string(), Some(parts))
    };
    let names: BTreeSet<&String> = both.iter().flat_map(|(a, b)| a.events.iter().chain(&b.events)).collect();
    let mut events: Vec<EventShare> = names
        .into_iter()
        .map(|event| {
            let share = |of: &dyn Fn(&(TracedGame, TracedGame)) -> bool| {
                both.iter().filter(|pair| of(pair)).count() as f64 / both.len() as f64
            };
            EventShare {
                event: event.clone(),
                first: share(&|pair| pair.0.events.contains(event)),
                second: share(&|pair| pair.1.events.contains(event)),
            }
        })
        .filter(|share| share.first != share.second)
        .collect();
    let moved = |share: &EventShare| (share.second - share.first).abs();
    events.sort_by(|a, b| moved(b).total_cmp(&moved(a)).then_with(|| a.event.cmp(&b.event)));
    Contrast {
        player: arena.tournament.players[player].0.clone(),
        from: String::new(),
        to: String::new(),
        against: String::new(),
        gain: mean_interval(&gains, level),
        terms: carriers(&both, level, |game| &game.terms, term),
        causes: carriers(&both, level, |game| &game.causes, cause),
        events,
    }
}

/// What each key adds to the gain over the pairs, the largest first; `named` gives its name and parts.
fn carriers<K: Ord>(
    pairs: &[(TracedGame, TracedGame)],
    level: f64,
    of: impl Fn(&TracedGame) -> &BTreeMap<K, f64>,
    named: impl Fn(&K) -> (String, Option<NamedCause>),
) -> Vec<Carrier> {
    let keys: BTreeSet<&K> = pairs.iter().flat_map(|(a, b)| of(a).keys().chain(of(b).keys())).collect();
    let mut carriers: Vec<Carrier> = keys
        .into_iter()
        .map(|key| {
            let value = |game: &TracedGame| of(game).get(key).copied().unwrap_or(0.0);
            let values: Vec<f64> = pairs.iter().map(|(first, second)| value(second) - value(first)).collect();
            let (cause, cause_parts) = named(key);
            Carrier { cause, cause_parts, gain: mean_interval(&values, level) }
        })
        .collect();
    let size = |one: &Carrier| one.gain.mean.map_or(0.0, f64::abs);
    carriers.sort_by(|a, b| size(b).total_cmp(&size(a)).then_with(|| a.cause.cmp(&b.cause)));
    carriers.retain(|one| size(one) > 0.0);
    carriers
}

fn traced(arena: &Arena, player: usize, profile: &[usize], replication: u64) -> Option<TracedGame> {
    let setup = arena.setup(profile, replication, true);
    let catalogue = &arena.scenario().catalogue;
    let id = arena.players()[player];
    let table = &catalogue.players[id.index()].payoffs.terms;
    let weights = arena.weights(player);
    let played = arena.workers().with_game(&setup, |game| {
        // Turn, term, cause and step on the term's scale.
        let mut steps: Vec<(u32, usize, Cause, f64)> = Vec::new();
        let mut events = BTreeSet::new();
        let (mut turn, mut first_counted) = (0u32, None);
        game.set_recording(true);
        while !game.is_over() {
            game.step();
            turn += 1;
            if first_counted.is_none() && game.state().payoffs[id.index()].turns > 0 {
                first_counted = Some(turn);
            }
            for round in &game.last_record().rounds {
                for booking in &round.bookings {
                    for (at, term) in table.iter().enumerate() {
                        if term.indicator == booking.indicator {
                            let step = term.scaled(booking.after) - term.scaled(booking.before);
                            steps.push((turn, at, booking.cause, step));
                        }
                    }
                }
                for event in &round.events {
                    events.insert(catalogue.events[event.index()].title.clone());
                }
            }
        }
        let payoff = game.payoff_so_far(id);
        (steps, events, turn, first_counted, payoff)
    });
    let (steps, events, last, first_counted, payoff) = played.ok()?;
    let first = first_counted?;
    let mut by_term = BTreeMap::new();
    let mut by_cause = BTreeMap::new();
    for (turn, at, cause, step) in steps {
        let from = turn.max(first);
        let share = if table[at].at_end { 1.0 } else { f64::from(last + 1 - from) / f64::from(last + 1 - first) };
        let value = weights[at] * step * share;
        *by_term.entry(table[at].id.clone()).or_insert(0.0) += value;
        *by_cause.entry(cause).or_insert(0.0) += value;
    }
    Some(TracedGame { payoff: payoff?, terms: by_term, causes: by_cause, events })
}
