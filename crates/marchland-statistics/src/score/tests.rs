use super::*;
use crate::{BootstrapOptions, bootstrap, draws};

/// Sixty cases by formula, so that any other program has them too: probabilities in steps of .05, outcomes, weights,
/// and three regressors.
fn cases() -> (Vec<f64>, Vec<bool>, Vec<f64>, Vec<Vec<f64>>) {
    let i = 0..60u32;
    let p = i.clone().map(|i| (f64::from((i * 37) % 101) / 101.0 * 20.0).round() / 20.0).collect();
    let y = i.clone().map(|i| (i * 53 + 7) % 17 < 5).collect();
    let w = i.clone().map(|i| 1.0 + f64::from(i % 3) * 0.5).collect();
    let x = i.map(|i| vec![f64::from((i * 29) % 23) / 7.0, f64::from((i * 13) % 11) - 5.0, f64::from((i * i) % 7)]);
    (p, y, w, x.collect())
}

fn near(found: Option<f64>, wanted: f64) {
    let found = found.expect("it is defined");
    assert!((found - wanted).abs() < 1e-12 * (1.0 + wanted.abs()), "{found} for {wanted}");
}

/// scikit-learn 1.9.1 on the same cases: roc_auc_score, average_precision_score, brier_score_loss, log_loss of
/// probabilities clipped to [.001, .999]; without and with weights.
const OUTSIDE: [[f64; 4]; 2] = [
    [0.496_031_746_031_746_05, 0.297_269_854_703_965_03, 0.331_833_333_333_333_3, 1.080_177_146_403_637_4],
    [0.483_539_094_650_205_7, 0.292_612_941_325_416_7, 0.3355, 1.094_649_505_004_263],
];

#[test]
fn scores_agree_with_an_outside_implementation() {
    let (p, y, w, _) = cases();
    for (weights, wanted) in [(vec![1.0; 60], OUTSIDE[0]), (w, OUTSIDE[1])] {
        let forecast = Forecast::new(&p, &y, &weights);
        near(auc_roc(&forecast), wanted[0]);
        near(auc_pr(&forecast), wanted[1]);
        near(brier(&forecast), wanted[2]);
        near(log_score(&forecast, 0.001), wanted[3]);
    }
}

/// scikit-learn 1.9.1: LogisticRegression(C=1/ridge) on regressors standardised by their weighted moments.
#[test]
fn the_logit_agrees_with_an_outside_implementation() {
    let (p, y, w, x) = cases();
    for (ridge, intercept, slopes) in [
        (1.0, -0.864_521_33, [0.084_583_98, 0.096_494_65, -0.265_946_88]),
        (0.01, -0.866_545_62, [0.087_566_44, 0.103_517_59, -0.281_609_62]),
    ] {
        let fitted = fit_logit(&x, &y, &w, ridge).expect("it is defined");
        assert!((fitted.intercept - intercept).abs() < 2e-7, "{fitted:?}");
        for (own, wanted) in fitted.coefficients.iter().zip(slopes) {
            assert!((own.slope - wanted).abs() < 2e-7, "{fitted:?}");
        }
    }
    // The recalibration of the probabilities: intercept and slope on their log odds.
    let odds: Vec<Vec<f64>> = p.iter().map(|p| vec![log_odds(*p, 0.001)]).collect();
    let fitted = fit_logit(&odds, &y, &[1.0; 60], 0.0).expect("it is defined");
    assert!((fitted.intercept_at_zero() + 0.857_048_34).abs() < 1e-6, "{}", fitted.intercept_at_zero());
    assert!((fitted.slope_in_unit(0) + 0.056_789_38).abs() < 1e-6, "{}", fitted.slope_in_unit(0));
}

#[test]
fn a_logit_that_cannot_be_had_is_refused() {
    let x: Vec<Vec<f64>> = (0..10).map(|i| vec![f64::from(i)]).collect();
    let apart: Vec<bool> = (0..10).map(|i| i >= 5).collect();
    assert_eq!(fit_logit(&x, &apart, &[1.0; 10], 0.0), None);
    assert!(fit_logit(&x, &apart, &[1.0; 10], 1.0).is_some());
    assert_eq!(fit_logit(&x, &[true; 10], &[1.0; 10], 1.0), None);
    let unread: Vec<Vec<f64>> = vec![vec![f64::NAN]; 10];
    assert_eq!(fit_logit(&unread, &apart, &[1.0; 10], 1.0), None);
    // What does not vary has no slope, and does no harm.
    let flat: Vec<Vec<f64>> = x.iter().map(|row| vec![row[0], 3.0]).collect();
    let fitted = fit_logit(&flat, &apart, &[1.0; 10], 1.0).expect("it is defined");
    assert_eq!(fitted.coefficients[1].slope, 0.0);
}

#[test]
fn the_parts_of_a_brier_score_sum_to_it() {
    let (p, y, w, _) = cases();
    let forecast = Forecast::new(&p, &y, &w);
    for bins in [1, 3, 10, 100] {
        let parts = decomposition(&forecast, bins).expect("it is defined");
        assert!(parts.bins.len() <= bins);
        near(Some(parts.reliability - parts.resolution + parts.uncertainty + parts.within), brier(&forecast).unwrap());
        assert_eq!(parts.bins.iter().map(|bin| bin.cases).sum::<u64>(), 60);
    }
    // A bin for every probability leaves nothing within.
    assert!(decomposition(&forecast, 1000).unwrap().within.abs() < 1e-12);
}

/// Weights are how often a case stands there: scores of weighted cases are those of the cases written out.
#[test]
fn a_weight_is_a_count() {
    let (p, y, _, _) = cases();
    let weights: Vec<f64> = (0..60).map(|i| f64::from(i % 4)).collect();
    let out =
        |of: &dyn Fn(usize) -> f64| -> Vec<f64> { (0..60).flat_map(|i| std::iter::repeat_n(of(i), i % 4)).collect() };
    let written = (out(&|i| p[i]), out(&|i| f64::from(u8::from(y[i]))));
    let happened: Vec<bool> = written.1.iter().map(|y| *y == 1.0).collect();
    let (a, ones) = (Forecast::new(&p, &y, &weights), vec![1.0; happened.len()]);
    let b = Forecast::new(&written.0, &happened, &ones);
    for score in [brier, auc_roc, auc_pr] {
        near(score(&a), score(&b).unwrap());
    }
    near(log_score(&a, 0.01), log_score(&b, 0.01).unwrap());
}

#[test]
fn what_is_not_defined_is_none() {
    let one = Forecast::new(&[0.2, 0.4], &[false, false], &[1.0, 1.0]);
    assert_eq!((auc_roc(&one), auc_pr(&one)), (None, None));
    assert_eq!(brier(&Forecast::new(&[0.2], &[true], &[0.0])), None);
    assert_eq!(skill(0.1, 0.0), None);
    assert_eq!(climatology(&[true, false], &[1.0, 3.0]), Some(0.25));
    // Certain and wrong costs what the floor says, and no more.
    near(log_score(&Forecast::new(&[0.0], &[true], &[1.0]), 0.001), -libm::log(0.001));
}

/// Two worthless forecasts that say one thing a group, of outcomes that are frequent in half of the groups and absent in
/// the others: in 40 samples of 300 cases in 30 groups, the interval of their difference by groups holds 0 in at least 33
/// (95 % of 40 less three standard errors). Cases taken as independent hold it in about six of ten.
#[test]
fn paired_differences_by_groups_cover_no_difference() {
    let (mut by_groups, mut by_cases) = (0, 0);
    for sample in 0..40 {
        let mut rng = draws::stream(draws::key(sample, "worthless", &[]));
        let mut draw = || draws::uniform(&mut rng);
        let of_groups = |draw: &mut dyn FnMut() -> f64| -> Vec<f64> { (0..30).map(|_| draw()).collect() };
        let own: Vec<f64> = of_groups(&mut || if draw() < 0.5 { 0.0 } else { 0.6 });
        let p: Vec<f64> = of_groups(&mut || 0.2 + 0.2 * draw());
        let q: Vec<f64> = of_groups(&mut || 0.2 + 0.2 * draw());
        let y: Vec<bool> = (0..300).map(|case| draw() < own[case % 30]).collect();
        let spread = |of: &[f64]| (0..300).map(|case| of[case % 30]).collect::<Vec<f64>>();
        let (p, q) = (spread(&p), spread(&q));
        let options = BootstrapOptions { resamples: 400, ..BootstrapOptions::default() };
        let held = |units: usize| {
            let interval = bootstrap(units, &options, |units_drawn| {
                let weights: Vec<f64> = (0..300).map(|case| units_drawn[case % units]).collect();
                let score = |p: &[f64]| log_score(&Forecast::new(p, &y, &weights), 0.001);
                Some(score(&p)? - score(&q)?)
            });
            u32::from(interval.is_some_and(|interval| interval.contains(0.0)))
        };
        by_groups += held(30);
        by_cases += held(300);
    }
    assert!(by_groups >= 33 && by_cases <= 32, "{by_groups} by groups and {by_cases} by cases of 40");
}
