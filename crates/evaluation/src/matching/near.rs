//! Whom of a large pool does anybody need to look at? Those who stand near a treated person, found in two passes over the
//! pool without sorting the rest.
//!
//! Scores are put into narrow bins, and bins are kept outwards from every treated person until they hold several times as
//! many people as are asked for. Where the kept bins end, a mark says how near somebody who was not kept could be. Whoever
//! comes upon a mark before anybody nearer has to look further: the kept part is then chosen wider, in the end the whole pool.
//! The answer is therefore always that of the whole pool.

use super::likelihood::side_by_side;
use super::shelf::{NOBODY, Priority, Standing};

/// In how many bins scores are put, over all strata.
const BINS: usize = 1 << 17;
/// With more strata than these the whole pool is looked at.
const MOST_STRATA: usize = 64;
/// How far apart a number and its double are, in ordered bits.
const DOUBLE: u64 = 1 << 52;
/// How many people are put into bins at once.
const STRETCH: usize = 1 << 18;

/// A pool, and who looks for neighbours in it; all but the queue are indexed by person.
pub(super) struct Search<'a> {
    /// Those who look.
    pub queue: &'a [usize],
    pub treated: &'a [bool],
    pub score: &'a [f64],
    pub stratum: &'a [u32],
    pub priority: &'a Priority,
    /// How many neighbours each wants.
    pub ratio: usize,
}

/// Scores in bins, by the bits that they are stored in: narrow where scores are small, so that rare treatment does no harm.
struct Bins {
    lowest: u64,
    highest: u64,
    shift: u32,
    /// How many bins a stratum has.
    each: usize,
}

impl Bins {
    fn of(&self, stratum: u32, score: f64) -> usize {
        let within = (ordered(score).clamp(self.lowest, self.highest) - self.lowest) >> self.shift;
        stratum as usize * self.each + within as usize
    }

    /// The lowest score that a bin can hold, as ordered bits.
    fn edge(&self, bin: usize) -> u64 {
        self.lowest + (((bin % self.each) as u64) << self.shift)
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
        let strata = self.stratum.iter().copied().max().map_or(0, |highest| highest as usize + 1);
        if self.queue.is_empty() || asked >= people / 8 || strata > MOST_STRATA {
            return None;
        }
        let bins = self.bins(strata);
        let parts = people.div_ceil(STRETCH);
        let part = |part: usize| part * STRETCH..people.min((part + 1) * STRETCH);
        let counted = side_by_side(parts, |number| {
            let mut counts = vec![0_u32; strata * bins.each];
            for person in part(number).filter(|&person| !self.treated[person]) {
                counts[bins.of(self.stratum[person], self.score[person])] += 1;
            }
            counts
        });
        let mut counts = vec![0_u32; strata * bins.each];
        for part in counted {
            counts.iter_mut().zip(part).for_each(|(sum, own)| *sum += own);
        }

        let kept = self.kept(&bins, &counts, reach);
        let keeps: usize = counts.iter().zip(&kept).filter(|(_, kept)| **kept).map(|(count, _)| *count as usize).sum();

        if keeps > people / 2 {
            return None;
        }
        let found = side_by_side(parts, |number| {
            let near =
                |&person: &usize| !self.treated[person] && kept[bins.of(self.stratum[person], self.score[person])];
            part(number).filter(near).map(|person| self.standing(person)).collect::<Vec<_>>()
        });

        let mut standing = marks(&bins, &kept);
        found.into_iter().for_each(|part| standing.extend(part));
        Some(standing)
    }

    fn standing(&self, person: usize) -> Standing {
        Standing {
            stratum: self.stratum[person],
            score: self.score[person],
            priority: self.priority.of(person),
            person: person as u32,
        }
    }

    /// Bins from a little below the lowest score of those who look to a little above the highest; whoever stands further
    /// out is in the first or last.
    fn bins(&self, strata: usize) -> Bins {
        let looking = || self.queue.iter().map(|&person| ordered(self.score[person]));
        let (lowest, highest) = looking().fold((u64::MAX, 0), |(low, high), own| (low.min(own), high.max(own)));
        let (lowest, highest) = (lowest.saturating_sub(DOUBLE), highest.saturating_add(DOUBLE));
        let wanted = (BINS / strata.max(1)).max(1) as u64;
        let mut shift = 0;
        while (highest.saturating_sub(lowest)) >> shift >= wanted {
            shift += 1;
        }
        Bins { lowest, highest, shift, each: (highest.saturating_sub(lowest) >> shift) as usize + 1 }
    }

    /// Which bins are kept: from every treated person to both sides until what is asked for there is met, counting nobody
    /// of the bins where treated people stand themselves; and those that nobody is in.
    fn kept(&self, bins: &Bins, counts: &[u32], reach: usize) -> Vec<bool> {
        let mut asks = vec![0_u64; counts.len()];
        for &person in self.queue {
            asks[bins.of(self.stratum[person], self.score[person])] += (self.ratio * reach) as u64;
        }
        let mut kept: Vec<bool> = counts.iter().map(|&count| count == 0).collect();
        for first in (0..counts.len()).step_by(bins.each) {
            let upwards = first..first + bins.each;
            keep_until_met(upwards.clone(), &asks, counts, &mut kept);
            keep_until_met(upwards.rev(), &asks, counts, &mut kept);
        }
        kept
    }
}

/// Goes through bins one way and keeps those between people who ask and those who meet it.
fn keep_until_met(way: impl Iterator<Item = usize>, asks: &[u64], counts: &[u32], kept: &mut [bool]) {
    let mut unmet = 0;
    for bin in way {
        if asks[bin] > 0 {
            unmet += asks[bin];
            kept[bin] = true;
        } else if unmet > 0 {
            kept[bin] = true;
            unmet = unmet.saturating_sub(u64::from(counts[bin]));
        }
    }
}

/// The ends of every stretch of bins that were not kept: nobody in it has a score below the first or above the second.
fn marks(bins: &Bins, kept: &[bool]) -> Vec<Standing> {
    let mut marks = Vec::new();
    for first in (0..kept.len()).step_by(bins.each) {
        let stratum = (first / bins.each) as u32;
        let mut mark = |bits: u64| {
            marks.push(Standing { stratum, score: from_ordered(bits), priority: 0, person: NOBODY });
        };
        let of_stratum = first..first + bins.each;
        for bin in of_stratum.clone() {
            let left_out = |bin: usize| of_stratum.contains(&bin) && !kept[bin];
            if left_out(bin) && bin > first && !left_out(bin - 1) {
                mark(bins.edge(bin));
            }
            if left_out(bin) && bin + 1 < of_stratum.end && !left_out(bin + 1) {
                mark(bins.edge(bin + 1) - 1);
            }
        }
    }
    marks
}

/// Bits that are in the order of the numbers.
fn ordered(number: f64) -> u64 {
    // Adding nought makes one number of the two noughts.
    let bits = (number + 0.0).to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

fn from_ordered(bits: u64) -> f64 {
    f64::from_bits(if bits >> 63 == 1 { bits & !(1 << 63) } else { !bits })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_in_the_order_of_numbers() {
        let numbers = [f64::NEG_INFINITY, -2.0, -1e-300, 0.0, 1e-300, 0.3, 2.0, f64::INFINITY];
        assert!(numbers.windows(2).all(|pair| ordered(pair[0]) < ordered(pair[1])));
        assert!(numbers.iter().all(|&number| from_ordered(ordered(number)) == number));
    }
}
