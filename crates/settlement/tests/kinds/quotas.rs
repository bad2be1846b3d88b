//! A quota leaves no more unpaid than it must: as few as possible where no cap binds, and otherwise nothing that could be
//! paid beside the rest.

use meed_measures::{Outcome, Standing};
use meed_settlement::{Earlier, InMemory, ProviderReadings};
use meed_units::{Exact, Money, Period, PersonKey};
use proptest::{collection::vec, prelude::*};

use super::{config, contracts};
use crate::support::{
    Statement, settled_on,
    world::{MONTHS, first_of},
};

/// The sorts of outcomes, by measure, each with the quotas that limit it.
const SORTS: [(&str, &[usize]); 6] = [
    ("started", &[]),
    ("job", &[0]),
    ("abstinent", &[1]),
    ("progress-a", &[0, 1]),
    ("progress-b", &[2]),
    ("housed", &[0, 2]),
];

fn text(shares: &[i64], more: &str) -> String {
    let clauses = SORTS.iter().map(|(measure, _)| {
        format!(
            "\n[[clause]]\nid = \"{measure}\"\nkind = \"per-outcome\"\nmeasure = \"{measure}\"\nprice = \"10.00\"\n"
        )
    });
    let quotas = shares.iter().enumerate().map(|(place, share)| {
        let of: Vec<&str> =
            SORTS.iter().filter(|(_, quotas)| quotas.contains(&place)).map(|(measure, _)| *measure).collect();
        format!("\n[[quota]]\nid = \"q{place}\"\nof = {of:?}\nshare = \"{share}%\"\nper = \"contract\"\n")
    });
    format!("{}{}{more}", clauses.collect::<String>(), quotas.collect::<String>())
}

/// All of it settled at once: so many outcomes of each sort, each of a person of their own, on some day.
fn settled(shares: &[i64], counts: &[usize], days: &[i64], more: &str) -> Statement {
    let terms = contracts::of_text(&format!("{}{}", contracts::common(), text(shares, more)));
    let mut people = InMemory::default();
    for ((measure, _), count) in SORTS.iter().zip(counts) {
        for number in 0..*count {
            let person: PersonKey = format!("{measure}-{number}").as_str().into();
            let day = days[(number * 7 + measure.len()) % days.len()];
            people.person(&person).outcomes.entry((*measure).to_owned()).or_default().push(Outcome {
                person: person.clone(),
                provider: "north".into(),
                occurrence: "o".into(),
                standing: Standing::Achieved,
                occurred_on: first_of(0).plus_days(day),
                until: None,
                quantity: Exact::ONE,
                evidence: Vec::new(),
                reason: None,
                ended_by: None,
                sent_by: Some("auditor".into()),
            });
        }
    }
    let days = Period::new(first_of(0), first_of(MONTHS)).expect("some months");
    settled_on(&terms, (&people, &ProviderReadings::default()), days, MONTHS - 1, &Earlier::default())
}

fn paid((_, lines): &Statement) -> Vec<usize> {
    let of = |measure: &str| lines.iter().filter(|line| *line.clause == *measure && line.amount > Money::ZERO).count();
    SORTS.iter().map(|(measure, _)| of(measure)).collect()
}

fn holds(shares: &[i64], paid: &[usize]) -> bool {
    let all: usize = paid.iter().sum();
    shares.iter().enumerate().all(|(place, share)| {
        let own: usize =
            SORTS.iter().zip(paid).filter(|((_, quotas), _)| quotas.contains(&place)).map(|(_, paid)| paid).sum();
        own * 100 <= all * usize::try_from(*share).expect("a share")
    })
}

/// The most that can be paid, by going through all there is.
fn most(shares: &[i64], counts: &[usize]) -> usize {
    let mut most = 0;
    let mut paid = vec![0; counts.len()];
    loop {
        if holds(shares, &paid) {
            most = most.max(paid.iter().sum());
        }
        let Some(place) = (0..counts.len()).find(|place| paid[*place] < counts[*place]) else { return most };
        paid[..place].fill(0);
        paid[place] += 1;
    }
}

fn any_share() -> impl Strategy<Value = i64> {
    1_i64..100
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn one_quota_or_two_leave_as_few_unpaid_as_can_be(
        shares in vec(any_share(), 1..3),
        counts in vec(0_usize..8, 4),
        days in vec(0_i64..400, 3..9),
    ) {
        let found = paid(&settled(&shares, &counts, &days, ""));
        prop_assert!(holds(&shares, &found), "{found:?}");
        prop_assert_eq!(found.iter().sum::<usize>(), most(&shares, &counts), "{:?} of {:?}", found, counts);
    }

    #[test]
    fn three_quotas_leave_as_few_unpaid_as_can_be(
        shares in vec(any_share(), 3),
        counts in vec(0_usize..7, 6),
        days in vec(0_i64..400, 3..9),
        slack in any::<bool>(),
    ) {
        // A cap that limits nothing makes no difference.
        let cap = "\n[[cap]]\nid = \"room\"\nper = \"contract\"\namount = \"9000.00\"\norder = \"occurred-on\"\nwhen-reversed = \"re-flow\"\n";
        let found = paid(&settled(&shares, &counts, &days, if slack { cap } else { "" }));
        prop_assert!(holds(&shares, &found), "{found:?}");
        prop_assert_eq!(found.iter().sum::<usize>(), most(&shares, &counts), "{:?} of {:?}", found, counts);
    }

    #[test]
    fn nothing_is_left_unpaid_that_could_be_paid_beside_the_rest(
        shares in vec(any_share(), 3),
        counts in vec(0_usize..8, 6),
        days in vec(0_i64..400, 3..9),
    ) {
        let found = paid(&settled(&shares, &counts, &days, ""));
        prop_assert!(holds(&shares, &found), "{found:?}");
        for (place, count) in counts.iter().enumerate().filter(|(place, count)| found[*place] < **count) {
            let mut more = found.clone();
            more[place] += 1;
            prop_assert!(!holds(&shares, &more), "one more of {count} of {} could be paid beside {found:?}", SORTS[place].0);
        }
    }

    /// What a cap leaves nothing of is not what a quota has to leave unpaid.
    #[test]
    fn a_cap_that_cuts_first_leaves_a_quota_less_to_cut(
        share in any_share(),
        counts in vec(0_usize..12, 2),
        room in 1_usize..20,
        days in vec(0_i64..400, 3..9),
    ) {
        let cap = format!(
            "\n[[cap]]\nid = \"room\"\nper = \"contract\"\namount = \"{room}0.00\"\nclauses = [\"job\"]\norder = \"occurred-on\"\nwhen-reversed = \"re-flow\"\n"
        );
        let found = paid(&settled(&[share], &counts, &days, &cap));
        prop_assert!(holds(&[share], &found), "{found:?}");
        let allowed = [counts[0], counts[1].min(room)];
        prop_assert_eq!(found.iter().sum::<usize>(), most(&[share], &allowed), "{:?} of {:?} with room for {}", found, counts, room);
    }
}
