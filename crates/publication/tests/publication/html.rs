//! `statement.html`: everything a finance officer files, for everyone to read, and nothing from elsewhere.

use std::collections::HashSet;

use meed_publication::{Excerpt, statement_html};
use meed_settlement::{Head, Line};

use crate::{ask, fixture};

pub fn page((head, lines): &(Head, Vec<Line>)) -> String {
    statement_html(head, &Excerpt::of(lines))
}

/// Every piece of the page between these two marks.
pub fn between<'a>(page: &'a str, from: &str, until: &str) -> Vec<&'a str> {
    page.split(from).skip(1).map(|rest| rest.split(until).next().unwrap_or_default()).collect()
}

/// What every page of the house promises.
pub fn check_house(page: &str) {
    assert!(page.starts_with("<!DOCTYPE html><html lang=\"en\">"));
    for table in between(page, "<table", "</table>") {
        assert!(
            table.contains("<caption>") && table.contains("scope=\"col\"") && table.contains("scope=\"row\""),
            "{table}"
        );
    }
    let levels: Vec<u32> = between(page, "<h", ">")
        .iter()
        .filter_map(|tag| tag.chars().next().and_then(|level| level.to_digit(10)))
        .collect();
    assert_eq!(levels[0], 1);
    assert_eq!(levels.iter().filter(|&&level| level == 1).count(), 1);
    assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "headings in order: {levels:?}");
    let ids = between(page, " id=\"", "\"");
    let unique: HashSet<&&str> = ids.iter().collect();
    assert_eq!(unique.len(), ids.len(), "every place has a name of its own");
    for link in between(page, "href=\"#", "\"") {
        assert!(ids.contains(&link), "a link to `{link}` leads somewhere");
    }
    let elsewhere = page.replace("http://www.w3.org/2000/svg", "");
    for sign in [
        "<script",
        "<img",
        "<link",
        "<iframe",
        "src=",
        "url(http",
        "@import",
        "javascript:",
        " onerror=\"",
        "style-src *",
    ] {
        assert!(!elsewhere.contains(sign) || sign == "src=" && !elsewhere.contains("<img"), "no {sign}");
    }
    assert!(page.contains("default-src 'none'"));
    well_formed(page);
}

/// Every element that is opened is closed, in order; skipped without python3.
fn well_formed(page: &str) {
    const CHECK: &str = r#"
import sys
from html.parser import HTMLParser
void = {"meta", "br", "link", "img", "hr", "input"}
class Check(HTMLParser):
    open = []
    def handle_starttag(self, tag, attributes):
        names = [name for name, _ in attributes]
        assert len(names) == len(set(names)), (tag, names)
        if tag not in void: self.open.append(tag)
    def handle_startendtag(self, tag, attributes): pass
    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, (tag, self.open, self.getpos())
        self.open.pop()
check = Check()
check.feed(sys.stdin.buffer.read().decode())
check.close()
assert not check.open, check.open
print("well formed")
"#;
    if let Some(answer) = ask("python3", &["-c", CHECK], page.as_bytes()) {
        assert_eq!(answer.trim(), "well formed");
    }
}

#[test]
fn every_statement_makes_a_page_that_keeps_the_promises_of_the_house() {
    for statement in [fixture::statement(), fixture::nothing(), fixture::many(30), fixture::grand(), fixture::hostile()]
    {
        check_house(&page(&statement));
    }
}

#[test]
fn the_page_says_what_is_paid_and_why() {
    let page = page(&fixture::statement());
    for said in [
        "What becomes of it",
        "To the programmes",
        "What they put in has come to 3.12% a year",
        "172,450.00",
        "173,700.00",
        "−1,250.00",
        "1 March 2004 to 31 March 2004",
        "10 April 2004, 23:59:59 UTC",
        "9ad06c17e35b28f4410cde7788a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3",
        "county-assessors",
        "1,200,000.00 a year ÷ 12 months × 90% share paid = 90,000.00",
        "which reaches the step at 70% and pays 90%",
        "a corrected review, known on 2004-03-19, no longer shows it",
        "confirmation by county-assessors",
        "shadow period",
        "Two referrals have no first contact yet",
        "10 lines, each with its reason",
    ] {
        assert!(page.contains(said), "{said}");
    }
    assert_eq!(between(&page, "<li class=\"line\"", "</li>").len(), 10);
}

#[test]
fn the_same_statement_gives_the_same_page() {
    assert_eq!(page(&fixture::hostile()), page(&fixture::hostile()));
}

#[test]
fn hostile_names_are_shown_as_the_text_they_are() {
    let page = page(&fixture::hostile());
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(page.contains("two lines   and a tab"));
    assert!(!page.contains('\u{202e}') && !page.contains('\u{0}') && !page.contains('\u{e000}'));
}

#[test]
fn a_large_statement_lists_its_first_lines_and_says_where_the_rest_are() {
    let page = page(&fixture::many(2_400));
    assert_eq!(between(&page, "<li class=\"line\"", "</li>").len(), Excerpt::MOST_LINES);
    assert!(page.contains(
        "The first 2,000 of 2,400 are listed here; lines.csv (lines.meed, where the statement is compact) has them all."
    ));
}

#[test]
fn a_statement_that_pays_nothing_says_so() {
    let page = page(&fixture::nothing());
    for said in
        ["This statement has no lines.", "None: nothing in earlier statements changes.", "None: nothing is held back."]
    {
        assert!(page.contains(said), "{said}");
    }
}

#[test]
fn payers_are_shown_where_there_is_more_than_one() {
    let shown = page(&fixture::divided());
    check_house(&shown);
    let (_, after) = shown.split_once("id=\"payers\"").expect("a section of payers");
    let table = after.split("</table>").next().unwrap_or_default();
    assert!(table.contains("fund") && table.contains("county") && table.contains("Together"), "{table}");
    assert!(shown.contains("paid by fund") && shown.contains("not paid: abstinent takes its place in result"));
    assert!(!page(&fixture::statement()).contains("id=\"payers\""), "one payer needs no table");
}
