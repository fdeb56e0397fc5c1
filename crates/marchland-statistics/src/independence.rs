//! What is independent of what: the units behind every interval.
//!
//! The games of an experiment stand in a grid of design rows and replications. Which of them may be
//! counted as separate evidence depends on two things: whether the rows are a sample of the space of
//! factors or were listed by hand, and whether replication `r` of one row met the same shocks as
//! replication `r` of another. An estimator that does not ask prints intervals that are wrong by any
//! factor (common random numbers: Law 2015, section 11.2).

use std::fmt;

use serde::{Deserialize, Serialize};

/// The fewest units of independence from which an interval is computed; with fewer there is none.
pub const LEAST_UNITS: usize = 16;

/// Where design rows come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rows {
    /// Chosen one by one, or the only one: an average is over these rows and no others.
    Fixed,
    /// Drawn from the space of factors, `block` consecutive rows together (1: each by itself). Blocks are
    /// independent of each other.
    Drawn {
        /// Rows that were drawn together, from 1.
        block: usize,
    },
    /// Blocks of rows dealt in turn to `copies` independent randomisations of one rule: blocks of one copy
    /// depend on each other, copies do not.
    Copies {
        /// Rows that belong together, from 1.
        block: usize,
        /// Number of copies, from 1.
        copies: usize,
    },
}

/// Whether rows met the same shocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sharing {
    /// Every unit of rows has shocks of its own.
    Own,
    /// Replication `r` of every row met the same shocks.
    Shared,
}

/// The grid of an experiment's games, `values[row × replications + replication]`, and what in it is
/// independent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Independence {
    /// Design rows.
    pub rows: usize,
    /// Replications of each.
    pub replications: usize,
    /// Where the rows come from.
    pub of_rows: Rows,
    /// Whether they met the same shocks.
    pub sharing: Sharing,
}

impl Independence {
    /// Games of one setting, each with shocks of its own: the simplest case.
    #[must_use]
    pub const fn games(games: usize) -> Self {
        Self { rows: 1, replications: games, of_rows: Rows::Fixed, sharing: Sharing::Shared }
    }

    /// Rows drawn each by itself, each with shocks of its own.
    #[must_use]
    pub const fn fresh(rows: usize, replications: usize) -> Self {
        Self { rows, replications, of_rows: Rows::Drawn { block: 1 }, sharing: Sharing::Own }
    }

    /// Rows drawn each by itself, all of which met the same shocks.
    #[must_use]
    pub const fn common(rows: usize, replications: usize) -> Self {
        Self { rows, replications, of_rows: Rows::Drawn { block: 1 }, sharing: Sharing::Shared }
    }

    /// Games in the grid.
    #[must_use]
    pub const fn games_count(&self) -> usize {
        self.rows * self.replications
    }

    /// The unit of rows that a row belongs to.
    #[must_use]
    pub const fn unit(&self, row: usize) -> usize {
        match self.of_rows {
            Rows::Fixed => row,
            Rows::Drawn { block } => row / block,
            Rows::Copies { block, copies } => (row / block) % copies,
        }
    }

    /// How many units of rows there are.
    #[must_use]
    pub const fn units(&self) -> usize {
        match self.of_rows {
            Rows::Fixed => self.rows,
            Rows::Drawn { block } => self.rows.div_ceil(block),
            Rows::Copies { block, copies } => {
                let blocks = self.rows.div_ceil(block);
                if blocks < copies { blocks } else { copies }
            }
        }
    }

    /// Whether rows are evidence by themselves: drawn, and more than one.
    #[must_use]
    pub(crate) const fn by_row(&self) -> bool {
        self.rows > 1 && !matches!(self.of_rows, Rows::Fixed)
    }

    /// Whether replications are evidence by themselves: shared by all rows, or there is one row alone.
    #[must_use]
    pub(crate) const fn by_replication(&self) -> bool {
        self.rows == 1 || matches!(self.sharing, Sharing::Shared)
    }

    /// Whether there is enough of every kind of unit for an interval.
    ///
    /// # Errors
    /// What is missing.
    pub fn suffices(&self) -> Result<(), Refusal> {
        let least = LEAST_UNITS;
        let replications = self.replications;
        if self.games_count() == 1 {
            return Err(Refusal::OneGame);
        }
        if self.by_replication() && self.rows > 1 && replications == 1 {
            return Err(Refusal::OneShock { rows: self.rows });
        }
        let blocks = match self.of_rows {
            Rows::Fixed => self.rows,
            Rows::Drawn { block } | Rows::Copies { block, .. } => self.rows.div_ceil(block),
        };
        if self.by_row() && blocks < least {
            let rows = blocks;
            return Err(Refusal::FewRows { rows, least });
        }
        if let Rows::Copies { copies, .. } = self.of_rows
            && self.by_row()
            && copies < least
        {
            return Err(Refusal::FewCopies { copies, least });
        }
        if self.by_replication() && replications < least {
            return Err(match self.rows {
                1 => Refusal::FewGames { games: replications, least },
                _ => Refusal::FewReplications { replications, least },
            });
        }
        if !self.by_row() && !self.by_replication() && replications == 1 {
            return Err(Refusal::OneGameARow);
        }
        Ok(())
    }
}

/// Why there is no interval, and so what to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// No game has a result.
    NoResult,
    /// There is one game.
    OneGame,
    /// All rows met one sequence of shocks: whatever it did to one it may have done to all.
    OneShock {
        /// Rows that shared it.
        rows: usize,
    },
    /// Too few shared sequences of shocks.
    FewReplications {
        /// Those there are.
        replications: usize,
        /// Those needed.
        least: usize,
    },
    /// Too few independent rows, blocks or copies.
    FewRows {
        /// Those there are.
        rows: usize,
        /// Those needed.
        least: usize,
    },
    /// Too few independent copies of a rule whose rows depend on each other.
    FewCopies {
        /// Those there are.
        copies: usize,
        /// Those needed.
        least: usize,
    },
    /// Too few base rows for shares of variance, which rest on the few rows that make most of it.
    FewBaseRows {
        /// Those there are.
        rows: usize,
        /// Those needed.
        least: usize,
    },
    /// Shares of variance of which few base rows make most.
    Concentrated {
        /// Base rows there are.
        rows: usize,
        /// As many equal ones would do as well (Kish 1965).
        effective: usize,
        /// Those needed.
        least: usize,
    },
    /// A quantile so far out that the largest or smallest of so few independent games may not reach it.
    FarQuantile {
        /// Independent units there are.
        units: usize,
        /// Those needed.
        least: usize,
    },
    /// Too few games of the one setting.
    FewGames {
        /// Those there are.
        games: usize,
        /// Those needed.
        least: usize,
    },
    /// Listed rows with one game each: nothing tells chance from what was varied.
    OneGameARow,
    /// Every game gave the same number: how seldom another comes is not known.
    Constant,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::NoResult => f.write_str("no game has a result"),
            Self::OneGame => f.write_str("one game says nothing of the spread between games: run more games"),
            Self::OneShock { rows } => write!(
                f,
                "all {rows} rows met one sequence of shocks, so that the games do not tell how far chance carries \
                 them together: run with fresh shocks, or with at least {LEAST_UNITS} replications"
            ),
            Self::FewReplications { replications, least } => write!(
                f,
                "all rows met the same {replications} sequences of shocks, too few to tell how far chance carries \
                 them together: run with fresh shocks, or with at least {least} replications"
            ),
            Self::FewRows { rows, least } => {
                write!(f, "{rows} independent rows are too few for an interval: run at least {least}")
            }
            Self::FewBaseRows { rows, least } => write!(
                f,
                "{rows} base rows are too few for intervals of shares of variance, most of which a handful of them \
                 makes: run at least {least}"
            ),
            Self::Concentrated { rows, effective, least } => write!(
                f,
                "most of the variance comes from a few of the {rows} base rows, which tell no more than {effective} \
                 equal ones: run more of them, about {}",
                rows * least / if effective == 0 { 1 } else { effective }
            ),
            Self::FarQuantile { units, least } => write!(
                f,
                "{units} independent games or sequences of shocks may not reach so far out: run at least {least}"
            ),
            Self::FewCopies { copies, least } => write!(
                f,
                "the rows fill each other's gaps and are of {copies} independent {}, too few to tell how sure they \
                 are: run the design with at least {least} copies",
                if copies == 1 { "copy" } else { "copies" }
            ),
            Self::FewGames { games, least } => {
                write!(f, "{games} games are too few for an interval: run at least {least}")
            }
            Self::OneGameARow => f.write_str(
                "each listed row was played once, which does not tell chance from what was varied: run more replications",
            ),
            Self::Constant => f.write_str("every game gave the same number"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enough_means_sixteen_of_every_kind_of_unit() {
        assert_eq!(Independence::fresh(16, 1).suffices(), Ok(()));
        assert_eq!(Independence::fresh(15, 1000).suffices(), Err(Refusal::FewRows { rows: 15, least: 16 }));
        assert_eq!(Independence::common(256, 1).suffices(), Err(Refusal::OneShock { rows: 256 }));
        let three = Independence::common(256, 3).suffices();
        assert_eq!(three, Err(Refusal::FewReplications { replications: 3, least: 16 }));
        assert_eq!(Independence::common(16, 16).suffices(), Ok(()));
        assert_eq!(Independence::games(16).suffices(), Ok(()));
        assert_eq!(Independence::games(1).suffices(), Err(Refusal::OneGame));
        let listed = Independence { of_rows: Rows::Fixed, ..Independence::common(4, 16) };
        assert_eq!(listed.suffices(), Ok(()));
        let blocks = Independence { of_rows: Rows::Drawn { block: 4 }, ..Independence::fresh(63, 1) };
        assert_eq!((blocks.units(), blocks.unit(7), blocks.suffices()), (16, 1, Ok(())));
        let copies = Independence { of_rows: Rows::Copies { block: 4, copies: 16 }, ..Independence::fresh(256, 1) };
        assert_eq!((copies.units(), copies.unit(4 * 17)), (16, 1));
        let one = Independence { of_rows: Rows::Copies { block: 1, copies: 1 }, ..Independence::fresh(256, 4) };
        assert_eq!(one.suffices(), Err(Refusal::FewCopies { copies: 1, least: 16 }));
    }

    #[test]
    fn a_refusal_says_what_to_run() {
        let text = Refusal::OneShock { rows: 150 }.to_string();
        assert!(text.contains("one sequence of shocks") && text.contains("fresh shocks"), "{text}");
    }
}
