//! Tables that guardrails ask for: what was done for people, what was claimed and on what evidence, and how providers
//! and their workers fare. A contract that asks none of those questions needs none of them.

use super::{
    ColumnKind::{Boolean, Date, Integer, Money, Number, Party, Person, Text},
    Table,
    draft::{code, table},
};

/// In the order of the reference.
pub(super) fn tables() -> Vec<Table> {
    let mut tables = about_people();
    tables.extend(about_providers());
    tables
}

fn about_people() -> Vec<Table> {
    vec![
        table("interventions", "A kind of help given to a person over some days.", &["intervention"])
            .needs("intervention", Text, "identity of the intervention")
            .needs("person", Person, "to whom")
            .needs("provider", Party, "by whom")
            .needs("kind", Text, "what kind of help")
            .needs("started_on", Date, "the first day")
            .may("ended_on", Date, "the first day after; empty while it goes on")
            .may("goal", Text, "the goal it serves: the identity of a row of `goals`")
            .happened("started_on")
            .stretch("started_on", "ended_on", false)
            .done(),
        table(
            "reassessments",
            "A person's need scored again by a second assessor, who did not see the first score. It changes no band.",
            &["reassessment"],
        )
        .needs("reassessment", Text, "identity of the second scoring")
        .needs("person", Person, "who was scored")
        .needs("assessor", Party, "who scored")
        .needs("reassessed_on", Date, "the day")
        .needs("band", Text, "the band that the second score gives")
        .may("score", Number, "the second score")
        .may("instrument", Text, "the instrument, with its version")
        .may("worker", Text, "who scored, by a key that names nobody")
        .happened("reassessed_on")
        .done(),
        table("outcome-claims", "An outcome of a person for which payment was asked.", &["claim"])
            .needs("claim", Text, "identity of the claim")
            .needs("person", Person, "whose outcome")
            .needs("provider", Party, "who claims")
            .needs("clause", Text, "of which clause of the contract")
            .needs("achieved_on", Date, "the day of the outcome")
            .needs("submitted_on", Date, "the day the claim was sent in")
            .may("speaks_from", Date, "the first day the outcome speaks of")
            .may("speaks_until", Date, "the first day after those it speaks of")
            .may("band", Text, "the band it was claimed at")
            .may("amount", Money, "what was asked for it")
            .least(0)
            .may("state", code("claim-state"), "what became of it; empty is `claimed`")
            .may("worker", Text, "who sent it in, by a key that names nobody")
            .happened("achieved_on")
            .done(),
        table("evidence-items", "Something a claim rests on: a letter, a payslip, a test, a note.", &["item"])
            .needs("item", Text, "identity of the item")
            .needs("claim", Text, "the claim it supports: the identity of a row of `outcome-claims`")
            .needs("captured_on", Date, "the day it was made, or on which what it shows took place")
            .needs("recorded_on", Date, "the day it was put into the system")
            .may("recorded_minute", Integer, "when on that day: minutes after midnight")
            .between(0, 1439)
            .may("kind", Text, "what sort of thing it is")
            .may("content_hash", Text, "SHA-256 of its content: 64 digits of 0-9 and a-f")
            .may("text", Text, "its text, where that names nobody")
            .may("value", Number, "a number it states")
            .may("worker", Text, "who recorded it, by a key that names nobody")
            .happened("captured_on")
            .done(),
        table("payment-days", "A day on which a payment for a person falls due if nothing stands against it.", &[
            "person", "clause", "due_on",
        ])
        .needs("person", Person, "for whom")
        .needs("provider", Party, "to whom")
        .needs("clause", Text, "by which clause")
        .needs("due_on", Date, "the day")
        .may("after_exit", Boolean, "whether the days were counted from the end of treatment; empty is `false`")
        .happened("due_on")
        .done(),
        table(
            "risk-scores",
            "The chance of success that a model gave a person before the outcome was known. The model was fitted on days \
             before the contract and does not know the provider.",
            &["person", "model", "scored_on"],
        )
        .needs("person", Person, "whose")
        .needs("model", Text, "the model, with its version")
        .needs("scored_on", Date, "the day it was worked out")
        .needs("chance", Number, "chance of success, 0 to 1")
        .between(0, 1)
        .happened("scored_on")
        .done(),
    ]
}

fn about_providers() -> Vec<Table> {
    vec![
        table("provider-roles", "What part a provider has in the contract.", &["provider"])
            .needs("provider", Party, "which provider")
            .may("in_contract", Boolean, "whether the contract pays it; empty is `true`")
            .may("prime", Party, "the prime contractor it works for, where it is a subcontractor")
            .may("results_share", Number, "the share of its income under the contract that depends on results, 0 to 1")
            .between(0, 1)
            .may("area", Text, "the area it serves")
            .may("assesses_only", Boolean, "whether it only assesses; empty is `false`")
            .done(),
        table("workforce", "A worker in a month.", &["worker", "month"])
            .needs("worker", Text, "who, by a key that names nobody")
            .needs("provider", Party, "with whom")
            .needs("month", Date, "the first day of the month")
            .may("kind", code("worker-kind"), "what they are; empty is `qualified`")
            .needs("fte", Number, "full-time equivalents")
            .least(0)
            .may("caseload", Number, "people they were answerable for")
            .least(0)
            .may("hours_agreed", Number, "hours agreed")
            .least(0)
            .may("hours_worked", Number, "hours worked")
            .least(0)
            .may("sick_days", Number, "days absent through sickness")
            .least(0)
            .may("joined_on", Date, "the first day with the provider")
            .may("left_on", Date, "the last day with the provider")
            .may("pulse", Number, "answer to an anonymous question on how they are, 0 (worst) to 10")
            .between(0, 10)
            .happened("month")
            .done(),
        table("provider-months", "How a provider stood in a month.", &["provider", "month"])
            .needs("provider", Party, "whose")
            .needs("month", Date, "the first day of the month")
            .may("cash", Money, "cash at the end of the month")
            .may("facility", Money, "credit agreed and not drawn")
            .least(0)
            .may("cost", Money, "what the month cost")
            .least(0)
            .may("income", Money, "what came in")
            .least(0)
            .may("results_income", Money, "what of it came in by results")
            .least(0)
            .may("debtors", Money, "verified outcomes not yet paid")
            .least(0)
            .may("volume", Number, "people started")
            .least(0)
            .may("volume_bid", Number, "people started, by the bid")
            .least(0)
            .may("recording_minutes", Number, "minutes that keyworkers spent on recording")
            .least(0)
            .may("worked_minutes", Number, "minutes that keyworkers worked")
            .least(0)
            .may("verification_cost", Money, "what it cost to verify outcomes, both sides")
            .least(0)
            .may("qualified_minutes_bid", Number, "minutes of qualified work for each person, by the bid")
            .least(0)
            .happened("month")
            .done(),
        table(
            "sub-payments",
            "Money that a prime contractor received for a subcontractor and passed on.",
            &["payment"],
        )
        .needs("payment", Text, "identity of the payment")
        .needs("prime", Party, "the prime contractor")
        .needs("provider", Party, "the subcontractor")
        .needs("received_on", Date, "the day the prime contractor received it")
        .may("passed_on", Date, "the day it was passed on; empty while it is not")
        .may("amount", Money, "how much")
        .least(0)
        .happened("received_on")
        .done(),
        table(
            "measure-series",
            "A measure of a provider in a month, paid or not, or of the region without the contract's providers.",
            &["series"],
        )
        .needs("series", Text, "identity of the row")
        .may("provider", Party, "whose; empty for the region without the contract's providers")
        .needs("measure", Text, "which measure")
        .needs("month", Date, "the first day of the month")
        .needs("value", Number, "a share, a rate or a mean")
        .may("people", Number, "people behind it")
        .least(0)
        .may("paid", Boolean, "whether the contract pays by it; empty is `false`")
        .may("more_is_better", Boolean, "whether more is better; empty is `true`")
        .happened("month")
        .done(),
    ]
}
