//! Chances made from some people and tried on others, against R.

use meed_evaluation::{FrameColumn, report::Cell};
use meed_reference::{Program, Table, agree};
use meed_statistics::Generator;

use super::support::{Asked, keys, main, near, numbers, titled};
use crate::script;

const YES: &str = "kind = \"yes-no\"\nbetter = \"lower\"";

/// People of whom a third are tried; what is true of them is `shift` from what is true of the others.
fn people(number: u64, count: usize, shift: f64) -> [Vec<f64>; 4] {
    let mut draw = Generator::new(20_261_122, "calibration").replicate(number);
    let mut made = [const { Vec::new() }; 4];
    for n in 0..count {
        let tried = n % 3 == 0;
        let (a, b) = (draw.normal(), draw.normal());
        let odds = -0.4 + 0.8 * a - 0.5 * b + if tried { shift } else { 0.0 };
        let happened = draw.chance(1.0 / (1.0 + f64::exp(-odds)));
        let row = [f64::from(u8::from(tried)), f64::from(u8::from(happened)), a, b];
        made.iter_mut().zip(row).for_each(|(column, value)| column.push(value));
    }
    made
}

fn asked(made: &[Vec<f64>; 4]) -> Asked<'static> {
    let count = made[0].len();
    let column = |name: &str, of: usize| numbers(name, made[of].iter().copied());
    let design: Vec<FrameColumn> = vec![keys(count), column("treated", 0), column("a", 2), column("b", 3)];
    Asked {
        population: "covariates = [\"a\", \"b\"]",
        outcome: YES,
        method: "name = \"calibration\"",
        design,
        outcomes: vec![keys(count), column("outcome", 1)],
    }
}

fn value(table: &meed_evaluation::report::Table, what: &str) -> f64 {
    let row = table.rows.iter().find(|row| matches!(&row[0], Cell::Text(text) if text.starts_with(what)));
    match row.map(|row| &row[1]) {
        Some(Cell::Number(number)) => *number,
        other => panic!("{what}: {other:?}"),
    }
}

/// R 4.2: `glm`, `prop.test`; the area and its error by every pair of people.
#[test]
fn predictions_of_two_hundred_made_populations_agree_with_r() {
    let sets: Vec<[Vec<f64>; 4]> =
        (0..200).map(|set| people(set, 300 + 6 * (set as usize % 50), 0.3 * (set % 3) as f64)).collect();
    let mut table = Table::new(&["set", "tried", "y", "a", "b"]);
    for (set, made) in sets.iter().enumerate() {
        let [tried, happened, a, b] = made;
        for (((tried, happened), a), b) in tried.iter().zip(happened).zip(a).zip(b) {
            table.push(&[set as f64, *tried, *happened, *a, *b]);
        }
    }
    let Some(theirs) = Program::R.run(&script("calibration.R"), &[], &table) else { return };
    let mut tenths = 0;
    for (set, made) in sets.iter().enumerate() {
        let group = asked(made).answered();
        let same = |what: &str, ours: f64, by: f64| {
            agree(&format!("set {set}, {what}"), ours, theirs.get(set as u64, what), by);
        };
        same("expected", main(&group).comparison.expect("what was expected"), 1e-7);
        same("error", main(&group).estimate.standard_error, 1e-7);
        let slope = &titled(&group, "Slope").estimate;
        same("slope", slope.value, 1e-6);
        same("slope_se", slope.standard_error, 1e-6);
        let whole = &group.tables[1];
        same("large", value(whole, "Log odds"), 1e-7);
        let odds = &titled(&group, "Calibration in the large").estimate;
        same("large_se", (odds.interval.high / odds.interval.low).ln() / 2.0 / 1.959_963_984_540_054, 1e-7);
        same("brier", value(whole, "Mean squared"), 1e-8);
        same("c", value(whole, "How often"), 1e-9);
        same("c_se", (value(whole, "to") - value(whole, "from")) / 2.0 / 1.959_963_984_540_054, 1e-7);
        for (k, row) in group.tables[0].rows.iter().enumerate() {
            let number = |at: usize| match row[at] {
                Cell::Number(number) => Some(number / 100.0),
                _ => None,
            };
            same(&format!("predicted{k}"), number(1).expect("a chance"), 1e-7);
            // A share of one to four people is not shown.
            for (at, what) in [(2, "observed"), (3, "low"), (4, "high")] {
                if let Some(ours) = number(at) {
                    same(&format!("{what}{k}"), ours, 1e-7);
                    tenths += 1;
                }
            }
        }
    }
    assert!(tenths > 3_000, "{tenths} figures of tenths were compared");
}

#[test]
fn chances_that_are_too_low_are_told_of() {
    let group = asked(&people(7, 3_000, 1.0)).warned("expected-too-high-or-low");
    let of = &main(&group).estimate;
    assert!(of.value > 0.1 && of.interval.low > 0.0, "{of:?}");
    assert!(main(&group).sentence.contains("more than expected"), "{}", main(&group).sentence);
    assert!(group.sensitivity.is_empty(), "nobody is compared with anybody: {:?}", group.sensitivity);
    assert!(group.effects.iter().all(|effect| !effect.title.starts_with("Naive")));
    let group = asked(&people(8, 240, 0.0)).warned("few-of-one-outcome");
    assert!(group.warnings.iter().all(|warning| warning.code != "unbalanced"));
}

/// A chance that stands in a column is taken as it is.
#[test]
fn a_ready_chance_is_tried_as_it_stands() {
    let made = people(9, 2_400, 0.0);
    let chance = |row: usize| 1.0 / (1.0 + f64::exp(0.4 - 0.8 * made[2][row] + 0.5 * made[3][row]));
    let mut asked = asked(&made);
    asked.design.push(numbers("expected", (0..made[0].len()).map(chance)));
    asked.population = "covariates = [\"expected\"]\nshown = [\"a\"]";
    asked.method = "name = \"calibration\"\nchance = \"expected\"";
    let group = asked.answered();
    let tried: Vec<usize> = (0..made[0].len()).filter(|&row| made[0][row] == 1.0).collect();
    let mean = tried.iter().map(|&row| chance(row)).sum::<f64>() / tried.len() as f64;
    near(main(&group).comparison.expect("what was expected"), mean, 1e-12);
    assert!(titled(&group, "Slope").estimate.interval.contains(1.0));
    assert_eq!(group.tables.len(), 2, "no regression was made");
    asked.method = "name = \"calibration\"\nchance = \"anything\"";
    asked.refused("no-such-column");
    asked.design.pop();
    asked.design.push(numbers("expected", (0..made[0].len()).map(|row| chance(row) * 3.0)));
    asked.method = "name = \"calibration\"\nchance = \"expected\"";
    asked.refused("out-of-range");
}
