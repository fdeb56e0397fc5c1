//! The lists of a scenario, row by row.

use std::fmt::Write as _;

use marchland_experiments::claims::{CausalPath, Check, Claim};
use marchland_game::{Budget, FamilySchema, PlayerSet, Reduction, Rule, Sight, Visibility};
use marchland_sim::scenario::{Effect, Scenario, Trigger, print};
use serde_json::{Value, json};

use super::Row;
use crate::story::scale::months;

/// The scenario in short.
pub fn overview(scenario: &Scenario) -> Row {
    let catalogue = &scenario.catalogue;
    Row(vec![
        ("id", json!(catalogue.scenario)),
        ("title", json!(scenario.title)),
        ("description", json!(scenario.description)),
        ("start", json!(scenario.calendar.start.to_string())),
        ("horizon", json!(scenario.calendar.horizon)),
        ("players", json!(catalogue.players.len())),
        ("indicators", json!(catalogue.indicators.len())),
        ("actions", json!(catalogue.actions.len())),
        ("events", json!(catalogue.events.len())),
        ("parameters", json!(catalogue.parameters.len())),
        ("strategies", json!(scenario.strategies.len())),
        ("institutions", json!(catalogue.institutions.len())),
        ("motions", json!(catalogue.motions.len())),
        ("measures", json!(catalogue.measures.len())),
        ("beliefs", json!(scenario.beliefs.iter().map(|belief| &belief.id).collect::<Vec<_>>())),
        ("default_belief", json!(scenario.default_belief.map(|at| &scenario.beliefs[at].id))),
        ("mechanisms", json!(scenario.mechanisms)),
        ("sources", json!(scenario.sources)),
        ("scenario_hash", json!(scenario.hash)),
    ])
}

fn names(scenario: &Scenario, set: PlayerSet) -> Vec<&str> {
    let players = scenario.catalogue.players.iter().enumerate();
    players
        .filter(|(at, _)| set.contains(marchland_game::PlayerId::from_index(*at)))
        .map(|(_, player)| player.id.as_str())
        .collect()
}

fn effects(scenario: &Scenario, effects: &[Effect]) -> Vec<String> {
    effects.iter().map(|effect| written(effect, scenario)).collect()
}

/// An effect: what it does, when, for how long and under which cap.
fn written(effect: &Effect, scenario: &Scenario) -> String {
    let catalogue = &scenario.catalogue;
    let mut text = effect.kind.written(catalogue);
    if effect.delay > 0 {
        let _ = write!(text, " after {}", months(u64::from(effect.delay)));
    }
    if let Some(lasts) = effect.lasts {
        let _ = write!(text, " for {}", months(u64::from(lasts)));
    }
    if let Some(group) = effect.group {
        let group = &scenario.groups[usize::from(group)];
        let _ = write!(text, " within ±{} of `{}`", group.cap, group.id);
    }
    if let Some(when) = &effect.when {
        let _ = write!(text, " when {}", print::expression(when, catalogue));
    }
    text
}

/// Who decides.
pub fn players(scenario: &Scenario) -> Vec<Row> {
    let catalogue = &scenario.catalogue;
    let rows = catalogue.players.iter().enumerate().map(|(at, player)| {
        let id = marchland_game::PlayerId::from_index(at);
        let actions = catalogue.actions.iter().filter(|action| action.owners.contains(id));
        let budgets = Budget::ALL.iter().zip(&player.budgets).filter(|(_, id)| id.is_some());
        Row(vec![
            ("id", json!(player.id)),
            ("title", json!(player.title)),
            ("kind", json!(player.kind)),
            ("orders_per_turn", json!(player.orders_per_turn)),
            ("budgets", json!(budgets.map(|(budget, _)| budget.name()).collect::<Vec<_>>())),
            ("strategy", json!(scenario.strategies[scenario.lineup[at]].name)),
            ("assumed", json!(scenario.strategies[scenario.assumed[at]].name)),
            ("succeeds", json!(player.succeeds.map(|other| &catalogue.players[other.index()].id))),
            ("payoff_range", json!([player.payoffs.range.0, player.payoffs.range.1])),
            ("actions", json!(actions.map(|action| &action.id).collect::<Vec<_>>())),
            ("briefing", json!(player.briefing)),
        ])
    });
    rows.collect()
}

/// What each player plays for.
pub fn payoffs(scenario: &Scenario) -> Vec<Row> {
    let catalogue = &scenario.catalogue;
    let rows = catalogue.players.iter().map(|player| {
        let terms = player.payoffs.terms.iter().map(|term| {
            json!({
                "term": term.id,
                "indicator": catalogue.indicators[term.indicator.index()].path,
                "weight": print::expression(&term.weight, catalogue),
                "scale": term.scale.map(|(zero, one)| [zero, one]),
                "at_end": term.at_end,
                "why": term.why,
            })
        });
        let stakes = player.stakes.iter().map(|(motion, stake)| {
            json!({
                "motion": catalogue.motions[motion.index()].id,
                "yes_less_no": print::expression(stake, catalogue),
            })
        });
        Row(vec![
            ("id", json!(player.id)),
            ("payoff_range", json!([player.payoffs.range.0, player.payoffs.range.1])),
            ("terms", Value::Array(terms.collect())),
            ("stakes", Value::Array(stakes.collect())),
        ])
    });
    rows.collect()
}

/// What may be ordered.
pub fn actions(scenario: &Scenario) -> Vec<Row> {
    let catalogue = &scenario.catalogue;
    let rows = catalogue.actions.iter().zip(&scenario.actions).map(|(action, plan)| {
        let options = action.options.iter().zip(&plan.options).map(|(option, does)| {
            let cost: serde_json::Map<String, Value> = Budget::ALL
                .iter()
                .zip(option.cost)
                .filter(|(_, cost)| *cost != 0.0)
                .map(|(budget, cost)| (budget.name().to_owned(), json!(cost)))
                .collect();
            json!({
                "option": option.id,
                "level": option.level,
                "cost": cost,
                "success": effects(scenario, &does.success),
                "failure": effects(scenario, &does.failure),
                "leaked": effects(scenario, &does.leak),
            })
        });
        Row(vec![
            ("id", json!(action.id)),
            ("title", json!(action.title)),
            ("meaning", json!(action.meaning)),
            ("instrument", json!(action.instrument)),
            ("owners", json!(names(scenario, action.owners))),
            ("options", Value::Array(options.collect())),
            ("condition", json!(action.condition.as_ref().map(|condition| print::expression(condition, catalogue)))),
            ("refusal", json!(action.condition.as_ref().map(|_| &action.refusal))),
            (
                "visibility",
                match &action.visibility {
                    Visibility::Public => json!("public"),
                    Visibility::Private(to) => json!(format!("private to {}", names(scenario, *to).join(", "))),
                    Visibility::Covert => json!("covert"),
                },
            ),
            ("chance", json!(print::expression(&plan.chance, catalogue))),
            ("leak", json!(plan.leak.as_ref().map(|leak| print::expression(leak, catalogue)))),
            ("public_position", json!(action.public_position)),
            ("rows", json!(action.rows)),
        ])
    });
    rows.collect()
}

/// What happens.
pub fn events(scenario: &Scenario) -> Vec<Row> {
    let catalogue = &scenario.catalogue;
    let rows = catalogue.events.iter().zip(&scenario.events).map(|(event, plan)| {
        let trigger = match &plan.trigger {
            Trigger::Scheduled(turn) => format!("in turn {turn}"),
            Trigger::When(condition) => format!("when {}", print::expression(condition, catalogue)),
            Trigger::Hazard(hazard) => format!("with monthly probability {}", print::expression(hazard, catalogue)),
            Trigger::Manual => "by a facilitator or an effect".into(),
        };
        Row(vec![
            ("id", json!(event.id)),
            ("title", json!(event.title)),
            ("trigger", json!(trigger)),
            ("effects", json!(effects(scenario, &plan.effects))),
            ("repeats", json!(plan.repeats)),
            (
                "seen_by",
                match event.seen_by {
                    PlayerSet::EVERYBODY => json!(["everyone"]),
                    set => json!(names(scenario, set)),
                },
            ),
            ("rows", json!(event.rows)),
        ])
    });
    rows.collect()
}

/// Every number of the world.
pub fn indicators(scenario: &Scenario) -> Vec<Row> {
    let catalogue = &scenario.catalogue;
    let rows = catalogue.indicators.iter().map(|indicator| {
        let sight = |sight: &Sight| match sight {
            Sight::Exact { delay: 0 } => "exact".to_owned(),
            Sight::Exact { delay } => format!("exact after {delay} months"),
            Sight::Noisy { delay, sd } => format!("within ±{sd} after {delay} months"),
            Sight::Hidden { sd } => format!("hidden (belief ±{sd})"),
        };
        let seen: serde_json::Map<String, Value> = catalogue
            .players
            .iter()
            .zip(&indicator.sight)
            .filter(|(_, seen)| **seen != Sight::Exact { delay: 0 })
            .map(|(player, seen)| (player.id.clone(), json!(sight(seen))))
            .collect();
        Row(vec![
            ("id", json!(indicator.path)),
            ("title", json!(indicator.title)),
            ("meaning", json!(indicator.meaning)),
            ("unit", json!(indicator.unit)),
            ("range", json!([indicator.range.0, indicator.range.1])),
            ("nature", json!(indicator.nature)),
            ("inputs", json!(indicator.inputs)),
            ("resting", json!(indicator.resting)),
            ("labels", json!(indicator.labels)),
            ("prior", json!(indicator.prior)),
            ("sight", Value::Object(seen)),
        ])
    });
    rows.collect()
}

/// Every uncertain number, with the source of its size and that of the mechanism it acts in: its own, or that of the laws
/// that read it.
pub fn parameters(scenario: &Scenario) -> Vec<Row> {
    let by_law = |id: &str| {
        let laws = scenario.laws().filter(|law| law.parameters.contains(&id));
        let sources: Vec<String> = laws.map(|law| format!("{}: {}", law.name, law.source)).collect();
        sources.join("; ")
    };
    let rows = scenario.catalogue.parameters.iter().map(|parameter| {
        Row(vec![
            ("id", json!(parameter.id)),
            ("meaning", json!(parameter.meaning)),
            ("value", json!(parameter.value)),
            ("unit", json!(parameter.unit)),
            ("distribution", json!(parameter.distribution)),
            ("choices", json!(parameter.choices)),
            ("source", json!(parameter.source)),
            ("source_text", json!(parameter.source_text)),
            (
                "mechanism",
                json!(parameter.mechanism.as_ref().map_or_else(|| by_law(&parameter.id), |(_, text)| text.clone())),
            ),
            ("fitted_to", json!(parameter.fitted_to)),
            ("from_base", json!(!parameter.own)),
        ])
    });
    rows.collect()
}

/// Named ways to play.
pub fn strategies(scenario: &Scenario, families: &[FamilySchema]) -> Vec<Row> {
    let rows = scenario.strategies.iter().map(|spec| {
        let players = spec.players.iter().map(|id| &scenario.catalogue.players[id.index()].id);
        Row(vec![
            ("id", json!(spec.name)),
            ("intent", json!(spec.intent)),
            ("family", json!(spec.family)),
            ("players", json!(players.collect::<Vec<_>>())),
            ("arguments", super::arguments::of(spec, families, &scenario.catalogue)),
        ])
    });
    rows.collect()
}

fn rule(rule: Rule) -> String {
    match rule {
        Rule::Consensus => "consensus".into(),
        Rule::Majority { yes } => format!("{yes} yes votes"),
        Rule::MajorityWithVeto { yes } => format!("{yes} yes votes and no veto"),
    }
}

/// Bodies that vote, and what they may be asked.
pub fn institutions(scenario: &Scenario) -> Vec<Row> {
    let catalogue = &scenario.catalogue;
    let rows = catalogue.institutions.iter().enumerate().map(|(at, body)| {
        let members = body.members.iter().map(|member| {
            json!({
                "member": member.id,
                "player": member.player.is_some(),
                "ideal": member.ideal,
                "veto": member.veto,
            })
        });
        let chairs = body.chairs.iter().map(|(turn, member)| json!({"turn": turn, "chair": body.members[*member].id}));
        let motions = catalogue.motions.iter().zip(&scenario.motions);
        let motions = motions.filter(|(motion, _)| motion.institution.index() == at).map(|(motion, plan)| {
            json!({
                "motion": motion.id,
                "title": motion.title,
                "rule": rule(motion.rule),
                "appeal": print::expression(&motion.appeal, catalogue),
                "passed": effects(scenario, &plan.passed),
                "failed": effects(scenario, &plan.failed),
            })
        });
        Row(vec![
            ("id", json!(body.id)),
            ("title", json!(body.title)),
            ("rule", json!(rule(body.rule))),
            ("members", Value::Array(members.collect())),
            ("chairs", Value::Array(chairs.collect())),
            ("motions", Value::Array(motions.collect())),
        ])
    });
    rows.collect()
}

/// Results of a game.
pub fn measures(scenario: &Scenario) -> Vec<Row> {
    let catalogue = &scenario.catalogue;
    let rows = catalogue.measures.iter().map(|measure| {
        let over = match measure.over {
            Reduction::At(turn) => format!("at turn {turn}"),
            other => format!("{other:?}").to_lowercase(),
        };
        Row(vec![
            ("id", json!(measure.id)),
            ("meaning", json!(measure.meaning)),
            ("unit", json!(measure.unit)),
            ("over", json!(over)),
            ("value", json!(print::expression(&measure.value, catalogue))),
        ])
    });
    rows.collect()
}

/// What the scenario's folder claims of its source.
///
/// # Errors
/// The file of claims cannot be read, or is wrong.
pub fn claims(claims: &[Claim]) -> Vec<Row> {
    let rows = claims.iter().map(|claim| {
        let (of, change) = match &claim.check {
            Check::Moves(of) | Check::Contestable(of) => (Some(&of.of_text), Some(of.change.len())),
            Check::Exists | Check::Constant(_) => (None, None),
        };
        let (slight, path) = match &claim.check {
            Check::Moves(of) => (of.slight.as_deref(), of.path.as_ref()),
            _ => (None, None),
        };
        let (through, direct) = match path {
            Some(CausalPath::Through(states)) => {
                (Some(states.iter().map(|state| state.text.as_str()).collect::<Vec<_>>().join(", ")), None)
            }
            Some(CausalPath::Direct(why)) => (None, Some(why)),
            None => (None, None),
        };
        Row(vec![
            ("id", json!(claim.id)),
            ("kind", json!(claim.kind)),
            ("check", json!(claim.check.name())),
            ("objects", json!(claim.objects)),
            ("meaning", json!(claim.meaning)),
            ("of", json!(of)),
            ("changes", json!(change)),
            ("slight", json!(slight)),
            ("through", json!(through)),
            ("direct", json!(direct)),
            ("why", json!(claim.why)),
        ])
    });
    rows.collect()
}
