//! Are people discharged on the very days on which their discharge starts to pay?
//!
//! People were discharged as soon as the positive outcome was reached, some dead within days. Long-term-care hospitals
//! discharged over 25% of patients in the three days after the lump-sum day, against 6.8% in the three days before
//! (Eliason and others, American Economic Review 108:3232, 2018).

use std::collections::BTreeMap;

use meed_units::counted;

use super::{
    About, Figure, Indicator, Measure, Need, Parameter, Parameters,
    common::{Stay, row, same_provider, stays},
};
use crate::{
    caseload::{Caseload, ProviderId, Window},
    day::Day,
    finding::{Beside, Family, Finding, Interval, Rows, Step, Subject},
    method::hazard::{self, FEWEST, Reach, spike},
    picture::{HazardDay, Picture},
};

/// Discharge at the moment of payment.
pub struct AtPayment;

static ABOUT: About = About {
    id: "G07",
    name: "discharge-at-the-moment-of-payment",
    question: "Are people discharged on the very days on which their discharge starts to pay?",
    needs: &[Need::Treatment, Need::HurdleDays],
    parameters: &[
        Parameter { name: "window-days", default: 730.0, about: "stays with a payment date in this many days are counted", source: None },
        Parameter { name: "spike-above", default: 1.25, about: "a spike above this is worth asking about", source: None },
        Parameter { name: "spike-to-act", default: 2.0, about: "a spike above this is red", source: None },
        Parameter { name: "chance-below", default: 0.05, about: "the chance below which a spike is looked at", source: Some("usual level of a test") },
        Parameter { name: "days-before", default: 7.0, about: "days before the payment date that are compared", source: None },
        Parameter { name: "days-after", default: 7.0, about: "days from the payment date on that are compared", source: None },
        Parameter { name: "days-wake", default: 14.0, about: "days behind those that stand apart, so that an empty caseload after a spike does not bend the curve", source: None },
    ],
    family: Family::Ordinary,
    could_also_be: &[
        "a review at that time is good practice, and discharge follows reviews",
        "the programme has that length",
        "discharges are recorded at the end of a month, and payment dates fall there too",
    ],
    steps: (Step::R2, Step::R3),
};

static SPIKE: Measure = Measure {
    name: "spike-of-discharge",
    formula: "G07a/1",
    text: "hazard of leaving in the days from the payment date on / in the days before it, given a smooth curve over time and bands; errors clustered by worker",
    untested: false,
};

impl Indicator for AtPayment {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, caseload: &Caseload, parameters: &Parameters, as_of: Day) -> Vec<Finding> {
        let window = Window::days_to(as_of, parameters.days("window-days"));
        let stays = stays(caseload, as_of);
        let in_reach: Vec<(&Stay<'_>, Day)> = stays
            .iter()
            .filter_map(|stay| Some((stay, hurdle(caseload, stay, window)?)))
            .collect();
        caseload
            .in_contract()
            .into_iter()
            .map(|provider| of_provider(caseload, parameters, window, provider, (&in_reach, as_of)))
            .collect()
    }
}

/// The first day on which a payment for this stay falls due while the person is still there, or was until it.
fn hurdle(caseload: &Caseload, stay: &Stay<'_>, window: Window) -> Option<Day> {
    let due = caseload.of(stay.person).hurdle_days.iter();
    due.filter(|row| !row.after_exit && row.provider == stay.provider() && row.on >= stay.spell.started_on)
        .map(|row| row.on)
        .min()
        .filter(|on| window.contains(*on))
}

fn of_provider(
    caseload: &Caseload,
    parameters: &Parameters,
    window: Window,
    provider: ProviderId,
    (in_reach, as_of): (&[(&Stay<'_>, Day)], Day),
) -> Finding {
    let own: Vec<&(&Stay<'_>, Day)> = in_reach.iter().filter(|(stay, _)| stay.provider() == provider).collect();
    let days = |name: &str| u32::try_from(parameters.days(name)).unwrap_or(0);
    let reach = Reach { before: days("days-before"), after: days("days-after"), wake: days("days-wake") };
    let number = |from: Day, to: Day| u32::try_from(from.days_until(to)).unwrap_or(0);
    let at_risk: Vec<hazard::Stay> = own
        .iter()
        .map(|(stay, due)| {
            let start = stay.spell.started_on;
            // A transfer or a death is no discharge: the person is watched until that day.
            let left = stay.ended(as_of).is_some() && !matches!(stay.spell.end, crate::caseload::SpellEnd::Died | crate::caseload::SpellEnd::Transferred);
            hazard::Stay {
                days: number(start, stay.ended(as_of).unwrap_or(as_of)),
                left,
                hurdle: Some(number(start, *due)),
                band: stay.band.unwrap_or(0),
                cluster: stay.spell.worker.map_or(stay.person.place() as u32 + 1_000_000, |worker| worker.place() as u32),
            }
        })
        .collect();
    let around = |from: i64, until: i64| -> Vec<&&(&Stay<'_>, Day)> {
        let lies = |due: Day, end: Day| (from..until).contains(&due.days_until(end));
        own.iter().filter(|(stay, due)| stay.ended(as_of).is_some_and(|end| lies(*due, end))).collect()
    };
    let (before, after) = (i64::from(reach.before), i64::from(reach.after));
    let near = around(-before, after).len() as f64;
    let subject = Subject::provider(caseload.names.provider(provider));
    let draft = ABOUT.draft(parameters, &SPIKE, window).of(subject, near, "discharges around the payment date", FEWEST as f64);
    let mut finding = if near < FEWEST as f64 {
        draft.too_few()
    } else {
        match spike(&at_risk, reach, 0.95) {
            Err(refusal) => draft.refused(&refusal.to_string()),
            Ok(spike) => {
                let sure = spike.p < parameters.get("chance-below");
                let worth_asking = sure && spike.ratio > parameters.get("spike-above");
                let figure = Figure {
                    value: spike.ratio,
                    interval: Some(Interval { low: spike.low, high: Some(spike.high), level: 0.95 }),
                    p: Some(spike.p),
                    worth_asking,
                    act: worth_asking && spike.ratio > parameters.get("spike-to-act"),
                    other_way: sure && spike.ratio < 1.0,
                };
                let says = format!(
                    "{} left in the {after} days from the payment date on and {} in the {before} days before: {:.1} times what the curve over time says",
                    counted(spike.after, "person", "people"), spike.before, spike.ratio
                );
                let window_ratio = spike.window_ratio;
                let finding = draft.figure(figure, same_provider("the days just before the payment date", Some(1.0)), says);
                match window_ratio {
                    Some(ratio) => finding
                        .input("three-days-after-to-three-before", ratio)
                        .beside(Some(window_ratio_beside(ratio, around(-3, 3).len()))),
                    None => finding,
                }
            }
        }
    };
    finding.rows = Rows::of(around(0, after).iter().map(|(stay, _)| row(caseload, "spells", stay.person, stay.spell.id)).collect());
    finding.picture = Some(picture(&own, as_of));
    finding
}

/// The window ratio, with the one that is published.
fn window_ratio_beside(ratio: f64, cases: usize) -> Beside {
    let what = "discharges on the three days from the payment date on, over those on the three days before";
    Beside::new("window-ratio", what, (ratio, ""), (cases as f64, "discharges on the six days"))
        .against("3.7 in long-term-care hospitals paid a lump sum (Eliason and others 2018); it hangs on how discharges slope over time")
}

/// Discharges and people at risk by day, four weeks around the payment date.
fn picture(own: &[&(&Stay<'_>, Day)], as_of: Day) -> Picture {
    let mut days: BTreeMap<i64, (f64, f64)> = (-28..=28).map(|day| (day, (0.0, 0.0))).collect();
    for (stay, due) in own {
        let end = stay.ended(as_of);
        for (day, (at_risk, ended)) in &mut days {
            let on = due.plus(*day);
            if stay.spell.started_on <= on && on <= end.unwrap_or(as_of) {
                *at_risk += 1.0;
                *ended += f64::from(u8::from(end == Some(on)));
            }
        }
    }
    let days = days.into_iter().map(|(day, (at_risk, ended))| HazardDay { day, at_risk, ended });
    Picture::Hazard { x: "days from the payment date".into(), days: days.collect() }
}
