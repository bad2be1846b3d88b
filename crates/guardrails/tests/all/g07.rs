//! Discharge at the moment of payment.

use meed_guardrails::{Standing, caseload::SpellEnd};

use crate::scene::{Scene, beside, day, only};

/// Two hundred stays with a payment date on day 84; two leave a day from day 20 on, and these many more from day 84 on.
fn scene(more: i64) -> Scene {
    let mut scene = Scene::new();
    let start = day("2013-01-01");
    for number in 0..320_i64 {
        let key = format!("p{number}");
        let leaves = if number < more { 84 + number % 5 } else { 20 + number % 160 };
        scene
            .assessed(&key, "riverside", "2013-01-01", (number % 3) as u8)
            .treated(&key, "riverside", start, Some(start.plus(leaves)), SpellEnd::Completed)
            .due(&key, "riverside", start.plus(84), false);
    }
    scene
}

#[test]
fn a_spike_on_the_payment_date_is_seen_and_drawn() {
    let findings = scene(60).ask("G07", "2013-12-31");
    let spike = only(&findings, "spike-of-discharge", "riverside");
    assert!(spike.value.expect("a figure") > 2.0, "{}", spike.says);
    assert_eq!(spike.standing, Standing::Act, "{spike:#?}");
    assert!(spike.picture.is_some() && spike.rows.count >= 60);
}

#[test]
fn leaving_evenly_is_no_spike() {
    let findings = scene(0).ask("G07", "2013-12-31");
    assert_eq!(only(&findings, "spike-of-discharge", "riverside").standing, Standing::AsExpected);
}

/// Days 84, 85 and 86 have twelve of the sixty and two of the others each; days 81 to 83 two each: 42 against 6.
#[test]
fn the_window_ratio_stands_beside_the_spike() {
    let findings = scene(60).ask("G07", "2013-12-31");
    let ratio = beside(only(&findings, "spike-of-discharge", "riverside"), "window-ratio", 7.0, 1e-9);
    assert_eq!(ratio.cases, 48.0);
}
