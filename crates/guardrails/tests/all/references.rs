//! Two hundred made data sets through R and through here.

use meed_guardrails::method::{
    audit::{self, Stratum},
    digits,
    funnel::{self, Counted, Outer, Scale},
    hazard::{self, Reach, Stay},
    rates::{self, Rate},
};
use meed_reference::{Program, Table, agree};
use meed_statistics::Generator;

const SETS: u64 = 200;

/// What one set holds.
struct Set {
    rates: [Rate; 2],
    expected: f64,
    universe: u64,
    tolerable: f64,
    digits: [[usize; 10]; 2],
    strata: Vec<Stratum>,
    providers: Vec<Counted>,
    stays: Vec<Stay>,
}

fn made(set: u64) -> Set {
    let mut draw = Generator::new(20_261_122, "methods of guardrails").replicate(set);
    let rate = |draw: &mut Generator, least: u64| Rate {
        events: least + draw.below(30) as u64,
        time: 50.0 + 500.0 * draw.uniform(),
    };
    let rates = [rate(&mut draw, 1), rate(&mut draw, 1)];
    let expected = 0.5 + 30.0 * draw.uniform();
    let (universe, tolerable) = (20 + draw.below(2_000) as u64, [0.01, 0.02, 0.05, 0.1][draw.below(4)]);
    let digits = [(); 2].map(|()| [(); 10].map(|()| 6 + draw.below(20)));
    let strata = (0..2 + draw.below(3))
        .map(|stratum| {
            let files = 4 + draw.below(20);
            Stratum {
                name: stratum.to_string(),
                universe: (files + 1 + draw.below(300)) as u64,
                differences: (0..files).map(|_| (draw.normal() * 100.0).round() / 10.0).collect(),
            }
        })
        .collect();
    let providers = (0..8 + draw.below(25))
        .map(|_| {
            let expected = 10.0 + 90.0 * draw.uniform();
            let observed = (expected * (0.3 * draw.normal()).exp()).round().max(1.0);
            Counted { observed, expected }
        })
        .collect();
    let hurdle = 9 + draw.below(4) as u32;
    let stays = (0..90)
        .map(|person| {
            let (mut days, mut left) = (0, false);
            while days < 28 && !left {
                left = draw.chance(0.07);
                days += u32::from(!left);
            }
            Stay { days, left, hurdle: Some(hurdle), band: draw.below(3) as u8, cluster: person % 12 }
        })
        .collect();
    Set { rates, expected, universe, tolerable, digits, strata, providers, stays }
}

#[test]
fn two_hundred_sets_agree_with_r() {
    let sets: Vec<Set> = (1..=SETS).map(made).collect();
    let mut table = Table::new(&["set", "kind", "a", "b", "c", "d", "e"]);
    for (nth, set) in (1_u64..).zip(&sets) {
        let mut push = |kind: f64, row: [f64; 5]| {
            table.push(&[nth as f64, kind, row[0], row[1], row[2], row[3], row[4]]);
        };
        let [first, second] = set.rates;
        push(1.0, [first.events as f64, first.time, second.events as f64, second.time, set.expected]);
        push(2.0, [set.universe as f64, set.tolerable, 0.0, 0.0, 0.0]);
        for digit in 0..10 {
            push(3.0, [set.digits[0][digit] as f64, set.digits[1][digit] as f64, 0.0, 0.0, 0.0]);
        }
        for (place, stratum) in set.strata.iter().enumerate() {
            for difference in &stratum.differences {
                push(4.0, [place as f64, stratum.universe as f64, *difference, 0.0, 0.0]);
            }
        }
        for provider in &set.providers {
            push(5.0, [provider.observed, provider.expected, 0.0, 0.0, 0.0]);
        }
        for stay in set.stays.iter() {
            let hurdle = stay.hurdle.map_or(0.0, f64::from);
            let left = f64::from(u8::from(stay.left));
            push(6.0, [f64::from(stay.days), left, hurdle, f64::from(stay.band), f64::from(stay.cluster)]);
        }
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/references/methods.R");
    let Some(answers) = Program::R.run(script, &["stats"], &table) else { return };
    let mut spikes = 0;
    for (nth, set) in (1_u64..).zip(&sets) {
        let same = |name: &str, ours: f64, tolerance: f64| {
            agree(&format!("set {nth}: {name}"), ours, answers.get(nth, name), tolerance);
        };
        let [first, second] = set.rates;
        let ratio = rates::compare(first, second, 0.95).expect("a ratio");
        same("ratio", ratio.value.expect("events on both sides"), 1e-9);
        same("ratio-low", ratio.low, 1e-6);
        same("ratio-high", ratio.high.expect("an upper end"), 1e-6);
        same("higher", ratio.p_higher, 1e-9);
        let interval = funnel::exact_interval(first.events as f64, set.expected, 0.95).expect("an interval");
        same("low", interval.lower, 1e-6);
        same("high", interval.upper, 1e-6);
        same("at-least", rates::at_least(first.events, set.expected).expect("a chance"), 1e-9);
        same("size", audit::clean_sample_of(set.universe, set.tolerable, 0.95).expect("a size") as f64, 0.0);
        let [own, wide] = &set.digits;
        same("digits", digits::compare_last(*own, Some(wide)).expect("a test").p, 1e-9);
        same("even", digits::compare_last(*own, None).expect("a test").p, 1e-9);
        let found = audit::extrapolate(&set.strata, 0.90).expect("an estimate");
        same("total", found.total, 1e-9);
        same("lower", found.lower, 1e-7);
        let levels = (0.95, 0.998);
        let funnel = funnel::funnel(&set.providers, 1.0, Scale::Log, Outer::Trimmed(0.1), levels).expect("a funnel");
        same("tau", funnel.dispersion.tau_squared, 1e-9);
        if let Ok(spike) = hazard::spike(&set.stays, Reach::default(), 0.95) {
            let error = (spike.high.ln() - spike.low.ln()) / (2.0 * 1.959_963_984_540_054);
            same("spike", spike.ratio.ln(), 1e-5);
            same("spike-se", error, 1e-5);
            spikes += 1;
        }
    }
    assert!(spikes > 190, "only {spikes} sets had enough leavings around the date");
}
