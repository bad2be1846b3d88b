//! R and Python read the table and are read back, to the last bit.

use meed_reference::{Program, Table};

fn sums(program: Program, script: &str) {
    let mut table = Table::new(&["set", "x"]);
    for (set, x) in [(1.0, 0.1), (1.0, 0.2), (2.0, -1e-300), (3.0, f64::NAN)] {
        table.push(&[set, x]);
    }
    let script = format!("{}/tests/references/{script}", env!("CARGO_MANIFEST_DIR"));
    let Some(answers) = program.run(&script, &[], &table) else { return };
    assert_eq!(answers.sets(), [1, 2, 3]);
    assert_eq!(answers.get(1, "sum"), 0.1 + 0.2);
    assert_eq!(answers.get(2, "sum"), -1e-300);
    assert!(answers.get(3, "sum").is_nan());
    assert_eq!((answers.len(), answers.find(4, "sum")), (3, None));
}

#[test]
fn r_answers() {
    sums(Program::R, "sums.R");
}

#[test]
fn python_answers() {
    sums(Program::Python, "sums.py");
}

#[test]
fn what_is_missing_is_said_and_skipped() {
    if std::env::var_os("MEED_REFERENCES").is_none() {
        assert!(Program::Python.run("nowhere.py", &["no_such_package_here"], &Table::new(&["set"])).is_none());
    }
}
