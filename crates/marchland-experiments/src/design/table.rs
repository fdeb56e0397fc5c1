//! Designs from and to tables.

use super::{DesignError, Factor, Points, Value};
use crate::table::{Column, Field, Kind, Table};

/// The rows of a table as points of the factors. A factor's column bears its name, or `set.` before it,
/// as in the tables of results; other columns are not looked at.
///
/// # Errors
/// [`DesignError::Table`] if a factor has no column (the columns there are, are listed) or a cell of it
/// is missing or not finite.
pub fn values_of_table(table: &Table, factors: &[Factor]) -> Result<Vec<Vec<Value>>, DesignError> {
    let columns = factors
        .iter()
        .map(|factor| {
            let name = &factor.name;
            table.column(name).or_else(|| table.column(&format!("set.{name}"))).ok_or_else(|| {
                let names: Vec<&str> = table.fields().iter().map(|f| f.name.as_str()).collect();
                DesignError::Table(format!(
                    "the table has no column {name} or set.{name}; its columns are {}",
                    names.join(", ")
                ))
            })
        })
        .collect::<Result<Vec<&Column>, DesignError>>()?;
    let cell = |column: &Column, row: usize, name: &str| {
        let value = match column {
            Column::Text(values) => Value::Name(values[row].clone()),
            Column::Flag(values) => Value::Name(values[row].to_string()),
            other => Value::Number(other.number(row)),
        };
        let missing = match &value {
            Value::Number(x) => !x.is_finite(),
            Value::Name(name) => name.is_empty(),
        };
        if missing {
            return Err(DesignError::Table(format!("column {name} has no usable value in row {row} (counted from 0)")));
        }
        Ok(value)
    };
    (0..table.rows()).map(|row| columns.iter().zip(factors).map(|(c, f)| cell(c, row, &f.name)).collect()).collect()
}

/// Whether listed rows fit the factors.
pub(super) fn check(rows: &[Vec<Value>], factors: &[Factor]) -> Result<(), DesignError> {
    if rows.is_empty() {
        return Err(DesignError::Table("the list of design points is empty".to_owned()));
    }
    for (i, row) in rows.iter().enumerate() {
        if row.len() != factors.len() {
            return Err(DesignError::Table(format!("row {i} has {} values for {} factors", row.len(), factors.len())));
        }
    }
    for (at, factor) in factors.iter().enumerate() {
        let wants_name = factor.distribution.is_named();
        let Some(first) = rows.iter().position(|row| matches!(row[at], Value::Name(_)) != wants_name) else { continue };
        // One cell that is no number makes text of its whole column: that cell is the wrong one.
        let odd = |row: &Vec<Value>| matches!(&row[at], Value::Name(text) if text.trim().parse::<f64>().is_err());
        let row = if wants_name { first } else { rows.iter().position(odd).unwrap_or(first) };
        return Err(DesignError::Table(format!(
            "factor {} wants a {}, but row {row} (counted from 0) has {}",
            factor.name,
            if wants_name { "name" } else { "number" },
            rows[row][at]
        )));
    }
    Ok(())
}

/// Rows of a design as a table with one column per factor.
pub(super) fn of_points(points: &Points, from: u64, to: u64) -> Table {
    let mut columns: Vec<Column> = points
        .factors()
        .iter()
        .map(|f| if f.distribution.is_named() { Column::Text(vec![]) } else { Column::Number(vec![]) })
        .collect();
    for row in from..to {
        for (column, value) in columns.iter_mut().zip(points.values(row)) {
            match (column, value) {
                (Column::Text(out), value) => out.push(value.to_string()),
                (Column::Number(out), Value::Number(x)) => out.push(x),
                (_, Value::Name(_)) => unreachable!("a factor of numbers gives numbers"),
                _ => unreachable!("columns of a design hold numbers or names"),
            }
        }
    }
    let fields = points
        .factors()
        .iter()
        .zip(&columns)
        .map(|(f, c)| Field {
            name: f.name.clone(),
            kind: if matches!(c, Column::Text(_)) { Kind::Text } else { Kind::Number },
            unit: String::new(),
            description: "value of the factor".to_owned(),
        })
        .collect();
    Table::new(fields, columns).expect("columns were built from the fields")
}
