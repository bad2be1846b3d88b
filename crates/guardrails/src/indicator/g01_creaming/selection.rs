//! Does a better chance of success make it likelier that somebody is taken on, within a band and a month?

use std::collections::BTreeMap;

use meed_statistics::{
    Estimate, Matrix, Refusal,
    covariance::classical,
    generalised::{Family, generalised},
};

use super::{ABOUT, Decided};
use crate::{
    caseload::Window,
    finding::{Comparator, ComparatorKind, Finding, Subject},
    indicator::{Figure, Measure, Parameters, common::of_estimate},
};

static SELECTION: Measure = Measure {
    name: "odds-of-being-taken-on",
    formula: "G01c/1",
    text: "odds ratio of being taken on for a chance of success one tenth higher; logistic regression on the chance, the \
           band and the month, bands and months in which all or none were taken on left out",
    untested: false,
};

const CHANCE: &str = "chance";

/// The odds ratio of a provider.
pub(super) fn finding(
    own: &[&Decided],
    refused: Option<&String>,
    parameters: &Parameters,
    window: Window,
    subject: &Subject,
) -> Finding {
    let rows = told_apart(own);
    let taken = rows.iter().filter(|row| row.accepted).count();
    let (fewer, least) = (taken.min(rows.len() - taken) as f64, parameters.get("least-referrals"));
    let draft = ABOUT.draft(parameters, &SELECTION, window).of(
        subject.clone(),
        fewer,
        "people taken on or turned away, whichever are fewer",
        least,
    );
    if let Some(why) = refused {
        return draft.refused(why);
    }
    if fewer < least {
        return draft.too_few();
    }
    let odds = match odds(&rows) {
        Ok(odds) => odds,
        Err(refusal) => return draft.refused(&format!("{refusal}: {}", refusal.remedy())),
    };
    let sure = odds.p < parameters.get("p");
    let figure = Figure {
        worth_asking: odds.value > 1.0 && sure,
        other_way: odds.value < 1.0 && sure,
        ..of_estimate(&odds)
    };
    let says = format!(
        "of two people of one band and month, the one whose chance of success is a tenth higher has {:.2} times the odds \
         of being taken on",
        odds.value
    );
    let comparator = Comparator {
        kind: ComparatorKind::SameProviderOthers,
        what: "people of the same band, referred in the same month".into(),
        value: Some(1.0),
    };
    draft.figure(figure, comparator, says).input("taken-on", taken as f64).input("decided", rows.len() as f64)
}

struct Row {
    chance: f64,
    band: u8,
    month: i32,
    accepted: bool,
}

/// Referrals of bands and months in which some were taken on and some were not: the others say nothing.
fn told_apart(own: &[&Decided]) -> Vec<Row> {
    let known = |one: &&Decided| {
        Some(Row { chance: one.chance?, band: one.band?, month: one.on.month(), accepted: one.accepted })
    };
    let mut rows: Vec<Row> = own.iter().filter_map(known).collect();
    loop {
        let mut bands = BTreeMap::<u8, [usize; 2]>::new();
        let mut months = BTreeMap::<i32, [usize; 2]>::new();
        for row in &rows {
            bands.entry(row.band).or_default()[usize::from(row.accepted)] += 1;
            months.entry(row.month).or_default()[usize::from(row.accepted)] += 1;
        }
        let before = rows.len();
        let both = |counts: &[usize; 2]| counts.iter().all(|count| *count > 0);
        rows.retain(|row| both(&bands[&row.band]) && both(&months[&row.month]));
        if rows.len() == before {
            return rows;
        }
    }
}

fn odds(rows: &[Row]) -> Result<Estimate, Refusal> {
    let mut x = Matrix::from_columns(vec![(CHANCE, rows.iter().map(|row| row.chance * 10.0).collect())])?;
    let numbered = |of: &dyn Fn(&Row) -> i32| rows.iter().map(|row| format!("{:06}", of(row))).collect::<Vec<_>>();
    for (name, of) in
        [("band", numbered(&|row| i32::from(row.band))), ("month", numbered(&|row| row.month))]
    {
        if of.iter().any(|one| *one != of[0]) {
            x.push_categories(name, &of)?;
        }
    }
    let y: Vec<f64> = rows.iter().map(|row| f64::from(u8::from(row.accepted))).collect();
    let fit = generalised(&x.with_constant(), &y, Family::Logistic, None, None)?.fit;
    fit.estimate(CHANCE, &classical(&fit), None, 0.95).map(|estimate| estimate.ratio())
}
