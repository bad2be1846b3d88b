//! The measures that the clauses of each kind use.

/// By name, with grain and unit.
pub const MEASURES: [(&str, &str, &str); 11] = [
    ("abstinent", "outcome", "stretch"),
    ("housed", "outcome", "stretch"),
    ("job", "outcome", "stretch"),
    ("started", "outcome", "stretch"),
    ("progress-a", "outcome", "stretch"),
    ("progress-b", "outcome", "stretch"),
    ("away", "outcome", "stretch"),
    ("effect", "cohort", "as reported"),
    ("few", "cohort", "count"),
    ("used", "ratio", "percent"),
    ("counted", "quantity", "count"),
];
