//! Evidence of another shape, brought into the standard one.

use std::{fs, path::Path};

use meed_evidence::standard;
use meed_query::{Embedded, QueryError, map_sources};
use tempfile::TempDir;

use crate::evidence::{checked, frozen};

const PEOPLE: &str =
    "SELECT who AS person, CAST(born AS INTEGER) AS born_year, CASE sex WHEN '1' THEN 'male' ELSE 'female' END AS sex,
    'riverside' AS sent_by, CAST('2012-12-31' AS TIMESTAMP) AS known_at FROM demographics";
const SPELLS: &str =
    "SELECT concat('S', v.who) AS spell, v.who AS person, 'riverside' AS provider, 'treatment' AS kind,
    min(CAST(v._1st_visit AS DATE)) AS started_on, 'riverside' AS sent_by, '2012-12-31' AS known_at
    FROM visits v JOIN demographics d ON d.who = v.who GROUP BY v.who";

struct Folders(TempDir);

impl Folders {
    fn of(files: &[(&str, &str)]) -> Folders {
        let folders = Folders(tempfile::tempdir().expect("a folder"));
        for name in ["mapping", "source"] {
            fs::create_dir(folders.path(name)).expect("a folder");
        }
        for (file, text) in files {
            fs::write(folders.path(file), text).expect("written");
        }
        folders
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    fn map(&self, out: &Path) -> Result<(), QueryError> {
        let engine = Embedded::new().expect("an engine");
        map_sources(&engine, &self.path("mapping"), &self.path("source"), standard(), out)
    }
}

const LIST: &str = "[[source]]\nfile = \"demographics.csv\"\n[[source]]\nfile = \"the visits.txt\"\ntable = \"visits\"\ndelimiter = \"tab\"\n";

#[test]
fn sources_become_a_package_like_any_other() {
    let folders = Folders::of(&[
        ("mapping/mapping.toml", LIST),
        ("mapping/people.sql", PEOPLE),
        ("mapping/spells.sql", SPELLS),
        ("source/demographics.csv", "Who,Born,Sex\np1,1970,1\np2,,2\n"),
        ("source/the visits.txt", "who\t1st Visit\np2\t2012-05-01\np1\t2012-04-09\np1\t2012-04-02\n"),
    ]);
    let out = folders.path("package");
    folders.map(&out).unwrap_or_else(|error| panic!("{error}"));
    let people = fs::read_to_string(out.join("people.csv")).expect("read");
    assert_eq!(
        people,
        "person,born_year,sex,deprivation,area,paid_for,consent,sent_by,known_at,withdrawn\n\
         p1,1970,male,,,,,riverside,2012-12-31T00:00:00Z,\np2,,female,,,,,riverside,2012-12-31T00:00:00Z,\n"
    );
    let spells = fs::read_to_string(out.join("spells.csv")).expect("read");
    assert!(spells.contains("\nSp1,p1,riverside,treatment,2012-04-02,,"), "{spells}");
    let (_, _, report) = checked(&out);
    assert!(report.is_clean(), "{}", report.text());
    let manifest = frozen(
        &Embedded::new().expect("an engine"),
        &out,
        "2013-01-01".parse().expect("a moment"),
        &folders.path("snapshot"),
    );
    assert_eq!(manifest.tables.iter().map(|table| table.rows).sum::<u64>(), 4);
}

#[test]
fn a_day_that_is_none_costs_its_row_and_not_the_file() {
    let spells = "SELECT concat('S', who) AS spell, who AS person, 'riverside' AS provider, 'treatment' AS kind,
        to_date(began, '%d.%m.%Y', '%d/%m/%y') AS started_on, CAST(to_date(began, '%d.%m.%Y') AS VARCHAR) AS ended_on,
        'riverside' AS sent_by, to_timestamp(known, '%d.%m.%Y %H:%M', '%d.%m.%Y') AS known_at FROM visits ORDER BY who";
    let folders = Folders::of(&[
        ("mapping/mapping.toml", "[[source]]\nfile = \"visits.csv\"\n"),
        ("mapping/spells.sql", spells),
        (
            "source/visits.csv",
            "who,began,known\np1,02.04.2012,31.12.2012 09:30\np2,31.02.2012,31.12.2012\np3,3/4/12,soon\np4,,31.12.2012\n",
        ),
    ]);
    let out = folders.path("package");
    folders.map(&out).unwrap_or_else(|error| panic!("{error}"));
    let spells = csv::Reader::from_path(out.join("spells.csv"));
    let mut spells = spells.expect("read");
    let names = spells.headers().expect("a header").clone();
    let place = |name: &str| names.iter().position(|known| known == name).expect("a column");
    let columns = ["person", "started_on", "ended_on", "known_at"].map(place);
    let mut rows: Vec<String> = spells
        .records()
        .map(|row| row.expect("a row"))
        .map(|row| columns.map(|column| row[column].to_owned()).join(" | "))
        .collect();
    rows.sort();
    assert_eq!(
        rows,
        [
            "p1 | 2012-04-02 | 2012-04-02 | 2012-12-31T09:30:00Z",
            "p2 | 31.02.2012 | 31.02.2012 | 2012-12-31T00:00:00Z",
            "p3 | 2012-04-03 | 3/4/12 | soon",
            "p4 |  |  | 2012-12-31T00:00:00Z",
        ]
    );
}

#[test]
fn what_is_wrong_with_a_mapping_names_its_file() {
    let sources =
        [("source/demographics.csv", "who,born,sex\np1,1970,1\n"), ("source/the visits.txt", "who\t1st visit\n")];
    let check = |list: &str, file: &str, sql: &str, said: &[&str]| {
        let file = format!("mapping/{file}");
        let mut files = sources.to_vec();
        files.extend([("mapping/mapping.toml", list), (file.as_str(), sql)]);
        let folders = Folders::of(&files);
        let error = folders.map(&folders.path("package")).expect_err("refused").to_string();
        for said in said {
            assert!(error.contains(said), "{said}: {error}");
        }
        assert!(!folders.path("package").exists());
        assert_eq!(fs::read_dir(folders.0.path()).expect("a folder").count(), 2, "nothing is left behind");
    };
    check(
        LIST,
        "people.sql",
        "SELECT who AS person FROM demographic",
        &["people.sql", "`demographic`", "did you mean `demographics`?"],
    );
    check(
        LIST,
        "people.sql",
        "SELECT who AS persn FROM demographics",
        &["people.sql", "no column `person`", "did you mean `person`?", "`known_at`"],
    );
    check(LIST, "people.sql", "SELECT * FROM read_csv('/etc/passwd')", &["people.sql", "read_csv"]);
    check(LIST, "peple.sql", PEOPLE, &["peple.sql", "did you mean `people.sql`?"]);
    check("[[source]]\nfiel = \"x\"", "people.sql", PEOPLE, &["mapping.toml", "fiel"]);
    check("[[source]]\nfile = \"missing.csv\"", "people.sql", PEOPLE, &["missing.csv"]);
    check("[[source]]\nfile = \"../mapping/people.sql\"", "people.sql", PEOPLE, &["people.sql", "out of the package"]);
}
