//! Which texts are nearly the same?
//!
//! Texts are cut into overlapping runs of words (shingles) and compared by Jaccard's coefficient: what two sets share,
//! divided by what they hold together (Broder 1997). Every pair at or above the threshold is found, none is missed:
//! rarer shingles come first, and a pair that is alike enough must share one of the first few.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

/// The shingles of a text, as sorted 64-bit hashes without repeats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shingles(Vec<u64>);

/// Two texts that are nearly the same, by their places in the list; `left < right`.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Pair {
    /// Place of the earlier text.
    pub left: usize,
    /// Place of the later text.
    pub right: usize,
    /// Jaccard's coefficient, from 0 to 1.
    pub likeness: f64,
}

impl Shingles {
    /// Cuts a text into runs of `words` words, in lower case and without punctuation. A text with fewer words is one
    /// shingle; an empty text has none.
    pub fn of(text: &str, words: usize) -> Shingles {
        let plain: String = text.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
        let plain = plain.to_lowercase();
        let all: Vec<&str> = plain.split_whitespace().collect();
        if all.is_empty() {
            return Shingles(Vec::new());
        }
        let mut hashes: Vec<u64> = all.windows(words.clamp(1, all.len())).map(|run| hash(&run.join(" "))).collect();
        hashes.sort_unstable();
        hashes.dedup();
        Shingles(hashes)
    }

    /// Shingles whose hashes are known already.
    pub fn from_hashes(mut hashes: Vec<u64>) -> Shingles {
        hashes.sort_unstable();
        hashes.dedup();
        Shingles(hashes)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the text held no word at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Shared shingles divided by all of both. Two empty texts are not alike: nothing says so.
    pub fn likeness(&self, other: &Shingles) -> f64 {
        let (mut i, mut j, mut shared) = (0, 0, 0_usize);
        while i < self.0.len() && j < other.0.len() {
            match self.0[i].cmp(&other.0[j]) {
                std::cmp::Ordering::Less => i += 1,
                std::cmp::Ordering::Greater => j += 1,
                std::cmp::Ordering::Equal => (i, j, shared) = (i + 1, j + 1, shared + 1),
            }
        }
        let together = self.0.len() + other.0.len() - shared;
        if together == 0 { 0.0 } else { shared as f64 / together as f64 }
    }
}

/// Every pair of texts whose likeness is at least `threshold`, in order of place.
pub fn near_duplicates(texts: &[Shingles], threshold: f64) -> Vec<Pair> {
    let threshold = threshold.clamp(1e-9, 1.0);
    let mut known: BTreeMap<u64, u32> = BTreeMap::new();
    for text in texts {
        for &shingle in &text.0 {
            *known.entry(shingle).or_default() += 1;
        }
    }
    let mut holding: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    let mut pairs = Vec::new();
    for (right, text) in texts.iter().enumerate() {
        if text.is_empty() {
            continue;
        }
        let mut rarest = text.0.clone();
        rarest.sort_by_key(|s| (known[s], *s));
        // Two sets with likeness t share at least t|A| shingles, so one of them is among the first |A| - t|A| + 1.
        let shared = (threshold * text.len() as f64 - 1e-9).ceil().max(1.0) as usize;
        let first = &rarest[..=text.len() - shared.min(text.len())];
        let candidates: BTreeSet<usize> = first.iter().filter_map(|s| holding.get(s)).flatten().copied().collect();
        for left in candidates {
            let likeness = texts[left].likeness(text);
            if likeness >= threshold {
                pairs.push(Pair { left, right, likeness });
            }
        }
        for &shingle in first {
            holding.entry(shingle).or_default().push(right);
        }
    }
    pairs.sort_by_key(|p| (p.left, p.right));
    pairs
}

/// First eight bytes of SHA-256: the same on every machine and in every version.
pub(crate) fn hash(text: &str) -> u64 {
    let digest = Sha256::digest(text.as_bytes());
    u64::from_be_bytes(digest[..8].try_into().expect("a digest is longer than eight bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn likeness_counts_what_is_shared() {
        // abc, bcd, cde against abc, bcd, cdf: two shared of four.
        let a = Shingles::of("a b c d e", 3);
        let b = Shingles::of("A, b; c. D f!", 3);
        assert_eq!(a.likeness(&b), 0.5);
        assert_eq!(a.likeness(&a), 1.0);
        assert_eq!(Shingles::of("", 3).likeness(&Shingles::of("  ", 3)), 0.0);
        assert_eq!(Shingles::of("one", 3).len(), 1);
    }

    #[test]
    fn every_near_duplicate_is_found_and_no_other() {
        // A stream of small sets, compared with asking every pair.
        let mut state = 7_u64;
        let mut draw = |n: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % n
        };
        let texts: Vec<Shingles> =
            (0..300).map(|_| Shingles::from_hashes((0..draw(12)).map(|_| draw(14)).collect())).collect();
        for threshold in [0.3, 0.5, 0.75, 0.9, 1.0] {
            let mut all = Vec::new();
            for right in 0..texts.len() {
                for left in 0..right {
                    let likeness = texts[left].likeness(&texts[right]);
                    if likeness >= threshold {
                        all.push(Pair { left, right, likeness });
                    }
                }
            }
            all.sort_by_key(|p| (p.left, p.right));
            assert!(!all.is_empty());
            assert_eq!(near_duplicates(&texts, threshold), all, "threshold {threshold}");
        }
    }
}
