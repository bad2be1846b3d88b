//! Do more people stop coming, or decline to go on, than elsewhere or than before?
//!
//! In the recovery pilots declining to continue rose (odds ratio 2.93) and completion fell in the first year (Mason and
//! others, Addiction 110:1120, 2015).

use super::{
    About, Figure, Indicator, Measure, Need, Parameter, Parameters,
    common::{self, Stay, before, drawn, of_ratio, ratios, row, stays, two_sided},
};
use crate::{
    caseload::{Caseload, Group, ProviderId, SpellEnd, Window},
    day::Day,
    finding::{Family, Finding, Interval, Rows, Step, Subject},
    method::{equity::{Share, ratio_of_shares}, funnel::{Counted, exact_interval}},
};

/// Unplanned exit and declined care.
pub struct Unplanned;

static ABOUT: About = About {
    id: "G08",
    name: "unplanned-exit-and-declined-care",
    question: "Do more people stop coming, or decline to go on, than with other providers or than before the contract?",
    needs: &[Need::Treatment],
    parameters: &[
        Parameter { name: "window-days", default: 365.0, about: "days in treatment of this many days are counted", source: None },
        Parameter { name: "least-expected", default: 8.0, about: "the fewest unplanned exits expected before a ratio means anything", source: None },
        Parameter { name: "declined-ratio-above", default: 1.5, about: "a share who decline this many times the share before the contract is worth asking about", source: None },
        Parameter { name: "least-ends", default: 50.0, about: "the fewest stays that ended, before the contract and since", source: None },
    ],
    family: Family::Ordinary,
    could_also_be: &[
        "people with needs that the bands do not tell apart",
        "a site that closed or moved",
        "ends that others record as transfers",
        "better records of why people left",
    ],
    steps: (Step::R1, Step::R6),
};

static RATIO: Measure = Measure {
    name: "unplanned-exits-against-expected",
    formula: "G08a/2",
    text: "paid people: unplanned exits / those expected from the contract's rate a day in treatment, band by band; funnel with limits for 95 and 99.8 in 100",
    untested: false,
};
static DECLINED: Measure = Measure {
    name: "declined-against-before",
    formula: "G08b/2",
    text: "share of ended stays in which the person declined to go on, since the contract / before it",
    untested: false,
};

impl Indicator for Unplanned {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, caseload: &Caseload, parameters: &Parameters, as_of: Day) -> Vec<Finding> {
        let window = Window::days_to(as_of, parameters.days("window-days"));
        // People for whom nothing is paid by results would water down what pay does to the others.
        let stays: Vec<Stay<'_>> =
            stays(caseload, as_of).into_iter().filter(|stay| caseload.of(stay.person).about.group == Group::Paid).collect();
        let providers = caseload.in_contract();
        // Days in treatment and unplanned exits by band, one more for those without a band.
        let bands = usize::from(caseload.top_band().unwrap_or(0)) + 2;
        let mut of: Vec<Vec<(f64, f64)>> = vec![vec![(0.0, 0.0); bands]; caseload.providers.len()];
        for stay in &stays {
            let until = stay.spell.ended_on.unwrap_or(window.until).min(window.until);
            let days = Window { from: stay.spell.started_on.max(window.from), until }.days() as f64;
            let cell = &mut of[stay.provider().place()][stay.band.map_or(bands - 1, |band| usize::from(band).min(bands - 2))];
            cell.0 += days;
            cell.1 += f64::from(u8::from(left(stay, window)));
        }
        let counted: Vec<(ProviderId, Counted)> = providers
            .iter()
            .map(|provider| {
                // Expected from the others' rate, so that a large provider is not its own measure.
                let mut expected = 0.0;
                for (band, own) in of[provider.place()].iter().enumerate() {
                    let others = providers.iter().filter(|other| *other != provider);
                    let (days, exits) = others.fold((0.0, 0.0), |(d, e), other| {
                        let cell = of[other.place()][band];
                        (d + cell.0, e + cell.1)
                    });
                    if days > 0.0 {
                        expected += own.0 * exits / days;
                    }
                }
                let observed = of[provider.place()].iter().map(|(_, exits)| exits).sum();
                (*provider, Counted { observed, expected })
            })
            .collect();
        let mut findings = Vec::new();
        for (provider, unit) in &counted {
            findings.push(against_others(caseload, parameters, window, (*provider, *unit), &counted, &stays));
            if let Some(go_live) = caseload.go_live() {
                findings.push(declined(caseload, parameters, window, *provider, (&stays, go_live, as_of)));
            }
        }
        findings
    }
}

fn left(stay: &Stay<'_>, window: Window) -> bool {
    stay.spell.end.is_unplanned() && stay.spell.ended_on.is_some_and(|end| window.contains(end))
}

fn against_others(
    caseload: &Caseload,
    parameters: &Parameters,
    window: Window,
    (provider, unit): (ProviderId, Counted),
    counted: &[(ProviderId, Counted)],
    stays: &[Stay<'_>],
) -> Finding {
    let least = parameters.get("least-expected");
    let subject = Subject::provider(caseload.names.provider(provider));
    let draft = ABOUT.draft(parameters, &RATIO, window).of(subject, unit.expected, "unplanned exits expected", least);
    if unit.expected < least {
        return draft.too_few();
    }
    let on: Vec<(ProviderId, Counted)> = counted.iter().copied().filter(|(_, unit)| unit.expected > 0.0).collect();
    let place = on.iter().position(|(of, _)| *of == provider);
    let funnel = ratios(&on);
    let (Some(place), Some(funnel)) = (place, &funnel) else {
        return draft.refused("there is no other provider to compare with; ask about the time before the contract instead");
    };
    let position = &funnel.positions[place];
    let interval = exact_interval(unit.observed, unit.expected, 0.95).ok();
    let figure = Figure {
        value: position.value,
        interval: interval.map(|limits| Interval { low: limits.lower, high: Some(limits.upper), level: 0.95 }),
        p: Some(two_sided(position.z_dispersed)),
        worth_asking: position.value > position.inner_dispersed.upper && position.value > position.inner.upper,
        act: position.value > position.outer_dispersed.upper && position.value > position.outer.upper,
        other_way: position.value < position.inner_dispersed.lower,
    };
    let says = format!(
        "{} left against the plan where {:.1} were expected from the rates of other providers",
        meed_units::counted(unit.observed, "person", "people"), unit.expected
    );
    let mut finding = draft
        .figure(figure, common::others("other providers of the contract, band by band", Some(1.0)), says)
        .input("z", position.z)
        .input("z-allowing-for-differences", position.z_dispersed);
    let rows = stays.iter().filter(|stay| stay.provider() == provider && left(stay, window));
    finding.rows = Rows::of(rows.map(|stay| row(caseload, "spells", stay.person, stay.spell.id)).collect());
    finding.picture = Some(drawn(caseload, funnel, &on, provider, ("unplanned exits expected", "observed / expected")));
    finding
}

fn declined(
    caseload: &Caseload,
    parameters: &Parameters,
    window: Window,
    provider: ProviderId,
    (stays, go_live, as_of): (&[Stay<'_>], Day, Day),
) -> Finding {
    let earlier = common::window_before(go_live, parameters.days("window-days"));
    let since = Window { from: window.from.max(go_live), until: window.until };
    let share = |within: Window| {
        let ended = stays.iter().filter(|stay| stay.provider() == provider && stay.ended(as_of).is_some_and(|end| within.contains(end)));
        let (mut with, mut of) = (0.0, 0.0);
        for stay in ended {
            of += 1.0;
            with += f64::from(u8::from(matches!(stay.spell.end, SpellEnd::Declined | SpellEnd::WithdrawnByProvider)));
        }
        Share { with, of }
    };
    let (now, then) = (share(since), share(earlier));
    let least = parameters.get("least-ends");
    let subject = Subject::provider(caseload.names.provider(provider));
    let draft = ABOUT.draft(parameters, &DECLINED, since).of(
        subject,
        now.of.min(then.of),
        "ended stays on the smaller side: before the contract, or since",
        least,
    );
    if now.of.min(then.of) < least {
        return draft.too_few();
    }
    match ratio_of_shares(now, then, 0.95) {
        Err(refusal) => draft.refused(&refusal.to_string()),
        Ok(ratio) => {
            let worth_asking = ratio.value > parameters.get("declined-ratio-above") && ratio.low > 1.0;
            let figure = Figure { worth_asking, act: worth_asking && ratio.low > parameters.get("declined-ratio-above"), other_way: ratio.high < 1.0, ..of_ratio(&ratio) };
            let says = format!(
                "{} of {} people who left declined to go on or were turned out ({}), and {} of {} before the contract ({})",
                now.with, now.of, common::percent(now.with, now.of), then.with, then.of, common::percent(then.with, then.of)
            );
            draft.figure(figure, before(Some(1.0)), says)
        }
    }
}
