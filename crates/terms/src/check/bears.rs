//! Whether what the contract says of a clause has anything to act on there, so that nothing it says is passed over.

use super::Checking;
use crate::{
    clause::{Clause, Moves},
    contract::{CapScope, Contract},
    decode::{At, Id},
};

impl Checking<'_> {
    /// Caps, payers, suspensions and holds that name a clause on which they have no effect.
    pub(super) fn bears(&mut self) {
        let contract = self.contract;
        for cap in contract.cap.iter() {
            self.problems.place.push(format!("[[cap]] \"{}\"", cap.id.value));
            for (named, clause) in clauses_of(contract, &cap.clauses) {
                if cap.per == CapScope::Person && !clause.personal() {
                    self.nothing_to_act_on(
                        named,
                        format!("`{}` pays providers as such, and this cap is for a person", clause.id()),
                        "take it out, or cap it per `provider`, `period`, `year` or `contract`",
                    );
                } else if clause.kind.clausal().moves() != Moves::Pays {
                    self.nothing_to_act_on(named, format!("{}, so a cap lowers nothing", said(clause)), "take it out");
                } else if !clause.kind.clausal().outgrows(cap.per) {
                    let message = format!(
                        "`{}` gives back no more than it kept back before, which leaves it the room for that: a cap lowers nothing",
                        clause.id()
                    );
                    self.nothing_to_act_on(
                        named,
                        message,
                        "take it out: the clauses it keeps money back from are what to cap",
                    );
                }
            }
            self.problems.place.pop();
        }
        for payer in contract.payer.iter() {
            self.problems.place.push(format!("[[payer]] \"{}\"", payer.id.value));
            for (named, clause) in clauses_of(contract, &payer.clauses) {
                if clause.kind.clausal().moves() == Moves::Nothing {
                    self.nothing_to_act_on(named, format!("{}, so nobody pays for it", said(clause)), "take it out");
                }
            }
            for (name, _) in payer.adds.iter().flat_map(|adds| adds.iter()) {
                let Some(name) = name else { continue };
                let named = At { value: Id(name.value.clone()), at: name.at.clone() };
                for (named, clause) in clauses_of(contract, std::slice::from_ref(&named)) {
                    if !clause.kind.clausal().counts_units() {
                        let message = format!(
                            "`{}` is of the kind `{}` and counts no outcomes or units, for each of which something could be added",
                            clause.id(),
                            clause.kind.name()
                        );
                        let help =
                            "add to clauses that pay for persons, or by the unit; or let this payer pay a `share`";
                        self.nothing_to_act_on(named, message, help);
                    }
                }
            }
            self.problems.place.pop();
        }
        for suspension in contract.suspension.iter() {
            self.problems.place.push("[[suspension]]".into());
            for (named, clause) in clauses_of(contract, &suspension.clauses) {
                if clause.kind.clausal().moves() == Moves::Nothing {
                    let message = format!("{}, so nothing of it can be suspended", said(clause));
                    self.nothing_to_act_on(named, message, "take it out, or end its `runs`");
                }
            }
            self.problems.place.pop();
        }
        for guardrail in contract.guardrail.iter() {
            self.problems.place.push(format!("[[guardrail]] \"{}\"", guardrail.indicator.value));
            for (named, clause) in clauses_of(contract, &guardrail.clauses) {
                if clause.kind.clausal().moves() != Moves::Pays {
                    let message = format!("{}, and a finding keeps nobody from paying back", said(clause));
                    self.nothing_to_act_on(named, message, "name clauses that pay");
                }
            }
            self.problems.place.pop();
        }
    }

    /// What of the contract's own adjustments has nothing to act on in a clause they name.
    pub(crate) fn adjusts(&mut self, named: &[At<Id>], persons: bool, volume: bool) {
        for (named, clause) in clauses_of(self.contract, named) {
            self.adjusts_clause(named.at.clone(), clause, persons, volume);
        }
    }

    /// What of an adjustment has nothing to act on in a clause.
    pub(crate) fn adjusts_clause(&mut self, at: std::ops::Range<usize>, clause: &Clause, persons: bool, volume: bool) {
        let (message, help) = if persons && !clause.personal() {
            (
                format!("this asks about a person, and `{}` pays providers as such", clause.id()),
                "take it out, or move it to a clause that pays for persons",
            )
        } else if clause.kind.clausal().moves() == Moves::Nothing {
            (format!("{}, so there is no price to adjust", said(clause)), "take it out")
        } else if volume && !clause.kind.clausal().counts_units() {
            (
                format!("this cuts a number of outcomes or units, and `{}` counts none", clause.id()),
                "set `on = \"price\"`, or move it to a clause that counts",
            )
        } else {
            return;
        };
        self.problems.error("adjust-unused", at, message, help);
    }

    fn nothing_to_act_on(&mut self, named: &At<Id>, message: String, help: &str) {
        self.problems.error("nothing-to-act-on", named.at.clone(), message, help);
    }
}

/// The clauses that are named and exist; others are reported where names are.
fn clauses_of<'c, 'n>(contract: &'c Contract, names: &'n [At<Id>]) -> Vec<(&'n At<Id>, &'c Clause)> {
    let of = |named: &'n At<Id>| {
        contract.clause.iter().find(|clause| *clause.id() == *named.value).map(|clause| (named, clause))
    };
    names.iter().filter_map(of).collect()
}

/// What a clause does to money, where it does not pay.
fn said(clause: &Clause) -> String {
    match clause.kind.clausal().moves() {
        Moves::Pays => format!("`{}` pays", clause.id()),
        Moves::Takes => format!("`{}` is of the kind `{}` and only takes money back", clause.id(), clause.kind.name()),
        Moves::Nothing => format!("`{}` is of the kind `{}` and pays no money", clause.id(), clause.kind.name()),
    }
}
