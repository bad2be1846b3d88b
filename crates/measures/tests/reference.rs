//! The reference page of the standard measures is what their files say.
//!
//! `UPDATE_DOCS=1 cargo test -p meed-measures` writes the page again.

use std::{fmt::Write as _, fs, path::Path};

use meed_measures::{Grain, Measure, library};

const INTRODUCTION: &str = "\
# Standard measures

<!-- Written from the heads of crates/measures/sql: change them, then run `UPDATE_DOCS=1 cargo test -p meed-measures`. -->

A measure asks one question of the evidence and is one SQL file, which runs unchanged in DataFusion and in DuckDB. A
contract uses one by its name and sets its parameters:

```toml
measure = { use = \"recovery/abstinent\", reviews = 2, within = \"12 months\" }
```

A contract's own measures are files of the same form in its `measures` folder. What every measure may rely on:

- It sees the tables it names under `reads`, the table `periods` (`period_from`, `period_until`: the settlement periods
  that have begun), the table `days` (`day`, `period_from`, `period_until`: every day of them) and the code lists (`codes_discharge_reason` and so on: `code`, `label`, `class`), and nothing else:
  no other table, no file, no network, no clock.
- `$as_of` is the day up to which evidence is known. Its other parameters are those of its head.
- Its answer is exact: decimals and whole numbers, never binary fractions, and the same on every run.

The head of a file is its question, then whatever else a reader has to know, then the fields shown below. `follow-up`
names the parameter that is a window which death, custody or moving away can end: the contract has to say what then
happens. `evidenced: provider` says that the payee alone writes what the measure reads. `persons: one by one` promises
that what the measure says of a person rests on that person's rows alone; such a measure is asked group by group, so that
memory does not grow with the number of persons. Leave it out where the measure compares persons.

A ratio says with `numerator` and `denominator` of whom each side counts what, as `whose: which of them`:

```sql
-- numerator:   people released in the period: their proven reoffences
-- denominator: people released in the period: all
```

`meed check` [warns](../errors/other-peoples-ratio.md) where the two sides are of different people, and
[where a ratio does not say](../errors/ratio-unstated.md).

`meed check` also plans every measure of a contract's own over these tables without a row: SQL that does not read, a table or
a column that is not there, a parameter without a value, and an answer whose columns are not those of its grain are told with
the line of the file and what was probably meant, all measures in one run.
";

#[test]
fn the_reference_page_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/measures.md");
    let page = page();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &page).expect("written");
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == page,
        "docs/reference/measures.md is out of date: run `UPDATE_DOCS=1 cargo test -p meed-measures`"
    );
}

fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    page += "\n## What an answer holds\n";
    for (grain, name) in Grain::NAMES {
        write!(page, "\n### Grain `{name}`\n\n| column | holds | needed | says |\n| --- | --- | --- | --- |\n")
            .expect("text");
        for column in grain.columns() {
            let required = if column.required { "yes" } else { "may be left out" };
            writeln!(page, "| `{}` | {} | {required} | {} |", column.name, column.kind, column.about).expect("text");
        }
    }
    let mut family = String::new();
    for measure in library() {
        let (of, _) = measure.name.split_once('/').unwrap_or_default();
        if of != family {
            family = of.to_owned();
            write!(page, "\n## {}\n", heading(of)).expect("text");
        }
        page += &section(&measure);
    }
    page
}

fn heading(family: &str) -> String {
    let mut letters = family.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

fn section(measure: &Measure) -> String {
    let mut text = format!("\n### `{}`\n\n**{}**\n", measure.name, measure.question);
    let notes: Vec<&str> = notes(measure);
    if !notes.is_empty() {
        write!(text, "\n{}\n", notes.join("\n")).expect("text");
    }
    let reads: Vec<String> = measure.reads.iter().map(|table| format!("`{table}`")).collect();
    write!(text, "\n- grain `{}`, unit {}; reads {}\n", measure.grain, measure.unit, reads.join(", ")).expect("text");
    if let (Some(above), Some(below)) = (&measure.numerator, &measure.denominator) {
        writeln!(text, "- counts, of {}: {}; over: {}", above.of, above.which, below.which).expect("text");
    }
    for parameter in &measure.parameters {
        let default = parameter.default.as_ref().map_or("no default".to_owned(), |value| format!("default `{value}`"));
        writeln!(text, "- `{}` ({}, {default}): {}", parameter.name, parameter.kind.name(), parameter.about)
            .expect("text");
    }
    if let Some(window) = &measure.follow_up {
        writeln!(text, "- follow-up: `{window}`").expect("text");
    }
    if let Some(who) = &measure.evidenced_by {
        writeln!(text, "- evidenced: {who}").expect("text");
    }
    writeln!(text, "- source: {}", measure.source).expect("text");
    text
}

/// What the head says between the question and its fields.
fn notes(measure: &Measure) -> Vec<&str> {
    let head = measure
        .sql
        .lines()
        .map_while(|line| line.strip_prefix("--"))
        .map(|line| line.strip_prefix(' ').unwrap_or(line));
    let after_question = head.skip_while(|line| !line.is_empty()).skip(1);
    let mut notes: Vec<&str> = after_question.take_while(|line| !line.starts_with("grain:")).collect();
    while notes.last().is_some_and(|line| line.is_empty()) {
        notes.pop();
    }
    notes
}
