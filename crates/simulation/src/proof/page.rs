//! The page that says how well each guardrail is proved, written from the results.

use std::fmt::Write as _;

use meed_guardrails::in_words;

use super::{Count, HARDER, Results, SHOULD_CRY, SHOULD_FIND};
use crate::draws::GENERATOR;

/// The page. `larger` holds, by guardrail and behaviour, the results at more people for those that fell short.
pub fn page(results: &Results, larger: &[(u32, Results)]) -> String {
    let mut page = String::new();
    let caseloads = results.honest.first().map_or(0, |(_, count)| count.of);
    let setting = &results.setting;
    let mut line = |text: &str| {
        page.push_str(text);
        page.push('\n');
    };
    line("# How well each guardrail is proved");
    line("");
    line(&format!(
        "Written by `cargo xtask prove guardrails --write`, from {caseloads} made caseloads ({GENERATOR}, seeds {} to {}). Each \
         has {} providers in the contract, {} people referred to each in a year, {} year before the contract and {} years of \
         it; a quarter of the people are comparison people. The question is asked once, at the end, with the defaults of \
         each guardrail and with allowance for all questions asked at once.",
        setting.seed,
        setting.seed + u64::from(caseloads.max(1)) - 1,
        setting.providers,
        setting.referrals_a_year,
        setting.years_before,
        setting.years,
    ));
    line("");
    line(&format!(
        "A guardrail is proved when it finds the behaviour at the stated degree in at least {:.0}% of the caseloads, and asks \
         about at most {:.0}% of honest providers in a year. Intervals are Wilson's, at 95%. What every single event of its \
         kind sets off, such as a death within four weeks of leaving, counts neither way: it is looked at whatever the \
         statistics say.",
        100.0 * SHOULD_FIND,
        100.0 * SHOULD_CRY,
    ));
    line("");
    line(
        "People, behaviours and their degrees are made up; the figures they rest on, and which of them are published, stand in",
    );
    line("`crates/simulation/src/calibration.rs`. A caseload of another kind may give other rates.");
    line("");
    line("## Behaviours that should be found");
    line("");
    line("| guardrail | behaviour | degree | found | too few cases | standing |");
    line("| --- | --- | --: | --: | --: | --- |");
    for (case, count) in &results.found {
        let id = case.indicator.about().id;
        let enough = if count.share() >= SHOULD_FIND {
            "proved".to_owned()
        } else {
            useful_from(id, case.behaviour.name(), results, larger)
        };
        line(&format!(
            "| {id} {} | {} | {:.2} | {} | {} | {enough} |",
            in_words(case.indicator.about().name),
            in_words(case.behaviour.name()),
            case.degree,
            told(*count),
            percent(f64::from(count.silent) / f64::from(count.of.max(1))),
        ));
    }
    line("");
    line("## Honest providers");
    line("");
    line(&format!(
        "The second column is an honest provider like the others; the third is one whose people need {HARDER} standard \
         deviations more than everybody else's, before the contract and during it."
    ));
    line("");
    line("| guardrail | asked about | asked about, hard caseload | too few cases | standing |");
    line("| --- | --: | --: | --: | --- |");
    for ((indicator, honest), (_, hard)) in results.honest.iter().zip(&results.hard) {
        line(&format!(
            "| {} {} | {} | {} | {} | {} |",
            indicator.about().id,
            in_words(indicator.about().name),
            told(*honest),
            told(*hard),
            percent(f64::from(honest.silent) / f64::from(honest.of.max(1))),
            calm(indicator.about().id, (*honest, *hard), results, larger),
        ));
    }
    line("");
    line("## What each behaviour does");
    line("");
    let mut said: Vec<&str> = Vec::new();
    for (case, _) in &results.found {
        if !said.contains(&case.behaviour.name()) {
            said.push(case.behaviour.name());
            line(&format!("- **{}**: {}.", in_words(case.behaviour.name()), case.behaviour.does()));
        }
    }
    page
}

/// From how many people a year a guardrail finds a behaviour often enough, in words.
fn useful_from(id: &str, behaviour: &str, results: &Results, larger: &[(u32, Results)]) -> String {
    let of = |results: &Results| {
        let same =
            |found: &&(super::Case, Count)| found.0.indicator.about().id == id && found.0.behaviour.name() == behaviour;
        results.found.iter().find(same).map(|(_, count)| *count)
    };
    let base = results.setting.referrals_a_year;
    for (times, more) in larger {
        if let Some(count) = of(more).filter(|count| count.share() >= SHOULD_FIND) {
            return format!("useful from {} people a year: {} of {} caseloads", base * times, count.flagged, count.of);
        }
    }
    match larger.last().and_then(|(times, more)| of(more).map(|count| (times, count))) {
        Some((times, count)) => format!("not yet at {} people a year: {}", base * times, told(count)),
        None => "falls short at this size".to_owned(),
    }
}

/// Whether honest providers are left alone, and at what size they are where they are not at this one.
fn calm(id: &str, (honest, hard): (Count, Count), results: &Results, larger: &[(u32, Results)]) -> String {
    let told_of = |honest: Count, hard: Count| match (honest.share() <= SHOULD_CRY, hard.share() <= SHOULD_CRY) {
        (true, true) => "proved",
        (false, _) => "asks too often of honest providers",
        (true, false) => "asks too often of a hard caseload",
    };
    let at_this_size = told_of(honest, hard);
    if at_this_size == "proved" {
        return at_this_size.to_owned();
    }
    let base = results.setting.referrals_a_year;
    for (times, more) in larger {
        let of = |counts: &[(&dyn meed_guardrails::Indicator, Count)]| {
            counts.iter().find(|(indicator, _)| indicator.about().id == id).map(|(_, count)| *count)
        };
        if let (Some(honest), Some(hard)) = (of(&more.honest), of(&more.hard))
            && told_of(honest, hard) == "proved"
        {
            return format!("{at_this_size}; not from {} people a year", base * times);
        }
    }
    at_this_size.to_owned()
}

fn told(count: Count) -> String {
    let (low, high) = count.interval();
    let mut text = percent(count.share());
    write!(text, " ({} to {})", percent(low), percent(high)).expect("a string takes every text");
    text
}

fn percent(share: f64) -> String {
    format!("{:.1}%", 100.0 * share)
}
