//! Tables of results: typed columns with unit and description, in memory, as Parquet parts and as CSV.
//!
//! A value that is absent (a measure of a failed game) is NaN in a column of numbers and the empty
//! string in a column of text; in Parquet both are null, in CSV both are empty.

mod csv;
mod factor_column;
mod part;
pub(crate) mod seal;

pub use csv::{CsvError, Decimal, read_csv, write_csv};
pub use factor_column::{FactorColumn, FactorValues};
pub(crate) use part::MOST_BYTES;
pub use part::{GAMES_PER_PART, PartError, PartInfo, part_file_name, read_parquet, read_part, write_part};

use serde::{Deserialize, Serialize};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// Whole numbers from 0: rows, replications, seeds.
    Unsigned,
    /// Whole numbers.
    Integer,
    /// Numbers; NaN is absent.
    Number,
    /// Text; the empty string is absent.
    Text,
    /// Yes or no.
    Flag,
}

/// The declaration of a column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Its name: `measure.deaths`, `payoff.russia`.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// Unit, empty if it has none.
    pub unit: String,
    /// One sentence.
    pub description: String,
}

/// The values of a column, one per row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Column {
    /// See [`Kind::Unsigned`].
    Unsigned(Vec<u64>),
    /// See [`Kind::Integer`].
    Integer(Vec<i64>),
    /// See [`Kind::Number`].
    Number(Vec<f64>),
    /// See [`Kind::Text`].
    Text(Vec<String>),
    /// See [`Kind::Flag`].
    Flag(Vec<bool>),
}

impl Column {
    /// A column without rows.
    pub fn empty(kind: Kind) -> Column {
        match kind {
            Kind::Unsigned => Column::Unsigned(Vec::new()),
            Kind::Integer => Column::Integer(Vec::new()),
            Kind::Number => Column::Number(Vec::new()),
            Kind::Text => Column::Text(Vec::new()),
            Kind::Flag => Column::Flag(Vec::new()),
        }
    }

    /// What it holds.
    pub fn kind(&self) -> Kind {
        match self {
            Column::Unsigned(_) => Kind::Unsigned,
            Column::Integer(_) => Kind::Integer,
            Column::Number(_) => Kind::Number,
            Column::Text(_) => Kind::Text,
            Column::Flag(_) => Kind::Flag,
        }
    }

    /// How many rows it has.
    pub fn len(&self) -> usize {
        match self {
            Column::Unsigned(v) => v.len(),
            Column::Integer(v) => v.len(),
            Column::Number(v) => v.len(),
            Column::Text(v) => v.len(),
            Column::Flag(v) => v.len(),
        }
    }

    /// Whether it has no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A cell as a number: whole numbers rounded to the nearest double, a flag as 0 or 1, text as NaN.
    ///
    /// # Panics
    /// If `row` is not below [`Column::len`].
    pub fn number(&self, row: usize) -> f64 {
        match self {
            Column::Unsigned(v) => v[row] as f64,
            Column::Integer(v) => v[row] as f64,
            Column::Number(v) => v[row],
            Column::Text(_) => f64::NAN,
            Column::Flag(v) => f64::from(u8::from(v[row])),
        }
    }

    /// All cells as numbers (see [`Column::number`]).
    pub fn numbers(&self) -> Vec<f64> {
        (0..self.len()).map(|row| self.number(row)).collect()
    }

    /// Appends the rows of a column of the same kind; `false`, and nothing appended, if kinds differ.
    fn append(&mut self, other: Column) -> bool {
        match (self, other) {
            (Column::Unsigned(a), Column::Unsigned(b)) => a.extend(b),
            (Column::Integer(a), Column::Integer(b)) => a.extend(b),
            (Column::Number(a), Column::Number(b)) => a.extend(b),
            (Column::Text(a), Column::Text(b)) => a.extend(b),
            (Column::Flag(a), Column::Flag(b)) => a.extend(b),
            _ => return false,
        }
        true
    }
}

/// Columns of equal length with their declarations; names are unique.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Table {
    fields: Vec<Field>,
    columns: Vec<Column>,
}

/// Columns that make no table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// The number of declarations differs from that of the columns.
    #[error("{fields} declarations for {columns} columns")]
    Count {
        /// Declarations.
        fields: usize,
        /// Columns.
        columns: usize,
    },
    /// Two columns share a name.
    #[error("the column {0} stands twice")]
    Duplicate(String),
    /// A column does not hold what its declaration says, or another table's column differs.
    #[error("the column {name} should hold {expected:?}, and holds {found:?}")]
    Kind {
        /// Its name.
        name: String,
        /// What was declared.
        expected: Kind,
        /// What is there.
        found: Kind,
    },
    /// Columns of different lengths.
    #[error("the column {name} has {found} rows where the first has {expected}")]
    Length {
        /// Its name.
        name: String,
        /// Rows of the first column.
        expected: usize,
        /// Its rows.
        found: usize,
    },
    /// Tables with different columns cannot be joined.
    #[error("the columns differ: {expected} against {found}")]
    Columns {
        /// Names here.
        expected: String,
        /// Names there.
        found: String,
    },
}

impl Table {
    /// A table of columns.
    ///
    /// # Errors
    /// [`TableError`] if counts, kinds or lengths disagree, or a name stands twice.
    pub fn new(fields: Vec<Field>, columns: Vec<Column>) -> Result<Table, TableError> {
        if fields.len() != columns.len() {
            return Err(TableError::Count { fields: fields.len(), columns: columns.len() });
        }
        let rows = columns.first().map_or(0, Column::len);
        for (i, (field, column)) in fields.iter().zip(&columns).enumerate() {
            if fields[..i].iter().any(|other| other.name == field.name) {
                return Err(TableError::Duplicate(field.name.clone()));
            }
            if field.kind != column.kind() {
                return Err(TableError::Kind { name: field.name.clone(), expected: field.kind, found: column.kind() });
            }
            if column.len() != rows {
                return Err(TableError::Length { name: field.name.clone(), expected: rows, found: column.len() });
            }
        }
        Ok(Table { fields, columns })
    }

    /// The declarations, in column order.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The columns, in order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, Column::len)
    }

    /// A column by its name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.fields.iter().position(|f| f.name == name).map(|i| &self.columns[i])
    }

    /// Appends the rows of a table with the same columns.
    ///
    /// # Errors
    /// [`TableError::Columns`] or [`TableError::Kind`] if names, order or kinds differ; nothing is
    /// appended then.
    pub fn append(&mut self, other: Table) -> Result<(), TableError> {
        let names = |t: &Table| t.fields.iter().map(|f| f.name.as_str()).collect::<Vec<_>>().join(", ");
        if self.fields.len() != other.fields.len()
            || self.fields.iter().zip(&other.fields).any(|(a, b)| a.name != b.name)
        {
            return Err(TableError::Columns { expected: names(self), found: names(&other) });
        }
        for (a, b) in self.fields.iter().zip(&other.fields) {
            if a.kind != b.kind {
                return Err(TableError::Kind { name: a.name.clone(), expected: a.kind, found: b.kind });
            }
        }
        for (column, rows) in self.columns.iter_mut().zip(other.columns) {
            assert!(column.append(rows), "kinds were compared above");
        }
        Ok(())
    }
}
