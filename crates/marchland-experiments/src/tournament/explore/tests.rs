#![allow(clippy::print_stdout, reason = "a test says what it measured")]

use std::collections::BTreeSet;

use super::*;
use crate::draws;

/// A game that counts which of its profiles were asked for.
struct CountingGame {
    game: Game,
    asked: BTreeSet<usize>,
    most: usize,
}

impl CountingGame {
    fn new(game: Game) -> Self {
        Self { game, asked: BTreeSet::new(), most: usize::MAX }
    }
}

impl Profiles for CountingGame {
    fn counts(&self) -> Vec<usize> {
        self.game.counts().to_vec()
    }

    fn ensure(&mut self, places: &[usize]) -> Result<(), Stop> {
        let mut asked = self.asked.clone();
        asked.extend(places);
        if asked.len() > self.most {
            return Err(Stop::Budget);
        }
        self.asked = asked;
        Ok(())
    }

    fn payoff(&self, place: usize, player: usize) -> Option<f64> {
        self.asked.contains(&place).then(|| self.game.tensor(player)[place])
    }
}

/// A game of which the profiles of one strategy of the first player are forfeited.
struct ForfeitingGame(CountingGame, usize);

impl Profiles for ForfeitingGame {
    fn counts(&self) -> Vec<usize> {
        self.0.counts()
    }

    fn ensure(&mut self, places: &[usize]) -> Result<(), Stop> {
        self.0.ensure(places)
    }

    fn payoff(&self, place: usize, player: usize) -> Option<f64> {
        self.0.payoff(place, player)
    }

    fn forfeited(&self, places: &[usize]) -> (u64, u64) {
        let others: usize = self.0.counts()[1..].iter().product();
        let lost = places.iter().filter(|place| **place / others == self.1).count();
        (lost as u64, places.len() as u64)
    }
}

#[test]
fn nothing_is_confirmed_on_forfeited_games_and_the_search_is_the_same() {
    for (seed, mode) in [(1, Mode::All), (2, Mode::Quiesce), (3, Mode::DoubleOracle)] {
        let game = || CountingGame::new(random_game(&[4, 4], seed, 0.5));
        let search = Search::spread(mode, &[4, 4], &[0, 0], 4);
        let mut clean = game();
        let found = explore(&mut clean, &search).expect("a search");
        assert!(!confirmed(&found).is_empty());
        // Whichever strategy's program fails, every certificate rests on it.
        for strategy in 0..4 {
            let mut forfeited = ForfeitingGame(game(), strategy);
            let again = explore(&mut forfeited, &search).expect("a search");
            assert!(confirmed(&again).is_empty());
            assert!(again.equilibria.iter().all(|one| one.stands() && one.forfeited.0 > 0));
            let profiles = |found: &Exploration| -> Vec<Profile> {
                found.equilibria.iter().map(|one| one.profile.clone()).collect()
            };
            assert_eq!(profiles(&found), profiles(&again));
            assert_eq!(clean.asked, forfeited.0.asked);
        }
    }
}

/// Uniform payoffs, of players who to some degree want the same.
fn random_game(counts: &[usize], seed: u64, common: f64) -> Game {
    let size: usize = counts.iter().product();
    let mut rng = draws::stream(draws::key(seed, "games of a test", &[]));
    let shared: Vec<f64> = (0..size).map(|_| draws::uniform(&mut rng)).collect();
    let tensors = (0..counts.len())
        .map(|_| shared.iter().map(|x| common * x + (1.0 - common) * draws::uniform(&mut rng)).collect())
        .collect();
    Game::unnamed(counts, tensors).expect("a game")
}

fn confirmed(found: &Exploration) -> Vec<&Profile> {
    found.equilibria.iter().filter(|one| one.confirmed()).map(|one| &one.profile).collect()
}

/// Players who each want to be near a place of their own and near the others, with some noise: the kind of
/// game in which most strategies are bad against most others.
fn settled_game(counts: &[usize], seed: u64) -> Game {
    let size: usize = counts.iter().product();
    let mut rng = draws::stream(draws::key(seed, "games of a test", &[1]));
    let places: Vec<f64> = counts.iter().map(|&n| draws::uniform(&mut rng) * (n - 1) as f64).collect();
    let profile = |place: usize| {
        let mut rest = place;
        let mut profile: Vec<f64> = counts
            .iter()
            .rev()
            .map(|&n| {
                let own = rest % n;
                rest /= n;
                own as f64
            })
            .collect();
        profile.reverse();
        profile
    };
    let tensors = (0..counts.len())
        .map(|player| {
            (0..size)
                .map(|place| {
                    let profile = profile(place);
                    let others = (profile.iter().sum::<f64>() - profile[player]) / (counts.len() - 1) as f64;
                    let ideal = 0.7 * places[player] + 0.3 * others;
                    let far = profile[player] - ideal;
                    -far * far + 0.5 * draws::uniform(&mut rng)
                })
                .collect()
        })
        .collect();
    Game::unnamed(counts, tensors).expect("a game")
}

/// Against the full table: what the searches confirm are its equilibria, all of them where there is one, and
/// some where there are several; and they spare profiles.
#[test]
fn searches_find_the_equilibria_of_the_full_table_and_spare_profiles() {
    type GameMaker = fn(u64) -> Game;
    let kinds: [(&str, GameMaker, u64, f64); 1] = [("settled 9 x 9", |seed| settled_game(&[9, 9], seed), 3, 0.1)];
    for (kind, made, starts, least_spared) in kinds {
        let (mut unique, mut several, mut met) = (0, 0, 0);
        let mut asked = [0; 2];
        let mut profiles = 0;
        for seed in 0..12 {
            let game = made(seed);
            let answer = marchland_equilibria::nash::all(&game, &mut marchland_equilibria::solution::Solver::new());
            assert!(answer.status.is_complete(), "{kind} {seed}: {}", answer.status);
            let truth = answer.solutions;
            profiles += game.profile_count();
            let own = vec![0; game.player_count()];
            for (at, mode) in [Mode::Quiesce, Mode::DoubleOracle, Mode::All].into_iter().enumerate() {
                let mut counted = CountingGame::new(game.clone());
                let search = Search::spread(mode, game.counts(), &own, starts);
                let found = explore(&mut counted, &search).expect("no limit");
                let found = confirmed(&found);
                assert!(!found.is_empty(), "{kind} {seed} {mode:?}: none of {}", truth.len());
                for one in &found {
                    let known = truth.iter().any(|other| one.distance(&other.profile) < 1e-6);
                    assert!(known, "{kind} {seed} {mode:?}: no equilibrium of the full table");
                }
                if truth.len() == 1 {
                    unique += 1;
                    assert_eq!(found.len(), 1, "{kind} {seed} {mode:?}");
                } else {
                    several += truth.len();
                    met += found.len();
                }
                if at < 2 {
                    asked[at] += counted.asked.len();
                } else {
                    assert_eq!(counted.asked.len(), game.profile_count());
                }
            }
        }
        let spared = asked.map(|asked| 1.0 - asked as f64 / profiles as f64);
        println!(
            "{kind}: {unique} searches of games with one equilibrium, {met} of {several} met where there are more; \
             quiesce and double oracle spared {spared:.2?} of {profiles} profiles"
        );
        assert!(spared.iter().all(|spared| *spared >= least_spared), "{kind}: {spared:?}");
    }
}

#[test]
fn a_limit_ends_the_search_with_what_is_undecided() {
    let game = random_game(&[6, 6], 3, 0.0);
    for most in [1, 2, 8, 12, 20, 30] {
        let mut counted = CountingGame { most, ..CountingGame::new(game.clone()) };
        let search = Search::spread(Mode::Quiesce, &[6, 6], &[0, 0], 4);
        let found = explore(&mut counted, &search).expect("a limit is no failure");
        for one in &found.equilibria {
            assert!(found.keep.iter().zip(one.supports()).all(|(kept, own)| own.iter().all(|a| kept.contains(a))));
            if found.stopped.is_some() && one.confirmed() {
                let whole = marchland_equilibria::deviation::regret(&game, &one.profile);
                assert!(whole < 1e-9, "confirmed with regret {whole}");
            }
        }
    }
}

#[test]
fn starts_play_every_strategy_where_there_are_enough() {
    let search = Search::spread(Mode::Quiesce, &[9, 9, 7], &[0, 3, 1], 9);
    assert_eq!(search.starts[0], [0, 3, 1]);
    for (player, n) in [9, 9, 7].into_iter().enumerate() {
        let met: BTreeSet<usize> = search.starts.iter().map(|start| start[player]).collect();
        assert_eq!(met.len(), n, "{:?}", search.starts);
    }
    assert_eq!(Search::spread(Mode::Quiesce, &[1, 1], &[0, 0], 4).starts.len(), 1);
}
