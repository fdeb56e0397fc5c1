//! The state of the world at the start of a stage, for everything that reads it: rulings, events,
//! measures, and the views of players.

use marchland_game::{
    ActionId, Budget, Catalogue, Domain, Estimate, EventId, Expression, Indicator, IndicatorId, Moment, MotionId,
    NEVER, Order, ParameterId, PlayerId, Readings, Refusal, Round, Sight, Stage, Turn, Variable, View, number, stream,
};

use super::history::History;
use super::state::State;
use super::variant::Variant;
use crate::scenario::Scenario;
use crate::world::CodedState;

/// What is worked out once for a scenario, for reading it fast.
#[derive(Debug)]
pub(crate) struct Index {
    /// Position of every indicator in a flat copy.
    pub positions: Vec<u32>,
    /// Hash of what keys every indicator's draws.
    pub indicator_hash: Vec<u64>,
    /// Hash of what keys every player's draws.
    pub player_hash: Vec<u64>,
    /// Hash of what keys every action's draws.
    pub action_hash: Vec<u64>,
    /// Hash of every event's name.
    pub event_hash: Vec<u64>,
    /// Hash of every motion's name.
    pub motion_hash: Vec<u64>,
    /// Hash of what keys the draws of every institution's members.
    pub member_hash: Vec<Vec<u64>>,
    /// The stake of each motion, by player then motion.
    pub stakes: Vec<Vec<Option<Expression>>>,
    /// Whether a player sees an indicator at once and exactly, by player then indicator: most of what is read of the
    /// world, told here by one byte.
    pub at_once: Vec<Vec<bool>>,
    /// The calendar month of every turn, from turn 0 to the one after the horizon.
    pub months: Vec<u8>,
}

impl Index {
    pub fn new(scenario: &Scenario, positions: Vec<u32>) -> Self {
        let catalogue = &scenario.catalogue;
        let hash = stream::name_hash;
        let stakes = catalogue
            .players
            .iter()
            .map(|player| {
                let mut by_motion = vec![None; catalogue.motions.len()];
                for (motion, stake) in &player.stakes {
                    by_motion[motion.index()] = Some(stake.clone());
                }
                by_motion
            })
            .collect();
        Self {
            positions,
            indicator_hash: catalogue.indicators.iter().map(|item| hash(&item.draw_key)).collect(),
            player_hash: catalogue.players.iter().map(|item| hash(&item.draw_key)).collect(),
            action_hash: catalogue.actions.iter().map(|item| hash(&item.draw_key)).collect(),
            event_hash: catalogue.events.iter().map(|item| hash(&item.id)).collect(),
            motion_hash: catalogue.motions.iter().map(|item| hash(&item.id)).collect(),
            member_hash: catalogue
                .institutions
                .iter()
                .map(|institution| {
                    institution.members.iter().map(|member| hash(catalogue.draw_key_of(member))).collect()
                })
                .collect(),
            stakes,
            at_once: (0..catalogue.players.len())
                .map(|viewer| {
                    let at_once = |info: &Indicator| matches!(info.sight[viewer], Sight::Exact { delay: 0 });
                    catalogue.indicators.iter().map(at_once).collect()
                })
                .collect(),
            months: (0..=scenario.calendar.horizon + 1)
                .map(|turn| scenario.calendar.start.of(Turn(turn)).month)
                .collect(),
        }
    }
}

/// The true state at the start of a stage.
#[derive(Clone, Copy)]
pub(crate) struct Glance<'a> {
    pub scenario: &'a Scenario,
    pub variant: &'a Variant,
    pub catalogue: &'a Catalogue,
    pub index: &'a Index,
    pub board: &'a [f64],
    pub history: &'a History,
    pub state: &'a State,
    /// The last turn in which anybody ordered each action, 0 for never.
    pub last_ordered: &'a [u32],
    pub calendar_month: u32,
    pub level: f64,
    pub ideal: f64,
}

impl Glance<'_> {
    /// The place of the next decision.
    pub fn moment(&self) -> Moment {
        Moment { turn: Turn(self.state.turn), round: Round(self.state.round), stage: self.state.stage }
    }

    /// The month or week itself, whatever stage it is in: what nature draws by.
    pub fn round(&self) -> Moment {
        Moment { stage: Stage::Orders, ..self.moment() }
    }

    /// Whether the player is in office; players without an office always are.
    pub fn in_office(&self, player: PlayerId) -> bool {
        let office = self.catalogue.players[player.index()].in_office;
        office.is_none_or(|id| bool::nearest(self.now(id)))
    }

    pub fn with_level(mut self, level: f64) -> Self {
        self.level = level;
        self
    }

    pub fn with_ideal(mut self, ideal: f64) -> Self {
        self.ideal = ideal;
        self
    }
}

impl Readings for Glance<'_> {
    fn now(&self, indicator: IndicatorId) -> f64 {
        self.board[self.index.positions[indicator.index()] as usize]
    }
    fn ago(&self, indicator: IndicatorId, months: u32) -> f64 {
        self.history.ago(self.index.positions[indicator.index()] as usize, months)
    }
    fn parameter(&self, parameter: ParameterId) -> f64 {
        self.variant.parameters[parameter.index()]
    }
    fn turn(&self) -> f64 {
        f64::from(self.state.turn)
    }
    fn month(&self) -> f64 {
        f64::from(self.calendar_month)
    }
    fn since(&self, event: EventId) -> f64 {
        match self.state.last_event[event.index()] {
            0 => NEVER,
            turn => f64::from(self.state.turn - turn),
        }
    }
    fn ordered(&self, player: PlayerId, action: ActionId, months: u32) -> f64 {
        count_orders(self, player, action, months, |_| true)
    }
    fn variable(&self, variable: Variable) -> f64 {
        match variable {
            Variable::Level => self.level,
            Variable::Ideal => self.ideal,
        }
    }
}

fn count_orders(
    at: &Glance<'_>,
    player: PlayerId,
    action: ActionId,
    months: u32,
    known: impl Fn(&super::state::IssuedOrder) -> bool,
) -> f64 {
    let from = at.state.turn.saturating_sub(months.saturating_sub(1));
    // Most of what is asked after was ordered by nobody.
    if at.last_ordered[action.index()] < from.max(1) {
        return 0.0;
    }
    let mut count = 0u32;
    for given in at.state.orders.iter().rev() {
        if given.turn < from {
            break;
        }
        count += u32::from(given.player == player && given.action == action && known(given));
    }
    f64::from(count)
}

/// What one player sees of a glance: the only window on a game.
#[derive(Clone, Copy)]
pub(crate) struct PlayerWindow<'a> {
    pub truth: Glance<'a>,
    pub viewer: PlayerId,
}

impl PlayerWindow<'_> {
    /// What the viewer knew `months` records ago, the oldest record standing in for what lies beyond the
    /// ring: how an imagined world fills the rings of its past.
    pub fn remembered(&self, indicator: IndicatorId, months: u32) -> f64 {
        let sight = self.truth.catalogue.indicators[indicator.index()].sight[self.viewer.index()];
        self.reading(indicator, sight, months)
    }

    /// The value of `delay` months before the record that was the last one `months` records ago.
    fn reading(&self, indicator: IndicatorId, sight: Sight, months: u32) -> f64 {
        let info = &self.truth.catalogue.indicators[indicator.index()];
        let at = self.truth.index.positions[indicator.index()] as usize;
        match sight {
            Sight::Exact { delay: 0 } if months == 0 => self.truth.board[at],
            Sight::Exact { delay } => self.truth.history.oldest_from(at, months + u32::from(delay)),
            Sight::Noisy { delay, sd } => {
                let age = months + u32::from(delay);
                let truth = self.truth.history.oldest_from(at, age);
                let recorded = self.truth.state.turn.saturating_sub(1).saturating_sub(age);
                self.report(indicator, sd, recorded, truth)
            }
            Sight::Hidden { .. } => info.prior,
        }
    }

    /// What the viewer's reports made of the record of a turn. The error belongs to the record seen: looking twice gives
    /// the same report.
    fn report(&self, indicator: IndicatorId, sd: f64, recorded: u32, truth: f64) -> f64 {
        let info = &self.truth.catalogue.indicators[indicator.index()];
        let moment = Moment { turn: Turn(recorded), round: Round(0), stage: Stage::Orders };
        let viewer = self.truth.index.player_hash[self.viewer.index()];
        let of = self.truth.index.indicator_hash[indicator.index()];
        let error = self.truth.state.root.stream(Domain::Observation, moment, viewer, of).normal();
        let seen = number::clamp(truth + sd * error, info.range.0, info.range.1);
        number::plain_zero(if info.labels.is_empty() { seen } else { libm::round(seen) })
    }

    /// What the viewer was shown of a turn's record, whenever that reached it, where the true value was `truth`; none of
    /// what it is never shown.
    pub fn shown(&self, indicator: IndicatorId, recorded: u32, truth: f64) -> Option<f64> {
        match self.truth.catalogue.indicators[indicator.index()].sight[self.viewer.index()] {
            Sight::Exact { .. } => Some(truth),
            Sight::Noisy { sd, .. } => Some(self.report(indicator, sd, recorded, truth)),
            Sight::Hidden { .. } => None,
        }
    }
}

impl View for PlayerWindow<'_> {
    fn estimate(&self, indicator: IndicatorId) -> Estimate {
        let info = &self.truth.catalogue.indicators[indicator.index()];
        let sight = info.sight[self.viewer.index()];
        let value = self.reading(indicator, sight, 0);
        match sight {
            Sight::Exact { delay } => Estimate { value, sd: 0.0, age: Some(u32::from(delay)) },
            Sight::Noisy { delay, sd } => Estimate { value, sd, age: Some(u32::from(delay)) },
            Sight::Hidden { sd } => Estimate { value, sd, age: None },
        }
    }
    fn value(&self, indicator: IndicatorId) -> f64 {
        if self.truth.index.at_once[self.viewer.index()][indicator.index()] {
            self.truth.now(indicator)
        } else {
            self.remembered(indicator, 0)
        }
    }
    fn estimate_ago(&self, indicator: IndicatorId, months: u32) -> f64 {
        let reach = self.looks_back(indicator);
        assert!(months <= reach, "{months} months back, where what is seen reaches {reach}");
        match self.truth.catalogue.indicators[indicator.index()].sight[self.viewer.index()] {
            // What is seen at once is more than the last record says once a month is under way.
            Sight::Exact { delay: 0 } => {
                self.truth.history.oldest_from(self.truth.index.positions[indicator.index()] as usize, months)
            }
            _ => self.remembered(indicator, months),
        }
    }
    fn looks_back(&self, indicator: IndicatorId) -> u32 {
        let delay = match self.truth.catalogue.indicators[indicator.index()].sight[self.viewer.index()] {
            Sight::Exact { delay } | Sight::Noisy { delay, .. } => u32::from(delay),
            Sight::Hidden { .. } => 0,
        };
        (self.truth.history.depth() as u32 - 1).saturating_sub(delay)
    }
    fn parameter(&self, parameter: ParameterId) -> f64 {
        self.truth.parameter(parameter)
    }
    fn calendar(&self) -> (u32, u32) {
        (self.truth.state.turn, self.truth.calendar_month)
    }
    fn since(&self, event: EventId) -> f64 {
        if self.truth.catalogue.events[event.index()].seen_by.contains(self.viewer) {
            self.truth.since(event)
        } else {
            NEVER
        }
    }
    fn ordered(&self, player: PlayerId, action: ActionId, months: u32) -> f64 {
        let viewer = self.viewer;
        count_orders(&self.truth, player, action, months, |given| {
            given.player == viewer || given.seen_by.contains(viewer)
        })
    }
    fn legality(&self, order: Order) -> Result<[f64; Budget::ALL.len()], Refusal> {
        let Some(action) = self.truth.catalogue.actions.get(order.action.index()) else { return Err(Refusal::Unknown) };
        let Some(option) = action.options.get(usize::from(order.option)) else { return Err(Refusal::Unknown) };
        if !action.owners.contains(self.viewer) {
            return Err(Refusal::NotYours);
        }
        let player = &self.truth.catalogue.players[self.viewer.index()];
        if player.in_office.is_some_and(|id| !bool::nearest(self.truth.now(id))) {
            return Err(Refusal::OutOfOffice);
        }
        for (budget, (cost, left)) in Budget::ALL.into_iter().zip(option.cost.into_iter().zip(player.budgets)) {
            if let Some(id) = left {
                let has = self.truth.now(id);
                if cost > has + 1e-9 {
                    return Err(Refusal::Budget { budget, needs: cost, has });
                }
            }
        }
        if let Some(condition) = &action.condition
            && !condition.holds(&marchland_game::Observation::new(self))
        {
            return Err(Refusal::Condition);
        }
        if let Some((deal, what)) = self.truth.catalogue.deal_move(order.action)
            && let Some(refusal) = super::deals::refusal(self, deal, what)
        {
            return Err(Refusal::Deal(refusal));
        }
        Ok(option.cost)
    }
    fn stake(&self, motion: MotionId) -> f64 {
        match &self.truth.index.stakes[self.viewer.index()][motion.index()] {
            Some(stake) => stake.value(&marchland_game::Observation::new(self)),
            None => 0.0,
        }
    }
}
