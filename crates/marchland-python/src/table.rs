//! Tables of results as Arrow's, and column by column as NumPy's.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{
    Array, ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, RecordBatchIterator, StringArray, UInt64Array,
};
use arrow_schema::{DataType, Field as ArrowField, Schema};
use marchland_experiments::table::{Column, Table as Columns};
use numpy::PyArray1;
use pyo3::exceptions::PyKeyError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyList};

/// A table in memory: what pandas, Polars, DuckDB and PyArrow take without a copy.
///
/// `pyarrow.table(table)`, `polars.DataFrame(table)` and `duckdb.sql("select * from table")` read it through
/// `__arrow_c_stream__`, and `table["column"]` needs NumPy alone. Iterating tells the columns' names, as it does of a
/// data frame. A value that is absent is null, as in the command line's Parquet.
#[pyclass(frozen, module = "marchland")]
pub struct Table {
    batch: RecordBatch,
}

impl Table {
    /// A table of columns.
    pub fn new(columns: &Columns) -> Self {
        let fields: Vec<ArrowField> = columns
            .fields()
            .iter()
            .zip(columns.columns())
            .map(|(field, column)| {
                let kind = match column {
                    Column::Unsigned(_) => DataType::UInt64,
                    Column::Integer(_) => DataType::Int64,
                    Column::Number(_) => DataType::Float64,
                    Column::Text(_) => DataType::Utf8,
                    Column::Flag(_) => DataType::Boolean,
                };
                let metadata = [("unit", &field.unit), ("description", &field.description)];
                let metadata: HashMap<String, String> =
                    metadata.into_iter().map(|(key, value)| (key.to_owned(), value.clone())).collect();
                ArrowField::new(&field.name, kind, true).with_metadata(metadata)
            })
            .collect();
        let arrays: Vec<ArrayRef> = columns.columns().iter().map(array).collect();
        let batch = if arrays.is_empty() {
            RecordBatch::new_empty(Arc::new(Schema::empty()))
        } else {
            RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).expect("a table's columns have one length")
        };
        Self { batch }
    }
}

fn array(column: &Column) -> ArrayRef {
    match column {
        Column::Unsigned(values) => Arc::new(UInt64Array::from(values.clone())),
        Column::Integer(values) => Arc::new(Int64Array::from(values.clone())),
        Column::Number(values) if values.iter().any(|value| value.is_nan()) => {
            Arc::new(values.iter().map(|value| (!value.is_nan()).then_some(*value)).collect::<Float64Array>())
        }
        Column::Number(values) => Arc::new(Float64Array::from(values.clone())),
        Column::Text(values) => {
            Arc::new(values.iter().map(|value| (!value.is_empty()).then_some(value.as_str())).collect::<StringArray>())
        }
        Column::Flag(values) => Arc::new(BooleanArray::from(values.clone())),
    }
}

#[pymethods]
impl Table {
    /// Names of the columns, in order.
    #[getter]
    fn column_names(&self) -> Vec<String> {
        self.batch.schema().fields().iter().map(|field| field.name().clone()).collect()
    }

    /// Unit and meaning of a column.
    fn describe(&self, name: &str) -> PyResult<(String, String)> {
        let schema = self.batch.schema();
        let field = schema.field_with_name(name).map_err(|_| PyKeyError::new_err(name.to_owned()))?;
        let of = |key: &str| field.metadata().get(key).cloned().unwrap_or_default();
        Ok((of("unit"), of("description")))
    }

    fn __len__(&self) -> usize {
        self.batch.num_rows()
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(PyList::new(py, self.column_names())?.try_iter()?.into_any())
    }

    fn __contains__(&self, name: &Bound<'_, PyAny>) -> bool {
        name.extract::<String>().is_ok_and(|name| self.batch.column_by_name(&name).is_some())
    }

    fn __getitem__<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        let column = self.batch.column_by_name(name).ok_or_else(|| PyKeyError::new_err(name.to_owned()))?;
        let any = column.as_any();
        if let Some(values) = any.downcast_ref::<Float64Array>() {
            let values = values.iter().map(|value| value.unwrap_or(f64::NAN));
            return Ok(PyArray1::from_iter(py, values).into_any());
        }
        if let Some(values) = any.downcast_ref::<UInt64Array>() {
            return Ok(PyArray1::from_slice(py, values.values()).into_any());
        }
        if let Some(values) = any.downcast_ref::<Int64Array>() {
            return Ok(PyArray1::from_slice(py, values.values()).into_any());
        }
        if let Some(values) = any.downcast_ref::<BooleanArray>() {
            return Ok(PyArray1::from_iter(py, values.iter().map(|value| value.unwrap_or(false))).into_any());
        }
        let texts = any.downcast_ref::<StringArray>().expect("tables have no other kind of column");
        Ok(PyList::new(py, texts.iter())?.into_any())
    }

    /// The table as an Arrow stream (the PyCapsule interface).
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // A consumer may ask for other types, and must take what it is given.
        drop(requested_schema);
        let reader = RecordBatchIterator::new([Ok(self.batch.clone())], self.batch.schema());
        let stream = FFI_ArrowArrayStream::new(Box::new(reader));
        PyCapsule::new_with_value(py, stream, c"arrow_array_stream")
    }
}
