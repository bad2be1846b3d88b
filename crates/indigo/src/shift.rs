//! Do the prices of a project stand against the wrong metrics?
//!
//! A rate card that two projects share gives it away: one has the metrics of the other, as far as they go, and from some metric
//! on its prices are those that the other has a few rows further down, to the end.

use meed_units::Money;

/// The metrics of a project in order, each as its definition begins, and the prices in order.
#[derive(Clone, Debug)]
pub(crate) struct Card {
    pub project: String,
    pub metrics: Vec<String>,
    /// As many as there are rows with a price for one of the metrics, by the place of the metric.
    pub prices: Vec<Option<Money>>,
}

/// Where a shift begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shift {
    /// The first metric, counted from 0, whose price is not its own.
    pub from: usize,
    /// By how many rows.
    pub rows: usize,
    /// The project with the same card whose prices show it.
    pub shown_by: String,
}

/// Finds the shift of `card` that one of the others shows.
pub(crate) fn find<'c>(card: &Card, others: impl Iterator<Item = &'c Card>) -> Option<Shift> {
    others.filter(|other| other.project != card.project).find_map(|other| against(card, other))
}

fn against(card: &Card, other: &Card) -> Option<Shift> {
    let same = card.metrics.iter().zip(&other.metrics).take_while(|(a, b)| a == b).count();
    if same < 5 || same != card.metrics.len() || other.prices.iter().any(Option::is_none) {
        return None;
    }
    let from = card.prices.iter().zip(&other.prices).position(|(own, theirs)| own != theirs)?;
    (from > 0).then_some(())?;
    let moved: Vec<Money> = card.prices[from..].iter().flatten().copied().collect();
    let rows = other.prices.len().checked_sub(from + moved.len())?;
    let further: Vec<Money> = other.prices[from + rows..].iter().flatten().copied().collect();
    (rows > 0 && moved.len() > 1 && moved == further).then(|| Shift { from, rows, shown_by: other.project.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(project: &str, prices: &[i64]) -> Card {
        Card {
            project: project.into(),
            metrics: (0..8).map(|n| format!("metric {n}")).collect(),
            prices: (0..8).map(|n| prices.get(n).map(|&price| Money::minor(price * 100))).collect(),
        }
    }

    #[test]
    fn prices_two_rows_up_are_found() {
        let (whole, short) = (card("whole", &[1, 2, 3, 4, 5, 6, 7, 8]), card("short", &[1, 2, 3, 6, 7, 8]));
        let found = find(&short, [&whole, &short].into_iter());
        assert_eq!(found, Some(Shift { from: 3, rows: 2, shown_by: "whole".into() }));
        assert_eq!(find(&whole, [&whole, &short].into_iter()), None);
    }

    #[test]
    fn the_last_metrics_may_be_missing_too() {
        let whole = card("whole", &[1, 2, 3, 4, 5, 6, 7, 8]);
        let mut short = card("short", &[1, 2, 3, 6, 7, 8]);
        short.metrics.truncate(6);
        short.prices.truncate(6);
        assert_eq!(find(&short, [&whole].into_iter()).map(|shift| (shift.from, shift.rows)), Some((3, 2)));
    }

    #[test]
    fn other_prices_are_no_shift() {
        let (whole, other) = (card("whole", &[1, 2, 3, 4, 5, 6, 7, 8]), card("other", &[1, 2, 3, 9, 9, 9]));
        assert_eq!(find(&other, [&whole].into_iter()), None);
        assert_eq!(find(&card("fewer", &[1, 2, 3, 4, 5, 6]), [&whole].into_iter()), None, "only the last are unpriced");
    }
}
