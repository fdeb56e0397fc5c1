//! `Rules`: ordered blocks of orders with windows and conditions, each of which can say why it did
//! not act. The way in which a person writes a strategy down.

use marchland_game::{
    ArgumentKind, ArgumentSchema, Ballot, Block, Choice, DealMove, Decision, Draft, Expression, FamilySchema, Memory,
    Note, Readings, Refusal, Stage, Strategy,
};

use crate::arguments::Arguments;
use crate::bargainer::{Own, Sides, Way};
use crate::registry::{Build, BuildResult, Family};

/// The family's entry.
pub const FAMILY: Family = Family {
    schema: FamilySchema {
        name: "Rules",
        meaning: "Goes through its blocks in order; a block whose window, conditions and chance allow it gives its \
                  orders as far as they are legal beside those of the blocks before it. In the stage Ballots the \
                  first block that allows it and names a motion decides the vote on it. Offers, answers and breaches \
                  that no block of it ever orders about a deal are left to what the deal is worth, as a Bargainer's.",
        source: "block strategies of Athena (JPL, 2011–2016); production rules, Newell & Simon 1972",
        arguments: &[ArgumentSchema {
            name: "blocks",
            kind: ArgumentKind::Blocks,
            meaning: "blocks in order of priority; `every` counts turns between two acts and governs orders only",
        }],
        cohorts: false,
    },
    build: Build::Player(build),
};

fn build(from: &Arguments<'_>) -> BuildResult<dyn Strategy> {
    let blocks = from.blocks("blocks").to_vec();
    let mut found = Vec::new();
    for (at, block) in blocks.iter().enumerate() {
        if blocks[..at].iter().any(|other| other.name == block.name) {
            found.push(from.error("duplicate-block", format!("there are two blocks named `{}`", block.name)));
        }
        if block.window.0 > block.window.1 {
            found.push(from.error("empty-window", format!("block `{}` ends before it begins", block.name)));
        }
        let motion = |id: marchland_game::MotionId| id.index() < from.catalogue.motions.len();
        if !block.ballots.iter().all(|(id, _)| motion(*id)) {
            found.push(from.error("unknown-motion", format!("block `{}` votes on an unknown motion", block.name)));
        }
    }
    let own = own_deals(&blocks, from.catalogue);
    let timing = blocks.iter().map(Timing::of).collect();
    if found.is_empty() {
        Ok(Box::new(Rules { blocks, timing, own, sides: Sides::of(from.catalogue) }))
    } else {
        Err(found)
    }
}

/// Memory: one word a block, the turn in which it last gave orders; 0 where it never did.
struct Rules {
    blocks: Vec<Block>,
    /// When each block may order, side by side: in most turns most may not.
    timing: Vec<Timing>,
    /// What its blocks themselves do about each deal; the rest is bargained for by interest.
    own: Vec<Own>,
    sides: Sides,
}

/// When a block may order.
#[derive(Clone, Copy)]
struct Timing {
    orders: bool,
    window: (u32, u32),
    every: Option<u32>,
}

impl Timing {
    fn of(block: &Block) -> Self {
        Self { orders: !block.orders.is_empty(), window: block.window, every: block.every }
    }

    fn open(self, turn: u32) -> Result<(), Idle> {
        if turn < self.window.0 || turn > self.window.1 { Err(Idle::Window) } else { Ok(()) }
    }

    /// Whether it is free to order again after the turn in which it last did, 0 for never.
    fn rested(self, last: u64, turn: u32) -> Result<(), Idle> {
        if last == 0 {
            return Ok(());
        }
        match self.every {
            None => Err(Idle::Spent),
            Some(every) => {
                let next = (last as u32).saturating_add(every);
                if turn < next { Err(Idle::Waiting(next)) } else { Ok(()) }
            }
        }
    }
}

/// What blocks do about each deal, by `DealId`.
fn own_deals(blocks: &[Block], catalogue: &marchland_game::Catalogue) -> Vec<Own> {
    let mut own = vec![Own::default(); catalogue.deals.len()];
    for order in blocks.iter().flat_map(|block| &block.orders) {
        let Some((deal, what)) = catalogue.deal_move(order.action) else { continue };
        let own = &mut own[deal.index()];
        match what {
            DealMove::Offer => own.offers = true,
            DealMove::Accept | DealMove::Reject => own.answers = true,
            DealMove::Break => own.breaks = true,
        }
    }
    own
}

/// Why a block did not act.
enum Idle {
    Window,
    All(usize),
    Any,
    Chance(f64),
    Spent,
    Waiting(u32),
    Refused,
    NoMotion,
}

impl Strategy for Rules {
    fn decide(&self, at: &Decision<'_>, memory: &mut Memory) -> Choice {
        match at.moment.stage {
            Stage::Orders => self.order(at, memory),
            Stage::Ballots => self.vote(at),
        }
    }

    fn memory(&self) -> Memory {
        Memory { words: vec![0; self.blocks.len()], ..Memory::default() }
    }
}

impl Rules {
    fn order(&self, at: &Decision<'_>, memory: &mut Memory) -> Choice {
        let mut choice = Choice::default();
        let mut draft = Draft::default();
        let turn = at.moment.turn.0;
        for (index, timing) in self.timing.iter().enumerate() {
            if !timing.orders {
                continue;
            }
            // A block that must wait whatever its conditions say is not asked for them, unless a note is to tell which held.
            let may = || timing.open(turn).is_ok() && timing.rested(memory.words[index], turn).is_ok();
            if !at.tracing && !may() {
                continue;
            }
            let block = &self.blocks[index];
            let mut refused: Option<(usize, Refusal)> = None;
            let outcome = open(block, index, at).and_then(|()| {
                timing.rested(memory.words[index], turn)?;
                let mut given = false;
                for (place, order) in block.orders.iter().enumerate() {
                    match draft.add(*order, at) {
                        Ok(()) => given = true,
                        Err(refusal) => {
                            refused.get_or_insert((place, refusal));
                            if at.tracing {
                                choice.notes.push(refusal_note(block, place, refusal, at));
                            }
                        }
                    }
                }
                if given { Ok(()) } else { Err(Idle::Refused) }
            });
            match outcome {
                Ok(()) => {
                    memory.words[index] = u64::from(turn);
                    if at.tracing {
                        choice.notes.push(Note { on: block.name.clone(), acted: true, why: block.intent.clone() });
                    }
                }
                // Its refused orders have spoken already.
                Err(Idle::Refused) => {}
                Err(idle) if at.tracing => choice.notes.push(idle_note(block, &idle, at)),
                Err(_) => {}
            }
        }
        Way::USUAL.bargain(at, &self.sides, |deal| self.own[deal.index()], &mut draft, &mut choice.notes);
        choice.orders = draft.package();
        choice
    }

    fn vote(&self, at: &Decision<'_>) -> Choice {
        let mut choice = Choice::default();
        for (index, block) in self.blocks.iter().enumerate() {
            if block.ballots.is_empty() {
                continue;
            }
            let tabled = |motion| at.tabled.iter().any(|tabled| tabled.motion == motion);
            let outcome = open(block, index, at).and_then(|()| {
                let mut cast = false;
                for (motion, vote) in &block.ballots {
                    if tabled(*motion) && choice.ballots.iter().all(|ballot| ballot.motion != *motion) {
                        cast |= choice.ballots.push(Ballot { motion: *motion, vote: *vote });
                    }
                }
                if cast { Ok(()) } else { Err(Idle::NoMotion) }
            });
            if at.tracing {
                choice.notes.push(match outcome {
                    Ok(()) => Note { on: block.name.clone(), acted: true, why: block.intent.clone() },
                    Err(idle) => idle_note(block, &idle, at),
                });
            }
        }
        choice
    }
}

/// Whether a block's window, conditions and chance let it act.
fn open(block: &Block, index: usize, at: &Decision<'_>) -> Result<(), Idle> {
    Timing::of(block).open(at.moment.turn.0)?;
    if let Some(failed) = block.all.iter().position(|condition| !condition.holds(&at.observation)) {
        return Err(Idle::All(failed));
    }
    if !block.any.is_empty() && !block.any.iter().any(|condition| condition.holds(&at.observation)) {
        return Err(Idle::Any);
    }
    let chance = block.chance.value(&at.observation);
    // Keyed by the block, so that one block's chance shifts no other's draw.
    if chance < 1.0 && at.stream.at(index as u64).uniform() >= chance {
        return Err(Idle::Chance(chance));
    }
    Ok(())
}

fn refusal_note(block: &Block, place: usize, refusal: Refusal, at: &Decision<'_>) -> Note {
    let order = block.orders[place];
    let why = refusal.text(order.action, at.catalogue);
    let kind = if matches!(refusal, Refusal::Budget { .. }) { "budget" } else { "illegal because" };
    let sign = if kind == "budget" { ": " } else { " " };
    Note { on: block.name.clone(), acted: false, why: format!("{}: {kind}{sign}{why}", at.catalogue.order_name(order)) }
}

fn idle_note(block: &Block, idle: &Idle, at: &Decision<'_>) -> Note {
    let why = match idle {
        Idle::Window => format!("time: acts in turns {} to {}", block.window.0, block.window.1),
        Idle::All(which) => {
            format!("condition: {} of ALL fails{}", which + 1, readings(&block.all[*which..=*which], at))
        }
        Idle::Any => format!("condition: none of ANY holds{}", readings(&block.any, at)),
        Idle::Chance(chance) => format!("chance: the draw missed {chance:.3}"),
        Idle::Spent => "spent: acts once a game".into(),
        Idle::Waiting(next) => format!("too soon: may act again in turn {next}"),
        Idle::Refused => "illegal: none of its orders".into(),
        Idle::NoMotion => "no motion of its own stands tabled, or a block before it voted".into(),
    };
    Note { on: block.name.clone(), acted: false, why }
}

/// The indicators that conditions read, with their values or the names of their states, at most four.
fn readings(conditions: &[Expression], at: &Decision<'_>) -> String {
    let mut text = String::new();
    for (count, id) in conditions.iter().flat_map(Expression::indicators).take(4).enumerate() {
        let indicator = &at.catalogue.indicators[id.index()];
        let (path, now) = (&indicator.path, at.observation.now(id));
        text.push_str(if count == 0 { " (" } else { ", " });
        text.push_str(&match indicator.label(now) {
            Some(label) => format!("{path} is {label}"),
            None => format!("{path} = {now:.3}"),
        });
    }
    if !text.is_empty() {
        text.push(')');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::duel::{Duel, always};
    use marchland_game::{ActionId, IndicatorId, Op, Order, Relation, Value};

    fn block(name: &str, all: Vec<Expression>, every: Option<u32>) -> Block {
        Block {
            name: name.into(),
            intent: "presses".into(),
            window: (1, 4),
            all,
            any: Vec::new(),
            orders: vec![Order { action: ActionId(0), option: 0 }],
            ballots: Vec::new(),
            chance: always(1.0),
            every,
        }
    }

    fn moves(blocks: Vec<Block>, against: Vec<(u32, Vec<Order>)>) -> Vec<usize> {
        let duel = Duel::chicken();
        let rules = duel.build("Rules", vec![Value::Blocks(blocks)]);
        let script = duel.build("Script", vec![Value::Script(against)]);
        duel.play([&*rules, &*script], 6, 1).into_iter().map(|moves| moves[0]).collect()
    }

    #[test]
    fn windows_and_waits_bound_a_block() {
        assert_eq!(moves(vec![block("once", vec![], None)], vec![]), [1, 0, 0, 0, 0, 0]);
        assert_eq!(moves(vec![block("often", vec![], Some(1))], vec![]), [1, 1, 1, 1, 0, 0]);
        assert_eq!(moves(vec![block("rarely", vec![], Some(2))], vec![]), [1, 0, 1, 0, 0, 0]);
    }

    #[test]
    fn conditions_read_the_observation() {
        let provoked = Expression::new(
            vec![Op::Indicator(IndicatorId(1)), Op::Constant(0.5), Op::Compare(Relation::Greater)],
            vec![],
        )
        .expect("balanced");
        let dare = vec![Order { action: ActionId(0), option: 0 }];
        assert_eq!(moves(vec![block("reply", vec![provoked], Some(1))], vec![(2, dare)]), [0, 0, 1, 0, 0, 0]);
    }

    #[test]
    fn every_idle_block_says_why() {
        let duel = Duel::chicken();
        let never = Expression::new(
            vec![Op::Indicator(IndicatorId(1)), Op::Constant(0.5), Op::Compare(Relation::Greater)],
            vec![],
        )
        .expect("balanced");
        let mut late = block("late", vec![], None);
        late.window = (3, 4);
        let mut unlucky = block("unlucky", vec![], None);
        unlucky.chance = always(0.0);
        let mut either = block("either", vec![], None);
        either.any = vec![never.clone()];
        let blocks = vec![
            late,
            block("condition", vec![always(1.0), never], None),
            either,
            unlucky,
            block("acts", vec![], None),
            block("second", vec![], None),
        ];
        let rules = duel.build("Rules", vec![Value::Blocks(blocks)]);
        let mut memory = rules.memory();
        let choice = duel.decide(&*rules, &mut memory, 0, &[], 1, true);
        let notes: Vec<String> = choice.notes.iter().map(|note| format!("{}: {}", note.on, note.why)).collect();
        assert_eq!(
            notes,
            [
                "late: time: acts in turns 3 to 4",
                "condition: condition: 2 of ALL fails (south.move = 0.000)",
                "either: condition: none of ANY holds (south.move = 0.000)",
                "unlucky: chance: the draw missed 0.000",
                "acts: presses",
                "second: move: illegal because it was ordered already this turn",
            ]
        );
        assert_eq!(memory.words, [0, 0, 0, 0, 1, 0]);
        let again = duel.decide(&*rules, &mut memory, 0, &[[1, 0]], 1, true);
        assert_eq!(again.notes[4].why, "spent: acts once a game");
    }

    #[test]
    fn tracing_changes_no_choice_and_silence_allocates_no_notes() {
        let duel = Duel::chicken();
        let rules = duel.build("Rules", vec![Value::Blocks(vec![block("often", vec![], Some(1))])]);
        let quiet = duel.decide(&*rules, &mut rules.memory(), 0, &[], 1, false);
        let traced = duel.decide(&*rules, &mut rules.memory(), 0, &[], 1, true);
        assert_eq!(quiet.orders, traced.orders);
        assert_eq!(quiet.notes.capacity(), 0);
    }
}
