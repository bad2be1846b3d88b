//! What holds of each kind of clause by itself, whatever the evidence, and what each clause promises on its page:
//! small contracts, each with the clauses that its kind looks at.

mod advances;
mod clauses;
pub mod contracts;
mod modifiers;
mod promises;
mod quotas;
mod readings;

use std::collections::{BTreeMap, BTreeSet};

use meed_settlement::{Earlier, Line, Status, identity};
use meed_units::Money;
use proptest::{collection::btree_set, prelude::*, sample::select};

use crate::support::{
    Statement, assert_linked, assert_sound, by_day, earlier, month_by_month, settled, sums,
    world::{MONTHS, any_world},
};
use contracts::{KINDS, Small, terms};

fn any_kind() -> impl Strategy<Value = Small> {
    select(KINDS)
}

/// Where statements end: some months, the last one always.
fn any_ends() -> impl Strategy<Value = Vec<usize>> {
    btree_set(1..MONTHS, 0..6).prop_map(|mut ends| {
        ends.insert(MONTHS);
        ends.into_iter().collect()
    })
}

fn config() -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(48);
    ProptestConfig { cases, max_shrink_iters: 4000, failure_persistence: None, ..ProptestConfig::default() }
}

/// Nothing is paid while it stands paid: of each identity at most one line that is paid was not taken back.
fn assert_paid_once(statements: &[Statement]) {
    let taken_back: BTreeSet<&String> =
        statements.iter().flat_map(|(_, lines)| lines).filter_map(|line| line.adjusts.as_ref()).collect();
    let mut stands: BTreeMap<(Option<String>, &str), &str> = BTreeMap::new();
    for line in statements.iter().flat_map(|(_, lines)| lines) {
        if line.status == Status::Reversal || line.amount.is_zero() || taken_back.contains(&line.id) {
            continue;
        }
        let key = (line.person.as_ref().map(ToString::to_string), identity(&line.id));
        let other = stands.insert(key, &line.id);
        assert!(other.is_none(), "{} is posted while {other:?} stands", line.id);
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_kind_adds_up_is_linked_and_is_paid_once(world in any_world(), kind in any_kind(), ends in any_ends()) {
        let terms = terms(kind);
        let statements = month_by_month(&terms, &world, &ends, 0);
        statements.iter().for_each(|statement| assert_sound(&terms, statement));
        assert_linked(&statements);
        assert_paid_once(&statements);
    }

    #[test]
    fn every_kind_is_the_same_in_whatever_order_evidence_comes(world in any_world(), kind in any_kind(), ends in any_ends(), seed in 1_u64..) {
        let terms = terms(kind);
        prop_assert_eq!(month_by_month(&terms, &world, &ends, 0), month_by_month(&terms, &world, &ends, seed));
    }

    /// Investors are the exception: what becomes of a payment is decided when it is made and does not change, so that
    /// only the lines are the same, and the sum of what was divided.
    #[test]
    fn every_kind_month_by_month_is_what_it_is_all_at_once(world in any_world(), kind in any_kind(), ends in any_ends()) {
        let terms = terms(kind);
        let statements = month_by_month(&terms, &world, &ends, 0);
        let whole = settled(&terms, &world, (0, MONTHS), MONTHS - 1, &Earlier::default(), 0);
        prop_assert_eq!(by_day(statements.iter().flat_map(|(_, lines)| lines)), by_day(&whole.1));
        let payers = |statements: &[Statement]| {
            let mut paid: BTreeMap<String, Money> = BTreeMap::new();
            for row in statements.iter().flat_map(|(head, _)| &head.payers) {
                *paid.entry(row.payer.to_string()).or_insert(Money::ZERO) += row.total;
            }
            paid
        };
        prop_assert_eq!(payers(&statements), payers(std::slice::from_ref(&whole)), "each payer pays the same");
    }

    #[test]
    fn posting_every_kind_twice_is_posting_it_once(world in any_world(), kind in any_kind(), end in 1..MONTHS) {
        let terms = terms(kind);
        let first = settled(&terms, &world, (0, end), end - 1, &Earlier::default(), 0);
        let again = settled(&terms, &world, (end, end + 1), end - 1, &earlier(std::slice::from_ref(&first)), 7);
        let once = settled(&terms, &world, (0, end + 1), end - 1, &Earlier::default(), 3);
        let both: Vec<&Line> = first.1.iter().chain(&again.1).collect();
        prop_assert_eq!(sums(both), sums(&once.1), "what is posted again without new evidence is what once would be");
        let twice = [first, again];
        assert_linked(&twice);
        assert_paid_once(&twice);
    }
}
