//! Work on everyone, shared by the cores.
//!
//! People are taken in stretches of a fixed length. A stretch is worked through by itself and answers are put together in
//! their order, so that the whole is the same bit for bit however many threads share the work.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

pub(super) use pulp::{Simd, WithSimd as Wide};

/// Works something out with the widest registers that the machine has: what is inlined into it uses them. The answer is
/// the same bit for bit whatever they are, since sums run in lanes of a fixed number.
pub(super) fn wide<W: Wide>(work: W) -> W::Output {
    pulp::Arch::new().dispatch(work)
}

/// How many people are taken at once.
const STRETCH: usize = 16_384;

/// How many threads share work of so many parts.
fn threads(parts: usize) -> usize {
    if parts < 4 { 1 } else { std::thread::available_parallelism().map_or(1, usize::from).min(parts / 2) }
}

/// Works out every part, on several threads where there are many, and gives the answers in the order of the parts.
pub(super) fn side_by_side<T: Send>(parts: usize, answer: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(parts);
    if threads < 2 {
        return (0..parts).map(answer).collect();
    }
    let next = AtomicUsize::new(0);
    let work = || {
        let mut own = Vec::new();
        loop {
            let part = next.fetch_add(1, Ordering::Relaxed);
            if part >= parts {
                return own;
            }
            own.push((part, answer(part)));
        }
    };
    let mut answers: Vec<(usize, T)> = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut all = work();
        for other in others {
            all.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        all
    });
    answers.sort_unstable_by_key(|(part, _)| *part);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

/// Works out every stretch of so many people, and gives the answers in the order of the stretches.
pub(super) fn over_stretches<T: Send>(people: usize, answer: impl Fn(Range<usize>) -> T + Sync) -> Vec<T> {
    let stretches = people.div_ceil(STRETCH);
    let answer = |stretch: usize| answer(stretch * STRETCH..people.min((stretch + 1) * STRETCH));
    if threads(stretches) < 2 { (0..stretches).map(answer).collect() } else { side_by_side(stretches, answer) }
}

/// So many people in as many parts as there are threads to share them.
pub(super) fn shares(people: usize) -> Vec<Range<usize>> {
    let each = people.div_ceil(threads(people.div_ceil(STRETCH))).max(1);
    (0..people).step_by(each).map(|begin| begin..people.min(begin + each)).collect()
}

/// Fills stretches of a list, on several threads where there are many; each is given with the place it begins at.
pub(super) fn for_stretches(values: &mut [f64], fill: impl Fn(usize, &mut [f64]) + Sync) {
    let threads = threads(values.len().div_ceil(STRETCH));
    let each = values.len().div_ceil(threads.max(1)).max(1);
    std::thread::scope(|scope| {
        let mut parts = values.chunks_mut(each).enumerate();
        let first = parts.next();
        for (part, own) in parts {
            let fill = &fill;
            scope.spawn(move || fill(part * each, own));
        }
        if let Some((_, own)) = first {
            fill(0, own);
        }
    });
}

/// Whether something holds of all values. Each is looked at, so that a processor looks at several at once.
pub(super) fn all(values: &[f64], holds: impl Fn(f64) -> bool + Sync) -> bool {
    over_stretches(values.len(), |stretch| values[stretch].iter().fold(true, |all, value| all & holds(*value)))
        .into_iter()
        .all(|all| all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_come_in_the_order_of_the_parts() {
        assert_eq!(side_by_side(1000, |part| part * part), (0..1000).map(|part| part * part).collect::<Vec<_>>());
    }
}
