//! What is wrong with evidence, told to the one who sent it.

use std::fmt;

use serde::Serialize;

/// One thing that is wrong, with its place and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Problem {
    /// The rule that was broken, kebab-case and stable: `duplicate-key`.
    pub rule: &'static str,
    /// Whether the row, or the file when no row is named, can be used all the same.
    pub severity: Severity,
    /// The file, as the package names it.
    pub file: String,
    /// The table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// The row, as a spreadsheet counts it: the header is row 1. Of a declaration, the line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<u64>,
    /// The column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
}

/// Whether evidence with this problem can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// It cannot: the row, or the file when no row is named, never reaches money.
    Error,
    /// It can; somebody should look.
    Warning,
}

/// A rule that evidence keeps to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Kebab-case and stable.
    pub code: &'static str,
    /// What breaking it means.
    pub severity: Severity,
    /// What it asks.
    pub about: &'static str,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        })
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}[{}]: {}", self.severity, self.rule, self.message)?;
        write!(f, "  --> {}", self.file)?;
        if let Some(row) = self.row {
            write!(f, ":{row}")?;
        }
        if let Some(column) = &self.column {
            write!(f, "  column `{column}`")?;
        }
        write!(f, "\n  help: {}", self.remedy)
    }
}

/// The offending cell for a message: short, and without characters that could upset a terminal or a page.
pub(crate) fn quoted(cell: &str) -> String {
    let mut shown: String = cell.chars().filter(|c| !c.is_control()).take(40).collect();
    if cell.chars().filter(|c| !c.is_control()).nth(40).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}

/// The name most like `name`, when one is close enough to be a slip of the pen.
pub(crate) fn nearest<'a>(name: &str, among: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = 1 + name.chars().count() / 4;
    among
        .into_iter()
        .map(|known| (distance(&name.to_lowercase(), &known.to_lowercase()), known))
        .filter(|(far, _)| *far <= allowed)
        .min_by_key(|(far, _)| *far)
        .map(|(_, known)| known)
}

/// Letters to add, drop or change to get from one name to the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(100).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.chars().take(100).enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, right) in b.iter().enumerate() {
            let changed = diagonal + usize::from(left != *right);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

/// `a`, `b` and `c`.
pub(crate) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match names.split_last() {
        None => "none".to_owned(),
        Some((only, [])) => only.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_cell_is_short_and_holds_no_control_characters() {
        assert_eq!(quoted("12\u{1b}[31m"), "`12[31m`");
        assert_eq!(quoted(&"x".repeat(41)), format!("`{}…`", "x".repeat(40)));
        assert_eq!(quoted(&"x".repeat(40)), format!("`{}`", "x".repeat(40)));
    }

    #[test]
    fn a_slip_of_the_pen_finds_the_name_that_was_meant() {
        let names = ["person", "started_on", "ended_on"];
        assert_eq!(nearest("Started_On", names), Some("started_on"));
        assert_eq!(nearest("started-on", names), Some("started_on"));
        assert_eq!(nearest("persn", names), Some("person"));
        assert_eq!(nearest("colour", names), None);
    }

    #[test]
    fn names_are_listed_as_one_would_say_them() {
        assert_eq!(listed(["a"]), "`a`");
        assert_eq!(listed(["a", "b", "c"]), "`a`, `b` and `c`");
    }
}
