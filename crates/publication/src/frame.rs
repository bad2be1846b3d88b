//! How a picture that is opened by itself is framed: with a margin, so that nothing is cut off or touches an edge.

/// Room at the sides, and above and below.
const SIDE: f64 = 28.0;
const ABOVE: f64 = 20.0;

/// `viewBox`, `width` and `height` of a picture whose drawing goes from nothing to `width` and `height`.
pub(crate) fn size(width: f64, height: f64) -> String {
    let (all_wide, all_high) = (width + 2.0 * SIDE, height + 2.0 * ABOVE);
    format!("viewBox=\"-{SIDE} -{ABOVE} {all_wide} {all_high}\" width=\"{all_wide}\" height=\"{all_high}\"")
}

/// White behind all of it.
pub(crate) fn ground(width: f64, height: f64) -> String {
    format!(
        "<rect x=\"-{SIDE}\" y=\"-{ABOVE}\" width=\"{}\" height=\"{}\" fill=\"#ffffff\"/>",
        width + 2.0 * SIDE,
        height + 2.0 * ABOVE
    )
}
