//! Under a cap an advance and what is earned have one room between them: never is more paid than the cap allows, and in
//! the end no less than without the advance.

use std::collections::BTreeMap;

use meed_settlement::Line;
use meed_terms::Terms;
use meed_units::Money;
use proptest::{prelude::*, sample::select};

use super::{any_ends, config, contracts};
use crate::support::{
    assert_linked, assert_sound, month_by_month, standing,
    world::{any_world, plain_world},
};

/// An advance: what it is on account of, how it is taken back, and after which days.
type Advance = (&'static [&'static str], &'static str, &'static str, &'static str);

const ADVANCES: [Advance; 5] = [
    (&["joining", "job"], "as-earned", "year", ""),
    (&["job"], "as-earned", "contract", ""),
    (&["joining", "job"], "at-reconciliation", "year", ""),
    (&["job"], "at-reconciliation", "contract", ""),
    (&["joining", "job"], "as-earned", "contract", "runs = { from = 2020-01-01, until = 2020-07-01 }\n"),
];
const PER: [&str; 4] = ["period", "year", "provider", "contract"];

fn terms(advance: Option<Advance>, (per, room, when): (&str, u32, &str), more: &str) -> Terms {
    let clauses = "\n[[clause]]\nid = \"joining\"\nkind = \"attachment\"\nmeasure = \"started\"\nfee = \"40.00\"\n\
        \n[[clause]]\nid = \"job\"\nkind = \"per-outcome\"\nmeasure = \"job\"\nprice = \"250.10\"\n\
        \n[[clause]]\nid = \"other\"\nkind = \"per-outcome\"\nmeasure = \"abstinent\"\nprice = \"90.00\"\n";
    let advance = advance.map_or(String::new(), |(of, recovers, reconciles, runs)| {
        format!(
            "\n[[clause]]\nid = \"advanced\"\nkind = \"advance\"\n{runs}amount = {{ north = \"200.00\", south = \"99.99\" }}\n\
             on-account-of = {of:?}\nrecovers = \"{recovers}\"\nreconciles = \"{reconciles}\"\n"
        )
    });
    let cap = format!(
        "\n[[cap]]\nid = \"room\"\nper = \"{per}\"\namount = \"{room}.00\"\norder = \"occurred-on\"\nwhen-reversed = \"{when}\"\n"
    );
    contracts::of_text(&format!("{}{clauses}{advance}{more}{cap}", contracts::common()))
}

fn scope(per: &str, line: &Line) -> String {
    match per {
        "period" => line.occurred_on.first_of_month().to_string(),
        "year" => line.occurred_on.year().to_string(),
        "provider" => line.provider.to_string(),
        _ => String::new(),
    }
}

fn sum_of(lines: &[&Line], clauses: &[&str]) -> Money {
    lines.iter().filter(|line| clauses.contains(&&*line.clause)).map(|line| line.amount).sum()
}

const GUARANTEE: &str = "\n[[clause]]\nid = \"least\"\nkind = \"guarantee\"\nof = [\"joining\", \"job\"]\nper = \"period\"\namount = \"120.00\"\n";

proptest! {
    #![proptest_config(config())]

    /// Whatever becomes known late, is corrected or withdrawn: what stands paid is within the cap after every statement.
    #[test]
    fn a_cap_holds_of_what_stands_paid(
        world in any_world(),
        advance in select(&ADVANCES[..]),
        per in select(&PER[..]),
        room in 100_u32..900,
        when in select(&["re-flow", "as-priced"][..]),
        more in select(&["", GUARANTEE][..]),
        ends in any_ends(),
    ) {
        let terms = terms(Some(advance), (per, room, when), more);
        let statements = month_by_month(&terms, &world, &ends, 0);
        for so_far in 1..=statements.len() {
            assert_sound(&terms, &statements[so_far - 1]);
            let mut paid: BTreeMap<String, Money> = BTreeMap::new();
            for line in standing(&statements[..so_far]) {
                *paid.entry(scope(per, line)).or_insert(Money::ZERO) += line.amount;
            }
            for (of, paid) in paid {
                prop_assert!(paid <= Money::minor(i64::from(room) * 100), "{paid} is paid in {of}, of {room}");
            }
        }
        assert_linked(&statements);
    }

    /// Of evidence that is never corrected, results are paid in the end what they are paid where nothing is advanced.
    #[test]
    fn what_was_advanced_and_taken_back_costs_no_room(
        world in plain_world(),
        advance in select(&ADVANCES[..]),
        per in select(&["year", "provider", "contract"][..]),
        room in 100_u32..2000,
        when in select(&["re-flow", "as-priced"][..]),
        ends in any_ends(),
    ) {
        // A cap of a year does not look at what is taken back in another, and lines that keep their room keep it then.
        prop_assume!(advance.2 == "year" || per != "year" || when == "re-flow");
        let cap = (per, room, when);
        // The year and the contract are over by then, and a statement comes after that.
        let ends: Vec<usize> = ends.into_iter().chain([15, 16]).collect();
        let ended = "\n[termination]\non = 2021-03-01\nby = \"council\"\nreason = \"the service moves\"\npays = \"due-before\"\n";
        let results = ["joining", "job", "other"];
        let paid = |advance: Option<Advance>| {
            let terms = terms(advance, cap, ended);
            let statements = month_by_month(&terms, &world, &ends, 0);
            let lines = standing(&statements);
            let mut paid: BTreeMap<String, Money> = BTreeMap::new();
            for line in lines.iter().filter(|line| results.contains(&&*line.clause)) {
                *paid.entry(scope(per, line)).or_insert(Money::ZERO) += line.amount;
            }
            paid.retain(|_, paid| !paid.is_zero());
            (paid, sum_of(&lines, &["advanced"]))
        };
        let (with, left) = paid(Some(advance));
        prop_assert_eq!(left, Money::ZERO, "all that was advanced is taken back");
        prop_assert_eq!(with, paid(None).0);
    }
}
