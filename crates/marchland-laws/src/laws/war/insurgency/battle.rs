//! One ambush: Deitchman's mixed duel, and the size of the force that walks into it.

use marchland_game::number::{clamp, min};

/// Losses of one fight.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Losses {
    /// Regulars killed.
    pub regulars: f64,
    /// Guerrillas killed.
    pub guerrillas: f64,
}

/// Losses after `hours` of Deitchman's guerrilla duel (Deitchman 1962): guerrillas fire aimed from
/// cover, dX = −a·Y dt, regulars fire into the area, dY = −b·X·Y dt.
///
/// `regulars` X and `guerrillas` Y are heads, `aimed` a is regulars lost an hour for each
/// guerrilla, `area` b guerrillas lost an hour for each guerrilla and regular. On the orbits
/// Y = Y₀ − (b/2a)(X₀² − X²) it leaves dX = −(c + bX²/2) dt with c = aY₀ − bX₀²/2, of which the
/// solution is a tangent where c > 0 (the guerrillas win in the end), a hyperbolic tangent where
/// c < 0 and a hyperbola where c = 0.
#[must_use]
pub fn deitchman(regulars: f64, guerrillas: f64, aimed: f64, area: f64, hours: f64) -> Losses {
    if regulars <= 0.0 || guerrillas <= 0.0 {
        return Losses::default();
    }
    let half = 0.5 * area;
    let c = aimed * guerrillas - half * regulars * regulars;
    let left = if area <= 0.0 {
        regulars - aimed * guerrillas * hours
    } else if c > 0.0 {
        let ratio = libm::sqrt(c / half);
        let angle = libm::atan(regulars / ratio) - hours * libm::sqrt(c * half);
        if angle <= 0.0 { 0.0 } else { ratio * libm::tan(angle) }
    } else if c < 0.0 {
        // X falls towards √(−c/half), where the guerrillas are spent.
        let floor = libm::sqrt(-c / half);
        let u = (regulars - floor) / (regulars + floor) * libm::exp(-2.0 * hours * libm::sqrt(-c * half));
        floor * (1.0 + u) / (1.0 - u)
    } else {
        regulars / (1.0 + half * regulars * hours)
    };
    let left = clamp(left, 0.0, regulars);
    let killed = if aimed > 0.0 { half / aimed * (regulars * regulars - left * left) } else { 0.0 };
    Losses { regulars: regulars - left, guerrillas: min(killed, guerrillas) }
}

/// The size of a force that walks into an ambush, for a uniform draw `u` in [0, 1): a power law of
/// density ∝ x^−α from `smallest`, cut at `largest`, α > 1 (Bohorquez et al. 2009; Clauset, Young
/// & Gleditsch 2007: α ≈ 2.4–2.5 for deaths in an attack, to which losses are proportional).
#[must_use]
pub fn exposed(u: f64, smallest: f64, largest: f64, alpha: f64) -> f64 {
    min(smallest * libm::pow(1.0 - u, -1.0 / (alpha - 1.0)), largest)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The duel by ten thousand small steps of the midpoint rule.
    fn stepped(x: f64, y: f64, a: f64, b: f64, hours: f64) -> (f64, f64) {
        let n = 10_000;
        let dt = hours / f64::from(n);
        let (mut x, mut y) = (x, y);
        for _ in 0..n {
            let (mx, my) = (x - 0.5 * dt * a * y, y - 0.5 * dt * b * x * y);
            (x, y) = (x - dt * a * my, y - dt * b * mx * my);
        }
        (x, y)
    }

    #[test]
    fn the_closed_form_agrees_with_small_steps() {
        for (x, y, a, b, hours) in [
            (75.0, 30.0, 0.8, 0.0005, 1.0),
            (75.0, 10.0, 0.5, 0.02, 2.0),
            (40.0, 20.0, 0.3, 0.0075, 1.0),
            (50.0, 5.0, 0.2, 0.0, 1.0),
        ] {
            let losses = deitchman(x, y, a, b, hours);
            let (left, standing) = stepped(x, y, a, b, hours);
            assert!((x - losses.regulars - left).abs() < 1e-5, "{x} {y}: {losses:?} against {left}");
            assert!((y - losses.guerrillas - standing).abs() < 1e-5, "{x} {y}: {losses:?} against {standing}");
        }
    }

    #[test]
    fn nobody_dies_where_one_side_is_missing_and_nobody_dies_twice() {
        assert_eq!(deitchman(0.0, 30.0, 0.8, 0.01, 1.0), Losses::default());
        let rout = deitchman(20.0, 300.0, 2.0, 0.01, 10.0);
        assert_eq!(rout.regulars, 20.0);
        assert!(rout.guerrillas <= 300.0);
    }

    #[test]
    fn sizes_follow_the_power_law() {
        // Hill's estimator over the uncut draws of an even grid; standard error (α − 1)/√n = 0.015.
        let n = 10_000;
        let sum: f64 =
            (0..n).map(|at| libm::log(exposed((f64::from(at) + 0.5) / f64::from(n), 6.0, 1e12, 2.5) / 6.0)).sum();
        let alpha = 1.0 + f64::from(n) / sum;
        assert!((alpha - 2.5).abs() < 0.01, "{alpha}");
        assert_eq!(exposed(0.999_999_9, 6.0, 400.0, 2.5), 400.0);
    }
}
