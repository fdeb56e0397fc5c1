//! The weeks of a step, several streets at a time.

use std::array::from_fn;
use std::ops::Range;

use marchland_game::number::clamp;
use marchland_game::vector::{Kernel, wide};

use super::rule::{Mood, epstein_share, threshold_share};

/// Streets that move at a time.
pub const LANES: usize = 8;

/// What moves one street in a step.
#[derive(Clone, Copy, Debug)]
pub struct Street {
    /// What decides whether people join.
    pub mood: Mood,
    /// Mean hardship, which Epstein's rule reads.
    pub hardship: f64,
    /// The government's legitimacy, which Epstein's rule reads.
    pub legitimacy: f64,
    /// Share of the mobilisable whom organisers call out.
    pub called: f64,
    /// Week of the month in which a focal event of the street's own strikes, if one does, and whom it brings out.
    pub spark: Option<(u32, f64)>,
    /// Share in the street as the step begins.
    pub active: f64,
}

impl Street {
    /// A street that nobody has reason to enter.
    pub const EMPTY: Self = Self {
        mood: Mood { grievance: 0.0, spread: 1.0, coordination: 0.0, threshold: 1.0, force: 0.0 },
        hardship: 0.0,
        legitimacy: 1.0,
        called: 0.0,
        spark: None,
        active: 0.0,
    };
}

/// The rule by which people join.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Rule {
    /// Thresholds of Granovetter and Kuran, with Epstein's risk.
    Threshold,
    /// Epstein (2002), with its threshold.
    Epstein(f64),
}

/// One week: a' = a + κ·(a*(a) + called − a), limited to [0, 1].
#[must_use]
#[inline(always)]
pub fn week(active: f64, wanted: f64, called: f64, adjustment: f64) -> f64 {
    clamp(active + adjustment * (clamp(wanted + called, 0.0, 1.0) - active), 0.0, 1.0)
}

/// Share of the mobilisable in each street after the weeks of a step, and what sparks brought out. Streets past
/// [`LANES`] are not looked at.
#[must_use]
pub fn pass(streets: &[Street], weeks: Range<u32>, rule: Rule, adjustment: f64) -> [(f64, f64); LANES] {
    let lane = |at: usize| streets.get(at).unwrap_or(&Street::EMPTY);
    let mut columns = Columns {
        grievance: from_fn(|at| lane(at).mood.grievance),
        spread: from_fn(|at| lane(at).mood.spread),
        coordination: from_fn(|at| lane(at).mood.coordination),
        threshold: from_fn(|at| lane(at).mood.threshold),
        force: from_fn(|at| lane(at).mood.force),
        called: from_fn(|at| lane(at).called),
        active: from_fn(|at| lane(at).active),
    };
    let mut sparked = [0.0; LANES];
    for at in weeks {
        for (lane, street) in streets.iter().take(LANES).enumerate() {
            if let Some((_, size)) = street.spark.filter(|(week, _)| *week == at) {
                let next = clamp(columns.active[lane] + size, 0.0, 1.0);
                sparked[lane] += next - columns.active[lane];
                columns.active[lane] = next;
            }
        }
        match rule {
            Rule::Threshold => wide(Week { columns: &mut columns, adjustment }),
            Rule::Epstein(threshold) => {
                for (lane, street) in streets.iter().take(LANES).enumerate() {
                    let active = columns.active[lane];
                    let wanted =
                        epstein_share(street.hardship, street.legitimacy, street.mood.force, threshold, active);
                    columns.active[lane] = week(active, wanted, street.called, adjustment);
                }
            }
        }
    }
    from_fn(|lane| (columns.active[lane], sparked[lane]))
}

struct Columns {
    grievance: [f64; LANES],
    spread: [f64; LANES],
    coordination: [f64; LANES],
    threshold: [f64; LANES],
    force: [f64; LANES],
    called: [f64; LANES],
    active: [f64; LANES],
}

/// A week by the threshold rule.
struct Week<'a> {
    columns: &'a mut Columns,
    adjustment: f64,
}

impl Kernel for Week<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let own = self.columns;
        for lane in 0..LANES {
            let mood = Mood {
                grievance: own.grievance[lane],
                spread: own.spread[lane],
                coordination: own.coordination[lane],
                threshold: own.threshold[lane],
                force: own.force[lane],
            };
            let wanted = threshold_share(&mood, own.active[lane]);
            own.active[lane] = week(own.active[lane], wanted, own.called[lane], self.adjustment);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Columns, whatever their number and place, are the weeks of each street by itself.
    #[test]
    fn streets_together_move_as_each_alone() {
        let streets: Vec<Street> = (0..LANES)
            .map(|at| {
                let share = at as f64 / LANES as f64;
                let mood = Mood {
                    grievance: 0.3 + 0.5 * share,
                    spread: 0.15,
                    coordination: 0.4,
                    threshold: 0.5,
                    force: if at == 2 { 0.0 } else { 0.1 * share },
                };
                let spark = (at % 3 == 0).then_some((at as u32 % 4, 0.2));
                let active = if at == 5 { 0.0 } else { share * share };
                Street { mood, hardship: share, legitimacy: 0.4, called: 0.02 * share, spark, active }
            })
            .collect();
        for rule in [Rule::Threshold, Rule::Epstein(0.2)] {
            let together = pass(&streets, 0..4, rule, 0.3);
            for (street, found) in streets.iter().zip(together) {
                let (mut active, mut sparked) = (street.active, 0.0);
                for at in 0..4 {
                    if let Some((_, size)) = street.spark.filter(|(week, _)| *week == at) {
                        let next = clamp(active + size, 0.0, 1.0);
                        sparked += next - active;
                        active = next;
                    }
                    let wanted = match rule {
                        Rule::Threshold => threshold_share(&street.mood, active),
                        Rule::Epstein(threshold) => {
                            epstein_share(street.hardship, street.legitimacy, street.mood.force, threshold, active)
                        }
                    };
                    active = week(active, wanted, street.called, 0.3);
                }
                assert_eq!([active.to_bits(), sparked.to_bits()], [found.0.to_bits(), found.1.to_bits()], "{street:?}");
                assert_eq!(pass(&[*street], 0..4, rule, 0.3)[0], found);
            }
        }
    }
}
