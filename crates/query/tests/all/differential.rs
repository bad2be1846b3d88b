//! Every standard measure on random evidence: the same rows from another engine, and for any number of threads.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path, process::Command};

use meed_evidence::{code_lists, standard};
use meed_measures::{Grain, Measure, ParameterValue, library};
use meed_query::{Asked, Embedded, Limits, bound_sql, cohorts, outcomes, quantities, ratios};
use meed_units::{Date, Exact};

use crate::{
    evidence::{Evidence, date},
    random::Numbers,
};

const PERIODS: [&str; 6] = ["2011-Q3", "2011-Q4", "2012-Q1", "2012-Q2", "2012-Q3", "2012-Q4"];
const AS_OF: [&str; 2] = ["2012-10-15", "2014-12-31"];

/// Evidence of people who never lived, with every kind of row that a standard measure reads.
fn random() -> Evidence {
    let mut numbers = Numbers(7);
    let mut spells = String::from(
        "spell,person,provider,kind,started_on,ended_on,end_reason,modality,accommodation,problem1,problem2\n",
    );
    let mut reviews = String::from("review,person,provider,reviewed_on,stage,item,value\n");
    let mut events =
        String::from("event,person,provider,kind,occurred_on,until_on,concluded_on,outcome,detail,quantity\n");
    let mut referrals = String::from("referral,person,provider,referred_on\n");
    let mut contacts = String::from("contact,person,provider,contacted_on,attended\n");
    let mut assessments = String::from("assessment,person,assessor,assessed_on,band,effective_from,standing\n");
    let mut goals = String::from("goal,person,provider,set_on,met_on\n");
    let mut feedback = String::from("feedback,provider,given_on,question,score\n");
    let start = date("2011-01-01");
    for person in 0..40 {
        let who = |numbers: &mut Numbers| format!("p{person},{}", numbers.pick(&["riverside", "harbour"]));
        for spell in 0..5 {
            let kind = numbers.pick(&["treatment", "treatment", "employment", "accommodation", "custody"]);
            let from = numbers.day(start, 900);
            let end = numbers.day(from, 400);
            let ended = if numbers.below(4) == 0 { String::new() } else { end.to_string() };
            let reason =
                if kind == "treatment" && !ended.is_empty() { numbers.pick(&["80", "82", "85", ""]) } else { "" };
            let who = who(&mut numbers);
            let home = numbers.pick(&["1", "3", "hostel", "supported", ""]);
            let (one, two) = (numbers.pick(&["OPIUSE", "ALCUSE", ""]), numbers.pick(&["CRAUSE", "", ""]));
            let modality = if kind == "treatment" { numbers.pick(&["1", "1", "2", "4", ""]) } else { "" };
            writeln!(spells, "S{person}-{spell},{who},{kind},{from},{ended},{reason},{modality},{home},{one},{two}")
                .expect("text");
            for contact in 0..12 {
                let (day, attended) = (numbers.day(from, 40), numbers.pick(&["true", "true", "true", "false", ""]));
                writeln!(contacts, "C{person}-{spell}-{contact},{who},{day},{attended}").expect("text");
            }
            for review in 0..5 {
                let day = numbers.day(from, if review == 0 { 10 } else { 420 });
                let stage =
                    if review == 0 { "start" } else { numbers.pick(&["review", "review", "exit", "post-exit"]) };
                for (item, most) in [
                    ("OPIUSE", 3),
                    ("CRAUSE", 2),
                    ("ALCUSE", 3),
                    ("IVDRGUSE", 2),
                    ("ACUTHPBM", 2),
                    ("HRISK", 2),
                    ("QUALLIFE", 21),
                ] {
                    let value = if numbers.below(8) == 0 { String::new() } else { numbers.below(most).to_string() };
                    let value =
                        if stage == "start" && item.ends_with("USE") && value == "2" { "20".into() } else { value };
                    if numbers.below(10) > 0 {
                        writeln!(reviews, "R{person}-{spell}-{review},{who},{day},{stage},{item},{value}")
                            .expect("text");
                    }
                }
            }
        }
        for event in 0..6 {
            let kind = numbers.pick(&[
                "offence",
                "offence",
                "death",
                "custody",
                "moved-away",
                "release",
                "justice-caseload",
                "vaccination",
                "vaccination-complete",
                "sighting",
                "sighting",
            ]);
            let on = numbers.day(start, 1000);
            let until = match kind {
                "custody" | "moved-away" => numbers.day(on, 100).to_string(),
                _ => String::new(),
            };
            let (concluded, outcome) = match kind {
                "offence" => {
                    (numbers.day(on, 300).to_string(), numbers.pick(&["conviction", "caution", "breach", "pending"]))
                }
                _ => (String::new(), ""),
            };
            let provider = numbers.pick(&["riverside", "harbour", ""]);
            let detail = if kind.starts_with("vacc") { "hepatitis-b" } else { "" };
            writeln!(
                events,
                "E{person}-{event},p{person},{provider},{kind},{on},{until},{concluded},{outcome},{detail},"
            )
            .expect("text");
        }
        for earned in 0..3 {
            let (on, provider) = (numbers.day(start, 900), numbers.pick(&["riverside", "harbour", "", ""]));
            let until = if numbers.below(3) == 0 { String::new() } else { numbers.day(on, 40).to_string() };
            let much = numbers.below(90_000);
            writeln!(
                events,
                "W{person}-{earned},p{person},{provider},earnings,{on},{until},,,,{}.{:02}",
                much / 100,
                much % 100
            )
            .expect("text");
        }
        for referral in 0..3 {
            let (who, on) = (who(&mut numbers), numbers.day(start, 900));
            writeln!(referrals, "F{person}-{referral},{who},{on}").expect("text");
            let (assessed, assessor) = (numbers.day(on, 14), numbers.pick(&["lasars", "lasars", "other-assessor"]));
            writeln!(assessments, "B{person}-{referral},p{person},{assessor},{assessed},low,{assessed},provisional")
                .expect("text");
            let (set, met) = (numbers.day(start, 700), numbers.below(3));
            let met = if met == 0 { String::new() } else { numbers.day(set, 350).to_string() };
            writeln!(goals, "G{person}-{referral},{who},{set},{met}").expect("text");
            let provider = numbers.pick(&["riverside", "harbour"]);
            let (given, question) = (numbers.day(start, 730), numbers.pick(&["overall", "overall", "listened"]));
            writeln!(feedback, "A{person}-{referral},{provider},{given},{question},{}.5", numbers.below(12))
                .expect("text");
        }
    }
    let mut capacity = String::from("provider,period_from,period_until,places,occupied\n");
    let mut counts = String::from("count,provider,person,what,period_from,period_until,number\n");
    let mut estimates = String::from(
        "cohort,provider,period_from,period_until,reported_on,people,counterfactual,actual,unit,method,method_hash\n",
    );
    for month in 0..24 {
        let from = start.plus_months(month).expect("a date");
        let until = start.plus_months(month + 1).expect("a date");
        for provider in ["riverside", "harbour"] {
            for (part, whom) in ["", "p1", "p2"].iter().enumerate() {
                let what = numbers.pick(&["family", "family", "ward"]);
                let number = numbers.below(90);
                writeln!(counts, "N{month}-{provider}-{part},{provider},{whom},{what},{from},{until},{number}.5")
                    .expect("text");
            }
            writeln!(capacity, "{provider},{from},{until},{}.5,{}.123456789", 10 + numbers.below(5), numbers.below(9))
                .expect("text");
        }
        let hash = "0f".repeat(32);
        writeln!(
            estimates,
            "c{month},riverside,{from},{until},{until},100,{}.25,40,percent,matched,{hash}",
            numbers.below(90)
        )
        .expect("text");
    }
    Evidence::of(&[
        ("spells", &spells),
        ("reviews", &reviews),
        ("events", &events),
        ("referrals", &referrals),
        ("contacts", &contacts),
        ("assessments", &assessments),
        ("goals", &goals),
        ("feedback", &feedback),
        ("capacity", &capacity),
        ("counts", &counts),
        ("estimates", &estimates),
    ])
    .periods(&PERIODS)
}

/// Each measure with its parameters, where it needs some or has a second side.
fn questions() -> Vec<(Measure, BTreeMap<String, ParameterValue>)> {
    let mut questions = Vec::new();
    for measure in library() {
        let set = |values: &[(&str, &str)]| crate::evidence::parameters(&measure, values);
        match &*measure.name {
            "events/recorded" => questions.push((measure.clone(), set(&[("kind", "sighting")]))),
            "volume/counted" => questions.push((measure.clone(), set(&[("what", "family")]))),
            "recovery/reliably-improved" => questions.push((measure.clone(), set(&[("threshold_days", "1.5")]))),
            "work/job-outcome" => {
                let continuous = set(&[("weeks", "13"), ("counting", "continuous"), ("gap", "2 weeks")]);
                questions.push((measure.clone(), continuous));
                questions.push((measure.clone(), set(&[("weeks", "30")])));
            }
            _ => questions.push((measure.clone(), BTreeMap::new())),
        }
    }
    questions
}

/// The rows of an answer, a line each, with the values of the grain's columns.
fn rows(engine: &Embedded, evidence: &Evidence, asked: Asked<'_>) -> Vec<String> {
    let tables = &evidence.snapshot.tables;
    let on = |date: Option<Date>| date.map_or(String::new(), |date| date.to_string());
    let exact = |number: &Exact| number.to_plain(12);
    let rows: Result<Vec<String>, _> = match asked.measure.grain {
        Grain::Outcome => outcomes(engine, tables, asked)
            .expect("asked")
            .map(|row| {
                row.map(|row| {
                    let texts = [row.reason, row.ended_by, row.sent_by.map(|party| party.to_string())]
                        .map(Option::unwrap_or_default);
                    let quantity = "";
                    format!(
                        "{}|{}|{}|{}|{}|{}|{quantity}|{}|{}",
                        row.person,
                        row.provider,
                        row.occurrence,
                        row.standing,
                        on(row.occurred_on),
                        on(row.until),
                        row.evidence.join(" "),
                        texts.join("|")
                    )
                })
            })
            .collect(),
        Grain::Ratio => ratios(engine, tables, asked)
            .expect("asked")
            .map(|row| {
                row.map(|row| {
                    format!(
                        "{}|{}|{}|{}|{}|{}",
                        row.provider,
                        row.period.from,
                        row.period.until,
                        exact(&row.numerator),
                        exact(&row.denominator),
                        row.evidence.join(" ")
                    )
                })
            })
            .collect(),
        Grain::Cohort => cohorts(engine, tables, asked)
            .expect("asked")
            .map(|row| {
                row.map(|row| {
                    let figures = [&row.people, &row.counterfactual, &row.actual].map(exact).join("|");
                    format!(
                        "{}|{}|{}|{}|{}|{figures}|{}|{}|{}",
                        row.cohort,
                        row.provider,
                        row.period.from,
                        row.period.until,
                        row.reported_on,
                        row.unit,
                        row.method,
                        row.method_hash
                    )
                })
            })
            .collect(),
        Grain::Quantity => quantities(engine, tables, asked)
            .expect("asked")
            .map(|row| {
                row.map(|row| {
                    format!(
                        "{}|{}|{}|{}|{}|{}",
                        row.person.map_or(String::new(), |person| person.to_string()),
                        row.provider,
                        row.period.from,
                        row.period.until,
                        exact(&row.quantity),
                        row.evidence.join(" ")
                    )
                })
            })
            .collect(),
    };
    rows.unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn another_engine_and_any_number_of_threads_say_the_same() {
    let evidence = random();
    let one = Embedded::with_limits(Limits { partitions: 1, ..Limits::default() }).expect("an engine");
    let four = Embedded::with_limits(Limits { partitions: 4, ..Limits::default() }).expect("an engine");
    let mut found = Vec::new();
    let mut queries = Vec::new();
    for (measure, parameters) in questions() {
        for as_of in AS_OF {
            let asked = Asked { measure: &measure, parameters: &parameters, as_of: date(as_of) };
            let rows = self::rows(&one, &evidence, asked);
            if as_of == AS_OF[1] {
                assert_eq!(self::rows(&four, &evidence, asked), rows, "{} with four threads", measure.name);
                assert!(!rows.is_empty(), "{} says nothing", measure.name);
            }
            let columns: Vec<&str> = measure.grain.columns().iter().map(|column| column.name).collect();
            let sql = bound_sql(&measure, &parameters, date(as_of)).expect("bound");
            queries.push(serde_json::json!({ "sql": sql, "columns": columns }));
            found.push((format!("{} as of {as_of}", measure.name), rows));
        }
    }
    let Some(other) = duckdb(evidence.folder.path(), &queries) else {
        println!("skipped the comparison: install the Python package duckdb to run it");
        return;
    };
    assert_eq!(other.len(), found.len());
    for ((name, found), other) in found.iter().zip(other) {
        for (place, (ours, theirs)) in found.iter().zip(&other).enumerate() {
            assert_eq!(ours, theirs, "{name}, row {place}");
        }
        assert_eq!(found.len(), other.len(), "{name}");
    }
}

/// The rows of each query in DuckDB, or none where it is not installed.
fn duckdb(folder: &Path, queries: &[serde_json::Value]) -> Option<Vec<Vec<String>>> {
    let installed = Command::new("python3").args(["-c", "import duckdb"]).output();
    if !installed.is_ok_and(|output| output.status.success()) {
        return None;
    }
    let mut tables = BTreeMap::new();
    for table in standard() {
        let file = folder.join("snapshot").join(format!("{}.parquet", table.sql_name()));
        tables.insert(table.sql_name(), file.display().to_string());
    }
    let mut periods = String::from("period_from,period_until\n");
    let mut days = String::from("day,period_from,period_until\n");
    for period in PERIODS {
        let period: meed_units::Period = period.parse().expect("a period");
        writeln!(periods, "{},{}", period.from, period.until).expect("text");
        let mut day = period.from;
        while day < period.until {
            writeln!(days, "{day},{},{}", period.from, period.until).expect("text");
            day = day.plus_days(1).expect("a date");
        }
    }
    let mut csv = |name: &str, text: String| {
        let file = folder.join(format!("{name}.csv"));
        fs::write(&file, text).expect("written");
        tables.insert(name.to_owned(), file.display().to_string());
    };
    csv("periods", periods);
    csv("days", days);
    for list in code_lists() {
        let mut text = String::from("code,label,class\n");
        for (code, label, class) in list.rows() {
            writeln!(text, "{code},\"{}\",{}", label.replace('"', "\"\""), class.unwrap_or_default()).expect("text");
        }
        csv(&list.sql_name(), text);
    }
    let job = folder.join("job.json");
    fs::write(&job, serde_json::json!({ "tables": tables, "queries": queries }).to_string()).expect("written");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/duckdb_rows.py");
    let output = Command::new("python3").arg(script).arg(job).output().expect("python runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    Some(text.lines().map(|line| serde_json::from_str(line).expect("a list")).collect())
}
