//! What a case expects beside what came out.

use std::fmt::Write as _;

use meed_settlement::{Distribution, Head, InMemory, Line};
use meed_units::{Money, Period};

use crate::written::Expect;

/// Adds everything that did not come out as expected.
pub(crate) fn compare(
    expect: &Expect,
    head: &Head,
    lines: &[Line],
    people: &InMemory,
    period: &Period,
    failures: &mut Vec<String>,
) {
    let mut same = |what: String, expected: String, found: String| {
        if expected != found {
            failures.push(format!("{period}: {what}: expected {expected}, found {found}"));
        }
    };
    let money = |amount: Money| amount.exact().to_string();
    for (what, expected, found) in [
        ("total", expect.total, head.total),
        ("payable", expect.payable, head.payable),
        ("carried-forward", expect.carried_forward, head.carried_forward),
    ] {
        if let Some(expected) = expected {
            same(what.into(), money(expected), money(found));
        }
    }
    for (part, expected) in &expect.distribution {
        let found = head.distribution.as_ref().and_then(|distribution| distributed(distribution, part));
        let found = found.unwrap_or_else(|| format!("no such part; there are {}", PARTS.join(", ")));
        same(format!("distribution: {part}"), expected.clone(), found);
    }
    if let Some(count) = expect.count {
        same("number of lines".into(), count.to_string(), lines.len().to_string());
    }
    for (clause, expected) in &expect.clauses {
        let found = head.clauses.iter().find(|row| *row.clause == **clause).map(|row| money(row.amount));
        same(format!("clause {clause}"), money(*expected), found.unwrap_or_else(|| "no such clause".into()));
    }
    for (clause, expected) in &expect.shadow {
        let found = head.clauses.iter().find(|row| *row.clause == **clause).map(|row| money(row.shadow));
        same(format!("shadow of {clause}"), money(*expected), found.unwrap_or_else(|| "no such clause".into()));
    }
    for (clause, expected) in &expect.held {
        let found = head.clauses.iter().find(|row| *row.clause == **clause).map(|row| money(row.held));
        same(format!("held of {clause}"), money(*expected), found.unwrap_or_else(|| "no such clause".into()));
    }
    for (payer, expected) in &expect.payers {
        let found = head.payers.iter().find(|row| *row.payer == **payer).map(|row| money(row.total));
        same(format!("payer {payer}"), money(*expected), found.unwrap_or_else(|| "no such payer".into()));
    }
    for (provider, expected) in &expect.providers {
        let found = head.providers.iter().find(|row| *row.provider == **provider).map(|row| money(row.total));
        same(format!("provider {provider}"), money(*expected), found.unwrap_or_else(|| "no such provider".into()));
    }
    let line = |id: &str| lines.iter().find(|line| line.id == id);
    let none = || format!("no such line; there are: {}", known(lines));
    for (id, expected) in &expect.lines {
        same(format!("line {id}"), money(*expected), line(id).map_or_else(none, |line| money(line.amount)));
    }
    for (id, expected) in &expect.status {
        same(format!("status of {id}"), expected.clone(), line(id).map_or_else(none, |line| line.status.to_string()));
    }
    for (id, expected) in &expect.version {
        let found = line(id).map_or_else(none, |line| line.because.version.clone());
        same(format!("version of {id}"), expected.clone(), found);
    }
    for (id, expected) in &expect.adjusts {
        same(
            format!("what {id} adjusts"),
            expected.clone(),
            line(id).map_or_else(none, |line| line.adjusts.clone().unwrap_or_default()),
        );
    }
    for (id, words) in &expect.says {
        let sentence = line(id).map_or_else(none, |line| format!("{} {}", line.sentence(), line.arithmetic()));
        if !sentence.contains(words.as_str()) {
            same(format!("sentence of {id}"), format!("… {words} …"), sentence);
        }
    }
    for (measure, persons) in &expect.standing {
        for (named, expected) in persons {
            // `p1`, or `p1/s2` for one occurrence of several.
            let (person, occurrence) = named.split_once('/').map_or((named.as_str(), None), |(p, o)| (p, Some(o)));
            let outcomes = people.get(person).and_then(|readings| {
                readings
                    .outcomes
                    .iter()
                    .find(|(key, _)| *key == measure || key.starts_with(&format!("{measure}(")))
                    .map(|(_, outcomes)| outcomes)
            });
            let found = outcomes
                .and_then(|outcomes| {
                    outcomes.iter().find(|outcome| occurrence.is_none_or(|only| outcome.occurrence == only))
                })
                .map_or("nothing".to_owned(), |outcome| outcome.standing.to_string());
            same(format!("{measure} of {named}"), expected.clone(), found);
        }
    }
}

fn known(lines: &[Line]) -> String {
    let mut text = String::new();
    for line in lines.iter().take(12) {
        let _ = write!(text, "{} {}; ", line.id, line.amount);
    }
    text
}

/// The parts of a distribution that a case may name.
const PARTS: [&str; 10] = [
    "to-investors",
    "principal",
    "returns",
    "rest",
    "capped",
    "room",
    "guaranteed",
    "to-investors-so-far",
    "rest-so-far",
    "annual-return",
];

/// A part of a distribution as a case writes it.
fn distributed(of: &Distribution, part: &str) -> Option<String> {
    let nothing = || "none".to_owned();
    Some(match part {
        "to-investors" => (of.now.principal + of.now.returns).to_string(),
        "principal" => of.now.principal.to_string(),
        "returns" => of.now.returns.to_string(),
        "rest" => of.now.rest.to_string(),
        "capped" => of.capped.to_string(),
        "room" => of.room.map_or_else(nothing, |room| room.to_string()),
        "guaranteed" => of.guarantee.as_ref().map_or_else(nothing, |guarantee| guarantee.amount.to_string()),
        "to-investors-so-far" => (of.so_far.principal + of.so_far.returns).to_string(),
        "rest-so-far" => of.so_far.rest.to_string(),
        "annual-return" => of.annual_return.as_ref().map_or_else(nothing, ToString::to_string),
        _ => return None,
    })
}
