//! How a kebab-case name reads as words, with the hyphens that belong to the words themselves.

/// Words that keep a hyphen or a comma, as they read without.
const KEPT: [(&str, &str); 9] = [
    ("re presentation", "re-presentation"),
    ("re assessment", "re-assessment"),
    ("pass through", "pass-through"),
    ("follow up", "follow-up"),
    ("one way", "one-way"),
    ("one track", "one-track"),
    ("cut off", "cut-off"),
    ("under banding", "under-banding"),
    ("get them in get them out", "get them in, get them out"),
];

/// A kebab-case name as words: `dumping and pass-through`.
pub fn in_words(name: &str) -> String {
    KEPT.iter().fold(name.replace('-', " "), |words, (split, kept)| words.replace(split, kept))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicators;

    #[test]
    fn hyphens_that_belong_to_words_are_kept() {
        for (name, words) in [
            ("re-presentation", "re-presentation"),
            ("re-assessment", "re-assessment"),
            ("dumping-and-pass-through", "dumping and pass-through"),
            ("missing-follow-up", "missing follow-up"),
            ("scores-just-above-a-cut-off", "scores just above a cut-off"),
            ("get-them-in-get-them-out", "get them in, get them out"),
            ("paid-twice", "paid twice"),
        ] {
            assert_eq!(in_words(name), words);
        }
    }

    #[test]
    fn no_title_begins_with_half_a_word() {
        for indicator in indicators() {
            let title = in_words(indicator.about().name);
            assert!(title.split(' ').all(|word| !["re", "non", "pre", "un"].contains(&word)), "{title}");
        }
    }
}
