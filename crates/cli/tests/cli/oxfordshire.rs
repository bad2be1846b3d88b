//! Three contracts of one area, settled on one package: an outcome that two of them pay for is paid once, whichever settles
//! first, and the checks of several contracts together say what would be paid twice.

use crate::scene::Scene;

const CONTRACTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../contracts");

fn contract(name: &str) -> String {
    format!("{CONTRACTS}/oxfordshire-{name}-2012")
}

/// p1 improves with the harm minimisation service and again with the recovery service, p2 with the first alone.
fn package(scene: &Scene) {
    scene.write(
        "package/datapackage.json",
        r#"{"name": "oxfordshire", "resources": [{"name": "people", "path": "people.csv"},
            {"name": "referrals", "path": "referrals.csv"}, {"name": "assessments", "path": "assessments.csv"},
            {"name": "spells", "path": "spells.csv"}, {"name": "reviews", "path": "reviews.csv"},
            {"name": "events", "path": "events.csv"}]}"#,
    );
    scene.write(
        "package/people.csv",
        "person,born_year,sent_by,known_at\np1,1980,aquarius,2012-04-01\np2,1981,aquarius,2012-04-01\n",
    );
    scene.write(
        "package/referrals.csv",
        "referral,person,provider,referred_on,sent_by,known_at\n\
         F1,p1,oxford-health,2012-04-20,aquarius,2012-04-21\nF2,p2,oxford-health,2012-04-21,aquarius,2012-04-22\n",
    );
    scene.write(
        "package/assessments.csv",
        "assessment,person,assessor,assessed_on,band,effective_from,standing,sent_by,known_at\n\
         A1,p1,aquarius,2012-04-23,one,2012-04-23,provisional,aquarius,2012-04-24\n",
    );
    scene.write(
        "package/spells.csv",
        "spell,person,provider,kind,started_on,ended_on,end_reason,problem1,sent_by,known_at\n\
         H1,p1,oxford-health,treatment,2012-05-01,,,OPIUSE,oxford-health,2012-05-02\n\
         H2,p2,oxford-health,treatment,2012-05-01,,,OPIUSE,oxford-health,2012-05-02\n\
         R1,p1,lifeline,treatment,2012-05-10,,,OPIUSE,lifeline,2012-05-11\n",
    );
    let mut reviews = "review,person,provider,reviewed_on,stage,item,value,sent_by,known_at\n".to_owned();
    for (person, provider) in [("p1", "oxford-health"), ("p2", "oxford-health"), ("p1", "lifeline")] {
        for (number, (on, stage, days)) in
            [("2012-05-12", "start", 28), ("2012-06-12", "review", 4), ("2012-07-12", "review", 2)].iter().enumerate()
        {
            reviews +=
                &format!("V{person}{provider}{number},{person},{provider},{on},{stage},OPIUSE,{days},aquarius,{on}\n");
        }
    }
    scene.write("package/reviews.csv", reviews);
    scene.write("package/events.csv", "event,person,provider,kind,occurred_on,quantity,detail,sent_by,known_at\n");
}

fn settled(scene: &Scene, name: &str, more: &[&str]) -> serde_json::Value {
    let path = contract(name);
    let arguments =
        ["settle", &path, "--evidence", "package", "--period", "2012-04-01..2012-10-01", "--format", "json"];
    scene.meed(&[&arguments[..], more].concat()).json()["statement"].clone()
}

fn improved(statement: &serde_json::Value) -> String {
    let clauses = statement["clauses"].as_array().expect("clauses");
    let own = clauses.iter().find(|row| row["clause"] == "improved").expect("the clause");
    own["amount"].as_str().expect("an amount").to_owned()
}

#[test]
fn three_contracts_settle_on_one_package_and_pay_an_improvement_once() {
    let scene = Scene::new();
    package(&scene);
    for (first, second, paid) in
        [("recovery", "harm-minimisation", ("150.00", "150.00")), ("harm-minimisation", "recovery", ("300.00", "0.00"))]
    {
        let [one, two, once, twice, register] =
            ["one", "two", "once.csv", "twice.csv", "register.csv"].map(|name| format!("{first}-{name}"));
        let before = settled(&scene, first, &["--out", &one]);
        assert_eq!(improved(&before), paid.0, "{first} settles first: {before}");
        scene.meed(&["register", "collect", &one, "--out", &register]).good();
        let after = settled(&scene, second, &["--elsewhere", &register, "--out", &two]);
        assert_eq!(improved(&after), paid.1, "{second} leaves what {first} paid");
        scene.meed(&["register", "collect", &one, &two, "--out", &once]).good();
        let rows = scene.read(&once);
        let of = |person: &str| rows.lines().filter(|row| row.contains(&format!(",{person},"))).count();
        assert_eq!((of("p1"), of("p2")), (1, 1), "each person's improvement is paid once: {rows}");
        scene.meed(&["register", "check", &once]).good();
        // Without the register it is not known what was paid, and the statement says so; p1 would be paid twice.
        let alone = settled(&scene, second, &["--out", &twice]);
        assert!(alone["notes"].to_string().contains("No register"), "{alone}");
        assert_ne!(improved(&alone), paid.1);
    }
    // The assessor's own contract pays for assessing people in time, whatever the other two pay for.
    let assessor = settled(&scene, "assessment", &["--out", "assessor"]);
    assert_eq!(assessor["providers"][0]["provider"], "aquarius");
}

#[test]
fn what_two_contracts_both_pay_for_is_told_unless_they_say_that_it_is_paid_once() {
    let scene = Scene::new();
    let all = [contract("recovery"), contract("harm-minimisation"), contract("assessment")];
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let told = scene.meed(&[&["check"], &all[..]].concat()).good();
    assert!(!told.contains("paid-by-both"), "every outcome is paid once: {told}");

    let prices = "[[clause]]\nid = \"card\"\nkind = \"rate-card\"\nitems = [{ id = \"visit\", measure = { use = \"volume/counted\", what = \"visit\" }, price = \"2.00\" }, { id = \"call\", measure = { use = \"volume/counted\", what = \"call\" }, price = \"1.00\" }]\n";
    let units = |what: &str| {
        format!(
            "[[clause]]\nid = \"units\"\nkind = \"per-unit\"\nmeasure = {{ use = \"volume/counted\", what = \"{what}\" }}\nprice = \"3.00\"\n"
        )
    };
    let other = crate::scene::CONTRACT.replace("\"council\"", "\"ministry\"").replace("\"job\"", "\"work\"");
    scene.write("contract/contract.toml", format!("{}\n{prices}", crate::scene::CONTRACT));
    scene.write("second/measures/began-work.sql", scene.read("contract/measures/began-work.sql"));
    for (what, both) in [("call", true), ("letter", false)] {
        scene.write("second/contract.toml", format!("{other}\n{}", units(what)));
        let told = scene.meed(&["check", "contract", "second"]).good();
        assert!(
            told.contains(
                "warning[paid-by-both]: `began-work` is paid by `job` of `contract` and by `work` of `second`"
            ),
            "{told}"
        );
        let second = told.contains("`volume/counted` is paid by `card` of `contract` and by `units` of `second`");
        assert_eq!(second, both, "{what}: {told}");
        assert_eq!(told.contains("what a provider did could be paid twice"), both, "{told}");
    }
    let machine = scene.meed(&["check", "contract", "second", "--format", "json"]).json();
    let codes: Vec<&str> = machine[0]["diagnostics"]
        .as_array()
        .expect("diagnostics")
        .iter()
        .filter_map(|one| one["code"].as_str())
        .collect();
    assert!(codes.contains(&"paid-by-both"), "{machine}");
}
