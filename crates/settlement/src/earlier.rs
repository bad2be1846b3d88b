//! What earlier statements of the same contract posted, line by line.

use std::{collections::BTreeMap, fmt};

use meed_units::{Money, Period};

use crate::{
    caps::UsedBefore,
    statement::{EarlierStatement, Head, Line, Status},
};

/// Earlier statements, earliest first.
#[derive(Clone, Debug, Default)]
pub struct Earlier {
    pub(crate) heads: Vec<(Head, String)>,
    /// By person (none first), then by identity.
    pub(crate) posted: BTreeMap<Option<String>, BTreeMap<String, Posted>>,
    pub(crate) used: UsedBefore,
}

/// The postings of one identity so far.
#[derive(Clone, Debug)]
pub(crate) struct Posted {
    /// The posting that stands; none after a reversal.
    pub standing: Option<(Line, usize)>,
    /// How many postings there were: the number of the last one.
    pub count: u32,
}

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
    Later { period: Period },
    KnownBefore { earlier: Period },
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
            Refused::Later { period } => {
                write!(f, "the statement of {period} is not earlier than the period to settle; leave it out")
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

impl Earlier {
    /// Adds a statement's head, with the SHA-256 of its file; its lines follow through [`Earlier::add`].
    pub fn begin(&mut self, head: Head, hash: String) {
        self.heads.push((head, hash));
    }

    /// Adds a line of the statement last begun. Statements are added in the order of their periods.
    pub fn add(&mut self, line: Line) {
        let statement = self.heads.len() - 1;
        let identity = identity(&line.id).to_owned();
        if line.status != Status::Reversal {
            for cap in &line.because.caps {
                // A line posted again keeps the room it had; only what it takes beyond that is new.
                let own =
                    self.used.lines.entry((cap.cap.clone(), cap.of.clone(), identity.clone())).or_insert(Money::ZERO);
                let more = (cap.used - *own).max(Money::ZERO);
                *own += more;
                *self.used.rooms.entry((cap.cap.clone(), cap.of.clone())).or_insert(Money::ZERO) += more;
            }
        }
        let person = line.person.as_ref().map(ToString::to_string);
        let number = number(&line.id);
        let posted =
            self.posted.entry(person).or_default().entry(identity).or_insert(Posted { standing: None, count: 0 });
        // Its number and not its place says which posting came last: a statement lists lines by the day they fell due.
        if number > posted.count {
            posted.count = number;
            posted.standing = if line.status == Status::Reversal { None } else { Some((line, statement)) };
        }
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
            joins(before, head.period)?;
            before = Some(head.period);
            known.push(hash);
        }
        joins(before, request.period)
    }
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
