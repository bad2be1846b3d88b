//! One bad measure or table for each code that only planning brings out: what is said of it, as the page of the code shows
//! it.
//!
//! `UPDATE_DOCS=1` writes the reports anew; the pages are then written by the tests of `meed-terms`.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use meed_app::{ContractFolder, planned};

fn errors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../terms/tests/errors")
}

/// The codes that planning brings out, each with the name of its measure where it has one.
fn entries() -> Vec<(String, Option<String>)> {
    let files = fs::read_dir(errors()).unwrap().map(|file| file.unwrap().path());
    let mut entries: Vec<(String, Option<String>)> = files
        .filter(|file| file.extension().is_some_and(|ending| ending == "toml"))
        .filter_map(|file| {
            let text = fs::read_to_string(&file).unwrap();
            let about = |field: &str| text.lines().find_map(|line| line.strip_prefix(field)).map(str::to_owned);
            about("# planned: ")?;
            Some((file.file_stem()?.to_string_lossy().into_owned(), about("# measure: ")))
        })
        .collect();
    entries.sort();
    entries
}

#[test]
fn each_is_told_with_its_code_and_no_other() {
    for (code, measure) in entries() {
        let folder = tempfile::tempdir().unwrap();
        let contract = fs::read_to_string(errors().join(format!("{code}.toml"))).unwrap();
        fs::write(folder.path().join("contract.toml"), contract).unwrap();
        fs::create_dir(folder.path().join("measures")).unwrap();
        if let Some(measure) = measure {
            let sql = fs::read_to_string(errors().join(format!("{code}.sql"))).unwrap();
            fs::write(folder.path().join(format!("measures/{measure}.sql")), sql).unwrap();
        }
        // `#### path` opens each file that stands beside.
        let beside = fs::read_to_string(errors().join(format!("{code}.included"))).unwrap_or_default();
        for (path, text) in beside.split("#### ").skip(1).filter_map(|part| part.split_once('\n')) {
            fs::write(folder.path().join(path), text).unwrap();
        }
        let contract = ContractFolder::read(folder.path()).unwrap();
        let (terms, said) = contract.check();
        assert!(said.is_empty(), "{code}: {said:?}");
        let found = planned(&contract, terms.as_ref()).unwrap();
        assert_eq!(found.iter().map(|found| found.code).collect::<BTreeSet<_>>(), BTreeSet::from([code.as_str()]));
        let report: Vec<String> = found.iter().map(|found| found.render(contract.text_of(&found.file))).collect();
        let (report, path) = (report.join("\n"), errors().join(format!("{code}.report.txt")));
        if std::env::var_os("UPDATE_DOCS").is_some() {
            fs::write(&path, &report).unwrap();
        }
        assert_eq!(fs::read_to_string(&path).unwrap_or_default(), report, "{code}");
    }
}

/// Codes of measures that need rows to show: whoever runs the measure meets them.
const OF_ROWS: [&str; 3] = ["measure-grain", "measure-twice", "measure-value"];

#[test]
fn each_code_has_a_bad_one() {
    let mut found = BTreeSet::from(["declaration".to_owned()]);
    for file in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../query/src")).unwrap() {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        // Its tests begin where the source ends.
        let source = text.split("#[cfg(test)]").next().unwrap();
        let codes = source.split('"').filter(|word| *word == "query" || word.starts_with("measure-"));
        found.extend(codes.filter(|code| !OF_ROWS.contains(code)).map(str::to_owned));
    }
    let codes: BTreeSet<String> = entries().into_iter().map(|(code, _)| code).collect();
    assert_eq!(found, codes);
}
