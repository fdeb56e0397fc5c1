//! A column as the input of an analysis.

use super::Column;
use serde::{Deserialize, Serialize};

/// The values of one factor, one per row, as analyses take them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FactorColumn {
    /// The factor's name.
    pub name: String,
    /// Its values.
    pub values: FactorValues,
}

/// Numbers, which have an order, or names, which have none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FactorValues {
    /// Numbers; one that is not finite makes its row unusable.
    Numbers(Vec<f64>),
    /// Named options.
    Names {
        /// The distinct names, in alphabetical order.
        options: Vec<String>,
        /// Place of each row's name among the options.
        codes: Vec<u32>,
    },
}

impl FactorColumn {
    /// A factor from a column of a table; flags become the names `false` and `true`.
    pub fn new(name: &str, column: &Column) -> FactorColumn {
        let values = match column {
            Column::Text(names) => FactorValues::names(names),
            Column::Flag(flags) => FactorValues::names(&flags.iter().map(bool::to_string).collect::<Vec<_>>()),
            other => FactorValues::Numbers(other.numbers()),
        };
        FactorColumn { name: name.to_owned(), values }
    }

    /// A factor of numbers.
    pub fn numbers(name: &str, values: Vec<f64>) -> FactorColumn {
        FactorColumn { name: name.to_owned(), values: FactorValues::Numbers(values) }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        match &self.values {
            FactorValues::Numbers(values) => values.len(),
            FactorValues::Names { codes, .. } => codes.len(),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether a row has a value that an analysis can use.
    pub fn usable(&self, row: usize) -> bool {
        match &self.values {
            FactorValues::Numbers(values) => values[row].is_finite(),
            FactorValues::Names { .. } => true,
        }
    }

    /// The rows named, in the order named.
    pub fn rows(&self, rows: &[usize]) -> FactorColumn {
        let values = match &self.values {
            FactorValues::Numbers(values) => FactorValues::Numbers(rows.iter().map(|&r| values[r]).collect()),
            FactorValues::Names { options, codes } => {
                FactorValues::Names { options: options.clone(), codes: rows.iter().map(|&r| codes[r]).collect() }
            }
        };
        FactorColumn { name: self.name.clone(), values }
    }
}

impl FactorValues {
    /// Names as options and codes.
    pub fn names<S: AsRef<str>>(names: &[S]) -> FactorValues {
        let mut options: Vec<String> = names.iter().map(|n| n.as_ref().to_owned()).collect();
        options.sort_unstable();
        options.dedup();
        let codes = names
            .iter()
            .map(|n| options.binary_search_by(|o| o.as_str().cmp(n.as_ref())).expect("it was put there") as u32)
            .collect();
        FactorValues::Names { options, codes }
    }
}
