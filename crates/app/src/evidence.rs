//! Evidence from disk: a snapshot as it is; a package checked and frozen first;
//! a foreign folder mapped before that. Whichever it was, the same rows come out.

use std::{
    collections::BTreeSet,
    fs::File,
    io::BufWriter,
    ops::Range,
    path::{Path, PathBuf},
};

use meed_evaluation::Analysed;
use meed_evidence::{
    Broken, Expected, Limits, Manifest, Package, Report, Resource, Rows, Secret, Table, check_and_keep, check_package,
    declared, read_file, standard, write_descriptor,
};
use meed_query::{Embedded, Freeze, Freezing, PackageFolder, Snapshot, Tables};
use meed_terms::{Diagnostic, Severity, Terms};
use meed_units::{BandName, Moment, PartyId};

use crate::{
    contract::ContractFolder,
    error::{AppError, Result},
    evaluate,
    out::OutFolder,
    people::query_error,
};

/// Evidence ready to be asked.
pub(crate) struct Opened {
    pub tables: Tables,
    /// Identity of the snapshot.
    pub snapshot: String,
    pub known_at: Moment,
    /// What the check found, when a package was opened.
    pub report: Option<Report>,
    /// Whether it brings estimates of effects.
    pub estimates: bool,
    /// What the plan of the contract came to, one report for each day on which results were published.
    pub evaluations: Vec<Analysed>,
    /// Holds the files while they are asked.
    pub files: Vec<tempfile::TempDir>,
}

/// A frozen package.
#[derive(Debug)]
pub struct Frozen {
    /// What the snapshot holds.
    pub manifest: Manifest,
    /// What the check found.
    pub report: Report,
}

/// A package on disk, mapped if it had to be.
struct OnDisk {
    folder: PathBuf,
    /// The folder as it was given: of source files, where these were mapped.
    given: PathBuf,
    package: Package,
    /// Holds what a mapping made.
    mapped: Option<tempfile::TempDir>,
}

impl OnDisk {
    fn is_mapped(&self) -> bool {
        self.mapped.is_some()
    }
}

/// Opens evidence of whatever form, as it was known at a moment. Where the contract has a plan for an estimate, and the
/// evidence brings none, the estimates that are due are worked out and put with it.
pub(crate) fn open(
    contract: &ContractFolder,
    terms: &Terms,
    evidence: &Path,
    known_at: Option<Moment>,
    engine: &Embedded,
) -> Result<Opened> {
    let sent = Sent::read(contract, terms, evidence, engine)?;
    let mut opened = sent.known_at(known_at, engine)?;
    evaluate::add_estimates(contract, &sent, &mut opened, engine)?;
    Ok(opened)
}

/// Opens evidence of another contract, of which nothing is expected: its parties and bands are its own. What became known
/// after a moment is left out of a package; a snapshot may not hold any.
pub(crate) fn open_other(path: &Path, known_at: Moment, engine: &Embedded) -> Result<OpenedOther> {
    let tables = tables(None)?;
    let package = checked(path, None, None, &tables, engine)?;
    let (snapshot, files) = snapshot_of(path, package.as_ref(), &tables, Some(known_at), engine)?;
    if snapshot.manifest.known_at > known_at {
        return Err(AppError::new(
            format!(
                "{} knows what became known up to {}, after {known_at}",
                path.display(),
                snapshot.manifest.known_at
            ),
            "give its package, or a snapshot frozen at that moment",
        ));
    }
    Ok(OpenedOther { tables: snapshot.tables, _files: files })
}

/// Evidence of another contract.
pub(crate) struct OpenedOther {
    pub tables: Tables,
    _files: Option<tempfile::TempDir>,
}

/// Evidence as it was sent: a snapshot, or a package that was checked and can be frozen at any moment.
pub(crate) struct Sent<'a> {
    contract: &'a ContractFolder,
    terms: &'a Terms,
    evidence: &'a Path,
    pub tables: Vec<Table>,
    /// None of a snapshot.
    package: Option<(OnDisk, Report)>,
}

impl<'a> Sent<'a> {
    pub(crate) fn read(
        contract: &'a ContractFolder,
        terms: &'a Terms,
        evidence: &'a Path,
        engine: &Embedded,
    ) -> Result<Sent<'a>> {
        let tables = tables(Some(contract))?;
        let package = checked(evidence, Some(contract), Some(terms), &tables, engine)?;
        Ok(Sent { contract, terms, evidence, tables, package })
    }

    /// Whether it can be frozen at any moment.
    pub(crate) fn is_package(&self) -> bool {
        self.package.is_some()
    }

    /// What was known at a moment; the latest, when none is given.
    pub(crate) fn known_at(&self, known_at: Option<Moment>, engine: &Embedded) -> Result<Opened> {
        let (snapshot, files) = snapshot_of(self.evidence, self.package.as_ref(), &self.tables, known_at, engine)?;
        let report = self.package.as_ref().map(|(_, report)| report.clone());
        let frozen_at = snapshot.manifest.known_at;
        if let Some(known_at) = known_at.filter(|known_at| *known_at != frozen_at) {
            return Err(AppError::new(
                format!("{} was frozen as known at {frozen_at}, and {known_at} is asked for", self.evidence.display()),
                format!(
                    "give the package itself; or leave --known-at out, or freeze the package again: meed evidence freeze PACKAGE --contract {} --known-at {known_at} --out SNAPSHOT",
                    self.contract.path.display()
                ),
            ));
        }
        let as_of = frozen_at.date();
        let begun: Vec<_> = self.terms.periods.iter().copied().filter(|period| period.from <= as_of).collect();
        let estimates = snapshot.manifest.tables.iter().any(|table| table.table == "estimates" && table.rows > 0);
        let mut tables = snapshot.tables;
        tables.set_periods(&begun);
        Ok(Opened {
            tables,
            snapshot: snapshot.manifest.id(),
            known_at: frozen_at,
            report,
            estimates,
            evaluations: Vec::new(),
            files: files.into_iter().collect(),
        })
    }
}

/// The package of a folder and what the check found in it; none where the folder is a snapshot.
fn checked(
    evidence: &Path,
    contract: Option<&ContractFolder>,
    terms: Option<&Terms>,
    tables: &[Table],
    engine: &Embedded,
) -> Result<Option<(OnDisk, Report)>> {
    if evidence.join("manifest.json").is_file() {
        return Ok(None);
    }
    let on_disk = on_disk(evidence, contract, tables, engine)?;
    let source = PackageFolder::new(&on_disk.folder);
    let report = check_package(&on_disk.package, tables, &source, Limits::default(), expected(terms));
    Ok(Some((on_disk, report)))
}

/// The snapshot in a folder, or one frozen of its package, with what holds its files.
fn snapshot_of(
    evidence: &Path,
    package: Option<&(OnDisk, Report)>,
    tables: &[Table],
    known_at: Option<Moment>,
    engine: &Embedded,
) -> Result<(Snapshot, Option<tempfile::TempDir>)> {
    let (folder, files) = match package {
        None => (evidence.to_owned(), None),
        Some((on_disk, report)) => {
            let files = scratch()?;
            let folder = files.path().join("snapshot");
            let freezing = Freezing::begin(&folder, known_at).map_err(|error| query_error(&error))?;
            freeze_into(on_disk, tables, report, known_at, engine, freezing)?;
            (folder, Some(files))
        }
    };
    let snapshot = meed_query::open_snapshot(&folder, tables).map_err(|error| query_error(&error))?;
    Ok((snapshot, files))
}

/// Checks a package.
///
/// # Errors
/// When the package or the contract cannot be read at all; bad rows are in the report.
pub fn check(package: &Path, contract: Option<&Path>) -> Result<Report> {
    let contract = contract.map(ContractFolder::read).transpose()?;
    let terms = contract.as_ref().map(ContractFolder::terms).transpose()?;
    let tables = tables(contract.as_ref())?;
    let engine = crate::settle::engine(None)?;
    let on_disk = on_disk(package, contract.as_ref(), &tables, &engine)?;
    Ok(check_package(
        &on_disk.package,
        &tables,
        &PackageFolder::new(&on_disk.folder),
        Limits::default(),
        expected(terms.as_ref()),
    ))
}

/// Freezes a package as it was known at a moment; the latest it knows of, when none is given.
///
/// # Errors
/// When the package cannot be read or the snapshot not be written; nothing is left half-written.
pub fn freeze(package: &Path, contract: Option<&Path>, known_at: Option<Moment>, out: &Path) -> Result<Frozen> {
    let contract = contract.map(ContractFolder::read).transpose()?;
    let terms = contract.as_ref().map(ContractFolder::terms).transpose()?;
    let tables = tables(contract.as_ref())?;
    let engine = crate::settle::engine(None)?;
    let on_disk = on_disk(package, contract.as_ref(), &tables, &engine)?;
    let freezing = Freezing::begin(out, known_at).map_err(|error| query_error(&error))?;
    let source = PackageFolder::new(&on_disk.folder);
    let expected = expected(terms.as_ref());
    let report = check_and_keep(&on_disk.package, &tables, &source, Limits::default(), expected, &freezing);
    let manifest = freeze_into(&on_disk, &tables, &report, known_at, &engine, freezing)?;
    Ok(Frozen { manifest, report })
}

/// Writes a package whose person keys are keyed hashes; gives back how many rows it has.
///
/// # Errors
/// When the key is too short, the package cannot be read, or a cell cannot be made pseudonymous.
pub fn pseudonymise(package: &Path, contract: Option<&Path>, key_file: &Path, out: &Path) -> Result<u64> {
    let contract = contract.map(ContractFolder::read).transpose()?;
    let tables = tables(contract.as_ref())?;
    let engine = crate::settle::engine(None)?;
    let key = std::fs::read(key_file).map_err(|error| AppError::io("read the key", key_file, &error))?;
    let secret = Secret::new(&key).map_err(|_| {
        AppError::new(
            format!("the key in {} is too short or repeats itself", key_file.display()),
            "use at least 32 random bytes, for example `head -c 32 /dev/urandom > key`",
        )
    })?;
    let on_disk = on_disk(package, contract.as_ref(), &tables, &engine)?;
    if out.exists() {
        return Err(AppError::new(format!("{} exists", out.display()), "give --out a new folder; nothing was changed"));
    }
    let folder = OutFolder::begin(out)?;
    let source = PackageFolder::new(&on_disk.folder);
    let mut written: Vec<(&Table, String)> = Vec::new();
    let mut rows = 0;
    for table in &tables {
        for (number, (resource, path)) in files_of(&on_disk.package, table).enumerate() {
            if number > 0 {
                return Err(AppError::new(
                    format!("{} is in more than one file", table.name),
                    "join its files into one before making them pseudonymous",
                ));
            }
            let name = format!("{}.csv", table.sql_name());
            let target = folder.path().join(&name);
            let file = File::create(&target).map_err(|error| AppError::io("write", &target, &error))?;
            rows += meed_evidence::pseudonymise(
                &secret,
                &tables,
                table,
                (resource, path),
                &source,
                Limits::default(),
                &mut BufWriter::new(file),
            )
            .map_err(|refused| {
                let place = |row: &Option<u64>| row.map_or_else(|| path.to_owned(), |row| format!("{path}:{row}"));
                let told = refused
                    .problems
                    .iter()
                    .map(|(row, wrong)| format!("{}: {}; {}", place(row), wrong.message, wrong.remedy));
                AppError::new(told.collect::<Vec<_>>().join("\n"), "mend these rows; nothing was written")
            })?;
            written.push((table, name));
        }
    }
    let named: Vec<(&Table, &str)> = written.iter().map(|(table, name)| (*table, name.as_str())).collect();
    let descriptor = folder.path().join("datapackage.json");
    std::fs::write(&descriptor, write_descriptor("pseudonymised", &named))
        .map_err(|error| AppError::io("write", &descriptor, &error))?;
    folder.finish(&[])?;
    Ok(rows)
}

pub(crate) fn scratch() -> Result<tempfile::TempDir> {
    tempfile::tempdir().map_err(|error| AppError::io("write in", &std::env::temp_dir(), &error))
}

/// The standard tables, and those a contract declares.
pub(crate) fn tables(contract: Option<&ContractFolder>) -> Result<Vec<Table>> {
    let Some(contract) = contract else { return Ok(standard().to_vec()) };
    let (tables, wrong) = declared_tables(contract);
    if wrong.is_empty() {
        return Ok(tables);
    }
    let told: Vec<String> = wrong.iter().map(|wrong| wrong.render(contract.text_of(&wrong.file))).collect();
    Err(AppError::new(
        format!("the tables that {} declares cannot be used:\n\n{}", contract.path.display(), told.join("\n")),
        format!("mend these and run `meed check {}`", contract.path.display()),
    ))
}

/// The standard tables and those that a contract declares, with what is wrong with them.
pub(crate) fn declared_tables(contract: &ContractFolder) -> (Vec<Table>, Vec<Diagnostic>) {
    let mut tables = standard().to_vec();
    let mut wrong = Vec::new();
    for (file, text) in &contract.tables {
        let first = wrong.len();
        let mut tell = |code, at: Range<usize>, message: String, help: String| {
            let (severity, place) = (Severity::Error, String::new());
            wrong.push(Diagnostic { code, severity, file: file.clone(), at, place, message, help });
        };
        match declared(text) {
            Err(problems) => {
                for problem in problems {
                    tell(problem.rule, line(text, problem.row.unwrap_or(1)), problem.message, problem.remedy);
                }
            }
            Ok(own) => {
                for table in own {
                    if tables.iter().any(|other| other.name == table.name) {
                        let written = format!("\"{}\"", table.name);
                        let at = text.find(&written).map_or(0..0, |at| at..at + written.len());
                        let message = format!("the table `{}` is declared in another file already", table.name);
                        let help = "declare each table once; a shared one beside the file that others include";
                        tell("declaration", at, message, help.to_owned());
                    } else {
                        tables.push(table);
                    }
                }
            }
        }
        wrong[first..].sort_by_key(|told| told.at.start);
    }
    (tables, wrong)
}

/// Where a line of a text stands, without the blanks around it; the first is 1.
fn line(text: &str, number: u64) -> Range<usize> {
    let before = text.split_inclusive('\n').take(number.saturating_sub(1) as usize).map(str::len).sum::<usize>();
    let line = text[before..].lines().next().unwrap_or_default();
    let begin = before + line.len() - line.trim_start().len();
    begin..begin + line.trim().len()
}

fn expected(terms: Option<&Terms>) -> Expected {
    let Some(terms) = terms else { return Expected::default() };
    let parties = &terms.contract.parties;
    let named = [&parties.commissioner]
        .into_iter()
        .chain(parties.providers.iter())
        .chain(&parties.assessor)
        .chain(parties.others.iter());
    let parties: BTreeSet<PartyId> = named.map(|id| PartyId::new(&id.value)).collect();
    let bands: BTreeSet<BandName> = terms.contract.band.iter().map(|band| BandName::new(&band.id.value)).collect();
    Expected { parties: Some(parties), bands: (!bands.is_empty()).then_some(bands), ..Expected::default() }
}

/// The package of a folder, mapped first where the folder is no package and the contract knows how.
fn on_disk(folder: &Path, contract: Option<&ContractFolder>, tables: &[Table], engine: &Embedded) -> Result<OnDisk> {
    if !folder.is_dir() {
        return Err(AppError::new(
            format!("there is no folder of evidence {}", folder.display()),
            "give a package, a snapshot or a folder of source files; what is wrong with one: meed evidence check PACKAGE --contract CONTRACT",
        ));
    }
    let descriptor = folder.join("datapackage.json");
    if descriptor.is_file() {
        return read_package(folder, folder, None);
    }
    let Some(mapping) = contract.and_then(ContractFolder::mapping) else {
        let help = match contract {
            None => "add a datapackage.json, or name with --contract the contract whose mapping reads this folder",
            Some(_) => {
                "add a datapackage.json, or a `mapping` folder to the contract that says how to read these files"
            }
        };
        return Err(AppError::new(format!("{} has no datapackage.json", folder.display()), help));
    };
    let mapped = scratch()?;
    let target = mapped.path().join("package");
    meed_query::map_sources(engine, &mapping, folder, tables, &target).map_err(|error| query_error(&error))?;
    read_package(&target, folder, Some(mapped))
}

fn read_package(folder: &Path, given: &Path, mapped: Option<tempfile::TempDir>) -> Result<OnDisk> {
    let descriptor = folder.join("datapackage.json");
    let text = crate::contract::text(&descriptor)?;
    let package = Package::read(&text).map_err(|problems| {
        let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
        AppError::new(format!("{} cannot be used:\n{}", descriptor.display(), told.join("\n")), "mend these")
    })?;
    Ok(OnDisk { folder: folder.to_owned(), given: given.to_owned(), package, mapped })
}

fn freeze_into(
    on_disk: &OnDisk,
    tables: &[Table],
    report: &Report,
    known_at: Option<Moment>,
    engine: &Embedded,
    freezing: Freezing,
) -> Result<Manifest> {
    let source = PackageFolder::new(&on_disk.folder);
    let refused: Vec<&str> = report.files.iter().filter(|file| file.refused).map(|file| file.file.as_str()).collect();
    if !refused.is_empty() {
        return Err(AppError::new(
            format!("{} of the evidence cannot be used as a whole:\n{}", refused.join(", "), report.text().trim_end()),
            "mend the files; a table is settled whole or not at all",
        ));
    }
    let known_at = match known_at.or_else(|| freezing.latest_known()) {
        Some(known_at) => known_at,
        None => latest_known(on_disk, tables, report)?,
    };
    let frozen =
        Freeze { package: &on_disk.package, source: &source, limits: Limits::default(), tables, report, known_at };
    freezing.finish(engine, frozen).map_err(|error| query_error(&error))
}

fn files_of<'p>(package: &'p Package, table: &'p Table) -> impl Iterator<Item = (&'p Resource, &'p str)> {
    let own = package.resources.iter().filter(|resource| resource.is_of(table));
    own.flat_map(|resource| resource.paths.iter().map(move |path| (resource, path.as_str())))
}

/// The latest moment at which a good row became known.
fn latest_known(on_disk: &OnDisk, tables: &[Table], report: &Report) -> Result<Moment> {
    let source = PackageFolder::new(&on_disk.folder);
    let mut latest: Option<Moment> = None;
    for table in tables {
        for (resource, path) in files_of(&on_disk.package, table) {
            let mut rows = Latest { column: None, file: path, report, latest: &mut latest };
            read_file(resource, path, &source, Limits::default(), &mut rows)
                .map_err(|broken| AppError::new(broken.message.clone(), broken.remedy.clone()))?;
        }
    }
    latest.ok_or_else(|| {
        let (given, contract) =
            (on_disk.given.display(), if on_disk.is_mapped() { " --contract CONTRACT" } else { "" });
        AppError::new(
            format!("{given} holds no good row"),
            format!("to see why: meed evidence check {given}{contract}"),
        )
    })
}

struct Latest<'l> {
    column: Option<usize>,
    file: &'l str,
    report: &'l Report,
    latest: &'l mut Option<Moment>,
}

impl Rows for Latest<'_> {
    fn header(&mut self, names: &[&str]) -> bool {
        self.column = names.iter().position(|name| *name == "known_at");
        self.column.is_some()
    }

    fn row(&mut self, number: u64, cells: &[Option<&str>]) -> bool {
        let known = self.column.and_then(|column| cells.get(column).copied().flatten());
        let moment = known.and_then(|text| text.parse::<Moment>().ok());
        if moment > *self.latest && !self.report.is_bad(self.file, number) {
            *self.latest = moment;
        }
        true
    }

    fn broken(&mut self, _: u64, _: Broken) {}
}
