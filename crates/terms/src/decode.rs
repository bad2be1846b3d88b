//! From TOML to typed terms: every field by its type, every problem collected,
//! and the JSON Schema from the same declaration.

mod choice;

use std::{
    ops::{Deref, Range},
    str::FromStr,
};

use meed_units::{Date, Dated, EffectSize, Exact, Frequency, Length, Money, Percent, Period, RoundingMode};
use serde_json::{Map, Value, json};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::{
    diagnostic::{Diagnostic, Severity, nearest},
    said::Said,
};

pub(crate) use choice::one_of;

/// A node of the file, with its place.
pub(crate) type Node<'i> = Spanned<DeValue<'i>>;

/// A value and where it stands in the file.
#[derive(Clone, Debug)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Bytes of the file.
    pub at: Range<usize>,
}

/// Two values are the same wherever they stand.
impl<T: PartialEq> PartialEq for At<T> {
    fn eq(&self, other: &At<T>) -> bool {
        self.value == other.value
    }
}
impl<T: Eq> Eq for At<T> {}

impl<T> Deref for At<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

/// Collects what is wrong while a file is read.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    pub file: String,
    pub place: Vec<String>,
    pub found: Vec<Diagnostic>,
}

impl Problems {
    pub fn error(&mut self, code: &'static str, at: Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        self.push(Severity::Error, code, at, message.into(), help.into());
    }

    pub fn warning(
        &mut self,
        code: &'static str,
        at: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.push(Severity::Warning, code, at, message.into(), help.into());
    }

    fn push(&mut self, severity: Severity, code: &'static str, at: Range<usize>, message: String, help: String) {
        let place = self.place.join(" ");
        self.found.push(Diagnostic { code, severity, file: self.file.clone(), at, place, message, help });
    }

    /// A text as TOML; none where it does not read, and then every such place is told. `start` is where the text begins
    /// among all that is read.
    pub fn document<'t>(&mut self, text: &'t str, start: usize) -> Option<DeTable<'t>> {
        let (document, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            let at = error.span().unwrap_or(0..0);
            let message = error.message().trim().trim_end_matches('.').replace('\n', "; ");
            self.error(
                "syntax",
                at.start + start..at.end + start,
                format!("this does not read as TOML: {message}"),
                "mend the line; the error before it often explains the ones after",
            );
        }
        errors.is_empty().then(|| document.into_inner())
    }

    /// What was read of one file, unless something in it is an error; with all that was found, in the file's order.
    pub fn concluded<T>(self, read: Option<T>) -> (Option<T>, Vec<Diagnostic>) {
        let mut found = self.found;
        found.sort_by(|a, b| (a.at.start, a.severity, a.code).cmp(&(b.at.start, b.severity, b.code)));
        found.dedup();
        let refused = found.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
        (read.filter(|_| !refused), found)
    }

    /// Runs `inside` with `place` added to where problems are said to be.
    pub fn within<R>(&mut self, place: impl Into<String>, inside: impl FnOnce(&mut Problems) -> R) -> R {
        self.place.push(place.into());
        let result = inside(self);
        self.place.pop();
        result
    }
}

/// A type that a term can have.
pub(crate) trait Decode: Sized {
    /// Reads the node, or says what is wrong with it.
    fn decode(node: &Node<'_>, problems: &mut Problems) -> Option<Self>;
    /// The JSON Schema of its TOML.
    fn schema() -> Value;
    /// What it says, for comparing two versions of a contract.
    fn said(&self) -> Said;
}

/// A table with declared fields.
pub(crate) trait Fields: Sized {
    /// Field names as written.
    const NAMES: &'static [&'static str];
    /// Reads the fields; unknown ones are the caller's to report.
    fn fields(table: &DeTable<'_>, at: Range<usize>, problems: &mut Problems) -> Option<Self>;
    /// `properties` and `required` of its JSON Schema.
    fn properties() -> (Map<String, Value>, Vec<Value>);
    /// What each field says.
    fn said_fields(&self) -> Vec<(String, Said)>;
}

/// Reports fields that no declaration knows.
pub(crate) fn refuse_unknown(table: &DeTable<'_>, known: &[&str], problems: &mut Problems) {
    for (key, _) in table.iter() {
        let name: &str = key.get_ref();
        if !known.contains(&name) {
            let help = match nearest(name, known.iter().copied()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("the fields here are {}", listed(known)),
            };
            let shown: String = name.chars().filter(|c| !c.is_control()).take(60).collect();
            problems.error("unknown-field", key.span(), format!("`{shown}` is not a field here"), help);
        }
    }
}

/// `a, b and c`
pub(crate) fn listed<S: AsRef<str>>(words: &[S]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("`{}`", word.as_ref())).collect();
    match words.split_last() {
        None => "none".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    }
}

/// The field's node, whose name is written with hyphens.
pub(crate) fn find<'t, 'i>(table: &'t DeTable<'i>, name: &str) -> Option<&'t Node<'i>> {
    table.iter().find(|(key, _)| key.get_ref() == name).map(|(_, node)| node)
}

/// How a declared field is filled: required, optional or with a default.
pub(crate) trait Field: Sized {
    const REQUIRED: bool;
    fn fill(node: Option<&Node<'_>>, name: &'static str, at: Range<usize>, problems: &mut Problems) -> Option<Self>;
    fn schema() -> Value;
    /// What it says, for comparing two versions of a contract.
    fn said_here(&self) -> Said;
}

impl<T: Decode> Field for T {
    const REQUIRED: bool = true;
    fn fill(node: Option<&Node<'_>>, name: &'static str, at: Range<usize>, problems: &mut Problems) -> Option<T> {
        match node {
            Some(node) => problems.within(name, |problems| T::decode(node, problems)),
            None => {
                problems.error("missing-field", at, format!("`{name}` is missing"), format!("add `{name} = ...`"));
                None
            }
        }
    }
    fn schema() -> Value {
        T::schema()
    }
    fn said_here(&self) -> Said {
        T::said(self)
    }
}

impl<T: Decode> Field for Option<T> {
    const REQUIRED: bool = false;
    fn fill(
        node: Option<&Node<'_>>,
        name: &'static str,
        _: Range<usize>,
        problems: &mut Problems,
    ) -> Option<Option<T>> {
        match node {
            Some(node) => problems.within(name, |problems| T::decode(node, problems)).map(Some),
            None => Some(None),
        }
    }
    fn schema() -> Value {
        T::schema()
    }
    fn said_here(&self) -> Said {
        self.as_ref().map_or(Said::Nothing, T::said)
    }
}

/// A list that may be left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed<T>(pub Vec<T>);

impl<T> Deref for Listed<T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T: Decode> Field for Listed<T> {
    const REQUIRED: bool = false;
    fn fill(
        node: Option<&Node<'_>>,
        name: &'static str,
        _: Range<usize>,
        problems: &mut Problems,
    ) -> Option<Listed<T>> {
        let Some(node) = node else { return Some(Listed(Vec::new())) };
        let tables = node.get_ref().as_array().is_some_and(|items| items.iter().any(|item| item.get_ref().is_table()));
        let place = if tables { format!("[[{name}]]") } else { name.to_owned() };
        problems.within(place, |problems| Vec::decode(node, problems)).map(Listed)
    }
    fn schema() -> Value {
        <Vec<T> as Decode>::schema()
    }
    fn said_here(&self) -> Said {
        if self.is_empty() { Said::Nothing } else { self.0.said() }
    }
}

/// `false` when left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flag(pub bool);

impl Field for Flag {
    const REQUIRED: bool = false;
    fn fill(node: Option<&Node<'_>>, name: &'static str, at: Range<usize>, problems: &mut Problems) -> Option<Flag> {
        match node {
            Some(_) => <bool as Field>::fill(node, name, at, problems).map(Flag),
            None => Some(Flag(false)),
        }
    }
    fn schema() -> Value {
        json!({"type": "boolean", "default": false})
    }
    fn said_here(&self) -> Said {
        self.0.said()
    }
}

/// Declares a table of the contract: the struct, how it is read, and its schema.
macro_rules! table {
    ($(#[doc = $about:expr])* pub struct $name:ident { $($(#[doc = $doc:expr])* $field:ident : $type:ty),* $(,)? }) => {
        $(#[doc = $about])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name { $($(#[doc = $doc])* pub $field: $type),* }

        impl $crate::decode::Fields for $name {
            const NAMES: &'static [&'static str] = &[$($crate::decode::hyphened!($field)),*];
            fn fields(
                table: &toml::de::DeTable<'_>,
                at: std::ops::Range<usize>,
                problems: &mut $crate::decode::Problems,
            ) -> Option<Self> {
                $(let $field = <$type as $crate::decode::Field>::fill(
                    $crate::decode::find(table, $crate::decode::hyphened!($field)),
                    $crate::decode::hyphened!($field),
                    at.clone(),
                    problems,
                );)*
                Some($name { $($field: $field?),* })
            }
            fn properties() -> (serde_json::Map<String, serde_json::Value>, Vec<serde_json::Value>) {
                let mut properties = serde_json::Map::new();
                let mut required = Vec::new();
                $(
                    let mut schema = <$type as $crate::decode::Field>::schema();
                    let about = concat!($($doc, "\n"),*).trim().replace("\n ", "\n");
                    $crate::decode::describe(&mut schema, about);
                    properties.insert($crate::decode::hyphened!($field).into(), schema);
                    if <$type as $crate::decode::Field>::REQUIRED {
                        required.push($crate::decode::hyphened!($field).into());
                    }
                )*
                (properties, required)
            }
            fn said_fields(&self) -> Vec<(String, $crate::said::Said)> {
                vec![$((
                    $crate::decode::hyphened!($field).to_owned(),
                    <$type as $crate::decode::Field>::said_here(&self.$field),
                )),*]
            }
        }

        impl $crate::decode::Decode for $name {
            fn decode(node: &$crate::decode::Node<'_>, problems: &mut $crate::decode::Problems) -> Option<Self> {
                let table = $crate::decode::as_table(node, stringify!($name), problems)?;
                $crate::decode::refuse_unknown(table, <$name as $crate::decode::Fields>::NAMES, problems);
                <$name as $crate::decode::Fields>::fields(table, node.span(), problems)
            }
            fn schema() -> serde_json::Value {
                $crate::decode::object(<$name as $crate::decode::Fields>::properties())
            }
            fn said(&self) -> $crate::said::Said {
                $crate::said::Said::Named($crate::decode::Fields::said_fields(self))
            }
        }
    };
}
pub(crate) use table;

/// `scaled_by` as it is written: `scaled-by`.
macro_rules! hyphened {
    ($field:ident) => {{
        const NAME: &str = stringify!($field);
        const BYTES: [u8; NAME.len()] = $crate::decode::hyphens(NAME.as_bytes());
        const HYPHENED: &str = match std::str::from_utf8(&BYTES) {
            Ok(text) => text,
            Err(_) => NAME,
        };
        HYPHENED
    }};
}
pub(crate) use hyphened;

/// Says what a field is, before what its values mean where they are words.
pub(crate) fn describe(schema: &mut Value, about: String) {
    if let Some(schema) = schema.as_object_mut() {
        let about = match schema.get("description").and_then(Value::as_str) {
            Some(words) => format!("{about}\n\n{words}"),
            None => about,
        };
        schema.insert("description".into(), about.into());
    }
}

pub(crate) const fn hyphens<const N: usize>(name: &[u8]) -> [u8; N] {
    let mut out = [0; N];
    let mut i = 0;
    while i < N {
        out[i] = if name[i] == b'_' { b'-' } else { name[i] };
        i += 1;
    }
    out
}

pub(crate) fn object((properties, required): (Map<String, Value>, Vec<Value>)) -> Value {
    json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false})
}

pub(crate) fn as_table<'n, 'i>(node: &'n Node<'i>, what: &str, problems: &mut Problems) -> Option<&'n DeTable<'i>> {
    let table = node.get_ref().as_table();
    if refuse_dates(node, problems) {
        return None;
    }
    if table.is_none() {
        wrong_type(node, "a table", &format!("write {{ ... }} or a [section] for {}", what.to_lowercase()), problems);
    }
    table
}

/// Whether a field that takes one value is given values by date; the way to change it nevertheless is then told.
pub(crate) fn refuse_dates(node: &Node<'_>, problems: &mut Problems) -> bool {
    let Some(table) = node.get_ref().as_table() else { return false };
    let dated = !table.is_empty() && dates(table);
    if dated {
        let help = if problems.place.first().is_some_and(|place| place.starts_with("[[clause]]")) {
            "write the clause twice: give one `runs` that end on the day of the change and the other `runs` from that day, each with its own value"
        } else {
            "it is the same on every day: write one value"
        };
        problems.error("wrong-type", node.span(), "this does not change by date", help);
    }
    dated
}

fn wrong_type(node: &Node<'_>, expected: &str, help: &str, problems: &mut Problems) {
    if refuse_dates(node, problems) {
        return;
    }
    let found = match node.get_ref() {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a point",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    };
    problems.error("wrong-type", node.span(), format!("this is {found} where {expected} is expected"), help);
}

impl<T: Decode> Decode for At<T> {
    fn decode(node: &Node<'_>, problems: &mut Problems) -> Option<At<T>> {
        T::decode(node, problems).map(|value| At { value, at: node.span() })
    }
    fn schema() -> Value {
        T::schema()
    }
    fn said(&self) -> Said {
        self.value.said()
    }
}

impl Decode for String {
    fn decode(node: &Node<'_>, problems: &mut Problems) -> Option<String> {
        match node.get_ref().as_str() {
            Some(text) if !text.trim().is_empty() => Some(text.to_owned()),
            Some(_) => {
                problems.error("bad-value", node.span(), "this text is empty", "write what it should say");
                None
            }
            None => {
                wrong_type(node, "a text", "put it between double quotes", problems);
                None
            }
        }
    }
    fn schema() -> Value {
        json!({"type": "string", "minLength": 1})
    }
    fn said(&self) -> Said {
        Said::Value(self.clone())
    }
}

/// An identifier: lower-case letters, digits and hyphens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(pub String);

impl Deref for Id {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.0)
    }
}

impl Decode for Id {
    fn decode(node: &Node<'_>, problems: &mut Problems) -> Option<Id> {
        let text = String::decode(node, problems)?;
        let plain = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !plain || text.len() > 60 {
            problems.error(
                "bad-value",
                node.span(),
                "an identifier has only lower-case letters, digits and hyphens, at most 60",
                "write it like `full-time-work`",
            );
            return None;
        }
        Some(Id(text))
    }
    fn schema() -> Value {
        json!({"type": "string", "pattern": "^[a-z0-9-]{1,60}$"})
    }
    fn said(&self) -> Said {
        Said::Value(self.to_string())
    }
}

impl Decode for bool {
    fn decode(node: &Node<'_>, problems: &mut Problems) -> Option<bool> {
        let value = node.get_ref().as_bool();
        if value.is_none() {
            wrong_type(node, "true or false", "write true or false without quotes", problems);
        }
        value
    }
    fn schema() -> Value {
        json!({"type": "boolean"})
    }
    fn said(&self) -> Said {
        Said::Value(self.to_string())
    }
}

impl Decode for u32 {
    fn decode(node: &Node<'_>, problems: &mut Problems) -> Option<u32> {
        let Some(integer) = node.get_ref().as_integer() else {
            wrong_type(node, "a whole number", "write it without quotes and without a point", problems);
            return None;
        };
        let value = u32::from_str_radix(&integer.as_str().replace('_', ""), integer.radix()).ok();
        if value.is_none() {
            problems.error(
                "bad-value",
                node.span(),
                "this number is below zero or too large",
                "write a whole number from 0 on",
            );
        }
        value
    }
    fn schema() -> Value {
        json!({"type": "integer", "minimum": 0, "maximum": u32::MAX})
    }
    fn said(&self) -> Said {
        Said::Value(self.to_string())
    }
}

/// Types written as a text: the code of the problem, its help, and a pattern.
macro_rules! from_text {
    ($($type:ty, $code:literal, $pattern:expr;)+) => {$(
        impl Decode for $type {
            fn decode(node: &Node<'_>, problems: &mut Problems) -> Option<$type> {
                from_text(node, $code, problems)
            }
            fn schema() -> Value {
                $pattern
            }
            fn said(&self) -> Said {
                Said::Value(self.to_string())
            }
        }
    )+};
}

from_text! {
    Percent, "bad-percentage", json!({"type": "string", "pattern": "^-?[0-9]+(\\.[0-9]+)? ?%$", "examples": ["80%"]});
    Length, "bad-length", json!({"type": "string", "pattern": "^[0-9]+ (working days?|days?|weeks?|months?|years?)$", "examples": ["12 months"]});
    Exact, "bad-number", json!({"type": "string", "pattern": "^-?[0-9.]+(/[0-9.]+)?$", "examples": ["47.5"]});
    RoundingMode, "bad-value", json!({"enum": RoundingMode::NAMES});
    Frequency, "bad-value", json!({"enum": Frequency::NAMES});
}

impl Decode for Money {
    fn decode(node: &Node<'_>, problems: &mut Problems) -> Option<Money> {
        from_text(node, "bad-money", problems)
    }
    fn schema() -> Value {
        json!({"type": "string", "pattern": "^-?[0-9_]+(\\.[0-9_]{1,6})?$", "examples": ["1200.00"]})
    }
    /// With at least two places: an amount says the same however many are written.
    fn said(&self) -> Said {
        let plain = self.exact().to_plain(6);
        let places = plain.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        Said::Value(match places {
            0 => plain + ".00",
            1 => plain + "0",
            _ => plain,
        })
    }
}

fn from_text<T: FromStr<Err = meed_units::NotA>>(
    node: &Node<'_>,
    code: &'static str,
    problems: &mut Problems,
) -> Option<T> {
    let Some(text) = node.get_ref().as_str() else {
        let help = match node.get_ref() {
            DeValue::Float(_) | DeValue::Integer(_) => {
                "put it between quotes: a bare number would pass through binary arithmetic"
            }
            _ => "put it between double quotes",
        };
        wrong_type(node, "a text", help, problems);
        return None;
    };
    match text.parse::<T>() {
        Ok(value) => Some(value),
        Err(wrong) => {
            problems.error(
                code,
                node.span(),
                format!("`{}` is not {}", wrong.found, wrong.expected),
                format!("write it like {}", wrong.example),
            );
            None
        }
    }
}

/// An exact number, written as a text: `"234.4"`, `"1/6"`, `"15%"`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number(pub Exact);

impl Decode for Number {
    fn decode(node: &Node<'_>, problems: &mut Problems) -> Option<Number> {
        match node
            .get_ref()
            .as_str()
            .and_then(|text| text.strip_suffix('%'))
            .map(|number| number.trim_end().parse::<Exact>())
        {
            Some(Ok(number)) => Some(Number(number * Exact::ratio(1, 100))),
            _ => from_text(node, "bad-value", problems).map(Number),
        }
    }
    fn said(&self) -> Said {
        Said::Value(self.0.to_string())
    }
    fn schema() -> Value {
        json!({"type": "string", "pattern": "^-?[0-9.]+(/[0-9.]+| ?%)?$", "examples": ["234.4", "1/6"]})
    }
}

impl Decode for EffectSize {
    fn decode(node: &Node<'_>, problems: &mut Problems) -> Option<EffectSize> {
        let text = node.get_ref().as_str();
        if let Some(number) = text.and_then(|text| text.strip_suffix('%')) {
            problems.error(
                "bare-percentage",
                node.span(),
                format!("\"{number}%\" as an effect: relative, or points?"),
                format!("write \"{number}% relative\" for a fall by that share of the comparison, or \"{number} points\" for percentage points"),
            );
            return None;
        }
        from_text(node, "bad-effect", problems)
    }
    fn schema() -> Value {
        json!({"type": "string", "pattern": "^-?[0-9._]+(% relative| points?| per 100| per reoffender| days?| of cost| cases)$", "examples": ["10% relative", "5 points"]})
    }
    fn said(&self) -> Said {
        Said::Value(self.to_string())
    }
}

impl Decode for Date {
    fn decode(node: &Node<'_>, problems: &mut Problems) -> Option<Date> {
        let text = match node.get_ref() {
            DeValue::Datetime(date) if date.time.is_none() && date.offset.is_none() => date.to_string(),
            DeValue::String(text) => text.to_string(),
            _ => {
                wrong_type(node, "a date", "write the day alone, like 2012-04-01", problems);
                return None;
            }
        };
        match text.parse() {
            Ok(date) => Some(date),
            Err(_) => {
                problems.error(
                    "bad-date",
                    node.span(),
                    "there is no such day",
                    "write year, month and day, like 2012-04-01",
                );
                None
            }
        }
    }
    fn schema() -> Value {
        // TOML dates reach JSON tools as texts.
        json!({"type": "string", "format": "date"})
    }
    fn said(&self) -> Said {
        Said::Value(self.to_string())
    }
}

impl Decode for Period {
    fn decode(node: &Node<'_>, problems: &mut Problems) -> Option<Period> {
        let stretch = Stretch::decode(node, problems)?;
        let period = Period::new(stretch.from, stretch.until);
        if period.is_none() {
            problems.error(
                "empty-period",
                node.span(),
                format!("nothing lies between {} and {}", stretch.from, stretch.until),
                "`until` is the first day after, so it comes later than `from`",
            );
        }
        period
    }
    fn schema() -> Value {
        <Stretch as Decode>::schema()
    }
    fn said(&self) -> Said {
        Said::Named(vec![("from".into(), self.from.said()), ("until".into(), self.until.said())])
    }
}

table! {
    /// Days from `from` up to but not including `until`.
    pub struct Stretch {
        /// The first day.
        from: Date,
        /// The first day after.
        until: Date,
    }
}

impl<T: Decode> Decode for Vec<T> {
    fn decode(node: &Node<'_>, problems: &mut Problems) -> Option<Vec<T>> {
        let Some(items) = node.get_ref().as_array() else {
            wrong_type(node, "a list", "put it between square brackets", problems);
            return None;
        };
        let read: Vec<Option<T>> = items.iter().map(|item| T::decode(item, problems)).collect();
        read.into_iter().collect()
    }
    fn schema() -> Value {
        json!({"type": "array", "items": T::schema()})
    }
    fn said(&self) -> Said {
        Said::List(self.iter().map(T::said).collect())
    }
}

impl<T: Decode> Decode for Dated<T> {
    /// One value for good, or a table from dates to values.
    fn decode(node: &Node<'_>, problems: &mut Problems) -> Option<Dated<T>> {
        if let Some(table) = node.get_ref().as_table().filter(|table| dates(table)) {
            let mut values = Vec::new();
            let mut whole = true;
            for (key, node) in table.iter() {
                match (key.get_ref().parse::<Date>(), T::decode(node, problems)) {
                    (Ok(date), Some(value)) => values.push((date, value)),
                    (Err(_), _) => {
                        problems.error(
                            "bad-date",
                            key.span(),
                            format!("`{}` is no date", key.get_ref()),
                            "values that change are listed by date: `2015-04-01 = ...`",
                        );
                        whole = false;
                    }
                    _ => whole = false,
                }
            }
            return whole.then(|| Dated::new(values));
        }
        T::decode(node, problems).map(|value| Dated::new(vec![(first_day(), value)]))
    }
    fn schema() -> Value {
        json!({"anyOf": [T::schema(), {
            "type": "object",
            "propertyNames": {"format": "date"},
            "minProperties": 1,
            "additionalProperties": T::schema(),
        }]})
    }
    fn said(&self) -> Said {
        match self.values() {
            [(from, value)] if *from == first_day() => value.said(),
            values => Said::Dated(values.iter().map(|(from, value)| (*from, value.said())).collect()),
        }
    }
}

/// The day from which a value without a date holds.
pub(crate) fn first_day() -> Date {
    Date::new(1, 1, 1).expect("the first of January of the year 1 is a day")
}

/// Whether a table's keys are dates: the sign of a dated value.
fn dates(table: &DeTable<'_>) -> bool {
    table
        .iter()
        .any(|(key, _)| key.get_ref().as_bytes().first().is_some_and(u8::is_ascii_digit) && key.get_ref().len() == 10)
}

/// One value for all, or one for each name (of a provider, of a band).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named<T> {
    /// For all.
    One(T),
    /// By name, in the order of the names.
    Each(Vec<(At<String>, T)>),
}

impl<T> Named<T> {
    /// The value for `name`, or none when it is not listed.
    pub fn of(&self, name: &str) -> Option<&T> {
        match self {
            Named::One(value) => Some(value),
            Named::Each(values) => values.iter().find(|(known, _)| known.value == name).map(|(_, value)| value),
        }
    }

    /// Every value, with its name where it has one.
    pub fn iter(&self) -> impl Iterator<Item = (Option<&At<String>>, &T)> {
        let (one, each) = match self {
            Named::One(value) => (Some((None, value)), &[][..]),
            Named::Each(values) => (None, values.as_slice()),
        };
        one.into_iter().chain(each.iter().map(|(name, value)| (Some(name), value)))
    }
}

impl<T: Decode> Decode for Named<T> {
    fn decode(node: &Node<'_>, problems: &mut Problems) -> Option<Named<T>> {
        let Some(table) = node.get_ref().as_table().filter(|table| !dates(table)) else {
            return T::decode(node, problems).map(Named::One);
        };
        if table.is_empty() {
            problems.error(
                "bad-value",
                node.span(),
                "this table is empty",
                "give one value for all, or one for each name",
            );
            return None;
        }
        let read: Vec<Option<(At<String>, T)>> = table
            .iter()
            .map(|(key, node)| {
                let name = At { value: key.get_ref().to_string(), at: key.span() };
                T::decode(node, problems).map(|value| (name, value))
            })
            .collect();
        read.into_iter().collect::<Option<Vec<_>>>().map(Named::Each)
    }
    fn schema() -> Value {
        json!({"anyOf": [T::schema(), {"type": "object", "minProperties": 1, "additionalProperties": T::schema()}]})
    }
    fn said(&self) -> Said {
        match self {
            Named::One(value) => value.said(),
            Named::Each(values) => {
                Said::Each(values.iter().map(|(name, value)| (name.value.clone(), value.said())).collect())
            }
        }
    }
}

/// Declares words of the contract: an enum written as one of a few texts.
macro_rules! words {
    ($(#[doc = $about:expr])* pub enum $name:ident { $($(#[doc = $doc:expr])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[doc = $about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[doc = $doc])* $variant),* }

        impl $name {
            /// Every spelling, as written in a contract.
            pub const NAMES: &'static [&'static str] = &[$($word),*];

            /// As written in a contract.
            pub fn word(self) -> &'static str {
                match self { $($name::$variant => $word),* }
            }
        }

        impl $crate::decode::Decode for $name {
            fn decode(node: &$crate::decode::Node<'_>, problems: &mut $crate::decode::Problems) -> Option<Self> {
                let text = <String as $crate::decode::Decode>::decode(node, problems)?;
                $(if text == $word { return Some($name::$variant); })*
                $crate::decode::no_such_word(&text, $name::NAMES, node.span(), problems);
                None
            }
            fn schema() -> serde_json::Value {
                serde_json::json!({
                    "enum": $name::NAMES,
                    "description": concat!($("`", $word, "`:", $($doc,)* "\n"),*).trim(),
                })
            }
            fn said(&self) -> $crate::said::Said {
                $crate::said::Said::Value(self.word().to_owned())
            }
        }
    };
}
pub(crate) use words;

pub(crate) fn no_such_word(text: &str, known: &[&str], at: Range<usize>, problems: &mut Problems) {
    let shown: String = text.chars().filter(|c| !c.is_control()).take(40).collect();
    let help = match nearest(text, known.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("it is one of {}", listed(known)),
    };
    problems.error("bad-value", at, format!("`{shown}` is not one of the words for this"), help);
}
