//! Goes through the tables of a snapshot side by side, and shows one person after the other.

use std::{collections::BTreeMap, path::PathBuf};

use crate::{
    column::{Columns, Kind, Wanted},
    error::NativeError,
    names::{Name, Names},
    part::Part,
    person::{Assessment, Contact, Event, Person, Referral, Review, Spell},
};

/// What is read of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Table {
    Spells,
    Reviews,
    Events,
    Referrals,
    Contacts,
    Assessments,
}

impl Table {
    pub const ALL: [Table; 6] =
        [Table::Spells, Table::Reviews, Table::Events, Table::Referrals, Table::Contacts, Table::Assessments];

    /// Its name in the evidence standard.
    pub fn name(self) -> &'static str {
        match self {
            Table::Spells => "spells",
            Table::Reviews => "reviews",
            Table::Events => "events",
            Table::Referrals => "referrals",
            Table::Contacts => "contacts",
            Table::Assessments => "assessments",
        }
    }

    /// The columns a pass can look at, the person first, in the order that [`Walk::take`] reads them.
    fn columns(self) -> &'static [(&'static str, Kind)] {
        use Kind::{Day, Flag, Name, Number, Text};
        match self {
            Table::Spells => &[
                ("person", Text),
                ("spell", Text),
                ("provider", Name),
                ("kind", Name),
                ("started_on", Day),
                ("ended_on", Day),
                ("end_reason", Name),
                ("accommodation", Name),
                ("problem1", Name),
                ("problem2", Name),
                ("problem3", Name),
                ("sent_by", Name),
            ],
            Table::Reviews => &[
                ("person", Text),
                ("review", Text),
                ("provider", Name),
                ("reviewed_on", Day),
                ("stage", Name),
                ("item", Name),
                ("value", Number),
                ("sent_by", Name),
            ],
            Table::Events => &[
                ("person", Text),
                ("event", Text),
                ("provider", Name),
                ("kind", Name),
                ("occurred_on", Day),
                ("until_on", Day),
                ("concluded_on", Day),
                ("outcome", Name),
                ("detail", Text),
                ("sent_by", Name),
            ],
            Table::Referrals => {
                &[("person", Text), ("referral", Text), ("provider", Name), ("referred_on", Day), ("sent_by", Name)]
            }
            Table::Contacts => &[
                ("person", Text),
                ("contact", Text),
                ("provider", Name),
                ("contacted_on", Day),
                ("attended", Flag),
                ("sent_by", Name),
            ],
            Table::Assessments => &[
                ("person", Text),
                ("assessment", Text),
                ("assessor", Name),
                ("assessed_on", Day),
                ("band", Name),
                ("effective_from", Day),
                ("standing", Name),
                ("reason", Text),
            ],
        }
    }
}

/// Columns that few measures ask for: the others of a table that is read are always read.
const SELDOM: [(&str, Table); 7] = [
    ("end_reason", Table::Spells),
    ("accommodation", Table::Spells),
    ("problem1", Table::Spells),
    ("problem2", Table::Spells),
    ("problem3", Table::Spells),
    ("detail", Table::Events),
    ("concluded_on", Table::Events),
];

/// What some measures together look at.
#[derive(Clone, Debug, Default)]
pub(crate) struct Looks {
    /// By table, the seldom columns asked for.
    pub tables: BTreeMap<Table, Vec<&'static str>>,
    /// The kinds of event that are looked at; others are passed over.
    pub events: Vec<&'static str>,
}

impl Looks {
    /// A table, with these of its seldom columns.
    #[must_use]
    pub fn at(mut self, table: Table, columns: &[&'static str]) -> Looks {
        self.tables.entry(table).or_default().extend(columns);
        self
    }

    /// Events of these kinds.
    #[must_use]
    pub fn at_events(mut self, kinds: &[&'static str], columns: &[&'static str]) -> Looks {
        self.events.extend(kinds);
        self.at(Table::Events, columns)
    }

    /// What either looks at.
    #[must_use]
    pub fn and(mut self, other: Looks) -> Looks {
        for (table, columns) in other.tables {
            self.tables.entry(table).or_default().extend(columns);
        }
        self.events.extend(other.events);
        self
    }

    fn wanted(&self, table: Table) -> Wanted {
        let asked = &self.tables[&table];
        let read = |name: &str| !SELDOM.contains(&(name, table)) || asked.contains(&name);
        // A column that is not asked for keeps its place under a name that no file has.
        table.columns().iter().map(|(name, kind)| (if read(name) { *name } else { "" }, *kind)).collect()
    }
}

/// One table, at the row of the person that comes next.
struct Cursor {
    table: Table,
    columns: Columns,
    /// Whether there are rows left.
    left: bool,
}

/// The tables of a snapshot, side by side.
pub(crate) struct Walk {
    cursors: Vec<Cursor>,
    pub names: Names,
    events: Vec<Name>,
    person: Person,
    /// The first person that is no longer shown.
    until: Option<String>,
}

impl Walk {
    /// Opens the tables that are looked at, at the first person of the part; one without a file has no rows.
    pub fn open(files: &BTreeMap<&'static str, PathBuf>, looks: &Looks, part: &Part) -> Result<Walk, NativeError> {
        let mut names = Names::default();
        let events = looks.events.iter().map(|kind| names.of(kind)).collect();
        let mut cursors = Vec::new();
        for table in looks.tables.keys() {
            if let Some(path) = files.get(table.name()) {
                let mut columns = Columns::open(path, looks.wanted(*table), part)?;
                let left = columns.next_batch(&mut names)?;
                cursors.push(Cursor { table: *table, columns, left });
            }
        }
        Ok(Walk { cursors, names, events, person: Person::default(), until: part.until.clone() })
    }

    /// The next person, or none after the last.
    pub fn next(&mut self) -> Result<Option<(&Person, &Names)>, NativeError> {
        let person = &mut self.person;
        person.clear();
        for cursor in self.cursors.iter().filter(|cursor| cursor.left) {
            let key = cursor.columns.person();
            if person.key.is_empty() || key < person.key.as_str() {
                person.key.clear();
                person.key.push_str(key);
            }
        }
        if person.key.is_empty() || self.until.as_ref().is_some_and(|until| *until <= person.key) {
            return Ok(None);
        }
        for cursor in &mut self.cursors {
            let mut own = false;
            while cursor.left && (own && cursor.columns.goes_on() || cursor.columns.person() == person.key) {
                own = true;
                take(cursor, person, &self.events)
                    .ok_or_else(|| cursor.columns.wrong("a row lacks a value that every row has"))?;
                cursor.columns.row += 1;
                if cursor.columns.row == cursor.columns.rows {
                    cursor.left = cursor.columns.next_batch(&mut self.names)?;
                }
            }
            if cursor.left && cursor.columns.person() <= person.key.as_str() {
                return Err(cursor.columns.wrong("its rows are not in the order of persons"));
            }
        }
        Ok(Some((&self.person, &self.names)))
    }
}

impl Walk {
    /// The person that was shown last.
    pub fn person(&self) -> (&Person, &Names) {
        (&self.person, &self.names)
    }
}

/// Takes a row into the person; none where a value is missing.
fn take(cursor: &Cursor, person: &mut Person, events: &[Name]) -> Option<()> {
    let of = &cursor.columns;
    match cursor.table {
        Table::Spells => {
            let spell = person.keep(of.text(1)?);
            person.spells.push(Spell {
                spell,
                provider: of.name(2)?,
                kind: of.name(3)?,
                started_on: of.day(4)?,
                ended_on: of.day(5),
                end_reason: of.name(6),
                accommodation: of.name(7),
                problems: [of.name(8), of.name(9), of.name(10)],
                sent_by: of.name(11)?,
            });
        }
        Table::Reviews => {
            let review = person.keep(of.text(1)?);
            person.reviews.push(Review {
                review,
                provider: of.name(2)?,
                reviewed_on: of.day(3)?,
                stage: of.name(4)?,
                item: of.name(5)?,
                value: of.number(6),
                sent_by: of.name(7)?,
            });
        }
        Table::Events => {
            let kind = of.name(3)?;
            if events.contains(&kind) {
                let event = person.keep(of.text(1)?);
                let detail = of.text(8).map(|detail| person.keep(detail));
                person.events.push(Event {
                    event,
                    provider: of.name(2),
                    kind,
                    occurred_on: of.day(4)?,
                    until_on: of.day(5),
                    concluded_on: of.day(6),
                    outcome: of.name(7),
                    detail,
                    sent_by: of.name(9)?,
                });
            }
        }
        Table::Referrals => {
            let referral = person.keep(of.text(1)?);
            person.referrals.push(Referral {
                referral,
                provider: of.name(2)?,
                referred_on: of.day(3)?,
                sent_by: of.name(4)?,
            });
        }
        Table::Contacts => {
            let contact = person.keep(of.text(1)?);
            person.contacts.push(Contact {
                contact,
                provider: of.name(2)?,
                contacted_on: of.day(3)?,
                attended: of.flag(4),
                sent_by: of.name(5)?,
            });
        }
        Table::Assessments => {
            let assessment = person.keep(of.text(1)?);
            let reason = of.text(7).map(|reason| person.keep(reason));
            person.assessments.push(Assessment {
                assessment,
                assessor: of.name(2)?,
                assessed_on: of.day(3)?,
                band: of.name(4)?,
                effective_from: of.day(5)?,
                standing: of.name(6)?,
                reason,
            });
        }
    }
    Some(())
}
