//! The lines of the protocol: what is sent, and what is read.

use std::time::Duration;

use marchland_game::{
    ActionId, Ballot, Budget, Choice, Deal, DealId, DealMove, DealStatus, Decision, Draft, Forfeit, IndicatorId, Order,
    Readings, Stage, Vote,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::protocol::MEMORY_BYTES;

fn line(message: &Value) -> Vec<u8> {
    let mut line = message.to_string().into_bytes();
    line.push(b'\n');
    line
}

/// The first line.
pub(super) fn hello(version: u32) -> Vec<u8> {
    line(&json!({
        "type": "hello",
        "protocol": version,
        "engine": "marchland",
        "version": env!("CARGO_PKG_VERSION"),
    }))
}

/// The last line.
pub(super) fn bye() -> Vec<u8> {
    line(&json!({ "type": "bye" }))
}

/// The program leaves a game.
pub(super) fn end(game: u64) -> Vec<u8> {
    line(&json!({ "type": "end", "game": format!("{game:016x}") }))
}

/// The program enters a game: what there is, as far as its seat may know.
pub(super) fn game(game: u64, at: &Decision<'_>, version: u32) -> Vec<u8> {
    let catalogue = at.catalogue;
    let seat = &catalogue.players[at.player.index()];
    let players: Vec<Value> = catalogue
        .players
        .iter()
        .map(|player| {
            json!({
                "id": player.id, "title": player.title, "kind": player.kind, "briefing": player.briefing,
            })
        })
        .collect();
    let indicators: Vec<Value> = catalogue
        .indicators
        .iter()
        .map(|indicator| {
            json!({
                "path": indicator.path, "unit": indicator.unit, "low": indicator.range.0, "high": indicator.range.1,
                "meaning": indicator.meaning, "labels": indicator.labels,
            })
        })
        .collect();
    let actions: Vec<Value> = catalogue
        .actions
        .iter()
        .filter(|action| action.owners.contains(at.player))
        .map(|action| {
            let options: Vec<&str> = action.options.iter().map(|option| option.id.as_str()).collect();
            json!({
                "id": action.id, "title": action.title, "meaning": action.meaning, "options": options,
                "public_position": action.public_position,
            })
        })
        .collect();
    let terms: Vec<Value> = seat
        .payoffs
        .terms
        .iter()
        .map(|term| {
            json!({
                "id": term.id, "indicator": catalogue.indicators[term.indicator.index()].path,
                "weight": term.weight.value(&at.observation),
                "zero": term.scale.map(|scale| scale.0), "one": term.scale.map(|scale| scale.1),
                "at_end": term.at_end,
            })
        })
        .collect();
    let mut message = json!({
        "type": "game",
        "game": format!("{game:016x}"),
        "scenario": catalogue.scenario,
        "start": catalogue.start.map(|date| date.to_string()),
        "horizon": catalogue.horizon,
        "seat": seat.id,
        "briefing": seat.private_briefing,
        "players": players,
        "orders_per_turn": seat.orders_per_turn,
        "indicators": indicators,
        "actions": actions,
        "payoff": { "worst": seat.payoffs.range.0, "best": seat.payoffs.range.1, "terms": terms },
    });
    if version >= 2 {
        let known = catalogue.deals.iter().enumerate().filter(|(_, deal)| deal.seen_by.contains(at.player));
        message["deals"] = known.map(|(index, deal)| issue(DealId::from_index(index), deal, at)).collect();
    }
    line(&message)
}

/// A deal as it is declared.
fn issue(id: DealId, deal: &Deal, at: &Decision<'_>) -> Value {
    let catalogue = at.catalogue;
    let player = |id: marchland_game::PlayerId| catalogue.players[id.index()].id.as_str();
    let action = |what| catalogue.actions[catalogue.deal_action(id, what).index()].id.as_str();
    let terms: Vec<Value> = deal
        .terms
        .iter()
        .map(|term| {
            let options: Vec<Value> =
                term.options.iter().map(|(name, value)| json!({ "id": name, "value": value })).collect();
            json!({ "id": term.id, "title": term.title, "unit": term.unit, "options": options })
        })
        .collect();
    let names = &catalogue.actions[catalogue.deal_action(id, DealMove::Offer).index()].options;
    let offers: Vec<Value> = deal
        .offers
        .iter()
        .zip(names)
        .map(|(offer, name)| {
            json!({
                "option": name.id, "terms": offer.values,
                "link": offer.link.map(|link| catalogue.deals[deal.links[usize::from(link)].index()].id.as_str()),
            })
        })
        .collect();
    json!({
        "id": deal.id, "title": deal.title, "meaning": deal.meaning, "parties": deal.parties.map(player),
        "terms": terms, "offers": offers, "deadline": deal.deadline, "stands": deal.stands,
        "offer": action(DealMove::Offer), "accept": action(DealMove::Accept), "reject": action(DealMove::Reject),
        "break": action(DealMove::Break),
    })
}

/// A deal as the seat sees it now.
fn talks(deal: &Deal, at: &Decision<'_>) -> Value {
    let (catalogue, view) = (at.catalogue, &at.observation);
    let status = deal.status(view);
    let table = (status == DealStatus::Offered).then(|| deal.table(view));
    let agreed = matches!(status, DealStatus::Waiting | DealStatus::InForce).then(|| deal.table(view));
    let until = view.now(deal.tracks.until);
    let side = deal.side(at.player, catalogue);
    let worth = |offer: Option<usize>| side.zip(offer).map(|(side, offer)| deal.value(side, offer, view));
    json!({
        "id": deal.id,
        "status": DealStatus::LABELS[status as usize],
        "by": deal.proposer(view).map(|side| catalogue.players[deal.parties[side].index()].id.as_str()),
        "table": table.map(|offer| &deal.offers[offer].values),
        "agreed": agreed.map(|offer| &deal.offers[offer].values),
        "until": (agreed.is_some() && until > 0.0).then_some(until),
        "worth": worth(table.or(agreed)),
        "outside": side.map(|side| deal.outside[side].value(view)),
        "broken": deal.tracks.broken.map(|id| view.now(id)),
    })
}

/// A question.
pub(super) fn decide(id: u64, at: &Decision<'_>, memory: &str, timeout: Duration, version: u32) -> Vec<u8> {
    let catalogue = at.catalogue;
    let mut observation = Map::new();
    for (index, indicator) in catalogue.indicators.iter().enumerate() {
        let known = at.observation.estimate(IndicatorId::from_index(index));
        observation.insert(indicator.path.clone(), json!({ "value": known.value, "sd": known.sd, "age": known.age }));
    }
    let (mut legal, mut illegal) = (Vec::new(), Vec::new());
    if at.moment.stage == Stage::Orders {
        for (index, action) in catalogue.actions.iter().enumerate() {
            if !action.owners.contains(at.player) {
                continue;
            }
            for (option, named) in action.options.iter().enumerate() {
                let order = Order { action: ActionId::from_index(index), option: option as u8 };
                match at.observation.legality(order) {
                    Ok(cost) => {
                        legal.push(json!({ "action": action.id, "option": named.id, "cost": budgets(cost.map(Some)) }))
                    }
                    Err(refusal) => illegal.push(json!({
                        "action": action.id, "option": named.id, "because": refusal.text(order.action, catalogue),
                    })),
                }
            }
        }
    }
    let seat = &catalogue.players[at.player.index()];
    let left = seat.budgets.map(|budget| budget.map(|id| at.observation.estimate(id).value));
    let tabled: Vec<Value> = at
        .tabled
        .iter()
        .map(|tabled| {
            json!({
                "motion": catalogue.motions[tabled.motion.index()].id,
                "by": tabled.by.map(|player| catalogue.players[player.index()].id.as_str()),
                "stake": at.observation.stake(tabled.motion),
            })
        })
        .collect();
    // Only a program's own JSON is ever kept there.
    let memory: Value = serde_json::from_str(memory).unwrap_or(Value::Null);
    let mut message = json!({
        "type": "decide",
        "id": id,
        "turn": at.moment.turn.0,
        "round": at.moment.round.0,
        "stage": at.moment.stage,
        "observation": observation,
        "legal": legal,
        "illegal": illegal,
        "budget": budgets(left),
        "tabled": tabled,
        "memory": memory,
        // The upper 53 bits, so that every program reads the number exactly.
        "seed": at.stream.word() >> 11,
        "deadline_seconds": timeout.as_secs_f64(),
    });
    if version >= 2 {
        let known = catalogue.deals.iter().filter(|deal| deal.seen_by.contains(at.player));
        message["deals"] = known.map(|deal| talks(deal, at)).collect();
    }
    line(&message)
}

fn budgets(amounts: [Option<f64>; Budget::ALL.len()]) -> Value {
    let named = Budget::ALL.iter().zip(amounts);
    Value::Object(named.filter_map(|(budget, amount)| Some((budget.name().to_owned(), json!(amount?)))).collect())
}

/// An answer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Answer {
    id: u64,
    #[serde(default)]
    orders: Vec<NamedOrder>,
    #[serde(default)]
    ballots: Vec<NamedBallot>,
    #[serde(default)]
    memory: Option<Value>,
    #[serde(default)]
    pub(super) note: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NamedOrder {
    action: String,
    #[serde(default)]
    option: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NamedBallot {
    motion: String,
    vote: Vote,
}

impl Answer {
    /// The memory to keep, as text; none where the old one stays.
    ///
    /// # Errors
    /// `Oversized` where it is longer than may be kept.
    pub(super) fn memory_text(&self) -> Result<Option<String>, Forfeit> {
        let Some(memory) = &self.memory else { return Ok(None) };
        let text = memory.to_string();
        if text.len() > MEMORY_BYTES { Err(Forfeit::Oversized) } else { Ok(Some(text)) }
    }
}

/// Reads an answer to the question of this id.
///
/// # Errors
/// `Malformed` where it is no answer, or one to another question.
pub(super) fn read(line: &[u8], id: u64) -> Result<Answer, Forfeit> {
    let answer: Answer = serde_json::from_slice(line).map_err(|_| Forfeit::Malformed)?;
    if answer.id == id { Ok(answer) } else { Err(Forfeit::Malformed) }
}

/// The choice that an answer names.
///
/// # Errors
/// `Illegal` where an order or ballot is unknown, out of its stage, or not legal beside the others.
pub(super) fn choice(answer: &Answer, at: &Decision<'_>) -> Result<Choice, Forfeit> {
    let of_stage = match at.moment.stage {
        Stage::Orders => answer.ballots.is_empty(),
        Stage::Ballots => answer.orders.is_empty(),
    };
    if !of_stage {
        return Err(Forfeit::Illegal);
    }
    let mut draft = Draft::default();
    for named in &answer.orders {
        let action = at.catalogue.action(&named.action).ok_or(Forfeit::Illegal)?;
        let options = at.catalogue.actions[action.index()].options.len();
        let option = match &named.option {
            Some(name) => at.catalogue.option(action, name),
            None => (options == 1).then_some(0),
        };
        let order = Order { action, option: option.ok_or(Forfeit::Illegal)? };
        draft.add(order, at).map_err(|_| Forfeit::Illegal)?;
    }
    let mut choice = Choice { orders: draft.package(), ..Choice::default() };
    for named in &answer.ballots {
        let motion = at.catalogue.motion(&named.motion).ok_or(Forfeit::Illegal)?;
        let stands = at.tabled.iter().any(|tabled| tabled.motion == motion);
        let twice = choice.ballots.iter().any(|ballot| ballot.motion == motion);
        if !stands || twice || !choice.ballots.push(Ballot { motion, vote: named.vote }) {
            return Err(Forfeit::Illegal);
        }
    }
    Ok(choice)
}
