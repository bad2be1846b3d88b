//! A series of yearly figures, which does not run over a break in how they were counted unless somebody says so.

/// One figure of a series.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// The year it begins in: 2008 for 2008/09.
    pub year: i32,
    /// The figure.
    pub value: f64,
}

/// A change in how figures were counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Break {
    /// The first year counted in the new way.
    pub from_year: i32,
    /// What changed.
    pub because: String,
}

/// Figures by year, with the breaks that are known.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// By year.
    pub points: Vec<Point>,
    /// The breaks.
    pub breaks: Vec<Break>,
}

/// Figures of one stretch, and the breaks inside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Joined<'s> {
    /// The figures, by year.
    pub points: Vec<&'s Point>,
    /// Breaks between the first and the last of them: to be shown wherever they are.
    pub flagged: Vec<&'s Break>,
}

impl Series {
    /// The figures from one year to another, both included, with every break between them.
    pub fn over_breaks(&self, from: i32, to: i32) -> Joined<'_> {
        let mut points: Vec<&Point> = self.points.iter().filter(|point| (from..=to).contains(&point.year)).collect();
        points.sort_by_key(|point| point.year);
        let flagged = match (points.first(), points.last()) {
            (Some(first), Some(last)) => self.between(first.year, last.year),
            _ => Vec::new(),
        };
        Joined { points, flagged }
    }

    /// The change from one year to another.
    ///
    /// # Errors
    /// The breaks between them, over which figures do not compare.
    pub fn change(&self, from: i32, to: i32) -> Result<Option<f64>, Vec<&Break>> {
        let breaks = self.between(from.min(to), from.max(to));
        if !breaks.is_empty() {
            return Err(breaks);
        }
        let value = |year| self.points.iter().find(|point| point.year == year).map(|point| point.value);
        Ok(value(to).zip(value(from)).map(|(after, before)| after - before))
    }

    fn between(&self, first: i32, last: i32) -> Vec<&Break> {
        self.breaks.iter().filter(|known| known.from_year > first && known.from_year <= last).collect()
    }
}
