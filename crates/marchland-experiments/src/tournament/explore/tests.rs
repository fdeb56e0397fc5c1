use std::collections::BTreeSet;

use super::*;
use crate::draws;

/// A game that counts which of its profiles were asked for.
struct Counted {
    game: Game,
    asked: BTreeSet<usize>,
    most: usize,
}

impl Counted {
    fn new(game: Game) -> Self {
        Self { game, asked: BTreeSet::new(), most: usize::MAX }
    }
}

impl Profiles for Counted {
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

/// Quiesce and double oracle against the full table, on twenty games of every shape: every equilibrium they
/// confirm is one of the full table's, they find one wherever there is one, and together with the starts
/// they are asked to spread, they spare profiles.
#[test]
fn searches_find_equilibria_of_the_full_table_and_spare_profiles() {
    for (counts, starts, share) in [(vec![6, 6], 6, 0.95), (vec![4, 4, 4], 4, 0.95), (vec![9, 8], 3, 0.8)] {
        let (mut all, mut missed) = (0, 0);
        let mut asked = [0; 2];
        let profiles: usize = counts.iter().product();
        for seed in 0..20 {
            let game = random_game(&counts, seed, 0.5);
            let (truth, complete) = equilibria(&game);
            assert!(complete, "{counts:?} {seed}");
            let own = vec![0; counts.len()];
            for (at, mode) in [Mode::Quiesce, Mode::DoubleOracle].into_iter().enumerate() {
                let mut counted = Counted::new(game.clone());
                let search = Search::spread(mode, &counts, &own, starts);
                assert_eq!(search.starts.len() as u64, starts);
                let found = explore(&mut counted, &search).expect("no limit");
                let found = confirmed(&found);
                assert!(!found.is_empty(), "{mode:?} {counts:?} {seed}: none of {}", truth.len());
                for one in &found {
                    let known = truth.iter().any(|other| one.distance(&other.profile) < 1e-6);
                    assert!(known, "{mode:?} {counts:?} {seed}: no equilibrium");
                }
                all += truth.len();
                missed +=
                    truth.iter().filter(|one| found.iter().all(|other| other.distance(&one.profile) > 1e-6)).count();
                asked[at] += counted.asked.len();
            }
        }
        let spared = asked.map(|asked| 1.0 - asked as f64 / (20 * profiles) as f64);
        println!("{counts:?}: {missed} of {all} equilibria missed; spared {spared:.2?} of {profiles} profiles");
        assert!(f64::from(u32::try_from(all - missed).unwrap()) >= share * 0.5 * all as f64);
        assert!(spared.iter().all(|spared| *spared > 0.0));
    }
}

/// Where players' interests fit, so that equilibria are few, both searches find all of them.
#[test]
fn where_an_equilibrium_is_unique_both_searches_end_in_it() {
    let mut unique = 0;
    for seed in 100..160 {
        let game = random_game(&[5, 5, 3], seed, 0.0);
        let (truth, complete) = equilibria(&game);
        if !complete || truth.len() != 1 {
            continue;
        }
        unique += 1;
        for mode in [Mode::All, Mode::Quiesce, Mode::DoubleOracle] {
            let mut counted = Counted::new(game.clone());
            let search = Search::spread(mode, &[5, 5, 3], &[0, 0, 0], 2);
            let found = explore(&mut counted, &search).expect("no limit");
            let found = confirmed(&found);
            assert_eq!(found.len(), 1, "{mode:?} {seed}");
            assert!(found[0].distance(&truth[0].profile) < 1e-6);
        }
    }
    assert!(unique >= 5, "{unique}");
}

#[test]
fn a_limit_ends_the_search_with_what_is_undecided() {
    let game = random_game(&[6, 6], 3, 0.0);
    for most in [1, 2, 8, 12, 20, 30] {
        let mut counted = Counted { most, ..Counted::new(game.clone()) };
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
