//! `meed evaluate` from outside: what a plan comes to, and what bad data is answered with. Never a number that looks fine.

use std::fmt::Write as _;

use crate::scene::{Ended, Scene};

/// A plan over `people.csv` with these lines of method, and more for other parts.
struct Asked {
    population: &'static str,
    outcome: &'static str,
    method: &'static str,
}

impl Default for Asked {
    fn default() -> Asked {
        Asked {
            population: "covariates = [\"age\"]",
            outcome: "kind = \"yes-no\"\nbetter = \"lower\"",
            method: "name = \"difference\"",
        }
    }
}

const PEOPLE: &str = "SELECT person, CAST(treated AS INT) AS treated, CAST(age AS INT) AS age, area, site FROM people";
const OUTCOMES: &str = "SELECT person, CAST(returned AS INT) AS outcome, CAST(followed AS DATE) AS followed, \
                        DATE '2012-01-01' AS entered FROM people";

/// A person's row: treated, age, area, site, returned, last day of follow-up.
type Row = (u8, Option<i64>, &'static str, usize, Option<u8>, &'static str);

/// Sixty people like any others, half of them with the programme.
fn sound() -> Vec<Row> {
    (0..60)
        .map(|n| {
            let (treated, area) = (u8::from(n % 2 == 0), if n % 3 == 0 { "north" } else { "south" });
            let returned = u8::from((n * 7 + n / 5) % 5 < 2);
            (treated, Some(20 + (n * 13) % 31), area, n as usize % 6, Some(returned), "2014-01-01")
        })
        .collect()
}

fn evaluated(asked: &Asked, rows: &[Row]) -> (Scene, Ended) {
    let scene = Scene::new();
    let plan = format!(
        "title = \"T\"\nquestion = \"Did it help?\"\nregistered = 2011-12-01\npublishes = 2014-06-01\n\
         [[source]]\nfile = \"people.csv\"\n\
         [population]\nwho = \"everybody\"\nsql = \"people.sql\"\n{}\n\
         [outcome]\nwhat = \"returned\"\nsql = \"outcomes.sql\"\n{}\n\
         [comparison]\nwho = \"the others\"\n[method]\n{}\n",
        asked.population, asked.outcome, asked.method
    );
    scene.write("plan/evaluation.toml", plan);
    scene.write("plan/people.sql", PEOPLE);
    scene.write("plan/outcomes.sql", OUTCOMES);
    let mut csv = String::from("person,treated,age,area,site,returned,followed\n");
    for (n, (treated, age, area, site, returned, followed)) in rows.iter().enumerate() {
        let age = age.map_or_else(String::new, |age| age.to_string());
        let returned = returned.map_or_else(String::new, |returned| returned.to_string());
        let _ = writeln!(csv, "p{n:03},{treated},{age},{area},s{site},{returned},{followed}");
    }
    scene.write("data/people.csv", csv);
    let ended = scene.meed(&["evaluate", "plan", "--evidence", "data", "--out", "out"]);
    (scene, ended)
}

/// The report refuses to give an effect, by this name, and says what to do; the command ends with 1.
#[track_caller]
fn refused(asked: &Asked, rows: &[Row], code: &str) {
    let (_scene, ended) = evaluated(asked, rows);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.out.contains(&format!("no effect is given [{code}]")), "{ended:?}");
    assert!(ended.out.contains("help: "), "{ended:?}");
    assert!(!ended.out.contains("Difference"), "no figure stands beside a refusal: {ended:?}");
    assert!(!ended.out.contains("NaN") && !ended.err.contains("panicked"), "{ended:?}");
}

/// The report gives an effect and this warning.
#[track_caller]
fn warned(asked: &Asked, rows: &[Row], code: &str) {
    let (_scene, ended) = evaluated(asked, rows);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.out.contains(&format!("warning[{code}]")), "{ended:?}");
    assert!(!ended.out.contains("NaN"), "{ended:?}");
}

#[test]
fn a_sound_plan_gives_balance_then_effect_and_the_same_bytes_again() {
    let (scene, ended) = evaluated(&Asked::default(), &sound());
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let (balance, effect) = (ended.out.find("balance: "), ended.out.find("Difference"));
    assert!(balance.is_some() && balance < effect, "balance comes before the effect: {}", ended.out);
    let again = scene.meed(&["verify", "out"]).good();
    assert!(again.contains("evaluating again gives the same report"), "{again}");
    let twice = scene.meed(&["evaluate", "plan", "--evidence", "data", "--out", "out"]).good();
    assert!(twice.contains("was there already, the same to the byte"), "{twice}");
    let report = std::fs::read_to_string(scene.path("out/evaluation.html")).expect("the page");
    assert!(report.find("How alike the two sides are") < report.find("The effect"), "the page shows balance first");
}

#[test]
fn a_changed_report_does_not_verify() {
    let (scene, ended) = evaluated(&Asked::default(), &sound());
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let path = scene.path("out/effects.csv");
    let changed = std::fs::read_to_string(&path).expect("effects").replace("Difference", "Difference ");
    std::fs::write(&path, changed).expect("written");
    let again = scene.meed(&["verify", "out"]);
    assert_eq!(again.code, Some(1), "{again:?}");
    assert!(again.out.contains("effects.csv") && again.out.contains("DIFFERS"), "{again:?}");
}

#[test]
fn everybody_with_the_programme_leaves_nobody_to_compare_with() {
    let rows: Vec<Row> = sound().into_iter().map(|row| (1, row.1, row.2, row.3, row.4, row.5)).collect();
    refused(&Asked::default(), &rows, "empty-group");
}

#[test]
fn a_score_that_tells_everybody_apart_finds_nobody_comparable() {
    let asked = Asked { method: "name = \"nearest\"\ncaliper = 0.2", ..Asked::default() };
    let rows: Vec<Row> = sound()
        .into_iter()
        .map(|row| (row.0, row.1.map(|age| age + 100 * i64::from(row.0)), row.2, row.3, row.4, row.5))
        .collect();
    let (_scene, ended) = evaluated(&asked, &rows);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let named = ["no effect is given [separation]", "no effect is given [no-overlap]"];
    assert!(named.iter().any(|named| ended.out.contains(named)), "{ended:?}");
}

#[test]
fn a_covariate_that_never_changes_is_left_out_and_told() {
    let rows: Vec<Row> = sound().into_iter().map(|row| (row.0, Some(30), row.2, row.3, row.4, row.5)).collect();
    warned(&Asked::default(), &rows, "constant-covariate");
    let (_scene, ended) = evaluated(&Asked::default(), &rows);
    assert!(ended.out.contains("deviation: the covariate `age` is the same for everybody"), "{ended:?}");
}

#[test]
fn strata_without_anybody_on_one_side_are_left_out_and_counted() {
    let asked = Asked { population: "covariates = [\"area\"]", method: "name = \"exact\"", ..Asked::default() };
    let rows: Vec<Row> = sound()
        .into_iter()
        .map(|row| (if row.2 == "north" { 1 } else { row.0 }, row.1, row.2, row.3, row.4, row.5))
        .collect();
    let (_scene, ended) = evaluated(&asked, &rows);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.out.contains("warning[treated-left-out]"), "{ended:?}");
}

#[test]
fn outcomes_that_are_not_known_are_refused_unless_the_plan_says_what_they_count_as() {
    let rows: Vec<Row> = sound()
        .into_iter()
        .enumerate()
        .map(|(n, row)| (row.0, row.1, row.2, row.3, if n % 10 == 3 { None } else { row.4 }, row.5))
        .collect();
    refused(&Asked::default(), &rows, "missing-outcomes");
    let left_out =
        Asked { outcome: "kind = \"yes-no\"\nbetter = \"lower\"\nmissing = \"leave-out\"", ..Asked::default() };
    let (_scene, ended) = evaluated(&left_out, &rows);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.out.contains("What if those whose outcome is not known did worst, or best?"), "{ended:?}");
}

#[test]
fn outcomes_lost_on_one_side_are_warned_of() {
    let rows: Vec<Row> = sound()
        .into_iter()
        .enumerate()
        .map(|(n, row)| (row.0, row.1, row.2, row.3, if row.0 == 1 && n % 4 == 0 { None } else { row.4 }, row.5))
        .collect();
    for missing in ["leave-out", "failure"] {
        let outcome: &'static str = match missing {
            "leave-out" => "kind = \"yes-no\"\nbetter = \"lower\"\nmissing = \"leave-out\"",
            _ => "kind = \"yes-no\"\nbetter = \"lower\"\nmissing = \"failure\"",
        };
        warned(&Asked { outcome, ..Asked::default() }, &rows, "missing-by-side");
    }
}

#[test]
fn a_follow_up_that_ends_early_is_refused() {
    let outcome = "kind = \"yes-no\"\nbetter = \"lower\"\nwindow = \"24 months\"\nfollowed-from = \"entered\"\nfollowed-until = \"followed\"";
    let asked = Asked { outcome, ..Asked::default() };
    let (_scene, ended) = evaluated(&asked, &sound());
    assert_eq!(ended.code, Some(0), "everybody was followed for two years: {ended:?}");
    let rows: Vec<Row> = sound()
        .into_iter()
        .enumerate()
        .map(|(n, row)| (row.0, row.1, row.2, row.3, row.4, if n == 17 { "2013-12-31" } else { row.5 }))
        .collect();
    refused(&asked, &rows, "follow-up-ends-early");
}

#[test]
fn an_outcome_that_never_changes_has_no_error_to_speak_of() {
    let rows: Vec<Row> = sound().into_iter().map(|row| (row.0, row.1, row.2, row.3, Some(1), row.5)).collect();
    refused(&Asked::default(), &rows, "no-variation");
}

#[test]
fn ties_are_resolved_by_the_stated_rule_and_what_hangs_on_them_is_shown() {
    let asked = Asked {
        method: "name = \"nearest\"\nother-orders = 15",
        population: "covariates = [\"area\"]",
        ..Asked::default()
    };
    let (_scene, ended) = evaluated(&asked, &sound());
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.out.contains("Over 15 random orders the difference lies between"), "{ended:?}");
}

#[test]
fn everything_wrong_with_a_plan_is_told_with_its_line() {
    let asked =
        Asked { population: "covariates = [\"age\"]\ncolour = 1", method: "name = \"neares\"", ..Asked::default() };
    let (scene, ended) = evaluated(&asked, &sound());
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.err.contains("error[unknown-field]") && ended.err.contains("evaluation.toml:11"), "{ended:?}");
    scene.write(
        "plan/evaluation.toml",
        "title = \"T\"\nquestion = \"Q\"\nregistered = 2011-12-01\npublishes = 2014-06-01\n[[source]]\nfile = \"people.csv\"\n\
         [population]\nwho = \"everybody\"\nsql = \"people.sql\"\ncovariates = [\"age\"]\n\
         [outcome]\nwhat = \"returned\"\nsql = \"outcome.sql\"\nkind = \"yes-no\"\n\
         [comparison]\nwho = \"the others\"\n[method]\nname = \"nearest\"\nper-person = 0\nkaliper = 0.2\n",
    );
    let ended = scene.meed(&["evaluate", "plan", "--evidence", "data", "--out", "other"]);
    for told in [
        "there is no file `outcome.sql`",
        "did you mean `outcomes.sql`?",
        "`per-person` is 0",
        "did you mean `caliper`?",
    ] {
        assert!(ended.err.contains(told), "{told}: {ended:?}");
    }
}

#[test]
fn a_column_that_the_sql_does_not_give_is_named_with_the_nearest() {
    let asked = Asked { population: "covariates = [\"agee\"]", ..Asked::default() };
    let (_scene, ended) = evaluated(&asked, &sound());
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.err.contains("`agee`") && ended.err.contains("perhaps `age`"), "{ended:?}");
}

#[test]
fn small_numbers_are_not_shown() {
    let mut rows = sound();
    rows[1].1 = None;
    let asked = Asked { population: "covariates = [\"age\"]\nmissing = \"leave-out\"", ..Asked::default() };
    let (scene, ended) = evaluated(&asked, &rows);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let report: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(scene.path("out/evaluation.json")).expect("the report"))
            .expect("JSON");
    let flow = report["groups"][0]["flow"].as_array().expect("steps");
    for step in flow {
        for side in ["treated", "comparison"] {
            assert!(!step[side].as_u64().is_some_and(|count| (1..5).contains(&count)), "{step}");
        }
    }
    // One of thirty was left out: neither the one nor the thirty is shown, so that nobody can subtract.
    let shown: Vec<Option<u64>> = flow.iter().map(|step| step["comparison"].as_u64()).collect();
    assert!(shown.contains(&None) && !shown.contains(&Some(30)), "{flow:?}");
}

/// The sites of `sound` drawn by lot: everybody of a site on one side.
fn by_site() -> Vec<Row> {
    sound().into_iter().map(|row| (u8::from(row.3 % 2 == 0), row.1, row.2, row.3, row.4, row.5)).collect()
}

#[test]
fn a_trial_among_sites_needs_sites_on_both_sides_and_tells_that_they_are_few() {
    let method = "name = \"difference-by-cluster\"";
    let asked = Asked { population: "cluster = \"site\"", method, ..Asked::default() };
    warned(&asked, &by_site(), "few-clusters");
    let (_scene, ended) = evaluated(&asked, &by_site());
    assert!(ended.out.contains("Could the lot alone have made a difference like this?"), "{ended:?}");
    let one: Vec<Row> =
        by_site().into_iter().map(|row| (row.0, row.1, row.2, 1 - row.0 as usize, row.4, row.5)).collect();
    refused(&asked, &one, "too-few-clusters");
    let unnamed = Asked { method, ..Asked::default() };
    let (_scene, ended) = evaluated(&unnamed, &by_site());
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.err.contains("needs to know which cluster a person is in"), "{ended:?}");
}

#[test]
fn an_offer_stands_beside_what_it_did_for_those_who_took_it_up() {
    let asked = Asked { population: "took-up = \"area\"", method: "name = \"take-up\"", ..Asked::default() };
    let taken = |took: fn(&Row) -> bool| -> Vec<Row> {
        let own = |row: Row| (row.0, row.1, if took(&row) { "1" } else { "0" }, row.3, row.4, row.5);
        sound().into_iter().map(own).collect()
    };
    let (_scene, ended) = evaluated(&asked, &taken(|row| row.0 == 1 && row.3 < 4));
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let (offer, movers) = (ended.out.find("Effect of the offer"), ended.out.find("took it up because it was offered"));
    assert!(offer.is_some() && offer < movers, "{}", ended.out);
    assert!(ended.out.contains("Naive: those who took it up"), "{ended:?}");
    warned(&asked, &taken(|row| row.3 < 3), "weak-offer");
    let (_scene, ended) = evaluated(&asked, &sound());
    assert!(ended.err.contains("`area`") && ended.err.contains("1 or 0"), "{ended:?}");
}

#[test]
fn a_trial_says_what_it_assumes_of_the_spread_and_refuses_what_it_does_not_know() {
    let asked = Asked { method: "name = \"difference\"\nerror = \"robust\"", ..Asked::default() };
    let (_scene, ended) = evaluated(&asked, &sound());
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.err.contains("`robust` is not one of the words for `error`"), "{ended:?}");
    let adjusted = Asked { population: "", method: "name = \"difference\"\nmain = \"adjusted\"", ..Asked::default() };
    refused(&adjusted, &sound(), "too-few-cases");
}

#[test]
fn weights_with_a_regression_answer_where_people_overlap_and_refuse_where_they_do_not() {
    let asked = Asked { method: "name = \"doubly-robust\"", ..Asked::default() };
    let (_scene, ended) = evaluated(&asked, &sound());
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.out.contains("Difference, by weights and regression"), "{ended:?}");
    let apart: Vec<Row> = sound()
        .into_iter()
        .map(|row| (row.0, row.1.map(|age| age + 100 * i64::from(row.0)), row.2, row.3, row.4, row.5))
        .collect();
    refused(&asked, &apart, "separation");
}

#[test]
fn hidden_bias_is_asked_about_beside_matched_pairs() {
    let asked = Asked { method: "name = \"nearest\"\nother-orders = 0", ..Asked::default() };
    let (_scene, ended) = evaluated(&asked, &sound());
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.out.contains("How strong would something hidden have to be"), "{ended:?}");
}

/// A plan over a table of numbers `rows.csv`: every column but the first is one; both queries give all of them.
fn over_numbers(population: &str, outcome: &str, method: &str, columns: &[&str], rows: &[(String, Vec<f64>)]) -> Ended {
    let scene = Scene::new();
    let plan = format!(
        "title = \"T\"\nquestion = \"Did it help?\"\nregistered = 2011-12-01\npublishes = 2014-06-01\n\
         [[source]]\nfile = \"rows.csv\"\n\
         [population]\nwho = \"everybody\"\nsql = \"people.sql\"\n{population}\n\
         [outcome]\nwhat = \"the outcome\"\nsql = \"outcomes.sql\"\n{outcome}\n\
         [comparison]\nwho = \"the others\"\n[method]\n{method}\n"
    );
    scene.write("plan/evaluation.toml", plan);
    let cast: Vec<String> =
        columns.iter().map(|name| format!("CAST(nullif({name}, '') AS DECIMAL(18, 6)) AS {name}")).collect();
    let sql = format!("SELECT person, {} FROM rows", cast.join(", "));
    scene.write("plan/people.sql", &sql);
    scene.write("plan/outcomes.sql", &sql);
    let mut csv = format!("person,{}\n", columns.join(","));
    for (key, values) in rows {
        let cells: Vec<String> =
            values.iter().map(|value| if value.is_nan() { String::new() } else { format!("{value:.6}") }).collect();
        let _ = writeln!(csv, "{key},{}", cells.join(","));
    }
    scene.write("data/rows.csv", csv);
    let ended = scene.meed(&["evaluate", "plan", "--evidence", "data", "--out", "out"]);
    assert!(!ended.out.contains("NaN") && !ended.err.contains("panicked"), "{ended:?}");
    if ended.code == Some(0) {
        let again = scene.meed(&["verify", "out"]).good();
        assert!(again.contains("evaluating again gives the same report"), "{again}");
    }
    ended
}

/// The command ends well, and says all of this.
#[track_caller]
fn says(ended: &Ended, told: &[&str]) {
    assert_eq!(ended.code, Some(0), "{ended:?}");
    for told in told {
        assert!(ended.out.contains(told), "{told}: {}", ended.out);
    }
}

/// The command ends with 1, without an effect, for this reason.
#[track_caller]
fn gives_none(ended: &Ended, code: &str) {
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.out.contains(&format!("no effect is given [{code}]")), "{ended:?}");
}

/// A number from 0 to 1 that looks like chance and is the same every time.
fn draw(n: usize) -> f64 {
    let mut bits = (n as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((bits ^ (bits >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

fn one(yes: bool) -> f64 {
    f64::from(u8::from(yes))
}

#[test]
fn two_groups_before_and_after_need_a_beginning() {
    let rows: Vec<(String, Vec<f64>)> = (0..400)
        .map(|n| {
            let (here, after) = (n % 2 == 0, n % 4 < 2);
            let share = if here && after { 0.2 } else { 0.4 };
            let values = vec![one(here), if after { 2012.0 } else { 2011.0 }, one(draw(n) < share), (n % 8) as f64];
            (format!("p{n:03}"), values)
        })
        .collect();
    let columns = ["treated", "year", "outcome", "area"];
    let asked =
        |outcome: &str, method: &str, population: &str| over_numbers(population, outcome, method, &columns, &rows);
    let (yes, year) = ("kind = \"yes-no\"\nbetter = \"lower\"", "time = \"year\"");
    let shares = asked(yes, "name = \"two-by-two\"\nbegan = 2012", year);
    says(&shares, &["Change with the programme beyond the change without", "Change of the odds", "Wilson"]);
    let unsaid = asked(yes, "name = \"two-by-two\"", year);
    assert_eq!(unsaid.code, Some(1), "{unsaid:?}");
    assert!(unsaid.err.contains("the plan does not say when the programme began"), "{unsaid:?}");
    gives_none(&asked(yes, "name = \"two-by-two\"\nbegan = 2020", year), "empty-group");
    let rates = asked("kind = \"count\"", "name = \"two-by-two\"\nbegan = 2012", year);
    says(&rates, &["Change of the rate beyond the change without", "Ratio of the rates"]);
    let areas = asked(yes, "name = \"areas\"\nbegan = 2012", "time = \"year\"\ncluster = \"area\"");
    says(&areas, &["Change of the odds beyond the change without, within areas", "warning[few-pilot-areas]"]);
    let untimed = asked(yes, "name = \"two-by-two\"\nbegan = 2012", "");
    assert!(untimed.err.contains("needs to know when each row is"), "{untimed:?}");
}

/// Days until it happened or something else did, watched for so long on each side.
fn watched(with: f64, without: f64) -> Vec<(String, Vec<f64>)> {
    (0..200)
        .map(|n| {
            let had = n % 2 == 0;
            let until = if had { with } else { without };
            let own = -draw(n).ln() * if had { 500.0 } else { 250.0 };
            let other = -draw(n + 1000).ln() * 800.0;
            let days = own.min(other).min(until).ceil();
            (
                format!("p{n:03}"),
                vec![one(had), days, one(own <= other && own < until), one(other < own && other < until)],
            )
        })
        .collect()
}

#[test]
fn times_are_compared_where_both_sides_were_watched_for_as_long() {
    let columns = ["treated", "days", "ended", "died"];
    let outcome = "kind = \"time\"\ncolumn = \"days\"\nevent = \"ended\"\nbetter = \"lower\"";
    let asked = |more: &str, method: &str, rows: &[(String, Vec<f64>)]| {
        over_numbers("", &format!("{outcome}{more}"), method, &columns, rows)
    };
    let (even, uneven) = (watched(365.0, 365.0), watched(900.0, 200.0));
    says(&asked("", "name = \"cox\"", &even), &["How fast it happens", "Is it as many times as fast throughout?"]);
    says(&asked("", "name = \"survival\"", &even), &["Time without the event up to"]);
    gives_none(&asked("", "name = \"cox\"\nhorizon = 500", &uneven), "follow-up-ends-early");
    let ending = "\nother-ending = \"died\"";
    let competing = asked(ending, "name = \"competing\"\nhorizon = 364", &even);
    says(&competing, &["Share to whom it has happened by 364", "Risk on a day of the other ending"]);
    let unnamed = asked("", "name = \"competing\"", &even);
    assert!(unnamed.err.contains("add `other-ending = \"COLUMN\"` to [outcome]"), "{unnamed:?}");
}

#[test]
fn one_series_and_one_place_are_followed_from_before_the_beginning() {
    let places: Vec<(String, Vec<f64>)> = (0..12)
        .flat_map(|place| (0..24).map(move |month| (place, month)))
        .map(|(place, month)| {
            let drop = if place == 0 && month >= 16 { 30.0 } else { 0.0 };
            let count = 100.0 + (place * 5) as f64 + month as f64 - drop + (10.0 * draw(place * 100 + month)).floor();
            (format!("place {place:02}"), vec![one(place == 0), month as f64, count])
        })
        .collect();
    let columns = ["treated", "month", "outcome"];
    let asked = |kind: &str, method: &str, rows: &[(String, Vec<f64>)]| {
        over_numbers("time = \"month\"", &format!("kind = \"{kind}\""), method, &columns, rows)
    };
    let control = asked("number", "name = \"synthetic-control\"\nbegan = 16", &places);
    says(&control, &["less that of the mixture", "Do places without the programme show gaps that grow as much?"]);
    let difference = asked("number", "name = \"synthetic-difference\"\nbegan = 16", &places);
    says(&difference, &["Change with the programme beyond that of the mixture"]);
    let series = asked("count", "name = \"interrupted-series\"\nbegan = 16", &places[..24]);
    says(&series, &["Step: ", "neighbouring periods allowed to hang together"]);
    let beside = asked("count", "name = \"interrupted-series\"\nbegan = 16", &places[..48]);
    says(&beside, &["Step beyond that of the control"]);
    gives_none(&asked("count", "name = \"interrupted-series\"\nbegan = 16", &places), "several-controls");
    gives_none(&asked("number", "name = \"synthetic-control\"\nbegan = 16", &places[..40]), "periods-missing");
    gives_none(&asked("number", "name = \"synthetic-control\"\nbegan = 1", &places), "too-few-cases");
    let kind = asked("yes-no", "name = \"interrupted-series\"\nbegan = 16", &places);
    assert!(kind.err.contains("is for outcomes of the kind count"), "{kind:?}");
}

#[test]
fn a_score_that_decides_is_looked_at_where_it_decides() {
    let people: Vec<(String, Vec<f64>)> = (0..600)
        .map(|n| {
            let score = 100.0 * draw(n);
            let had = score >= 50.0;
            (format!("p{n:03}"), vec![one(had), score, 0.05 * score + 2.0 * one(had) + draw(n + 5000), draw(n + 9000)])
        })
        .collect();
    let columns = ["treated", "score", "outcome", "age"];
    let asked = |method: &str, rows: &[(String, Vec<f64>)]| {
        over_numbers("score = \"score\"\nshown = [\"age\"]", "kind = \"number\"", method, &columns, rows)
    };
    let jump = asked("name = \"discontinuity\"\ncut-off = 50", &people);
    says(
        &jump,
        &["Jump at the cut-off (robust): 2", "choose their side?", "how near the cut-off people are looked at?"],
    );
    gives_none(&asked("name = \"discontinuity\"\ncut-off = 60", &people), "not-decided-by-score");
    let steps: Vec<(String, Vec<f64>)> = people
        .iter()
        .map(|(key, values)| (key.clone(), vec![values[0], (values[1] / 10.0).floor(), values[2], values[3]]))
        .collect();
    gives_none(&asked("name = \"discontinuity\"\ncut-off = 5", &steps), "discrete-values");
    let told = asked("name = \"discontinuity\"", &people);
    assert!(told.err.contains("`cut-off` is missing"), "{told:?}");
}

#[test]
fn what_no_method_can_answer_is_refused_by_each_by_name() {
    let outcome = "kind = \"yes-no\"\nbetter = \"lower\"";
    // Everybody above 35 returned and nobody below: no finite odds fit best.
    let told: Vec<Row> =
        sound().into_iter().map(|row| (row.0, row.1, row.2, row.3, Some(u8::from(row.1 > Some(35))), row.5)).collect();
    refused(&Asked { method: "name = \"odds\"", ..Asked::default() }, &told, "perfect-separation");
    let one_area: Vec<Row> = sound().into_iter().map(|row| (row.0, row.1, "north", row.3, row.4, row.5)).collect();
    for (method, outcome) in [
        ("name = \"odds\"", outcome),
        ("name = \"rates\"", "kind = \"count\""),
        ("name = \"difference-by-cluster\"", outcome),
    ] {
        let asked = Asked { population: "cluster = \"area\"", outcome, method };
        let (_scene, ended) = evaluated(&asked, &one_area);
        gives_none(&ended, "one-cluster");
    }
    let all: Vec<Row> = sound().into_iter().map(|row| (1, row.1, row.2, row.3, row.4, row.5)).collect();
    for method in ["odds", "weights", "doubly-robust", "subclasses", "optimal", "difference"] {
        let method: &'static str = format!("name = \"{method}\"").leak();
        refused(&Asked { method, ..Asked::default() }, &all, "empty-group");
    }
    let same: Vec<Row> = sound().into_iter().map(|row| (row.0, Some(30), row.2, row.3, row.4, row.5)).collect();
    for method in ["nearest", "weights", "doubly-robust"] {
        let method: &'static str = format!("name = \"{method}\"").leak();
        let (_scene, ended) = evaluated(&Asked { method, ..Asked::default() }, &same);
        assert_eq!(ended.code, Some(1), "nothing is left to be alike in: {ended:?}");
        assert!(ended.out.contains("help: "), "{ended:?}");
        assert!(ended.out.contains("no effect is given [no-covariates]"), "{ended:?}");
    }
}

#[test]
fn outcomes_lost_on_one_side_are_told_by_methods_that_weight_too() {
    let rows: Vec<Row> = sound()
        .into_iter()
        .enumerate()
        .map(|(n, row)| (row.0, row.1, row.2, row.3, if row.0 == 1 && n % 4 == 0 { None } else { row.4 }, row.5))
        .collect();
    let left_out = "kind = \"yes-no\"\nbetter = \"lower\"\nmissing = \"leave-out\"";
    for method in ["name = \"doubly-robust\"", "name = \"weights\"", "name = \"difference\""] {
        refused(&Asked { method, ..Asked::default() }, &rows, "missing-outcomes");
        let (_scene, ended) = evaluated(&Asked { method, outcome: left_out, ..Asked::default() }, &rows);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        assert!(ended.out.contains("warning[missing-by-side]"), "{ended:?}");
        assert_eq!(ended.out.contains("warning[chosen-again]"), !method.contains("difference"), "{ended:?}");
    }
}

#[test]
fn units_that_are_all_treated_or_all_of_one_cluster_have_no_fixed_effects() {
    let rows = |everybody: bool| -> Vec<(String, Vec<f64>)> {
        (0..20)
            .flat_map(|unit| (0..6).map(move |year| (unit, year)))
            .map(|(unit, year)| {
                let had = (everybody || unit % 2 == 0) && year >= 3;
                let outcome = unit as f64 + year as f64 - 3.0 * one(had) + draw(unit * 10 + year);
                (format!("u{unit:02}"), vec![one(had), year as f64, outcome, 1.0])
            })
            .collect()
    };
    let columns = ["treated", "year", "outcome", "region"];
    let asked = |more: &str, everybody: bool| {
        let method = "name = \"fixed-effects\"\nreplicates = 99";
        over_numbers(&format!("time = \"year\"{more}"), "kind = \"number\"", method, &columns, &rows(everybody))
    };
    says(&asked("", false), &["Change with the programme beyond the change without: −3"]);
    gives_none(&asked("\ncluster = \"region\"", false), "one-cluster");
    gives_none(&asked("", true), "singular-design");
}
