//! Does assessment keep people from treatment?
//!
//! In the pilots waits got longer and fewer people began (odds ratio 0.17 for starting, Jones and others, Addiction
//! 113:279, 2018); an assessor apart from the provider was one reason.

mod assessors;
mod change;

use meed_statistics::survival::{Band, FollowUp, kaplan_meier};

use super::{
    About, Figure, Indicator, Measure, Need, Parameter, Parameters,
    common::{self, agreed, before, of_ratio, row, wilson},
};
use crate::{
    caseload::{Caseload, Decision, ProviderId, Window},
    day::Day,
    finding::{Family, Finding, RowRef, Rows, Step, Subject},
    method::equity::{Share, ratio_of_shares},
    picture::{Curve, Mark, Picture},
};

/// Assessment that delays treatment.
pub struct Delay;

static ABOUT: About = About {
    id: "G11",
    name: "assessment-that-delays-treatment",
    question: "Does assessment keep people waiting, or lose them before treatment begins?",
    needs: &[Need::Referrals, Need::Treatment],
    parameters: &[
        Parameter { name: "window-days", default: 365.0, about: "referrals of this many days are counted", source: None },
        Parameter { name: "long-wait-days", default: 21.0, about: "a wait longer than this is long", source: Some("the cut used by Jones and others, Addiction 113:279 (2018)") },
        Parameter { name: "long-wait-above", default: 0.05, about: "a share of long waits above this is worth asking about", source: None },
        Parameter { name: "assessments-above", default: 1.0, about: "more assessments than this before treatment, on average, are worth asking about", source: None },
        Parameter { name: "least-people", default: 30.0, about: "the fewest people referred", source: None },
        Parameter { name: "lost-after-days", default: 42.0, about: "a person assessed who has not begun after this many days is lost", source: None },
        Parameter { name: "wait-counted-to-days", default: 84.0, about: "a wait counts up to this many days, whoever never begins that many", source: None },
        Parameter { name: "longer-by-days", default: 5.0, about: "change of the mean wait, less that elsewhere, above which to ask", source: None },
        Parameter { name: "share-more", default: 0.05, about: "change of the share of long waits or of people lost, less that elsewhere, above which to ask", source: None },
        Parameter { name: "assessments-more", default: 0.25, about: "change of the assessments before treatment, less that elsewhere, above which to ask", source: None },
        Parameter { name: "p", default: 0.05, about: "chance below which a change counts", source: None },
        Parameter { name: "assessors-apart-by", default: 0.3, about: "rise of the spread between assessors since the contract, in log odds, above which to ask", source: None },
    ],
    family: Family::Ordinary,
    could_also_be: &[
        "more people were referred than places were agreed",
        "referrals from prison, made long before release",
        "people who asked for a later start",
        "the design of the assessment, which is the scheme's and not the provider's",
    ],
    steps: (Step::R1, Step::R6),
};

static WAIT: Measure = Measure {
    name: "share-waiting-too-long",
    formula: "G11a/1",
    text: "referrals not in treatment after the days of a long wait / referrals that old, those turned away or withdrawn left out",
    untested: false,
};
static MANY: Measure = Measure {
    name: "assessments-before-treatment",
    formula: "G11b/1",
    text: "assessments from the referral to the start / people who began",
    untested: true,
};
static LOST: Measure = Measure {
    name: "lost-after-assessment-against-before",
    formula: "G11c/1",
    text: "share of people assessed who had not begun after the days, since the contract / before it",
    untested: false,
};

impl Indicator for Delay {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, caseload: &Caseload, parameters: &Parameters, as_of: Day) -> Vec<Finding> {
        let window = Window::days_to(as_of, parameters.days("window-days"));
        let waits = waits(caseload, as_of);
        let mut findings = Vec::new();
        for provider in caseload.in_contract() {
            let own: Vec<&Wait> = waits.iter().filter(|wait| wait.provider == provider).collect();
            let subject = Subject::provider(caseload.names.provider(provider));
            findings.push(long(parameters, window, subject.clone(), &own, as_of));
            if own.iter().any(|wait| wait.assessments > 0) {
                findings.push(many(parameters, window, subject.clone(), &own));
                if let Some(go_live) = caseload.go_live() {
                    findings.push(lost(parameters, window, subject.clone(), &own, (go_live, as_of)));
                }
            }
            if let Some(go_live) = caseload.go_live() {
                findings.extend(change::findings(&waits, provider, parameters, window, &subject, (go_live, as_of)));
            }
        }
        findings.extend(assessors::lost(caseload, &waits, parameters, window, as_of));
        findings.extend(caseload.go_live().map(|go_live| assessors::apart(caseload, parameters, window, go_live, as_of)));
        findings
    }
}

/// A referral, and how long it waited.
struct Wait {
    provider: ProviderId,
    on: Day,
    /// Days to the start; none while there is none.
    days: Option<i64>,
    /// Assessments from the referral to the start.
    assessments: usize,
    /// The first of them, and by whom.
    assessed_on: Option<Day>,
    assessor: Option<ProviderId>,
    row: RowRef,
}

fn waits(caseload: &Caseload, as_of: Day) -> Vec<Wait> {
    let mut waits = Vec::new();
    for person in caseload.everybody() {
        let open = |decision| !matches!(decision, Decision::Declined | Decision::Withdrawn | Decision::Excluded);
        let own = || person.referrals.iter().filter(|row| row.known_on <= as_of && row.on <= as_of && open(row.decision));
        for referral in own() {
            // Whoever treats first answers the referral, wherever the person was passed to; a later referral answers for itself.
            let next = own().map(|row| row.on).filter(|on| *on > referral.on).min();
            let start = person
                .treatment()
                .map(|spell| spell.started_on)
                .filter(|start| *start >= referral.on && *start <= as_of && next.is_none_or(|next| *start < next))
                .min();
            let until = start.unwrap_or(as_of);
            let inside = person.assessments.iter().filter(|row| referral.on <= row.on && row.on <= until);
            let (mut assessments, mut first) = (0, None);
            for assessment in inside {
                assessments += 1;
                first = first.or(Some(assessment));
            }
            waits.push(Wait {
                provider: referral.provider,
                on: referral.on,
                days: start.map(|start| referral.on.days_until(start)),
                assessments,
                assessed_on: first.map(|assessment| assessment.on),
                assessor: first.map(|assessment| assessment.assessor),
                row: row(caseload, "referrals", person.person, referral.id),
            });
        }
    }
    waits
}

fn long(parameters: &Parameters, window: Window, subject: Subject, own: &[&Wait], as_of: Day) -> Finding {
    let limit = parameters.days("long-wait-days");
    let old: Vec<&&Wait> =
        own.iter().filter(|wait| window.contains(wait.on) && wait.on.days_until(as_of) > limit).collect();
    let late: Vec<&&&Wait> = old.iter().filter(|wait| wait.days.is_none_or(|days| days > limit)).collect();
    let (all, few, least) = (old.len() as f64, late.len() as f64, parameters.get("least-people"));
    let draft = ABOUT.draft(parameters, &WAIT, window).of(subject, all, "referrals old enough", least);
    if all < least {
        return draft.too_few();
    }
    let share = parameters.get("long-wait-above");
    let value = few / all;
    let interval = wilson(few, all, 0.95);
    let figure = Figure {
        value,
        interval: Some(interval),
        p: Some(common::above(few, all, share)),
        worth_asking: value > share,
        act: value > 2.0 * share && interval.low > share,
        other_way: false,
    };
    let says = format!("{few} of {all} people referred ({:.0}%) were not in treatment after {limit} days", 100.0 * value);
    let mut finding = draft.figure(figure, agreed("long waits that may be", share), says);
    finding.rows = Rows::of(late.iter().map(|wait| wait.row.clone()).collect());
    let curves = curve(own, window, as_of).into_iter().collect();
    finding.picture = Some(Picture::Survival {
        x: "days from referral".into(),
        y: "share still waiting".into(),
        curves,
        mark: Some(Mark { at: limit as f64, what: "long wait".into() }),
    });
    finding
}

/// Share still waiting by day, up to twelve weeks (Kaplan and Meier): a recent referral counts as long as it is old.
fn curve(own: &[&Wait], window: Window, as_of: Day) -> Option<Curve> {
    let inside = || own.iter().filter(|wait| window.contains(wait.on));
    let time: Vec<f64> = inside().map(|wait| wait.days.unwrap_or(wait.on.days_until(as_of)).max(0) as f64).collect();
    let began: Vec<bool> = inside().map(|wait| wait.days.is_some()).collect();
    let found = kaplan_meier(&FollowUp::new(&time, &began).ok()?, 0.95, Band::LogLog).ok()?;
    let mut points = vec![(0.0, 1.0)];
    let last = (found.last as i64).min(84);
    points.extend((0..=last).filter_map(|day| Some((day as f64, found.share_at(day as f64).ok()?))));
    Some(Curve { name: "people referred".into(), points })
}

fn many(parameters: &Parameters, window: Window, subject: Subject, own: &[&Wait]) -> Finding {
    let began: Vec<&&Wait> = own.iter().filter(|wait| window.contains(wait.on) && wait.days.is_some()).collect();
    let all = began.len() as f64;
    let least = parameters.get("least-people");
    let draft = ABOUT.draft(parameters, &MANY, window).of(subject, all, "people who began", least);
    if all < least {
        return draft.too_few();
    }
    let value = began.iter().map(|wait| wait.assessments as f64).sum::<f64>() / all;
    let limit = parameters.get("assessments-above");
    let figure = Figure { value, worth_asking: value > limit, ..Figure::default() };
    let says = format!("people were assessed {value:.2} times before treatment began");
    draft.figure(figure, agreed("one assessment", limit), says)
}

fn lost(
    parameters: &Parameters,
    window: Window,
    subject: Subject,
    own: &[&Wait],
    (go_live, as_of): (Day, Day),
) -> Finding {
    let days = parameters.days("lost-after-days");
    let share = |within: Window, last: Day| {
        let assessed = own.iter().filter_map(|wait| Some((wait, wait.assessed_on?)));
        let old = assessed.filter(|(_, on)| within.contains(*on) && on.plus(days) <= last);
        let (mut with, mut of) = (0.0, 0.0);
        for (wait, on) in old {
            of += 1.0;
            let began = wait.days.is_some_and(|waited| wait.on.plus(waited) <= on.plus(days));
            with += f64::from(u8::from(!began));
        }
        Share { with, of }
    };
    let since = Window { from: window.from.max(go_live), until: window.until };
    let (now, then) = (share(since, as_of), share(common::window_before(go_live, parameters.days("window-days")), go_live));
    let least = parameters.get("least-people");
    let cases = now.of.min(then.of);
    let draft = ABOUT.draft(parameters, &LOST, since).of(subject, cases, "people assessed on the smaller side: before the contract, or since", least);
    if cases < least {
        return draft.too_few();
    }
    match ratio_of_shares(now, then, 0.95) {
        Err(refusal) => draft.refused(&refusal.to_string()),
        Ok(ratio) => {
            let figure = Figure { worth_asking: ratio.low > 1.0, act: ratio.low > 1.5, other_way: ratio.high < 1.0, ..of_ratio(&ratio) };
            let says = format!(
                "{} of {} people assessed had not begun after {days} days ({}), and {} of {} before the contract ({})",
                now.with,
                now.of,
                common::percent(now.with, now.of),
                then.with,
                then.of,
                common::percent(then.with, then.of)
            );
            draft.figure(figure, before(Some(1.0)), says)
        }
    }
}
