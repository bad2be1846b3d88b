//! A bonus for a share of 300 people, at £120 a unit of effort for each: the hurdle at which a provider gives up.

use meed_simulation::effort::{Pay, Service};

fn service() -> Service {
    Service { people: 300.0, base: 0.40, gain: 0.15, cost: 120.0 }.checked().expect("a service")
}

#[track_caller]
fn near(ours: f64, theirs: f64, tolerance: f64) {
    assert!((ours - theirs).abs() <= tolerance, "{ours} is not within {tolerance} of {theirs}");
}

#[test]
fn two_points_more_turn_full_effort_into_none() {
    for (hurdle, share, profit, for_nothing) in [
        (0.42, 0.464, 73_700.0, 0.240),
        (0.45, 0.488, 58_800.0, 0.039),
        (0.50, 0.518, 17_800.0, 0.0002),
        (0.52, 0.400, 0.0, 0.0),
    ] {
        let choice = service().choice(Pay::Bonus { amount: 100_000.0, hurdle });
        near(choice.share, share, 0.0006);
        near(choice.profit, profit, 60.0);
        near(choice.paid_for_nothing, for_nothing, 0.0006);
    }
    let gives_up = service().gives_up_at(100_000.0, 0.42, 0.60).expect("a height");
    assert!((0.50..0.52).contains(&gives_up), "{gives_up}");
}

#[test]
fn pay_by_success_has_no_cliff() {
    let choice = service().choice(Pay::PerSuccess { price: 2_000.0 });
    near(choice.share, 0.490, 0.0006);
}

#[test]
fn a_service_that_cannot_be_is_refused() {
    assert!(Service { base: 0.9, gain: 0.2, ..service() }.checked().is_err());
    assert!(Service { people: 0.0, ..service() }.checked().is_err());
    assert!(Service { cost: -1.0, ..service() }.checked().is_err());
    assert_eq!(service().gives_up_at(100_000.0, 0.42, 0.45), None);
}
