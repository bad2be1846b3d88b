//! Which numbers a made caseload rests on, and where each comes from.
//!
//! Figures of a publication name it. Those marked *ours* are choices of this project: no publication was found, the
//! value is plausible, and nothing outside simulation uses it.
//!
//! NDTMS Barnet: England's drug and alcohol treatment statistics for one council area, 2009/10 to 2017/18 added up
//! (numbers rounded to the nearest five by the publisher).

/// Share of new presentations who are men: NDTMS Barnet, 3,745 of 5,205.
pub const MALE: f64 = 0.72;

/// Shares of new presentations aged 18-29, 30-49 and 50 or more: NDTMS Barnet, 1,145, 3,040 and 1,030.
pub const AGES: [f64; 3] = [0.22, 0.58, 0.20];

/// Shares of new presentations for alcohol alone, other drugs without opiates, other drugs and alcohol, opiates:
/// NDTMS Barnet, 1,795, 590, 995 and 1,830.
pub const SUBSTANCES: [f64; 4] = [0.345, 0.113, 0.191, 0.351];

/// Shares without a housing problem, with one, and with no fixed abode: NDTMS Barnet, 4,005, 705 and 415.
pub const HOUSING: [f64; 3] = [0.781, 0.138, 0.081];

/// Share in regular work at the start: NDTMS Barnet, 1,220 of 5,215.
pub const EMPLOYED: f64 = 0.234;

/// Shares who never injected, used to, and do now: NDTMS Barnet, 4,225, 655 and 235.
pub const INJECTING: [f64; 3] = [0.826, 0.128, 0.046];

/// Share with an earlier treatment episode: TEDS-D 2023 sample, 563 of 922 who said.
pub const TREATED_BEFORE: f64 = 0.61;

/// Correlation of each recorded circumstance with need, and of need with the deprivation of the area. Ours.
pub const CIRCUMSTANCE: f64 = 0.45;
/// Correlation of need with the deprivation of the area a person lives in. Ours.
pub const DEPRIVATION: f64 = 0.30;

/// Days from referral to the first intervention: gamma of this mean and shape. 97.5% wait at most 21 days under them;
/// NDTMS Barnet has 5,510 of 5,675 (97.1%) at three weeks or under, England 94-96% in 2009/10 and 2010/11. The shape is ours.
pub const WAIT_MEAN: f64 = 8.0;
/// Shape of the days from referral to the first intervention. Ours.
pub const WAIT_SHAPE: f64 = 2.2;

/// Share of referred people an honest provider does not take on: ours.
pub const DECLINED: f64 = 0.06;
/// Share of accepted people who never begin: NDTMS Barnet, 70 of 4,750 exits are "treatment declined". Ours beyond that.
pub const NEVER_BEGAN: f64 = 0.03;

/// Days to a planned completion if nothing else ended treatment: gamma of this mean and shape at average need. With the
/// four others below they give the shares of exits of NDTMS Barnet (2,210 completed, 1,625 dropped out, 510 and 175
/// transferred, 80 died, 120 declined or withdrawn, of 4,750) and 77% of exits within a year (3,670 of 4,750).
pub const COMPLETION_MEAN: f64 = 480.0;
/// Shape of the days to a planned completion. Ours.
pub const COMPLETION_SHAPE: f64 = 1.4;
/// How much longer a completion takes per standard deviation of need, on the log scale. Ours.
pub const COMPLETION_NEED: f64 = 0.30;
/// Days to dropping out: Weibull by its mean and shape; people leave early more than late. Ours, to the shares above.
pub const DROPOUT_MEAN: f64 = 900.0;
/// Shape of the days to dropping out. Ours.
pub const DROPOUT_SHAPE: f64 = 0.80;
/// How much sooner people drop out per standard deviation of need, on the log scale. Ours.
pub const DROPOUT_NEED: f64 = 0.15;
/// How much longer people hold out before they drop out when an honest provider is paid for their outcomes: ours, so that
/// paid people complete clearly more often than comparison people.
pub const CONTRACT_EFFECT: f64 = 4.0;
/// Mean days to a transfer to another service. Ours, to the shares above.
pub const TRANSFER_MEAN: f64 = 2_200.0;
/// Mean days to custody. Ours, to the shares above.
pub const CUSTODY_MEAN: f64 = 6_500.0;

/// Deaths per 100 person-years in treatment, in the first 14 days after it, days 15 to 28, and later: Cornish and others,
/// BMJ 341:c5475 (2010), after opioid substitution.
pub const DEATHS_PER_100_YEARS: [f64; 4] = [0.7, 4.8, 4.3, 0.95];

/// Share of completed people who come back within six months: NDTMS Barnet, 285 of 2,375.
pub const RETURN_182_COMPLETED: f64 = 0.12;
/// Share of people who left in another way who come back within six months. Ours.
pub const RETURN_182_OTHERS: f64 = 0.30;
/// Share of people discharged before they were ready, or recorded as completed when they had stopped coming, who come back
/// within six months. Ours.
pub const RETURN_182_UNREADY: f64 = 0.5;
/// Shape of the days to a return: Weibull, falling hazard. Ours.
pub const RETURN_SHAPE: f64 = 0.80;

/// Acquisitive offences proven per person-year: Jones and others, Addiction 113:279 (2018), comparison areas before.
pub const OFFENCES_PER_YEAR: f64 = 0.73;
/// How unequal people are in offending: shape of a gamma multiplier. Ours.
pub const OFFENCE_SHAPE: f64 = 0.7;
/// Offending while in treatment relative to out of it. Ours.
pub const OFFENCES_IN_TREATMENT: f64 = 0.8;

/// Safeguarding alerts, evictions, admissions for self-harm and recalls to custody, per 100 person-years each. Ours.
pub const HARMS_PER_100_YEARS: [f64; 4] = [4.0, 2.5, 2.0, 3.0];

/// Sessions with a worker per week in treatment at average need. Ours.
pub const SESSIONS_PER_WEEK: f64 = 0.85;
/// How many more sessions an honest service gives per standard deviation of need, on the log scale. Ours.
pub const SESSIONS_NEED: f64 = 0.06;
/// How unequal people are in sessions: shape of a gamma multiplier (about a third, coefficient of variation). Ours.
pub const SESSIONS_SHAPE: f64 = 9.0;
/// Share of arranged sessions that are missed. Ours.
pub const MISSED: f64 = 0.15;
/// Minutes of a session: mean and standard deviation. Ours.
pub const SESSION_MINUTES: [f64; 2] = [45.0, 12.0];
/// Share of sessions led by a volunteer or peer. Ours.
pub const VOLUNTEER: f64 = 0.10;
/// Days between two prescription appointments. Ours.
pub const PRESCRIPTION_EVERY: i32 = 14;

/// Days between two reviews: the Treatment Outcomes Profile is asked at the start and every three months.
pub const REVIEW_EVERY: i32 = 91;
/// Days of use in the last 28 at the start, for those who use: mean and standard deviation. Ours.
pub const DAYS_USED_AT_START: [f64; 2] = [19.0, 7.0];
/// Share abstinent from the main substance at a review in treatment: Jones (2018), 22 to 23%.
pub const ABSTINENT_AT_REVIEW: f64 = 0.23;
/// Mean fall of days of use among those not abstinent: TOP cohort of 2008, heroin -14.5 days over all; ours for the rest.
pub const FALL_OF_DAYS: f64 = 8.0;

/// Recorded score of need: mean, standard deviation, and the share of its variance that is need itself. Ours.
pub const SCORE: [f64; 3] = [50.0, 15.0, 0.85];
/// First scores of the two upper bands of three; Wigan used three groups. The cut-offs are ours.
pub const BAND_FROM: [i32; 2] = [40, 60];

/// Share of people scored again by a second assessor after treatment began: a proposal of five in a hundred. Ours.
pub const BLIND: f64 = 0.05;
/// Standard deviation of what the second score differs by. Ours.
pub const BLIND_SLIP: f64 = 3.0;
/// Share of stays in which a new need is recorded later. Ours.
pub const NEW_NEED: f64 = 0.15;
/// Share of band reviews after a new need that raise the band; the others lower it or leave it. Ours.
pub const REBAND_UP: f64 = 0.45;
/// Days from a recorded new need to the review of the band: mean. Ours.
pub const REBAND_WAIT: f64 = 6.0;

/// Days in treatment that pay first: NDTMS calls treatment effective at 12 weeks.
pub const RETENTION_DAY: i32 = 84;
/// Days without a return that pay last: the pilots of Wigan and the national indicator use six months.
pub const HURDLE_DAY: i32 = 182;
/// Share of people found at the follow-up. Ours.
pub const FOLLOWED_UP: f64 = 0.90;
/// Share of stays left out of the denominator on honest grounds: English practices excluded a median 5.3%.
pub const EXCLUDED: f64 = 0.053;
/// Share of outcomes checked by somebody independent of the provider. Ours.
pub const CHECKED: f64 = 0.10;
/// Error rates of the provider's reading of an outcome, where it was not achieved and where it was. Ours, the same.
pub const MISREAD: [f64; 2] = [0.04, 0.04];

/// Share of a provider's places used in a month: mean and standard deviation. Delaware began at 54% and ended at 95%. Ours.
pub const UTILISATION: [f64; 2] = [0.77, 0.06];
/// Full-time workers for every hundred people in treatment. Ours.
pub const WORKERS_PER_100: f64 = 2.6;
/// Months a worker stays: mean. Ours.
pub const TENURE_MONTHS: f64 = 40.0;
/// Share of working days lost to sickness. Ours.
pub const SICKNESS: f64 = 0.045;
/// Share of a month's contract value spent on recording and checking. Ours.
pub const RECORDING: f64 = 0.05;
/// Days of cost a sound provider holds in cash and undrawn credit: mean. Ours.
pub const RUNWAY_DAYS: f64 = 150.0;
