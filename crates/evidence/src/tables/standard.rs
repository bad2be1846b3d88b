//! The standard tables.

use std::sync::LazyLock;

use super::{
    ColumnKind, Reference, Table, columns_of_every_table,
    draft::{code, table},
    service,
};
use ColumnKind::{Boolean, Date, Integer, Money, Number, Party, Person, Text};

/// The standard tables, in the order of the reference.
pub fn standard() -> &'static [Table] {
    static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| tables().into_iter().chain(service::tables()).collect());
    &TABLES
}

/// The standard table of this name.
pub fn standard_table(name: &str) -> Option<&'static Table> {
    standard().iter().find(|table| table.name == name)
}

fn tables() -> Vec<Table> {
    vec![
        table("people", "A person served.", &["person"])
            .needs("person", Person, "the pseudonymous key of the person")
            .may("born_year", Integer, "year of birth")
            .between(1900, 2199)
            .may("sex", code("sex"), "sex as recorded")
            .may("deprivation", Integer, "fifth of areas by deprivation: 1 the least deprived, 5 the most")
            .between(1, 5)
            .may("area", Text, "the area the person lives in")
            .may("paid_for", Boolean, "whether the contract pays for their outcomes; empty is `true`")
            .may("consent", Boolean, "`false`: nothing else about this person may be held, here or in another table")
            .done(),
        table("referrals", "A person sent to a provider.", &["referral"])
            .needs("referral", Text, "identity of the referral")
            .needs("person", Person, "who was referred")
            .needs("provider", Party, "to whom")
            .needs("referred_on", Date, "the day of the referral; waiting is counted from it")
            .may("source", code("referral-source"), "who sent the person")
            .may("decision", code("referral-decision"), "what became of the referral")
            .may("decided_on", Date, "the day of the decision")
            .may("decision_reason", Text, "why, where the person was not taken on")
            .may("passed_to", Party, "the subcontractor who was to serve the person")
            .happened("referred_on")
            .done(),
        table("assessments", "A band of need, given by an assessor.", &["assessment"])
            .needs("assessment", Text, "identity of the assessment")
            .needs("person", Person, "who was assessed")
            .needs("assessor", Party, "who assessed")
            .needs("assessed_on", Date, "the day of the assessment")
            .needs("band", Text, "the band of need, as the contract names it")
            .needs("effective_from", Date, "the first day the band holds")
            .needs("standing", code("band-standing"), "how settled the band is")
            .may("reason", Text, "why the band was revised; needed when `standing` is `revised`")
            .may("score", Number, "the raw score behind the band")
            .may("instrument", Text, "the instrument, with its version")
            .may("worker", Text, "who assessed, by a key that names nobody")
            .happened("assessed_on")
            .done(),
        table("spells", "A stretch of days in which something held: treatment, work, a home, custody.", &["spell"])
            .needs("spell", Text, "identity of the spell")
            .needs("person", Person, "whose")
            .needs("provider", Party, "with whom, or through whom")
            .needs("kind", code("spell-kind"), "what held")
            .needs("started_on", Date, "the first day")
            .may("ended_on", Date, "the first day it no longer held; empty while it holds")
            .may("end_reason", code("discharge-reason"), "why treatment ended, in the provider's judgement")
            .may("modality", code("modality"), "what kind of treatment")
            .may(
                "accommodation",
                code("accommodation"),
                "where the person lived, or which housing need they had, at the start",
            )
            .may("problem1", code("substance"), "the substance the person came for help with")
            .may("problem2", code("substance"), "a second one")
            .may("problem3", code("substance"), "a third one")
            .may("worker", Text, "the worker who is answerable, by a key that names nobody")
            .happened("started_on")
            .stretch("started_on", "ended_on", false)
            .done(),
        table("contacts", "A meeting with a person, or an arrangement for one.", &["contact"])
            .needs("contact", Text, "identity of the contact")
            .needs("person", Person, "with whom")
            .needs("provider", Party, "by whom")
            .needs("contacted_on", Date, "the day")
            .may("kind", Text, "what kind of meeting")
            .may("attended", Boolean, "whether the person came")
            .may("minutes", Integer, "how long it took")
            .between(0, 1440)
            .may("mode", code("contact-mode"), "how it took place")
            .may("worker", Text, "by which worker, by a key that names nobody")
            .may("minute_of_day", Integer, "when it began: minutes after midnight")
            .between(0, 1439)
            .happened("contacted_on")
            .done(),
        table("reviews", "One answer of a person at a review of their progress.", &["review", "item"])
            .needs("review", Text, "identity of the review")
            .needs("person", Person, "who was asked")
            .needs("provider", Party, "by whom")
            .needs("reviewed_on", Date, "the day of the review")
            .needs("stage", code("review-stage"), "when in the journey")
            .needs("item", code("top-item"), "what was asked")
            .may("value", Number, "the answer; empty is not disclosed, which is not zero; yes is 1 and no is 0")
            .between(0, 28)
            .may("source", code("answer-source"), "whose word the answer is; empty is the provider's")
            .happened("reviewed_on")
            .done(),
        table("events", "Something that happened to a person.", &["event"])
            .needs("event", Text, "identity of the event")
            .needs("person", Person, "to whom")
            .may("provider", Party, "with whom, where a provider has a part in it")
            .needs("kind", code("event-kind"), "what happened")
            .needs("occurred_on", Date, "the day it happened, or began")
            .may("until_on", Date, "the first day it no longer held")
            .may("concluded_on", Date, "for an offence: the day of the conviction or caution")
            .may("outcome", code("offence-outcome"), "for an offence: what became of it")
            .may("quantity", Number, "how much, where the kind says of what")
            .least(0)
            .may("detail", Text, "what the kind leaves open")
            .happened("occurred_on")
            .stretch("occurred_on", "until_on", false)
            .done(),
        table(
            "capacity",
            "Places a provider kept, and how many were used, over some days.",
            &["provider", "period_from"],
        )
        .needs("provider", Party, "whose places")
        .needs("period_from", Date, "the first day")
        .needs("period_until", Date, "the first day after")
        .needs("places", Number, "places kept: on average, or place-days")
        .least(0)
        .needs("occupied", Number, "places used, counted as `places` is")
        .least(0)
        .happened("period_from")
        .stretch("period_from", "period_until", true)
        .done(),
        table("counts", "How many of something a provider had over some days, as somebody verified it.", &["count"])
            .needs("count", Text, "identity of the count")
            .needs("provider", Party, "whose")
            .may("person", Person, "of whom, where it is one person's part of the number")
            .needs("what", Text, "what is counted, as the contract names it")
            .needs("period_from", Date, "the first day")
            .needs("period_until", Date, "the first day after")
            .needs("number", Number, "how many")
            .least(0)
            .happened("period_from")
            .stretch("period_from", "period_until", true)
            .done(),
        table("goals", "A goal a person set themselves.", &["goal"])
            .needs("goal", Text, "identity of the goal")
            .needs("person", Person, "whose")
            .needs("provider", Party, "with whose help")
            .needs("set_on", Date, "the day it was set")
            .may("text", Text, "the goal in the person's words")
            .may("met_on", Date, "the day it was met; empty while it is not")
            .happened("set_on")
            .stretch("set_on", "met_on", false)
            .done(),
        table("feedback", "What a person said of a provider.", &["feedback"])
            .needs("feedback", Text, "identity of the answer")
            .needs("provider", Party, "of whom")
            .needs("given_on", Date, "the day")
            .needs("question", Text, "what was asked")
            .needs("score", Number, "the answer")
            .may("person", Person, "who answered, unless they chose not to be known")
            .happened("given_on")
            .done(),
        table("payments-elsewhere", "An outcome of a person that another scheme has paid for.", &["payment"])
            .needs("payment", Text, "identity of the payment")
            .needs("person", Person, "whose outcome")
            .needs("scheme", Text, "which scheme paid")
            .needs("outcome", Text, "for what, as that scheme names it")
            .needs("paid_on", Date, "the day")
            .needs("amount", Money, "how much")
            .least(0)
            .may("speaks_from", Date, "the first day the outcome speaks of")
            .may("speaks_until", Date, "the first day after those it speaks of")
            .may(
                "match_chance",
                Number,
                "chance that the row is this person's, where registers without a common key were linked",
            )
            .between(0, 1)
            .happened("paid_on")
            .done(),
        table(
            "estimates",
            "A cohort's outcome against what would have happened anyway, by whoever estimated it.",
            &["cohort", "reported_on"],
        )
        .needs("cohort", Text, "which cohort")
        .needs("provider", Party, "with whom")
        .needs("period_from", Date, "the first day of the events that make people part of the cohort")
        .needs("period_until", Date, "the first day after")
        .needs("reported_on", Date, "the day the estimate was reported")
        .needs("people", Number, "people in the cohort")
        .least(0)
        .needs("counterfactual", Number, "what would have happened anyway")
        .least(0)
        .needs("actual", Number, "what happened")
        .least(0)
        .needs("unit", code("effect-unit"), "what the two figures are")
        .needs("method", Text, "how the comparison was made, in words")
        .may("method_hash", Text, "SHA-256 of the file that sets the method out, where the contract asks for a method by it: 64 digits of 0-9 and a-f")
        .happened("reported_on")
        .stretch("period_from", "period_until", true)
        .done(),
    ]
}

/// Adds what every table has: who sent the row and when, and that a person is one of `people`.
pub(super) fn finish(mut table: Table) -> Table {
    table.columns.extend(columns_of_every_table());
    if table.name != "people" {
        let people = table.columns.iter().filter(|column| column.kind == Person).map(|column| Reference {
            column: column.name.clone(),
            table: "people".to_owned(),
            to: "person".to_owned(),
        });
        table.references.extend(people.collect::<Vec<_>>());
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_says_who_sent_it_and_when_it_became_known() {
        assert_eq!(standard().len(), 24);
        for table in standard() {
            let names: Vec<&str> = table.columns.iter().map(|column| &*column.name).collect();
            assert!(names.ends_with(&["sent_by", "known_at", "withdrawn"]), "{}", table.name);
            let mut once = names.clone();
            once.sort_unstable();
            once.dedup();
            assert_eq!(once.len(), names.len(), "{}", table.name);
        }
    }

    #[test]
    fn keys_dates_and_references_name_columns_that_are_there() {
        for table in standard() {
            assert!(!table.key.is_empty());
            for key in &table.key {
                assert!(table.column(key).is_some_and(|column| column.required), "{}.{key}", table.name);
            }
            let stretch = table.stretch.iter().flat_map(|stretch| [&stretch.from, &stretch.until]);
            for date in table.happened_on.iter().chain(stretch) {
                assert_eq!(table.column(date).map(|column| &column.kind), Some(&Date), "{}.{date}", table.name);
            }
            for reference in &table.references {
                let other = standard_table(&reference.table).expect("a table");
                assert_eq!(other.key, std::slice::from_ref(&reference.to), "{}.{}", table.name, reference.column);
            }
        }
    }
}
