//! Games as environments of learners: many at once, stepped on all cores.

use std::sync::{Arc, Mutex, MutexGuard};

use marchland_game::stream::{game_seed, mix2};
use marchland_game::{
    ActionId, Catalogue, Choice, Decision, Draft, IndicatorId, Order, Package, PlayerId, Stage, conceivable, mask,
};
use marchland_sim::turn::{Engine, Game, Setup};
use numpy::{PyArray1, PyArray2, PyArray3, PyReadonlyArray3, ndarray};
use pyo3::prelude::*;
use rayon::prelude::*;

use crate::error::{input, of_findings};
use crate::game::player;
use crate::scenario::{Composition, Scenario, checked_seed};
use crate::strategy::Objects;

/// Numbers that a seat is shown beside its indicators: the share of turns played, and of rounds of the month.
const CLOCK: usize = 2;

/// Games of one scenario side by side, with the same seats left to whoever steps them.
#[pyclass(frozen, module = "marchland")]
pub struct Environments {
    games: Mutex<Vec<One>>,
    table: Arc<Seats>,
    objects: Objects,
}

/// One environment.
struct One {
    game: Game,
    /// What its seats were given so far, in payoff.
    given: Vec<f64>,
    seed: u64,
    episode: u64,
    over: bool,
    /// What its seats may do now, where [`Environments::spin`] draws among it.
    may: Vec<i8>,
}

/// What the seats see and may do: the same in every environment.
struct Seats {
    catalogue: Arc<Catalogue>,
    setup: Setup,
    engine: Engine,
    seats: Vec<Seat>,
    /// Numbers of an observation, mask entries, action entries: of the largest seat.
    width: usize,
    mask: usize,
    entries: usize,
}

struct Seat {
    player: PlayerId,
    /// Each with what is taken from its value, and what the rest is multiplied by.
    indicators: Vec<(IndicatorId, f64, f64)>,
    actions: Actions,
}

/// How actions are numbered.
enum Actions {
    /// One number: a package of orders.
    Packages(Vec<Package>),
    /// One number an action of the seat: 0 for nothing, k for its option k − 1.
    Instruments(Vec<(ActionId, usize)>),
}

impl Seat {
    fn mask_width(&self) -> usize {
        match &self.actions {
            Actions::Packages(packages) => packages.len(),
            Actions::Instruments(actions) => actions.iter().map(|(_, options)| options + 1).sum(),
        }
    }

    fn entries(&self) -> usize {
        match &self.actions {
            Actions::Packages(_) => 1,
            Actions::Instruments(actions) => actions.len(),
        }
    }

    fn see(&self, at: &Decision<'_>, game: &Game, out: &mut [f32]) {
        let count = self.indicators.len();
        for (place, (id, low, scale)) in self.indicators.iter().enumerate() {
            let known = at.observation.estimate(*id);
            out[place] = ((known.value - low) * scale) as f32;
            out[count + place] = (known.sd * scale) as f32;
            out[2 * count + place] = known.age.map_or(-1.0, |age| age as f32 / 12.0);
        }
        let state = game.state();
        out[3 * count] = (f64::from(state.turn - 1) / f64::from(game.turns())) as f32;
        out[3 * count + 1] = f32::from(state.round) / 4.0;
    }

    fn may(&self, at: &Decision<'_>, out: &mut [i8], room: &mut Vec<bool>) {
        match &self.actions {
            Actions::Packages(packages) => {
                mask(at, packages, room);
                for (out, may) in out.iter_mut().zip(room.iter()) {
                    *out = i8::from(*may);
                }
            }
            Actions::Instruments(actions) => {
                let mut place = 0;
                for (action, options) in actions {
                    out[place] = 1;
                    for option in 0..*options {
                        let order = Order { action: *action, option: option as u8 };
                        out[place + 1 + option] = i8::from(at.observation.legality(order).is_ok());
                    }
                    place += options + 1;
                }
            }
        }
    }

    /// The choice that numbers stand for, and how many of its orders are not legal together.
    fn choose(&self, at: &Decision<'_>, numbers: &[i64]) -> (Choice, i64) {
        let mut draft = Draft::default();
        let mut refused = 0;
        let mut add = |order: Order| refused += i64::from(draft.add(order, at).is_err());
        match &self.actions {
            Actions::Packages(packages) => packages[numbers[0] as usize].iter().for_each(|order| add(*order)),
            Actions::Instruments(actions) => {
                for ((action, _), number) in actions.iter().zip(numbers).filter(|(_, number)| **number > 0) {
                    add(Order { action: *action, option: (number - 1) as u8 });
                }
            }
        }
        (Choice { orders: draft.package(), ..Choice::default() }, refused)
    }

    /// Whether numbers are within their bounds.
    fn within(&self, numbers: &[i64]) -> bool {
        match &self.actions {
            Actions::Packages(packages) => (0..packages.len() as i64).contains(&numbers[0]),
            Actions::Instruments(actions) => {
                actions.iter().zip(numbers).all(|((_, options), number)| (0..=*options as i64).contains(number))
            }
        }
    }
}

/// Where one environment writes what came of a step.
struct StepBuffers<'a> {
    seen: &'a mut [f32],
    may: &'a mut [i8],
    rewards: &'a mut [f64],
    over: &'a mut bool,
    refused: &'a mut [i64],
}

impl Seats {
    fn start(&self, one: &mut One) {
        let seed = if one.episode == 0 { one.seed } else { game_seed(one.seed, one.episode) };
        one.game.start(&Setup { seed, ..self.setup.clone() });
        one.given.fill(0.0);
        one.over = false;
    }

    fn look(&self, one: &One, seen: &mut [f32], may: &mut [i8], room: &mut Vec<bool>) {
        for (at, seat) in self.seats.iter().enumerate() {
            let seen = &mut seen[at * self.width..(at + 1) * self.width];
            let may = &mut may[at * self.mask..(at + 1) * self.mask];
            one.game.at_decision(seat.player, |decision| {
                seat.see(decision, &one.game, seen);
                if one.over {
                    // Nothing is left to do but nothing: a mask without a single action would be an error of its own.
                    may[0] = 1;
                } else {
                    seat.may(decision, may, room);
                }
            });
        }
    }

    fn step(&self, one: &mut One, numbers: &[i64], out: StepBuffers<'_>, room: &mut Vec<bool>) {
        if one.over {
            one.episode += 1;
            self.start(one);
            self.look(one, out.seen, out.may, room);
            return;
        }
        let players = self.catalogue.players.len();
        let mut choices = vec![Choice::default(); players];
        let mut held = vec![false; players];
        for (at, seat) in self.seats.iter().enumerate() {
            let own = &numbers[at * self.entries..][..seat.entries()];
            let (choice, refused) = one.game.at_decision(seat.player, |decision| seat.choose(decision, own));
            choices[seat.player.index()] = choice;
            held[seat.player.index()] = true;
            out.refused[at] = refused;
        }
        self.stage(&mut one.game, &held, &mut choices);
        // Ballots of seats that are stepped are cast by their stakes.
        while !one.game.is_over() && one.game.state().stage == Stage::Ballots {
            let mut silent = vec![Choice::default(); players];
            self.stage(&mut one.game, &held, &mut silent);
        }
        one.over = one.game.is_over();
        *out.over = one.over;
        for (at, seat) in self.seats.iter().enumerate() {
            let so_far = if one.over {
                one.game.payoff_so_far(seat.player).unwrap_or(0.0)
            } else {
                one.game.state().payoffs[seat.player.index()].sum / f64::from(one.game.turns())
            };
            out.rewards[at] = so_far - one.given[at];
            one.given[at] = so_far;
        }
        self.look(one, out.seen, out.may, room);
    }

    fn stage(&self, game: &mut Game, held: &[bool], choices: &mut [Choice]) {
        for (at, choice) in choices.iter_mut().enumerate() {
            let player = PlayerId::from_index(at);
            if !held[at] && game.decides(player) {
                *choice = game.decide(player);
            }
        }
        game.play_stage(choices);
    }
}

/// The indicators that a seat is shown unless others are named: those that the scenario shows, of its own payoff
/// and of its budgets.
fn shown(scenario: &Scenario, seat: PlayerId) -> Vec<IndicatorId> {
    let own = &scenario.catalogue.players[seat.index()];
    let mut shown: Vec<IndicatorId> = scenario.loaded.shown.clone();
    shown.extend(own.payoffs.terms.iter().map(|term| term.indicator));
    shown.extend(own.budgets.iter().flatten());
    shown.sort_unstable();
    shown.dedup();
    shown
}

#[pymethods]
impl Environments {
    #[new]
    #[pyo3(signature = (scenario, composition, seats, num_envs, indicators, packages, scaled))]
    fn new(
        scenario: PyRef<'_, Scenario>,
        composition: Composition,
        seats: Vec<String>,
        num_envs: usize,
        indicators: Option<Vec<String>>,
        packages: usize,
        scaled: bool,
    ) -> PyResult<Self> {
        if num_envs == 0 || seats.is_empty() {
            return Err(input("at least one environment with at least one seat is needed"));
        }
        let opened = scenario.compose(&composition)?;
        let catalogue = Arc::clone(&scenario.catalogue);
        let own = |name: &String| -> PyResult<Seat> {
            let player = player(&catalogue, name)?;
            let ids = match &indicators {
                None => shown(&scenario, player),
                Some(paths) => paths
                    .iter()
                    .map(|path| {
                        catalogue.indicator(path).ok_or_else(|| {
                            let text = format!("there is no indicator `{path}`");
                            let found = marchland_game::Diagnostic::error("unknown-indicator", text);
                            let known = catalogue.indicators.iter().map(|info| info.path.as_str());
                            of_findings(vec![found.choose(path, known)])
                        })
                    })
                    .collect::<PyResult<_>>()?,
            };
            let indicators = ids
                .into_iter()
                .map(|id| {
                    let (low, high) = catalogue.indicators[id.index()].range;
                    let width = high - low;
                    let finite = scaled && width.is_finite() && width > 0.0;
                    if finite { (id, low, 1.0 / width) } else { (id, 0.0, 1.0) }
                })
                .collect();
            let orders = catalogue.actions.iter().any(|action| action.owners.contains(player));
            if packages == 0 && !orders {
                return Err(input(format!("{name} has nothing to order: its actions can be packages alone")));
            }
            let actions = if packages == 0 {
                let owned = catalogue.actions.iter().enumerate().filter(|(_, action)| action.owners.contains(player));
                Actions::Instruments(
                    owned.map(|(at, action)| (ActionId::from_index(at), action.options.len())).collect(),
                )
            } else {
                Actions::Packages(conceivable(&catalogue, player, packages))
            };
            Ok(Seat { player, indicators, actions })
        };
        let seats = seats.iter().map(own).collect::<PyResult<Vec<Seat>>>()?;
        let largest = |of: &dyn Fn(&Seat) -> usize| seats.iter().map(of).max().unwrap_or(0);
        let table = Seats {
            width: largest(&|seat| 3 * seat.indicators.len() + CLOCK),
            mask: largest(&Seat::mask_width),
            entries: largest(&Seat::entries),
            setup: Setup {
                variant: opened.variant.clone(),
                lineup: opened.composed.lineup.clone(),
                seed: 1,
                turns: opened.turns,
                tracing: false,
            },
            engine: Engine::new(&opened.scenario).with_assumed(opened.assumed.clone()),
            catalogue,
            seats,
        };
        let games = (0..num_envs)
            .map(|at| One {
                game: table.engine.start(&table.setup),
                given: vec![0.0; table.seats.len()],
                seed: at as u64,
                episode: 0,
                over: false,
                may: Vec::new(),
            })
            .collect();
        Ok(Self { games: Mutex::new(games), table: Arc::new(table), objects: composition.objects() })
    }

    /// Names of the numbers that a seat is shown.
    fn names(&self, seat: usize) -> Vec<String> {
        let indicators = &self.table.seats[seat].indicators;
        let path = |id: &IndicatorId| self.table.catalogue.indicators[id.index()].path.clone();
        let values = indicators.iter().map(|(id, ..)| path(id));
        let sds = indicators.iter().map(|(id, ..)| format!("{}.sd", path(id)));
        let ages = indicators.iter().map(|(id, ..)| format!("{}.age", path(id)));
        let clock = ["share of turns played", "share of rounds played"].map(str::to_owned);
        values.chain(sds).chain(ages).chain(clock).collect()
    }

    /// Smallest and largest value of each number that a seat is shown.
    fn bounds<'py>(&self, py: Python<'py>, seat: usize) -> (Bound<'py, PyArray1<f32>>, Bound<'py, PyArray1<f32>>) {
        let table = &self.table;
        let (mut low, mut high) = (Vec::new(), Vec::new());
        for (id, from, scale) in &table.seats[seat].indicators {
            let range = table.catalogue.indicators[id.index()].range;
            // A hair's breadth for the rounding to single precision.
            let wide = |x: f64, sign: f64| (x + sign * 1e-5 * (1.0 + x.abs())) as f32;
            low.push(wide((range.0 - from) * scale, -1.0));
            high.push(wide((range.1 - from) * scale, 1.0));
        }
        let count = table.seats[seat].indicators.len();
        low.extend(std::iter::repeat_n(0.0, count));
        high.extend(std::iter::repeat_n(f32::INFINITY, count));
        low.extend(std::iter::repeat_n(-1.0, count));
        high.extend(std::iter::repeat_n(f32::INFINITY, count));
        low.extend([0.0; CLOCK]);
        high.extend([1.0; CLOCK]);
        (PyArray1::from_vec(py, low), PyArray1::from_vec(py, high))
    }

    /// How many actions a seat has: one number of packages, or one number an instrument.
    fn actions(&self, seat: usize) -> Vec<usize> {
        match &self.table.seats[seat].actions {
            Actions::Packages(packages) => vec![packages.len()],
            Actions::Instruments(actions) => actions.iter().map(|(_, options)| options + 1).collect(),
        }
    }

    /// What each action of a seat is: orders of each package, or the options of each instrument.
    fn action_names(&self, seat: usize) -> Vec<Vec<String>> {
        let catalogue = &self.table.catalogue;
        match &self.table.seats[seat].actions {
            Actions::Packages(packages) => packages
                .iter()
                .map(|package| package.iter().map(|order| catalogue.order_name(*order)).collect())
                .collect(),
            Actions::Instruments(actions) => actions
                .iter()
                .map(|(action, options)| {
                    let order = |option: usize| Order { action: *action, option: option as u8 };
                    (0..*options).map(|option| catalogue.order_name(order(option))).collect()
                })
                .collect(),
        }
    }

    /// Length of a seat's mask.
    fn mask_width(&self, seat: usize) -> usize {
        self.table.seats[seat].mask_width()
    }

    #[getter]
    fn num_envs(&self) -> PyResult<usize> {
        Ok(self.games()?.len())
    }

    /// Starts every environment, or those named, with its seed.
    #[pyo3(signature = (seeds, which=None))]
    #[expect(clippy::type_complexity, reason = "a pair of arrays")]
    fn reset<'py>(
        &self,
        py: Python<'py>,
        seeds: Vec<u64>,
        which: Option<Vec<usize>>,
    ) -> PyResult<(Bound<'py, PyArray3<f32>>, Bound<'py, PyArray3<i8>>)> {
        seeds.iter().try_for_each(|seed| checked_seed(*seed).map(drop))?;
        let mut games = self.games()?;
        let which = which.unwrap_or_else(|| (0..games.len()).collect());
        if which.len() != seeds.len() || which.iter().any(|at| *at >= games.len()) {
            return Err(input(format!("{} seeds for {} environments", seeds.len(), which.len())));
        }
        let table = &self.table;
        let (seats, count) = (table.seats.len(), games.len());
        let mut seen = vec![0.0f32; count * seats * table.width];
        let mut may = vec![0i8; count * seats * table.mask];
        {
            let (games, seen, may) = (&mut *games, &mut seen, &mut may);
            py.detach(|| {
                for (at, seed) in which.iter().zip(seeds) {
                    let one = &mut games[*at];
                    one.seed = seed;
                    one.episode = 0;
                    one.may.clear();
                    table.start(one);
                }
                let mut room = Vec::new();
                for ((one, seen), may) in
                    games.iter().zip(seen.chunks_mut(seats * table.width)).zip(may.chunks_mut(seats * table.mask))
                {
                    table.look(one, seen, may, &mut room);
                }
            });
        }
        Ok((cube(py, seen, count, seats), cube(py, may, count, seats)))
    }

    /// Steps every environment by one round of orders: numbers of actions, shape (environments, seats, entries). One
    /// that was over starts its next episode instead. Returns observations, masks, rewards, which are over, and how many
    /// orders of each seat were refused.
    #[expect(clippy::type_complexity, reason = "five arrays")]
    fn step<'py>(
        &self,
        py: Python<'py>,
        actions: PyReadonlyArray3<'py, i64>,
    ) -> PyResult<(
        Bound<'py, PyArray3<f32>>,
        Bound<'py, PyArray3<i8>>,
        Bound<'py, PyArray2<f64>>,
        Bound<'py, PyArray1<bool>>,
        Bound<'py, PyArray2<i64>>,
    )> {
        let mut games = self.games()?;
        let table = &self.table;
        let (seats, count) = (table.seats.len(), games.len());
        let actions = actions.as_array();
        if actions.shape() != [count, seats, table.entries] {
            let wanted = [count, seats, table.entries];
            return Err(input(format!("actions have the shape {:?}, and should have {wanted:?}", actions.shape())));
        }
        let numbers: Vec<i64> = actions.iter().copied().collect();
        let row = seats * table.entries;
        for (at, own) in numbers.chunks(row).enumerate() {
            for (place, seat) in table.seats.iter().enumerate() {
                if !seat.within(&own[place * table.entries..][..seat.entries()]) {
                    let name = &table.catalogue.players[seat.player.index()].id;
                    return Err(input(format!("environment {at}: {name} has no such action")));
                }
            }
        }
        let mut seen = vec![0.0f32; count * seats * table.width];
        let mut may = vec![0i8; count * seats * table.mask];
        let mut rewards = vec![0.0f64; count * seats];
        let mut over = vec![false; count];
        let mut refused = vec![0i64; count * seats];
        py.check_signals()?;
        self.objects.forget_failures();
        {
            let games = &mut *games;
            let (seen, may, rewards, over, refused) = (&mut seen, &mut may, &mut rewards, &mut over, &mut refused);
            py.detach(|| {
                if count == 1 {
                    let out = StepBuffers { seen, may, rewards, over: &mut over[0], refused };
                    table.step(&mut games[0], &numbers, out, &mut Vec::new());
                    return;
                }
                games
                    .par_iter_mut()
                    .zip(numbers.par_chunks(row))
                    .zip(seen.par_chunks_mut(seats * table.width))
                    .zip(may.par_chunks_mut(seats * table.mask))
                    .zip(rewards.par_chunks_mut(seats))
                    .zip(over.par_iter_mut())
                    .zip(refused.par_chunks_mut(seats))
                    .for_each_init(Vec::new, |room, ((((((one, numbers), seen), may), rewards), over), refused)| {
                        table.step(one, numbers, StepBuffers { seen, may, rewards, over, refused }, room);
                    });
            });
        }
        if let Some(error) = self.objects.take_failure() {
            return Err(error);
        }
        let square = |values: Vec<f64>| PyArray2::from_owned_array(py, shaped(values, count, seats));
        Ok((
            cube(py, seen, count, seats),
            cube(py, may, count, seats),
            square(rewards),
            PyArray1::from_vec(py, over),
            PyArray2::from_owned_array(py, shaped(refused, count, seats)),
        ))
    }

    /// Payoffs so far, shape (environments, seats).
    fn payoffs<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray2<f64>>> {
        let games = self.games()?;
        let of = |one: &One| -> Vec<f64> {
            let seats = self.table.seats.iter();
            seats.map(|seat| one.game.payoff_so_far(seat.player).unwrap_or(0.0)).collect()
        };
        let values: Vec<f64> = games.iter().flat_map(of).collect();
        Ok(PyArray2::from_owned_array(py, shaped(values, games.len(), self.table.seats.len())))
    }

    /// Steps environments whose seats are played by uniform draws over their masks, without Python between steps, and
    /// returns how many steps were made: for benches of the engine with the same observations. `seed` keys the draws.
    fn spin(&self, py: Python<'_>, steps: u64, seed: u64) -> PyResult<u64> {
        py.check_signals()?;
        let mut games = self.games()?;
        let table = &self.table;
        let seats = table.seats.len();
        let games = &mut *games;
        let scratch = || {
            let seen = vec![0.0f32; seats * table.width];
            (seen, vec![0.0; seats], vec![0; seats], vec![0i64; seats * table.entries], Vec::new())
        };
        let made = py.detach(|| {
            games
                .par_iter_mut()
                .enumerate()
                .map_init(scratch, |(seen, rewards, refused, numbers, room), (at, one)| {
                    let mut may = std::mem::take(&mut one.may);
                    if may.is_empty() {
                        may.resize(seats * table.mask, 0);
                        table.look(one, seen, &mut may, room);
                    }
                    for step in 0..steps {
                        let draw = mix2(seed, mix2(at as u64, step));
                        for (place, seat) in table.seats.iter().enumerate() {
                            let own = &may[place * table.mask..][..seat.mask_width()];
                            if let Actions::Packages(_) = seat.actions {
                                let legal = own.iter().filter(|may| **may == 1).count();
                                let mut marked = (0..own.len()).filter(|at| own[*at] == 1);
                                let pick = marked.nth(draw as usize % legal.max(1)).unwrap_or(0);
                                numbers[place * table.entries] = pick as i64;
                            }
                        }
                        let mut over = false;
                        let out = StepBuffers { seen, may: &mut may, rewards, over: &mut over, refused };
                        table.step(one, numbers, out, room);
                    }
                    one.may = may;
                    steps
                })
                .sum()
        });
        Ok(made)
    }
}

impl Environments {
    fn games(&self) -> PyResult<MutexGuard<'_, Vec<One>>> {
        self.games.try_lock().map_err(|_| input("the environments are in the middle of a step"))
    }
}

fn shaped<T>(values: Vec<T>, rows: usize, columns: usize) -> ndarray::Array2<T> {
    ndarray::Array2::from_shape_vec((rows, columns), values).expect("as many values as places")
}

fn cube<T: numpy::Element>(
    py: Python<'_>,
    values: Vec<T>,
    environments: usize,
    seats: usize,
) -> Bound<'_, PyArray3<T>> {
    let width = values.len() / (environments * seats);
    let shape = (environments, seats, width);
    PyArray3::from_owned_array(py, ndarray::Array3::from_shape_vec(shape, values).expect("as many values as places"))
}
