//! Effects: what orders, motions and events do to the world.
//!
//! All effects of a stage read the board, the state at its start; amounts of one cause group on one
//! indicator are capped together.

use std::sync::Arc;

use marchland_game::{Cause, EventId, IndicatorId, PlayerId, PlayerSet, TabledMotion, number};

use super::game::Game;
use super::state::QueuedEffect;
use crate::effects::{Deed, Situation};
use crate::ledger::Ledger;
use crate::scenario::Effect;

/// What an effect comes from.
#[derive(Clone, Copy)]
pub(crate) struct Source {
    pub cause: Cause,
    /// The value of `level`.
    pub level: f64,
    /// Who knows of what is still to come of it.
    pub seen_by: PlayerSet,
    /// The player behind it.
    pub by: Option<PlayerId>,
}

/// What cause groups have added in this stage.
#[derive(Default)]
pub(crate) struct Caps {
    sums: Vec<(u16, IndicatorId, f64)>,
}

impl Caps {
    pub fn clear(&mut self) {
        self.sums.clear();
    }

    /// What is left of `amount` under the group's cap.
    fn admit(&mut self, group: u16, indicator: IndicatorId, amount: f64, cap: f64) -> f64 {
        let at = match self.sums.iter().position(|(g, i, _)| *g == group && *i == indicator) {
            Some(at) => at,
            None => {
                self.sums.push((group, indicator, 0.0));
                self.sums.len() - 1
            }
        };
        let before = self.sums[at].2;
        let after = number::clamp(before + amount, -cap, cap);
        self.sums[at].2 = after;
        after - before
    }
}

impl Game {
    /// Lets effects take place now, or queues them.
    pub(crate) fn take_effect(&mut self, effects: &[Effect], source: Source) {
        let mut deeds = std::mem::take(&mut self.scratch.deeds);
        for effect in effects {
            let glance = self.glance().with_level(source.level);
            if effect.when.as_ref().is_some_and(|when| !when.holds(&glance)) {
                continue;
            }
            deeds.clear();
            effect.kind.deeds(&Situation { readings: &glance, by: source.by }, &mut deeds);
            for deed in deeds.iter().copied() {
                self.take_deed(deed, effect, source);
            }
        }
        self.scratch.deeds = deeds;
    }

    /// Lets one deed of an effect take place now, or queues it. What is not a finite number is not done: `check` reports
    /// what it can show to overflow, and orders that would do so are refused with the reason.
    fn take_deed(&mut self, deed: Deed, effect: &Effect, source: Source) {
        if deed.not_finite().is_some() {
            return;
        }
        let what = match (deed, effect.group) {
            (Deed::Add(indicator, amount), Some(group)) => {
                let cap = self.scenario.groups[usize::from(group)].cap;
                Deed::Add(indicator, self.scratch.caps.admit(group, indicator, amount, cap))
            }
            _ => deed,
        };
        let due = self.state.turn + effect.delay;
        let mut undo = what;
        if effect.delay == 0 {
            let before = self.target(what);
            self.happen(what, source.cause, Some(effect));
            // What the range did not admit was never added, and is not taken back.
            if let (Deed::Add(indicator, _), Some(before)) = (what, before) {
                undo = Deed::Add(indicator, self.world.get(indicator) - before);
            }
        } else {
            self.state.queue.push(QueuedEffect { turn: due, what, cause: source.cause, seen_by: source.seen_by });
        }
        if let (Some(months), Deed::Add(indicator, amount)) = (effect.lasts, undo) {
            self.state.queue.push(QueuedEffect {
                turn: due + months,
                what: Deed::Add(indicator, -amount),
                cause: source.cause,
                seen_by: source.seen_by,
            });
        }
    }

    /// The value of the indicator that a deed adds to.
    fn target(&self, what: Deed) -> Option<f64> {
        match what {
            Deed::Add(indicator, _) => Some(self.world.get(indicator)),
            _ => None,
        }
    }

    /// One deed, now: the one place where deeds are told apart.
    fn happen(&mut self, what: Deed, cause: Cause, by: Option<&Effect>) {
        match what {
            Deed::Add(indicator, amount_now) => {
                let value = self.world.get(indicator) + amount_now;
                self.write_reading(indicator, value, cause, by);
            }
            Deed::Set(indicator, value) => self.write_reading(indicator, value, cause, by),
            Deed::Scale(indicator, factor) => {
                let value = self.world.get(indicator) * factor;
                self.write_reading(indicator, value, cause, by);
            }
            Deed::Table(motion, by) => {
                let open = self.state.tabled.len() < marchland_game::MOTIONS;
                if open && self.state.tabled.iter().all(|tabled| tabled.motion != motion) {
                    self.state.tabled.push(TabledMotion { motion, by });
                }
            }
            Deed::Fire(event) => self.scratch.fired.push(event),
            Deed::Deal(deal, what, by, option) => self.move_deal(deal, what, by, option, cause),
            Deed::Void(deal) => self.void_deal(deal, cause),
        }
    }

    /// Writes an indicator and books it to its cause and what an effect read for it.
    #[inline]
    fn write_reading(&mut self, indicator: IndicatorId, value: f64, cause: Cause, by: Option<&Effect>) {
        let written = self.put(indicator, value);
        if self.setup.tracing {
            let read = by.map_or_else(Vec::new, |effect| effect.kind.expressions());
            let inputs: Vec<IndicatorId> = read.iter().flat_map(|amount| amount.indicators()).collect();
            self.book(indicator, written, cause, &inputs);
        }
    }

    /// Writes an indicator and books it.
    #[inline]
    pub(crate) fn write(&mut self, indicator: IndicatorId, value: f64, cause: Cause, inputs: &[IndicatorId]) {
        let written = self.put(indicator, value);
        if self.setup.tracing {
            self.book(indicator, written, cause, inputs);
        }
    }

    /// Writes an indicator, within its range, and returns what was written.
    #[inline]
    fn put(&mut self, indicator: IndicatorId, value: f64) -> f64 {
        let written = self.world.set(indicator, value);
        self.scratch.written.push((self.index.positions[indicator.index()], written));
        written
    }

    #[cold]
    fn book(&mut self, indicator: IndicatorId, written: f64, cause: Cause, inputs: &[IndicatorId]) {
        self.world.ecs.resource_mut::<Ledger>().enter(cause, indicator, written, inputs);
    }

    /// What is due of the queue, in the order in which it was queued.
    pub(crate) fn run_queue(&mut self) {
        let turn = self.state.turn;
        let mut due = std::mem::take(&mut self.scratch.due);
        // All that is due leaves the queue in one pass before any of it happens; deeds themselves queue nothing.
        self.state.queue.retain(|queued| {
            let stays = queued.turn > turn;
            if !stays {
                due.push(*queued);
            }
            stays
        });
        for queued in due.drain(..) {
            self.happen(queued.what, queued.cause, None);
        }
        self.scratch.due = due;
    }

    /// Makes an event happen unless it has, and does not repeat.
    pub(crate) fn fire(&mut self, event: EventId) {
        let scenario = Arc::clone(&self.scenario);
        let plan = &scenario.events[event.index()];
        if !plan.repeats && self.state.last_event[event.index()] != 0 {
            return;
        }
        self.state.last_event[event.index()] = self.state.turn;
        if self.recorder.recording {
            self.recorder.round.events.push(event);
        }
        let source = Source {
            cause: Cause::Event(event),
            level: 1.0,
            seen_by: scenario.catalogue.events[event.index()].seen_by,
            by: None,
        };
        self.take_effect(&plan.effects, source);
    }

    /// Fires what effects have set off, and what that sets off, each event at most once.
    pub(crate) fn fire_events(&mut self) {
        let mut at = 0;
        while at < self.scratch.fired.len() {
            let event = self.scratch.fired[at];
            if !self.scratch.fired[..at].contains(&event) {
                self.fire(event);
            }
            at += 1;
        }
        self.scratch.fired.clear();
    }
}
