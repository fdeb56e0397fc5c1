//! The normal form of one turn: the focal players' candidate packages against each other, with the
//! payoffs of imagined futures.

use marchland_equilibria::deviation::deviation_payoffs;
use marchland_equilibria::game::Game;
use marchland_equilibria::profile::Profile;
use marchland_game::{
    ArgumentKind, ArgumentSchema, Decision, Diagnostic, ForcedMove, Future, Lookahead, Package, Plan, PlayerId,
    packages,
};

use crate::arguments::Arguments;
use crate::imagine::{share, turns};

/// The argument `players`.
pub(crate) const PLAYERS: ArgumentSchema = ArgumentSchema {
    name: "players",
    kind: ArgumentKind::Players,
    meaning: "the focal players, with the one who decides at most 4 (where 4 others are named, the last \
              makes room); when left out, all players of the scenario. Everybody else follows the public `assumed` lineup",
};

/// The argument `packages` of families that cross the packages of several players.
pub(crate) const FOCAL_PACKAGES: ArgumentSchema = ArgumentSchema {
    name: "packages",
    kind: ArgumentKind::Integer { low: 1, high: 64, default: Some(6) },
    meaning: "packages of each focal player: of those that fit, the empty one and the best against the assumed \
              lineup",
};

/// The most focal players.
pub(crate) const FOCAL: usize = 4;
/// The most pure profiles.
const PROFILES: usize = 4096;
/// Candidates that are screened for each place in the matrix.
const SCREENED: usize = 6;
/// Imagined futures by which a candidate is screened.
const SCREENING: u64 = 4;

/// Which matrix is built.
pub(crate) struct Frame {
    players: Vec<PlayerId>,
    packages: usize,
    samples: u64,
    horizon: u32,
}

/// A turn in normal form.
pub(crate) struct StageMatrix {
    /// Payoffs as shares of each player's `payoff_range`.
    pub(crate) game: Game,
    /// The deciding player's packages, by its strategy in the game.
    pub(crate) packages: Vec<Package>,
    /// The deciding player's place in the game.
    pub(crate) own: usize,
}

impl Frame {
    /// From the arguments `players`, `packages`, `samples` and `horizon`.
    pub(crate) fn new(from: &Arguments<'_>) -> Result<Self, Vec<Diagnostic>> {
        let named = from.players("players");
        let mut players: Vec<PlayerId> = if named.is_empty() {
            (0..from.catalogue.players.len()).map(PlayerId::from_index).collect()
        } else {
            named.to_vec()
        };
        players.sort_unstable();
        players.dedup();
        let packages = from.integer("packages") as usize;
        if players.len() > FOCAL {
            let message =
                format!("{} focal players, and at most {FOCAL} are crossed: name them in `players`", players.len());
            return Err(vec![from.error("focal-players", message)]);
        }
        let profiles = (0..players.len()).try_fold(1usize, |product, _| product.checked_mul(packages));
        if profiles.is_none_or(|profiles| profiles > PROFILES) {
            let message =
                format!("{packages} packages of {} players make more than {PROFILES} profiles", players.len());
            return Err(vec![from.error("focal-packages", message)]);
        }
        Ok(Self { players, packages, samples: from.integer("samples"), horizon: from.integer("horizon") as u32 })
    }

    /// Builds the matrix: one mean over the samples for every profile, all under the same samples.
    pub(crate) fn build(&self, at: &Decision<'_>, look: &dyn Lookahead) -> StageMatrix {
        let mut players = self.players.clone();
        if !players.contains(&at.player) {
            // One who is no focal player by name still decides for itself.
            players.push(at.player);
            players.sort_unstable();
            if players.len() > FOCAL {
                let other = players.iter().rposition(|player| *player != at.player);
                other.map(|other| players.remove(other));
            }
        }
        let turns = turns(at, self.horizon);
        let mut future = Future::default();
        let menus: Vec<Vec<Package>> =
            players.iter().map(|player| self.menu(*player, at, look, turns, &mut future)).collect();
        let counts: Vec<usize> = menus.iter().map(Vec::len).collect();
        let profiles: usize = counts.iter().product();
        let mut payoffs = vec![Vec::with_capacity(profiles); players.len()];
        let mut profile = vec![0; players.len()];
        for _ in 0..profiles {
            let forced: Vec<ForcedMove> = (0..players.len())
                .map(|place| ForcedMove {
                    player: players[place],
                    ahead: 0,
                    orders: menus[place][profile[place]],
                    ballots: None,
                })
                .collect();
            let mut sums = vec![0.0; players.len()];
            for sample in 0..self.samples {
                look.play(&Plan { sample, turns, forced: &forced }, &[], &mut future);
                for (sum, player) in sums.iter_mut().zip(&players) {
                    *sum += share(at, *player, future.payoffs[player.index()]);
                }
            }
            for (tensor, sum) in payoffs.iter_mut().zip(&sums) {
                tensor.push(sum / self.samples as f64);
            }
            advance(&mut profile, &counts);
        }
        let own = players.iter().position(|player| *player == at.player).expect("the deciding player is focal");
        let game = Game::unnamed(&counts, payoffs).expect("counts are positive and shares finite");
        let packages = menus.into_iter().nth(own).expect("one menu per player");
        StageMatrix { game, packages, own }
    }

    /// The packages of a player that enter the matrix.
    fn menu(
        &self,
        player: PlayerId,
        at: &Decision<'_>,
        look: &dyn Lookahead,
        turns: u32,
        future: &mut Future,
    ) -> Vec<Package> {
        let wide = self.packages * SCREENED;
        let all = if player == at.player { packages(at, wide) } else { look.candidates(player, wide) };
        if all.len() <= self.packages {
            return all;
        }
        let mut values = Vec::with_capacity(all.len());
        for package in &all {
            let forced = [ForcedMove { player, ahead: 0, orders: *package, ballots: None }];
            let mut sum = 0.0;
            for sample in 0..SCREENING.min(self.samples) {
                look.play(&Plan { sample, turns, forced: &forced }, &[], future);
                sum += share(at, player, future.payoffs[player.index()]);
            }
            values.push(sum);
        }
        let mut order: Vec<usize> = (1..all.len()).collect();
        order.sort_by(|a, b| values[*b].total_cmp(&values[*a]).then(a.cmp(b)));
        order.truncate(self.packages - 1);
        order.sort_unstable();
        core::iter::once(0).chain(order).map(|index| all[index]).collect()
    }
}

/// The next pure profile: the last player's strategy runs fastest.
fn advance(profile: &mut [usize], counts: &[usize]) {
    for place in (0..profile.len()).rev() {
        profile[place] += 1;
        if profile[place] < counts[place] {
            return;
        }
        profile[place] = 0;
    }
}

/// Each player's best replies to a profile, every best strategy alike.
pub(crate) fn best_replies(game: &Game, profile: &Profile) -> Profile {
    let replies = deviation_payoffs(game, profile).into_iter().map(|payoffs| {
        let best = payoffs.iter().copied().fold(f64::NEG_INFINITY, marchland_game::number::max);
        // Payoffs are shares: what differs by rounding only is as good.
        let good: Vec<f64> = payoffs.iter().map(|u| if *u >= best - 1e-12 { 1.0 } else { 0.0 }).collect();
        let count: f64 = good.iter().sum();
        good.iter().map(|one| one / count).collect()
    });
    Profile(replies.collect())
}
