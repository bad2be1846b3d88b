//! Frictionless' own validator agrees with our checks on what both cover.
//!
//! Packages are written to a temporary folder with the descriptor we write, and validated by both. Skipped, with a
//! printed note, where the validator is not installed.

use std::{
    fs, io,
    io::{Read, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use meed_evidence::{
    Expected, Limits, Package, Severity, Source, Table, check_package, standard, standard_table, write_descriptor,
};

const PEOPLE: &str = "person,born_year,sex,consent,sent_by,known_at,withdrawn\n\
    p1,1980,female,true,riverside,2012-04-02,\n\
    p2,,,,riverside,2012-04-02T09:30:00Z,\n";
const SPELLS: &str = "spell,person,provider,kind,started_on,ended_on,end_reason,modality,accommodation,problem1,problem2,\
    problem3,sent_by,known_at,withdrawn\n\
    S1,p1,riverside,treatment,2012-04-02,2012-09-01,80,2,1,OPIUSE,CRAUSE,,riverside,2012-09-03,\n\
    S1,p1,riverside,treatment,2012-04-02,2012-09-02,80,2,1,OPIUSE,CRAUSE,,riverside,2012-10-03,false\n\
    S2,p2,harbour,employment,2012-04-02,,,,,,,,harbour,2012-04-03,\n";
const REVIEWS: &str = "review,person,provider,reviewed_on,stage,item,value,sent_by,known_at,withdrawn\n\
    V1,p1,riverside,2012-07-01,review,OPIUSE,0,riverside,2012-07-02,\n\
    V1,p1,riverside,2012-07-01,review,CRAUSE,,riverside,2012-07-02,\n\
    V1,p1,riverside,2012-07-01,review,QUALLIFE,14,riverside,2012-07-02,\n";
const CAPACITY: &str = "provider,period_from,period_until,places,occupied,sent_by,known_at,withdrawn\n\
    riverside,2012-04-01,2012-05-01,20,16.5,riverside,2012-05-02,\n";

struct Folder(PathBuf);

impl Source for Folder {
    fn open(&self, path: &str) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(fs::File::open(self.0.join(path))?))
    }
}

/// What is changed in a good package, in which file, and whether it is then still good.
struct Case {
    what: &'static str,
    file: &'static str,
    from: &'static str,
    to: &'static str,
    good: bool,
}

const fn bad(what: &'static str, file: &'static str, from: &'static str, to: &'static str) -> Case {
    Case { what, file, from, to, good: false }
}

const fn good(what: &'static str, file: &'static str, from: &'static str, to: &'static str) -> Case {
    Case { what, file, from, to, good: true }
}

const CASES: &[Case] = &[
    good("nothing", "people", "p1", "p1"),
    good("a correction, known later", "people", "p2,,,,", "p1,1981,female,true,riverside,2013-01-01,\np2,,,,"),
    good("a moment with an offset", "people", "2012-04-02T09:30:00Z", "2012-04-02T09:30:00+01:00"),
    bad("a key and moment twice", "people", "p2,,,,", "p1,1980,female,true,riverside,2012-04-02,\np2,,,,"),
    bad("a person who is nobody", "spells", "S2,p2", "S2,p9"),
    bad("a code of no list", "spells", "employment", "job"),
    bad("a date that is none", "spells", "2012-09-01", "2012-09-31"),
    bad("a date of the year 1", "spells", "2012-09-01", "0001-09-01"),
    bad("a date of the year 9999", "spells", "2012-09-01", "9999-09-01"),
    bad("a word for a number", "reviews", "14", "high"),
    bad("an answer out of range", "reviews", "14", "29"),
    bad(
        "a key that is empty",
        "reviews",
        "V1,p1,riverside,2012-07-01,review,CRAUSE",
        ",p1,riverside,2012-07-01,review,CRAUSE",
    ),
    bad("a year that is no whole number", "people", "1980", "1980.5"),
    bad("a truth that is none", "people", "true", "yes"),
    bad("places below zero", "capacity", "20", "-20"),
    bad("a moment that is none", "capacity", "2012-05-02", "yesterday"),
    bad("a row with too few cells", "capacity", ",riverside,2012-05-02,", ""),
    bad("a row with too many cells", "capacity", "2012-05-02,", "2012-05-02,,"),
    bad("a column that is missing", "capacity", "places", "rooms"),
];

#[test]
fn both_agree_on_good_and_bad_packages() {
    let installed = Command::new("python3").args(["-c", "import frictionless"]).stderr(Stdio::null()).status();
    if !installed.is_ok_and(|status| status.success()) {
        println!("skipped: Frictionless is not installed; `pip install frictionless` installs it");
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut descriptors = Vec::new();
    for (place, case) in CASES.iter().enumerate() {
        let package = folder.path().join(place.to_string());
        write_package(&package, case);
        descriptors.push(package.join("datapackage.json"));
    }
    let theirs = frictionless(&descriptors);
    for ((case, descriptor), theirs) in CASES.iter().zip(&descriptors).zip(theirs) {
        let (ours, report) = our_verdict(descriptor);
        assert_eq!(ours, case.good, "ours, with {}:\n{report}", case.what);
        assert_eq!(theirs, case.good, "Frictionless', with {}", case.what);
    }
}

#[test]
fn the_descriptor_of_every_table_is_one_that_frictionless_reads() {
    let files: Vec<(&Table, String)> = standard().iter().map(|table| (table, format!("{}.csv", table.name))).collect();
    let files: Vec<(&Table, &str)> = files.iter().map(|(table, path)| (*table, &**path)).collect();
    let program = "import sys, frictionless; frictionless.Package.from_descriptor(sys.argv[1])";
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("datapackage.json");
    fs::write(&path, write_descriptor("evidence", &files)).expect("written");
    match Command::new("python3").args(["-c", program]).arg(&path).output() {
        Ok(run) if run.status.success() => {}
        Ok(run) if String::from_utf8_lossy(&run.stderr).contains("No module named") => {
            println!("skipped: Frictionless is not installed");
        }
        Ok(run) => panic!("{}", String::from_utf8_lossy(&run.stderr)),
        Err(_) => println!("skipped: there is no python3"),
    }
}

fn write_package(folder: &Path, case: &Case) {
    fs::create_dir(folder).expect("a folder");
    let tables = [("people", PEOPLE), ("spells", SPELLS), ("reviews", REVIEWS), ("capacity", CAPACITY)];
    let mut described: Vec<(Table, &str)> = Vec::new();
    for (name, original) in tables {
        let text = original;
        let text = if name == case.file { text.replacen(case.from, case.to, 1) } else { text.to_owned() };
        let compressed = name == "reviews";
        let path = match name {
            "people" => "people.csv",
            "spells" => "spells.csv",
            "reviews" => "reviews.csv.gz",
            _ => "capacity.csv",
        };
        let mut bytes = text.into_bytes();
        if compressed {
            let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            gzip.write_all(&bytes).expect("in memory");
            bytes = gzip.finish().expect("in memory");
        }
        fs::write(folder.join(path), bytes).expect("written");
        // A descriptor names the columns that its file has; those that may be empty need not be there.
        let mut table = standard_table(name).expect("a table").clone();
        let header: Vec<&str> = original.lines().next().expect("a header").split(',').collect();
        table.columns.retain(|column| header.contains(&&*column.name));
        described.push((table, path));
    }
    let described: Vec<(&Table, &str)> = described.iter().map(|(table, path)| (table, *path)).collect();
    fs::write(folder.join("datapackage.json"), write_descriptor("evidence", &described)).expect("written");
}

fn our_verdict(descriptor: &Path) -> (bool, String) {
    let text = fs::read_to_string(descriptor).expect("a descriptor");
    let package = Package::read(&text).expect("a descriptor");
    let folder = Folder(descriptor.parent().expect("a folder").to_owned());
    let report = check_package(&package, standard(), &folder, Limits::default(), Expected::default());
    let errors = report.problems.iter().filter(|problem| problem.severity == Severity::Error).count();
    (errors == 0, report.text())
}

/// Whether each package is valid, by Frictionless, in one run of Python.
fn frictionless(descriptors: &[PathBuf]) -> Vec<bool> {
    let program = "import sys\n\
        from frictionless import Package\n\
        for path in sys.argv[1:]:\n    \
            print('good' if Package(path).validate().valid else 'bad')";
    let run = Command::new("python3").args(["-c", program]).args(descriptors).output().expect("python3 runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let verdicts: Vec<bool> = String::from_utf8_lossy(&run.stdout).lines().map(|line| line == "good").collect();
    assert_eq!(verdicts.len(), descriptors.len());
    verdicts
}
