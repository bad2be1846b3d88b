//! Pilot areas against others, yes or no: against lme4, and what cannot be answered.

use meed_evaluation::panel::{Areas, mixed_difference};
use meed_reference::{Program, Table, agree};
use meed_statistics::generator::Generator;
use meed_statistics::mixed::MixedOptions;

use crate::script;

struct Made {
    with: Vec<u32>,
    of: Vec<u32>,
    area: Vec<usize>,
    pilot: Vec<bool>,
    after: Vec<bool>,
}

/// Areas of some dozens of people before and after; the pilots' odds change by `log_ratio` more.
fn made(number: u64, areas: usize, log_ratio: f64) -> Made {
    let mut draw = Generator::new(20_250_107, "areas").replicate(number);
    let mut made = Made { with: vec![], of: vec![], area: vec![], pilot: vec![], after: vec![] };
    for area in 0..areas {
        let (own, pilot) = (0.4 * draw.normal(), area % 3 == 0);
        for after in [false, true] {
            let people = 30 + draw.below(60) as u64;
            let log_odds = -0.8 + own + if after { 0.1 } else { 0.0 } + if pilot && after { log_ratio } else { 0.0 };
            made.with.push(draw.binomial(people, 1.0 / (1.0 + (-log_odds).exp())) as u32);
            made.of.push(people as u32);
            made.area.push(area);
            made.pilot.push(pilot);
            made.after.push(after);
        }
    }
    made
}

impl Made {
    fn areas(&self) -> Areas<'_> {
        Areas {
            with: &self.with,
            of: &self.of,
            area: &self.area,
            pilot: &self.pilot,
            after: &self.after,
            covariates: None,
        }
    }
}

/// The logarithm of the ratio at nine points to 1e-4 and its error to 1%, at one point to three digits, on 40 data sets.
#[test]
fn mixed_differences_agree_with_lme4() {
    let mut table = Table::new(&["set", "with", "of", "area", "pilot", "after"]);
    let sets: Vec<Made> = (0..40).map(|number| made(number, 24, -0.5)).collect();
    for (number, set) in sets.iter().enumerate() {
        for row in 0..set.with.len() {
            let flag = |is: bool| f64::from(u8::from(is));
            let counts = [f64::from(set.with[row]), f64::from(set.of[row]), set.area[row] as f64];
            table.push(&[number as f64, counts[0], counts[1], counts[2], flag(set.pilot[row]), flag(set.after[row])]);
        }
    }
    let Some(theirs) = Program::R.run(&script("mixed_difference.R"), &["lme4"], &table) else { return };
    assert_eq!(theirs.sets().len(), sets.len());
    for (number, set) in sets.iter().enumerate() {
        for (points, tolerance) in [(9, 1e-3), (1, 2e-3)] {
            let found = mixed_difference(&set.areas(), MixedOptions { points, level: 0.95 }).expect("a model");
            let what = format!("set {number} at {points}");
            let pick = |name: &str| theirs.get(number as u64, &format!("{name} {points}"));
            agree(&what, found.odds_ratio.value.ln(), pick("value"), tolerance);
            agree(&what, found.odds_ratio.standard_error / found.odds_ratio.value / pick("se"), 1.0, 2e-2);
            assert!((found.points < 0.0) == (found.odds_ratio.value < 1.0), "{what}: both scales point one way");
        }
    }
}

#[test]
fn what_cannot_be_answered_is_refused() {
    let set = made(1, 12, 0.0);
    let options = MixedOptions::default();
    let all = vec![true; set.pilot.len()];
    let everybody = Areas { pilot: &all, ..set.areas() };
    assert_eq!(mixed_difference(&everybody, options).expect_err("no others").code(), "empty-group");
    let never = Areas { after: &vec![false; all.len()], ..set.areas() };
    assert_eq!(mixed_difference(&never, options).expect_err("no time after").code(), "empty-group");
    let mixed: Vec<bool> = (0..all.len()).map(|row| row % 4 < 2 || row == 2).collect();
    assert_eq!(
        mixed_difference(&Areas { pilot: &mixed, ..set.areas() }, options).expect_err("both").code(),
        "out-of-range"
    );
    let one: Vec<bool> = set.area.iter().map(|area| *area == 0).collect();
    assert_eq!(
        mixed_difference(&Areas { pilot: &one, ..set.areas() }, options).expect_err("one").code(),
        "too-few-clusters"
    );
    let found = mixed_difference(&set.areas(), options).expect("a model");
    assert!(found.warnings.iter().any(|warning| warning.code == "few-pilot-areas"), "{:?}", found.warnings);
}
