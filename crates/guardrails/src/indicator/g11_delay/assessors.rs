//! Does it matter who assesses: for being lost on the way, and for the band?
//!
//! An assessor can lean towards a budget as well as towards a provider, so the spread between assessors is looked at
//! whoever pays them.

use std::collections::BTreeMap;

use meed_statistics::{
    Matrix, Refusal,
    mixed::{Mixed, MixedOptions, Trials, logistic_mixed},
};

use super::{ABOUT, Wait};
use crate::{
    caseload::{AssessmentStanding, Caseload, ProviderId, Sex, Window},
    day::Day,
    finding::{Comparator, ComparatorKind, Finding, Subject},
    indicator::{
        Figure, Measure, Parameters,
        common::{of_ratio, others, percent, window_before},
    },
    method::equity::{Share, ratio_of_shares},
};

static LOST_BY: Measure = Measure {
    name: "lost-after-assessment-by-assessor",
    formula: "G11h/1",
    text: "share of people whom an organisation assessed first who had not begun after the stated days / the same share of the \
           other organisations",
    untested: false,
};
static APART: Measure = Measure {
    name: "spread-between-assessors",
    formula: "G11i/1",
    text: "standard deviation between organisations of the log odds of a band in the upper half, after age, sex, deprivation \
           and earlier stays (logistic model with a random intercept), since the contract less before it",
    untested: true,
};

/// People lost after assessment, by who assessed them.
pub(super) fn lost(
    caseload: &Caseload,
    waits: &[Wait],
    parameters: &Parameters,
    window: Window,
    as_of: Day,
) -> Vec<Finding> {
    let days = parameters.days("lost-after-days");
    let mut by = BTreeMap::<ProviderId, Share>::new();
    for wait in waits.iter().filter(|wait| window.contains(wait.on)) {
        let (Some(on), Some(assessor)) = (wait.assessed_on, wait.assessor) else { continue };
        if on.plus(days) <= as_of {
            let share = by.entry(assessor).or_insert(Share { with: 0.0, of: 0.0 });
            share.of += 1.0;
            share.with += f64::from(u8::from(wait.days.is_none_or(|waited| wait.on.plus(waited) > on.plus(days))));
        }
    }
    if by.len() < 2 {
        return Vec::new();
    }
    let all = by.values().fold((0.0, 0.0), |(with, of), share| (with + share.with, of + share.of));
    let finding = |(assessor, own): (&ProviderId, &Share)| {
        let rest = Share { with: all.0 - own.with, of: all.1 - own.of };
        let subject =
            Subject { assessor: Some(caseload.names.provider(*assessor).to_owned()), ..Subject::default() };
        let least = parameters.get("least-people");
        let cases = own.of.min(rest.of);
        let draft = ABOUT.draft(parameters, &LOST_BY, window).of(
            subject,
            cases,
            "people assessed, by this organisation or by the others, whichever are fewer",
            least,
        );
        if cases < least {
            return draft.too_few();
        }
        match ratio_of_shares(*own, rest, 0.95) {
            Err(refusal) => draft.refused(&format!("{refusal}: {}", refusal.remedy())),
            Ok(ratio) => {
                let figure = Figure {
                    worth_asking: ratio.low > 1.0,
                    act: ratio.low > 1.5,
                    other_way: ratio.high < 1.0,
                    ..of_ratio(&ratio)
                };
                let says = format!(
                    "{} of {} people it assessed had not begun after {days} days ({}), of the others' {}",
                    own.with,
                    own.of,
                    percent(own.with, own.of),
                    percent(rest.with, rest.of)
                );
                draft.figure(figure, others("people assessed by the other organisations", Some(1.0)), says)
            }
        }
    };
    by.iter().map(finding).collect()
}

/// How far organisations that assess lie apart, beyond the people they see.
pub(super) fn apart(
    caseload: &Caseload,
    parameters: &Parameters,
    window: Window,
    go_live: Day,
    as_of: Day,
) -> Finding {
    let since = Window { from: window.from.max(go_live), until: window.until };
    let least = parameters.get("least-people");
    let now = Assessed::of(caseload, since, as_of, least);
    let then = Assessed::of(caseload, window_before(go_live, window.days()), as_of, least);
    let organisations = now.organisations().min(then.organisations());
    let draft = ABOUT.draft(parameters, &APART, since).of(
        Subject::contract(),
        organisations as f64,
        &format!("organisations that assessed at least {least} people, before the contract or since, whichever are fewer"),
        3.0,
    );
    if organisations < 3 {
        return draft.too_few();
    }
    let (now, then) = match (now.fitted(), then.fitted()) {
        (Ok(now), Ok(then)) => (now, then),
        (Err(refusal), _) | (_, Err(refusal)) => {
            return draft.refused(&format!("{refusal}: {}", refusal.remedy()));
        }
    };
    let value = now.spread - then.spread;
    let limit = parameters.get("assessors-apart-by");
    let figure = Figure {
        value,
        worth_asking: value > limit && now.spread_p < parameters.get("p"),
        other_way: value < -limit && then.spread_p < parameters.get("p"),
        ..Figure::default()
    };
    let says = format!(
        "organisations that assess lie {:.2} apart in the log odds of a dearer band for people alike, {:.2} before the contract",
        now.spread, then.spread
    );
    let comparator = Comparator {
        kind: ComparatorKind::SameProviderBefore,
        what: "the same spread before the contract".into(),
        value: Some(then.spread),
    };
    let mut finding = draft
        .figure(figure, comparator, says)
        .input("spread-since", now.spread)
        .input("spread-before", then.spread)
        .input("chance-of-such-a-spread", now.spread_p);
    finding.warnings = now.warnings.iter().map(|warning| format!("{}; {}", warning.what, warning.remedy)).collect();
    finding
}

/// What is alike of two people: age in tens of years, male, fifth of deprivation, earlier stays up to three.
type Alike = [i32; 4];

/// First assessments, by organisation and by what people have in common: dearer bands, and all.
struct Assessed {
    by: BTreeMap<(ProviderId, Alike), (u32, u32)>,
}

impl Assessed {
    fn of(caseload: &Caseload, window: Window, as_of: Day, least: f64) -> Assessed {
        let dear = caseload.top_band().map_or(1, |top| top / 2 + 1);
        let mut by = BTreeMap::<(ProviderId, Alike), (u32, u32)>::new();
        let mut sizes = BTreeMap::<ProviderId, f64>::new();
        for person in caseload.everybody() {
            let first = person
                .assessments
                .iter()
                .find(|row| row.standing != AssessmentStanding::Blind && row.known_on <= as_of && window.contains(row.on));
            let Some(first) = first else { continue };
            let earlier = person.treatment().filter(|spell| spell.started_on < first.on).count().min(3);
            let alike = [
                // What was not recorded counts as a middle value; see the page.
                person.age_on(first.on).map_or(4, |age| (age / 10.0) as i32),
                i32::from(person.about.sex == Sex::Male),
                if person.about.deprivation == 0 { 3 } else { i32::from(person.about.deprivation) },
                earlier as i32,
            ];
            let cell = by.entry((first.assessor, alike)).or_default();
            cell.0 += u32::from(first.band >= dear);
            cell.1 += 1;
            *sizes.entry(first.assessor).or_default() += 1.0;
        }
        by.retain(|(assessor, _), _| sizes[assessor] >= least);
        Assessed { by }
    }

    fn organisations(&self) -> usize {
        let mut all: Vec<ProviderId> = self.by.keys().map(|(assessor, _)| *assessor).collect();
        all.dedup();
        all.len()
    }

    fn fitted(&self) -> Result<Mixed, Refusal> {
        let successes: Vec<u32> = self.by.values().map(|cell| cell.0).collect();
        let trials: Vec<u32> = self.by.values().map(|cell| cell.1).collect();
        let group: Vec<usize> = self.by.keys().map(|(assessor, _)| assessor.place()).collect();
        let mut x = Matrix::of_rows(trials.len());
        for (place, name) in ["age", "male", "deprivation", "earlier stays"].into_iter().enumerate() {
            let column: Vec<f64> = self.by.keys().map(|(_, alike)| f64::from(alike[place])).collect();
            if column.iter().any(|value| *value != column[0]) {
                x.push(name, column)?;
            }
        }
        logistic_mixed(Trials { successes: &successes, trials: &trials, group: &group }, &x, MixedOptions::default())
    }
}
