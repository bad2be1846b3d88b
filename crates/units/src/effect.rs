//! How large a change is: relative, or in points. Never a bare percentage.

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
}

impl EffectSize {
    /// Whether this reaches `threshold`, or none when the two are of different kinds.
    pub fn reaches(&self, threshold: &EffectSize) -> Option<bool> {
        let ordering = match (self, threshold) {
            (EffectSize::Relative(a), EffectSize::Relative(b)) => a.cmp(b),
            (EffectSize::Points(a), EffectSize::Points(b)) => a.cmp(b),
            (EffectSize::Per100(a), EffectSize::Per100(b)) => a.cmp(b),
            _ => return None,
        };
        Some(ordering != Ordering::Less)
    }
}

impl fmt::Display for EffectSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EffectSize::Relative(percent) => write!(f, "{percent} relative"),
            EffectSize::Points(points) => write!(f, "{points}"),
            EffectSize::Per100(events) => write!(f, "{} per 100", events.to_plain(4)),
        }
    }
}

impl FromStr for EffectSize {
    type Err = NotA;
    fn from_str(text: &str) -> Result<EffectSize, NotA> {
        let wrong =
            || NotA::new(text, "an effect of a stated kind", "\"10% relative\", \"5 points\" or \"13 per 100\"");
        if let Some(percent) = text.strip_suffix("relative") {
            return percent.trim_end().parse().map(EffectSize::Relative).map_err(|_| wrong());
        }
        if let Some(events) = text.strip_suffix("per 100") {
            return events.trim_end().parse().map(EffectSize::Per100).map_err(|_| wrong());
        }
        text.parse().map(EffectSize::Points).map_err(|_| wrong())
    }
}

/// As records keep it, so that nothing is lost: `700/11% relative`.
impl EffectSize {
    fn in_full(&self) -> String {
        match self {
            EffectSize::Relative(percent) => format!("{} relative", percent.in_full()),
            EffectSize::Points(points) => points.in_full(),
            EffectSize::Per100(events) => format!("{events} per 100"),
        }
    }

    fn read_in_full(text: &str) -> Result<EffectSize, NotA> {
        let wrong =
            |_| NotA::new(text, "an effect of a stated kind", "\"10% relative\", \"5 points\" or \"13 per 100\"");
        if let Some(percent) = text.strip_suffix("relative") {
            return Percent::read_in_full(percent.trim_end()).map(EffectSize::Relative).map_err(wrong);
        }
        if let Some(events) = text.strip_suffix("per 100") {
            return events.trim_end().parse().map(EffectSize::Per100).map_err(wrong);
        }
        Points::read_in_full(text).map(EffectSize::Points).map_err(wrong)
    }
}

text_serde_exact!(EffectSize);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_percentage_is_no_effect() {
        assert!("5%".parse::<EffectSize>().is_err());
        for text in ["5% relative", "5 points", "13 per 100"] {
            assert_eq!(text.parse::<EffectSize>().map(|e| e.to_string()).as_deref(), Ok(text));
        }
    }

    #[test]
    fn effects_of_different_kinds_do_not_compare() {
        let points: EffectSize = "5 points".parse().expect("an effect");
        let relative: EffectSize = "5% relative".parse().expect("an effect");
        assert_eq!(points.reaches(&relative), None);
        assert_eq!(points.reaches(&points), Some(true));
    }

    #[test]
    fn a_record_keeps_every_digit() {
        let third = Exact::ratio(1, 3);
        for effect in [
            EffectSize::Relative(Percent::of_share(&third)),
            EffectSize::Points(Points::new(third.clone())),
            EffectSize::Per100(third),
        ] {
            let text = serde_json::to_string(&effect).expect("plain data");
            assert_eq!(serde_json::from_str::<EffectSize>(&text).ok(), Some(effect), "{text}");
        }
    }
}
