//! What an amendment changes, in words and in money: for people, machines and
//! as a picture. Works nothing out but differences of the amounts it is given.

mod picture;
mod text;

use std::io::{self, Write};

use meed_units::{Date, Moment, Money, PartyId, Period};
use serde::Serialize;

pub use picture::difference_svg;
pub use text::difference_text;

/// Two versions of a contract, side by side.
#[derive(Clone, Debug, Serialize)]
pub struct Difference {
    /// The version that holds until now.
    pub old: Version,
    /// The version that is to take its place.
    pub new: Version,
    /// Every term that changes: those of the whole contract first, then by clause.
    pub words: Vec<TermChange>,
    /// Files that change how evidence is read: tables of the contract's own, and its mapping.
    pub files: Vec<String>,
    /// What both come to on the same evidence; none where no evidence was given.
    pub money: Option<MoneyChange>,
}

/// One version.
#[derive(Clone, Debug, Serialize)]
pub struct Version {
    /// The folder's name.
    pub folder: String,
    /// Its title.
    pub title: String,
    /// The name of the signed version.
    pub version: String,
    /// SHA-256 over the contract's terms and measures.
    pub contract_hash: String,
}

/// One term that changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TermChange {
    /// The clause it belongs to; none for a term of the whole contract.
    pub clause: Option<String>,
    /// What people call that clause.
    pub title: Option<String>,
    /// The term in the contract's own words: `price low`.
    pub term: String,
    /// The day from which the values differ; none where they differ all the time.
    pub from: Option<Date>,
    /// What it said; none where it is new.
    pub was: Option<String>,
    /// What it says; none where it is gone.
    pub is: Option<String>,
}

/// Both versions settled on the same evidence.
#[derive(Clone, Debug, Serialize)]
pub struct MoneyChange {
    /// ISO 4217 code of every amount.
    pub currency: String,
    /// Nothing that became known later was used.
    pub known_at: Moment,
    /// The old version's settlement.
    pub old: Side,
    /// The new version's settlement.
    pub new: Side,
    /// By clause and provider: clauses in the new order, those that are gone last; providers in the contract's order.
    pub rows: Vec<MoneyRow>,
}

/// What one version comes to.
#[derive(Clone, Debug, Serialize)]
pub struct Side {
    /// The days settled.
    pub period: Period,
    /// Identity of the evidence: the SHA-256 of its snapshot's manifest.
    pub snapshot: String,
    /// Rows of evidence it did not take, as they break its rules.
    pub rows_left_out: u64,
    /// How many lines.
    pub lines: u64,
    /// Sum of the lines.
    pub total: Money,
    /// What caps kept from being paid.
    pub capped: Money,
    /// What is held back.
    pub held: Money,
    /// What is worked out in shadow and not paid.
    pub shadow: Money,
}

/// One clause and provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MoneyRow {
    /// The clause.
    pub clause: String,
    /// What people call it.
    pub title: String,
    /// Who is paid.
    pub provider: PartyId,
    /// What the old version pays; none where it has no such clause.
    pub was: Option<Money>,
    /// What the new version pays; none where it has no such clause.
    pub is: Option<Money>,
}

/// What a row, or several together, come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sum {
    pub name: String,
    pub was: Option<Money>,
    pub is: Option<Money>,
}

impl Sum {
    pub fn difference(&self) -> Money {
        self.is.unwrap_or_default() - self.was.unwrap_or_default()
    }
}

impl MoneyChange {
    /// By clause.
    pub(crate) fn by_clause(&self) -> Vec<(String, Sum)> {
        self.summed(|row| (row.clause.clone(), row.title.clone()))
    }

    /// By provider.
    pub(crate) fn by_provider(&self) -> Vec<Sum> {
        self.summed(|row| (row.provider.to_string(), row.provider.to_string()))
            .into_iter()
            .map(|(_, sum)| sum)
            .collect()
    }

    fn summed(&self, name: impl Fn(&MoneyRow) -> (String, String)) -> Vec<(String, Sum)> {
        let add = |a: Option<Money>, b: Option<Money>| match (a, b) {
            (None, None) => None,
            (a, b) => Some(a.unwrap_or_default() + b.unwrap_or_default()),
        };
        let mut sums: Vec<(String, Sum)> = Vec::new();
        for row in &self.rows {
            let (key, name) = name(row);
            match sums.iter_mut().find(|(known, _)| *known == key) {
                Some((_, sum)) => (sum.was, sum.is) = (add(sum.was, row.was), add(sum.is, row.is)),
                None => sums.push((key, Sum { name, was: row.was, is: row.is })),
            }
        }
        sums
    }
}

/// As JSON: the same data, with what clauses and providers come to.
pub fn difference_json(difference: &Difference) -> String {
    let mut json = serde_json::to_value(difference).expect("a difference is plain data");
    if let (Some(money), Some(shown)) =
        (&difference.money, json.get_mut("money").and_then(|money| money.as_object_mut()))
    {
        let sum = |name: &str, key: &str, sum: &Sum| serde_json::json!({ key: name, "was": sum.was, "is": sum.is, "difference": sum.difference() });
        let clauses: Vec<_> = money.by_clause().iter().map(|(id, row)| sum(id, "clause", row)).collect();
        let providers: Vec<_> = money.by_provider().iter().map(|row| sum(&row.name, "provider", row)).collect();
        shown.insert("clauses".into(), clauses.into());
        shown.insert("providers".into(), providers.into());
        shown.insert("difference".into(), serde_json::json!(money.new.total - money.old.total));
    }
    format!("{json:#}\n")
}

/// By clause and provider, one row each.
///
/// # Errors
/// When it cannot be written.
pub fn difference_csv(money: &MoneyChange, mut to: impl Write) -> io::Result<()> {
    let quoted = |text: &str| match text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    };
    let amount = |amount: Option<Money>| amount.map_or_else(String::new, |amount| amount.to_string());
    writeln!(to, "clause,title,provider,was,is,difference,currency")?;
    for row in &money.rows {
        let difference = row.is.unwrap_or_default() - row.was.unwrap_or_default();
        writeln!(
            to,
            "{},{},{},{},{},{difference},{}",
            quoted(&row.clause),
            quoted(&row.title),
            quoted(&row.provider),
            amount(row.was),
            amount(row.is),
            money.currency
        )?;
    }
    Ok(())
}
