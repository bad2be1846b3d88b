//! Results of a person that stand together or for one another: all of several, or the best of several alternatives.
//! Troubled Families paid for school and crime with progress to work, or for work instead, and never for both.

use meed_units::{Dated, Money};

use crate::{
    check::Checking,
    decode::{At, Id, table},
    plain::{Plain, and, dated_money},
};

table! {
    /// Clauses whose results stand together or for one another, person by person.
    pub struct Group {
        /// Identifier.
        id: At<Id>,
        /// The alternatives; of several, a person earns the one worth most, the first of those worth the same.
        alternative: At<Vec<At<Alternative>>>,
        /// The most the group pays for one person.
        most: Option<At<Dated<Money>>>,
        /// The clause of the signed paper.
        cites: Option<String>,
        /// What is known of it and what is ours.
        note: Option<String>,
    }
}

table! {
    /// One way to earn what a group pays.
    pub struct Alternative {
        /// Its clauses.
        clauses: At<Vec<At<Id>>>,
        /// How many of its clauses must be due before any of them is; one when left out.
        needs: Option<At<u32>>,
    }
}

impl Alternative {
    /// Whether a clause is one of its own.
    pub fn has(&self, clause: &str) -> bool {
        self.clauses.iter().any(|id| *id.value == *clause)
    }
}

impl Group {
    /// Every clause of every alternative.
    pub fn clauses(&self) -> impl Iterator<Item = &At<Id>> {
        self.alternative.iter().flat_map(|alternative| alternative.clauses.iter())
    }
}

impl Checking<'_> {
    pub(crate) fn groups(&mut self) {
        let contract = self.contract;
        let mut grouped: Vec<(&str, &str)> = Vec::new();
        for group in contract.group.iter() {
            self.problems.place.push(format!("[[group]] \"{}\"", group.id.value));
            for named in group.clauses() {
                self.clause_name(named);
                let clause = contract.clause.iter().find(|clause| *clause.id() == *named.value);
                if clause.is_some_and(|clause| !clause.personal()) {
                    self.problems.error(
                        "group-of-what",
                        named.at.clone(),
                        format!("`{}` pays providers as such, and a group is about persons", named.value),
                        "name clauses that pay for persons",
                    );
                }
                match grouped.iter().find(|(clause, _)| **clause == *named.value) {
                    Some((_, other)) => self.problems.error(
                        "group-of-what",
                        named.at.clone(),
                        format!("`{}` is in the group `{other}` already", named.value),
                        "a clause stands in one alternative of one group",
                    ),
                    None => grouped.push((&named.value, &group.id.value)),
                }
            }
            let decides = group.alternative.len() > 1
                || group.most.is_some()
                || group.alternative.iter().any(|alternative| alternative.needs.is_some());
            if !decides {
                self.problems.error(
                    "group-of-what",
                    group.alternative.at.clone(),
                    "the group decides nothing: it has one alternative, which needs nothing, and no `most`",
                    "add another `[[group.alternative]]`, `needs` or `most`",
                );
            }
            for alternative in group.alternative.iter() {
                let most = u32::try_from(alternative.clauses.len()).unwrap_or(u32::MAX);
                if let Some(needs) = alternative.needs.as_ref().filter(|needs| needs.value == 0 || needs.value > most) {
                    self.problems.error(
                        "unearnable-price",
                        needs.at.clone(),
                        format!("{} of {most} clauses can never be due", needs.value),
                        "ask for at least one of its clauses and at most all of them",
                    );
                }
            }
            if let Some(most) = &group.most {
                self.covers_days("most", &most.value, most.at.clone(), contract.runs.value);
                if most.values().iter().any(|(_, amount)| amount.is_negative()) {
                    self.problems.error(
                        "bad-money",
                        most.at.clone(),
                        "less than nothing allows nothing",
                        "write an amount from 0 on",
                    );
                }
            }
            self.problems.place.pop();
        }
        self.unique("group", contract.group.iter().map(|group| &group.id));
    }
}

impl Plain<'_> {
    pub(crate) fn group(&self, group: &Group) -> String {
        let ways: Vec<String> = group
            .alternative
            .iter()
            .map(|alternative| {
                let clauses: Vec<&str> = alternative.clauses.iter().map(|id| &*id.value).collect();
                let needs = match alternative.needs.as_ref().map(|needs| needs.value as usize) {
                    Some(needs) if needs == clauses.len() => " (once all of them are due)".to_owned(),
                    Some(needs) if needs > 1 => format!(" (once {needs} of them are due)"),
                    _ => String::new(),
                };
                and(&clauses) + &needs
            })
            .collect();
        let mut text = match ways.as_slice() {
            [only] => format!("A person earns {only}"),
            ways => format!("A person earns one of these, the one worth most: {}", ways.join("; or ")),
        };
        if let Some(most) = &group.most {
            text += &format!("; at most {} together", dated_money(most, self));
        }
        let cites = group.cites.as_ref().map_or_else(String::new, |cites| format!(" [{cites}]"));
        let note = group.note.as_ref().map_or_else(String::new, |note| format!(" Note: {note}"));
        format!("{text}{cites}.{note}")
    }
}
