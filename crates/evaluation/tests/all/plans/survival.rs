//! How long until it happens: follow-up of the same length, and other endings.

use meed_evaluation::FrameColumn;
use meed_statistics::Generator;

use super::support::{Asked, keys, main, near, numbers, titled};

/// Two hundred people on each side to whom it happens more slowly with the programme; of each three something else
/// happens first to one, if anything else can. Watched for so many days.
fn people(watched: [f64; 2], dying: bool) -> (Vec<FrameColumn>, Vec<FrameColumn>) {
    let mut chance = Generator::new(9, "endings");
    let (mut treated, mut time, mut event, mut other) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for n in 0..400 {
        let had = n % 2 == 0;
        let until = watched[usize::from(!had)];
        let own = chance.exponential() * if had { 600.0 } else { 300.0 };
        let first = if dying { chance.exponential() * 600.0 } else { f64::INFINITY };
        let days = own.min(first).min(until).ceil().max(1.0);
        treated.push(f64::from(u8::from(had)));
        time.push(days);
        event.push(f64::from(u8::from(own <= first && own < until)));
        other.push(f64::from(u8::from(first < own && first < until)));
    }
    let design = vec![keys(400), numbers("treated", treated)];
    (design, vec![keys(400), numbers("days", time), numbers("ended", event), numbers("died", other)])
}

const OUTCOME: &str = "kind = \"time\"\ncolumn = \"days\"\nevent = \"ended\"\nbetter = \"lower\"";
const ENDINGS: &str = "kind = \"time\"\ncolumn = \"days\"\nevent = \"ended\"\nother-ending = \"died\"";

fn asked(watched: [f64; 2], outcome: &'static str, method: &'static str) -> Asked<'static> {
    let (design, outcomes) = people(watched, outcome == ENDINGS);
    Asked { population: "", outcome, method, design, outcomes }
}

#[test]
fn sides_that_were_watched_for_other_lengths_are_refused_unless_the_window_is_whole() {
    for method in ["name = \"survival\"", "name = \"cox\"", "name = \"competing\""] {
        let outcome = if method.contains("competing") { ENDINGS } else { OUTCOME };
        asked([400.0, 400.0], outcome, method).answered();
    }
    // Everybody was watched for 300 days: up to then both sides are whole, whatever came later.
    asked([900.0, 300.0], OUTCOME, "name = \"survival\"\nhorizon = 300").answered();
    // Nobody of those without was watched beyond 300 days, and up to 600 is asked for.
    asked([900.0, 300.0], OUTCOME, "name = \"cox\"\nhorizon = 600").refused("follow-up-ends-early");
    asked([500.0, 400.0], OUTCOME, "name = \"cox\"\nhorizon = 450").warned("unequal-follow-up");
}

#[test]
fn the_share_by_a_day_counts_those_to_whom_something_else_happened() {
    let group = asked([400.0, 400.0], ENDINGS, "name = \"competing\"\nhorizon = 399").answered();
    let (_, outcomes) = people([400.0, 400.0], true);
    let column = |place: usize| match &outcomes[place].values {
        meed_evaluation::Values::Numbers(values) => values.iter().map(|v| v.unwrap_or(0.0)).collect::<Vec<_>>(),
        meed_evaluation::Values::Texts(_) => Vec::new(),
    };
    let (days, ended) = (column(1), column(2));
    // Nobody left the watch before: the share is the plain one.
    let share =
        |arm: usize| (0..400).filter(|n| n % 2 == arm && ended[*n] == 1.0 && days[*n] <= 399.0).count() as f64 / 200.0;
    near(main(&group).estimate.value, share(0) - share(1), 1e-9);
    assert!(titled(&group, "Risk on a day of those still there").estimate.value < 0.8);
    let other = titled(&group, "Risk on a day of the other ending");
    assert!(other.estimate.interval.contains(1.0), "the programme does nothing to it: {other:?}");
    assert!(titled(&group, "How the share grows").estimate.value < 0.9);
    assert_eq!(group.series[0].name, "incidence");
}

#[test]
fn endings_that_cannot_both_be_and_endings_nobody_had_are_refused() {
    let mut both = asked([400.0, 400.0], ENDINGS, "name = \"competing\"");
    both.outcomes[3] = numbers("died", std::iter::repeat_n(1.0, 400));
    both.refused("out-of-range");
    let mut nobody = asked([400.0, 400.0], ENDINGS, "name = \"competing\"");
    nobody.outcomes[1] = numbers("days", std::iter::repeat_n(400.0, 400));
    nobody.outcomes[2] = numbers("ended", std::iter::repeat_n(0.0, 400));
    nobody.refused("too-few-cases");
    let told = asked([400.0, 400.0], OUTCOME, "name = \"competing\"").plan().expect_err("no other ending");
    assert!(told.contains("add `other-ending = \"COLUMN\"` to [outcome]"), "{told}");
}

/// The same people, of whom those with another ending died or moved away in turn: the share of the event is the same as
/// with one other ending, each ending has a row of its own, and each is held against all others.
#[test]
fn several_other_endings_are_told_apart_by_name() {
    let one = asked([400.0, 400.0], ENDINGS, "name = \"competing\"\nhorizon = 399").answered();
    let mut several = asked([400.0, 400.0], ENDINGS, "name = \"competing\"\nhorizon = 399");
    let meed_evaluation::Values::Numbers(died) = &several.outcomes[3].values else { panic!("numbers") };
    let mut others = 0;
    let named = died.iter().map(|died| {
        others += usize::from(*died == Some(1.0));
        let name = match (*died == Some(1.0), others % 2) {
            (false, _) => "",
            (true, 0) => "moved away",
            (true, _) => "died",
        };
        Some(name.to_owned())
    });
    let named: Vec<Option<String>> = named.collect();
    several.outcomes[3] = FrameColumn { name: "died".into(), values: meed_evaluation::Values::Texts(named.clone()) };
    let group = several.answered();
    near(main(&group).estimate.value, main(&one).estimate.value, 1e-12);
    near(
        titled(&group, "How the share grows").estimate.value,
        titled(&one, "How the share grows").estimate.value,
        1e-9,
    );
    for name in ["died", "moved away"] {
        titled(&group, &format!("Risk on a day of {name}"));
    }
    let table = group.tables.iter().find(|table| table.title.starts_with("Each ending")).expect("a table of endings");
    assert_eq!(table.rows.len(), 3);
    assert!(one.tables.iter().all(|table| !table.title.starts_with("Each ending")));
    let cell = |row: usize, column: usize| match &table.rows[row][column] {
        meed_evaluation::report::Cell::Number(number) => *number,
        other => panic!("{other:?}"),
    };
    // Nobody left the watch: shares are plain ones, and add up to all who ended.
    let (_, outcomes) = people([400.0, 400.0], true);
    let meed_evaluation::Values::Numbers(ended) = &outcomes[2].values else { panic!("numbers") };
    let all = (0..400).filter(|n| n % 2 == 0 && (ended[*n] == Some(1.0) || named[*n].as_deref() != Some(""))).count();
    near(cell(0, 1) + cell(1, 1) + cell(2, 1), all as f64 / 200.0, 1e-9);
    let mut wrong = asked([400.0, 400.0], ENDINGS, "name = \"competing\"");
    wrong.outcomes[3] = numbers("died", std::iter::repeat_n(2.0, 400));
    assert_eq!(wrong.group().expect_err("a number that names no ending").code(), "out-of-range");
}

#[test]
fn proportionality_is_asked_about_beside_cox() {
    let group = asked([400.0, 400.0], OUTCOME, "name = \"cox\"").answered();
    assert!(main(&group).estimate.value < 0.8, "{:?}", main(&group));
    assert!(group.sensitivity.iter().any(|known| known.name == "proportionality"));
    let mut nothing = asked([400.0, 400.0], OUTCOME, "name = \"cox\"");
    nothing.outcomes[2] = numbers("ended", std::iter::repeat_n(0.0, 400));
    assert!(nothing.group().expect("a group").refusal.is_some(), "nothing happened");
}
