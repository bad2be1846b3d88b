//! Which columns of its tables a measure reads: a reader of SQL that knows scopes, aliases and names, and no more.

use std::collections::{BTreeMap, BTreeSet};

use crate::Measure;

/// A stretch of SQL between parentheses.
#[derive(Default)]
struct Scope {
    parent: Option<usize>,
    /// Alias, and the table it stands for; none where it is a query of the measure's own.
    tables: Vec<(String, Option<String>)>,
    /// Names read, with the alias before them where there is one.
    names: Vec<(Option<String>, String)>,
    everything: bool,
}

impl Measure {
    /// The columns that it names of each of its tables; `columns` gives the tables and columns there are. Where a name
    /// without an alias could be of two tables, it counts for both.
    pub fn columns(&self, columns: &BTreeMap<String, Vec<String>>) -> BTreeMap<String, BTreeSet<String>> {
        columns_read(&self.sql, self.reads.iter().map(String::as_str), columns)
    }
}

/// The columns that a statement names of each of these tables; `columns` gives the tables and columns there are. Where a name
/// without an alias could be of two tables, it counts for both.
pub fn columns_read<'t>(
    sql: &str,
    reads: impl Iterator<Item = &'t str> + Clone,
    columns: &BTreeMap<String, Vec<String>>,
) -> BTreeMap<String, BTreeSet<String>> {
    let tables: BTreeMap<String, &str> = reads.clone().map(|table| (table.replace('-', "_"), table)).collect();
    let scopes = scopes(&tokens(sql), &tables);
    let mut read: BTreeMap<String, BTreeSet<String>> = reads.map(|table| (table.to_owned(), BTreeSet::new())).collect();
    let known = |table: &str, column: &str| {
        columns.get(table).is_some_and(|columns| columns.iter().any(|known| known == column))
    };
    for (place, scope) in scopes.iter().enumerate() {
        for (_, table) in scope.tables.iter().filter(|_| scope.everything) {
            let all = table.iter().filter_map(|table| Some((table, columns.get(table)?)));
            for (table, all) in all {
                read.entry(table.clone()).or_default().extend(all.iter().cloned());
            }
        }
        for (alias, name) in &scope.names {
            let mut at = Some(place);
            while let Some(scope) = at.map(|at| &scopes[at]) {
                let named = |known: &&(String, Option<String>)| alias.as_ref().is_none_or(|alias| *alias == known.0);
                let found: Vec<&Option<String>> = scope.tables.iter().filter(named).map(|(_, table)| table).collect();
                let tables: Vec<&String> =
                    found.iter().filter_map(|table| table.as_ref()).filter(|table| known(table, name)).collect();
                for table in &tables {
                    read.entry((*table).clone()).or_default().insert(name.clone());
                }
                // An alias is of the nearest scope that has it; a bare name of the nearest table that knows it.
                if !tables.is_empty() || (alias.is_some() && !found.is_empty()) {
                    break;
                }
                at = scope.parent;
            }
        }
    }
    read
}

/// Words and signs, in lower case, without comments and texts.
fn tokens(sql: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        if rest.starts_with("--") {
            rest = rest.split_once('\n').map_or("", |(_, after)| after);
        } else if first == '\'' {
            rest = rest[1..].split_once('\'').map_or("", |(_, after)| after);
        } else if first.is_alphanumeric() || first == '_' || first == '"' || first == '$' {
            let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '"' | '$');
            let end = rest.find(|c| !word(c)).unwrap_or(rest.len());
            tokens.push(rest[..end].trim_matches('"').to_lowercase());
            rest = &rest[end..];
        } else {
            if !first.is_whitespace() {
                tokens.push(first.to_string());
            }
            rest = &rest[first.len_utf8()..];
        }
    }
    tokens
}

fn scopes(tokens: &[String], tables: &BTreeMap<String, &str>) -> Vec<Scope> {
    let mut scopes = vec![Scope::default()];
    let mut open = vec![0];
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let here = *open.last().unwrap_or(&0);
        let next = |by: usize| tokens.get(at + by).map_or("", String::as_str);
        match token.as_str() {
            "(" => {
                scopes.push(Scope { parent: Some(here), ..Scope::default() });
                open.push(scopes.len() - 1);
            }
            ")" if open.len() > 1 => drop(open.pop()),
            "*" if matches!(tokens.get(at.wrapping_sub(1)).map(String::as_str), Some("select" | ".")) => {
                scopes[here].everything = true;
            }
            // `extract(year FROM day)` and `trim(x FROM y)` have no table after it, but a name that is read.
            "from" | "join" if next(1) != "(" && next(1) != "lateral" => {
                at = from(tokens, at + 1, &mut scopes[here], tables)
            }
            word if is_name(word) && next(1) == "." => {
                scopes[here].names.push((Some(word.to_owned()), next(2).to_owned()));
                at += 2;
            }
            word if is_name(word) && next(1) != "(" => scopes[here].names.push((None, word.to_owned())),
            _ => (),
        }
        at += 1;
    }
    scopes
}

/// Reads what stands after `FROM` or `JOIN`; gives back the place of its last token.
fn from(tokens: &[String], mut at: usize, scope: &mut Scope, tables: &BTreeMap<String, &str>) -> usize {
    const AFTER: [&str; 18] = [
        "where",
        "join",
        "left",
        "right",
        "full",
        "inner",
        "cross",
        "on",
        "group",
        "order",
        "union",
        "using",
        "limit",
        "having",
        "window",
        "except",
        "intersect",
        "qualify",
    ];
    loop {
        let Some(name) = tokens.get(at).filter(|name| is_name(name)) else { return at.saturating_sub(1) };
        let table = tables.get(name).map(|table| (*table).to_owned());
        let mut last = at;
        if tokens.get(last + 1).is_some_and(|word| word == "as") {
            last += 1;
        }
        let alias = tokens.get(last + 1).filter(|word| is_name(word) && !AFTER.contains(&word.as_str()));
        if alias.is_some() {
            last += 1;
        }
        scope.names.push((None, name.clone()));
        scope.tables.push((alias.unwrap_or(name).clone(), table));
        if tokens.get(last + 1).is_none_or(|sign| sign != ",") {
            return last;
        }
        at = last + 2;
    }
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(sql: &str) -> String {
        let head =
            "-- What?\n--\n-- grain: outcome\n-- unit: person\n-- reads: spells, payments-elsewhere\n-- source: ours\n";
        let measure = Measure::read("x".into(), &format!("{head}{sql}")).expect("a measure");
        let of = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let known = BTreeMap::from([
            ("spells".to_owned(), of(&["spell", "person", "started_on", "kind"])),
            ("payments-elsewhere".to_owned(), of(&["payment", "person", "paid_on"])),
        ]);
        let read = measure.columns(&known);
        let each = read
            .iter()
            .map(|(table, columns)| format!("{table}: {}", columns.iter().cloned().collect::<Vec<_>>().join(" ")));
        each.collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn columns_are_read_of_the_table_their_alias_stands_for() {
        for (sql, read) in [
            ("SELECT s.spell FROM spells s WHERE s.kind = 'person'", "payments-elsewhere: ; spells: kind spell"),
            ("SELECT person FROM spells -- started_on\n", "payments-elsewhere: ; spells: person"),
            (
                "SELECT person FROM spells, payments_elsewhere AS p WHERE p.paid_on > started_on",
                "payments-elsewhere: paid_on person; spells: person started_on",
            ),
            (
                "WITH p AS (SELECT s.spell FROM spells s) SELECT p.person, p.spell FROM p",
                "payments-elsewhere: ; spells: spell",
            ),
            ("SELECT * FROM payments_elsewhere", "payments-elsewhere: paid_on payment person; spells: "),
            (
                "SELECT max(s.started_on) FROM spells s JOIN payments_elsewhere e ON e.person = s.person",
                "payments-elsewhere: person; spells: person started_on",
            ),
            (
                "SELECT 1 FROM spells s WHERE EXISTS (SELECT 1 FROM payments_elsewhere e WHERE e.paid_on = s.started_on)",
                "payments-elsewhere: paid_on; spells: started_on",
            ),
        ] {
            assert_eq!(columns(sql), read, "{sql}");
        }
    }
}
