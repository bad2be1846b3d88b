//! What a run of all questions leaves behind: `findings.json`, with what it was asked of.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    day::Day,
    files::Audit,
    finding::{Finding, Standing, Step},
    indicator::{Answers, NotAsked},
    purses::Linked,
};

/// The answers to all questions, and of what they were asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Report {
    /// `meed-findings/1`.
    pub format: String,
    /// Identity of the contract.
    pub contract: String,
    /// What people call it.
    pub title: String,
    /// SHA-256 of the contract's files.
    pub contract_hash: String,
    /// Identity of the snapshot of evidence.
    pub snapshot: String,
    /// When what it holds was known.
    pub known_at: String,
    /// The last day the questions look at.
    pub as_of: Day,
    /// People in the caseload.
    pub people: usize,
    /// The rate of false discoveries allowed.
    pub false_discovery_rate: f64,
    /// Figures that the rule for many questions went over.
    pub tested: usize,
    /// The answers.
    pub findings: Vec<Finding>,
    /// Questions that could not be asked.
    pub not_asked: Vec<NotAsked>,
    /// What follows from findings by the terms of the contract, in the order of the findings.
    #[serde(default)]
    pub responses: Vec<Response>,
    /// Samples of files that were drawn because of findings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub audits: Vec<Audit>,
    /// How people were linked with those of another register, one for each that was given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub linked: Vec<Linked>,
}

/// What follows from a finding by a term of the contract. It changes no price, and no price follows from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Response {
    /// Identity of the finding.
    pub finding: String,
    /// The term's word for it: `hold`, `audit`.
    pub response: String,
    /// Its step on the ladder.
    pub step: Step,
    /// Who decides, where the term says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decides: Option<String>,
    /// The first day on which the time for it is over, where the term gives one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
    /// The clauses it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clauses: Vec<String>,
    /// What happens now, and what somebody has to do, in sentences.
    pub follows: String,
}

/// The format of a report.
pub const FORMAT: &str = "meed-findings/1";

/// Of what the questions were asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Identity of the contract.
    pub contract: String,
    /// What people call it.
    pub title: String,
    /// SHA-256 of its files.
    pub contract_hash: String,
    /// Identity of the snapshot.
    pub snapshot: String,
    /// When what it holds was known.
    pub known_at: String,
    /// People in the caseload.
    pub people: usize,
}

impl Report {
    /// The report of a run.
    pub fn of(asked: Asked, answers: Answers) -> Report {
        Report {
            format: FORMAT.to_owned(),
            contract: asked.contract,
            title: asked.title,
            contract_hash: asked.contract_hash,
            snapshot: asked.snapshot,
            known_at: asked.known_at,
            as_of: answers.as_of,
            people: asked.people,
            false_discovery_rate: answers.false_discovery_rate,
            tested: answers.tested,
            findings: answers.findings,
            not_asked: answers.not_asked,
            responses: Vec::new(),
            audits: Vec::new(),
            linked: Vec::new(),
        }
    }

    /// What follows from a finding.
    pub fn follows_from<'r>(&'r self, finding: &'r Finding) -> impl Iterator<Item = &'r Response> {
        self.responses.iter().filter(|response| response.finding == finding.id)
    }

    /// As the text of `findings.json`.
    pub fn json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("a report holds texts, dates and finite numbers");
        text.push('\n');
        text
    }

    /// Reads `findings.json`.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn read(text: &str) -> Result<Report, String> {
        let report: Report = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if report.format != FORMAT {
            return Err(format!("its format is `{}` and not `{FORMAT}`", report.format));
        }
        Ok(report)
    }

    /// How many findings stand so.
    pub fn count(&self, standing: Standing) -> usize {
        self.findings.iter().filter(|finding| finding.standing == standing).count()
    }

    /// The findings that somebody should read first: harm, then by standing, then by how unlikely; in the order of the
    /// catalogue where these agree. Those that were answered come last.
    pub fn by_weight(&self) -> Vec<&Finding> {
        let mut findings: Vec<&Finding> =
            self.findings.iter().filter(|finding| finding.standing > Standing::AsExpected).collect();
        findings.sort_by(|a, b| {
            let harm = |finding: &Finding| finding.family == crate::finding::Family::Harm;
            (a.closed.is_some().cmp(&b.closed.is_some()))
                .then((harm(b), b.standing).cmp(&(harm(a), a.standing)))
                .then(a.p.unwrap_or(0.0).total_cmp(&b.p.unwrap_or(0.0)))
                .then_with(|| a.id.cmp(&b.id))
        });
        findings
    }
}
