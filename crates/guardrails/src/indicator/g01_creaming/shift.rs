//! Did the share of people with the most need among those taken on fall more than elsewhere?

use super::{ABOUT, Decided};
use crate::{
    caseload::{ProviderId, Window},
    day::Day,
    finding::{Comparator, ComparatorKind, Finding, Subject},
    indicator::{
        Figure, Measure, Parameters,
        common::{of_estimate, percent, window_before},
    },
    method::equity::{Share, difference_of_changes},
};

static SHIFT: Measure = Measure {
    name: "shift-of-the-top-band",
    formula: "G01d/1",
    text: "top band's share of those taken on, since the contract less before it, less the same change at the other \
           providers",
    untested: false,
};

/// The difference of changes of a provider.
pub(super) fn finding(
    decided: &[Decided],
    provider: ProviderId,
    top: u8,
    go_live: Day,
    parameters: &Parameters,
    window: Window,
    subject: &Subject,
) -> Finding {
    let since = Window { from: window.from.max(go_live), until: window.until };
    let before = window_before(go_live, window.days());
    let share = |within: Window, own: bool| {
        let of = decided.iter().filter(|one| one.accepted && (one.provider == provider) == own);
        let (mut with, mut all) = (0.0, 0.0);
        for band in of.filter(|one| within.contains(one.on)).filter_map(|one| one.band) {
            all += 1.0;
            with += f64::from(u8::from(band == top));
        }
        Share { with, of: all }
    };
    let here = [share(before, true), share(since, true)];
    let elsewhere = [share(before, false), share(since, false)];
    let least = parameters.get("least-referrals");
    let cases = here.iter().chain(&elsewhere).map(|share| share.of).fold(f64::INFINITY, f64::min);
    let draft = ABOUT.draft(parameters, &SHIFT, since).of(
        subject.clone(),
        cases,
        "people taken on with a known band, in the smallest of: before and since, here and elsewhere",
        least,
    );
    if cases < least {
        return draft.too_few();
    }
    let found = match difference_of_changes(here[0], here[1], elsewhere[0], elsewhere[1], 0.95) {
        Ok(found) => found,
        Err(refusal) => return draft.refused(&format!("{refusal}: {}", refusal.remedy())),
    };
    let limit = parameters.get("shift-below");
    let sure = found.p < parameters.get("p");
    let figure = Figure {
        worth_asking: found.value < limit && sure,
        act: found.interval.high < limit,
        other_way: found.value > -limit && sure,
        ..of_estimate(&found)
    };
    let says = format!(
        "the top band made {} of those taken on, {} before the contract; at the other providers {}, and {} before",
        percent(here[1].with, here[1].of),
        percent(here[0].with, here[0].of),
        percent(elsewhere[1].with, elsewhere[1].of),
        percent(elsewhere[0].with, elsewhere[0].of),
    );
    let comparator = Comparator {
        kind: ComparatorKind::OtherProviders,
        what: "the change at the other providers".into(),
        value: Some(elsewhere[1].with / elsewhere[1].of - elsewhere[0].with / elsewhere[0].of),
    };
    let mut finding = draft.figure(figure, comparator, says);
    for (name, share) in [("before", here[0]), ("since", here[1]), ("elsewhere-before", elsewhere[0]), ("elsewhere-since", elsewhere[1])]
    {
        finding = finding.input(&format!("top-{name}"), share.with).input(&format!("taken-on-{name}"), share.of);
    }
    finding
}
