//! What there is in a scenario: every indicator, player, action, event, parameter, institution,
//! motion and measure, each with its dense id.

use marchland_statistics::Distribution;
use serde::{Deserialize, Serialize};

use crate::deal::{Deal, DealMove};
use crate::expression::Expression;
use crate::ids::{
    ActionId, DealId, EventId, IndicatorId, InstitutionId, MeasureId, MotionId, ParameterId, PlayerId, PlayerSet,
};
use crate::order::Order;
use crate::payoff::PayoffTable;
use crate::time::Date;

/// Everything a scenario declares, by id. Immutable once loaded.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// The scenario's name: its folder's or file's.
    pub scenario: String,
    /// Date of the first turn.
    pub start: Option<Date>,
    /// Turns in a full game.
    pub horizon: u32,
    /// Numbers that anyone may read, show, record or act on, sorted by path.
    pub indicators: Vec<Indicator>,
    /// Players, in the order in which their orders resolve.
    pub players: Vec<Player>,
    /// Actions, in the scenario's order.
    pub actions: Vec<Action>,
    /// Events, in the scenario's order.
    pub events: Vec<Event>,
    /// Parameters, sorted by name.
    pub parameters: Vec<Parameter>,
    /// Institutions, in the scenario's order.
    pub institutions: Vec<Institution>,
    /// Motions, in the scenario's order.
    pub motions: Vec<MotionKind>,
    /// Deals, in the scenario's order.
    pub deals: Vec<Deal>,
    /// Position of the first deal's first action: every deal has four, in the order of
    /// [`DealMove::ALL`](crate::DealMove::ALL), after all other actions.
    pub deals_from: u16,
    /// Measures, in the scenario's order.
    pub measures: Vec<Measure>,
    /// What may happen once in a game and is a result of it, by position.
    pub outcome_events: Vec<OutcomeEvent>,
    /// Populations of cohorts whose rule is chosen by name, in the scenario's order.
    pub populations: Vec<Population>,
    /// Laws of motion, in the order in which they run.
    pub laws: Vec<Law>,
}

/// How an indicator comes by its value.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Nature {
    /// Carries over from step to step; effects, injects and belief draws may set it.
    Stock,
    /// Computed anew by a law of motion from its inputs; cannot be set.
    Derived,
}

/// What one viewer sees of one indicator.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sight {
    /// The value of `delay` months ago, exactly.
    Exact {
        /// Age in months.
        delay: u8,
    },
    /// The value of `delay` months ago plus a normal error, limited to the indicator's range.
    Noisy {
        /// Age in months.
        delay: u8,
        /// Standard deviation of the error, in the indicator's unit.
        sd: f64,
    },
    /// Nothing; belief starts from the public prior with this standard deviation.
    Hidden {
        /// Standard deviation of the viewer's belief around the prior, in the indicator's unit.
        sd: f64,
    },
}

/// One number of the world, by path.
#[derive(Clone, Debug)]
pub struct Indicator {
    /// Entity and field, joined by a dot: `khatlon.unrest`.
    pub path: String,
    /// What keys its draws: its path, unless the scenario keeps other names for that.
    pub draw_key: String,
    /// Kind of the entity: `region`.
    pub kind: String,
    /// Name of the entity: `khatlon`.
    pub entity: String,
    /// Name of the field: `unrest`.
    pub field: String,
    /// Unit; `share` where it has none.
    pub unit: String,
    /// Smallest and largest value.
    pub range: (f64, f64),
    /// One sentence.
    pub meaning: String,
    /// What a reader calls it, a noun phrase with its entity: `hardship in Khatlon`.
    pub title: String,
    /// Whether the title is plural.
    pub plural: bool,
    /// Stock or derived.
    pub nature: Nature,
    /// Fields of which a derived indicator is computed; empty for a stock.
    pub inputs: Vec<String>,
    /// The bound at which it rests when nothing happens (a flag, a count, a deficit, quiet unrest).
    pub resting: Option<f64>,
    /// Names of the values 0, 1, 2 … of a coded state; empty where it is a quantity.
    pub labels: Vec<String>,
    /// What each player sees, by `PlayerId`.
    pub sight: Vec<Sight>,
    /// The public expectation of its initial value, for those who do not see it.
    pub prior: f64,
}

impl Indicator {
    /// The name of the state that a value stands for, to the nearest whole number; none where it is a quantity.
    #[must_use]
    pub fn label(&self, value: f64) -> Option<&str> {
        self.labels.get(value.round() as usize).map(String::as_str)
    }

    /// Whether a coded state has the first of its values: of ways out of office, that there was none.
    #[must_use]
    pub fn is_first(&self, value: f64) -> bool {
        value.round() as usize == 0
    }
}

/// A player: an office or organisation that decides.
#[derive(Clone, Debug)]
pub struct Player {
    /// Identifier: `united_states`.
    pub id: String,
    /// What keys its draws: its identifier, unless the scenario says otherwise.
    pub draw_key: String,
    /// Display: `the United States`.
    pub title: String,
    /// Kind: state, office, opposition, militant, great_power.
    pub kind: String,
    /// What everybody may know of the role.
    pub briefing: String,
    /// What only the seat is told.
    pub private_briefing: String,
    /// What it plays for.
    pub payoffs: PayoffTable,
    /// U(yes) − U(no) of a motion to this player, in its payoff's unit; motions left out are worth 0.
    pub stakes: Vec<(MotionId, Expression)>,
    /// The most orders it may give in one turn.
    pub orders_per_turn: u8,
    /// Whether the player is in office, as 0 or 1; none where it always is.
    pub in_office: Option<IndicatorId>,
    /// The player whose seat falls to this one when that one's office is lost.
    pub succeeds: Option<PlayerId>,
    /// What is left in each budget, by [`Budget`]; none where the scenario has no such budget.
    pub budgets: [Option<IndicatorId>; Budget::ALL.len()],
}

/// What orders cost.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Budget {
    /// Money, million US dollars.
    Money,
    /// Attention, units of which a month holds a few.
    Attention,
    /// Political capital, points.
    PoliticalCapital,
    /// Forces that can be committed, points.
    Forces,
}

impl Budget {
    /// All budgets, in the order of their index.
    pub const ALL: [Self; 4] = [Self::Money, Self::Attention, Self::PoliticalCapital, Self::Forces];

    /// Name in scenario files, and of the indicator that holds what is left.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Money => "money",
            Self::Attention => "attention",
            Self::PoliticalCapital => "political_capital",
            Self::Forces => "forces",
        }
    }
}

/// Who learns of an order.
#[derive(Clone, Debug, PartialEq)]
pub enum Visibility {
    /// Everybody, at once.
    Public,
    /// The owner and these players.
    Private(PlayerSet),
    /// The owner alone, unless it leaks.
    Covert,
}

impl Visibility {
    /// Who sees an order, leaked or not, beside the player who gives it.
    #[must_use]
    pub const fn seen_by(&self, leaked: bool) -> PlayerSet {
        match self {
            _ if leaked => PlayerSet::EVERYBODY,
            Self::Public => PlayerSet::EVERYBODY,
            Self::Private(players) => *players,
            Self::Covert => PlayerSet::NOBODY,
        }
    }
}

/// Something a player may order.
#[derive(Clone, Debug)]
pub struct Action {
    /// Identifier: `security_aid`.
    pub id: String,
    /// What keys its draws: its identifier, with the draw keys of players whose names it holds.
    pub draw_key: String,
    /// Display, in the imperative: `Send security aid`.
    pub title: String,
    /// One sentence on what it does.
    pub meaning: String,
    /// The instrument it belongs to: diplomacy, economy, security, institutions, domestic, posture.
    pub instrument: String,
    /// Who may order it.
    pub owners: PlayerSet,
    /// Levels or targets, at least one.
    pub options: Vec<ActionOption>,
    /// Who learns of it.
    pub visibility: Visibility,
    /// When it may be ordered.
    pub condition: Option<Expression>,
    /// Why it may not be ordered when the condition fails; a clause that reads after "because".
    pub refusal: String,
    /// Whether an orderer holds a public position by it: at most one a turn.
    pub public_position: bool,
    /// Rows of the source that it represents.
    pub rows: Vec<String>,
}

/// One level or target of an action.
#[derive(Clone, Debug)]
pub struct ActionOption {
    /// Identifier: `high`, `khatlon`; `do` where an action has one option only.
    pub id: String,
    /// The value of `level` in the action's expressions.
    pub level: f64,
    /// Cost by [`Budget`].
    pub cost: [f64; Budget::ALL.len()],
}

/// Something that happens.
#[derive(Clone, Debug)]
pub struct Event {
    /// Identifier.
    pub id: String,
    /// Headline, in the present tense.
    pub title: String,
    /// Who learns of it.
    pub seen_by: PlayerSet,
    /// Rows of the source that it represents.
    pub rows: Vec<String>,
}

/// Where a number comes from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// Stated in the policy memo.
    Memo,
    /// Found in a public source.
    Found,
    /// Computed from public data.
    Computed,
    /// Expert judgement, to be varied.
    Judgement,
}

/// An uncertain number, with provenance.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Identifier.
    pub id: String,
    /// What keys its draws in designs: its identifier, unless the scenario says otherwise.
    pub draw_key: String,
    /// The value without belief set or override.
    pub value: f64,
    /// What designs draw it from.
    pub distribution: Distribution,
    /// Names of the values 0, 1, 2 … of a choice; empty for a quantity.
    pub choices: Vec<String>,
    /// Unit.
    pub unit: String,
    /// One sentence.
    pub meaning: String,
    /// Kind of source of its size: the value and the range.
    pub source: SourceKind,
    /// The source of its size in words.
    pub source_text: String,
    /// Where it is from that the number acts as it does; none where the law that reads it says so itself.
    pub mechanism: Option<(SourceKind, String)>,
    /// What it was fitted to; empty where it was not.
    pub fitted_to: String,
    /// Whether the scenario itself declares it, and not its base.
    pub own: bool,
}

/// How ballots become a result.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// Passes unless a member votes no; abstentions do not block.
    Consensus,
    /// Passes with at least this many yes votes.
    Majority {
        /// Yes votes needed.
        yes: u8,
    },
    /// Passes with at least this many yes votes and no `no` of a member that holds a veto.
    MajorityWithVeto {
        /// Yes votes needed.
        yes: u8,
    },
}

/// A body whose members vote.
#[derive(Clone, Debug)]
pub struct Institution {
    /// Identifier: `osce`.
    pub id: String,
    /// Display.
    pub title: String,
    /// Members, in roll-call order.
    pub members: Vec<Member>,
    /// The rule, unless a motion has its own.
    pub rule: Rule,
    /// Terms of the chair: from this turn on, this member; sorted by turn.
    pub chairs: Vec<(u32, usize)>,
}

/// A voter of an institution.
#[derive(Clone, Debug)]
pub struct Member {
    /// Identifier: `belarus`, or a player's.
    pub id: String,
    /// Display.
    pub title: String,
    /// The player that casts its vote; none where it votes by its ideal point.
    pub player: Option<PlayerId>,
    /// Position in [−1, 1] on the axis along which members differ; the scenario says what its ends are.
    pub ideal: f64,
    /// Whether its `no` stops what needs no veto.
    pub veto: bool,
}

/// A question an institution may be asked.
#[derive(Clone, Debug)]
pub struct MotionKind {
    /// Identifier: `csto_intervention`.
    pub id: String,
    /// The question, ending in a question mark.
    pub title: String,
    /// Who votes.
    pub institution: InstitutionId,
    /// The rule that decides.
    pub rule: Rule,
    /// U(yes) − U(no) of a member that is no player, with `ideal` its ideal point.
    pub appeal: Expression,
    /// Players who may be told of it.
    pub seen_by: PlayerSet,
}

/// What a population of cohorts decides about.
#[derive(Clone, Debug)]
pub struct Population {
    /// Identifier: `migrants`.
    pub id: String,
    /// The decision that its cohorts take, of those that laws of motion ask for.
    pub decides: String,
    /// Display.
    pub title: String,
}

/// A law of motion, as causes name it.
#[derive(Clone, Debug)]
pub struct Law {
    /// Identifier: `unrest`.
    pub id: String,
    /// What a reader calls its work, a noun phrase that reads after "by"; empty where its name will do.
    pub called: String,
    /// The named terms of its equations, noun phrases: `a spark`.
    pub terms: Vec<String>,
}

/// A result of a game, one number.
#[derive(Clone, Debug)]
pub struct Measure {
    /// Identifier.
    pub id: String,
    /// One sentence.
    pub meaning: String,
    /// Unit.
    pub unit: String,
    /// How the turns' values become one.
    pub over: Reduction,
    /// The value at the end of a turn.
    pub value: Expression,
    /// Which way is better; none where nobody says.
    pub better: Option<Better>,
}

impl Measure {
    /// Whether a game that ended after `turns` turns has a value: not where a later turn was asked for.
    #[must_use]
    pub fn reached(&self, turns: u32) -> bool {
        !matches!(self.over, Reduction::At(turn) if turn > turns)
    }
}

/// Something whose occurrence is a result of a game: whether it happened, and in which turn first.
#[derive(Clone, Debug)]
pub struct OutcomeEvent {
    /// Identifier.
    pub id: String,
    /// What happens, as a noun: reads after "an" or "the", and in headings.
    pub title: String,
    /// It has happened once this holds at the end of a turn.
    pub when: Expression,
    /// Whether it is better that it happens more often; none where nobody says.
    pub better: Option<Better>,
}

/// Which way a result is better.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    /// The larger, the better.
    Higher,
    /// The smaller, the better.
    Lower,
}

/// How the values of a measure's turns become one number.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reduction {
    /// The value at the end of the last turn played.
    Last,
    /// The sum over turns.
    Sum,
    /// The mean over turns.
    Mean,
    /// The largest.
    Max,
    /// The smallest.
    Min,
    /// The value at the end of this turn; none where the game ended before.
    At(u32),
}

macro_rules! lookup {
    ($($(#[$doc:meta])* $find:ident, $list:ident, $key:ident, $id:ident;)+) => {$(
        $(#[$doc])*
        #[must_use]
        pub fn $find(&self, name: &str) -> Option<$id> {
            self.$list.iter().position(|item| item.$key == name).map($id::from_index)
        }
    )+};
}

impl Catalogue {
    lookup! {
        /// The player of this name.
        player, players, id, PlayerId;
        /// The action of this name.
        action, actions, id, ActionId;
        /// The event of this name.
        event, events, id, EventId;
        /// The institution of this name.
        institution, institutions, id, InstitutionId;
        /// The motion of this name.
        motion, motions, id, MotionId;
        /// The measure of this name.
        measure, measures, id, MeasureId;
    }

    /// The indicator at this path: a binary search.
    #[must_use]
    pub fn indicator(&self, path: &str) -> Option<IndicatorId> {
        self.indicators.binary_search_by(|item| item.path.as_str().cmp(path)).ok().map(IndicatorId::from_index)
    }

    /// The parameter of this name: a binary search.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<ParameterId> {
        self.parameters.binary_search_by(|item| item.id.as_str().cmp(name)).ok().map(ParameterId::from_index)
    }

    /// What keys a member's draws: its player's key, or its own name.
    #[must_use]
    pub fn draw_key_of<'a>(&'a self, member: &'a Member) -> &'a str {
        member.player.map_or(member.id.as_str(), |player| self.players[player.index()].draw_key.as_str())
    }

    /// The option of this name of an action.
    #[must_use]
    pub fn option(&self, action: ActionId, name: &str) -> Option<u8> {
        self.actions[action.index()].options.iter().position(|option| option.id == name).map(|at| at as u8)
    }

    /// The names of an order, `security_aid high`, without the option where there is but one.
    #[must_use]
    pub fn order_name(&self, order: Order) -> String {
        let action = &self.actions[order.action.index()];
        if action.options.len() == 1 {
            action.id.clone()
        } else {
            format!("{} {}", action.id, action.options[usize::from(order.option)].id)
        }
    }
}

impl Catalogue {
    /// Which side of a deal a player speaks for: its own, or that of the player whose seat has fallen to it. Whether
    /// the seat has fallen is for legality to say.
    #[must_use]
    #[inline]
    pub fn deal_side(&self, deal: &Deal, player: PlayerId) -> Option<usize> {
        let own = deal.parties.iter().position(|party| *party == player);
        own.or_else(|| {
            let before = self.players[player.index()].succeeds?;
            deal.parties.iter().position(|party| *party == before)
        })
    }

    /// The deal that an action is about, and what it does about it.
    #[must_use]
    #[inline]
    pub fn deal_move(&self, action: ActionId) -> Option<(DealId, DealMove)> {
        let at = action.index().checked_sub(usize::from(self.deals_from))?;
        (at / 4 < self.deals.len()).then(|| (DealId::from_index(at / 4), DealMove::ALL[at % 4]))
    }

    /// How many of these orders count against what a player orders in a turn: moves about deals have bounds of
    /// their own, one offer and one answer per deal and few talks at once.
    #[must_use]
    pub fn orders_counted(&self, orders: &[Order]) -> usize {
        orders.iter().filter(|order| self.deal_move(order.action).is_none()).count()
    }

    /// The action that does this about a deal.
    #[must_use]
    pub fn deal_action(&self, deal: DealId, what: DealMove) -> ActionId {
        ActionId::from_index(usize::from(self.deals_from) + 4 * deal.index() + what as usize)
    }

    /// The deal of this name.
    #[must_use]
    pub fn deal(&self, name: &str) -> Option<DealId> {
        self.deals.iter().position(|deal| deal.id == name).map(DealId::from_index)
    }
}
