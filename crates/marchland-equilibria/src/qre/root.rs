//! Roots of functions of one variable.

/// The root of a function by the secant method.
pub(crate) fn secant(function: impl Fn(f64) -> f64, mut past: f64, mut now: f64) -> f64 {
    let mut before = function(past);
    for _ in 0..30 {
        let height = function(now);
        if height == 0.0 || height == before || now == past {
            break;
        }
        let next = now - height * (now - past) / (height - before);
        (past, before, now) = (now, height, next);
    }
    now
}

/// Where a function changes its sign between two places at which its values are known, by the Illinois
/// variant of false position (Dowell and Jarratt 1971), and what the function gives with its value there.
///
/// Close by a place where the function has no value another will do.
pub(crate) fn false_position<T>(
    mut low: (f64, f64),
    mut high: (f64, f64),
    precision: f64,
    mut function: impl FnMut(f64) -> Option<(f64, T)>,
) -> Option<(f64, T)> {
    let narrow = 1e-13 * (1.0 + high.0 - low.0);
    let mut best: Option<(f64, T, f64)> = None;
    let mut side = 0;
    for _ in 0..80 {
        let mut place = low.0 + (high.0 - low.0) * low.1 / (low.1 - high.1);
        if !(place > low.0 && place < high.0) {
            place = 0.5 * (low.0 + high.0);
        }
        let found = function(place).or_else(|| {
            place = 0.5 * (place + if place - low.0 > high.0 - place { low.0 } else { high.0 });
            function(place)
        });
        let Some((f, extra)) = found else {
            break;
        };
        if best.as_ref().is_none_or(|(_, _, size)| f.abs() < *size) {
            best = Some((place, extra, f.abs()));
        }
        if f == 0.0 {
            break;
        }
        if (f > 0.0) == (low.1 > 0.0) {
            low = (place, f);
            if side == 1 {
                high.1 *= 0.5;
            }
            side = 1;
        } else {
            high = (place, f);
            if side == 2 {
                low.1 *= 0.5;
            }
            side = 2;
        }
        if f.abs() <= precision || high.0 - low.0 <= narrow {
            break;
        }
    }
    best.map(|(place, extra, _)| (place, extra))
}
