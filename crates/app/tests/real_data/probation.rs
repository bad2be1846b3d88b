//! The words of a draft contract against the ministry's own: every complexity level, every desired outcome, every prime provider.

use std::{collections::BTreeSet, fs, path::Path};

use crate::support::{duckdb, outside, root, text};

const PROBATION: &str = "contracts/probation-accommodation-2021";

#[test]
fn outcomes_and_levels_are_in_the_ministrys_words() {
    let Some(shared) = outside("moj-contracts") else { return };
    let contract = fs::read_to_string(root().join(PROBATION).join("contract.toml")).expect("the contract");
    let contract: toml::Table = contract.parse().expect("TOML");
    let said = |list: &str, field: &str| -> BTreeSet<String> {
        let rows = contract[list].as_array().expect("a list");
        rows.iter().filter_map(|row| row.get(field)?.as_str().map(str::to_owned)).collect()
    };
    let Some(rows) = duckdb(&[include_str!("probation.sql")], Path::new(""), &shared) else { return };
    let words = |kind: &str| -> BTreeSet<String> {
        rows.iter().filter(|row| row["kind"] == kind).map(|row| text(row, "words")).collect()
    };
    assert_eq!(said("band", "title"), words("level"));
    assert_eq!(said("clause", "title"), words("outcome"));
    assert_eq!(said("clause", "cites"), words("cites"));
    let providers = contract["parties"]["providers"].as_array().expect("providers");
    let providers: BTreeSet<String> = providers.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect();
    assert_eq!(providers, words("prime"));
    assert_eq!((words("level").len(), words("outcome").len()), (3, 8));
}
