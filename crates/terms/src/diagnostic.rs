//! What is wrong with a contract, told to the person who wrote it.

use std::{fmt::Write as _, ops::Range};

use serde_json::{Value, json};

/// Something wrong with a file of a contract, or worth a second look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable, so that it can be looked up: `docs/errors/band-overlap.md`.
    pub code: &'static str,
    /// Whether the contract can be used all the same.
    pub severity: Severity,
    /// The file, relative to the contract's folder.
    pub file: String,
    /// Bytes of the file.
    pub at: Range<usize>,
    /// The place in the contract's own words: `[[clause]] "abstinent" price`.
    pub place: String,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

/// Whether a contract with this diagnostic can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It cannot.
    Error,
    /// It can; somebody should look.
    Warning,
}

impl Diagnostic {
    /// Line and column of the start, both from 1, given the file's text.
    pub fn line_and_column(&self, text: &str) -> (usize, usize) {
        let start = floor(text, self.at.start);
        let before = &text[..start];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
        (line, column)
    }

    /// The diagnostic for people: what, where, the line itself, and what to do.
    pub fn render(&self, text: &str) -> String {
        let (line, column) = self.line_and_column(text);
        let source = text.lines().nth(line - 1).unwrap_or("");
        let shown: String = source.chars().take(160).map(|c| if c.is_control() { ' ' } else { c }).collect();
        let start = floor(text, self.at.start);
        let end = floor(text, self.at.end).max(start);
        let width = text[start..end].lines().next().map_or(1, |marked| marked.chars().count());
        let width = width.clamp(1, 160_usize.saturating_sub(column - 1).max(1));
        let number = line.to_string();
        let margin = " ".repeat(number.len());
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let mut out = format!("{severity}[{}]: {}\n", self.code, self.message);
        let _ = writeln!(out, "{}", format!("{margin}--> {}:{line}  {}", self.file, self.place).trim_end());
        if column <= 160 {
            let _ = writeln!(
                out,
                "{margin} |\n{number} | {shown}\n{margin} | {}{}",
                " ".repeat(column - 1),
                "^".repeat(width)
            );
        }
        let _ = writeln!(out, "{margin} help: {}", self.help);
        out
    }

    /// The diagnostic for machines.
    pub fn json(&self, text: &str) -> Value {
        let (line, column) = self.line_and_column(text);
        json!({
            "code": self.code,
            "severity": match self.severity { Severity::Error => "error", Severity::Warning => "warning" },
            "file": self.file,
            "line": line,
            "column": column,
            "place": self.place,
            "message": self.message,
            "help": self.help,
        })
    }
}

/// The nearest character boundary at or below `at`.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The known name closest to `name`, when it is close enough to have been meant.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let sorted = |word: &str| {
        let mut letters: Vec<char> = word.chars().collect();
        letters.sort_unstable();
        letters
    };
    let letters = sorted(name);
    // Two changes to a word of three letters make another word, unless they only swap letters.
    let most = |candidate: &str| match letters.len() {
        0..4 if sorted(candidate) != letters => 1,
        length => (length / 3).max(2),
    };
    known
        .into_iter()
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= most(candidate))
        .min()
        .map(|(_, candidate)| candidate)
}

/// Edits between two words: insertions, deletions, replacements.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(80).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().take(80).enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replace = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replace.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_the_one_meant() {
        assert_eq!(nearest("utilzation", ["utilisation", "retention"]), Some("utilisation"));
        assert_eq!(nearest("hgih", ["low", "high"]), Some("high"));
        assert_eq!(nearest("elephant", ["low", "high"]), None);
        assert_eq!(nearest("jbo", ["job", "low"]), Some("job"));
        assert_eq!(nearest("vat", ["cap", "set"]), None, "two changes make another word of three letters");
    }

    #[test]
    fn a_place_inside_a_long_or_foreign_line_still_renders() {
        let text = "título = \"é\"\nb = 1";
        let diagnostic = Diagnostic {
            code: "x",
            severity: Severity::Error,
            file: "contract.toml".into(),
            at: 11..13,
            place: String::new(),
            message: "m".into(),
            help: "h".into(),
        };
        assert!(diagnostic.render(text).contains("contract.toml:1"));
        let far = Diagnostic { at: 9000..9999, ..diagnostic };
        assert!(far.render(text).contains("contract.toml:2"));
    }
}
