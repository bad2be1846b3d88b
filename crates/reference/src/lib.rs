//! What do R and Python packages say of the same data? Only tests depend on this crate.
//!
//! A test writes all its data sets into one table, starts the other program once, and compares what comes back:
//!
//! ```no_run
//! use meed_reference::{Program, Table};
//!
//! let mut table = Table::new(&["set", "y", "x"]);
//! table.push(&[1.0, 2.5, 0.3]);
//! let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/references/regression.R");
//! let Some(answers) = Program::R.run(script, &["sandwich"], &table) else { return };
//! assert!((answers.get(1, "slope") - 0.7).abs() < 1e-8);
//! ```
//!
//! The script finds the table's path as its first argument, a CSV file with a heading, and prints lines `set,name,value`
//! with 17 digits. A missing value of the table is written `NA`; one of the answers (`NA`, `NaN`) is read as NaN.
//!
//! Where the program or a package is missing, the test says `skipped:` and passes, unless `MEED_REFERENCES=required`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output};

/// What a script ends with where a package is missing.
const MISSING: i32 = 77;

/// The programs that references are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// `MEED_RSCRIPT`, or `Rscript` on the path.
    R,
    /// `MEED_PYTHON`, or `python3` on the path.
    Python,
}

impl Program {
    /// Runs a script over a table and reads what it answers; none where the program or a package is missing.
    ///
    /// # Panics
    /// When the script fails or prints something else than answers, and, where `MEED_REFERENCES=required`, when
    /// something is missing.
    pub fn run(self, script: &str, packages: &[&str], table: &Table) -> Option<Answers> {
        let file = Kept::write(table);
        let output = match self.command(script, packages, &file).output() {
            Ok(output) if output.status.code() != Some(MISSING) => output,
            Ok(output) => return skipped(&format!("{self:?} lacks {}", said(&output).trim())),
            Err(error) => return skipped(&format!("{self:?} cannot be started: {error}")),
        };
        assert!(output.status.success(), "{script} failed:\n{}", String::from_utf8_lossy(&output.stderr));
        Some(Answers::read(&said(&output)))
    }

    fn command(self, script: &str, packages: &[&str], file: &Kept) -> Command {
        let quoted = packages.iter().map(|package| format!("'{package}'")).collect::<Vec<_>>().join(",");
        let start = |name: &str, otherwise: &str| Command::new(std::env::var_os(name).unwrap_or(otherwise.into()));
        let mut command;
        match self {
            Program::R => {
                command = start("MEED_RSCRIPT", "Rscript");
                command.arg("--vanilla").arg("-e").arg(format!(
                    "absent <- Filter(function(p) !requireNamespace(p, quietly = TRUE), c({quoted}));\
                     if (length(absent)) {{ cat(absent); quit(status = {MISSING}) }};\
                     source(commandArgs(TRUE)[2])"
                ));
            }
            Program::Python => {
                command = start("MEED_PYTHON", "python3");
                command.arg("-c").arg(format!(
                    "import importlib.util, runpy, sys\n\
                     absent = [p for p in [{quoted}] if importlib.util.find_spec(p) is None]\n\
                     if absent:\n    print(*absent)\n    sys.exit({MISSING})\n\
                     runpy.run_path(sys.argv[2], run_name='__main__')"
                ));
            }
        }
        // One thread each: tests run beside one another already.
        command.env("OMP_NUM_THREADS", "1").env("OPENBLAS_NUM_THREADS", "1").env("PYTHONWARNINGS", "ignore");
        command.arg(&file.0).arg(script);
        command
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn skipped(why: &str) -> Option<Answers> {
    let required = std::env::var_os("MEED_REFERENCES").is_some_and(|value| value == "required");
    assert!(!required, "references are required, and {why}");
    println!("skipped: {why}");
    None
}

/// Rows of numbers under named columns.
#[derive(Clone, Debug)]
pub struct Table {
    width: usize,
    text: String,
}

impl Table {
    /// An empty table with a heading. By custom the first column is `set`, the number of the data set.
    pub fn new(columns: &[&str]) -> Table {
        Table { width: columns.len(), text: columns.join(",") + "\n" }
    }

    /// Adds a row; a value that is no number is written `NA`.
    ///
    /// # Panics
    /// When the row is not as wide as the heading.
    pub fn push(&mut self, row: &[f64]) {
        assert_eq!(row.len(), self.width, "a row is as wide as the heading");
        for (place, value) in row.iter().enumerate() {
            let comma = if place == 0 { "" } else { "," };
            // Rust prints the shortest digits which read back as the same number.
            let _ =
                if value.is_finite() { write!(self.text, "{comma}{value}") } else { write!(self.text, "{comma}NA") };
        }
        self.text.push('\n');
    }
}

/// What a reference answered, by data set and name.
#[derive(Clone, Debug, Default)]
pub struct Answers(BTreeMap<(u64, String), f64>);

impl Answers {
    fn read(text: &str) -> Answers {
        let mut answers = BTreeMap::new();
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let parts: Vec<&str> = line.trim().splitn(3, ',').collect();
            let [set, name, value] = parts[..] else { panic!("`{line}` is no answer: set,name,value") };
            let set = set.trim().parse().unwrap_or_else(|_| panic!("`{line}` does not begin with a data set"));
            let value = match value.trim() {
                "NA" | "NaN" | "nan" => f64::NAN,
                "Inf" | "inf" => f64::INFINITY,
                "-Inf" | "-inf" => f64::NEG_INFINITY,
                value => value.parse().unwrap_or_else(|_| panic!("`{line}` does not end with a number")),
            };
            answers.insert((set, name.trim().to_owned()), value);
        }
        Answers(answers)
    }

    /// What was answered for a data set under a name.
    ///
    /// # Panics
    /// When nothing was.
    pub fn get(&self, set: u64, name: &str) -> f64 {
        self.find(set, name).unwrap_or_else(|| panic!("the reference says nothing of `{name}` in data set {set}"))
    }

    /// The same, where there may be no answer.
    pub fn find(&self, set: u64, name: &str) -> Option<f64> {
        self.0.get(&(set, name.to_owned())).copied()
    }

    /// How many answers there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The numbers of the data sets that were answered.
    pub fn sets(&self) -> Vec<u64> {
        let mut sets: Vec<u64> = self.0.keys().map(|(set, _)| *set).collect();
        sets.dedup();
        sets
    }
}

/// Two figures agree to a tolerance, relative where they are above 1 and absolute below.
///
/// # Panics
/// When they do not, or one of them is no number.
pub fn agree(what: &str, ours: f64, theirs: f64, tolerance: f64) {
    let limit = tolerance * theirs.abs().max(1.0);
    assert!((ours - theirs).abs() <= limit, "{what}: ours {ours}, the reference's {theirs}, tolerance {limit:e}");
}

/// A file that goes when the test ends.
struct Kept(PathBuf);

impl Kept {
    fn write(table: &Table) -> Kept {
        use std::sync::atomic::{AtomicU64, Ordering};
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("meed-reference-{}-{number}.csv", std::process::id()));
        std::fs::write(&path, &table.text).expect("the folder for temporary files can be written to");
        Kept(path)
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}
