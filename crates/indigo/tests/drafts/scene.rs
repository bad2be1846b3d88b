//! Reads a folder of tables, and holds every draft against `meed check` and `meed test`.

use std::{collections::BTreeMap, fs, path::Path};

use meed_cases::ContractFolder;
use meed_indigo::{Draft, FILES, Import, Report, Row, Tables, import};

pub fn imported(folder: &Path) -> Import {
    import(&Tables::read(&files(folder)).unwrap_or_else(|problems| panic!("{problems:#?}")))
}

pub fn files(folder: &Path) -> BTreeMap<&'static str, Vec<u8>> {
    FILES.iter().filter_map(|(name, ..)| Some((*name, fs::read(folder.join(name)).ok()?))).collect()
}

/// Writes a draft and gives back how many of its cases passed; everything else is a failure.
#[track_caller]
pub fn sound(draft: &Draft) -> usize {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join(&draft.name);
    for (name, text) in &draft.files {
        let path = root.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    }
    let contract = ContractFolder::read(&root).expect("it reads");
    let (terms, diagnostics) = contract.check();
    let told: Vec<String> = diagnostics.iter().map(|found| found.render(contract.text_of(&found.file))).collect();
    assert!(terms.is_some(), "{}: {}", draft.name, told.join("\n"));
    let results = meed_cases::run(&contract, None).expect("its cases run");
    for result in &results {
        assert_eq!(result.failures, Vec::<String>::new(), "{}: {}", draft.name, result.title);
    }
    results.len()
}

#[track_caller]
pub fn row<'r>(report: &'r Report, project: &str) -> &'r Row {
    report.rows.iter().find(|row| row.project.ends_with(project)).unwrap_or_else(|| panic!("no project {project}"))
}

pub fn text(draft: &Import, project: &str, file: &str) -> String {
    let draft = draft.drafts.iter().find(|draft| draft.name.ends_with(project));
    draft
        .unwrap_or_else(|| panic!("no draft {project}"))
        .files
        .get(file)
        .unwrap_or_else(|| panic!("no file {file}"))
        .clone()
}
