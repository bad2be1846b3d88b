//! One series, one place, one line: where there is nobody to draw lots over.

use meed_evaluation::{
    FrameColumn,
    discontinuity::{Options, jump},
    report::Cell,
};
use meed_statistics::Generator;

use super::support::{Asked, keys, main, near, numbers, sensitivity, texts, titled};
use crate::data;

/// California's tobacco programme: packs of cigarettes a head in 39 states.
fn states(method: &str, check: impl Fn(Asked<'_>)) {
    let table = data::kept("california-prop99.csv");
    let (state, year) = (table.column("State"), table.numbers("Year"));
    let key = || texts("person", state.iter());
    let had = state.iter().map(|state| f64::from(u8::from(state == "California")));
    check(Asked {
        population: "time = \"year\"",
        outcome: "kind = \"number\"\nunit = \"pack\"\nbetter = \"lower\"",
        method,
        design: vec![key(), numbers("treated", had), numbers("year", year.iter().copied())],
        outcomes: vec![
            key(),
            numbers("year", year.iter().copied()),
            numbers("outcome", table.numbers("PacksPerCapita")),
        ],
    });
}

/// Published: minus 15.6 packs by synthetic difference-in-differences, minus 19.6 by synthetic control.
#[test]
fn a_tobacco_programme_against_a_mixture_of_other_states() {
    states("name = \"synthetic-difference\"\nbegan = 1989", |asked| {
        let group = asked.answered();
        near(main(&group).estimate.value, -15.605, 0.02);
        assert_eq!(group.tables[0].title, "The mixture of other places");
        let jackknife =
            Asked { method: "name = \"synthetic-difference\"\nbegan = 1989\nerror = \"jackknife\"", ..asked };
        jackknife.refused("too-few-cases");
    });
    states("name = \"synthetic-control\"\nbegan = 1989", |asked| {
        let group = asked.answered();
        near(main(&group).estimate.value, -19.6, 0.5);
        let p = main(&group).estimate.p;
        assert!((1.0 / 39.0..0.1).contains(&p) && sensitivity(&group, "placebos")[0].1 == p, "{p}");
        assert!(sensitivity(&group, "leave-one-out").len() > 2);
        assert_eq!(group.series[0].curves.len(), 2);
        let early = Asked { method: "name = \"synthetic-control\"\nbegan = 1971", ..asked };
        early.refused("too-few-cases");
    });
}

#[test]
fn a_state_without_a_year_and_several_states_for_a_method_for_one_are_refused() {
    states("name = \"synthetic-control\"\nbegan = 1989", |mut asked| {
        let mut several = asked.design.clone();
        if let meed_evaluation::Values::Numbers(treated) = &mut several[1].values {
            treated[0] = Some(1.0);
        }
        let whole = std::mem::replace(&mut asked.design, several);
        asked.refused("not-one-unit");
        asked.design = whole;
        for column in &mut asked.design {
            match &mut column.values {
                meed_evaluation::Values::Numbers(values) => drop(values.pop()),
                meed_evaluation::Values::Texts(values) => drop(values.pop()),
            }
        }
        asked.refused("periods-missing");
    });
}

/// Sixty months of counts that step down by a quarter at the forty-first, and a series elsewhere that does not.
fn months(control: bool) -> (Vec<FrameColumn>, Vec<FrameColumn>) {
    let mut chance = Generator::new(21, "months");
    let series = if control { 2 } else { 1 };
    let rows: Vec<(usize, usize)> = (0..series).flat_map(|of| (0..60).map(move |month| (of, month))).collect();
    let counts: Vec<f64> = rows
        .iter()
        .map(|(of, month)| {
            let step = if *of == 0 && *month >= 40 { 0.75 } else { 1.0 };
            chance.poisson(200.0 * step * (1.0 + 0.002 * *month as f64)) as f64
        })
        .collect();
    let key = || texts("person", rows.iter().map(|(of, _)| ["here", "there"][*of]));
    let month = || numbers("month", rows.iter().map(|(_, month)| *month as f64));
    let first = numbers("first", rows.iter().map(|(of, _)| if *of == 0 { 40.0 } else { f64::NAN }));
    (vec![key(), month(), first], vec![key(), month(), numbers("outcome", counts)])
}

fn series(control: bool, method: &'static str) -> Asked<'static> {
    let (design, outcomes) = months(control);
    let population = "time = \"month\"\nfirst-treated = \"first\"";
    Asked { population, outcome: "kind = \"count\"", method, design, outcomes }
}

#[test]
fn a_series_steps_by_what_was_put_in_alone_and_beside_a_control() {
    for control in [false, true] {
        let group = series(control, "name = \"interrupted-series\"").answered();
        assert!(main(&group).estimate.interval.contains(0.75), "{:?}", main(&group));
        assert!(main(&group).estimate.interval.high < 1.0);
        assert_eq!(main(&group).title.contains("beyond that of the control"), control);
        assert!(group.effects.iter().any(|effect| effect.title.contains("hang together")));
        assert_eq!(group.series[0].mark, Some(39.5));
        assert_eq!(group.series[0].curves[2].points.len(), 20, "what would have been is drawn from the beginning on");
    }
    let slope = series(false, "name = \"interrupted-series\"\nslope = true\nwaves = 1").answered();
    assert!(titled(&slope, "Each further period").estimate.interval.contains(1.0));
}

#[test]
fn series_with_gaps_or_with_too_few_months_are_refused() {
    series(false, "name = \"interrupted-series\"\nbegan = 2").refused("too-few-cases");
    series(false, "name = \"interrupted-series\"\nbegan = 58").refused("too-few-cases");
    let mut gap = series(false, "name = \"interrupted-series\"");
    for columns in [&mut gap.design, &mut gap.outcomes] {
        for column in columns.iter_mut() {
            match &mut column.values {
                meed_evaluation::Values::Numbers(values) => drop(values.remove(10)),
                meed_evaluation::Values::Texts(values) => drop(values.remove(10)),
            }
        }
    }
    gap.refused("gaps");
}

/// Support for the government in Uruguay, by the income that decided about a transfer.
#[test]
fn a_transfer_raises_support_where_income_decides_about_it() {
    let Some(table) = data::read("natural-experiments", "gov-transfers.csv") else { return };
    let (income, support) = (table.numbers("Income_Centered"), table.numbers("Support"));
    let had = income.iter().map(|income| f64::from(u8::from(*income < 0.0)));
    let asked = Asked {
        population: "score = \"income\"\nshown = [\"age\"]",
        outcome: "kind = \"number\"",
        method: "name = \"discontinuity\"\ncut-off = 0\nprogramme = \"below-it\"\nbandwidth = 0.02",
        design: vec![
            keys(income.len()),
            numbers("treated", had),
            numbers("income", income.iter().copied()),
            numbers("age", table.numbers("Age")),
        ],
        outcomes: vec![keys(income.len()), numbers("outcome", support.iter().copied())],
    };
    let options = Options { bandwidth: Some((0.02, 0.02)), ..Options::default() };
    let found = jump(&income, &support, 0.0, &options).expect("a jump");
    let group = asked.answered();
    near(main(&group).estimate.value, -found.robust.value, 1e-12);
    near(main(&group).estimate.interval.low, -found.robust.interval.high, 1e-12);
    assert!(titled(&group, "Jump between").estimate.value > 0.0, "the transfer raises support");
    assert!(group.tables.iter().any(|table| table.title.starts_with("Does anything known beforehand jump")));
    assert!(!sensitivity(&group, "density").is_empty() && !sensitivity(&group, "bandwidth").is_empty());
    let turned = Asked { method: "name = \"discontinuity\"\ncut-off = 0", ..asked };
    turned.refused("not-decided-by-score");
}

/// A thousand people with a score; at 50 the outcome jumps by two.
fn scored(pile_up: bool, steps: bool) -> Asked<'static> {
    let mut chance = Generator::new(31, "scores");
    let mut score: Vec<f64> = (0..1000).map(|_| 100.0 * chance.uniform()).collect();
    if pile_up {
        score.iter_mut().filter(|score| (47.0..50.0).contains(*score)).for_each(|score| *score += 3.0);
    }
    if steps {
        score.iter_mut().for_each(|score| *score = (*score / 25.0).floor());
    }
    let cut = if steps { 2.0 } else { 50.0 };
    let jump = |score: &f64| if *score >= cut { 2.0 } else { 0.0 };
    let outcome: Vec<f64> = score.iter().map(|score| 0.05 * score + jump(score) + chance.uniform()).collect();
    let before: Vec<f64> = score.iter().map(|score| 0.1 * score + jump(score) + chance.uniform()).collect();
    Asked {
        population: "score = \"points\"",
        outcome: "kind = \"number\"",
        method: if steps { "name = \"discontinuity\"\ncut-off = 2" } else { "name = \"discontinuity\"\ncut-off = 50" },
        design: vec![
            keys(1000),
            numbers("treated", score.iter().map(|score| f64::from(u8::from(*score >= cut)))),
            numbers("points", score.clone()),
            numbers("before", before),
        ],
        outcomes: vec![keys(1000), numbers("outcome", outcome)],
    }
}

#[test]
fn the_jump_at_a_line_is_what_was_put_in() {
    let group = scored(false, false).answered();
    near(main(&group).estimate.value, 2.0, 0.3);
    assert!(group.warnings.iter().all(|warning| warning.code != "unbalanced"), "two sides of a line differ");
    let Cell::Number(_) = group.tables[0].rows[0][1] else { panic!("the bandwidth") };
}

#[test]
fn scores_that_pile_up_and_things_that_jump_beforehand_are_told() {
    scored(true, false).warned("scores-pile-up");
    let beforehand = Asked { population: "score = \"points\"\nshown = [\"before\"]", ..scored(false, false) };
    beforehand.warned("beforehand-jumps");
    scored(false, true).refused("discrete-values");
    let told = Asked { method: "name = \"discontinuity\"", ..scored(false, false) }.plan().expect_err("no cut-off");
    assert!(told.contains("`cut-off` is missing"), "{told}");
    let told = Asked { population: "", ..scored(false, false) }.plan().expect_err("no score");
    assert!(told.contains("the score that decides who is eligible"), "{told}");
}
