//! Why a line is what it is: data, with three readings. The sentence, the
//! arithmetic with the numbers put in, and the record itself, which is what a
//! machine reads. Nobody rebuilds an explanation later from logs.

use std::borrow::Cow;

use meed_units::{BandName, Date, MeasureName, Money, PartyId, Period};
use serde::{Deserialize, Serialize};

use crate::{
    adjust::AdjustmentUsed,
    clause::Rule,
    statement::{Line, Status},
    tiers::TierUsed,
    working::{Working, amount},
};

/// The reason of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Because {
    /// What the clause found, by its kind.
    pub rule: Rule,
    /// The clause of the signed paper.
    pub cites: Option<String>,
    /// The version of the terms.
    pub version: String,
    /// What measures said of it.
    pub readings: Vec<ReadingUsed>,
    /// The band that priced it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub band: Option<BandUsed>,
    /// What changed its price, in the order it was done.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub adjusted: Vec<AdjustmentUsed>,
    /// The places its units have, where the price depends on how many came before.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub tier: Option<TierUsed>,
    /// The caps it came under, in the order they were applied.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub caps: Vec<CapUsed>,
    /// Why nothing is paid of it, though it is due.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub unpaid: Option<Unpaid>,
    /// How long it stays provisional, and what would take it back.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub vesting: Option<Vesting>,
    /// Why it is not paid yet, and what would release it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub hold: Option<Hold>,
    /// For a line of the shadow period: what it would have been.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub would_be: Option<Money>,
    /// For a line posted again: what it follows and why.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub follows: Option<Follows>,
    /// The arithmetic.
    pub working: Working,
}

/// What a measure said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ReadingUsed {
    /// Which measure.
    pub measure: MeasureName,
    /// What it said, in a few words: `achieved on 2013-05-14`, `75%`.
    pub said: String,
    /// The evidence it rests on.
    pub evidence: Vec<String>,
    /// The party whose evidence established it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sent_by: Option<PartyId>,
}

/// The band that priced a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct BandUsed {
    /// Which band.
    pub band: BandName,
    /// The assessment that set it.
    pub assessment: String,
    /// The day it holds from.
    pub effective_from: Date,
    /// Whether it was provisional, confirmed or revised.
    pub standing: String,
    /// Which of a person's bands prices an outcome: `first`, `at-start`, `latest`.
    pub chosen: Cow<'static, str>,
}

/// A cap, and the room it left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct CapUsed {
    /// Which cap.
    pub cap: String,
    /// What it caps: `person p17`, `contract`, `2012-04`.
    pub of: String,
    /// The most it allows.
    pub limit: Money,
    /// Where room is carried: what earlier periods or years left of theirs.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub carried: Option<Money>,
    /// Where the clause kept something back from the provider before: the room that this left to it alone.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub kept_back: Option<Money>,
    /// Where money was advanced on account of the clause: what of the room used was the advance's, which is taken back.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub advanced: Option<Money>,
    /// Room left before this line.
    pub room_before: Money,
    /// Room this line used.
    pub used: Money,
}

/// Why nothing is paid of something that is due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Unpaid {
    /// The term that leaves it unpaid: `group`, `quota`, `suspension`.
    pub by: Cow<'static, str>,
    /// Which of them.
    pub id: String,
    /// Why, in words.
    pub why: String,
}

/// How long a line stays provisional.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Vesting {
    /// The measure that takes it back.
    pub unless: MeasureName,
    /// The first day it can no longer be taken back; none where the calendar or an event leaves it open.
    pub until: Option<Date>,
    /// `open`, `vested`, or the event that ended the window.
    pub standing: String,
}

/// Why a line is worked out and not paid yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Hold {
    /// Why.
    pub why: String,
    /// What would release it.
    pub released_by: String,
    /// What would be paid then.
    pub amount: Money,
}

/// A line posted again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Follows {
    /// The line it follows.
    pub line: String,
    /// The period of the statement that held that line.
    pub period: Period,
    /// The SHA-256 of that statement.
    pub statement: String,
    /// What changed, in words.
    pub why: String,
}

impl Because {
    /// The reason as one sentence.
    pub(crate) fn sentence(&self, line: &Line) -> String {
        let mut text = self.rule.sentence(line);
        if let Some(band) = &self.band {
            text += &format!(
                ", in band {} ({} from {}, assessment {})",
                band.band, band.standing, band.effective_from, band.assessment
            );
        }
        if let Some(tier) = &self.tier {
            text += &format!("; {}", tier.words());
        }
        for adjusted in &self.adjusted {
            text += &format!("; {}", adjusted.said);
        }
        for cap in &self.caps {
            let carried = match &cap.carried {
                Some(carried) if !carried.is_zero() => format!(", {} of it carried", amount(*carried)),
                _ => String::new(),
            };
            let carried = match &cap.kept_back {
                Some(kept) => format!("{carried}, {} of it what it kept back before,", amount(*kept)),
                None => carried,
            };
            let advanced = cap.advanced.map_or(String::new(), |advanced| {
                format!(", {} of it advanced on account of this before", amount(advanced))
            });
            let named = format!("the cap {} ({})", cap.cap, cap.of);
            text += &match (cap.used.is_negative(), cap.room_before > Money::ZERO) {
                (true, _) => format!("; {named} gets {} of room back", amount(-cap.used)),
                (false, true) => {
                    format!(
                        "; {named} had {} left{carried} and this used {}{advanced}",
                        amount(cap.room_before),
                        amount(cap.used)
                    )
                }
                (false, false) => format!("; {named} had no room left"),
            };
        }
        if let Some(unpaid) = &self.unpaid {
            text += &format!("; not paid: {}", unpaid.why);
        }
        text += &payers(line);
        if let Some(vesting) = &self.vesting {
            text += &match (vesting.standing.as_str(), vesting.until) {
                ("open", Some(until)) => {
                    format!("; provisional until {until}, taken back if {} is met before", vesting.unless)
                }
                ("open", None) => format!("; provisional, taken back if {} is met", vesting.unless),
                ("vested", Some(until)) => format!("; final, as {} was not met before {until}", vesting.unless),
                (other, _) => format!("; final, as {other} ended the window"),
            };
        }
        if let Some(hold) = &self.hold {
            text += &format!("; {} held: {}; {} releases it", amount(hold.amount), hold.why, hold.released_by);
        }
        if let Some(would_be) = self.would_be {
            text += &format!("; shadow period, so nothing is paid of {}", amount(would_be));
        }
        match (&self.follows, line.status) {
            (Some(follows), Status::Reversal) => {
                format!(
                    "Takes back {} of the {} statement, as {}. It was: {text}.",
                    follows.line, follows.period, follows.why
                )
            }
            (Some(follows), _) => format!("{text}. It takes the place of {}, as {}.", follows.line, follows.why),
            (None, _) => format!("{text}."),
        }
    }
}

/// Who pays how much of a line, where more than one party could.
fn payers(line: &Line) -> String {
    let parts: Vec<String> = line
        .payers
        .iter()
        .map(|part| match part.room_before {
            Some(room) => format!("{} {} (of {} left under its cap)", part.payer, amount(part.amount), amount(room)),
            None => format!("{} {}", part.payer, amount(part.amount)),
        })
        .collect();
    if parts.is_empty() { String::new() } else { format!("; paid by {}", parts.join(", ")) }
}
