//! Asks the guardrails' questions of a contract's evidence, and writes the findings and reports of them.

use std::path::{Path, PathBuf};

use meed_guardrails::{
    Day,
    indicator::{self, Question},
    indicators,
    method::{
        audit::{Commitment, commit},
        suppression::Rule,
    },
    public::PublicReport,
    purses::link,
    report::{Asked, Report},
};
use meed_terms::Terms;
use meed_units::{Date, Moment};

use crate::{
    contract::ContractFolder,
    error::{AppError, Result},
    evidence,
    out::OutFolder,
    responses::{self, Seed},
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
    /// Findings of earlier months, with the answers beside them: what was answered stays answered until it comes back worse.
    pub earlier: Vec<PathBuf>,
    /// Evidence of other contracts, to find who is paid for from two purses.
    pub against: Vec<PathBuf>,
    /// The file with the seed of audit samples, and the hash that was promised for it.
    pub seed: Option<(PathBuf, String)>,
}

/// What was found.
#[derive(Debug)]
pub struct Guarded {
    /// Every finding.
    pub report: Report,
    /// The files that were written.
    pub files: Vec<&'static str>,
    /// Whether the folder is new; the same findings twice are once.
    pub fresh: bool,
    /// What the evidence check found, when a package was asked.
    pub evidence: Option<meed_evidence::Report>,
}

/// The files of every run: byte for byte the same each time.
pub const FILES: [&str; 5] =
    ["findings.json", "findings.html", "findings.pdf", "findings-public.json", "findings-public.html"];
/// The sample of files to audit, where a finding leads to one.
pub const AUDIT_SAMPLE: &str = "audit-sample.csv";
/// Pairs of people in two registers, where another one was given.
pub const LINKS: &str = "links.csv";

/// Asks, and writes the folder whole or not at all.
///
/// # Errors
/// When the contract or the evidence cannot be used, an indicator does not exist, the seed is not the promised one, or
/// the folder cannot be written.
pub fn guard(request: &GuardRequest, out: &Path) -> Result<Guarded> {
    let folder = OutFolder::of("findings", "findings.json", out)?;
    let contract = ContractFolder::read(&request.contract)?;
    let terms = contract.terms()?;
    let questions = questions(&terms, &request.only)?;
    let earlier = crate::answers::earlier(&request.earlier, &terms.id)?;
    let engine = crate::settle::engine(None)?;
    let opened = evidence::open(&contract, &terms, &request.evidence, request.known_at, &engine)?;
    let as_of = Day::of(request.as_of.unwrap_or_else(|| opened.known_at.date()));
    let seed = request.seed.as_ref().map(|(file, promised)| seed(&terms, as_of, file, promised)).transpose()?;
    let mut caseload = crate::caseload::read(&terms, &opened.tables)?;
    let mut linked = Vec::new();
    for other in &request.against {
        let tables = evidence::open_other(other, opened.known_at, &engine)?;
        let their = crate::caseload::read(&terms, &tables.tables)?;
        linked.push(link(&mut caseload, &their, &register(other, &linked)?, as_of));
    }
    if !linked.is_empty() {
        caseload = caseload.arranged();
    }
    let answers = meed_guardrails::ask(&caseload, &questions, as_of);
    let asked = Asked {
        contract: terms.id.clone(),
        title: terms.contract.title.value.clone(),
        contract_hash: contract.hash.clone(),
        snapshot: opened.snapshot.clone(),
        known_at: opened.known_at.to_string(),
        people: caseload.people.len(),
    };
    let mut report = Report::of(asked, answers);
    report.linked = linked;
    meed_guardrails::answers::carry(&mut report, &earlier);
    responses::answer(&mut report, &terms, &caseload, seed.as_ref())?;
    let public = PublicReport::after(&report, Rule::default(), &crate::answers::published(&request.earlier)?);
    let files = write(&report, &public, folder.path())?;
    let fresh = folder.finish(&files)?;
    Ok(Guarded { report, files, fresh, evidence: opened.report })
}

fn write(report: &Report, public: &PublicReport, folder: &Path) -> Result<Vec<&'static str>> {
    let write = |name: &str, bytes: &[u8]| {
        let file = folder.join(name);
        std::fs::write(&file, bytes).map_err(|error| AppError::io("write", &file, &error))
    };
    let pdf = meed_publication::findings_pdf(report)
        .map_err(|error| AppError::new(error.to_string(), "report this with the contract: it should not happen"))?;
    let mut files = FILES.to_vec();
    write("findings.json", report.json().as_bytes())?;
    write("findings.html", meed_publication::findings_html(report).as_bytes())?;
    write("findings.pdf", &pdf)?;
    write("findings-public.json", public.json().as_bytes())?;
    write("findings-public.html", meed_publication::findings_public_html(public).as_bytes())?;
    if !report.audits.is_empty() {
        write(AUDIT_SAMPLE, responses::sample_csv(report)?.as_bytes())?;
        files.push(AUDIT_SAMPLE);
    }
    if !report.linked.is_empty() {
        write(LINKS, responses::links_csv(report)?.as_bytes())?;
        files.push(LINKS);
    }
    Ok(files)
}

/// The promise of a seed for the audit samples of a run: published before claims are frozen, kept when the sample is drawn.
///
/// # Errors
/// When the contract or the seed does not read.
pub fn promise(contract: &Path, as_of: Date, seed_file: &Path) -> Result<Commitment> {
    let terms = ContractFolder::read(contract)?.terms()?;
    Ok(commit(&about(&terms, Day::of(as_of)), &read_seed(seed_file)?))
}

fn about(terms: &Terms, as_of: Day) -> String {
    format!("audit of {} up to {as_of}", terms.id)
}

fn seed(terms: &Terms, as_of: Day, file: &Path, promised: &str) -> Result<Seed> {
    let seed = read_seed(file)?;
    let promise = commit(&about(terms, as_of), &seed);
    if promise.hash != promised.trim().to_lowercase() {
        return Err(AppError::new(
            format!("the seed in {} is not the one that was promised for the {}", file.display(), promise.about),
            format!(
                "its promise is {}; draw with the seed whose promise was published, up to the same day",
                promise.hash
            ),
        ));
    }
    Ok(Seed { promise, seed })
}

fn read_seed(file: &Path) -> Result<String> {
    let text = std::fs::read_to_string(file).map_err(|error| AppError::io("read the seed", file, &error))?;
    let seed = text.trim().to_owned();
    if seed.chars().count() < 16 {
        return Err(AppError::new(
            format!("the seed in {} is shorter than 16 letters and could be guessed", file.display()),
            "use more, for example `head -c 32 /dev/urandom | base64 > seed`",
        ));
    }
    Ok(seed)
}

/// What another register is called: the name of its folder.
fn register(path: &Path, before: &[meed_guardrails::purses::Linked]) -> Result<String> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if name.is_empty() || before.iter().any(|one| one.register == name) {
        return Err(AppError::new(
            format!("{} does not say which register it is", path.display()),
            "give --against folders with names of their own",
        ));
    }
    Ok(name)
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
