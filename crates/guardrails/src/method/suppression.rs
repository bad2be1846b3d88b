//! Which numbers may be shown to the public, so that nobody can be recognised or worked out?
//!
//! Counts from one to four are not shown. Then further counts are held back until no hidden one can be worked out from
//! the totals: neither exactly, by adding and subtracting, nor by what is left possible when all are at least one
//! (Cox 1980; Willenborg and de Waal 2001). Rates on hidden counts are not shown either.

mod solve;
#[cfg(test)]
mod tests;

use meed_statistics::Refusal;

/// What must not be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Rule {
    /// Counts from one up to, and without, this number are hidden: 5 in NDTMS tables, 10 or 11 elsewhere.
    pub below: u64,
}

impl Default for Rule {
    fn default() -> Rule {
        Rule { below: 5 }
    }
}

/// A count as the public may see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shown {
    /// As it is.
    Count(u64),
    /// Too small.
    Small,
    /// Large enough, but with it a small one could be worked out.
    Protecting,
}

impl Shown {
    /// The count, if it may be shown.
    pub fn count(self) -> Option<u64> {
        match self {
            Shown::Count(count) => Some(count),
            Shown::Small | Shown::Protecting => None,
        }
    }
}

/// As it is printed: both sorts of hidden counts look alike, so that they do not tell on each other.
impl std::fmt::Display for Shown {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Shown::Count(count) => write!(to, "{count}"),
            Shown::Small | Shown::Protecting => to.write_str("*"),
        }
    }
}

/// Counts, and which of them are sums of others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    values: Vec<u64>,
    sums: Vec<Sum>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Sum {
    total: usize,
    parts: Vec<usize>,
}

impl Counts {
    /// No counts yet.
    pub fn new() -> Counts {
        Counts::default()
    }

    /// Puts in a count, and says its place.
    pub fn add(&mut self, count: u64) -> usize {
        self.values.push(count);
        self.values.len() - 1
    }

    /// Puts in the sum of counts that are here already, and says its place.
    pub fn add_total(&mut self, parts: &[usize]) -> usize {
        let total = self.add(parts.iter().map(|&p| self.values[p]).sum());
        self.sums.push(Sum { total, parts: parts.to_vec() });
        total
    }

    /// Says that a count that is here is the sum of others that are here, as a published total is.
    ///
    /// # Errors
    /// When it is not.
    pub fn declare_total(&mut self, total: usize, parts: &[usize]) -> Result<(), Refusal> {
        let sum: u64 = parts.iter().map(|&p| self.values[p]).sum();
        if sum != self.values[total] {
            return Err(Refusal::OutOfRange {
                what: "a published total".into(),
                value: self.values[total].to_string(),
                allowed: format!("{sum}, the sum of its parts"),
            });
        }
        self.sums.push(Sum { total, parts: parts.to_vec() });
        Ok(())
    }

    /// The counts of a table of rows and columns with totals of rows, of columns and of all. Places run row by row,
    /// each row ending in its total; the last row holds the totals of columns.
    ///
    /// # Errors
    /// When rows differ in length, or there are none.
    pub fn table(rows: &[Vec<u64>]) -> Result<Counts, Refusal> {
        let columns = rows.first().map_or(0, Vec::len);
        if columns == 0 {
            return Err(Refusal::too_few("columns of the table", 0, 1));
        }
        let mut counts = Counts::new();
        for row in rows {
            meed_statistics::error::same_length("a row of the table", columns, row.len())?;
            let places: Vec<usize> = row.iter().map(|&c| counts.add(c)).collect();
            counts.add_total(&places);
        }
        let width = columns + 1;
        for column in 0..width {
            let parts: Vec<usize> = (0..rows.len()).map(|row| row * width + column).collect();
            counts.add_total(&parts);
        }
        let last = rows.len() * width;
        let parts: Vec<usize> = (last..last + columns).collect();
        counts.sums.push(Sum { total: last + columns, parts });
        Ok(counts)
    }

    /// The counts, in order of place.
    pub fn values(&self) -> &[u64] {
        &self.values
    }

    /// What the public may see, in order of place.
    ///
    /// First hides small counts; then, while a hidden count can be worked out, hides another that stands in a sum with
    /// it: rather none that is zero, rather no total, rather a small one, the first of equals. In the end every hidden
    /// count could have at least two values.
    pub fn publish(&self, rule: Rule) -> Vec<Shown> {
        let mut shown: Vec<Shown> =
            self.values.iter().map(|&c| if c > 0 && c < rule.below { Shown::Small } else { Shown::Count(c) }).collect();
        loop {
            let known = solve::known(&self.sums, &shown, &|_| self.least(&shown), self.most());
            // What stands alone in a sum comes first: hiding a neighbour there is what helps.
            let alone = known.iter().find(|&&at| self.sums.iter().any(|sum| sum.touches(at) && sum.is_lone(&shown)));
            let next = alone.or(known.first()).and_then(|&at| self.next_to_hide(at, &shown, &self.sums));
            match next {
                Some(at) => shown[at] = Shown::Protecting,
                None => break,
            }
        }
        shown
    }

    /// What the public may see of counts that only grow, after an earlier release of them: `None` where that release hid
    /// the count. What is shown lets nobody work out a hidden count of this release or of that one, nor that one to four
    /// came between them.
    ///
    /// # Errors
    /// When the releases do not have the same length, or a count has fallen: then they are no running counts.
    pub fn publish_after(&self, earlier: &[Option<u64>], rule: Rule) -> Result<Vec<Shown>, Refusal> {
        let n = self.values.len();
        meed_statistics::error::same_length("the later release", earlier.len(), n)?;
        for (before, now) in earlier.iter().zip(&self.values) {
            if let Some(before) = before.filter(|before| before > now) {
                return Err(Refusal::out_of_range("a running count", *now as f64, &format!("{before} or more")));
            }
        }
        // Places 0 to n are now, n to 2n the earlier release, 2n to 3n what came between.
        let shifted = |sum: &Sum, by: usize| Sum {
            total: sum.total + by,
            parts: sum.parts.iter().map(|part| part + by).collect(),
        };
        let then: Vec<Sum> = self.sums.iter().map(|sum| shifted(sum, n)).collect();
        let between = self.sums.iter().map(|sum| shifted(sum, 2 * n));
        let grown = (0..n).map(|at| Sum { total: at, parts: vec![n + at, 2 * n + at] });
        let sums: Vec<Sum> = self.sums.iter().cloned().chain(then.clone()).chain(between).chain(grown).collect();
        let mut shown: Vec<Shown> = self.publish(rule);
        shown.extend(earlier.iter().map(|count| count.map_or(Shown::Small, Shown::Count)));
        shown.extend(std::iter::repeat_n(Shown::Small, n));
        let few = |at: usize| {
            earlier[at - 2 * n].is_some_and(|before| (1..rule.below).contains(&(self.values[at - 2 * n] - before)))
        };
        let (most, told) = (self.most(), solve::known(&then, &shown[..2 * n], &|_| 1, self.most()));
        loop {
            let hidden_zero = self.least(&shown[..n]);
            let least = |at: usize| if at < n { hidden_zero } else { u64::from(at < 2 * n) };
            let known = solve::known(&sums, &shown, &least, most);
            // What the earlier release gave away by itself cannot be taken back.
            let next = known
                .into_iter()
                .filter(|at| if *at < 2 * n { !told.contains(at) } else { few(*at) })
                .find_map(|at| self.next_to_hide(at, &shown, &sums));
            match next {
                Some(at) => shown[at] = Shown::Protecting,
                None => break,
            }
        }
        shown.truncate(n);
        Ok(shown)
    }

    /// The least that a reader knows a hidden count to be: one, unless a zero had to be hidden.
    fn least(&self, shown: &[Shown]) -> u64 {
        u64::from(!self.values.iter().zip(shown).any(|(&v, s)| v == 0 && s.count().is_none()))
    }

    /// More than any count can be.
    fn most(&self) -> u64 {
        self.values.iter().copied().max().unwrap_or(0).saturating_mul(2) + 10
    }

    /// Which shown count to hide so that `known` can no longer be worked out: one that stands with it in a sum that has
    /// no other hidden count, else in any sum, else any at all; of those, no zero, no total, one that closes a ring with
    /// another lone hidden count, the smallest, the first.
    fn next_to_hide(&self, known: usize, shown: &[Shown], sums: &[Sum]) -> Option<usize> {
        let hidden = |at: usize| shown[at].count().is_none();
        (0..self.values.len()).filter(|&at| !hidden(at)).min_by_key(|&at| {
            let with: Vec<&Sum> = sums.iter().filter(|sum| sum.touches(at) && sum.touches(known)).collect();
            let near = if with.is_empty() { 2 } else { u8::from(!with.iter().any(|sum| sum.is_lone(shown))) };
            let closes = sums.iter().any(|sum| sum.touches(at) && !sum.touches(known) && sum.is_lone(shown));
            (near, self.values[at] == 0, self.is_total(at), !closes, self.values[at], at)
        })
    }

    fn is_total(&self, at: usize) -> bool {
        self.sums.iter().any(|sum| sum.total == at)
    }
}

impl Sum {
    fn touches(&self, at: usize) -> bool {
        self.total == at || self.parts.contains(&at)
    }

    /// Whether just one of its counts is hidden.
    fn is_lone(&self, shown: &[Shown]) -> bool {
        self.parts.iter().chain([&self.total]).filter(|&&at| shown[at].count().is_none()).count() == 1
    }
}

/// A share as the public may see it: none when what it is taken of or what it counts is hidden, and none when the
/// remainder is small, for the rest of the group is then as recognisable.
pub fn public_share(count: Shown, of: Shown, rule: Rule) -> Option<f64> {
    let (count, of) = (count.count()?, of.count()?);
    let rest = of.checked_sub(count)?;
    (of > 0 && (rest == 0 || rest >= rule.below)).then(|| count as f64 / of as f64)
}

/// A count rounded to the nearest multiple of five, halves up: another way to publish, where nothing is hidden.
pub fn rounded_to_five(count: u64) -> u64 {
    (count + 2) / 5 * 5
}

/// Compares two releases of the same counts, the second to be published after the first: hides what, taken from its
/// earlier value, would tell of one to four people.
///
/// # Errors
/// When the releases do not have the same length.
pub fn after_release(earlier: &[Shown], later: &[Shown], rule: Rule) -> Result<Vec<Shown>, Refusal> {
    meed_statistics::error::same_length("the later release", earlier.len(), later.len())?;
    Ok(earlier
        .iter()
        .zip(later)
        .map(|(&before, &after)| match (before.count(), after.count()) {
            (Some(b), Some(a)) if b != a && a.abs_diff(b) < rule.below => Shown::Protecting,
            _ => after,
        })
        .collect())
}
