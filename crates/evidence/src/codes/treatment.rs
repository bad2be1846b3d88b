//! How treatment is entered, what it is, and how it is left.

use super::{CodeList, code, list};

pub(super) fn discharge_reason() -> CodeList {
    list(
        "discharge-reason",
        "Why a spell of treatment ended, in the provider's own judgement; the class says how the national statistics count it.",
        "NDTMS codes of the pilot years (2012-14). The classes and the set of labels were seen in public code that reads the \
     national data; which code carries which label is recalled and fits the pattern of the classes; the labels of 90 and 91 \
     are inferred, and which kind of transfer each of 93 to 97 names is not known.",
        vec![
            code("80", "completed, free of drugs", "success"),
            code("81", "completed, free of alcohol", "success"),
            code("82", "completed, occasional use of something other than heroin or crack", "success"),
            code("83", "transferred, not in custody", "neutral"),
            code("84", "transferred, in custody", "neutral"),
            code("85", "incomplete: dropped out", "unsuccessful"),
            code("86", "incomplete: the provider withdrew treatment", "unsuccessful"),
            code("87", "incomplete: kept in custody", "neutral"),
            code("88", "incomplete: the person declined to begin", "unsuccessful"),
            code("89", "incomplete: the person died", "unsuccessful"),
            code("90", "pilot areas only: completed, free of drugs", "success"),
            code("91", "pilot areas only: completed, occasional use", "success"),
            code("93", "transferred out of a residential programme, first kind", "neutral"),
            code("94", "transferred out of a residential programme, second kind", "neutral"),
            code("95", "transferred out of a residential programme, third kind", "neutral"),
            code("96", "transferred out of a residential programme, fourth kind", "neutral"),
            code("97", "transferred out of a residential programme, fifth kind", "neutral"),
        ],
    )
}

pub(super) fn modality() -> CodeList {
    list(
        "modality",
        "What kind of help a spell of treatment gave; the class says whether it is structured treatment.",
        "NDTMS numbers of about 2011, seen in a working export configuration; the classes are ours.",
        vec![
            code("1", "inpatient treatment", "structured"),
            code("2", "specialist prescribing", "structured"),
            code("3", "prescribing by a general practitioner", "structured"),
            code("4", "structured psychosocial help", "structured"),
            code("5", "structured day programme", "structured"),
            code("6", "residential rehabilitation", "structured"),
            code("7", "aftercare", "unstructured"),
            code("8", "needle exchange", "unstructured"),
            code("9", "outreach", "unstructured"),
            code("10", "advice and information", "unstructured"),
            code("11", "structured help with alcohol", "structured"),
            code("12", "other structured help", "structured"),
        ],
    )
}

pub(super) fn accommodation() -> CodeList {
    list(
        "accommodation",
        "Where a person lives, or what housing need they have; the class says whether it is settled.",
        "1 to 3 are the NDTMS accommodation need, seen in a working export configuration; the words are ours, for housing contracts.",
        vec![
            code("1", "no fixed abode", "unsettled"),
            code("2", "a housing problem", "unsettled"),
            code("3", "no housing problem", "settled"),
            code("rough-sleeping", "sleeping rough", "unsettled"),
            code("hostel", "a hostel, night shelter or refuge", "unsettled"),
            code("temporary", "temporary accommodation", "unsettled"),
            code("with-others", "staying with family or friends", "unsettled"),
            code("institution", "hospital, prison or another institution", "unsettled"),
            code("supported", "supported housing", "settled"),
            code("care", "residential care", "settled"),
            code("social-tenancy", "a tenancy with a council or housing association", "settled"),
            code("private-tenancy", "a private tenancy", "settled"),
            code("own-home", "a home of one's own", "settled"),
        ],
    )
}

pub(super) fn referral_source() -> CodeList {
    list(
        "referral-source",
        "Who sent the person.",
        "NDTMS numbers of about 2011, seen in a working export configuration; not every number of the national list was seen.",
        vec![
            code("1", "a statutory drug service", "health"),
            code("2", "a non-statutory drug service", "health"),
            code("3", "a general practitioner", "health"),
            code("4", "the person themselves", "self"),
            code("5", "arrest referral, or a drug intervention programme", "justice"),
            code("6", "a drug rehabilitation requirement", "justice"),
            code("8", "probation", "justice"),
            code("9", "an emergency department", "health"),
            code("10", "a syringe exchange", "health"),
            code("11", "psychiatry", "health"),
            code("12", "community care assessment", "other"),
            code("13", "prison", "justice"),
            code("14", "an employment service", "other"),
            code("15", "other", "other"),
        ],
    )
}
