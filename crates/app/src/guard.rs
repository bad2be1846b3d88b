//! Asks the guardrails' questions of a contract's evidence, and writes the findings and a report of them.

use std::path::{Path, PathBuf};

use meed_guardrails::{
    Day,
    indicator::{self, Question},
    indicators,
    report::{Asked, Report},
};
use meed_terms::Terms;
use meed_units::{Date, Moment};

use crate::{
    contract::ContractFolder,
    error::{AppError, Result},
    evidence,
    out::OutFolder,
};

/// What to ask, of what.
#[derive(Clone, Debug)]
pub struct GuardRequest {
    /// The contract's folder.
    pub contract: PathBuf,
    /// A package, a snapshot, or a folder that the contract's mapping reads.
    pub evidence: PathBuf,
    /// Nothing that became known later is used; all that the evidence holds, when left out.
    pub known_at: Option<Moment>,
    /// The last day to look at; the day of `known_at`, when left out.
    pub as_of: Option<Date>,
    /// Which indicators, by id; all, when empty.
    pub only: Vec<String>,
}

/// What was found.
#[derive(Debug)]
pub struct Guarded {
    /// Every finding.
    pub report: Report,
    /// Whether the folder is new; the same findings twice are once.
    pub fresh: bool,
    /// What the evidence check found, when a package was asked.
    pub evidence: Option<meed_evidence::Report>,
}

/// The files of a run: byte for byte the same on every run.
pub const FILES: [&str; 2] = ["findings.json", "findings.html"];

/// Asks, and writes the folder whole or not at all.
///
/// # Errors
/// When the contract or the evidence cannot be used, an indicator does not exist, or the folder cannot be written.
pub fn guard(request: &GuardRequest, out: &Path) -> Result<Guarded> {
    let folder = OutFolder::of("findings", "findings.json", out)?;
    let contract = ContractFolder::read(&request.contract)?;
    let terms = contract.terms()?;
    let questions = questions(&terms, &request.only)?;
    let engine = crate::settle::engine(None)?;
    let opened = evidence::open(&contract, &terms, &request.evidence, request.known_at, &engine)?;
    let caseload = crate::caseload::read(&terms, &opened.tables)?;
    let as_of = Day::of(request.as_of.unwrap_or_else(|| opened.known_at.date()));
    let answers = meed_guardrails::ask(&caseload, &questions, as_of);
    let asked = Asked {
        contract: terms.id.clone(),
        title: terms.contract.title.value.clone(),
        contract_hash: contract.hash.clone(),
        snapshot: opened.snapshot.clone(),
        known_at: opened.known_at.to_string(),
        people: caseload.people.len(),
    };
    let report = Report::of(asked, answers);
    let write = |name: &str, bytes: &[u8]| {
        let file = folder.path().join(name);
        std::fs::write(&file, bytes).map_err(|error| AppError::io("write", &file, &error))
    };
    write("findings.json", report.json().as_bytes())?;
    write("findings.html", meed_publication::findings_html(&report).as_bytes())?;
    let fresh = folder.finish(&FILES)?;
    Ok(Guarded { report, fresh, evidence: opened.report })
}

/// The indicators that are asked, with the parameters that the contract sets.
fn questions(terms: &Terms, only: &[String]) -> Result<Vec<Question<'static>>> {
    for id in only {
        if indicator::indicator(id).is_none() {
            let known: Vec<&str> = indicators().iter().map(|one| one.about().id).collect();
            return Err(AppError::new(
                format!("there is no indicator `{id}`"),
                format!("use one of {}", known.join(", ")),
            ));
        }
    }
    let asked = indicators().iter().filter(|one| {
        only.is_empty() || only.iter().any(|id| id.eq_ignore_ascii_case(one.about().id) || *id == one.about().name)
    });
    let mut questions = Vec::new();
    for one in asked {
        let mut parameters = one.about().defaults();
        let own = terms.contract.guardrail.iter().filter(|guardrail| guardrail.indicator.value == one.about().id);
        for (name, number) in own.filter_map(|guardrail| guardrail.parameters.as_ref()).flat_map(|set| set.iter()) {
            let name = name.map_or("", |name| name.value.as_str());
            let value = number.0.to_plain(12).parse::<f64>().unwrap_or(f64::NAN);
            parameters.set(name, value).map_err(|known| {
                AppError::new(
                    format!("{} has no parameter `{name}`", one.about().id),
                    format!("mend `parameters` in the contract; there are {}", known.join(", ")),
                )
            })?;
        }
        questions.push((*one, parameters));
    }
    Ok(questions)
}
