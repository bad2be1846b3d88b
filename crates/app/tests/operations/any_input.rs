//! Whatever somebody sends as a contract, a measure, a statement or a quantity, it is read or refused: never a panic.
//! The fuzz targets ask the same for longer.

use meed_measures::Measure;
use meed_publication::read_statement;
use meed_terms::{Folder, Severity, Terms};
use meed_units::{Date, EffectSize, Exact, Length, Moment, Money, Percent, Period};
use proptest::prelude::*;

use crate::scene::{CONTRACT, MEASURE, Scene};

/// A sound text with a few stretches of it replaced: by another stretch of it, by nothing, or by anything.
fn mangled(sound: String) -> impl Strategy<Value = String> {
    let change = (any::<prop::sample::Index>(), 0..12_usize, any::<prop::sample::Index>(), "\\PC{0,8}", 0..3_u8);
    prop::collection::vec(change, 1..5).prop_map(move |changes| {
        let mut letters: Vec<char> = sound.chars().collect();
        for (at, length, from, anything, how) in changes {
            let at = at.index(letters.len() + 1);
            let end = (at + length).min(letters.len());
            let stretch: Vec<char> = match how {
                0 => Vec::new(),
                1 => letters.iter().copied().skip(from.index(letters.len() + 1)).take(20).collect(),
                _ => anything.chars().collect(),
            };
            letters.splice(at..end, stretch);
        }
        letters.into_iter().collect()
    })
}

fn read_contract(text: &str) {
    let measures = [("began-work".to_owned(), MEASURE.to_owned())].into();
    let read = Terms::read(&Folder { name: "any".into(), contract: text.to_owned(), measures, ..Folder::default() });
    let refused = read.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
    assert_eq!(read.terms.is_none(), refused, "a contract is refused with a reason, or sound");
    for diagnostic in &read.diagnostics {
        assert!(!diagnostic.render(text).is_empty());
    }
    if let Some(terms) = read.terms {
        assert!(!terms.plain_english().is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_contract_is_sound_or_refused_with_a_reason(text in mangled(CONTRACT.into()), other in "\\PC{0,60}") {
        read_contract(&text);
        read_contract(&other);
    }

    #[test]
    fn any_measure_is_sound_or_refused_at_a_line_it_has(text in mangled(MEASURE.into()), other in "\\PC{0,60}") {
        for text in [text, other] {
            for problem in Measure::read("any".into(), &text).err().unwrap_or_default() {
                prop_assert!(problem.line >= 1 && problem.line <= text.lines().count().max(1), "line {}", problem.line);
            }
        }
    }

    #[test]
    fn any_text_is_a_quantity_or_none(text in "[-0-9./_%a-zQ: ]{0,24}") {
        let _ = (text.parse::<Date>(), text.parse::<Period>(), text.parse::<Length>(), text.parse::<EffectSize>());
        let _ = (text.parse::<Percent>(), text.parse::<Moment>(), Moment::parse_until(&text));
        if let Ok(amount) = text.parse::<Money>() {
            prop_assert_eq!(amount.to_string().parse::<Money>().ok(), Some(amount));
        }
        if let Ok(number) = text.parse::<Exact>() {
            prop_assert_eq!(number.to_string().parse::<Exact>().ok(), Some(number));
        }
    }
}

#[test]
fn any_statement_is_read_or_refused_at_a_line_it_has() {
    let scene = Scene::new();
    scene.settle("2012-05", "2012-05-31", &[], "may").expect("settled");
    let issued = scene.read("may/statement.json");
    let config = ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(text in mangled(issued.clone()))| {
        match read_statement("any", text.as_bytes()) {
            Err(broken) => prop_assert!(!broken.problem.is_empty() && !broken.help.is_empty()),
            Ok((_, lines)) => for line in lines.map_while(Result::ok) {
                prop_assert!(!line.sentence().is_empty() && !line.arithmetic().is_empty());
            }
        }
    });
}
