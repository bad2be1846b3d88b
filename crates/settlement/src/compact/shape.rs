//! A line taken apart: what it shares with many others, and what is its own.

use meed_units::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::statement::Line;

/// A value that goes into an open place of a shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    Person,
    Text,
    Name,
    Day,
    Number,
}

/// A value of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Person(String),
    Text(String),
    Name(String),
    Day(i32),
    /// All digits, and how many of them stand behind the point.
    Number(i64, u8),
}

impl Value {
    pub fn kind(&self) -> Kind {
        match self {
            Value::Person(_) => Kind::Person,
            Value::Text(_) => Kind::Text,
            Value::Name(_) => Kind::Name,
            Value::Day(_) => Kind::Day,
            Value::Number(..) => Kind::Number,
        }
    }
}

/// A line taken apart.
#[derive(Clone, Debug)]
pub(crate) struct Split {
    /// The record with open places.
    pub text: String,
    /// What goes into each place, with where in the record it was found: `because.caps.0.used`.
    pub values: Vec<(String, Value)>,
}

/// What opens a place, and what closes it. JSON writes both as escapes, so no text of a record holds them.
pub(crate) const OPEN: char = '\u{1}';
pub(crate) const CLOSE: char = '\u{2}';

/// Values that hold a number written as text.
const NUMBERS: [&str; 13] = [
    "amount",
    "quantity",
    "rate",
    "limit",
    "carried",
    "kept-back",
    "advanced",
    "room-before",
    "room_before",
    "used",
    "value",
    "result",
    "would-be",
];
/// Values that many lines share, but few shapes should.
const NAMES: [&str; 8] = ["provider", "sent-by", "payer", "why", "of", "released-by", "found", "scheme"];
/// Values that hardly two lines share.
const TEXTS: [&str; 6] = ["assessment", "adjusts", "line", "statement", "event", "record"];

/// Takes a line apart.
pub(crate) fn split(line: &Line) -> Split {
    let json = serde_json::to_value(line).expect("a line is written as JSON");
    let mut splitting = Splitting { text: String::new(), values: Vec::new(), person: line.person.as_deref() };
    if let Some(person) = splitting.person {
        splitting.values.push(("person".to_owned(), Value::Person(person.to_owned())));
    }
    let subject = splitting.person.unwrap_or(&line.provider);
    let begins = format!("{}/{subject}/", line.clause);
    splitting.walk(&json, "", "", &begins);
    Split { text: splitting.text, values: splitting.values }
}

struct Splitting<'l> {
    text: String,
    values: Vec<(String, Value)>,
    person: Option<&'l str>,
}

impl Splitting<'_> {
    fn walk(&mut self, json: &Json, path: &str, key: &str, begins: &str) {
        match json {
            Json::Object(fields) => {
                self.text.push('{');
                for (place, (name, value)) in fields.iter().enumerate() {
                    if place > 0 {
                        self.text.push(',');
                    }
                    self.fixed(name);
                    self.text.push(':');
                    let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                    self.walk(value, &path, name, begins);
                }
                self.text.push('}');
            }
            Json::Array(items) => {
                self.text.push('[');
                for (place, value) in items.iter().enumerate() {
                    if place > 0 {
                        self.text.push(',');
                    }
                    // What stands in a list is known by the list's name.
                    self.walk(value, &format!("{path}.{place}"), key, begins);
                }
                self.text.push(']');
            }
            Json::String(text) => self.string(text, path, key, begins),
            other => self.text.push_str(&other.to_string()),
        }
    }

    fn string(&mut self, text: &str, path: &str, key: &str, begins: &str) {
        // Escapes inside a value would be two ways of writing the same thing.
        match (key, self.person) {
            ("id", _) if path == "id" => match text.strip_prefix(begins) {
                Some(rest) => {
                    let clause = &begins[..begins.find('/').unwrap_or_default()];
                    self.text.push('"');
                    self.text.push_str(&escaped(clause));
                    self.text.push('/');
                    match self.person {
                        Some(_) => self.again(0),
                        None => self.text.push_str(&escaped(&begins[clause.len() + 1..begins.len() - 1])),
                    }
                    self.text.push('/');
                    self.open("id", Value::Text(rest.to_owned()));
                    self.text.push('"');
                }
                None => self.whole(path, Value::Text(text.to_owned())),
            },
            ("person", Some(person)) if path == "person" && text == person => {
                self.text.push('"');
                self.again(0);
                self.text.push('"');
            }
            ("of", Some(person)) => match text.strip_prefix("person ").and_then(|rest| rest.strip_prefix(person)) {
                Some(rest) => {
                    self.text.push_str("\"person ");
                    self.again(0);
                    self.text.push_str(&escaped(rest));
                    self.text.push('"');
                }
                None => self.whole(path, Value::Name(text.to_owned())),
            },
            ("evidence", _) => self.whole(path, Value::Text(text.to_owned())),
            _ if NUMBERS.contains(&key) => match number(text) {
                Some((digits, places)) => self.whole(path, Value::Number(digits, places)),
                None => self.whole(path, Value::Name(text.to_owned())),
            },
            _ if NAMES.contains(&key) => self.whole(path, Value::Name(text.to_owned())),
            _ if TEXTS.contains(&key) => self.whole(path, Value::Text(text.to_owned())),
            _ => match text.len().checked_sub(10).and_then(|at| Some((text.get(..at)?, day(text.get(at..)?)?))) {
                Some((before, on)) => {
                    self.text.push('"');
                    self.text.push_str(&escaped(before));
                    self.open(path, Value::Day(on));
                    self.text.push('"');
                }
                None => self.fixed(text),
            },
        }
    }

    fn whole(&mut self, path: &str, value: Value) {
        self.text.push('"');
        self.open(path, value);
        self.text.push('"');
    }

    fn open(&mut self, path: &str, value: Value) {
        self.again(self.values.len());
        self.values.push((path.to_owned(), value));
    }

    fn again(&mut self, place: usize) {
        self.text.push(OPEN);
        self.text.push_str(&place.to_string());
        self.text.push(CLOSE);
    }

    fn fixed(&mut self, text: &str) {
        self.text.push('"');
        self.text.push_str(&escaped(text));
        self.text.push('"');
    }
}

/// A text as it stands between the quotes of JSON.
pub(crate) fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte >= 0x20 && byte != b'"' && byte != b'\\';
    if text.bytes().all(plain) {
        return text.to_owned();
    }
    let quoted = serde_json::to_string(text).expect("a text is written as JSON");
    quoted[1..quoted.len() - 1].to_owned()
}

/// The number of a day written in full: `2013-05-14`.
fn day(text: &str) -> Option<i32> {
    let date: Date = text.parse().ok()?;
    (date.to_string() == text).then(|| i32::try_from(date.day_number()).ok()).flatten()
}

/// The digits of a decimal, and how many stand behind the point; none where it is written in another way.
fn number(text: &str) -> Option<(i64, u8)> {
    let (whole, behind) = text.split_once('.').unwrap_or((text, ""));
    let digits: i64 = format!("{whole}{behind}").parse().ok()?;
    let places = u8::try_from(behind.len()).ok()?;
    (written(digits, places) == text).then_some((digits, places))
}

/// A decimal as it is written.
pub(crate) fn written(digits: i64, places: u8) -> String {
    let places = usize::from(places);
    let sign = if digits < 0 { "-" } else { "" };
    let all = format!("{:0>width$}", digits.unsigned_abs(), width = places + 1);
    let (whole, behind) = all.split_at(all.len() - places);
    if behind.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{behind}") }
}
