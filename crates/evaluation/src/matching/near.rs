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
const BINS: usize = 1 << 18;
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
            // What comes to more than can be counted here counts as less: more is kept then.
            let mut counts = vec![0_u8; all];
            self.for_bins(&bins, parts[part].clone(), |_, block| {
                block.iter().for_each(|bin| counts[*bin as usize] = counts[*bin as usize].saturating_add(1));
            });
            counts
        });
        let mut counts = vec![0_u16; all];
        for part in counted {
            counts.iter_mut().zip(part).for_each(|(sum, own)| *sum = sum.saturating_add(u16::from(own)));
        }

        let asking = self.asking(&bins);
        let kept = self.kept(&bins, &asking, &counts, reach);
        // Each core puts a stretch of bins in order, with about as many of those who ask as the others.
        let cuts: Vec<usize> = (1..parts.len()).map(|core| asking[core * asking.len() / parts.len()]).collect();
        let stretch = |bin: usize| cuts.partition_point(|cut| *cut <= bin);
        let found = side_by_side(parts.len(), |part| {
            let mut found = vec![Vec::new(); parts.len()];
            let mut picked = [0_u16; BLOCK];
            self.for_bins(&bins, parts[part].clone(), |begin, block| {
                // Without a branch, since who is picked is anybody's guess.
                let mut number = 0;
                for (at, bin) in block.iter().enumerate() {
                    picked[number] = at as u16;
                    number += usize::from(kept.has(*bin as usize));
                }
                for at in picked[..number].iter().map(|at| usize::from(*at)) {
                    if !self.treated[begin + at] {
                        found[stretch(block[at] as usize)].push(self.standing(begin + at));
                    }
                }
            });
            found
        });
        if found.iter().flatten().map(Vec::len).sum::<usize>() > people / 2 {
            return None;
        }
        let marks = marks(&bins, &counts, &kept);
        let ordered = side_by_side(parts.len(), |own| {
            let marks = marks.iter().filter(|mark| stretch(bins.of(mark.stratum, mark.score)) == own);
            let mut standing: Vec<Standing> = found.iter().flat_map(|part| &part[own]).chain(marks).copied().collect();
            standing.sort_unstable_by_key(Standing::place);
            standing
        });
        Some(ordered.concat())
    }

    /// Shows blocks of people, each with the first of them and their bins.
    fn for_bins(&self, bins: &Bins, people: Range<usize>, mut show: impl FnMut(usize, &[i32])) {
        let mut own = [0_i32; BLOCK];
        for begin in people.clone().step_by(BLOCK) {
            let scores = &self.score[begin..people.end.min(begin + BLOCK)];
            let own = &mut own[..scores.len()];
            wide(PutIntoBins { bins: *bins, scores, to: own });
            if self.strata.number > 1 {
                let stratum = |person: usize| (self.strata.of(person) as usize * bins.each) as i32;
                own.iter_mut().zip(begin..).for_each(|(bin, person)| *bin += stratum(person));
            }
            show(begin, own);
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
        let each = ((highest >> shift) - (lowest >> shift)) as usize + 1;
        Bins { first: (lowest >> shift) as i32, shift, each }
    }

    /// The bins of those who look, in order.
    fn asking(&self, bins: &Bins) -> Vec<usize> {
        let bin = |person: usize| bins.of(self.strata.of(person), self.score[person]);
        let mut asking: Vec<usize> = self.queue.iter().map(|&person| bin(person)).collect();
        asking.sort_unstable();
        asking
    }

    /// Which bins are kept: from every treated person to both sides until what is asked for there is met, counting nobody
    /// of the bins where treated people stand themselves.
    fn kept(&self, bins: &Bins, asking: &[usize], counts: &[u16], reach: usize) -> Kept {
        let each = (self.ratio * reach) as u64;
        let mut asks: Vec<(usize, u64)> = Vec::new();
        for &bin in asking {
            match asks.last_mut().filter(|(last, _)| *last == bin) {
                Some((_, asked)) => *asked += each,
                None => asks.push((bin, each)),
            }
        }
        let of_stratum = |bin: usize| bin / bins.each * bins.each;
        let mut kept = Kept(vec![0; counts.len().div_ceil(64)]);
        keep_until_met(asks.iter().copied(), counts, &mut kept, |bin| {
            let next = bin + 1;
            (next < of_stratum(bin) + bins.each).then_some(next)
        });
        keep_until_met(asks.iter().rev().copied(), counts, &mut kept, |bin| (bin > of_stratum(bin)).then(|| bin - 1));
        kept
    }
}

/// Bins that are kept, a bit for each.
struct Kept(Vec<u64>);

impl Kept {
    #[inline(always)]
    fn has(&self, bin: usize) -> bool {
        self.0[bin / 64] >> (bin % 64) & 1 == 1
    }

    fn keep(&mut self, bin: usize) {
        self.0[bin / 64] |= 1 << (bin % 64);
    }

    /// The first bin of some that is kept, or is not, and their end where there is none.
    fn first(&self, kept: bool, bins: Range<usize>) -> usize {
        let mut bin = bins.start;
        while bin < bins.end {
            let word = if kept { self.0[bin / 64] } else { !self.0[bin / 64] } >> (bin % 64);
            if word != 0 {
                return bins.end.min(bin + word.trailing_zeros() as usize);
            }
            bin = (bin / 64 + 1) * 64;
        }
        bins.end
    }
}

/// Goes through bins one way, within a stratum, and keeps those between people who ask and those who meet it. `asks` are
/// the bins that ask, in the order of the way.
fn keep_until_met(
    asks: impl Iterator<Item = (usize, u64)>,
    counts: &[u16],
    kept: &mut Kept,
    next: impl Fn(usize) -> Option<usize>,
) {
    let mut asks = asks.peekable();
    while let Some((mut bin, mut unmet)) = asks.next() {
        kept.keep(bin);
        // On from here until everybody has what they ask for, whoever asks on the way.
        while let Some(other) = next(bin).filter(|_| unmet > 0) {
            bin = other;
            kept.keep(bin);
            match asks.next_if(|(asking, _)| *asking == bin) {
                Some((_, asked)) => unmet += asked,
                None => unmet = unmet.saturating_sub(u64::from(counts[bin])),
            }
        }
    }
}

/// The ends of every stretch of bins that were not kept and hold somebody: nobody in it has a score below the first or above
/// the second.
fn marks(bins: &Bins, counts: &[u16], kept: &Kept) -> Vec<Standing> {
    let mut marks = Vec::new();
    for stratum in 0..counts.len() / bins.each {
        let (first, end) = (stratum * bins.each, (stratum + 1) * bins.each);
        let mut mark = |bits: u64| {
            marks.push(Standing { stratum: stratum as u32, score: from_ordered(bits), priority: 0, person: NOBODY });
        };
        let mut begin = kept.first(false, first..end);
        while begin < end {
            let after = kept.first(true, begin..end);
            let held = |bin: &usize| counts[*bin] > 0;
            if let (Some(lowest), Some(highest)) = ((begin..after).find(held), (begin..after).rfind(held)) {
                if begin > first {
                    mark(bins.edge(lowest));
                }
                if after < end {
                    mark(bins.edge(highest + 1) - 1);
                }
            }
            begin = kept.first(false, after..end);
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
