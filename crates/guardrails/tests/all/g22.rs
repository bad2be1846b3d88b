//! Insolvency.

use meed_guardrails::{Standing, Step};

use crate::{
    rows::{found, months, stands},
    scene::Scene,
};

/// A year of months with this cash at the end of each, and this income at a cost of 30,437.5 (1,000 a day).
fn scene(cash: f64, income: f64) -> Scene {
    let mut scene = Scene::new();
    for (nth, on) in months("2013-01-01", 12).into_iter().enumerate() {
        let month = scene.month("riverside", on);
        (month.cash, month.facility, month.cost) = (Some(cash), Some(10_000.0), Some(30_437.5));
        month.income = Some(income + if nth % 2 == 0 { 3_000.0 } else { -3_000.0 });
        (month.debtors, month.results_income) = (Some(45_000.0), Some(15_218.75));
        (month.volume, month.volume_bid) = (Some(10.0), Some(20.0));
    }
    scene
}

#[test]
fn cash_and_credit_last_for_so_many_days() {
    let ask = |cash| scene(cash, 30_437.5).ask("G22", "2014-02-15");
    let long = ask(80_000.0);
    let finding = found(&long, "runway-days", "riverside");
    assert!((finding.value.unwrap() - 90.0).abs() < 1e-9 && finding.standing == Standing::AsExpected);
    stands(&ask(49_000.0), "runway-days", "riverside", Standing::WorthAsking);
    stands(&ask(19_000.0), "runway-days", "riverside", Standing::Act);
    assert!(ask(-50_000.0).iter().all(|finding| finding.step == Step::R8 || finding.step == Step::R0), "never money");
}

#[test]
fn years_are_drawn_from_months_and_can_be_drawn_again() {
    let ruin = |cash, income| {
        found(&scene(cash, income).ask("G22", "2014-02-15"), "chance-of-running-out", "riverside").clone()
    };
    assert_eq!(ruin(80_000.0, 30_437.5).standing, Standing::AsExpected);
    let sure = ruin(40_000.0, 20_000.0);
    assert_eq!((sure.value, sure.standing), (Some(1.0), Standing::Act), "it loses 10,000 a month");
    let some = ruin(5_000.0, 30_437.5);
    assert!(some.value.unwrap() > 0.0 && some.value.unwrap() < 1.0);
    assert_eq!(some, ruin(5_000.0, 30_437.5));
    assert_eq!(some.draws.unwrap().generator, "ChaCha12");
}

#[test]
fn debtors_and_volumes_are_told() {
    let findings = scene(80_000.0, 30_437.5).ask("G22", "2014-02-15");
    // 45,000 waiting at 500 a day.
    assert!((found(&findings, "debtor-days", "riverside").value.unwrap() - 90.0).abs() < 1e-9);
    stands(&findings, "volume-against-bid", "riverside", Standing::WorthAsking);
    assert_eq!(found(&findings, "volume-against-bid", "riverside").value, Some(0.5));
}

#[test]
fn months_that_say_nothing_give_no_figure() {
    let mut scene = scene(80_000.0, 30_437.5);
    for month in &mut scene.caseload.provider_months {
        (month.cash, month.cost, month.results_income, month.volume) = (None, None, None, None);
    }
    assert!(scene.ask("G22", "2014-02-15").iter().all(|finding| finding.standing == Standing::TooFew));
}

#[test]
fn income_that_hangs_on_results_is_told() {
    let share = |results: f64| {
        let mut scene = scene(80_000.0, 30_437.5);
        scene.caseload.provider_months.iter_mut().for_each(|month| month.results_income = Some(results));
        found(&scene.ask("G22", "2014-02-15"), "share-of-income-by-results", "riverside").clone()
    };
    let half = share(15_218.75);
    assert!((half.value.unwrap() - 0.5).abs() < 1e-9 && half.standing == Standing::AsExpected, "{}", half.says);
    let much = share(21_306.25);
    assert!((much.value.unwrap() - 0.7).abs() < 1e-9);
    assert_eq!((much.standing, much.step), (Standing::WorthAsking, Step::R8));
}
