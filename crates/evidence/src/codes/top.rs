//! The items of the Treatment Outcomes Profile, by the name of their field.
//!
//! Twenty questions about the last 28 days, asked at start, review and exit.

use super::{Code, CodeList, code, code_list, list};

/// What a value of an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TopKind {
    /// Days of the last 28 on which a substance was used.
    SubstanceDays,
    /// Days of the last 28.
    Days,
    /// A rating of 0 to 20, higher is better.
    Scale,
    /// 1 for yes, 0 for no.
    YesNo,
}

impl TopKind {
    /// Every kind with its spelling, which is the class of the item's code.
    pub const NAMES: [(TopKind, &'static str); 4] = [
        (TopKind::SubstanceDays, "substance-days"),
        (TopKind::Days, "days"),
        (TopKind::Scale, "scale"),
        (TopKind::YesNo, "yes-no"),
    ];

    /// The largest value; the smallest is 0.
    pub fn most(self) -> i64 {
        match self {
            TopKind::SubstanceDays | TopKind::Days => 28,
            TopKind::Scale => 20,
            TopKind::YesNo => 1,
        }
    }
}

/// What a value of this item is, or none when there is no such item.
pub fn top_kind(item: &str) -> Option<TopKind> {
    let class = code_list("top-item")?.get(item)?.class.as_deref()?;
    TopKind::NAMES.iter().find(|(_, name)| *name == class).map(|(kind, _)| *kind)
}

pub(super) fn top_item() -> CodeList {
    let mut items = substances();
    items.extend([
        code("IVDRGUSE", "days of injecting what was not prescribed", "days"),
        code("SHARING", "shared a needle, syringe or other injecting equipment", "yes-no"),
        code("SHOTHEFT", "days of shoplifting", "days"),
        code("DRGSELL", "days of selling drugs", "days"),
        code("OTHTHEFT", "theft of another kind", "yes-no"),
        code("ASSAULT", "assault or violence", "yes-no"),
        code("PSYHSTAT", "psychological health", "scale"),
        code("PWORK", "days of paid work", "days"),
        code("EDUCAT", "days at college or school", "days"),
        code("PHSTAT", "physical health", "scale"),
        code("ACUTHPBM", "an acute housing problem", "yes-no"),
        code("HRISK", "at risk of eviction", "yes-no"),
        code("QUALLIFE", "quality of life overall", "scale"),
    ]);
    list(
        "top-item",
        "What was asked at a review; the class says what its value is: `substance-days` and `days` 0 to 28, `scale` 0 to 20 \
         (higher is better), `yes-no` 1 or 0.",
        "Treatment Outcomes Profile: field names and ranges as published with the form; which theft OTHTHEFT covers is inferred.",
        items,
    )
}

pub(super) fn substance() -> CodeList {
    list(
        "substance",
        "A substance a person came for help with, by the item that counts its days of use.",
        "The substance items of the Treatment Outcomes Profile.",
        substances(),
    )
}

fn substances() -> Vec<Code> {
    vec![
        code("ALCUSE", "days of drinking alcohol", "substance-days"),
        code("OPIUSE", "days of using heroin or another opioid that was not prescribed", "substance-days"),
        code("CRAUSE", "days of using crack", "substance-days"),
        code("COCAUSE", "days of using powder cocaine", "substance-days"),
        code("AMPHUSE", "days of using amphetamines", "substance-days"),
        code("CANNUSE", "days of using cannabis", "substance-days"),
        code("OTDRGUSE", "days of using another substance", "substance-days"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_items_each_with_its_range() {
        assert_eq!(top_item().codes.len(), 20);
        let check = |item: &str, most: i64| assert_eq!(top_kind(item).map(TopKind::most), Some(most), "{item}");
        check("OPIUSE", 28);
        check("IVDRGUSE", 28);
        check("QUALLIFE", 20);
        check("HRISK", 1);
        assert_eq!(top_kind("opiuse"), None);
        assert!(substance().rows().all(|(item, ..)| top_kind(item) == Some(TopKind::SubstanceDays)));
    }
}
