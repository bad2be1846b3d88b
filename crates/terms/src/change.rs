//! What changes from one version of a contract to another: every term by name,
//! with its old and its new value, from the decoded terms and not from the
//! texts. What is written differently and says the same is no change.

use std::collections::BTreeSet;

use meed_measures::Measure;
use meed_units::{Date, MeasureName};

use crate::{
    Terms,
    clause::Clause,
    decode::{Decode as _, Fields as _, first_day},
    plain::Plain,
    said::Said,
};

/// One term that changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The clause it belongs to; none for a term of the whole contract.
    pub clause: Option<String>,
    /// The term in the contract's own words: `price low`.
    pub term: String,
    /// The day from which the values differ; none where they differ all the time.
    pub from: Option<Date>,
    /// What it said; none where it is new.
    pub was: Option<String>,
    /// What it says; none where it is gone.
    pub is: Option<String>,
}

/// Every term that changes from `old` to `new`: those of the whole contract first, then by clause in the new order,
/// clauses that are gone last.
pub fn compare(old: &Terms, new: &Terms) -> Vec<Change> {
    let mut comparing = Comparing {
        begins: old.contract.runs.from.min(new.contract.runs.from),
        clause: None,
        path: Vec::new(),
        found: Vec::new(),
    };
    let of_contract = |terms: &Terms| {
        let mut fields = terms.contract.said_fields();
        fields.retain(|(name, _)| name != "clause");
        Said::Named(fields)
    };
    comparing.values(&of_contract(old), &of_contract(new), None);
    comparing.clauses(old, new);
    comparing.found
}

struct Comparing {
    /// The first day of either contract: no date before it matters.
    begins: Date,
    clause: Option<String>,
    path: Vec<String>,
    found: Vec<Change>,
}

impl Comparing {
    fn push(&mut self, from: Option<Date>, was: Option<String>, is: Option<String>) {
        self.found.push(Change { clause: self.clause.clone(), term: self.path.join(" "), from, was, is });
    }

    fn at(&mut self, name: &str, inside: impl FnOnce(&mut Comparing)) {
        self.path.push(name.to_owned());
        inside(self);
        self.path.pop();
    }

    fn clauses(&mut self, old: &Terms, new: &Terms) {
        let ids = |terms: &Terms| -> Vec<String> {
            terms.contract.clause.iter().map(|clause| clause.id().to_owned()).collect()
        };
        self.order(&ids(old), &ids(new), "order of the clauses");
        let find = |terms: &'_ Terms, id: &str| terms.contract.clause.iter().position(|clause| clause.id() == id);
        for after in new.contract.clause.iter() {
            self.clause = Some(after.id().to_owned());
            match find(old, after.id()) {
                Some(before) => {
                    let before = &old.contract.clause[before];
                    self.values(&before.said(), &after.said(), None);
                    self.measures(before, after, old, new);
                }
                None => self.at("clause", |comparing| comparing.push(None, None, Some(read_back(after, new)))),
            }
        }
        for before in old.contract.clause.iter().filter(|before| find(new, before.id()).is_none()) {
            self.clause = Some(before.id().to_owned());
            self.at("clause", |comparing| comparing.push(None, Some(read_back(before, old)), None));
        }
        self.clause = None;
    }

    /// The definitions of the measures that a clause uses before and after.
    fn measures(&mut self, before: &Clause, after: &Clause, old: &Terms, new: &Terms) {
        let used: BTreeSet<MeasureName> =
            before.uses().into_iter().chain(after.uses()).map(|(used, _)| used.name.value.clone()).collect();
        for name in used {
            if let (Some(before), Some(after)) = (old.measures.get(&name), new.measures.get(&name)) {
                self.at(&format!("measure {name}"), |comparing| comparing.measure(before, after));
            }
        }
    }

    fn measure(&mut self, before: &Measure, after: &Measure) {
        let already = self.found.len();
        let parameters = |measure: &Measure| {
            let said = measure.parameters.iter().map(|parameter| {
                let default = parameter.default.as_ref().map_or("to be set".to_owned(), ToString::to_string);
                format!("{} {default}", parameter.name.replace('_', "-"))
            });
            said.collect::<Vec<_>>().join(", ")
        };
        for (what, was, is) in [
            ("question", before.question.clone(), after.question.clone()),
            ("grain", before.grain.to_string(), after.grain.to_string()),
            ("unit", before.unit.clone(), after.unit.clone()),
            ("parameters", parameters(before), parameters(after)),
            ("evidenced", or_empty(&before.evidenced_by), or_empty(&after.evidenced_by)),
            ("follow-up", or_empty(&before.follow_up), or_empty(&after.follow_up)),
        ] {
            if was != is {
                let said = |text: String| (!text.is_empty()).then_some(text);
                self.at(what, |comparing| comparing.push(None, said(was), said(is)));
            }
        }
        let query = |measure: &Measure| -> Vec<String> {
            let lines = measure.sql.lines().map(str::trim);
            lines.filter(|line| !line.is_empty() && !line.starts_with("--")).map(str::to_owned).collect()
        };
        let whole = |measure: &Measure| measure.sql.lines().map(|line| line.trim().to_owned()).collect();
        if let Some((was, is)) = first_difference(query(before), query(after)) {
            self.at("SQL", |comparing| comparing.push(None, was, is));
        } else if self.found.len() == already
            && let Some((was, is)) = first_difference(whole(before), whole(after))
        {
            self.at("remarks", |comparing| comparing.push(None, was, is));
        }
    }

    fn values(&mut self, old: &Said, new: &Said, from: Option<Date>) {
        if old == new {
            return;
        }
        match (old, new) {
            (Said::Dated(_), _) | (_, Said::Dated(_)) => self.dated(old, new),
            (Said::Named(before), Said::Named(after)) => self.named(before, after, from),
            (Said::Each(before), Said::Each(after)) => self.named(before, after, from),
            // One value for all against one for each name: compared name by name.
            (Said::Each(before), other) if *other != Said::Nothing => self.named(before, &spread(before, other), from),
            (other, Said::Each(after)) if *other != Said::Nothing => self.named(&spread(after, other), after, from),
            (Said::List(before), Said::List(after)) => match (keyed(before), keyed(after)) {
                (Some(before), Some(after)) => {
                    self.named(&before, &after, from);
                    let keys = |items: &[(String, Said)]| -> Vec<String> {
                        items.iter().map(|(key, _)| key.clone()).collect()
                    };
                    self.order(&keys(&before), &keys(&after), "order");
                }
                _ => self.push(from, old.words(), new.words()),
            },
            _ => self.push(from, old.words(), new.words()),
        }
    }

    fn named(&mut self, before: &[(String, Said)], after: &[(String, Said)], from: Option<Date>) {
        let find = |values: &[(String, Said)], name: &str| {
            values.iter().find(|(known, _)| known == name).map_or(Said::Nothing, |(_, said)| said.clone())
        };
        for (name, is) in after {
            self.at(name, |comparing| comparing.values(&find(before, name), is, from));
        }
        for (name, was) in before.iter().filter(|(name, _)| !after.iter().any(|(known, _)| known == name)) {
            self.at(name, |comparing| comparing.values(was, &Said::Nothing, from));
        }
    }

    /// Values by date, compared on each stretch of days between two dates of either.
    fn dated(&mut self, old: &Said, new: &Said) {
        let begins = self.begins;
        let dates = |said: &Said| -> Vec<Date> {
            match said {
                Said::Dated(values) => values.iter().map(|(from, _)| (*from).max(begins)).collect(),
                _ => vec![begins],
            }
        };
        let on = |said: &Said, date: Date| -> Said {
            match said {
                Said::Dated(values) => {
                    values.iter().rev().find(|(from, _)| *from <= date).map_or(Said::Nothing, |(_, said)| said.clone())
                }
                other => other.clone(),
            }
        };
        let all: BTreeSet<Date> = dates(old).into_iter().chain(dates(new)).chain([begins]).collect();
        let mut last = None;
        for date in all {
            let now = (on(old, date), on(new, date));
            if last.as_ref() != Some(&now) {
                let from = (date != begins && date != first_day()).then_some(date);
                self.values(&now.0, &now.1, from);
                last = Some(now);
            }
        }
    }

    /// Names that stay and change places.
    fn order(&mut self, before: &[String], after: &[String], term: &str) {
        let kept = |names: &[String], others: &[String]| -> Vec<String> {
            names.iter().filter(|name| others.contains(name)).cloned().collect()
        };
        let (was, is) = (kept(before, after), kept(after, before));
        if was != is {
            self.at(term, |comparing| comparing.push(None, Some(was.join(", ")), Some(is.join(", "))));
        }
    }
}

/// A clause in plain English.
fn read_back(clause: &Clause, terms: &Terms) -> String {
    let plain = Plain { contract: &terms.contract, measures: &terms.measures };
    format!("{}. {}", clause.title(), clause.kind.clausal().plain(&plain))
}

/// The same value under each of these names.
fn spread(names: &[(String, Said)], value: &Said) -> Vec<(String, Said)> {
    names.iter().map(|(name, _)| (name.clone(), value.clone())).collect()
}

/// Tables by their identifier, or by their first field where that tells them apart.
fn keyed(items: &[Said]) -> Option<Vec<(String, Said)>> {
    let key = |item: &Said| {
        let Said::Named(fields) = item else { return None };
        item.field("id").or_else(|| fields.first().map(|(_, said)| said)).and_then(Said::words)
    };
    let keyed: Option<Vec<(String, Said)>> = items.iter().map(|item| Some((key(item)?, item.clone()))).collect();
    let keyed = keyed?;
    let apart: BTreeSet<&str> = keyed.iter().map(|(key, _)| key.as_str()).collect();
    (apart.len() == keyed.len()).then_some(keyed)
}

/// The first lines that differ.
fn first_difference(before: Vec<String>, after: Vec<String>) -> Option<(Option<String>, Option<String>)> {
    let most = before.len().max(after.len());
    (0..most).find(|&i| before.get(i) != after.get(i)).map(|i| (before.get(i).cloned(), after.get(i).cloned()))
}

fn or_empty(text: &Option<String>) -> String {
    text.clone().unwrap_or_default()
}
