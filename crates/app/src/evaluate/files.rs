//! The files of an evaluation, and whether making it again gives the same bytes.

use std::path::{Path, PathBuf};

use meed_evaluation::{Analysed, Plan};
use meed_publication::evaluation as pages;
use meed_units::Moment;
use serde::{Deserialize, Serialize};

use super::{EvaluateRequest, Found, analysed, estimate_row, evidence, found};
use crate::{
    error::{AppError, Result},
    out::same,
    settle::{REPLAY, seen_from},
};

/// The file by which the folder of an evaluation is known.
pub const REPORT: &str = "evaluation.json";
/// The page.
const HTML: &str = "evaluation.html";
/// The same for print.
const PDF: &str = "evaluation.pdf";

/// Where the inputs of an evaluation were, as seen from its folder. Not part of the report.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Replay {
    plan: PathBuf,
    evidence: PathBuf,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    known_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    agreed: Option<String>,
    files: Vec<String>,
}

/// The texts of a report: page, tables and pictures, by file name.
fn texts(analysed: &Analysed) -> Vec<(String, String)> {
    let report = &analysed.report;
    let mut texts = vec![
        (REPORT.to_owned(), report.json()),
        (HTML.to_owned(), pages::html(report)),
        ("effects.csv".to_owned(), pages::effects_csv(report)),
        ("balance.csv".to_owned(), pages::balance_csv(report)),
    ];
    texts.extend(pages::pictures(report));
    texts
}

/// The PDF of a report.
fn pdf(analysed: &Analysed) -> Result<Vec<u8>> {
    pages::pdf(&analysed.report).map_err(|error| {
        AppError::new(format!("the PDF could not be made: {error}"), "report this with the plan: it should not happen")
    })
}

/// Writes every file of an evaluation but `replay.json`; gives their names.
fn write_all(analysed: &Analysed, plan: &Plan, request: &EvaluateRequest, folder: &Path) -> Result<Vec<String>> {
    let mut written = Vec::new();
    let mut put = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        std::fs::write(&path, bytes).map_err(|error| AppError::io("write", &path, &error))?;
        written.push(name.to_owned());
        Ok::<(), AppError>(())
    };
    for (name, text) in texts(analysed) {
        put(&name, text.as_bytes())?;
    }
    put(PDF, &pdf(analysed)?)?;
    for (name, text) in &analysed.sets {
        put(name, text.as_bytes())?;
    }
    let plan_text = serde_json::to_string_pretty(&serde_json::json!({
        "hash": plan.hash, "files": plan.files, "says": plan.written.canonical(),
    }));
    put("plan.json", (plan_text.expect("a plan is plain data") + "\n").as_bytes())?;
    if plan.written.estimate.is_some()
        && let Found::OfContract(contract) = found(&request.plan)?
    {
        let (terms, tables) = (contract.terms()?, evidence::tables(Some(&contract))?);
        let groups = analysed.report.groups.iter();
        let rows: Vec<_> = groups.filter_map(|group| estimate_row(plan, &terms, group, &tables)).collect();
        let table = tables.iter().find(|table| table.name == "estimates").expect("a standard table");
        let mut csv = csv::Writer::from_writer(Vec::new());
        let whole = "a row of texts can be written in memory";
        csv.write_record(table.columns.iter().map(|column| column.name.as_str())).expect(whole);
        for row in &rows {
            csv.write_record(row.iter().map(|cell| cell.as_deref().unwrap_or(""))).expect(whole);
        }
        put("estimates.csv", &csv.into_inner().expect(whole))?;
        put("datapackage.json", meed_evidence::write_descriptor("estimates", &[(table, "estimates.csv")]).as_bytes())?;
    }
    Ok(written)
}

/// Writes the files of an evaluation into a folder that will stand at `out`; gives the names of those that never change.
pub(super) fn write(
    analysed: &Analysed,
    plan: &Plan,
    request: &EvaluateRequest,
    out: &Path,
    folder: &Path,
) -> Result<Vec<String>> {
    let written = write_all(analysed, plan, request, folder)?;
    let replay = Replay {
        plan: seen_from(out, &request.plan)?,
        evidence: seen_from(out, &request.evidence)?,
        known_at: request.known_at.map(|moment| moment.to_string()),
        agreed: request.agreed.clone(),
        files: written.clone(),
    };
    let path = folder.join(REPLAY);
    let text = serde_json::to_string_pretty(&replay).expect("paths are texts or were refused") + "\n";
    std::fs::write(&path, text).map_err(|error| AppError::io("write", &path, &error))?;
    Ok(written)
}

/// Puts what a statement's estimates rest on beside it: the groups of every report as one, without anybody's row.
pub(crate) fn attach(made: &[Analysed], folder: &Path) -> Result<()> {
    let Some(last) = made.last() else { return Ok(()) };
    let mut report = last.report.clone();
    report.groups = made.iter().flat_map(|analysed| analysed.report.groups.iter().cloned()).collect();
    let mut deviations: Vec<String> = Vec::new();
    for deviation in made.iter().flat_map(|analysed| &analysed.report.plan.deviations) {
        if !deviations.contains(deviation) {
            deviations.push(deviation.clone());
        }
    }
    report.plan.deviations = deviations;
    let analysed = Analysed { report, sets: Vec::new() };
    let pictures = |name: &str| name.ends_with(".svg");
    for (name, text) in texts(&analysed).into_iter().filter(|(name, _)| !pictures(name)) {
        let path = folder.join(&name);
        std::fs::write(&path, text).map_err(|error| AppError::io("write", &path, &error))?;
    }
    let path = folder.join(PDF);
    std::fs::write(&path, pdf(&analysed)?).map_err(|error| AppError::io("write", &path, &error))
}

/// What verifying an evaluation came to: each file, and whether it is the same; none for a file that is not there.
#[derive(Debug)]
pub struct Verified {
    /// The files.
    pub files: Vec<(String, Option<bool>)>,
}

impl Verified {
    /// Whether everything is as it was written.
    pub fn holds(&self) -> bool {
        self.files.iter().all(|(_, same)| *same == Some(true))
    }
}

/// Evaluates again from the inputs and compares every byte.
///
/// # Errors
/// When the evaluation or its inputs cannot be read.
pub fn verify(folder: &Path, plan: Option<&Path>, evidence: Option<&Path>, threads: Option<usize>) -> Result<Verified> {
    let file = folder.join(REPLAY);
    let text = crate::contract::text(&file)?;
    let replay: Replay = serde_json::from_str(&text).map_err(|error| {
        AppError::new(format!("{} cannot be read: {error}", file.display()), "evaluate again: meed evaluate")
    })?;
    let known_at = replay.known_at.as_deref().map(str::parse::<Moment>).transpose();
    let request = EvaluateRequest {
        plan: plan.map_or_else(|| folder.join(&replay.plan), Path::to_owned),
        evidence: evidence.map_or_else(|| folder.join(&replay.evidence), Path::to_owned),
        known_at: known_at
            .map_err(|_| AppError::new(format!("{} was edited", file.display()), "evaluate again: meed evaluate"))?,
        agreed: replay.agreed,
        threads,
    };
    let again = evidence::scratch()?;
    let (made, plan) = analysed(&request)?;
    let mut names = write_all(&made, &plan, &request, again.path())?;
    names.extend(replay.files.into_iter().filter(|name| !name.contains(['/', '\\'])));
    names.sort();
    names.dedup();
    let mut files = Vec::new();
    for name in names {
        let (there, now) = (folder.join(&name), again.path().join(&name));
        let verdict = if there.is_file() && now.is_file() { Some(same(&there, &now)?) } else { None };
        files.push((name, verdict));
    }
    Ok(Verified { files })
}
