//! Comma-separated values (RFC 4180), for people and spreadsheets.

use super::{Column, Field, Table, TableError};
use std::io::{self, Write};

/// Why a text is not a table.
#[derive(Debug, thiserror::Error)]
pub enum CsvError {
    /// No header.
    #[error("the file is empty; the first line must name the columns")]
    Empty,
    /// Cells that something else than a comma separates.
    #[error("the cells of the header are separated by {0}: separate cells by commas, and write numbers with a point")]
    Separator(&'static str),
    /// A row with another number of cells than the header.
    #[error("line {line} has {found} cells, the header {expected}{}", if .found > .expected {
        " (a comma separates cells: numbers are written with a point)"
    } else {
        ""
    })]
    Ragged {
        /// Line of the file, from 1.
        line: usize,
        /// Cells of the header.
        expected: usize,
        /// Cells of the row.
        found: usize,
    },
    /// A quotation mark that is never closed.
    #[error("the quotation mark of line {line} is never closed")]
    Unclosed {
        /// Line where it stands, from 1.
        line: usize,
    },
    /// Text after a closing quotation mark.
    #[error("line {line}: text follows a closing quotation mark")]
    AfterQuote {
        /// Line of the file, from 1.
        line: usize,
    },
    /// Columns that make no table.
    #[error(transparent)]
    Table(#[from] TableError),
}

/// How numbers are written, for spreadsheets of one place or another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Decimal {
    /// `0.5`, cells apart by commas (RFC 4180).
    #[default]
    Point,
    /// `0,5`, cells apart by semicolons, as spreadsheets expect it where the comma is the decimal mark.
    Comma,
}

impl std::str::FromStr for Decimal {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "point" => Ok(Self::Point),
            "comma" => Ok(Self::Comma),
            _ => Err("it is `point` or `comma`".into()),
        }
    }
}

impl Decimal {
    /// What stands between cells.
    #[must_use]
    pub fn separator(self) -> u8 {
        match self {
            Self::Point => b',',
            Self::Comma => b';',
        }
    }

    /// A number that is written with a point, as it is written here.
    #[must_use]
    pub fn local(self, number: &str) -> String {
        match self {
            Self::Point => number.to_owned(),
            Self::Comma => number.replace('.', ","),
        }
    }
}

/// Writes a table with a header line. Numbers are the shortest text that reads back to the same bits;
/// absent values are empty; lines end in a line feed.
///
/// # Errors
/// Whatever `out` reports.
pub fn write_csv(table: &Table, decimal: Decimal, out: &mut impl Write) -> io::Result<()> {
    let line = |out: &mut dyn Write, cells: &mut dyn Iterator<Item = String>| -> io::Result<()> {
        for (i, cell) in cells.enumerate() {
            if i > 0 {
                out.write_all(&[decimal.separator()])?;
            }
            out.write_all(cell.as_bytes())?;
        }
        out.write_all(b"\n")
    };
    line(out, &mut table.fields().iter().map(|f| quoted(&f.name)))?;
    for row in 0..table.rows() {
        line(out, &mut table.columns().iter().map(|c| cell(c, row, decimal)))?;
    }
    Ok(())
}

fn cell(column: &Column, row: usize, decimal: Decimal) -> String {
    match column {
        Column::Unsigned(v) => v[row].to_string(),
        Column::Integer(v) => v[row].to_string(),
        Column::Number(v) if v[row].is_nan() => String::new(),
        // Debug prints large and small numbers with an exponent, Display with hundreds of zeros.
        Column::Number(v) => decimal.local(&format!("{:?}", v[row])),
        // A line with nothing on it would be taken for no row at all.
        Column::Text(v) if v[row].is_empty() => "\"\"".to_owned(),
        Column::Text(v) => quoted(&v[row]),
        Column::Flag(v) => v[row].to_string(),
    }
}

fn quoted(text: &str) -> String {
    if text.contains(['"', ',', ';', '\n', '\r']) || text.starts_with(' ') || text.ends_with(' ') {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

/// Reads a table with a header line. A column whose cells are all whole numbers is one of whole
/// numbers (unsigned if none is negative), all numbers or empty one of numbers, all `true` or `false`
/// one of flags, anything else text. A byte-order mark is skipped; lines end in LF, CRLF or CR.
///
/// # Errors
/// [`CsvError`] for an empty text, cells that semicolons or tabs separate, ragged rows, broken quotation and doubled names.
pub fn read_csv(text: &str) -> Result<Table, CsvError> {
    let mut records = records(text.strip_prefix('\u{feff}').unwrap_or(text))?.into_iter();
    let (_, header) = records.next().ok_or(CsvError::Empty)?;
    if let [only] = &header[..] {
        for (sign, name) in [(';', "semicolons"), ('\t', "tabs")] {
            if only.contains(sign) {
                return Err(CsvError::Separator(name));
            }
        }
    }
    let mut cells: Vec<Vec<String>> = vec![Vec::new(); header.len()];
    for (line, record) in records {
        if record.len() != header.len() {
            return Err(CsvError::Ragged { line, expected: header.len(), found: record.len() });
        }
        for (column, cell) in cells.iter_mut().zip(record) {
            column.push(cell);
        }
    }
    let columns: Vec<Column> = cells.into_iter().map(typed).collect();
    let fields = header
        .into_iter()
        .zip(&columns)
        .map(|(name, column)| Field { name, kind: column.kind(), unit: String::new(), description: String::new() })
        .collect();
    Ok(Table::new(fields, columns)?)
}

fn typed(cells: Vec<String>) -> Column {
    fn all<T: std::str::FromStr>(cells: &[String]) -> Option<Vec<T>> {
        cells.iter().map(|c| c.parse().ok()).collect()
    }
    if cells.iter().all(String::is_empty) {
        return Column::Text(cells);
    }
    if let Some(v) = all::<u64>(&cells) {
        return Column::Unsigned(v);
    }
    if let Some(v) = all::<i64>(&cells) {
        return Column::Integer(v);
    }
    let numbers: Option<Vec<f64>> =
        cells.iter().map(|c| if c.is_empty() { Some(f64::NAN) } else { c.parse().ok() }).collect();
    if let Some(v) = numbers {
        return Column::Number(v);
    }
    if let Some(v) = all::<bool>(&cells) {
        return Column::Flag(v);
    }
    Column::Text(cells)
}

/// The records with the line each begins on; blank lines are skipped.
fn records(text: &str) -> Result<Vec<(usize, Vec<String>)>, CsvError> {
    let mut out = Vec::new();
    let mut record = Vec::new();
    let mut cell = String::new();
    let (mut line, mut start) = (1, 1);
    let mut chars = text.chars().peekable();
    // Whether the cell was quoted, and so complete at its closing mark.
    let mut closed = false;
    while let Some(c) = chars.next() {
        match c {
            '"' if cell.is_empty() && !closed => {
                let opened = line;
                loop {
                    match chars.next() {
                        None => return Err(CsvError::Unclosed { line: opened }),
                        Some('"') if chars.peek() == Some(&'"') => {
                            chars.next();
                            cell.push('"');
                        }
                        Some('"') => break,
                        Some(c) => {
                            if c == '\n' {
                                line += 1;
                            }
                            cell.push(c);
                        }
                    }
                }
                closed = true;
            }
            ',' => {
                record.push(std::mem::take(&mut cell));
                closed = false;
            }
            '\r' if chars.peek() == Some(&'\n') => {}
            '\n' | '\r' => {
                if !record.is_empty() || !cell.is_empty() || closed {
                    record.push(std::mem::take(&mut cell));
                    out.push((start, std::mem::take(&mut record)));
                }
                closed = false;
                line += 1;
                start = line;
            }
            _ if closed => return Err(CsvError::AfterQuote { line }),
            c => cell.push(c),
        }
    }
    if !record.is_empty() || !cell.is_empty() || closed {
        record.push(cell);
        out.push((start, record));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::super::Kind;
    use super::*;

    fn field(name: &str, kind: Kind) -> Field {
        Field { name: name.to_owned(), kind, unit: String::new(), description: String::new() }
    }

    #[test]
    fn tables_survive_the_round_trip() {
        let table = Table::new(
            vec![
                field("row", Kind::Unsigned),
                field("delta", Kind::Integer),
                field("measure.a \"b\", c", Kind::Number),
                field("exit", Kind::Text),
                field("won", Kind::Flag),
            ],
            vec![
                Column::Unsigned(vec![0, u64::MAX]),
                Column::Integer(vec![-1, i64::MIN]),
                Column::Number(vec![0.1 + 0.2, 1e-300]),
                Column::Text(vec!["line\nbreak".into(), "say \"no\", twice".into()]),
                Column::Flag(vec![true, false]),
            ],
        )
        .unwrap();
        let mut bytes = Vec::new();
        write_csv(&table, Decimal::Point, &mut bytes).unwrap();
        assert_eq!(read_csv(&String::from_utf8(bytes).unwrap()).unwrap(), table);
    }

    #[test]
    fn absent_numbers_are_empty_cells() {
        let table = read_csv("a,b\r\n1.5,x\r\n,y\r\n").unwrap();
        let Some(Column::Number(a)) = table.column("a") else { panic!("numbers") };
        assert!(a[0] == 1.5 && a[1].is_nan());
        let mut bytes = Vec::new();
        write_csv(&table, Decimal::Point, &mut bytes).unwrap();
        assert_eq!(bytes, b"a,b\n1.5,x\n,y\n");
        let mut bytes = Vec::new();
        write_csv(&table, Decimal::Comma, &mut bytes).unwrap();
        assert_eq!(bytes, b"a;b\n1,5;x\n;y\n");
    }

    #[test]
    fn what_spreadsheets_of_other_countries_and_systems_write_is_read_or_named() {
        let table = read_csv("a,b\r1,x\r2,y\r").unwrap();
        assert_eq!(table.column("a"), Some(&Column::Unsigned(vec![1, 2])));
        for (text, sign) in [("a;b\n0,5;1\n", "semicolons"), ("a;b\n0.5;1\n", "semicolons"), ("a\tb\n1\t2\n", "tabs")] {
            let said = read_csv(text).unwrap_err().to_string();
            assert!(said.contains(sign) && said.contains("by commas"), "{said}");
        }
        let comma = read_csv("a\n0,5\n").unwrap_err().to_string();
        assert!(comma.starts_with("line 2 has 2 cells, the header 1") && comma.contains("with a point"), "{comma}");
        assert!(!read_csv("a,b\n1\n").unwrap_err().to_string().contains("point"));
    }

    #[test]
    fn broken_files_are_refused_with_their_line() {
        assert!(matches!(read_csv(""), Err(CsvError::Empty)));
        assert!(matches!(read_csv("a,b\n1,2\n\n3\n"), Err(CsvError::Ragged { line: 4, expected: 2, found: 1 })));
        assert!(matches!(read_csv("a\n\"x\ny"), Err(CsvError::Unclosed { line: 2 })));
        assert!(matches!(read_csv("a\n\"x\"y\n"), Err(CsvError::AfterQuote { line: 2 })));
        assert!(matches!(read_csv("a,a\n1,2\n"), Err(CsvError::Table(TableError::Duplicate(_)))));
    }
}
