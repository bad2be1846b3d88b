//! Draft terms from other people's data sets: read, written into a new folder, and each held against its own check.

use std::{collections::BTreeMap, fs, path::Path};

use meed_indigo::{FILES, Import, Tables};

use crate::{
    contract::ContractFolder,
    error::{AppError, Result},
    out::OutFolder,
};

/// A file of a data set is at most this long.
const LONGEST: u64 = 256 * 1024 * 1024;

/// Drafts of every priced project of INDIGO's tables in `folder`, and the report, in the new folder `out`.
///
/// # Errors
/// When a table is missing, unreadable or of another shape; when `out` holds something; when a draft does not pass its check.
pub fn indigo(folder: &Path, out: &Path) -> Result<Import> {
    let mut files: BTreeMap<&'static str, Vec<u8>> = BTreeMap::new();
    if !folder.is_dir() {
        let help = "give the folder of INDIGO's CSV files, one for each table";
        return Err(AppError::new(format!("there is no folder {}", folder.display()), help));
    }
    for (name, ..) in FILES {
        let path = folder.join(name);
        match fs::metadata(&path) {
            Ok(file) if file.len() > LONGEST => {
                let help = "give INDIGO's tables as CSV, one file for each";
                return Err(AppError::new(format!("{} is {} bytes long", path.display(), file.len()), help));
            }
            Ok(_) => {
                let bytes = fs::read(&path).map_err(|error| AppError::io("read", &path, &error))?;
                files.insert(name, bytes);
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(AppError::io("read", &path, &error)),
        }
    }
    let tables = Tables::read(&files).map_err(|problems| {
        AppError::new(
            format!("{} cannot be imported:\n  {}", folder.display(), problems.join("\n  ")),
            "mend these; nothing was written",
        )
    })?;
    let import = meed_indigo::import(&tables);
    let filling = OutFolder::begin(out)?;
    for draft in &import.drafts {
        let root = filling.path().join(&draft.name);
        for (name, text) in &draft.files {
            write(&root.join(name), text)?;
        }
        let contract = ContractFolder::read(&root)?;
        contract.terms()?;
        let failed: Vec<String> = meed_cases::run(&contract, None)?
            .into_iter()
            .filter(|result| !result.failures.is_empty())
            .map(|result| format!("{}: {}", result.file, result.failures.join("; ")))
            .collect();
        assert!(failed.is_empty(), "a draft's own example comes out: {} {failed:?}", draft.name);
    }
    for (name, text) in [
        ("report.md", import.report.markdown()),
        ("projects.csv", import.report.projects_csv()),
        ("prices.csv", import.report.prices_csv()),
        ("oddities.csv", import.report.oddities_csv()),
    ] {
        write(&filling.path().join(name), &text)?;
    }
    if filling.finish(&[])? {
        return Ok(import);
    }
    let help = "give --out a new folder; nothing was changed";
    Err(AppError::new(format!("{} exists and holds something else", out.display()), help))
}

fn write(path: &Path, text: &str) -> Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(|error| AppError::io("make the folder", parent, &error))?;
    }
    fs::write(path, text).map_err(|error| AppError::io("write", path, &error))
}
