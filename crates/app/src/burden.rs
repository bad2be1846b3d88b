//! What a contract asks people to write down: which data items, how often, which of them the usual returns hold already,
//! and which no clause uses.

use std::collections::{BTreeMap, BTreeSet};

use meed_evidence::{Table, held_by_returns};
use meed_measures::columns_read;
use meed_terms::Terms;
use meed_units::{Exact, counted};
use serde_json::{Value, json};

use crate::{ContractFolder, Result};

/// How a burden names the contract's plan of evaluation beside its clauses.
const PLAN: &str = "evaluation plan";

/// How long and how often, where the contract does not say.
#[derive(Clone, Copy, Debug)]
pub struct Assumed {
    /// Months a person is with a provider.
    pub months: u32,
    /// Weeks between two reviews.
    pub review_weeks: u32,
}

/// What a contract asks for.
#[derive(Debug)]
pub struct Burden {
    /// Each column that is read, by table.
    pub items: Vec<Item>,
    /// Columns of the contract's own tables that no clause reads, as `table.column`.
    pub unread: Vec<String>,
    /// The contract's own measures that no clause uses.
    pub unused_measures: Vec<String>,
    assumed: Assumed,
}

/// One data item.
#[derive(Debug)]
pub struct Item {
    /// Its table.
    pub table: String,
    /// Its column.
    pub column: String,
    /// What it says.
    pub about: String,
    /// Clauses that read it, and the evaluation where its plan does; empty where the contract's bands or windows do.
    pub clauses: BTreeSet<String>,
    /// How often it is written for one person.
    pub often: Often,
    /// What NDTMS and HMIS call it; empty where neither is known to hold it.
    pub ndtms: &'static str,
    /// As above.
    pub hmis: &'static str,
}

/// How often a row of a table is written for one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Often {
    /// Once while the person is with a provider.
    Once,
    /// At each review, one row for each question asked.
    Review,
    /// Each time it happens: how often is not known beforehand.
    Happens,
    /// Once for a provider or a cohort, whoever the persons are.
    NotOfPersons,
}

impl Often {
    fn of(table: &Table) -> Often {
        let of_persons = table.columns.iter().any(|column| column.name == "person" && column.required);
        match table.name.as_str() {
            "people" | "referrals" | "assessments" | "spells" => Often::Once,
            "reviews" => Often::Review,
            _ if of_persons => Often::Happens,
            _ => Often::NotOfPersons,
        }
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Often::Once => "once a person",
            Often::Review => "each review",
            Often::Happens => "when it happens",
            Often::NotOfPersons => "not of persons",
        }
    }
}

/// What the contract in a folder asks for.
///
/// # Errors
/// When the contract has errors, or its tables cannot be read.
pub fn burden(contract: &ContractFolder, terms: &Terms, assumed: Assumed) -> Result<Burden> {
    let tables = crate::evidence::tables(Some(contract))?;
    let columns: BTreeMap<String, Vec<String>> = tables
        .iter()
        .map(|table| (table.name.clone(), table.columns.iter().map(|column| column.name.clone()).collect()))
        .collect();
    let mut read: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    let mut note = |who: &str, found: BTreeMap<String, BTreeSet<String>>| {
        for (table, names) in found {
            for name in names {
                read.entry((table.clone(), name)).or_default().insert(who.to_owned());
            }
        }
    };
    let mut used = BTreeSet::new();
    for clause in terms.contract.clause.iter() {
        for (measure, _) in clause.uses() {
            let Some(measure) = terms.measures.get(&measure.name.value) else { continue };
            used.insert(measure.name.clone());
            note(clause.id(), measure.columns(&columns));
        }
    }
    for sql in contract.plan.iter().flat_map(|plan| plan.sql.values()) {
        note(PLAN, columns_read(sql, columns.keys().map(String::as_str), &columns));
    }
    for (measure, _) in terms.uses() {
        used.insert(measure.name.value.clone());
    }
    let of_the_contract = [
        (
            "assessments",
            terms.contract.banding.is_some(),
            &["person", "assessed_on", "band", "effective_from", "standing"][..],
        ),
        ("events", terms.contract.window_ends.is_some(), &["person", "kind", "occurred_on"][..]),
    ];
    for (table, _, names) in of_the_contract.into_iter().filter(|(_, asked, _)| *asked) {
        for name in names {
            read.entry((table.to_owned(), (*name).to_owned())).or_default();
        }
    }
    let mut items = Vec::new();
    let mut unread = Vec::new();
    let standard = meed_evidence::standard();
    for table in &tables {
        for column in &table.columns {
            // Who sent a row and when are written by whatever sends it.
            if matches!(column.name.as_str(), "sent_by" | "known_at" | "withdrawn") {
                continue;
            }
            match read.remove(&(table.name.clone(), column.name.clone())) {
                Some(clauses) => {
                    let held = held_by_returns(&table.name, &column.name);
                    items.push(Item {
                        table: table.name.clone(),
                        column: column.name.clone(),
                        about: column.about.clone(),
                        clauses,
                        often: Often::of(table),
                        ndtms: held.map_or("", |held| held.ndtms),
                        hmis: held.map_or("", |held| held.hmis),
                    });
                }
                None if !standard.iter().any(|known| known.name == table.name) => {
                    unread.push(format!("{}.{}", table.name, column.name));
                }
                None => (),
            }
        }
    }
    let own = contract.folder.measures.keys().filter(|stem| !used.iter().any(|name| **name == ***stem));
    Ok(Burden { items, unread, unused_measures: own.cloned().collect(), assumed })
}

impl Burden {
    /// Data items for one person and month, one row a question at reviews; what happens now and then is not in it.
    pub fn per_person_and_month(&self) -> Exact {
        let count = |often| {
            let items = self.items.iter().filter(|item| item.often == often).count();
            Exact::from(i64::try_from(items).unwrap_or(i64::MAX))
        };
        let months = Exact::from(i64::from(self.assumed.months.max(1)));
        let reviews_a_month = Exact::ratio(52, 12 * i128::from(self.assumed.review_weeks.max(1)));
        let once = count(Often::Once).checked_div(&months).unwrap_or(Exact::ZERO);
        once + count(Often::Review) * reviews_a_month
    }

    /// How many items some return holds already: NDTMS, HMIS.
    pub fn held(&self) -> (usize, usize) {
        let count = |name: fn(&Item) -> &str| self.items.iter().filter(|item| !name(item).is_empty()).count();
        (count(|item| item.ndtms), count(|item| item.hmis))
    }

    /// In a paragraph.
    pub fn in_short(&self) -> String {
        let (ndtms, hmis) = self.held();
        let happens = self.items.iter().filter(|item| item.often == Often::Happens).count();
        let mut text = format!(
            "burden: {}, about {} a person and month ({} with a provider, a review every {}, each question of a review counted by itself){}; NDTMS holds {ndtms} of them, HMIS {hmis}",
            counted(self.items.len(), "data item", "data items"),
            self.per_person_and_month().to_plain(1).trim_end_matches('…'),
            counted(self.assumed.months, "month", "months"),
            if self.assumed.review_weeks == 1 {
                "week".to_owned()
            } else {
                format!("{} weeks", self.assumed.review_weeks)
            },
            if happens == 0 { String::new() } else { format!(", and {happens} more each time something happens") },
        );
        let unused: Vec<&str> = self.unread.iter().chain(&self.unused_measures).map(String::as_str).collect();
        if !unused.is_empty() {
            text += &format!("; no clause uses {}", unused.join(", "));
        }
        text
    }

    /// Item by item.
    pub fn in_full(&self) -> String {
        let none = |name: &'static str| if name.is_empty() { "-" } else { name };
        let mut rows = vec![["item", "how often", "NDTMS", "HMIS", "for"].map(str::to_owned)];
        rows.extend(self.items.iter().map(|item| {
            let clauses = item.clauses.iter().cloned().collect::<Vec<_>>().join(", ");
            let used = if clauses.is_empty() { "bands and windows".to_owned() } else { clauses };
            let name = format!("{}.{}", item.table, item.column);
            [name, item.often.words().to_owned(), none(item.ndtms).to_owned(), none(item.hmis).to_owned(), used]
        }));
        let width = |at: usize| rows.iter().map(|row| row[at].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..4).map(width).collect();
        let lines = rows.iter().map(|row| {
            let cells: Vec<String> =
                row[..4].iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
            format!("{}  {}", cells.join("  "), row[4]).trim_end().to_owned()
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    /// For machines.
    pub fn json(&self) -> Value {
        let items: Vec<Value> = self
            .items
            .iter()
            .map(|item| {
                json!({ "table": item.table, "column": item.column, "about": item.about, "often": item.often.words(),
                        "ndtms": item.ndtms, "hmis": item.hmis, "clauses": item.clauses })
            })
            .collect();
        let (ndtms, hmis) = self.held();
        json!({
            "items": items,
            "per_person_and_month": self.per_person_and_month().to_plain(4).trim_end_matches('…'),
            "months_with_a_provider": self.assumed.months,
            "weeks_between_reviews": self.assumed.review_weeks,
            "held_by_ndtms": ndtms,
            "held_by_hmis": hmis,
            "read_by_no_clause": self.unread,
            "measures_of_no_clause": self.unused_measures,
        })
    }
}
