//! Re-presentation.

use meed_guardrails::{
    Standing,
    caseload::{EventKind, SpellEnd},
};

use crate::scene::{Scene, day, near, only};

/// A hundred completions at each of two providers, all watched for a year: so many of the first came back, two died.
fn scene(back: i64) -> Scene {
    let mut scene = Scene::new();
    for (provider, back) in [("riverside", back), ("harbour", 10)] {
        for number in 0..100_i64 {
            let key = format!("{provider}-{number}");
            let end = day("2012-08-01");
            scene.treated(&key, provider, end.plus(-100), Some(end), SpellEnd::Completed);
            if number < back {
                scene.treated(&key, provider, end.plus(30 + number), None, SpellEnd::None);
            } else if number >= 98 {
                scene.happened(&key, EventKind::Death, end.plus(20));
            }
        }
    }
    scene
}

#[test]
fn returns_are_counted_with_deaths_competing() {
    let findings = scene(12).ask("G15", "2013-12-31");
    // Everybody was watched: twelve of a hundred, not twelve of ninety-eight.
    near(only(&findings, "returns-among-completers", "riverside"), 0.12, 1e-9);
    let stayed = only(&findings, "completed-without-return-among-starters", "riverside");
    near(stayed, 86.0 / 88.0, 1e-9);
    assert_eq!(stayed.standing, Standing::AsExpected);
}

#[test]
fn many_more_returns_than_elsewhere_are_seen() {
    let findings = scene(40).ask("G15", "2013-12-31");
    assert_eq!(only(&findings, "returns-among-completers", "riverside").standing, Standing::Act);
    let stayed = only(&findings, "completed-without-return-among-starters", "riverside");
    near(stayed, 58.0 / 88.0, 1e-9);
    assert_eq!(stayed.standing, Standing::Act);
}

#[test]
fn nobody_followed_long_enough_is_refused() {
    let findings = scene(12).ask("G15", "2012-10-01");
    let returns = only(&findings, "returns-among-completers", "riverside");
    assert_eq!(returns.value, None);
    assert!(returns.says.contains("followed for six months"), "{}", returns.says);
}

/// Two providers with two hundred starts each. At the first 110 complete of whom 33 come back, at the other 80 and 12:
/// 16.5% against 6.0% of those who started, 2.75 times; 30% against 15% of those who completed.
#[test]
fn people_who_stopped_coming_and_were_called_completed_are_seen_among_starters() {
    let scene = |completed: i64, back: i64| {
        let mut scene = Scene::new();
        for (provider, completed, back) in [("riverside", completed, back), ("harbour", 80, 12)] {
            for number in 0..200_i64 {
                let (key, end) = (format!("{provider}-{number}"), day("2012-08-01"));
                let how = if number < completed { SpellEnd::Completed } else { SpellEnd::DroppedOut };
                scene.treated(&key, provider, end.plus(-100), Some(end), how);
                if number < back {
                    scene.treated(&key, provider, end.plus(30 + number), None, SpellEnd::None);
                }
            }
        }
        scene.ask("G15", "2013-12-31")
    };
    let findings = scene(110, 33);
    let undone = only(&findings, "completed-and-came-back-among-starters", "riverside");
    near(undone, 2.75, 1e-9);
    // The chance of 33 or more of 45 returns on this side, from the hypergeometric distribution.
    assert!((undone.p.expect("a chance") - 0.000_664).abs() < 1e-6, "{:?}", undone.p);
    assert!(undone.standing >= Standing::WorthAsking, "{}", undone.says);
    // Twice as many complete, and the same share of them comes back: more help, and nothing to ask.
    let findings = scene(160, 24);
    let more = only(&findings, "completed-and-came-back-among-starters", "riverside");
    near(more, 2.0, 1e-9);
    assert_eq!(more.standing, Standing::AsExpected, "{}", more.says);
}
