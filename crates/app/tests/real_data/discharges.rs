//! Discharges from addiction treatment: work, home and arrests between entry and discharge, against the flags that came with the
//! sample, and worked out a second time by DuckDB.

use std::{collections::BTreeMap, path::Path};

use crate::support::{clause, duckdb, lines, root, settled, text};

const DISCHARGES: &str = "contracts/teds-discharges-2023";

#[test]
fn what_improved_is_what_the_flags_of_the_sample_say() {
    let evidence = root().join(DISCHARGES).join("evidence");
    let statement = settled(DISCHARGES, &evidence, "2023-01-01..2024-01-01", None);
    // 29 into work and 36 out of homelessness. The flag says 31 arrested less often, as it takes an empty number for none; nobody is
    // known to be.
    assert_eq!(
        ["work", "home", "fewer-arrests"].map(|name| clause(&statement, name, "amount")),
        ["43500.00", "36000.00", "0.00"]
    );
    assert_eq!(clause(&statement, "fewer-arrests-if-empty-is-none", "shadow"), "24800.00");

    let Some(rows) = duckdb(&[include_str!("discharges.sql")], &evidence, Path::new("")) else { return };
    let counted = |name: &str| rows.iter().filter_map(|row| row[name].as_i64()).sum::<i64>();
    assert_eq!(["discharges", "completed", "work", "home", "arrests"].map(counted), [1_000, 424, 29, 36, 31]);
    let mut ours: BTreeMap<String, BTreeMap<String, i64>> = BTreeMap::new();
    for line in lines(&statement).filter(|line| line["clause"] != "treatment") {
        *ours.entry(text(line, "provider")).or_default().entry(text(line, "clause")).or_default() += 1;
    }
    for row in &rows {
        let region = text(row, "region");
        for (of, column) in [("work", "work"), ("home", "home"), ("fewer-arrests-if-empty-is-none", "arrests")] {
            let lines = ours.get(&region).and_then(|clauses| clauses.get(of)).copied().unwrap_or_default();
            assert_eq!(Some(lines), row[column].as_i64(), "{of} in {region}");
        }
        let block = lines(&statement).find(|line| line["clause"] == "treatment" && line["provider"] == region.as_str());
        assert_eq!(block.map(|line| text(line, "amount")), Some(format!("{}.00", row["block"])), "{region}");
    }
}
