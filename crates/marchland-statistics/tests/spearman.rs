//! The unbiased rank correlation against its definition, triple by triple, and against closed forms.

use marchland_statistics::{
    GameGrid, Independence, Ranks, Rows, Sharing, centred_correlation, centred_ranks, draws, number,
};

fn uniforms(n: usize, key: u64) -> Vec<f64> {
    (0..n).map(|i| draws::unit(draws::key(key, "spearman", &[i as u64]))).collect()
}

fn correlation(x: &[f64], y: &[f64], how: &Independence) -> Option<f64> {
    let games: Vec<usize> = (0..y.len()).filter(|at| y[*at].is_finite()).collect();
    let of = |value: &dyn Fn(usize) -> f64| centred_ranks(&games.iter().map(|at| value(*at)).collect::<Vec<_>>());
    let (x, y) = (of(&|at| x[at / how.replications]), of(&|at| y[at]));
    GameGrid::new(&Ranks::new(&y), &games, how).correlation(&Ranks::new(&x))
}

/// The mean over triples one by one, without ties.
fn by_triples(x: &[f64], y: &[f64], how: &Independence) -> f64 {
    let listed = matches!(how.of_rows, Rows::Fixed);
    let apart = listed || how.sharing == Sharing::Shared && how.replications > 1;
    // Unit, row, replication and result of every game that has one.
    let games: Vec<(usize, usize, usize, f64)> = (0..y.len())
        .map(|game| (game / how.replications, game % how.replications, y[game]))
        .filter(|game| game.2.is_finite())
        .map(|(row, replication, y)| (how.unit(row), row, replication, y))
        .collect();
    let mut rows: Vec<(usize, f64)> = games.iter().map(|game| (game.0, x[game.1])).collect();
    rows.dedup();
    let mut signs = Vec::new();
    for one in &games {
        for third in games.iter().filter(|third| !apart || third.2 != one.2) {
            for other in
                rows.iter().filter(|other| listed || (other.0 != one.0 && other.0 != third.0 && third.0 != one.0))
            {
                let (of_x, of_y) = (x[one.1] - other.1, one.3 - third.3);
                signs.push(if of_x == 0.0 || of_y == 0.0 { 0.0 } else { (of_x * of_y).signum() });
            }
        }
    }
    3.0 * signs.iter().sum::<f64>() / signs.len() as f64
}

#[test]
fn the_mean_over_triples_is_that_of_all_triples() {
    let copies = Rows::Copies { block: 2, copies: 4 };
    for how in [
        Independence::fresh(12, 1),
        Independence::fresh(8, 3),
        Independence::common(8, 3),
        Independence { of_rows: Rows::Drawn { block: 3 }, ..Independence::fresh(12, 2) },
        Independence { of_rows: copies, ..Independence::common(12, 2) },
        Independence { of_rows: Rows::Fixed, ..Independence::common(5, 4) },
    ] {
        agrees(&how);
    }
}

/// Compiled by itself: taken into the loop above, optimised test builds do not come to an end.
#[inline(never)]
fn agrees(how: &Independence) {
    let (x, mut y) = (uniforms(how.rows, 1), uniforms(how.games_count(), 2));
    for (at, y) in y.iter_mut().enumerate() {
        *y = 0.5 * *y + x[at / how.replications];
    }
    for missing in [None, Some(3)] {
        if let Some(at) = missing {
            y[at] = f64::NAN;
        }
        let listed = matches!(how.of_rows, Rows::Fixed);
        // Without ties grades have the variance 1/12; of n listed rows (1 - 1/n²)/12.
        let scale = if listed { (1.0 - 1.0 / (how.rows * how.rows) as f64).sqrt() } else { 1.0 };
        let expected = number::clamp(by_triples(&x, &y, how) / scale, -1.0, 1.0);
        let found = correlation(&x, &y, how).unwrap();
        assert!((found - expected).abs() < 1e-12, "{how:?}: {found}, {expected}");
    }
}

#[test]
fn of_independent_games_it_is_what_remains_of_ranks_without_their_bias() {
    // E r = ((n - 2) ρ + 3 τ) / (n + 1), with Kendall's τ.
    let (x, e) = (uniforms(60, 3), uniforms(60, 4));
    let y: Vec<f64> = x.iter().zip(&e).map(|(x, e)| x + e).collect();
    let ranks = (centred_ranks(&x), centred_ranks(&y));
    let r = centred_correlation(&ranks.0, &ranks.1).unwrap();
    let pairs = (0..60).flat_map(|i| (0..i).map(move |j| (i, j)));
    let concordant = pairs.map(|(i, j)| ((x[i] - x[j]) * (y[i] - y[j])).signum()).sum::<f64>();
    let tau = concordant / (60.0 * 59.0 / 2.0);
    let found = correlation(&x, &y, &Independence::fresh(60, 1)).unwrap();
    assert!((found - (61.0 * r - 3.0 * tau) / 58.0).abs() < 1e-12, "{found}");
}

#[test]
fn ends_and_what_does_not_vary() {
    let x: Vec<f64> = (0..16).map(f64::from).collect();
    let falling: Vec<f64> = x.iter().map(|x| -x * x).collect();
    let how = Independence::fresh(16, 1);
    assert_eq!(correlation(&x, &x, &how), Some(1.0));
    assert_eq!(correlation(&x, &falling, &how), Some(-1.0));
    assert_eq!((correlation(&x, &[2.0; 16], &how), correlation(&[2.0; 16], &x, &how)), (None, None));
    // A flag that follows the factor has grades as far apart as they can be: 12 · ⅛ / √¾.
    let flag: Vec<f64> = x.iter().map(|x| f64::from(u8::from(*x > 7.0))).collect();
    let found = correlation(&x, &flag, &how).unwrap();
    assert!((found - 0.75f64.sqrt()).abs() < 0.05, "{found}");
    // One game a row and one shock for all: no interval, and an estimate.
    let one = Independence::common(16, 1);
    assert_eq!(correlation(&x, &x, &one), Some(1.0));
}

#[test]
fn an_interval_holds_an_estimate_at_the_end() {
    // Two neighbours of 16 exchanged: the unbiased estimate is 1 and ranks do not agree entirely.
    let mut y: Vec<f64> = (0..16).map(f64::from).collect();
    y.swap(7, 8);
    let x: Vec<f64> = (0..16).map(f64::from).collect();
    let (x, y) = (centred_ranks(&x), centred_ranks(&y));
    let (x, y) = (Ranks::new(&x), Ranks::new(&y));
    let games: Vec<usize> = (0..16).collect();
    let how = Independence::fresh(16, 1);
    let graded = GameGrid::new(&y, &games, &how);
    let r = graded.correlation(&x).unwrap();
    let interval = graded.interval(r, &x, 0.95).unwrap();
    assert!(r > 0.99 && interval.contains(r) && interval.low < 0.999, "{r} {interval:?}");
}
