//! The rules evidence keeps to, each with the code a report names it by.

use crate::{Rule, Severity};

macro_rules! rules {
    ($($name:ident $severity:ident $code:literal $about:literal;)+) => {
        $(pub(crate) static $name: Rule = Rule { code: $code, severity: Severity::$severity, about: $about };)+


        /// Every rule, in the order in which a file meets them.
        pub fn rules() -> &'static [&'static Rule] {
            static RULES: &[&Rule] = &[$(&$name),+];
            RULES
        }
    };
}

rules! {
    // The package and its files.
    DESCRIPTOR Error "descriptor" "`datapackage.json` is readable and names each table's files";
    UNSAFE_PATH Error "unsafe-path" "a file lies inside the package: no `..`, no absolute path, no address of another machine";
    UNKNOWN_TABLE Error "unknown-table" "a resource has the name of a table";
    UNREAD_RESOURCE Warning "unread-resource" "a resource that is no table is not read";
    MISSING_TABLE Warning "missing-table" "a table that others refer to is in the package";
    UNREADABLE_FILE Error "unreadable-file" "a file is there and can be read to its end";
    TOO_LARGE Error "too-large" "a compressed file does not grow out of all proportion";
    NO_HEADER Error "no-header" "the first row names the columns";
    WRONG_DELIMITER Error "wrong-delimiter" "cells are separated as the package says: by commas, unless it says otherwise";
    TOO_MANY_COLUMNS Error "too-many-columns" "a table has at most 2000 columns";
    DUPLICATE_COLUMN Error "duplicate-column" "each column is named once";
    UNKNOWN_COLUMN Error "unknown-column" "every column belongs to the table; another one is not read and may hold what nobody should send";
    MISSING_COLUMN Error "missing-column" "every column that a row needs is there";
    // The rows of a file.
    NOT_UTF8 Error "not-utf8" "text is encoded as UTF-8";
    TOO_FEW_CELLS Error "too-few-cells" "a row has a cell for every column";
    TOO_MANY_CELLS Error "too-many-cells" "a row has no more cells than there are columns";
    ROW_TOO_LONG Error "row-too-long" "a row is shorter than four million bytes";
    // The cells of a row.
    REQUIRED Error "required" "a cell that a row needs is not empty";
    WORD_FOR_MISSING Error "word-for-missing" "what is missing is an empty cell, not a word such as NA or NULL";
    SPACES_AROUND Error "spaces-around" "a name, key or code has no spaces around it";
    NOT_A_DATE Error "not-a-date" "a date is a day of the calendar, written 2012-04-01";
    DATE_OUT_OF_RANGE Error "date-out-of-range" "a date or moment lies in 1900 to 2199";
    NOT_A_MOMENT Error "not-a-moment" "a moment is written 2013-05-31T09:00:00Z, or as a date";
    NOT_A_WHOLE_NUMBER Error "not-a-whole-number" "a whole number has digits only, with a minus where it is negative";
    NOT_A_NUMBER Error "not-a-number" "a number is decimal, with a point: no NaN, no infinity, no exponent, no thousands separator";
    NOT_AN_AMOUNT Error "not-an-amount" "an amount of money is decimal, with at most six places behind the point and no currency sign";
    NOT_A_BOOLEAN Error "not-a-boolean" "yes or no is written true or false";
    UNKNOWN_CODE Error "unknown-code" "a code is one of its list";
    NEGATIVE Error "negative" "a quantity, a number of places or an amount is not below zero";
    OUT_OF_RANGE Error "out-of-range" "a number lies in the range of its column";
    MISSPELT_PARTY Warning "misspelt-party" "a party has the name the contract gives it, or another altogether";
    UNKNOWN_BAND Error "unknown-band" "a band is one the contract names";
    // What the cells of a row say together.
    ENDS_BEFORE_START Error "ends-before-start" "nothing ends before it starts";
    HOLDS_NO_DAY Error "holds-no-day" "a period that is counted over holds at least one day";
    EMPTY_STRETCH Warning "empty-stretch" "an end is the first day after, so what lasted one day ends on the next";
    CONCLUDED_BEFORE_OFFENCE Error "concluded-before-offence" "an offence is concluded on or after the day it happened";
    KNOWN_BEFORE_IT_HAPPENED Warning "known-before-it-happened" "nothing is known before it happens";
    REVISED_WITHOUT_REASON Error "revised-without-reason" "a revised band gives its reason";
    ITEM_OUT_OF_RANGE Error "item-out-of-range" "an answer lies in the range of what was asked";
    MORE_OCCUPIED_THAN_PLACES Warning "more-occupied-than-places" "no more places are used than there are";
    NOT_A_SHARE Error "not-a-share" "a percentage of people lies in 0 to 100";
    NOT_A_HASH Error "not-a-hash" "a SHA-256 is 64 digits of 0-9 and a-f";
    // What rows say together.
    DUPLICATE_KEY Error "duplicate-key" "rows of one key differ in when they became known";
    UNKNOWN_REFERENCE Error "unknown-reference" "what a row refers to is there";
    REFERS_TO_BAD_ROW Error "refers-to-bad-row" "what a row refers to keeps the rules itself";
    NO_CONSENT Error "no-consent" "of a person who does not consent only the key, the sender and that fact are held";
    OVERLAPPING_SPELLS Warning "overlapping-spells" "spells of one kind, of one person with one provider, do not overlap";
    // A file made pseudonymous.
    KEY_IN_TEXT Error "key-in-text" "no text holds the key of the row's person";
    // A table that a contract declares.
    DECLARATION Error "declaration" "a declared table says its name, its columns, what they hold and its key";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_kebab_case_and_name_one_rule_each() {
        let mut codes: Vec<&str> = rules().iter().map(|rule| rule.code).collect();
        assert!(codes.iter().all(|code| code.bytes().all(|b| b.is_ascii_lowercase() || b == b'-' || b == b'8')));
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), rules().len());
    }
}
