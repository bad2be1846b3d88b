//! Is a band put up when it pays and never down, and does a need that turns up later wait for a new band?
//!
//! Need is often told after some sessions only, while re-classification had to wait.

use meed_statistics::distribution::{Binomial, Discrete};

use super::{
    About, Figure, Indicator, Measure, Need, Parameter, Parameters,
    common::{self, agreed, row, wilson},
};
use crate::{
    caseload::{Assessment, AssessmentStanding, Caseload, EventKind, HurdleDay, ProviderId, Window},
    day::Day,
    finding::{Beside, Family, Finding, Interval, RowRef, Rows, Step, Subject},
};

/// Re-assessment: too easy and too hard.
pub struct Reassessment;

static ABOUT: About = About {
    id: "G10",
    name: "re-assessment",
    question: "Are bands put up more readily than down, and do people whose need turns up later wait for a new band?",
    needs: &[Need::Assessments],
    parameters: &[
        Parameter { name: "window-days", default: 365.0, about: "changes of band in this many days are counted", source: None },
        Parameter { name: "up-share-above", default: 0.8, about: "a share of changes that go up above this is worth asking about", source: None },
        Parameter { name: "up-share-usual", default: 0.6, about: "the share of changes that go up where nobody leans: needs turn up more often than they vanish", source: None },
        Parameter { name: "least-changes", default: 20.0, about: "the fewest changes of band", source: None },
        Parameter { name: "review-within-days", default: 14.0, about: "days within which a new need is to be looked at", source: None },
        Parameter { name: "blocked-above", default: 0.10, about: "a share of new needs not looked at in time above this is worth asking about", source: None },
        Parameter { name: "least-needs", default: 20.0, about: "the fewest new needs", source: None },
    ],
    family: Family::Ordinary,
    could_also_be: &[
        "first assessments are cautious, and true need shows later",
        "a new instrument that scores higher",
        "reviews that are waiting because the assessor has no time, which is the scheme's failure",
    ],
    steps: (Step::R1, Step::R4),
};

static UP: Measure = Measure {
    name: "share-of-changes-up",
    formula: "G10a/1",
    text: "changes to a dearer band / all changes of band",
    untested: false,
};
static BLOCKED: Measure = Measure {
    name: "new-needs-not-looked-at",
    formula: "G10b/1",
    text: "new needs with no assessment within the days / new needs whose days are over",
    untested: false,
};

impl Indicator for Reassessment {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, caseload: &Caseload, parameters: &Parameters, as_of: Day) -> Vec<Finding> {
        let window = Window::days_to(as_of, parameters.days("window-days"));
        let within = parameters.days("review-within-days");
        // Where assessments are known from before the contract, what went up then is shown beside.
        let before = caseload.go_live().map(|go_live| {
            let earlier = common::window_before(go_live, parameters.days("window-days"));
            Window { until: earlier.until.min(window.from), ..earlier }
        });
        let mut of = vec![Tally::default(); caseload.providers.len()];
        let mut median_wait: Vec<Vec<f64>> = vec![Vec::new(); caseload.providers.len()];
        for person in caseload.everybody() {
            let mut held: Vec<&Assessment> =
                person.assessments.iter().filter(|row| row.standing != AssessmentStanding::Blind && row.on <= as_of).collect();
            held.sort_by_key(|row| (row.on, row.known_on, row.id));
            for pair in held.windows(2).filter(|pair| pair[0].band != pair[1].band) {
                let earlier = before.is_some_and(|before| before.contains(pair[1].on));
                if !earlier && !window.contains(pair[1].on) {
                    continue;
                }
                // The provider who treats answers for a change; the assessor where nobody treats.
                let treating = person.treatment().find(|spell| {
                    spell.started_on <= pair[1].on && spell.ended_on.is_none_or(|end| pair[1].on <= end)
                });
                let tally = &mut of[treating.map_or(pair[1].assessor, |spell| spell.provider).place()];
                if earlier {
                    tally.before.1 += 1.0;
                    tally.before.0 += f64::from(u8::from(pair[1].band > pair[0].band));
                    continue;
                }
                if pair[1].band > pair[0].band {
                    tally.up += 1.0;
                    let close = person.hurdle_days.iter().any(|due| {
                        let days = pair[1].on.days_until(due.on);
                        (0..=within).contains(&days)
                    });
                    tally.up_before_payment += f64::from(u8::from(close));
                    tally.raised.push(row(caseload, "assessments", person.person, pair[1].id));
                } else {
                    tally.down += 1.0;
                }
            }
            for spell in person.treatment().filter(|spell| spell.started_on <= as_of) {
                let until = spell.ended_on.unwrap_or(window.until);
                let held = Window { from: spell.started_on, until }.and(window);
                let tally = &mut of[spell.provider.place()];
                tally.days += held.days() as f64;
                tally.days_before_payment += days_before(person.hurdle_days, held, within) as f64;
            }
            for need in person.events.iter().filter(|row| row.kind == EventKind::NewNeed && window.contains(row.on)) {
                if need.on.plus(within) > as_of {
                    continue;
                }
                let treating = person.treatment().find(|spell| {
                    spell.started_on <= need.on && spell.ended_on.is_none_or(|end| need.on <= end)
                });
                let Some(provider) = need.provider.or(treating.map(|spell| spell.provider)) else { continue };
                let looked_at = held.iter().filter(|row| row.on >= need.on).map(|row| need.on.days_until(row.on)).min();
                median_wait[provider.place()].push(looked_at.unwrap_or_else(|| need.on.days_until(as_of)) as f64);
                let tally = &mut of[provider.place()];
                tally.needs += 1.0;
                if looked_at.is_none_or(|days| days > within) {
                    tally.blocked += 1.0;
                    tally.waiting.push(row(caseload, "events", person.person, need.id));
                }
            }
        }
        let mut findings = Vec::new();
        for provider in caseload.in_contract() {
            let wait = common::median(std::mem::take(&mut median_wait[provider.place()]));
            findings.push(up(caseload, parameters, window, provider, &of[provider.place()]));
            findings.push(blocked(caseload, parameters, window, provider, (&of[provider.place()], wait)));
        }
        findings
    }
}

#[derive(Clone, Default)]
struct Tally {
    up: f64,
    up_before_payment: f64,
    /// Days of treatment, and those of them in the days before a payment date.
    days: f64,
    days_before_payment: f64,
    down: f64,
    /// Changes up, and all changes, before the contract.
    before: (f64, f64),
    needs: f64,
    blocked: f64,
    raised: Vec<RowRef>,
    waiting: Vec<RowRef>,
}

/// Days of a stretch on which a payment date lies at most so many days ahead, each counted once.
fn days_before(due: &[HurdleDay], held: Window, within: i64) -> i64 {
    // Payment dates come in order, so that what the one before covered ends where the next begins, at the latest.
    let (mut covered, mut days) = (held.from, 0);
    for row in due {
        let reach = Window { from: row.on.plus(-within).max(covered), until: row.on.plus(1) }.and(held);
        days += reach.days();
        covered = covered.max(reach.until);
    }
    days
}

/// How many rises fell just before a payment date, and how many would if they fell on any day alike.
fn near_payment(of: &Tally, within: i64) -> Option<Beside> {
    if of.days_before_payment == 0.0 || of.up == 0.0 {
        return None;
    }
    let what = format!("rises in the {within} days up to a payment date");
    let even = format!("{:.1}% of days in treatment lie there", 100.0 * of.days_before_payment / of.days);
    common::share_beside("rises-near-a-payment-date", &what, (of.up_before_payment, of.up), "rises")
        .map(|share| share.against(even))
}

fn up(caseload: &Caseload, parameters: &Parameters, window: Window, provider: ProviderId, of: &Tally) -> Finding {
    let all = of.up + of.down;
    let subject = Subject::provider(caseload.names.provider(provider));
    let draft = ABOUT.draft(parameters, &UP, window).of(subject, all, "changes of band", parameters.get("least-changes"));
    if all < parameters.get("least-changes") {
        return draft.too_few();
    }
    let usual = parameters.get("up-share-usual");
    let (least, most) = (of.up as u64, all as u64);
    let binomial = Binomial::new(most, usual).ok();
    let p = binomial.map(|binomial| if least == 0 { 1.0 } else { binomial.upper(least - 1) });
    let down = Binomial::new(most, usual).ok().map(|binomial| binomial.cdf(least));
    let value = of.up / all;
    let limit = parameters.get("up-share-above");
    let interval: Interval = wilson(of.up, all, 0.95);
    let figure = Figure {
        value,
        interval: Some(interval),
        p,
        worth_asking: value > limit,
        act: value > limit && interval.low > limit,
        other_way: down.is_some_and(|down| down < 0.025),
    };
    let says = format!(
        "{} of {all} changes of band went up ({:.0}%), {} of them in the fortnight before a payment date",
        of.up,
        100.0 * value,
        of.up_before_payment
    );
    let mut finding = draft
        .figure(figure, agreed("the share that goes up where nobody leans", usual), says)
        .input("up", of.up)
        .input("down", of.down)
        .input("up-before-payment", of.up_before_payment);
    finding.rows = Rows::of(of.raised.clone());
    finding.beside(near_payment(of, parameters.days("review-within-days"))).beside(up_before(of))
}

/// Fewest changes of band before the contract whose share up is told.
const FEWEST_BEFORE: f64 = 5.0;

/// The share of changes that went up in as many days before the contract.
fn up_before(of: &Tally) -> Option<Beside> {
    let known = of.before.1 >= FEWEST_BEFORE;
    let what = "changes to a dearer band, of all changes in as many days before the contract";
    common::share_beside("share-up-before-the-contract", what, of.before, "changes").filter(|_| known)
}

fn blocked(
    caseload: &Caseload,
    parameters: &Parameters,
    window: Window,
    provider: ProviderId,
    (of, wait): (&Tally, Option<f64>),
) -> Finding {
    let least = parameters.get("least-needs");
    let subject = Subject::provider(caseload.names.provider(provider));
    let draft = ABOUT.draft(parameters, &BLOCKED, window).of(subject, of.needs, "new needs whose days are over", least);
    if of.needs < least {
        return draft.too_few();
    }
    let limit = parameters.get("blocked-above");
    let value = of.blocked / of.needs;
    let interval = wilson(of.blocked, of.needs, 0.95);
    let figure = Figure {
        value,
        interval: Some(interval),
        p: Some(common::above(of.blocked, of.needs, limit)),
        worth_asking: value > limit,
        act: value > limit && interval.low > limit,
        other_way: false,
    };
    let says = format!(
        "{} of {} new needs were not looked at within {} days; half were looked at within {:.0} days",
        of.blocked,
        of.needs,
        parameters.days("review-within-days"),
        wait.unwrap_or(0.0)
    );
    let mut finding = draft.figure(figure, agreed("new needs that may wait longer", limit), says);
    finding.rows = Rows::of(of.waiting.clone());
    finding.beside(wait.map(|days| {
        let what = "half of the new needs were looked at within; one that still waits counts up to today";
        Beside::new("blocked-need-time", what, (days, "days"), (of.needs, "new needs"))
    }))
}
