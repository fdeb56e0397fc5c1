//! Repression: when force is used, whom it kills, what it frightens and what it provokes.

use marchland_game::number::{clamp, logistic, min};

use crate::world::{Field, SeenBy};
use crate::{columns, constants};

columns! {
    /// Force against the street, by region.
    pub struct Harm for "region" {
        /// Intensity of the crackdown in force.
        crackdown = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0),
        /// Resentment at violence, which adds to grievance.
        resentment = Field::stock("index", 0.0, 1.0).starts(0.0).rests(0.0).seen(SeenBy::Estimated { sd: 0.05 }),
        /// Civilians killed in unrest since the start.
        deaths = Field::stock("people", 0.0, 1e6).starts(0.0).rests(0.0).seen(SeenBy::Estimated { sd: 20.0 }),
        /// People driven from their homes and not back, thousand.
        displaced_k = Field::stock("thousand people", 0.0, 10_000.0).starts(0.0).rests(0.0).seen(SeenBy::Estimated { sd: 10.0 }),
    }
    /// Force against the street in a country.
    pub struct Coercion for "country" {
        /// Readiness to repress, the policy.
        repression = Field::stock("share", 0.0, 1.0).starts(0.4),
        /// Fear of repression among people.
        fear = Field::stock("share", 0.0, 1.0).starts(0.3).seen(SeenBy::Estimated { sd: 0.1 }),
        /// Civilians killed in unrest in this month.
        protest_deaths = Field::stock("people", 0.0, 1e6).starts(0.0).rests(0.0).seen(SeenBy::Estimated { sd: 5.0 }),
        /// Civilians killed in unrest since the start.
        deaths_civil = Field::derived("people", 0.0, 1e6, &["deaths"]).rests(0.0).seen(SeenBy::Estimated { sd: 20.0 }),
    }
}

constants! {
    /// Constants of the law of repression.
    pub struct RepressionConstants {
        /// Log odds of a crackdown in a month on no crowd, by a government that is not ready to.
        readiness = "repression_readiness",
        /// What an all-out crowd adds to the log odds.
        crowd = "repression_crowd",
        /// What the capital adds, with a crowd.
        capital = "repression_capital",
        /// What a policy of full repression adds.
        policy = "repression_policy",
        /// What full openness takes off.
        openness = "repression_openness",
        /// What a full guarantee of exit takes off the log odds, and in the same measure off violence.
        guarantee = "repression_guarantee",
        /// Resentment that total violence among the fearless provokes.
        backlash = "repression_backlash",
        /// Share of resentment that fades in a month.
        resentment_decay = "repression_resentment_decay",
        /// Share of the distance of fear to its level closed in a month.
        fear_adjustment = "repression_fear_adjustment",
        /// Violence that frightens all.
        fear_violence = "repression_fear_violence",
        /// Killed per person in the crowd in a month of total violence, on average.
        lethality = "repression_lethality",
        /// Exponent of the density of deaths by event.
        deaths_exponent = "repression_deaths_exponent",
        /// Displaced per civilian killed, thousand.
        displaced = "repression_displaced",
        /// Share of the displaced who return in a month.
        returning = "repression_returning",
        /// By how much a full crackdown multiplies the force present.
        presence = "repression_presence",
        /// Share of a crackdown that ends in a month.
        relent = "repression_relent",
    }
}

/// The chance within a month of a crackdown on a region's crowd: logistic in its size, its threat
/// to the capital, policy, openness and the incumbent's way out; the law of coercive
/// responsiveness of Davenport (2007). None where nobody is out.
#[must_use]
pub fn crackdown_chance(
    active: f64,
    capital: bool,
    repression: f64,
    reform: f64,
    guarantee: f64,
    constants: &RepressionConstants,
) -> f64 {
    // A crowd too small to notice is left alone, and quiet months cost no exponential.
    if active < 0.005 {
        return 0.0;
    }
    let threat = if capital { constants.capital * min(1.0, 4.0 * active) } else { 0.0 };
    logistic(
        constants.readiness + constants.crowd * active + threat + constants.policy * repression
            - constants.openness * reform
            - constants.guarantee * guarantee,
    )
}

/// How violent a crackdown is: by policy, and the less the safer the incumbent's way out.
#[must_use]
pub fn violence(repression: f64, guarantee: f64, constants: &RepressionConstants) -> f64 {
    (0.25 + 0.75 * repression) * libm::exp(-0.25 * constants.guarantee * guarantee)
}

/// What violence adds to resentment: b·v·(1 − F), the backlash of Lichbach (1987) and
/// Francisco (1995).
#[must_use]
pub fn backlash(violence: f64, fear: f64, constants: &RepressionConstants) -> f64 {
    constants.backlash * violence * (1.0 - fear)
}

/// Civilians killed: lethality · v² · crowd on average, with a power-law tail by the first draw and
/// rounded to a whole number by the second.
#[must_use]
pub fn killed(violence: f64, crowd_k: f64, draws: (f64, f64), constants: &RepressionConstants) -> f64 {
    let mean = 1000.0 * constants.lethality * violence * violence * crowd_k;
    let exponent = constants.deaths_exponent;
    // A Pareto factor of mean 1.
    let factor = (exponent - 2.0) / (exponent - 1.0) * libm::pow(1.0 - draws.0, -1.0 / (exponent - 1.0));
    libm::floor(clamp(mean * factor, 0.0, 0.2 * 1000.0 * crowd_k) + draws.1)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The constants of the base, for kernels' own tests.
    pub(crate) fn constants() -> RepressionConstants {
        RepressionConstants {
            readiness: -2.5,
            crowd: 4.0,
            capital: 1.5,
            policy: 2.0,
            openness: 1.5,
            guarantee: 2.0,
            backlash: 0.3,
            resentment_decay: 0.2,
            fear_adjustment: 0.3,
            fear_violence: 0.8,
            lethality: 0.02,
            deaths_exponent: 2.5,
            displaced: 0.2,
            returning: 0.1,
            presence: 2.0,
            relent: 0.5,
        }
    }

    #[test]
    fn a_way_out_makes_force_rarer_and_milder() {
        let c = constants();
        assert!(crackdown_chance(0.5, true, 0.5, 0.2, 0.8, &c) < crackdown_chance(0.5, true, 0.5, 0.2, 0.0, &c));
        assert!(violence(0.5, 0.8, &c) < violence(0.5, 0.0, &c));
        assert_eq!(crackdown_chance(0.0, true, 1.0, 0.0, 0.0, &c), 0.0);
    }

    #[test]
    fn deaths_have_the_mean_and_the_tail_they_are_given() {
        // 200,000 events of one size (stratified draws): mean within 3 %, since the tail beyond the
        // last stratum is cut, and the tail exponent by Hill's estimator within .1 of 2.5.
        let c = constants();
        let n = 200_000;
        let mut deaths: Vec<f64> =
            (0..n).map(|i| killed(0.5, 1000.0, ((f64::from(i) + 0.5) / f64::from(n), 0.5), &c)).collect();
        let mean = deaths.iter().sum::<f64>() / f64::from(n);
        assert!((mean / 5000.0 - 1.0).abs() < 0.03, "{mean}");
        deaths.sort_by(f64::total_cmp);
        let tail = &deaths[190_000..];
        let hill = tail.iter().map(|x| libm::log(x / tail[0])).sum::<f64>() / tail.len() as f64;
        assert!((1.0 + 1.0 / hill - 2.5).abs() < 0.1, "{}", 1.0 + 1.0 / hill);
    }
}
