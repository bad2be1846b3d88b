//! Bad data beside every method: each is refused or warned of by a name, and no figure that is no number stands anywhere.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use meed_evaluation::{
    method::{ColumnRole, METHODS, Method},
    report::{Cell, Group},
};
use meed_statistics::Refusal;

use super::{
    faults::{FAULTS, Fault, names, other_people},
    fields::{data, least, lines, settings},
    support::Asked,
};
use crate::pages::written;

fn asked(method: &Method, with: &Fault, spoilt: bool) -> Result<Group, Refusal> {
    let kind = with.kind.filter(|kind| method.kinds.contains(kind)).unwrap_or(method.kinds[0]);
    let (mut design, mut outcomes) = data(method, kind);
    let mut roles = least(method, kind);
    roles.extend(
        with.beside.iter().filter(|role| method.makes_use_of(**role) && !roles.contains(role)).collect::<Vec<_>>(),
    );
    let (population, mut outcome) = lines(method, &roles, kind);
    if spoilt {
        (with.spoil)(&mut design, &mut outcomes);
        outcome += with.outcome;
    }
    let settings = settings(method, !roles.contains(&ColumnRole::FirstTreated));
    let asked = Asked { population: &population, outcome: &outcome, method: &settings, design, outcomes };
    asked.group()
}

/// Figures that are no numbers, in words.
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
            if !value.is_finite() {
                found.push(format!("the {what} of `{}`", effect.title));
            }
        }
    }
    for table in &group.tables {
        let mut numbers = table.rows.iter().flatten().filter_map(|cell| match cell {
            Cell::Number(number) => Some(*number),
            _ => None,
        });
        if numbers.any(|number| !number.is_finite()) {
            found.push(format!("the table `{}`", table.title));
        }
    }
    for said in &group.sensitivity {
        if said.figures.iter().any(|(_, value)| !value.is_finite()) || said.answer.contains("NaN") {
            found.push(format!("`{}`", said.name));
        }
    }
    for series in &group.series {
        let points = series.curves.iter().flat_map(|curve| &curve.points);
        let figures = points.flat_map(|point| [Some(point.x), Some(point.y), point.low, point.high]).flatten();
        if figures.into_iter().any(|figure| !figure.is_finite()) {
            found.push(format!("the picture `{}`", series.name));
        }
    }
    for row in &group.balance.rows {
        for side in [Some(row.before), row.after].into_iter().flatten() {
            let figures = [side.treated, side.comparison, side.difference, side.variance_ratio, side.largest_distance];
            if figures.into_iter().flatten().any(|figure| !figure.is_finite()) {
                found.push(format!("the balance of `{}`", row.covariate));
            }
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
            other_people(columns);
        }
        let (population, outcome) = lines(method, &least(method, kind), kind);
        let settings = settings(method, true);
        let asked = Asked { population: &population, outcome: &outcome, method: &settings, design, outcomes };
        let group = asked.refused("repeated-cross-sections");
        assert!(group.refusal.expect("a refusal").remedy.contains("`two-by-two`"));
    }
}

/// What a method answers to bad data.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Answered {
    Refused(String),
    Told(Vec<String>),
    Sound(&'static str),
}

impl std::fmt::Display for Answered {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Answered::Refused(code) => write!(to, "refused: `{code}`"),
            Answered::Told(codes) => {
                let codes: Vec<String> = codes.iter().map(|code| format!("`{code}`")).collect();
                write!(to, "an effect, told with {}", codes.join(", "))
            }
            Answered::Sound(why) => write!(to, "an effect: {why}"),
        }
    }
}

/// The names of what is told of sound data.
type Sound = BTreeSet<String>;

/// What each name says, for example, and what to do.
type Said = BTreeMap<String, (String, String)>;

/// What is told of data with nothing wrong, which has an effect.
fn told_of_sound(method: &Method, fault: &Fault) -> Sound {
    let group = asked(method, fault, false).expect("sound data");
    assert_eq!(group.refusal, None, "{}: sound data is refused", method.name);
    group.warnings.iter().map(|warning| warning.code.to_string()).collect()
}

/// What a method answers, and an example of every name in words; what is wrong with the answer is told.
fn answered(method: &Method, fault: &Fault, sound: &Sound, said: &mut Said) -> Result<Answered, String> {
    let place = format!("{} and \"{}\"", method.name, fault.name);
    let group = match asked(method, fault, true) {
        Ok(group) => group,
        // What is wrong with a query as a whole is refused before anything else, by name as well.
        Err(refusal) => {
            let (what, remedy) = (refusal.to_string(), refusal.remedy());
            if remedy.is_empty() {
                return Err(format!("{place}: {refusal:?}"));
            }
            said.entry(refusal.code().to_owned()).or_insert((what, remedy));
            return Ok(Answered::Refused(refusal.code().to_owned()));
        }
    };
    if let Some(what) = no_numbers(&group).first() {
        return Err(format!("{place}: {what} is no number"));
    }
    if let Some(refusal) = &group.refusal {
        if refusal.code.is_empty() || refusal.remedy.is_empty() || !group.effects.is_empty() {
            return Err(format!("{place}: {refusal:?}"));
        }
        said.entry(refusal.code.clone()).or_insert((refusal.what.clone(), refusal.remedy.clone()));
        return Ok(Answered::Refused(refusal.code.clone()));
    }
    let mut new: Vec<String> = Vec::new();
    for warning in group.warnings.iter().filter(|warning| !sound.contains(&*warning.code)) {
        said.entry(warning.code.to_string()).or_insert((warning.what.to_string(), warning.remedy.to_string()));
        new.push(warning.code.to_string());
    }
    new.sort();
    new.dedup();
    match (new.is_empty(), fault.sound_with(method)) {
        (false, _) => Ok(Answered::Told(new)),
        (true, Some(why)) => Ok(Answered::Sound(why)),
        (true, None) => {
            let effect = group.effects.first().map(|effect| &effect.estimate);
            Err(format!("{place}: nothing is said of it, and the effect is {effect:?}"))
        }
    }
}

#[test]
fn bad_data_is_refused_or_told_of_by_name_whatever_the_method() {
    let (mut wrong, mut said) = (String::new(), Said::new());
    // Of the same columns and outcome nothing else is told.
    let mut sound: BTreeMap<String, Sound> = BTreeMap::new();
    let mut page = String::from(HEAD);
    let (mut refused, mut told) = (0, 0);
    assert_eq!(names().len(), FAULTS.len());
    for fault in FAULTS {
        let mut answers: BTreeMap<Answered, Vec<&str>> = BTreeMap::new();
        for method in METHODS.iter().filter(|method| (fault.concerns)(method)) {
            let by = format!("{} {:?} {:?}", method.name, fault.beside, fault.kind);
            let sound = sound.entry(by).or_insert_with(|| told_of_sound(method, fault));
            match answered(method, fault, sound, &mut said) {
                Ok(answer) => {
                    refused += usize::from(matches!(answer, Answered::Refused(_)));
                    told += usize::from(matches!(answer, Answered::Told(_)));
                    answers.entry(answer).or_default().push(method.name);
                }
                Err(what) => wrong += &(what + "\n"),
            }
        }
        let _ = write!(page, "\n### {}\n\n{}\n\n| answer | methods |\n|---|---|\n", fault.name, fault.done);
        for (answer, methods) in &answers {
            let methods: Vec<String> = methods.iter().map(|name| format!("`{name}`")).collect();
            let _ = writeln!(page, "| {answer} | {} |", methods.join(", "));
        }
    }
    page += "\n## Every name, with an example\n\n| name | says, for example | what to do |\n|---|---|---|\n";
    for (code, (what, remedy)) in &said {
        let _ = writeln!(page, "| `{code}` | {} | {} |", what.replace('|', "\\|"), remedy.replace('|', "\\|"));
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(refused > 300 && told > 50, "{refused} refused, {told} told of");
    written("docs/reference/methods/refusals.md", &page);
}

const HEAD: &str = "# What bad data comes to\n
Every [method that a plan can name](settings.md), tried with everything that is known to go wrong with data: what it answers, by name. A refusal stands in the
report where the effect would have stood, with what is wrong and what would mend it; the design, the flow of people and the balance are shown all the same. A
warning stands beside the effect. No figure that is not a number stands in any report.\n
This page is written by the test that tries them: made data of 480 people, or of units over years, on which every method gives an effect; then one thing is
spoilt, and the answer is written down. Where an effect stands and nothing need be said of it, the reason is given.\n
## By what is wrong\n";
