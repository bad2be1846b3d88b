//! Tables that tests read: small copies in `tests/data`, and data of real people beside the repository, which is
//! skipped where it is absent.

use std::{collections::BTreeMap, fs, io::Read, path::Path};

use flate2::read::GzDecoder;

/// A table, column by column.
pub struct Table(BTreeMap<String, Vec<String>>);

impl Table {
    /// A table of `tests/data`.
    pub fn here(name: &str) -> Table {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name);
        Table::read(&path).unwrap_or_else(|| panic!("{} is part of the repository", path.display()))
    }

    /// A table of real people beside the repository; says so and gives none where it is absent.
    pub fn outside(name: &str) -> Option<Table> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(name);
        let table = Table::read(&path);
        if table.is_none() {
            println!("skipped: there is no {name} beside the repository");
        }
        table
    }

    fn read(path: &Path) -> Option<Table> {
        let bytes = fs::read(path).ok()?;
        let mut text = String::new();
        match path.extension().is_some_and(|end| end == "gz") {
            true => GzDecoder::new(&*bytes).read_to_string(&mut text).expect("a gzip file of text"),
            false => (&*bytes).read_to_string(&mut text).expect("a file of text"),
        };
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let names: Vec<String> = reader.headers().expect("a header").iter().map(str::to_owned).collect();
        let mut columns = vec![Vec::new(); names.len()];
        for row in reader.records() {
            for (column, value) in columns.iter_mut().zip(row.expect("a row").iter()) {
                column.push(value.to_owned());
            }
        }
        Some(Table(names.into_iter().zip(columns).collect()))
    }

    pub fn words(&self, column: &str) -> &[String] {
        self.0.get(column).unwrap_or_else(|| panic!("there is a column {column}"))
    }

    pub fn numbers(&self, column: &str) -> Vec<f64> {
        self.words(column).iter().map(|word| word.parse().expect("a number")).collect()
    }

    /// One where the column says so, else zero.
    pub fn is(&self, column: &str, word: &str) -> Vec<f64> {
        self.words(column).iter().map(|one| if one == word { 1.0 } else { 0.0 }).collect()
    }

    pub fn flags(&self, column: &str) -> Vec<bool> {
        self.numbers(column).iter().map(|number| *number == 1.0).collect()
    }
}
