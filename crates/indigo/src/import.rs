//! From INDIGO's tables to drafts and a report.

use std::collections::BTreeMap;

use crate::{
    draft::{Draft, draft},
    oddities::oddities,
    project::{Project, card},
    report::{Report, row},
    shift,
    table::Table,
};

/// INDIGO's tables, as far as terms need them.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    pub(crate) projects: Table,
    pub(crate) metrics: Table,
    pub(crate) pricings: Table,
    pub(crate) commitments: Table,
    pub(crate) plans: Table,
    pub(crate) payments: Table,
    pub(crate) results: Table,
    pub(crate) provisions: Table,
    pub(crate) organisations: Table,
}

/// The files that are read: name, whether there has to be one, and the columns without which it means nothing.
pub const FILES: [(&str, bool, &[&str]); 9] = [
    ("projects.csv", true, &["ID", "Impact Bond Name"]),
    ("outcome-metrics.csv", true, &["Project ID", "Id", "Outcome Definition"]),
    ("outcome-pricings.csv", true, &["Project ID", "Outcome Metric Id", "Currency", "Price Per Unit - Amount"]),
    ("outcome-payment-commitments.csv", false, &["Project ID", "Organisation ID"]),
    ("outcome-payment-plans.csv", false, &["Project ID", "Period - Start", "Period - End"]),
    ("outcome-payments.csv", false, &["Project ID", "Payments - Currency", "Payments - Amount"]),
    ("results.csv", false, &["Project ID", "Outcome Metric Id", "Outcomes achieved"]),
    ("service-provisions.csv", false, &["Project ID", "Organisation ID"]),
    ("organisations.csv", false, &["ID", "Name"]),
];

/// What an import makes.
#[derive(Clone, Debug)]
pub struct Import {
    /// A draft of every priced project of which at least one price became a clause.
    pub drafts: Vec<Draft>,
    /// What every priced project holds and lacks.
    pub report: Report,
}

impl Tables {
    /// Reads the files by name.
    ///
    /// # Errors
    /// Everything that keeps a file from being read, all at once; a file that need not be there may be missing.
    pub fn read(files: &BTreeMap<&'static str, Vec<u8>>) -> Result<Tables, Vec<String>> {
        let mut tables = Tables::default();
        let mut problems = Vec::new();
        for (name, needed, columns) in FILES {
            let Some(bytes) = files.get(name) else {
                if needed {
                    problems
                        .push(format!("{name} is missing; give the folder of INDIGO's CSV files, one for each table"));
                }
                continue;
            };
            match Table::read(name, bytes, columns) {
                Ok(table) => *tables.slot(name) = table,
                Err(found) => problems.extend(found),
            }
        }
        if problems.is_empty() { Ok(tables) } else { Err(problems) }
    }

    fn slot(&mut self, name: &str) -> &mut Table {
        match name {
            "projects.csv" => &mut self.projects,
            "outcome-metrics.csv" => &mut self.metrics,
            "outcome-pricings.csv" => &mut self.pricings,
            "outcome-payment-commitments.csv" => &mut self.commitments,
            "outcome-payment-plans.csv" => &mut self.plans,
            "outcome-payments.csv" => &mut self.payments,
            "results.csv" => &mut self.results,
            "service-provisions.csv" => &mut self.provisions,
            _ => &mut self.organisations,
        }
    }

    pub(crate) fn all(&self) -> [&Table; 9] {
        let Tables { projects, metrics, pricings, commitments, plans, payments, results, provisions, organisations } =
            self;
        [projects, metrics, pricings, commitments, plans, payments, results, provisions, organisations]
    }
}

/// Makes drafts of every project with prices, and the report.
pub fn import(tables: &Tables) -> Import {
    let mut priced: Vec<&str> = Vec::new();
    for row in tables.pricings.rows() {
        let id = row.get("Project ID");
        if !id.is_empty() && !priced.contains(&id) {
            priced.push(id);
        }
    }
    let cards: Vec<shift::Card> = priced.iter().map(|id| card(tables, id)).collect();
    let shifts: Vec<Option<shift::Shift>> = cards.iter().map(|own| shift::find(own, cards.iter())).collect();
    let projects: Vec<Project> =
        priced.iter().zip(&shifts).map(|(id, shift)| Project::gather(tables, id, shift.as_ref())).collect();
    let drafts = projects.iter().filter_map(draft).collect();
    let shifted = priced.iter().zip(&shifts).filter_map(|(id, shift)| Some((*id, shift.as_ref()?))).collect();
    let report = Report { rows: projects.iter().map(row).collect(), oddities: oddities(tables, &shifted) };
    Import { drafts, report }
}

impl Tables {
    /// What was paid in one currency, over all projects: payments that INDIGO calls actual, rounded once.
    pub fn actual_payments(&self, currency: &str) -> meed_units::Money {
        let actual = self
            .payments
            .rows()
            .filter(|row| row.get("Type") == "Actual" && row.get("Payments - Currency") == currency);
        let amounts = actual.filter_map(|row| crate::amount::amount(row.get("Payments - Amount")).ok().flatten());
        crate::amount::rounded(&amounts.sum())
    }
}
