//! Goes through the tables of a snapshot side by side, and shows one person after the other.

use std::{collections::BTreeMap, ops::Range, path::PathBuf};

use arrow::array::Array;

use crate::{
    column::{Columns, Kind, Wanted},
    error::NativeError,
    names::{Name, Names},
    part::Part,
    person::{Held, Person, TextOf, Texts},
    rows::Rows,
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

    /// The columns a pass can look at, the person first, in the order that [`Rows::take`] reads them.
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

    /// The columns whose values are each their own, but for the person: they stay where they were read.
    pub fn texts(self) -> &'static [(usize, TextOf)] {
        match self {
            Table::Spells => &[(1, TextOf::Spell)],
            Table::Reviews => &[(1, TextOf::Review)],
            Table::Events => &[(1, TextOf::Event), (8, TextOf::Detail)],
            Table::Referrals => &[(1, TextOf::Referral)],
            Table::Contacts => &[(1, TextOf::Contact)],
            Table::Assessments => &[(1, TextOf::Assessment), (7, TextOf::Reason)],
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

/// One table, at the person that comes next in it.
struct Front {
    table: Table,
    columns: Columns,
    /// The persons of the rows that are held.
    keys: Held,
    /// Persons in their order, and which of them comes next. The last may go on in the next batch.
    runs: Vec<Run>,
    next: usize,
    /// Whether there are no more batches.
    over: bool,
    /// The rows taken of the person that is shown.
    shown: Range<usize>,
}

/// Rows of one person that stand together.
#[derive(Clone, Copy, Debug)]
struct Run {
    /// The beginning of the key, as a number that compares as keys do.
    begins: u128,
    /// The first of the rows held.
    row: usize,
    /// The rows that were taken of them, from the first up to, not including, the last.
    from: usize,
    until: usize,
}

/// The tables of a snapshot, side by side.
pub(crate) struct Walk {
    fronts: Vec<Front>,
    rows: Rows,
    texts: Texts,
    pub names: Names,
    events: Vec<Name>,
    /// Which table names the person that is shown, and in which row.
    shown: Option<(usize, usize)>,
    /// The first person that is no longer shown.
    until: Option<String>,
}

impl Walk {
    /// Opens the tables that are looked at, at the first person of the part; one without a file has no rows.
    pub fn open(files: &BTreeMap<&'static str, PathBuf>, looks: &Looks, part: &Part) -> Result<Walk, NativeError> {
        let mut names = Names::default();
        let events = looks.events.iter().map(|kind| names.of(kind)).collect();
        let mut fronts = Vec::new();
        for table in looks.tables.keys() {
            if let Some(path) = files.get(table.name()) {
                let columns = Columns::open(path, looks.wanted(*table), part)?;
                let (keys, runs) = (Held::default(), Vec::new());
                fronts.push(Front { table: *table, columns, keys, runs, next: 0, over: false, shown: 0..0 });
            }
        }
        let (rows, texts, until) = (Rows::default(), Texts::default(), part.until.clone());
        Ok(Walk { fronts, rows, texts, names, events, shown: None, until })
    }

    /// Goes on to the next person; whether there is one.
    pub fn next(&mut self) -> Result<bool, NativeError> {
        let Walk { fronts, rows, texts, names, events, shown, until } = self;
        *shown = None;
        let mut least: Option<(u128, &str, usize, usize)> = None;
        for front in fronts.iter_mut() {
            // Of the last person held there may be more.
            while front.next + 1 >= front.runs.len() && !front.over {
                front.read_on(rows, texts, names, events)?;
            }
        }
        for (place, front) in fronts.iter().enumerate() {
            let Some(run) = front.runs.get(front.next) else { continue };
            let sooner = match least {
                None => true,
                Some((begins, ..)) if begins != run.begins => run.begins < begins,
                Some((_, key, ..)) => front.keys.get(run.row) < key,
            };
            if sooner {
                least = Some((run.begins, front.keys.get(run.row), place, run.row));
            }
        }
        let Some((begins, key, place, row)) = least else { return Ok(false) };
        if until.as_ref().is_some_and(|until| until.as_str() <= key) {
            return Ok(false);
        }
        for at in 0..fronts.len() {
            let run = fronts[at].runs.get(fronts[at].next).copied();
            let own = run.filter(|run| {
                run.begins == begins && (at == place || fronts[at].keys.get(run.row) == fronts[place].keys.get(row))
            });
            fronts[at].next += usize::from(own.is_some());
            fronts[at].shown = own.map(|run| run.from..run.until).unwrap_or_default();
        }
        *shown = Some((place, row));
        Ok(true)
    }

    /// The person that is shown.
    pub fn person(&self) -> Person<'_> {
        let of = |table: Table| {
            let front = self.fronts.iter().find(|front| front.table == table);
            front.map(|front| front.shown.clone()).unwrap_or_default()
        };
        Person {
            key: self.shown.map(|(place, row)| self.fronts[place].keys.get(row)).unwrap_or_default(),
            texts: &self.texts,
            spells: &self.rows.spells[of(Table::Spells)],
            reviews: &self.rows.reviews[of(Table::Reviews)],
            events: &self.rows.events[of(Table::Events)],
            referrals: &self.rows.referrals[of(Table::Referrals)],
            contacts: &self.rows.contacts[of(Table::Contacts)],
            assessments: &self.rows.assessments[of(Table::Assessments)],
        }
    }
}

impl Front {
    /// Reads on, when only the last person is left: their rows stay, and at least as many more are read, so that
    /// nothing is moved often.
    fn read_on(
        &mut self,
        rows: &mut Rows,
        texts: &mut Texts,
        names: &mut Names,
        events: &[Name],
    ) -> Result<(), NativeError> {
        let open = self.runs.get(self.next).copied();
        let (from, taken) = match open {
            Some(run) => (run.row, run.from),
            None => (self.keys.rows(), self.runs.last().map_or(0, |run| run.until)),
        };
        self.keys.carry(from);
        self.table.texts().iter().for_each(|(_, of)| texts.column(*of).carry(from));
        rows.carry(self.table, taken, u32::try_from(from).unwrap_or(u32::MAX));
        self.runs.clear();
        self.runs.extend(open.map(|run| Run { row: 0, from: 0, until: run.until - taken, ..run }));
        self.next = 0;
        let carried = self.keys.rows();
        let lacks = "a row lacks a value that every row has";
        while self.keys.rows() - carried <= carried {
            if !self.columns.next_batch(names)? {
                self.over = true;
                break;
            }
            let before = self.keys.rows();
            let keys = self.columns.texts(0).filter(|keys| keys.null_count() == 0);
            self.keys.take(keys.ok_or_else(|| self.columns.wrong(lacks))?);
            rows.take(self.table, &self.columns, before, events, texts).ok_or_else(|| self.columns.wrong(lacks))?;
            self.find_runs(before)?;
            self.ends(rows);
        }
        Ok(())
    }

    /// Finds where persons begin among the rows from this one on.
    fn find_runs(&mut self, first: usize) -> Result<(), NativeError> {
        let mut before = first.checked_sub(1).map(|row| self.keys.get(row));
        let views = self.keys.batch().views();
        let of_batch = self.keys.rows() - views.len();
        for row in first..self.keys.rows() {
            // Texts that look the same are; those that do not may be long.
            if row > of_batch && views[row - of_batch] == views[row - of_batch - 1] {
                continue;
            }
            let key = self.keys.get(row);
            match before {
                Some(before) if before == key => continue,
                Some(before) if before > key => {
                    return Err(self.columns.wrong("its rows are not in the order of persons"));
                }
                _ => (),
            }
            before = Some(key);
            self.runs.push(Run { begins: begins(key), row, from: 0, until: 0 });
        }
        Ok(())
    }

    /// Sets which of the rows taken are whose. Of persons of whom none was taken nothing is kept, but for the last.
    fn ends(&mut self, rows: &Rows) {
        let mut known = 0;
        let mut kept = 0;
        for at in 0..self.runs.len() {
            let last = self.runs.get(at + 1).is_none();
            let until_row = self.runs.get(at + 1).map_or(self.keys.rows(), |next| next.row);
            let from = known;
            known = rows.taken_before(self.table, until_row, known);
            if known > from || last {
                self.runs[kept] = Run { from, until: known, ..self.runs[at] };
                kept += 1;
            }
        }
        self.runs.truncate(kept);
    }
}

/// The first sixteen bytes of a key: numbers that differ compare as the keys do.
fn begins(key: &str) -> u128 {
    let mut first = [0; 16];
    let length = key.len().min(16);
    first[..length].copy_from_slice(&key.as_bytes()[..length]);
    u128::from_be_bytes(first)
}

#[cfg(test)]
mod tests {
    use std::{fs::File, sync::Arc};

    use arrow::{
        array::{ArrayRef, Date32Array, RecordBatch, StringArray},
        datatypes::{DataType, Field, Schema},
    };
    use parquet::arrow::ArrowWriter;

    use super::*;

    /// A folder that goes when it is done with.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Folder {
            let path = std::env::temp_dir().join(format!("meed-walk-{name}-{}", std::process::id()));
            std::fs::create_dir_all(&path).expect("a folder");
            Folder(path)
        }

        /// Writes a table of these columns; texts but for those that are days.
        fn table(&self, name: &str, columns: &[(&str, Vec<Option<String>>)], days: &[(&str, Vec<i32>)]) -> PathBuf {
            let texts = columns.iter().map(|(name, values)| {
                let array: StringArray = values.iter().map(Option::as_deref).collect();
                (Field::new(*name, DataType::Utf8, true), Arc::new(array) as ArrayRef)
            });
            let days = days.iter().map(|(name, values)| {
                let array = Arc::new(Date32Array::from(values.clone())) as ArrayRef;
                (Field::new(*name, DataType::Date32, true), array)
            });
            let (fields, arrays): (Vec<Field>, Vec<ArrayRef>) = texts.chain(days).unzip();
            let schema = Arc::new(Schema::new(fields));
            let path = self.0.join(format!("{name}.parquet"));
            let mut writer = ArrowWriter::try_new(File::create(&path).expect("a file"), Arc::clone(&schema), None)
                .expect("a writer");
            writer.write(&RecordBatch::try_new(schema, arrays).expect("columns of one length")).expect("written");
            writer.close().expect("closed");
            path
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    fn some(value: &str, rows: usize) -> Vec<Option<String>> {
        vec![Some(value.to_owned()); rows]
    }

    /// Persons with so many spells and so many events, every third of them of a kind that is looked at.
    fn written(folder: &Folder, persons: &[(String, usize, usize)]) -> BTreeMap<&'static str, PathBuf> {
        let keys = |of: fn(&(String, usize, usize)) -> usize| -> Vec<Option<String>> {
            persons.iter().flat_map(|person| vec![Some(person.0.clone()); of(person)]).collect()
        };
        let (spells, events) = (keys(|person| person.1), keys(|person| person.2));
        let own = |kind: &str, rows: usize| (0..rows).map(|row| Some(format!("{kind}-of-a-long-name-{row}"))).collect();
        let days = |rows: usize| (0..rows).map(|row| i32::try_from(row).expect("few")).collect::<Vec<i32>>();
        let kinds = (0..events.len()).map(|row| Some(if row % 3 == 0 { "offence" } else { "sighting" }.to_owned()));
        let (of_spells, of_events) = (spells.len(), events.len());
        let spells = folder.table(
            "spells",
            &[
                ("person", spells),
                ("spell", own("s", of_spells)),
                ("provider", some("north", of_spells)),
                ("kind", some("treatment", of_spells)),
                ("sent_by", some("north", of_spells)),
            ],
            &[("started_on", days(of_spells))],
        );
        let events = folder.table(
            "events",
            &[
                ("person", events),
                ("event", own("e", of_events)),
                ("kind", kinds.collect()),
                ("sent_by", some("registry", of_events)),
            ],
            &[("occurred_on", days(of_events))],
        );
        BTreeMap::from([("spells", spells), ("events", events)])
    }

    fn looks() -> Looks {
        Looks::default().at(Table::Spells, &[]).at_events(&["offence"], &[])
    }

    #[test]
    fn every_row_is_shown_with_its_person_however_batches_fall() {
        let folder = Folder::new("batches");
        // Keys that differ late and early, short and long; persons with more rows than a batch has, and with none that
        // are looked at.
        let long = "a-key-that-begins-as-others-do";
        let mut persons: Vec<(String, usize, usize)> = vec![
            (format!("{long}-1"), 1, 0),
            (format!("{long}-2"), 0, 2),
            (format!("{long}-3"), 4_095, 20_000),
            (format!("{long}-30"), 1, 1),
            ("b".into(), 9_000, 1),
            ("b\u{0}".into(), 1, 3),
        ];
        persons.extend((0..5_000).map(|number: usize| (format!("p{number:05}"), number * 7 % 4, number * 5 % 3)));
        let files = written(&folder, &persons);
        let mut walk = Walk::open(&files, &looks(), &Part::default()).expect("it opens");
        let (mut spell, mut event) = (0, 0);
        for (key, spells, events) in &persons {
            let kept: Vec<usize> = (event..event + events).filter(|row| row % 3 == 0).collect();
            if *spells == 0 && kept.is_empty() {
                event += events;
                continue;
            }
            assert!(walk.next().expect("it reads"), "{key}");
            let person = walk.person();
            assert_eq!(person.key, key);
            let texts: Vec<&str> = person.spells.iter().map(|row| person.text(row.spell)).collect();
            let expected: Vec<String> = (spell..spell + spells).map(|row| format!("s-of-a-long-name-{row}")).collect();
            assert_eq!(texts, expected, "{key}");
            let texts: Vec<&str> = person.events.iter().map(|row| person.text(row.event)).collect();
            let expected: Vec<String> = kept.iter().map(|row| format!("e-of-a-long-name-{row}")).collect();
            assert_eq!(texts, expected, "{key}");
            assert!(person.events.iter().zip(kept).all(|(row, at)| usize::try_from(row.occurred_on.0) == Ok(at)));
            (spell, event) = (spell + spells, event + events);
        }
        assert!(!walk.next().expect("it reads"));
    }

    #[test]
    fn rows_out_of_order_and_rows_that_lack_a_value_are_told() {
        let folder = Folder::new("order");
        let files = written(&folder, &[("b".into(), 5_000, 0), ("a".into(), 1, 0)]);
        let mut walk = Walk::open(&files, &looks(), &Part::default()).expect("it opens");
        let told = std::iter::from_fn(|| walk.next().map(|more| more.then_some(())).transpose()).find_map(Result::err);
        assert!(told.expect("it is told").message.contains("not in the order of persons"));

        let path = folder.table("spells", &[("person", vec![Some("a".into()), None]), ("spell", some("s", 2))], &[]);
        let mut walk = Walk::open(&BTreeMap::from([("spells", path)]), &looks(), &Part::default()).expect("it opens");
        assert!(walk.next().expect_err("it is told").message.contains("lacks a value"));
    }
}
