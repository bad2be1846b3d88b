//! Every contract of the gallery with measures of its own settles on evidence that has every table and no row: each of its
//! measures runs on the engine, and what is not known holds or pays nothing, it does not fail.

use std::{
    fs,
    path::{Path, PathBuf},
};

use meed_app::{
    ContractFolder, SettleRequest,
    noise::{self, Said},
};
use meed_evidence::{Table, declared, standard, write_descriptor};
use meed_units::Moment;

#[test]
fn settles_on_evidence_without_a_row() {
    let failed: Vec<String> = contracts().iter().filter_map(|contract| settles(contract).err()).collect();
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}

/// What a purchaser has to know before paying on an effect: how often chance alone pays, and how often it withholds.
#[test]
fn every_cohort_clause_says_how_often_chance_alone_pays() {
    let (mut drawn, mut wrong) = (0, Vec::new());
    for path in gallery() {
        let contract = ContractFolder::read(&path).expect("a contract reads");
        let terms = contract.terms().expect("a contract of the gallery is sound");
        for chance in noise::chances(&terms) {
            match &chance.said {
                Said::Drawn(outcome) => {
                    drawn += 1;
                    assert!(!outcome.source.is_empty() && outcome.nothing.tally.draws == noise::DRAWS);
                }
                Said::NotDrawn(why) => wrong.push(format!("{}, `{}`: {why}", path.display(), chance.clause)),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(drawn >= 20, "{drawn} clauses");
}

fn gallery() -> Vec<PathBuf> {
    let gallery = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../contracts");
    let mut found: Vec<PathBuf> = [gallery.clone(), gallery.join("examples")]
        .iter()
        .flat_map(|folder| fs::read_dir(folder).expect("the gallery is there"))
        .map(|entry| entry.expect("an entry reads").path())
        .filter(|path| path.join("contract.toml").is_file())
        .collect();
    found.sort();
    assert!(found.len() > 40, "only {} contracts", found.len());
    found
}

fn contracts() -> Vec<PathBuf> {
    let found: Vec<PathBuf> = gallery().into_iter().filter(|path| path.join("measures").is_dir()).collect();
    assert!(found.len() > 10, "only {} contracts", found.len());
    found
}

fn settles(path: &Path) -> Result<(), String> {
    let named = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let contract = ContractFolder::read(path).map_err(|error| named(&error))?;
    let terms = contract.terms().map_err(|error| named(&error))?;
    let mut tables: Vec<Table> = standard().to_vec();
    for (_, text) in &contract.tables {
        tables.extend(declared(text).map_err(|problems| named(&problems[0]))?);
    }
    let folder = tempfile::tempdir().expect("a folder");
    let package = folder.path().join("package");
    fs::create_dir(&package).expect("a folder");
    let files: Vec<(&Table, String)> =
        tables.iter().map(|table| (table, format!("{}.csv", table.sql_name()))).collect();
    for (table, file) in &files {
        let header: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
        fs::write(package.join(file), header.join(",") + "\n").expect("written");
    }
    let listed: Vec<(&Table, &str)> = files.iter().map(|(table, file)| (*table, file.as_str())).collect();
    fs::write(package.join("datapackage.json"), write_descriptor("nobody", &listed)).expect("written");

    let runs = terms.contract.runs.value;
    let request = SettleRequest {
        // The mapping of a contract is for sources of its own shape; this package has the standard one.
        contract: path.to_owned(),
        evidence: package,
        period: runs,
        known_at: Some(Moment::end_of(runs.last_day())),
        elsewhere: None,
        findings: Vec::new(),
        issued: None,
        earlier: Vec::new(),
        threads: None,
        persons_at_once: None,
        only_sql: true,
        compact: false,
    };
    let settled = meed_app::settle(&request, &folder.path().join("out")).map_err(|error| named(&error))?;
    match settled.report.map_or(0, |report| report.errors()) {
        0 => Ok(()),
        errors => Err(named(&format!("{errors} errors in evidence without a row"))),
    }
}
