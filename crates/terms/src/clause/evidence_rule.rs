//! Which evidence establishes what a clause pays for: any of some types, all of some, a weaker type every other time,
//! records that a party sent by itself, or the provider's own word.

use std::ops::Range;

use super::Clause;
use crate::{
    check::Checking,
    decode::{At, Flag, Id, Listed, table},
    measure_use::MeasureUse,
};

table! {
    /// Which evidence establishes what is paid.
    pub struct EvidenceRule {
        /// Types of evidence of which at least one is needed.
        any_of: Listed<At<Id>>,
        /// Types of evidence that are all needed.
        all_of: Listed<At<Id>>,
        /// A weaker type that is enough for a claim when the person's claim before it rested on the evidence above.
        every_other: Option<At<Id>>,
        /// Parties one of which must have sent it, as a payer that reads its own records does: nobody needs to claim.
        sent_by: Listed<At<Id>>,
        /// The provider's own word is enough, and the contract says so openly.
        self_certified: Flag,
    }
}

impl EvidenceRule {
    /// Whether somebody besides the payee establishes it, or the contract openly takes the payee's word.
    pub(crate) fn settled(&self) -> bool {
        !self.sent_by.is_empty() || self.self_certified.0
    }

    /// Whether any types are asked for.
    fn types(&self) -> bool {
        !self.any_of.is_empty() || !self.all_of.is_empty()
    }

    pub(crate) fn plain(&self) -> String {
        let names = |ids: &[At<Id>], word: &str| {
            let names: Vec<&str> = ids.iter().map(|id| &*id.value.0).collect();
            names.join(&format!(" {word} "))
        };
        let mut asked = Vec::new();
        if !self.all_of.is_empty() {
            asked.push(names(&self.all_of, "and"));
        }
        if !self.any_of.is_empty() {
            asked.push(names(&self.any_of, "or"));
        }
        let mut text = String::new();
        if !asked.is_empty() {
            text += &format!(" Needs evidence of {}", asked.join(", and of "));
            if let Some(other) = &self.every_other {
                text += &format!("; {} is enough every other time", other.value);
            }
            text += ", and is held until then.";
        }
        if !self.sent_by.is_empty() {
            text += &format!(" Rests on evidence sent by {}; nobody needs to claim.", names(&self.sent_by, "or"));
        }
        if self.self_certified.0 {
            text += " The provider's own word is enough.";
        }
        text
    }
}

impl Checking<'_> {
    /// A rule asks for something, of parties that exist, of a clause whose evidence is known.
    pub(crate) fn evidence_rule(
        &mut self,
        rule: &At<EvidenceRule>,
        first: Option<(&MeasureUse, meed_measures::Grain)>,
        clause: &Clause,
    ) {
        let error = |checking: &mut Self, at: &Range<usize>, message: String, help: &str| {
            checking.problems.error("evidence-rule", at.clone(), message, help);
        };
        if !clause.personal() || first.is_none_or(|(_, grain)| grain != meed_measures::Grain::Outcome) {
            error(
                self,
                &rule.at,
                format!("`{}` pays by figures, of which no single evidence is known", clause.kind.name()),
                "take `evidence` out: it is for outcomes of persons",
            );
        }
        let asks = rule.types() || !rule.sent_by.is_empty();
        if rule.self_certified.0 && asks {
            error(
                self,
                &rule.at,
                "the provider's own word is enough, and more is asked for".into(),
                "keep `self-certified`, or the evidence that is asked for",
            );
        }
        if !rule.self_certified.0 && !asks && rule.every_other.is_none() {
            error(
                self,
                &rule.at,
                "the rule asks for nothing".into(),
                "add `any-of`, `all-of` or `sent-by`; `self-certified = true` says that the provider's word is enough",
            );
        }
        if let Some(other) = rule.every_other.as_ref().filter(|_| !rule.types()) {
            error(
                self,
                &other.at,
                format!("`{}` is enough every other time, and nothing is asked for in between", other.value),
                "add `any-of` or `all-of`: what the times between need",
            );
        }
        for party in rule.sent_by.iter() {
            self.party(party);
            if self.is_provider(&party.value) {
                self.problems.error(
                    "confirmer-is-provider",
                    party.at.clone(),
                    format!("`{}` is a provider and cannot confirm what providers are paid for", party.value),
                    "name the assessor, the commissioner or another party",
                );
            }
        }
    }
}
