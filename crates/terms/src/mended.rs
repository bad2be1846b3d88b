//! A clause that does not read, with something harmless in the place of each field that does not, so that the rest of it
//! can be checked and told in the same run.

use std::ops::Range;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::{
    clause::{Clause, Common, Kind},
    decode::{Decode, Fields, Node, Problems, find},
    diagnostic::{Diagnostic, nearest},
};

/// A clause that reads once it is mended.
pub(crate) struct Mended {
    pub clause: Clause,
    /// All of the clause in the file.
    extent: Range<usize>,
    /// What does not read, or stands for what is missing: nothing said of it holds.
    made_up: Vec<Range<usize>>,
}

/// An item of a list, a cap or a payer, that reads once it is mended.
pub(crate) struct MendedItem {
    extent: Range<usize>,
    made_up: Vec<Range<usize>>,
}

/// Codes that tell of one field, whatever stands in the others.
const OF_ONE_FIELD: [&str; 16] = [
    "unknown-name",
    "wrong-grain",
    "wrong-unit",
    "unknown-parameter",
    "missing-parameter",
    "bad-parameter",
    "bad-percentage",
    "price-without-cover",
    "dates-without-cover",
    "dates-outside",
    "unreachable-date",
    "confirmer-is-provider",
    "lag-without-outcome",
    "clause-order",
    "duplicate-id",
    "self-evidenced",
];

/// The same of what stands beside clauses.
const OF_ONE_FIELD_BESIDE: [&str; 2] = ["bad-money", "commissioner-is-provider"];

/// What a field may hold, written as TOML: the first that reads stands for one that does not.
const HARMLESS: [&str; 16] = [
    "v = \"0.00\"",
    "v = \"0%\"",
    "v = \"50%\"",
    "v = 1",
    "v = true",
    "v = \"1 months\"",
    "v = \"1 points\"",
    "v = 2000-01-01",
    "v = \"made-up\"",
    "v = []",
    "v = {}",
    "v = { at-least = \"0%\", pays = \"0%\" }",
    "v = [{ at-least = \"0%\", pays = \"0%\" }]",
    "v = [\"made-up\"]",
    "v = { from = 2000-01-01, until = 2000-01-02 }",
    "v = { made-up = \"0.00\" }",
];

impl Mended {
    /// The clause with what does not read replaced or taken out; none where that is not enough to read it.
    pub fn of(node: &Node<'_>) -> Option<Mended> {
        let table = node.get_ref().as_table()?;
        let kind = kind_of(table)?;
        let mut told = Problems::default();
        let _ = Clause::decode(node, &mut told);
        let (known, required) = (known_fields(kind), required_fields(kind));
        let mut mended = table.clone();
        let (mut made_up, mut taken_out) = (Vec::new(), Vec::new());
        for (key, value) in table.iter() {
            let name: &str = key.get_ref();
            let span = value.span();
            let wrong: Vec<&Range<usize>> =
                told.found.iter().map(|found| &found.at).filter(|at| inside(at, &extent(value))).collect();
            if !known.contains(&name) {
                mended = without(&mended, name);
            } else if name == "kind" {
                mended = with(&mended, name, "kind", value.span(), DeValue::String(kind.into()));
            } else if !wrong.is_empty() {
                made_up.push(extent(value));
                mended = match trimmed(value, &wrong) {
                    Some(rest) => with(&mended, name, name, span, rest),
                    None if !required.iter().any(|required| required == name) => {
                        taken_out.push((name.to_owned(), span));
                        without(&mended, name)
                    }
                    None => harmless(&mended, name, span, kind)?,
                };
            }
        }
        let decoded = |table: &DeTable<'_>| {
            let node = Spanned::new(node.span(), DeValue::Table(table.clone()));
            Clause::decode(&node, &mut Problems::default())
        };
        let mut clause = decoded(&mended);
        if clause.is_none() {
            let missing = required.iter().filter(|name| find(&mended, name).is_none());
            for name in missing.cloned().collect::<Vec<_>>() {
                mended = harmless(&mended, &name, node.span(), kind)?;
            }
            clause = decoded(&mended);
        }
        // What may be left out by itself can be one of several of which there must be one.
        for (name, span) in taken_out {
            if clause.is_none() {
                mended = harmless(&mended, &name, span, kind)?;
                clause = decoded(&mended);
            }
        }
        made_up.push(node.span());
        Some(Mended { clause: clause?, extent: extent(node), made_up })
    }

    /// A clause of which nothing is known but what it is called, so that others can name it.
    pub fn named(node: &Node<'_>) -> Option<Mended> {
        let id = find(node.get_ref().as_table()?, "id")?;
        let empty = DeTable::default();
        let only = with(&with(&empty, "id", "id", id.span(), id.get_ref().clone()), "kind", "kind", id.span(), block());
        let clause = Mended::of(&Spanned::new(node.span(), DeValue::Table(only)))?.clause;
        Some(Mended { clause, extent: extent(node), made_up: vec![extent(node)] })
    }

    /// Whether what is said holds, whatever stands in the fields that do not read.
    pub fn holds(&self, diagnostic: &Diagnostic) -> bool {
        !inside(&diagnostic.at, &self.extent)
            || OF_ONE_FIELD.contains(&diagnostic.code)
                && !self.made_up.iter().any(|made_up| inside(&diagnostic.at, made_up))
    }
}

impl MendedItem {
    /// The item with what does not read replaced or taken out; none where that is not enough to read it.
    pub fn of<T: Decode + Fields>(node: &Node<'_>) -> Option<(T, MendedItem)> {
        let table = node.get_ref().as_table()?;
        let problems = |table: &DeTable<'_>| {
            let mut told = Problems::default();
            let read = T::decode(&Spanned::new(node.span(), DeValue::Table(table.clone())), &mut told);
            (read, told.found)
        };
        let (_, told) = problems(table);
        let (properties, required) = T::properties();
        let (mut mended, mut made_up) = (table.clone(), vec![node.span()]);
        for (key, value) in table.iter() {
            let name: &str = key.get_ref();
            let wrong: Vec<&Range<usize>> =
                told.iter().map(|found| &found.at).filter(|at| inside(at, &extent(value))).collect();
            if !T::NAMES.contains(&name) {
                mended = without(&mended, name);
            } else if !wrong.is_empty() {
                made_up.push(extent(value));
                mended = match trimmed(value, &wrong) {
                    Some(rest) => with(&mended, name, name, value.span(), rest),
                    None => filled(&mended, name, value.span(), &properties[name], &problems)
                        .unwrap_or_else(|| without(&mended, name)),
                };
            }
        }
        let missing = required.iter().filter_map(|name| name.as_str()).filter(|name| find(&mended, name).is_none());
        for name in missing.collect::<Vec<_>>() {
            mended = filled(&mended, name, node.span(), &properties[name], &problems)?;
        }
        Some((problems(&mended).0?, MendedItem { extent: extent(node), made_up }))
    }

    /// Whether what is said holds, whatever stands in the fields that do not read.
    pub fn holds(&self, diagnostic: &Diagnostic) -> bool {
        let of_one = OF_ONE_FIELD.iter().chain(&OF_ONE_FIELD_BESIDE).any(|code| *code == diagnostic.code);
        let made_up = || self.made_up.iter().any(|made_up| inside(&diagnostic.at, made_up));
        !inside(&diagnostic.at, &self.extent) || of_one && !made_up()
    }
}

/// The table with the first harmless value with which less is wrong of it, in this field.
fn filled<'i, T>(
    table: &DeTable<'i>,
    name: &str,
    span: Range<usize>,
    schema: &serde_json::Value,
    problems: &impl Fn(&DeTable<'_>) -> (Option<T>, Vec<Diagnostic>),
) -> Option<DeTable<'i>> {
    let wrong = |table: &DeTable<'_>| problems(table).1.len();
    let before = wrong(table);
    let words = words_in(schema).into_iter().map(|word| DeValue::String(word.into()));
    let candidates = words.chain(HARMLESS.iter().filter_map(|text| parsed(text)));
    candidates.map(|value| with(table, name, name, span.clone(), value)).find(|table| wrong(table) < before)
}

fn block() -> DeValue<'static> {
    DeValue::String("block".into())
}

/// The kind of a clause, or the one that was meant.
fn kind_of(table: &DeTable<'_>) -> Option<&'static str> {
    let written = find(table, "kind")?.get_ref().as_str()?;
    let meant = nearest(written, Kind::NAMES.iter().copied())?.to_owned();
    Kind::NAMES.iter().find(|kind| ***kind == *written || ***kind == *meant).copied()
}

fn known_fields(kind: &str) -> Vec<&'static str> {
    let own = Kind::known_fields(kind).unwrap_or_default();
    ["kind"].iter().chain(Common::NAMES).chain(own).copied().collect()
}

fn required_fields(kind: &str) -> Vec<String> {
    let names = Common::properties().1.into_iter().chain(Kind::properties_of(kind).1);
    names.filter_map(|name| name.as_str().map(str::to_owned)).collect()
}

/// What is left of a list without the items in which something is wrong; none where nothing is, or it is no list.
fn trimmed<'i>(value: &Node<'i>, wrong: &[&Range<usize>]) -> Option<DeValue<'i>> {
    let DeValue::Array(items) = value.get_ref() else { return None };
    if !wrong.iter().all(|at| items.iter().any(|item| inside(at, &extent(item)))) {
        return None;
    }
    let sound = |item: &&Node<'i>| !wrong.iter().any(|at| inside(at, &extent(item)));
    let rest: Vec<Node<'i>> = items.iter().filter(sound).cloned().collect();
    (!rest.is_empty()).then(|| DeValue::Array(rest.into_iter().collect()))
}

/// The table with the first harmless value that reads as this field.
fn harmless<'i>(table: &DeTable<'i>, name: &str, span: Range<usize>, kind: &'static str) -> Option<DeTable<'i>> {
    let reads = |with: &DeTable<'i>| {
        let mut problems = Problems::default();
        if name == "id" || Common::NAMES.contains(&name) {
            let _ = Common::fields(with, 0..0, &mut problems);
        } else {
            let _ = Kind::read(kind, with, 0..0, &mut problems);
        }
        let place = |found: &&Diagnostic| {
            found.place.split(' ').next().is_some_and(|place| place.trim_matches(['[', ']']) == name)
        };
        !problems.found.iter().any(|found| place(&found))
    };
    let words = words_of(name, kind).into_iter().map(|word| DeValue::String(word.into()));
    let candidates = words.chain(HARMLESS.iter().filter_map(|text| parsed(text)));
    candidates.map(|value| with(table, name, name, span.clone(), value)).find(reads)
}

/// The words that a field knows.
fn words_of(name: &str, kind: &str) -> Vec<String> {
    words_in(&Kind::properties_of(kind).0.get(name).cloned().unwrap_or_default())
}

fn words_in(schema: &serde_json::Value) -> Vec<String> {
    let words = |list: &str| schema[list].as_array().cloned().unwrap_or_default();
    let described = words("oneOf").into_iter().map(|one| one["const"].clone());
    described.chain(words("enum")).filter_map(|word| word.as_str().map(str::to_owned)).collect()
}

fn parsed(text: &'static str) -> Option<DeValue<'static>> {
    Some(DeTable::parse(text).ok()?.into_inner().into_iter().next()?.1.into_inner())
}

fn without<'i>(table: &DeTable<'i>, name: &str) -> DeTable<'i> {
    table.clone().into_iter().filter(|(key, _)| key.get_ref() != name).collect()
}

/// The table with this field in the place of another, or added to it.
fn with<'i>(table: &DeTable<'i>, was: &str, name: &str, span: Range<usize>, value: DeValue<'i>) -> DeTable<'i> {
    let field = (Spanned::new(span.clone(), name.to_owned().into()), Spanned::new(span, value));
    without(table, was).into_iter().chain([field]).collect()
}

fn inside(at: &Range<usize>, whole: &Range<usize>) -> bool {
    whole.start <= at.start && at.end <= whole.end
}

/// All that belongs to a value in the file: of a table written under a header, its fields too.
pub(crate) fn extent(node: &Node<'_>) -> Range<usize> {
    let own = node.span();
    let join = |a: Range<usize>, b: Range<usize>| a.start.min(b.start)..a.end.max(b.end);
    match node.get_ref() {
        DeValue::Table(table) => table.iter().fold(own, |all, (key, value)| join(join(all, key.span()), extent(value))),
        DeValue::Array(items) => items.iter().fold(own, |all, item| join(all, extent(item))),
        _ => own,
    }
}
