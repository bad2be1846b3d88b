//! How much of each project did the language express, and what is missing?

use std::{collections::BTreeMap, fmt::Write as _};

use meed_units::Money;

use crate::{
    draft::{listed, slug, unit},
    facts::{Fact, Known},
    oddity::{Kind, Oddity},
    project::Project,
    words::Rule,
};

/// What an import found.
#[derive(Clone, Debug)]
pub struct Report {
    /// One for each priced project, in the order of the prices.
    pub rows: Vec<Row>,
    /// Cells that a person has to put right.
    pub oddities: Vec<Oddity>,
}

/// One priced project.
#[derive(Clone, Debug)]
pub struct Row {
    /// INDIGO's identity.
    pub project: String,
    /// Its name.
    pub name: String,
    /// Its stage, in INDIGO's words.
    pub stage: String,
    /// Currency of its prices.
    pub currency: String,
    /// Its prices.
    pub prices: Vec<Priced>,
    /// Rules in words that no term says.
    pub rules: Vec<&'static str>,
    /// Of each fact, whether the data have it.
    pub known: BTreeMap<Fact, Known>,
    /// What everything recorded comes to at its price.
    pub listed: Option<Money>,
    /// What was paid, as recorded.
    pub paid: Option<Money>,
    /// The most that can be paid.
    pub cap: Option<Money>,
}

/// One price of a project.
#[derive(Clone, Debug)]
pub struct Priced {
    /// INDIGO's identity of the metric.
    pub metric: String,
    /// The outcome.
    pub title: String,
    /// The price, when it can be used.
    pub price: Option<Money>,
    /// For what.
    pub unit: String,
    /// How many were achieved or claimed.
    pub count: Option<u64>,
    /// Why it is no clause; none where it is one.
    pub left_out: Option<&'static str>,
}

/// How much of a project the draft says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Every price is a clause and no rule in words is left over.
    Expressed,
    /// Some prices are clauses.
    InPart,
    /// No price became a clause.
    Not,
}

impl Status {
    /// As the report says it.
    pub fn label(self) -> &'static str {
        match self {
            Status::Expressed => "expressed",
            Status::InPart => "in part",
            Status::Not => "not",
        }
    }
}

pub(crate) fn row(project: &Project) -> Row {
    let prices = project.lines.iter().map(|line| Priced {
        metric: line.metric.clone(),
        title: line.title.clone(),
        price: line.price.ok(),
        unit: unit(line),
        count: line.count.map(|(number, _)| number),
        left_out: line.clause().err(),
    });
    Row {
        project: project.id.clone(),
        name: project.name.clone(),
        stage: project.stage.clone(),
        currency: project.currency.clone(),
        prices: prices.collect(),
        rules: project.rules.iter().map(|rule| Rule::label(*rule)).collect(),
        known: project.known.clone(),
        listed: listed(project),
        paid: project.paid,
        cap: project.cap,
    }
}

impl Row {
    /// How much of the project the draft says.
    pub fn status(&self) -> Status {
        match self.clauses() {
            0 => Status::Not,
            clauses if clauses == self.prices.len() && self.rules.is_empty() => Status::Expressed,
            _ => Status::InPart,
        }
    }

    /// How many prices became a clause.
    pub fn clauses(&self) -> usize {
        self.prices.iter().filter(|price| price.left_out.is_none()).count()
    }

    /// Facts that are missing, in the order of the report.
    pub fn missing(&self) -> Vec<&'static str> {
        self.known.iter().filter(|(_, known)| **known == Known::Missing).map(|(fact, _)| fact.label()).collect()
    }

    /// What keeps the draft from being the whole contract, in words.
    pub fn because(&self) -> String {
        let mut reasons: Vec<&str> = self.prices.iter().filter_map(|price| price.left_out).collect();
        reasons.dedup();
        reasons.extend(&self.rules);
        let mut told: Vec<&str> = Vec::new();
        for reason in reasons {
            if !told.contains(&reason) {
                told.push(reason);
            }
        }
        told.join("; ")
    }
}

impl Report {
    /// How many projects have this status.
    pub fn count(&self, status: Status) -> usize {
        self.rows.iter().filter(|row| row.status() == status).count()
    }

    /// The projects, a row each, as CSV.
    pub fn projects_csv(&self) -> String {
        let mut heads = [
            "project", "draft", "name", "stage", "currency", "status", "prices", "clauses", "because", "listed",
            "paid", "cap",
        ]
        .map(str::to_owned)
        .to_vec();
        heads.extend(Fact::ALL.map(Fact::column));
        let rows = self.rows.iter().map(|row| {
            let mut cells = vec![
                row.project.clone(),
                if row.clauses() > 0 { slug(&row.project) } else { String::new() },
                row.name.clone(),
                row.stage.clone(),
                row.currency.clone(),
                row.status().label().to_owned(),
                row.prices.len().to_string(),
                row.clauses().to_string(),
                row.because(),
                money(row.listed),
                money(row.paid),
                money(row.cap),
            ];
            cells.extend(Fact::ALL.map(|fact| row.known.get(&fact).map_or("", |known| known.label()).to_owned()));
            cells
        });
        csv(&heads, rows)
    }

    /// The prices, a row each, as CSV.
    pub fn prices_csv(&self) -> String {
        let heads = ["project", "metric", "title", "price", "currency", "unit", "count", "clause", "because"]
            .map(str::to_owned);
        let rows = self.rows.iter().flat_map(|row| {
            row.prices.iter().map(|price| {
                vec![
                    row.project.clone(),
                    price.metric.clone(),
                    price.title.clone(),
                    money(price.price),
                    row.currency.clone(),
                    price.unit.clone(),
                    price.count.map(|count| count.to_string()).unwrap_or_default(),
                    if price.left_out.is_none() { slug(&price.metric) } else { String::new() },
                    price.left_out.unwrap_or_default().to_owned(),
                ]
            })
        });
        csv(&heads, rows)
    }

    /// The oddities, a row each, as CSV.
    pub fn oddities_csv(&self) -> String {
        let heads = ["kind", "file", "row", "project", "says"].map(str::to_owned);
        let rows = self.oddities.iter().map(|odd| {
            vec![
                odd.kind.label().to_owned(),
                odd.file.to_owned(),
                odd.row.to_string(),
                odd.project.clone(),
                odd.says.clone(),
            ]
        });
        csv(&heads, rows)
    }

    /// The report for people, as Markdown.
    pub fn markdown(&self) -> String {
        format!(
            "# What INDIGO's priced projects hold\n\n{}\n{}\n{}\n{}",
            self.summary(),
            self.projects(),
            self.facts(),
            self.odd()
        )
    }

    /// How many projects are expressed, in one paragraph.
    pub fn summary(&self) -> String {
        let (prices, clauses) = self
            .rows
            .iter()
            .fold((0, 0), |(prices, clauses), row| (prices + row.prices.len(), clauses + row.clauses()));
        format!(
            "{} priced projects: {} expressed, {} in part, {} not. {clauses} of {prices} prices are clauses.\n",
            self.rows.len(),
            self.count(Status::Expressed),
            self.count(Status::InPart),
            self.count(Status::Not),
        )
    }

    /// The table of projects.
    pub fn projects(&self) -> String {
        let mut text = String::from(
            "| project | | clauses of prices | says | listed | paid | cap | what the draft leaves out |\n|---|---|---|---|---|---|---|---|\n",
        );
        for row in &self.rows {
            let amount = |money: Option<Money>| {
                money.map_or("–".to_owned(), |money| format!("{} {}", row.currency, whole(money)))
            };
            let _ = writeln!(
                text,
                "| {} | {} | {} of {} | {} | {} | {} | {} | {} |",
                row.project.trim_start_matches("INDIGO-POJ-"),
                row.name.replace('|', "/"),
                row.clauses(),
                row.prices.len(),
                row.status().label(),
                amount(row.listed),
                amount(row.paid),
                amount(row.cap),
                row.because(),
            );
        }
        text
    }

    /// The table of facts: for how many projects each is given, in words or missing.
    pub fn facts(&self) -> String {
        let mut text = String::from("| fact | given | in words | missing |\n|---|---|---|---|\n");
        for fact in Fact::ALL {
            let count = |known: Known| self.rows.iter().filter(|row| row.known.get(&fact) == Some(&known)).count();
            let _ = writeln!(
                text,
                "| {} | {} | {} | {} |",
                fact.label(),
                count(Known::Given),
                count(Known::InWords),
                count(Known::Missing)
            );
        }
        text
    }

    /// The table of oddities: how many of each kind, and the first.
    pub fn odd(&self) -> String {
        let mut text = String::from("| in all tables | how many | the first |\n|---|---|---|\n");
        for kind in Kind::ALL {
            let of: Vec<&Oddity> = self.oddities.iter().filter(|odd| odd.kind == kind).collect();
            if let Some(first) = of.first() {
                let _ = writeln!(
                    text,
                    "| {} | {} | {} {}, row {}: {} |",
                    kind.label(),
                    of.len(),
                    first.project,
                    first.file,
                    first.row,
                    first.says.replace('|', "/")
                );
            }
        }
        text
    }
}

fn money(amount: Option<Money>) -> String {
    amount.map(|amount| amount.to_string()).unwrap_or_default()
}

/// Without its pence where there are none.
fn whole(amount: Money) -> String {
    let text = amount.grouped();
    text.strip_suffix(".00").map_or(text.clone(), str::to_owned)
}

fn csv(heads: &[String], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let written = std::iter::once(heads.to_vec()).chain(rows).try_for_each(|row| writer.write_record(&row));
    let bytes = written.ok().and_then(|()| writer.into_inner().ok()).expect("writing to memory does not fail");
    String::from_utf8(bytes).expect("text in, text out")
}
