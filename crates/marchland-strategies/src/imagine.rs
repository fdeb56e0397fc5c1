//! What the families that look ahead have in common: their arguments, how a package is valued in
//! imagined futures, and what happens where the game affords none.

use marchland_game::{
    ArgumentKind, ArgumentSchema, Choice, Decision, ForcedMove, Future, Lookahead, Memory, Package, Plan, PlayerId,
    Stage, Strategy,
};

use crate::arguments::Arguments;
use crate::belief::Conduct;
use crate::choice;
use crate::registry::BuildResult;

/// The argument `horizon`.
pub(crate) const HORIZON: ArgumentSchema = ArgumentSchema {
    name: "horizon",
    kind: ArgumentKind::Integer { low: 1, high: 60, default: Some(6) },
    meaning: "turns imagined, this one included; fewer where the game ends before",
};

/// The argument `samples`.
pub(crate) const SAMPLES: ArgumentSchema = ArgumentSchema {
    name: "samples",
    kind: ArgumentKind::Integer { low: 1, high: 4096, default: Some(8) },
    meaning: "imagined futures per package or profile of packages",
};

/// The argument `packages`.
pub(crate) const PACKAGES: ArgumentSchema = ArgumentSchema {
    name: "packages",
    kind: ArgumentKind::Integer { low: 1, high: 512, default: Some(32) },
    meaning: "the most packages to compare",
};

/// The argument `against`.
pub(crate) const AGAINST: ArgumentSchema = ArgumentSchema {
    name: "against",
    kind: ArgumentKind::Word { choices: &["assumed", "observed"], default: Some("assumed") },
    meaning: "what others are believed to do: what the scenario's public `assumed` lineup does, or, more and more, \
              what they were seen to do",
};

/// The argument `rate`.
pub(crate) const RATE: ArgumentSchema = ArgumentSchema {
    name: "rate",
    kind: ArgumentKind::Number { low: 0.0, high: 1.0, default: Some(0.3) },
    meaning: "γ of the adaptive expectation x += γ (seen − x) about others' orders, per turn; read with `observed`",
};

/// The argument `stand_in`.
pub(crate) const STAND_IN: ArgumentSchema = ArgumentSchema {
    name: "stand_in",
    kind: ArgumentKind::Strategy,
    meaning: "what plays where no future can be imagined, as within another's imagination",
};

/// How a family chooses a package when it can look ahead.
pub(crate) trait Imagine: Send + Sync {
    /// The package, from what is known and imagined.
    fn choose(&self, at: &Decision<'_>, look: &dyn Lookahead, belief: &Belief<'_>) -> Package;
}

/// What a player believes others do.
pub(crate) struct Belief<'a> {
    conduct: Option<Conduct>,
    memory: &'a Memory,
}

impl Belief<'_> {
    /// Appends what others are made to do in a sample.
    pub(crate) fn force(&self, at: &Decision<'_>, sample: u64, turns: u32, forced: &mut Vec<ForcedMove>) {
        if let Some(conduct) = self.conduct {
            conduct.force(at, self.memory, sample, turns, forced);
        }
    }
}

/// A family that looks ahead, made a strategy.
///
/// Memory: that of its belief about others' conduct, where it keeps one; within, its stand-in's.
struct Imagining<F> {
    family: F,
    stand_in: Box<dyn Strategy>,
    conduct: Option<Conduct>,
    /// Length of the belief's numbers.
    size: usize,
}

/// A strategy of a family that looks ahead. The arguments `stand_in` and, where `beliefs`, `against`
/// and `rate` must be in its schema.
pub(crate) fn strategy<F: Imagine + 'static>(
    from: &Arguments<'_>,
    family: F,
    beliefs: bool,
) -> BuildResult<dyn Strategy> {
    let conduct = (beliefs && from.text("against") == "observed").then(|| Conduct { rate: from.number("rate") });
    let size = if conduct.is_some() { Conduct::size(from.catalogue) } else { 0 };
    Ok(Box::new(Imagining { family, stand_in: from.strategy("stand_in")?, conduct, size }))
}

impl<F: Imagine> Strategy for Imagining<F> {
    fn decide(&self, at: &Decision<'_>, memory: &mut Memory) -> Choice {
        let Some(look) = at.lookahead else { return self.stand_in.decide(at, &mut memory.inner[0]) };
        if at.moment.stage != Stage::Orders {
            return Choice::default();
        }
        if let Some(conduct) = self.conduct {
            conduct.update(at, memory);
        }
        choice::of(self.family.choose(at, look, &Belief { conduct: self.conduct, memory }))
    }

    fn memory(&self) -> Memory {
        let mut numbers = vec![0.0; self.size];
        if let Some(weight) = numbers.first_mut() {
            *weight = 1.0;
        }
        Memory { numbers, words: vec![0], inner: vec![self.stand_in.memory()], ..Memory::default() }
    }

    fn looks_ahead(&self) -> bool {
        true
    }
}

/// Turns that can still be played, this one included, at most `horizon`.
pub(crate) fn turns(at: &Decision<'_>, horizon: u32) -> u32 {
    horizon.min((at.catalogue.horizon + 1).saturating_sub(at.moment.turn.0)).max(1)
}

/// A payoff as a share of a player's `payoff_range`: 0 at the worst, 1 at the best. What is not a
/// number counts as the worst.
pub(crate) fn share(at: &Decision<'_>, player: PlayerId, payoff: f64) -> f64 {
    let table = &at.catalogue.players[player.index()].payoffs;
    let share = (payoff - table.range.0) / table.span();
    if share.is_finite() { share } else { 0.0 }
}

/// Values packages of the deciding player.
pub(crate) struct Valuer<'a> {
    at: &'a Decision<'a>,
    look: &'a dyn Lookahead,
    belief: &'a Belief<'a>,
    turns: u32,
    /// Turns for which a package is held.
    depth: u32,
    future: Future,
    forced: Vec<ForcedMove>,
}

impl<'a> Valuer<'a> {
    pub(crate) fn new(
        at: &'a Decision<'a>,
        look: &'a dyn Lookahead,
        belief: &'a Belief<'a>,
        horizon: u32,
        depth: u32,
    ) -> Self {
        let turns = turns(at, horizon);
        Self { at, look, belief, turns, depth: depth.min(turns), future: Future::default(), forced: Vec::new() }
    }

    /// The player's own payoff share in one imagined future in which it gives a package.
    pub(crate) fn value(&mut self, package: &Package, sample: u64) -> f64 {
        self.forced.clear();
        for ahead in 0..self.depth {
            self.forced.push(ForcedMove { player: self.at.player, ahead, orders: *package, ballots: None });
        }
        self.belief.force(self.at, sample, self.turns, &mut self.forced);
        let plan = Plan { sample, turns: self.turns, forced: &self.forced };
        self.look.play(&plan, &[], &mut self.future);
        share(self.at, self.at.player, self.future.payoffs[self.at.player.index()])
    }

    /// The mean of [`Valuer::value`] over samples 0 to `samples` − 1.
    pub(crate) fn mean(&mut self, package: &Package, samples: u64) -> f64 {
        (0..samples).map(|sample| self.value(package, sample)).sum::<f64>() / samples as f64
    }
}
