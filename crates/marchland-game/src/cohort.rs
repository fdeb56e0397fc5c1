//! How populations choose: one call per chunk of cohorts, on slices that hold only what a cohort
//! may know.

/// What the members of up to [`CHUNK`] cohorts know when they choose between two courses, *go* and
/// *stay*. All slices have one entry per cohort.
#[derive(Clone, Copy, Debug)]
pub struct CohortView<'a> {
    /// Advantage of going over staying: difference of utilities, dimensionless (logarithms of
    /// income, with risk and costs).
    pub advantage: &'a [f64],
    /// Share of the cohort's own network that has gone, in [0, 1].
    pub network: &'a [f64],
    /// Share of the cohort that went when it last chose, in [0, 1].
    pub habit: &'a [f64],
    /// What the cohort has, as a share of what it has come to expect; 1 is content.
    pub satisfaction: &'a [f64],
    /// The scenario's sensitivity λ of choice to advantage.
    pub sensitivity: f64,
    /// Probability that a cohort reconsiders at all in this step, in [0, 1].
    pub attention: f64,
}

impl CohortView<'_> {
    /// How many cohorts choose.
    #[must_use]
    pub fn len(&self) -> usize {
        self.advantage.len()
    }

    /// Whether nobody does.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.advantage.is_empty()
    }
}

/// The most cohorts in one call.
pub const CHUNK: usize = 4096;

/// Chooses for cohorts. Immutable and without memory: what a cohort remembers is its habit.
pub trait CohortRule: Send + Sync {
    /// Writes the share of each cohort that goes, in [0, 1], into `going`, which has one entry per
    /// cohort and comes filled with `habit`.
    fn choose(&self, view: &CohortView<'_>, going: &mut [f64]);
}
