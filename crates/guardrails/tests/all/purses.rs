//! One person in two registers: found by a key, or by what both registers know, with how sure that is.

use std::collections::BTreeSet;

use meed_guardrails::{
    Standing,
    caseload::{ClaimState, Sex},
    method::linkage::Verdict,
    purses::{Linked, link},
};
use meed_statistics::Generator;

use crate::{rows::found, scene::Scene, scene::day};

const AS_OF: &str = "2013-12-31";

/// What a register knows of somebody.
#[derive(Clone, Copy)]
struct Known {
    sex: Sex,
    born: u16,
    area: usize,
    fifth: u8,
    on: i64,
}

fn drawn(draws: &mut Generator) -> Known {
    Known {
        sex: if draws.chance(0.5) { Sex::Male } else { Sex::Female },
        born: 1950 + draws.below(45) as u16,
        area: draws.below(25),
        fifth: 1 + draws.below(5) as u8,
        on: draws.below(330) as i64,
    }
}

/// Puts somebody with one claim into a register.
fn put(scene: &mut Scene, key: &str, outcome: &str, known: Known) {
    scene.claimed(key, "riverside", outcome, day("2013-01-31").plus(known.on), 3);
    let (person, area) = (scene.person(key), scene.caseload.names.word_of(&format!("area-{}", known.area)));
    let about = &mut scene.caseload.people[person.place()];
    (about.sex, about.deprivation, about.area) = (known.sex, known.fifth, Some(area));
    about.born_year = std::num::NonZeroU16::new(known.born);
}

fn linked(ours: &mut Scene, theirs: &Scene) -> Linked {
    let mut own = std::mem::take(&mut ours.caseload);
    let linked = link(&mut own, &theirs.caseload.clone().arranged(), "neighbour", day(AS_OF));
    ours.caseload = own;
    linked
}

fn alone(on: i64) -> Known {
    Known { sex: Sex::Female, born: 1970, area: 3, fifth: 2, on }
}

#[test]
fn a_shared_key_finds_the_same_outcome_over_the_same_days_and_nothing_else() {
    let (mut ours, mut theirs) = (Scene::new(), Scene::new());
    for number in 0..40 {
        put(&mut ours, &format!("p{number}"), "in work", alone(number));
    }
    put(&mut theirs, "p1", "In Work", alone(5));
    put(&mut theirs, "p2", "in work", alone(200));
    put(&mut theirs, "p3", "housed", alone(3));
    put(&mut theirs, "q9", "in work", alone(9));
    let found_links = linked(&mut ours, &theirs);
    assert_eq!((found_links.shared_keys, found_links.people, found_links.claims), (3, 4, 4));
    assert!(found_links.model.is_none() && found_links.quality.is_none() && found_links.refused.is_none());
    let links: Vec<_> =
        found_links.links.iter().map(|one| (&*one.person, &*one.other, one.chance, one.verdict)).collect();
    assert_eq!(links, [("p1", "p1", 1.0, Verdict::Same)], "another time, another outcome and another key are no match");
    let findings = ours.ask("G18", AS_OF);
    let twice = found(&findings, "claims-paid-twice", "riverside");
    assert_eq!((twice.value, twice.standing), (Some(1.0), Standing::Act), "{}", twice.says);
}

#[test]
fn claims_that_do_not_stand_are_not_linked() {
    let (mut ours, mut theirs) = (Scene::new(), Scene::new());
    for key in ["p1", "p2", "p3", "p4"] {
        put(&mut ours, key, "in work", alone(1));
        put(&mut theirs, key, "in work", alone(1));
    }
    theirs.caseload.claims[0].state = ClaimState::Refused;
    theirs.caseload.claims[1].state = ClaimState::NotClaimed;
    theirs.caseload.claims[2].known_on = day(AS_OF).plus(1);
    let links = linked(&mut ours, &theirs).links;
    assert_eq!(links.iter().map(|one| one.person.as_str()).collect::<Vec<_>>(), ["p4"]);
}

/// So many people each, of whom sixty are in both registers under other keys; a fifth of these with one trait wrong.
fn without_keys(seed: u64, people: usize) -> (Scene, Scene) {
    let mut draws = Generator::new(seed, "two registers");
    let (mut ours, mut theirs) = (Scene::new(), Scene::new());
    for number in 0..people {
        let known = drawn(&mut draws);
        put(&mut ours, &format!("a{number}"), "in work", known);
        let mut other = if number < 60 { known } else { drawn(&mut draws) };
        if number < 60 && draws.chance(0.2) {
            other.born += 1;
        }
        other.on = (other.on + draws.below(5) as i64).min(330);
        put(&mut theirs, &format!("b{number}"), "in work", other);
    }
    (ours, theirs)
}

#[test]
fn without_a_key_links_say_how_many_of_them_are_wrong() {
    let (mut links, mut wrong, mut expected, mut missed, mut expected_missed) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for seed in 1..=6 {
        let (mut ours, theirs) = without_keys(seed, 250);
        let result = linked(&mut ours, &theirs);
        assert_eq!(result.shared_keys, 0);
        let (quality, model) = (result.quality.expect("quality"), result.model.expect("a model"));
        assert_eq!(model.fields.len(), 5);
        let same: Vec<_> = result.links.iter().filter(|one| one.verdict == Verdict::Same).collect();
        assert_eq!(same.len(), quality.linked);
        let is_true = |one: &&meed_guardrails::purses::Link| {
            one.person[1..] == one.other[1..] && one.person[1..].parse::<usize>().is_ok_and(|n| n < 60)
        };
        let right = same.iter().filter(|one| is_true(one)).count() as f64;
        links += same.len() as f64;
        wrong += same.len() as f64 - right;
        expected += quality.false_links * same.len() as f64;
        // What somebody is to look at is not missed.
        missed += 60.0 - result.links.iter().filter(|one| is_true(one)).count() as f64;
        expected_missed += quality.missed * 60.0;
        // Only what is taken as one person counts as paid twice; the rest is for somebody to look at.
        let findings = ours.ask("G18", AS_OF);
        let twice = found(&findings, "claims-paid-twice", "riverside");
        let people: BTreeSet<&str> = same.iter().map(|one| one.person.as_str()).collect();
        assert_eq!(twice.value, Some(people.len() as f64), "{}", twice.says);
        for one in &result.links {
            assert!(one.weight.is_some() && (0.10..=1.0).contains(&one.chance), "{one:?}");
            assert!(one.verdict == Verdict::Review || one.chance >= result.bounds.same);
        }
    }
    assert!(links > 150.0, "{links} links");
    // What the model expects of itself is near what happened: both are small shares of what was linked.
    assert!(
        (wrong - expected).abs() / links < 0.03 && wrong / links < 0.05,
        "{wrong} wrong, {expected} expected, of {links}"
    );
    assert!((missed - expected_missed).abs() / 360.0 < 0.15, "{missed} missed, {expected_missed} expected");
}

#[test]
fn keys_that_are_alike_by_chance_are_no_keys() {
    let (mut ours, theirs) = without_keys(7, 250);
    // Both registers number their people from 1 on: the same key is another person.
    let mut renamed = Scene::new();
    let others = &theirs.caseload;
    for (place, about) in others.people.iter().enumerate() {
        let key = format!("a{}", (place + 100) % 250);
        let claim = others.claims.iter().find(|claim| claim.person.place() == place).expect("a claim");
        let area = about.area.map_or("area-0", |word| others.names.word(word));
        let area = area.trim_start_matches("area-").parse().expect("a number");
        let born = about.born_year.expect("a year").get();
        let on = day("2013-01-31").days_until(claim.on);
        put(&mut renamed, &key, "in work", Known { sex: about.sex, born, area, fifth: about.deprivation, on });
    }
    let result = linked(&mut ours, &renamed);
    assert_eq!(result.shared_keys, 0, "the people behind the keys differ");
    assert!(result.model.is_some() && result.quality.is_some_and(|quality| quality.linked > 20));
}

#[test]
fn what_cannot_be_linked_is_refused_with_what_to_do() {
    let refused = |theirs: &[(&str, &str)]| {
        let (mut ours, mut other) = (Scene::new(), Scene::new());
        put(&mut ours, "p1", "in work", alone(1));
        theirs.iter().for_each(|(key, outcome)| put(&mut other, key, outcome, alone(1)));
        let linked = linked(&mut ours, &other);
        assert!(linked.links.is_empty());
        linked.refused.expect("a reason")
    };
    assert!(refused(&[]).contains("give a package with the table `claims`"));
    assert!(refused(&[("q1", "housed"), ("q2", "sober")]).contains("name outcomes alike"));
    assert!(
        refused(&[("q1", "in work")]).contains("pairs"),
        "too few pairs to tell anything: {}",
        refused(&[("q1", "in work")])
    );
}

#[test]
fn the_same_registers_give_the_same_links() {
    let of = || {
        let (mut ours, theirs) = without_keys(3, 250);
        linked(&mut ours, &theirs)
    };
    assert_eq!(of(), of());
}
