//! Sets chosen together, so that no other choice of as many people has a smaller sum of distances.
//!
//! Each place beside a treated person is a row, each comparison person a column. Rows are added one by one; each looks for
//! the cheapest way to a free column, moving people already placed where that is cheaper on the whole (shortest augmenting
//! paths with dual prices, as described by Jonker and Volgenant 1987). A row may also stay empty at a price above any sum
//! of distances, so that as many places as possible are filled first.

/// What stands in a row: the column it was given, if any.
pub(super) type Placed = Option<usize>;

/// Fills rows with columns at the least total distance. `distance` is `None` where the two may not come together.
/// `first` says of a row whether it is the first place of a treated person, which counts double when there are not enough.
pub(super) fn assign(
    rows: usize,
    columns: usize,
    first: impl Fn(usize) -> bool,
    distance: impl Fn(usize, usize) -> Option<f64>,
) -> Vec<Placed> {
    let mut furthest: f64 = 0.0;
    for row in 0..rows {
        for column in 0..columns {
            furthest = furthest.max(distance(row, column).unwrap_or(0.0));
        }
    }
    // Leaving a place empty is never cheaper than moving everyone.
    let empty = (furthest + 1.0) * 2.0 * (rows as f64 + 1.0);
    let cost = |row: usize, column: usize| {
        if column < columns {
            distance(row, column).unwrap_or(f64::INFINITY)
        } else if column - columns == row {
            if first(row) { 2.0 * empty } else { empty }
        } else {
            f64::INFINITY
        }
    };
    let width = columns + rows;
    let mut row_price = vec![0.0; rows];
    let mut column_price = vec![0.0; width];
    let mut holder: Vec<Option<usize>> = vec![None; width];
    let mut least = vec![f64::INFINITY; width];
    let mut from: Vec<Option<usize>> = vec![None; width];
    let mut done = vec![false; width];
    for new_row in 0..rows {
        least.fill(f64::INFINITY);
        done.fill(false);
        let mut row = new_row;
        let mut through = None;
        let mut walked: Vec<usize> = Vec::new();
        let free = loop {
            let mut best = (f64::INFINITY, usize::MAX);
            for column in (0..columns).chain([columns + row]) {
                if done[column] {
                    continue;
                }
                let reduced = cost(row, column) - row_price[row] - column_price[column];
                if reduced < least[column] {
                    least[column] = reduced;
                    from[column] = through;
                }
            }
            for column in 0..width {
                if !done[column] && least[column] < best.0 {
                    best = (least[column], column);
                }
            }
            let (step, next) = best;
            // The row's own empty place can always be reached.
            row_price[new_row] += step;
            for &column in &walked {
                if let Some(owner) = holder[column] {
                    row_price[owner] += step;
                }
                column_price[column] -= step;
            }
            for column in 0..width {
                if !done[column] {
                    least[column] -= step;
                }
            }
            done[next] = true;
            walked.push(next);
            through = Some(next);
            match holder[next] {
                Some(owner) => row = owner,
                None => break next,
            }
        };
        let mut column = free;
        while let Some(earlier) = from[column] {
            holder[column] = holder[earlier];
            column = earlier;
        }
        holder[column] = Some(new_row);
    }
    let mut placed = vec![None; rows];
    for (column, row) in holder.into_iter().take(columns).enumerate() {
        if let Some(row) = row {
            placed[row] = Some(column);
        }
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn total(distances: &[Vec<Option<f64>>], placed: &[Placed]) -> (usize, f64) {
        let filled: Vec<f64> =
            placed.iter().zip(distances).filter_map(|(column, row)| column.and_then(|column| row[column])).collect();
        (filled.len(), filled.iter().sum())
    }

    /// Every way to place rows, one after the other.
    fn best(distances: &[Vec<Option<f64>>], taken: u32) -> (usize, f64) {
        let Some((row, rest)) = distances.split_first() else { return (0, 0.0) };
        let mut found = best(rest, taken);
        for (column, distance) in row.iter().enumerate() {
            if let (Some(distance), true) = (distance, taken & 1 << column == 0) {
                let (filled, sum) = best(rest, taken | 1 << column);
                let candidate = (filled + 1, sum + distance);
                if candidate.0 > found.0 || (candidate.0 == found.0 && candidate.1 < found.1) {
                    found = candidate;
                }
            }
        }
        found
    }

    #[test]
    fn no_other_choice_is_nearer() {
        let mut state = 7_u64;
        let mut draw = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f64 / (1_u64 << 24) as f64
        };
        for round in 0..300 {
            let (rows, columns) = (1 + round % 5, 1 + round % 7);
            let forbidden = f64::from((round % 4) as u32) * 0.2;
            let distances: Vec<Vec<Option<f64>>> = (0..rows)
                .map(|_| (0..columns).map(|_| (draw() >= forbidden).then(|| (draw() * 16.0).floor() / 4.0)).collect())
                .collect();
            let placed = assign(rows, columns, |_| true, |row, column| distances[row][column]);
            let mut seen = std::collections::BTreeSet::new();
            assert!(placed.iter().flatten().all(|column| seen.insert(*column)), "nobody serves twice");
            let (filled, sum) = total(&distances, &placed);
            let (most, least) = best(&distances, 0);
            assert_eq!((filled, (sum * 4.0).round()), (most, (least * 4.0).round()), "{distances:?}");
        }
    }
}
