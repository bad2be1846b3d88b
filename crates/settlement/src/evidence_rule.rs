//! Holds what a clause pays for until it has the evidence that the contract asks for.
//!
//! The type of a piece of evidence is the table it is a row of, `payslips:P1`; a measure that knows more says it
//! behind the identity, `events:E12=payslip`.

use meed_terms::{Kind, clause::EvidenceRule};
use meed_units::PersonKey;

use crate::{
    because::{Hold, ReadingUsed},
    clause::Placed,
    due::{Condition, Due},
};

/// What the evidence of a claim is.
struct Claim<'d> {
    types: Vec<&'d str>,
    senders: Vec<Option<&'d str>>,
}

impl<'d> Claim<'d> {
    fn of(due: &'d Due, placed: Placed<'_>) -> Claim<'d> {
        let uses = placed.clause.uses();
        let own = |used: &&ReadingUsed| uses.first().is_some_and(|(measure, _)| measure.name.value == used.measure);
        // What a price for an outcome requires besides comes after the outcome itself.
        let most = if matches!(placed.clause.kind, Kind::PerOutcome(_)) { 1 } else { usize::MAX };
        let readings: Vec<&ReadingUsed> = due.readings.iter().filter(own).take(most).collect();
        Claim {
            types: readings.iter().flat_map(|used| &used.evidence).map(|identity| type_of(identity)).collect(),
            senders: readings.iter().map(|used| used.sent_by.as_deref()).collect(),
        }
    }

    /// Whether it has all that the rule asks for by itself.
    fn strong(&self, rule: &EvidenceRule) -> bool {
        let has = |wanted: &str| self.types.contains(&wanted);
        rule.all_of.iter().all(|id| has(&id.value))
            && (rule.any_of.is_empty() || rule.any_of.iter().any(|id| has(&id.value)))
    }

    fn sent(&self, rule: &EvidenceRule) -> bool {
        let by = |sender: &Option<&str>| rule.sent_by.iter().any(|id| Some(&*id.value.0) == *sender);
        rule.sent_by.is_empty() || (!self.senders.is_empty() && self.senders.iter().all(by))
    }
}

/// `payslip` of `events:E12=payslip`, `payslips` of `payslips:P1`.
fn type_of(identity: &str) -> &str {
    match identity.rsplit_once('=') {
        Some((_, named)) => named,
        None => identity.split_once(':').map_or(identity, |(table, _)| table),
    }
}

/// What is missing of each claim of a person, in the order they fell due; none where nothing is.
fn missing(rule: &EvidenceRule, dues: &[Due], placed: Placed<'_>) -> Vec<Option<(String, String)>> {
    let mut before_was_strong = false;
    let mut missing = Vec::new();
    for due in dues {
        let claim = Claim::of(due, placed);
        let strong = claim.strong(rule);
        let weaker = rule.every_other.as_ref().filter(|other| claim.types.contains(&&*other.value.0));
        missing.push(if rule.self_certified.0 {
            None
        } else if !claim.sent(rule) {
            let parties: Vec<&str> = rule.sent_by.iter().map(|id| &*id.value.0).collect();
            let parties = parties.join(" or ");
            Some((format!("{parties} has sent no evidence of it"), format!("evidence sent by {parties}")))
        } else if strong || weaker.is_some() && before_was_strong {
            None
        } else {
            let wanted = wanted(rule, &claim);
            let has = if claim.types.is_empty() { "none".to_owned() } else { claim.types.join(" and ") };
            let why = match weaker {
                Some(other) => {
                    format!("the claim before it did not rest on {wanted}, so {} is not enough", other.value)
                }
                None => format!("it needs evidence of {wanted}, and has {has}"),
            };
            Some((why, format!("evidence of {wanted}")))
        });
        before_was_strong = strong;
    }
    missing
}

/// The types that are not there.
fn wanted(rule: &EvidenceRule, claim: &Claim<'_>) -> String {
    let lacking = |id: &&meed_terms::At<meed_terms::Id>| !claim.types.contains(&&*id.value.0);
    let mut wanted: Vec<String> = rule.all_of.iter().filter(lacking).map(|id| id.value.to_string()).collect();
    if !rule.any_of.is_empty() && rule.any_of.iter().all(|id| lacking(&id)) {
        let any: Vec<&str> = rule.any_of.iter().map(|id| &*id.value.0).collect();
        wanted.push(any.join(" or "));
    }
    wanted.join(" and ")
}

/// Holds every due whose evidence does not establish it. The dues are one person's of one clause, as they fell due.
pub(crate) fn hold(dues: &mut [Due], placed: Placed<'_>) {
    let Some(rule) = &placed.clause.common.evidence else { return };
    for (due, missing) in missing(rule, dues, placed).into_iter().enumerate() {
        if let Some((why, released_by)) = missing {
            let amount = dues[due].working.result;
            dues[due].hold.get_or_insert(Hold { why, released_by, amount });
        }
    }
}

/// Whether each claim has the evidence that is asked for.
pub(crate) fn conditions(dues: &[Due], placed: Placed<'_>, person: &PersonKey) -> Vec<Condition> {
    let Some(rule) = &placed.clause.common.evidence else { return Vec::new() };
    let own: Vec<Due> = dues.iter().filter(|due| due.clause == placed.index).cloned().collect();
    let asks =
        |due: &Due| format!("has {}/{person}/{} the evidence that is asked for?", placed.clause.id(), due.occurrence);
    own.iter()
        .zip(missing(rule, &own, placed))
        .map(|(due, missing)| match missing {
            None => Condition::met(asks(due), "yes"),
            Some((why, released_by)) => Condition::failed(asks(due), why, released_by),
        })
        .collect()
}
