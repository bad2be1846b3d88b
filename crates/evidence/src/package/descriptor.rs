//! Reads `datapackage.json`: which file holds which table.

use serde_json::Value;

use crate::{Problem, Rule, Table, problem::quoted, rules};

/// A package as its descriptor tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// The name it gives itself.
    pub name: Option<String>,
    /// Its resources, in their order.
    pub resources: Vec<Resource>,
}

/// A table of a package, or something else that travels with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// The name of the table.
    pub name: String,
    /// Its files, within the package.
    pub paths: Vec<String>,
    /// How its files are written.
    pub format: Format,
}

/// How the files of a resource are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values; gzipped where the name ends in `.gz`.
    Csv {
        /// What separates cells.
        delimiter: u8,
    },
    /// Apache Parquet.
    Parquet,
}

impl Resource {
    /// Whether the resource holds this table. A name may be written as in SQL.
    pub fn is_of(&self, table: &Table) -> bool {
        self.name == table.name || self.name == table.sql_name()
    }
}

impl Package {
    /// Reads a descriptor.
    ///
    /// # Errors
    /// Every problem of the descriptor.
    pub fn read(text: &str) -> Result<Package, Vec<Problem>> {
        let mut reading = Reading { problems: Vec::new() };
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let value: Value = match serde_json::from_str(text) {
            Ok(value) => value,
            Err(error) => {
                reading.problem(
                    &rules::DESCRIPTOR,
                    format!("it is not JSON: {error}"),
                    "put the JSON right at that place",
                );
                return Err(reading.problems);
            }
        };
        let mut resources: Vec<Resource> = Vec::new();
        match value.get("resources").and_then(Value::as_array) {
            Some(listed) if !listed.is_empty() => {
                for (place, resource) in listed.iter().enumerate() {
                    let Some(resource) = reading.resource(place, resource) else { continue };
                    if resources.iter().any(|other| other.name == resource.name) {
                        let message = format!("two resources are named {}", quoted(&resource.name));
                        reading.problem(
                            &rules::DESCRIPTOR,
                            message,
                            "name each once; a table of several files lists their paths",
                        );
                    }
                    resources.push(resource);
                }
            }
            _ => reading.problem(
                &rules::DESCRIPTOR,
                "it lists no resources".to_owned(),
                "write `\"resources\": [{ \"name\": \"people\", \"path\": \"people.csv\" }]`",
            ),
        }
        let name = value.get("name").and_then(Value::as_str).map(str::to_owned);
        if reading.problems.is_empty() { Ok(Package { name, resources }) } else { Err(reading.problems) }
    }
}

struct Reading {
    problems: Vec<Problem>,
}

impl Reading {
    fn problem(&mut self, rule: &'static Rule, message: String, remedy: &str) {
        self.problems.push(Problem {
            rule: rule.code,
            severity: rule.severity,
            file: "datapackage.json".to_owned(),
            table: None,
            row: None,
            column: None,
            message,
            remedy: remedy.to_owned(),
        });
    }

    fn resource(&mut self, place: usize, resource: &Value) -> Option<Resource> {
        let before = self.problems.len();
        let Some(name) = resource.get("name").and_then(Value::as_str) else {
            let message = format!("resource {} has no name", place + 1);
            self.problem(&rules::DESCRIPTOR, message, "name it as the table it holds: `\"name\": \"spells\"`");
            return None;
        };
        let paths: Vec<String> = match resource.get("path") {
            Some(Value::String(path)) => vec![path.clone()],
            Some(Value::Array(paths)) => paths.iter().filter_map(|path| path.as_str().map(str::to_owned)).collect(),
            _ => Vec::new(),
        };
        if paths.is_empty() {
            let message = format!("{} names no file", quoted(name));
            self.problem(&rules::DESCRIPTOR, message, "name it: `\"path\": \"spells.csv\"`");
        }
        for path in paths.iter().filter(|path| !is_safe(path)) {
            let message = format!("{} leads out of the package, at {}", quoted(name), quoted(path));
            self.problem(
                &rules::UNSAFE_PATH,
                message,
                "put the file into the package and name it from there: `spells.csv`",
            );
        }
        if let Some(encoding) = resource.get("encoding").and_then(Value::as_str)
            && !["utf-8", "utf8", "us-ascii", "ascii"].contains(&encoding.to_lowercase().as_str())
        {
            let message = format!("{} is encoded as {}", quoted(name), quoted(encoding));
            self.problem(&rules::NOT_UTF8, message, "save the file as UTF-8 and say so");
        }
        let format = self.format(name, resource, &paths)?;
        (self.problems.len() == before).then(|| Resource { name: name.to_owned(), paths, format })
    }

    fn format(&mut self, name: &str, resource: &Value, paths: &[String]) -> Option<Format> {
        let of_path = |path: &str| match path.to_lowercase() {
            path if path.ends_with(".csv") || path.ends_with(".csv.gz") => Some("csv"),
            path if path.ends_with(".parquet") => Some("parquet"),
            _ => None,
        };
        let stated = resource.get("format").and_then(Value::as_str);
        let mut formats: Vec<Option<&str>> = paths.iter().map(|path| of_path(path).or(stated)).collect();
        formats.dedup();
        match *formats {
            [Some("parquet")] => Some(Format::Parquet),
            [Some("csv")] => self.delimiter(name, resource).map(|delimiter| Format::Csv { delimiter }),
            [] => None,
            _ => {
                let message = format!("{} is neither CSV nor Parquet", quoted(name));
                self.problem(
                    &rules::DESCRIPTOR,
                    message,
                    "name files .csv, .csv.gz or .parquet, all of a resource alike",
                );
                None
            }
        }
    }

    fn delimiter(&mut self, name: &str, resource: &Value) -> Option<u8> {
        let dialect = resource.get("dialect");
        let of_csv = dialect.and_then(|dialect| dialect.get("csv"));
        let setting = |key: &str| dialect.and_then(|dialect| dialect.get(key)).or_else(|| of_csv?.get(key));
        if setting("header") == Some(&Value::Bool(false)) {
            let message = format!("the files of {} have no header", quoted(name));
            self.problem(&rules::NO_HEADER, message, "let the first row name the columns");
        }
        match setting("delimiter").and_then(Value::as_str).map(str::as_bytes) {
            None => Some(b','),
            Some([delimiter @ (b',' | b';' | b'\t' | b'|')]) => Some(*delimiter),
            Some(_) => {
                let message = format!("{} has a delimiter that is not read", quoted(name));
                self.problem(&rules::DESCRIPTOR, message, "separate cells by a comma, a semicolon, a tab or a bar");
                None
            }
        }
    }
}

/// Whether a path stays within its package, whatever machine reads it.
fn is_safe(path: &str) -> bool {
    let parts_are_names = path.split('/').all(|part| !part.is_empty() && part != "." && part != "..");
    parts_are_names && path.len() <= 500 && !path.contains(['\\', ':']) && !path.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads as: a descriptor with this one resource breaks this rule, or none.
    #[track_caller]
    fn check(resource: &str, rule: &str) {
        let read = Package::read(&format!("{{\"resources\": [{resource}]}}"));
        let broken = read.err().map_or(String::new(), |problems| {
            problems.iter().map(|problem| problem.rule).collect::<Vec<_>>().join(" ")
        });
        assert_eq!(broken, rule, "{resource}");
    }

    #[test]
    fn a_resource_says_which_files_hold_which_table() {
        check(r#"{"name": "people", "path": "people.csv"}"#, "");
        check(r#"{"name": "people", "path": ["a/people-1.csv.gz", "a/people-2.csv.gz"]}"#, "");
        check(r#"{"name": "people", "path": "people.parquet"}"#, "");
        check(r#"{"name": "people", "path": "people.txt", "format": "csv"}"#, "");
        check(r#"{"name": "people", "path": "people.xlsx"}"#, "descriptor");
        check(r#"{"name": "people", "path": ["people.csv", "people.parquet"]}"#, "descriptor");
        check(r#"{"name": "people"}"#, "descriptor");
        check(r#"{"path": "people.csv"}"#, "descriptor");
        check(r#"{"name": "people", "path": "people.csv", "encoding": "latin-1"}"#, "not-utf8");
        check(r#"{"name": "people", "path": "people.csv", "dialect": {"delimiter": ";"}}"#, "");
        check(r#"{"name": "people", "path": "people.csv", "dialect": {"csv": {"delimiter": "::"}}}"#, "descriptor");
        check(r#"{"name": "people", "path": "people.csv", "dialect": {"header": false}}"#, "no-header");
        check(r#"{"name": "a", "path": "a.csv"}, {"name": "a", "path": "b.csv"}"#, "descriptor");
    }

    #[test]
    fn a_file_lies_inside_the_package() {
        for path in [
            "/etc/passwd.csv",
            "../people.csv",
            "a/../../people.csv",
            "a/./people.csv",
            "http://example.org/people.csv",
            "C:/people.csv",
            "..\\\\people.csv",
            "a//people.csv",
            "a\\u0000.csv",
        ] {
            check(&format!(r#"{{"name": "people", "path": "{path}"}}"#), "unsafe-path");
        }
    }

    #[test]
    fn a_descriptor_that_is_none_is_refused() {
        for text in ["", "{", "[]", "{}", r#"{"resources": []}"#, r#"{"resources": 3}"#, r#"{"resources": [3]}"#] {
            assert!(Package::read(text).is_err(), "{text}");
        }
        assert!(Package::read(&"[".repeat(100_000)).is_err());
    }
}
