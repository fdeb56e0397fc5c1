//! What a facilitator does to a game from outside: sets a stock, makes an event happen, plays on
//! under another chance.

use marchland_game::{Cause, EventId, IndicatorId, Nature, Root};

use super::game::Game;

/// Why something cannot be injected.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum InjectError {
    /// A derived indicator is computed anew each step: its inputs can be set instead.
    #[error("`{path}` is derived and cannot be set; set one of its inputs: {inputs}")]
    Derived {
        /// The indicator.
        path: String,
        /// Its inputs, joined by commas.
        inputs: String,
    },
    /// The value is not a number.
    #[error("the value is not a number")]
    NotANumber,
}

impl Game {
    /// Sets a stock, limited to its range, and returns what was written. Takes effect at once: the
    /// coming stage reads it.
    ///
    /// # Errors
    /// A derived indicator, or a value that is not a number; nothing is changed then.
    pub fn inject(&mut self, indicator: IndicatorId, value: f64) -> Result<f64, InjectError> {
        if value.is_nan() {
            return Err(InjectError::NotANumber);
        }
        let info = &self.scenario.catalogue.indicators[indicator.index()];
        if info.nature == Nature::Derived {
            return Err(InjectError::Derived { path: info.path.clone(), inputs: info.inputs.join(", ") });
        }
        self.forget_imagined();
        self.write(indicator, value, Cause::Inject, &[]);
        self.settle_board();
        Ok(self.world.get(indicator))
    }

    /// Makes an event happen now, and what it sets off.
    pub fn inject_event(&mut self, event: EventId) {
        self.forget_imagined();
        self.scratch.caps.clear();
        self.scratch.fired.push(event);
        self.fire_events();
        self.settle_board();
    }

    /// Plays on under the chance of another root: how futures from one state are made to differ.
    pub fn set_root(&mut self, root: Root) {
        self.forget_imagined();
        self.state.root = root;
    }
}
