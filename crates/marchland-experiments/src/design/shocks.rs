//! Which games of an experiment meet the same shocks.

use super::Design;
use serde::{Deserialize, Serialize};

/// Which rows of an experiment share their replications' shocks. It decides what is independent of what,
/// and so what an interval may be computed from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Shocks {
    /// Every design point has seeds of its own: points are independent of each other. The levers and
    /// belief sets of one point still meet the same shocks, and so do the points of one block of
    /// [`Design::Saltelli`], whose seed is a factor like the others.
    Fresh,
    /// Replication `r` of every point meets the same shocks (common random numbers): differences between
    /// points are sharp, and averages over points are no surer than the number of replications allows.
    /// Results of versions that did not say are of this kind.
    #[default]
    Common,
}

impl Shocks {
    /// The names in files, on command lines and in tables.
    pub const NAMES: [&'static str; 2] = ["Fresh", "Common"];

    /// The name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fresh => "Fresh",
            Self::Common => "Common",
        }
    }

    /// What a design has unless told otherwise: fresh shocks where its answer is an average or a share of
    /// variance over the space of factors, common ones where points are compared with each other. Without
    /// a design there is one point, and levers are compared at it.
    #[must_use]
    pub const fn default_of(design: Option<&Design>) -> Self {
        match design {
            Some(
                Design::MonteCarlo { .. }
                | Design::LatinHypercube { .. }
                | Design::Sobol { .. }
                | Design::Saltelli { .. }
                | Design::Listed { .. },
            ) => Self::Fresh,
            Some(
                Design::OneAtATime { .. } | Design::Morris { .. } | Design::FullFactorial { .. } | Design::Zip { .. },
            )
            | None => Self::Common,
        }
    }
}

impl std::str::FromStr for Shocks {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "Fresh" | "fresh" => Ok(Self::Fresh),
            "Common" | "common" => Ok(Self::Common),
            _ => Err(format!("`{text}` should be Fresh or Common")),
        }
    }
}
