//! Student's t distribution, by the incomplete beta function.

use super::normal;

/// The probability that a t variable of `degrees` degrees of freedom (above 0, not necessarily whole) is
/// at most `t`. Abramowitz & Stegun 26.7.1 with 26.5.27.
pub fn student_distribution(t: f64, degrees: f64) -> f64 {
    if t.is_nan() || degrees.is_nan() || degrees <= 0.0 {
        return f64::NAN;
    }
    if degrees.is_infinite() {
        return normal::distribution(t);
    }
    if t.is_infinite() {
        return if t > 0.0 { 1.0 } else { 0.0 };
    }
    let tail = 0.5 * incomplete_beta(degrees / (degrees + t * t), 0.5 * degrees, 0.5);
    if t > 0.0 { 1.0 - tail } else { tail }
}

/// The `p` quantile of the t distribution of `degrees` degrees of freedom; ±∞ at the ends, NaN outside
/// `[0, 1]`. By Newton's method on [`student_distribution`], to the last digits of it.
pub fn student_quantile(p: f64, degrees: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) || degrees.is_nan() || degrees <= 0.0 {
        return f64::NAN;
    }
    if p == 0.5 {
        return 0.0;
    }
    // The lower tail keeps its relative accuracy where the upper one is lost beside 1.
    if p > 0.5 {
        return -student_quantile(1.0 - p, degrees);
    }
    if p == 0.0 {
        return f64::NEG_INFINITY;
    }
    if degrees.is_infinite() {
        return normal::quantile(p);
    }
    let mut low = -1.0;
    // Doubling 1,000 times leaves the range of a double.
    for _ in 0..1000 {
        if student_distribution(low, degrees) < p {
            break;
        }
        low *= 2.0;
    }
    let mut high = if low == -1.0 { 0.0 } else { 0.5 * low };
    let scale = libm::lgamma(0.5 * (degrees + 1.0))
        - libm::lgamma(0.5 * degrees)
        - 0.5 * libm::log(degrees * std::f64::consts::PI);
    let density = |t: f64| libm::exp(scale - 0.5 * (degrees + 1.0) * libm::log1p(t * t / degrees));
    // Newton's step where it stays within the bracket, else halving.
    let mut t = 0.5 * (low + high);
    for _ in 0..200 {
        let excess = student_distribution(t, degrees) - p;
        if excess < 0.0 {
            low = t;
        } else {
            high = t;
        }
        let newton = t - excess / density(t);
        let next = if newton > low && newton < high { newton } else { 0.5 * (low + high) };
        if (next - t).abs() <= 1e-15 * t.abs() {
            break;
        }
        t = next;
    }
    t
}

/// The probability that groups or a line explain at least the share `explained` of a variance by chance alone: the
/// upper tail of F with `between` and `within` degrees of freedom (Fisher 1925), (explained / between) over
/// ((1 − explained) / within). Of ranks an approximation to Kruskal & Wallis's (1952) and Spearman's tests
/// (Iman & Davenport 1976). 1 where a number of degrees of freedom is not positive.
#[must_use]
pub fn explained_by_chance(explained: f64, between: f64, within: f64) -> f64 {
    if !(between > 0.0 && within > 0.0) {
        return 1.0;
    }
    let rest = super::number::clamp(1.0 - explained, 0.0, 1.0);
    incomplete_beta(rest, 0.5 * within, 0.5 * between)
}

/// The regularised incomplete beta function by its continued fraction (Abramowitz & Stegun 26.5.8,
/// evaluated by the method of Lentz 1976).
fn incomplete_beta(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let front =
        libm::exp(libm::lgamma(a + b) - libm::lgamma(a) - libm::lgamma(b) + a * libm::log(x) + b * libm::log1p(-x));
    // The fraction converges quickly below the mean; above it the symmetry is used.
    if x < (a + 1.0) / (a + b + 2.0) {
        front * fraction(x, a, b) / a
    } else {
        1.0 - front * fraction(1.0 - x, b, a) / b
    }
}

fn fraction(x: f64, a: f64, b: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let away_from_zero = |v: f64| if v.abs() < TINY { TINY } else { v };
    let mut c = 1.0;
    let mut d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut value = d;
    // O(√(max(a, b))) terms are needed: 10,000 suffice for 10^8 degrees of freedom.
    for m in 1..10_000 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / away_from_zero(1.0 + even * d);
        c = away_from_zero(1.0 + even / c);
        value *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / away_from_zero(1.0 + odd * d);
        c = away_from_zero(1.0 + odd / c);
        value *= d * c;
        if (d * c - 1.0).abs() < 1e-15 {
            break;
        }
    }
    value
}

/// The probability of at least `k` successes in `n` trials of probability `p`, exactly: a sum of binomial
/// terms, from the smaller tail.
pub fn binomial_at_least(k: u64, n: u64, p: f64) -> f64 {
    if k == 0 {
        return 1.0;
    }
    if k > n || p <= 0.0 {
        return 0.0;
    }
    if p >= 1.0 {
        return 1.0;
    }
    binomial_tail(k as f64, n as f64, p)
}

/// The same for numbers of successes and trials that need not be whole, as effective numbers are:
/// P(X ≥ k) = I_p(k, n − k + 1), Abramowitz & Stegun 26.5.24.
#[must_use]
pub fn binomial_tail(k: f64, n: f64, p: f64) -> f64 {
    if k <= 0.0 || p >= 1.0 {
        return 1.0;
    }
    if k > n || p <= 0.0 {
        return 0.0;
    }
    incomplete_beta(p, k, n - k + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_of_f_meets_its_tables() {
        // F(2, 27) = 3.354 and F(1, 10) = 4.965 at 5 %; F(4, 60) = 3.649 at 1 %.
        for (f, between, within, p) in [(3.354, 2.0, 27.0, 0.05), (4.965, 1.0, 10.0, 0.05), (3.649, 4.0, 60.0, 0.01)] {
            let explained = f * between / (f * between + within);
            assert!((explained_by_chance(explained, between, within) - p).abs() < 2e-5, "{f}");
        }
        assert_eq!((explained_by_chance(1.0, 1.0, 8.0), explained_by_chance(0.0, 1.0, 8.0)), (0.0, 1.0));
        assert_eq!(explained_by_chance(0.5, 1.0, 0.0), 1.0);
    }

    #[test]
    fn quantiles_agree_with_the_tables() {
        for (p, degrees, t) in [
            (0.975, 1.0, 12.706_204_736_174_7),
            (0.975, 10.0, 2.228_138_851_964_939),
            (0.99, 5.0, 3.364_929_997_216_44),
            (0.995, 63.0, 2.656_145_3),
            (0.9995, 30.0, 3.645_958_6),
            (0.025, 3.0, -3.182_446_305_284_26),
        ] {
            let found = student_quantile(p, degrees);
            assert!((found - t).abs() < 1e-6, "{p} of {degrees}: {found}");
        }
        assert!((student_quantile(0.975, 1e7) - 1.959_964).abs() < 1e-5);
        assert_eq!(student_quantile(1.0, 4.0), f64::INFINITY);
    }

    #[test]
    fn one_and_two_degrees_have_closed_forms() {
        for t in [-20.0, -1.3, -0.1, 0.0, 0.7, 5.0] {
            let cauchy = 0.5 + libm::atan(t) / std::f64::consts::PI;
            assert!((student_distribution(t, 1.0) - cauchy).abs() < 1e-13);
            let two = 0.5 + t / (2.0 * (2.0 + t * t).sqrt());
            assert!((student_distribution(t, 2.0) - two).abs() < 1e-13);
        }
    }

    #[test]
    fn binomial_tails_are_exact() {
        // 10 fair coins: P(X ≥ 8) = 56 / 1024.
        assert!((binomial_at_least(8, 10, 0.5) - 56.0 / 1024.0).abs() < 1e-14);
        assert!((binomial_at_least(3, 3, 0.2) - 0.008).abs() < 1e-15);
        assert_eq!(binomial_at_least(0, 5, 0.1), 1.0);
        assert_eq!(binomial_at_least(1, 5, 0.0), 0.0);
    }
}
