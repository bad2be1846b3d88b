//! Narrow targets, and shocks from outside.

use meed_guardrails::{Standing, finding::Direction};

use crate::{
    rows::{found, months, stands},
    scene::Scene,
};

/// Eight measures over two years, two of them paid, each moved by this much since the contract began; and the region's.
fn scene(paid: f64, unpaid: f64, region: f64) -> Scene {
    let mut scene = Scene::new();
    for (nth, on) in months("2011-04-01", 24).into_iter().enumerate() {
        let since = if nth < 12 { 0.0 } else { 1.0 };
        for measure in 0..8 {
            let pays = measure < 2;
            let name = format!("measure-{measure}");
            let slip = 0.05 * f64::from(u8::from((nth + measure) % 2 == 0)) + measure as f64 / 1_000.0;
            let own = if pays { paid } else { unpaid };
            scene.measured(Some("riverside"), &name, pays, on, 0.4 + slip + since * (own + region));
            scene.measured(None, &name, pays, on, 0.4 + since * region + 0.004 * f64::from(u8::from(nth % 2 == 0)));
        }
    }
    scene
}

#[test]
fn paid_measures_that_rise_while_unpaid_ones_fall_are_worth_asking() {
    let findings = scene(0.06, -0.06, 0.0).ask("G27", "2013-05-15");
    let finding = found(&findings, "divergence", "riverside");
    assert_eq!(finding.standing, Standing::Act);
    assert_eq!((finding.inputs["unpaid-falling"], finding.inputs["relabellings"]), (6.0, 28.0));
    assert!((finding.inputs["chance-by-relabelling"] - 1.0 / 28.0).abs() < 1e-9);
    stands(&scene(0.001, 0.002, 0.0).ask("G27", "2013-05-15"), "divergence", "riverside", Standing::AsExpected);
    stands(&scene(0.06, 0.0, 0.0).ask("G27", "2013-05-15"), "divergence", "riverside", Standing::AsExpected);
}

#[test]
fn what_the_region_did_as_well_is_taken_off() {
    stands(&scene(0.06, -0.06, 0.2).ask("G27", "2013-05-15"), "divergence", "riverside", Standing::Act);
    let both = scene(0.001, 0.002, -0.2).ask("G27", "2013-05-15");
    assert!(found(&both, "divergence", "riverside").value.unwrap().abs() < 1.0);
    let other = scene(-0.06, 0.06, 0.0).ask("G27", "2013-05-15");
    assert_eq!(found(&other, "divergence", "riverside").direction, Direction::OtherWay);
}

#[test]
fn too_few_months_or_unpaid_measures_give_nothing() {
    stands(&scene(0.06, -0.06, 0.0).ask("G27", "2012-08-15"), "divergence", "riverside", Standing::TooFew);
    let mut scene = scene(0.06, -0.06, 0.0);
    scene.caseload.measures.retain(|row| row.paid);
    stands(&scene.ask("G27", "2013-05-15"), "divergence", "riverside", Standing::TooFew);
}

#[test]
fn a_region_that_moves_by_more_than_a_tenth_is_worth_asking() {
    let ask = |region| scene(0.0, 0.0, region).ask("G28", "2013-05-15");
    let findings = ask(0.06);
    let finding = found(&findings, "change-of-the-region", "measure-0");
    assert!((finding.value.unwrap() - 0.06 / 0.402).abs() < 1e-3, "{:?}", finding.value);
    assert_eq!(finding.standing, Standing::WorthAsking);
    assert_eq!(findings.len(), 2, "only paid measures");
    stands(&ask(0.02), "change-of-the-region", "measure-0", Standing::AsExpected);
    stands(&ask(-0.1), "change-of-the-region", "measure-1", Standing::Act);
}

#[test]
fn providers_outside_stand_in_for_a_region_that_is_not_told() {
    let mut scene = scene(0.1, 0.1, 0.0);
    scene.caseload.measures.retain(|row| row.provider.is_some());
    assert!(scene.ask("G28", "2013-05-15").is_empty(), "the contract's own providers say nothing of the region");
    let provider = scene.caseload.provider("riverside");
    scene.caseload.providers[provider.place()].in_contract = false;
    stands(&scene.ask("G28", "2013-05-15"), "change-of-the-region", "measure-0", Standing::Act);
}
