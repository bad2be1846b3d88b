//! What a finding may do to a settlement: let disputed lines wait, and nothing else.

use std::collections::BTreeMap;

use meed_settlement::{Earlier, FindingHold, Line, identity};
use meed_terms::Terms;
use meed_units::Money;
use proptest::{collection::vec, option, prelude::*, sample::subsequence};

use crate::{
    any_shape, config,
    support::{
        self,
        contract::{PROVIDERS, terms},
        earlier, settled, sums,
        world::{MONTHS, any_world, first_of, plain_world},
    },
};

const PERSONS: [&str; 4] = ["p1", "a", "a/b", "north"];

/// What is disputed: clauses by their place, a provider or both, people or everybody.
#[derive(Clone, Debug)]
struct Disputed {
    clauses: Vec<bool>,
    provider: Option<usize>,
    persons: Option<Vec<&'static str>>,
}

fn any_disputed() -> impl Strategy<Value = Disputed> {
    (vec(any::<bool>(), 64), option::of(0..PROVIDERS.len()), option::of(subsequence(PERSONS.to_vec(), 0..=4)))
        .prop_map(|(clauses, provider, persons)| Disputed { clauses, provider, persons })
}

impl Disputed {
    /// The hold from the first day of one month to the first of another.
    fn hold(&self, terms: &Terms, from: usize, until: usize) -> FindingHold {
        let clauses = terms.contract.clause.iter().zip(self.clauses.iter().cycle()).filter(|(_, held)| **held);
        FindingHold {
            finding: "G24/1".into(),
            says: "the same evidence twice".into(),
            clauses: clauses.map(|(clause, _)| clause.id().to_string()).collect(),
            provider: self.provider.map(|place| PROVIDERS[place].to_owned()),
            persons: self.persons.as_ref().map(|of| of.iter().map(|person| (*person).to_owned()).collect()),
            known_on: first_of(from),
            due_from: first_of(from),
            until: first_of(until),
            decides: "the commissioner".into(),
        }
    }
}

fn disputes(hold: &FindingHold, line: &Line) -> bool {
    let person = || line.person.as_ref().is_some_and(|person| hold.persons.iter().flatten().any(|of| **of == **person));
    hold.clauses.iter().any(|clause| **clause == *line.clause)
        && hold.provider.as_deref().is_none_or(|provider| *provider == *line.provider)
        && (hold.persons.is_none() || person())
}

fn held_by(earlier: Earlier, hold: &FindingHold) -> Earlier {
    let mut earlier = earlier;
    earlier.held_by_findings(Vec::new(), vec![hold.clone()]).expect("nothing is read");
    earlier
}

/// Settled month after month as known at the end of each, with a hold.
fn with_hold(terms: &Terms, world: &support::world::World, hold: &FindingHold) -> Vec<support::Statement> {
    let mut statements: Vec<support::Statement> = Vec::new();
    for month in 0..MONTHS {
        let known = held_by(earlier(&statements), hold);
        statements.push(settled(terms, world, (month, month + 1), month, &known, 0));
    }
    statements
}

/// What each line comes to, paid or held, by person and id.
fn worked_out(lines: &[Line]) -> BTreeMap<(Option<String>, String), (Money, bool)> {
    let told = |line: &Line| {
        let person = line.person.as_ref().map(ToString::to_string);
        let held = line.because.hold.as_ref();
        ((person, line.id.to_string()), (held.map_or(line.amount, |hold| hold.amount), held.is_some()))
    };
    lines.iter().map(told).collect()
}

proptest! {
    #![proptest_config(config())]

    /// What waits is disputed and not below nothing; what is disputed is not paid; what waited for another reason waits for it still.
    #[test]
    fn a_hold_lets_lines_wait_and_takes_nothing_from_any(
        world in any_world(), shape in any_shape(&["re-flow", "as-priced"]), disputed in any_disputed(),
    ) {
        let terms = terms(shape);
        let hold = disputed.hold(&terms, 0, MONTHS + 12);
        let free = settled(&terms, &world, (0, MONTHS), MONTHS - 1, &Earlier::default(), 0);
        let held = settled(&terms, &world, (0, MONTHS), MONTHS - 1, &held_by(Earlier::default(), &hold), 0);
        support::assert_sound(&terms, &held);
        let before = worked_out(&free.1);
        for line in &held.1 {
            let id = (line.person.as_ref().map(ToString::to_string), line.id.to_string());
            let was_held = before.get(&id).is_some_and(|(_, was_held)| *was_held);
            if let Some(waits) = line.because.hold.as_ref().filter(|hold| hold.why.contains("G24/1")) {
                prop_assert!(disputes(&hold, line), "{} is not disputed", line.id);
                // A share that is withheld of what waits itself comes to nothing, whatever it would be otherwise.
                prop_assert!(!waits.amount.is_negative() && line.amount.is_zero() && !was_held, "{}", line.id);
            } else if disputes(&hold, line) {
                prop_assert!(was_held || line.amount <= Money::ZERO, "{} is disputed and paid", line.id);
            } else if before.contains_key(&id) {
                // What waits leaves its room under caps to others, and fees that they bring have lines of their own.
                prop_assert_eq!(line.because.hold.is_some(), was_held, "{}", line.id);
            }
        }
    }

    /// To the penny, outcome by outcome: held for some months and let go is what was never held.
    #[test]
    fn held_and_let_go_is_never_held(
        world in plain_world(), shape in any_shape(&["re-flow"]), disputed in any_disputed(), from in 0..MONTHS - 1, months in 1..6_usize,
    ) {
        let terms = terms(shape);
        let until = (from + months).min(MONTHS - 1);
        let hold = disputed.hold(&terms, from, until);
        let held = with_hold(&terms, &world, &hold);
        let free = support::month_by_month(&terms, &world, &(1..=MONTHS).collect::<Vec<_>>(), 0);
        let lines = |statements: &[support::Statement]| -> Vec<Line> {
            statements.iter().flat_map(|(_, lines)| lines.clone()).collect()
        };
        prop_assert_eq!(sums(&lines(&held)), sums(&lines(&free)));
        let total = |statements: &[support::Statement]| statements.iter().map(|(head, _)| head.total).sum::<Money>();
        prop_assert_eq!(total(&held), total(&free));
        // While it was held nothing of it was paid that had not been paid before.
        for (_, lines) in &held[from..until] {
            for line in lines.iter().filter(|line| line.because.hold.is_some()) {
                prop_assert!(line.amount.is_zero(), "{} {}", line.id, identity(&line.id));
            }
        }
    }
}

/// Support responses hold nothing: the terms know of no such hold, so there is nothing a settlement could be given.
#[test]
fn help_holds_no_money() {
    use meed_terms::Response;
    let all = [
        (Response::Note, false),
        (Response::Ask, false),
        (Response::Audit, false),
        (Response::Hold, true),
        (Response::LookAgain, false),
        (Response::Cap, false),
        (Response::Stop, true),
        (Response::Support, false),
    ];
    for (response, holds) in all {
        assert_eq!(response.holds_money(), holds, "{}", response.word());
    }
}
