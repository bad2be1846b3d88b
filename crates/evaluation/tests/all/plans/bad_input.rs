//! Bad data beside every method: each is refused or warned of by a name, and no figure that is no number stands anywhere.

use meed_evaluation::{
    FrameColumn, Values,
    method::{ColumnRole, METHODS, Method, Of},
    report::{Cell, Group},
};
use meed_statistics::Refusal;
use meed_terms::OutcomeKind;

use super::{
    fields::{data, least, lines, settings},
    support::{Asked, numbers},
};

/// Something wrong with the data, and what follows of it.
struct Fault {
    name: &'static str,
    /// Lines more under `[outcome]`.
    outcome: &'static str,
    /// Whether the fault can be there at all with this method.
    concerns: fn(&Method) -> bool,
    /// What it does to the two queries.
    spoil: fn(&mut Vec<FrameColumn>, &mut Vec<FrameColumn>),
    /// Columns named beside those the method cannot do without, where it makes use of them.
    beside: &'static [ColumnRole],
    /// Whether a refusal or a new warning has to follow.
    told: bool,
}

fn column<'c>(columns: &'c mut [FrameColumn], name: &str) -> &'c mut Vec<Option<f64>> {
    match &mut columns.iter_mut().find(|column| column.name == name).expect("a column").values {
        Values::Numbers(values) => values,
        Values::Texts(_) => panic!("`{name}` holds no numbers"),
    }
}

fn treated(columns: &[FrameColumn]) -> Vec<bool> {
    let Values::Numbers(values) = &columns.iter().find(|column| column.name == "treated").expect("sides").values else {
        panic!("sides are numbers")
    };
    values.iter().map(|value| *value == Some(1.0)).collect()
}

fn texts_of<'c>(columns: &'c mut [FrameColumn], name: &str) -> &'c mut Vec<Option<String>> {
    match &mut columns.iter_mut().find(|column| column.name == name).expect("a column").values {
        Values::Texts(values) => values,
        Values::Numbers(_) => panic!("`{name}` holds no texts"),
    }
}

const COVARIATES: &[ColumnRole] = &[ColumnRole::Covariates];

fn uses_covariates(method: &Method) -> bool {
    method.makes_use_of(ColumnRole::Covariates)
}

fn everybody(_: &Method) -> bool {
    true
}

const FAULTS: &[Fault] = &[
    Fault {
        name: "a covariate that tells who had the programme",
        outcome: "",
        // Of a place alone among others something always tells.
        concerns: |method| uses_covariates(method) && method.of == Of::People,
        spoil: |design, _| {
            let sides = treated(design);
            column(design, "age").iter_mut().zip(sides).for_each(|(age, had)| *age = Some(if had { 1.0 } else { 0.0 }));
        },
        beside: COVARIATES,
        told: true,
    },
    Fault {
        name: "nobody alike on the two sides",
        outcome: "",
        concerns: |method| {
            uses_covariates(method) && method.of == Of::People && !method.by_lot && method.name != "odds"
        },
        spoil: |design, _| {
            let sides = treated(design);
            let ages = column(design, "age").iter_mut().zip(sides);
            ages.enumerate()
                .for_each(|(row, (age, had))| *age = Some((row % 17) as f64 + if had { 60.0 } else { 20.0 }));
        },
        beside: COVARIATES,
        told: false,
    },
    Fault {
        name: "a covariate that is the same for everybody",
        outcome: "",
        concerns: uses_covariates,
        spoil: |design, _| column(design, "age").iter_mut().for_each(|age| *age = Some(40.0)),
        beside: COVARIATES,
        told: true,
    },
    Fault {
        name: "a covariate with two values",
        outcome: "",
        concerns: uses_covariates,
        spoil: |design, _| {
            column(design, "age")
                .iter_mut()
                .enumerate()
                .for_each(|(row, age)| *age = Some(f64::from(row as u32 / 7 % 2)));
        },
        beside: COVARIATES,
        told: false,
    },
    Fault {
        name: "everybody had the programme",
        outcome: "",
        concerns: everybody,
        spoil: |design, _| {
            column(design, "treated").iter_mut().for_each(|had| *had = Some(1.0));
            if design.iter().any(|column| column.name == "first") {
                let first = column(design, "first").iter().flatten().copied().next();
                column(design, "first").iter_mut().for_each(|own| *own = first);
            }
        },
        beside: &[],
        told: true,
    },
    Fault {
        name: "everybody in one cluster",
        outcome: "",
        concerns: |method| method.makes_use_of(ColumnRole::Cluster),
        spoil: |design, _| texts_of(design, "site").iter_mut().for_each(|site| *site = Some(String::from("s00"))),
        beside: &[ColumnRole::Cluster],
        told: true,
    },
    Fault {
        name: "a stratum with people of one side only",
        outcome: "",
        concerns: |method| method.makes_use_of(ColumnRole::Stratum),
        spoil: |design, _| {
            let sides = treated(design);
            let blocks = texts_of(design, "block").iter_mut().zip(sides);
            blocks.filter(|(_, had)| *had).take(60).for_each(|(block, _)| *block = Some(String::from("apart")));
        },
        beside: &[ColumnRole::Stratum],
        told: false,
    },
    Fault {
        name: "outcomes that are all the same",
        outcome: "",
        concerns: |method| method.kinds[0] != OutcomeKind::Time,
        spoil: |_, outcomes| column(outcomes, "outcome").iter_mut().for_each(|outcome| *outcome = Some(1.0)),
        beside: &[],
        told: true,
    },
    Fault {
        name: "outcomes that are lost on one side",
        outcome: "",
        concerns: everybody,
        spoil: |design, outcomes| {
            let sides = treated(design);
            let lost = column(outcomes, "outcome").iter_mut().zip(sides).filter(|(_, had)| *had);
            lost.step_by(3).for_each(|(outcome, _)| *outcome = None);
        },
        beside: &[],
        told: true,
    },
    Fault {
        name: "outcomes that are lost on one side, and are to be left out",
        outcome: "missing = \"leave-out\"\n",
        concerns: everybody,
        spoil: |design, outcomes| {
            let sides = treated(design);
            let lost = column(outcomes, "outcome").iter_mut().zip(sides).filter(|(_, had)| *had);
            lost.step_by(3).for_each(|(outcome, _)| *outcome = None);
        },
        beside: &[],
        told: true,
    },
    Fault {
        name: "follow-up that ends early",
        outcome: "window = \"12 months\"\nfollowed-from = \"entered\"\nfollowed-until = \"left\"\n",
        concerns: everybody,
        spoil: |_, outcomes| {
            let rows = column(outcomes, "outcome").len();
            outcomes.push(numbers("entered", (0..rows).map(|_| 15_340.0)));
            outcomes.push(numbers("left", (0..rows).map(|row| if row % 5 == 0 { 15_400.0 } else { 16_000.0 })));
        },
        beside: &[],
        told: true,
    },
];

fn asked(method: &Method, fault: Option<&Fault>, beside: &[ColumnRole]) -> Result<Group, Refusal> {
    let kind = method.kinds[0];
    let (mut design, mut outcomes) = data(method, kind);
    let mut roles = least(method, kind);
    roles.extend(beside.iter().filter(|role| method.makes_use_of(**role) && !roles.contains(role)).collect::<Vec<_>>());
    let (population, mut outcome) = lines(method, &roles, kind);
    if let Some(fault) = fault {
        (fault.spoil)(&mut design, &mut outcomes);
        outcome += fault.outcome;
    }
    let settings = settings(method, true);
    let asked = Asked { population: &population, outcome: &outcome, method: &settings, design, outcomes };
    asked.group()
}

/// Figures that are no numbers, in words; an unbounded end of a range is one, and so is what was not worked out.
fn no_numbers(group: &Group) -> Vec<String> {
    let mut found = Vec::new();
    for effect in &group.effects {
        let of = &effect.estimate;
        for (what, value) in [
            ("value", of.value),
            ("error", of.standard_error),
            ("low", of.interval.low),
            ("high", of.interval.high),
            ("p", of.p),
        ] {
            if value.is_nan() {
                found.push(format!("the {what} of `{}`", effect.title));
            }
        }
    }
    for table in &group.tables {
        let numbers = table.rows.iter().flatten().filter_map(|cell| match cell {
            Cell::Number(number) => Some(*number),
            _ => None,
        });
        if numbers.into_iter().any(f64::is_nan) {
            found.push(format!("the table `{}`", table.title));
        }
    }
    for said in &group.sensitivity {
        if said.figures.iter().any(|(_, value)| value.is_nan()) || said.answer.contains("NaN") {
            found.push(format!("`{}`", said.name));
        }
    }
    for series in &group.series {
        if series.curves.iter().flat_map(|curve| &curve.points).any(|point| point.x.is_nan() || point.y.is_nan()) {
            found.push(format!("the picture `{}`", series.name));
        }
    }
    found
}

/// People who are other people every year have no change of their own.
#[test]
fn different_people_every_year_are_refused_where_units_are_followed() {
    for name in ["fixed-effects", "staggered"] {
        let method = METHODS.iter().find(|method| method.name == name).expect("a method");
        let kind = method.kinds[0];
        let (mut design, mut outcomes) = data(method, kind);
        for columns in [&mut design, &mut outcomes] {
            let keys = texts_of(columns, "person").iter_mut().enumerate();
            keys.for_each(|(row, key)| *key = Some(format!("p{row:04}")));
        }
        let (population, outcome) = lines(method, &least(method, kind), kind);
        let settings = settings(method, true);
        let asked = Asked { population: &population, outcome: &outcome, method: &settings, design, outcomes };
        let group = asked.refused("repeated-cross-sections");
        assert!(group.refusal.expect("a refusal").remedy.contains("`two-by-two`"));
    }
}

#[test]
fn bad_data_is_refused_or_told_of_by_name_whatever_the_method() {
    let mut wrong = String::new();
    let (mut refused, mut told) = (0, 0);
    for method in METHODS {
        for fault in FAULTS.iter().filter(|fault| (fault.concerns)(method)) {
            let sound = asked(method, None, fault.beside).expect("sound data");
            let place = format!("{} and {}", method.name, fault.name);
            let group = match asked(method, Some(fault), fault.beside) {
                Ok(group) => group,
                // What is wrong with a query as a whole is refused before anything else, by name as well.
                Err(refusal) => {
                    refused += 1;
                    if refusal.remedy().is_empty() {
                        wrong += &format!("{place}: {refusal:?}\n");
                    }
                    continue;
                }
            };
            if let Some(refusal) = &sound.refusal {
                wrong += &format!("{place}: sound data is refused: {refusal:?}\n");
            }
            for what in no_numbers(&group) {
                wrong += &format!("{place}: {what} is no number\n");
            }
            match &group.refusal {
                Some(refusal) => {
                    refused += 1;
                    if refusal.code.is_empty() || refusal.remedy.is_empty() || !group.effects.is_empty() {
                        wrong += &format!("{place}: {refusal:?}\n");
                    }
                }
                None => {
                    let new: Vec<&str> = group
                        .warnings
                        .iter()
                        .map(|warning| &*warning.code)
                        .filter(|code| sound.warnings.iter().all(|known| known.code != *code))
                        .collect();
                    told += usize::from(!new.is_empty());
                    if fault.told && new.is_empty() {
                        let effect = group.effects.first().map(|effect| &effect.estimate);
                        wrong += &format!("{place}: nothing is said of it, and the effect is {effect:?}\n");
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(refused > 60 && told > 20, "{refused} refused, {told} told of");
}
