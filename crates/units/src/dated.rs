//! A value that changes on agreed dates.

use crate::Date;

/// A term that changes on agreed dates. Asking for it needs a date, so nobody
/// can use next year's share by accident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dated<T> {
    /// Earliest first.
    from: Vec<(Date, T)>,
}

impl<T> Dated<T> {
    /// A term with these values, each from its date on; in any order, each date once.
    pub fn new(mut from: Vec<(Date, T)>) -> Dated<T> {
        from.sort_by_key(|(date, _)| *date);
        from.dedup_by_key(|(date, _)| *date);
        Dated { from }
    }

    /// The value agreed for `date`, or none if the term had not started.
    pub fn on(&self, date: Date) -> Option<&T> {
        self.from.iter().rev().find(|(from, _)| *from <= date).map(|(_, value)| value)
    }

    /// Every value with the date it holds from, earliest first.
    pub fn values(&self) -> &[(Date, T)] {
        &self.from
    }

    /// The first date with a value.
    pub fn starts(&self) -> Option<Date> {
        self.from.first().map(|(from, _)| *from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_of_a_year_is_the_one_agreed_for_it() {
        let date = |text: &str| text.parse::<Date>().expect("a date");
        let share = Dated::new(vec![(date("2015-04-01"), 60), (date("2012-04-01"), 25)]);
        assert_eq!(share.on(date("2012-03-31")), None);
        assert_eq!(share.on(date("2015-03-31")), Some(&25));
        assert_eq!(share.on(date("2015-04-01")), Some(&60));
    }
}
