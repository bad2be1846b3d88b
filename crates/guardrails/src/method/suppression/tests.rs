//! No hidden count can be worked out, by any way of filling in what is hidden.

use super::*;

fn text(shown: &[Shown], width: usize) -> Vec<String> {
    shown.chunks(width).map(|row| row.iter().map(Shown::to_string).collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn a_lone_small_count_takes_others_with_it() {
    let counts = Counts::table(&[vec![3, 20, 30], vec![40, 50, 60], vec![70, 80, 90]]).unwrap();
    let shown = counts.publish(Rule::default());
    // Three in its row with another, and the two columns closed by a further row.
    assert_eq!(text(&shown, 4), ["* * 30 53", "* * 60 150", "70 80 90 240", "113 150 180 443"]);
    assert_eq!(shown[0], Shown::Small);
    assert_eq!(shown[1], Shown::Protecting);
}

#[test]
fn tables_without_small_counts_and_zeros_are_shown_whole() {
    let counts = Counts::table(&[vec![0, 20], vec![40, 5]]).unwrap();
    assert!(counts.publish(Rule::default()).iter().all(|s| s.count().is_some()));
}

#[test]
fn two_small_counts_whose_sum_gives_them_away_are_not_left_alone() {
    // 1 + 1 = 2: both are at least one, so the total would tell both.
    let mut counts = Counts::new();
    let parts: Vec<usize> = [1, 1, 30].iter().map(|&c| counts.add(c)).collect();
    counts.add_total(&parts);
    let shown = counts.publish(Rule::default());
    assert_eq!(text(&shown, 4), ["* * * 32"]);
}

#[test]
fn totals_that_do_not_add_up_are_refused() {
    let mut counts = Counts::new();
    let parts = [counts.add(3), counts.add(4)];
    let total = counts.add(8);
    assert!(counts.declare_total(total, &parts).is_err());
}

#[test]
fn shares_of_hidden_or_nearly_whole_groups_are_not_shown() {
    let rule = Rule::default();
    assert_eq!(public_share(Shown::Count(20), Shown::Count(40), rule), Some(0.5));
    assert_eq!(public_share(Shown::Small, Shown::Count(40), rule), None);
    assert_eq!(public_share(Shown::Count(38), Shown::Count(40), rule), None, "two did not");
    assert_eq!(public_share(Shown::Count(40), Shown::Count(40), rule), Some(1.0));
    assert_eq!(public_share(Shown::Count(0), Shown::Count(0), rule), None);
}

#[test]
fn counts_are_rounded_to_five() {
    for (count, rounded) in [(0, 0), (2, 0), (3, 5), (7, 5), (8, 10), (12, 10)] {
        assert_eq!(rounded_to_five(count), rounded);
    }
}

#[test]
fn a_second_release_does_not_tell_of_one_person_who_came() {
    let before = [Shown::Count(20), Shown::Count(20), Shown::Small, Shown::Count(9)];
    let after = [Shown::Count(21), Shown::Count(30), Shown::Count(7), Shown::Count(9)];
    let shown = after_release(&before, &after, Rule::default()).unwrap();
    assert_eq!(shown, [Shown::Protecting, Shown::Count(30), Shown::Count(7), Shown::Count(9)]);
}

/// All ways to fill the hidden cells of a small table with whole numbers, tried one by one.
struct Attack<'t> {
    width: usize,
    shown: &'t [Shown],
    least: u64,
    /// The values that each place could have had.
    found: Vec<std::collections::BTreeSet<u64>>,
}

/// The largest value that the attack tries: more than any count of the tables below.
const MOST: u64 = 11;

impl Attack<'_> {
    /// Whether every hidden count, totals among them, could have had at least two values.
    fn fails(counts: &Counts, width: usize, shown: &[Shown]) -> bool {
        let zero_hidden = counts.values().iter().zip(shown).any(|(&v, s)| v == 0 && s.count().is_none());
        let least = u64::from(!zero_hidden);
        let mut attack = Attack { width, shown, least, found: vec![Default::default(); shown.len()] };
        attack.fill(0, &mut vec![0; shown.len()]);
        shown.iter().zip(&attack.found).all(|(s, f)| s.count().is_some() || f.len() >= 2)
    }

    /// Fills places from `at` on; a total is what its row or column came to.
    fn fill(&mut self, at: usize, table: &mut Vec<u64>) {
        if at == table.len() {
            for (set, &value) in self.found.iter_mut().zip(table.iter()) {
                set.insert(value);
            }
            return;
        }
        let width = self.width;
        let (row, column) = (at / width, at % width);
        if row == table.len() / width - 1 {
            table[at] = (0..row).map(|r| table[r * width + column]).sum();
        } else if column == width - 1 {
            table[at] = table[row * width..at].iter().sum();
        } else if self.shown[at].count().is_none() {
            for value in self.least..=MOST {
                table[at] = value;
                self.fill(at + 1, table);
            }
            return;
        }
        match self.shown[at].count() {
            Some(shown) if row < table.len() / width - 1 && column < width - 1 => table[at] = shown,
            Some(shown) if shown != table[at] => return,
            None if table[at] < self.least => return,
            _ => {}
        }
        self.fill(at + 1, table);
    }
}

/// The property: nobody who tries every filling learns a hidden count, on tables small enough to try them all.
#[test]
fn no_hidden_count_can_be_recovered_by_trying_everything() {
    let mut state = 12_345_u64;
    let mut draw = |n: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % n
    };
    let (mut tables, mut hidden) = (0, 0);
    for _ in 0..600 {
        let (rows, columns) = if draw(2) == 0 { (2, 3) } else { (3, 2) };
        let table: Vec<Vec<u64>> = (0..rows).map(|_| (0..columns).map(|_| draw(MOST)).collect()).collect();
        let counts = Counts::table(&table).unwrap();
        let shown = counts.publish(Rule::default());
        for (value, s) in counts.values().iter().zip(&shown) {
            assert!(s.count().is_none() || *value == 0 || *value >= 5, "a small count is shown");
        }
        let all_hidden = shown.iter().all(|s| s.count().is_none());
        assert!(all_hidden || Attack::fails(&counts, columns + 1, &shown), "{table:?} {:?}", text(&shown, columns + 1));
        tables += 1;
        hidden += shown.iter().filter(|s| s.count().is_none()).count();
    }
    assert!(tables == 600 && hidden > 1_000, "{tables} {hidden}");
}

/// Elimination by hand over larger tables: a hidden count is never the only one of its row or column, and taking a
/// single hidden count away from a ring of four always tells the rest.
#[test]
fn large_tables_end_and_hold_no_lone_hidden_count() {
    let mut state = 99_u64;
    let mut draw = |n: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % n
    };
    for _ in 0..20 {
        let table: Vec<Vec<u64>> = (0..12).map(|_| (0..8).map(|_| draw(60)).collect()).collect();
        let counts = Counts::table(&table).unwrap();
        let shown = counts.publish(Rule::default());
        let hidden = |row: usize, column: usize| shown[row * 9 + column].count().is_none();
        for row in 0..13 {
            assert_ne!((0..9).filter(|&c| hidden(row, c)).count(), 1);
        }
        for column in 0..9 {
            assert_ne!((0..13).filter(|&r| hidden(r, column)).count(), 1);
        }
        assert!(shown.iter().any(|s| s.count().is_none()) && shown.iter().any(|s| s.count().is_some()));
    }
}

#[test]
fn a_running_count_that_grew_by_one_is_not_told() {
    let mut counts = Counts::new();
    let parts: Vec<usize> = [21, 40, 30].iter().map(|&c| counts.add(c)).collect();
    counts.add_total(&parts);
    // One came to the first, and ten to the second: the first is hidden, and its total would tell.
    let shown = counts.publish_after(&[Some(20), Some(30), Some(30), Some(80)], Rule::default()).unwrap();
    assert!(shown[0].count().is_none() && shown.iter().filter(|s| s.count().is_none()).count() > 1, "{shown:?}");
    assert!(counts.publish_after(&[Some(22), Some(30), Some(30), Some(82)], Rule::default()).is_err(), "it fell");
    assert!(counts.publish_after(&[Some(20)], Rule::default()).is_err());
}

#[test]
fn a_later_release_does_not_pin_down_what_an_earlier_one_hid() {
    // Five and five were hidden under a total of ten; five and five now would tell, since no count falls.
    let mut counts = Counts::new();
    let parts: Vec<usize> = [5, 5].iter().map(|&c| counts.add(c)).collect();
    counts.add_total(&parts);
    let shown = counts.publish_after(&[None, None, Some(10)], Rule::default()).unwrap();
    assert!(shown.iter().filter(|s| s.count().is_none()).count() >= 2, "{shown:?}");
}

/// The property over two releases: nobody who tries every pair of tables that fit both, the later nowhere below the
/// earlier, learns a count that either hides, or that one to four came between them.
#[test]
fn two_releases_together_tell_no_hidden_count() {
    let mut state = 4_242_u64;
    let mut draw = |n: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % n
    };
    let (mut held, mut shown_later) = (0, 0);
    for _ in 0..400 {
        let then: Vec<u64> = (0..3).map(|_| draw(9)).collect();
        let came: Vec<u64> = (0..3).map(|_| draw(7)).collect();
        let released = |parts: &[u64]| {
            let mut counts = Counts::new();
            let places: Vec<usize> = parts.iter().map(|&c| counts.add(c)).collect();
            counts.add_total(&places);
            counts
        };
        let first = released(&then);
        let earlier: Vec<Option<u64>> = first.publish(Rule::default()).iter().map(|s| s.count()).collect();
        let now: Vec<u64> = then.iter().zip(&came).map(|(a, b)| a + b).collect();
        let second = released(&now);
        let later = second.publish_after(&earlier, Rule::default()).unwrap();
        if later.iter().all(|s| s.count().is_none()) {
            continue;
        }
        let least = |values: &[u64], hidden: &dyn Fn(usize) -> bool| {
            u64::from(!values.iter().enumerate().any(|(at, v)| *v == 0 && hidden(at)))
        };
        let least_then = least(first.values(), &|at| earlier[at].is_none());
        let least_now = least(second.values(), &|at| later[at].count().is_none());
        // Every filling of the earlier parts and of what came, by trying: values seen of then, now and between.
        let mut seen = vec![std::collections::BTreeSet::new(); 12];
        for code in 0..17_u64.pow(3) {
            let old: Vec<u64> = (0..3).map(|at| code / 17_u64.pow(at) % 17).collect();
            let old: Vec<u64> = old.iter().copied().chain([old.iter().sum()]).collect();
            let fits = (0..4).all(|at| earlier[at].map_or(old[at] >= least_then, |count| count == old[at]));
            if !fits {
                continue;
            }
            for code in 0..17_u64.pow(3) {
                let new: Vec<u64> = (0..3_usize).map(|at| old[at] + code / 17_u64.pow(at as u32) % 17).collect();
                let new: Vec<u64> = new.iter().copied().chain([new.iter().sum()]).collect();
                let fits = (0..4).all(|at| later[at].count().map_or(new[at] >= least_now, |count| count == new[at]));
                if fits {
                    for at in 0..4 {
                        seen[at].insert(old[at]);
                        seen[4 + at].insert(new[at]);
                        seen[8 + at].insert(new[at] - old[at]);
                    }
                }
            }
        }
        for at in 0..4 {
            assert!(earlier[at].is_some() || seen[at].len() > 1, "then: {then:?} {earlier:?} {now:?} {later:?}");
            assert!(
                later[at].count().is_some() || seen[4 + at].len() > 1,
                "now: {then:?} {earlier:?} {now:?} {later:?}"
            );
            let few = earlier[at].is_some_and(|before| (1..5).contains(&(second.values()[at] - before)));
            assert!(!few || seen[8 + at].len() > 1, "between: {then:?} {earlier:?} {now:?} {later:?}");
            shown_later += usize::from(later[at].count().is_some());
        }
        held += 1;
    }
    assert!(held > 100 && shown_later > 150, "{held} {shown_later}");
}
