//! What made-up contracts begin with, and measures that they name.

/// The terms before the clauses; a test says what it has otherwise.
#[derive(Clone, Copy)]
pub struct Head<'a> {
    pub from: &'a str,
    pub until: &'a str,
    /// Lines of the contract itself.
    pub more: &'a str,
    pub others: &'a [&'a str],
    pub bands: &'a [&'a str],
    pub prices_by: &'a str,
    pub unassessed: &'a str,
    /// What death, custody and moving away do to a window.
    pub window_ends: [&'a str; 3],
}

/// Two providers, three bands, a bit more than a year.
pub const MADE_UP: Head<'static> = Head {
    from: "2020-01-01",
    until: "2021-05-11",
    more: "",
    others: &["auditor", "fund", "board"],
    bands: &["low", "medium", "high"],
    prices_by: "latest",
    unassessed: "lowest-price",
    window_ends: ["counts", "ignored", "does-not-count"],
};

/// The same from a year before: prices and weights begin earlier than what is settled.
pub const A_YEAR_BEFORE: Head<'static> = Head { from: "2019-01-01", others: &["auditor", "fund"], ..MADE_UP };

impl Head<'_> {
    /// As a contract writes it.
    pub fn text(&self) -> String {
        let Head { from, until, more, others, bands, prices_by, unassessed, window_ends } = self;
        let [death, custody, moved_away] = window_ends;
        let bands: String = bands.iter().map(|band| format!("[[band]]\nid = \"{band}\"\n")).collect();
        format!(
            r#"
title    = "Made up"
currency = "GBP"
runs     = {{ from = {from}, until = {until} }}
settles  = "monthly"
rounding = {{ to = "0.01", mode = "half-even" }}
{more}
[parties]
commissioner = "council"
providers    = ["north", "south"]
assessor     = "assessor"
others       = {others:?}

{bands}
[banding]
prices-by  = "{prices_by}"
unassessed = "{unassessed}"

[window-ends]
death      = "{death}"
custody    = "{custody}"
moved-away = "{moved_away}"
"#
        )
    }
}

/// The file of a measure whose answer a test gives.
pub fn measure(grain: &str, unit: &str) -> String {
    format!("-- Made up?\n--\n-- grain: {grain}\n-- unit: {unit}\n-- reads: events\n-- source: ours\nSELECT 1")
}
