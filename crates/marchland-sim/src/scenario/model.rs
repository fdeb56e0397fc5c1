//! A scenario, loaded: every name resolved to an id, every constant in its place. Immutable, and
//! shared by all games of a batch.

use std::collections::BTreeMap;
use std::sync::Arc;

use marchland_game::{
    Catalogue, Cause, Date, Distribution, Expression, IndicatorId, LawId, LawStep, MotionId, ParameterId, PlayerId,
    StrategySpec, TermId,
};
use serde::{Deserialize, Serialize};

use super::telling::Telling;
use crate::effects::EffectKind;
use crate::mechanisms::Registry;
use crate::world::EntityPlan;

/// A loaded scenario.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// What there is.
    pub catalogue: Arc<Catalogue>,
    /// Title.
    pub title: String,
    /// What it is about, a paragraph.
    pub description: String,
    /// Where its facts come from.
    pub sources: Vec<String>,
    /// What everybody may know when the game begins.
    pub background: Vec<KnownFact>,
    /// Its identity: SHA-256, in hexadecimal, over what is read of its files, base included. Comments,
    /// layout, names of files and what only people read do not enter.
    pub hash: String,
    /// SHA-256 over the relative names and bytes of its files, base included, in sorted order, in
    /// hexadecimal. Results and games of versions that knew no other hash bear it.
    pub text_hash: String,
    /// Files that entered the hash, relative to the scenarios' root, with their content.
    pub files: Vec<(String, Vec<u8>)>,
    /// When it plays.
    pub calendar: Calendar,
    /// Entities by kind, in their row order.
    pub entities: BTreeMap<String, Vec<EntityPlan>>,
    /// Initial value of every indicator, by `IndicatorId`.
    pub initial: Vec<Initial>,
    /// Exogenous paths.
    pub paths: Vec<PathPlan>,
    /// The cohorts of its populations; none where it has none.
    pub cohorts: Option<CohortPlan>,
    /// Laws of motion that run, by name, in the order of the registry.
    pub mechanisms: Vec<String>,
    /// The registry that the laws come from.
    pub registry: Registry,
    /// What actions do, by `ActionId`.
    pub actions: Vec<ActionPlan>,
    /// What events do, by `EventId`.
    pub events: Vec<EventPlan>,
    /// What motions do, by `MotionId`.
    pub motions: Vec<MotionPlan>,
    /// What deals do, by `DealId`.
    pub deals: Vec<DealPlan>,
    /// Who holds which beliefs about whose type.
    pub types: Vec<TypePlan>,
    /// How promises are remembered.
    pub promises: PromisePlan,
    /// Where the record of a player's promises is kept, by `PlayerId`; none for players without deals.
    pub words: Vec<Option<WordPlan>>,
    /// The most that one cause group may move one indicator in one stage, by group.
    pub groups: Vec<CauseGroup>,
    /// Strategies and cohort rules that it names.
    pub strategies: Vec<StrategySpec>,
    /// Who plays what unless told otherwise: position in `strategies`, by `PlayerId`.
    pub lineup: Vec<usize>,
    /// The public expectation of who plays what, for imagined futures.
    pub assumed: Vec<usize>,
    /// The cohort rule of each population: position in `strategies`.
    pub population_rules: Vec<usize>,
    /// Belief sets.
    pub beliefs: Vec<BeliefSet>,
    /// The belief set in force unless told otherwise: position in `beliefs`.
    pub default_belief: Option<usize>,
    /// Which indicators tell the regime's fate; none in a scenario without a regime.
    pub regime: Option<RegimePlan>,
    /// The indicator whose largest step is the turning point.
    pub main_indicator: Option<IndicatorId>,
    /// Indicators that a story shows as gauges.
    pub shown: Vec<IndicatorId>,
    /// Ends the game when it holds at the end of a turn.
    pub end: Option<Expression>,
    /// Payoff noise: the standard deviation added to each player's payoff of each turn.
    pub payoff_noise: Option<ParameterId>,
    /// Sensitivity λ of a vote to its stake, as a share of the payoff range.
    pub vote_sensitivity: Option<ParameterId>,
    /// Shapes of regions and of lands around; none where the scenario brings no map.
    pub shapes: Vec<super::map::Shape>,
    /// Presets of seats for play.
    pub presets: Vec<Preset>,
    /// The observed path of indicators, where history is known: `(indicator, by turn)`.
    pub observed: Vec<(IndicatorId, Vec<Option<f64>>)>,
    /// How it is told: words for levels, and phrases.
    pub telling: Telling,
}

/// Something that everybody may know when the game begins.
#[derive(Clone, Debug)]
pub struct KnownFact {
    /// A sentence, without full stop.
    pub fact: String,
    /// Where it is written.
    pub source: String,
}

/// When a scenario plays.
#[derive(Clone, Debug)]
pub struct Calendar {
    /// The month of turn 1.
    pub start: Date,
    /// Turns in a full game.
    pub horizon: u32,
    /// While this holds at the start of a turn, the month is played as four weekly rounds.
    pub crisis_clock: Option<Expression>,
}

/// How an indicator starts.
#[derive(Clone, Debug)]
pub enum Initial {
    /// At a value, or at an expression of parameters.
    Value(Expression),
    /// At a draw by nature from the game's seed.
    Draw(Distribution),
}

/// An exogenous path of an indicator.
#[derive(Clone, Debug)]
pub struct PathPlan {
    /// What it moves.
    pub indicator: IndicatorId,
    /// Values by turn, from 1; the last one holds on.
    pub values: Vec<f64>,
    /// Standard deviation of a month's shock, as a share of the value.
    pub sd: Expression,
    /// Share of a shock that carries over to the next month, in [0, 1).
    pub persistence: Expression,
}

/// The cohorts of a scenario.
#[derive(Clone, Debug)]
pub struct CohortPlan {
    /// How many in all, split over regions by population.
    pub count: u32,
    /// Spread (standard deviation of the logarithm) of earnings between cohorts of a region.
    pub spread: f64,
}

/// What an action does.
#[derive(Clone, Debug)]
pub struct ActionPlan {
    /// Chance of success in [0, 1].
    pub chance: Expression,
    /// Chance that a covert order leaks, in [0, 1].
    pub leak: Option<Expression>,
    /// Effects by option.
    pub options: Vec<OptionPlan>,
    /// Whether the chance is shown to the owner before it orders.
    pub chance_shown: bool,
}

impl ActionPlan {
    /// Whether nothing that the scenario knows of can thwart it.
    #[must_use]
    pub fn is_certain(&self) -> bool {
        self.chance.as_constant().is_some_and(|chance| chance >= 1.0)
    }
}

/// What one option of an action does.
#[derive(Clone, Debug, Default)]
pub struct OptionPlan {
    /// On success.
    pub success: Vec<Effect>,
    /// On failure.
    pub failure: Vec<Effect>,
    /// When it leaks.
    pub leak: Vec<Effect>,
    /// Whether the ranges of what its amounts read do not show that they stay finite: such an order is
    /// looked at before it is ruled on.
    pub unbounded: bool,
    /// Motions that success tables: an order is refused where one of them cannot be tabled.
    pub tables: Vec<MotionId>,
}

impl OptionPlan {
    /// An option with these effects.
    #[must_use]
    pub fn new(success: Vec<Effect>, failure: Vec<Effect>, leak: Vec<Effect>) -> Self {
        let tables = success.iter().filter_map(|effect| effect.kind.tables()).collect();
        Self { success, failure, leak, unbounded: false, tables }
    }
}

/// What an event does and when.
#[derive(Clone, Debug)]
pub struct EventPlan {
    /// What sets it off.
    pub trigger: Trigger,
    /// Whether it may happen more than once.
    pub repeats: bool,
    /// What it does.
    pub effects: Vec<Effect>,
}

/// What sets an event off.
#[derive(Clone, Debug)]
pub enum Trigger {
    /// A turn.
    Scheduled(u32),
    /// A condition at the start of nature.
    When(Expression),
    /// A probability per month, in [0, 1].
    Hazard(Expression),
    /// A facilitator, or an effect.
    Manual,
}

/// What a motion does.
#[derive(Clone, Debug)]
pub struct MotionPlan {
    /// Whether it may be tabled now; the ruling says so where not.
    pub condition: Option<Expression>,
    /// When it passes.
    pub passed: Vec<Effect>,
    /// When it fails.
    pub failed: Vec<Effect>,
}

/// What a deal does beside being made.
#[derive(Clone, Debug, Default)]
pub struct DealPlan {
    /// When it comes into force.
    pub agreed: Vec<Effect>,
    /// In every month in which it is in force.
    pub in_force: Vec<Effect>,
    /// When it ends without breach.
    pub ended: Vec<Effect>,
    /// When a side breaks it, by side.
    pub broken: [Vec<Effect>; 2],
    /// Ends it without breach when it holds at the end of a month.
    pub ends: Option<Expression>,
}

/// What a player believes another to be, and what changes its mind.
#[derive(Clone, Debug)]
pub struct TypePlan {
    /// Who believes.
    pub holder: PlayerId,
    /// Of whom.
    pub of: PlayerId,
    /// The probability of each type; they sum to 1.
    pub types: Vec<IndicatorId>,
    /// What may be seen of a month.
    pub evidence: Vec<EvidencePlan>,
    /// Share of the way back to the prior that a belief goes in a month.
    pub fades: f64,
    /// What its steps are booked to.
    pub cause: Cause,
}

/// Something that may be seen, and how likely it is of each type.
#[derive(Clone, Debug)]
pub struct EvidencePlan {
    /// Holds where it was seen.
    pub sees: Expression,
    /// Holds where it could have been seen, so that its absence tells too; none where always.
    pub given: Option<Expression>,
    /// Probability that it is seen, by type.
    pub chances: Vec<Expression>,
}

/// How promises are remembered: what a player's word is worth is the mean of a beta distribution
/// (Jøsang & Ismail 2002, 15th Bled Electronic Commerce Conference, eq. 5).
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct PromisePlan {
    /// Years of kept promises that everybody is credited with before the game.
    pub kept: f64,
    /// Broken promises that everybody is debited with before the game.
    pub broken: f64,
    /// How many kept years one breach outweighs.
    pub breach: f64,
    /// Share of the record that is forgotten in a month.
    pub fades: f64,
}

impl PromisePlan {
    /// Where a scenario says nothing. Our choice: four kept years against one breach make a word worth 0.8, as that of
    /// most states is taken at (Leeds 2003, International Organization 57:801: about three alliances in four are kept),
    /// and a record halves in three years.
    pub const USUAL: Self = Self { kept: 4.0, broken: 1.0, breach: 6.0, fades: 0.02 };
}

/// Where the record of a player's promises is kept.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct WordPlan {
    /// Months kept, as remembered.
    pub kept: IndicatorId,
    /// Promises broken, as remembered.
    pub broken: IndicatorId,
    /// What the word is worth.
    pub value: IndicatorId,
    /// What its steps are booked to.
    pub cause: Cause,
}

/// The cause of what is remembered of promises (term 0) and of what deeds tell (term 1): terms of the law
/// that brings a scenario's own indicators.
pub(crate) fn deals_cause(catalogue: &Catalogue, term: u16) -> Cause {
    match catalogue.laws.iter().position(|law| law.id == "tracks") {
        Some(law) => Cause::Law(LawId::from_index(law), LawStep::Term(TermId(term))),
        None => Cause::Unexplained,
    }
}

/// A cap on what effects of one group may add to one indicator in one stage.
#[derive(Clone, Debug)]
pub struct CauseGroup {
    /// Name.
    pub id: String,
    /// The cap, in the indicator's unit, both ways.
    pub cap: f64,
}

/// One effect.
#[derive(Clone, Debug)]
pub struct Effect {
    /// What it does.
    pub kind: Arc<dyn EffectKind>,
    /// Months until it does; 0 is at once.
    pub delay: u32,
    /// Months after which it is undone; none where it stays.
    pub lasts: Option<u32>,
    /// Its stacking group: position in `Scenario::groups`.
    pub group: Option<u16>,
    /// Only where this holds at the start of the stage.
    pub when: Option<Expression>,
}

/// A belief set: an overlay of parameters, initial values and paths.
#[derive(Clone, Debug)]
pub struct BeliefSet {
    /// Name: `known-2010-04`.
    pub id: String,
    /// One sentence.
    pub meaning: String,
    /// Parameters.
    pub parameters: Vec<(ParameterId, f64)>,
    /// Initial values.
    pub initial: Vec<(IndicatorId, Initial)>,
    /// Paths that replace those of the same indicator.
    pub paths: Vec<PathPlan>,
}

/// Which indicators tell the regime's fate.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct RegimePlan {
    /// The coded regime status.
    pub status: IndicatorId,
    /// The coded first way of irregular exit: 0 is none, then the field's labels.
    pub exit: IndicatorId,
    /// The turn of that exit, 0 before it.
    pub exit_turn: IndicatorId,
}

/// Seats for a number of people.
#[derive(Clone, Debug)]
pub struct Preset {
    /// How many people.
    pub people: u32,
    /// Which players they hold.
    pub seats: Vec<PlayerId>,
    /// Minutes a turn.
    pub minutes: u32,
    /// What they are to learn.
    pub aims: Vec<String>,
}

impl Scenario {
    /// Whether a hash that a result or a game bears is of this scenario: of its content, or of its files
    /// as they lie.
    #[must_use]
    pub fn has_hash(&self, hash: &str) -> bool {
        self.hash == hash || self.text_hash == hash
    }

    /// The laws of motion that run, in order.
    pub fn laws(&self) -> impl Iterator<Item = &crate::mechanisms::Mechanism> {
        self.registry.mechanisms().iter().filter(|law| self.mechanisms.iter().any(|name| name == law.name))
    }
}
