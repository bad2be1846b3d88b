//! Effects in words for people who are not statisticians.

use meed_statistics::Estimate;

use crate::report::{Effect, RefusalSaid, Role, Scale};

/// What an effect is about, for its sentence.
#[derive(Clone, Debug)]
pub struct About {
    /// The outcome, in words.
    pub what: String,
    /// Its unit, singular.
    pub unit: String,
    /// Whether less or more is better, where it is said.
    pub better: Option<bool>,
}

/// An effect with its sentence.
pub(crate) fn effect(
    title: &str,
    role: Role,
    scale: Scale,
    estimate: Estimate,
    sides: Option<(f64, f64)>,
    about: &About,
) -> Effect {
    let sentence = sentence(scale, &estimate, sides, about);
    Effect {
        title: title.to_owned(),
        role,
        scale,
        estimate,
        treated: sides.map(|(treated, _)| treated),
        comparison: sides.map(|(_, comparison)| comparison),
        sentence,
    }
}

/// Puts an effect where there is one, and the reason where there is none.
pub(crate) fn effect_or_warning(
    title: &str,
    made: Result<Effect, RefusalSaid>,
    effects: &mut Vec<Effect>,
    warnings: &mut Vec<meed_statistics::Warning>,
) {
    match made {
        Ok(effect) => effects.push(effect),
        Err(refusal) => warnings.push(meed_statistics::Warning::new(
            &refusal.code,
            format!("no figure is given for \"{title}\": {}", refusal.what),
            refusal.remedy,
        )),
    }
}

/// A figure with few digits: as many as tell something.
pub fn figure(number: f64) -> String {
    let size = number.abs();
    let places = if size >= 1000.0 {
        0
    } else if size >= 100.0 {
        1
    } else if size >= 1.0 {
        2
    } else {
        3
    };
    let text = format!("{number:.places$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text };
    let text = if text == "-0" { "0".to_owned() } else { text };
    text.replace('-', "−")
}

fn sentence(scale: Scale, estimate: &Estimate, sides: Option<(f64, f64)>, about: &About) -> String {
    let percent = (estimate.interval.level * 100.0).round();
    let (low, high) = (estimate.interval.low, estimate.interval.high);
    let (by, nothing) = match scale {
        Scale::Ratio | Scale::OddsRatio | Scale::HazardRatio | Scale::Slope => (1.0, 1.0),
        Scale::Share => (100.0, 0.0),
        Scale::RelativeReduction => (100.0, 0.0),
        Scale::Difference | Scale::LogDifference => (1.0, 0.0),
    };
    let unit = if about.unit.is_empty() { String::new() } else { format!(" {}", plural(&about.unit)) };
    let seen = match (scale, sides) {
        (Scale::Share, Some((own, other))) => format!(
            "{}: {} of every 100 with the programme, and {} of every 100 of those they are compared with. ",
            capital(&about.what),
            figure(own * 100.0),
            figure(other * 100.0)
        ),
        (Scale::Difference, Some((own, other))) => format!(
            "{}: {}{unit} on average with the programme, and {}{unit} for those they are compared with. ",
            capital(&about.what),
            figure(own),
            figure(other)
        ),
        _ => String::new(),
    };
    let more = |value: f64| match scale {
        Scale::Share => {
            format!("{} of every 100 {}", figure(value.abs() * by), if value < 0.0 { "fewer" } else { "more" })
        }
        Scale::Difference => format!("{}{unit} {}", figure(value.abs()), if value < 0.0 { "less" } else { "more" }),
        Scale::RelativeReduction => {
            format!("{}% {}", figure(value.abs() * by), if value < 0.0 { "more" } else { "less" })
        }
        Scale::LogDifference => {
            format!("{}% {}", figure((value.exp() - 1.0).abs() * 100.0), if value < 0.0 { "less" } else { "more" })
        }
        Scale::Ratio => format!("{} times as much", figure(value)),
        Scale::Slope => format!("{} for each 1", figure(value)),
        Scale::OddsRatio => format!("odds {} times as large", figure(value)),
        Scale::HazardRatio => format!("happening {} times as fast", figure(value)),
    };
    let chance = if low < nothing && nothing < high {
        "No effect at all lies within that range: chance alone could make this difference."
    } else {
        "No effect at all lies outside that range: chance alone would seldom make this difference."
    };
    let direction = match (about.better, estimate.value - nothing) {
        (Some(higher), change) if change != 0.0 && !(low < nothing && nothing < high) => {
            let rose = if scale == Scale::RelativeReduction { change < 0.0 } else { change > 0.0 };
            if rose == higher {
                " This is the improvement that was hoped for."
            } else {
                " This is a change for the worse."
            }
        }
        _ => "",
    };
    format!(
        "{seen}The estimate is {}; with {percent}% confidence the true figure lies between {} and {}. {chance}{direction}",
        more(estimate.value),
        more(low),
        more(high)
    )
}

fn plural(unit: &str) -> String {
    if unit.ends_with('s') { unit.to_owned() } else { format!("{unit}s") }
}

/// A text without its full stop, with a capital.
pub(crate) fn capital(text: &str) -> String {
    let text = text.trim().trim_end_matches('.');
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_as_many_digits_as_tell_something() {
        for (number, text) in
            [(1794.342, "1794"), (-0.0371, "−0.037"), (12.5, "12.5"), (155.04, "155"), (0.0, "0"), (-0.0001, "0")]
        {
            assert_eq!(figure(number), text);
        }
    }

    #[test]
    fn an_effect_that_chance_could_make_is_said_to_be_one() {
        let about = About { what: "returned to prison".into(), unit: String::new(), better: Some(false) };
        let unsure = Estimate::normal(-0.02, 0.02, 0.95, 100).expect("an estimate");
        let effect = super::effect("d", Role::Main, Scale::Share, unsure, Some((0.3, 0.32)), &about);
        assert_eq!(
            effect.sentence,
            "Returned to prison: 30 of every 100 with the programme, and 32 of every 100 of those they are compared with. \
             The estimate is 2 of every 100 fewer; with 95% confidence the true figure lies between 5.92 of every 100 fewer \
             and 1.92 of every 100 more. No effect at all lies within that range: chance alone could make this difference."
        );
        let sure = Estimate::normal(-0.1, 0.02, 0.95, 100).expect("an estimate");
        let effect = super::effect("d", Role::Main, Scale::Share, sure, None, &about);
        assert!(effect.sentence.ends_with("This is the improvement that was hoped for."), "{}", effect.sentence);
    }
}
