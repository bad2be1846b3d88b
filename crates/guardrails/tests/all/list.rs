//! What every indicator must say of itself.

use meed_guardrails::{Caseload, ask, finding::Family, indicator::Question, indicators};

#[test]
fn every_indicator_asks_in_words_and_has_a_page() {
    let pages = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/guardrails");
    let mut earlier = "";
    for indicator in indicators() {
        let about = indicator.about();
        assert!(earlier < about.id, "{} after {earlier}", about.id);
        earlier = about.id;
        assert!(about.question.ends_with('?'), "{}: {}", about.id, about.question);
        assert!(!about.could_also_be.is_empty(), "{} says nothing of what else could look like it", about.id);
        assert!(about.steps.0 <= about.steps.1, "{}", about.id);
        if about.family == Family::Support {
            assert!(about.steps.1 == meed_guardrails::Step::R8, "{} leads to support alone", about.id);
        }
        let page = format!("{pages}/{}-{}.md", about.id.to_lowercase(), about.name);
        let text = std::fs::read_to_string(&page).unwrap_or_else(|error| panic!("{page}: {error}"));
        assert!(text.contains(about.question), "{page} does not print the question");
        for parameter in about.parameters {
            assert!(text.contains(&format!("`{}`", parameter.name)), "{page} does not name `{}`", parameter.name);
            assert!(parameter.default.is_finite());
        }
    }
}

#[test]
fn an_empty_caseload_is_asked_nothing_and_says_what_is_missing() {
    let questions: Vec<Question<'_>> = indicators().iter().map(|one| (*one, one.about().defaults())).collect();
    let answers = ask(&Caseload::default().arranged(), &questions, "2013-06-30".parse().expect("a day"));
    assert!(answers.findings.is_empty(), "{:?}", answers.findings);
    assert_eq!(answers.not_asked.len(), indicators().len());
    for not_asked in &answers.not_asked {
        assert!(!not_asked.remedy.is_empty());
    }
}
