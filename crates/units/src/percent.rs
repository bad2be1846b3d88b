//! Percentages and percentage points: two types, since mixing them up decided
//! whether a prison kept a tenth of its price (`contracts/doncaster-2011`).

use std::{fmt, str::FromStr};

use rust_decimal::Decimal;

use crate::{Exact, NotA, text_serde_exact};

/// A share of something: `80%`. Exact.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Percent(Exact);

/// A difference between two percentages: `5 points`. Exact.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Points(Exact);

impl Percent {
    /// The percentage that `share` of one is: a half is 50%.
    pub fn of_share(share: &Exact) -> Percent {
        Percent(share * &Exact::from(100))
    }

    /// As a share of one: 80% is 4/5.
    pub fn share(&self) -> Exact {
        &self.0 * &Exact::ratio(1, 100)
    }

    /// What is left of the whole: 80% leaves 20%.
    pub fn rest(&self) -> Percent {
        Percent(Exact::from(100) - &self.0)
    }

    /// The number before the percent sign.
    pub fn number(&self) -> &Exact {
        &self.0
    }
}

impl Points {
    /// The difference of two percentages.
    pub fn between(from: &Percent, to: &Percent) -> Points {
        Points(&to.0 - &from.0)
    }

    /// The number of points.
    pub fn number(&self) -> &Exact {
        &self.0
    }

    /// This many points.
    pub fn new(points: Exact) -> Points {
        Points(points)
    }
}

/// As records keep it, so that nothing is lost: `700/11%`, where a page shows `63.6363…%`.
impl Percent {
    pub(crate) fn in_full(&self) -> String {
        format!("{}%", self.0)
    }

    pub(crate) fn read_in_full(text: &str) -> Result<Percent, NotA> {
        let number = text.strip_suffix('%').and_then(|number| number.trim_end().parse().ok());
        number.map(Percent).ok_or_else(|| NotA::new(text, "a percentage", "\"80%\""))
    }
}

impl Points {
    pub(crate) fn in_full(&self) -> String {
        format!("{} points", self.0)
    }

    pub(crate) fn read_in_full(text: &str) -> Result<Points, NotA> {
        let number = text
            .strip_suffix("points")
            .or_else(|| text.strip_suffix("point"))
            .and_then(|number| number.trim_end().parse().ok());
        number.map(Points).ok_or_else(|| NotA::new(text, "a number of percentage points", "\"5 points\""))
    }
}

fn decimal(text: &str) -> Option<Exact> {
    if text.len() > 24 || !text.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b'-') {
        return None;
    }
    Decimal::from_str_exact(text).ok().map(Exact::from)
}

/// At most four places, then `…`; the value itself stays exact.
impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", self.0.to_plain(4))
    }
}

impl FromStr for Percent {
    type Err = NotA;
    fn from_str(text: &str) -> Result<Percent, NotA> {
        text.strip_suffix('%')
            .and_then(|number| decimal(number.trim_end()))
            .map(Percent)
            .ok_or_else(|| NotA::new(text, "a percentage", "\"80%\""))
    }
}

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} points", self.0.to_plain(4))
    }
}

impl FromStr for Points {
    type Err = NotA;
    fn from_str(text: &str) -> Result<Points, NotA> {
        text.strip_suffix("points")
            .or_else(|| text.strip_suffix("point"))
            .and_then(|number| decimal(number.trim_end()))
            .map(Points)
            .ok_or_else(|| NotA::new(text, "a number of percentage points", "\"5 points\""))
    }
}

text_serde_exact!(Percent, Points);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentage_is_not_points() {
        assert!("5%".parse::<Percent>().is_ok());
        assert!("5%".parse::<Points>().is_err());
        assert!("5 points".parse::<Points>().is_ok());
        assert!("5 points".parse::<Percent>().is_err());
        for text in ["", "%", "5", "five%", "1e3%", "NaN%"] {
            assert!(text.parse::<Percent>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_share_and_its_rest_make_the_whole() {
        let quarter: Percent = "25%".parse().expect("a percentage");
        assert_eq!(quarter.share() + quarter.rest().share(), Exact::ONE);
        assert_eq!(Percent::of_share(&Exact::ratio(1, 3)).to_string(), "33.3333…%");
    }

    #[test]
    fn a_record_keeps_every_digit() {
        let sevenths = Percent::of_share(&Exact::ratio(3, 7));
        let text = serde_json::to_string(&sevenths).expect("plain data");
        assert_eq!(text, "\"300/7%\"");
        assert_eq!(serde_json::from_str::<Percent>(&text).ok(), Some(sevenths));
        assert_eq!(serde_json::to_string(&Points::new(Exact::ratio(33, 10))).ok().as_deref(), Some("\"3.3 points\""));
    }
}
