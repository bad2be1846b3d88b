//! Settles a statement again from its inputs and compares every byte.

use std::path::Path;

use crate::{
    compact::is_compact,
    error::{AppError, Result},
    explain::{Inputs, replay},
    findings,
    out::same,
    settle::{ATTACHED, SettleRequest, broken, open_statement, statement_file, write},
};

/// What verifying came to: each file, and whether it is the same.
#[derive(Debug)]
pub struct Verified {
    /// The files of the statement with whether settling again gives the same bytes; none for a file that is not there.
    pub files: Vec<(&'static str, Option<bool>)>,
    /// The first lines that differ, by id.
    pub lines: Vec<String>,
}

impl Verified {
    /// Whether everything is as it was issued.
    pub fn holds(&self) -> bool {
        self.files.iter().all(|(_, same)| *same == Some(true))
    }
}

/// Settles again and compares.
///
/// # Errors
/// When the statement or its inputs cannot be read.
pub fn verify(statement: &Path, inputs: &Inputs, threads: Option<usize>) -> Result<Verified> {
    let path = statement_file(statement);
    let folder = path.parent().unwrap_or(Path::new("."));
    let (head, _) = open_statement(&path)?;
    let recorded = replay(statement, inputs)?;
    findings::unchanged(&head.findings, &recorded.findings)?;
    let again = tempfile::tempdir().map_err(|error| AppError::io("write in", &std::env::temp_dir(), &error))?;
    let request = SettleRequest {
        contract: recorded.contract,
        evidence: recorded.evidence,
        period: head.period,
        known_at: Some(head.known_at),
        earlier: recorded.earlier,
        elsewhere: recorded.elsewhere,
        findings: recorded.findings,
        issued: Some(head.findings),
        threads,
        persons_at_once: None,
        only_sql: false,
        compact: is_compact(folder),
    };
    write(&request, again.path())?;
    let mut files = Vec::new();
    for name in request.files().iter().copied() {
        let there = folder.join(name);
        let verdict = if there.is_file() { Some(same(&there, &again.path().join(name))?) } else { None };
        files.push((name, verdict));
    }
    for name in ATTACHED {
        let (there, now) = (folder.join(name), again.path().join(name));
        match (there.is_file(), now.is_file()) {
            (true, true) => files.push((name, Some(same(&there, &now)?))),
            (false, false) => (),
            (false, true) => files.push((name, None)),
            (true, false) => files.push((name, Some(false))),
        }
    }
    let mut lines = Vec::new();
    if files.iter().any(|(name, same)| request.lines_in().contains(name) && *same == Some(false)) {
        let mut expected = open_statement(&again.path().join("statement.json"))?.1;
        for line in open_statement(&path)?.1 {
            let line = match line {
                Ok(line) => line,
                Err(error) => {
                    lines.push(broken(error).to_string());
                    break;
                }
            };
            let other = expected.next().transpose().map_err(broken)?;
            if other.as_ref() != Some(&line) && lines.len() < 10 {
                let amount =
                    other.map_or_else(|| "nothing".to_owned(), |other| format!("{} {}", other.id, other.amount));
                lines.push(format!("{} {} is issued, settling again gives {amount}", line.id, line.amount));
            }
        }
        lines.extend(expected.take(3).flatten().map(|line| format!("{} {} is missing", line.id, line.amount)));
    }
    Ok(Verified { files, lines })
}
