//! Is contact still uneven once tenure and chances are allowed for, how uneven are minutes, and how many does a worker carry?

use std::collections::BTreeSet;

use meed_statistics::{
    Clusters, Matrix,
    covariance::{Correction, clustered},
    generalised::{Family, Generalised, generalised},
    negative_binomial::negative_binomial,
};

use crate::{
    caseload::{Caseload, ProviderId, Window, WorkerKind},
    finding::Beside,
    method::spread::theil,
};

/// What a person had in the weeks that are counted.
pub(super) struct Weeks {
    pub band: u8,
    pub weeks: f64,
    pub meetings: f64,
    pub minutes: f64,
    /// Weeks in treatment before these.
    pub tenure_weeks: f64,
    /// The chance of success that a model gave.
    pub chance: Option<f64>,
    pub worker: usize,
}

/// Meetings a week of the top band over the bottom one, allowing for time in treatment and, where everybody has one, the
/// chance a model gave; errors go together for people of one worker. None where it cannot be fitted.
pub(super) fn regression(of: &[Weeks], top: u8) -> Option<Beside> {
    let bands: BTreeSet<u8> = of.iter().map(|one| one.band).filter(|band| *band > 0).collect();
    if !bands.contains(&top) || !of.iter().any(|one| one.band == 0) {
        return None;
    }
    let column = |value: &dyn Fn(&Weeks) -> f64| of.iter().map(value).collect::<Vec<f64>>();
    let mut columns: Vec<(String, Vec<f64>)> = bands
        .iter()
        .map(|band| (format!("band {band}"), column(&|one| f64::from(u8::from(one.band == *band)))))
        .collect();
    let differs = |values: &[f64]| values.iter().any(|value| (value - values[0]).abs() > 1e-9);
    let tenure = column(&|one| one.tenure_weeks.ln_1p());
    let (mut allowing, mut optional) = (vec!["time in treatment"], vec![("tenure", tenure)]);
    if of.iter().all(|one| one.chance.is_some()) {
        optional.push(("chance", column(&|one| one.chance.unwrap_or_default())));
        allowing.push("chances");
    }
    columns.extend(optional.into_iter().filter(|(_, values)| differs(values)).map(|(name, values)| (name.to_owned(), values)));
    let x = Matrix::from_columns(columns).ok()?.with_constant();
    let (y, offset) = (column(&|one| one.meetings), column(&|one| one.weeks.ln()));
    let fitted: Generalised = match negative_binomial(&x, &y, Some(&offset), None) {
        Ok(found) => found.regression,
        // Counts that differ no more than by chance: Poisson's regression says all there is to say.
        Err(_) => generalised(&x, &y, Family::Poisson, Some(&offset), None).ok()?,
    };
    let workers: Vec<usize> = of.iter().map(|one| one.worker).collect();
    let covariance = clustered(&fitted.fit, &Clusters::new("workers", &workers), Correction::One).ok()?;
    let ratio = fitted.fit.estimate(&format!("band {top}"), &covariance, None, 0.95).ok()?.ratio();
    let what = format!("meetings a week, the top band over the bottom one, allowing for {}", allowing.join(" and "));
    let cases = (of.len() as f64, "people in a negative binomial regression, errors by worker");
    Some(Beside::new("contacts-allowing-for-tenure", what, (ratio.value, ""), cases).within(ratio.interval))
}

/// How uneven minutes a week are: Theil's index, and the share of it that lies between bands.
pub(super) fn minutes(of: &[Weeks]) -> Vec<Beside> {
    let amounts: Vec<(u8, f64)> = of.iter().map(|one| (one.band, one.minutes / one.weeks)).collect();
    let Ok(found) = theil(&amounts) else { return Vec::new() };
    let people = (of.len() as f64, "people");
    let what = "unevenness of minutes a week (Theil's index: 0 when all have the same)";
    let mut told = vec![
        Beside::new("theil-index-of-minutes", what, (found.total, ""), people)
            .against(format!("{:.3} between bands and {:.3} within them", found.between, found.within)),
    ];
    if found.total > 1e-9 {
        let what = "of that unevenness, what lies between bands of need";
        told.push(Beside::new("theil-between-bands", what, (100.0 * found.between / found.total, "%"), people));
    }
    told
}

/// People for each full-time paid worker over the window: where that is the cause, the remedy is support.
pub(super) fn carried(caseload: &Caseload, provider: ProviderId, window: Window) -> Option<Beside> {
    let paid = caseload.workforce.iter().filter(|row| {
        row.provider == provider
            && window.contains(row.on)
            && matches!(row.kind, WorkerKind::Qualified | WorkerKind::Unqualified)
            && row.fte > 0.0
    });
    let (mut people, mut workers, mut rows) = (0.0, 0.0, 0.0);
    for row in paid {
        let Some(own) = row.caseload else { continue };
        people += f64::from(own);
        workers += f64::from(row.fte);
        rows += 1.0;
    }
    let told = Beside::new("people-for-each-worker", "people for each full-time worker", (people / workers, ""), (rows, "months of workers"));
    let told = match caseload.scheme.most_caseload {
        Some(most) => told.against(format!("at most {most:.0} agreed; where that is the cause, the remedy is support")),
        None => told,
    };
    (workers > 0.0).then_some(told)
}
