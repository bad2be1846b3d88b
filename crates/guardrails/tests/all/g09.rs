//! Upcoding to a dearer band.

use meed_guardrails::{
    Standing,
    caseload::{AssessmentStanding, SpellEnd},
    finding::Direction,
};

use crate::scene::{Scene, day, near, only};

/// A hundred people of the middle band, scored again: so many got a cheaper band by the second score, so many a dearer.
fn scored_again(cheaper: usize, dearer: usize) -> Scene {
    let mut scene = Scene::new();
    scene.caseload.scheme.tariffs = vec![1.0, 2.0, 3.0];
    for number in 0..100 {
        let key = format!("p{number}");
        let second = if number < cheaper {
            0
        } else if number < cheaper + dearer {
            2
        } else {
            1
        };
        scene
            .assessed(&key, "riverside", "2013-01-05", 1)
            .scored(&key, "auditor", "2013-02-05", second, None, AssessmentStanding::Blind)
            .treated(&key, "riverside", day("2013-01-05"), None, SpellEnd::None);
    }
    scene.outside(&["auditor"]);
    scene
}

#[test]
fn the_net_error_counts_both_directions() {
    let findings = scored_again(6, 1).ask("G09", "2013-06-30");
    let net = only(&findings, "net-error-of-tariff", "riverside");
    // Five hundred parts too many of a mean second tariff of 1.95.
    near(net, 0.05 / 1.95, 1e-9);
    assert!(net.standing >= Standing::WorthAsking);
    let under = scored_again(0, 10).ask("G09", "2013-06-30");
    let under = only(&under, "net-error-of-tariff", "riverside");
    assert_eq!((under.standing, under.direction), (Standing::AsExpected, Direction::OtherWay));
    let agreed = scored_again(0, 0).ask("G09", "2013-06-30");
    assert_eq!(only(&agreed, "net-error-of-tariff", "riverside").value, Some(0.0));
}

#[test]
fn scores_moved_over_a_cut_off_are_seen() {
    let scene = |moved: bool| {
        let mut scene = Scene::new();
        scene.caseload.scheme.cutoffs = vec![0.0, 20.0, 35.0];
        for number in 0..900 {
            let mut score = number % 45;
            if moved && (17..20).contains(&score) && number % 2 == 0 {
                score += 3;
            }
            let (key, band) = (format!("p{number}"), if score < 20 { 0 } else { 1 });
            scene.scored(&key, "riverside", "2013-01-05", band, Some(score as f32), AssessmentStanding::Provisional);
        }
        scene.ask("G09", "2013-06-30")
    };
    let at_twenty = |moved: bool| {
        let findings = scene(moved);
        let own = findings
            .iter()
            .find(|f| f.measure == "scores-just-above-a-cut-off" && f.subject.band.as_deref() == Some("middle"));
        own.expect("a finding").standing
    };
    assert!(at_twenty(true) >= Standing::WorthAsking);
    assert_eq!(at_twenty(false), Standing::AsExpected);
}

/// People of four kinds at two providers, before the contract and since: of a hundred at riverside so many are in the top
/// band before and since, at harbour twenty each time.
fn mix(before: usize, since: usize) -> Scene {
    let mut scene = Scene::new();
    for (on, provider, top) in [
        ("2011-09-01", "riverside", before),
        ("2012-09-01", "riverside", since),
        ("2011-09-01", "harbour", 20),
        ("2012-09-01", "harbour", 20),
    ] {
        for number in 0..100 {
            let key = format!("{provider}-{on}-{number}");
            let band = if number < top { 2 } else { 0 };
            scene.assessed(&key, provider, on, band).treated(&key, provider, day(on), None, SpellEnd::None);
        }
    }
    scene
}

#[test]
fn a_caseload_that_was_always_hard_is_not_asked_about_and_one_that_grew_dearer_is() {
    let honest = mix(60, 60).ask("G09", "2013-06-30");
    let shift = only(&honest, "share-of-dearer-bands", "riverside");
    near(shift, 0.0, 1e-9);
    assert_eq!(shift.standing, Standing::AsExpected);
    assert_eq!(only(&honest, "growth-of-the-mean-tariff", "riverside").standing, Standing::AsExpected);
    let dearer = mix(20, 50).ask("G09", "2013-06-30");
    let shift = only(&dearer, "share-of-dearer-bands", "riverside");
    near(shift, 0.3, 1e-9);
    assert_eq!(shift.standing, Standing::Act);
    // Tariffs go by the place of the band, 1 and 3: a mean of 2.0 where it was 1.4.
    near(only(&dearer, "growth-of-the-mean-tariff", "riverside"), 0.6 / 1.4, 1e-9);
    let cheaper = mix(50, 20).ask("G09", "2013-06-30");
    assert_eq!(only(&cheaper, "share-of-dearer-bands", "riverside").direction, Direction::OtherWay);
}
