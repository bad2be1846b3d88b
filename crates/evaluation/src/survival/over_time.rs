//! Curves, risks and days without the event, on the clock of days at risk.

use meed_statistics::{
    Matrix, Refusal, Warning,
    survival::{
        Band, ChiSquare, Cox, CoxOptions, Curve, FollowUp, Proportionality, RestrictedMean, Term, Weighting, cox,
        kaplan_meier, log_rank, restricted_mean_difference,
    },
};
use meed_units::counted;
use serde::{Deserialize, Serialize};

use super::watched::{Watched, checked};

/// Two groups as time goes on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct OverTime {
    /// Those who were served.
    pub served: Group,
    /// The comparison.
    pub comparison: Group,
    /// Whether chance explains the difference of the curves.
    pub log_rank: ChiSquare,
    /// What being served does to the risk on a day, with the columns given taken into account.
    pub served_risk: Term,
    /// What each column does.
    pub columns: Vec<Term>,
    /// Whether these factors stay the same all through.
    pub proportionality: Proportionality,
    /// The last day to which both groups were watched.
    pub horizon: f64,
    /// Days without the event up to then that the served had more. It needs no factor that stays the same.
    pub days_gained: RestrictedMean,
    /// What to know before relying on it.
    pub warnings: Vec<Warning>,
}

/// A group as time goes on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Group {
    /// Its curve.
    pub curve: Curve,
    /// Days under watch at the middle of the group, whatever happened: both groups should have been watched alike.
    pub median_days_watched: i64,
    /// Days at risk of all together.
    pub days_at_risk: f64,
}

/// Compares how soon it happened, on the clock of days at risk; `columns` are taken into account beside the group.
///
/// # Errors
/// As the methods it uses; and where an outcome was watched for in one group more than twice as long as in the other,
/// since who is watched longer is then another sort of person.
pub fn over_time(people: &[Watched], columns: &Matrix, level: f64) -> Result<OverTime, Refusal> {
    checked(people)?;
    let time: Vec<f64> = people
        .iter()
        // A day begun at risk counts: somebody to whom it happened on the first day was at risk on it.
        .map(|person| person.days_at_risk(person.happened_on.unwrap_or(person.until)) as f64)
        .collect();
    let event: Vec<bool> = people.iter().map(|person| person.happened_on.is_some()).collect();
    let all = FollowUp::new(&time, &event)?;
    let (served, comparison) = (group(people, &all, true, level)?, group(people, &all, false, level)?);
    let watched = [served.median_days_watched, comparison.median_days_watched];
    let [short, long] = if watched[0] < watched[1] { watched } else { [watched[1], watched[0]] };
    if long > 2 * short {
        let fewer = people.iter().filter(|person| person.days() < long).count();
        return Err(Refusal::FollowUpEndsEarly { short: fewer, of: people.len(), needed: format!("{long} days") });
    }
    let mut warnings = Vec::new();
    if long * 10 > short * 11 {
        warnings.push(Warning::new(
            "unequal-follow-up",
            format!("one group was watched for {long} days at its middle, and the other for {short}"),
            "compare within a window that is whole for everybody",
        ));
    }
    let away = people.iter().filter(|person| person.happened_away()).count();
    if away > 0 {
        warnings.push(Warning::new(
            "happened-while-away",
            format!(
                "to {} it happened on a day on which it could not, such as in custody",
                counted(away, "person", "people")
            ),
            "check the dates, or what counts as the event",
        ));
    }
    let arm: Vec<usize> = people.iter().map(|person| usize::from(person.served)).collect();
    let test = log_rank(&all, &arm, None, Weighting::Even)?.test;
    let mut table = Matrix::from_columns(vec![("served", arm.iter().map(|arm| *arm as f64).collect())])?;
    for place in 0..columns.columns() {
        table.push(columns.names()[place].clone(), columns.column(place).to_vec())?;
    }
    let model: Cox = cox(&all, &table, &CoxOptions { level, ..CoxOptions::default() })?;
    let proportionality = model.proportionality()?;
    if proportionality.terms[0].1.p < 0.05 {
        warnings.push(Warning::new(
            "risk-changes-over-time",
            "what being served does to the risk changes as time goes on: one factor does not tell the story",
            "read the curves and the days gained",
        ));
    }
    let horizon = served.curve.last.min(comparison.curve.last);
    let days_gained = restricted_mean_difference(&served.curve, &comparison.curve, horizon, level)?;
    warnings.extend(model.warnings);
    let mut terms = model.terms.into_iter();
    let Some(served_risk) = terms.next() else {
        return Err(Refusal::too_few("columns", 0, 1));
    };
    Ok(OverTime {
        served,
        comparison,
        log_rank: test,
        served_risk,
        columns: terms.collect(),
        proportionality,
        horizon,
        days_gained,
        warnings,
    })
}

fn group(people: &[Watched], all: &FollowUp, served: bool, level: f64) -> Result<Group, Refusal> {
    let own = all.only(|person| people[person].served == served)?;
    let mut days: Vec<i64> = people.iter().filter(|person| person.served == served).map(Watched::days).collect();
    days.sort_unstable();
    Ok(Group {
        curve: kaplan_meier(&own, level, Band::LogLog)?,
        median_days_watched: days[days.len() / 2],
        days_at_risk: own.time_at_risk(),
    })
}
