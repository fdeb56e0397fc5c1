//! Columns that do not fit a design.

use std::fmt;

/// What is wrong with the columns of an analysis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShapeError {
    /// Another number of values than the design has.
    Length {
        /// Which column.
        what: &'static str,
        /// What the design says.
        expected: usize,
        /// What was given.
        found: usize,
    },
    /// A count that no analysis can use.
    Count {
        /// Which count.
        what: &'static str,
        /// The least.
        least: usize,
    },
}

impl fmt::Display for ShapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { what, expected, found } => {
                write!(f, "{what}: {found} values for a design of {expected}")
            }
            Self::Count { what, least } => write!(f, "{what} must be at least {least}"),
        }
    }
}

impl std::error::Error for ShapeError {}

/// Whether a column is as long as the design says.
///
/// # Errors
/// [`ShapeError::Length`] where it is not.
pub fn length(what: &'static str, expected: usize, found: usize) -> Result<(), ShapeError> {
    if expected == found { Ok(()) } else { Err(ShapeError::Length { what, expected, found }) }
}
