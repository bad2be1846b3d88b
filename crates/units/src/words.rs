//! A number with what it counts, in the form that goes with it.

/// `1 row`, `2 rows`.
///
/// ```
/// use meed_units::counted;
/// assert_eq!(counted(1, "row", "rows"), "1 row");
/// assert_eq!(counted(0, "row", "rows"), "0 rows");
/// assert_eq!(counted("1,200", "person", "people"), "1,200 people");
/// ```
pub fn counted(count: impl ToString, one: &str, many: &str) -> String {
    let count = count.to_string();
    let what = if count == "1" { one } else { many };
    format!("{count} {what}")
}
