//! Writes draft terms of one project: what the data say, and a note for everything they do not.

use std::{collections::BTreeMap, fmt::Write as _};

use meed_units::{Date, Money};

use crate::{
    facts::{Fact, Known},
    project::{Line, Project},
    words::{Rule, Unit},
};

/// A contract folder: a file's path in it, and its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The folder's name: `indigo-poj-0154`.
    pub name: String,
    /// Its files.
    pub files: BTreeMap<String, String>,
}

/// The draft of a project; none where no price became a clause.
pub(crate) fn draft(project: &Project) -> Option<Draft> {
    project.expressed().next()?;
    let name = slug(&project.id);
    let mut files = BTreeMap::from([("contract.toml".to_owned(), contract(project))]);
    if project.expressed().any(|(line, _)| !is_counted(line)) {
        files.insert("evidence.toml".to_owned(), evidence(project));
        files.insert("measures/claimed.sql".to_owned(), CLAIMED.to_owned());
    }
    if let Some(case) = case(project) {
        files.insert("cases/as-recorded.toml".to_owned(), case);
    }
    Some(Draft { name, files })
}

const CLAIMED: &str = "\
-- Has a provider claimed this outcome of the rate card?
--
-- One answer for every claim, achieved on the day it is dated. Which record has to show it, the data do not say.
--
-- grain: outcome
-- unit: person
-- reads: claims
-- persons: one by one
-- parameter: outcome, text: which outcome of the rate card
-- source: ours, for rate cards of INDIGO
SELECT c.person, c.provider, c.claim AS occurrence,
       CASE WHEN c.achieved_on > $as_of THEN 'pending' ELSE 'achieved' END AS standing,
       CASE WHEN c.achieved_on <= $as_of THEN c.achieved_on END AS occurred_on,
       concat('claims:', c.claim) AS evidence,
       c.sent_by
FROM claims c
WHERE c.outcome = $outcome
";

fn contract(project: &Project) -> String {
    let (first, until) = days(project);
    let mut text = format!(
        "# Draft terms, made from INDIGO's tables. What the data do not say is named in `notes`: put it right before anyone signs.\n\n\
         title    = {}\ncurrency = {}\nruns     = {{ from = {first}, until = {until} }}\nsettles  = \"quarterly\"\n\
         rounding = {{ to = \"0.01\", mode = \"half-even\" }}\nnotes    = [\n",
        quoted(&project.name),
        quoted(&project.currency),
    );
    for note in notes(project) {
        let _ = writeln!(text, "  {},", quoted(&note));
    }
    let (payer, providers) = parties(project);
    let listed: Vec<String> = providers.iter().map(|name| quoted(name)).collect();
    let _ = write!(text, "]\n\n[parties]\ncommissioner = {}\nproviders    = [{}]\n", quoted(&payer), listed.join(", "));
    for (line, price) in project.expressed() {
        let id = slug(&line.metric);
        let _ = write!(
            text,
            "\n[[clause]]\nid      = {}\ntitle   = {}\ncites   = {}\nkind    = \"{}\"\nmeasure = {{ {}{} }}\nprice   = {}\n",
            quoted(&id),
            quoted(if line.title.is_empty() { &line.metric } else { &line.title }),
            quoted(&format!("{} {}", project.id, line.metric)),
            if is_counted(line) { "per-unit" } else { "per-outcome" },
            if is_counted(line) { "use = \"volume/counted\", what = " } else { "use = \"claimed\", outcome = " },
            quoted(&id),
            quoted(&price.to_string()),
        );
        if !line.steps.is_empty() {
            let steps =
                line.steps.iter().map(|(beyond, price)| format!("{{ beyond = {beyond}, price = \"{price}\" }}"));
            let _ = writeln!(
                text,
                "tiers   = {{ per = \"contract\", order = \"occurred-on\", when-reversed = \"re-flow\", steps = [{}] }}",
                steps.collect::<Vec<_>>().join(", ")
            );
        }
        let mut words: Vec<String> = line.words.iter().map(|words| format!("In words: {words}")).collect();
        if let Unit::Counted(what) = &line.unit {
            words.push(format!("One unit is: {what}."));
        }
        if !words.is_empty() {
            let _ = writeln!(text, "note    = {}", quoted(&words.join(" ")));
        }
    }
    for (id, per, amount, note) in caps(project) {
        let _ = write!(
            text,
            "\n[[cap]]\nid            = {}\nper           = {}\namount        = {}\norder         = \"occurred-on\"\n\
             when-reversed = \"re-flow\"\nnote          = {}\n",
            quoted(id),
            quoted(per),
            quoted(&amount.to_string()),
            quoted(&format!("{note} Ours: who comes first, and that room given back goes to the next in order.")),
        );
    }
    text
}

fn caps(project: &Project) -> Vec<(&'static str, &'static str, Money, String)> {
    let person =
        project.person_cap.as_ref().map(|(cap, words)| ("each-person", "person", *cap, format!("In words: {words}")));
    let whole =
        project.cap.map(|cap| ("whole-contract", "contract", cap, "The maximum potential outcome payment.".to_owned()));
    person.into_iter().chain(whole).filter(|(_, _, amount, _)| *amount > Money::ZERO).collect()
}

/// What is known and what is a placeholder, in words.
fn notes(project: &Project) -> Vec<String> {
    let mut notes = vec![format!(
        "Draft made from {} of the INDIGO Impact Bond Dataset (Government Outcomes Lab, University of Oxford). Prices, parties and caps are as recorded there.",
        project.id
    )];
    match (project.first, project.until) {
        (None, _) => notes.push("Placeholder: the first and the last day are not in the data.".into()),
        (_, None) => {
            notes.push("Placeholder: the last day is not in the data; a year after the first stands in for it.".into())
        }
        (_, Some((_, from))) => {
            notes.push(format!("The last day is taken from {from}; a month or a year without a day is taken whole."));
        }
    }
    for fact in Fact::ALL {
        match project.known.get(&fact) {
            Some(Known::Missing) if ![Fact::FirstDay, Fact::LastDay].contains(&fact) => {
                notes.push(format!("{}.", fact.gap()))
            }
            Some(Known::InWords) => notes.push(format!("In words only, and no term says it: {}.", fact.label())),
            _ => {}
        }
    }
    if !project.rules.is_empty() {
        let rules: Vec<&str> = project.rules.iter().map(|rule| Rule::label(*rule)).collect();
        notes.push(format!("Rules in words that no term says: {}.", rules.join("; ")));
    }
    for line in &project.lines {
        if let Err(reason) = line.clause() {
            notes.push(format!("Left out: {} ({}): {reason}.", line.title, line.metric));
        }
    }
    notes
}

fn evidence(project: &Project) -> String {
    let mut text = String::from(
        "# What providers claim, outcome by outcome.\n\n[[table]]\nname       = \"claims\"\nabout      = \"An outcome of the rate card that a provider claims for a person.\"\n\
         key        = [\"claim\"]\nhappens-on = \"achieved_on\"\n",
    );
    for (name, kind, about) in [
        ("claim", "text", "identity of the claim"),
        ("person", "person", "whose outcome"),
        ("provider", "party", "with whom"),
        ("outcome", "code", "the outcome of the rate card"),
        ("achieved_on", "date", "the day it was achieved"),
    ] {
        let _ = write!(
            text,
            "\n[[table.column]]\nname     = \"{name}\"\nkind     = \"{kind}\"\nrequired = true\nabout    = \"{about}\"\n"
        );
        if kind == "code" {
            text += "\n[table.column.codes]\n";
            for (line, _) in project.expressed().filter(|(line, _)| !is_counted(line)) {
                let _ = writeln!(
                    text,
                    "{} = {}",
                    slug(&line.metric),
                    quoted(if line.title.is_empty() { &line.metric } else { &line.title })
                );
            }
        }
    }
    text
}

/// A worked example with the numbers as recorded; none where no clause has one.
fn case(project: &Project) -> Option<String> {
    let (first, until) = days(project);
    let listed = listed(project)?;
    let mut readings = String::new();
    let mut clauses = String::new();
    let mut payable = Money::ZERO;
    for (line, price, number) in counted(project) {
        let id = slug(&line.metric);
        if is_counted(line) {
            let row = format!("{{ period = \"{first}..{until}\", quantity = \"{number}\" }}");
            let _ = writeln!(readings, "readings.\"volume/counted(what={id})\" = [{row}]");
        } else {
            let _ = writeln!(readings, "readings.\"claimed(outcome={id})\" = [");
            for nth in 1..=number {
                let _ = writeln!(readings, "  {{ person = \"{id}-{nth}\", on = {first} }},");
            }
            readings += "]\n";
        }
        // Everyone has one outcome, so that a cap for each person caps the price.
        let most = project.person_cap.as_ref().filter(|_| !is_counted(line));
        let paid = times(most.map_or(price, |(cap, _)| price.min(*cap)), number)?;
        let _ = writeln!(clauses, "clauses.{id} = \"{paid}\"");
        payable += paid;
    }
    let total = project.cap.map_or(payable, |cap| payable.min(cap));
    if total < payable {
        clauses.clear();
    }
    let says = match (total < listed, project.paid) {
        (true, _) => format!("What was achieved lists at {}; caps leave {}", listed.grouped(), total.grouped()),
        (false, Some(paid)) if paid == listed => {
            format!("Every claim at its price comes to {}, which is what was paid", total.grouped())
        }
        (false, Some(paid)) => format!("What was achieved lists at {}; {} was paid", total.grouped(), paid.grouped()),
        (false, None) => format!("What was achieved lists at {}", total.grouped()),
    };
    let from = project.lines.iter().find_map(|line| line.count).map_or("", |(_, from)| from);
    let (some, all) = (counted(project).count(), project.expressed().count());
    let left = if some < all { format!("; {} of {all} outcomes have no number", all - some) } else { String::new() };
    Some(format!(
        "title  = {}\nsource = {}\nperiod = \"{first}..{until}\"\n\n{readings}\n[expect]\ntotal = \"{total}\"\n{clauses}",
        quoted(&says),
        quoted(&format!("numbers and prices as recorded ({from}); who, and on which day, is ours{left}")),
    ))
}

/// What everything recorded as achieved comes to at its price, before caps; none where nothing is recorded.
pub(crate) fn listed(project: &Project) -> Option<Money> {
    let amounts: Option<Vec<Money>> = counted(project).map(|(_, price, number)| times(price, number)).collect();
    amounts.filter(|amounts| !amounts.is_empty()).map(|amounts| amounts.into_iter().sum())
}

/// The clauses whose outcomes are recorded as a number that an example can write out, person by person.
fn counted(project: &Project) -> impl Iterator<Item = (&Line, Money, u64)> {
    const MOST: u64 = 20_000;
    project
        .expressed()
        .filter(|(line, _)| line.steps.is_empty())
        .filter_map(|(line, price)| Some((line, price, line.count.map(|(number, _)| number)?)))
        .filter(|(.., number)| *number <= MOST)
}

/// A price so many times, with two places at least.
fn times(price: Money, number: u64) -> Option<Money> {
    let product = &price.exact() * &meed_units::Exact::ratio(i128::from(number), 1);
    let text = product.to_plain(6);
    let (units, fraction) = text.split_once('.').unwrap_or((&text, ""));
    format!("{units}.{:0<2}", fraction).parse().ok()
}

/// First and last day, or what stands in for them.
fn days(project: &Project) -> (Date, Date) {
    let first = project.first.or_else(|| Date::new(2000, 1, 1)).expect("the first day of 2000 exists");
    let until = project.until.map(|(until, _)| until).filter(|until| *until > first);
    (first, until.or_else(|| first.plus_months(12)).expect("a year later exists: years end in 2199"))
}

/// The payer and the providers, as identifiers that differ.
fn parties(project: &Project) -> (String, Vec<String>) {
    let payer = project.payers.first().map_or("payer", String::as_str);
    let payer = if slug(payer).is_empty() { "payer".to_owned() } else { slug(payer) };
    let mut providers: Vec<String> = Vec::new();
    for name in &project.providers {
        let plain = slug(name);
        let plain = if plain.is_empty() { "provider".to_owned() } else { plain };
        let free = |id: &String| *id != payer && !providers.contains(id);
        let numbered = (2..).map(|nth| format!("{plain}-{nth}"));
        providers.extend(std::iter::once(plain.clone()).chain(numbered).find(free));
    }
    if providers.is_empty() {
        providers.push(if payer == "provider" { "provider-2" } else { "provider" }.to_owned());
    }
    (payer, providers)
}

/// An identifier: lower-case letters, digits and hyphens, at most 50.
pub(crate) fn slug(name: &str) -> String {
    let mut id = String::new();
    for c in name.to_lowercase().chars() {
        match c {
            'a'..='z' | '0'..='9' => id.push(c),
            '\'' | '’' | '.' => {}
            _ if id.ends_with('-') || id.is_empty() => {}
            _ => id.push('-'),
        }
    }
    let cut: String = id.chars().take(50).collect();
    cut.trim_matches('-').to_owned()
}

/// Whether a clause counts units of something that is not a person's outcome.
fn is_counted(line: &Line) -> bool {
    matches!(line.unit, Unit::Counted(_))
}

fn quoted(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The unit of a price, in words.
pub(crate) fn unit(line: &Line) -> String {
    match &line.unit {
        Unit::Person => "a person's outcome".to_owned(),
        Unit::Unsaid => "not said".to_owned(),
        Unit::Counted(what) => what.clone(),
        Unit::Share => "a share".to_owned(),
    }
}
