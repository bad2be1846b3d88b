//! How many files must be looked at, which ones, and what does the sample say of all?
//!
//! Sizes at which a sample without error gives assurance, a draw that anybody can repeat from a seed committed to
//! beforehand, and the stratified difference estimator (Cochran 1977, chapter 5). What may be recovered rests on the
//! lower limit of the two-sided 90% interval, so that doubt favours the provider.

use std::collections::BTreeMap;

use meed_statistics::{
    Refusal,
    distribution::{Continuous, Discrete, Hypergeometric, Student},
    estimate::checked_level,
};
use sha2::{Digest, Sha256};

use super::encoding::Key;

/// Files to look at so that, if all are clean, an error rate of `tolerable` or more is excluded at `confidence`, in a
/// universe so large that drawing does not empty it.
///
/// # Errors
/// When the rate or the confidence is not strictly between 0 and 1.
pub fn clean_sample(tolerable: f64, confidence: f64) -> Result<u64, Refusal> {
    share("the tolerable error rate", tolerable)?;
    share("the confidence", confidence)?;
    let exact = (1.0 - confidence).ln() / (1.0 - tolerable).ln();
    Ok((exact - 1e-9).ceil().max(1.0) as u64)
}

/// As [`clean_sample`], in a universe of `universe` files (hypergeometric). Never more than all.
///
/// # Errors
/// As there, and when the universe is empty.
pub fn clean_sample_of(universe: u64, tolerable: f64, confidence: f64) -> Result<u64, Refusal> {
    share("the tolerable error rate", tolerable)?;
    share("the confidence", confidence)?;
    if universe == 0 {
        return Err(Refusal::EmptyGroup { group: "the universe to draw from".into() });
    }
    // The smallest number of wrong files that is the tolerable rate or more.
    let wrong = ((tolerable * universe as f64 - 1e-9).ceil() as u64).clamp(1, universe);
    // A chance that is the allowed one but for rounding is allowed.
    let doubt = (1.0 - confidence) * (1.0 + 1e-9);
    let (mut low, mut high) = (1, universe);
    while low < high {
        let middle = low + (high - low) / 2;
        if Hypergeometric::new(wrong, universe - wrong, middle)?.mass(0) <= doubt {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Ok(low)
}

/// Highest error rate that `files` clean ones leave possible at `confidence`.
///
/// # Errors
/// When there are no files or the confidence is not strictly between 0 and 1.
pub fn upper_after_clean(files: u64, confidence: f64) -> Result<f64, Refusal> {
    share("the confidence", confidence)?;
    if files == 0 {
        return Err(Refusal::too_few("files looked at", 0, 1));
    }
    Ok(1.0 - (1.0 - confidence).powf(1.0 / files as f64))
}

/// A stratum of a sample audit: what each file looked at was wrong by, positive where too much was paid.
#[derive(Clone, Debug, PartialEq)]
pub struct Stratum {
    /// What the stratum is called.
    pub name: String,
    /// Files in the universe.
    pub universe: u64,
    /// What was paid less what was due, for each file in the sample.
    pub differences: Vec<f64>,
}

/// What a sample audit says of all files.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Extrapolated {
    /// Sum over strata of universe times mean difference.
    pub total: f64,
    /// Its standard error, with finite-population correction.
    pub standard_error: f64,
    /// Degrees of freedom (Satterthwaite); none when every stratum was looked at in full.
    pub df: Option<f64>,
    /// Lower limit of the two-sided interval: what may at most be recovered where it is above zero.
    pub lower: f64,
    /// Upper limit of the two-sided interval.
    pub upper: f64,
    /// Level of the interval.
    pub level: f64,
    /// Files looked at.
    pub sample: usize,
    /// Files in the universe.
    pub universe: u64,
}

/// Difference estimator over strata. Under-claims count against over-claims.
///
/// # Errors
/// When a stratum has fewer than two files in the sample and is not looked at in full, a sample is larger than its
/// universe, or every difference in strata that were only sampled is the same: then the sample says nothing of how
/// much the rest may differ, and sizes for a clean sample apply.
pub fn extrapolate(strata: &[Stratum], level: f64) -> Result<Extrapolated, Refusal> {
    checked_level(level)?;
    if strata.is_empty() {
        return Err(Refusal::too_few("strata", 0, 1));
    }
    let (mut total, mut variance, mut spread) = (0.0, 0.0, 0.0);
    let mut sampled_only = false;
    for stratum in strata {
        let n = stratum.differences.len();
        meed_statistics::error::all_numbers(&format!("the difference in `{}`", stratum.name), &stratum.differences)?;
        if n as u64 > stratum.universe {
            let allowed = format!("at most {}, its universe", stratum.universe);
            return Err(Refusal::OutOfRange {
                what: format!("the sample of `{}`", stratum.name),
                value: n.to_string(),
                allowed,
            });
        }
        let full = n as u64 == stratum.universe;
        if n < 2 && !full {
            return Err(Refusal::too_few(&format!("files looked at in `{}`", stratum.name), n, 2));
        }
        if n == 0 {
            continue;
        }
        let (files, universe) = (n as f64, stratum.universe as f64);
        let mean = stratum.differences.iter().sum::<f64>() / files;
        total += universe * mean;
        if !full {
            sampled_only = true;
            let s2 = stratum.differences.iter().map(|d| (d - mean).powi(2)).sum::<f64>() / (files - 1.0);
            let part = universe * universe * (1.0 - files / universe) * s2 / files;
            variance += part;
            spread += part * part / (files - 1.0);
        }
    }
    let sample = strata.iter().map(|s| s.differences.len()).sum();
    let universe = strata.iter().map(|s| s.universe).sum();
    if !sampled_only {
        return Ok(Extrapolated {
            total,
            standard_error: 0.0,
            df: None,
            lower: total,
            upper: total,
            level,
            sample,
            universe,
        });
    }
    if variance <= 0.0 {
        return Err(Refusal::NoVariation { what: "what the files of the sample are wrong by".into() });
    }
    let (standard_error, df) = (variance.sqrt(), variance * variance / spread);
    let reach = Student::new(df)?.quantile(0.5 + level / 2.0) * standard_error;
    Ok(Extrapolated {
        total,
        standard_error,
        df: Some(df),
        lower: total - reach,
        upper: total + reach,
        level,
        sample,
        universe,
    })
}

/// The promise made before the claims are frozen: a hash of the seed that will draw the sample.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct Commitment {
    /// What the audit is about: contract, period, question.
    pub about: String,
    /// SHA-256 of `about`, a unit separator, and the seed.
    pub hash: String,
}

/// A sample drawn from frozen claims, with all that is needed to draw it again.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct Draw {
    /// How: files by the smallest HMAC-SHA-256 of their identity under the seed, in each stratum.
    pub method: String,
    /// The promise it keeps.
    pub commitment: Commitment,
    /// The seed, now revealed.
    pub seed: String,
    /// SHA-256 over the sorted identities of the universe with their strata: what was frozen.
    pub universe: String,
    /// Files of each stratum, and those drawn, in the order in which they were drawn.
    pub strata: Vec<DrawnStratum>,
}

/// What was drawn in one stratum.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
pub struct DrawnStratum {
    /// What the stratum is called.
    pub name: String,
    /// Files in it.
    pub universe: usize,
    /// Identities of those drawn.
    pub drawn: Vec<String>,
}

/// Name of the way in which files are drawn.
pub const METHOD: &str = "hmac-sha256-order/1";

/// Promises a seed without showing it.
pub fn commit(about: &str, seed: &str) -> Commitment {
    Commitment { about: about.to_owned(), hash: hex(&Sha256::digest(format!("{about}\u{1f}{seed}").as_bytes())) }
}

/// Draws `sizes` files of each stratum from a frozen universe of pairs of stratum and identity. A stratum without a
/// size, or with one above its files, is drawn in full.
///
/// # Errors
/// When the seed does not keep the promise, or an identity stands twice in the universe.
pub fn draw(
    commitment: &Commitment,
    seed: &str,
    universe: &[(String, String)],
    sizes: &BTreeMap<String, usize>,
) -> Result<Draw, Refusal> {
    if commit(&commitment.about, seed) != *commitment {
        return Err(Refusal::OutOfRange {
            what: "the hash of the seed".into(),
            value: commit(&commitment.about, seed).hash,
            allowed: format!("{}, as was promised before the claims were frozen", commitment.hash),
        });
    }
    let mut frozen = universe.to_vec();
    frozen.sort_unstable_by(|a, b| (&a.1, &a.0).cmp(&(&b.1, &b.0)));
    if let Some(twice) = frozen.windows(2).find(|w| w[0].1 == w[1].1) {
        return Err(Refusal::OutOfRange {
            what: format!("how often `{}` stands in the universe", twice[0].1),
            value: "2".into(),
            allowed: "1: each file has one identity and one stratum".into(),
        });
    }
    let key = Key::new(seed.as_bytes());
    let mut strata = BTreeMap::<&str, Vec<([u8; 32], &str)>>::new();
    for (stratum, id) in &frozen {
        let place = key.sign(format!("{}\u{1f}{stratum}\u{1f}{id}", commitment.about).as_bytes());
        strata.entry(stratum).or_default().push((place, id));
    }
    let strata = strata
        .into_iter()
        .map(|(name, mut files)| {
            files.sort_unstable();
            let size = sizes.get(name).copied().unwrap_or(files.len()).min(files.len());
            DrawnStratum {
                name: name.to_owned(),
                universe: files.len(),
                drawn: files[..size].iter().map(|(_, id)| (*id).to_owned()).collect(),
            }
        })
        .collect();
    let mut hasher = Sha256::new();
    for (stratum, id) in &frozen {
        hasher.update(format!("{stratum}\u{1f}{id}\n"));
    }
    Ok(Draw {
        method: METHOD.to_owned(),
        commitment: commitment.clone(),
        seed: seed.to_owned(),
        universe: hex(&hasher.finalize()),
        strata,
    })
}

impl Draw {
    /// Whether the same universe and seed give this very sample.
    ///
    /// # Errors
    /// As [`draw`].
    pub fn repeats(&self, universe: &[(String, String)]) -> Result<bool, Refusal> {
        let sizes = self.strata.iter().map(|s| (s.name.clone(), s.drawn.len())).collect();
        Ok(draw(&self.commitment, &self.seed, universe, &sizes)? == *self)
    }
}

fn share(what: &str, value: f64) -> Result<(), Refusal> {
    if value > 0.0 && value < 1.0 { Ok(()) } else { Err(Refusal::out_of_range(what, value, "above 0 and below 1")) }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_of_clean_samples() {
        assert_eq!(clean_sample(0.05, 0.95), Ok(59));
        assert_eq!(clean_sample(0.01, 0.95), Ok(299));
        assert!((upper_after_clean(59, 0.95).unwrap() - 0.0495).abs() < 5e-5);
        assert!(upper_after_clean(299, 0.95).unwrap() < 0.01);
    }

    #[test]
    fn sizes_of_clean_samples_from_a_finite_universe() {
        for (universe, five, two) in [(100, 45, 78), (500, 56, 129), (2_000, 58, 143)] {
            assert_eq!(clean_sample_of(universe, 0.05, 0.95), Ok(five), "{universe}");
            assert_eq!(clean_sample_of(universe, 0.02, 0.95), Ok(two), "{universe}");
        }
        assert_eq!(clean_sample_of(3, 0.05, 0.95), Ok(3), "with few files all must be looked at");
        assert!(clean_sample_of(0, 0.05, 0.95).is_err());
    }

    #[test]
    fn the_difference_estimator_by_hand() {
        // Universe 100, sample 4: mean 10, s2 = 200/3; variance = 10000 * 0.96 * (200/3) / 4 = 160000; t(3) 95% = 2.353363.
        let one = [Stratum { name: "all".into(), universe: 100, differences: vec![0.0, 10.0, 10.0, 20.0] }];
        let found = extrapolate(&one, 0.90).unwrap();
        assert!((found.total - 1_000.0).abs() < 1e-9 && (found.standard_error - 400.0).abs() < 1e-9);
        assert_eq!(found.df.map(f64::round), Some(3.0));
        assert!((found.lower - (1_000.0 - 2.353_363_434_801_823 * 400.0)).abs() < 1e-5, "{found:?}");
    }

    #[test]
    fn a_stratum_looked_at_in_full_brings_no_doubt() {
        let dear = Stratum { name: "dear".into(), universe: 2, differences: vec![500.0, -100.0] };
        let full = extrapolate(std::slice::from_ref(&dear), 0.90).unwrap();
        assert_eq!((full.total, full.lower, full.upper, full.df), (400.0, 400.0, 400.0, None));
        let cheap = Stratum { name: "cheap".into(), universe: 100, differences: vec![0.0, 10.0, 10.0, 20.0] };
        let both = extrapolate(&[dear, cheap], 0.90).unwrap();
        assert!((both.total - 1_400.0).abs() < 1e-9 && (both.standard_error - 400.0).abs() < 1e-9);
    }

    #[test]
    fn samples_that_say_nothing_are_refused() {
        let stratum = |universe, differences| [Stratum { name: "s".into(), universe, differences }];
        assert!(matches!(extrapolate(&stratum(100, vec![1.0]), 0.9), Err(Refusal::TooFewCases { .. })));
        assert!(matches!(extrapolate(&stratum(100, vec![0.0; 30]), 0.9), Err(Refusal::NoVariation { .. })));
        assert!(matches!(extrapolate(&stratum(2, vec![0.0; 3]), 0.9), Err(Refusal::OutOfRange { .. })));
        assert!(matches!(extrapolate(&stratum(9, vec![f64::NAN, 1.0]), 0.9), Err(Refusal::NotANumber { .. })));
    }

    fn files(n: usize) -> Vec<(String, String)> {
        (0..n).map(|i| (if i % 3 == 0 { "dear" } else { "cheap" }.to_owned(), format!("claim-{i:03}"))).collect()
    }

    #[test]
    fn a_draw_can_be_repeated_and_does_not_depend_on_order() {
        let promise = commit("kent-2012, second quarter, evidence", "a seed from a public lottery");
        let sizes = BTreeMap::from([("dear".to_owned(), 5), ("cheap".to_owned(), 4)]);
        let drawn = draw(&promise, "a seed from a public lottery", &files(90), &sizes).unwrap();
        assert_eq!(
            drawn.strata.iter().map(|s| (s.name.as_str(), s.universe, s.drawn.len())).collect::<Vec<_>>(),
            [("cheap", 60, 4), ("dear", 30, 5)]
        );
        let mut turned = files(90);
        turned.reverse();
        assert_eq!(draw(&promise, "a seed from a public lottery", &turned, &sizes).unwrap(), drawn);
        assert_eq!(drawn.repeats(&turned), Ok(true));
        assert_eq!(drawn.repeats(&files(91)), Ok(false), "another universe was frozen");
    }

    #[test]
    fn a_larger_sample_contains_the_smaller() {
        let promise = commit("audit", "seed");
        let take =
            |n| draw(&promise, "seed", &files(60), &BTreeMap::from([("dear".into(), n), ("cheap".into(), n)])).unwrap();
        let (small, large) = (take(4), take(9));
        for (few, many) in small.strata.iter().zip(&large.strata) {
            assert_eq!(few.drawn[..], many.drawn[..4]);
        }
    }

    #[test]
    fn another_seed_or_a_file_twice_is_refused() {
        let promise = commit("audit", "seed");
        assert!(draw(&promise, "a better seed", &files(9), &BTreeMap::new()).is_err());
        let twice = [files(9), files(1)].concat();
        assert!(draw(&promise, "seed", &twice, &BTreeMap::new()).is_err());
    }

    #[test]
    fn every_file_is_as_likely_as_any_other() {
        let mut drawn = [0_u32; 30];
        let universe: Vec<(String, String)> = (0..30).map(|i| (String::new(), i.to_string())).collect();
        for seed in 0..2_000 {
            let seed = seed.to_string();
            let found = draw(&commit("a", &seed), &seed, &universe, &BTreeMap::from([(String::new(), 6)])).unwrap();
            for id in &found.strata[0].drawn {
                drawn[id.parse::<usize>().unwrap()] += 1;
            }
        }
        // 400 expected of each, standard deviation 18; the sum of squares over 320 has about 29 degrees of freedom.
        let chi: f64 = drawn.iter().map(|&d| (f64::from(d) - 400.0).powi(2) / 320.0).sum();
        assert!(chi < 58.0, "{chi}");
    }
}
