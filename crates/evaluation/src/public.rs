//! What may be shown of how many people there are: no number from 1 to 4, and none that gives one away.

use crate::{balance::SMALLEST, report::Step};

/// The flow of people as it may be shown: reasons for which fewer than five people of a side are left out are put
/// together, and a number that would still give a small one away is not shown.
pub(crate) fn flow(steps: &[Step]) -> Vec<Step> {
    let mut shown: Vec<Step> = Vec::new();
    // Reasons between two totals are a block: within it small ones are put together.
    let mut block: Vec<Step> = Vec::new();
    for step in steps {
        if step.out {
            block.push(step.clone());
            continue;
        }
        let (mut joined, mut kept): (Vec<Step>, Vec<Step>) = block.drain(..).partition(small);
        while !joined.is_empty() && small(&sum(&joined)) && !kept.is_empty() {
            let least = (0..kept.len()).min_by_key(|&n| total(&kept[n])).expect("there is one");
            joined.push(kept.remove(least));
        }
        shown.append(&mut kept);
        if !joined.is_empty() {
            shown.push(sum(&joined));
        }
        // What is left of a side tells how few were left out of it, by what there was: that is not shown either.
        for side in SIDES {
            let hidden = shown.last_mut().is_some_and(|last| last.out && few(*side(last)));
            if hidden {
                shown.last_mut().and_then(|last| side(last).take());
                if let Some(before) = shown.iter_mut().rev().find(|step| !step.out) {
                    side(before).take();
                }
            }
        }
        let mut step = step.clone();
        step.treated = step.treated.filter(|count| !few(Some(*count)));
        step.comparison = step.comparison.filter(|count| !few(Some(*count)));
        shown.push(step);
    }
    shown.append(&mut block);
    shown
}

/// The two sides of a step.
const SIDES: [fn(&mut Step) -> &mut Option<usize>; 2] = [|step| &mut step.treated, |step| &mut step.comparison];

fn few(count: Option<usize>) -> bool {
    count.is_some_and(|count| (1..SMALLEST).contains(&count))
}

fn small(step: &Step) -> bool {
    few(step.treated) || few(step.comparison)
}

fn total(step: &Step) -> usize {
    step.treated.unwrap_or(0) + step.comparison.unwrap_or(0)
}

fn sum(steps: &[Step]) -> Step {
    let add = |of: fn(&Step) -> Option<usize>| steps.iter().filter_map(of).sum();
    let what = match steps {
        [one] => one.what.clone(),
        many => format!("{} reasons together, some of which hold fewer than five people", many.len()),
    };
    Step { what, out: true, treated: Some(add(|step| step.treated)), comparison: Some(add(|step| step.comparison)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(steps: &[Step]) -> Vec<(String, Option<usize>, Option<usize>)> {
        flow(steps).into_iter().map(|step| (step.what, step.treated, step.comparison)).collect()
    }

    #[test]
    fn small_reasons_are_put_together_until_they_are_large() {
        let steps = [
            Step::new("all", (100, 100), ""),
            Step::left_out((3, 10), "moved"),
            Step::left_out((4, 8), "died"),
            Step::left_out((20, 30), "abroad"),
            Step::new("left", (73, 52), ""),
        ];
        assert_eq!(
            shown(&steps),
            [
                ("all".into(), Some(100), Some(100)),
                ("abroad".into(), Some(20), Some(30)),
                ("2 reasons together, some of which hold fewer than five people".into(), Some(7), Some(18)),
                ("left".into(), Some(73), Some(52)),
            ]
        );
    }

    #[test]
    fn one_small_reason_cannot_be_told_from_the_totals() {
        let steps =
            [Step::new("all", (100, 100), ""), Step::left_out((2, 0), "moved"), Step::new("left", (98, 100), "")];
        assert_eq!(
            shown(&steps),
            [("all".into(), None, Some(100)), ("moved".into(), None, Some(0)), ("left".into(), Some(98), Some(100))]
        );
    }
}
