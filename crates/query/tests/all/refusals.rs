//! What a measure may not do, and what is said to whoever wrote it.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use meed_measures::{Measure, ParameterValue};
use meed_query::{Asked, Embedded, Limits, QueryError, outcomes};

use crate::evidence::{Evidence, date};

/// A measure of grain outcome that reads spells and is this SQL.
fn measure(sql: &str) -> Measure {
    let head = "-- Is it so?\n--\n-- grain: outcome\n-- unit: person\n-- reads: spells\n-- parameter: size, number, 1: a number\n-- source: ours\n";
    Measure::read("made-up".into(), &format!("{head}{sql}")).expect("a measure")
}

fn evidence() -> Evidence {
    Evidence::of(&[("spells", "spell,person,provider,kind,started_on\nS1,p1,riverside,treatment,2012-04-02")])
}

fn ask(engine: &Embedded, evidence: &Evidence, sql: &str) -> Result<usize, QueryError> {
    let measure = measure(sql);
    let asked = Asked { measure: &measure, parameters: &BTreeMap::new(), as_of: date("2013-05-31") };
    outcomes(engine, &evidence.snapshot.tables, asked)?.try_fold(0, |count, row| row.map(|_| count + 1))
}

/// A query with these columns in place of the usual ones.
fn with(columns: &str) -> String {
    format!("SELECT person, provider, spell AS occurrence, {columns} FROM spells")
}

const USUAL: &str = "'achieved' AS standing, started_on AS occurred_on, concat('spells:', spell) AS evidence";

#[test]
fn a_measure_reaches_for_nothing_but_its_tables() {
    let evidence = evidence();
    assert_eq!(ask(&evidence.engine, &evidence, &with(USUAL)), Ok(1));
    let file = evidence.folder.path().join("sent/spells.csv").display().to_string();
    for sql in [
        format!("SELECT * FROM '{file}'"),
        format!("SELECT * FROM \"{file}\""),
        format!("SELECT * FROM read_csv('{file}')"),
        format!("SELECT * FROM read_parquet('{file}')"),
        format!("COPY spells TO '{file}.out'"),
        format!("CREATE EXTERNAL TABLE mine STORED AS CSV LOCATION '{file}'"),
        format!("WITH mine AS (SELECT * FROM 'file://{file}') SELECT * FROM mine"),
        "SELECT * FROM information_schema.tables".into(),
        "SELECT * FROM people".into(),
        "SELECT * FROM datafusion.public.people".into(),
        "SELECT * FROM \"https://example.org/x.parquet\"".into(),
        "INSERT INTO spells SELECT * FROM spells".into(),
        "SET datafusion.execution.target_partitions = 1".into(),
        "SHOW TABLES".into(),
        "SELECT 1; DROP TABLE spells".into(),
    ] {
        let error = ask(&evidence.engine, &evidence, &sql).expect_err(&sql);
        assert!(error.to_string().contains("measure made-up.sql"), "{error}");
        assert!(error.code().starts_with("measure-"), "{sql}: {error}");
    }
    assert!(!evidence.folder.path().join("sent/spells.csv.out").exists());
}

#[test]
fn an_answer_is_exact_and_the_same_on_every_run() {
    let evidence = evidence();
    for (column, said) in [
        ("CAST(1 AS DOUBLE) AS quantity", "binary fraction"),
        ("avg(1) OVER () AS quantity", "binary fraction"),
        ("CAST(random() AS DECIMAL(18,6)) AS quantity", "random"),
        ("TRY_CAST(spell AS DECIMAL(18,6)) AS quantity", "TRY_CAST"),
        ("CAST(now() AS VARCHAR) AS reason", "now"),
    ] {
        let error =
            ask(&evidence.engine, &evidence, &with(&format!("{USUAL}, {column}"))).expect_err(column).to_string();
        assert!(error.contains("measure-inexact") && error.contains(said), "{column}: {error}");
    }
    let unordered = "SELECT person, max(provider) AS provider, max(spell) AS occurrence, 'achieved' AS standing, \
        max(started_on) AS occurred_on, string_agg(spell, ' ') AS evidence FROM spells GROUP BY person";
    let error = ask(&evidence.engine, &evidence, unordered).expect_err("refused").to_string();
    assert!(error.contains("string_agg") && error.contains("ORDER BY"), "{error}");
    let wide = format!("{USUAL}, sum(CAST(1 AS DECIMAL(38,0))) OVER () AS quantity");
    let error = ask(&evidence.engine, &evidence, &with(&wide)).expect_err("refused").to_string();
    assert!(error.contains("overflow"), "{error}");
    let wide = "SELECT person, max(provider) AS provider, max(spell) AS occurrence, 'achieved' AS standing, \
        max(started_on) AS occurred_on, max(spell) AS evidence, sum(CAST(1 AS DECIMAL(38,0))) AS quantity FROM spells GROUP BY person";
    let error = ask(&evidence.engine, &evidence, wide).expect_err("refused").to_string();
    assert!(error.contains("overflow"), "{error}");
    // A decimal literal is a decimal, and stays one.
    assert_eq!(ask(&evidence.engine, &evidence, &with(&format!("{USUAL}, 0.1 * $size AS quantity"))), Ok(1));
}

#[test]
fn wrong_columns_are_named_all_at_once() {
    let evidence = evidence();
    let sql = "SELECT person, spell AS provider, 1 AS occurrence, 'achieved' AS standing, started_on AS occured_on FROM spells";
    let error = ask(&evidence.engine, &evidence, sql).expect_err("refused");
    let text = error.to_string();
    // The order of the answer names a column that is not there, so the engine tells first.
    assert!(text.contains("occurred_on"), "{text}");
    let sql = "SELECT person, provider, 1 AS occurrence, 'achieved' AS standing, started_on AS occurred_on, started_on AS evidence, 1 AS ocurence FROM spells";
    let error = ask(&evidence.engine, &evidence, sql).expect_err("refused").to_string();
    for said in
        ["`occurrence` is Int64 and not text", "`evidence` is Date32 and not text", "did you mean `occurrence`?"]
    {
        assert!(error.contains(said), "{said}: {error}");
    }
}

#[test]
fn columns_that_are_not_there_are_named_all_at_once() {
    let evidence = evidence();
    let sql = "WITH stays AS (SELECT s.person, s.provder, s.spel, s.started_on FROM spells AS s WHERE s.kynd = 'treatment') \
        SELECT person, provider, spell AS occurrence, 'achieved' AS standing, startd_on AS occurred_on, \
        spell AS evidence FROM stays ORDER BY colour";
    let error = ask(&evidence.engine, &evidence, sql).expect_err("refused");
    let mut said: Vec<String> = error.problems.iter().map(|p| format!("{} {}", p.message, p.help)).collect();
    said.sort();
    assert_eq!(
        said,
        [
            "there is no column `colour` its columns are person, provider, occurrence, standing, occurred_on, evidence, \
             spell, started_on",
            "there is no column `s.kynd` did you mean `s.kind`?",
            "there is no column `s.provder` did you mean `s.provider`?",
            "there is no column `s.spel` did you mean `s.spell`?",
            "there is no column `startd_on` did you mean `started_on`?",
        ]
    );
    // A name that is none in two places, and is nearest to another in each, comes to an end.
    let sql = "SELECT person, provider, startd_an AS occurrence, 'achieved' AS standing, began AS occurred_on, person AS evidence \
        FROM (SELECT person, provider, spell AS started_an, startd_an AS began FROM spells) AS stays";
    let error = ask(&evidence.engine, &evidence, sql).expect_err("refused");
    assert_eq!(error.problems.len(), 1, "{error}");
    assert!(error.to_string().contains("there is no column `startd_an`"), "{error}");
    // What is wrong beside them is told when they are there.
    let sql = "SELECT person, provder, spell AS occurrence, 'achieved' AS standing, started_on + 'x' AS occurred_on FROM spells";
    let error = ask(&evidence.engine, &evidence, sql).expect_err("refused");
    assert!(error.to_string().contains("there is no column `provder`"), "{error}");
}

#[test]
fn wrong_values_are_told_with_their_column() {
    let evidence = evidence();
    for (columns, said) in [
        ("'done' AS standing, started_on AS occurred_on, spell AS evidence", "`done` is no standing"),
        (
            "CAST(NULL AS VARCHAR) AS standing, started_on AS occurred_on, spell AS evidence",
            "`standing`: a row has no value",
        ),
        ("'achieved' AS standing, CAST(NULL AS DATE) AS occurred_on, spell AS evidence", "achieved on no day"),
        ("'pending' AS standing, started_on AS occurred_on, spell AS evidence", "pending and has a day"),
    ] {
        let error = ask(&evidence.engine, &evidence, &with(columns)).expect_err(columns).to_string();
        assert!(error.contains(said), "{columns}: {error}");
    }
    let twice = format!("{} UNION ALL {}", with(USUAL), with(USUAL));
    let error = ask(&evidence.engine, &evidence, &twice).expect_err("refused").to_string();
    assert!(error.contains("two rows for one person"), "{error}");
    let error = ask(
        &evidence.engine,
        &evidence,
        &with(&format!("{USUAL}, CAST(1 / (1 - CAST($size AS INTEGER)) AS VARCHAR) AS reason")),
    );
    assert!(error.is_err_and(|error| error.to_string().contains("the query fails")));
}

#[test]
fn a_query_that_takes_too_long_is_stopped() {
    let evidence = evidence();
    let limits = Limits { time: Duration::from_secs(4), ..Limits::default() };
    let engine = Embedded::with_limits(limits).expect("an engine");
    let endless = "WITH ten AS (SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 \
        UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9 UNION ALL SELECT 10), \
        many AS (SELECT a.n + b.n + c.n + d.n + e.n + f.n + g.n + h.n + i.n + j.n AS n \
        FROM ten a, ten b, ten c, ten d, ten e, ten f, ten g, ten h, ten i, ten j) \
        SELECT person, provider, spell AS occurrence, 'achieved' AS standing, started_on AS occurred_on, spell AS evidence, \
        (SELECT sum(n) FROM many) AS quantity FROM spells";
    let began = Instant::now();
    let error = ask(&engine, &evidence, endless).expect_err("stopped");
    assert_eq!(error.code(), "query-time", "{error}");
    assert!(error.to_string().contains("4 seconds"), "{error}");
    assert!(began.elapsed() < Duration::from_secs(20));
    // A long statement is planned without running out of stack.
    let long = format!("{USUAL}, {} AS quantity", vec!["1"; 480].join(" + "));
    let patient = Embedded::new().expect("an engine");
    assert_eq!(ask(&patient, &evidence, &with(&long)), Ok(1));
    // The engine still answers others.
    assert_eq!(ask(&engine, &evidence, &with(USUAL)), Ok(1));
}

#[test]
fn a_query_that_needs_too_much_memory_says_so() {
    let evidence = evidence();
    let engine = Embedded::with_limits(Limits { memory: 4096, time: Duration::from_secs(20), partitions: 2 })
        .expect("an engine");
    let sql = "SELECT person, max(provider) AS provider, spell AS occurrence, 'achieved' AS standing, max(started_on) AS occurred_on, \
        string_agg(spell, ' ' ORDER BY spell) AS evidence FROM spells GROUP BY person, spell";
    let error = ask(&engine, &evidence, sql).expect_err("refused");
    assert_eq!(error.code(), "query-memory", "{error}");
}

#[test]
fn parameters_are_checked_before_anything_runs() {
    let evidence = evidence();
    let given = BTreeMap::from([("siz".to_owned(), ParameterValue::Count(1))]);
    let measure = measure(&with(USUAL));
    let asked = Asked { measure: &measure, parameters: &given, as_of: date("2013-05-31") };
    let error = outcomes(&evidence.engine, &evidence.snapshot.tables, asked).err().expect("refused").to_string();
    assert!(error.contains("did you mean `size`?"), "{error}");
}
