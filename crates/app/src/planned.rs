//! Whether each of a contract's own measures can be asked of its tables, before there is any evidence.

use std::{collections::BTreeMap, ops::Range};

use meed_measures::{Measure, ParameterKind, ParameterValue};
use meed_query::{Asked, Problem};
use meed_terms::{Diagnostic, Severity, Terms};
use meed_units::{Date, Exact, Length};

use crate::{ContractFolder, Result, evidence, people::query_error, settle::engine};

/// What is wrong with the tables that a contract declares, or else with the SQL of its own measures, and of those beside
/// what it includes: each is planned over the tables of the evidence standard and the contract's own, without a row. A
/// measure whose head does not read is left out, as that is told already.
///
/// # Errors
/// When the machine gives the engine no threads.
pub fn planned(contract: &ContractFolder, terms: Option<&Terms>) -> Result<Vec<Diagnostic>> {
    let own = contract.folder.measures.iter().map(|(stem, text)| (format!("measures/{stem}.sql"), &**stem, text));
    let included = contract.folder.included.iter().filter_map(|(path, text)| {
        let stem = path.rsplit('/').next()?.strip_suffix(".sql")?;
        Some((path.clone(), stem, text))
    });
    let read = own.chain(included).filter_map(|(file, stem, text)| {
        let measure = Measure::read(stem.into(), text).ok()?;
        Some((file, measure, text))
    });
    let measures: Vec<(String, Measure, &String)> = read.collect();
    let (known, wrong) = evidence::declared_tables(contract);
    // Over tables that cannot be used nothing can be planned.
    if !wrong.is_empty() || measures.is_empty() {
        return Ok(wrong);
    }
    let mut tables = meed_query::empty_tables(&known);
    tables.set_periods(&[]);
    let engine = engine(Some(1))?;
    let mut found = Vec::new();
    for (file, measure, text) in &measures {
        let parameters = parameters(measure, terms);
        let asked = Asked { measure, parameters: &parameters, as_of: some_day() };
        let problems = match meed_query::plan(&engine, &tables, asked) {
            Ok(()) => continue,
            // The engine itself, and not the measure.
            Err(error) if error.code() == "engine" => return Err(query_error(&error)),
            Err(error) => error.problems,
        };
        let first = found.len();
        let told = problems.into_iter().map(|problem| Diagnostic {
            at: place(&problem, text),
            code: problem.code,
            severity: Severity::Error,
            file: file.clone(),
            place: String::new(),
            message: problem.message,
            help: problem.help,
        });
        found.extend(told);
        // In the order of the file, whatever the order in which the engine looks.
        found[first..].sort_by_key(|told| told.at.start);
    }
    Ok(found)
}

/// A day: which one decides nothing.
fn some_day() -> Date {
    Date::new(2000, 1, 1).expect("a day of the calendar")
}

/// The values of the first use of a measure; where the contract does not use it, or does not read, values of the right
/// kinds, as what is asked is whether they can be asked at all.
fn parameters(measure: &Measure, terms: Option<&Terms>) -> BTreeMap<String, ParameterValue> {
    let uses = terms.map(Terms::uses).unwrap_or_default();
    let used = uses.iter().find(|(used, _)| used.name.value == measure.name);
    let mut values: BTreeMap<String, ParameterValue> =
        used.map(|(used, _)| used.values(measure).into_iter().collect()).unwrap_or_default();
    for parameter in measure.parameters.iter().filter(|parameter| parameter.default.is_none()) {
        values.entry(parameter.name.clone()).or_insert_with(|| match parameter.kind {
            ParameterKind::Count => ParameterValue::Count(1),
            ParameterKind::Number => ParameterValue::Number(Exact::ONE),
            ParameterKind::Length => ParameterValue::Length("1 month".parse::<Length>().expect("a length of time")),
            ParameterKind::Date => ParameterValue::Date(some_day()),
            ParameterKind::Text => ParameterValue::Text("any".to_owned()),
        });
    }
    values
}

/// Where in the measure's file a problem lies: at the place the parser says, at the name the message gives, else at the
/// outermost SELECT.
fn place(problem: &Problem, text: &str) -> Range<usize> {
    if let Some(at) = said_place(&problem.message, text) {
        return at..at + 1;
    }
    // Names are the same in large letters and small ones.
    let plain = without_comments(text).to_ascii_lowercase();
    let select = outermost_select(&plain).unwrap_or_default();
    // What the answer has or lacks stands in the outermost SELECT; a name may be read anywhere.
    let from = if problem.code == "measure-column" { select } else { 0 };
    let names = problem.message.split('`').skip(1).step_by(2);
    let bare = names.clone().filter_map(|name| name.rsplit('.').next());
    let named = names.chain(bare).find_map(|name| word(&plain, from, name));
    named.unwrap_or(select..(select + "SELECT".len()).min(text.len()))
}

/// The place in `... at Line: 12, Column: 8`.
fn said_place(message: &str, text: &str) -> Option<usize> {
    let number = |after: &str| -> Option<usize> {
        let (_, rest) = message.rsplit_once(after)?;
        rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
    };
    let (line, column) = (number("Line: ")?, number("Column: ")?);
    let start: usize = text.split_inclusive('\n').take(line.checked_sub(1)?).map(str::len).sum();
    let rest = text.get(start..)?;
    let inside = rest.char_indices().nth(column.saturating_sub(1)).map_or(rest.len(), |(at, _)| at);
    Some(start + inside)
}

/// The same text, byte for byte, with blanks for comments and for what stands between quotes.
fn without_comments(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let (mut comment, mut quoted, mut before) = (false, false, ' ');
    for letter in text.chars() {
        match letter {
            '\n' => comment = false,
            '-' if before == '-' && !quoted && !comment => {
                comment = true;
                plain.pop();
                plain.push(' ');
            }
            '\'' if !comment => quoted = !quoted,
            _ => (),
        }
        let hidden = comment || quoted || letter == '\'';
        match hidden && letter != '\n' {
            true => plain.extend(std::iter::repeat_n(' ', letter.len_utf8())),
            false => plain.push(letter),
        }
        before = letter;
    }
    plain
}

/// The first SELECT that stands between no parentheses.
fn outermost_select(plain: &str) -> Option<usize> {
    let mut depth = 0_i32;
    for (at, letter) in plain.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            's' if depth == 0
                && plain[at..].starts_with("select")
                && word(plain, at, "select").is_some_and(|found| found.start == at) =>
            {
                return Some(at);
            }
            _ => (),
        }
    }
    None
}

/// Where a name first stands as a word of its own in a text in small letters.
fn word(plain: &str, from: usize, name: &str) -> Option<Range<usize>> {
    let name = name.to_ascii_lowercase();
    let part = |c: char| c.is_alphanumeric() || c == '_';
    let whole = |at: usize| {
        !plain[..at].chars().next_back().is_some_and(part) && !plain[at + name.len()..].chars().next().is_some_and(part)
    };
    if name.is_empty() {
        return None;
    }
    let found = plain.get(from..)?.match_indices(&name).map(|(at, _)| from + at).find(|at| whole(*at))?;
    Some(found..found + name.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_where_it_is_read_and_not_in_words_about_it() {
        let text = "-- Was occured_on late?\n-- é\nWITH a AS (SELECT 'occured_on' FROM events)\nSELECT e.occured_on, x\nFROM a";
        let at = |code: &'static str, message: &str| {
            let problem = Problem { code, at: String::new(), message: message.into(), help: String::new() };
            let place = place(&problem, text);
            (text[..place.start].matches('\n').count() + 1, &text[place])
        };
        assert_eq!(at("query", "there is no column `e.occured_on`"), (4, "e.occured_on"));
        assert_eq!(at("query", "there is no column `occured_on`"), (4, "occured_on"));
        assert_eq!(at("measure-column", "the answer has no column `occurrence`"), (4, "SELECT"));
        assert_eq!(at("measure-table", "the query reads from `events`, which"), (3, "events"));
        assert_eq!(outermost_select("s-laffé from (select 1) selected, select"), Some(35));
        assert_eq!(at("measure-syntax", "expected x at Line: 5, Column: 6").0, 5);
    }
}
