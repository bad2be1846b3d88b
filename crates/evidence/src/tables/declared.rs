//! Tables that a contract declares for itself, in `evidence.toml` beside it.
//!
//! ```toml
//! [[table]]
//! name       = "tenancies"
//! about      = "A tenancy a person signed."
//! key        = ["tenancy"]
//! happens-on = "signed_on"                  # may be left out
//! stretch    = ["signed_on", "left_on"]     # from, and the first day after; may be left out
//!
//! [[table.column]]
//! name     = "tenancy"
//! kind     = "text"                         # text, date, moment, integer, number, money, boolean, code, party, person
//! required = true
//! about    = "identity of the tenancy"
//!
//! [[table.column]]
//! name  = "landlord"
//! kind  = "code"
//! codes = { council = "a council", private = "a private landlord" }   # or: list = "accommodation"
//!
//! [[table.column]]
//! name      = "spell"
//! kind      = "text"
//! refers-to = "spells"                      # a table whose key is one column
//! ```
//!
//! Who sent a row, when it became known and whether it was taken back need no declaration.

use std::{borrow::Cow, collections::BTreeMap, ops::Range};

use serde::Deserialize;
use toml::Spanned;

use super::{Column, ColumnKind, Reference, Stretch, Table, columns_of_every_table, standard, standard::finish};
use crate::{
    Code, CodeList, Problem,
    codes::{code_list, code_lists},
    problem::{listed, nearest},
    rules::DECLARATION,
};

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct File {
    #[serde(default, rename = "table")]
    tables: Vec<DeclaredTable>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct DeclaredTable {
    name: Spanned<String>,
    #[serde(default)]
    about: String,
    key: Vec<Spanned<String>>,
    happens_on: Option<Spanned<String>>,
    stretch: Option<[Spanned<String>; 2]>,
    #[serde(default, rename = "column")]
    columns: Vec<DeclaredColumn>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct DeclaredColumn {
    name: Spanned<String>,
    kind: Spanned<String>,
    #[serde(default)]
    required: bool,
    least: Option<i64>,
    most: Option<i64>,
    #[serde(default)]
    about: String,
    list: Option<Spanned<String>>,
    codes: Option<BTreeMap<String, String>>,
    refers_to: Option<Spanned<String>>,
}

/// Reads the tables a contract declares.
///
/// # Errors
/// Every problem of the text, with its line.
pub fn declared(text: &str) -> Result<Vec<Table>, Vec<Problem>> {
    let mut reading = Reading { text, problems: Vec::new() };
    let file: File = match toml::from_str(text) {
        Ok(file) => file,
        Err(error) => {
            let missing = error.message().strip_prefix("missing field ").map(|field| {
                format!("add {field} to the table that begins here, as docs/reference/evidence.md shows under \"Tables of a contract's own\"")
            });
            let remedy = missing.unwrap_or_else(|| {
                "write it as docs/reference/evidence.md shows under \"Tables of a contract's own\"".to_owned()
            });
            reading.problem(error.span().unwrap_or(0..0), error.message().to_owned(), &remedy);
            return Err(reading.problems);
        }
    };
    let mut tables: Vec<Table> = Vec::new();
    for table in &file.tables {
        let name = table.name.get_ref();
        if standard().iter().any(|other| other.name == *name) {
            reading.problem(
                table.name.span(),
                format!("`{name}` is a table of the evidence standard"),
                "measures read it without a declaration, as docs/reference/evidence.md describes it; call a table of your own something else",
            );
        } else if tables.iter().any(|other| other.name == *name) {
            reading.problem(
                table.name.span(),
                format!("there is a table `{name}` already"),
                "give the table another name",
            );
        }
        if let Some(table) = reading.table(table, &tables) {
            tables.push(table);
        }
    }
    if reading.problems.is_empty() { Ok(tables) } else { Err(reading.problems) }
}

struct Reading<'t> {
    text: &'t str,
    problems: Vec<Problem>,
}

impl Reading<'_> {
    fn problem(&mut self, at: Range<usize>, message: String, remedy: &str) {
        let before = self.text.get(..at.start).unwrap_or(self.text);
        self.problems.push(Problem {
            rule: DECLARATION.code,
            severity: DECLARATION.severity,
            file: "evidence.toml".to_owned(),
            table: None,
            row: Some(1 + before.bytes().filter(|byte| *byte == b'\n').count() as u64),
            column: None,
            message,
            remedy: remedy.to_owned(),
        });
    }

    fn table(&mut self, declared: &DeclaredTable, earlier: &[Table]) -> Option<Table> {
        let before = self.problems.len();
        let name = declared.name.get_ref();
        if !is_name(name, b'-') {
            self.problem(
                declared.name.span(),
                format!("`{name}` is no name of a table"),
                "use small letters, digits and hyphens, beginning with a letter",
            );
        }
        let mut table = Table {
            name: name.clone(),
            about: declared.about.clone(),
            columns: Vec::new(),
            key: declared.key.iter().map(|column| column.get_ref().clone()).collect(),
            references: Vec::new(),
            happened_on: declared.happens_on.as_ref().map(|column| column.get_ref().clone()),
            stretch: declared.stretch.as_ref().map(|[from, until]| Stretch {
                from: from.get_ref().clone(),
                until: until.get_ref().clone(),
                holds_a_day: false,
            }),
        };
        for column in &declared.columns {
            self.column(column, &mut table, earlier);
        }
        if table.key.is_empty() {
            self.problem(
                declared.name.span(),
                format!("the table `{name}` has no key"),
                "name the columns that say which thing a row is about: `key = [\"tenancy\"]`",
            );
        }
        // What a column is that does not read is told there.
        let unread = |name: &str| {
            table.column(name).is_none() && declared.columns.iter().any(|column| column.name.get_ref() == name)
        };
        for key in declared.key.iter().filter(|key| !unread(key.get_ref())) {
            match table.column(key.get_ref()) {
                Some(column) if column.required => {}
                Some(_) => self.problem(
                    key.span(),
                    format!("the key `{}` of `{name}` may be empty", key.get_ref()),
                    "a column of the key is `required = true`",
                ),
                None => self.no_column(key, &table),
            }
        }
        let dates = declared.happens_on.iter().chain(declared.stretch.iter().flatten());
        for date in dates.filter(|date| !unread(date.get_ref())) {
            match table.column(date.get_ref()) {
                Some(column) if column.kind == ColumnKind::Date => {}
                Some(_) => {
                    self.problem(
                        date.span(),
                        format!("`{}` is no date", date.get_ref()),
                        "name a column of `kind = \"date\"`",
                    );
                }
                None => self.no_column(date, &table),
            }
        }
        (self.problems.len() == before).then(|| finish(table))
    }

    fn no_column(&mut self, name: &Spanned<String>, table: &Table) {
        let names = table.columns.iter().map(|column| &*column.name);
        let remedy = match nearest(name.get_ref(), names.clone()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("its columns are {}", listed(names)),
        };
        self.problem(name.span(), format!("`{}` has no column `{}`", table.name, name.get_ref()), &remedy);
    }

    fn column(&mut self, declared: &DeclaredColumn, table: &mut Table, earlier: &[Table]) {
        let name = declared.name.get_ref();
        if !is_name(name, b'_') {
            self.problem(
                declared.name.span(),
                format!("`{name}` is no name of a column"),
                "use small letters, digits and underscores, beginning with a letter",
            );
        }
        if columns_of_every_table().iter().any(|column| column.name == *name) {
            self.problem(
                declared.name.span(),
                format!("every table has a column `{name}`"),
                "leave it out of the declaration",
            );
        }
        if table.column(name).is_some() {
            self.problem(
                declared.name.span(),
                format!("`{}` has two columns `{name}`", table.name),
                "name each column once",
            );
        }
        let Some(kind) = self.kind(declared, &table.name) else { return };
        if (declared.least.is_some() || declared.most.is_some()) && !kind.is_number() {
            self.problem(
                declared.kind.span(),
                format!("`{name}` has a range, and is no number"),
                "`least` and `most` belong to integer, number and money",
            );
        }
        if let Some(refers) = &declared.refers_to {
            let other = standard().iter().chain(earlier).find(|other| other.name == *refers.get_ref());
            match other.map(|other| &*other.key) {
                Some([to]) => table.references.push(Reference {
                    column: name.clone(),
                    table: refers.get_ref().clone(),
                    to: to.clone(),
                }),
                Some(_) => self.problem(
                    refers.span(),
                    format!("the key of `{}` is more than one column", refers.get_ref()),
                    "refer to a table whose key is one column",
                ),
                None => {
                    let names = standard().iter().chain(earlier).map(|table| &*table.name);
                    let remedy = match nearest(refers.get_ref(), names) {
                        Some(meant) => format!("did you mean `{meant}`?"),
                        None => "name a standard table, or one declared above".to_owned(),
                    };
                    self.problem(refers.span(), format!("there is no table `{}`", refers.get_ref()), &remedy);
                }
            }
        }
        table.columns.push(Column {
            name: name.clone(),
            kind,
            required: declared.required,
            least: declared.least,
            most: declared.most,
            about: declared.about.clone(),
        });
    }

    fn kind(&mut self, declared: &DeclaredColumn, table: &str) -> Option<ColumnKind> {
        let kind = match declared.kind.get_ref().as_str() {
            "text" => ColumnKind::Text,
            "date" => ColumnKind::Date,
            "moment" => ColumnKind::Moment,
            "integer" => ColumnKind::Integer,
            "number" => ColumnKind::Number,
            "money" => ColumnKind::Money,
            "boolean" => ColumnKind::Boolean,
            "party" => ColumnKind::Party,
            "person" => ColumnKind::Person,
            "code" => return self.codes(declared, table),
            other => {
                self.problem(
                    declared.kind.span(),
                    format!("`{other}` is no kind of column"),
                    "a kind is text, date, moment, integer, number, money, boolean, code, party or person",
                );
                return None;
            }
        };
        if declared.list.is_some() || declared.codes.is_some() {
            self.problem(
                declared.kind.span(),
                format!("`{}` has codes, and is no code", declared.name.get_ref()),
                "set `kind = \"code\"`",
            );
        }
        Some(kind)
    }

    fn codes(&mut self, declared: &DeclaredColumn, table: &str) -> Option<ColumnKind> {
        match (&declared.list, &declared.codes) {
            (Some(list), None) => match code_list(list.get_ref()) {
                Some(list) => Some(ColumnKind::Code(Cow::Borrowed(list))),
                None => {
                    let names = || code_lists().iter().map(|list| &*list.name);
                    let remedy = match nearest(list.get_ref(), names()) {
                        Some(meant) => format!("did you mean `{meant}`?"),
                        None => format!("the lists are {}", listed(names())),
                    };
                    self.problem(list.span(), format!("there is no code list `{}`", list.get_ref()), &remedy);
                    None
                }
            },
            (None, Some(codes)) if !codes.is_empty() => {
                let codes =
                    codes.iter().map(|(code, label)| Code { code: code.clone(), label: label.clone(), class: None });
                let own = CodeList {
                    name: format!("{table}-{}", declared.name.get_ref().replace('_', "-")),
                    about: declared.about.clone(),
                    source: "the contract".to_owned(),
                    codes: codes.collect(),
                };
                // Measures know a list by its name, and standard measures mean the standard one.
                if code_lists().iter().any(|list| list.sql_name() == own.sql_name()) {
                    let message = format!("its codes would be named like the standard list `{}`", own.name);
                    self.problem(declared.name.span(), message, "name the column, or the table, otherwise");
                }
                Some(ColumnKind::Code(Cow::Owned(own)))
            }
            _ => {
                self.problem(
                    declared.kind.span(),
                    format!("`{}` does not say which codes it may hold", declared.name.get_ref()),
                    "give either `list = \"accommodation\"` or `codes = { council = \"a council\" }`",
                );
                None
            }
        }
    }
}

/// Small letters, digits and one kind of joint, beginning with a letter.
fn is_name(name: &str, joint: u8) -> bool {
    name.len() <= 60
        && name.bytes().next().is_some_and(|b| b.is_ascii_lowercase())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == joint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_that_is_left_out_is_named_with_what_to_do() {
        let found = declared("[[table]]\nname = \"register\"\nabout = \"One term.\"\n").expect_err("no key");
        assert!(found.iter().any(|found| found.remedy.starts_with("add `key` to the table")), "{found:#?}");
    }

    const TENANCIES: &str = r#"
        [[table]]
        name       = "tenancies"
        about      = "A tenancy a person signed."
        key        = ["tenancy"]
        happens-on = "signed_on"
        stretch    = ["signed_on", "left_on"]

        [[table.column]]
        name = "tenancy"
        kind = "text"
        required = true

        [[table.column]]
        name = "person"
        kind = "person"
        required = true

        [[table.column]]
        name = "signed_on"
        kind = "date"
        required = true

        [[table.column]]
        name = "left_on"
        kind = "date"

        [[table.column]]
        name  = "landlord"
        kind  = "code"
        codes = { council = "a council", private = "a private landlord" }

        [[table.column]]
        name      = "spell"
        kind      = "text"
        refers-to = "spells"
    "#;

    #[test]
    fn a_contract_declares_a_table_of_its_own() {
        let tables = declared(TENANCIES).expect("reads");
        let [table] = &*tables else { panic!("one table") };
        assert_eq!(table.columns.len(), 9);
        let refers: Vec<(&str, &str)> =
            table.references.iter().map(|reference| (&*reference.column, &*reference.table)).collect();
        assert_eq!(refers, [("spell", "spells"), ("person", "people")]);
        let ColumnKind::Code(list) = &table.column("landlord").expect("there").kind else { panic!("a code") };
        assert_eq!((&*list.name, list.codes.len()), ("tenancies-landlord", 2));
        assert_eq!(declared(""), Ok(Vec::new()));
    }

    #[test]
    fn every_problem_of_a_declaration_is_told_with_its_line() {
        check(
            "[[table]]\nname = \"discharge\"\nkey = [\"person\"]\n[[table.column]]\nname = \"reason\"\nkind = \"code\"\n\
             codes = { x = \"y\" }\n[[table.column]]\nname = \"person\"\nkind = \"person\"\nrequired = true\n",
            &[(5, "named like the standard list `discharge-reason`")],
        );
        check(
            "[[table]]\nname = \"spells\"\nkey = []\n",
            &[(2, "`spells` is a table of the evidence standard"), (2, "has no key")],
        );
        let column = |line: &str| {
            format!("[[table]]\nname = \"x\"\nkey = [\"a\"]\n[[table.column]]\nname = \"a\"\nrequired = true\n{line}\n")
        };
        check(&column("kind = \"text\""), &[]);
        check(&column("kind = \"texts\""), &[(7, "`texts` is no kind")]);
        check(&column("kind = \"code\""), &[(7, "does not say which codes")]);
        check(&column("kind = \"code\"\nlist = \"sexx\""), &[(8, "there is no code list `sexx`")]);
        check(&column("kind = \"text\"\nleast = 0"), &[(7, "has a range")]);
        check(&column("kind = \"text\"\nrefers-to = \"reviews\""), &[(8, "more than one column")]);
        check(&column("kind = \"text\"\nrefers-to = \"spell\""), &[(8, "there is no table `spell`")]);
        check(&column("kind = \"text\"\ncolour = \"red\""), &[(8, "unknown field `colour`")]);
        check("[[table]]\nname = 3", &[(2, "invalid type")]);
    }

    /// Reads as: this declaration is refused on these lines, for these reasons.
    #[track_caller]
    fn check(text: &str, expected: &[(u64, &str)]) {
        let problems = declared(text).err().unwrap_or_default();
        let found: Vec<(u64, &str)> = problems.iter().map(|p| (p.row.unwrap_or(0), &*p.message)).collect();
        assert_eq!(found.len(), expected.len(), "{found:#?}");
        for ((line, message), (expected_line, part)) in found.iter().zip(expected) {
            assert_eq!(line, expected_line, "{message}");
            assert!(message.contains(part), "{message}");
        }
    }
}
