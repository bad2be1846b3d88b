//! A contract's folder, read from disk.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use meed_evaluation::{Plan, plan};
use meed_terms::{Diagnostic, Folder, Severity, Terms};
use sha2::{Digest, Sha256};

use crate::error::{AppError, Result};

/// A text file of a contract is at most this long; a longer one is no contract.
const LONGEST: u64 = 4 * 1024 * 1024;

/// A contract's folder with everything in it that decides about money.
#[derive(Clone, Debug)]
pub struct ContractFolder {
    /// Where it is.
    pub path: PathBuf,
    /// Its texts.
    pub folder: Folder,
    /// Every `evidence.toml`, its own and those beside what it includes: path and text.
    pub tables: Vec<(String, String)>,
    /// `evaluation.toml` and the SQL beside it, where the contract has a plan for its evaluation: path and text.
    pub plan: Option<PlanFiles>,
    /// SHA-256 over all of these files, their names included.
    pub hash: String,
}

/// The files of an evaluation plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanFiles {
    /// The plan itself.
    pub text: String,
    /// Its SQL, by path from the plan's folder.
    pub sql: BTreeMap<String, String>,
}

impl PlanFiles {
    /// Reads the plan `file` of a folder with the SQL beside it and in `evaluation/`; none where there is no such file.
    ///
    /// # Errors
    /// When a file cannot be read, is not UTF-8 or is absurdly long.
    pub fn read(folder: &Path, file: &str) -> Result<Option<PlanFiles>> {
        let path = folder.join(file);
        if !path.is_file() {
            return Ok(None);
        }
        let mut sql = BTreeMap::new();
        for (place, prefix) in [(folder.to_owned(), ""), (folder.join("evaluation"), "evaluation/")] {
            for file in listed(&place, "sql")? {
                let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                sql.insert(format!("{prefix}{name}"), text(&file)?);
            }
        }
        Ok(Some(PlanFiles { text: text(&path)?, sql }))
    }

    /// The plan, and everything worth saying of it.
    pub fn check(&self, file: &str) -> (Option<Plan>, Vec<Diagnostic>) {
        Plan::read(file, &self.text, &self.sql)
    }
}

impl ContractFolder {
    /// Reads a contract's folder; `path` is the folder or its `contract.toml`.
    ///
    /// # Errors
    /// When a file cannot be read, is not UTF-8 or is absurdly long.
    pub fn read(path: &Path) -> Result<ContractFolder> {
        let path = if path.file_name().is_some_and(|name| name == "contract.toml") {
            path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()
        } else {
            path.to_owned()
        };
        if !path.is_dir() {
            return Err(AppError::new(
                format!("there is no contract folder {}", path.display()),
                format!(
                    "give the folder that holds contract.toml; to begin one: meed new {} --like employment",
                    path.display()
                ),
            ));
        }
        let contract_file = path.join("contract.toml");
        if !contract_file.is_file() {
            return Err(AppError::new(
                format!("{} holds no contract.toml", path.display()),
                "give the folder that holds contract.toml; to begin one: meed new FOLDER --like employment",
            ));
        }
        let mut files: BTreeMap<String, String> = BTreeMap::new();
        files.insert("contract.toml".into(), text(&contract_file)?);
        for (folder, ending) in [("measures", "sql"), ("mapping", "sql"), ("mapping", "toml")] {
            for file in listed(&path.join(folder), ending)? {
                let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                files.insert(format!("{folder}/{name}"), text(&file)?);
            }
        }
        let whole = path.canonicalize().map_err(|error| AppError::io("open", &path, &error))?;
        let name = whole.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let stem = |name: &String| name.strip_prefix("measures/")?.strip_suffix(".sql").map(str::to_owned);
        let measures = files.iter().filter_map(|(name, text)| Some((stem(name)?, text.clone()))).collect();
        let mut folder = Folder { name, contract: files["contract.toml"].clone(), measures, included: BTreeMap::new() };
        let within = Within::new(&path, &whole);
        folder.gather(|file| within.text(file), |beside| within.measures(beside))?;
        files.extend(folder.included.clone());
        let mut tables = Vec::new();
        for file in within.tables(folder.included.keys()) {
            if let Some(text) = within.text(&file)? {
                tables.push((file.clone(), text.clone()));
                files.insert(file, text);
            }
        }
        let plan = PlanFiles::read(&path, plan::FILE)?;
        if let Some(plan) = &plan {
            files.insert(plan::FILE.to_owned(), plan.text.clone());
            files.extend(plan.sql.iter().map(|(name, text)| (name.clone(), text.clone())));
        }
        let mut hash = Sha256::new();
        for (name, text) in &files {
            hash.update(format!("{name}\0{}\0", text.len()));
            hash.update(text);
        }
        Ok(ContractFolder { path, folder, tables, plan, hash: format!("{:x}", hash.finalize()) })
    }

    /// Checks the contract: its terms, when nothing stands in their way, and everything worth saying.
    pub fn check(&self) -> (Option<Terms>, Vec<Diagnostic>) {
        let read = Terms::read(&self.folder);
        let (mut terms, mut diagnostics) = (read.terms, read.diagnostics);
        if let Some(files) = &self.plan {
            let (plan, found) = files.check(plan::FILE);
            terms = terms.filter(|_| plan.is_some());
            diagnostics.extend(found);
        }
        (terms, diagnostics)
    }

    /// The terms, or every error of the contract as one text.
    ///
    /// # Errors
    /// When the contract has errors.
    pub fn terms(&self) -> Result<Terms> {
        let (terms, diagnostics) = self.check();
        terms.ok_or_else(|| {
            let errors: Vec<String> = diagnostics
                .iter()
                .filter(|diagnostic| diagnostic.severity == Severity::Error)
                .map(|diagnostic| diagnostic.render(self.text_of(&diagnostic.file)))
                .collect();
            AppError::new(
                format!("{} cannot be used:\n\n{}", self.path.display(), errors.join("\n")),
                format!("mend these and run `meed check {}`", self.path.display()),
            )
        })
    }

    /// The text of one of its files, for showing a diagnostic.
    pub fn text_of(&self, file: &str) -> &str {
        match &self.plan {
            Some(plan) if file == plan::FILE => &plan.text,
            _ => match self.tables.iter().find(|(name, _)| name == file) {
                Some((_, text)) => text,
                None => self.folder.text_of(file),
            },
        }
    }

    /// The plan of its evaluation, where it has one that can be carried out.
    pub fn plan(&self) -> Option<Plan> {
        self.plan.as_ref().and_then(|files| files.check(plan::FILE).0)
    }

    /// The texts of its mapping, by name.
    ///
    /// # Errors
    /// When a file cannot be read, is not UTF-8 or is absurdly long.
    pub fn mapping_texts(&self) -> Result<BTreeMap<String, String>> {
        let mut texts = BTreeMap::new();
        for ending in ["sql", "toml"] {
            for file in listed(&self.path.join("mapping"), ending)? {
                let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
                texts.insert(format!("mapping/{name}"), text(&file)?);
            }
        }
        Ok(texts)
    }

    /// The folder of its mapping, when it has one.
    pub fn mapping(&self) -> Option<PathBuf> {
        let folder = self.path.join("mapping");
        folder.is_dir().then_some(folder)
    }
}

/// The folder that holds a contract's folder, out of which nothing is read.
struct Within<'p> {
    /// As it was given: for messages, and to read from.
    path: &'p Path,
    /// What every file must lie in, links followed.
    root: PathBuf,
}

impl<'p> Within<'p> {
    fn new(path: &'p Path, whole: &Path) -> Within<'p> {
        Within { path, root: whole.parent().unwrap_or(whole).to_owned() }
    }

    /// The text of a file by its path from the contract's folder; none where there is none.
    fn text(&self, file: &str) -> Result<Option<String>> {
        let path = self.path.join(file);
        if !path.is_file() {
            return Ok(None);
        }
        let whole = path.canonicalize().map_err(|error| AppError::io("open", &path, &error))?;
        if !whole.starts_with(&self.root) {
            return Err(AppError::new(
                format!("{} is a link out of {}", path.display(), self.root.display()),
                "put the file itself there: what a contract is made of stays together",
            ));
        }
        text(&path).map(Some)
    }

    /// The names of the measures of a folder, by its path from the contract's folder.
    fn measures(&self, folder: &str) -> Result<Vec<String>> {
        let files = listed(&self.path.join(folder), "sql")?;
        Ok(files.iter().filter_map(|file| Some(file.file_name()?.to_string_lossy().into_owned())).collect())
    }

    /// Where tables may be declared: beside the contract, and beside each file it includes.
    fn tables<'f>(&self, included: impl Iterator<Item = &'f String>) -> Vec<String> {
        let mut places = vec!["evidence.toml".to_owned()];
        for file in included.filter(|file| file.ends_with(".toml")) {
            let beside = file.rsplit_once('/').map_or_else(String::new, |(folder, _)| format!("{folder}/"));
            let place = format!("{beside}evidence.toml");
            if !places.contains(&place) {
                places.push(place);
            }
        }
        places
    }
}

/// Files of a folder with this ending, by name; none when the folder is not there.
///
/// # Errors
/// When the folder cannot be read.
pub fn listed(folder: &Path, ending: &str) -> Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(folder).map_err(|error| AppError::io("open", folder, &error))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| AppError::io("open", folder, &error))?.path();
        if path.extension().is_some_and(|found| found == ending) && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// A text file, whole.
///
/// # Errors
/// When it cannot be read, is not UTF-8 or is absurdly long.
pub fn text(path: &Path) -> Result<String> {
    let length = fs::metadata(path).map_err(|error| AppError::io("open", path, &error))?.len();
    if length > LONGEST {
        return Err(AppError::new(
            format!("{} is {length} bytes long", path.display()),
            format!("a file of a contract has at most {LONGEST}"),
        ));
    }
    let bytes = fs::read(path).map_err(|error| AppError::io("read", path, &error))?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..at].iter().filter(|&&byte| byte == b'\n').count() + 1;
        AppError::new(format!("{}:{line} is not UTF-8", path.display()), "save the file as UTF-8")
    })
}
