//! Freezing evidence: the same bytes whatever the order, both clocks, and nothing half-written.

use std::{collections::BTreeMap, fs, path::Path};

use meed_evidence::{BandStanding, Expected, LifeEventKind, check_and_keep, standard};
use meed_query::{Embedded, Freeze, Freezing, Limits, LineRow, LinesWriter, bands, freeze, life_events, open_snapshot};
use meed_units::Moment;

use crate::evidence::{Evidence, checked, date, frozen, frozen_with_problems, package};

const SPELLS: &str = "spell,person,provider,kind,started_on,ended_on,sent_by,known_at,withdrawn
    S1,p2,riverside,treatment,2012-04-02,,riverside,2012-05-01,
    S1,p2,riverside,treatment,2012-04-03,2012-09-01,riverside,2012-10-01,
    S2,p1,riverside,treatment,2012-04-02,,riverside,2012-05-01,
    S2,p1,riverside,treatment,2012-04-02,,riverside,2012-07-01,true
    S3,p1,harbour,treatment,2012-08-02,,harbour,2012-08-02T10:00:00Z,";

fn moment(text: &str) -> Moment {
    Moment::parse_until(text).expect("a moment")
}

/// The bytes of every file of a snapshot.
fn bytes(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries
        .map(|path| (path.file_name().expect("a name").to_string_lossy().into_owned(), fs::read(path).expect("read")))
        .collect()
}

#[test]
fn the_order_of_rows_and_the_number_of_threads_do_not_show() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut rows: Vec<&str> = SPELLS.lines().collect();
    let mut found = Vec::new();
    for (name, partitions) in [("one", 1), ("two", 4)] {
        let sent = folder.path().join(format!("sent-{name}"));
        fs::create_dir(&sent).expect("a folder");
        package(&sent, &[("spells", &rows.join("\n"))]);
        let engine = Embedded::with_limits(Limits { partitions, ..Limits::default() }).expect("an engine");
        let out = folder.path().join(name);
        let manifest = frozen(&engine, &sent, moment("2012-12-31"), &out);
        found.push((manifest.id(), bytes(&out)));
        rows[1..].reverse();
    }
    assert_eq!(found[0], found[1]);
    assert_eq!(found[0].1.len(), standard().len() + 1);
}

/// Rows that come as a snapshot holds them go straight into it; any others are sorted, and what was replaced left out.
#[test]
fn rows_in_order_out_of_order_and_with_older_versions_give_the_same_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let head = "spell,person,provider,kind,started_on,ended_on,sent_by,known_at,withdrawn";
    let persons = ["P", "Zoë", "a", "a-1", "p1", "p10", "p2", "ä"];
    let numbered = persons.iter().flat_map(|person| (0..40).map(move |number| (person, number)));
    let row = |(person, number): (&&str, i32)| {
        format!("{person}-s{number:02},{person},riverside,treatment,2012-04-02,,riverside,2012-05-01,")
    };
    let in_order: Vec<String> = numbered.clone().map(row).collect();
    let mut reversed = in_order.clone();
    reversed.reverse();
    let mut with_older = in_order.clone();
    with_older
        .insert(100, in_order[7].replace("treatment,2012-04-02", "treatment,2012-03-30").replace("05-01", "04-20"));
    let mut one_late = in_order.clone();
    one_late.push(in_order[0].replacen("P-s00", "P-later", 1).replace("2012-05-01", "2013-05-01"));
    let mut taken_back = in_order.clone();
    taken_back.push("gone,p2,riverside,treatment,2012-04-02,,riverside,2012-05-01,true".into());
    let engine = Embedded::new().expect("an engine");
    let mut found = Vec::new();
    for (name, rows) in [
        ("in-order", in_order),
        ("reversed", reversed),
        ("with-older", with_older),
        ("one-late", one_late),
        ("taken-back", taken_back),
    ] {
        let sent = folder.path().join(format!("sent-{name}"));
        fs::create_dir(&sent).expect("a folder");
        package(&sent, &[("spells", &format!("{head}\n{}", rows.join("\n")))]);
        let out = folder.path().join(name);
        let manifest = frozen(&engine, &sent, moment("2012-12-31"), &out);
        let spells = manifest.tables.iter().find(|table| table.table == "spells").expect("a table");
        assert_eq!(spells.rows, 320, "{name}");
        found.push(bytes(&out));
    }
    assert!(found.iter().all(|bytes| *bytes == found[0]));
}

/// Some rows are found bad only when all were seen: what was written of the table until then is not used.
#[test]
fn rows_that_are_found_bad_at_the_end_are_in_no_snapshot() {
    let folder = tempfile::tempdir().expect("a folder");
    let engine = Embedded::new().expect("an engine");
    let head = "spell,person,provider,kind,started_on,sent_by,known_at";
    let row = |spell: &str, on: &str| format!("{spell},p1,riverside,treatment,{on},riverside,2012-05-01");
    let of = |name: &str, rows: &[String]| {
        let sent = folder.path().join(format!("sent-{name}"));
        fs::create_dir(&sent).expect("a folder");
        package(&sent, &[("spells", &format!("{head}\n{}", rows.join("\n")))]);
        let out = folder.path().join(name);
        let (manifest, report) = frozen_with_problems(&engine, &sent, moment("2012-12-31"), &out);
        let spells = manifest.tables.iter().find(|table| table.table == "spells").expect("a table");
        (spells.rows, spells.sha256.clone(), report.errors())
    };
    let good = of("good", &[row("S1", "2012-04-02")]);
    assert_eq!((good.0, good.2), (1, 0));
    let twice = [row("S1", "2012-04-02"), row("S2", "2012-04-03"), row("S2", "2012-04-04")];
    assert_eq!(of("twice", &twice), (1, good.1.clone(), 1));
    let bad = [row("S1", "2012-04-02"), row("S2", "yesterday")];
    assert_eq!(of("bad", &bad), (1, good.1, 1));
}

/// The latest moment at which anything became known is that of a good row: everyone named was known in 2100.
#[test]
fn the_latest_moment_is_that_of_a_good_row() {
    let folder = tempfile::tempdir().expect("a folder");
    for (kind, latest) in [("treatment", "2101-01-01"), ("holiday", "2100-01-01")] {
        let sent = folder.path().join(format!("sent-{kind}"));
        fs::create_dir(&sent).expect("a folder");
        let spells = format!(
            "spell,person,provider,kind,started_on,sent_by,known_at
            S1,p1,riverside,treatment,2012-04-02,riverside,2012-05-01
            S2,p1,riverside,{kind},2012-04-03,riverside,2101-01-01"
        );
        package(&sent, &[("spells", &spells), ("people", "person,sent_by,known_at\np1,riverside,2100-01-01")]);
        let (package, source, _) = checked(&sent);
        let freezing = Freezing::begin(&folder.path().join(kind), None).expect("begun");
        let limits = meed_evidence::Limits::default();
        check_and_keep(&package, standard(), &source, limits, Expected::default(), &freezing);
        assert_eq!(freezing.latest_known(), latest.parse().ok(), "{kind}");
    }
}

/// A correction can say that the spell was somebody else's: rows in the order of persons then hold one key twice.
#[test]
fn a_spell_that_was_somebody_elses_is_only_theirs() {
    let folder = tempfile::tempdir().expect("a folder");
    let sent = folder.path().join("sent");
    fs::create_dir(&sent).expect("a folder");
    let spells = "spell,person,provider,kind,started_on,sent_by,known_at
        S1,p1,riverside,treatment,2012-04-02,riverside,2012-05-01
        S1,p2,riverside,treatment,2012-04-02,riverside,2012-06-01";
    package(&sent, &[("spells", spells)]);
    let engine = Embedded::new().expect("an engine");
    let out = folder.path().join("snapshot");
    frozen(&engine, &sent, moment("2012-12-31"), &out);
    let opened = open_snapshot(&out, standard()).expect("a snapshot");
    let evidence = Evidence { engine, snapshot: opened, folder };
    let found = evidence.outcomes("attachment/started", &[], "2012-12-31");
    let said: Vec<String> = found.iter().map(crate::evidence::said).collect();
    assert_eq!(said, ["p2 S1 achieved 2012-04-02"]);
}

#[test]
fn what_was_known_at_a_moment_is_what_is_frozen() {
    let folder = tempfile::tempdir().expect("a folder");
    let sent = folder.path().join("sent");
    fs::create_dir(&sent).expect("a folder");
    package(&sent, &[("spells", SPELLS)]);
    let engine = Embedded::new().expect("an engine");
    for (known_at, rows) in [
        ("2012-04-30", 0),
        ("2012-05-01", 2),
        ("2012-07-01", 1),
        ("2012-08-02T09:59:59Z", 1),
        ("2012-08-02", 2),
        ("2012-12-31", 2),
    ] {
        let out = folder.path().join(known_at);
        let manifest = frozen(&engine, &sent, moment(known_at), &out);
        let spells = manifest.tables.iter().find(|table| table.table == "spells").expect("a table");
        assert_eq!(spells.rows, rows, "known at {known_at}");
    }
    let opened = open_snapshot(&folder.path().join("2012-12-31"), standard()).expect("a snapshot");
    let evidence = Evidence { engine, snapshot: opened, folder };
    let found = evidence.outcomes("attachment/started", &[], "2012-12-31");
    let said: Vec<String> = found.iter().map(crate::evidence::said).collect();
    assert_eq!(said, ["p1 S3 achieved 2012-08-02", "p2 S1 achieved 2012-04-03"]);
}

#[test]
fn a_bad_row_never_gets_into_a_snapshot() {
    let folder = tempfile::tempdir().expect("a folder");
    let sent = folder.path().join("sent");
    fs::create_dir(&sent).expect("a folder");
    package(
        &sent,
        &[(
            "spells",
            "spell,person,provider,kind,started_on
        S1,p1,riverside,treatment,2012-04-02
        S2,p1,riverside,holiday,2012-04-02
        S3,p1,riverside,treatment,yesterday",
        )],
    );
    let (package, source, report) = checked(&sent);
    assert_eq!(report.errors(), 2);
    let evidence = Freeze {
        package: &package,
        source: &source,
        limits: meed_evidence::Limits::default(),
        tables: standard(),
        report: &report,
        known_at: moment("2199-01-01"),
    };
    let engine = Embedded::new().expect("an engine");
    let out = folder.path().join("snapshot");
    let manifest = freeze(&engine, evidence, &out).expect("frozen");
    assert_eq!(manifest.tables.iter().map(|table| table.rows).sum::<u64>(), 2);
    // Nothing is overwritten.
    let error = freeze(&engine, evidence, &out).expect_err("refused").to_string();
    assert!(error.contains("it is there already"), "{error}");
    // What cannot be finished is not begun.
    fs::remove_file(sent.join("spells.csv")).expect("removed");
    let error = freeze(&engine, evidence, &folder.path().join("other")).expect_err("refused").to_string();
    assert!(error.contains("spells.csv"), "{error}");
    let names: Vec<String> = bytes_names(folder.path());
    assert_eq!(names, ["sent", "snapshot"]);
}

fn bytes_names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<String> = entries.map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_changed_file_is_named() {
    let evidence =
        Evidence::of(&[("spells", "spell,person,provider,kind,started_on\nS1,p1,riverside,treatment,2012-04-02")]);
    let folder = evidence.folder.path().join("snapshot");
    let file = folder.join("spells.parquet");
    let mut bytes = fs::read(&file).expect("read");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&file, bytes).expect("written");
    fs::remove_file(folder.join("people.parquet")).expect("removed");
    let error = open_snapshot(&folder, standard()).expect_err("refused");
    assert_eq!(error.problems.len(), 2, "{error}");
    assert!(error.to_string().contains("spells.parquet") && error.to_string().contains("people.parquet"), "{error}");
    let error = open_snapshot(evidence.folder.path(), standard()).expect_err("refused").to_string();
    assert!(error.contains("manifest.json"), "{error}");
}

#[test]
fn a_snapshot_is_a_package_too() {
    // Parquet reads back as the text it came from, so that evidence may be sent either way.
    let evidence = Evidence::of(&[(
        "reviews",
        "review,person,provider,reviewed_on,stage,item,value
        R1,p1,riverside,2012-04-02,start,OPIUSE,20
        R1,p1,riverside,2012-04-02,start,CRAUSE,",
    )]);
    let folder = evidence.folder.path();
    let again = folder.join("again");
    fs::create_dir(&again).expect("a folder");
    for name in ["people", "reviews"] {
        fs::copy(folder.join(format!("snapshot/{name}.parquet")), again.join(format!("{name}.parquet")))
            .expect("copied");
    }
    let tables: Vec<_> = standard().iter().filter(|table| ["people", "reviews"].contains(&&*table.name)).collect();
    let files: Vec<_> = tables.iter().map(|table| (*table, format!("{}.parquet", table.name))).collect();
    let named: Vec<_> = files.iter().map(|(table, file)| (*table, file.as_str())).collect();
    fs::write(again.join("datapackage.json"), meed_evidence::write_descriptor("again", &named)).expect("written");
    let out = folder.join("snapshot-again");
    frozen(&evidence.engine, &again, "2199-01-01".parse().expect("a moment"), &out);
    assert_eq!(bytes(&folder.join("snapshot")), bytes(&out));
}

#[test]
fn bands_and_life_events_come_by_person() {
    let evidence = Evidence::of(&[
        (
            "assessments",
            "assessment,person,assessor,assessed_on,band,effective_from,standing,reason
            A2,p2,lasars,2012-04-03,low,2012-04-03,provisional,
            A3,p1,lasars,2012-09-01,high,2012-09-01,revised,disclosed later
            A1,p1,lasars,2012-04-02,low,2012-04-02,provisional,",
        ),
        (
            "events",
            "event,person,kind,occurred_on,until_on\nE1,p2,death,2013-01-01,\nE2,p1,moved-away,2012-06-01,2012-07-01\nE3,p1,sighting,2012-06-01,",
        ),
        ("spells", "spell,person,provider,kind,started_on,ended_on\nC1,p1,prison,custody,2012-05-01,"),
    ]);
    let tables = &evidence.snapshot.tables;
    let bands = bands(&evidence.engine, tables).expect("asked").collect::<Result<Vec<_>, _>>().expect("read");
    let said: Vec<_> = bands.iter().map(|band| (&*band.person, &*band.band, &*band.assessment)).collect();
    assert_eq!(said, [("p1", "low", "A1"), ("p1", "high", "A3"), ("p2", "low", "A2")]);
    assert_eq!((bands[1].standing, bands[1].reason.as_deref()), (BandStanding::Revised, Some("disclosed later")));
    let life = life_events(&evidence.engine, tables).expect("asked").collect::<Result<Vec<_>, _>>().expect("read");
    let said: Vec<_> = life.iter().map(|event| (&*event.person, event.kind, event.until, &*event.event)).collect();
    assert_eq!(
        said,
        [
            ("p1", LifeEventKind::Custody, None, "spells:C1"),
            ("p1", LifeEventKind::MovedAway, Some(date("2012-07-01")), "events:E2"),
            ("p2", LifeEventKind::Death, None, "events:E1"),
        ]
    );
}

#[test]
fn lines_are_written_as_they_come() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |file: &Path| {
        let mut lines = LinesWriter::create(file, 2, &["fund".to_owned()]).expect("created");
        let line = LineRow {
            id: "L1",
            clause: "block",
            provider: "riverside",
            amount: "-90000.5",
            status: "due",
            sentence: "Because.",
            paid_by: &["-90000.5".to_owned()],
            ..LineRow::default()
        };
        lines.push(&line).expect("pushed");
        lines
            .push(&LineRow {
                id: "L2",
                person: Some("p1"),
                occurred_on: Some(date("2012-04-02")),
                quantity: Some("1/3"),
                rate: Some("12.34"),
                ..line
            })
            .expect("pushed");
        let error = lines.push(&LineRow { id: "L3", amount: "0.001", ..line }).expect_err("refused").to_string();
        assert!(error.contains("line L3"), "{error}");
        assert_eq!(lines.finish(), Ok(2));
        fs::read(file).expect("read")
    };
    assert_eq!(write(&folder.path().join("a.parquet")), write(&folder.path().join("b.parquet")));
}

#[test]
fn a_damaged_parquet_file_is_refused_or_read_and_never_ends_the_program() {
    let evidence = Evidence::of(&[(
        "reviews",
        "review,person,provider,reviewed_on,stage,item,value
        R1,p1,riverside,2012-04-02,start,OPIUSE,20
        R1,p1,riverside,2012-04-02,start,CRAUSE,",
    )]);
    let folder = evidence.folder.path();
    let whole = fs::read(folder.join("snapshot/reviews.parquet")).expect("read");
    let sent = folder.join("damaged");
    fs::create_dir(&sent).expect("a folder");
    let table = meed_evidence::standard_table("reviews").expect("a table");
    let descriptor = meed_evidence::write_descriptor("damaged", &[(table, "reviews.parquet")]);
    fs::write(sent.join("datapackage.json"), descriptor).expect("written");
    for damage in 0..200_usize {
        let mut bytes = whole.clone();
        let place = damage * 7919 % bytes.len();
        if damage % 4 == 0 {
            bytes.truncate(place);
        } else {
            bytes[place] ^= 1 << (damage % 8);
        }
        fs::write(sent.join("reviews.parquet"), bytes).expect("written");
        let (_, _, report) = checked(&sent);
        assert_eq!(report.files.len(), 1, "{}", report.text());
    }
}
