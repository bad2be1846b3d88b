//! Were records made one by one as things happened, or all at once before a deadline?
//!
//! The most records in a moving stretch of time, held against times drawn evenly over the same span (scan statistic,
//! Naus 1965, by simulation).

use meed_statistics::{Generator, Recorded, Refusal};

/// Where records crowd most.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Crowd {
    /// Records in the fullest stretch.
    pub most: usize,
    /// When that stretch begins: the time of its first record.
    pub from: i64,
    /// Records in all.
    pub records: usize,
    /// Chance of a stretch at least as full among times drawn evenly.
    pub p: f64,
    /// What they were drawn with.
    pub drawn: Recorded,
    /// How often.
    pub replicates: usize,
}

/// The fullest stretch of `length`, and the time at which it begins; the earliest of equals. None without times.
pub fn fullest(times: &[i64], length: i64) -> Option<(usize, i64)> {
    let mut times = times.to_vec();
    times.sort_unstable();
    let mut best: Option<(usize, i64)> = None;
    let mut last = 0;
    for (first, &from) in times.iter().enumerate() {
        while last < times.len() && times[last] < from.saturating_add(length) {
            last += 1;
        }
        if best.is_none_or(|(most, _)| last - first > most) {
            best = Some((last - first, from));
        }
    }
    best
}

/// Whether the fullest stretch of `length` is fuller than even times over `from` to `until` would make it.
///
/// # Errors
/// When there are fewer than ten records, or the span is shorter than two stretches.
pub fn crowd(
    times: &[i64],
    length: i64,
    from: i64,
    until: i64,
    replicates: usize,
    seed: u64,
) -> Result<Crowd, Refusal> {
    let inside: Vec<i64> = times.iter().copied().filter(|t| (from..until).contains(t)).collect();
    if inside.len() < 10 {
        return Err(Refusal::too_few("records", inside.len(), 10));
    }
    let span = until.saturating_sub(from);
    if length <= 0 || span < 2 * length {
        return Err(Refusal::out_of_range("the span looked at", span as f64, "at least two stretches long"));
    }
    let (most, begins) = fullest(&inside, length).unwrap_or((0, from));
    let mut generator = Generator::new(seed, "crowd of records");
    let reached = (0..replicates)
        .filter(|_| {
            let drawn: Vec<i64> = inside.iter().map(|_| from + generator.below(span as usize) as i64).collect();
            fullest(&drawn, length).is_some_and(|(n, _)| n >= most)
        })
        .count();
    Ok(Crowd {
        most,
        from: begins,
        records: inside.len(),
        p: (1 + reached) as f64 / (1 + replicates) as f64,
        drawn: generator.recorded(),
        replicates,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fullest_stretch_is_found() {
        assert_eq!(fullest(&[1, 50, 51, 53, 60, 99], 5), Some((3, 50)));
        assert_eq!(fullest(&[5, 10], 5), Some((1, 5)), "half-open");
        assert_eq!(fullest(&[], 5), None);
    }

    #[test]
    fn a_batch_before_the_deadline_stands_out_and_even_times_do_not() {
        let even: Vec<i64> = (0..60).map(|i| i * 6).collect();
        assert!(crowd(&even, 7, 0, 365, 499, 1).unwrap().p > 0.9);
        let batch: Vec<i64> = (0..30).map(|i| i * 12).chain(std::iter::repeat_n(360, 30)).collect();
        let found = crowd(&batch, 7, 0, 365, 499, 1).unwrap();
        assert_eq!((found.most, found.from, found.p), (30, 360, 1.0 / 500.0));
        assert!(crowd(&even[..5], 7, 0, 365, 9, 1).is_err() && crowd(&even, 300, 0, 365, 9, 1).is_err());
    }
}
