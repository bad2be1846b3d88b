//! Hollowing out, and one-track service.

use meed_guardrails::{
    Day, Standing, Step,
    caseload::{SpellEnd, WorkerKind},
    finding::ComparatorKind,
};

use crate::{
    rows::{found, months, stands},
    scene::{Scene, day},
};

/// Thirty people in treatment for two years, met every week; since the contract began a share of meetings, in tenths, is
/// held by a volunteer.
fn scene(volunteers: usize) -> Scene {
    let mut scene = Scene::new();
    for on in months("2011-04-01", 24) {
        scene.worker("paid", "riverside", on, WorkerKind::Qualified);
        scene.worker("free", "riverside", on, WorkerKind::Volunteer);
    }
    let (paid, free) = (scene.caseload.names.worker_of("paid"), scene.caseload.names.worker_of("free"));
    for number in 0..30 {
        let (key, from) = (format!("p{number}"), day("2011-04-01"));
        scene.treated(&key, "riverside", from, None, SpellEnd::None);
        for week in 0..104 {
            scene.met(&key, "riverside", from.plus(week as i64 * 7), 45);
            let by_volunteer =
                week >= 52 && (week + number) % 10 < volunteers || week < 52 && (week + number) % 10 == 0;
            scene.caseload.contacts.last_mut().expect("just put in").worker =
                Some(if by_volunteer { free } else { paid });
        }
    }
    // Elsewhere one meeting in ten was a volunteer's, and is.
    for number in 0..20 {
        for week in 0..104 {
            scene.met(&format!("h{number}"), "hillside", day("2011-04-01").plus(week as i64 * 7), 45);
            let by_volunteer = (week + number) % 10 == 0;
            scene.caseload.contacts.last_mut().expect("just put in").worker =
                Some(if by_volunteer { free } else { paid });
        }
    }
    scene
}

#[test]
fn less_qualified_time_than_before_the_contract_is_worth_asking() {
    let ask = |volunteers| scene(volunteers).ask("G29", "2013-03-28");
    let usual = ask(1);
    let finding = found(&usual, "qualified-minutes", "riverside");
    assert_eq!((finding.standing, finding.comparator.kind), (Standing::AsExpected, ComparatorKind::SameProviderBefore));
    // 45 minutes a week, nine times of ten: 176 for each month of 30.4 days.
    assert!((finding.comparator.value.unwrap() - 45.0 * 0.9 * 365.25 / 84.0).abs() < 3.0, "{:?}", finding.comparator);
    stands(&ask(3), "qualified-minutes", "riverside", Standing::WorthAsking);
    let much = ask(6);
    stands(&much, "qualified-minutes", "riverside", Standing::Act);
    assert_eq!(found(&much, "qualified-minutes", "riverside").step, Step::R8);
    stands(&much, "volunteers-share-of-meetings", "riverside", Standing::WorthAsking);
    stands(&usual, "volunteers-share-of-meetings", "riverside", Standing::AsExpected);
}

#[test]
fn the_bid_comes_first_where_it_is_told() {
    let mut scene = scene(1);
    for on in months("2012-08-01", 7) {
        scene.month("riverside", on).qualified_minutes_bid = Some(250.0);
    }
    let findings = scene.ask("G29", "2013-03-28");
    let finding = found(&findings, "qualified-minutes", "riverside");
    assert_eq!((finding.comparator.kind, finding.standing), (ComparatorKind::Agreed, Standing::WorthAsking));
}

#[test]
fn a_few_person_months_are_too_few() {
    let mut scene = scene(6);
    scene.caseload.spells.truncate(5);
    stands(&scene.ask("G29", "2013-03-28"), "qualified-minutes", "riverside", Standing::TooFew);
}

/// A hundred people helped before the contract in three equal kinds, and a hundred since, of whom some get talking only.
fn helped(talking: usize, linked: usize) -> Scene {
    let mut scene = Scene::new();
    for (side, from) in [("old", "2011-06-01"), ("new", "2012-06-01")] {
        for number in 0..100 {
            let key = format!("{side}{number}");
            let kind =
                if side == "new" && number < talking { "talking" } else { ["talking", "group", "housing"][number % 3] };
            scene.helped(&key, "riverside", kind, day(from).plus(number as i64), side == "old" || number < linked);
        }
    }
    scene
}

#[test]
fn help_of_one_kind_for_most_is_worth_asking() {
    let ask = |talking| helped(talking, 100).ask("G30", "2013-03-31");
    let same = ask(0);
    let finding = found(&same, "variety-of-help", "riverside");
    assert!(finding.value.unwrap().abs() < 1e-9 && finding.standing == Standing::AsExpected);
    assert!((finding.comparator.value.unwrap() - 3.0_f64.ln()).abs() < 1e-3);
    stands(&ask(60), "variety-of-help", "riverside", Standing::WorthAsking);
    let most = ask(90);
    let finding = found(&most, "variety-of-help", "riverside");
    assert!(finding.standing == Standing::Act && finding.interval.unwrap().high.unwrap() < 0.0);
    assert_eq!(finding, found(&ask(90), "variety-of-help", "riverside"), "the draws can be drawn again");
}

#[test]
fn goals_that_no_help_serves_are_told() {
    let findings = helped(0, 100).ask("G30", "2013-03-31");
    stands(&findings, "goals-without-help", "riverside", Standing::TooFew);
    let mut two = helped(0, 60);
    for number in 0..60 {
        two.helped(&format!("h{number}"), "hillside", "group", day("2011-07-01"), number % 10 > 0);
        two.helped(&format!("g{number}"), "hillside", "group", day("2012-07-01"), number % 10 > 0);
    }
    let findings = two.ask("G30", "2013-03-31");
    let finding = found(&findings, "goals-without-help", "riverside");
    assert!((finding.value.unwrap() - 0.4).abs() < 1e-9 && finding.standing == Standing::WorthAsking);
}

/// Ten paid workers a provider before the contract and in the last month, who joined this many days before each.
fn staffed(now: [i64; 2]) -> Scene {
    let mut scene = scene(1);
    scene.caseload.workforce.retain(|row| row.kind == WorkerKind::Volunteer);
    for (month, riverside, hillside) in
        [("2012-03-01", [1_000, 2_000], [1_000, 2_000]), ("2013-02-01", now, [1_000, 2_000])]
    {
        let end = Day::of_month(day(month).month() + 1);
        for (provider, days) in [("riverside", riverside), ("hillside", hillside)] {
            for number in 0..10 {
                let name = format!("{provider}-{month}-{number}");
                let joined = end.plus(-days[number % 2]);
                scene.worker(&name, provider, day(month), WorkerKind::Qualified).joined_on = Some(joined);
            }
        }
    }
    scene
}

#[test]
fn workers_who_have_been_there_for_less_long_are_worth_asking() {
    // Means of 1,500 days everywhere before; 400 at riverside now: a ratio of 400 / 1500.
    let findings = staffed([300, 500]).ask("G29", "2013-03-28");
    let finding = found(&findings, "time-that-workers-stayed", "riverside");
    assert!((finding.value.unwrap() - 400.0 / 1_500.0).abs() < 1e-9, "{}", finding.says);
    // Each side: variance 500^2 * 10/9 / 10 over 1500^2, and 100^2 / 9 over 400^2 for the last.
    let error = (3.0 * (500.0_f64 / 1_500.0).powi(2) / 9.0 + (100.0_f64 / 400.0).powi(2) / 9.0).sqrt();
    let high = (400.0_f64 / 1_500.0).ln() + 1.959_963_985 * error;
    assert!((finding.interval.unwrap().high.unwrap() - high.exp()).abs() < 1e-6);
    assert_eq!((finding.standing, finding.step), (Standing::WorthAsking, Step::R1));
    stands(
        &staffed([1_000, 2_000]).ask("G29", "2013-03-28"),
        "time-that-workers-stayed",
        "riverside",
        Standing::AsExpected,
    );
    let mut few = staffed([300, 500]);
    few.caseload.workforce.iter_mut().for_each(|row| row.joined_on = None);
    stands(&few.ask("G29", "2013-03-28"), "time-that-workers-stayed", "riverside", Standing::TooFew);
}
