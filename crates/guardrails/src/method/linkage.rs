//! Is this the same person in two registers, when names are misspelt and numbers missing?
//!
//! Probabilistic linkage of Fellegi and Sunter (1969): each field says agree, disagree or unknown; how often fields
//! agree among true pairs (m) and among others (u) is estimated from the pairs themselves by the EM algorithm; the sum
//! of logarithms of m/u is the weight of a pair. What falls between two bounds goes to a person for review.

use std::collections::BTreeMap;

use meed_statistics::Refusal;

/// What one field says about two records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Agreement {
    /// The same, or alike enough.
    Agrees,
    /// Both are known and differ.
    Differs,
    /// One side does not say.
    Unknown,
}

/// How one field tells true pairs from others.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct Field {
    /// Name of the field.
    pub name: String,
    /// Chance that it agrees when both records are the same person's.
    pub m: f64,
    /// Chance that it agrees when they are not.
    pub u: f64,
}

/// How pairs are told apart: one `m` and `u` for each field, and the share of true pairs among those compared.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct Model {
    /// The fields, in the order in which agreements are given.
    pub fields: Vec<Field>,
    /// Share of compared pairs that are the same person.
    pub share: f64,
    /// Steps that EM took.
    pub steps: usize,
}

/// Two bounds on the chance that a pair is one person.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct Bounds {
    /// At or above: taken as one person.
    pub same: f64,
    /// Below: taken as two. Between the two: for review by a person.
    pub different: f64,
}

impl Default for Bounds {
    fn default() -> Bounds {
        Bounds { same: 0.95, different: 0.10 }
    }
}

/// What is made of one pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// One person.
    Same,
    /// A person must look.
    Review,
    /// Two persons.
    Different,
}

/// How good the links are, as the model itself expects.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct Quality {
    /// Pairs compared.
    pub compared: usize,
    /// Pairs taken as one person.
    pub linked: usize,
    /// Pairs for review.
    pub review: usize,
    /// Expected share of wrong ones among the linked.
    pub false_links: f64,
    /// Expected share of true pairs that were taken as two persons, review not counted.
    pub missed: f64,
}

/// Never closer to certainty than this, so that one field can never decide alone.
const CERTAIN: f64 = 1e-6;
const MOST_STEPS: usize = 2_000;

impl Model {
    /// Estimates `m`, `u` and the share of true pairs from how compared pairs agree. Fields are taken as independent
    /// among true pairs and among others; an unknown field says nothing either way.
    ///
    /// # Errors
    /// When there are fewer than three fields (two leave the model undetermined), fewer than 50 pairs, a pattern of
    /// another length, a field that never varies, or when the two groups cannot be told apart.
    pub fn fit(names: &[&str], pairs: &[Vec<Agreement>]) -> Result<Model, Refusal> {
        if names.len() < 3 {
            return Err(Refusal::too_few("fields that two registers share", names.len(), 3));
        }
        if pairs.len() < 50 {
            return Err(Refusal::too_few("pairs to compare", pairs.len(), 50));
        }
        let mut patterns = BTreeMap::<&[Agreement], f64>::new();
        for pair in pairs {
            if pair.len() != names.len() {
                return Err(Refusal::out_of_range("fields compared in a pair", pair.len() as f64, "one for each name"));
            }
            *patterns.entry(pair).or_default() += 1.0;
        }
        for (at, name) in names.iter().enumerate() {
            let seen = |what| patterns.keys().any(|p| p[at] == what);
            if !(seen(Agreement::Agrees) && seen(Agreement::Differs)) {
                return Err(Refusal::NoVariation { what: format!("pairs in `{name}`") });
            }
        }
        let total = pairs.len() as f64;
        // Start: the group in which most fields agree is the group of true pairs.
        let mut model = Model {
            fields: names.iter().map(|n| Field { name: (*n).to_owned(), m: 0.9, u: 0.1 }).collect(),
            share: 0.1,
            steps: 0,
        };
        loop {
            model.steps += 1;
            let mut same_total = 0.0;
            let mut sums = vec![[0.0_f64; 4]; names.len()];
            for (pattern, &count) in &patterns {
                let same = model.chance(pattern) * count;
                same_total += same;
                for (sum, agreement) in sums.iter_mut().zip(*pattern) {
                    let agrees = match agreement {
                        Agreement::Unknown => continue,
                        Agreement::Agrees => 1.0,
                        Agreement::Differs => 0.0,
                    };
                    sum[0] += same * agrees;
                    sum[1] += same;
                    sum[2] += (count - same) * agrees;
                    sum[3] += count - same;
                }
            }
            let share = (same_total / total).clamp(CERTAIN, 1.0 - CERTAIN);
            let mut moved = (share - model.share).abs();
            model.share = share;
            for (field, sum) in model.fields.iter_mut().zip(&sums) {
                let m = if sum[1] > 0.0 { sum[0] / sum[1] } else { field.m }.clamp(CERTAIN, 1.0 - CERTAIN);
                let u = if sum[3] > 0.0 { sum[2] / sum[3] } else { field.u }.clamp(CERTAIN, 1.0 - CERTAIN);
                moved = moved.max((m - field.m).abs()).max((u - field.u).abs());
                (field.m, field.u) = (m, u);
            }
            if moved < 1e-10 || model.steps == MOST_STEPS {
                break;
            }
        }
        let apart = model.fields.iter().filter(|f| f.m > f.u).count();
        if apart < 2 || model.share * total < 1.0 {
            let what = "the number of fields that agree more often within one of two groups of pairs";
            return Err(Refusal::out_of_range(what, apart as f64, "at least 2, with at least one pair in that group"));
        }
        Ok(model)
    }

    /// Weight of a pair in bits: the sum of `log2(m/u)` where fields agree and `log2((1-m)/(1-u))` where they differ.
    pub fn weight(&self, pattern: &[Agreement]) -> f64 {
        self.fields
            .iter()
            .zip(pattern)
            .map(|(field, agreement)| match agreement {
                Agreement::Agrees => (field.m / field.u).log2(),
                Agreement::Differs => ((1.0 - field.m) / (1.0 - field.u)).log2(),
                Agreement::Unknown => 0.0,
            })
            .sum()
    }

    /// Chance that the pair is one person, by weight and share.
    pub fn chance(&self, pattern: &[Agreement]) -> f64 {
        let bits = self.weight(pattern) + (self.share / (1.0 - self.share)).log2();
        1.0 / (1.0 + (-bits * std::f64::consts::LN_2).exp())
    }

    /// What is made of a pair.
    pub fn verdict(&self, pattern: &[Agreement], bounds: Bounds) -> Verdict {
        let chance = self.chance(pattern);
        if chance >= bounds.same {
            Verdict::Same
        } else if chance >= bounds.different {
            Verdict::Review
        } else {
            Verdict::Different
        }
    }

    /// How good the links between these pairs are, by the model's own chances.
    pub fn quality(&self, pairs: &[Vec<Agreement>], bounds: Bounds) -> Quality {
        let (mut linked, mut review, mut wrong, mut missed, mut true_pairs) = (0, 0, 0.0, 0.0, 0.0);
        for pair in pairs {
            let chance = self.chance(pair);
            true_pairs += chance;
            match self.verdict(pair, bounds) {
                Verdict::Same => {
                    linked += 1;
                    wrong += 1.0 - chance;
                }
                Verdict::Review => review += 1,
                Verdict::Different => missed += chance,
            }
        }
        Quality {
            compared: pairs.len(),
            linked,
            review,
            false_links: if linked == 0 { 0.0 } else { wrong / linked as f64 },
            missed: if true_pairs > 0.0 { missed / true_pairs } else { 0.0 },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Agreement::{Agrees, Differs, Unknown};
    use meed_statistics::Generator;

    const NAMES: [&str; 4] = ["surname", "forename", "born", "postcode"];

    /// Pairs made with these m and u, and whether each is one person.
    fn made(seed: u64, pairs: usize) -> (Vec<Vec<Agreement>>, Vec<bool>) {
        let mut generator = Generator::new(seed, "pairs");
        let (m, u) = ([0.95, 0.90, 0.97, 0.70], [0.02, 0.05, 0.01, 0.10]);
        (0..pairs)
            .map(|_| {
                let same = generator.chance(0.2);
                let pattern = (0..4)
                    .map(|f| {
                        if generator.chance(0.05) {
                            Unknown
                        } else if generator.chance(if same { m[f] } else { u[f] }) {
                            Agrees
                        } else {
                            Differs
                        }
                    })
                    .collect();
                (pattern, same)
            })
            .unzip()
    }

    #[test]
    fn em_finds_how_often_fields_agree() {
        let (pairs, truth) = made(3, 20_000);
        let model = Model::fit(&NAMES, &pairs).unwrap();
        let expected = [(0.95, 0.02), (0.90, 0.05), (0.97, 0.01), (0.70, 0.10)];
        for (field, (m, u)) in model.fields.iter().zip(expected) {
            assert!((field.m - m).abs() < 0.02 && (field.u - u).abs() < 0.01, "{field:?}");
        }
        assert!((model.share - 0.2).abs() < 0.01);

        // The quality it expects is the quality there is.
        let bounds = Bounds::default();
        let quality = model.quality(&pairs, bounds);
        let linked: Vec<bool> = pairs.iter().map(|p| model.verdict(p, bounds) == Verdict::Same).collect();
        let wrong = linked.iter().zip(&truth).filter(|(l, t)| **l && !**t).count() as f64 / quality.linked as f64;
        assert!((quality.false_links - wrong).abs() < 0.005, "{quality:?} {wrong}");
        assert!(quality.false_links < 0.02 && quality.missed < 0.03, "{quality:?}");
    }

    #[test]
    fn weights_are_logarithms_of_m_over_u() {
        let field = |m, u| Field { name: String::new(), m, u };
        let model = Model { fields: vec![field(0.8, 0.1), field(0.5, 0.25)], share: 0.5, steps: 0 };
        assert!((model.weight(&[Agrees, Agrees]) - 4.0).abs() < 1e-12);
        assert!((model.weight(&[Agrees, Unknown]) - 3.0).abs() < 1e-12);
        assert!((model.weight(&[Unknown, Differs]) - (0.5_f64 / 0.75).log2()).abs() < 1e-12);
        assert!((model.chance(&[Agrees, Agrees]) - 16.0 / 17.0).abs() < 1e-12, "even odds before");
    }

    #[test]
    fn pairs_between_the_bounds_are_for_a_person_to_look_at() {
        let (pairs, _) = made(4, 5_000);
        let model = Model::fit(&NAMES, &pairs).unwrap();
        let bounds = Bounds::default();
        assert_eq!(model.verdict(&[Agrees; 4], bounds), Verdict::Same);
        assert_eq!(model.verdict(&[Differs; 4], bounds), Verdict::Different);
        assert!(pairs.iter().any(|p| model.verdict(p, bounds) == Verdict::Review));
        assert_ne!(model.verdict(&[Unknown; 4], bounds), Verdict::Same, "nothing known links nobody");
    }

    #[test]
    fn what_cannot_be_told_apart_is_refused() {
        let (pairs, _) = made(5, 1_000);
        let two: Vec<Vec<Agreement>> = pairs.iter().map(|p| p[..2].to_vec()).collect();
        assert!(Model::fit(&NAMES[..2], &two).is_err(), "two fields leave the model open");
        assert!(Model::fit(&NAMES, &pairs[..20]).is_err(), "too few pairs");
        assert!(Model::fit(&NAMES, &vec![vec![Agrees; 4]; 100]).is_err(), "all agree");
        assert!(Model::fit(&NAMES[..3], &pairs).is_err(), "patterns of another length");
    }
}
