//! What an amendment changes: two versions of a contract compared in words, and
//! settled on the same evidence to compare them in money.

use std::{
    collections::BTreeMap,
    fs::File,
    path::{Path, PathBuf},
};

use meed_publication::difference::{
    Difference, MoneyChange, MoneyRow, Side, TermChange, Version, difference_csv, difference_json, difference_svg,
    difference_text,
};
use meed_settlement::{Earlier, Failed, Head, Request};
use meed_terms::Terms;
use meed_units::{Moment, Money, PartyId, Period};

use crate::{
    contract::ContractFolder,
    error::{AppError, Result},
    evidence,
    out::OutFolder,
    people::{Asking, PERSONS_AT_ONCE, Way},
};

/// What to compare, and on which evidence.
#[derive(Clone, Debug, Default)]
pub struct Versions {
    /// The folder of the version that holds until now.
    pub old: PathBuf,
    /// The folder of the version that is to take its place.
    pub new: PathBuf,
    /// A package, a snapshot, or a folder that the contracts' mappings read; compared in words alone when left out.
    pub evidence: Option<PathBuf>,
    /// The days to settle; from the first day to the end of the settlement period the evidence reaches, when left out.
    pub period: Option<Period>,
    /// Nothing that became known later is used.
    pub known_at: Option<Moment>,
}

/// The files of a comparison in money; without evidence the CSV and the picture are left out.
pub const FILES: [&str; 4] = ["difference.json", "difference.txt", "difference.csv", "difference.svg"];

/// Compares two versions of a contract.
///
/// # Errors
/// When a contract has errors, the two are in different currencies, or the evidence cannot be settled.
pub fn diff(asked: &Versions) -> Result<Difference> {
    let folders = [ContractFolder::read(&asked.old)?, ContractFolder::read(&asked.new)?];
    let terms = [folders[0].terms()?, folders[1].terms()?];
    let words = meed_terms::compare(&terms[0], &terms[1]);
    let words = words
        .into_iter()
        .map(|change| {
            let meed_terms::Change { clause, term, from, was, is } = change;
            let title = clause.as_ref().and_then(|id| {
                let all = terms[1].contract.clause.iter().chain(terms[0].contract.clause.iter());
                all.into_iter().find(|clause| clause.id() == id).map(|clause| clause.title().to_owned())
            });
            TermChange { clause, title, term, from, was, is }
        })
        .collect();
    let money = asked.evidence.as_deref().map(|evidence| money(asked, evidence, &folders, &terms)).transpose()?;
    let version = |i: usize| Version {
        folder: folders[i].folder.name.clone(),
        title: terms[i].contract.title.value.clone(),
        version: terms[i].version(),
        contract_hash: folders[i].hash.clone(),
    };
    Ok(Difference { old: version(0), new: version(1), words, files: readers(&folders)?, money })
}

/// Writes a comparison into a folder, whole or not at all; gives back whether it is new.
///
/// # Errors
/// When the folder cannot be written, or holds something else.
pub fn write(difference: &Difference, out: &Path) -> Result<bool> {
    let folder = OutFolder::of("comparison", FILES[0], out)?;
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).map_err(|error| AppError::io("write", &path, &error))
    };
    write(FILES[0], &difference_json(difference))?;
    write(FILES[1], &difference_text(difference))?;
    if let Some(money) = &difference.money {
        let path = folder.path().join(FILES[2]);
        File::create(&path)
            .and_then(|file| difference_csv(money, file))
            .map_err(|error| AppError::io("write", &path, &error))?;
        write(FILES[3], &difference_svg(&difference.new.title, money))?;
    }
    folder.finish(&FILES[..2])
}

/// Files that decide how evidence is read, where they differ.
fn readers(folders: &[ContractFolder; 2]) -> Result<Vec<String>> {
    let mut changed = Vec::new();
    if folders[0].tables != folders[1].tables {
        changed.push("evidence.toml".to_owned());
    }
    let mappings = [folders[0].mapping_texts()?, folders[1].mapping_texts()?];
    let names: std::collections::BTreeSet<&String> = mappings.iter().flat_map(BTreeMap::keys).collect();
    changed.extend(names.into_iter().filter(|name| mappings[0].get(*name) != mappings[1].get(*name)).cloned());
    Ok(changed)
}

/// What one version pays, by clause and provider.
struct Settled {
    head: Head,
    side: Side,
    amounts: BTreeMap<(String, PartyId), Money>,
}

fn money(asked: &Versions, evidence: &Path, folders: &[ContractFolder; 2], terms: &[Terms; 2]) -> Result<MoneyChange> {
    let currency = [&terms[0].contract.currency.value.0, &terms[1].contract.currency.value.0];
    if currency[0] != currency[1] {
        return Err(AppError::new(
            format!(
                "the old version pays in {}, the new one in {}: amounts cannot be compared",
                currency[0], currency[1]
            ),
            format!("compare them in words: meed diff {} {}", asked.old.display(), asked.new.display()),
        ));
    }
    let old = settle(asked, evidence, &folders[0], &terms[0], asked.known_at)?;
    // The same moment for both, whatever rows each of them takes.
    let new = settle(asked, evidence, &folders[1], &terms[1], Some(old.head.known_at))?;
    let mut rows: Vec<MoneyRow> = Vec::new();
    let providers: Vec<PartyId> = {
        let mut all: Vec<PartyId> = new.head.providers.iter().map(|row| row.provider.clone()).collect();
        let gone = old.head.providers.iter().map(|row| row.provider.clone());
        let gone: Vec<PartyId> = gone.filter(|provider| !all.contains(provider)).collect();
        all.extend(gone);
        all
    };
    let gone = old.head.clauses.iter().filter(|row| !new.head.clauses.iter().any(|other| other.clause == row.clause));
    for clause in new.head.clauses.iter().chain(gone) {
        let of = |settled: &Settled, provider: &PartyId| {
            let there = settled.head.clauses.iter().any(|row| row.clause == clause.clause);
            there.then(|| {
                settled.amounts.get(&(clause.clause.to_string(), provider.clone())).copied().unwrap_or_default()
            })
        };
        let already = rows.len();
        for (i, provider) in providers.iter().enumerate() {
            let (was, is) = (of(&old, provider), of(&new, provider));
            let nothing = |amount: Option<Money>| amount.is_none_or(Money::is_zero);
            // A clause that pays nobody has one row all the same, so that it is not missed.
            let last = i + 1 == providers.len() && rows.len() == already;
            if nothing(was) && nothing(is) && !last {
                continue;
            }
            rows.push(MoneyRow {
                clause: clause.clause.to_string(),
                title: clause.title.clone(),
                provider: provider.clone(),
                was,
                is,
            });
        }
    }
    Ok(MoneyChange { currency: currency[1].clone(), known_at: old.head.known_at, old: old.side, new: new.side, rows })
}

fn settle(
    asked: &Versions,
    evidence: &Path,
    folder: &ContractFolder,
    terms: &Terms,
    known_at: Option<Moment>,
) -> Result<Settled> {
    let engine = crate::settle::engine(None)?;
    let opened = evidence::open(folder, terms, evidence, known_at, &engine)?;
    let period = match asked.period {
        Some(period) => period,
        None => so_far(terms, opened.known_at, &folder.path)?,
    };
    let asking = Asking {
        engine: &engine,
        tables: &opened.tables,
        terms,
        as_of: opened.known_at.date(),
        persons_at_once: PERSONS_AT_ONCE,
        way: Way::WHOLE,
    };
    let providers = asking.providers()?;
    let request = Request {
        terms,
        period,
        known_at: opened.known_at,
        contract_hash: folder.hash.clone(),
        snapshot: opened.snapshot.clone(),
    };
    let mut amounts: BTreeMap<(String, PartyId), Money> = BTreeMap::new();
    let mut lines = 0;
    let head = meed_settlement::settle(&request, &asking, &providers, &Earlier::default(), &mut |line| {
        lines += 1;
        *amounts.entry((line.clause.to_string(), line.provider)).or_default() += line.amount;
        Ok(())
    })
    .map_err(|failed| match failed {
        Failed::Refused(refused) => AppError::new(
            format!("{}: {refused}", folder.path.display()),
            "give a --period of whole settlement periods of both versions, or leave it out",
        ),
        Failed::Reading(error) => error,
    })?;
    let sum = |pick: fn(&meed_settlement::ClauseTotal) -> Money| head.clauses.iter().map(pick).sum();
    let side = Side {
        period,
        snapshot: opened.snapshot,
        rows_left_out: opened.report.as_ref().map_or(0, |report| report.rows_read - report.rows_good),
        lines,
        total: head.total,
        capped: sum(|row| row.capped),
        held: sum(|row| row.held),
        shadow: sum(|row| row.shadow),
    };
    Ok(Settled { head, side, amounts })
}

/// The contract from its first day to the end of the settlement period that the evidence reaches.
fn so_far(terms: &Terms, known_at: Moment, path: &Path) -> Result<Period> {
    let mut begun = terms.periods.iter().filter(|period| period.from <= known_at.date());
    let (first, last) = (terms.periods.first(), begun.next_back());
    first.zip(last).and_then(|(first, last)| Period::new(first.from, last.until)).ok_or_else(|| {
        AppError::new(
            format!("{} begins after the evidence ends, on {}", path.display(), known_at.date()),
            "give evidence of the days in which the contract runs",
        )
    })
}
