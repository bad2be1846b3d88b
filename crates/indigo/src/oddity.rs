//! Which cells of the data set do not say what they should?

/// A cell, or a pair of them, that a person has to put right.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Oddity {
    /// What kind it is, one word for each kind.
    pub kind: Kind,
    /// The file.
    pub file: &'static str,
    /// The row, as a spreadsheet counts it.
    pub row: usize,
    /// The project.
    pub project: String,
    /// What is wrong, in words.
    pub says: String,
}

/// The kinds of oddity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A cell that should hold an amount holds something else.
    Amount,
    /// An amount with a currency sign or a word for its size, which was read.
    Sign,
    /// An amount with more places than its currency has: a spreadsheet worked it out.
    WorkedOut,
    /// A cell that should hold a number of outcomes holds prose.
    CountInWords,
    /// There is no such day.
    Day,
    /// A project that ends before it begins.
    Order,
    /// Two metrics of a project have the same identity.
    DuplicateMetric,
    /// A price for a metric that the project does not have.
    UnknownMetric,
    /// A metric with more than one price.
    SeveralPrices,
    /// Prices that stand against the wrong metrics.
    Shifted,
    /// The most for a metric is not its price times its target.
    Maximum,
    /// Payments add up to more than the most that can be paid.
    AboveMaximum,
    /// A payment, and it is not said whether it was made or planned.
    PaymentType,
}

impl Kind {
    /// Every kind, in the order of the report.
    pub const ALL: [Kind; 13] = [
        Kind::Amount,
        Kind::Sign,
        Kind::WorkedOut,
        Kind::CountInWords,
        Kind::Day,
        Kind::Order,
        Kind::DuplicateMetric,
        Kind::UnknownMetric,
        Kind::SeveralPrices,
        Kind::Shifted,
        Kind::Maximum,
        Kind::AboveMaximum,
        Kind::PaymentType,
    ];

    /// As the report names it.
    pub fn label(self) -> &'static str {
        match self {
            Kind::Amount => "no amount where one should be",
            Kind::Sign => "amount with a sign or a word, read all the same",
            Kind::WorkedOut => "amount in fractions of a penny",
            Kind::CountInWords => "prose where a number should be",
            Kind::Day => "no such day or month",
            Kind::Order => "ends before it begins",
            Kind::DuplicateMetric => "two metrics with one identity",
            Kind::UnknownMetric => "price for no metric",
            Kind::SeveralPrices => "metric with several prices",
            Kind::Shifted => "prices against the wrong metrics",
            Kind::Maximum => "most for a metric is not price times target",
            Kind::AboveMaximum => "payments above the most that can be paid",
            Kind::PaymentType => "payment that is neither made nor planned",
        }
    }
}
