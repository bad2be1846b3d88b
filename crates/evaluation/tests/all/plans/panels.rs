//! Before and after, here and there.

use meed_evaluation::{FrameColumn, report::Cell};
use meed_statistics::Generator;

use super::support::{Asked, keys, main, near, numbers, texts, titled};
use crate::data;

/// Card and Krueger 1994: restaurants of two states before and after one raised its minimum wage.
fn restaurants(seen_twice: bool, check: impl Fn(Asked<'_>)) {
    let Some(table) = data::read("natural-experiments", "card-krueger.csv") else { return };
    let (id, nj, after, staff) = (table.column("id"), table.numbers("nj"), table.numbers("d"), table.numbers("fte"));
    let both = |row: usize| (0..id.len()).filter(|&other| id[other] == id[row] && !staff[other].is_nan()).count() == 2;
    let rows: Vec<usize> = (0..id.len()).filter(|&row| !staff[row].is_nan() && (!seen_twice || both(row))).collect();
    // Rows that stand for different people have keys of their own.
    let key = |row: usize| if seen_twice { id[row].clone() } else { format!("{}-{}", id[row], after[row]) };
    let of = |values: &[f64]| rows.iter().map(|&row| values[row]).collect::<Vec<_>>();
    let person = || texts("person", rows.iter().map(|&row| key(row)));
    check(Asked {
        population: "time = \"wave\"",
        outcome: "kind = \"number\"",
        method: "name = \"two-by-two\"\nbegan = 1",
        design: vec![person(), numbers("treated", of(&nj)), numbers("wave", of(&after))],
        outcomes: vec![person(), numbers("wave", of(&after)), numbers("outcome", of(&staff))],
    });
}

/// Published: 2.76 over all restaurants, 2.75 (1.34) over those seen twice.
#[test]
fn two_states_before_and_after_give_the_published_change() {
    restaurants(false, |asked| {
        let group = asked.answered();
        near(main(&group).estimate.value, 2.7536, 5e-5);
        let Cell::Number(mean) = group.tables[0].rows[1][1] else { panic!("a mean") };
        near(mean, 21.027, 5e-4);
    });
    restaurants(true, |asked| {
        let group = asked.answered();
        near(main(&group).estimate.value, 2.7500, 5e-5);
        near(main(&group).estimate.standard_error, 1.3423, 5e-4);
    });
}

/// People of four groups, of whom so many of a hundred had the outcome.
fn groups(shares: [usize; 4], of: usize) -> (Vec<FrameColumn>, Vec<FrameColumn>) {
    let rows = || (0..4).flat_map(move |cell| (0..of).map(move |n| (cell, n)));
    let count = 4 * of;
    let time = || numbers("year", rows().map(|(cell, _)| 2011.0 + (cell % 2) as f64));
    let design = vec![
        keys(count),
        numbers("treated", rows().map(|(cell, _)| if cell < 2 { 1.0 } else { 0.0 })),
        time(),
        texts("area", rows().map(|(cell, n)| format!("a{}", if cell < 2 { n % 4 } else { 4 + n % 6 }))),
        numbers("age", rows().map(|(cell, n)| (30 + (7 * n + cell) % 20) as f64)),
    ];
    let outcome = rows().map(|(cell, n)| if (n * 37 + 11 * cell) % of < shares[cell] * of / 100 { 1.0 } else { 0.0 });
    (design, vec![keys(count), time(), numbers("outcome", outcome)])
}

fn asked(shares: [usize; 4], of: usize, method: &'static str) -> Asked<'static> {
    let (design, outcomes) = groups(shares, of);
    Asked { population: "time = \"year\"", outcome: "kind = \"yes-no\"", method, design, outcomes }
}

const FROM_2012: &str = "name = \"two-by-two\"\nbegan = 2012";

/// The pilots' shares: 34% to 24% here, 27% to 29% there: minus 12 points, and 0.5551 times the odds.
#[test]
fn shares_change_by_points_and_by_odds() {
    let group = asked([34, 24, 27, 29], 1000, FROM_2012).answered();
    near(main(&group).estimate.value, -0.12, 1e-12);
    near(titled(&group, "Change of the odds").estimate.value, 0.5551, 5e-5);
    assert_eq!(
        main(&group).comparison.map(|share| (share * 100.0).round()),
        Some(36.0),
        "34% plus the others' 2 points"
    );
}

#[test]
fn areas_with_something_of_their_own_give_about_the_same_odds() {
    let crude = asked([34, 24, 27, 29], 600, FROM_2012).answered();
    let mut areas = asked([34, 24, 27, 29], 600, "name = \"areas\"\nbegan = 2012");
    areas.population = "time = \"year\"\ncluster = \"area\"\ncovariates = [\"age\"]";
    let group = areas.warned("few-pilot-areas");
    near(main(&group).estimate.value, titled(&crude, "Change of the odds").estimate.value, 0.02);
    let mut one = areas;
    let Some(area) = one.design.iter_mut().find(|column| column.name == "area") else { panic!("an area") };
    *area = texts("area", (0..2400).map(|n| if n < 1200 { "here" } else { "there" }));
    one.refused("too-few-clusters");
}

#[test]
fn a_beginning_that_is_not_said_or_comes_several_times_is_refused() {
    let told = asked([34, 24, 27, 29], 100, "name = \"two-by-two\"").plan().expect_err("a plan without a beginning");
    assert!(told.contains("missing-field: the plan does not say when the programme began"), "{told}");
    asked([34, 24, 27, 29], 100, "name = \"two-by-two\"\nbegan = 2014").refused("empty-group");
    let mut several = asked([34, 24, 27, 29], 100, "name = \"two-by-two\"");
    several.population = "time = \"year\"\nfirst-treated = \"first\"";
    several.design.push(numbers("first", (0..400).map(|n| if n < 200 { 2012.0 + (n % 2) as f64 } else { f64::NAN })));
    several.refused("several-beginnings");
    let told = Asked { population: "", ..asked([34, 24, 27, 29], 100, FROM_2012) }.plan().expect_err("no time");
    assert!(told.contains("`two-by-two` needs to know when each row is"), "{told}");
}

#[test]
fn small_cells_are_told_without_their_number() {
    let group = asked([2, 2, 30, 30], 100, FROM_2012).warned("small-cells");
    let warning = group.warnings.iter().find(|warning| warning.code == "small-cells").expect("the warning");
    assert!(warning.what.contains("fewer than 5"), "{warning:?}");
    assert_eq!(group.tables[0].rows[0][1], Cell::Empty, "a share of two people is not shown");
    let none = asked([0, 10, 30, 30], 100, FROM_2012).warned("no-odds");
    assert_eq!(none.effects.iter().filter(|effect| effect.title.contains("odds")).count(), 0);
    asked([0, 0, 0, 0], 100, FROM_2012).refused("no-variation");
}

/// Counts with a time at risk: rates halve here and stay there.
#[test]
fn rates_change_beyond_others_and_their_scatter_is_found() {
    let mut chance = Generator::new(5, "rates");
    let (mut design, mut outcomes) = groups([0; 4], 200);
    let scatter: Vec<f64> =
        (0..800).map(|n| chance.negative_binomial(if n / 200 == 1 { 2.0 } else { 4.0 }, 2.0) as f64).collect();
    outcomes.pop();
    outcomes.push(numbers("outcome", scatter));
    outcomes.push(numbers("years", std::iter::repeat_n(2.0, 800)));
    design.pop();
    let whole = |method: &'static str| Asked {
        population: "time = \"year\"",
        outcome: "kind = \"count\"\nexposure = \"years\"",
        method,
        design: design.clone(),
        outcomes: outcomes.clone(),
    };
    let group = whole(FROM_2012).answered();
    near(main(&group).estimate.value, -1.0, 0.3);
    near(titled(&group, "Ratio of the rates").estimate.value, 0.5, 0.15);
    let poisson = whole("name = \"two-by-two\"\nbegan = 2012\ndispersion = 1").warned("more-scatter");
    assert!(main(&poisson).estimate.standard_error < main(&group).estimate.standard_error);
}
