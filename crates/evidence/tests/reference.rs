//! The reference of the evidence standard is written from the standard itself.
//!
//! `UPDATE_DOCS=1 cargo test -p meed-evidence --test reference` writes it anew.

use std::{env, fs, path::Path};

use meed_evidence::{Column, ColumnKind, Severity, Table, code_lists, rules, standard, write_descriptor};

#[test]
fn the_reference_is_up_to_date() {
    check("docs/reference/evidence.md", &reference());
}

#[test]
fn the_descriptor_of_the_standard_is_up_to_date() {
    let files: Vec<(&Table, String)> = standard().iter().map(|table| (table, format!("{}.csv", table.name))).collect();
    let files: Vec<(&Table, &str)> = files.iter().map(|(table, path)| (*table, &**path)).collect();
    check("docs/reference/evidence.datapackage.json", &write_descriptor("evidence", &files));
}

#[track_caller]
fn check(page: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(page);
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, text).expect("written");
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == text,
        "{page} is out of date: UPDATE_DOCS=1 cargo test -p meed-evidence --test reference writes it"
    );
}

fn reference() -> String {
    let mut page = INTRODUCTION.to_owned();
    page.push_str("\n## Tables\n\n");
    for table in standard() {
        page.push_str(&format!("- [`{}`](#{}): {}\n", table.name, table.name, lower_first(&table.about)));
    }
    page.push('\n');
    page.push_str(COLUMNS);
    for table in standard() {
        page.push_str(&of_table(table));
    }
    page.push_str(&code_list_pages());
    page.push_str(DECLARED);
    page.push_str(&rule_page());
    page
}

fn of_table(table: &Table) -> String {
    let mut text = format!("\n### {}\n\n{}\n\n", table.name, table.about);
    let key: Vec<String> = table.key.iter().map(|column| format!("`{column}`")).collect();
    text.push_str(&format!("Key: {}.", key.join(", ")));
    if table.sql_name() != table.name {
        text.push_str(&format!(" In SQL: `{}`.", table.sql_name()));
    }
    text.push_str("\n\n| column | holds | | |\n| --- | --- | --- | --- |\n");
    for column in table.columns.iter().rev().skip(3).rev() {
        let required = if column.required { "required" } else { "" };
        text.push_str(&format!("| `{}` | {} | {required} | {} |\n", column.name, holds(column), column.about));
    }
    text
}

fn holds(column: &Column) -> String {
    let range = match (column.least, column.most) {
        (Some(least), Some(most)) => format!(", {least} to {most}"),
        (Some(least), None) => format!(", {least} or more"),
        (None, Some(most)) => format!(", at most {most}"),
        (None, None) => String::new(),
    };
    match &column.kind {
        ColumnKind::Code(list) => format!("[{}](#{})", list.name, list.name),
        kind => format!("{}{range}", kind.name()),
    }
}

fn code_list_pages() -> String {
    let mut text = CODE_LISTS.to_owned();
    for list in code_lists() {
        text.push_str(&format!("\n### {}\n\n{}\n\nFrom: {}\n\n", list.name, list.about, list.source));
        let classes = list.rows().any(|(.., class)| class.is_some());
        text.push_str(if classes {
            "| code | says | class |\n| --- | --- | --- |\n"
        } else {
            "| code | says |\n| --- | --- |\n"
        });
        for (code, label, class) in list.rows() {
            let class = if classes { format!(" {} |", class.unwrap_or_default()) } else { String::new() };
            text.push_str(&format!("| `{code}` | {label} |{class}\n"));
        }
    }
    text
}

fn rule_page() -> String {
    let mut text = RULES.to_owned();
    for rule in rules() {
        let meaning = match rule.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        text.push_str(&format!("| `{}` | {meaning} | {} |\n", rule.code, rule.about));
    }
    text
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_lowercase().chain(letters).collect())
}

const INTRODUCTION: &str = "\
# Evidence: tables, codes and rules

What a package of evidence looks like, table by table. Written from the program's own tables, so it says what `meed evidence check` asks.

## A package

A package is a folder with a [Frictionless](https://datapackage.org) `datapackage.json` and the files it names: CSV, gzipped CSV (`.csv.gz`) or Parquet. A resource has the name of its table; a table may be in several files. Tables that there is nothing to say about are left out.

```json
{
  \"name\": \"riverside-2012\",
  \"resources\": [
    { \"name\": \"people\", \"path\": \"people.csv\" },
    { \"name\": \"spells\", \"path\": [\"spells-1.csv.gz\", \"spells-2.csv.gz\"] }
  ]
}
```

[The descriptor of every standard table](evidence.datapackage.json), with types, code lists, keys and references, can be copied. Frictionless' own validator then finds what our checks find, as far as it asks.

CSV is UTF-8, with a header that names the columns in any order. Cells are separated by commas, or by what the `dialect` of the resource says: a semicolon, a tab or a bar. An empty cell is *missing*, never zero. Rows are counted as a spreadsheet counts them: the header is row 1.
";

const COLUMNS: &str = "\
Every table ends with three columns more, which say who sent the row and when it became known; see [Two clocks](../concepts/two-clocks.md).

| column | holds | | |
| --- | --- | --- | --- |
| `sent_by` | party | required | the party that sent the row |
| `known_at` | moment | required | when it became known; a later row of the same key is a correction |
| `withdrawn` | boolean | | `true` takes the row of this key back; empty is `false` |

What a column holds:

| | |
| --- | --- |
| text | words |
| date | a day of the calendar, `2012-04-01`, from 1900 to 2199 |
| moment | `2013-05-31T09:00:00Z`, or a date, which is its start in UTC |
| integer | a whole number |
| number | a decimal, at most 15 digits before the point and 9 behind it; no NaN, no infinity, no exponent |
| money | a decimal of the contract's currency, at most 6 digits behind the point |
| boolean | `true` or `false` |
| party | a commissioner, provider or assessor, as the contract names it |
| person | a pseudonymous key, one of `people` |
| *a code list* | one of its codes, spelt exactly |

A stretch of days is half-open: what ends, ends on the first day it no longer held.
";

const CODE_LISTS: &str = "
## Code lists

Each list is also a table for SQL, `codes_` and its name with underscores (`codes_discharge_reason`), with the columns `code`, `label` and `class`. Labels are in our own words. How sure we are of a list that comes from elsewhere is said beside it: a contract that pays by a code should cite the standard its providers report to.
";

const DECLARED: &str = "
## Tables of a contract's own

A contract may declare tables in `evidence.toml`, beside `contract.toml`. They are checked by the same rules, and measures read them like any other.

```toml
[[table]]
name       = \"tenancies\"
about      = \"A tenancy a person signed.\"
key        = [\"tenancy\"]
happens-on = \"signed_on\"                  # may be left out
stretch    = [\"signed_on\", \"left_on\"]     # from, and the first day after; may be left out

[[table.column]]
name     = \"tenancy\"
kind     = \"text\"                         # text, date, moment, integer, number, money, boolean, code, party, person
required = true
about    = \"identity of the tenancy\"

[[table.column]]
name     = \"person\"
kind     = \"person\"                       # refers to `people` by itself
required = true

[[table.column]]
name = \"signed_on\"
kind = \"date\"

[[table.column]]
name = \"left_on\"
kind = \"date\"

[[table.column]]
name  = \"rent\"
kind  = \"money\"
least = 0                                 # and `most`, for integer, number and money

[[table.column]]
name  = \"landlord\"
kind  = \"code\"
codes = { council = \"a council\", private = \"a private landlord\" }   # or: list = \"accommodation\"

[[table.column]]
name      = \"spell\"
kind      = \"text\"
refers-to = \"spells\"                      # a table whose key is one column
```

`sent_by`, `known_at` and `withdrawn` need no declaration.
";

const RULES: &str = "
## Rules

`meed evidence check` names the file, the row, the column, the rule and the remedy, and counts by rule. A row with an error never reaches money; the others go on. A warning takes no row away. An error of a file as a whole, such as a missing column or a file cut off, takes all of its rows.

| rule | | asks |
| --- | --- | --- |
";
