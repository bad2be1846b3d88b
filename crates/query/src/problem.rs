//! What went wrong with a query or a file of evidence, said so that its owner can put it right.

use std::{fmt, path::Path};

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Stable, so that it can be looked up.
    pub code: &'static str,
    /// The measure, mapping or file.
    pub at: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// Why a query gave no answer: every problem that could be found, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryError {
    /// Never empty.
    pub problems: Vec<Problem>,
}

impl QueryError {
    /// One problem.
    pub fn new(
        code: &'static str,
        at: impl Into<String>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> QueryError {
        let problem = Problem { code, at: at.into(), message: message.into(), help: help.into() };
        QueryError { problems: vec![problem] }
    }

    /// A file that cannot be read or written.
    pub(crate) fn file(path: &Path, message: impl fmt::Display) -> QueryError {
        QueryError::new(
            "file",
            path.display().to_string(),
            message.to_string(),
            "check that the file is there, complete and readable, and that the disk has room",
        )
    }

    /// The code of the first problem.
    pub fn code(&self) -> &'static str {
        self.problems.first().map_or("", |problem| problem.code)
    }

    /// The problems as an error, or nothing when there are none.
    pub(crate) fn of(problems: Vec<Problem>) -> Result<(), QueryError> {
        if problems.is_empty() { Ok(()) } else { Err(QueryError { problems }) }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error[{}]: {}\n  --> {}\n  help: {}", self.code, self.message, self.at, self.help)
    }
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, problem) in self.problems.iter().enumerate() {
            write!(f, "{}{problem}", if nth == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}

impl std::error::Error for QueryError {}

/// The name most like `name`, when one is close enough to be a slip of the pen.
pub(crate) fn nearest<'a>(name: &str, among: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = 1 + name.chars().count() / 4;
    among
        .map(|known| (distance(name, known), known))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_finds_the_name_that_was_meant() {
        let names = ["within", "reviews", "as_of"];
        assert_eq!(nearest("withn", names.into_iter()), Some("within"));
        assert_eq!(nearest("review", names.into_iter()), Some("reviews"));
        assert_eq!(nearest("colour", names.into_iter()), None);
    }
}
