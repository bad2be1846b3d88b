//! What stands in one of INDIGO's tables, row by row?

use std::collections::BTreeMap;

/// A table of the data set, as text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    /// Its file, as problems name it.
    pub file: &'static str,
    columns: BTreeMap<String, usize>,
    rows: Vec<(usize, Vec<String>)>,
}

/// One row, with its number as a spreadsheet counts it: the header is row 1.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row<'t> {
    pub file: &'static str,
    pub number: usize,
    columns: &'t BTreeMap<String, usize>,
    cells: &'t [String],
}

impl Table {
    /// Reads a file; says everything that keeps it from being read.
    pub fn read(file: &'static str, bytes: &[u8], needs: &[&str]) -> Result<Table, Vec<String>> {
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
        let columns: BTreeMap<String, usize> = match reader.headers() {
            Ok(names) => names.iter().enumerate().map(|(at, name)| (plain(name), at)).collect(),
            Err(error) => return Err(vec![format!("{file}: {}", reason(&error))]),
        };
        let absent = needs.iter().filter(|name| !columns.contains_key(**name));
        let mut problems: Vec<String> = absent
            .map(|name| format!("{file}:1: there is no column `{name}`; export the table with INDIGO's own headings"))
            .collect();
        let mut rows = Vec::new();
        for (nth, record) in reader.records().enumerate() {
            match record {
                Ok(record) => rows.push((nth + 2, record.iter().map(|cell| cell.trim().to_owned()).collect())),
                Err(error) => problems.push(format!("{file}, row {}: {}", nth + 2, reason(&error))),
            }
        }
        if problems.is_empty() { Ok(Table { file, columns, rows }) } else { Err(problems) }
    }

    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|(number, cells)| Row { file: self.file, number: *number, columns: &self.columns, cells })
    }

    /// The rows of one project.
    pub fn of<'t>(&'t self, project: &'t str) -> impl Iterator<Item = Row<'t>> {
        self.rows().filter(move |row| row.get("Project ID") == project)
    }
}

impl<'t> Row<'t> {
    /// What stands in a column, by its heading without "(Value)"; empty where the table has no such column.
    pub fn get(&self, column: &str) -> &'t str {
        self.columns.get(column).and_then(|&at| self.cells.get(at)).map_or("", String::as_str)
    }

    /// Every column whose heading holds `part`, with what stands in it.
    pub fn holding(&self, part: &'static str) -> impl Iterator<Item = (&'t str, &'t str)> + use<'t> {
        let cells = self.cells;
        self.columns
            .iter()
            .filter(move |(name, _)| name.contains(part))
            .filter_map(move |(name, &at)| Some((name.as_str(), cells.get(at)?.as_str())))
    }
}

/// A heading without the mark that INDIGO puts on every value: `Currency - (Value)` is `Currency`.
fn plain(heading: &str) -> String {
    let heading = heading.trim_start_matches('\u{feff}').trim();
    heading.strip_suffix("- (Value)").unwrap_or(heading).trim().to_owned()
}

fn reason(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::Utf8 { .. } => "not UTF-8; save the file as UTF-8".to_owned(),
        _ => format!("does not read as CSV: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_lose_their_mark_and_rows_keep_their_number() {
        let bytes = "\u{feff}Project ID,Currency - (Value)\nA, GBP \nB\n".as_bytes();
        let table = Table::read("t.csv", bytes, &["Project ID", "Currency"]).expect("it reads");
        let rows: Vec<_> = table.rows().map(|row| (row.number, row.get("Project ID"), row.get("Currency"))).collect();
        assert_eq!(rows, [(2, "A", "GBP"), (3, "B", "")]);
        assert_eq!(table.of("A").count(), 1);
    }

    #[test]
    fn what_is_missing_or_unreadable_is_said_at_once() {
        let problems =
            Table::read("t.csv", b"Id\n\xff\nx\n\xfe\n", &["Project ID", "Currency"]).expect_err("it does not");
        assert_eq!(problems.len(), 4, "{problems:?}");
        assert!(problems[0].contains("`Project ID`") && problems[2].contains("row 2"), "{problems:?}");
    }
}
