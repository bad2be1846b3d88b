//! A statement's folder appears whole or not at all, and once issued it is frozen.

use std::fs;

use crate::scene::{Scene, differing, names, refusal};

const NONE: [&str; 0] = [];

#[test]
fn the_same_statement_twice_is_once() {
    let scene = Scene::new();
    assert!(scene.settle("2012-05", "2012-05-31", &[], "may").expect("settled").fresh);
    let first = scene.bytes("may");
    assert!(!scene.settle("2012-05", "2012-05-31", &[], "may").expect("settled again").fresh);
    assert_eq!(differing(&first, &scene.bytes("may")), NONE);
    assert_eq!(scene.left_over(&["may"]), NONE);
}

#[test]
fn another_statement_never_takes_the_place_of_an_issued_one() {
    let scene = Scene::new();
    scene.settle("2012-05", "2012-05-31", &[], "may").expect("settled");
    let issued = scene.bytes("may");
    let told = refusal(scene.settle("2012-05", "2012-07-31", &[], "may"));
    assert!(told.contains("frozen") && told.contains("--out"), "{told}");
    assert_eq!(differing(&issued, &scene.bytes("may")), NONE);
    assert_eq!(scene.left_over(&["may"]), NONE);
}

#[test]
fn a_folder_that_holds_something_else_is_left_alone() {
    let scene = Scene::new();
    scene.write("holiday/photo.txt", "the sea");
    let told = refusal(scene.settle("2012-05", "2012-05-31", &[], "holiday"));
    assert!(told.contains("holds something else"), "{told}");
    assert_eq!(
        (names(&scene.path("holiday")), scene.read("holiday/photo.txt")),
        (vec!["photo.txt".into()], "the sea".into())
    );
    assert_eq!(scene.left_over(&["holiday"]), NONE);
}

#[test]
fn a_file_in_the_place_of_the_folder_is_left_alone() {
    let scene = Scene::new();
    scene.write("may", "a note");
    let told = refusal(scene.settle("2012-05", "2012-05-31", &[], "may"));
    assert!(told.contains("may") && told.contains("help:"), "{told}");
    assert_eq!(scene.read("may"), "a note");
    assert_eq!(scene.left_over(&["may"]), NONE);
}

#[test]
fn an_empty_folder_is_filled() {
    let scene = Scene::new();
    fs::create_dir(scene.path("may")).expect("a folder");
    assert!(scene.settle("2012-05", "2012-05-31", &[], "may").expect("settled").fresh);
    assert_eq!(scene.left_over(&["may"]), NONE);
}

#[test]
fn what_cannot_be_settled_leaves_nothing_behind() {
    let scene = Scene::new();
    for (file, text) in
        [("contract/contract.toml", "title ="), ("package/datapackage.json", "{"), ("package/events.csv", "\u{0}")]
    {
        let sound = scene.read(file);
        scene.write(file, text);
        let told = refusal(scene.settle("2012-05", "2012-05-31", &[], "may"));
        assert!(told.contains(file.rsplit('/').next().unwrap_or(file)) && told.contains("help:"), "{file}: {told}");
        assert_eq!(scene.left_over(&[]), NONE);
        scene.write(file, &sound);
    }
    let told = refusal(scene.settle("2012-05-03..2012-05-09", "2012-05-31", &[], "may"));
    assert!(told.contains("whole settlement periods"), "{told}");
    assert_eq!(scene.left_over(&[]), NONE);
}

#[test]
fn two_at_once_make_one_statement() {
    let scene = Scene::new();
    let fresh: Vec<bool> = std::thread::scope(|scope| {
        let both = [(); 2].map(|()| scope.spawn(|| scene.settle("2012-05", "2012-05-31", &[], "may")));
        both.map(|one| one.join().expect("no panic").expect("the same statement is not refused").fresh).into()
    });
    assert_eq!(fresh.iter().filter(|fresh| **fresh).count(), 1, "one puts it there, the other finds it");
    assert_eq!(scene.left_over(&["may"]), NONE);
}

#[test]
fn of_two_different_statements_at_once_one_is_refused() {
    let scene = Scene::new();
    let done: Vec<bool> = std::thread::scope(|scope| {
        let both = ["2012-05-31", "2012-07-31"].map(|known| {
            let scene = &scene;
            scope.spawn(move || scene.settle("2012-05", known, &[], "may").is_ok())
        });
        both.map(|one| one.join().expect("no panic")).into()
    });
    assert_eq!(done.iter().filter(|done| **done).count(), 1, "{done:?}");
    let (head, _) = scene.statement("may");
    let known = if done[0] { "2012-05-31" } else { "2012-07-31" };
    assert!(head.known_at.to_string().starts_with(known), "the one that stands is whole: {}", head.known_at);
    assert_eq!(scene.left_over(&["may"]), NONE);
}
