//! Why a line is what it is, and why there is none.

use std::path::{Component, Path, PathBuf};

use meed_settlement::{Condition, Head, Line, People as _, PersonReadings};

use crate::{
    contract::ContractFolder,
    error::{AppError, Result},
    evidence,
    people::{Asking, PERSONS_AT_ONCE, Way, query_error},
    settle::{REPLAY, Replay, broken, engine, open_statement, statement_file},
};

/// Where the inputs of a statement are, when they have moved.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// The contract's folder.
    pub contract: Option<PathBuf>,
    /// The evidence.
    pub evidence: Option<PathBuf>,
    /// Folders of earlier statements; as recorded when empty.
    pub earlier: Vec<PathBuf>,
    /// The register of what other contracts paid.
    pub elsewhere: Option<PathBuf>,
    /// The findings of guardrails; as recorded when empty.
    pub findings: Vec<PathBuf>,
}

/// The first lines of a statement, with its head and how many lines there are.
///
/// # Errors
/// When the statement cannot be read.
pub fn lines(statement: &Path, most: usize) -> Result<(Head, Vec<Line>, usize)> {
    let (head, lines) = open_statement(&statement_file(statement))?;
    let (mut first, mut all) = (Vec::new(), 0);
    for line in lines {
        let line = line.map_err(broken)?;
        all += 1;
        if first.len() < most {
            first.push(line);
        }
    }
    Ok((head, first, all))
}

/// The line of a statement, with the statement's head.
///
/// # Errors
/// When the statement cannot be read or has no such line; the nearest are named.
pub fn line(statement: &Path, id: &str) -> Result<(Head, Line)> {
    let path = statement_file(statement);
    let (head, lines) = open_statement(&path)?;
    let mut near = Vec::new();
    let mut closest: Option<String> = None;
    for line in lines {
        let line = line.map_err(broken)?;
        if line.id == id {
            return Ok((head, line));
        }
        if let Some(better) = meed_terms::nearest(id, [line.id.as_str()].into_iter().chain(closest.as_deref())) {
            closest = Some(better.to_owned());
        }
        let related = line.id.contains(id) || line.person.as_deref() == Some(id);
        if near.len() < 8 && related {
            near.push(line.id);
        }
    }
    let folder = statement.display();
    let help = match (near.first(), closest.as_ref()) {
        (Some(first), _) => format!("there is {}; for the first: meed explain {folder} {first}", near.join(", ")),
        (None, Some(closest)) => format!("did you mean {closest}? meed explain {folder} {closest}"),
        (None, None) => format!(
            "lines.csv in the same folder lists every line; why there is none: meed explain {folder} --why-not PERSON CLAUSE"
        ),
    };
    Err(AppError::new(format!("{} has no line `{id}`", path.display()), help))
}

/// Why a clause paid nothing for a person, as conditions met and not met.
#[derive(Debug)]
pub struct WhyNot {
    /// The statement's head.
    pub head: Head,
    /// Lines of this person and clause that there are after all.
    pub lines: Vec<Line>,
    /// The conditions, in the order they are asked.
    pub conditions: Vec<Condition>,
    /// For a person of whom no measure says anything: so, and the command that lists who there is.
    pub unknown: Option<String>,
}

/// Asks the evidence again why a clause paid nothing for a person.
///
/// # Errors
/// When the statement, its contract or its evidence cannot be read, or have changed since.
pub fn why_not(statement: &Path, person: &str, clause: &str, inputs: &Inputs) -> Result<WhyNot> {
    let path = statement_file(statement);
    let (head, lines) = open_statement(&path)?;
    let mut own = Vec::new();
    for line in lines {
        let line = line.map_err(broken)?;
        if line.person.as_deref() == Some(person) && *line.clause == *clause {
            own.push(line);
        }
    }
    let recorded = replay(statement, inputs)?;
    let contract = ContractFolder::read(&recorded.contract)?;
    if contract.hash != head.contract_hash {
        return Err(changed("contract", &recorded.contract));
    }
    let terms = contract.terms()?;
    let engine = engine(None)?;
    let opened = evidence::open(&contract, &terms, &recorded.evidence, Some(head.known_at), &engine)?;
    if opened.snapshot != head.snapshot {
        return Err(changed("evidence", &recorded.evidence));
    }
    let asking = Asking {
        engine: &engine,
        tables: &opened.tables,
        terms: &terms,
        as_of: opened.known_at.date(),
        persons_at_once: PERSONS_AT_ONCE,
        way: Way::WHOLE,
    };
    let mut found: Option<PersonReadings> = None;
    asking.each(&mut |readings| {
        if *readings.person == *person {
            found = Some(readings.clone());
        }
        Ok(())
    })?;
    let unknown = match found {
        Some(_) => None,
        None if meed_query::is_person(&engine, &opened.tables, person).map_err(|error| query_error(&error))? => {
            Some(format!("{person} is in the evidence, and no measure of the contract says anything of them"))
        }
        None => Some(format!(
            "nobody in the evidence has the key {person}; of whom measures say something: meed measure run {} --evidence {}",
            recorded.contract.display(),
            recorded.evidence.display()
        )),
    };
    let readings = found.unwrap_or_else(|| PersonReadings::new(person.into()));
    let providers = asking.providers()?;
    let conditions = meed_settlement::why_not(&terms, head.period, head.known_at, &readings, &providers, clause)
        .ok_or_else(|| {
            let ids: Vec<&str> = terms.contract.clause.iter().map(meed_terms::Clause::id).collect();
            let help = match meed_terms::nearest(clause, ids.iter().copied()) {
                Some(near) => {
                    format!("did you mean `{near}`? meed explain {} --why-not {person} {near}", statement.display())
                }
                None => format!(
                    "its clauses are {}; they are read out by meed read {}",
                    ids.join(", "),
                    recorded.contract.display()
                ),
            };
            AppError::new(format!("the contract has no clause `{clause}`"), help)
        })?;
    Ok(WhyNot { head, lines: own, conditions, unknown })
}

pub(crate) fn changed(what: &str, path: &Path) -> AppError {
    AppError::new(
        format!("the {what} at {} is not the one this statement was made from", path.display()),
        format!("give the one it was made from with --{what}"),
    )
}

/// Where the inputs of a statement are: as given, else as recorded beside it.
pub(crate) fn replay(statement: &Path, inputs: &Inputs) -> Result<Replay> {
    let folder =
        if statement.is_dir() { statement.to_owned() } else { statement.parent().unwrap_or(Path::new(".")).to_owned() };
    let file = folder.join(REPLAY);
    let recorded: Option<Replay> = match std::fs::read_to_string(&file) {
        Ok(text) => Some(serde_json::from_str(&text).map_err(|error| {
            AppError::new(
                format!("{} cannot be read: {error}", file.display()),
                "give --contract and --evidence instead",
            )
        })?),
        Err(_) => None,
    };
    let pick = |given: &Option<PathBuf>, recorded: Option<&PathBuf>, what: &str| -> Result<PathBuf> {
        given.clone().or_else(|| recorded.map(|path| shortened(&folder.join(path)))).ok_or_else(|| {
            AppError::new(
                format!("{} does not say where the {what} is", folder.display()),
                format!(
                    "give it with --{what}: meed verify {} --contract CONTRACT --evidence PACKAGE",
                    folder.display()
                ),
            )
        })
    };
    let register = recorded.as_ref().and_then(|r| r.elsewhere.as_ref()).map(|path| folder.join(path));
    let findings: Vec<PathBuf> =
        recorded.iter().flat_map(|recorded| &recorded.findings).map(|path| folder.join(path)).collect();
    Ok(Replay {
        elsewhere: inputs.elsewhere.clone().or(register),
        findings: if inputs.findings.is_empty() { findings } else { inputs.findings.clone() },
        contract: pick(&inputs.contract, recorded.as_ref().map(|r| &r.contract), "contract")?,
        evidence: pick(&inputs.evidence, recorded.as_ref().map(|r| &r.evidence), "evidence")?,
        earlier: if inputs.earlier.is_empty() {
            recorded.map(|r| r.earlier.iter().map(|path| folder.join(path)).collect()).unwrap_or_default()
        } else {
            inputs.earlier.clone()
        },
    })
}

/// The same place without `folder/..` in its name, so that it can be read and typed; as it was where a link leads elsewhere.
fn shortened(path: &Path) -> PathBuf {
    let mut short = PathBuf::new();
    for part in path.components() {
        match (part, short.components().next_back()) {
            (Component::ParentDir, Some(Component::Normal(_))) => {
                short.pop();
            }
            _ => short.push(part),
        }
    }
    let short = if short.as_os_str().is_empty() { PathBuf::from(".") } else { short };
    let same = path.canonicalize().ok().zip(short.canonicalize().ok()).is_some_and(|(long, short)| long == short);
    if same { short } else { path.to_owned() }
}
