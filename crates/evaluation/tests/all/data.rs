//! Reads data sets that stand beside the repository; a test that needs one which is not there says so and ends.

use std::path::Path;

/// Columns of text by name.
pub struct Table {
    names: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// A CSV file of a data set beside the repository.
pub fn read(set: &str, file: &str) -> Option<Table> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(set).join(file);
    let table = open(&path);
    if table.is_none() {
        println!("skipped: there is no file shared/data/{set}/{file} beside the repository");
    }
    table
}

/// A CSV file that is kept with these tests.
pub fn kept(file: &str) -> Table {
    open(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(file)).expect("the file is kept with the tests")
}

/// A CSV file whose path an environment variable holds: for data that may not be kept here.
pub fn named(variable: &str) -> Option<Table> {
    open(Path::new(&std::env::var_os(variable)?))
}

fn open(path: &Path) -> Option<Table> {
    let text = std::fs::read_to_string(path).ok()?;
    let split = |line: &str| line.split(',').map(|cell| cell.trim().trim_matches('"').to_owned()).collect::<Vec<_>>();
    let mut lines = text.lines().filter(|line| !line.trim().is_empty()).map(split);
    Some(Table { names: lines.next()?, rows: lines.collect() })
}

impl Table {
    /// Whether there is a column of this name.
    pub fn has(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }

    /// A column as text.
    pub fn column(&self, name: &str) -> Vec<String> {
        let place = self.names.iter().position(|known| known == name).unwrap_or_else(|| panic!("a column {name}"));
        self.rows.iter().map(|row| row[place].clone()).collect()
    }

    /// A column of numbers; a cell that is none is no number.
    pub fn numbers(&self, name: &str) -> Vec<f64> {
        self.column(name).iter().map(|cell| cell.parse().unwrap_or(f64::NAN)).collect()
    }
}
