//! Terms, readings and bands into lines with reasons. Pure: the same arguments
//! give the same lines, whatever the order of evidence or number of threads.

mod adjust;
mod advanced;
mod because;
mod caps;
mod clause;
mod compact;
mod distribution;
mod due;
mod earlier;
mod elsewhere;
mod evidence_rule;
mod finding_hold;
mod group;
mod lower_limit;
mod paid;
mod payer;
mod posting;
mod quota;
mod readings;
mod settle;
mod statement;
mod stretch;
mod suspension;
mod swift;
mod tiers;
mod version;
mod working;

pub use adjust::AdjustmentUsed;
pub use because::{BandUsed, Because, CapUsed, Follows, Hold, ReadingUsed, Unpaid, Vesting};
pub use clause::{CohortDue, Rule, cohort_dues};
pub use compact::{BrokenLines, CompactLines, CompactWriter, LINES_FORMAT};
pub use distribution::{Distribution, MadeGood, Parts};
pub use due::Condition;
pub use earlier::{Earlier, Groups, PersonPostings, Refused, identity};
pub use elsewhere::{Elsewhere, PaidElsewhere, row_of};
pub use finding_hold::{Disputed, FindingHold};
pub use payer::{PayerPart, PayerTotal};
pub use readings::{InMemory, People, PersonReadings, ProviderReadings};
pub use settle::{Failed, Request, looks_at_what_counts, settle, why_not};
pub use statement::{
    AnswersUsed, ClauseTotal, EarlierStatement, FORMAT, FindingsUsed, Head, Line, ProviderTotal, Statement, Status,
    VersionUsed,
};
pub use swift::{Bands, OneBand, Part, PutTogether, Seen, ShownOfPart, Swift, SwiftPart};
pub use tiers::{Places, TierUsed};
pub use working::{Form, Op, Step, Working, amount};
