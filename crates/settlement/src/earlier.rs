//! What earlier statements of the same contract posted, line by line.

use std::{
    collections::{BTreeMap, BTreeSet},
    convert::Infallible,
    fmt,
    iter::Peekable,
    sync::Arc,
};

use meed_units::{Exact, Money, Period};

use crate::{
    advanced::Place,
    because::CapUsed,
    caps::{UsedBefore, shared},
    elsewhere::Elsewhere,
    finding_hold::FindingHold,
    statement::{EarlierStatement, FindingsUsed, Head, Line, Status},
    tiers::PlacesBefore,
};

/// Earlier statements, earliest first. Their lines are held in memory, or read
/// person by person each time they are needed.
pub struct Earlier<E = Infallible> {
    pub(crate) heads: Vec<(Head, String)>,
    pub(crate) used: UsedBefore,
    pub(crate) places: PlacesBefore,
    pub(crate) elsewhere: Elsewhere,
    /// What findings of guardrails hold.
    pub(crate) holds: Vec<FindingHold>,
    /// The runs of guardrails that were given, by day.
    pub(crate) findings: Vec<FindingsUsed>,
    /// Identities of what stands paid, of the clauses that findings hold: it stays paid.
    pub(crate) stands_paid: BTreeSet<String>,
    postings: Postings<E>,
}

enum Postings<E> {
    /// By person, none first; each with the position of its statement.
    Held(BTreeMap<Option<String>, Vec<(usize, Line)>>),
    Read(Arc<dyn Fn() -> Groups<'static, E>>),
}

/// The lines of earlier statements, person by person in ascending order, none first.
pub type Groups<'a, E> = Box<dyn Iterator<Item = Result<PersonPostings, E>> + 'a>;

/// What earlier statements posted for one person, or for providers as such.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonPostings {
    /// Who; none for lines of providers.
    pub person: Option<String>,
    /// The lines with the position of their statement, statements in order.
    pub lines: Vec<(usize, Line)>,
}

/// The postings of one identity so far.
#[derive(Clone, Debug)]
pub(crate) struct Posted {
    /// The posting that stands; none after a reversal.
    pub standing: Option<(Line, usize)>,
    /// How many postings there were: the number of the last one.
    pub count: u32,
}

impl<E> Default for Earlier<E> {
    fn default() -> Earlier<E> {
        Earlier {
            heads: Vec::new(),
            used: UsedBefore::default(),
            places: PlacesBefore::new(),
            elsewhere: Elsewhere::default(),
            holds: Vec::new(),
            findings: Vec::new(),
            stands_paid: BTreeSet::new(),
            postings: Postings::Held(BTreeMap::new()),
        }
    }
}

impl<E> Clone for Earlier<E> {
    fn clone(&self) -> Earlier<E> {
        let postings = match &self.postings {
            Postings::Held(lines) => Postings::Held(lines.clone()),
            Postings::Read(read) => Postings::Read(Arc::clone(read)),
        };
        Earlier {
            heads: self.heads.clone(),
            used: self.used.clone(),
            places: self.places.clone(),
            elsewhere: self.elsewhere.clone(),
            holds: self.holds.clone(),
            findings: self.findings.clone(),
            stands_paid: self.stands_paid.clone(),
            postings,
        }
    }
}

impl<E> fmt::Debug for Earlier<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Earlier").field("heads", &self.heads).finish_non_exhaustive()
    }
}

/// A person, and what was posted of them by identity.
pub(crate) type PostedFor = (String, BTreeMap<String, Posted>);

/// Why a settlement was not begun.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Refused {
    NotWholePeriods { period: Period, example: Option<Period> },
    OtherContract { period: Period, found: String, expected: String },
    OtherCurrency { period: Period, found: String, expected: String },
    Overlap { first: Period, second: Period },
    Gap { from: meed_units::Date, until: meed_units::Date },
    MissingEarlier { named_in: Period, missing: EarlierStatement },
    MissingFindings { named_in: Period, missing: FindingsUsed },
    Later { period: Period },
    KnownBefore { earlier: Period },
    TooLarge { line: String },
    PaidInAnotherCurrency { contract: String, line: String, found: String, expected: String },
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refused::NotWholePeriods { period, example } => {
                write!(f, "{period} is not made of whole settlement periods of the contract")?;
                match example {
                    Some(example) => write!(f, "; one is `{example}`, and several together are written `from..until`"),
                    None => Ok(()),
                }
            }
            Refused::OtherContract { period, found, expected } => {
                write!(
                    f,
                    "the earlier statement of {period} is of the contract `{found}`, not `{expected}`; leave it out"
                )
            }
            Refused::OtherCurrency { period, found, expected } => {
                write!(f, "the earlier statement of {period} is in {found}, the contract in {expected}")
            }
            Refused::Overlap { first, second } => {
                write!(
                    f,
                    "the statements of {first} and {second} settle the same days: an outcome would be paid twice; leave one out"
                )
            }
            Refused::Gap { from, until } => {
                write!(
                    f,
                    "no statement covers {from} until {until}: what it paid would be paid again; give it with --earlier"
                )
            }
            Refused::MissingEarlier { named_in, missing } => write!(
                f,
                "the statement of {named_in} builds on one of {} (sha256 {}) that was not given, or was changed since; give it with --earlier",
                missing.period, missing.hash
            ),
            Refused::MissingFindings { named_in, missing } => write!(
                f,
                "the statement of {named_in} holds lines by the findings up to {} as known at {}, which were not given and hold until {}; give them with --findings, answered where somebody answered them",
                missing.as_of,
                missing.known_at,
                missing.holds_until.unwrap_or(missing.as_of)
            ),
            Refused::Later { period } => {
                write!(f, "the statement of {period} is not earlier than the period to settle; leave it out")
            }
            Refused::PaidInAnotherCurrency { contract, line, found, expected } => write!(
                f,
                "the register holds the line {line} of {contract} in {found}, and this contract pays in {expected}; leave {contract} out of `elsewhere`"
            ),
            Refused::TooLarge { line } => {
                write!(
                    f,
                    "{line} comes to an amount too large for any currency; mend its price or the quantity it rests on"
                )
            }
            Refused::KnownBefore { earlier } => {
                write!(
                    f,
                    "the statement of {earlier} already knew more than this one would; settle with a later --known-at"
                )
            }
        }
    }
}

impl<E> Earlier<E> {
    /// Adds a statement's head, with the SHA-256 of its file; its lines follow through [`Earlier::add`].
    pub fn begin(&mut self, head: Head, hash: String) {
        self.heads.push((head, hash));
    }

    /// Adds a line of the statement last begun and holds it in memory. Statements are added in the order of their periods.
    pub fn add(&mut self, line: Line) {
        self.note(&line);
        let statement = self.heads.len() - 1;
        if let Postings::Held(lines) = &mut self.postings {
            lines.entry(line.person.as_ref().map(ToString::to_string)).or_default().push((statement, line));
        }
    }

    /// Takes note of the room that a line of the statement last begun used, without holding the line: for lines that
    /// [`Earlier::read_from`] reads again.
    pub fn note(&mut self, line: &Line) {
        for cap in &line.because.caps {
            let advances = self.used.advances.entry(cap.cap.clone()).or_default();
            advances.taken_back(&line.because.rule, place(cap, line), line.amount);
        }
        if line.status == Status::Reversal {
            return;
        }
        let identity = identity(&line.id).to_owned();
        for cap in &line.because.caps {
            // A line posted again keeps the room it had; only what it takes beyond that is new.
            let own = self.used.lines.entry((cap.cap.clone(), cap.of.clone(), identity.clone())).or_default();
            let taken_over = cap.advanced.unwrap_or(Money::ZERO);
            let more = (shared(cap.used - taken_over, cap.kept_back) - own.room).max(Money::ZERO);
            own.room += more;
            *self.used.rooms.entry((cap.cap.clone(), cap.of.clone())).or_insert(Money::ZERO) += more;
            let more_over = own.take_over(&line.provider, line.occurred_on, taken_over);
            let advances = self.used.advances.entry(cap.cap.clone()).or_default();
            advances.used(&line.because.rule, place(cap, line), more, more_over);
        }
        if let Some(tier) = &line.because.tier {
            let own = self.places.entry((line.clause.to_string(), tier.of.clone())).or_default().entry(identity);
            let own = own.or_default();
            // A line posted again with fewer units keeps the places it had before.
            let had = |after: &Exact| own.iter().any(|(from, units)| from <= after && *after < from + units);
            let new: Vec<(Exact, Exact)> = tier
                .places
                .iter()
                .map(|places| (places.after.clone(), places.units.clone()))
                .filter(|(after, _)| !had(after))
                .collect();
            own.extend(new);
            own.sort();
        }
    }

    /// Reads the lines from here each time they are needed, instead of holding them.
    pub fn read_from(&mut self, read: impl Fn() -> Groups<'static, E> + 'static) {
        self.postings = Postings::Read(Arc::new(read));
    }

    /// Sets which findings of guardrails are taken into account and what they hold, in whatever order: the first by
    /// identity says why. What stands paid of the clauses they hold stays paid; call it after the earlier statements
    /// were given.
    ///
    /// # Errors
    /// When the lines of earlier statements cannot be read.
    pub fn held_by_findings(&mut self, mut used: Vec<FindingsUsed>, mut holds: Vec<FindingHold>) -> Result<(), E> {
        used.sort();
        holds.sort_by(|a, b| (&a.finding, &a.clauses, a.until).cmp(&(&b.finding, &b.clauses, b.until)));
        let mut paid = BTreeSet::new();
        if !holds.is_empty() {
            let disputed =
                |line: &Line| holds.iter().any(|hold| hold.clauses.iter().any(|clause| **clause == *line.clause));
            let stands = |line: &Line| matches!(line.status, Status::Final | Status::Provisional);
            for group in self.walk().groups {
                for (identity, posted) in posted(group?.lines) {
                    if posted.standing.is_some_and(|(line, _)| stands(&line) && disputed(&line)) {
                        paid.insert(identity);
                    }
                }
            }
        }
        (self.findings, self.holds, self.stands_paid) = (used, holds, paid);
        Ok(())
    }

    /// What other contracts have paid, by a register.
    pub fn elsewhere(&mut self, elsewhere: Elsewhere) {
        self.elsewhere = elsewhere;
    }

    /// What was posted, person by person.
    pub(crate) fn walk(&self) -> Walk<'_, E> {
        let groups: Groups<'_, E> = match &self.postings {
            Postings::Held(lines) => {
                let group = |(person, lines): (&Option<String>, &Vec<(usize, Line)>)| PersonPostings {
                    person: person.clone(),
                    lines: lines.clone(),
                };
                Box::new(lines.iter().map(move |entry| Ok(group(entry))))
            }
            Postings::Read(read) => read(),
        };
        Walk { groups: groups.peekable() }
    }

    /// What the statement to come says of these.
    pub(crate) fn named(&self) -> Vec<EarlierStatement> {
        let named = |(head, hash): &(Head, String)| EarlierStatement {
            period: head.period,
            hash: hash.clone(),
            total: head.total,
        };
        self.heads.iter().map(named).collect()
    }

    /// The days from which on everything is taken into account.
    pub(crate) fn scope(&self, period: Period) -> meed_units::Date {
        self.heads.first().map_or(period.from, |(head, _)| head.period.from)
    }

    pub(crate) fn check(&self, request: &crate::settle::Request<'_>) -> Result<(), Refused> {
        let terms = request.terms;
        let starts = terms.periods.iter().any(|period| period.from == request.period.from);
        let ends = terms.periods.iter().any(|period| period.until == request.period.until);
        if !starts || !ends {
            return Err(Refused::NotWholePeriods { period: request.period, example: terms.periods.first().copied() });
        }
        let mut known: Vec<&str> = Vec::new();
        let mut before: Option<Period> = None;
        for (head, hash) in &self.heads {
            if head.contract != terms.id {
                return Err(Refused::OtherContract {
                    period: head.period,
                    found: head.contract.clone(),
                    expected: terms.id.clone(),
                });
            }
            let currency = &terms.contract.currency.value.0;
            if head.currency != *currency {
                return Err(Refused::OtherCurrency {
                    period: head.period,
                    found: head.currency.clone(),
                    expected: currency.clone(),
                });
            }
            if head.period.from >= request.period.until {
                return Err(Refused::Later { period: head.period });
            }
            if head.known_at > request.known_at {
                return Err(Refused::KnownBefore { earlier: head.period });
            }
            for named in &head.earlier {
                if !known.contains(&named.hash.as_str()) {
                    return Err(Refused::MissingEarlier { named_in: head.period, missing: named.clone() });
                }
            }
            // A hold that still runs is not dropped by leaving out what it rests on.
            let given = |named: &FindingsUsed| {
                self.findings.iter().any(|own| (own.as_of, own.known_at) == (named.as_of, named.known_at))
            };
            let runs = |named: &&FindingsUsed| named.holds_until.is_some_and(|until| request.known_at.date() < until);
            if let Some(missing) = head.findings.iter().filter(runs).find(|named| !given(named)) {
                return Err(Refused::MissingFindings { named_in: head.period, missing: missing.clone() });
            }
            joins(before, head.period)?;
            before = Some(head.period);
            known.push(hash);
        }
        let currency = &terms.contract.currency.value.0;
        if let Some(row) = self.elsewhere.in_another_currency(currency) {
            return Err(Refused::PaidInAnotherCurrency {
                contract: row.contract.clone(),
                line: row.line.clone(),
                found: row.currency.clone(),
                expected: currency.clone(),
            });
        }
        joins(before, request.period)
    }
}

/// Goes through what was posted beside the persons of the evidence, both in ascending order.
pub(crate) struct Walk<'a, E> {
    groups: Peekable<Groups<'a, E>>,
}

impl<E> Walk<'_, E> {
    /// What was posted for this person, by identity.
    pub fn of(&mut self, person: Option<&str>) -> Result<BTreeMap<String, Posted>, E> {
        match self.groups.peek() {
            Some(Ok(group)) if group.person.as_deref() != person => Ok(BTreeMap::new()),
            None => Ok(BTreeMap::new()),
            Some(_) => {
                self.groups.next().transpose().map(|group| group.map(|group| posted(group.lines)).unwrap_or_default())
            }
        }
    }

    /// The next person before this one of whom there is nothing in the evidence; before nobody, the next there is.
    pub fn gone_before(&mut self, person: Option<&str>) -> Result<Option<PostedFor>, E> {
        match self.groups.peek() {
            Some(Ok(group)) if person.is_some_and(|person| group.person.as_deref() >= Some(person)) => Ok(None),
            None => Ok(None),
            Some(_) => {
                let group = self.groups.next().transpose()?;
                Ok(group.map(|group| (group.person.unwrap_or_default(), posted(group.lines))))
            }
        }
    }
}

/// The postings of each identity. A statement lists a reversal and what takes its place by day, so the number of a
/// posting, and not its place, says which came last.
fn posted(lines: Vec<(usize, Line)>) -> BTreeMap<String, Posted> {
    let mut posted: BTreeMap<String, Posted> = BTreeMap::new();
    for (statement, line) in lines {
        let number = number(&line.id);
        let entry = posted.entry(identity(&line.id).to_owned()).or_insert(Posted { standing: None, count: 0 });
        if number <= entry.count {
            continue;
        }
        entry.count = number;
        entry.standing = (line.status != Status::Reversal).then_some((line, statement));
    }
    posted
}

/// What a line used of a cap, by what advances are kept by.
fn place(cap: &CapUsed, line: &Line) -> Place {
    (cap.of.clone(), line.clause.to_string(), line.provider.to_string(), line.occurred_on)
}

/// One period follows the other without a gap or an overlap.
fn joins(before: Option<Period>, next: Period) -> Result<(), Refused> {
    match before {
        Some(before) if next.from < before.until => Err(Refused::Overlap { first: before, second: next }),
        Some(before) if next.from > before.until => Err(Refused::Gap { from: before.until, until: next.from }),
        _ => Ok(()),
    }
}

/// The identity of a line: `clause/subject/occurrence`. What would make two of them one is written as in an address:
/// a slash in the subject as `%2F`, and a tilde in the occurrence, which sets the number of a posting apart, as `%7E`.
pub(crate) fn named(clause: &str, subject: &str, occurrence: &str) -> String {
    let plain = |text: &str, mark: char| -> String {
        match text.contains(['%', mark]) {
            false => text.to_owned(),
            true => text.replace('%', "%25").replace('/', "%2F").replace('~', "%7E"),
        }
    };
    format!("{clause}/{}/{}", plain(subject, '/'), plain(occurrence, '~'))
}

/// `clause/subject/occurrence` of a line's id, without the number of its posting.
pub fn identity(id: &str) -> &str {
    parts(id).0
}

/// Which posting of its identity a line is, from 1.
fn number(id: &str) -> u32 {
    parts(id).1
}

fn parts(id: &str) -> (&str, u32) {
    let posted_again = id.rsplit_once('~').and_then(|(identity, number)| {
        let plain = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
        Some((identity, number.parse().ok().filter(|_| plain)?))
    });
    posted_again.unwrap_or((id, 1))
}
