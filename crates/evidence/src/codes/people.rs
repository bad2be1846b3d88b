//! Short lists of our own: sex, kinds of spell, stages of review, standings of a band, units of an effect.

use super::{CodeList, code, list};

pub(super) fn sex() -> CodeList {
    list(
        "sex",
        "The person's sex as recorded.",
        "ours",
        vec![
            code("female", "female", ""),
            code("male", "male", ""),
            code("other", "another", ""),
            code("not-stated", "asked and not stated; an empty cell was not asked", ""),
        ],
    )
}

pub(super) fn spell_kind() -> CodeList {
    list(
        "spell-kind",
        "What held from the start of a spell to its end.",
        "ours",
        vec![
            code("treatment", "in treatment with the provider", ""),
            code("employment", "in paid work", ""),
            code("accommodation", "housed", ""),
            code("custody", "held in custody", ""),
        ],
    )
}

pub(super) fn review_stage() -> CodeList {
    list(
        "review-stage",
        "When in a journey a review was made.",
        "the stages of the Treatment Outcomes Profile",
        vec![
            code("start", "at the start of treatment", ""),
            code("review", "while in treatment", ""),
            code("exit", "on leaving treatment", ""),
            code("post-exit", "after leaving", ""),
        ],
    )
}

pub(super) fn band_standing() -> CodeList {
    list(
        "band-standing",
        "How settled a band of need is.",
        "ours",
        vec![
            code("provisional", "given at the first assessment, so that treatment can begin", ""),
            code("confirmed", "looked at again and found right", ""),
            code("revised", "changed, with a reason", ""),
            code("appealed", "contested and not yet decided", ""),
        ],
    )
}

pub(super) fn effect_unit() -> CodeList {
    list(
        "effect-unit",
        "What the two figures of an estimate are.",
        "ours",
        vec![
            code("percent", "share of the people who, 0 to 100", ""),
            code("per-100", "events per hundred people", ""),
            code("per-reoffender", "events for each person who had any", ""),
            code("days", "days of the whole cohort", ""),
            code("cost", "cost of the whole cohort, in the contract's currency", ""),
            code("count", "cases of the whole cohort", ""),
        ],
    )
}

pub(super) fn referral_decision() -> CodeList {
    list(
        "referral-decision",
        "What became of a referral.",
        "ours",
        vec![
            code("accepted", "the provider took the person on", ""),
            code("declined", "the provider turned the person away", ""),
            code("withdrawn", "the person did not want it", ""),
            code("excluded", "taken out of what is counted, for a reason the contract allows", ""),
        ],
    )
}

pub(super) fn contact_mode() -> CodeList {
    list(
        "contact-mode",
        "How a meeting took place.",
        "ours",
        vec![
            code("face-to-face", "in one room, with one person", ""),
            code("phone", "by telephone", ""),
            code("video", "by video", ""),
            code("group", "in a group", ""),
            code("letter", "by letter or message", ""),
        ],
    )
}

pub(super) fn answer_source() -> CodeList {
    list(
        "answer-source",
        "Whose word an answer is.",
        "ours",
        vec![
            code("provider", "the provider's", ""),
            code("person", "the person's own, given to somebody else than the provider", ""),
            code("independent", "of somebody who is neither", ""),
        ],
    )
}

pub(super) fn claim_state() -> CodeList {
    list(
        "claim-state",
        "What became of a claim.",
        "ours",
        vec![
            code("claimed", "asked for", ""),
            code("verified", "found right", ""),
            code("paid", "paid", ""),
            code("refused", "found wrong", ""),
            code("not-claimed", "due to the provider, and not asked for", ""),
        ],
    )
}

pub(super) fn worker_kind() -> CodeList {
    list(
        "worker-kind",
        "What a worker is.",
        "ours",
        vec![
            code("qualified", "paid, with the qualification that the contract asks for", ""),
            code("unqualified", "paid, without it", ""),
            code("volunteer", "not paid", ""),
            code("peer", "somebody who has been through it themselves, paid or not", ""),
        ],
    )
}
