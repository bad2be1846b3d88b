//! A table of numbers with a name for each column.

use serde::{Deserialize, Serialize};

use crate::error::{Refusal, all_numbers, same_length};

/// Rows by columns, stored column after column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Matrix {
    rows: usize,
    names: Vec<String>,
    values: Vec<f64>,
}

impl Matrix {
    /// A table without columns, for `rows` rows.
    pub fn of_rows(rows: usize) -> Matrix {
        Matrix { rows, names: Vec::new(), values: Vec::new() }
    }

    /// A table from named columns of the same length.
    ///
    /// # Errors
    /// When columns differ in length, or a value is no number.
    pub fn from_columns<N: Into<String>>(columns: Vec<(N, Vec<f64>)>) -> Result<Matrix, Refusal> {
        let rows = columns.first().map_or(0, |(_, values)| values.len());
        let mut matrix = Matrix::of_rows(rows);
        for (name, values) in columns {
            matrix.push(name, values)?;
        }
        Ok(matrix)
    }

    /// A square table of zeros, with names.
    pub fn square(names: &[String]) -> Matrix {
        Matrix { rows: names.len(), names: names.to_vec(), values: vec![0.0; names.len() * names.len()] }
    }

    /// The same with a further column.
    ///
    /// # Errors
    /// When its length is another, or a value is no number.
    pub fn with<N: Into<String>>(mut self, name: N, values: Vec<f64>) -> Result<Matrix, Refusal> {
        self.push(name, values)?;
        Ok(self)
    }

    /// The same with a column of ones called `(constant)` in front.
    pub fn with_constant(&self) -> Matrix {
        let mut values = vec![1.0; self.rows];
        values.extend_from_slice(&self.values);
        let mut names = vec![CONSTANT.to_owned()];
        names.extend(self.names.iter().cloned());
        Matrix { rows: self.rows, names, values }
    }

    /// Adds a column.
    ///
    /// # Errors
    /// When its length is another, or a value is no number.
    pub fn push<N: Into<String>>(&mut self, name: N, values: Vec<f64>) -> Result<(), Refusal> {
        let name = name.into();
        same_length(&name, self.rows, values.len())?;
        all_numbers(&name, &values)?;
        self.names.push(name);
        self.values.extend(values);
        Ok(())
    }

    /// Adds a column of ones and zeros for every category but the first, in sorted order: `name=category`.
    ///
    /// # Errors
    /// When the length is another.
    pub fn push_categories(&mut self, name: &str, of: &[String]) -> Result<(), Refusal> {
        let mut categories: Vec<&String> = of.iter().collect();
        categories.sort();
        categories.dedup();
        for category in categories.into_iter().skip(1) {
            let column = of.iter().map(|value| if value == category { 1.0 } else { 0.0 }).collect();
            self.push(format!("{name}={category}"), column)?;
        }
        Ok(())
    }

    /// How many rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// How many columns.
    pub fn columns(&self) -> usize {
        self.names.len()
    }

    /// Names of the columns.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Where the column of a name is.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|n| n == name)
    }

    /// One column.
    pub fn column(&self, column: usize) -> &[f64] {
        &self.values[column * self.rows..(column + 1) * self.rows]
    }

    /// One column, to be changed.
    pub fn column_mut(&mut self, column: usize) -> &mut [f64] {
        &mut self.values[column * self.rows..(column + 1) * self.rows]
    }

    /// One value.
    pub fn at(&self, row: usize, column: usize) -> f64 {
        self.values[column * self.rows + row]
    }

    /// Sets one value.
    pub fn set(&mut self, row: usize, column: usize, value: f64) {
        self.values[column * self.rows + row] = value;
    }

    /// One row.
    pub fn row(&self, row: usize) -> Vec<f64> {
        (0..self.columns()).map(|column| self.at(row, column)).collect()
    }

    /// The rows at these places, in this order; a place may come more than once.
    pub fn take_rows(&self, places: &[usize]) -> Matrix {
        let values = (0..self.columns()).flat_map(|c| places.iter().map(move |&row| self.at(row, c))).collect();
        Matrix { rows: places.len(), names: self.names.clone(), values }
    }

    /// The columns at these places, in this order.
    pub fn take_columns(&self, places: &[usize]) -> Matrix {
        Matrix {
            rows: self.rows,
            names: places.iter().map(|&column| self.names[column].clone()).collect(),
            values: places.iter().flat_map(|&column| self.column(column).iter().copied()).collect(),
        }
    }

    /// This table times a column of numbers, one for each of its columns.
    pub fn times(&self, by: &[f64]) -> Vec<f64> {
        let mut out = vec![0.0; self.rows];
        for (column, by) in by.iter().enumerate() {
            for (out, value) in out.iter_mut().zip(self.column(column)) {
                *out += value * by;
            }
        }
        out
    }

    /// The transpose of this table times a column of numbers, one for each row.
    pub fn transposed_times(&self, by: &[f64]) -> Vec<f64> {
        (0..self.columns()).map(|column| dot(self.column(column), by)).collect()
    }

    /// This table times another. Names are those of the other's columns.
    ///
    /// # Panics
    /// When the inner dimensions differ, which no input can cause.
    pub fn product(&self, by: &Matrix) -> Matrix {
        assert_eq!(self.columns(), by.rows(), "inner dimensions are the same");
        let values = (0..by.columns()).flat_map(|column| self.times(by.column(column))).collect();
        Matrix { rows: self.rows, names: by.names.clone(), values }
    }

    /// `XᵀWX`, where `weights` holds one number for each row.
    pub fn cross(&self, weights: Option<&[f64]>) -> Matrix {
        let mut out = Matrix::square(&self.names);
        for a in 0..self.columns() {
            let left: Vec<f64> = match weights {
                Some(weights) => self.column(a).iter().zip(weights).map(|(value, weight)| value * weight).collect(),
                None => self.column(a).to_vec(),
            };
            for b in a..self.columns() {
                let sum = dot(&left, self.column(b));
                out.set(a, b, sum);
                out.set(b, a, sum);
            }
        }
        out
    }

    /// The sum of two tables of the same shape, the second times `factor`.
    pub fn plus(&self, other: &Matrix, factor: f64) -> Matrix {
        let values = self.values.iter().zip(&other.values).map(|(a, b)| a + factor * b).collect();
        Matrix { rows: self.rows, names: self.names.clone(), values }
    }

    /// Every value times `factor`.
    pub fn scaled(&self, factor: f64) -> Matrix {
        Matrix { values: self.values.iter().map(|value| value * factor).collect(), ..self.clone() }
    }

    /// What stands on the diagonal.
    pub fn diagonal(&self) -> Vec<f64> {
        (0..self.columns().min(self.rows)).map(|i| self.at(i, i)).collect()
    }

    /// `aᵀ M b`.
    pub fn form(&self, a: &[f64], b: &[f64]) -> f64 {
        dot(&self.times(b), a)
    }
}

/// The name of the column of ones.
pub const CONSTANT: &str = "(constant)";

/// The sum of products of two lists.
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
