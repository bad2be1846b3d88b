//! What does INDIGO say of one priced project?

use std::collections::{BTreeMap, BTreeSet};

use meed_units::{Date, Exact, Money};

use crate::{
    Tables,
    amount::{amount, count, pennies, rounded},
    day::{Days, days},
    draft::slug,
    facts::{Fact, Known},
    shift::{Card, Shift},
    table::Row,
    words::{Rule, Unit, person_cap, rule, sentences, stated_unit},
};

/// A project with prices, as far as the tables tell.
#[derive(Clone, Debug)]
pub(crate) struct Project {
    pub id: String,
    pub name: String,
    pub stage: String,
    pub currency: String,
    /// First day; none when nothing says.
    pub first: Option<Date>,
    /// The first day after the last, and where it comes from; none when nothing says.
    pub until: Option<(Date, &'static str)>,
    pub payers: Vec<String>,
    pub providers: Vec<String>,
    pub cap: Option<Money>,
    /// For one person, with the sentence that says so.
    pub person_cap: Option<(Money, String)>,
    pub lines: Vec<Line>,
    /// Rules in prose that no term of the draft says.
    pub rules: BTreeSet<Rule>,
    pub known: BTreeMap<Fact, Known>,
    /// What was paid in all, of payments that are not planned.
    pub paid: Option<Money>,
}

/// One price.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub metric: String,
    pub title: String,
    /// The price, or why there is none to use.
    pub price: Result<Money, &'static str>,
    pub unit: Unit,
    /// Prices of units beyond a number, where the price goes by number.
    pub steps: Vec<(u64, Money)>,
    /// Whether this is such a price, which stands in the clause of another.
    pub is_step: bool,
    /// Outcomes or claims, and where their number comes from.
    pub count: Option<(u64, &'static str)>,
    /// What the tables say about it in words.
    pub words: Vec<String>,
    pub rules: BTreeSet<Rule>,
}

impl Project {
    /// Gathers what every table says of the project.
    pub fn gather(tables: &Tables, id: &str, shift: Option<&Shift>) -> Project {
        let head = tables.projects.rows().find(|row| row.get("ID") == id);
        let field = |column: &str| head.map_or("", |row| row.get(column)).to_owned();
        let (first, until) = runs(tables, id, head);
        let lines = lines(
            tables,
            id,
            shift,
            &field("Service and beneficiaries - Unit type of targeted service users or beneficiaries"),
        );
        let prices: Vec<Row<'_>> = tables.pricings.of(id).collect();
        let currency = prices.first().map_or("", |row| row.get("Currency")).to_owned();
        let prose: Vec<&str> = prices
            .iter()
            .flat_map(|row| [row.get("Price Description"), row.get("Notes")])
            .filter(|words| !words.is_empty())
            .collect();
        let person_cap =
            prose.iter().find_map(|words| person_cap(words)).map(|(cap, sentence)| (cap, sentence.to_owned()));
        let mut project = Project {
            id: id.to_owned(),
            name: Some(one_line(&field("Impact Bond Name")))
                .filter(|name| !name.is_empty())
                .unwrap_or_else(|| id.to_owned()),
            stage: field("Stage of Development"),
            first,
            until,
            payers: organisations(tables, &tables.commitments, id),
            providers: organisations(tables, &tables.provisions, id),
            cap: cap(tables, id, head, &currency).filter(|cap| pennies(&cap.exact()).is_some()),
            person_cap,
            rules: lines
                .iter()
                .filter(|line| line.clause().is_ok())
                .flat_map(|line| line.rules.iter().copied())
                .collect(),
            known: BTreeMap::new(),
            paid: paid(tables, id, None, &currency),
            currency,
            lines,
        };
        project.known = project.facts(tables);
        project
    }

    /// Of each fact, whether the data have it.
    fn facts(&self, tables: &Tables) -> BTreeMap<Fact, Known> {
        let metrics: Vec<Row<'_>> = tables.metrics.of(&self.id).collect();
        let prose = || {
            let metric = metrics
                .iter()
                .flat_map(|row| ["Outcome Definition", "Outcome metric target", "Notes"].map(|of| row.get(of)));
            metric.chain(self.lines.iter().flat_map(|line| line.words.iter().map(String::as_str)))
        };
        let said = |words: &[&str]| prose().any(|text| words.iter().any(|word| text.to_lowercase().contains(word)));
        let given = |is: bool| if is { Known::Given } else { Known::Missing };
        let worded = |is: bool| if is { Known::InWords } else { Known::Missing };
        let stated = |column: &str| metrics.iter().any(|row| !row.get(column).is_empty());
        let groups: BTreeSet<&str> =
            metrics.iter().map(|row| row.get("Target Population")).filter(|of| !of.is_empty()).collect();
        Fact::ALL
            .into_iter()
            .map(|fact| {
                let known = match fact {
                    Fact::FirstDay => given(self.first.is_some()),
                    Fact::LastDay => given(self.until.is_some()),
                    Fact::Rhythm => Known::Missing,
                    Fact::Payer => given(!self.payers.is_empty()),
                    Fact::Provider => given(!self.providers.is_empty()),
                    Fact::PriceUnit => {
                        given(!self.lines.iter().any(|line| matches!(line.unit, Unit::Unsaid | Unit::Share)))
                    }
                    Fact::ContractCap => given(self.cap.is_some()),
                    Fact::PersonCap if self.person_cap.is_some() => Known::Given,
                    Fact::PersonCap => worded(self.rules.contains(&Rule::UnclearPersonCap)),
                    Fact::Bands => worded(groups.len() > 1),
                    Fact::Limit => {
                        worded(said(&["only be claimed once", "first level", "first entry", "first employment"]))
                    }
                    Fact::Window => worded(said(&["weeks", "months", "month ", "4-month", "12-month"])),
                    Fact::LostOutcome => worded(said(&["abandons", "resets", "restart"])),
                    Fact::Evidence if stated("Data source for Outcome validation") => Known::Given,
                    Fact::Evidence => worded(said(&["letter", "certificate", "self-cert", "payslip", "evidence"])),
                    Fact::Counterfactual => given(metrics.iter().any(|row| {
                        let method = row.get("Outcome validation Method").to_lowercase();
                        ["pre-post", "historical", "random"].iter().any(|of| method.contains(of))
                    })),
                    Fact::Counts => {
                        let all = !self.lines.is_empty() && self.lines.iter().all(|line| line.count.is_some());
                        let words = tables.results.of(&self.id).any(|row| !row.get("Outcomes achieved").is_empty());
                        if all { Known::Given } else { worded(words) }
                    }
                };
                (fact, known)
            })
            .collect()
    }

    /// Lines that have a clause of their own, with its price.
    pub fn expressed(&self) -> impl Iterator<Item = (&Line, Money)> {
        self.lines.iter().filter(|line| !line.is_step).filter_map(|line| line.clause().ok().map(|price| (line, price)))
    }
}

impl Line {
    /// The price of the clause that expresses it, or why there is no such clause.
    pub fn clause(&self) -> Result<Money, &'static str> {
        let price = self.price?;
        if self.rules.contains(&Rule::Condition) {
            return Err(Rule::Condition.label());
        }
        match self.unit {
            Unit::Person | Unit::Unsaid | Unit::Counted(_) => Ok(price),
            Unit::Share => Err("a price for a share, of which no unit is said"),
        }
    }
}

/// The rate card of every project, for finding prices that slipped.
pub(crate) fn card(tables: &Tables, id: &str) -> Card {
    let mut metrics = Vec::new();
    let mut prices = Vec::new();
    for row in tables.metrics.of(id) {
        let begins: String = one_line(row.get("Outcome Definition")).to_lowercase().chars().take(60).collect();
        let priced = tables.pricings.of(id).find(|price| price.get("Outcome Metric Id") == row.get("Id"));
        metrics.push(begins);
        prices.push(priced.and_then(|row| pennies(&amount(row.get("Price Per Unit - Amount")).ok()??)));
    }
    Card { project: id.to_owned(), metrics, prices }
}

fn lines(tables: &Tables, id: &str, shift: Option<&Shift>, project_unit: &str) -> Vec<Line> {
    let metrics: Vec<Row<'_>> = tables.metrics.of(id).collect();
    let prices: Vec<Row<'_>> = tables.pricings.of(id).collect();
    let currency = prices.first().map_or("", |row| row.get("Currency"));
    prices
        .iter()
        .map(|row| {
            let metric = row.get("Outcome Metric Id");
            let places: Vec<usize> = (0..metrics.len()).filter(|&at| metrics[at].get("Id") == metric).collect();
            let several = prices.iter().filter(|other| other.get("Outcome Metric Id") == metric).count() > 1;
            let clause = slug(metric);
            let same_name = prices.iter().any(|other| {
                other.get("Outcome Metric Id") != metric && slug(other.get("Outcome Metric Id")) == clause
            });
            let of_metric: Vec<Row<'_>> =
                prices.iter().filter(|other| other.get("Outcome Metric Id") == metric).copied().collect();
            let by_number = steps(&of_metric);
            let price = match places[..] {
                _ if clause.is_empty() || same_name => Err("its metric has no name of its own"),
                _ if !is_currency(currency) => Err("no currency that can be read"),
                _ if row.get("Currency") != currency => Err("another currency than the first price"),
                [] => Err("no metric has this identity"),
                [_, _, ..] => Err("two metrics have this identity"),
                [at] if shift.is_some_and(|shift| at >= shift.from) => Err("the price stands against the wrong metric"),
                [_] if several && by_number.is_none() => Err("the metric has several prices"),
                [_] => {
                    match amount(row.get("Price Per Unit - Amount")).ok().flatten().and_then(|price| pennies(&price)) {
                        Some(price) if price > Money::ZERO => Ok(price),
                        _ => Err("no amount that can be read"),
                    }
                }
            };
            let of = places.first().map(|&at| metrics[at]);
            let described = row.get("Price Description");
            let unit = stated_unit(described).or_else(|| stated_unit(row.get("Notes"))).unwrap_or_else(|| {
                match of.map(|of| (of.get(METRIC_UNIT), of.get(METRIC_UNIT_WORDS))) {
                    Some(("Other", words)) if !words.is_empty() => Unit::Counted(words.to_owned()),
                    Some(("Individual", _)) => Unit::Person,
                    _ if project_unit == "Individual" => Unit::Person,
                    _ => Unit::Unsaid,
                }
            });
            let paid = paid(tables, id, Some(metric), currency);
            let words: Vec<String> = [row.get("Contracted increases to outcome pricing"), described, row.get("Notes")]
                .into_iter()
                .chain(of.map(|of| of.get("Notes")))
                .filter(|words| !words.is_empty())
                .map(one_line)
                .collect();
            let target = of.map(|of| of.get("Outcome metric target"));
            let mut rules: BTreeSet<Rule> =
                words.iter().map(String::as_str).chain(target).flat_map(sentences).filter_map(rule).collect();
            if by_number.is_some() {
                rules.remove(&Rule::PriceByNumber);
            }
            let beyond = by_number.is_some().then(|| beyond(described)).flatten();
            let about_price = [row.get("Contracted increases to outcome pricing"), described, row.get("Notes")];
            if rules.is_empty() && about_price.iter().any(|words| !words.is_empty() && !explained(words)) {
                rules.insert(Rule::Other);
            }
            Line {
                metric: metric.to_owned(),
                title: of.map_or_else(|| one_line(described), |of| title(of.get("Outcome Definition"))),
                count: counted(tables, id, metric, price.ok(), paid),
                price,
                unit,
                steps: by_number.filter(|_| beyond.is_none()).unwrap_or_default(),
                is_step: beyond.is_some(),
                words,
                rules,
            }
        })
        .collect()
}

/// Prices by number, where one of a metric's prices is for the first so many and each other for those above a number.
pub(crate) fn steps(of_metric: &[Row<'_>]) -> Option<Vec<(u64, Money)>> {
    let mut found: Vec<(u64, Money)> = Vec::new();
    let mut first = 0;
    for row in of_metric {
        let described = row.get("Price Description");
        let price = pennies(&amount(row.get("Price Per Unit - Amount")).ok()??)?;
        match beyond(described) {
            Some(number) => found.push((number, price)),
            None if up_to(described).is_some() => first += 1,
            None => return None,
        }
    }
    found.sort();
    found.dedup_by_key(|(number, _)| *number);
    (first == 1 && found.len() + 1 == of_metric.len() && !found.is_empty()).then_some(found)
}

/// The number in "for all additional outcomes above the 410".
fn beyond(described: &str) -> Option<u64> {
    number_after(described, &["above the ", "beyond the "])
}

/// The number in "upto 370 outcomes".
fn up_to(described: &str) -> Option<u64> {
    number_after(described, &["upto ", "up to "])
}

fn number_after(text: &str, words: &[&str]) -> Option<u64> {
    let at = words.iter().find_map(|word| text.find(word).map(|at| at + word.len()))?;
    let digits: String = text[at..].chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

const METRIC_UNIT: &str = "Unit type of targeted Service users or beneficiaries";
const METRIC_UNIT_WORDS: &str = "Unit description of Service user or beneficiaries";

/// Three capitals, as ISO 4217 writes a currency.
fn is_currency(code: &str) -> bool {
    code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase())
}

/// Whether words about a price say nothing more than its unit, or what became a cap.
fn explained(words: &str) -> bool {
    stated_unit(words).is_some() || person_cap(words).is_some()
}

/// Claims where what was paid is a whole number of prices; otherwise the outcomes that the results state.
fn counted(
    tables: &Tables,
    id: &str,
    metric: &str,
    price: Option<Money>,
    paid: Option<Money>,
) -> Option<(u64, &'static str)> {
    let claims =
        price.zip(paid).and_then(|(price, paid)| paid.exact().checked_div(&price.exact())).and_then(|claims| {
            let whole = claims.floor()?;
            (Exact::ratio(whole, 1) == claims).then(|| u64::try_from(whole).ok())?
        });
    if let Some(claims) = claims {
        return Some((claims, "claims: what was paid over the price"));
    }
    let results: Vec<Row<'_>> = tables.results.of(id).filter(|row| row.get("Outcome Metric Id") == metric).collect();
    let last = results.iter().rfind(|row| row.get("Result type") == "Final").or(results.last())?;
    count(last.get("Outcomes achieved")).ok().flatten().map(|number| (number, "results: outcomes achieved"))
}

/// The sum of payments that are not planned, of one metric or of all; none when there are none.
fn paid(tables: &Tables, id: &str, metric: Option<&str>, currency: &str) -> Option<Money> {
    let rows = tables.payments.of(id).filter(|row| {
        row.get("Type") != "Planned"
            && row.get("Payments - Currency") == currency
            && metric.is_none_or(|metric| row.get("Outcome Metric Id") == metric)
    });
    let amounts: Vec<Exact> = rows.filter_map(|row| amount(row.get("Payments - Amount")).ok().flatten()).collect();
    (!amounts.is_empty()).then(|| rounded(&amounts.into_iter().sum()))
}

/// The most that can be paid: as the project states it, or as its payers' commitments add up.
fn cap(tables: &Tables, id: &str, head: Option<Row<'_>>, currency: &str) -> Option<Money> {
    let whole = head
        .filter(|row| row.get("Overall project finance - Maximum potential outcome payment - Currency") == currency);
    let whole = whole.and_then(|row| {
        amount(row.get("Overall project finance - Maximum potential outcome payment - Amount")).ok()?
    });
    whole.map(|whole| rounded(&whole)).or_else(|| {
        let rows: Vec<Row<'_>> = tables.commitments.of(id).collect();
        let same =
            rows.iter().all(|row| [currency, ""].contains(&row.get("Maximum potential Outcome payment - Currency")));
        let amounts: Option<Vec<Exact>> = rows
            .iter()
            .map(|row| amount(row.get("Maximum potential Outcome payment - Amount")).ok().flatten())
            .collect();
        amounts.filter(|amounts| same && !amounts.is_empty()).map(|amounts| rounded(&amounts.into_iter().sum()))
    })
}

/// The first day, and the first day after the last.
fn runs(tables: &Tables, id: &str, head: Option<Row<'_>>) -> (Option<Date>, Option<(Date, &'static str)>) {
    let at = |column: &str| head.and_then(|row| days(row.get(&format!("Dates - {column}"))).ok().flatten());
    let plan: Option<Days> = tables.plans.of(id).find_map(|row| {
        let read = |column: &str| days(row.get(column)).ok().flatten();
        Some(Days { from: read("Period - Start")?.from, until: read("Period - End")?.until })
    });
    let first = at("Start date of service provision").or_else(|| at("Date outcomes contract signed"));
    let first = first.map(|days| days.from).or(plan.map(|plan| plan.from));
    let lasting = |column: &str| {
        let months = head.and_then(|row| count(row.get(&format!("Dates - {column}"))).ok().flatten())?;
        first?.plus_months(i64::try_from(months).ok()?)
    };
    let ends = [
        (at("Actual end date of service provision").map(|days| days.until), "the actual end of the service"),
        (at("Anticipated end date of service provision").map(|days| days.until), "the planned end of the service"),
        (lasting("Actual duration of service provision"), "the first day and how long the service lasted"),
        (lasting("Anticipated duration of service provision"), "the first day and how long the service was to last"),
        (plan.map(|plan| plan.until), "the end of the payment plan"),
        (at("Actual completion date").map(|days| days.until), "the day it was completed"),
        (at("Anticipated completion date").map(|days| days.until), "the day it was to be completed"),
    ];
    let until = ends
        .into_iter()
        .find_map(|(end, from)| end.filter(|end| first.is_some_and(|first| first < *end)).map(|end| (end, from)));
    (first, until)
}

fn organisations(tables: &Tables, of: &crate::table::Table, id: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for row in of.of(id) {
        let key = row.get("Organisation ID");
        let known = tables.organisations.rows().find(|row| row.get("ID") == key).map_or("", |row| row.get("Name"));
        let name = one_line(if known.is_empty() { key } else { known });
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// The first line or sentence of a definition, at most 120 characters.
fn title(definition: &str) -> String {
    let whole = definition.split(['\n', '\r']).map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let sentence =
        whole.split_once(". ").filter(|(first, _)| first.chars().count() > 12).map_or(whole, |(first, _)| first);
    let text = one_line(sentence.trim_end_matches(['.', '/', ' ']));
    if text.chars().count() <= 120 {
        text
    } else {
        format!("{}…", text.chars().take(119).collect::<String>().trim_end())
    }
}

/// All white space as single spaces.
pub(crate) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
