//! Strategies: how they are declared, described and called.

use serde::{Deserialize, Serialize};

use crate::decision::Decision;
use crate::diagnostic::Span;
use crate::expression::Expression;
use crate::ids::{ActionId, IndicatorId, PlayerId};
use crate::order::{Choice, Order, Vote};

/// Decides for one player. Immutable: all it remembers is in its [`Memory`].
pub trait Strategy: Send + Sync {
    /// What to do at this decision.
    fn decide(&self, at: &Decision<'_>, memory: &mut Memory) -> Choice;

    /// The memory at the start of a game, at its full size.
    fn memory(&self) -> Memory {
        Memory::default()
    }

    /// Whether it asks for imagined futures, so that a game without prepares none.
    fn looks_ahead(&self) -> bool {
        false
    }
}

/// All that a strategy remembers between decisions: a plain value, owned by the game and part of
/// every snapshot.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Memory {
    /// Numbers, sized at the start.
    pub numbers: Vec<f64>,
    /// Words, sized at the start.
    pub words: Vec<u64>,
    /// Memories of strategies within this one.
    pub inner: Vec<Memory>,
    /// What an outside program asked to be handed back: JSON, at most 64 KiB.
    pub text: String,
}

impl Memory {
    /// Copies `from` into this memory without giving up its allocations.
    pub fn assign(&mut self, from: &Self) {
        self.numbers.clone_from(&from.numbers);
        self.words.clone_from(&from.words);
        self.text.clone_from(&from.text);
        self.inner.truncate(from.inner.len());
        for (at, inner) in from.inner.iter().enumerate() {
            match self.inner.get_mut(at) {
                Some(own) => own.assign(inner),
                None => self.inner.push(inner.clone()),
            }
        }
    }
}

/// A named strategy of a scenario, its arguments resolved.
#[derive(Clone, Debug)]
pub struct StrategySpec {
    /// Its name in the scenario, or the inline text it was given by.
    pub name: String,
    /// Its family: `Rules`.
    pub family: String,
    /// One sentence on what it tries to do.
    pub intent: String,
    /// Who may play it; empty for anybody.
    pub players: Vec<PlayerId>,
    /// Arguments in the order of the family's schema, defaults filled in.
    pub arguments: Vec<Value>,
    /// Where it is written; none where in no file.
    pub span: Option<Span>,
}

impl StrategySpec {
    /// A family with arguments, called as the family is, for anybody and in no file.
    #[must_use]
    pub fn of(family: &str, arguments: Vec<Value>) -> Self {
        Self {
            name: family.into(),
            family: family.into(),
            intent: String::new(),
            players: Vec::new(),
            arguments,
            span: None,
        }
    }
}

/// What a family takes.
#[derive(Clone, Copy, Debug)]
pub struct FamilySchema {
    /// The family's name in scenario files: `Rules`.
    pub name: &'static str,
    /// What it does, in a sentence or two.
    pub meaning: &'static str,
    /// Author and year, or "our choice" and why.
    pub source: &'static str,
    /// Its arguments, in order.
    pub arguments: &'static [ArgumentSchema],
    /// Whether it plays a population of cohorts and no player.
    pub cohorts: bool,
}

/// One argument of a family.
#[derive(Clone, Copy, Debug)]
pub struct ArgumentSchema {
    /// Name.
    pub name: &'static str,
    /// What may be written.
    pub kind: ArgumentKind,
    /// What it means, with its unit.
    pub meaning: &'static str,
}

/// What may be written for an argument, and what stands there when nothing is.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum ArgumentKind {
    /// A number in a closed range; required where there is no default.
    Number {
        /// Smallest.
        low: f64,
        /// Largest.
        high: f64,
        /// When left out.
        default: Option<f64>,
    },
    /// A whole number in a closed range.
    Integer {
        /// Smallest.
        low: u64,
        /// Largest.
        high: u64,
        /// When left out.
        default: Option<u64>,
    },
    /// One of a few words.
    Word {
        /// The words.
        choices: &'static [&'static str],
        /// When left out.
        default: Option<&'static str>,
    },
    /// Free text.
    Text {
        /// When left out.
        default: Option<&'static str>,
    },
    /// A path of an indicator.
    Indicator,
    /// The name of an action.
    Action,
    /// Names of players; empty when left out.
    Players,
    /// Paths of indicators; empty when left out.
    Indicators,
    /// A condition or amount; required where there is no default.
    Expression {
        /// When left out.
        default: Option<f64>,
    },
    /// The name of a strategy, or one written in place; `Idle` when left out.
    Strategy,
    /// Strategies with weights: `[("name", 0.5), …]`.
    Strategies,
    /// Ordered blocks.
    Blocks,
    /// Orders by turn: `[(turn, [orders])]`.
    Script,
    /// Orders given together: `[("security_aid", "high")]`; none when left out.
    Orders,
    /// Weights of a linear policy: `[(action, option, [numbers])]`.
    Weights,
    /// Numbers: `[0.5, -1]`.
    Numbers,
}

/// A resolved argument.
#[derive(Clone, Debug)]
pub enum Value {
    /// Of `Number`.
    Number(f64),
    /// Of `Integer`.
    Integer(u64),
    /// Of `Word` and `Text`.
    Text(String),
    /// Of `Indicator`.
    Indicator(IndicatorId),
    /// Of `Action`.
    Action(ActionId),
    /// Of `Players`.
    Players(Vec<PlayerId>),
    /// Of `Indicators`.
    Indicators(Vec<IndicatorId>),
    /// Of `Expression`.
    Expression(Expression),
    /// Of `Strategy`.
    Strategy(Box<StrategySpec>),
    /// Of `Strategies`.
    Strategies(Vec<(StrategySpec, f64)>),
    /// Of `Blocks`.
    Blocks(Vec<Block>),
    /// Of `Script`.
    Script(Vec<(u32, Vec<Order>)>),
    /// Of `Orders`.
    Orders(Vec<Order>),
    /// Of `Weights`.
    Weights(Vec<(Order, Vec<f64>)>),
    /// Of `Numbers`.
    Numbers(Vec<f64>),
}

/// One block of the family `Rules`.
#[derive(Clone, Debug)]
pub struct Block {
    /// Name within the strategy.
    pub name: String,
    /// What it is for, one sentence.
    pub intent: String,
    /// First and last turn in which it may act.
    pub window: (u32, u32),
    /// Every one must hold.
    pub all: Vec<Expression>,
    /// At least one must hold, where there is any.
    pub any: Vec<Expression>,
    /// What it orders, in order; those not legal are left out and noted.
    pub orders: Vec<Order>,
    /// How it votes on motions, whatever its stakes.
    pub ballots: Vec<(crate::ids::MotionId, Vote)>,
    /// Probability of acting when everything holds.
    pub chance: Expression,
    /// Turns that must pass before it acts again; none where it acts once a game.
    pub every: Option<u32>,
}
