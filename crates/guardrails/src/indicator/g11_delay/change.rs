//! Did waits, long waits, assessments before treatment or losses after them grow more than elsewhere?
//!
//! Jones and others compared initiation before and since the pilots began with the same elsewhere (Addiction 113:279,
//! 2018). Each of the four is asked in the same way: the change here less the change at the other providers.

use super::{ABOUT, Wait};
use crate::{
    caseload::{ProviderId, Window},
    day::Day,
    finding::{Comparator, ComparatorKind, Finding, Subject},
    indicator::{
        Figure, Measure, Parameters,
        common::{of_estimate, window_before},
    },
    method::changes::{Change, Mean, difference},
    picture::{Curve, Picture},
};

static MEAN_WAIT: Measure = Measure {
    name: "change-of-the-mean-wait",
    formula: "G11d/1",
    text: "mean days from referral to treatment, counted up to the stated days, since the contract less before it, less the \
           same change at the other providers",
    untested: false,
};
static LONG: Measure = Measure {
    name: "change-of-long-waits",
    formula: "G11e/1",
    text: "share of referrals not in treatment after the days of a long wait, since the contract less before it, less the \
           same change at the other providers",
    untested: false,
};
static ASSESSED: Measure = Measure {
    name: "change-of-assessments",
    formula: "G11f/1",
    text: "mean assessments from referral to treatment, since the contract less before it, less the same change at the other \
           providers",
    untested: false,
};
static LOST: Measure = Measure {
    name: "change-of-losses",
    formula: "G11g/1",
    text: "share of people assessed who had not begun after the stated days, since the contract less before it, less the same \
           change at the other providers",
    untested: false,
};

/// The day on which a referral can tell, and what it says; nothing where it says nothing.
type Told<'a> = Box<dyn Fn(&Wait) -> Option<(Day, f64)> + 'a>;

/// One of the four: what it is, where it begins to ask, and what a referral says of it once it is old enough.
struct Asked<'a> {
    measure: &'static Measure,
    limit: f64,
    /// In words, with a mean.
    words: fn(f64) -> String,
    /// The day on which a referral can tell, and what it says.
    of: Told<'a>,
}

/// The four changes of a provider.
pub(super) fn findings(
    waits: &[Wait],
    provider: ProviderId,
    parameters: &Parameters,
    window: Window,
    subject: &Subject,
    (go_live, as_of): (Day, Day),
) -> Vec<Finding> {
    let (most, long) = (parameters.days("wait-counted-to-days").max(1), parameters.days("long-wait-days"));
    let lost_after = parameters.days("lost-after-days");
    let yes = |yes: bool| f64::from(u8::from(yes));
    let asked = [
        Asked {
            measure: &MEAN_WAIT,
            limit: parameters.get("longer-by-days"),
            words: |mean| format!("people waited {mean:.1} days"),
            of: Box::new(move |wait| Some((wait.on.plus(most), wait.days.unwrap_or(most).min(most) as f64))),
        },
        Asked {
            measure: &LONG,
            limit: parameters.get("share-more"),
            words: |mean| format!("{:.1}% waited too long", 100.0 * mean),
            of: Box::new(move |wait| {
                Some((wait.on.plus(long + 1), yes(wait.days.is_none_or(|days| days > long))))
            }),
        },
        Asked {
            measure: &ASSESSED,
            limit: parameters.get("assessments-more"),
            words: |mean| format!("people were assessed {mean:.2} times before they began"),
            of: Box::new(|wait| wait.days.map(|days| (wait.on.plus(days), wait.assessments as f64))),
        },
        Asked {
            measure: &LOST,
            limit: parameters.get("share-more"),
            words: |mean| format!("{:.1}% of those assessed were lost", 100.0 * mean),
            of: Box::new(move |wait| {
                let assessed = wait.assessed_on?;
                let late = assessed.plus(lost_after);
                Some((late, yes(wait.days.is_none_or(|days| wait.on.plus(days) > late))))
            }),
        },
    ];
    let since = Window { from: window.from.max(go_live), until: window.until };
    let before = window_before(go_live, window.days());
    let mut findings = Vec::new();
    for one in &asked {
        let (mut here, mut elsewhere) = (Change::default(), Change::default());
        for wait in waits {
            let Some((told_on, value)) = (one.of)(wait) else { continue };
            let side = if wait.provider == provider { &mut here } else { &mut elsewhere };
            // Before counts what could be told before, so that no wait runs on into the contract.
            if before.contains(wait.on) && told_on <= go_live {
                side.before.add(value);
            } else if since.contains(wait.on) && told_on <= as_of {
                side.since.add(value);
            }
        }
        // A quantity that nobody records is no question.
        if one.measure.name == ASSESSED.name && here.before.value() + here.since.value() == 0.0 {
            continue;
        }
        let mut finding = finding(one, here, elsewhere, parameters, since, subject);
        if one.measure.name == MEAN_WAIT.name {
            finding.picture = Some(by_quarter(waits, provider, most, as_of));
        }
        findings.push(finding);
    }
    findings
}

fn finding(
    one: &Asked<'_>,
    here: Change,
    elsewhere: Change,
    parameters: &Parameters,
    since: Window,
    subject: &Subject,
) -> Finding {
    let least = parameters.get("least-people");
    let draft = ABOUT.draft(parameters, one.measure, since).of(
        subject.clone(),
        here.cases(),
        "people on the smaller side: before the contract, or since",
        least,
    );
    if here.cases() < least {
        return draft.too_few();
    }
    let elsewhere = Some(elsewhere).filter(|elsewhere| elsewhere.cases() >= least);
    let found = match difference(here, elsewhere, 0.95) {
        Ok(found) => found,
        Err(refusal) => return draft.refused(&format!("{refusal}: {}", refusal.remedy())),
    };
    let sure = found.p < parameters.get("p");
    let figure = Figure {
        worth_asking: found.value > one.limit && sure,
        act: found.interval.low > one.limit,
        other_way: found.value < -one.limit && sure,
        ..of_estimate(&found)
    };
    let comparator = match elsewhere {
        Some(elsewhere) => Comparator {
            kind: ComparatorKind::OtherProviders,
            what: "the change at the other providers".into(),
            value: Some(elsewhere.value()),
        },
        None => Comparator {
            kind: ComparatorKind::SameProviderBefore,
            what: "the same provider before the contract; no other provider has enough cases".into(),
            value: Some(here.before.value()),
        },
    };
    let mut says =
        format!("{}, before the contract {}", (one.words)(here.since.value()), (one.words)(here.before.value()));
    if let Some(elsewhere) = elsewhere {
        says += &format!(
            "; elsewhere {}, before {}",
            (one.words)(elsewhere.since.value()),
            (one.words)(elsewhere.before.value())
        );
    }
    let told = |mean: Mean| mean.value();
    draft
        .figure(figure, comparator, says)
        .input("cases-before", here.before.n)
        .input("cases-since", here.since.n)
        .input("mean-before", told(here.before))
        .input("mean-since", told(here.since))
}

/// Mean waits quarter by quarter, here and elsewhere: the months in which three fell together, by their first.
fn by_quarter(waits: &[Wait], provider: ProviderId, most: i64, as_of: Day) -> Picture {
    let mut sides = [std::collections::BTreeMap::<i32, Mean>::new(), std::collections::BTreeMap::new()];
    for wait in waits.iter().filter(|wait| wait.on.plus(most) <= as_of) {
        let side = usize::from(wait.provider != provider);
        let quarter = wait.on.month().div_euclid(3) * 3;
        sides[side].entry(quarter).or_default().add(wait.days.unwrap_or(most).min(most) as f64);
    }
    let curves = sides.into_iter().zip(["this provider", "the others"]).filter(|(side, _)| !side.is_empty());
    let points = |side: std::collections::BTreeMap<i32, Mean>| {
        side.into_iter().map(|(month, mean)| (Day::of_month(month).number() as f64, mean.value())).collect()
    };
    Picture::Months {
        y: "mean days from referral to treatment, by quarter".into(),
        curves: curves.map(|(side, name)| Curve { name: name.into(), points: points(side) }).collect(),
        limits: None,
    }
}
