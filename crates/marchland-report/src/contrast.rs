//! Shares of games and contrasts of hazards in words, for whatever compares arms of games.

use marchland_experiments::ablation::Contrast;
use marchland_experiments::statistics::{NoContrast, Proportion};

/// A share in per cent with its interval.
pub(crate) fn percent(share: &Proportion, digits: usize) -> String {
    let Some(value) = share.share else { return "no games".into() };
    let (low, high) = (100.0 * share.interval.low, 100.0 * share.interval.high);
    format!("{:.digits$} % [{low:.digits$}, {high:.digits$}]", 100.0 * value)
}

/// A contrast as a ratio of hazards, or as it is.
pub(crate) fn contrast(of: &Contrast, ratio: bool) -> String {
    match of {
        Contrast::Estimated(of) if ratio => {
            let [value, low, high] = [of.value, of.interval.low, of.interval.high].map(libm::exp);
            format!("× {value:.2} [{low:.2}, {high:.2}]")
        }
        Contrast::Estimated(of) => format!("{:+.2} [{:+.2}, {:+.2}]", of.value, of.interval.low, of.interval.high),
        Contrast::Refused(NoContrast::FewEvents { events, least }) => {
            format!(
                "not estimated ({events} games with the rarer result in one arm, {least} are needed: play more games)"
            )
        }
        Contrast::Refused(NoContrast::Unmatched) => "not estimated (no games)".into(),
    }
}
