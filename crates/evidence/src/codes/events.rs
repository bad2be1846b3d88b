//! What happened to a person, and what became of an offence.

use super::{CodeList, code, list};

pub(super) fn event_kind() -> CodeList {
    list(
        "event-kind",
        "What happened; the class groups the kinds. `ends-follow-up` can end an outcome's window before the outcome is known, \
     and the contract says what then happens.",
        "ours",
        vec![
            code("death", "the person died", "ends-follow-up"),
            code("custody", "the person was held in custody", "ends-follow-up"),
            code("moved-away", "the person left the area the evidence covers", "ends-follow-up"),
            code("offence", "an offence; `concluded_on` and `outcome` say what became of it", "justice"),
            code("arrest", "an arrest", "justice"),
            code("release", "release from custody", "justice"),
            code(
                "justice-caseload",
                "taken on by a drug intervention programme of the criminal justice system",
                "justice",
            ),
            code("sighting", "seen sleeping rough", "housing"),
            code("housed", "moved into accommodation", "housing"),
            code("job-start", "started work", "work"),
            code("job-end", "left work", "work"),
            code(
                "earnings",
                "earned `quantity` in the currency of the contract, from `occurred_on` until `until_on`",
                "work",
            ),
            code("volunteering", "volunteered for `quantity` hours", "work"),
            code("off-benefit", "left an out-of-work benefit", "work"),
            code(
                "urine-test",
                "a urine test; `quantity` 1 when a substance was found, 0 when none was, empty when not taken",
                "health",
            ),
            code("vaccination", "a vaccination; `detail` says against what, `quantity` which dose", "health"),
            code("vaccination-complete", "a course of vaccination completed; `detail` says against what", "health"),
            code("admission", "admission to hospital, until `until_on` where it is given", "health"),
            code("overdose", "an overdose that emergency care attended", "harm"),
            code("self-harm", "self-harm", "harm"),
            code("safeguarding", "a safeguarding alert", "harm"),
            code("eviction", "an eviction", "harm"),
            code("recall", "recalled to custody", "harm"),
            code("sanction", "a sanction of benefits", "harm"),
            code(
                "sought-help",
                "the person asked to come back, by phone, at the door or through somebody else; `detail` says what came of it",
                "return",
            ),
            code("refused-return", "the person asked to come back and was refused", "return"),
            code("treated-elsewhere", "treated by another agency or by emergency care", "return"),
            code("new-need", "a need that was not known before; `detail` says which", "need"),
            code("follow-up", "looked for at a follow-up; `quantity` 1 when found, 0 when not", "assurance"),
            code(
                "welfare-check",
                "the check on how the person is, some weeks after discharge; `quantity` 1 when reached, 0 when not",
                "assurance",
            ),
            code("wellbeing", "an improvement in wellbeing, as the contract defines it", "health"),
            code("mental-health", "sustained engagement with mental health services", "health"),
            code("alcohol-treatment", "sustained engagement with alcohol treatment", "health"),
            code("drug-treatment", "sustained engagement with drug treatment", "health"),
            code("behaviour-improved", "better behaviour at school", "learning"),
            code("attendance-improved", "better attendance at school", "learning"),
            code("qualification", "a qualification; `quantity` is its level", "learning"),
            code("training", "started education or training", "learning"),
            code(
                "sample-audit",
                "the outcome was looked at in a sample audit; `detail` says what was found",
                "assurance",
            ),
            code("other", "something else, said in `detail`", "other"),
        ],
    )
}

pub(super) fn offence_outcome() -> CodeList {
    list(
        "offence-outcome",
        "What became of an offence; the class says whether it counts as proven.",
        "ours, after the words of England's reoffending statistics and of United States corrections data",
        vec![
            code("conviction", "convicted by a court", "proven"),
            code("caution", "cautioned, reprimanded or finally warned", "proven"),
            code("breach", "breach of an order or of the conditions of release", "not-proven"),
            code("revocation", "returned to custody without a new conviction", "not-proven"),
            code("acquittal", "acquitted", "not-proven"),
            code("dismissed", "the charge was dropped or dismissed", "not-proven"),
            code("no-further-action", "no further action", "not-proven"),
            code("pending", "not yet decided", "not-proven"),
        ],
    )
}
