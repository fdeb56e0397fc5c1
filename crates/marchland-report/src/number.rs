//! Numbers as people read them: the one place that decides on digits, signs and units.

use marchland_statistics::Interval;

/// Standard deviations on either side within which nineteen reports in twenty lie: what stands behind every ±.
pub(crate) const DOUBT: f64 = 2.0;

pub(crate) fn is_share(unit: &str) -> bool {
    unit.starts_with("share") || unit.starts_with("probability")
}

/// Hundredths of a share, without the sign `%`: whole ones from 10 on, one decimal below; `more` digits
/// more.
pub(crate) fn percent(x: f64, more: usize) -> String {
    let x = 100.0 * x;
    let digits = more + usize::from(x.abs() < 9.95);
    let text = format!("{x:.digits$}");
    if text.trim_start_matches('-').chars().all(|c| c == '0' || c == '.') {
        return if x == 0.0 { "0".into() } else { "under 0.1".into() };
    }
    text.strip_suffix(".0").unwrap_or(&text).to_owned()
}

pub(crate) fn with_unit(x: f64, unit: &str, more: usize) -> String {
    if let Some(rest) = unit.strip_prefix("million US dollars") {
        let sign = if x < 0.0 { "\u{2212}" } else { "" };
        return format!("{sign}{}{rest}", money(x.abs()));
    }
    if is_share(unit) {
        let per = if unit.ends_with("a month") { " a month" } else { "" };
        return format!("{}%{per}", percent(x, more));
    }
    match unit {
        "points" | "index" | "flag" | "state" | "factor" | "" => number(x),
        "people" | "fighters" => people(x),
        "thousand people" | "thousand" | "thousands" if x.abs() < 1.0 => people(1000.0 * x),
        "thousand people" | "thousand" | "thousands" => format!("{} thousand", number(x)),
        _ if unit.len() <= 24 => {
            let shown = number(x);
            match shown.as_str() {
                "1" => format!("1 {}", one_of(unit)),
                _ => format!("{shown} {unit}"),
            }
        }
        _ => number(x),
    }
}

/// A unit of one: `exit` of `exits`, `tonne a month` of `tonnes a month`; a thousand of something stay many.
fn one_of(unit: &str) -> String {
    let (of, per) =
        unit.split_at([" a ", " per "].iter().filter_map(|word| unit.find(word)).min().unwrap_or(unit.len()));
    let many = ["thousand", "million"].iter().any(|word| of.starts_with(word));
    let one = of.strip_suffix('s').filter(|one| !many && !one.ends_with(['s', 'u', 'i'])).unwrap_or(of);
    format!("{one}{per}")
}

/// A value beside an axis or in a column whose heading has the unit: a share in hundredths, all else as a number.
pub(crate) fn bare(x: f64, unit: &str) -> String {
    if is_share(unit) { format!("{}%", percent(x, 0)) } else { number(x) }
}

/// A heading over values of a unit: those that do not say theirs by themselves have it behind.
pub(crate) fn headed(title: &str, unit: &str) -> String {
    let unit = match unit.strip_prefix("million US dollars") {
        Some(rest) => format!("US$ m{rest}"),
        None => unit.to_owned(),
    };
    match unit.as_str() {
        "points" | "index" | "flag" | "state" | "factor" | "people" | "fighters" | "" => title.to_owned(),
        _ if is_share(&unit) => title.to_owned(),
        _ => format!("{title}, {unit}"),
    }
}

/// A number of people, who are whole, though models know of fractions of them.
fn people(x: f64) -> String {
    format!("{:.0}", if x < 0.0 { x.ceil() } else { x.floor() } + 0.0)
}

/// A number with three significant digits, or two decimals below 1, never in exponents; whole ones whole.
#[must_use]
pub fn number(x: f64) -> String {
    let size = x.abs();
    let text = if size >= 100.0 || x.fract() == 0.0 {
        format!("{x:.0}")
    } else if size >= 10.0 {
        format!("{x:.1}")
    } else if size >= 0.095 || size == 0.0 {
        format!("{x:.2}")
    } else if size >= 0.000_95 {
        format!("{x:.3}")
    } else {
        format!("{x:.5}")
    };
    // Minus zero is nobody's number.
    if text.trim_start_matches('-').chars().all(|c| c == '0' || c == '.') { "0".into() } else { text }
}

/// Small trend line of the last values, as one character a value.
#[must_use]
pub fn trend(values: &[f64]) -> String {
    const STEPS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let low = values.iter().copied().fold(f64::INFINITY, marchland_game::number::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, marchland_game::number::max);
    let width = high - low;
    values
        .iter()
        .map(|x| {
            if width <= 1e-12 * (low.abs() + high.abs()) || !width.is_finite() {
                STEPS[3]
            } else {
                STEPS[(((x - low) / width * 7.0).round() as usize).min(7)]
            }
        })
        .collect()
}

/// Six significant digits, without trailing zeros; very small and large numbers with an exponent.
#[must_use]
pub fn significant(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 {
        return "0".into();
    }
    if !(1e-4..1e9).contains(&size) {
        return format!("{value:.2e}");
    }
    let mut digits = 0;
    let mut scaled = size;
    while scaled < 1e5 && digits < 9 {
        scaled *= 10.0;
        digits += 1;
    }
    let text = format!("{value:.digits$}");
    if !text.contains('.') {
        return text;
    }
    text.trim_end_matches('0').trim_end_matches('.').into()
}

/// A value with the decimals that its step needs; thousands are set apart by a thin space.
pub(crate) fn tick(value: f64, step: f64) -> String {
    let value = if value.abs() < 1e-9 * step { 0.0 } else { value };
    if value != 0.0 && (value.abs() >= 1e7 || step < 1e-5) {
        return format!("{value:.3e}");
    }
    let decimals = -libm::log10(step * (1.0 + 1e-9)).floor();
    let decimals = if decimals > 0.0 { decimals as usize } else { 0 };
    let plain = format!("{:.decimals$}", value.abs());
    let (whole, rest) = plain.split_at(plain.find('.').unwrap_or(plain.len()));
    let mut out = String::from(if value < 0.0 { "−" } else { "" });
    for (i, c) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) && whole.len() > 4 {
            out.push('\u{2009}');
        }
        out.push(c);
    }
    out + rest
}

/// A count with its noun.
#[must_use]
pub fn counted(n: u64, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

/// Million US dollars: `US$ 12 m`.
#[must_use]
pub fn money(millions: f64) -> String {
    format!("US$ {} m", number(millions))
}

/// Seconds as people say them.
#[must_use]
pub fn duration(seconds: f64) -> String {
    if seconds < 1.0 {
        format!("{:.1} s", seconds)
    } else if seconds < 120.0 {
        format!("{seconds:.0} s")
    } else if seconds < 7200.0 {
        format!("{:.0} min", seconds / 60.0)
    } else {
        format!("{:.1} h", seconds / 3600.0)
    }
}

/// Decimals that the error deserves: two digits of the interval's half-width; four significant ones without.
#[must_use]
pub fn decimals(interval: Option<Interval>, value: Option<f64>) -> usize {
    let scale = match (interval.map(|i| i.half_width()).filter(|half| *half > 0.0), value) {
        (Some(half), _) => half / 10.0,
        (None, Some(value)) if value != 0.0 => value.abs() / 1000.0,
        _ => return 1,
    };
    let mut step = 1.0;
    for decimals in 0..MOST_DECIMALS {
        if step <= scale {
            return decimals;
        }
        step /= 10.0;
    }
    MOST_DECIMALS
}

/// The most decimals of a number.
const MOST_DECIMALS: usize = 8;

/// A number with so many decimals; one that the most of them leave without two digits, with an exponent.
#[must_use]
pub fn plain(x: f64, decimals: usize) -> String {
    const LEAST: f64 = 1e-7;
    match x {
        0.0 => "0".to_owned(),
        _ if decimals >= MOST_DECIMALS && x.abs() < LEAST => format!("{x:.1e}"),
        _ => format!("{x:.decimals$}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_a_unit_is_one() {
        let told = |x: f64, unit: &str| with_unit(x, unit, 0);
        assert_eq!(told(1.0, "exits"), "1 exit");
        assert_eq!(told(2.0, "exits"), "2 exits");
        assert_eq!(told(1.0, "tonnes a month"), "1 tonne a month");
        assert_eq!(told(1.0, "cubic kilometres a month"), "1 cubic kilometre a month");
        assert_eq!(told(1.0, "thousand permits"), "1 thousand permits");
        assert_eq!(told(1.0, "probability a month"), "100% a month");
        assert_eq!(told(1.0, "fish"), "1 fish");
    }

    #[test]
    fn numbers_read_at_a_glance() {
        assert_eq!(number(1234.4), "1234");
        assert_eq!(number(12.34), "12.3");
        assert_eq!(number(2.0), "2");
        assert_eq!(number(0.5), "0.50");
        assert_eq!(number(0.0123), "0.012");
        assert_eq!(number(-0.000_000_1), "0");
        assert_eq!(
            (plain(3.81e-18, 8), plain(-0.25, 8), plain(0.0, 8)),
            ("3.8e-18".into(), "-0.25000000".into(), "0".into())
        );
        assert_eq!(trend(&[0.0, 0.5, 1.0]), "▁▅█");
        assert_eq!(trend(&[2.0, 2.0]), "▄▄");
    }

    #[test]
    fn units_are_those_a_room_knows() {
        assert_eq!(with_unit(0.4251, "share", 0), "43%");
        assert_eq!(with_unit(0.4251, "share", 1), "42.5%");
        assert_eq!(with_unit(0.0123, "share of mobilisable", 0), "1.2%");
        assert_eq!(with_unit(0.000_01, "share", 0), "under 0.1%");
        assert_eq!(with_unit(0.002, "probability a month", 0), "0.2% a month");
        assert_eq!(with_unit(-12.0, "million US dollars a month", 0), "\u{2212}US$ 12 m a month");
        assert_eq!(with_unit(42.0, "people", 0), "42");
        assert_eq!(with_unit(1.93, "people", 0), "1", "people are whole");
    }
}
