//! The INDIGO data set itself, where it is at hand: what its projects come to, against what is published of them, and the page that
//! says so.

use std::{
    fs,
    path::{Path, PathBuf},
};

use meed_indigo::{Import, Kind, Status, Tables};

use crate::scene::{files, imported, row, sound, text};

/// The data set's tables, or none with a note.
fn data() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/indigo");
    if !folder.is_dir() {
        println!("skipped: there is no folder shared/data/indigo beside the repository");
        return None;
    }
    Some(folder)
}

fn real() -> Option<Import> {
    Some(imported(&data()?))
}

#[test]
fn the_tables_are_those_that_were_described() {
    let Some(folder) = data() else { return };
    let tables = Tables::read(&files(&folder)).unwrap_or_else(|problems| panic!("{problems:#?}"));
    // Actual payments in pounds, as the data set's description adds them up.
    assert_eq!(tables.actual_payments("GBP").to_string(), "90508552.00");
}

#[test]
fn every_draft_is_sound_and_its_example_comes_out() {
    let Some(import) = real() else { return };
    let examples: usize = import.drafts.iter().map(sound).sum();
    assert_eq!((import.drafts.len(), examples), (20, 8));
}

#[test]
fn rate_cards_come_to_what_is_published() {
    let Some(import) = real() else { return };
    // Reboot West: claims at their prices are what was paid, and its maximum does not bind.
    // Greater Manchester: the card lists at 3,324,020, the maximum is 2,629,000.
    for (project, listed, paid, cap) in [
        ("0121", "1871540.00", Some("1871540.00"), Some("2250000.00")),
        ("0131", "3155150.00", Some("2742943.00"), None),
        ("0133", "1692700.00", Some("1654340.00"), None),
        ("0134", "3032950.00", Some("2513800.00"), None),
        ("0136", "1347000.00", Some("1323670.00"), None),
        ("0137", "2802950.00", Some("2622375.00"), None),
        ("0154", "3324020.00", None, Some("2629000.00")),
    ] {
        let row = row(&import.report, project);
        let said = [row.listed, row.paid, row.cap].map(|amount| amount.map(|amount| amount.to_string()));
        assert_eq!(said.each_ref().map(Option::as_deref), [Some(listed), paid, cap], "{project}");
    }
    // Entrenched rough sleepers: entering accommodation 600, 24 months 1,800; a price of 120 that the sister project lost.
    let manchester = text(&import, "0154", "contract.toml");
    assert!(manchester.contains("price   = \"600.00\"") && manchester.contains("price   = \"120.00\""), "{manchester}");
    assert!(!text(&import, "0152", "contract.toml").contains("outcomemetric14\"\n"), "a slipped price is no clause");
}

#[test]
fn known_oddities_are_found() {
    let Some(import) = real() else { return };
    let found = |kind: Kind, project: &str, says: &str| {
        import
            .report
            .oddities
            .iter()
            .any(|odd| odd.kind == kind && odd.project.ends_with(project) && odd.says.contains(says))
    };
    for (kind, project, says) in [
        (Kind::Shifted, "0152", "from `outcomemetric14` on the prices are those that INDIGO-POJ-0154 has 2 rows"),
        (Kind::AboveMaximum, "0175", "22,553,795.00 was paid and 22,297,917.00"),
        (Kind::DuplicateMetric, "0304", "`outcomemetric4`"),
        (Kind::Sign, "0083", "$11.712M"),
        (Kind::CountInWords, "0001", "Expected results"),
        (Kind::Day, "0001", "2018-13"),
        (Kind::Order, "0122", "2018-03"),
    ] {
        assert!(found(kind, project, says), "{} of {project}: {says}", kind.label());
    }
}

#[test]
fn the_page_says_what_the_import_finds() {
    let Some(import) = real() else { return };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/indigo.md");
    let written = fs::read_to_string(&path).expect("the page");
    let report = &import.report;
    let mut page = written.clone();
    for (name, part) in [
        ("summary", report.summary()),
        ("projects", report.projects()),
        ("facts", report.facts()),
        ("oddities", report.odd()),
    ] {
        page = filled(&page, name, &part);
    }
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &page).expect("the page can be written");
    } else {
        assert_eq!(written, page, "run the tests with UPDATE_DOCS=1 to write the page anew");
    }
    assert!(report.count(Status::Expressed) > 0);
}

/// The page with what stands between `<!-- indigo: name -->` and the next `<!-- end -->` replaced.
fn filled(page: &str, name: &str, part: &str) -> String {
    let mark = format!("<!-- indigo: {name} -->\n");
    let (before, rest) = page.split_once(&mark).unwrap_or_else(|| panic!("the page has no place for {name}"));
    let (_, after) = rest.split_once("<!-- end -->").expect("the place ends");
    format!("{before}{mark}\n{part}\n<!-- end -->{after}")
}
