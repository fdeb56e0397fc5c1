//! A game as one JSON object, written while it is played.

use marchland_experiments::run::AddedStrategies;
use marchland_game::{Outcome, Stage, Turn, TurnRecord};
use marchland_session::story::{TurningPoint, look_for_turning_point};
use marchland_sim::scenario::Scenario;
use marchland_sim::turn::Variant;
use serde_json::{Map, Value, json};

/// What a game was played with.
pub struct GameInputs<'a> {
    /// The scenario with its parameters.
    pub variant: &'a Variant,
    /// The game's seed.
    pub seed: u64,
    /// Every player's and population's strategy, in the catalogue's order.
    pub strategies: &'a [(String, String)],
    /// The file of strategies that was added to the scenario's.
    pub added: Option<&'a AddedStrategies>,
}

/// A game as the text of one JSON object, in parts, as it is played: what it was played with, turn by turn, then how it
/// ended. One turn is held at a time.
pub struct GameText {
    traced: bool,
    turns: usize,
    turning_point: Option<TurningPoint>,
}

impl GameText {
    /// The text up to the first turn. `traced` says whether causes are listed; `further` has keys beside the usual ones.
    #[must_use]
    pub fn begin(played: &GameInputs<'_>, further: Vec<(&str, Value)>, traced: bool, notice: &str) -> (Self, String) {
        let mut head = head(played, notice);
        head.extend(further.into_iter().map(|(key, value)| (key.to_owned(), value)));
        let mut text = Value::Object(head).to_string();
        text.truncate(text.len() - "}".len());
        text.push_str(",\"turns\":[");
        (Self { traced, turns: 0, turning_point: None }, text)
    }

    /// The text of the next turn.
    #[must_use]
    pub fn turn(&mut self, scenario: &Scenario, record: &TurnRecord) -> String {
        look_for_turning_point(&mut self.turning_point, scenario, record);
        self.turns += 1;
        format!("{}{}", if self.turns > 1 { "," } else { "" }, turn(scenario, record, self.traced))
    }

    /// The text after the last turn.
    #[must_use]
    pub fn end(self, scenario: &Scenario, outcome: &Outcome) -> String {
        format!("],\"outcome\":{}}}", outcome_object(scenario, self.turning_point.as_ref(), outcome))
    }
}

/// The whole text of a game whose records were kept.
#[must_use]
pub fn text(
    played: &GameInputs<'_>,
    further: Vec<(&str, Value)>,
    records: &[TurnRecord],
    outcome: &Outcome,
    traced: bool,
    notice: &str,
) -> String {
    let scenario = &*played.variant.scenario;
    let (mut game, mut text) = GameText::begin(played, further, traced, notice);
    for record in records {
        text.push_str(&game.turn(scenario, record));
    }
    text.push_str(&game.end(scenario, outcome));
    text
}

/// What a game was played with, as keys of its object.
fn head(played: &GameInputs<'_>, notice: &str) -> Map<String, Value> {
    let catalogue = &played.variant.scenario.catalogue;
    let parameters: Map<String, Value> = catalogue
        .parameters
        .iter()
        .zip(played.variant.parameters.iter())
        .map(|(parameter, value)| {
            let choice = parameter.choices.get(*value as usize).filter(|_| !parameter.choices.is_empty());
            (parameter.id.clone(), choice.map_or_else(|| json!(value), |choice| json!(choice)))
        })
        .collect();
    let strategies: Map<String, Value> =
        played.strategies.iter().map(|(player, name)| (player.clone(), json!(name))).collect();
    let entries = [
        ("scenario", json!(catalogue.scenario)),
        ("scenario_hash", json!(played.variant.scenario.hash)),
        ("version", json!(env!("CARGO_PKG_VERSION"))),
        ("seed", json!(played.seed)),
        ("belief", json!(played.variant.belief_name())),
        ("strategies", Value::Object(strategies)),
        ("strategies_added", json!(played.added.map(|added| json!({ "file": added.file, "hash": added.hash })))),
        ("parameters", Value::Object(parameters)),
        ("notice", json!(notice)),
    ];
    entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// The `outcome` object.
#[must_use]
pub fn outcome_object(scenario: &Scenario, turning_point: Option<&TurningPoint>, outcome: &Outcome) -> Value {
    let catalogue = &scenario.catalogue;
    let named = |names: Vec<&String>, values: Vec<Value>| -> Map<String, Value> {
        names.into_iter().cloned().zip(values).collect()
    };
    let players = || catalogue.players.iter().map(|player| &player.id).collect::<Vec<_>>();
    let turning_point = turning_point.map(|point| {
        json!({
            "turn": point.turn,
            "indicator": catalogue.indicators[point.booking.indicator.index()].path,
            "cause": point.booking.cause.name(catalogue),
            "cause_parts": point.booking.cause.named(catalogue),
        })
    });
    json!({
        "status": outcome.status,
        "exit": outcome.exit,
        "turn": outcome.turn,
        "measures": named(
            catalogue.measures.iter().map(|measure| &measure.id).collect(),
            outcome.measures.iter().map(|value| json!(value)).collect(),
        ),
        "payoffs": named(players(), outcome.payoffs.iter().map(|value| json!(value)).collect()),
        "forfeits": named(players(), outcome.forfeits.iter().map(|value| json!(value)).collect()),
        "decisions": named(players(), outcome.decisions.iter().map(|value| json!(value)).collect()),
        "events": named(
            catalogue.outcome_events.iter().map(|event| &event.id).collect(),
            outcome.events.iter().map(|turn| json!(turn)).collect(),
        ),
        "months": outcome.turns,
        "turning_point": turning_point,
    })
}

fn turn(scenario: &Scenario, record: &TurnRecord, traced: bool) -> Value {
    let catalogue = &scenario.catalogue;
    let indicators: Map<String, Value> = catalogue
        .indicators
        .iter()
        .zip(&record.indicators)
        .map(|(info, value)| (info.path.clone(), json!(value)))
        .collect();
    let mut object = Map::new();
    object.insert("turn".into(), json!(record.turn));
    object.insert("date".into(), json!(scenario.calendar.start.of(Turn(record.turn)).to_string()));
    object.insert("indicators".into(), Value::Object(indicators));
    if record.rounds.len() > 1 {
        let rounds: Vec<Value> =
            record.rounds.iter().map(|round| Value::Object(round_object(scenario, round, traced))).collect();
        object.insert("rounds".into(), Value::Array(rounds));
    } else {
        let empty = marchland_game::RoundRecord::default();
        object.append(&mut round_object(scenario, record.rounds.first().unwrap_or(&empty), traced));
    }
    Value::Object(object)
}

fn round_object(scenario: &Scenario, round: &marchland_game::RoundRecord, traced: bool) -> Map<String, Value> {
    let catalogue = &scenario.catalogue;
    let player = |id: marchland_game::PlayerId| &catalogue.players[id.index()].id;
    let option =
        |order: marchland_game::Order| &catalogue.actions[order.action.index()].options[usize::from(order.option)].id;
    let orders: Vec<Value> = round
        .rulings
        .iter()
        .map(|ruling| {
            json!({
                "player": player(ruling.player),
                "action": catalogue.actions[ruling.order.action.index()].id,
                "option": option(ruling.order),
                "legal": ruling.legal(),
                "reason": ruling.refusal.map(|refusal| refusal.text(ruling.order.action, catalogue)),
            })
        })
        .collect();
    let rulings: Vec<Value> = round
        .rulings
        .iter()
        .filter(|ruling| ruling.legal())
        .map(|ruling| {
            json!({
                "player": player(ruling.player),
                "action": catalogue.actions[ruling.order.action.index()].id,
                "option": option(ruling.order),
                "probability": ruling.probability,
                "draw": ruling.draw,
                "success": ruling.success,
                "leaked": ruling.leaked,
            })
        })
        .collect();
    let votes: Vec<Value> = round
        .votes
        .iter()
        .map(|vote| {
            let motion = &catalogue.motions[vote.motion.index()];
            let members = &catalogue.institutions[motion.institution.index()].members;
            let ballots: Map<String, Value> =
                members.iter().zip(vote.votes.iter()).map(|(member, vote)| (member.id.clone(), json!(vote))).collect();
            json!({
                "motion": motion.id,
                "by": vote.by.map(player),
                "ballots": ballots,
                "passed": vote.passed,
            })
        })
        .collect();
    let events: Vec<&String> = round.events.iter().map(|event| &catalogue.events[event.index()].id).collect();
    let causes: Vec<Value> = if traced {
        round
            .bookings
            .iter()
            .map(|booking| {
                let cause = booking.cause.named(catalogue);
                json!({
                    "indicator": catalogue.indicators[booking.indicator.index()].path,
                    "cause": cause.to_string(),
                    "cause_parts": cause,
                    "stage": if booking.moment.stage == Stage::Ballots { "ballots" } else { "orders" },
                    "before": booking.before,
                    "after": booking.after,
                    "inputs": booking.inputs.iter().map(|id| &catalogue.indicators[id.index()].path).collect::<Vec<_>>(),
                })
            })
            .collect()
    } else {
        Vec::new()
    };
    let mut object = Map::new();
    object.insert("orders".into(), json!(orders));
    object.insert("rulings".into(), json!(rulings));
    object.insert("votes".into(), json!(votes));
    object.insert("events".into(), json!(events));
    object.insert("causes".into(), json!(causes));
    object
}
