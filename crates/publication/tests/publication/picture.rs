//! The waterfall: every step, with its amount, in colour and without.

use meed_publication::waterfall::{Shape, waterfall, waterfall_in_words};
use meed_settlement::ClauseTotal;
use meed_units::Money;

use crate::{ask, fixture, html::between};

const SHAPES: [Shape; 3] = [Shape::Wide, Shape::Narrow, Shape::Sheet];

/// Widths of the bars; the legend's squares and the pattern are left out.
fn bars(svg: &str) -> Vec<f64> {
    between(svg, "<rect x=\"", "/>")
        .iter()
        .filter(|rect| !rect.contains("width=\"12\" height=\"12\""))
        .map(|rect| between(rect, "width=\"", "\"")[0].parse().expect("a width"))
        .collect()
}

#[test]
fn the_picture_leads_from_the_first_clause_to_what_is_paid() {
    let (head, _) = fixture::statement();
    assert_eq!(
        waterfall_in_words(&head),
        "Operating cost, scaled by utilisation adds 170,000.00. Abstinent from every presenting substance adds 3,800.00. \
         Completed treatment adds 600.00. In recovery a year later changes nothing. \
         Adjustments to earlier statements takes away 700.00. Total: 173,700.00. Debt brought forward takes away 1,250.00. \
         Payable now: 172,450.00."
    );
    for shape in SHAPES {
        let svg = waterfall(&head, shape);
        assert_eq!(bars(&svg).len(), 8);
        for said in ["role=\"img\"", "<title", "<desc", "+170,000.00", "−700.00", "url(#takes-", ">172,450.00<"] {
            assert!(svg.contains(said), "{said}");
        }
        let sizes = between(&svg, "font-size=\"", "\"");
        assert!(sizes.iter().all(|size| size.parse::<f64>().is_ok_and(|size| size >= 12.0)), "{sizes:?}");
    }
}

#[test]
fn the_longest_bar_is_the_largest_amount_and_none_runs_into_its_amount() {
    let (head, _) = fixture::statement();
    let widths = bars(&waterfall(&head, Shape::Wide));
    let longest = widths.iter().copied().fold(0.0, f64::max);
    assert!((widths[0] / longest - 170_000.0 / 174_400.0).abs() < 0.03, "{widths:?}");
    for (head, _) in [fixture::statement(), fixture::grand()] {
        let svg = waterfall(&head, Shape::Wide);
        let ends = between(&svg, "<rect x=\"", "/>").into_iter().map(|rect| {
            let left: f64 = rect.split('"').next().and_then(|left| left.parse().ok()).expect("a place");
            left + between(rect, "width=\"", "\"")[0].parse::<f64>().expect("a width")
        });
        assert!(ends.fold(0.0, f64::max) < 960.0 - 100.0);
    }
}

#[test]
fn nothing_at_all_is_a_picture_too() {
    let (head, _) = fixture::nothing();
    for shape in SHAPES {
        let svg = waterfall(&head, shape);
        assert!(!svg.contains("NaN") && !svg.contains("inf"));
        assert!(bars(&svg).iter().all(|&width| width == 1.5));
    }
}

#[test]
fn of_many_clauses_the_largest_are_shown_and_the_others_are_one_step() {
    let (mut head, _) = fixture::statement();
    let clause = head.clauses[1].clone();
    head.clauses = (1..=40)
        .map(|i| ClauseTotal {
            title: format!("Outcome {i}"),
            new: Money::minor(i * 100),
            adjustments: Money::ZERO,
            ..clause.clone()
        })
        .collect();
    head.total = head.clauses.iter().map(|clause| clause.new).sum();
    let words = waterfall_in_words(&head);
    assert!(words.contains("29 other clauses adds 435.00."), "{words}");
    assert!(words.starts_with("Outcome 30 adds 30.00. Outcome 31"), "{words}");
}

#[test]
fn debts_beyond_what_is_due_are_carried_to_later_statements() {
    let (mut head, _) = fixture::nothing();
    head.total = Money::minor(-50_000);
    head.carried_forward = Money::minor(-50_000);
    head.clauses[1].adjustments = head.total;
    let words = waterfall_in_words(&head);
    assert!(
        words.ends_with("Total: −500.00. Debt carried to later statements adds 500.00. Payable now: 0.00."),
        "{words}"
    );
    let svg = waterfall(&head, Shape::Wide);
    let lefts = between(&svg, "<rect x=\"", "\"");
    assert!(lefts.iter().all(|left| left.parse::<f64>().is_ok_and(|left| left >= 0.0)), "{lefts:?}");
}

#[test]
fn a_picture_of_hostile_names_is_sound_xml() {
    let (head, _) = fixture::hostile();
    for shape in SHAPES {
        let svg = waterfall(&head, shape);
        assert!(!svg.contains("<script"));
        let check = "import sys, xml.dom.minidom as d; d.parseString(sys.stdin.buffer.read()); print('sound')";
        if let Some(answer) = ask("python3", &["-c", check], svg.as_bytes()) {
            assert_eq!(answer.trim(), "sound");
        }
    }
}
