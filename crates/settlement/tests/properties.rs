//! What holds of every settlement, whatever the evidence: made-up people under
//! a made-up contract with every kind of clause and a cap of every scope.

mod holds;
mod kinds;
mod support;
mod swift;
mod versions;

use std::collections::BTreeMap;

use meed_settlement::{Earlier, Line, identity};
use meed_units::{Money, PartyId};
use proptest::{collection::btree_set, prelude::*, sample::select};

use support::{
    assert_capped, assert_linked, assert_sound, by_day,
    contract::{Shape, terms},
    earlier, month_by_month, settled, sums,
    world::{MONTHS, any_world, plain_world},
};

fn any_shape(when_reversed: &'static [&'static str]) -> impl Strategy<Value = Shape> {
    (
        select(when_reversed),
        select(&["first", "at-start", "latest"][..]),
        select(&["hold", "lowest-price"][..]),
        select(&["counts", "does-not-count", "ignored"][..]),
    )
        .prop_map(|(when_reversed, prices_by, unassessed, window_end)| Shape {
            when_reversed,
            prices_by,
            unassessed,
            window_end,
            looks_back: when_reversed == "re-flow",
        })
}

const EITHER: &[&str] = &["re-flow", "as-priced"];

/// Where statements end: some months, the last one always.
fn any_ends() -> impl Strategy<Value = Vec<usize>> {
    btree_set(1..MONTHS, 0..6).prop_map(|mut ends| {
        ends.insert(MONTHS);
        ends.into_iter().collect()
    })
}

fn lines(statements: &[support::Statement]) -> impl Iterator<Item = &Line> {
    statements.iter().flat_map(|(_, lines)| lines)
}

/// Few enough for every run of the tests; `PROPTEST_CASES=2000` looks further.
fn config() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(48);
    ProptestConfig { cases, max_shrink_iters: 4000, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn lines_add_up_and_each_is_what_its_working_says(world in any_world(), shape in any_shape(EITHER), ends in any_ends()) {
        let terms = terms(shape);
        for statement in month_by_month(&terms, &world, &ends, 0) {
            assert_sound(&terms, &statement);
        }
    }

    #[test]
    fn the_order_of_evidence_is_irrelevant(world in any_world(), shape in any_shape(EITHER), ends in any_ends(), seed in 1_u64..) {
        let terms = terms(shape);
        prop_assert_eq!(month_by_month(&terms, &world, &ends, 0), month_by_month(&terms, &world, &ends, seed));
    }

    #[test]
    fn settling_again_without_new_evidence_posts_nothing_again(world in any_world(), shape in any_shape(EITHER), end in 1..MONTHS) {
        let terms = terms(shape);
        let first = settled(&terms, &world, (0, end), end - 1, &Earlier::default(), 0);
        let (_, again) = settled(&terms, &world, (end, end + 1), end - 1, &earlier(std::slice::from_ref(&first)), 7);
        let known: Vec<_> = first.1.iter().map(|line| (&line.person, identity(&line.id))).collect();
        // What is held, or not paid yet, only for its days is paid once they have passed.
        let passed = ["what held it has been met", "what kept it from being paid no longer does"];
        let released = |line: &Line| line.because.follows.as_ref().is_some_and(|follows| passed.contains(&follows.why.as_str()));
        // That, and what the days that have passed since made payable, takes its place in the order under the caps, and those
        // behind it may lose theirs: clauses that look at what others pay come after all of them.
        let after_all = |line: &Line| ["points", "score"].contains(&line.clause.to_string().as_str());
        let moved = |line: &Line| after_all(line) || line.because.follows.as_ref().is_some_and(|follows| {
            follows.why.starts_with("the room under a cap") || follows.why.contains("divided otherwise between those who pay")
        });
        let new = |line: &Line| !known.contains(&(&line.person, identity(&line.id))) && !line.amount.is_zero();
        let disturbed = again.iter().any(|line| released(line) || new(line));
        for line in again.iter().filter(|line| !released(line)).filter(|line| !disturbed || !moved(line)) {
            prop_assert!(!known.contains(&(&line.person, identity(&line.id))), "{} was posted before: {}", line.id, line.sentence());
        }
    }

    #[test]
    fn month_by_month_equals_all_at_once(world in any_world(), shape in any_shape(&["re-flow"]), ends in any_ends()) {
        let terms = terms(shape);
        let statements = month_by_month(&terms, &world, &ends, 0);
        let whole = settled(&terms, &world, (0, MONTHS), MONTHS - 1, &Earlier::default(), 0);
        prop_assert_eq!(by_day(lines(&statements)), by_day(&whole.1), "the same is due of every outcome, on the same day");
        let mut providers: BTreeMap<PartyId, Money> = BTreeMap::new();
        for row in statements.iter().flat_map(|(head, _)| &head.providers) {
            *providers.entry(row.provider.clone()).or_insert(Money::ZERO) += row.total;
        }
        for row in &whole.0.providers {
            prop_assert_eq!(providers[&row.provider], row.total, "{} gets the same", row.provider);
        }
    }

    #[test]
    fn month_by_month_equals_all_at_once_as_priced_where_nothing_is_corrected(world in plain_world(), shape in any_shape(&["as-priced"]), ends in any_ends()) {
        let terms = terms(shape);
        let statements = month_by_month(&terms, &world, &ends, 0);
        let whole = settled(&terms, &world, (0, MONTHS), MONTHS - 1, &Earlier::default(), 0);
        prop_assert_eq!(sums(lines(&statements)), sums(&whole.1));
        prop_assert!(lines(&statements).all(|line| line.adjusts.is_none()), "nothing is taken back");
    }

    #[test]
    fn adjustments_restore_exactly(world in any_world(), shape in any_shape(EITHER), ends in any_ends()) {
        let terms = terms(shape);
        assert_linked(&month_by_month(&terms, &world, &ends, 0));
    }

    #[test]
    fn no_cap_is_ever_exceeded(world in any_world(), shape in any_shape(EITHER), ends in any_ends()) {
        let terms = terms(shape);
        let statements = month_by_month(&terms, &world, &ends, 0);
        for so_far in 1..=statements.len() {
            assert_capped(&terms, &statements[..so_far]);
        }
    }

    #[test]
    fn debts_are_carried_and_never_lost(world in any_world(), shape in any_shape(EITHER), ends in any_ends()) {
        let terms = terms(shape);
        let statements = month_by_month(&terms, &world, &ends, 0);
        let mut balance: BTreeMap<PartyId, (Money, Money, Money)> = BTreeMap::new();
        for row in statements.iter().flat_map(|(head, _)| &head.providers) {
            let (total, paid, left) = balance.entry(row.provider.clone()).or_insert((Money::ZERO, Money::ZERO, Money::ZERO));
            prop_assert_eq!(row.brought_forward, *left, "what was left is brought forward");
            *total += row.total;
            *paid += row.payable;
            *left = row.carried_forward;
        }
        for (provider, (total, paid, left)) in balance {
            prop_assert_eq!(paid + left, total, "{} was paid what it is due, or owes it", provider);
        }
    }
}
