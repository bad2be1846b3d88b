//! Trials: by person, by cluster, by offer and take-up.

use meed_evaluation::FrameColumn;
use meed_statistics::Generator;

use super::support::{Asked, keys, main, near, numbers, sensitivity, texts, titled};
use crate::data;

const YES: &str = "kind = \"yes-no\"";
const NUMBER: &str = "kind = \"number\"\nunit = \"dollar\"";

/// National Supported Work: earnings of 1978 of the men of Dehejia and Wahba.
fn nsw(method: &str, check: impl Fn(Asked<'_>)) {
    let Some(table) = data::read("nsw-lalonde", "nsw-dehejia-wahba.csv") else { return };
    let treated = table.numbers("treat");
    let mut design = vec![keys(treated.len()), numbers("treated", treated)];
    for name in ["age", "educ", "black", "hisp", "marr", "nodegree", "re74", "re75"] {
        design.push(numbers(name, table.numbers(name)));
    }
    let earnings = table.numbers("re78");
    let outcomes = vec![keys(earnings.len()), numbers("outcome", earnings)];
    let population =
        "covariates = [\"age\", \"educ\", \"black\", \"hisp\", \"marr\", \"nodegree\", \"re74\", \"re75\"]";
    check(Asked { population, outcome: NUMBER, method, design, outcomes });
}

/// 1,794.34 with an error of 632.85 (even spread) or 671.00 (HC2, Welch); the lot alone seldom makes as much.
#[test]
fn a_trial_gives_the_published_difference_with_the_error_that_is_asked_for() {
    for (error, expected) in [("welch", 671.00), ("hc2", 671.00), ("even", 632.85)] {
        nsw(&format!("name = \"difference\"\nerror = \"{error}\"\nrelabellings = 499"), |asked| {
            let group = asked.answered();
            let main = main(&group);
            near(main.estimate.value, 1794.342, 0.001);
            near(main.estimate.standard_error, expected, 0.01);
            assert_eq!(main.estimate.df == Some(443.0), error != "welch", "Welch counts its own degrees of freedom");
            assert!(group.balance.rows.len() == 8, "balance is shown");
            assert!(sensitivity(&group, "relabelling")[0].1 < 0.02);
            assert!(group.sensitivity.iter().all(|known| known.name != "e-value"), "a lot leaves nothing hidden");
        });
    }
}

#[test]
fn covariates_stand_beside_the_plain_difference_or_answer_the_question() {
    nsw("name = \"difference\"\nrelabellings = 0", |asked| {
        let group = asked.answered();
        let beside = titled(&group, "Difference, covariates taken into account").clone();
        assert!((beside.estimate.value - 1794.342).abs() > 1.0, "{beside:?}");
        let first = Asked { method: "name = \"difference\"\nmain = \"adjusted\"\nrelabellings = 0", ..asked };
        let group = first.answered();
        assert_eq!(main(&group).estimate, beside.estimate);
        let straight = Asked {
            method: "name = \"difference\"\nmain = \"adjusted\"\nadjust = \"straight\"\nrelabellings = 0",
            ..first
        };
        // The regression of the outcome on the offer and the covariates.
        near(main(&straight.answered()).estimate.value, 1676.34, 0.05);
        let none = Asked { population: "", ..straight };
        none.refused("too-few-cases");
    });
}

/// Forty sites with ten people each; the lot was drawn among sites, which differ.
fn sites(count: usize, both: bool) -> (Vec<FrameColumn>, Vec<FrameColumn>) {
    let mut chance = Generator::new(7, "sites");
    let (mut treated, mut site, mut outcome) = (Vec::new(), Vec::new(), Vec::new());
    for n in 0..count {
        let level = chance.uniform();
        for person in 0..10 {
            let had = if both { (n + person) % 2 == 0 } else { n % 2 == 0 };
            treated.push(f64::from(u8::from(had)));
            site.push(format!("s{n:02}"));
            let likely = 0.6 * level + if had { 0.2 } else { 0.0 };
            outcome.push(f64::from(u8::from(chance.uniform() < likely)));
        }
    }
    let design = vec![keys(treated.len()), numbers("treated", treated), texts("site", &site)];
    (design, vec![keys(outcome.len()), numbers("outcome", outcome)])
}

fn by_site(count: usize, both: bool, method: &'static str) -> Asked<'static> {
    let (design, outcomes) = sites(count, both);
    Asked { population: "cluster = \"site\"", outcome: YES, method, design, outcomes }
}

const BY_CLUSTER: &str = "name = \"difference-by-cluster\"\nrelabellings = 499";

#[test]
fn people_of_one_site_are_worth_fewer_than_people_drawn_one_by_one() {
    let clustered = by_site(40, false, BY_CLUSTER).answered();
    let alone = by_site(40, false, "name = \"difference\"\nrelabellings = 0");
    let told = alone.plan().expect_err("a method without clusters");
    assert!(
        told.contains("`difference` makes no use of `cluster`") && told.contains("`difference-by-cluster`"),
        "{told}"
    );
    let alone = Asked { population: "", ..alone }.answered();
    near(main(&clustered).estimate.value, main(&alone).estimate.value, 1e-12);
    assert!(main(&clustered).estimate.standard_error > 1.1 * main(&alone).estimate.standard_error);
    near(titled(&clustered, "Difference, each cluster").estimate.value, main(&clustered).estimate.value, 1e-9);
    assert!(sensitivity(&clustered, "relabelling")[0].1 > 0.0);
}

#[test]
fn few_clusters_are_warned_of_and_one_on_a_side_is_refused() {
    by_site(8, false, BY_CLUSTER).warned("few-clusters");
    by_site(2, false, BY_CLUSTER).refused("too-few-clusters");
    by_site(1, true, BY_CLUSTER).refused("one-cluster");
    by_site(20, true, BY_CLUSTER).refused("cluster-on-both-sides");
    let told = by_site(20, false, BY_CLUSTER);
    let told = Asked { population: "", ..told }.plan().expect_err("no column of clusters is named");
    assert!(told.contains("`difference-by-cluster` needs to know which cluster a person is in"), "{told}");
}

/// Two hundred people, of whom those offered mostly take it up, and those who do are better off anyway.
fn offers(taking: f64) -> Asked<'static> {
    let mut chance = Generator::new(11, "offers");
    let (mut offered, mut taken, mut outcome) = (Vec::new(), Vec::new(), Vec::new());
    for n in 0..200 {
        let keen = chance.uniform();
        let offer = n % 2 == 0;
        let takes = offer && keen < taking;
        offered.push(f64::from(u8::from(offer)));
        taken.push(f64::from(u8::from(takes)));
        outcome.push(10.0 - 4.0 * keen + if takes { 2.0 } else { 0.0 } + chance.uniform());
    }
    let design = vec![keys(200), numbers("treated", offered), numbers("took", taken)];
    Asked {
        population: "took-up = \"took\"",
        outcome: NUMBER,
        method: "name = \"take-up\"\nrelabellings = 199",
        design,
        outcomes: vec![keys(200), numbers("outcome", outcome)],
    }
}

#[test]
fn the_effect_on_those_who_took_it_up_is_the_offers_over_the_share_it_moved() {
    let group = offers(0.6).answered();
    let share = match &group.tables[0].rows[0][1] {
        meed_evaluation::report::Cell::Number(share) => share / 100.0,
        other => panic!("{other:?}"),
    };
    let movers = titled(&group, "Effect on those who took it up");
    near(movers.estimate.value, main(&group).estimate.value / share, 1e-9);
    near(movers.estimate.value, 2.0, 1.0);
    let naive = titled(&group, "Naive: those who took it up");
    assert!(naive.estimate.value > 3.0, "the keen fare better anyway: {}", naive.estimate.value);
    let limits = sensitivity(&group, "anderson-rubin");
    assert!(limits[0].1 < movers.estimate.value && movers.estimate.value < limits[1].1);
}

#[test]
fn an_offer_that_moved_few_or_nobody_is_told() {
    offers(0.03).warned("weak-offer");
    let group = offers(0.0).warned("no-variation");
    assert!(group.effects.iter().all(|effect| !effect.title.contains("took it up because")), "no figure is made up");
}

#[test]
fn strata_in_which_the_lot_gave_other_shares_are_told() {
    let mut asked = offers(0.6);
    asked.population = "stratum = \"place\"";
    asked.method = "name = \"difference\"\nrelabellings = 99";
    asked.design.push(texts("place", (0..200).map(|n| if n % 2 == 0 && n % 4 == 0 || n < 40 { "a" } else { "b" })));
    asked.warned("shares-differ-between-strata");
}
