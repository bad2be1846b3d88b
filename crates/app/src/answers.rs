//! Writes down who answered a finding, when and why, and reads what was answered before.

use std::{
    fs::{File, OpenOptions},
    io::{Read as _, Write as _},
    path::{Path, PathBuf},
};

pub use meed_guardrails::answers::{Answer, Does};
use meed_guardrails::{Day, answers::AnswerFile, public::PublicReport, report::Report};
use meed_units::Date;

use crate::{
    error::{AppError, Result},
    findings::{answers_file, findings_file, read, read_answers, unreadable},
};

/// An answer that was written down.
#[derive(Debug)]
pub struct Written {
    /// The file.
    pub file: PathBuf,
    /// How many answers it holds now.
    pub count: usize,
    /// SHA-256 of its last line.
    pub hash: String,
    /// The answer.
    pub answer: Answer,
}

/// Adds an answer to those beside findings. Nothing that stands there is changed.
///
/// # Errors
/// When the findings or the answers do not read, the answer cannot be taken, or the file cannot be written.
pub fn answer(findings: &Path, finding: &str, does: Does, on: Date, (by, because): (&str, &str)) -> Result<Written> {
    let path = findings_file(findings);
    let (report, hash) = read(&path)?;
    let file = answers_file(&path);
    let failed = |error: std::io::Error| AppError::io("write the answer to", &file, &error);
    // Looked at before anything is made, so that what is refused leaves no file behind.
    let mut known = read_answers(&path, &hash)?;
    add(&mut known, &report, finding, does, on, (by, because))?;
    let mut open = OpenOptions::new().read(true).append(true).create(true).open(&file).map_err(failed)?;
    // Two people may answer at once: the second reads what the first wrote.
    open.lock().map_err(failed)?;
    let mut text = String::new();
    open.read_to_string(&mut text).map_err(failed)?;
    let mut answers = AnswerFile::read(&text, &hash).map_err(|wrong| unreadable(&file, &wrong))?;
    let (line, answer) = add(&mut answers, &report, finding, does, on, (by, because))?;
    let begin = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    open.write_all(format!("{begin}{line}\n").as_bytes()).and_then(|()| open.sync_all()).map_err(failed)?;
    if let Some(parent) = file.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        let _ = File::open(parent).and_then(|folder| folder.sync_all());
    }
    Ok(Written { count: answers.len(), hash: answers.last_hash().to_owned(), file, answer })
}

fn add(
    answers: &mut AnswerFile,
    report: &Report,
    finding: &str,
    does: Does,
    on: Date,
    told: (&str, &str),
) -> Result<(String, Answer)> {
    let line = answers
        .add(report, finding, does, Day::of(on), told)
        .map_err(|refused| AppError::new(refused.what, refused.remedy))?;
    let answer = serde_json::from_str(&line)
        .map_err(|error| AppError::new(format!("the answer cannot be written: {error}"), "give plain text"))?;
    Ok((line, answer))
}

/// Findings of earlier runs with the answers beside them.
///
/// # Errors
/// When a file does not read or is of another contract.
pub(crate) fn earlier(files: &[PathBuf], contract: &str) -> Result<Vec<(Report, AnswerFile)>> {
    let read = |file: &PathBuf| {
        let path = findings_file(file);
        let (report, hash) = read(&path)?;
        if report.contract != contract {
            return Err(AppError::new(
                format!("{} is of the contract `{}`, not of `{contract}`", path.display(), report.contract),
                "give --earlier findings of this contract",
            ));
        }
        let answers = read_answers(&path, &hash)?;
        Ok((report, answers))
    };
    files.iter().map(read).collect()
}

/// What was published of earlier runs, where it stands beside their findings.
///
/// # Errors
/// When a file that is there does not read.
pub(crate) fn published(files: &[PathBuf]) -> Result<Vec<PublicReport>> {
    let mut reports = Vec::new();
    for file in files {
        let path = findings_file(file).with_file_name("findings-public.json");
        match std::fs::read_to_string(&path) {
            Ok(text) => reports.push(PublicReport::read(&text).map_err(|wrong| {
                let what = format!("{} does not read: {wrong}", path.display());
                AppError::new(what, "put back the file that `meed guard` wrote")
            })?),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(AppError::io("read what was published", &path, &error)),
        }
    }
    reports.sort_by_key(|report| report.as_of);
    Ok(reports)
}
