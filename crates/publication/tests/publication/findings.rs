//! The page of findings and the page for everybody: every kind of picture, in order, readable, and not by colour alone.

use meed_guardrails::{
    Finding, Standing,
    finding::{Beside, Interval, Subject},
    indicator::NotAsked,
    picture::{Bar, Better, Curve, FunnelLimit, FunnelPoint, HazardDay, LabelledBar, Mark, Picture},
    public::PublicReport,
    report::Report,
};
use meed_publication::{findings_html, findings_public_html};

use crate::html::{between, check_house};

fn curve(name: &str, points: &[(f64, f64)]) -> Curve {
    Curve { name: name.into(), points: points.to_vec() }
}

/// One of each kind.
fn pictures() -> Vec<Picture> {
    let limit = FunnelLimit { x: 20.0, low_95: 0.6, high_95: 1.5, low_998: 0.4, high_998: 1.9 };
    vec![
        Picture::Funnel {
            x: "people".into(),
            y: "share".into(),
            target: 1.0,
            points: vec![FunnelPoint { name: "riverside".into(), x: 20.0, y: 1.2, this: true }],
            limits: vec![limit, FunnelLimit { x: 40.0, ..limit }],
        },
        Picture::Cusum {
            x: "discharges, in order".into(),
            path: vec![0.0, 1.2, 0.4],
            limit: 1.0,
            signals: vec![1],
            better: Some(Better { path: vec![0.1, 0.0, 0.2], limit: 2.0 }),
        },
        Picture::Survival {
            x: "days".into(),
            y: "share".into(),
            curves: vec![curve("before", &[(0.0, 1.0), (9.0, 0.5)]), curve("since", &[(0.0, 1.0), (9.0, 0.3)])],
            mark: Some(Mark { at: 4.0, what: "four days".into() }),
        },
        Picture::Density {
            x: "score".into(),
            bars: vec![Bar { x: 1.0, count: 3.0 }, Bar { x: 2.0, count: 5.0 }],
            smooth: vec![(1.0, 3.5), (2.0, 4.0)],
            cutoffs: vec![2.0],
        },
        Picture::Hazard {
            x: "days from the payment date".into(),
            days: vec![
                HazardDay { day: -1, at_risk: 20.0, ended: 1.0 },
                HazardDay { day: 0, at_risk: 19.0, ended: 6.0 },
            ],
        },
        Picture::Bars {
            x: "band".into(),
            y: "meetings".into(),
            bars: vec![LabelledBar {
                name: "low".into(),
                value: -2.0,
                expected: Some(1.0),
                interval: None,
                cases: 9.0,
            }],
        },
        Picture::Months {
            y: "people".into(),
            curves: vec![curve("this provider", &[(15_000.0, 30.0), (15_031.0, 44.0)])],
            limits: Some((30.0, 20.0, 40.0)),
        },
    ]
}

/// A report in which a figure of each standing has a picture of each kind, and something beside it.
fn report() -> Report {
    let mut report = Report::read(include_str!("../../../guardrails/tests/all/run.json")).expect("a report");
    let one: Finding = report.findings[0].clone();
    let standings = [Standing::Act, Standing::WorthAsking, Standing::AsExpected, Standing::TooFew];
    report.findings = pictures()
        .into_iter()
        .enumerate()
        .map(|(nth, picture)| {
            let beside = Beside::new("slope-index", "slope index", (-5.0, ""), (40.0, "starts"))
                .within(Interval { low: -7.25, high: Some(-2.5), level: 0.95 })
                .against("an even spread");
            let finding = Finding {
                id: format!("G{:02}/shift/riverside", nth + 1),
                indicator: format!("G{:02}", nth + 1),
                standing: standings[nth % 4],
                standing_alone: standings[nth % 4],
                value: Some(0.1),
                interval: Some(Interval { low: -0.004, high: Some(0.25), level: 0.95 }),
                picture: Some(picture),
                ..one.clone()
            };
            finding.beside(Some(beside))
        })
        .collect();
    report
}

#[test]
fn both_pages_keep_what_every_page_of_the_house_promises() {
    let report = report();
    let page = findings_html(&report);
    check_house(&page);
    check_house(&findings_public_html(&PublicReport::of(&report, Default::default())));
    let pictures = between(&page, "<svg", "</svg>");
    assert!(pictures.len() >= 7, "{}", pictures.len());
    for picture in between(&page, "<figure>", "</figure>") {
        for part in ["role=\"img\"", "<title", "<desc", "<figcaption>", "<table>", "<caption>"] {
            assert!(picture.contains(part), "{part}: {picture}");
        }
        let caption = between(picture, "<figcaption>", "</figcaption>")[0];
        assert!(caption.starts_with(char::is_uppercase), "{caption}");
    }
}

#[test]
fn a_figure_and_its_interval_have_as_many_decimals() {
    let page = findings_html(&report());
    assert!(page.contains(">0.10<") && page.contains(">0.00 to 0.25<"), "a figure and its interval");
    assert!(page.contains("slope index: −5.00 (95% interval −7.25 to −2.50), of 40 starts; against an even spread"));
}

#[test]
fn what_was_not_looked_at_is_never_said_to_be_well() {
    let mut report = report();
    let said = |report: &Report| {
        let page = findings_html(report);
        let well = page.contains("stands out beyond") || page.contains("stands beyond");
        (between(&page, "<p class=\"says\">", "</p>")[0].to_owned(), well)
    };
    report.findings.iter_mut().for_each(|finding| finding.standing = Standing::AsExpected);
    report.not_asked.push(NotAsked {
        indicator: "G01".into(),
        question: "Who is turned away?".into(),
        missing: Vec::new(),
        remedy: "send the table `referrals`".into(),
    });
    let some = "Of what could be asked, nothing stands out beyond what chance explains.";
    assert_eq!(said(&report), (some.to_owned(), true));
    report.findings.iter_mut().for_each(|finding| finding.standing = Standing::TooFew);
    assert_eq!(said(&report), ("There are too few cases to answer any question.".to_owned(), false));
    report.findings.clear();
    assert_eq!(said(&report), ("No question could be asked of this evidence.".to_owned(), false));
    assert!(!findings_html(&report).contains("Every question"));
    assert!(!meed_publication::findings_pdf(&report).expect("a document").is_empty());
    check_house(&findings_html(&report));
    check_house(&findings_public_html(&PublicReport::of(&report, Default::default())));
}

/// Where little is known of many, they are named in a sentence and not in a row each.
#[test]
fn many_with_too_few_cases_are_told_together() {
    let mut report = report();
    let one = Finding {
        indicator: "G01".into(),
        standing: Standing::TooFew,
        value: None,
        interval: None,
        ..report.findings[0].clone()
    };
    let of = |name: &str, cases: f64| {
        let mut own = Finding {
            subject: Subject { provider: Some(name.into()), ..Subject::default() },
            picture: None,
            ..one.clone()
        };
        own.denominator.cases = cases;
        own.denominator.least = 30.0;
        own.denominator.of = "referrals".into();
        own
    };
    report.findings = vec![of("north", 0.0), of("south", 4.0)];
    let page = findings_html(&report);
    assert!(!page.contains("Too few cases for") && page.contains("Figures of G01"), "two have a row each");
    report.findings.push(of("west", 29.0));
    let page = findings_html(&report);
    let words = meed_guardrails::in_words(&one.measure);
    let said = format!("Too few cases for {words} of north, south (4), west (29). It takes 30 referrals.");
    assert!(page.contains(&said) && !page.contains("Figures of G01"), "{said}");
    let pdf = meed_publication::findings_pdf(&report).expect("a document");
    assert!(!pdf.is_empty());
}

/// The light of a colour, and how two of them stand out from each other (WCAG 2.2).
fn contrast(one: &str, other: &str) -> f64 {
    let light = |colour: &str| -> f64 {
        let part = |from: usize| {
            let value = u8::from_str_radix(&colour[from..from + 2], 16).expect("a colour of six digits");
            let share = f64::from(value) / 255.0;
            if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
    };
    let (a, b) = (light(one), light(other));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn variable<'c>(css: &'c str, name: &str) -> &'c str {
    let after = css.split(&format!("--{name}: ")).nth(1).unwrap_or_else(|| panic!("no --{name}"));
    &after[..7]
}

#[test]
fn text_stands_out_from_what_it_is_written_on() {
    assert!((contrast("#000000", "#ffffff") - 21.0).abs() < 1e-9, "black on white");
    assert!((contrast("#777777", "#ffffff") - 4.48).abs() < 0.01, "a grey that just fails");
    let css = include_str!("../../src/house.css");
    let of = |name| variable(css, name);
    for (ink, paper) in [
        ("ink", "paper"),
        ("ink", "wash"),
        ("ink", "warn-wash"),
        ("soft", "paper"),
        ("soft", "wash"),
        ("accent", "paper"),
        ("accent", "wash"),
        ("warn", "paper"),
        ("warn", "warn-wash"),
    ] {
        let found = contrast(of(ink), of(paper));
        assert!(found >= 4.5, "--{ink} on --{paper}: {found:.2}");
    }
    assert!(contrast(of("accent"), of("paper")) >= 3.0, "where the keyboard stands");
}

#[test]
fn words_lines_and_marks_of_pictures_stand_out_from_white() {
    let page = findings_html(&report());
    for picture in between(&page, "<svg", "</svg>") {
        for text in between(picture, "<text", ">") {
            let fill = between(text, "fill=\"", "\"")[0];
            assert!(contrast(fill, "#ffffff") >= 4.5, "a word in {fill}");
        }
        for mark in ["<path", "<circle", "<rect", "<line"] {
            for shape in between(picture, mark, ">") {
                // Lines that only help the eye along a scale carry nothing.
                let strokes = between(shape, "stroke=\"", "\"").into_iter().filter(|colour| *colour != "#e3e9ee");
                let fills = between(shape, "fill=\"", "\"").into_iter();
                let drawn: Vec<&str> = strokes.chain(fills).filter(|colour| colour.starts_with('#')).collect();
                let most = drawn.iter().map(|colour| contrast(colour, "#ffffff")).fold(0.0, f64::max);
                assert!(drawn.is_empty() || most >= 3.0, "{mark} {shape}: {most:.2}");
            }
        }
    }
    for source in [
        include_str!("../../src/evaluation/picture.rs"),
        include_str!("../../src/prices/picture.rs"),
        include_str!("../../src/difference/picture.rs"),
        include_str!("../../src/waterfall.rs"),
    ] {
        for (name, colour) in source.lines().filter_map(|line| {
            let (name, colour) = line.trim().strip_prefix("const ")?.split_once(": &str = \"#")?;
            Some((name, format!("#{}", &colour[..6])))
        }) {
            assert!(name == "PALE" || contrast(&colour, "#ffffff") >= 3.0, "{name} {colour}");
        }
    }
}

/// Whoever sees no colour reads the standing as a word, the provider by a filled point, and lines by dashes and names.
#[test]
fn nothing_is_said_by_colour_alone() {
    let page = findings_html(&report());
    for class in ["act", "worth-asking", "as-expected", "too-few"] {
        for words in between(&page, &format!("<span class=\"standing {class}\">"), "</span>") {
            assert_eq!(words.split_whitespace().next(), class.split('-').next(), "{words}");
        }
    }
    let of = |start: &str| between(&page, "<svg", "</svg>").into_iter().find(|svg| svg.contains(start)).expect(start);
    let survival = of(">before<");
    let dashes = between(survival, "stroke-width=\"2\" stroke-dasharray=\"", "\"");
    assert!(dashes.contains(&"") && dashes.contains(&"7 4"), "{dashes:?}");
    let sums = of("worse than expected");
    assert!(sums.contains(">better than expected<"));
}
