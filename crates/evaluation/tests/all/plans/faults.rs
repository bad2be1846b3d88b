//! What can be wrong with the data of an evaluation, each done to sound data: the list that the test of bad input and the
//! page of refusals are made from.

use std::collections::BTreeSet;

use meed_evaluation::{
    FrameColumn, Values,
    method::{ColumnRole, Method, Of},
};
use meed_terms::OutcomeKind;

use super::support::{numbers, texts};

/// Something wrong with the data, and what follows of it.
pub struct Fault {
    /// What is wrong, as a heading.
    pub name: &'static str,
    /// What was done to sound data, in a sentence.
    pub done: &'static str,
    /// Lines more under `[outcome]`.
    pub outcome: &'static str,
    /// Columns named beside those the method cannot do without, where it makes use of them.
    pub beside: &'static [ColumnRole],
    /// The kind of outcome it is tried with, where the method takes it; else the method's first.
    pub kind: Option<OutcomeKind>,
    /// Whether the fault can be there at all with this method.
    pub concerns: fn(&Method) -> bool,
    /// What it does to the two queries.
    pub spoil: fn(&mut Vec<FrameColumn>, &mut Vec<FrameColumn>),
    /// The methods of whose answer nothing need be said, each with the reason; every other refuses or tells of it.
    pub sound: &'static [(&'static [&'static str], &'static str)],
}

impl Fault {
    /// Why nothing need be said with this method.
    pub fn sound_with(&self, method: &Method) -> Option<&'static str> {
        self.sound.iter().find(|(names, _)| names.contains(&method.name)).map(|(_, why)| *why)
    }
}

fn values<'c>(columns: &'c mut [FrameColumn], name: &str) -> &'c mut Values {
    &mut columns.iter_mut().find(|column| column.name == name).expect("a column").values
}

fn column<'c>(columns: &'c mut [FrameColumn], name: &str) -> &'c mut Vec<Option<f64>> {
    match values(columns, name) {
        Values::Numbers(values) => values,
        Values::Texts(_) => panic!("`{name}` holds no numbers"),
    }
}

/// The texts of a column.
pub fn texts_of<'c>(columns: &'c mut [FrameColumn], name: &str) -> &'c mut Vec<Option<String>> {
    match values(columns, name) {
        Values::Texts(values) => values,
        Values::Numbers(_) => panic!("`{name}` holds no texts"),
    }
}

fn has(columns: &[FrameColumn], name: &str) -> bool {
    columns.iter().any(|column| column.name == name)
}

fn treated(columns: &[FrameColumn]) -> Vec<bool> {
    let Values::Numbers(values) = &columns.iter().find(|column| column.name == "treated").expect("sides").values else {
        panic!("sides are numbers")
    };
    values.iter().map(|value| *value == Some(1.0)).collect()
}

/// Keeps the rows whose place passes.
fn keep(columns: &mut [FrameColumn], passes: &[bool]) {
    for column in columns {
        let mut place = 0..;
        let mut kept = |_: ()| passes[place.next().expect("as many rows")];
        match &mut column.values {
            Values::Numbers(values) => values.retain(|_| kept(())),
            Values::Texts(values) => values.retain(|_| kept(())),
        }
    }
}

/// Keeps the times that pass, in both queries.
fn times(design: &mut [FrameColumn], outcomes: &mut [FrameColumn], passes: fn(f64) -> bool) {
    for columns in [design, outcomes] {
        let kept: Vec<bool> = column(columns, "year").iter().map(|year| passes(year.expect("a year"))).collect();
        keep(columns, &kept);
    }
}

/// Gives the first row once more.
fn first_row_twice(columns: &mut [FrameColumn]) {
    for column in columns {
        match &mut column.values {
            Values::Numbers(values) => values.push(values[0]),
            Values::Texts(values) => values.push(values[0].clone()),
        }
    }
}

/// Writes a column of numbers as texts, with one row in eight as this.
fn with_text(columns: &mut [FrameColumn], name: &str, said: &str) {
    let numbers = column(columns, name).clone();
    let said = |(row, number): (usize, Option<f64>)| match row % 8 {
        3 => Some(said.to_owned()),
        _ => number.map(|number| number.to_string()),
    };
    *values(columns, name) = Values::Texts(numbers.into_iter().enumerate().map(said).collect());
}

/// Puts a number that is none into one row in eight.
fn with_number(columns: &mut [FrameColumn], name: &str, said: f64) {
    column(columns, name).iter_mut().skip(3).step_by(8).for_each(|own| *own = Some(said));
}

fn lose(design: &[FrameColumn], outcomes: &mut [FrameColumn]) {
    let sides = treated(design);
    let lost = column(outcomes, "outcome").iter_mut().zip(sides).filter(|(_, had)| *had);
    lost.step_by(3).for_each(|(outcome, _)| *outcome = None);
}

const COVARIATES: &[ColumnRole] = &[ColumnRole::Covariates];

fn uses_covariates(method: &Method) -> bool {
    method.makes_use_of(ColumnRole::Covariates)
}

fn everybody(_: &Method) -> bool {
    true
}

fn of_panels(method: &Method) -> bool {
    method.of == Of::Panel
}

/// Whether units are followed, and not other people each time.
fn of_units(method: &Method) -> bool {
    of_panels(method) && !["two-by-two", "areas"].contains(&method.name)
}

fn not_of_times(method: &Method) -> bool {
    method.kinds[0] != OutcomeKind::Time
}

fn of_times(method: &Method) -> bool {
    !not_of_times(method)
}

fn yes_no_of_people(method: &Method) -> bool {
    method.of == Of::People && method.kinds.contains(&OutcomeKind::YesNo)
}

/// Everything that is tried.
pub const FAULTS: &[Fault] = &[
    Fault {
        name: "Everybody had the programme",
        done: "Every row says that it had the programme, from the same time on.",
        outcome: "",
        beside: &[],
        kind: None,
        concerns: everybody,
        spoil: |design, _| {
            column(design, "treated").iter_mut().for_each(|had| *had = Some(1.0));
            if has(design, "first") {
                let first = column(design, "first").iter().flatten().copied().next();
                column(design, "first").iter_mut().for_each(|own| *own = first);
            }
        },
        sound: &[],
    },
    Fault {
        name: "Nobody had the programme",
        done: "No row says that it had the programme.",
        outcome: "",
        beside: &[],
        kind: None,
        concerns: everybody,
        spoil: |design, _| {
            column(design, "treated").iter_mut().for_each(|had| *had = Some(0.0));
            if has(design, "first") {
                column(design, "first").iter_mut().for_each(|own| *own = None);
            }
        },
        sound: &[],
    },
    Fault {
        name: "No rows at all",
        done: "Both queries give their columns and no row.",
        outcome: "",
        beside: &[],
        kind: None,
        concerns: everybody,
        spoil: |design, outcomes| {
            for columns in [design, outcomes] {
                let none = vec![false; rows_of(columns)];
                keep(columns, &none);
            }
        },
        sound: &[],
    },
    Fault {
        name: "One person with the programme",
        done: "All but one of the people with the programme are taken out.",
        outcome: "",
        beside: &[],
        kind: None,
        concerns: |method| method.of != Of::Panel,
        spoil: |design, outcomes| {
            let mut before = 0;
            let kept: Vec<bool> = treated(design)
                .iter()
                .map(|had| {
                    before += usize::from(*had);
                    !had || before == 1
                })
                .collect();
            keep(design, &kept);
            keep(outcomes, &kept);
        },
        sound: &[],
    },
    Fault {
        name: "Perfect separation of the sides",
        done: "A covariate is 1 for everybody with the programme and 0 for everybody else.",
        outcome: "",
        beside: COVARIATES,
        kind: None,
        // Of a place alone among others something always tells.
        concerns: |method| uses_covariates(method) && method.of == Of::People,
        spoil: |design, _| {
            let sides = treated(design);
            column(design, "age").iter_mut().zip(sides).for_each(|(age, had)| *age = Some(if had { 1.0 } else { 0.0 }));
        },
        sound: &[],
    },
    Fault {
        name: "Perfect separation of the outcome by a covariate",
        done: "The outcome is yes for everybody over 35 and no for everybody else.",
        outcome: "",
        beside: COVARIATES,
        kind: Some(OutcomeKind::YesNo),
        concerns: |method| uses_covariates(method) && (yes_no_of_people(method) || method.of == Of::Prediction),
        spoil: |design, outcomes| {
            let ages = column(design, "age").clone();
            let own = column(outcomes, "outcome").iter_mut().zip(ages);
            own.for_each(|(outcome, age)| *outcome = Some(f64::from(u8::from(age > Some(35.0)))));
        },
        sound: &[(
            &[
                "difference",
                "take-up",
                "nearest",
                "optimal",
                "exact",
                "coarsened",
                "subclasses",
                "weights",
                "doubly-robust",
            ],
            "shares are compared, or fitted by a straight line, which any outcome has",
        )],
    },
    Fault {
        name: "Perfect separation of the outcome by the programme",
        done: "The outcome is yes for everybody with the programme and no for everybody else.",
        outcome: "",
        beside: &[],
        kind: Some(OutcomeKind::YesNo),
        concerns: |method| method.of != Of::Panel && method.kinds.contains(&OutcomeKind::YesNo),
        spoil: |design, outcomes| {
            let sides = treated(design);
            let own = column(outcomes, "outcome").iter_mut().zip(sides);
            own.for_each(|(outcome, had)| *outcome = Some(f64::from(u8::from(had))));
        },
        sound: &[],
    },
    Fault {
        name: "No overlap",
        done: "Everybody with the programme is over 60, and everybody else under 40.",
        outcome: "",
        beside: COVARIATES,
        kind: None,
        concerns: |method| uses_covariates(method) && matches!(method.of, Of::People | Of::Prediction),
        spoil: |design, _| {
            let sides = treated(design);
            let ages = column(design, "age").iter_mut().zip(sides);
            ages.enumerate()
                .for_each(|(row, (age, had))| *age = Some((row % 17) as f64 + if had { 60.0 } else { 20.0 }));
        },
        sound: &[],
    },
    Fault {
        name: "A constant covariate",
        done: "A covariate is 40 for everybody.",
        outcome: "",
        beside: COVARIATES,
        kind: None,
        concerns: uses_covariates,
        spoil: |design, _| column(design, "age").iter_mut().for_each(|age| *age = Some(40.0)),
        sound: &[],
    },
    Fault {
        name: "Ties in a covariate",
        done: "A covariate has two values, so that many people are equally near.",
        outcome: "",
        beside: COVARIATES,
        kind: None,
        concerns: uses_covariates,
        spoil: |design, _| {
            column(design, "age")
                .iter_mut()
                .enumerate()
                .for_each(|(row, age)| *age = Some(f64::from(row as u32 / 7 % 2)));
        },
        sound: &[
            (
                &["nearest", "optimal"],
                "of those equally near, the plan's rule says who is taken, and `ties` or other orders beside it how much hangs on it",
            ),
            (
                &["exact", "coarsened", "subclasses", "weights", "doubly-robust"],
                "people who are alike are taken together, whatever their order",
            ),
            (
                &[
                    "difference",
                    "take-up",
                    "odds",
                    "rates",
                    "cox",
                    "competing",
                    "areas",
                    "two-by-two",
                    "fixed-effects",
                    "staggered",
                ],
                "a regression has no use for an order of people",
            ),
            (&["calibration"], "people of whom the same was expected stay in the same tenth"),
            (&["synthetic-control"], "the mixture of other places is made from all of them at once"),
        ],
    },
    Fault {
        name: "Ties in a time",
        done: "Whatever ended at all ended on one of two days.",
        outcome: "",
        beside: &[],
        kind: None,
        concerns: of_times,
        spoil: |_, outcomes| {
            let own = column(outcomes, "outcome").iter_mut().enumerate();
            own.filter(|(_, time)| **time < Some(400.0)).for_each(|(row, time)| {
                *time = Some(if row % 2 == 0 { 50.0 } else { 100.0 });
            });
        },
        sound: &[
            (&["survival", "competing"], "all who ended on a day count as at risk on it"),
            (&["cox"], "ties are shared out by Efron's rule, or Breslow's where the plan says so"),
        ],
    },
    Fault {
        name: "Ties in the score that decides",
        done: "The score takes four values on each side of the line.",
        outcome: "",
        beside: &[],
        kind: None,
        concerns: |method| method.of == Of::Line,
        spoil: |design, _| {
            column(design, "points")
                .iter_mut()
                .for_each(|points| *points = points.map(|p| (p / 7.5).floor() * 7.5 + 5.0));
            let points = column(design, "points").clone();
            let own = column(design, "treated").iter_mut().zip(points);
            own.for_each(|(had, points)| *had = Some(f64::from(u8::from(points >= Some(50.0)))));
        },
        sound: &[],
    },
    Fault {
        name: "One cluster",
        done: "Everybody is in the same cluster.",
        outcome: "",
        beside: &[ColumnRole::Cluster],
        kind: None,
        concerns: |method| method.makes_use_of(ColumnRole::Cluster),
        spoil: |design, _| texts_of(design, "site").iter_mut().for_each(|site| *site = Some(String::from("s00"))),
        sound: &[],
    },
    Fault {
        name: "Few clusters",
        done: "Everybody is in one of four clusters, two of them with the programme.",
        outcome: "",
        beside: &[ColumnRole::Cluster],
        kind: None,
        concerns: |method| method.makes_use_of(ColumnRole::Cluster) && method.of != Of::Line,
        spoil: |design, _| {
            let ever: Vec<bool> = match has(design, "first") && design.iter().any(|own| own.name == "year") {
                true => column(design, "first").iter().map(Option::is_some).collect(),
                false => treated(design),
            };
            let keys: Vec<Option<String>> = texts_of(design, "site").clone();
            let own = texts_of(design, "site").iter_mut().zip(ever).zip(keys);
            own.for_each(|((site, had), old)| {
                let half = old.and_then(|old| old[1..].parse::<usize>().ok()).unwrap_or(0) / 2 % 2;
                *site = Some(format!("{had}{half}"));
            });
        },
        sound: &[(
            &["two-by-two"],
            "few clusters are told of in the twenty of the sound data already, and the interval has as many degrees of freedom as there are clusters on a side",
        )],
    },
    Fault {
        name: "Strata with people of one side",
        done: "In every stratum everybody had the programme, or nobody.",
        outcome: "",
        beside: &[ColumnRole::Stratum],
        kind: None,
        concerns: |method| method.makes_use_of(ColumnRole::Stratum),
        spoil: |design, _| {
            let sides = treated(design);
            let blocks = texts_of(design, "block").iter_mut().zip(sides);
            blocks.enumerate().for_each(|(row, (block, had))| *block = Some(format!("{had}{}", row % 3)));
        },
        sound: &[],
    },
    Fault {
        name: "One stratum with people of one side",
        done: "In one stratum everybody had the programme.",
        outcome: "",
        beside: &[ColumnRole::Stratum],
        kind: None,
        concerns: |method| method.makes_use_of(ColumnRole::Stratum),
        spoil: |design, _| {
            let sides = treated(design);
            let blocks = texts_of(design, "block").iter_mut().zip(sides);
            blocks.filter(|(_, had)| *had).take(60).for_each(|(block, _)| *block = Some(String::from("apart")));
        },
        sound: &[],
    },
    Fault {
        name: "An outcome that never varies",
        done: "The outcome is 1 for everybody.",
        outcome: "",
        beside: &[],
        kind: None,
        concerns: not_of_times,
        spoil: |_, outcomes| column(outcomes, "outcome").iter_mut().for_each(|outcome| *outcome = Some(1.0)),
        sound: &[],
    },
    Fault {
        name: "An event that never happens",
        done: "Nobody's time ended with the event, or with another.",
        outcome: "",
        beside: &[],
        kind: None,
        concerns: of_times,
        spoil: |_, outcomes| {
            column(outcomes, "returned").iter_mut().for_each(|own| *own = Some(0.0));
            column(outcomes, "died").iter_mut().for_each(|own| *own = Some(0.0));
        },
        sound: &[],
    },
    Fault {
        name: "An event that happens on one side only",
        done: "Of those with the programme nobody's time ended with the event.",
        outcome: "",
        beside: &[],
        kind: None,
        concerns: of_times,
        spoil: |design, outcomes| {
            let sides = treated(design);
            column(outcomes, "returned")
                .iter_mut()
                .zip(sides)
                .filter(|(_, had)| *had)
                .for_each(|(own, _)| *own = Some(0.0));
        },
        sound: &[],
    },
    Fault {
        name: "Missing outcomes that depend on the programme",
        done: "Every third outcome of those with the programme is not known, and the plan says nothing of it.",
        outcome: "",
        beside: &[],
        kind: None,
        concerns: everybody,
        spoil: |design, outcomes| lose(design, outcomes),
        sound: &[],
    },
    Fault {
        name: "Missing outcomes that depend on the programme, to be left out",
        done: "The same, and the plan says `missing = \"leave-out\"`.",
        outcome: "missing = \"leave-out\"\n",
        beside: &[],
        kind: None,
        concerns: everybody,
        spoil: |design, outcomes| lose(design, outcomes),
        sound: &[],
    },
    Fault {
        name: "Missing outcomes that depend on the programme, to count as failures",
        done: "The same, and the plan says `missing = \"failure\"`.",
        outcome: "missing = \"failure\"\nbetter = \"lower\"\n",
        beside: &[],
        kind: Some(OutcomeKind::YesNo),
        concerns: |method| method.kinds.contains(&OutcomeKind::YesNo),
        spoil: |design, outcomes| lose(design, outcomes),
        sound: &[],
    },
    Fault {
        name: "People of whom the outcome query says nothing",
        done: "The outcome query gives no row for one person in nine.",
        outcome: "",
        beside: &[],
        kind: None,
        concerns: everybody,
        spoil: |_, outcomes| {
            let kept: Vec<bool> = (0..rows_of(outcomes)).map(|row| row % 9 != 4).collect();
            keep(outcomes, &kept);
        },
        sound: &[],
    },
    Fault {
        name: "Follow-up that ends early",
        done: "The plan asks for twelve months, and one person in five was followed for two.",
        outcome: "window = \"12 months\"\nfollowed-from = \"entered\"\nfollowed-until = \"left\"\n",
        beside: &[],
        kind: None,
        concerns: everybody,
        spoil: |_, outcomes| {
            let rows = rows_of(outcomes);
            outcomes.push(numbers("entered", (0..rows).map(|_| 15_340.0)));
            outcomes.push(numbers("left", (0..rows).map(|row| if row % 5 == 0 { 15_400.0 } else { 16_000.0 })));
        },
        sound: &[],
    },
    Fault {
        name: "Follow-up that ends before the horizon",
        done: "Nobody was followed beyond the thirtieth day, and the plan asks what had happened by the sixtieth.",
        outcome: "",
        beside: &[],
        kind: None,
        concerns: of_times,
        spoil: |_, outcomes| {
            let own = column(outcomes, "outcome").clone();
            for ended in ["returned", "died"] {
                let ends = column(outcomes, ended).iter_mut().zip(&own);
                ends.filter(|(_, time)| **time > Some(30.0)).for_each(|(end, _)| *end = Some(0.0));
            }
            column(outcomes, "outcome").iter_mut().for_each(|time| *time = time.map(|time| time.min(30.0)));
        },
        sound: &[],
    },
    Fault {
        name: "A single period",
        done: "There are rows of one time only, with the programme.",
        outcome: "",
        beside: &[],
        kind: None,
        concerns: of_panels,
        spoil: |design, outcomes| times(design, outcomes, |year| year == 2015.0),
        sound: &[],
    },
    Fault {
        name: "No period before the programme",
        done: "Rows from before the programme began are taken out.",
        outcome: "",
        beside: &[],
        kind: None,
        concerns: of_panels,
        spoil: |design, outcomes| times(design, outcomes, |year| year >= 2015.0),
        sound: &[],
    },
    Fault {
        name: "No period after the programme began",
        done: "Rows from when the programme began on are taken out.",
        outcome: "",
        beside: &[],
        kind: None,
        concerns: of_panels,
        spoil: |design, outcomes| times(design, outcomes, |year| year < 2014.0),
        sound: &[],
    },
    Fault {
        name: "Units with gaps",
        done: "One row in nine is missing from both queries, so that units are not seen in every period.",
        outcome: "",
        beside: &[],
        kind: None,
        concerns: of_units,
        spoil: |design, outcomes| {
            for columns in [design, outcomes] {
                let kept: Vec<bool> = (0..rows_of(columns)).map(|row| row % 9 != 4).collect();
                keep(columns, &kept);
            }
        },
        sound: &[],
    },
    Fault {
        name: "The same row twice",
        done: "The design query gives its first row twice.",
        outcome: "",
        beside: &[],
        kind: None,
        concerns: everybody,
        spoil: |design, _| first_row_twice(design),
        sound: &[],
    },
    Fault {
        name: "An outcome that is given twice",
        done: "The outcome query gives its first row twice.",
        outcome: "",
        beside: &[],
        kind: None,
        concerns: everybody,
        spoil: |_, outcomes| first_row_twice(outcomes),
        sound: &[],
    },
    Fault {
        name: "A text in an outcome that is a number",
        done: "One outcome in eight reads `NaN`.",
        outcome: "",
        beside: &[],
        kind: None,
        concerns: everybody,
        spoil: |_, outcomes| with_text(outcomes, "outcome", "NaN"),
        sound: &[],
    },
    Fault {
        name: "An outcome without bounds",
        done: "One outcome in eight is infinite.",
        outcome: "",
        beside: &[],
        kind: None,
        concerns: everybody,
        spoil: |_, outcomes| with_number(outcomes, "outcome", f64::INFINITY),
        sound: &[],
    },
    Fault {
        name: "A text in a covariate that is a number",
        done: "One covariate in eight reads `n/a`.",
        outcome: "",
        beside: COVARIATES,
        kind: None,
        concerns: uses_covariates,
        spoil: |design, _| with_text(design, "age", "n/a"),
        sound: &[],
    },
    Fault {
        name: "A covariate that is no number",
        done: "One covariate in eight is what SQL calls NaN.",
        outcome: "",
        beside: COVARIATES,
        kind: None,
        concerns: uses_covariates,
        spoil: |design, _| with_number(design, "age", f64::NAN),
        sound: &[],
    },
    Fault {
        name: "A covariate without bounds",
        done: "One covariate in eight is infinite.",
        outcome: "",
        beside: COVARIATES,
        kind: None,
        concerns: uses_covariates,
        spoil: |design, _| with_number(design, "age", f64::INFINITY),
        sound: &[],
    },
    Fault {
        name: "A covariate that is not known of some",
        done: "A covariate is missing of one row in eight, and the plan says nothing of it.",
        outcome: "",
        beside: COVARIATES,
        kind: None,
        concerns: uses_covariates,
        spoil: |design, _| column(design, "age").iter_mut().skip(3).step_by(8).for_each(|age| *age = None),
        sound: &[],
    },
    Fault {
        name: "A side that is no yes or no",
        done: "One row in eight says that it had the programme by `perhaps`.",
        outcome: "",
        beside: &[],
        kind: None,
        concerns: everybody,
        spoil: |design, _| with_text(design, "treated", "perhaps"),
        sound: &[],
    },
    Fault {
        name: "A weight that is no number",
        done: "One weight in eight is what SQL calls NaN.",
        outcome: "",
        beside: &[ColumnRole::Weight],
        kind: None,
        concerns: |method| method.makes_use_of(ColumnRole::Weight),
        spoil: |design, _| with_number(design, "counts_for", f64::NAN),
        sound: &[],
    },
    Fault {
        name: "A weight below nought",
        done: "One weight in eight is -1.",
        outcome: "",
        beside: &[ColumnRole::Weight],
        kind: None,
        concerns: |method| method.makes_use_of(ColumnRole::Weight),
        spoil: |design, _| with_number(design, "counts_for", -1.0),
        sound: &[],
    },
    Fault {
        name: "A score that is no number",
        done: "One score in eight is what SQL calls NaN.",
        outcome: "",
        beside: &[],
        kind: None,
        concerns: |method| method.roles.contains(&ColumnRole::Score),
        spoil: |design, _| with_number(design, "points", f64::NAN),
        sound: &[],
    },
    Fault {
        name: "A period that is no number",
        done: "One period in eight is what SQL calls NaN.",
        outcome: "",
        beside: &[],
        kind: None,
        concerns: of_panels,
        spoil: |design, _| with_number(design, "year", f64::NAN),
        sound: &[],
    },
    Fault {
        name: "A beginning that is no number",
        done: "One unit in eight begins at what SQL calls NaN.",
        outcome: "",
        beside: &[],
        kind: None,
        concerns: |method| method.roles.contains(&ColumnRole::FirstTreated),
        spoil: |design, _| with_number(design, "first", f64::NAN),
        sound: &[],
    },
    Fault {
        name: "A time at risk of nought",
        done: "One time at risk in eight is 0.",
        outcome: "",
        beside: &[ColumnRole::Exposure],
        kind: Some(OutcomeKind::Count),
        concerns: |method| method.makes_use_of(ColumnRole::Exposure),
        spoil: |_, outcomes| with_number(outcomes, "at_risk", 0.0),
        sound: &[],
    },
    Fault {
        name: "A time at risk that is no number",
        done: "One time at risk in eight is what SQL calls NaN.",
        outcome: "",
        beside: &[ColumnRole::Exposure],
        kind: Some(OutcomeKind::Count),
        concerns: |method| method.makes_use_of(ColumnRole::Exposure),
        spoil: |_, outcomes| with_number(outcomes, "at_risk", f64::NAN),
        sound: &[],
    },
    Fault {
        name: "Names in other letters",
        done: "The outcome query writes every key in capitals, so that nobody is found in it.",
        outcome: "",
        beside: &[],
        kind: None,
        concerns: everybody,
        spoil: |_, outcomes| {
            let keys = texts_of(outcomes, "person");
            *keys = keys.iter().map(|key| key.as_ref().map(|key| key.to_uppercase())).collect();
        },
        sound: &[],
    },
];

fn rows_of(columns: &[FrameColumn]) -> usize {
    match &columns.first().expect("a column").values {
        Values::Numbers(values) => values.len(),
        Values::Texts(values) => values.len(),
    }
}

/// The names of faults are headings of a page, and each stands there once.
pub fn names() -> BTreeSet<&'static str> {
    FAULTS.iter().map(|fault| fault.name).collect()
}

/// A key for every row.
pub fn other_people(columns: &mut [FrameColumn]) {
    let count = rows_of(columns);
    *values(columns, "person") = texts("person", (0..count).map(|row| format!("p{row:04}"))).values;
}
