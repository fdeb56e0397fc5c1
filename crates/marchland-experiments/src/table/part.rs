//! Parts: Parquet files that hold a fixed range of an experiment's run order.
//!
//! A part's bytes depend on its rows and its [`PartInfo`] alone: no clock, host, thread count or
//! command goes in. It is written under a temporary name, synced and renamed, so that a file with a
//! part's name is always whole, whatever kills the process.

use super::{Column, Field, Kind, Table, TableError, seal};
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::column::reader::ColumnReader;
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{Type, TypePtr};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Games per part unless an experiment says otherwise.
pub const GAMES_PER_PART: u64 = 1024;

/// Which part of what a file is; stored inside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartInfo {
    /// Hash of the experiment, of the scenario and of the program's version, as text.
    pub experiment: String,
    /// Which table it belongs to: `games` or `turns`.
    pub table: String,
    /// 0-based number of the part.
    pub part: u64,
    /// Place in the run order of its first run.
    pub first_run: u64,
    /// How many runs it covers. A table of games has as many rows.
    pub runs: u64,
}

/// Why a part could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum PartError {
    /// The system refused: no such file, no permission, a full disk.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is cut off or damaged, or is no Parquet file.
    #[error("{path} is truncated or damaged ({reason}); delete it and resume to play its games again")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What the reader said.
        reason: String,
    },
    /// The file is packed in a way that this program cannot unpack.
    #[error(
        "{path} is packed with a codec that this build does not read ({reason}); write it anew uncompressed or with Snappy{}",
        other_remedy()
    )]
    Codec {
        /// The file.
        path: PathBuf,
        /// What the reader said.
        reason: String,
    },
    /// A Parquet file that Marchland did not write.
    #[error("{path} is not a part of a Marchland experiment")]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// A part of something else.
    #[error("{path} belongs elsewhere: its {what} is {found}, expected {expected}")]
    Elsewhere {
        /// The file.
        path: PathBuf,
        /// What differs.
        what: &'static str,
        /// The value here.
        expected: String,
        /// The value there.
        found: String,
    },
    /// A column of a kind that tables here do not have.
    #[error("{path}: column {column} is {found}; only flat columns of numbers, text and flags are read")]
    Unsupported {
        /// The file.
        path: PathBuf,
        /// The column.
        column: String,
        /// Its type.
        found: String,
    },
    /// More than is read.
    #[error("{path} is too large: {what}; split it")]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// How large.
        what: String,
    },
    /// Columns that make no table.
    #[error("{path}: {source}")]
    Table {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: TableError,
    },
}

const INFO_KEY: &str = "marchland.part";
const FIELDS_KEY: &str = "marchland.columns";
const ROWS_KEY: &str = "marchland.rows";
/// The number of rows of a part that is sealed.
const SEALED_ROWS_KEY: &str = "marchland.rows-sealed";
const SEAL_KEY: &str = "marchland.seal";
/// What a seal's digits follow.
const SEAL_MARK: &[u8] = b"sha-256 of all but this: ";
/// The most cells a table that is read may have, and bytes of its texts: about a gigabyte.
const MOST_CELLS: usize = 1 << 26;
const MOST_TEXT: usize = 1 << 28;
/// The largest file that is read.
pub(crate) const MOST_BYTES: u64 = 1 << 28;

/// The file name of a part: `part-00000.parquet`.
pub fn part_file_name(part: u64) -> String {
    format!("part-{part:05}.parquet")
}

/// Writes a part into `folder`, under [`part_file_name`], and returns its path. An existing file of that
/// name is replaced whole.
///
/// # Errors
/// [`PartError::Io`] if the folder cannot be written or the disk is full; then no file of the part's
/// name appears and an existing one is untouched.
pub fn write_part(folder: &Path, info: &PartInfo, table: &Table) -> Result<PathBuf, PartError> {
    let path = folder.join(part_file_name(info.part));
    let temporary = folder.join(format!(".{}.unfinished", part_file_name(info.part)));
    let io_error = |path: &Path| {
        let path = path.to_owned();
        move |source: io::Error| PartError::Io { path, source }
    };
    let mut bytes = encode(info, table).map_err(|e| PartError::Io {
        path: temporary.clone(),
        source: match e {
            ParquetError::External(inner) => io::Error::other(inner),
            other => io::Error::other(other),
        },
    })?;
    assert!(seal::write(&mut bytes, SEAL_MARK), "a blank was left for the seal");
    let written = File::create(&temporary)
        .and_then(|mut file| {
            io::Write::write_all(&mut file, &bytes)?;
            file.sync_all()
        })
        .map_err(io_error(&temporary));
    if let Err(error) = written {
        // Best effort: the disk may be full, and half a file only makes that worse.
        let _ = std::fs::remove_file(&temporary);
        return Err(error);
    }
    std::fs::rename(&temporary, &path).map_err(io_error(&path))?;
    // The rename itself lives in the folder. Where folders cannot be opened, the system orders it.
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
    Ok(path)
}

fn encode(info: &PartInfo, table: &Table) -> Result<Vec<u8>, ParquetError> {
    let general = |e: serde_json::Error| ParquetError::General(e.to_string());
    let metadata = vec![
        KeyValue::new(INFO_KEY.to_owned(), serde_json::to_string(info).map_err(general)?),
        KeyValue::new(FIELDS_KEY.to_owned(), serde_json::to_string(table.fields()).map_err(general)?),
        KeyValue::new(SEALED_ROWS_KEY.to_owned(), table.rows().to_string()),
        KeyValue::new(SEAL_KEY.to_owned(), String::from_utf8_lossy(SEAL_MARK).into_owned() + &seal::blank()),
    ];
    let properties = WriterProperties::builder()
        // The library's own default names its version, and a part's bytes should not.
        .set_created_by(WRITER.to_owned())
        .set_compression(Compression::SNAPPY)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        .set_key_value_metadata(Some(metadata))
        .build();
    let mut writer = SerializedFileWriter::new(Vec::new(), schema(table)?, Arc::new(properties))?;
    let mut group = writer.next_row_group()?;
    for column in table.columns() {
        let mut out = group
            .next_column()?
            .ok_or_else(|| ParquetError::General("the schema has fewer columns than the table".to_owned()))?;
        match column {
            Column::Unsigned(values) => {
                // Parquet keeps unsigned numbers in the bits of signed ones.
                let bits: Vec<i64> = values.iter().map(|&v| v as i64).collect();
                out.typed::<Int64Type>().write_batch(&bits, None, None)?;
            }
            Column::Integer(values) => {
                out.typed::<Int64Type>().write_batch(values, None, None)?;
            }
            Column::Number(values) => {
                let levels: Vec<i16> = values.iter().map(|v| i16::from(!v.is_nan())).collect();
                let present: Vec<f64> = values.iter().copied().filter(|v| !v.is_nan()).collect();
                out.typed::<DoubleType>().write_batch(&present, Some(&levels), None)?;
            }
            Column::Text(values) => {
                let levels: Vec<i16> = values.iter().map(|v| i16::from(!v.is_empty())).collect();
                let present: Vec<ByteArray> =
                    values.iter().filter(|v| !v.is_empty()).map(|v| ByteArray::from(v.as_str())).collect();
                out.typed::<ByteArrayType>().write_batch(&present, Some(&levels), None)?;
            }
            Column::Flag(values) => {
                out.typed::<BoolType>().write_batch(values, None, None)?;
            }
        }
        out.close()?;
    }
    group.close()?;
    // Writes the footer and hands the bytes back.
    writer.into_inner()
}

fn schema(table: &Table) -> Result<TypePtr, ParquetError> {
    let mut fields = Vec::with_capacity(table.fields().len());
    for field in table.fields() {
        let (physical, logical, repetition) = match field.kind {
            Kind::Unsigned => (Physical::INT64, Some(LogicalType::integer(64, false)), Repetition::REQUIRED),
            Kind::Integer => (Physical::INT64, Some(LogicalType::integer(64, true)), Repetition::REQUIRED),
            Kind::Number => (Physical::DOUBLE, None, Repetition::OPTIONAL),
            Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String), Repetition::OPTIONAL),
            Kind::Flag => (Physical::BOOLEAN, None, Repetition::REQUIRED),
        };
        fields.push(Arc::new(
            Type::primitive_type_builder(&field.name, physical)
                .with_logical_type(logical)
                .with_repetition(repetition)
                .build()?,
        ));
    }
    Ok(Arc::new(Type::group_type_builder("results").with_fields(fields).build()?))
}

/// Reads a part. With `expected`, the part must be exactly that one.
///
/// # Errors
/// [`PartError::Io`] if the file cannot be opened, [`PartError::Damaged`] if it is truncated or its rows
/// are not as many as it says, [`PartError::Foreign`] if Marchland did not write it,
/// [`PartError::Elsewhere`] if it is another part than expected.
pub fn read_part(path: &Path, expected: Option<&PartInfo>) -> Result<(PartInfo, Table), PartError> {
    let reader = open(path)?;
    let damaged = |reason: String| PartError::Damaged { path: path.to_owned(), reason };
    let value = |key: &str| -> Option<String> {
        let pairs = reader.metadata().file_metadata().key_value_metadata()?;
        pairs.iter().find(|pair| pair.key == key)?.value.clone()
    };
    let rows = value(SEALED_ROWS_KEY).or_else(|| value(ROWS_KEY));
    let (Some(info), Some(fields), Some(rows)) = (value(INFO_KEY), value(FIELDS_KEY), rows) else {
        return Err(PartError::Foreign { path: path.to_owned() });
    };
    let info: PartInfo = serde_json::from_str(&info).map_err(|e| damaged(e.to_string()))?;
    let fields: Vec<Field> = serde_json::from_str(&fields).map_err(|e| damaged(e.to_string()))?;
    if let Some(expected) = expected {
        for (what, expected, found) in [
            ("experiment", expected.experiment.clone(), info.experiment.clone()),
            ("table", expected.table.clone(), info.table.clone()),
            ("part number", expected.part.to_string(), info.part.to_string()),
            ("first run", expected.first_run.to_string(), info.first_run.to_string()),
            ("number of runs", expected.runs.to_string(), info.runs.to_string()),
        ] {
            if expected != found {
                return Err(PartError::Elsewhere { path: path.to_owned(), what, expected, found });
            }
        }
    }
    let columns = guarded(path, || columns(path, &reader, Some(&fields)))?;
    let table = Table::new(fields, columns).map_err(|source| PartError::Table { path: path.to_owned(), source })?;
    if table.rows().to_string() != rows {
        return Err(damaged(format!("it holds {} rows and says {rows}", table.rows())));
    }
    Ok((info, table))
}

/// Reads any flat Parquet file of numbers, text and flags, whoever wrote it. Whole numbers with gaps
/// become numbers.
///
/// # Errors
/// [`PartError::Io`], [`PartError::Damaged`], or [`PartError::Unsupported`] for nested columns, dates,
/// decimals and the like.
pub fn read_parquet(path: &Path) -> Result<Table, PartError> {
    let reader = open(path)?;
    let own = |pair: &KeyValue| pair.key == INFO_KEY || pair.key == FIELDS_KEY;
    if reader.metadata().file_metadata().key_value_metadata().is_some_and(|pairs| pairs.iter().any(own)) {
        return read_part(path, None).map(|(_, table)| table);
    }
    let columns = guarded(path, || columns(path, &reader, None))?;
    let schema = reader.metadata().file_metadata().schema_descr();
    let fields = columns
        .iter()
        .enumerate()
        .map(|(i, column)| Field {
            name: schema.column(i).name().to_owned(),
            kind: column.kind(),
            unit: String::new(),
            description: String::new(),
        })
        .collect();
    Table::new(fields, columns).map_err(|source| PartError::Table { path: path.to_owned(), source })
}

fn open(path: &Path) -> Result<SerializedFileReader<File>, PartError> {
    let io = |source| PartError::Io { path: path.to_owned(), source };
    let damaged = |reason: String| PartError::Damaged { path: path.to_owned(), reason };
    let about = std::fs::metadata(path).map_err(io)?;
    if !about.is_file() {
        // Reading a pipe might never end.
        return Err(io(io::Error::other("it is not a file")));
    }
    if about.len() > MOST_BYTES {
        return Err(PartError::TooLarge { path: path.to_owned(), what: format!("{} bytes", about.len()) });
    }
    let bytes = std::fs::read(path).map_err(io)?;
    // What is another kind of file altogether is not looked through for a seal.
    if !bytes.starts_with(b"PAR1") {
        return Err(damaged("it is no Parquet file".into()));
    }
    // Before anything is decoded: what was altered is not looked at.
    if let Some(problem) = seal::problem(&bytes, SEAL_MARK, SEALED_ROWS_KEY.as_bytes()) {
        return Err(match rewritten(path) {
            Some(error) => error,
            None => damaged(problem.into()),
        });
    }
    let file = File::open(path).map_err(io)?;
    guarded(path, || SerializedFileReader::new(file).map_err(|e| damaged(e.to_string())))
}

/// What to say of a part that another program has written anew, as its own footer tells: with a codec that is not read
/// here, that is what is wrong first. None where the footer names no other program.
fn rewritten(path: &Path) -> Option<PartError> {
    let nothing = || PartError::Foreign { path: path.to_owned() };
    let file = File::open(path).ok()?;
    let reader = guarded(path, || SerializedFileReader::new(file).map_err(|_| nothing())).ok()?;
    let footer = reader.metadata();
    let by = footer.file_metadata().created_by().filter(|by| *by != WRITER)?;
    let mut columns = footer.row_groups().iter().flat_map(|group| group.columns());
    let strange = |codec: Compression| match codec {
        Compression::UNCOMPRESSED | Compression::SNAPPY => false,
        Compression::ZSTD(_) => !ZSTANDARD,
        _ => true,
    };
    let path = path.to_owned();
    Some(match columns.find(|column| strange(column.compression())) {
        Some(column) => PartError::Codec { path, reason: format!("{} wrote it with {:?}", by, column.compression()) },
        None => {
            PartError::Damaged { path, reason: format!("{by} has written it anew, so that its checksum does not fit") }
        }
    })
}

/// Whether this build reads Zstandard, which some programs pack Parquet files with.
const ZSTANDARD: bool = cfg!(feature = "zstd");

/// What else there is to do about a codec that is not read.
fn other_remedy() -> &'static str {
    if ZSTANDARD { " or Zstandard" } else { "; a build with `--features zstd` reads Zstandard too" }
}

/// How this program calls itself in the parts that it writes.
const WRITER: &str = "marchland";

/// Decodes, and says so where the decoder breaks off: files from elsewhere may hold anything.
fn guarded<T>(path: &Path, decode: impl FnOnce() -> Result<T, PartError>) -> Result<T, PartError> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(decode)).unwrap_or_else(|_| {
        Err(PartError::Damaged { path: path.to_owned(), reason: "its pages cannot be decoded".to_owned() })
    })
}

/// What an error of the decoder means.
fn undecodable(path: &Path, error: &ParquetError) -> PartError {
    let (path, reason) = (path.to_owned(), error.to_string());
    let codec = reason.contains("feature") || reason.contains("compression") || reason.contains("codec");
    if codec { PartError::Codec { path, reason } } else { PartError::Damaged { path, reason } }
}

/// All columns over all row groups; of the kinds of `fields`, or of those the file suggests.
fn columns(
    path: &Path,
    reader: &SerializedFileReader<File>,
    fields: Option<&[Field]>,
) -> Result<Vec<Column>, PartError> {
    let damaged = |e: ParquetError| undecodable(path, &e);
    let metadata = reader.metadata();
    let schema = metadata.file_metadata().schema_descr();
    let mut kinds = Vec::with_capacity(schema.num_columns());
    for i in 0..schema.num_columns() {
        let column = schema.column(i);
        let unsupported = || PartError::Unsupported {
            path: path.to_owned(),
            column: column.path().string(),
            found: format!("{:?} {:?}", column.physical_type(), column.logical_type_ref()),
        };
        if column.max_rep_level() > 0 || column.max_def_level() > 1 {
            return Err(unsupported());
        }
        let kind = match (column.physical_type(), column.logical_type_ref()) {
            (Physical::BOOLEAN, _) => Kind::Flag,
            (Physical::INT32 | Physical::INT64, None) => Kind::Integer,
            (Physical::INT32 | Physical::INT64, Some(LogicalType::Integer(int))) => {
                if int.is_signed {
                    Kind::Integer
                } else {
                    Kind::Unsigned
                }
            }
            (Physical::FLOAT | Physical::DOUBLE, None) => Kind::Number,
            (Physical::BYTE_ARRAY, Some(LogicalType::String)) => Kind::Text,
            _ => return Err(unsupported()),
        };
        kinds.push(kind);
    }
    if let Some(fields) = fields
        && (fields.len() != kinds.len() || fields.iter().zip(&kinds).any(|(f, &k)| f.kind != k))
    {
        return Err(PartError::Damaged {
            path: path.to_owned(),
            reason: "its columns are not the declared ones".to_owned(),
        });
    }
    let mut out: Vec<Column> = kinds.iter().map(|&k| Column::empty(k)).collect();
    let counted = |g: usize| usize::try_from(metadata.row_group(g).num_rows()).unwrap_or(usize::MAX);
    let rows = (0..metadata.num_row_groups()).map(counted).fold(0usize, usize::saturating_add);
    if rows.saturating_mul(kinds.len()) > MOST_CELLS {
        let what = format!("{rows} rows of {} columns", kinds.len());
        return Err(PartError::TooLarge { path: path.to_owned(), what });
    }
    for g in 0..metadata.num_row_groups() {
        let group = reader.get_row_group(g).map_err(damaged)?;
        let rows = counted(g);
        for (i, column) in out.iter_mut().enumerate() {
            let optional = schema.column(i).max_def_level() > 0;
            let chunk = group.get_column_reader(i).map_err(damaged)?;
            read_chunk(column, chunk, rows, optional).map_err(damaged)?;
        }
    }
    Ok(out)
}

/// Appends the cells of one chunk to a column.
fn read_chunk(column: &mut Column, chunk: ColumnReader, rows: usize, optional: bool) -> Result<(), ParquetError> {
    macro_rules! cells {
        ($reader:expr) => {
            cells($reader, rows, optional)?
        };
    }
    match chunk {
        ColumnReader::Int32ColumnReader(mut r) => {
            // An unsigned 32-bit number is kept in the bits of a signed one.
            let unsigned = matches!(column, Column::Unsigned(_));
            let wide = |v: i32| {
                if unsigned { i64::from(v as u32) } else { i64::from(v) }
            };
            whole(column, cells!(&mut r).into_iter().map(|v| v.map(wide)).collect());
        }
        ColumnReader::Int64ColumnReader(mut r) => whole(column, cells!(&mut r)),
        ColumnReader::FloatColumnReader(mut r) => {
            numbers(column, cells!(&mut r).into_iter().map(|v| v.map_or(f64::NAN, f64::from)));
        }
        ColumnReader::DoubleColumnReader(mut r) => {
            numbers(column, cells!(&mut r).into_iter().map(|v| v.unwrap_or(f64::NAN)));
        }
        ColumnReader::BoolColumnReader(mut r) => {
            let Column::Flag(out) = column else {
                return Err(mismatch());
            };
            for v in cells!(&mut r) {
                out.push(v.ok_or_else(|| ParquetError::General("a flag is absent".to_owned()))?);
            }
        }
        ColumnReader::ByteArrayColumnReader(mut r) => {
            let Column::Text(out) = column else {
                return Err(mismatch());
            };
            let mut bytes: usize = out.iter().map(String::len).sum();
            for v in cells!(&mut r) {
                out.push(match v {
                    None => String::new(),
                    Some(text) => {
                        bytes += text.len();
                        if bytes > MOST_TEXT {
                            return Err(ParquetError::General("its texts are too long".to_owned()));
                        }
                        text.as_utf8()?.to_owned()
                    }
                });
            }
        }
        _ => return Err(mismatch()),
    }
    Ok(())
}

fn mismatch() -> ParquetError {
    ParquetError::General("a column holds another type than its schema says".to_owned())
}

fn whole(column: &mut Column, cells: Vec<Option<i64>>) {
    if cells.iter().any(Option::is_none)
        && let Column::Unsigned(_) | Column::Integer(_) = column
    {
        *column = Column::Number(column.numbers());
    }
    match column {
        Column::Unsigned(out) => out.extend(cells.into_iter().flatten().map(|v| v as u64)),
        Column::Integer(out) => out.extend(cells.into_iter().flatten()),
        Column::Number(out) => out.extend(cells.into_iter().map(|v| v.map_or(f64::NAN, |v| v as f64))),
        Column::Text(_) | Column::Flag(_) => unreachable!("kinds were read from the same schema"),
    }
}

fn numbers(column: &mut Column, cells: impl Iterator<Item = f64>) {
    if let Column::Number(out) = column {
        out.extend(cells);
    }
}

/// The cells of a chunk in row order; `None` where one is absent.
fn cells<T: DataType>(
    reader: &mut parquet::column::reader::ColumnReaderImpl<T>,
    rows: usize,
    optional: bool,
) -> Result<Vec<Option<T::T>>, ParquetError> {
    let mut values: Vec<T::T> = Vec::new();
    let mut levels: Vec<i16> = Vec::new();
    let mut done = 0;
    while done < rows {
        let (records, _, _) = reader.read_records(rows - done, optional.then_some(&mut levels), None, &mut values)?;
        if records == 0 {
            return Err(ParquetError::General(format!("{done} of {rows} rows are there")));
        }
        done += records;
    }
    if !optional {
        return Ok(values.into_iter().map(Some).collect());
    }
    let mut present = values.into_iter();
    Ok(levels.into_iter().map(|level| if level > 0 { present.next() } else { None }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str, kind: Kind, unit: &str) -> Field {
        Field { name: name.to_owned(), kind, unit: unit.to_owned(), description: "for the test".to_owned() }
    }

    fn table() -> Table {
        Table::new(
            vec![
                field("row", Kind::Unsigned, ""),
                field("turn", Kind::Integer, "months"),
                field("measure.deaths", Kind::Number, "persons"),
                field("exit", Kind::Text, ""),
                field("confirmed", Kind::Flag, ""),
            ],
            vec![
                Column::Unsigned(vec![0, 1, u64::MAX]),
                Column::Integer(vec![-3, 24, 7]),
                Column::Number(vec![0.1 + 0.2, f64::NAN, f64::INFINITY]),
                Column::Text(vec!["coup".into(), String::new(), "Душанбе".into()]),
                Column::Flag(vec![true, false, true]),
            ],
        )
        .unwrap()
    }

    fn info() -> PartInfo {
        PartInfo { experiment: "abc".into(), table: "games".into(), part: 2, first_run: 2048, runs: 3 }
    }

    /// A folder of its own, removed at the end.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Folder {
            let path = std::env::temp_dir().join(format!("marchland-part-{name}-{}", std::process::id()));
            std::fs::create_dir_all(&path).unwrap();
            Folder(path)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    fn bits(table: &Table) -> String {
        // NaN differs from itself, so tables are compared by their text.
        format!("{table:?}")
    }

    #[test]
    fn parts_survive_the_round_trip_and_repeat_their_bytes() {
        let folder = Folder::new("round");
        let path = write_part(&folder.0, &info(), &table()).unwrap();
        assert_eq!(path.file_name().unwrap(), "part-00002.parquet");
        let first = std::fs::read(&path).unwrap();
        let (found, back) = read_part(&path, Some(&info())).unwrap();
        assert_eq!((found, bits(&back)), (info(), bits(&table())));
        write_part(&folder.0, &info(), &table()).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), first);
        assert_eq!(std::fs::read_dir(&folder.0).unwrap().count(), 1, "no temporary file is left");
        assert_eq!(read_parquet(&path).unwrap().columns().len(), 5);
    }

    #[test]
    fn an_empty_part_is_a_part() {
        let folder = Folder::new("empty");
        let fields = vec![field("row", Kind::Unsigned, "")];
        let empty = Table::new(fields, vec![Column::empty(Kind::Unsigned)]).unwrap();
        let path = write_part(&folder.0, &info(), &empty).unwrap();
        assert_eq!(read_part(&path, None).unwrap().1, empty);
    }

    #[test]
    fn every_truncation_is_noticed() {
        let folder = Folder::new("cut");
        let path = write_part(&folder.0, &info(), &table()).unwrap();
        let whole = std::fs::read(&path).unwrap();
        for length in 0..whole.len() {
            std::fs::write(&path, &whole[..length]).unwrap();
            assert!(
                matches!(read_part(&path, None), Err(PartError::Damaged { .. })),
                "{length} of {} bytes",
                whole.len()
            );
        }
    }

    /// Every bit of a part: found before anything is decoded.
    #[test]
    fn every_flipped_bit_is_noticed() {
        let folder = Folder::new("flip");
        let path = write_part(&folder.0, &info(), &table()).unwrap();
        let whole = std::fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << (at % 8);
            std::fs::write(&path, &bytes).unwrap();
            assert!(matches!(read_part(&path, None), Err(PartError::Damaged { .. })), "byte {at}");
            assert!(read_parquet(&path).is_err(), "byte {at}");
        }
    }

    /// A part that another program has packed anew, as its footer says, with a codec that is not compiled in: named with
    /// the remedy, and nobody is told to delete it.
    #[test]
    fn a_codec_that_is_not_read_is_named() {
        let folder = Folder::new("codec");
        let path = write_part(&folder.0, &info(), &table()).unwrap();
        let mut bytes = std::fs::read(&path).unwrap();
        let other = |bytes: &mut Vec<u8>, mark: &[u8], with: &[u8]| {
            let places: Vec<usize> =
                (0..bytes.len() - mark.len()).filter(|&at| bytes[at..].starts_with(mark)).collect();
            assert!(!places.is_empty());
            for at in places {
                bytes[at..at + with.len()].copy_from_slice(with);
            }
        };
        other(&mut bytes, b"\tmarchland", b"\tmarchpack");
        std::fs::write(&path, &bytes).unwrap();
        let told = read_part(&path, None).unwrap_err().to_string();
        assert!(told.contains("marchpack") && told.contains("written it anew"), "{told}");
        // In the footer the path of a column is followed by its codec (field 4, a zigzag number): 1 is Snappy, 4 Brotli.
        other(&mut bytes, b"measure.deaths\x15\x02\x16", b"measure.deaths\x15\x08\x16");
        std::fs::write(&path, &bytes).unwrap();
        for told in [read_part(&path, None).unwrap_err(), read_parquet(&path).unwrap_err()] {
            assert!(matches!(told, PartError::Codec { .. }), "{told}");
            let told = told.to_string();
            assert!(
                told.contains("BROTLI")
                    && told.contains("with Snappy")
                    && told.contains("Zstandard")
                    && !told.contains("delete"),
                "{told}"
            );
        }
    }

    #[test]
    fn parts_of_something_else_are_refused() {
        let folder = Folder::new("else");
        let path = write_part(&folder.0, &info(), &table()).unwrap();
        for other in [
            PartInfo { experiment: "xyz".into(), ..info() },
            PartInfo { table: "turns".into(), ..info() },
            PartInfo { part: 3, ..info() },
            PartInfo { first_run: 0, ..info() },
            PartInfo { runs: 4, ..info() },
        ] {
            assert!(matches!(read_part(&path, Some(&other)), Err(PartError::Elsewhere { .. })), "{other:?}");
        }
        let missing = folder.0.join("part-00009.parquet");
        assert!(matches!(read_part(&missing, None), Err(PartError::Io { .. })));
    }

    #[test]
    fn an_unwritable_folder_is_an_error() {
        let gone = std::env::temp_dir().join("marchland-no-such-folder/deeper");
        assert!(matches!(write_part(&gone, &info(), &table()), Err(PartError::Io { .. })));
    }
}
