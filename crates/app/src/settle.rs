//! Settles a period from what was known at a moment, and writes the statement.

use std::{
    fs::File,
    io::{BufReader, Read},
    path::{Path, PathBuf},
};

use meed_native::Depth;
use meed_publication::{Body, CompactStatementLines, Excerpt};
use meed_query::Embedded;
use meed_settlement::{Earlier, Failed, Head, Line, PersonPostings, Refused, Request, Status};
use meed_terms::{Terms, WhenReversed};
use meed_units::{Moment, PartyId, Period, PersonKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    compact::{self, COMPACT_FILES, Stopped},
    contract::ContractFolder,
    error::{AppError, Result},
    evaluate,
    evidence::{self, Opened},
    findings,
    lines::LineFiles,
    out::OutFolder,
    people::{Asking, PERSONS_AT_ONCE, Way, query_error},
    register,
};

/// What to settle, from where, to where.
#[derive(Clone, Debug)]
pub struct SettleRequest {
    /// The contract's folder.
    pub contract: PathBuf,
    /// A package, a snapshot, or a folder that the contract's mapping reads.
    pub evidence: PathBuf,
    /// The days to settle.
    pub period: Period,
    /// Nothing that became known later is used; all that the evidence holds, when left out.
    pub known_at: Option<Moment>,
    /// Folders of earlier statements, in any order.
    pub earlier: Vec<PathBuf>,
    /// A register of what other contracts paid for whom.
    pub elsewhere: Option<PathBuf>,
    /// The findings of guardrails, run by run, whose disputed lines the contract holds.
    pub findings: Vec<PathBuf>,
    /// The findings and answers of a statement that is settled again, as it names them; none for a new statement.
    pub issued: Option<Vec<meed_settlement::FindingsUsed>>,
    /// Into how many parts queries are cut; as many as there are cores when left out.
    pub threads: Option<usize>,
    /// How many persons are asked about together; the statement is the same whatever the number.
    pub persons_at_once: Option<usize>,
    /// Whether every measure is asked as its SQL, also one that has a pass; the statement is the same either way.
    pub only_sql: bool,
    /// Whether the lines are written into a file of their own, with what many of them share kept once.
    pub compact: bool,
}

/// What a settlement came to.
#[derive(Debug)]
pub struct Settled {
    /// The head of the statement.
    pub head: Head,
    /// The first lines.
    pub excerpt: Excerpt,
    /// Whether the folder is new; the same statement twice is once.
    pub fresh: bool,
    /// What the evidence check found, when a package was settled.
    pub report: Option<meed_evidence::Report>,
    /// Days of the contract before those that were settled, where no earlier statement was given: nothing of them is paid here.
    pub before: Option<Period>,
}

/// Where the inputs of a statement were, as seen from its folder: for verifying and explaining. Not part of the statement.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Replay {
    pub contract: PathBuf,
    pub evidence: PathBuf,
    pub earlier: Vec<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub elsewhere: Option<PathBuf>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub findings: Vec<PathBuf>,
}

/// The file that says where the inputs were.
pub(crate) const REPLAY: &str = "replay.json";

/// The files that make a statement: byte for byte the same on every run.
pub const FILES: [&str; 5] = ["statement.json", "lines.csv", "lines.parquet", "statement.html", "statement.pdf"];

/// The files of the evaluation that a statement rests on, where its contract has a plan for one.
pub const ATTACHED: [&str; 5] = ["evaluation.json", "evaluation.html", "evaluation.pdf", "effects.csv", "balance.csv"];

impl SettleRequest {
    /// The files that the statement is made of.
    pub fn files(&self) -> &'static [&'static str] {
        if self.compact { &COMPACT_FILES } else { &FILES }
    }

    /// Those of them that hold the lines.
    pub(crate) fn lines_in(&self) -> &'static [&'static str] {
        if self.compact { &COMPACT_FILES[..2] } else { &FILES[..1] }
    }
}

/// Settles, and writes the statement's folder whole or not at all.
///
/// # Errors
/// When the contract, the evidence or an earlier statement cannot be used, or the folder not be written.
pub fn settle(request: &SettleRequest, out: &Path) -> Result<Settled> {
    let folder = OutFolder::begin(out)?;
    let (head, excerpt, report) = write(request, folder.path())?;
    let replay = Replay {
        contract: seen_from(out, &request.contract)?,
        evidence: seen_from(out, &request.evidence)?,
        earlier: request.earlier.iter().map(|earlier| seen_from(out, earlier)).collect::<Result<_>>()?,
        elsewhere: request.elsewhere.as_ref().map(|register| seen_from(out, register)).transpose()?,
        findings: request.findings.iter().map(|findings| seen_from(out, findings)).collect::<Result<_>>()?,
    };
    let file = folder.path().join(REPLAY);
    let text = serde_json::to_string_pretty(&replay).expect("paths are texts or were refused") + "\n";
    std::fs::write(&file, text).map_err(|error| AppError::io("write", &file, &error))?;
    let attached = ATTACHED.into_iter().filter(|name| folder.path().join(name).is_file());
    let frozen: Vec<&str> = request.files().iter().copied().chain(attached).collect();
    let fresh = folder.finish(&frozen)?;
    let before = match request.earlier.is_empty() {
        true => {
            let runs = ContractFolder::read(&request.contract)?.terms()?.contract.runs.value;
            Period::new(runs.from, head.period.from)
        }
        false => None,
    };
    Ok(Settled { head, excerpt, fresh, report, before })
}

/// Settles into a folder that exists.
pub(crate) fn write(request: &SettleRequest, folder: &Path) -> Result<(Head, Excerpt, Option<meed_evidence::Report>)> {
    let contract = ContractFolder::read(&request.contract)?;
    let terms = contract.terms()?;
    let mut earlier = read_earlier(&request.earlier, &terms)?;
    let engine = engine(request.threads)?;
    let opened = evidence::open(&contract, &terms, &request.evidence, request.known_at, &engine)?;
    earlier.elsewhere(register::elsewhere(request.elsewhere.as_deref(), &terms, &opened, &engine)?);
    let issued = request.issued.as_deref();
    let given = findings::given(&request.findings, &terms, opened.known_at.date(), issued)?;
    earlier.held_by_findings(given.used, given.holds)?;
    let (head, excerpt) = from_snapshot(request, &contract, &terms, &opened, &earlier, &engine, folder)?;
    evaluate::attach(&opened.evaluations, folder)?;
    Ok((head, excerpt, opened.report))
}

pub(crate) fn engine(threads: Option<usize>) -> Result<Embedded> {
    let mut limits = meed_query::Limits::default();
    if let Some(threads) = threads {
        limits.partitions = threads.max(1);
    }
    Embedded::with_limits(limits).map_err(|error| query_error(&error))
}

fn from_snapshot(
    asked: &SettleRequest,
    contract: &ContractFolder,
    terms: &Terms,
    opened: &Opened,
    earlier: &Earlier<AppError>,
    engine: &Embedded,
    folder: &Path,
) -> Result<(Head, Excerpt)> {
    let persons_at_once = asked.persons_at_once.unwrap_or(PERSONS_AT_ONCE);
    // Why something did not count is looked at by some kinds of clause, and where it was paid before.
    let way = match asked.only_sql {
        true => Way::Sql,
        false if asked.earlier.is_empty() && meed_settlement::looks_at_what_counts(terms) => {
            Way::Passes(Depth::WhatCounts)
        }
        false => Way::WHOLE,
    };
    let asking = Asking { engine, tables: &opened.tables, terms, as_of: opened.known_at.date(), persons_at_once, way };
    let request = Request {
        terms,
        period: asked.period,
        known_at: opened.known_at,
        contract_hash: contract.hash.clone(),
        snapshot: opened.snapshot.clone(),
    };

    let (head, excerpt) = match asked.compact {
        true => match compact::settle(&request, &asking, earlier, asked.threads, folder) {
            Ok(settled) => settled,
            Err(Stopped::Refused(refused)) => {
                let help = next_command(&refused, asked);
                return Err(AppError::new(refused.to_string(), help));
            }
            Err(Stopped::Failed(error)) => return Err(error),
        },
        false => in_full(&request, &asking, earlier, asked, folder)?,
    };

    let writing = |name: &'static str| move |error: std::io::Error| AppError::io("write", &folder.join(name), &error);
    let evaluations: Vec<&meed_evaluation::Report> = opened.evaluations.iter().map(|made| &made.report).collect();
    let (html, pdf) = std::thread::scope(|scope| {
        let html = scope.spawn(|| {
            let html = meed_publication::statement_html_with(&head, &excerpt, &evaluations);
            std::fs::write(folder.join("statement.html"), html).map_err(writing("statement.html"))
        });
        let pdf = meed_publication::statement_pdf(&head, &excerpt);
        (html.join(), pdf)
    });
    html.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
    let pdf = pdf.map_err(|error| {
        AppError::new(
            format!("the PDF could not be made: {error}"),
            "report this with the contract: it should not happen",
        )
    })?;
    std::fs::write(folder.join("statement.pdf"), pdf).map_err(writing("statement.pdf"))?;
    Ok((head, excerpt))
}

/// Settles with every line written in full, three times over.
fn in_full(
    request: &Request<'_>,
    asking: &Asking<'_>,
    earlier: &Earlier<AppError>,
    asked: &SettleRequest,
    folder: &Path,
) -> Result<(Head, Excerpt)> {
    let terms = request.terms;
    let providers = asking.providers()?;
    let payers = terms.contract.payer.iter().map(|payer| PartyId::new(&payer.id.value)).collect();
    let places = u8::try_from(terms.rounding.to.decimal().scale()).expect("a rounding unit has few places");
    let mut files = LineFiles::create(folder, places, payers)?;
    let settled = meed_settlement::settle(request, asking, &providers, earlier, &mut |line: Line| files.line(line));
    let head = match settled {
        Ok(head) => head,
        Err(Failed::Refused(refused)) => {
            // Whatever the threads still write goes with the folder, so they are waited for.
            let _ = files.failed();
            let help = next_command(&refused, asked);
            return Err(AppError::new(refused.to_string(), help));
        }
        // Where a file could not be written, that is what went wrong.
        Err(Failed::Reading(error)) => return Err(files.failed().unwrap_or(error)),
    };
    let excerpt = files.finish(&head)?;
    Ok((head, excerpt))
}

/// The command that would settle, as far as what was refused tells.
fn next_command(refused: &Refused, asked: &SettleRequest) -> String {
    let period = match refused {
        Refused::NotWholePeriods { example: Some(example), .. } => example.to_string(),
        _ => asked.period.to_string(),
    };
    let mut command =
        format!("meed settle {} --evidence {} --period {period}", asked.contract.display(), asked.evidence.display());
    for earlier in &asked.earlier {
        command += &format!(" --earlier {}", earlier.display());
    }
    for findings in &asked.findings {
        command += &format!(" --findings {}", findings.display());
    }
    command += match refused {
        Refused::Gap { .. } | Refused::MissingEarlier { .. } => " --earlier MISSING-STATEMENT --out FOLDER",
        Refused::KnownBefore { .. } => " --known-at LATER --out FOLDER",
        Refused::MissingFindings { .. } => " --findings MISSING-FINDINGS --out FOLDER",
        _ => " --out FOLDER",
    };
    match refused {
        Refused::NotWholePeriods { .. }
        | Refused::Gap { .. }
        | Refused::MissingEarlier { .. }
        | Refused::MissingFindings { .. }
        | Refused::KnownBefore { .. } => {
            format!("next: {command}")
        }
        Refused::Overlap { .. } | Refused::Later { .. } | Refused::OtherContract { .. } => {
            "give only statements of this contract and of earlier days with --earlier, each once".to_owned()
        }
        _ => format!("mend it in the contract: meed check {}", asked.contract.display()),
    }
}

/// Reads earlier statements from their folders, in the order of their periods. Their lines are checked once and then
/// read person by person as they are needed, so memory does not grow with them.
pub(crate) fn read_earlier(folders: &[PathBuf], terms: &Terms) -> Result<Earlier<AppError>> {
    let mut heads: Vec<(Head, PathBuf, String)> = Vec::new();
    for folder in folders {
        let path = statement_file(folder);
        let mut file = File::open(&path).map_err(|error| AppError::io("open the earlier statement", &path, &error))?;
        let hash = hash(&mut file).map_err(|error| AppError::io("read", &path, &error))?;
        let (head, _) = open_statement(&path)?;
        heads.push((head, path, hash));
    }
    heads.sort_by_key(|(head, ..)| head.period);
    let keeps_room = terms.contract.cap.iter().any(|cap| cap.when_reversed == Some(WhenReversed::AsPriced));
    let mut earlier = Earlier::default();
    let mut paths = Vec::new();
    for (head, path, hash) in heads {
        earlier.begin(head, hash);
        let mut last: Option<PersonKey> = None;
        for line in open_statement(&path)?.1 {
            let line = line.map_err(broken)?;
            sound(&line, &path)?;
            if line.person < last {
                return Err(edited(&path, &format!("line {} is out of order", line.id)));
            }
            if keeps_room {
                earlier.note(&line);
            }
            last = line.person;
        }
        paths.push(path);
    }
    earlier.read_from(move || match person_by_person(&paths) {
        Ok(groups) => Box::new(groups),
        Err(error) => Box::new(std::iter::once(Err(error))),
    });
    Ok(earlier)
}

/// A line adds up to its own working.
fn sound(line: &Line, path: &Path) -> Result<()> {
    let working = &line.because.working;
    let paid = !matches!(line.status, Status::Held | Status::Shadow);
    if (paid && working.result != line.amount) || working.result != working.rounding().round(&working.exact()) {
        return Err(edited(path, &format!("line {} does not add up to its own working", line.id)));
    }
    Ok(())
}

fn edited(path: &Path, what: &str) -> AppError {
    AppError::new(
        format!("{}: {what}", path.display()),
        "use the statement as it was issued: nothing in it may be edited",
    )
}

/// The lines of several statements, person by person; each statement is in that order already.
fn person_by_person(paths: &[PathBuf]) -> Result<impl Iterator<Item = Result<PersonPostings>> + use<>> {
    let mut statements = Vec::new();
    for path in paths {
        statements.push(open_statement(path)?.1.peekable());
    }
    Ok(std::iter::from_fn(move || {
        let mut next: Option<Option<PersonKey>> = None;
        for statement in &mut statements {
            match statement.peek() {
                Some(Ok(line)) if next.as_ref().is_none_or(|next| line.person < *next) => {
                    next = Some(line.person.clone())
                }
                Some(Err(_)) => {
                    return statement.next().and_then(std::result::Result::err).map(|error| Err(broken(error)));
                }
                _ => (),
            }
        }
        let person = next?;
        let mut lines = Vec::new();
        for (position, statement) in statements.iter_mut().enumerate() {
            while let Some(Ok(line)) = statement.next_if(|line| line.as_ref().is_ok_and(|line| line.person == person)) {
                lines.push((position, line));
            }
        }
        Some(Ok(PersonPostings { person: person.map(|person| person.to_string()), lines }))
    }))
}

/// The lines of a statement, wherever they stand.
#[allow(clippy::large_enum_variant)]
pub(crate) enum StatementLines {
    InFull(meed_publication::StatementLines<BufReader<File>>),
    Compact(Box<meed_publication::CompactStatementLines<File>>),
}

impl Iterator for StatementLines {
    type Item = std::result::Result<Line, meed_publication::BrokenStatement>;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            StatementLines::InFull(lines) => lines.next(),
            StatementLines::Compact(lines) => lines.next(),
        }
    }
}

/// A statement's head, and its lines as they are asked for.
pub(crate) fn open_statement(path: &Path) -> Result<(Head, StatementLines)> {
    if !path.exists() {
        return Err(AppError::new(
            format!("there is no statement {}", path.display()),
            "give the folder of a statement; to make one: meed settle CONTRACT --evidence PACKAGE --period PERIOD --out FOLDER",
        ));
    }
    let file = File::open(path).map_err(|error| AppError::io("open the statement", path, &error))?;
    let input = BufReader::with_capacity(1 << 18, file);
    match meed_publication::open_statement(&path.display().to_string(), input).map_err(broken)? {
        (head, Body::Here(lines)) => Ok((head, StatementLines::InFull(lines))),
        (head, Body::In(lines_in)) => {
            // A name, never a way out of the statement's folder.
            let name = Path::new(&lines_in.file).file_name().unwrap_or_default();
            let beside = path.with_file_name(name);
            let file = File::open(&beside).map_err(|error| AppError::io("open the lines", &beside, &error))?;
            let lines = CompactStatementLines::open(&beside, &head, lines_in, file).map_err(broken)?;
            Ok((head, StatementLines::Compact(Box::new(lines))))
        }
    }
}

pub(crate) fn broken(error: meed_publication::BrokenStatement) -> AppError {
    AppError::new(format!("{}:{}: {}", error.file, error.line, error.problem), error.help)
}

/// `statement.json` of a statement's folder, or the file itself.
pub(crate) fn statement_file(path: &Path) -> PathBuf {
    if path.is_dir() { path.join("statement.json") } else { path.to_owned() }
}

pub(crate) fn hash(file: &mut File) -> std::io::Result<String> {
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(format!("{:x}", hash.finalize())),
            n => hash.update(&buffer[..n]),
        }
    }
}

/// `path` as seen from a folder that will stand at `out`, where both are near; otherwise in full.
pub(crate) fn seen_from(out: &Path, path: &Path) -> Result<PathBuf> {
    let whole = |path: &Path| std::path::absolute(path).map_err(|error| AppError::io("find", path, &error));
    let (out, path) = (whole(out)?, whole(path)?);
    if path.to_str().is_none() {
        return Err(AppError::new(format!("{} is not UTF-8", path.display()), "rename it"));
    }
    let shared = out.components().zip(path.components()).take_while(|(a, b)| a == b).count();
    if shared < 2 {
        return Ok(path);
    }
    let up = out.components().skip(shared).map(|_| Path::new(".."));
    Ok(up.chain(path.components().skip(shared).map(|part| Path::new(part.as_os_str()))).collect())
}
