//! The arithmetic of effects reproduces what evaluations of drug treatment in England published.

use meed_effects::{Break, Change, Counts, Effect, OddsRatio, Point, Rates, Series, Standing};

fn odds_ratio(group: (u64, u64), comparison: (u64, u64)) -> Effect {
    let counts = |(with, of)| Counts { with, of };
    OddsRatio { group: counts(group), comparison: counts(comparison) }.crude().unwrap()
}

/// Marsden and others, Lancet 2009: abstinent from heroin at review, users of heroin only against users of crack too.
#[test]
fn e1_heroin_alone_against_heroin_and_crack() {
    let effect = odds_ratio((2465, 5863), (2551, 7679));
    assert_eq!(effect.to_string(), "crude odds ratio 1.4582 [1.3592, 1.5645]");
}

/// The same for crack.
#[test]
fn e2_crack_alone_against_heroin_and_crack() {
    let effect = odds_ratio((295, 522), (3646, 7114));
    assert_eq!(effect.to_string(), "crude odds ratio 1.2361 [1.0333, 1.4787]");
}

/// Jones and others, 2018: completed within twelve months, in the eight pilots and elsewhere; adjusted, they published 0.60.
#[test]
fn e3_completion_fell_in_the_pilots_and_rose_elsewhere() {
    let (pilots, others) = (Change { before: 0.34, after: 0.24 }, Change { before: 0.27, after: 0.29 });
    let points = pilots.points_beyond(&others);
    assert!((points.value + 12.0).abs() < 1e-9, "{points}");
    let crude = pilots.odds_ratio_beyond(&others).unwrap();
    assert_eq!((format!("{:.4}", crude.value).as_str(), crude.standing), ("0.5551", Standing::Crude));
    let before_and_after = pilots.points();
    assert!((before_and_after + 10.0).abs() < 1e-9, "without the comparison the loss is understated");
}

/// The same of abstinence in treatment; adjusted, they published 1.50.
#[test]
fn e4_abstinence_rose_in_the_pilots_and_fell_elsewhere() {
    let (pilots, others) = (Change { before: 0.22, after: 0.27 }, Change { before: 0.23, after: 0.22 });
    assert!((pilots.points_beyond(&others).value - 6.0).abs() < 1e-9);
    assert_eq!(format!("{:.4}", pilots.odds_ratio_beyond(&others).unwrap().value), "1.3887");
}

/// The same of acquisitive offences for each person-year.
#[test]
fn e5_offences_rose_by_more_in_the_pilots() {
    let (pilots, others) = (Rates { before: 0.67, after: 0.89 }, Rates { before: 0.73, after: 0.84 });
    assert!((pilots.events_beyond(&others).value - 0.11).abs() < 1e-9);
    assert_eq!(format!("{:.4}", pilots.ratio_beyond(&others).unwrap().value), "1.1544");
}

/// Discharges of England in 2007/08, Hansard of 15 January 2009.
const DISCHARGES: [(&str, u64); 12] = [
    ("drug free", 7_324),
    ("completed", 17_306),
    ("referred on", 10_811),
    ("dropped out", 19_591),
    ("prison", 4_240),
    ("other", 2_817),
    ("declined", 2_169),
    ("withdrawn or breach", 2_078),
    ("moved", 1_605),
    ("died", 784),
    ("not known", 520),
    ("none appropriate", 367),
];

#[test]
fn e6_twelve_rows_of_discharges_add_up() {
    let total: u64 = DISCHARGES.iter().map(|(_, people)| people).sum();
    let first_three: u64 = DISCHARGES[..3].iter().map(|(_, people)| people).sum();
    assert_eq!((total, first_three), (69_612, 35_441));
    let share = Counts::pooled(&[Counts { with: first_three, of: total }]).unwrap();
    assert_eq!(format!("{:.1}", share * 100.0), "50.9");
}

/// Exits that were completions free of dependency, by year: the codes changed with 2009/10.
#[test]
fn e7_a_series_is_not_joined_over_the_coding_break_without_a_flag() {
    let figures = [20.7, 25.2, 31.2, 40.7, 37.8, 43.0, 47.4, 46.9, 45.4];
    let series = Series {
        points: (2005..).zip(figures).map(|(year, value)| Point { year, value }).collect(),
        breaks: vec![Break { from_year: 2009, because: "new discharge codes".into() }],
    };
    assert_eq!(series.change(2008, 2009).unwrap_err()[0].because, "new discharge codes");
    assert!(series.change(2005, 2013).is_err());
    assert!((series.change(2005, 2008).unwrap().unwrap() - 20.0).abs() < 1e-9);
    assert!((series.change(2009, 2013).unwrap().unwrap() - 7.6).abs() < 1e-9);
    let joined = series.over_breaks(2005, 2013);
    assert_eq!((joined.points.len(), joined.flagged.len()), (9, 1));
    assert!(series.over_breaks(2009, 2013).flagged.is_empty());
}

/// Published intervals give back the standard errors that they were made with.
#[test]
fn a_published_interval_says_its_standard_error() {
    for (low, high, error) in [(0.53, 0.67, 0.0598), (0.52, 0.77, 0.1001), (1.30, 1.72, 0.0714), (1.049, 1.097, 0.0114)]
    {
        let interval = meed_effects::Interval { low, high, confidence: 0.95 };
        assert_eq!(format!("{:.4}", interval.standard_error_of_log()), format!("{error:.4}"));
    }
}

#[test]
fn no_effect_is_shown_without_saying_crude_or_adjusted() {
    let published = Effect { what: "odds ratio", standing: Standing::Adjusted, value: 0.60, interval: None };
    assert_eq!(published.to_string(), "adjusted odds ratio 0.6000");
}
