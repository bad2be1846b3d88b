//! How large a change is, and of what: relative, in points, in events, in days, in money. Never a bare percentage.

use std::{cmp::Ordering, fmt, str::FromStr};

use crate::{Exact, NotA, Percent, Points, text_serde_exact};

/// The size of an effect, with what it is a size of.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum EffectSize {
    /// A change as a share of the comparison: from 50% to 45% is `10% relative`.
    Relative(Percent),
    /// A change in percentage points: from 50% to 45% is `5 points`.
    Points(Points),
    /// A change in events per hundred people: from 155 to 142 is `13 per 100`.
    Per100(Exact),
    /// A change in events for each person who had any: from 3.4 to 3.2 is `0.2 per reoffender`.
    PerReoffender(Exact),
    /// A change in days of the whole cohort: from 4,000 nights in custody to 3,100 is `900 days`.
    Days(Exact),
    /// A change in cost of the whole cohort, in the contract's currency: from 10,000 to 9,000 is `1000 of cost`.
    Cost(Exact),
    /// A change in the number of cases of the whole cohort: from 300 people seen to 260 is `40 cases`.
    Cases(Exact),
}

/// What an effect is a size of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum EffectKind {
    Relative,
    Points,
    Per100,
    PerReoffender,
    Days,
    Cost,
    Cases,
}

impl EffectKind {
    /// The kind of a difference between two figures of this unit of measurement: `percent`, `per-100`,
    /// `per-reoffender`, `days`, `cost` or `count`; none for another unit.
    pub fn of_unit(unit: &str) -> Option<EffectKind> {
        Some(match unit {
            "percent" => EffectKind::Points,
            "per-100" => EffectKind::Per100,
            "per-reoffender" => EffectKind::PerReoffender,
            "days" => EffectKind::Days,
            "cost" => EffectKind::Cost,
            "count" => EffectKind::Cases,
            _ => return None,
        })
    }

    /// An effect of this kind; of a relative one, `number` is the percentage.
    pub fn sized(self, number: Exact) -> EffectSize {
        match self {
            EffectKind::Relative => EffectSize::Relative(Percent::of_share(&(number * Exact::ratio(1, 100)))),
            EffectKind::Points => EffectSize::Points(Points::new(number)),
            EffectKind::Per100 => EffectSize::Per100(number),
            EffectKind::PerReoffender => EffectSize::PerReoffender(number),
            EffectKind::Days => EffectSize::Days(number),
            EffectKind::Cost => EffectSize::Cost(number),
            EffectKind::Cases => EffectSize::Cases(number),
        }
    }
}

impl EffectSize {
    /// What it is a size of.
    pub fn kind(&self) -> EffectKind {
        match self {
            EffectSize::Relative(_) => EffectKind::Relative,
            EffectSize::Points(_) => EffectKind::Points,
            EffectSize::Per100(_) => EffectKind::Per100,
            EffectSize::PerReoffender(_) => EffectKind::PerReoffender,
            EffectSize::Days(_) => EffectKind::Days,
            EffectSize::Cost(_) => EffectKind::Cost,
            EffectSize::Cases(_) => EffectKind::Cases,
        }
    }

    /// The number before its words; of a relative effect, the percentage.
    pub fn number(&self) -> &Exact {
        match self {
            EffectSize::Relative(percent) => percent.number(),
            EffectSize::Points(points) => points.number(),
            EffectSize::Per100(number)
            | EffectSize::PerReoffender(number)
            | EffectSize::Days(number)
            | EffectSize::Cost(number)
            | EffectSize::Cases(number) => number,
        }
    }

    /// Whether this reaches `threshold`, or none when the two are of different kinds.
    pub fn reaches(&self, threshold: &EffectSize) -> Option<bool> {
        (self.kind() == threshold.kind()).then(|| self.number().cmp(threshold.number()) != Ordering::Less)
    }

    fn words(&self, number: &str) -> String {
        match self {
            EffectSize::Relative(_) => format!("{number}% relative"),
            EffectSize::Points(_) => format!("{number} points"),
            EffectSize::Per100(_) => format!("{number} per 100"),
            EffectSize::PerReoffender(_) => format!("{number} per reoffender"),
            EffectSize::Days(_) => format!("{number} days"),
            EffectSize::Cost(_) => format!("{number} of cost"),
            EffectSize::Cases(_) => format!("{number} cases"),
        }
    }

    /// As records keep it, so that nothing is lost: `700/11% relative`.
    fn in_full(&self) -> String {
        self.words(&self.number().to_string())
    }

    fn read_in_full(text: &str) -> Result<EffectSize, NotA> {
        split(text)
            .and_then(|(number, kind)| Some(kind.sized(number.parse().ok()?)))
            .ok_or_else(|| NotA::new(text, EXPECTED, EXAMPLES))
    }
}

const EXPECTED: &str = "an effect of a stated kind";
const EXAMPLES: &str = "\"10% relative\", \"5 points\", \"13 per 100\", \"0.2 per reoffender\", \"900 days\", \"1000 of cost\" or \"40 cases\"";

/// How each kind ends; a longer ending that holds a shorter one comes first.
const ENDINGS: [(&str, EffectKind); 9] = [
    ("% relative", EffectKind::Relative),
    ("points", EffectKind::Points),
    ("point", EffectKind::Points),
    ("per 100", EffectKind::Per100),
    ("per reoffender", EffectKind::PerReoffender),
    ("days", EffectKind::Days),
    ("day", EffectKind::Days),
    ("of cost", EffectKind::Cost),
    ("cases", EffectKind::Cases),
];

/// The number of an effect and its kind.
fn split(text: &str) -> Option<(&str, EffectKind)> {
    ENDINGS.iter().find_map(|(ending, kind)| Some((text.strip_suffix(ending)?.trim_end(), *kind)))
}

impl fmt::Display for EffectSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.words(&self.number().to_plain(4)))
    }
}

impl FromStr for EffectSize {
    type Err = NotA;
    fn from_str(text: &str) -> Result<EffectSize, NotA> {
        let plain = |number: &str| {
            let digits = number.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'_'));
            if digits && number.len() <= 24 { number.replace('_', "").parse::<Exact>().ok() } else { None }
        };
        split(text)
            .and_then(|(number, kind)| Some(kind.sized(plain(number)?)))
            .ok_or_else(|| NotA::new(text, EXPECTED, EXAMPLES))
    }
}

text_serde_exact!(EffectSize);

#[cfg(test)]
mod tests {
    use super::*;

    const OF_EACH_KIND: [&str; 7] =
        ["5% relative", "5 points", "13 per 100", "0.2 per reoffender", "900 days", "1000 of cost", "40 cases"];

    #[test]
    fn a_bare_percentage_is_no_effect() {
        for text in ["5%", "5", "5 %", "five points", "1e3 days", "1/3 points", "", "% relative", "points"] {
            assert!(text.parse::<EffectSize>().is_err(), "{text}");
        }
        for text in OF_EACH_KIND {
            assert_eq!(text.parse::<EffectSize>().map(|e| e.to_string()).as_deref(), Ok(text));
        }
        assert_eq!("-2.50 points".parse::<EffectSize>().map(|e| e.to_string()).as_deref(), Ok("-2.5 points"));
    }

    #[test]
    fn effects_of_different_kinds_do_not_compare() {
        for (i, one) in OF_EACH_KIND.iter().enumerate() {
            for (j, other) in OF_EACH_KIND.iter().enumerate() {
                let [one, other] = [one, other].map(|text| text.parse::<EffectSize>().expect("an effect"));
                assert_eq!(one.reaches(&other), (i == j).then_some(true), "{one} and {other}");
            }
        }
    }

    #[test]
    fn a_difference_is_of_the_kind_of_its_unit() {
        let kinds =
            ["percent", "per-100", "per-reoffender", "days", "cost", "count", "furlongs"].map(EffectKind::of_unit);
        assert!(kinds[..6].iter().all(Option::is_some) && kinds[6].is_none());
        assert!(!kinds.contains(&Some(EffectKind::Relative)), "a relative effect has no unit");
    }

    #[test]
    fn a_record_keeps_every_digit() {
        for text in OF_EACH_KIND {
            let effect = text.parse::<EffectSize>().expect("an effect").kind().sized(Exact::ratio(1, 3));
            let text = serde_json::to_string(&effect).expect("plain data");
            assert_eq!(serde_json::from_str::<EffectSize>(&text).ok(), Some(effect), "{text}");
        }
    }
}
