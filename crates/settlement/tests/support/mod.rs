//! A made-up contract, made-up worlds, and settlement month by month.

pub mod contract;
pub mod head;
pub mod world;

use std::collections::{BTreeMap, BTreeSet};

use meed_settlement::{Earlier, Head, InMemory, Line, ProviderReadings, Request, Status, identity, settle};
use meed_terms::Terms;
use meed_units::{Date, Exact, Moment, Money, Period};

use world::{World, first_of, last_of};

/// A head with its lines.
pub type Statement = (Head, Vec<Line>);

/// Settles the months from `first` until before `next`, as known at the end of month `known`.
pub fn settled(
    terms: &Terms,
    world: &World,
    (first, next): (usize, usize),
    known: usize,
    earlier: &Earlier,
    seed: u64,
) -> Statement {
    let (people, providers) = world.readings(known, seed);
    let period = Period::new(first_of(first), first_of(next)).expect("some months");
    settled_on(terms, (&people, &providers), period, known, earlier)
}

/// Settles these days on these readings, as known at the end of month `known`.
pub fn settled_on(
    terms: &Terms,
    (people, providers): (&InMemory, &ProviderReadings),
    period: Period,
    known: usize,
    earlier: &Earlier,
) -> Statement {
    let request = Request {
        terms,
        period,
        known_at: Moment::end_of(last_of(known)),
        contract_hash: "c".repeat(64),
        snapshot: format!("{known:064}"),
    };
    let mut lines = Vec::new();
    let head = settle(&request, people, providers, earlier, &mut |line| {
        lines.push(line);
        Ok(())
    })
    .unwrap_or_else(|failed| panic!("a sound request is settled: {failed:?}"));
    (head, lines)
}

/// Earlier statements, each under a hash of its own.
pub fn earlier(statements: &[Statement]) -> Earlier {
    let mut earlier = Earlier::default();
    for (number, (head, lines)) in statements.iter().enumerate() {
        earlier.begin(head.clone(), format!("{number:064}"));
        for line in lines {
            earlier.add(line.clone());
        }
    }
    earlier
}

/// Settles stretch after stretch, each as known at its end and knowing those before; `ends` are the months they end before.
pub fn month_by_month(terms: &Terms, world: &World, ends: &[usize], seed: u64) -> Vec<Statement> {
    let mut statements: Vec<Statement> = Vec::new();
    let mut first = 0;
    for &next in ends {
        statements.push(settled(terms, world, (first, next), next - 1, &earlier(&statements), seed));
        first = next;
    }
    statements
}

/// What was posted of each identity, altogether: by person and identity.
pub fn sums<'l>(lines: impl IntoIterator<Item = &'l Line>) -> BTreeMap<(Option<String>, String), Money> {
    let mut sums = BTreeMap::new();
    for line in lines {
        let key = (line.person.as_ref().map(ToString::to_string), identity(&line.id).to_owned());
        *sums.entry(key).or_insert(Money::ZERO) += line.amount;
    }
    sums.retain(|_, sum: &mut Money| !sum.is_zero());
    sums
}

/// What must be true of any statement by itself.
pub fn assert_sound(terms: &Terms, (head, lines): &Statement) {
    let nothing = Money::ZERO;
    let sum = |lines: &mut dyn Iterator<Item = &Line>| lines.map(|line| line.amount).sum::<Money>();
    assert_eq!(sum(&mut lines.iter()), head.total, "lines add up to the total");
    for row in &head.clauses {
        let own: Vec<&Line> = lines.iter().filter(|line| line.clause == row.clause).collect();
        assert_eq!(sum(&mut own.iter().copied()), row.amount, "lines add up to their clause");
        assert_eq!(row.new + row.adjustments, row.amount, "a clause is what is new and what is adjusted");
        assert_eq!(row.lines, u64::try_from(own.len()).expect("a count"), "every line is counted");
        let held: Money = own.iter().filter_map(|line| line.because.hold.as_ref()).map(|hold| hold.amount).sum();
        assert_eq!(held, row.held, "what is held adds up");
    }
    for row in &head.providers {
        assert_eq!(
            sum(&mut lines.iter().filter(|line| line.provider == row.provider)),
            row.total,
            "lines add up to their provider"
        );
        assert_eq!(
            row.total + row.brought_forward,
            row.payable + row.carried_forward,
            "what is due is paid or carried"
        );
        assert!(row.payable >= nothing && row.carried_forward <= nothing, "nobody is paid less than nothing");
        assert!(row.payable.is_zero() || row.carried_forward.is_zero(), "nobody is paid while in debt");
    }
    assert_eq!(head.providers.iter().map(|row| row.total).sum::<Money>(), head.total, "providers add up to the total");
    for row in &head.payers {
        let parts = lines.iter().flat_map(|line| &line.payers).filter(|part| part.payer == row.payer);
        assert_eq!(parts.map(|part| part.amount).sum::<Money>(), row.total, "parts add up to their payer");
    }
    let paid: Money = head.payers.iter().map(|row| row.total).sum();
    assert!(head.payers.is_empty() || paid == head.total, "payers add up to the total");
    let mut ids = BTreeSet::new();
    for line in lines {
        assert!(ids.insert(&line.id), "{} comes once", line.id);
        assert_line(terms, line);
    }
}

/// What must be true of any line by itself.
fn assert_line(terms: &Terms, line: &Line) {
    let working = &line.because.working;
    assert_eq!(working.result, terms.rounding.round(&working.exact()), "{}: the working comes to its result", line.id);
    match line.status {
        Status::Final | Status::Provisional | Status::Reversal => {
            assert_eq!(working.result, line.amount, "{}: the working comes to the amount", line.id);
        }
        Status::Held => {
            assert!(line.amount.is_zero(), "{}: what is held is not paid", line.id);
            let held = line.because.hold.as_ref().map(|hold| hold.amount);
            assert_eq!(held, Some(working.result), "{}: the working comes to what is held", line.id);
        }
        Status::Shadow => {
            assert!(line.amount.is_zero(), "{}: what is in shadow is not paid", line.id);
            let would_be = if line.because.hold.is_some() { Money::ZERO } else { working.result };
            assert_eq!(line.because.would_be, Some(would_be), "{}: the working comes to what would be", line.id);
        }
    }
    let paid: Money = line.payers.iter().map(|part| part.amount).sum();
    assert!(
        terms.contract.payer.is_empty() || paid == line.amount,
        "{}: the payers' parts add up to the amount",
        line.id
    );
    assert!(
        line.because.unpaid.is_none() || line.amount.is_zero(),
        "{}: nothing is paid of what is left unpaid",
        line.id
    );
    assert_eq!(
        line.adjusts.is_some(),
        line.status == Status::Reversal,
        "{}: a reversal names what it takes back",
        line.id
    );
    assert!(!line.sentence().is_empty() && line.sentence().ends_with('.'), "{}: a line says why", line.id);
    let text = serde_json::to_string(line).expect("a line is plain data");
    let again: Line = serde_json::from_str(&text).expect("a line reads back");
    assert_eq!(again, *line, "{}: a line written and read is the same", line.id);
}

/// Reversals take back exactly what was posted, once; ids are never used again.
pub fn assert_linked(statements: &[Statement]) {
    let mut posted: BTreeMap<&str, &Line> = BTreeMap::new();
    let mut taken_back = BTreeSet::new();
    for (_, lines) in statements {
        for line in lines {
            if let Some(adjusted) = &line.adjusts {
                let before = posted
                    .get(adjusted.as_str())
                    .unwrap_or_else(|| panic!("{} adjusts a line of an earlier statement", line.id));
                assert!(taken_back.insert(adjusted.clone()), "{adjusted} is taken back once");
                assert_eq!(line.amount, -before.amount, "{}: what was paid is taken back", line.id);
                assert_eq!(line.rate, before.rate, "{}: at the rate it was paid", line.id);
                assert_eq!(line.quantity, -before.quantity.clone(), "{}: as much of it", line.id);
                assert_eq!(
                    (&line.clause, &line.person, &line.provider),
                    (&before.clause, &before.person, &before.provider)
                );
                let mirrored: Vec<(&str, &str, Money)> =
                    before.because.caps.iter().map(|cap| (&*cap.cap, &*cap.of, -cap.used)).collect();
                let caps: Vec<(&str, &str, Money)> =
                    line.because.caps.iter().map(|cap| (&*cap.cap, &*cap.of, cap.used)).collect();
                assert_eq!(caps, mirrored, "{}: the room is given back as it was used", line.id);
                let paid = |line: &Line| -> Vec<(String, Money)> {
                    let parts = line.payers.iter().filter(|part| !part.amount.is_zero());
                    parts.map(|part| (part.payer.to_string(), part.amount)).collect()
                };
                let back: Vec<(String, Money)> =
                    paid(line).into_iter().map(|(payer, amount)| (payer, -amount)).collect();
                assert_eq!(back, paid(before), "{}: each payer gets back what it paid", line.id);
            }
            if let Some(follows) = &line.because.follows {
                let known = posted.contains_key(follows.line.as_str());
                assert!(known, "{} follows {}, which an earlier statement holds", line.id, follows.line);
            }
        }
        for line in lines {
            assert!(posted.insert(&line.id, line).is_none(), "{} is used once over all statements", line.id);
        }
    }
}

/// What was posted altogether, by day, person, and clause with occurrence: what was taken back is gone.
pub fn by_day<'l>(lines: impl IntoIterator<Item = &'l Line>) -> BTreeMap<(Date, Option<String>, String), Money> {
    let mut sums = BTreeMap::new();
    for line in lines {
        let person = line.person.as_ref().map(ToString::to_string);
        let key = (line.occurred_on, person, identity(&line.id).to_owned());
        *sums.entry(key).or_insert(Money::ZERO) += line.amount;
    }
    sums.retain(|_, sum: &mut Money| !sum.is_zero());
    sums
}

/// What stands of all statements so far: of each identity the line posted last, unless that takes it back.
pub fn standing(statements: &[Statement]) -> Vec<&Line> {
    let number = |line: &Line| line.id.rsplit_once('~').and_then(|(_, number)| number.parse().ok()).unwrap_or(1_u32);
    let mut last: BTreeMap<(Option<String>, String), &Line> = BTreeMap::new();
    for line in statements.iter().flat_map(|(_, lines)| lines) {
        let key = (line.person.as_ref().map(ToString::to_string), identity(&line.id).to_owned());
        let known = last.entry(key).or_insert(line);
        if number(line) > number(known) {
            *known = line;
        }
    }
    last.into_values().filter(|line| line.status != Status::Reversal).collect()
}

/// No cap is exceeded by what stands of all statements so far.
pub fn assert_capped(terms: &Terms, statements: &[Statement]) {
    let mut standing = standing(statements);
    // What is kept back on a day comes before what is paid on it.
    standing.sort_by_key(|line| (line.occurred_on, line.amount >= Money::ZERO));
    for cap in &contract::CAPS {
        let mut shared = Shared::default();
        for line in standing.iter().filter(|line| cap.clauses.is_empty() || cap.clauses.contains(&&*line.clause)) {
            let scope = match cap.per {
                "person" => match &line.person {
                    Some(person) => person.to_string(),
                    None => continue,
                },
                "provider" => line.provider.to_string(),
                "period" => line.occurred_on.first_of_month().to_string(),
                "year" => line.occurred_on.year().to_string(),
                _ => String::new(),
            };
            let scope = if cap.each_clause { format!("{scope} {}", line.clause) } else { scope };
            shared.add(scope, line, line.amount);
        }
        for (scope, used) in shared.used {
            assert!(used <= Money::minor(cap.hundredths), "{} of {scope}: {used} is paid", cap.id);
        }
    }
    assert_carried(standing.iter().copied());
    assert_payers_capped(standing.iter().copied());
    assert_mix(terms, standing.iter().copied());
    let at_risk: BTreeMap<i16, Money> = BTreeMap::from([(2020, Money::minor(50_000)), (2021, Money::minor(125_000))]);
    for (year, limit) in at_risk {
        let own = standing
            .iter()
            .filter(|line| line.occurred_on.year() == year && ["abstinent", "job"].contains(&&*line.clause));
        let used: Money = own.map(|line| line.amount.max(Money::ZERO)).sum();
        assert!(used <= limit, "{used} is paid of the {limit} at risk in {year}");
    }
    assert_eq!(terms.rounding.round(&Exact::ZERO), Money::minor(0));
}

/// Room that is carried is never used twice: up to any month, no more is used than all months up to it allow.
fn assert_carried<'l>(standing: impl Iterator<Item = &'l Line>) {
    let mut used: BTreeMap<usize, Money> = BTreeMap::new();
    for line in standing.filter(|line| ["joining", "home"].contains(&&*line.clause)) {
        let month = (0..).find(|month| line.occurred_on <= last_of(*month)).expect("a month of the contract");
        *used.entry(month).or_insert(Money::ZERO) += line.amount.max(Money::ZERO);
    }
    let (mut so_far, mut months) = (Money::ZERO, 0);
    for (month, used) in used {
        so_far += used;
        months = months.max(i64::try_from(month).expect("few months") + 1);
        assert!(so_far <= Money::minor(21_000 * months), "{so_far} is used up to month {month}");
    }
}

/// What is used of a room that clauses share: what a clause kept back from a provider leaves room to itself alone.
#[derive(Default)]
struct Shared<'l> {
    kept_back: BTreeMap<(String, &'l str, &'l str), Money>,
    used: BTreeMap<String, Money>,
}

impl<'l> Shared<'l> {
    fn add(&mut self, scope: String, line: &'l Line, amount: Money) {
        let kept = self.kept_back.entry((scope.clone(), &line.clause, &line.provider)).or_insert(Money::ZERO);
        let shared = (amount - *kept).max(Money::ZERO);
        *kept = (*kept - amount).max(Money::ZERO);
        *self.used.entry(scope).or_insert(Money::ZERO) += shared;
    }
}

/// No payer pays more than its cap; lines are given in the order in which they fell due.
fn assert_payers_capped<'l>(standing: impl Iterator<Item = &'l Line>) {
    let (mut fund, mut board) = (Shared::default(), Shared::default());
    for line in standing {
        for part in &line.payers {
            match &*part.payer {
                "fund" => fund.add(line.occurred_on.year().to_string(), line, part.amount),
                "board" => board.add(String::new(), line, part.amount),
                _ => (),
            }
        }
    }
    for (year, paid) in fund.used {
        assert!(paid <= Money::minor(17_000), "the fund pays {paid} in {year}");
    }
    board.used.values().for_each(|paid| assert!(*paid <= Money::minor(9_500), "the board pays {paid}"));
}

/// Groups and quotas hold of what stands.
fn assert_mix<'l>(terms: &Terms, standing: impl Iterator<Item = &'l Line>) {
    if terms.contract.quota.is_empty() {
        return;
    }
    let mut homes: BTreeMap<String, (bool, bool)> = BTreeMap::new();
    let mut jobs: BTreeMap<i16, (usize, usize)> = BTreeMap::new();
    // A quota counts what is paid something, under all caps.
    for line in standing.filter(|line| line.amount > Money::ZERO) {
        let Some(person) = &line.person else { continue };
        let count = jobs.entry(line.occurred_on.year()).or_default();
        count.1 += 1;
        count.0 += usize::from(&*line.clause == "job");
        let home = homes.entry(person.to_string()).or_default();
        home.0 |= &*line.clause == "home" && line.amount > Money::ZERO;
        home.1 |= ["home-again", "staying"].contains(&&*line.clause) && line.amount > Money::ZERO;
    }
    for (person, (first, second)) in homes {
        assert!(!(first && second), "{person} is paid for two homes");
    }
    for (year, (jobs, all)) in jobs {
        assert!(jobs * 10 <= all * 4, "{jobs} of {all} outcomes paid in {year} are jobs");
    }
}
