//! What designs promise: their shape, their prefix under extension, their balance.

use super::*;

fn factor(name: &str) -> Factor {
    Factor {
        name: name.to_owned(),
        draw_key: None,
        distribution: Distribution::Uniform { low: 0.0, high: 1.0 },
        base: Some(Value::Number(0.4)),
    }
}

fn choice(name: &str, options: &[&str]) -> Factor {
    let names = options.iter().map(|&o| o.to_owned()).collect();
    Factor {
        name: name.to_owned(),
        draw_key: None,
        distribution: Distribution::Choice(Options::Names(names)),
        base: None,
    }
}

fn three() -> Vec<Factor> {
    vec![factor("a"), factor("b"), factor("c")]
}

fn points(design: Design) -> Points {
    Points::new(design, three(), 42).unwrap()
}

fn rows(points: &Points) -> Vec<Vec<f64>> {
    (0..points.rows()).map(|r| points.unit(r).unwrap()).collect()
}

#[test]
fn longer_designs_begin_with_the_shorter_ones() {
    let lhs = |sizes: &[u32]| Design::LatinHypercube { sizes: sizes.to_vec(), maximin_candidates: 5, copies: 1 };
    let copied = |sizes: &[u32]| Design::LatinHypercube { sizes: sizes.to_vec(), maximin_candidates: 2, copies: 16 };
    for (short, long) in [
        (Design::Sobol { rows: 50, copies: 16 }, Design::Sobol { rows: 131, copies: 16 }),
        (Design::MonteCarlo { rows: 50 }, Design::MonteCarlo { rows: 131 }),
        (Design::Saltelli { base: 8, second_order: false }, Design::Saltelli { base: 21, second_order: false }),
        (Design::Saltelli { base: 8, second_order: true }, Design::Saltelli { base: 21, second_order: true }),
        (Design::Morris { trajectories: 4, levels: 4 }, Design::Morris { trajectories: 9, levels: 4 }),
        (Design::Sobol { rows: 50, copies: 1 }, Design::Sobol { rows: 131, copies: 1 }),
        (copied(&[20]), copied(&[20, 22])),
        (copied(&[64, 128]), copied(&[64, 128, 256])),
        (lhs(&[20]), lhs(&[20, 40])),
        (lhs(&[20, 40]), lhs(&[20, 40, 55])),
    ] {
        let (a, b) = (rows(&points(short.clone())), rows(&points(long)));
        assert_eq!(a, b[..a.len()], "{short:?}");
        assert!(a.len() < b.len());
        assert_eq!(a, rows(&points(short)), "a design repeats");
    }
}

#[test]
fn seeds_change_the_draws() {
    for design in [
        Design::Sobol { rows: 8, copies: 16 },
        Design::MonteCarlo { rows: 8 },
        Design::Saltelli { base: 8, second_order: false },
        Design::Morris { trajectories: 8, levels: 4 },
        Design::LatinHypercube { sizes: vec![8], maximin_candidates: 1, copies: 1 },
    ] {
        let other = Points::new(design.clone(), three(), 43).unwrap();
        assert_ne!(rows(&points(design)), rows(&other));
    }
}

#[test]
fn monte_carlo_keys_draws_by_the_factors_name() {
    let all = points(Design::MonteCarlo { rows: 10 });
    let two = Points::new(Design::MonteCarlo { rows: 10 }, vec![factor("c"), factor("a")], 42).unwrap();
    for row in 0..10 {
        let (x, y) = (all.unit(row).unwrap(), two.unit(row).unwrap());
        assert_eq!([x[2], x[0]], [y[0], y[1]]);
    }
}

#[test]
fn latin_hypercubes_stay_latin_when_doubled() {
    for sizes in [vec![16], vec![16, 32], vec![16, 32, 64], vec![16, 48]] {
        let total = *sizes.last().unwrap() as usize;
        let p = points(Design::LatinHypercube { sizes: sizes.clone(), maximin_candidates: 3, copies: 1 });
        for f in 0..3 {
            let mut slices: Vec<usize> = rows(&p).iter().map(|r| (r[f] * total as f64).floor() as usize).collect();
            slices.sort_unstable();
            assert_eq!(slices, (0..total).collect::<Vec<_>>(), "{sizes:?}");
        }
    }
}

#[test]
fn copies_are_balanced_by_themselves_and_differ() {
    for design in [
        Design::Sobol { rows: 128, copies: 16 },
        Design::LatinHypercube { sizes: vec![64, 128], maximin_candidates: 1, copies: 16 },
    ] {
        let all = rows(&points(design.clone()));
        let of_copy = |copy: usize| all.iter().skip(copy).step_by(16).collect::<Vec<_>>();
        for copy in 0..16 {
            for f in 0..3 {
                let mut slices: Vec<usize> = of_copy(copy).iter().map(|row| (row[f] * 8.0) as usize).collect();
                slices.sort_unstable();
                assert_eq!(slices, (0..8).collect::<Vec<_>>(), "{design:?}, copy {copy}");
            }
            assert!((0..copy).all(|other| of_copy(other) != of_copy(copy)), "{design:?}");
        }
    }
}

#[test]
fn results_of_one_copy_read_as_they_were_written() {
    let old = r#"{"Sobol":{"rows":64}}"#;
    let design: Design = serde_json::from_str(old).unwrap();
    assert_eq!(design, Design::Sobol { rows: 64, copies: 1 });
    assert_eq!(serde_json::to_string(&design).unwrap(), old);
    let p = points(design);
    assert_eq!(p.unit(9).unwrap()[2], sobol_unit(9, 2, 42));
}

#[test]
fn copies_and_sizes_without_a_meaning_are_refused() {
    let lhs = |sizes: &[u32], copies| Design::LatinHypercube { sizes: sizes.to_vec(), maximin_candidates: 1, copies };
    for design in
        [lhs(&[], 16), lhs(&[32, 32], 16), lhs(&[0], 16), lhs(&[32], 0), Design::Sobol { rows: 0, copies: 16 }]
    {
        let made = Points::new(design.clone(), three(), 1);
        assert!(matches!(made, Err(DesignError::Count { .. })), "{design:?}");
    }
}

#[test]
fn maximin_separates_points() {
    let smallest = |candidates| {
        let p = points(Design::LatinHypercube { sizes: vec![30], maximin_candidates: candidates, copies: 1 });
        let rows = rows(&p);
        let mut smallest = f64::INFINITY;
        for (i, a) in rows.iter().enumerate() {
            for b in &rows[..i] {
                let d: f64 = a.iter().zip(b).map(|(x, y)| (x - y) * (x - y)).sum();
                smallest = crate::number::min(smallest, d);
            }
        }
        smallest
    };
    assert!(smallest(200) > smallest(1));
}

#[test]
fn one_at_a_time_moves_one_factor_from_the_base() {
    let factors = vec![factor("a"), choice("s", &["x", "y", "z"])];
    let p = Points::new(Design::OneAtATime { levels: 2 }, factors, 0).unwrap();
    let text: Vec<String> =
        (0..p.rows()).map(|r| p.values(r).iter().map(Value::to_string).collect::<Vec<_>>().join(" ")).collect();
    // A choice without a base takes its median option.
    assert_eq!(text, ["0.4 y", "0 y", "1 y", "0.4 x", "0.4 y", "0.4 z"]);
}

#[test]
fn factorial_enumerates_every_combination_once() {
    let factors = vec![factor("a"), choice("s", &["x", "y"])];
    let p = Points::new(Design::FullFactorial { levels: 3 }, factors, 0).unwrap();
    let text: Vec<String> =
        (0..p.rows()).map(|r| p.values(r).iter().map(Value::to_string).collect::<String>()).collect();
    assert_eq!(text, ["0x", "0y", "0.5x", "0.5y", "1x", "1y"]);
}

#[test]
fn zip_moves_all_factors_together() {
    let factors = vec![factor("a"), choice("s", &["x", "y", "z"])];
    let p = Points::new(Design::Zip { rows: 3 }, factors.clone(), 0).unwrap();
    let text: Vec<String> =
        (0..p.rows()).map(|r| p.values(r).iter().map(Value::to_string).collect::<String>()).collect();
    assert_eq!(text, ["0x", "0.5y", "1z"]);
    assert!(matches!(Points::new(Design::Zip { rows: 4 }, factors, 0), Err(DesignError::ZipLength { options: 3, .. })));
}

#[test]
fn saltelli_swaps_one_column_at_a_time() {
    let p = points(Design::Saltelli { base: 4, second_order: true });
    let all = rows(&p);
    assert_eq!(all.len(), 4 * 8);
    for block in all.chunks(8) {
        let (a, b) = (&block[0], &block[7]);
        for f in 0..3 {
            for g in 0..3 {
                assert_eq!(block[1 + f][g], if g == f { b[g] } else { a[g] });
                assert_eq!(block[4 + f][g], if g == f { a[g] } else { b[g] });
            }
        }
    }
}

#[test]
fn morris_moves_each_factor_once_by_the_same_step() {
    let p = points(Design::Morris { trajectories: 200, levels: 4 });
    let all = rows(&p);
    let mut levels = [0u32; 4];
    for walk in all.chunks(4) {
        let mut moved = [false; 3];
        for pair in walk.windows(2) {
            let changed: Vec<usize> = (0..3).filter(|&f| pair[0][f] != pair[1][f]).collect();
            assert_eq!(changed.len(), 1);
            assert!(((pair[0][changed[0]] - pair[1][changed[0]]).abs() - 2.0 / 3.0).abs() < 1e-12);
            moved[changed[0]] = true;
        }
        assert_eq!(moved, [true; 3]);
        levels[(walk[0][0] * 3.0).round() as usize] += 1;
    }
    assert!(levels.iter().all(|&l| l > 30), "every level starts walks: {levels:?}");
}

#[test]
fn constants_hold_in_every_row() {
    let fixed = Factor {
        name: "fixed".into(),
        draw_key: None,
        distribution: Distribution::Constant(Value::Name("memo".into())),
        base: None,
    };
    let p = Points::new(Design::Sobol { rows: 4, copies: 16 }, vec![fixed.clone(), factor("a")], 1).unwrap();
    assert!((0..4).all(|r| p.values(r)[0] == Value::Name("memo".into())));
    assert_eq!(p.varied(), [1]);
    assert!(matches!(Points::new(Design::Sobol { rows: 4, copies: 16 }, vec![fixed], 1), Err(DesignError::NoFactors)));
}

#[test]
fn tables_go_out_and_come_back() {
    let factors = vec![factor("a"), choice("s", &["x", "y"])];
    let p = Points::new(Design::Sobol { rows: 6, copies: 16 }, factors.clone(), 9).unwrap();
    let table = p.table(0, 6);
    let listed = values_of_table(&table, &factors).unwrap();
    let again = Points::new(Design::Listed { rows: listed }, factors.clone(), 0).unwrap();
    assert_eq!(again.rows(), 6);
    assert!((0..6).all(|r| again.values(r) == p.values(r)));
    assert_eq!(again.unit(0), None);
    let error = values_of_table(&table, &[factor("missing")]).unwrap_err();
    assert!(error.to_string().contains("its columns are a, s"), "{error}");
    let swapped =
        Points::new(Design::Listed { rows: vec![vec![Value::Name("x".into()), Value::Name("x".into())]] }, factors, 0);
    assert!(matches!(swapped, Err(DesignError::Table(_))));
    // One word makes names of a whole column: the word is the mistake, and no number above it.
    let rows = ["0.2", "abc"].map(|text| vec![Value::Name(text.into())]).to_vec();
    let odd = Points::new(Design::Listed { rows }, vec![factor("a")], 0).err().expect("refused").to_string();
    assert!(odd.contains("row 1") && odd.contains("abc") && !odd.contains("0.2"), "{odd}");
}

#[test]
fn impossible_counts_are_refused() {
    for design in [
        Design::Sobol { rows: 0, copies: 16 },
        Design::MonteCarlo { rows: 0 },
        Design::Saltelli { base: 0, second_order: false },
        Design::Morris { trajectories: 0, levels: 4 },
        Design::Morris { trajectories: 1, levels: 3 },
        Design::OneAtATime { levels: 1 },
        Design::FullFactorial { levels: 0 },
        Design::Zip { rows: 0 },
        Design::LatinHypercube { sizes: vec![], maximin_candidates: 1, copies: 1 },
        Design::LatinHypercube { sizes: vec![4, 4], maximin_candidates: 1, copies: 1 },
        Design::LatinHypercube { sizes: vec![4], maximin_candidates: 0, copies: 1 },
    ] {
        assert!(matches!(Points::new(design.clone(), three(), 0), Err(DesignError::Count { .. })), "{design:?}");
    }
    let many: Vec<Factor> = (0..40).map(|i| factor(&format!("f{i}"))).collect();
    assert!(matches!(Points::new(Design::FullFactorial { levels: 10 }, many, 0), Err(DesignError::TooLarge { .. })));
    assert!(matches!(
        Points::new(Design::Sobol { rows: 4, copies: 16 }, vec![factor("a"), factor("a")], 0),
        Err(DesignError::DuplicateFactor(_))
    ));
}
