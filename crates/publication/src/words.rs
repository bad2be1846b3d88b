//! Says amounts, dates and names the way a page shows them.
//!
//! What comes from a contract or from evidence passes through [`clean`] on its
//! way to any page, so that no name can turn the text around it, break a
//! picture or run off the sheet.

use meed_units::{Date, Moment, Money, Period};

/// An amount as a table shows it: `1,200,000.00`, `−350.10`, and at least the places its currency is counted in.
pub(crate) fn money(amount: Money, currency: &str) -> String {
    let plain = amount.to_string();
    let (sign, digits) = plain.strip_prefix('-').map_or(("", plain.as_str()), |digits| ("−", digits));
    let (units, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let sign = if amount.is_zero() { "" } else { sign };
    let mut text = String::from(sign);
    for (i, digit) in units.chars().enumerate() {
        if i > 0 && (units.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    let width = minor_places(currency);
    if width > 0 || !fraction.is_empty() {
        text += &format!(".{fraction:0<width$}");
    }
    text
}

/// An amount with its sign always shown: `+90,000.00`.
pub(crate) fn signed(amount: Money, currency: &str) -> String {
    let plus = if amount > Money::ZERO { "+" } else { "" };
    format!("{plus}{}", money(amount, currency))
}

/// How many places ISO 4217 counts a currency in: two for nearly all of them.
fn minor_places(currency: &str) -> usize {
    match currency {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "VND" | "VUV"
        | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn month(date: Date) -> &'static str {
    MONTHS[usize::from(date.month().unsigned_abs()).saturating_sub(1) % 12]
}

/// `31 March 2004`
pub(crate) fn date(date: Date) -> String {
    format!("{} {} {}", date.civil().day(), month(date), date.year())
}

/// `31 March 2004, 23:59:59 UTC`
pub(crate) fn moment(moment: Moment) -> String {
    let written = moment.to_string();
    let time = written.split_once('T').map_or("", |(_, time)| time.trim_end_matches('Z'));
    format!("{}, {time} UTC", date(moment.date()))
}

/// `March 2004`, `2004`, or `5 March 2004 to 9 March 2004`; the last day is part of it.
pub(crate) fn period(period: Period) -> String {
    let short = period.to_string();
    match short.len() {
        7 if !short.contains('Q') => format!("{} {}", month(period.from), period.from.year()),
        4 => short,
        _ => days(period),
    }
}

/// `1 March 2004 to 31 March 2004`
pub(crate) fn days(period: Period) -> String {
    format!("{} to {}", date(period.from), date(period.last_day()))
}

/// Longest text of one name or sentence on a page; the rest is in the data files.
const LONGEST: usize = 4_000;

/// The text on one line, with whatever could steer the text around it shown as `�`.
///
/// Line breaks become spaces. Control characters, bidirectional overrides,
/// invisible separators, private-use characters and what XML cannot hold are
/// replaced, never dropped: the reader sees that something was there.
pub(crate) fn clean(text: &str) -> String {
    let mut shown: String = text
        .chars()
        .take(LONGEST)
        .map(|c| match c {
            '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => ' ',
            '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => '\u{fffd}',
            '\u{feff}' | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{10ffff}' => '\u{fffd}',
            '\u{e000}'..='\u{f8ff}' | '\u{fdd0}'..='\u{fdef}' => '\u{fffd}',
            c if c.is_control() => '\u{fffd}',
            c => c,
        })
        .collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}

/// A text with its first letter large.
pub(crate) fn first_upper(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A person, party or clause, or an em dash where there is none.
pub(crate) fn or_dash(name: Option<&str>) -> String {
    name.map_or_else(|| "—".to_owned(), clean)
}

/// The name a page gives to the place of a line, and a link can follow: one name per identifier.
pub(crate) fn anchor(id: &str) -> String {
    let mut name = String::from("line-");
    for byte in id.bytes().take(LONGEST) {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => name.push(char::from(byte)),
            other => name += &format!("!{other:02x}"),
        }
    }
    name
}

/// `1 line`, `12,000 lines`
pub(crate) fn count(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// `12,000`
pub(crate) fn grouped(number: u64) -> String {
    let plain = number.to_string();
    let mut text = String::new();
    for (i, digit) in plain.chars().enumerate() {
        if i > 0 && (plain.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Text for an XML or HTML file: everything with a meaning there is written out.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_keep_their_places_and_get_those_of_their_currency() {
        for (amount, currency, shown) in [
            ("0", "GBP", "0.00"),
            ("-0.00", "GBP", "0.00"),
            ("1200000", "USD", "1,200,000.00"),
            ("-350.1", "GBP", "−350.10"),
            ("1234.5678", "EUR", "1,234.5678"),
            ("1234", "JPY", "1,234"),
            ("999", "GBP", "999.00"),
        ] {
            assert_eq!(money(amount.parse().expect("money"), currency), shown);
        }
        assert_eq!(signed(Money::minor(100), "GBP"), "+1.00");
        assert_eq!(signed(Money::ZERO, "GBP"), "0.00");
        assert_eq!(signed(Money::minor(-100), "GBP"), "−1.00");
    }

    #[test]
    fn periods_and_dates_are_said_in_words() {
        for (written, said) in [
            ("2004-03", "March 2004"),
            ("2004", "2004"),
            ("2004-Q1", "1 January 2004 to 31 March 2004"),
            ("2004-03-05..2004-03-10", "5 March 2004 to 9 March 2004"),
        ] {
            assert_eq!(period(written.parse().expect("a period")), said);
        }
        assert_eq!(moment("2004-04-10T09:05:00Z".parse().expect("a moment")), "10 April 2004, 09:05:00 UTC");
    }

    #[test]
    fn nothing_in_a_name_can_steer_the_page() {
        assert_eq!(clean("a\nb\tc"), "a b c");
        assert_eq!(clean("a\u{202e}b\u{0}c\u{e000}"), "a\u{fffd}b\u{fffd}c\u{fffd}");
        assert_eq!(clean("שלום"), "שלום");
        assert_eq!(clean(&"x".repeat(10_000)).chars().count(), LONGEST + 1);
        assert_eq!(escape("<script>'&\""), "&lt;script&gt;&#39;&amp;&quot;");
    }

    #[test]
    fn every_line_has_a_place_of_its_own() {
        assert_eq!(anchor("operating/riverside/2004-03~2"), "line-operating/riverside/2004-03~2");
        assert_eq!(anchor("a b\"é"), "line-a!20b!22!c3!a9");
        assert_ne!(anchor("a b"), anchor("a!20b"));
    }
}
