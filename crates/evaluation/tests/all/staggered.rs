//! Units that begin at different times, against csdid on made-up panels.

use meed_evaluation::panel::codes;
use meed_evaluation::panel::staggered::{
    Adjust, Base, Comparison, Gaps, Long, Options, Over, Panel, averages, bands, effects, relative_magnitudes,
};
use meed_reference::{Program, Table, agree};
use meed_statistics::estimate::Estimate;
use meed_statistics::generator::Generator;
use meed_statistics::matrix::Matrix;

use crate::{data, script};

struct Made {
    unit: Vec<String>,
    period: Vec<i64>,
    began: Vec<Option<i64>>,
    outcome: Vec<f64>,
    covariate: Vec<f64>,
    weight: Vec<f64>,
}

/// Units over six periods; groups with a high covariate grow faster, so that adjusting matters. The effect is `effect`
/// for each period since the beginning.
fn made(number: u64, units: usize, effect: f64) -> Made {
    let mut draw = Generator::new(20_250_103, "staggered").replicate(number);
    let mut made =
        Made { unit: vec![], period: vec![], began: vec![], outcome: vec![], covariate: vec![], weight: vec![] };
    for unit in 0..units {
        let x = draw.normal();
        let lean = if x > 0.0 { 0.55 } else { 0.35 };
        let began = match (draw.chance(lean), draw.below(3)) {
            (true, which) => Some(3 + which as i64),
            (false, _) => None,
        };
        let (own, weight) = (draw.normal(), 0.5 + draw.uniform());
        for period in 1..=6_i64 {
            let since = began.map_or(0.0, |g| if period >= g { (period - g + 1) as f64 } else { 0.0 });
            made.unit.push(format!("{unit:04}"));
            made.period.push(period);
            made.began.push(began);
            made.outcome.push(own + 0.2 * x * period as f64 + effect * since + draw.normal());
            made.covariate.push(x);
            made.weight.push(weight);
        }
    }
    made
}

impl Made {
    /// Takes a row in sixty away, so that some units are not seen in every period.
    fn with_gaps(&mut self, number: u64) {
        let mut draw = Generator::new(20_261_122, "gaps").replicate(number);
        let kept: Vec<bool> = (0..self.unit.len()).map(|_| !draw.chance(1.0 / 60.0)).collect();
        fn keep<T>(list: &mut Vec<T>, kept: &[bool]) {
            let mut place = kept.iter();
            list.retain(|_| *place.next().expect("as many rows"));
        }
        keep(&mut self.unit, &kept);
        keep(&mut self.period, &kept);
        keep(&mut self.began, &kept);
        keep(&mut self.outcome, &kept);
        keep(&mut self.covariate, &kept);
        keep(&mut self.weight, &kept);
    }

    fn panel(&self, covariate: bool, weighted: bool) -> Panel {
        let covariates = Matrix::from_columns(vec![("x", self.covariate.clone())]).expect("numbers");
        let long = Long {
            unit: &self.unit,
            period: &self.period,
            began: &self.began,
            outcome: &self.outcome,
            covariates: covariate.then_some(&covariates),
            weights: weighted.then_some(&self.weight[..]),
            gaps: Gaps::LeaveOut,
        };
        Panel::from_long(&long).expect("a panel").0
    }
}

/// Every cell, its error, the test of trends before, and all averages with their errors, to 1e-6, over 216 panels:
/// three adjustments, two comparisons, two bases, with and without covariate, weights, anticipation and gaps.
#[test]
fn effects_by_group_and_period_agree_with_csdid() {
    let adjusts = [Adjust::OutcomeRegression, Adjust::Weighting, Adjust::DoublyRobust];
    let kinds = [Over::All, Over::Since, Over::Group, Over::Calendar];
    let heading = [
        "set",
        "unit",
        "period",
        "began",
        "y",
        "x",
        "w",
        "never",
        "universal",
        "adjust",
        "anticipation",
        "covariate",
        "weighted",
        "over",
    ];
    let mut table = Table::new(&heading);
    let sets: Vec<_> = (0..216_usize)
        .map(|number| {
            let options = Options {
                adjust: adjusts[number % 3],
                comparison: if number / 3 % 2 == 0 { Comparison::NotYet } else { Comparison::Never },
                base: if number / 6 % 2 == 0 { Base::Varying } else { Base::Universal },
                anticipation: i64::from(number / 12 % 3 == 2),
                level: 0.95,
            };
            let (covariate, weighted) = (number / 36 % 3 != 0, number / 2 % 2 == 0);
            let mut set = made(number as u64, 90, 0.3);
            if number % 5 == 1 {
                set.with_gaps(number as u64);
            }
            let flag = |is: bool| f64::from(u8::from(is));
            for (row, y) in set.outcome.iter().enumerate() {
                let unit: f64 = set.unit[row].parse().expect("a number");
                table.push(&[
                    number as f64,
                    unit + 1.0,
                    set.period[row] as f64,
                    set.began[row].unwrap_or(0) as f64,
                    *y,
                    set.covariate[row],
                    set.weight[row],
                    flag(options.comparison == Comparison::Never),
                    flag(options.base == Base::Universal),
                    (number % 3) as f64,
                    options.anticipation as f64,
                    flag(covariate),
                    flag(weighted),
                    (number % 4) as f64,
                ]);
            }
            (set, options, covariate, weighted, kinds[number % 4])
        })
        .collect();
    let Some(theirs) = Program::Python.run(&script("staggered.py"), &["pandas", "csdid"], &table) else { return };
    assert_eq!(theirs.sets().len(), sets.len());
    let mut compared = 0;
    for (number, (set, options, covariate, weighted, over)) in sets.iter().enumerate() {
        let ours = effects(&set.panel(*covariate, *weighted), options).expect("effects");
        let pick = |name: &str| theirs.get(number as u64, name);
        let same = |what: &str, estimate: &Estimate, value: &str, error: &str| {
            let what = format!("set {number}, {what}, {options:?}");
            agree(&what, estimate.value, pick(value), 1e-6);
            agree(&what, estimate.standard_error, pick(error), 1e-6);
        };
        assert_eq!(pick("cells"), ours.cells.len() as f64, "set {number}");
        for cell in &ours.cells {
            let place = format!("{} {}", cell.began, cell.period);
            let (att, se) = (format!("att {place}"), format!("se {place}"));
            match &cell.estimate {
                Some(estimate) => same(&place, estimate, &att, &se),
                None => assert_eq!(pick(&att), 0.0),
            }
            compared += 1;
        }
        if let (Some((_, _, p)), wald) = (ours.pre_trend, pick("wald"))
            && wald.is_finite()
        {
            agree(&format!("set {number}, the trend before"), p, wald, 1e-5);
        }
        let made = averages(&ours, *over).expect("averages");
        same("overall", &made.overall, "overall", "overall se");
        for average in &made.averages {
            let Some(estimate) = &average.estimate else { continue };
            same("average", estimate, &format!("average {}", average.at), &format!("average se {}", average.at));
        }
    }
    assert!(compared > 2_500, "{compared} cells were compared");
}

/// Self-defence laws, unweighted: two-way fixed effects say 0.069, effects by group and period a quarter of it. The
/// figures are those of csdid on the same rows.
#[test]
fn castle_doctrine_by_group_and_period() {
    let Some(table) = data::read("natural-experiments", "castle.csv") else { return };
    let (unit, post) = (table.column("sid"), table.numbers("post"));
    let period: Vec<i64> = table.numbers("year").iter().map(|year| *year as i64).collect();
    let outcome: Vec<f64> = table.numbers("homicide").iter().map(|rate| rate.ln()).collect();
    let first = |state: &String| {
        (0..unit.len()).filter(|row| unit[*row] == *state && post[*row] == 1.0).map(|row| period[row]).min()
    };
    let began: Vec<Option<i64>> = unit.iter().map(first).collect();
    let long = Long {
        unit: &unit,
        period: &period,
        began: &began,
        outcome: &outcome,
        covariates: None,
        weights: None,
        gaps: Gaps::Refuse,
    };
    let (panel, warnings) = Panel::from_long(&long).expect("a panel");
    assert!(warnings.is_empty());
    let found = effects(&panel, &Options::default()).expect("effects");
    assert!(found.warnings.iter().any(|warning| warning.code == "small-groups"), "{:?}", found.warnings);
    let overall = averages(&found, Over::All).expect("an average").overall;
    agree("the average effect", overall.value, 0.01741204771900428, 1e-7);
    agree("its error", overall.standard_error, 0.0396204658017078, 1e-7);
}

/// Bands for all periods at once hold the truth about 95 times in 100, and are wider than the intervals one by one.
#[test]
fn bands_hold_for_all_periods_at_once() {
    let mut held = 0;
    for number in 0..200 {
        let set = made(10_000 + number, 150, 0.5);
        let found = effects(&set.panel(true, false), &Options::default()).expect("effects");
        let study = averages(&found, Over::Since).expect("an event study");
        let made = bands(&found, &study.averages, 399, number).expect("bands");
        let truth = |since: i64| if since >= 0 { 0.5 * (since + 1) as f64 } else { 0.0 };
        held += u32::from(made.bands.iter().all(|band| band.band.contains(truth(band.at))));
        assert!(made.reach >= 1.9599);
    }
    assert!(held >= 178, "{held} of 200");
}

#[test]
fn the_same_seed_gives_the_same_bands() {
    let found = effects(&made(1, 60, 0.0).panel(false, false), &Options::default()).expect("effects");
    let study = averages(&found, Over::Since).expect("an event study");
    assert_eq!(bands(&found, &study.averages, 299, 4), bands(&found, &study.averages, 299, 4));
    assert_ne!(bands(&found, &study.averages, 299, 4), bands(&found, &study.averages, 299, 5));
}

/// Errors by cluster of one are those without clusters; units copied within a cluster leave the error as it was.
#[test]
fn copying_every_unit_within_its_cluster_leaves_the_error_as_it_was() {
    let set = made(3, 80, 0.3);
    let once = set.panel(true, false);
    let mut twice = once.clone();
    for unit in 0..once.units.len() {
        twice.units.push(format!("{} again", once.units[unit]));
        twice.began.push(once.began[unit]);
        twice.outcome.push(once.outcome[unit].clone());
        twice.weights.push(1.0);
    }
    let both: Vec<usize> = (0..once.units.len()).chain(0..once.units.len()).collect();
    twice.covariates = once.covariates.take_rows(&both);
    twice.clusters = Some(both);
    let overall = |panel: &Panel| {
        averages(&effects(panel, &Options::default()).expect("effects"), Over::All).expect("an average").overall
    };
    let (a, b) = (overall(&once), overall(&twice));
    assert!((a.value - b.value).abs() < 1e-9 && (a.standard_error - b.standard_error).abs() < 1e-9, "{a:?} {b:?}");
}

/// At 0 the interval is the plain one; it widens with the drift that is allowed; and at the breakdown it meets nothing.
#[test]
fn an_effect_breaks_down_when_trends_may_drift_far_enough() {
    for base in [Base::Varying, Base::Universal] {
        let set = made(8, 400, 1.0);
        let found = effects(&set.panel(true, false), &Options { base, ..Options::default() }).expect("effects");
        let study = averages(&found, Over::Since).expect("an event study");
        let made = relative_magnitudes(&found, &study, (0, 0), &[0.0, 0.5, 1.0, 2.0]).expect("a sensitivity");
        let plain = study.averages.iter().find(|a| a.at == 0).and_then(|a| a.estimate.clone()).expect("an estimate");
        assert!((made.points[0].interval.low - plain.interval.low).abs() < 1e-9, "{made:?} {plain:?}");
        assert!(made.points.windows(2).all(|pair| pair[1].interval.low < pair[0].interval.low));
        let breakdown = made.breakdown.expect("the effect is there at 0");
        let at = relative_magnitudes(&found, &study, (0, 0), &[breakdown]).expect("a sensitivity");
        assert!(at.points[0].interval.low.abs() < 1e-6, "{at:?}");
    }
}

#[test]
fn what_cannot_be_answered_is_refused_or_told() {
    let mut set = made(2, 60, 0.0);
    // Everybody begins at once: nobody to compare with.
    let all = vec![Some(4); set.unit.len()];
    set.began = all;
    let panel = set.panel(false, false);
    assert_eq!(effects(&panel, &Options::default()).expect_err("a refusal").code(), "empty-group");
    let never = Options { comparison: Comparison::Never, ..Options::default() };
    assert_eq!(effects(&panel, &never).expect_err("a refusal").code(), "empty-group");
    // Begun by the first period: no time before.
    set.began = vec![Some(1); set.unit.len()];
    let long = Long {
        unit: &set.unit,
        period: &set.period,
        began: &set.began,
        outcome: &set.outcome,
        covariates: None,
        weights: None,
        gaps: Gaps::Refuse,
    };
    assert_eq!(Panel::from_long(&long).expect_err("a refusal").code(), "empty-group");
    // A covariate that tells who begins: no overlap.
    let mut set = made(4, 80, 0.0);
    set.covariate = set.began.iter().map(|g| if g.is_some() { 1.0 } else { 0.0 }).collect();
    let options = Options { comparison: Comparison::Never, adjust: Adjust::Weighting, ..Options::default() };
    assert_eq!(effects(&set.panel(true, false), &options).expect_err("a refusal").code(), "no-overlap");
    // A gap: refused, or left out and told of.
    let mut set = made(5, 80, 0.0);
    for list in [&mut set.outcome, &mut set.covariate, &mut set.weight] {
        list.remove(0);
    }
    set.unit.remove(0);
    set.period.remove(0);
    set.began.remove(0);
    let (units, place) = codes(&set.unit);
    assert_eq!((units.len(), place[0]), (80, 0));
    let long = Long {
        unit: &set.unit,
        period: &set.period,
        began: &set.began,
        outcome: &set.outcome,
        covariates: None,
        weights: None,
        gaps: Gaps::Refuse,
    };
    assert_eq!(Panel::from_long(&long).expect_err("a refusal").code(), "units-with-gaps");
    let long = Long { gaps: Gaps::LeaveOut, ..long };
    let (panel, warnings) = Panel::from_long(&long).expect("a panel");
    assert_eq!((panel.units.len(), warnings[0].code.as_str()), (79, "units-with-gaps"));
}
