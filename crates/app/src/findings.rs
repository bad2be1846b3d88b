//! What a settlement holds because of findings: the terms of the contract applied to runs of `meed guard`.

use std::path::{Path, PathBuf};

use meed_evidence::sha256;
use meed_guardrails::{
    Day, Finding,
    answers::{self, AnswerFile, Does},
    report::Report,
};
use meed_settlement::{AnswersUsed, Disputed, FindingHold, FindingsUsed};
use meed_terms::{Guardrail, Response, Terms};
use meed_units::{Date, Moment, counted};

use crate::{
    error::{AppError, Result},
    explain::changed,
    responses::reaches,
};

/// The findings that a settlement is given.
#[derive(Debug, Default)]
pub(crate) struct Given {
    /// Run by run.
    pub used: Vec<FindingsUsed>,
    /// What the terms hold because of them.
    pub holds: Vec<FindingHold>,
}

/// Reads the findings of a contract and the answers beside them, run by run, and says what its terms hold because of them
/// by the end of a day. A statement that is settled again takes as many answers as it was `issued` with.
///
/// # Errors
/// When a file does not read or is of another contract, when the same run is given twice, when answers were changed or are
/// missing, or when a hold has no end.
pub(crate) fn given(files: &[PathBuf], terms: &Terms, by: Date, issued: Option<&[FindingsUsed]>) -> Result<Given> {
    let mut given = Given::default();
    for file in files {
        let path = findings_file(file);
        let (report, hash) = read(&path)?;
        if report.contract != terms.id {
            return Err(AppError::new(
                format!("{} is of the contract `{}`, not of `{}`", path.display(), report.contract, terms.id),
                "give the findings of this contract",
            ));
        }
        let known_at: Moment = report.known_at.parse().map_err(|error| {
            AppError::new(
                format!("{}: its `known-at` is no moment: {error}", path.display()),
                "give the findings.json that `meed guard` wrote",
            )
        })?;
        let as_of = report.as_of.date();
        if given.used.iter().any(|used| (used.as_of, used.known_at) == (as_of, known_at)) {
            return Err(AppError::new(
                format!("{}: the findings up to {as_of} as known at {known_at} are given twice", path.display()),
                "give each run once: the one in which answered findings are closed",
            ));
        }
        let mut answers = read_answers(&path, &hash)?;
        if let Some(named) = issued.and_then(|issued| issued.iter().find(|named| named.hash == hash)) {
            answers = as_issued(answers, named, &path)?;
        }
        let run = Run { report: &report, answers: &answers, path: &path, known_on: known_at.date(), as_of, by };
        let holds = run.holds(terms)?;
        let holds_until = holds.iter().map(|hold| hold.until).max();
        let used =
            (!answers.is_empty()).then(|| AnswersUsed { count: answers.len(), hash: answers.last_hash().to_owned() });
        given.used.push(FindingsUsed { as_of, known_at, hash, holds_until, answers: used });
        given.holds.extend(holds);
    }
    Ok(given)
}

/// Whether files are those that a statement names; findings rest on nobody's word but their own bytes.
///
/// # Errors
/// When one of them cannot be read, was edited since, or is missing.
pub(crate) fn unchanged(named: &[FindingsUsed], files: &[PathBuf]) -> Result<()> {
    let mut found = Vec::new();
    for file in files {
        let path = findings_file(file);
        let (_, hash) = read(&path)?;
        if !named.iter().any(|used| used.hash == hash) {
            return Err(changed("findings", &path));
        }
        found.push(hash);
    }
    match named.iter().find(|used| !found.contains(&used.hash)) {
        None => Ok(()),
        Some(missing) => Err(AppError::new(
            format!("the findings up to {} (SHA-256 {}) are not given", missing.as_of, missing.hash),
            "say where the file is with --findings, once for each run",
        )),
    }
}

/// The answers that a statement was settled with: the first of those that are there.
fn as_issued(answers: AnswerFile, named: &FindingsUsed, path: &Path) -> Result<AnswerFile> {
    let (count, hash) =
        named.answers.as_ref().map_or((0, named.hash.as_str()), |used| (used.count, used.hash.as_str()));
    answers.first(count).filter(|first| first.last_hash() == hash).ok_or_else(|| {
        AppError::new(
            format!("the answers beside {} are not those this statement was made with", path.display()),
            format!("put back {}: lines are added to it and never changed", answers_file(path).display()),
        )
    })
}

/// The answers beside findings; none where nobody answered yet.
pub(crate) fn read_answers(findings: &Path, hash: &str) -> Result<AnswerFile> {
    let path = answers_file(findings);
    match std::fs::read_to_string(&path) {
        Ok(text) => AnswerFile::read(&text, hash).map_err(|wrong| unreadable(&path, &wrong)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(AnswerFile::none(hash)),
        Err(error) => Err(AppError::io("read the answers", &path, &error)),
    }
}

pub(crate) fn unreadable(path: &Path, wrong: &str) -> AppError {
    AppError::new(
        format!("{} cannot be trusted: {wrong}", path.display()),
        "put back the file as it was; `meed guard close` and `meed guard reopen` add to it",
    )
}

/// Where the answers to findings stand: beside `findings.json`, or beside a file of another name.
pub(crate) fn answers_file(findings: &Path) -> PathBuf {
    match findings.file_name() {
        Some(name) if name == "findings.json" => findings.with_file_name(answers::FILE),
        _ => findings.with_extension(answers::FILE),
    }
}

/// `findings.json` of a folder, or the file itself.
pub(crate) fn findings_file(path: &Path) -> PathBuf {
    if path.is_dir() { path.join("findings.json") } else { path.to_owned() }
}

pub(crate) fn read(path: &Path) -> Result<(Report, String)> {
    let text = std::fs::read_to_string(path).map_err(|error| AppError::io("read the findings", path, &error))?;
    let report = Report::read(&text).map_err(|wrong| {
        AppError::new(
            format!("{} does not read: {wrong}", path.display()),
            "give the findings.json that `meed guard` wrote",
        )
    })?;
    let hash = sha256(&mut text.as_bytes()).map_err(|error| AppError::io("read the findings", path, &error))?;
    Ok((report, hash))
}

/// One run of guardrails.
struct Run<'r> {
    report: &'r Report,
    answers: &'r AnswerFile,
    path: &'r Path,
    known_on: Date,
    as_of: Date,
    by: Date,
}

impl Run<'_> {
    fn holds(&self, terms: &Terms) -> Result<Vec<FindingHold>> {
        let mut holds = Vec::new();
        for guardrail in terms.contract.guardrail.iter().filter(|guardrail| guardrail.response.value.holds_money()) {
            for finding in self.report.findings.iter().filter(|finding| reaches(finding, guardrail)) {
                holds.extend(self.hold(finding, guardrail, terms)?);
            }
        }
        Ok(holds)
    }

    /// The days on which a finding is open, up to the end of its time: the first day and the first day after, in order.
    fn open(&self, finding: &Finding, limit: Date) -> Vec<(Date, Date)> {
        let mut stretches = Vec::new();
        let mut since = Some(self.known_on);
        let mut close = |since: &mut Option<Date>, on: Date| {
            stretches.extend(since.take().map(|from| (from, on.min(limit))));
        };
        if let Some(closed) = &finding.closed {
            close(&mut since, closed.on.date());
        }
        for answer in self.answers.of(&finding.id, Day::of(self.by)) {
            match answer.does {
                Does::Close => close(&mut since, answer.on.date()),
                Does::Reopen => since = Some(answer.on.date().max(self.known_on)),
            }
        }
        close(&mut since, limit);
        stretches.retain(|(from, until)| from < until);
        stretches
    }

    /// What a finding holds: once for each stretch of days on which it is open.
    fn hold(&self, finding: &Finding, guardrail: &Guardrail, terms: &Terms) -> Result<Vec<FindingHold>> {
        let limit = FindingHold::limit(guardrail, terms, self.as_of);
        let limit = limit.ok_or_else(|| {
            AppError::new(
                format!("the hold of {} has no last day that can be worked out", guardrail.indicator.value),
                "give it a shorter `within` in the contract",
            )
        })?;
        // At a harm sentinel everything of the clauses waits, for everybody: whom it names decides nothing.
        if guardrail.response.value != Response::Stop && finding.rows.first.len() < finding.rows.count {
            return Err(AppError::new(
                format!(
                    "{}: the finding {} rests on {} and lists {} of them, so whose lines to hold is not known",
                    self.path.display(),
                    finding.id,
                    counted(finding.rows.count, "row", "rows"),
                    finding.rows.first.len()
                ),
                "ask of fewer days with `meed guard`",
            ));
        }
        let disputed = Disputed {
            finding: finding.id.clone(),
            says: finding.says.clone(),
            provider: finding.subject.provider.clone(),
            persons: finding.rows.first.iter().filter_map(|row| row.person.clone()).collect(),
            as_of: self.as_of,
        };
        let open = self.open(finding, limit).into_iter();
        Ok(open.map(|days| FindingHold::by(guardrail, terms, &disputed, days)).collect())
    }
}
