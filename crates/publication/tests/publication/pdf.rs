//! `statement.pdf`: tagged, lasting, and the same on every run.

use std::io::Write;

use meed_publication::{Excerpt, statement_pdf};
use meed_settlement::{Head, Line};

use crate::{ask, fixture};

fn pdf((head, lines): &(Head, Vec<Line>)) -> Vec<u8> {
    statement_pdf(head, &Excerpt::of(lines)).expect("a PDF")
}

/// What a program says of the file; skipped without the program.
fn said_of(pdf: &[u8], program: &str, arguments: &[&str]) -> Option<String> {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(pdf).expect("written");
    let path = file.path().to_string_lossy().into_owned();
    let mut all = vec![path.as_str()];
    all.extend(arguments);
    ask(program, &all, b"")
}

#[test]
fn the_pdf_says_what_is_paid_and_why_and_is_tagged() {
    let pdf = pdf(&fixture::statement());
    assert!(pdf.starts_with(b"%PDF-1.7"));
    assert!(pdf.windows(20).any(|bytes| bytes == b"<pdfuaid:part>1</pdf"), "says that it is PDF/UA-1");
    assert!(pdf.windows(19).any(|bytes| bytes == b"<pdfaid:part>2</pdf"), "says that it is PDF/A-2");
    if let Some(about) = said_of(&pdf, "pdfinfo", &[]) {
        assert!(about.lines().any(|line| line.starts_with("Tagged:") && line.ends_with("yes")), "{about}");
        assert!(about.contains("Title:           Statement of March 2004: Outpatient performance contract"), "{about}");
        assert!(about.contains("CreationDate:") && about.contains("2004"), "{about}");
        assert!(about.contains("(A4)"), "{about}");
    }
    if let Some(text) = said_of(&pdf, "pdftotext", &["-layout", "-"]) {
        for said in [
            "172,450.00",
            "173,700.00",
            "Page 1 / ",
            "riverside-outpatient, version 1",
            "1,200,000.00 a year ÷ 12 months × 90% share paid = 90,000.00",
            "9ad06c17e35b28f4410cde7788a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3",
            "confirmation by county-assessors",
            "abstinent/p-0004/2004-01-20~2",
        ] {
            assert!(text.contains(said), "{said}\n{text}");
        }
    }
}

#[test]
fn of_many_lines_a_few_are_examples_and_the_file_with_the_rest_is_named() {
    let pdf = pdf(&fixture::many(700));
    if let Some(text) = said_of(&pdf, "pdftotext", &["-layout", "-"]) {
        let words: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains("The first 50 of 700 are listed here; lines.csv (lines.meed, where"), "{words}");
    }
}

#[test]
fn the_same_statement_gives_the_same_bytes() {
    assert!(pdf(&fixture::statement()) == pdf(&fixture::statement()));
}

#[test]
fn hostile_names_are_typeset_as_the_text_they_are() {
    let pdf = pdf(&fixture::hostile());
    if let Some(text) = said_of(&pdf, "pdftotext", &["-"]) {
        assert!(text.contains("<script>alert(1)</script>"), "{text}");
        assert!(text.contains("#panic() $x$ *bold* @label"), "{text}");
    }
}

#[test]
fn scripts_without_a_typeface_still_make_a_pdf() {
    let (mut head, lines) = fixture::statement();
    head.notes = [
        "नमस्ते दुनिया",
        "ภาษาไทย",
        "한국어 조선말",
        "👩‍👩‍👧‍👦 🏳️‍🌈",
        "e\u{301}\u{323}\u{489}\u{20dd}",
        "ﷺ ﷽",
        "\u{301}",
        "ab\u{ad}c",
    ]
    .map(str::to_owned)
    .to_vec();
    head.title = head.notes.join(" ");
    assert!(!pdf(&(head, lines)).is_empty());
}

#[test]
fn payers_are_listed_where_there_is_more_than_one() {
    let pdf = pdf(&fixture::divided());
    if let Some(text) = said_of(&pdf, "pdftotext", &["-layout", "-"]) {
        assert!(text.contains("Payers") && text.contains("fund") && text.contains("county"), "{text}");
    }
}

#[test]
fn a_statement_that_pays_nothing_is_a_pdf_too() {
    let pdf = pdf(&fixture::nothing());
    if let Some(text) = said_of(&pdf, "pdftotext", &["-"]) {
        assert!(text.contains("This statement has no lines."), "{text}");
    }
}

#[test]
fn many_clauses_and_providers_go_over_several_pages() {
    let pdf = pdf(&fixture::grand());
    if let Some(text) = said_of(&pdf, "pdftotext", &["-layout", "-"]) {
        for said in ["provider-40", "Outcome 30, of those", "493,827,156.00", "19 other clauses"] {
            assert!(text.contains(said), "{said}\n{text}");
        }
    }
}
