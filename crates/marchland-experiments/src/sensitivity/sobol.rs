//! The estimator of Sobol' indices on the points that a Saltelli design gives; it stands in
//! `marchland-statistics`.

#[cfg(test)]
mod tests {
    use marchland_statistics::{Refusal, Sharing, SobolOptions, SobolReport, sobol};

    use crate::design::{Design, Distribution, Factor, Points, Value};
    use crate::draws;
    use std::f64::consts::PI;

    fn factors(k: usize, low: f64, high: f64) -> Vec<Factor> {
        (0..k)
            .map(|i| Factor {
                name: format!("x{}", i + 1),
                draw_key: None,
                distribution: Distribution::Uniform { low, high },
                base: None,
            })
            .collect()
    }

    fn rows(design: Design, factors: &[Factor]) -> Vec<Vec<f64>> {
        let points = Points::new(design, factors.to_vec(), 2024).unwrap();
        let number = |v: Value| {
            if let Value::Number(x) = v { x } else { f64::NAN }
        };
        (0..points.rows()).map(|r| points.values(r).into_iter().map(number).collect()).collect()
    }

    fn ishigami(x: &[f64]) -> f64 {
        let (s1, s2) = (libm::sin(x[0]), libm::sin(x[1]));
        s1 + 7.0 * s2 * s2 + 0.1 * x[2] * x[2] * x[2] * x[2] * s1
    }

    fn names(factors: &[Factor]) -> Vec<String> {
        factors.iter().map(|f| f.name.clone()).collect()
    }

    #[test]
    fn ishigami_within_two_hundredths() {
        let f = factors(3, -PI, PI);
        let x = rows(Design::Saltelli { base: 4096, second_order: true }, &f);
        let y: Vec<f64> = x.iter().map(|x| ishigami(x)).collect();
        let options = SobolOptions { second_order: true, ..Default::default() };
        let report = sobol(&names(&f), &y, 1, &options).unwrap();
        // Ishigami & Homma 1990 with a = 7, b = 0.1.
        let (p4, p8) = (PI * PI * PI * PI, PI * PI * PI * PI * PI * PI * PI * PI);
        let v = 49.0 / 8.0 + 0.1 * p4 / 5.0 + 0.01 * p8 / 18.0 + 0.5;
        let v1 = 0.5 * (1.0 + 0.1 * p4 / 5.0) * (1.0 + 0.1 * p4 / 5.0);
        let v13 = 0.01 * p8 * (1.0 / 18.0 - 1.0 / 50.0);
        let first = [v1 / v, 49.0 / 8.0 / v, 0.0];
        let total = [(v1 + v13) / v, 49.0 / 8.0 / v, v13 / v];
        for (i, index) in report.indices.iter().enumerate() {
            assert!((index.first.unwrap() - first[i]).abs() < 0.02, "{index:?}");
            assert!((index.total.unwrap() - total[i]).abs() < 0.02, "{index:?}");
            assert!(index.total_interval.unwrap().half_width() < 0.1);
        }
        let joint: Vec<f64> = report.second_order.iter().map(|p| p.index.unwrap()).collect();
        assert!(joint[0].abs() < 0.02 && (joint[1] - v13 / v).abs() < 0.02 && joint[2].abs() < 0.02, "{joint:?}");
        assert!((report.variance.unwrap() - v).abs() < 0.02 * v);
    }

    #[test]
    fn g_function_within_two_hundredths() {
        // Sobol' 1993: ∏ (|4x − 2| + a) / (1 + a), V_i = 1 / (3 (1 + a)²), a = 0, 1, 4.5, 9, 99, 99, 99, 99.
        let a = [0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0];
        let f = factors(8, 0.0, 1.0);
        let x = rows(Design::Saltelli { base: 8192, second_order: false }, &f);
        let y: Vec<f64> = x
            .iter()
            .map(|x| x.iter().zip(&a).map(|(x, a)| ((4.0 * x - 2.0).abs() + a) / (1.0 + a)).product())
            .collect();
        let report = sobol(&names(&f), &y, 1, &SobolOptions::default()).unwrap();
        let part = |a: f64| 1.0 / (3.0 * (1.0 + a) * (1.0 + a));
        let whole: f64 = a.iter().map(|&a| 1.0 + part(a)).product();
        let v = whole - 1.0;
        for (index, &a) in report.indices.iter().zip(&a) {
            let total = part(a) * whole / (1.0 + part(a)) / v;
            assert!((index.first.unwrap() - part(a) / v).abs() < 0.02, "{index:?}");
            assert!((index.total.unwrap() - total).abs() < 0.02, "{index:?}");
        }
    }

    /// y = 2 x1 + x2 + shock, x uniform on [0, 1]: the factors' variance is 5/12, shares 0.8 and 0.2; the
    /// shock has variance 1, one per base row and replication, or one per replication.
    fn shocked(base: u32, replications: u64, sharing: Sharing, seed: u64) -> SobolReport {
        let f = factors(2, 0.0, 1.0);
        let points = Points::new(Design::Saltelli { base, second_order: false }, f.clone(), seed).unwrap();
        let y: Vec<f64> = (0..points.rows())
            .flat_map(|row| {
                let x: Vec<f64> = points.unit(row).unwrap();
                (0..replications).map(move |r| {
                    let unit = if sharing == Sharing::Own { row / 4 } else { 0 };
                    2.0 * x[0] + x[1] + draws::normal(draws::key(seed, "noise", &[unit, r]))
                })
            })
            .collect();
        sobol(&names(&f), &y, replications as usize, &SobolOptions { sharing, ..Default::default() }).unwrap()
    }

    #[test]
    fn shocks_are_set_apart_whoever_shares_them() {
        for (replications, sharing) in [(1, Sharing::Own), (4, Sharing::Own), (32, Sharing::Shared)] {
            let report = shocked(512, replications, sharing, 3);
            for (index, expected) in report.indices.iter().zip([0.8, 0.2]) {
                assert!((index.first.unwrap() - expected).abs() < 0.05, "{report:?}");
                assert!((index.total.unwrap() - expected).abs() < 0.05, "{report:?}");
                assert!(index.total_interval.unwrap().contains(expected), "{report:?}");
                assert!(!index.failed);
            }
            // 1 / (1 + 5 / 12); 32 shared shocks leave a wide interval.
            assert!(report.chance_first_interval.unwrap().contains(12.0 / 17.0), "{report:?}");
        }
    }

    #[test]
    fn one_shared_shock_gives_indices_without_intervals() {
        let report = shocked(256, 1, Sharing::Shared, 5);
        assert!((report.indices[0].first.unwrap() - 0.8).abs() < 0.1, "{report:?}");
        assert_eq!((report.indices[0].first_interval, report.chance_first), (None, None));
        assert_eq!(report.refusal, Some(Refusal::OneShock { rows: 256 }));
        let three = shocked(256, 3, Sharing::Shared, 5);
        assert_eq!(three.refusal, Some(Refusal::FewReplications { replications: 3, least: 16 }));
    }

    #[test]
    fn failed_rows_are_left_out_whole() {
        let f = factors(2, 0.0, 1.0);
        let x = rows(Design::Saltelli { base: 512, second_order: false }, &f);
        let mut y: Vec<f64> = x.iter().map(|x| x[0]).collect();
        y[5] = f64::NAN;
        y[6] = f64::INFINITY;
        y[40] = f64::NAN;
        let report = sobol(&names(&f), &y, 1, &SobolOptions::default()).unwrap();
        assert_eq!((report.used, report.left_out), (510, 2));
        assert!((report.indices[0].first.unwrap() - 1.0).abs() < 0.05);
        let none = sobol(&names(&f), &vec![f64::NAN; y.len()], 1, &SobolOptions::default()).unwrap();
        assert_eq!((none.used, none.mean, none.indices[0].first), (0, None, None));
    }

    #[test]
    fn a_constant_measure_has_no_shares() {
        let f = factors(2, 0.0, 1.0);
        let report = sobol(&names(&f), &[0.1; 4 * 64], 1, &SobolOptions::default()).unwrap();
        assert_eq!(report.indices[0].first, None);
        assert_eq!(report.indices[0].total_interval, None);
        assert!(sobol(&names(&f), &[0.1; 5], 1, &SobolOptions::default()).is_err());
        assert!(sobol(&[], &[], 1, &SobolOptions::default()).is_err());
    }
}
