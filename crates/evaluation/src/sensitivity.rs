//! How much an answer hangs on what cannot be seen: on people whose outcome is not known, and on what was not recorded.

use meed_statistics::{Refusal, Warning};
use meed_terms::OutcomeKind;

use crate::{
    balance::SMALLEST,
    matching::needed,
    method::means,
    report::{Role, Scale, Sensitivity},
    words::figure,
};

/// How strongly something not recorded would have to go with both the programme and the outcome to explain an effect
/// away: the E-value of VanderWeele & Ding 2017, of the ratio of two shares and of the limit nearer to nothing.
///
/// None where a side has nothing, so that there is no ratio.
pub fn e_value(treated: f64, comparison: f64, limit: Option<f64>) -> Option<Sensitivity> {
    let ratio = (treated > 0.0 && comparison > 0.0).then(|| treated / comparison)?;
    let at_limit = limit.map(|limit| if (limit - 1.0) * (ratio - 1.0) <= 0.0 { 1.0 } else { needed(limit) });
    let mut figures = vec![("ratio of shares".to_owned(), ratio), ("E-value".to_owned(), needed(ratio))];
    let mut answer = format!(
        "Something not recorded would have to make both taking part and the outcome {} times as likely to explain the estimate away",
        figure(needed(ratio))
    );
    if let Some(at_limit) = at_limit {
        figures.push(("E-value of the limit".to_owned(), at_limit));
        answer += &match at_limit > 1.0 {
            true => format!(", and {} times as likely to bring its interval to no effect", figure(at_limit)),
            false => "; its interval holds no effect already".to_owned(),
        };
    }
    Some(Sensitivity {
        name: "e-value".into(),
        question: "Could something that was not recorded explain this?".into(),
        answer: answer + ".",
        figures,
    })
}

/// What the difference would be if every unknown outcome were the worst, the best, or as in the comparison.
///
/// # Errors
/// When a side has nobody.
pub fn tipping_point(
    kind: OutcomeKind,
    treated: &[bool],
    outcome: &[Option<f64>],
    weights: &[f64],
    level: f64,
) -> Result<Sensitivity, Refusal> {
    let known: Vec<f64> = outcome.iter().flatten().copied().collect();
    let (least, most) = match kind {
        OutcomeKind::YesNo => (0.0, 1.0),
        _ => (
            known.iter().copied().fold(f64::INFINITY, f64::min),
            known.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        ),
    };
    let comparison = {
        let own = (0..treated.len()).filter(|&row| !treated[row]);
        let (sum, total) = own
            .filter_map(|row| outcome[row].map(|value| (value * weights[row], weights[row])))
            .fold((0.0, 0.0), |(sum, total), (value, weight)| (sum + value, total + weight));
        if total <= 0.0 {
            return Err(Refusal::EmptyGroup { group: "the comparison group with a known outcome".into() });
        }
        sum / total
    };
    let with = |own: f64, other: f64| {
        let filled: Vec<f64> = outcome
            .iter()
            .zip(treated)
            .map(|(value, treated)| value.unwrap_or(if *treated { own } else { other }))
            .collect();
        means(treated, &filled, weights, None)?.difference(level)
    };
    let cases = [
        ("every unknown outcome the lowest", least, least),
        ("every unknown outcome the highest", most, most),
        ("every unknown outcome as in the comparison", comparison, comparison),
        ("lowest with the programme, highest without", least, most),
        ("highest with the programme, lowest without", most, least),
    ];
    let mut figures = Vec::new();
    let mut signs = Vec::new();
    for (name, own, other) in cases {
        let estimate = with(own, other)?;
        signs.push((estimate.interval.low > 0.0, estimate.interval.high < 0.0));
        figures.push((name.to_owned(), estimate.value));
    }
    let same = signs.iter().all(|sign| *sign == signs[0]);
    let answer = if same {
        "Whatever the unknown outcomes were, the conclusion would be the same."
    } else {
        "The conclusion hangs on what the unknown outcomes were: find them out before anything is paid on it."
    };
    Ok(Sensitivity {
        name: "tipping-point".into(),
        question: "What if those whose outcome is not known did worst, or best?".into(),
        answer: answer.into(),
        figures,
    })
}

/// Whether outcomes are missing more often on one side than on the other, beyond chance.
pub fn missing_by_side(treated: &[bool], known: &[bool]) -> Option<Warning> {
    let side = |arm: bool| {
        let own: Vec<bool> = (0..treated.len()).filter(|&row| treated[row] == arm).map(|row| !known[row]).collect();
        (own.iter().filter(|missing| **missing).count() as f64, own.len() as f64)
    };
    let ((a, n), (b, m)) = (side(true), side(false));
    if n == 0.0 || m == 0.0 || a + b == 0.0 {
        return None;
    }
    let (p, q, all) = (a / n, b / m, (a + b) / (n + m));
    let error = (all * (1.0 - all) * (1.0 / n + 1.0 / m)).sqrt();
    let apart = error > 0.0 && ((p - q) / error).abs() > 1.96;
    apart.then(|| {
        Warning::new(
            "missing-by-side",
            format!(
                "the outcome is not known of {} with the programme and of {} without: who is lost depends on the programme",
                told(a, n),
                told(b, m)
            ),
            "find the missing outcomes from a source that does not depend on the programme; until then read the tipping point",
        )
    })
}

/// A share of people in words; fewer than five are not told.
fn told(count: f64, of: f64) -> String {
    if count > 0.0 && count < SMALLEST as f64 {
        format!("fewer than {SMALLEST} people")
    } else {
        format!("{} of every 100", figure(count / of * 100.0))
    }
}

/// The limit of a ratio of shares that lies nearer to 1, from the relative reduction beside the main effect.
pub(crate) fn nearer_limit(effects: &[crate::report::Effect]) -> Option<f64> {
    let reduction = effects.iter().find(|e| e.scale == Scale::RelativeReduction && e.role != Role::Naive)?;
    let (low, high) = (1.0 - reduction.estimate.interval.high, 1.0 - reduction.estimate.interval.low);
    Some(if 1.0 - reduction.estimate.value < 1.0 { high } else { low })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_e_value_of_a_ratio_of_two_is_three_point_four_one() {
        // VanderWeele & Ding 2017: RR + sqrt(RR (RR - 1)).
        let found = e_value(0.4, 0.2, Some(1.2)).expect("a ratio");
        assert!((found.figures[1].1 - (2.0 + 2.0_f64.sqrt())).abs() < 1e-12);
        assert!((found.figures[2].1 - (1.2 + 0.24_f64.sqrt())).abs() < 1e-12);
        assert_eq!(e_value(0.0, 0.2, None), None);
    }

    #[test]
    fn outcomes_lost_on_one_side_are_noticed() {
        let treated: Vec<bool> = (0..200).map(|row| row < 100).collect();
        let even: Vec<bool> = (0..200).map(|row| row % 10 != 0).collect();
        assert_eq!(missing_by_side(&treated, &even), None);
        let uneven: Vec<bool> = (0..200).map(|row| row >= 30).collect();
        assert_eq!(missing_by_side(&treated, &uneven).map(|warning| warning.code), Some("missing-by-side".to_owned()));
    }

    #[test]
    fn the_tipping_point_tells_when_the_unknown_decide() {
        let treated: Vec<bool> = (0..400).map(|row| row < 200).collect();
        let outcome: Vec<Option<f64>> =
            (0..400).map(|row| if row % 4 == 0 { None } else { Some(f64::from(u8::from(row % 3 == 0))) }).collect();
        let found = tipping_point(OutcomeKind::YesNo, &treated, &outcome, &vec![1.0; 400], 0.95).expect("both sides");
        assert!(found.answer.starts_with("The conclusion hangs on"), "{}", found.answer);
        assert_eq!(found.figures.len(), 5);
    }
}
