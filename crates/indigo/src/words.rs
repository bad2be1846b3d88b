//! Which rules stand in prose, where the data standard has no field for them?
//!
//! Prose is recognised and copied, never turned into a term: what it means is for whoever knows the contract to say. The one
//! exception is a cap for each person that is stated in a single sentence with a single amount.

use meed_units::Money;

/// A rule of payment that INDIGO states in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rule {
    /// At most a share of outcomes is paid.
    Quota,
    /// A group is paid more.
    Uplift,
    /// Paid only after something else was reached.
    Gate,
    /// Prices were changed, or payers may pay others.
    PriceChange,
    /// The price depends on how many there were before.
    PriceByNumber,
    /// Paid on a condition, not for each unit.
    Condition,
    /// A cap for each person, with more than one amount.
    UnclearPersonCap,
    /// At most this many are paid.
    PaidNumber,
    /// Each outcome once, with exceptions.
    OnceWithExceptions,
    /// Something else about the price.
    Other,
}

impl Rule {
    /// As the report names it.
    pub fn label(self) -> &'static str {
        match self {
            Rule::Quota => "a share of outcomes at most",
            Rule::Uplift => "more for a group",
            Rule::Gate => "only after other outcomes",
            Rule::PriceChange => "changed or other prices",
            Rule::PriceByNumber => "a price by number",
            Rule::Condition => "one amount on a condition",
            Rule::UnclearPersonCap => "a cap for each person, with two amounts",
            Rule::PaidNumber => "a number of outcomes at most",
            Rule::OnceWithExceptions => "once for each person, with exceptions",
            Rule::Other => "other words about the price",
        }
    }
}

/// The rule that a sentence states, if it states one.
pub(crate) fn rule(sentence: &str) -> Option<Rule> {
    let text = sentence.to_lowercase();
    let any = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if is_person_cap(&text) {
        return (amounts(&text).len() != 1).then_some(Rule::UnclearPersonCap);
    }
    Some(match () {
        () if any(&["no more than", "only"]) && text.contains('%') => Rule::Quota,
        () if any(&["additional pay", "uplift"]) && text.contains('%') => Rule::Uplift,
        () if any(&["not pay for these", "untill all", "until all"]) => Rule::Gate,
        () if any(&["would be payed as", "different rates", "higher or lower rate"]) => Rule::PriceChange,
        () if any(&["upto ", "up to ", " above the ", " above "]) && any(&["outcomes", "participants"]) => {
            Rule::PriceByNumber
        }
        () if text.starts_with("if ") || text.contains("% increase of") => Rule::Condition,
        () if text.contains("capped at") => Rule::PaidNumber,
        () if text.contains("only be claimed once") => Rule::OnceWithExceptions,
        () => return None,
    })
}

/// A cap for each person, when a sentence states one with a single amount.
pub(crate) fn person_cap(prose: &str) -> Option<(Money, &str)> {
    sentences(prose).find_map(|sentence| {
        let text = sentence.to_lowercase();
        match &amounts(&text)[..] {
            [only] if is_person_cap(&text) => Some((*only, sentence)),
            _ => None,
        }
    })
}

fn is_person_cap(text: &str) -> bool {
    text.contains("maximum")
        && ["per individual", "per person", "per participant", "per young person"].iter().any(|of| text.contains(of))
}

/// Whole amounts with their thousands set apart, or with a currency sign before them.
fn amounts(text: &str) -> Vec<Money> {
    let words = text.split(|c: char| c.is_whitespace() || c == '(' || c == ')');
    let worded = words.filter(|word| word.contains(|c: char| c.is_ascii_digit()));
    let bare = worded.map(|word| word.trim_end_matches(['.', ',', ';']));
    let money = bare.filter(|word| word.contains(',') || word.starts_with(['£', '$', '€']));
    money.filter_map(|word| crate::amount::pennies(&crate::amount::amount(word).ok()??)).collect()
}

/// The sentences of a cell.
pub(crate) fn sentences(prose: &str) -> impl Iterator<Item = &str> {
    prose.split(['\n', '\r']).flat_map(|line| line.split(". ")).map(str::trim).filter(|sentence| !sentence.is_empty())
}

/// What one unit of a price is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    /// One person's outcome; the price says so, or the metric, or the project.
    Person,
    /// One person's outcome, because nothing says otherwise.
    Unsaid,
    /// One of something else: a tonne, a bed day, a service.
    Counted(String),
    /// A share, of which no unit is said.
    Share,
}

/// The unit that a description of a price states: `per tonne collected`.
pub(crate) fn stated_unit(description: &str) -> Option<Unit> {
    let text = description.trim();
    if text.ends_with("(%)") {
        return Some(Unit::Share);
    }
    let what = text.strip_prefix("per ").or_else(|| text.strip_prefix("Per "))?;
    let persons = ["participant", "person", "individual", "client", "young person", "additional female participant"];
    if persons.iter().any(|person| what.starts_with(person)) {
        return Some(Unit::Person);
    }
    Some(Unit::Counted(what.split(" - ").next().unwrap_or(what).trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_told_apart() {
        for (sentence, stated) in [
            ("No more than 40% of outcome achievements will be paid", Some(Rule::Quota)),
            ("a young mother will receive an additional pay of 40% of the original price", Some(Rule::Uplift)),
            (
                "The Government will not pay for these results untill all previous outcomes have been achieved",
                Some(Rule::Gate),
            ),
            ("per participant that sustains employment - upto 370 outcomes", Some(Rule::PriceByNumber)),
            ("If average wage at the end is at least 25% above the minimum wage", Some(Rule::Condition)),
            ("A 50% increase of the amount of young people that are employed", Some(Rule::Condition)),
            (
                "The maximum amount payable per individual is 8,200 for the first round, and 11,700 GBP for the second",
                Some(Rule::UnclearPersonCap),
            ),
            ("A maximum cost per individual (or CAP) will be set at £19,000 per individual.", None),
            ("Stability and wellbeing -", None),
        ] {
            assert_eq!(rule(sentence), stated, "{sentence}");
        }
    }

    #[test]
    fn a_cap_for_each_person_needs_one_amount_in_its_sentence() {
        let prose = "The average cost expected for an individual is £9,000. A maximum cost per individual (or CAP) will be set at £19,000 per individual.";
        assert_eq!(person_cap(prose).map(|(cap, _)| cap.to_string()).as_deref(), Some("19000.00"));
        assert_eq!(person_cap("The maximum amount payable per individual is 8,200 and 11,700"), None);
    }

    #[test]
    fn units_of_a_price() {
        assert_eq!(stated_unit("per tonne collected"), Some(Unit::Counted("tonne collected".into())));
        assert_eq!(stated_unit("per participant that starts the course"), Some(Unit::Person));
        assert_eq!(stated_unit("repeat FP service users (%)"), Some(Unit::Share));
        assert_eq!(stated_unit("Contract cap: no more"), None);
    }
}
