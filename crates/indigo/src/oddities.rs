//! Finds the cells that do not say what they should, in every table and of every project.

use std::collections::{BTreeMap, BTreeSet};

use meed_units::Exact;

use crate::{
    Tables,
    amount::{amount, count, pennies, rounded},
    day::days,
    oddity::{Kind, Oddity},
    project::steps,
    shift::Shift,
    table::Row,
};

/// Everything odd, sorted by kind, file and row.
pub(crate) fn oddities(tables: &Tables, shifted: &BTreeMap<&str, &Shift>) -> Vec<Oddity> {
    let mut found = Vec::new();
    for row in tables.all().into_iter().flat_map(|table| table.rows()) {
        cells(row, &mut found);
    }
    for row in tables.projects.rows() {
        order(row, &mut found);
        above_maximum(tables, row, &mut found);
    }
    metrics(tables, &mut found);
    prices(tables, shifted, &mut found);
    for row in tables.payments.rows() {
        if row.get("Type").is_empty() && !row.get("Payments - Amount").is_empty() {
            found.push(odd(
                row,
                Kind::PaymentType,
                "it is not said whether it was made or planned; taken as made".into(),
            ));
        }
    }
    found.sort();
    found.dedup();
    found
}

fn odd(row: Row<'_>, kind: Kind, says: String) -> Oddity {
    let project = [row.get("Project ID"), row.get("ID")].into_iter().find(|id| !id.is_empty()).unwrap_or_default();
    Oddity { kind, file: row.file, row: row.number, project: project.to_owned(), says }
}

/// Amounts, counts and days, cell by cell. The dollar columns are derived from the others and not read.
fn cells(row: Row<'_>, found: &mut Vec<Oddity>) {
    for (column, cell) in row.holding("Amount").filter(|(column, cell)| !column.contains("USD") && !cell.is_empty()) {
        match amount(cell) {
            Err(holds) => found.push(odd(row, Kind::Amount, format!("`{column}` holds {holds}: {}", short(cell)))),
            Ok(_) if !cell.chars().all(|c| c.is_ascii_digit() || c == '.') => {
                found.push(odd(row, Kind::Sign, format!("`{column}`: {}", short(cell))));
            }
            Ok(Some(read)) if pennies(&read).is_none() => {
                found.push(odd(row, Kind::WorkedOut, format!("`{column}`: {}", short(cell))));
            }
            Ok(_) => {}
        }
    }
    for (column, cell) in row.holding("Outcomes achieved").chain(row.holding("argeted number")) {
        if count(cell).is_err() {
            found.push(odd(row, Kind::CountInWords, format!("`{column}`: {}", short(cell))));
        }
    }
    let dated = |column: &str| column.starts_with("Dates - ") && column.contains("ate") && !column.contains("duration");
    let dates = row.holding("Dates - ").filter(|(column, _)| dated(column) && !column.contains('('));
    for (column, cell) in dates.chain(row.holding("Period - Start")).chain(row.holding("Period - End")) {
        if days(cell).is_err() {
            found.push(odd(row, Kind::Day, format!("`{column}`: {}", short(cell))));
        }
    }
}

fn order(row: Row<'_>, found: &mut Vec<Oddity>) {
    let at = |column: &str| days(row.get(column)).ok().flatten();
    let Some(first) = at("Dates - Start date of service provision") else { return };
    for column in ["Dates - Actual end date of service provision", "Dates - Anticipated end date of service provision"]
    {
        if at(column).is_some_and(|end| end.until <= first.from) {
            let says = format!("`{column}` {} lies before the start, {}", row.get(column), first.from);
            found.push(odd(row, Kind::Order, says));
        }
    }
}

fn metrics(tables: &Tables, found: &mut Vec<Oddity>) {
    let mut seen: BTreeSet<(&str, &str)> = BTreeSet::new();
    for row in tables.metrics.rows().filter(|row| !row.get("Id").is_empty()) {
        if !seen.insert((row.get("Project ID"), row.get("Id"))) {
            found.push(odd(row, Kind::DuplicateMetric, format!("`{}` stands for two metrics", row.get("Id"))));
        }
    }
}

fn prices(tables: &Tables, shifted: &BTreeMap<&str, &Shift>, found: &mut Vec<Oddity>) {
    let mut seen: BTreeSet<(&str, &str)> = BTreeSet::new();
    let mut told: BTreeSet<&str> = BTreeSet::new();
    for row in tables.pricings.rows() {
        let (project, metric) = (row.get("Project ID"), row.get("Outcome Metric Id"));
        let of_metric: Vec<Row<'_>> =
            tables.pricings.of(project).filter(|other| other.get("Outcome Metric Id") == metric).collect();
        if !seen.insert((project, metric)) && steps(&of_metric).is_none() {
            found.push(odd(
                row,
                Kind::SeveralPrices,
                format!("`{metric}` has another price, {}", row.get("Price Per Unit - Amount")),
            ));
        }
        let of = tables.metrics.of(project).position(|of| of.get("Id") == metric);
        let Some(at) = of else {
            found.push(odd(row, Kind::UnknownMetric, format!("the project has no metric `{metric}`")));
            continue;
        };
        if let Some(shift) = shifted.get(project).filter(|shift| at >= shift.from)
            && told.insert(project)
        {
            let says = format!(
                "from `{metric}` on the prices are those that {} has {} rows further down: they stand against the wrong metrics",
                shift.shown_by, shift.rows
            );
            found.push(odd(row, Kind::Shifted, says));
        }
        let target = tables.metrics.of(project).nth(at).and_then(|of| {
            let target = count(of.get("Outcome metric target")).ok().flatten();
            target.or_else(|| count(of.get("Targeted number of service users Or beneficiaries (total)")).ok().flatten())
        });
        let read = |column: &str| amount(row.get(column)).ok().flatten();
        if let (Some(price), Some(most), Some(target)) =
            (read("Price Per Unit - Amount"), read("Maximum Price if all targets achieved - Amount"), target)
            && !seen_twice(tables, project, metric)
        {
            let product = &price * &Exact::ratio(i128::from(target), 1);
            if product != most {
                let [price, product, most] = [price, product, most].map(|amount| rounded(&amount).grouped());
                let says = format!("{price} × {target} is {product}, and the most is {most}");
                found.push(odd(row, Kind::Maximum, says));
            }
        }
    }
}

fn seen_twice(tables: &Tables, project: &str, metric: &str) -> bool {
    tables.pricings.of(project).filter(|row| row.get("Outcome Metric Id") == metric).count() > 1
}

fn above_maximum(tables: &Tables, row: Row<'_>, found: &mut Vec<Oddity>) {
    const MOST: &str = "Overall project finance - Maximum potential outcome payment - Amount";
    let currency = row.get("Overall project finance - Maximum potential outcome payment - Currency");
    let Ok(Some(most)) = amount(row.get(MOST)) else { return };
    let made = tables
        .payments
        .of(row.get("ID"))
        .filter(|payment| payment.get("Type") != "Planned" && payment.get("Payments - Currency") == currency);
    let sum: Exact = made.filter_map(|payment| amount(payment.get("Payments - Amount")).ok().flatten()).sum();
    if sum > most {
        let says =
            format!("{} was paid and {} is the most that can be", rounded(&sum).grouped(), rounded(&most).grouped());
        found.push(odd(row, Kind::AboveMaximum, says));
    }
}

fn short(cell: &str) -> String {
    let text = crate::project::one_line(cell);
    if text.chars().count() <= 60 { text } else { format!("{}…", text.chars().take(59).collect::<String>()) }
}
