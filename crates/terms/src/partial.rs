//! What can be checked of a contract of which some fields do not read, so that
//! whoever wrote it is told everything at once and not in two rounds.

use std::collections::{BTreeMap, BTreeSet};

use meed_measures::Measure;
use meed_units::{Date, Frequency, MeasureName, Period};
use toml::de::DeTable;

use crate::{
    check::{self, Checking},
    clause::Clause,
    contract::{Contract, Currency, Parties},
    decode::{At, Decode, Field, Fields, Id, Listed, Node, Problems, find},
    diagnostic::Diagnostic,
    measure_use::MeasureUse,
    mended::{Mended, MendedItem},
};

/// What is wrong beyond the fields that do not read, as far as it does not hang on them.
pub(crate) fn check(
    table: &DeTable<'_>,
    measures: &BTreeMap<MeasureName, Measure>,
    unread: &BTreeSet<MeasureName>,
    file: &str,
) -> Vec<Diagnostic> {
    let Some(StandIn { contract, unreadable, mended, items, guessed, lost }) = stand_in(table) else {
        return Vec::new();
    };
    let mut problems = Problems { file: file.to_owned(), ..Problems::default() };
    check::check(&contract, measures, unread, &mut problems);
    // What a clause that is only known by its name does to others cannot be said.
    let about_guessed = |said: &Diagnostic| guessed.iter().any(|id| said.message.contains(&format!("`{id}`")));
    problems.found.retain(|diagnostic| {
        stands(diagnostic, &unreadable)
            && !about_guessed(diagnostic)
            && mended.iter().all(|mended| mended.holds(diagnostic))
            && items.iter().all(|mended| mended.holds(diagnostic))
    });
    problems.place.clear();
    let mut checking = Checking { contract: &contract, measures, unread, problems: &mut problems };
    for clause in lost {
        checking.problems.place = vec!["[[clause]]".to_owned(), "measure".to_owned()];
        measure_of(clause, &mut checking);
    }
    problems.found
}

/// The contract with something harmless in the place of each field that does not read.
struct StandIn<'t, 'i> {
    contract: Contract,
    /// The names of those fields.
    unreadable: Vec<&'static str>,
    /// The clauses that read once they are mended.
    mended: Vec<Mended>,
    /// The caps, payers and the like that read once they are mended.
    items: Vec<MendedItem>,
    /// The names of clauses of which nothing else is known.
    guessed: Vec<String>,
    /// The clauses that do not read at all.
    lost: Vec<&'t Node<'i>>,
}

fn stand_in<'t, 'i>(table: &'t DeTable<'i>) -> Option<StandIn<'t, 'i>> {
    let mut unreadable = Vec::new();
    let parties = field(table, "parties", &mut unreadable).unwrap_or_else(|| parties(table));
    let nowhere = 0..0;
    let always = Period::new(Date::new(1, 1, 1)?, Date::new(9999, 12, 31)?)?;
    let Clauses { read: clauses, mended, guessed, lost, nameless } = clauses(table);
    if nameless {
        unreadable.push("clause");
    }
    let mut beside = Vec::new();
    let contract = Contract {
        include: Listed(Vec::new()),
        set: None,
        id: field(table, "id", &mut unreadable).unwrap_or(None),
        title: field(table, "title", &mut unreadable).unwrap_or(At { value: "?".to_owned(), at: nowhere.clone() }),
        currency: At { value: Currency::none(), at: nowhere.clone() },
        runs: field(table, "runs", &mut unreadable).unwrap_or(At { value: always, at: nowhere }),
        settles: field(table, "settles", &mut unreadable).unwrap_or(Frequency::Monthly),
        rounding: field(table, "rounding", &mut unreadable).unwrap_or(None),
        version: None,
        amendment: Listed(Vec::new()),
        parties,
        band: Listed(items(table, "band", &mut unreadable).0),
        banding: field(table, "banding", &mut unreadable).unwrap_or(None),
        window_ends: field(table, "window-ends", &mut unreadable).unwrap_or(None),
        at_risk: field(table, "at-risk", &mut unreadable).unwrap_or(None),
        shadow: field(table, "shadow", &mut unreadable).unwrap_or(None),
        holidays: Listed(Vec::new()),
        clause: Listed(clauses),
        split: Listed(items(table, "split", &mut unreadable).0),
        index: Listed(items(table, "index", &mut unreadable).0),
        adjust: Listed(items(table, "adjust", &mut unreadable).0),
        group: Listed(mended_items(table, "group", &mut unreadable, &mut beside)),
        quota: Listed(mended_items(table, "quota", &mut unreadable, &mut beside)),
        cap: Listed(mended_items(table, "cap", &mut unreadable, &mut beside)),
        exclusive: Listed(mended_items(table, "exclusive", &mut unreadable, &mut beside)),
        payer: Listed(mended_items(table, "payer", &mut unreadable, &mut beside)),
        suspension: Listed(mended_items(table, "suspension", &mut unreadable, &mut beside)),
        guardrail: Listed(mended_items(table, "guardrail", &mut unreadable, &mut beside)),
        termination: field(table, "termination", &mut unreadable).unwrap_or(None),
        investors: None,
        notes: Listed(Vec::new()),
    };
    Some(StandIn { contract, unreadable, mended, items: beside, guessed, lost })
}

/// Those of the parties that read, where not all do.
fn parties(table: &DeTable<'_>) -> Parties {
    let named = |name: &str| find(find(table, "parties")?.get_ref().as_table()?, name);
    let id = |node: &Node<'_>| At::<Id>::decode(node, &mut Problems::default());
    let ids = |name: &str| -> Vec<At<Id>> {
        named(name).and_then(|node| node.get_ref().as_array()).into_iter().flatten().filter_map(id).collect()
    };
    let nobody = At { value: Id("nobody".into()), at: 0..0 };
    Parties {
        commissioner: named("commissioner").and_then(id).unwrap_or(nobody),
        providers: At { value: ids("providers"), at: 0..0 },
        assessor: named("assessor").and_then(id),
        others: Listed(ids("others")),
    }
}

/// The clauses of a contract, as far as they read.
#[derive(Default)]
struct Clauses<'t, 'i> {
    /// In their order, mended where they do not read.
    read: Vec<Clause>,
    mended: Vec<Mended>,
    /// The names of those of which nothing else is known.
    guessed: Vec<String>,
    /// Those that cannot be mended.
    lost: Vec<&'t Node<'i>>,
    /// Whether one of these has no name either.
    nameless: bool,
}

fn clauses<'t, 'i>(table: &'t DeTable<'i>) -> Clauses<'t, 'i> {
    let mut clauses = Clauses::default();
    for node in find(table, "clause").and_then(|node| node.get_ref().as_array()).into_iter().flatten() {
        if let Some(clause) = Clause::decode(node, &mut Problems::default()) {
            clauses.read.push(clause);
            continue;
        }
        let named = node.get_ref().as_table().and_then(|table| find(table, "id")).is_some();
        let mended = Mended::of(node).filter(|_| named);
        if mended.is_none() {
            clauses.lost.push(node);
        }
        match mended.or_else(|| {
            let guessed = Mended::named(node)?;
            clauses.guessed.push(guessed.clause.id().to_owned());
            Some(guessed)
        }) {
            Some(mended) => {
                clauses.read.push(mended.clause.clone());
                clauses.mended.push(mended);
            }
            None => clauses.nameless = true,
        }
    }
    clauses
}

/// A field, where it reads; what is wrong with it has been told already.
pub(crate) fn field<T: Field>(
    table: &DeTable<'_>,
    name: &'static str,
    unreadable: &mut Vec<&'static str>,
) -> Option<T> {
    let read = T::fill(find(table, name), name, 0..0, &mut Problems::default());
    if read.is_none() {
        unreadable.push(name);
    }
    read
}

/// The items of a list that read, and the nodes of those that do not.
pub(crate) fn items<'t, 'i, T: Decode>(
    table: &'t DeTable<'i>,
    name: &'static str,
    unreadable: &mut Vec<&'static str>,
) -> (Vec<T>, Vec<&'t Node<'i>>) {
    let (mut read, mut lost) = (Vec::new(), Vec::new());
    for node in find(table, name).and_then(|node| node.get_ref().as_array()).into_iter().flat_map(|items| items.iter())
    {
        match T::decode(node, &mut Problems::default()) {
            Some(item) => read.push(item),
            None => lost.push(node),
        }
    }
    if !lost.is_empty() {
        unreadable.push(name);
    }
    (read, lost)
}

/// The items of a list, mended where they do not read, in their order; those that cannot be mended are left out.
fn mended_items<T: Decode + Fields>(
    table: &DeTable<'_>,
    name: &'static str,
    unreadable: &mut Vec<&'static str>,
    all_mended: &mut Vec<MendedItem>,
) -> Vec<At<T>> {
    let nodes = find(table, name).and_then(|node| node.get_ref().as_array());
    let mut read = Vec::new();
    for node in nodes.into_iter().flat_map(|items| items.iter()) {
        if let Some(value) = T::decode(node, &mut Problems::default()) {
            read.push(At { value, at: node.span() });
            continue;
        }
        if !unreadable.contains(&name) {
            unreadable.push(name);
        }
        if let Some((value, mended)) = MendedItem::of(node) {
            read.push(At { value, at: node.span() });
            all_mended.push(mended);
        }
    }
    read
}

/// Whether a problem is one whatever stands in the fields that do not read.
fn stands(diagnostic: &Diagnostic, unreadable: &[&str]) -> bool {
    let reads = |field: &str| !unreadable.contains(&field);
    match diagnostic.code {
        "missing-field" => false,
        "window-end-unstated" => reads("window-ends"),
        // Who is named, by whom there may be more in what does not read.
        "unknown-name" | "price-without-cover" | "self-evidenced" | "self-evidenced-edge" | "confirmer-is-provider"
            if !reads("parties") =>
        {
            diagnostic.message.contains("no measure")
        }
        "unknown-name" if diagnostic.message.contains("no split") => reads("split"),
        "unknown-name" if diagnostic.message.contains("no index") => reads("index"),
        "dates-without-cover" | "dates-outside" | "unreachable-date" | "shadow-outside" => reads("runs"),
        "price-without-cover" => reads("band"),
        "shares-not-whole" => reads("payer") && reads("clause") && reads("split"),
        "unknown-name" => diagnostic.message.contains("no measure") || (reads("band") && reads("clause")),
        _ => true,
    }
}

/// The measure of a clause that does not read as a whole.
fn measure_of(clause: &Node<'_>, checking: &mut Checking<'_>) {
    let Some(node) = clause.get_ref().as_table().and_then(|table| find(table, "measure")) else { return };
    let Some(used) = MeasureUse::decode(node, &mut Problems::default()) else { return };
    if checking.measures.contains_key(&used.name.value) || checking.unread.contains(&used.name.value) {
        return;
    }
    let known = checking.measures.keys().map(|name| name.to_string()).collect();
    checking.unknown("measure", &used.name.value, used.name.at.clone(), known);
}
