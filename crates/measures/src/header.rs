//! The comment block at the head of a measure file.
//!
//! ```text
//! -- Is the person abstinent from every presenting substance at any two reviews?
//! --
//! -- grain:     outcome
//! -- unit:      person
//! -- reads:     people, spells, reviews
//! -- parameter: reviews, count, 2: how many clean reviews are needed
//! -- parameter: within, length, 12 months: how far back reviews count
//! -- persons:   one by one
//! -- follow-up: within
//! -- evidenced: provider
//! -- source:    national outcome 1.2
//! SELECT ...
//! ```

use meed_units::{Date, Exact, Length, MeasureName};

use crate::{Grain, Measure};

/// Something a contract may set on a measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Without the dollar sign.
    pub name: String,
    /// What it is.
    pub kind: ParameterKind,
    /// The value when a contract does not set it; without one it must.
    pub default: Option<ParameterValue>,
    /// What it does.
    pub about: String,
}

/// What a ratio counts above or below its line: `people released in the period: their proven reoffences`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// Whose: the people, places or goals, in words that are the same above and below the line when they are the same.
    pub of: String,
    /// Which of them, or what about them.
    pub which: String,
}

/// What a parameter is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum ParameterKind {
    Count,
    Number,
    Length,
    Date,
    Text,
}

/// A value bound to a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum ParameterValue {
    Count(u32),
    Number(Exact),
    Length(Length),
    Date(Date),
    Text(String),
}

impl ParameterKind {
    const NAMES: [(ParameterKind, &'static str); 5] = [
        (ParameterKind::Count, "count"),
        (ParameterKind::Number, "number"),
        (ParameterKind::Length, "length"),
        (ParameterKind::Date, "date"),
        (ParameterKind::Text, "text"),
    ];

    /// The spelling in a header.
    pub fn name(self) -> &'static str {
        ParameterKind::NAMES.iter().find(|(kind, _)| *kind == self).map_or("", |(_, name)| name)
    }

    /// A value of this kind, as a contract writes it.
    pub fn example(self) -> &'static str {
        match self {
            ParameterKind::Count => "4",
            ParameterKind::Number => "\"2.5\"",
            ParameterKind::Length => "\"28 days\"",
            ParameterKind::Date => "\"2012-04-01\"",
            ParameterKind::Text => "\"employment\"",
        }
    }

    /// Reads a value of this kind.
    pub fn value(self, text: &str) -> Option<ParameterValue> {
        match self {
            ParameterKind::Count => text.parse().ok().map(ParameterValue::Count),
            ParameterKind::Number => text.parse().ok().map(ParameterValue::Number),
            ParameterKind::Length => text.parse().ok().map(ParameterValue::Length),
            ParameterKind::Date => text.parse().ok().map(ParameterValue::Date),
            ParameterKind::Text => Some(ParameterValue::Text(text.to_owned())),
        }
    }
}

impl std::fmt::Display for ParameterValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ParameterValue::Count(value) => value.fmt(f),
            ParameterValue::Number(value) => value.fmt(f),
            ParameterValue::Length(value) => value.fmt(f),
            ParameterValue::Date(value) => value.fmt(f),
            ParameterValue::Text(value) => value.fmt(f),
        }
    }
}

/// Something wrong with the head of a measure file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderProblem {
    /// Line of the file, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
    /// What to write.
    pub help: String,
}

pub(crate) fn read(name: MeasureName, file: &str) -> Result<Measure, Vec<HeaderProblem>> {
    let mut problems = Vec::new();
    let mut problem = |line: usize, message: String, help: &str| {
        problems.push(HeaderProblem { line: line + 1, message, help: help.to_owned() });
    };
    let head: Vec<(usize, &str)> = file
        .lines()
        .enumerate()
        .map_while(|(number, line)| line.trim().strip_prefix("--").map(|rest| (number, rest.trim())))
        .collect();

    let question: String =
        head.iter().map(|(_, line)| *line).take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
    if question.is_empty() {
        problem(
            0,
            "the measure does not say what it asks".into(),
            "open the file with a comment that is the question: `-- Is the person in work?`",
        );
    }
    let (mut grain, mut unit, mut reads, mut source) = (None, None, None, None);
    let (mut parameters, mut follow_up, mut evidenced_by, mut one_by_one) = (Vec::new(), None, None, false);
    let (mut numerator, mut denominator) = (None, None);
    let fields = [
        "grain",
        "unit",
        "reads",
        "numerator",
        "denominator",
        "persons",
        "parameter",
        "follow-up",
        "evidenced",
        "source",
    ];
    // Prose may come between the question and the fields, and a line of it may begin with a word and a colon.
    let of_fields = |line: &str| line.split_once(':').is_some_and(|(field, _)| fields.contains(&field.trim()));
    for (number, line) in head.iter().skip_while(|(_, line)| !of_fields(line)) {
        // A line of prose may hold a colon; a field is one lower-case word before it.
        let Some((field, value)) = line.split_once(':').filter(|(field, _)| is_field(field)) else { continue };
        let value = value.trim();
        match field.trim() {
            "grain" => match value.parse::<Grain>() {
                Ok(value) => grain = Some(value),
                Err(()) => {
                    problem(*number, format!("`{value}` is no grain"), "a grain is outcome, ratio, quantity or cohort")
                }
            },
            "unit" => unit = Some(value.to_owned()),
            "reads" => reads = Some(value.split(',').map(|table| table.trim().to_owned()).collect::<Vec<_>>()),
            "source" => source = Some(value.to_owned()),
            side @ ("numerator" | "denominator") => match counted(value) {
                Some(counted) if side == "numerator" => numerator = Some((*number, counted)),
                Some(counted) => denominator = Some((*number, counted)),
                None => problem(
                    *number,
                    format!("`{value}` does not say of whom the {side} counts what"),
                    "write `-- numerator: people released in the period: their proven reoffences`",
                ),
            },
            "persons" if value == "one by one" => one_by_one = true,
            "persons" => problem(
                *number,
                format!("`{value}` does not say how persons are looked at"),
                "write `-- persons: one by one` where what is said of a person rests on that person's rows alone",
            ),
            "follow-up" => follow_up = Some((*number, value.to_owned())),
            "evidenced" => evidenced_by = Some(value.to_owned()),
            "parameter" => match parameter(value) {
                Some(parameter) => parameters.push(parameter),
                None => problem(
                    *number,
                    format!("`{value}` does not read as a parameter"),
                    "write `-- parameter: within, length, 12 months: how far back reviews count`; kinds are count, number, length, date and text",
                ),
            },
            other => problem(
                *number,
                format!("`{other}` is no field of a measure's head"),
                "fields are grain, unit, reads, numerator, denominator, persons, parameter, follow-up, evidenced and source; prose goes above them",
            ),
        }
    }
    for (field, missing) in
        [("grain", grain.is_none()), ("unit", unit.is_none()), ("reads", reads.is_none()), ("source", source.is_none())]
    {
        if missing && !(field == "grain" && head.iter().any(|(_, line)| line.starts_with("grain"))) {
            problem(
                0,
                format!("the measure's head has no `{field}`"),
                "the head needs the question, then grain, unit, reads and source",
            );
        }
    }
    if let Some((number, name)) = &follow_up
        && !parameters.iter().any(|p: &Parameter| p.name == *name && p.kind == ParameterKind::Length)
    {
        problem(
            *number,
            format!("the follow-up `{name}` is no parameter of kind length"),
            "name the parameter that is the window",
        );
    }
    for (number, _) in numerator.iter().chain(&denominator).filter(|_| grain.is_some_and(|grain| grain != Grain::Ratio))
    {
        problem(*number, "only a ratio has a numerator and a denominator".into(), "take the line out");
    }
    if let (Some((number, _)), None) | (None, Some((number, _))) = (&numerator, &denominator) {
        problem(*number, "one side of the ratio is stated and the other is not".into(), "state both sides");
    }
    match (grain, unit, reads, source) {
        (Some(grain), Some(unit), Some(reads), Some(source)) if problems.is_empty() => Ok(Measure {
            name,
            question,
            grain,
            unit,
            reads,
            parameters,
            follow_up: follow_up.map(|(_, name)| name),
            evidenced_by,
            numerator: numerator.map(|(_, counted)| counted),
            denominator: denominator.map(|(_, counted)| counted),
            one_by_one,
            source,
            sql: file.to_owned(),
        }),
        _ => Err(problems),
    }
}

fn is_field(word: &str) -> bool {
    let word = word.trim();
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
}

/// `people released in the period: their proven reoffences`
fn counted(text: &str) -> Option<Counted> {
    let (of, which) = text.split_once(':')?;
    let (of, which) = (of.trim(), which.trim());
    (!of.is_empty() && !which.is_empty()).then(|| Counted { of: of.to_owned(), which: which.to_owned() })
}

/// `within, length, 12 months: how far back`; without a default `within, length: how far back`.
fn parameter(text: &str) -> Option<Parameter> {
    let (declared, about) = text.split_once(':')?;
    let mut parts = declared.splitn(3, ',').map(str::trim);
    let name =
        parts.next().filter(|name| !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))?;
    let kind = parts.next()?;
    let kind = ParameterKind::NAMES.iter().find(|(_, name)| *name == kind)?.0;
    let default = match parts.next() {
        Some(text) => Some(kind.value(text)?),
        None => None,
    };
    Some(Parameter { name: name.to_owned(), kind, default, about: about.trim().to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_says_what_the_measure_is() {
        let file = "-- Is the person abstinent\n-- at two reviews?\n--\n-- grain: outcome\n-- unit: person\n-- reads: people, reviews\n\
                    -- parameter: reviews, count, 2: clean reviews needed\n-- parameter: within, length: window\n-- follow-up: within\n-- source: ours\nSELECT 1";
        let measure = Measure::read("abstinent".into(), file).expect("a measure");
        assert_eq!(measure.question, "Is the person abstinent at two reviews?");
        assert_eq!(measure.grain, Grain::Outcome);
        assert_eq!(measure.parameter("reviews").and_then(|p| p.default.clone()), Some(ParameterValue::Count(2)));
        assert_eq!(measure.parameter("within").map(|p| p.default.is_none()), Some(true));
    }

    #[test]
    fn a_ratio_says_of_whom_each_side_counts_what() {
        let head = |sides: &str| {
            format!(
                "-- How many?\n--\n-- grain: ratio\n-- unit: percent\n-- reads: people\n{sides}-- source: ours\nSELECT 1"
            )
        };
        let sides = "-- numerator: people released: those back\n-- denominator: people released: all\n";
        let measure = Measure::read("x".into(), &head(sides)).expect("a measure");
        assert_eq!(measure.numerator.map(|side| side.of), measure.denominator.map(|side| side.of));
        assert!(Measure::read("x".into(), &head("")).expect("a measure").numerator.is_none());
        for wrong in ["-- numerator: people: some\n", "-- numerator: people\n-- denominator: people: all\n"] {
            assert!(Measure::read("x".into(), &head(wrong)).is_err(), "{wrong}");
        }
        assert!(Measure::read("x".into(), &head(sides).replace("ratio", "outcome")).is_err());
    }

    #[test]
    fn every_problem_of_a_head_is_told_with_its_line() {
        let problems =
            Measure::read("x".into(), "-- Why?\n--\n-- grain: heap\n-- colour: red\nSELECT 1").expect_err("refused");
        assert_eq!(problems.len(), 5);
        assert_eq!((problems[0].line, problems[1].line), (3, 4));
    }
}
