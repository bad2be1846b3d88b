//! Get them in, get them out.

use meed_guardrails::{Standing, caseload::SpellEnd};

use crate::scene::{Scene, beside, day, near, only};

/// Sixty stays before the contract and sixty since, completed after these many days.
fn scene(before: i64, since: i64) -> Scene {
    let mut scene = Scene::new();
    scene.caseload.scheme.least_days = vec![40.0, 60.0, 90.0];
    for (start, days) in [("2011-05-01", before), ("2012-05-01", since)] {
        for number in 0..60 {
            let key = format!("{start}-{number}");
            let from = day(start).plus(number);
            let until = from.plus(days + 2 * (number % 10));
            scene.assessed(&key, "riverside", start, 1).treated(
                &key,
                "riverside",
                from,
                Some(until),
                SpellEnd::Completed,
            );
        }
    }
    scene
}

#[test]
fn completions_that_come_sooner_than_before_are_seen() {
    let findings = scene(100, 92).ask("G06", "2013-03-31");
    let sooner = only(&findings, "completions-since-against-before", "riverside");
    assert!(sooner.value.expect("a figure") > 1.5, "{}", sooner.says);
    assert!(sooner.standing >= Standing::WorthAsking);
    let same = scene(100, 100).ask("G06", "2013-03-31");
    near(only(&same, "completions-since-against-before", "riverside"), 1.0, 0.01);
}

#[test]
fn completions_short_of_their_band_are_counted() {
    // Fifty to sixty-eight days where sixty are the least: the five shorter of ten steps.
    let findings = scene(100, 50).ask("G06", "2013-03-31");
    let short = only(&findings, "short-completions", "riverside");
    near(short, 0.5, 1e-9);
    assert_eq!(short.standing, Standing::Act);
    assert_eq!(short.rows.count, 30);
}

/// Two providers with the same habits, one of which serves the band that calls for more days: half of its completions are
/// short, as they are elsewhere in that band, and it is not asked about it.
#[test]
fn a_hard_caseload_is_held_to_its_own_bands() {
    let mut scene = Scene::new();
    scene.caseload.scheme.least_days = vec![40.0, 60.0, 90.0];
    for (provider, hard) in [("riverside", 100), ("harbour", 50)] {
        for number in 0..100 {
            let key = format!("{provider}-{number}");
            let from = day("2012-05-01").plus(number);
            let until = from.plus(if number % 2 == 0 { 80 } else { 100 });
            let band = if number < hard { 2 } else { 0 };
            scene.assessed(&key, provider, "2012-05-01", band).treated(
                &key,
                provider,
                from,
                Some(until),
                SpellEnd::Completed,
            );
        }
    }
    let findings = scene.ask("G06", "2013-03-31");
    let short = only(&findings, "short-completions", "riverside");
    near(short, 0.5, 1e-9);
    assert!((short.inputs["short-elsewhere-in-the-same-bands"] - 0.5).abs() < 1e-9);
    assert_eq!(short.standing, Standing::AsExpected);
}

/// Stays of 50 to 68 days, 59 on average, where all of the same band lasted longer than 68 before: 59 of 68 days. Every
/// other completion has its outcome claimed 20 days after closing.
#[test]
fn length_of_stay_and_the_lag_to_the_outcome_stand_beside_it() {
    let mut scene = scene(100, 50);
    for number in (0..60).step_by(2) {
        let closed = day("2012-05-01").plus(number + 50 + 2 * (number % 10));
        scene.claimed(&format!("2012-05-01-{number}"), "riverside", "outcome", closed.plus(20), 5);
    }
    let findings = scene.ask("G06", "2013-03-31");
    let sooner = only(&findings, "completions-since-against-before", "riverside");
    let length = beside(sooner, "length-of-stay-ratio", 59.0 / 68.0, 1e-9);
    assert!(length.interval.is_some_and(|ends| ends.high.is_some_and(|high| high < 1.0)));
    assert_eq!(beside(sooner, "closing-to-outcome", 20.0, 1e-9).cases, 30.0);
    assert_eq!(beside(sooner, "closing-to-outcome", 20.0, 1e-9).against, None, "no outcome was recorded before");
    // Ten completions before the contract had their outcome after forty days.
    let mut scene = self::scene(100, 50);
    for number in 0..20 {
        let (start, days, lag) = if number < 10 { ("2011-05-01", 100, 40) } else { ("2012-05-01", 50, 20) };
        let number = number % 10;
        let closed = day(start).plus(number + days + 2 * (number % 10));
        scene.claimed(&format!("{start}-{number}"), "riverside", "outcome", closed.plus(lag), 5);
    }
    let findings = scene.ask("G06", "2013-03-31");
    let lag =
        beside(only(&findings, "completions-since-against-before", "riverside"), "closing-to-outcome", 20.0, 1e-9);
    assert_eq!(lag.against.as_deref(), Some("40 days before the contract, of 10 completions"));
}
