//! Begins a contract's folder: terms with marked placeholders, a case that
//! passes, evidence to settle at once, and a page that says what to do next.

use std::{fs, path::Path};

use crate::{
    error::{AppError, Result},
    out::OutFolder,
};

/// A contract to begin from.
#[derive(Clone, Copy, Debug)]
pub struct Template {
    /// As asked for: `employment`.
    pub name: &'static str,
    /// What it pays for.
    pub about: &'static str,
    /// The days its evidence is settled for.
    pub period: &'static str,
    files: &'static [(&'static str, &'static str)],
}

macro_rules! templates {
    ($($name:literal: $about:literal, $period:literal, [$($file:literal),* $(,)?];)*) => {
        /// Every contract to begin from.
        pub const TEMPLATES: &[Template] = &[$(Template {
            name: $name,
            about: $about,
            period: $period,
            files: &[$(($file, include_str!(concat!("../templates/", $name, "/", $file)))),*],
        }),*];
    };
}

templates! {
    "recovery": "abstinence at reviews and not coming back to treatment, by band of need", "2026-04-01..2026-10-01", [
        "contract.toml", "README.md", "cases/first.toml", "evidence/datapackage.json", "evidence/people.csv",
        "evidence/assessments.csv", "evidence/spells.csv", "evidence/reviews.csv",
    ];
    "employment": "weeks in work, by band of need, from a CSV file in a shape of its own", "2026-04-01..2027-01-01", [
        "contract.toml", "README.md", "cases/first.toml", "evidence/jobs.csv", "mapping/mapping.toml", "mapping/people.sql",
        "mapping/assessments.sql", "mapping/spells.sql",
    ];
    "housing": "moving into a home and holding it, step by step", "2026-04-01..2026-10-01", [
        "contract.toml", "README.md", "cases/first.toml", "evidence/datapackage.json", "evidence/people.csv",
        "evidence/spells.csv",
    ];
    "reoffending": "support after release, and a year without a proven offence", "2027-10-01..2028-01-01", [
        "contract.toml", "README.md", "cases/first.toml", "evidence/datapackage.json", "evidence/people.csv",
        "evidence/spells.csv", "evidence/events.csv",
    ];
    "cohort": "the effect on a whole cohort against a comparison", "2028-04-01..2028-07-01", [
        "contract.toml", "README.md", "cases/first.toml", "evidence/datapackage.json", "evidence/people.csv",
        "evidence/estimates.csv",
    ];
}

/// The contract to begin from that has this name.
pub fn template(name: &str) -> Option<&'static Template> {
    TEMPLATES.iter().find(|template| template.name == name)
}

/// Begins a contract's folder, whole or not at all; gives back its files.
///
/// # Errors
/// When something is there already, or the folder cannot be written.
pub fn begin(template: &Template, folder: &Path) -> Result<Vec<&'static str>> {
    if folder.exists() {
        return Err(AppError::new(
            format!("{} is there already, and nothing in it is changed", folder.display()),
            format!("give a folder that is not there yet: meed new FOLDER --like {}", template.name),
        ));
    }
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let plain = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if name.is_empty() || !plain {
        return Err(AppError::new(
            format!("`{name}` is not a name for a contract: its folder's name is its identifier"),
            "use lower-case letters, digits and hyphens, like `work-that-lasts`",
        ));
    }
    let begun = OutFolder::of("contract", "contract.toml", folder)?;
    for (file, text) in template.files {
        let path = begun.path().join(file);
        let text = match *file {
            "README.md" => text.replace("{title}", &name).replace("{folder}", &name),
            _ => (*text).to_owned(),
        };
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|error| AppError::io("make the folder", parent, &error))?;
        }
        fs::write(&path, text).map_err(|error| AppError::io("write", &path, &error))?;
    }
    begun.finish(&["contract.toml"])?;
    Ok(template.files.iter().map(|(file, _)| *file).collect())
}
