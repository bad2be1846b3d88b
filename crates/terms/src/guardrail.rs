//! What a contract does about a guardrail's finding: ask, audit, hold what is disputed, stop, or help.
//!
//! A finding asks a question. These terms say which step follows, who decides, and for how long; none of them prices
//! anything.

use meed_units::Length;

use crate::{
    check::Checking,
    decode::{At, Id, Listed, Named, Number, table, words},
    plain::{Plain, and},
};

table! {
    /// What is done about a finding of an indicator.
    pub struct Guardrail {
        /// The indicator: `G07`.
        indicator: At<String>,
        /// From which standing on.
        when: FindingStanding,
        /// What follows.
        response: At<Response>,
        /// The clauses whose lines may be held or stopped.
        clauses: Listed<At<Id>>,
        /// How long: a hold ends then, an answer is due then.
        within: Option<At<Length>>,
        /// The party that decides; never a provider.
        decides: Option<At<Id>>,
        /// The share of files that a sample audit draws.
        share: Option<At<Number>>,
        /// Numbers of the indicator that are not its defaults, by their names.
        parameters: Option<Named<Number>>,
        /// The clause of the signed paper.
        cites: Option<String>,
    }
}

words! {
    /// How a finding stands.
    pub enum FindingStanding {
        /// Worth asking about, or more.
        WorthAsking = "worth-asking",
        /// Asks somebody to act.
        Act = "act",
    }
}

words! {
    /// The steps of the ladder.
    pub enum Response {
        /// R0: shown, no action.
        Note = "note",
        /// R1: the provider explains.
        Ask = "ask",
        /// R2: a sample is drawn and audited.
        Audit = "audit",
        /// R3: the disputed lines are held for a time; all else is paid.
        Hold = "hold",
        /// R4: bands or prices are looked at again, for the future.
        LookAgain = "look-again",
        /// R6: the incentive is capped or switched off, by an amendment.
        Cap = "cap",
        /// R7: discharge-linked payment stops at a harm sentinel, for a time.
        Stop = "stop",
        /// R8: help for the provider.
        Support = "support",
    }
}

/// Indicators about failures of the scheme: they lead to help and never cost money.
pub const SUPPORT: [&str; 3] = ["G21", "G22", "G23"];
/// Indicators of harm, and of people kept out: only these may stop payment.
pub const HARM: [&str; 3] = ["G14", "G16", "G17"];

impl Response {
    /// Whether money waits because of it.
    pub fn holds_money(self) -> bool {
        matches!(self, Response::Hold | Response::Stop)
    }

    /// Whether a provider may come to be paid less or later because of it.
    fn costs(self) -> bool {
        matches!(self, Response::Audit | Response::Hold | Response::LookAgain | Response::Cap | Response::Stop)
    }

    /// What it means, in a few words.
    pub fn words(self) -> &'static str {
        match self {
            Response::Note => "it is noted",
            Response::Ask => "the provider explains",
            Response::Audit => "a sample is audited",
            Response::Hold => "the disputed lines are held",
            Response::LookAgain => "bands and prices are looked at again, for the future",
            Response::Cap => "the incentive is capped or switched off by an amendment",
            Response::Stop => "payment of the clauses stops, and safeguarding is told",
            Response::Support => "the provider is helped",
        }
    }
}

/// Whether the catalogue has such an indicator: `G01` to `G30`.
fn is_indicator(id: &str) -> bool {
    id.strip_prefix('G')
        .filter(|digits| digits.len() == 2)
        .and_then(|digits| digits.parse::<u8>().ok())
        .is_some_and(|n| (1..=30).contains(&n))
}

impl Checking<'_> {
    pub(crate) fn guardrails(&mut self) {
        let contract = self.contract;
        for guardrail in contract.guardrail.iter() {
            self.problems.place.push(format!("[[guardrail]] \"{}\"", guardrail.indicator.value));
            let id = guardrail.indicator.value.as_str();
            let response = guardrail.response.value;
            if !is_indicator(id) {
                self.problems.error(
                    "unknown-name",
                    guardrail.indicator.at.clone(),
                    format!("there is no indicator `{id}`"),
                    "the catalogue has G01 to G30: see the reference of guardrails",
                );
            }
            if SUPPORT.contains(&id) && response.costs() {
                self.problems.error(
                    "support-costs-money",
                    guardrail.response.at.clone(),
                    format!(
                        "{id} tells of a failure of the scheme, and `{}` would make the provider pay for it",
                        response.word()
                    ),
                    "answer it with `support`, `ask` or `note`: solvency, burden and stress never cost money",
                );
            }
            if response == Response::Stop && !HARM.contains(&id) {
                self.problems.error(
                    "stop-without-harm",
                    guardrail.response.at.clone(),
                    format!("{id} is no indicator of harm, and only harm stops payment"),
                    "hold the disputed lines instead: `response = \"hold\"`",
                );
            }
            if response.holds_money() {
                if guardrail.within.is_none() || guardrail.clauses.is_empty() {
                    self.problems.error(
                        "hold-without-end",
                        guardrail.response.at.clone(),
                        "money would be held without saying of which clauses, or until when",
                        "name the clauses and give a time limit: `clauses = [\"abstinent\"]`, `within = \"30 days\"`",
                    );
                }
                if guardrail.decides.is_none() {
                    self.problems.error(
                        "hold-without-end",
                        guardrail.response.at.clone(),
                        "nobody is named who decides whether the hold stands",
                        "name the party: `decides = \"commissioner\"`",
                    );
                }
            } else if let Some(clause) = guardrail.clauses.first() {
                self.problems.warning(
                    "hold-without-end",
                    clause.at.clone(),
                    format!("`{}` holds no money, so the clauses say nothing", response.word()),
                    "leave `clauses` out, or answer with `hold`",
                );
            }
            for clause in guardrail.clauses.iter() {
                self.clause_name(clause);
            }
            if let Some(party) = &guardrail.decides {
                self.party(party);
                if self.is_provider(&party.value) {
                    self.problems.error(
                        "decided-by-payee",
                        party.at.clone(),
                        format!("`{}` is a provider and cannot decide about what it is paid", party.value),
                        "name the commissioner, or another party that is not paid by the contract",
                    );
                }
            }
            let whole = meed_units::Exact::ratio(1, 1);
            if let Some(share) =
                guardrail.share.as_ref().filter(|share| share.0.is_negative() || share.0.is_zero() || share.0 > whole)
            {
                self.problems.error(
                    "bad-value",
                    share.at.clone(),
                    "a sample is a share of the files, above 0% and at most 100%",
                    "write `share = \"5%\"`",
                );
            }
            self.problems.place.pop();
        }
    }
}

impl Plain<'_> {
    pub(crate) fn guardrail(&self, guardrail: &Guardrail) -> String {
        let when = match guardrail.when {
            FindingStanding::WorthAsking => "is worth asking about",
            FindingStanding::Act => "asks somebody to act",
        };
        let clauses: Vec<&str> = guardrail.clauses.iter().map(|id| &*id.value.0).collect();
        let of = if clauses.is_empty() { String::new() } else { format!(", of {}", and(&clauses)) };
        let within =
            guardrail.within.as_ref().map_or_else(String::new, |within| format!(", for at most {}", within.value));
        let decides = guardrail.decides.as_ref().map_or_else(String::new, |party| format!("; {} decides", party.value));
        let cites = guardrail.cites.as_ref().map_or_else(String::new, |cites| format!(" [{cites}]"));
        format!(
            "When {} {when}, {}{of}{within}{decides}. A finding prices nothing{cites}.",
            guardrail.indicator.value,
            guardrail.response.value.words()
        )
    }
}
