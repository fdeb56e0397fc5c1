//! Results with their certificates, and the handle through which a solver reports and is stopped.

use std::fmt;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use crate::deviation::regret_by_enumeration;
use crate::game::Game;
use crate::number::max;
use crate::profile::Profile;

/// How much a list of solutions may be trusted to be all of them.
#[derive(Debug, Clone, PartialEq)]
pub enum Status {
    /// Proved: there are no other solutions, or the single answer asked for is verified.
    Complete,
    /// The indices sum to +1 as those of all equilibria of a regular game must, which proves nothing.
    Consistent,
    /// Every equilibrium is a listed solution or lies in one of so many components; these are known by
    /// sampled points and to the stated width only.
    Enclosed {
        /// Components listed.
        components: usize,
        /// The widest piece of the space of profiles that encloses them, in probability.
        width: f64,
    },
    /// Known to be partial, or not known to be all, and why.
    Incomplete(String),
    /// The deadline passed; what was found until then is given.
    TimeLimit,
}

impl Status {
    /// Whether the answer is proved complete.
    pub fn is_complete(&self) -> bool {
        *self == Status::Complete
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Status::Complete => f.write_str("complete"),
            Status::Consistent => f.write_str("consistent"),
            Status::Enclosed { components: 1, width } => {
                write!(
                    f,
                    "enclosed: every equilibrium is listed or lies in the component, known to {width:.1e} in probability"
                )
            }
            Status::Enclosed { components, width } => {
                write!(
                    f,
                    "enclosed: every equilibrium is listed or lies in the {components} components, known to {width:.1e} in probability"
                )
            }
            Status::Incomplete(why) => write!(f, "incomplete: {why}"),
            Status::TimeLimit => f.write_str("time limit"),
        }
    }
}

/// One profile with its certificate.
#[derive(Debug, Clone, PartialEq)]
pub struct Solution {
    /// The mixed strategies.
    pub profile: Profile,
    /// Each player's expected payoff, in the game's own units.
    pub payoffs: Vec<f64>,
    /// The largest gain any player could make by deviating, in the game's own units; see [`Solution::certify`].
    pub regret: f64,
    /// The index: +1 or −1 at a regular equilibrium, 0 at a singular one, none where undefined or not computed.
    pub index: Option<i32>,
}

impl Solution {
    /// A solution whose payoffs and regret are recomputed from the profile by
    /// [`regret_by_enumeration`], whatever the solver believed.
    ///
    /// # Panics
    /// If the profile's shape is not the game's.
    pub fn certify(game: &Game, profile: Profile, index: Option<i32>) -> Solution {
        let (payoffs, regrets) = regret_by_enumeration(game, &profile);
        // A profile that is no number has no regret of 0.
        let regret = match payoffs.iter().any(|payoff| payoff.is_nan()) {
            true => f64::NAN,
            false => regrets.into_iter().fold(0.0, max),
        };
        Solution { profile, payoffs, regret, index }
    }
}

/// A connected set of equilibria.
///
/// Of two players it is known exactly: extreme equilibria and the sets whose mixtures are equilibria too. Of
/// more players it is a set of solutions of equations of higher degree, known by sampled points, each with its
/// certificate, and by an enclosure: sets of equilibria nearer to one another than `width` may be one
/// component here.
#[derive(Debug, Clone, PartialEq)]
pub struct Component {
    /// Every solution in the component, numbers in the answer's list, in order.
    pub members: Vec<usize>,
    /// Two players: the maximal Nash subsets; every mixture, player by player, of the members of one is an
    /// equilibrium. Empty where the component is sampled.
    pub subsets: Vec<Vec<usize>>,
    /// In how many independent directions equilibria extend, at most: 1 for a curve, 0 for a point that is
    /// singular. Of sampled components the largest found at any sampled point. None if not computed.
    pub dimension: Option<usize>,
    /// The largest regret of a member, as a share of the payoff scale.
    pub residual: f64,
    /// The index of the whole component (its fixed-point index; those of all components and isolated
    /// equilibria of a game sum to +1). None where it is unresolved.
    pub index: Option<i32>,
    /// The widest piece of the enclosure, in probability; none where the component is known exactly.
    pub width: Option<f64>,
}

/// What a solver of equilibria returns.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The solutions, in a fixed order.
    pub solutions: Vec<Solution>,
    /// Whether these are all.
    pub status: Status,
    /// The sum of the indices; none unless every solution is isolated and regular.
    pub index_sum: Option<i32>,
    /// Connected sets of equilibria; empty where all solutions are isolated or the concept has none.
    pub components: Vec<Component>,
    /// Steps taken, in the solver's own measure.
    pub iterations: u64,
    /// Wall-clock time.
    pub elapsed: Duration,
}

impl Answer {
    /// An answer whose index sum is taken from its solutions, and effort from the handle.
    pub fn new(solutions: Vec<Solution>, status: Status, solver: &Solver<'_>) -> Answer {
        let index_sum = solutions
            .iter()
            .map(|solution| solution.index)
            .sum::<Option<i32>>()
            .filter(|_| !solutions.is_empty() && solutions.iter().all(|s| s.index != Some(0)));
        Answer {
            solutions,
            status,
            index_sum,
            components: Vec::new(),
            iterations: solver.iterations(),
            elapsed: solver.elapsed(),
        }
    }
}

/// What a solver tells while it works.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// Steps taken so far.
    pub iterations: u64,
    /// Solutions found so far.
    pub found: usize,
    /// Share of the work done, from 0 to 1, where the solver knows it.
    pub done: Option<f64>,
    /// Time since the handle was made.
    pub elapsed: Duration,
}

/// Who listens to a solver; `Break` asks it to stop.
type Listener<'a> = Box<dyn FnMut(&Progress) -> ControlFlow<()> + 'a>;

/// Why a solver had to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// The deadline passed.
    Deadline,
    /// The listener asked for it.
    Request,
}

impl Stop {
    /// The status of an answer cut short for this reason.
    pub fn status(self) -> Status {
        match self {
            Stop::Deadline => Status::TimeLimit,
            Stop::Request => Status::Incomplete("stopped on request".into()),
        }
    }
}

/// The handle a long computation runs under: it counts steps, reports them and knows the deadline.
///
/// ```
/// use std::time::Duration;
/// use marchland_equilibria::solution::Solver;
///
/// let mut solver = Solver::new().time_limit(Duration::from_secs(60));
/// assert_eq!(solver.step(0, None), Ok(()));
/// assert_eq!(solver.iterations(), 1);
/// ```
pub struct Solver<'a> {
    started: Instant,
    deadline: Option<Instant>,
    listener: Option<Listener<'a>>,
    iterations: u64,
    next_look: u64,
    stopped: Option<Stop>,
}

/// Steps between two looks at the clock when steps are cheap.
const LOOK_EVERY: u64 = 64;

impl Default for Solver<'_> {
    fn default() -> Self {
        Solver::new()
    }
}

impl fmt::Debug for Solver<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Solver")
            .field("deadline", &self.deadline)
            .field("iterations", &self.iterations)
            .field("stopped", &self.stopped)
            .finish_non_exhaustive()
    }
}

impl<'a> Solver<'a> {
    /// A handle without deadline or listener.
    pub fn new() -> Solver<'a> {
        Solver { started: Instant::now(), deadline: None, listener: None, iterations: 0, next_look: 0, stopped: None }
    }

    /// Stops the computation this long after the handle was made.
    pub fn time_limit(mut self, limit: Duration) -> Solver<'a> {
        self.deadline = self.started.checked_add(limit);
        self
    }

    /// Calls `listener` now and then, in the computing thread; `Break` stops the computation.
    pub fn listener(mut self, listener: impl FnMut(&Progress) -> ControlFlow<()> + 'a) -> Solver<'a> {
        self.listener = Some(Box::new(listener));
        self
    }

    /// Counts one cheap step and looks at the clock every 64; `found` and `done` are for the listener.
    ///
    /// # Errors
    /// The reason to stop, then and at every later call.
    pub fn step(&mut self, found: usize, done: Option<f64>) -> Result<(), Stop> {
        self.iterations += 1;
        if self.iterations < self.next_look && self.stopped.is_none() {
            return Ok(());
        }
        self.next_look = self.iterations + LOOK_EVERY;
        self.look(found, done)
    }

    /// Counts one dear step (above some microseconds) and looks at the clock at once.
    ///
    /// # Errors
    /// The reason to stop, then and at every later call.
    pub fn big_step(&mut self, found: usize, done: Option<f64>) -> Result<(), Stop> {
        self.iterations += 1;
        self.look(found, done)
    }

    fn look(&mut self, found: usize, done: Option<f64>) -> Result<(), Stop> {
        if let Some(stop) = self.stopped {
            return Err(stop);
        }
        if self.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            self.stopped = Some(Stop::Deadline);
        } else if let Some(listener) = &mut self.listener {
            let progress = Progress { iterations: self.iterations, found, done, elapsed: self.started.elapsed() };
            if listener(&progress).is_break() {
                self.stopped = Some(Stop::Request);
            }
        }
        self.stopped.map_or(Ok(()), Err)
    }

    /// Adds steps that another thread took on this computation's behalf.
    pub(crate) fn count(&mut self, steps: u64) {
        self.iterations += steps;
    }

    /// Why the computation was stopped, if it was.
    pub fn stopped(&self) -> Option<Stop> {
        self.stopped
    }

    /// Steps counted so far.
    pub fn iterations(&self) -> u64 {
        self.iterations
    }

    /// Time since the handle was made.
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Time left until the deadline; none without one.
    pub fn remaining(&self) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }
}
