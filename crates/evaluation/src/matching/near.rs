//! Whom of a large pool does anybody need to look at? Those who stand near a treated person, found in two passes over the
//! pool without sorting the rest.
//!
//! Scores are put into narrow bins, and bins are kept outwards from every treated person until they hold several times as
//! many people as are asked for. Where the kept bins end, a mark says how near somebody who was not kept could be. Whoever
//! comes upon a mark before anybody nearer has to look further: the kept part is then chosen wider, in the end the whole pool.
//! The answer is therefore always that of the whole pool.

use std::ops::Range;

use super::shelf::{NOBODY, Priority, Standing};
use super::strata::Strata;
use super::stretches::{Simd, Wide, shares, side_by_side, wide};

/// In how many bins scores are put, over all strata.
const BINS: usize = 1 << 17;
/// With more strata than these the whole pool is looked at.
const MOST_STRATA: usize = 64;
/// How far apart a number and its double are, in the first half of ordered bits.
const DOUBLE: u32 = 1 << 20;
/// How many people are put into bins at once.
const BLOCK: usize = 512;

/// A pool, and who looks for neighbours in it; all but the queue are indexed by person.
pub(super) struct Search<'a> {
    /// Those who look.
    pub queue: &'a [usize],
    pub treated: &'a [bool],
    pub score: &'a [f64],
    pub strata: &'a Strata,
    pub priority: &'a Priority,
    /// How many neighbours each wants.
    pub ratio: usize,
}

/// Scores in bins, by the first bits that they are stored in: narrow where scores are small, so that rare treatment does
/// no harm.
#[derive(Clone, Copy)]
struct Bins {
    /// The first bits of the first bin.
    first: i32,
    /// How many of the 32 first bits do not tell bins apart.
    shift: u32,
    /// How many bins a stratum has.
    each: usize,
}

impl Bins {
    /// The bin of a score within its stratum; whoever stands further out is in the first or last.
    #[inline(always)]
    fn within(&self, score: f64) -> i32 {
        // Half the bits are enough, and let twice as many scores be looked at once. A shift leaves no sign.
        let bits = (first_bits(score) >> self.shift) as i32 - self.first;
        let last = self.each as i32 - 1;
        let bits = if bits > last { last } else { bits };
        if bits < 0 { 0 } else { bits }
    }

    fn of(&self, stratum: u32, score: f64) -> usize {
        stratum as usize * self.each + self.within(score) as usize
    }

    /// The lowest score that a bin can hold, as ordered bits.
    fn edge(&self, bin: usize) -> u64 {
        ((self.first as u64 + (bin % self.each) as u64) << self.shift) << 32
    }
}

/// The first half of what is in the order of the numbers.
#[inline(always)]
fn first_bits(number: f64) -> u32 {
    // Adding nought makes one number of the two noughts.
    let bits = ((number + 0.0).to_bits() >> 32) as u32;
    bits ^ ((bits as i32 >> 31) as u32 | 1 << 31)
}

/// Puts scores into bins.
struct PutIntoBins<'a> {
    bins: Bins,
    scores: &'a [f64],
    to: &'a mut [i32],
}

impl Wide for PutIntoBins<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        self.to.iter_mut().zip(self.scores).for_each(|(to, score)| *to = self.bins.within(*score));
    }
}

impl Search<'_> {
    /// Everyone of the pool.
    pub fn everyone(&self) -> Vec<Standing> {
        let pool = (0..self.treated.len()).filter(|&person| !self.treated[person]);
        pool.map(|person| self.standing(person)).collect()
    }

    /// Those who stand near a treated person, with marks where they end: `reach` times as many as are asked for. None where
    /// that would be most of the pool.
    pub fn nearby(&self, reach: usize) -> Option<Vec<Standing>> {
        let people = self.treated.len();
        let asked = self.queue.len().saturating_mul(self.ratio).saturating_mul(reach);
        let strata = self.strata.number;
        if self.queue.is_empty() || asked >= people / 8 || strata > MOST_STRATA {
            return None;
        }
        let bins = self.bins(strata);
        let parts = shares(people);
        let all = strata * bins.each;
        let counted = side_by_side(parts.len(), |part| {
            // What comes to more than can be counted here is enough for anybody.
            let mut counts = vec![0_u16; all];
            self.for_bins(&bins, parts[part].clone(), |_, bin| counts[bin] = counts[bin].saturating_add(1));
            counts
        });
        let mut counts = vec![0_u32; all];
        for part in counted {
            counts.iter_mut().zip(part).for_each(|(sum, own)| *sum += u32::from(own));
        }

        let kept = self.kept(&bins, &counts, reach);
        let keeps: usize = counts.iter().zip(&kept).filter(|(_, kept)| **kept).map(|(count, _)| *count as usize).sum();

        if keeps > people / 2 {
            return None;
        }
        let found = side_by_side(parts.len(), |part| {
            let mut found = Vec::new();
            self.for_bins(&bins, parts[part].clone(), |person, bin| {
                if kept[bin] && !self.treated[person] {
                    found.push((bin as u32, person as u32));
                }
            });
            found
        });
        Some(self.in_order(&bins, &kept, &counts, &found))
    }

    /// Puts people into the order of a shelf: by bin, and within a bin as they stand; where a bin was not kept, marks.
    fn in_order(&self, bins: &Bins, kept: &[bool], counts: &[u32], found: &[Vec<(u32, u32)>]) -> Vec<Standing> {
        let marks = marks(bins, kept);
        // Each core puts a stretch of bins in order, with about as many people as the others.
        let cores = shares(self.treated.len()).len();
        let all: usize = found.iter().map(Vec::len).sum();
        let mut cuts = vec![0];
        let mut people = 0;
        for (bin, _) in kept.iter().enumerate().filter(|(_, kept)| **kept) {
            if people * cores >= all * cuts.len() && cuts.len() < cores && people > 0 {
                cuts.push(bin);
            }
            people += counts[bin] as usize;
        }
        cuts.push(kept.len());
        let ordered = side_by_side(cuts.len() - 1, |part| self.stretch(cuts[part]..cuts[part + 1], &marks, found));
        ordered.concat()
    }

    /// The people and marks of a stretch of bins, in the order of a shelf.
    fn stretch(&self, own: Range<usize>, marks: &[(usize, Standing)], found: &[Vec<(u32, u32)>]) -> Vec<Standing> {
        let mut ends = vec![0_u32; own.len() + 1];
        let marks = || marks.iter().filter(|(bin, _)| own.contains(bin));
        let people = || {
            let inside = |(bin, _): &&(u32, u32)| own.contains(&(*bin as usize));
            found.iter().flatten().filter(inside)
        };
        for (bin, _) in people() {
            ends[*bin as usize - own.start] += 1;
        }
        for (bin, _) in marks() {
            ends[*bin - own.start] += 1;
        }
        let mut all = 0;
        for own in &mut ends {
            (*own, all) = (all, all + *own);
        }
        let mut standing = vec![Standing::default(); all as usize];
        let mut put = |bin: usize, own: Standing| {
            standing[ends[bin] as usize] = own;
            ends[bin] += 1;
        };
        marks().for_each(|(bin, mark)| put(*bin - own.start, *mark));
        for (bin, person) in people() {
            put(*bin as usize - own.start, self.standing(*person as usize));
        }
        let mut begin = 0;
        for end in ends {
            if end > begin + 1 {
                standing[begin as usize..end as usize].sort_unstable_by_key(Standing::place);
            }
            begin = end;
        }
        standing
    }

    /// Shows some people and their bins.
    fn for_bins(&self, bins: &Bins, people: Range<usize>, mut show: impl FnMut(usize, usize)) {
        let mut own = [0_i32; BLOCK];
        for begin in people.clone().step_by(BLOCK) {
            let scores = &self.score[begin..people.end.min(begin + BLOCK)];
            wide(PutIntoBins { bins: *bins, scores, to: &mut own });
            if self.strata.number == 1 {
                own[..scores.len()].iter().enumerate().for_each(|(at, bin)| show(begin + at, *bin as usize));
            } else {
                for (at, bin) in own[..scores.len()].iter().enumerate() {
                    let person = begin + at;
                    show(person, self.strata.of(person) as usize * bins.each + *bin as usize);
                }
            }
        }
    }

    fn standing(&self, person: usize) -> Standing {
        Standing {
            stratum: self.strata.of(person),
            score: self.score[person],
            priority: self.priority.of(person),
            person: person as u32,
        }
    }

    /// Bins from a little below the lowest score of those who look to a little above the highest.
    fn bins(&self, strata: usize) -> Bins {
        let looking = || self.queue.iter().map(|&person| first_bits(self.score[person]));
        let (lowest, highest) = looking().fold((u32::MAX, 0), |(low, high), own| (low.min(own), high.max(own)));
        let (lowest, highest) = (lowest.saturating_sub(DOUBLE), highest.saturating_add(DOUBLE));
        let wanted = (BINS / strata.max(1)).max(1) as u32;
        let mut shift = 1;
        while (highest >> shift) - (lowest >> shift) >= wanted {
            shift += 1;
        }
        Bins { first: (lowest >> shift) as i32, shift, each: ((highest >> shift) - (lowest >> shift)) as usize + 1 }
    }

    /// Which bins are kept: from every treated person to both sides until what is asked for there is met, counting nobody
    /// of the bins where treated people stand themselves; and those that nobody is in.
    fn kept(&self, bins: &Bins, counts: &[u32], reach: usize) -> Vec<bool> {
        let bin = |person: usize| bins.of(self.strata.of(person), self.score[person]);
        let mut asking: Vec<usize> = self.queue.iter().map(|&person| bin(person)).collect();
        asking.sort_unstable();
        let each = (self.ratio * reach) as u64;
        let mut asks: Vec<(usize, u64)> = Vec::new();
        for bin in asking {
            match asks.last_mut().filter(|(last, _)| *last == bin) {
                Some((_, asked)) => *asked += each,
                None => asks.push((bin, each)),
            }
        }
        let mut kept: Vec<bool> = counts.iter().map(|&count| count == 0).collect();
        let of_stratum = |bin: usize| bin / bins.each * bins.each;
        keep_until_met(asks.iter().copied(), counts, &mut kept, |bin| {
            let next = bin + 1;
            (next < of_stratum(bin) + bins.each).then_some(next)
        });
        keep_until_met(asks.iter().rev().copied(), counts, &mut kept, |bin| (bin > of_stratum(bin)).then(|| bin - 1));
        kept
    }
}

/// Goes through bins one way, within a stratum, and keeps those between people who ask and those who meet it. `asks` are
/// the bins that ask, in the order of the way.
fn keep_until_met(
    asks: impl Iterator<Item = (usize, u64)>,
    counts: &[u32],
    kept: &mut [bool],
    next: impl Fn(usize) -> Option<usize>,
) {
    let mut asks = asks.peekable();
    while let Some((mut bin, mut unmet)) = asks.next() {
        kept[bin] = true;
        // On from here until everybody has what they ask for, whoever asks on the way.
        while let Some(other) = next(bin).filter(|_| unmet > 0) {
            bin = other;
            kept[bin] = true;
            match asks.next_if(|(asking, _)| *asking == bin) {
                Some((_, asked)) => unmet += asked,
                None => unmet = unmet.saturating_sub(u64::from(counts[bin])),
            }
        }
    }
}

/// The ends of every stretch of bins that were not kept, with their bins: nobody in it has a score below the first or above
/// the second.
fn marks(bins: &Bins, kept: &[bool]) -> Vec<(usize, Standing)> {
    let mut marks = Vec::new();
    for first in (0..kept.len()).step_by(bins.each) {
        let stratum = (first / bins.each) as u32;
        let mut mark = |bin: usize, bits: u64| {
            let score = from_ordered(bits);
            marks.push((bin, Standing { stratum, score, priority: 0, person: NOBODY }));
        };
        let end = first + bins.each;
        for bin in (first..end).filter(|&bin| !kept[bin]) {
            if bin > first && kept[bin - 1] {
                mark(bin, bins.edge(bin));
            }
            if bin + 1 < end && kept[bin + 1] {
                mark(bin, bins.edge(bin + 1) - 1);
            }
        }
    }
    marks
}

fn from_ordered(bits: u64) -> f64 {
    f64::from_bits(if bits >> 63 == 1 { bits & !(1 << 63) } else { !bits })
}

#[cfg(test)]
mod tests {
    use super::super::shelf::ordered;
    use super::*;

    #[test]
    fn bits_are_in_the_order_of_numbers() {
        let numbers = [f64::NEG_INFINITY, -2.0, -1e-300, 0.0, 1e-300, 0.3, 2.0, f64::INFINITY];
        assert!(numbers.windows(2).all(|pair| ordered(pair[0]) < ordered(pair[1])));
        assert!(numbers.iter().all(|&number| from_ordered(ordered(number)) == number));
        assert!(numbers.iter().all(|&number| u64::from(first_bits(number)) == ordered(number) >> 32));
        assert_eq!(ordered(-0.0), ordered(0.0));
    }
}
