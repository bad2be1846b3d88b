//! What comes out holds nothing of what went in.

use std::{collections::HashSet, io, io::Read};

use super::*;
use crate::{Format, declared, standard, standard_table};
use proptest::prelude::*;

/// One file.
struct File(String);

impl Source for File {
    fn open(&self, _: &str) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(self.0.as_bytes()))
    }
}

fn secret(first: u8) -> Secret {
    let bytes: Vec<u8> = (first..first + 32).collect();
    Secret::new(&bytes).expect("long enough")
}

fn run(secret: &Secret, tables: &[Table], table: &Table, file: &str) -> Result<String, String> {
    let mut out = Vec::new();
    let resource =
        Resource { name: table.name.clone(), paths: vec!["it.csv".into()], format: Format::Csv { delimiter: b',' } };
    let source = File(file.to_owned());
    let done = pseudonymise(secret, tables, table, (&resource, "it.csv"), &source, Limits::default(), &mut out);
    match done {
        Ok(_) => Ok(String::from_utf8(out).expect("text")),
        Err(NotPseudonymous { problems }) => {
            let told = problems.iter().map(|(row, broken)| format!("{}@{}", broken.rule.code, row.unwrap_or(0)));
            Err(told.collect::<Vec<_>>().join(" "))
        }
    }
}

fn standard_run(table: &str, file: &str) -> Result<String, String> {
    run(&secret(1), standard(), standard_table(table).expect("a table"), file)
}

#[test]
fn people_and_the_identities_of_their_rows_are_replaced_and_nothing_else() {
    let file = "spell,person,provider,kind,started_on,sent_by,known_at\n\
                AB19700101M-1,AB19700101M,riverside,treatment,2012-04-01,riverside,2012-04-02\n";
    let written = standard_run("spells", file).expect("written");
    let (header, row) = written.trim_end().split_once('\n').expect("two rows");
    assert_eq!(header, "spell,person,provider,kind,started_on,sent_by,known_at");
    let cells: Vec<&str> = row.split(',').collect();
    assert_eq!(cells[2..], ["riverside", "treatment", "2012-04-01", "riverside", "2012-04-02"]);
    assert_eq!(cells[1], secret(1).person("AB19700101M"));
    assert_eq!(cells[0], secret(1).identity("spells", "spell", "AB19700101M-1"));
    assert!(!written.contains("1970"));
    let people =
        standard_run("people", "person,sent_by,known_at\nAB19700101M,riverside,2012-04-02\n").expect("written");
    assert!(people.contains(cells[1]), "one person has one pseudonym in every table");
}

#[test]
fn a_pseudonym_is_known_and_short() {
    assert_eq!(secret(1).person("p1").len(), 28);
    assert_eq!(secret(1).person("p1"), secret(1).person("p1"));
    assert_ne!(secret(1).person("p1"), secret(1).identity("people", "person", "p1"));
    // HMAC-SHA-256 of the parts with their lengths, by another implementation.
    assert_eq!(secret(1).person("p1"), "p-2fbatbpzrs29xwj3dm7r0t3svt");
}

#[test]
fn a_weak_secret_is_refused() {
    assert_eq!(Secret::new(b"short").err(), Some(WeakSecret));
    assert_eq!(Secret::new(&[7; 64]).err(), Some(WeakSecret));
    assert_eq!(format!("{:?}", secret(1)), "Secret");
}

#[test]
fn a_declared_table_refers_to_the_same_pseudonyms() {
    let own = declared(
        "[[table]]\nname = \"tenancies\"\nkey = [\"tenancy\"]\n\
         [[table.column]]\nname = \"tenancy\"\nkind = \"text\"\nrequired = true\n\
         [[table.column]]\nname = \"spell\"\nkind = \"text\"\nrefers-to = \"spells\"\n\
         [[table.column]]\nname = \"period\"\nkind = \"text\"\nrefers-to = \"feedback\"\n",
    )
    .expect("reads");
    let tables: Vec<Table> = standard().iter().chain(&own).cloned().collect();
    let file = "tenancy,spell,sent_by,known_at\nT1,S1,riverside,2012-04-02\n";
    let written = run(&secret(1), &tables, &own[0], file).expect("written");
    assert!(written.contains(&secret(1).identity("spells", "spell", "S1")), "{written}");
    assert!(written.contains("T1,"), "a table without people keeps its identities");
}

#[test]
fn what_cannot_be_made_pseudonymous_is_refused() {
    let people =
        |header: &str, row: &str| standard_run("people", &format!("{header},sent_by,known_at\n{row},x,2012-04-02\n"));
    assert_eq!(people("person,name", "AB1970,Ann"), Err("unknown-column@0".into()));
    assert_eq!(people("person,born_year", "AB1970,Ann"), Err("not-a-whole-number@2".into()));
    assert_eq!(people("person", "AB1970,Ann"), Err("too-many-cells@2".into()));
    let goals = |text: &str| {
        let header = "goal,person,provider,set_on,text,sent_by,known_at";
        standard_run("goals", &format!("{header}\nG1,AB1970,x,2012-04-01,{text},x,2012-04-02\n"))
    };
    assert_eq!(goals("AB1970 wants a flat"), Err("key-in-text@2".into()));
    assert!(goals("a flat").is_ok());
}

proptest! {
    #[test]
    fn nothing_of_a_key_is_left_and_secrets_have_nothing_in_common(keys in prop::collection::hash_set("[A-Z]{2}[0-9]{6}", 1..20)) {
        let rows: String = keys.iter().map(|key| format!("{key}-R,{key},riverside,2012-04-01,riverside,2012-04-02\n")).collect();
        let file = format!("referral,person,provider,referred_on,sent_by,known_at\n{rows}");
        let table = standard_table("referrals").expect("a table");
        let written = run(&secret(1), standard(), table, &file).expect("written");
        let again = run(&secret(1), standard(), table, &file).expect("written");
        let other = run(&secret(2), standard(), table, &file).expect("written");
        prop_assert_eq!(&written, &again);
        prop_assert!(keys.iter().all(|key| !written.contains(key.as_str())));
        let pseudonyms = |text: &str| -> HashSet<String> {
            text.lines().skip(1).flat_map(|line| line.split(',').take(2)).map(str::to_owned).collect()
        };
        prop_assert_eq!(pseudonyms(&written).len(), 2 * keys.len());
        prop_assert!(pseudonyms(&written).is_disjoint(&pseudonyms(&other)));
    }
}
