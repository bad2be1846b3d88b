//! Who is looked at, and what is known of them before any outcome: the rows of the design query, checked and counted.
//! Nothing in here knows an outcome.

use std::collections::BTreeMap;

use meed_statistics::{Generator, Matrix, Refusal, Warning};
use meed_terms::{MissingCovariate, RowOrder};
use meed_units::counted;

use crate::{
    frame::{Frame, Values},
    plan::Plan,
    report::Step,
};

/// The people of an evaluation, in the order by which ties are resolved.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct People {
    /// The person's key: the unit's, in a panel.
    pub keys: Vec<String>,
    /// Who had the programme.
    pub treated: Vec<bool>,
    /// What is known beforehand.
    pub covariates: Vec<Covariate>,
    /// The cluster of each row.
    pub cluster: Option<Vec<String>>,
    /// The second cluster of each row.
    pub cluster_two: Option<Vec<String>>,
    /// The stratum of each row.
    pub stratum: Option<Vec<String>>,
    /// The cohort of each row.
    pub cohort: Option<Vec<String>>,
    /// The time of each row.
    pub time: Option<Vec<f64>>,
    /// When the row's unit was first treated; none for never.
    pub first_treated: Option<Vec<Option<f64>>>,
    /// Who took the programme up.
    pub took_up: Option<Vec<bool>>,
    /// The score that decides who is eligible.
    pub score: Option<Vec<f64>>,
    /// Weights that rows bring with them.
    pub weight: Option<Vec<f64>>,
}

/// Something known of people beforehand.
#[derive(Clone, Debug, PartialEq)]
pub struct Covariate {
    /// Its column.
    pub name: String,
    /// Whether the method takes it into account, or it is only shown.
    pub adjusted: bool,
    /// What it says of each row.
    pub values: CovariateValues,
}

/// What a covariate says.
#[derive(Clone, Debug, PartialEq)]
pub enum CovariateValues {
    /// A number.
    Numbers(Vec<f64>),
    /// A group: the names in their order, and the place of each row's among them.
    Groups(Vec<String>, Vec<usize>),
}

impl Covariate {
    /// The covariate as columns of numbers: itself, or one of 0 and 1 for each group but the first when `but_first`.
    pub fn columns(&self, but_first: bool) -> Vec<(String, Vec<f64>)> {
        match &self.values {
            CovariateValues::Numbers(numbers) => vec![(self.name.clone(), numbers.clone())],
            CovariateValues::Groups(names, of) => names
                .iter()
                .enumerate()
                .skip(usize::from(but_first))
                .map(|(group, name)| {
                    let column = of.iter().map(|&own| if own == group { 1.0 } else { 0.0 }).collect();
                    (format!("{}: {name}", self.name), column)
                })
                .collect(),
        }
    }
}

impl People {
    /// How many rows.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether nobody is left.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The people of these rows, in this order.
    #[must_use]
    pub fn of_rows(&self, rows: &[usize]) -> People {
        fn take<T: Clone>(from: &[T], rows: &[usize]) -> Vec<T> {
            rows.iter().map(|&row| from[row].clone()).collect()
        }
        let covariates = self.covariates.iter().map(|covariate| {
            let values = match &covariate.values {
                CovariateValues::Numbers(numbers) => CovariateValues::Numbers(take(numbers, rows)),
                CovariateValues::Groups(names, of) => {
                    // Groups that nobody is left in are no groups.
                    let of = take(of, rows);
                    let mut place = vec![None; names.len()];
                    let mut kept = Vec::new();
                    for (group, name) in names.iter().enumerate() {
                        if of.contains(&group) {
                            place[group] = Some(kept.len());
                            kept.push(name.clone());
                        }
                    }
                    CovariateValues::Groups(kept, of.iter().filter_map(|&group| place[group]).collect())
                }
            };
            Covariate { values, ..covariate.clone() }
        });
        let optional = |from: &Option<Vec<String>>| from.as_ref().map(|from| take(from, rows));
        People {
            keys: take(&self.keys, rows),
            treated: take(&self.treated, rows),
            covariates: covariates.collect(),
            cluster: optional(&self.cluster),
            cluster_two: optional(&self.cluster_two),
            stratum: optional(&self.stratum),
            cohort: optional(&self.cohort),
            time: self.time.as_ref().map(|from| take(from, rows)),
            first_treated: self.first_treated.as_ref().map(|from| take(from, rows)),
            took_up: self.took_up.as_ref().map(|from| take(from, rows)),
            score: self.score.as_ref().map(|from| take(from, rows)),
            weight: self.weight.as_ref().map(|from| take(from, rows)),
        }
    }

    /// How many rows had the programme, and how many did not.
    pub fn counts(&self) -> (usize, usize) {
        let treated = self.treated.iter().filter(|treated| **treated).count();
        (treated, self.len() - treated)
    }

    /// The covariates that a method takes into account, as columns of numbers without the first group of each.
    pub fn adjusted_columns(&self) -> Vec<(String, Vec<f64>)> {
        self.covariates
            .iter()
            .filter(|covariate| covariate.adjusted)
            .flat_map(|covariate| covariate.columns(true))
            .collect()
    }

    /// The design of a regression on the programme and these covariates, without a constant.
    ///
    /// # Errors
    /// When two columns are called the same.
    pub fn on_programme(&self) -> Result<Matrix, Refusal> {
        let treated = self.treated.iter().map(|treated| f64::from(u8::from(*treated))).collect();
        let mut columns = Matrix::from_columns(vec![("programme", treated)])?;
        for (name, column) in self.adjusted_columns() {
            columns.push(name, column)?;
        }
        Ok(columns)
    }

    /// All covariates as columns of numbers, every group with one of its own, and whether each is taken into account.
    pub fn shown_columns(&self) -> Vec<(String, bool, Vec<f64>)> {
        let columns = self.covariates.iter().flat_map(|covariate| {
            covariate.columns(false).into_iter().map(|(name, column)| (name, covariate.adjusted, column))
        });
        columns.collect()
    }
}

/// The people of an evaluation, with how they were counted.
#[derive(Clone, Debug, PartialEq)]
pub struct Counted {
    /// Who is left.
    pub people: People,
    /// How many there were at each step, and why the others are not.
    pub steps: Vec<Step>,
    /// What is worth knowing.
    pub warnings: Vec<Warning>,
    /// What was not done as the plan says.
    pub deviations: Vec<String>,
}

/// Checks the rows of the design query.
///
/// # Errors
/// When a column the plan names is not there or says what it cannot, or nobody is left on one side.
pub fn people(plan: &Plan, frame: &Frame) -> Result<Counted, Refusal> {
    let written = &plan.written;
    let of = &written.population;
    let keys = texts(frame, written.person())?;
    let named = |column: &Option<meed_terms::At<String>>| column.as_ref().map(|column| column.value.clone());
    let time = named(&of.time).map(|column| numbers(frame, &column)).transpose()?;
    for name in of.covariates.iter().chain(of.shown.iter()) {
        numbers_or_groups(&name.value, column(frame, &name.value)?)?;
    }

    let mut rows: Vec<usize> = (0..frame.rows).collect();
    match written.comparison.order.unwrap_or(RowOrder::Person) {
        RowOrder::AsGiven => (),
        order => {
            rows.sort_by(|&a, &b| {
                let times = time.as_ref().map_or(std::cmp::Ordering::Equal, |time| time[a].total_cmp(&time[b]));
                keys[a].cmp(&keys[b]).then(times)
            });
            if order == RowOrder::ByLot {
                Generator::new(written.seed(), "order of rows").shuffle(&mut rows);
            }
        }
    }
    let mut seen: BTreeMap<(&str, u64), usize> = BTreeMap::new();
    for row in 0..frame.rows {
        let at = time.as_ref().map_or(0, |time| time[row].to_bits());
        if let Some(before) = seen.insert((&keys[row], at), row) {
            return Err(Refusal::OutOfRange {
                what: format!("the row of `{}` in rows {} and {}", keys[row], before + 1, row + 1),
                value: "given twice".into(),
                allowed: "given once for each person, and for each time where the plan names a column of it".into(),
            });
        }
    }

    // Who had it is known of everybody but those the query itself leaves out.
    let reasons = named(&of.left_out).map(|name| column(frame, &name)).transpose()?;
    let reason = |row: usize| reasons.and_then(|values| values.text(row)).filter(|text| !text.is_empty());
    let first_treated =
        named(&of.first_treated).map(|name| column(frame, &name).map(|values| (name, values))).transpose()?;
    if let Some((name, values)) = &first_treated {
        // Never is a row without a value: what else is no time is a mistake, and would count as never.
        let time = |row: usize| values.is_missing(row) || values.number(row).is_some_and(f64::is_finite);
        if let Some(row) = (0..frame.rows).find(|&row| !time(row)) {
            return Err(Refusal::NotANumber { what: format!("the column `{name}`"), row: row + 1 });
        }
    }
    let arms = frame.column(written.treated());
    let arm = |row: usize| -> Result<Option<bool>, Refusal> {
        match (arms, &first_treated) {
            (Some(arms), _) => yes_no(written.treated(), arms, row),
            (None, Some((_, first))) => Ok(Some(first.number(row).is_some())),
            (None, None) => column(frame, written.treated()).map(|_| None),
        }
    };
    let mut treated: BTreeMap<usize, bool> = BTreeMap::new();
    let mut unknown_arm = 0;
    let mut left_out: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let count = |counts: &mut (usize, usize), arm: bool| *(if arm { &mut counts.0 } else { &mut counts.1 }) += 1;
    let mut all = (0, 0);
    for &row in &rows {
        let Some(had) = arm(row)? else {
            unknown_arm += 1;
            continue;
        };
        count(&mut all, had);
        match reason(row) {
            Some(reason) => count(left_out.entry(reason).or_default(), had),
            None => {
                treated.insert(row, had);
            }
        }
    }
    let mut steps = vec![Step::new("rows of the design query", all, "")];
    let mut warnings = Vec::new();
    let mut deviations = Vec::new();
    if unknown_arm > 0 {
        warnings.push(Warning::new(
            "arm-unknown",
            format!("of {unknown_arm} rows it is not known whether they had the programme, and they are left out"),
            "find out, or say in the plan's SQL why these people are left out",
        ));
    }
    let mut now = all;
    for (reason, (had, had_not)) in left_out {
        now = (now.0 - had, now.1 - had_not);
        steps.push(Step::left_out((had, had_not), &reason));
    }
    rows.retain(|row| treated.contains_key(row));

    // Cohorts that the plan does not list are nobody's business.
    let cohort = named(&of.cohort).map(|name| column(frame, &name)).transpose()?;
    if let Some(cohort) = cohort {
        let mut outside = (0, 0);
        rows.retain(|&row| {
            let own = cohort.text(row);
            let listed = written.cohort.iter().any(|listed| own.as_deref() == Some(&*listed.id.value));
            if !listed {
                count(&mut outside, treated[&row]);
            }
            listed
        });
        if outside != (0, 0) {
            steps.push(Step::left_out(outside, "in none of the cohorts that the plan lists"));
        }
    }

    let policy = of.missing.unwrap_or(MissingCovariate::Refuse);
    let mut covariates: Vec<(String, bool, Values)> = Vec::new();
    for (name, adjusted) in
        of.covariates.iter().map(|name| (name, true)).chain(of.shown.iter().map(|name| (name, false)))
    {
        let values = column(frame, &name.value)?;
        let missing = rows.iter().filter(|&&row| values.is_missing(row)).count();
        if missing == rows.len() && !rows.is_empty() {
            deviations
                .push(format!("the covariate `{}` has no value for anybody and is not taken into account", name.value));
            continue;
        }
        match policy {
            _ if missing == 0 || !adjusted => covariates.push((name.value.clone(), adjusted, values.clone())),
            MissingCovariate::Refuse => {
                let row = rows.iter().find(|&&row| values.is_missing(row)).map_or(0, |row| row + 1);
                let what = format!(
                    "the covariate `{}` ({missing} of {}; the plan refuses missing covariates)",
                    name.value,
                    counted(rows.len(), "person", "people")
                );
                return Err(Refusal::NotANumber { what, row });
            }
            MissingCovariate::LeaveOut => {
                let mut out = (0, 0);
                rows.retain(|&row| {
                    let missing = values.is_missing(row);
                    if missing {
                        count(&mut out, treated[&row]);
                    }
                    !missing
                });
                steps.push(Step::left_out(out, &format!("`{}` is not known", name.value)));
                covariates.push((name.value.clone(), adjusted, values.clone()));
            }
            MissingCovariate::OwnGroup => {
                let (filled, sign) = own_group(&name.value, values, &rows);
                covariates.push((name.value.clone(), adjusted, filled));
                covariates.extend(sign.map(|sign| (format!("{} not known", name.value), adjusted, sign)));
            }
        }
    }
    let covariates = covariates.into_iter().map(|(name, adjusted, values)| Covariate {
        values: covariate(&values, &rows),
        name,
        adjusted,
    });
    let covariates: Vec<Covariate> = covariates.collect();
    let mut kept = Vec::new();
    for covariate in covariates {
        let constant = match &covariate.values {
            CovariateValues::Numbers(numbers) => numbers.windows(2).all(|pair| pair[0] == pair[1]),
            CovariateValues::Groups(names, _) => names.len() < 2,
        };
        if constant && covariate.adjusted {
            warnings.push(Warning::new(
                "constant-covariate",
                format!(
                    "`{}` is the same for everybody, so that there is nothing to take into account",
                    covariate.name
                ),
                "check the query, or leave the covariate out of the plan",
            ));
            deviations.push(format!(
                "the covariate `{}` is the same for everybody and is not taken into account",
                covariate.name
            ));
        } else {
            kept.push(covariate);
        }
    }

    let text = |name: &Option<meed_terms::At<String>>| -> Result<Option<Vec<String>>, Refusal> {
        named(name).map(|name| of_rows_text(frame, &name, &rows)).transpose()
    };
    let number = |name: &Option<meed_terms::At<String>>| -> Result<Option<Vec<f64>>, Refusal> {
        named(name).map(|name| of_rows_number(frame, &name, &rows)).transpose()
    };
    let people = People {
        keys: rows.iter().map(|&row| keys[row].clone()).collect(),
        treated: rows.iter().map(|row| treated[row]).collect(),
        covariates: kept,
        cluster: text(&of.cluster)?,
        cluster_two: text(&of.cluster_two)?,
        stratum: text(&of.stratum)?,
        cohort: text(&of.cohort)?,
        time: number(&of.time)?,
        first_treated: first_treated.map(|(_, values)| rows.iter().map(|&row| values.number(row)).collect()),
        took_up: match named(&of.took_up) {
            None => None,
            Some(name) => {
                let values = column(frame, &name)?;
                let took = rows.iter().map(|&row| {
                    yes_no(&name, values, row)?
                        .ok_or_else(|| Refusal::NotANumber { what: format!("`{name}`"), row: row + 1 })
                });
                Some(took.collect::<Result<Vec<bool>, Refusal>>()?)
            }
        },
        score: number(&of.score)?,
        weight: number(&of.weight)?,
    };
    steps.push(Step::new("looked at", people.counts(), ""));
    Ok(Counted { people, steps, warnings, deviations })
}

/// A column of the frame.
fn column<'f>(frame: &'f Frame, name: &str) -> Result<&'f Values, Refusal> {
    frame.column(name).ok_or_else(|| {
        let there: Vec<&str> = frame.names().collect();
        let near = meed_terms::nearest(name, there.iter().copied());
        let meant = near.map_or_else(|| format!("one of {}", there.join(", ")), |near| format!("perhaps `{near}`"));
        Refusal::OutOfRange {
            what: "the column".into(),
            value: format!("`{name}`, which the query does not give"),
            allowed: meant,
        }
    })
}

fn texts(frame: &Frame, name: &str) -> Result<Vec<String>, Refusal> {
    of_rows_text(frame, name, &(0..frame.rows).collect::<Vec<_>>())
}

fn numbers(frame: &Frame, name: &str) -> Result<Vec<f64>, Refusal> {
    of_rows_number(frame, name, &(0..frame.rows).collect::<Vec<_>>())
}

fn of_rows_text(frame: &Frame, name: &str, rows: &[usize]) -> Result<Vec<String>, Refusal> {
    let values = column(frame, name)?;
    let missing = |row: usize| Refusal::NotANumber { what: format!("the column `{name}`"), row: row + 1 };
    rows.iter().map(|&row| values.text(row).ok_or_else(|| missing(row))).collect()
}

fn of_rows_number(frame: &Frame, name: &str, rows: &[usize]) -> Result<Vec<f64>, Refusal> {
    let values = column(frame, name)?;
    let missing = |row: usize| Refusal::NotANumber { what: format!("the column `{name}`"), row: row + 1 };
    let number = |&row: &usize| values.number(row).filter(|number| number.is_finite()).ok_or_else(|| missing(row));
    rows.iter().map(number).collect()
}

/// More groups than this, most of them numbers, are numbers of which some did not read.
const MOST_GROUPS: usize = 20;

/// A covariate is numbers throughout, or groups by name.
///
/// # Errors
/// When a number is infinite or none at all, or most texts read as numbers and some do not: each would be a group.
fn numbers_or_groups(name: &str, values: &Values) -> Result<(), Refusal> {
    let texts = match values {
        Values::Numbers(numbers) => {
            let wrong = numbers.iter().position(|number| number.is_some_and(|number| !number.is_finite()));
            return wrong.map_or(Ok(()), |row| {
                Err(Refusal::NotANumber { what: format!("the covariate `{name}`"), row: row + 1 })
            });
        }
        Values::Texts(texts) => texts,
    };
    let known: Vec<usize> = (0..texts.len()).filter(|&row| texts[row].is_some()).collect();
    let (read, unread): (Vec<usize>, Vec<usize>) = known.iter().partition(|&&row| values.number(row).is_some());
    let mut groups: Vec<&str> = known.iter().filter_map(|&row| texts[row].as_deref()).collect();
    groups.sort_unstable();
    groups.dedup();
    match unread.first() {
        Some(&row) if read.len() > unread.len() && groups.len() > MOST_GROUPS => {
            let said = texts[row].as_deref().unwrap_or_default();
            Err(Refusal::OutOfRange {
                what: format!("the covariate `{name}` of row {}", row + 1),
                value: format!("`{said}`, where {} other rows give a number", read.len()),
                allowed: "a number, or NULL where it is not known".into(),
            })
        }
        _ => Ok(()),
    }
}

fn yes_no(name: &str, values: &Values, row: usize) -> Result<Option<bool>, Refusal> {
    if values.is_missing(row) {
        return Ok(None);
    }
    match values.number(row) {
        Some(1.0) => Ok(Some(true)),
        Some(0.0) => Ok(Some(false)),
        _ => Err(Refusal::OutOfRange {
            what: format!("`{name}` of row {}", row + 1),
            value: values.text(row).unwrap_or_default(),
            allowed: "1 or 0".into(),
        }),
    }
}

fn covariate(values: &Values, rows: &[usize]) -> CovariateValues {
    match values {
        Values::Numbers(numbers) => {
            CovariateValues::Numbers(rows.iter().map(|&row| numbers[row].unwrap_or(f64::NAN)).collect())
        }
        Values::Texts(texts) => {
            let of = |row: &usize| texts[*row].clone().unwrap_or_else(|| "not known".into());
            let mut names: Vec<String> = rows.iter().map(of).collect();
            names.sort();
            names.dedup();
            let place = |row: &usize| names.binary_search(&of(row)).expect("every name was listed");
            let own = rows.iter().map(place).collect();
            CovariateValues::Groups(names.clone(), own)
        }
    }
}

/// Missing as a group of its own: a text is called so; a number is the mean, with a sign beside it.
fn own_group(name: &str, values: &Values, rows: &[usize]) -> (Values, Option<Values>) {
    debug_assert!(!name.is_empty());
    match values {
        Values::Texts(_) => (values.clone(), None),
        Values::Numbers(numbers) => {
            let known: Vec<f64> = rows.iter().filter_map(|&row| numbers[row]).collect();
            let mean = known.iter().sum::<f64>() / known.len() as f64;
            let filled = numbers.iter().map(|number| Some(number.unwrap_or(mean))).collect();
            let sign = numbers.iter().map(|number| Some(if number.is_none() { 1.0 } else { 0.0 })).collect();
            (Values::Numbers(filled), Some(Values::Numbers(sign)))
        }
    }
}
