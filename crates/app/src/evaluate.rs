//! Evaluates as planned: people are chosen first, from what was known then; outcomes are asked for once the comparison is
//! fixed. Nothing of a report changes when it is made again.

mod files;

use std::{
    collections::BTreeMap,
    fs::File,
    path::{Path, PathBuf},
};

use meed_evaluation::{
    Agreed, Analysed, Frame, FrameColumn, Plan, Report, Values, finish, plan as plan_file, prepare,
    report::{EvidenceSaid, Group},
};
use meed_query::{Cells, Embedded, Sheet, SourceFile};
use meed_statistics::Refusal;
use meed_terms::{Kind, Severity, Terms, clause::Against};
use meed_units::{Date, Moment};
use sha2::{Digest, Sha256};

use crate::{
    contract::{ContractFolder, PlanFiles},
    error::{AppError, Result},
    evidence::{self, Opened, Sent},
    out::OutFolder,
    people::query_error,
    settle::{engine, hash},
};

pub(crate) use files::attach;
pub use files::{REPORT, Verified, verify};

/// What to evaluate, and from where.
#[derive(Clone, Debug)]
pub struct EvaluateRequest {
    /// A contract's folder with `evaluation.toml` in it, or a plan that stands alone: its folder or its file.
    pub plan: PathBuf,
    /// The contract's evidence, or the folder of the plan's own source files.
    pub evidence: PathBuf,
    /// Nothing that became known later is used; of each group what was known when it was published, when left out.
    pub known_at: Option<Moment>,
    /// The hash of the plan that was agreed, where somebody else keeps it.
    pub agreed: Option<String>,
    /// Into how many parts queries are cut; the report is the same whatever the number.
    pub threads: Option<usize>,
}

/// What an evaluation came to.
#[derive(Debug)]
pub struct Evaluated {
    /// The report.
    pub report: Report,
    /// Whether the folder is new; the same evaluation twice is once.
    pub fresh: bool,
    /// The files that were written.
    pub files: Vec<String>,
}

/// Evaluates, and writes the report's folder whole or not at all.
///
/// # Errors
/// When the plan or the evidence cannot be used, or the folder not be written. What the method refuses stands in the
/// report.
pub fn evaluate(request: &EvaluateRequest, out: &Path) -> Result<Evaluated> {
    let folder = OutFolder::of("evaluation", REPORT, out)?;
    let (analysed, plan) = analysed(request)?;
    let written = files::write(&analysed, &plan, request, out, folder.path())?;
    let frozen: Vec<&str> = written.iter().map(String::as_str).collect();
    let fresh = folder.finish(&frozen)?;
    Ok(Evaluated { report: analysed.report, fresh, files: written })
}

/// A plan and where it was found.
pub(crate) enum Found {
    OfContract(Box<ContractFolder>),
    Alone(PathBuf, String, PlanFiles),
}

/// Reads a plan, of a contract or alone.
pub(crate) fn found(path: &Path) -> Result<Found> {
    let (folder, file) = if path.is_dir() {
        (path.to_owned(), plan_file::FILE.to_owned())
    } else {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        (parent.to_owned(), name)
    };
    let of_contract = file == "contract.toml" || (file == plan_file::FILE && folder.join("contract.toml").is_file());
    if of_contract {
        let contract = ContractFolder::read(&folder)?;
        if contract.plan.is_none() {
            return Err(AppError::new(
                format!("{} has no plan for an evaluation", folder.display()),
                format!(
                    "write one as {}: docs/reference/evaluation.md shows how",
                    folder.join(plan_file::FILE).display()
                ),
            ));
        }
        return Ok(Found::OfContract(Box::new(contract)));
    }
    let files = PlanFiles::read(&folder, &file)?.ok_or_else(|| {
        AppError::new(
            format!("there is no plan {}", folder.join(&file).display()),
            "give a contract's folder that holds evaluation.toml, or a plan by its file: docs/reference/evaluation.md shows one",
        )
    })?;
    Ok(Found::Alone(folder, file, files))
}

/// The plan that can be carried out, or everything that is wrong with it.
pub(crate) fn checked(files: &PlanFiles, file: &str, shown: &Path) -> Result<Plan> {
    let (plan, found) = files.check(file);
    plan.ok_or_else(|| {
        let errors = found.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
        let told: Vec<String> = errors.map(|diagnostic| diagnostic.render(&files.text)).collect();
        AppError::new(
            format!("{} cannot be carried out:\n\n{}", shown.display(), told.join("\n")),
            "mend these; docs/reference/evaluation.md lists what a plan can say",
        )
    })
}

fn analysed(request: &EvaluateRequest) -> Result<(Analysed, Plan)> {
    let engine = engine(request.threads)?;
    match found(&request.plan)? {
        Found::OfContract(contract) => {
            let files = contract.plan.as_ref().expect("a contract without a plan was refused");
            let plan = checked(files, plan_file::FILE, &contract.path.join(plan_file::FILE))?;
            if !plan.written.source.is_empty() {
                return Ok((of_sources(&plan, request, &contract.path, &engine)?, plan));
            }
            let terms = contract.terms()?;
            let sent = Sent::read(&contract, &terms, &request.evidence, &engine)?;
            let agreed = request.agreed.clone().or_else(|| agreed_hash(&terms));
            let evidence = Asked { sent: &sent, known_at: request.known_at, only: None, engine: &engine };
            Ok((of_contract(&plan, &evidence, agreed)?, plan))
        }
        Found::Alone(folder, file, files) => {
            let plan = checked(&files, &file, &folder.join(&file))?;
            if plan.written.source.is_empty() {
                return Err(AppError::new(
                    format!("{} names no files to read", folder.join(&file).display()),
                    "add `[[source]]` with `file` and `table`, or put the plan beside the contract whose evidence it reads",
                ));
            }
            Ok((of_sources(&plan, request, &folder, &engine)?, plan))
        }
    }
}

/// The hash that a clause of the contract holds estimates to.
fn agreed_hash(terms: &Terms) -> Option<String> {
    terms.contract.clause.iter().find_map(|clause| match &clause.kind {
        Kind::CohortEffect(effect) => match &effect.against.as_ref()?.value {
            Against::Supplied(supplied) => Some(supplied.method_hash.value.clone()),
            _ => None,
        },
        _ => None,
    })
}

/// Which evidence, and how much of it.
struct Asked<'a> {
    sent: &'a Sent<'a>,
    known_at: Option<Moment>,
    /// Only groups published on this day.
    only: Option<Date>,
    engine: &'a Embedded,
}

/// The whole of a day.
fn end_of(day: Date) -> Moment {
    Moment::end_of(day)
}

fn of_contract(plan: &Plan, asked: &Asked<'_>, agreed: Option<String>) -> Result<Analysed> {
    let written = &plan.written;
    let mut known: BTreeMap<Option<Moment>, Opened> = BTreeMap::new();
    let mut open = |moment: Option<Moment>| -> Result<Option<Moment>> {
        if let std::collections::btree_map::Entry::Vacant(place) = known.entry(moment) {
            place.insert(asked.sent.known_at(moment, asked.engine)?);
        }
        Ok(moment)
    };
    let latest = if asked.sent.is_package() { asked.known_at } else { None };
    let latest = open(latest)?;
    // People first, each cohort from what was known on its day.
    let mut days: Vec<(Option<Date>, Vec<&str>)> = Vec::new();
    for cohort in written.cohort.iter() {
        let day = written.chosen_on(Some(cohort));
        match days.iter_mut().find(|(known, _)| *known == day) {
            Some((_, cohorts)) => cohorts.push(&cohort.id.value),
            None => days.push((day, vec![&cohort.id.value])),
        }
    }
    if days.is_empty() {
        days.push((written.chosen_on(None), Vec::new()));
    }
    let mut moments = Vec::new();
    for (day, cohorts) in days {
        moments.push((open(day.map(end_of).or(latest))?, cohorts));
    }
    // Outcomes as they were known when each group's result was published.
    let mut groups: Vec<(String, Date)> =
        written.cohort.iter().map(|cohort| (cohort.id.value.to_string(), written.published_on(Some(cohort)))).collect();
    groups.push((if groups.is_empty() { "all" } else { "pooled" }.to_owned(), written.published_on(None)));
    groups.retain(|(_, day)| asked.only.is_none_or(|only| only == *day));
    let mut outcome_moments = Vec::new();
    for (group, day) in &groups {
        let moment = match asked.known_at {
            Some(known_at) if known_at < end_of(*day) => Some(known_at),
            _ if asked.sent.is_package() => Some(end_of(*day)),
            _ => latest,
        };
        outcome_moments.push((group.clone(), open(moment)?));
    }

    let mut frame = Frame::default();
    for (moment, cohorts) in &moments {
        let opened = &known[moment];
        let sql = (&*written.population.sql.value, &*plan.design_sql);
        let part = ask(asked.engine, &opened.tables, sql, Some(opened.known_at.date()))?;
        let part = match &written.population.cohort {
            Some(column) if moments.len() > 1 => only(&part, &column.value, cohorts),
            _ => part,
        };
        join(&mut frame, part);
    }
    let prepared = prepare(plan, &frame).map_err(|refusal| refused(plan, "population", &refusal))?;
    // The comparison is fixed. Only now are outcomes asked for.
    let mut answers: BTreeMap<Option<Moment>, Frame> = BTreeMap::new();
    for (_, moment) in &outcome_moments {
        if !answers.contains_key(moment) {
            let opened = &known[moment];
            let sql = (&*written.outcome.sql.value, &*plan.outcome_sql);
            answers.insert(*moment, ask(asked.engine, &opened.tables, sql, Some(opened.known_at.date()))?);
        }
    }
    let last = outcome_moments.last().map_or(&known[&latest], |(_, moment)| &known[moment]);
    let design =
        moments.last().filter(|_| written.chosen_on(written.cohort.last().map(|cohort| &cohort.value)).is_some());
    let evidence = EvidenceSaid {
        snapshot: last.snapshot.clone(),
        known_at: Some(last.known_at.to_string()),
        design_snapshot: design.map(|(moment, _)| known[moment].snapshot.clone()),
        design_known_at: design.map(|(moment, _)| known[moment].known_at.to_string()),
    };
    let mut agreed = Agreed { hash: agreed, evidence: Some(evidence), ..Agreed::default() };
    kept(plan, &groups, last.known_at, asked, &mut agreed);
    let of_group = |group: &str| {
        let (_, moment) = outcome_moments.iter().find(|(known, _)| known == group)?;
        answers.get(moment)
    };
    finish(plan, &prepared, &of_group, &agreed).map_err(|refusal| refused(plan, "outcome", &refusal))
}

/// Where the days of plan and analysis do not agree.
fn kept(plan: &Plan, groups: &[(String, Date)], known_at: Moment, asked: &Asked<'_>, agreed: &mut Agreed) {
    let written = &plan.written;
    let registered = written.registered.value;
    if registered >= known_at.date() {
        let message = format!(
            "the plan is dated {registered}, and outcomes were known on {}: it was written after the data",
            known_at.date()
        );
        agreed.deviations.push(message);
    }
    for cohort in written.cohort.iter().filter(|cohort| registered >= cohort.runs.value.until) {
        let message = format!(
            "the plan is dated {registered}, when the cohort {} was complete: its first outcomes may have been known",
            cohort.id.value
        );
        agreed.deviations.push(message);
    }
    for (group, day) in groups {
        if asked.known_at.is_some_and(|known_at| known_at < end_of(*day)) {
            agreed.deviations.push(format!("an early look: the plan publishes the result of `{group}` on {day}"));
        }
    }
    if written.chosen_on(None).is_none() && written.cohort.iter().all(|cohort| cohort.known_at.is_none()) {
        let message = "the plan names no day (`known-at`) from whose knowledge people are chosen: that their choice saw no outcome rests on the SQL alone";
        agreed.unchecked.push(message.to_owned());
    }
    if agreed.hash.is_none() {
        agreed.unchecked.push(
            "no hash of the plan was agreed beforehand: that it was not changed since rests on its date alone"
                .to_owned(),
        );
    }
}

/// A plan that reads files of its own.
fn of_sources(plan: &Plan, request: &EvaluateRequest, folder: &Path, engine: &Embedded) -> Result<Analysed> {
    let written = &plan.written;
    let list: Vec<SourceFile> = written
        .source
        .iter()
        .map(|source| SourceFile {
            file: source.file.value.clone(),
            table: source.table.as_ref().map(|table| table.value.clone()),
            delimiter: source.delimiter.as_ref().map(|delimiter| delimiter.value.clone()),
        })
        .collect();
    if !request.evidence.is_dir() {
        return Err(AppError::new(
            format!("there is no folder of evidence {}", request.evidence.display()),
            format!(
                "give the folder that holds {}",
                list.iter().map(|source| &*source.file).collect::<Vec<_>>().join(", ")
            ),
        ));
    }
    let scratch = evidence::scratch()?;
    let tables = meed_query::load_sources(&list, &folder.join(plan_file::FILE), &request.evidence, scratch.path())
        .map_err(|error| query_error(&error))?;
    let mut whole = Sha256::new();
    for source in &list {
        let path = request.evidence.join(&source.file);
        let mut file = File::open(&path).map_err(|error| AppError::io("open", &path, &error))?;
        whole.update(format!(
            "{} {}\n",
            source.file,
            hash(&mut file).map_err(|error| AppError::io("read", &path, &error))?
        ));
    }
    let design = ask(engine, &tables, (&written.population.sql.value, &plan.design_sql), None)?;
    let prepared = prepare(plan, &design).map_err(|refusal| refused(plan, "population", &refusal))?;
    // The comparison is fixed. Only now are outcomes asked for.
    let outcomes = ask(engine, &tables, (&written.outcome.sql.value, &plan.outcome_sql), None)?;
    let evidence = EvidenceSaid {
        snapshot: format!("{:x}", whole.finalize()),
        known_at: None,
        design_snapshot: None,
        design_known_at: None,
    };
    let mut unchecked = vec![
        "the files do not say when anything became known: that the plan came before the data rests on its date alone"
            .to_owned(),
    ];
    if request.agreed.is_none() {
        unchecked.push("no hash of the plan was agreed beforehand".to_owned());
    }
    let agreed = Agreed { hash: request.agreed.clone(), evidence: Some(evidence), deviations: Vec::new(), unchecked };
    finish(plan, &prepared, &|_| Some(&outcomes), &agreed).map_err(|refusal| refused(plan, "outcome", &refusal))
}

fn refused(plan: &Plan, of: &str, refusal: &Refusal) -> AppError {
    let sql = if of == "population" { &plan.written.population.sql } else { &plan.written.outcome.sql };
    AppError::new(format!("{}: {refusal}", sql.value), refusal.remedy())
}

fn ask(
    engine: &Embedded,
    tables: &meed_query::Tables,
    (file, sql): (&str, &str),
    as_of: Option<Date>,
) -> Result<Frame> {
    let Sheet { columns, rows } =
        meed_query::sheet(engine, tables, file, sql, as_of).map_err(|error| query_error(&error))?;
    let columns = columns
        .into_iter()
        .map(|(name, cells)| FrameColumn {
            name,
            values: match cells {
                Cells::Numbers(numbers) => Values::Numbers(numbers),
                Cells::Texts(texts) => Values::Texts(texts),
            },
        })
        .collect();
    Ok(Frame { columns, rows })
}

/// The rows of these cohorts.
fn only(frame: &Frame, column: &str, cohorts: &[&str]) -> Frame {
    let Some(values) = frame.column(column) else { return frame.clone() };
    let rows: Vec<usize> =
        (0..frame.rows).filter(|&row| values.text(row).is_some_and(|own| cohorts.contains(&own.as_str()))).collect();
    let columns = frame
        .columns
        .iter()
        .map(|column| FrameColumn {
            name: column.name.clone(),
            values: match &column.values {
                Values::Numbers(numbers) => Values::Numbers(rows.iter().map(|&row| numbers[row]).collect()),
                Values::Texts(texts) => Values::Texts(rows.iter().map(|&row| texts[row].clone()).collect()),
            },
        })
        .collect();
    Frame { columns, rows: rows.len() }
}

/// Puts the rows of the same query after those that are there.
fn join(frame: &mut Frame, part: Frame) {
    if frame.columns.is_empty() {
        *frame = part;
        return;
    }
    frame.rows += part.rows;
    for (own, more) in frame.columns.iter_mut().zip(part.columns) {
        match (&mut own.values, more.values) {
            (Values::Numbers(own), Values::Numbers(more)) => own.extend(more),
            (Values::Texts(own), Values::Texts(more)) => own.extend(more),
            // A column without any value has no kind of its own.
            (Values::Texts(own), Values::Numbers(more)) => {
                own.extend(more.into_iter().map(|n| n.map(|n| n.to_string())))
            }
            (own @ Values::Numbers(_), Values::Texts(more)) => {
                let Values::Numbers(numbers) = &*own else { continue };
                let mut texts: Vec<Option<String>> = numbers.iter().map(|n| n.map(|n| n.to_string())).collect();
                texts.extend(more);
                *own = Values::Texts(texts);
            }
        }
    }
}

/// Works out the estimates that the contract's plan promises and that are due, and puts them with the evidence, where that
/// brings none of its own.
pub(crate) fn add_estimates(
    contract: &ContractFolder,
    sent: &Sent<'_>,
    opened: &mut Opened,
    engine: &Embedded,
) -> Result<()> {
    let Some(plan) = contract.plan().filter(|plan| plan.written.estimate.is_some() && plan.written.source.is_empty())
    else {
        return Ok(());
    };
    if opened.estimates {
        return Ok(());
    }
    let terms = contract.terms()?;
    let mut days: Vec<Date> =
        plan.written.cohort.iter().map(|cohort| plan.written.published_on(Some(cohort))).collect();
    days.push(plan.written.published_on(None));
    days.sort();
    days.dedup();
    days.retain(|day| end_of(*day) <= opened.known_at);
    let mut rows = Vec::new();
    for day in days {
        let asked = Asked { sent, known_at: None, only: Some(day), engine };
        let analysed = of_contract(&plan, &asked, agreed_hash(&terms))?;
        for group in &analysed.report.groups {
            rows.extend(estimate_row(&plan, &terms, group, &sent.tables));
        }
        opened.evaluations.push(analysed);
    }
    if rows.is_empty() {
        return Ok(());
    }
    let table = sent.tables.iter().find(|table| table.name == "estimates").expect("a standard table");
    let folder = evidence::scratch()?;
    let file = folder.path().join("estimates.parquet");
    meed_query::write_table(table, &rows, &file).map_err(|error| query_error(&error))?;
    opened.tables.add_file("estimates", &file);
    opened.files.push(folder);
    Ok(())
}

/// A group's estimate as a row of the table `estimates`; none where the plan does not pay on it or nothing could be estimated.
pub(crate) fn estimate_row(
    plan: &Plan,
    terms: &Terms,
    group: &Group,
    tables: &[meed_evidence::Table],
) -> Option<Vec<Option<String>>> {
    let written = &plan.written;
    let estimate = written.estimate.as_ref()?;
    let figures = group.estimate.as_ref()?;
    let cohort = written.cohort_of(&group.id);
    if group.id == "pooled" && !estimate.pooled.0 {
        return None;
    }
    let runs = match cohort {
        Some(cohort) => cohort.runs.value,
        None => match &estimate.runs {
            Some(runs) => runs.value,
            None => {
                let first = written.cohort.iter().map(|cohort| cohort.runs.value.from).min()?;
                let last = written.cohort.iter().map(|cohort| cohort.runs.value.until).max()?;
                meed_units::Period::new(first, last)?
            }
        },
    };
    let parties = &terms.contract.parties;
    let by = parties.assessor.as_ref().unwrap_or(&parties.commissioner);
    let published = written.published_on(cohort);
    let about = |name: &str| -> Option<String> {
        Some(match name {
            "cohort" => group.id.clone(),
            "provider" => estimate.provider.value.to_string(),
            "period_from" => runs.from.to_string(),
            "period_until" => runs.until.to_string(),
            "reported_on" => published.to_string(),
            "people" => figures.people.to_string(),
            "counterfactual" => figures.counterfactual.clone(),
            "actual" => figures.actual.clone(),
            "unit" => figures.unit.clone(),
            "method" => format!("{} ({})", written.comparison.who.value, plan.method.name),
            "method_hash" => plan.hash.clone(),
            "sent_by" => by.value.to_string(),
            "known_at" => end_of(published).to_string(),
            _ => return None,
        })
    };
    let table = tables.iter().find(|table| table.name == "estimates")?;
    Some(table.columns.iter().map(|column| about(&column.name)).collect())
}
