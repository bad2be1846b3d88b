//! Which facts does a contract need, and does INDIGO give them?

/// A fact that terms need, or that decides about money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fact {
    /// The first day of the contract.
    FirstDay,
    /// The last day of the contract.
    LastDay,
    /// How often money is settled.
    Rhythm,
    /// Who pays.
    Payer,
    /// Who delivers.
    Provider,
    /// What one unit of the price is.
    PriceUnit,
    /// The most that is paid in all.
    ContractCap,
    /// The most that is paid for one person.
    PersonCap,
    /// Whether people in greater need are priced higher.
    Bands,
    /// How often one person's outcome is paid.
    Limit,
    /// How long an outcome has to last.
    Window,
    /// What becomes of an outcome that is lost, or whose person dies or moves away.
    LostOutcome,
    /// Which document or record shows the outcome.
    Evidence,
    /// How much would have happened anyway, or against what the outcome is judged.
    Counterfactual,
    /// How many outcomes were achieved.
    Counts,
}

impl Fact {
    /// Every fact, in the order of the report.
    pub const ALL: [Fact; 15] = [
        Fact::FirstDay,
        Fact::LastDay,
        Fact::Rhythm,
        Fact::Payer,
        Fact::Provider,
        Fact::PriceUnit,
        Fact::ContractCap,
        Fact::PersonCap,
        Fact::Bands,
        Fact::Limit,
        Fact::Window,
        Fact::LostOutcome,
        Fact::Evidence,
        Fact::Counterfactual,
        Fact::Counts,
    ];

    /// As the report names it.
    pub fn label(self) -> &'static str {
        match self {
            Fact::FirstDay => "first day",
            Fact::LastDay => "last day",
            Fact::Rhythm => "how often it settles",
            Fact::Payer => "payer",
            Fact::Provider => "provider",
            Fact::PriceUnit => "unit of the price",
            Fact::ContractCap => "cap of the contract",
            Fact::PersonCap => "cap for a person",
            Fact::Bands => "bands of need",
            Fact::Limit => "how often a person is paid for",
            Fact::Window => "how long it must last",
            Fact::LostOutcome => "outcomes that are lost",
            Fact::Evidence => "evidence",
            Fact::Counterfactual => "what happens anyway",
            Fact::Counts => "outcomes achieved",
        }
    }

    /// The heading of its column, for machines.
    pub fn column(self) -> String {
        self.label().replace(' ', "_")
    }

    /// What a draft says of a fact that is missing.
    pub(crate) fn gap(self) -> &'static str {
        match self {
            Fact::FirstDay => "The first day is not in the data",
            Fact::LastDay => "The last day is not in the data",
            Fact::Rhythm => "How often money is settled is not in the data: by the quarter is a placeholder",
            Fact::Payer => "Who pays is not in the data: `payer` is a placeholder",
            Fact::Provider => "Who delivers is not in the data: `provider` is a placeholder",
            Fact::PriceUnit => "What one unit of a price is, is not in the data: taken for one outcome of one person",
            Fact::ContractCap => "No cap on the whole contract is in the data",
            Fact::PersonCap => "No cap for a person is in the data",
            Fact::Bands => "No bands of need are in the data: one price for all",
            Fact::Limit => "How often one person's outcome is paid is not in the data: every claim is paid",
            Fact::Window => "How long an outcome has to last is not in the data",
            Fact::LostOutcome => {
                "What becomes of an outcome that is lost, or when the person dies or moves away, is not in the data"
            }
            Fact::Evidence => "Which record shows an outcome is not in the data: a claim is taken as it is",
            Fact::Counterfactual => "How much would have happened anyway is not in the data: every outcome is paid",
            Fact::Counts => "How many outcomes were achieved is not in the data as numbers",
        }
    }
}

/// Whether a fact is in the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Known {
    /// In a field that a program can read.
    Given,
    /// Somewhere in prose.
    InWords,
    /// Nowhere.
    Missing,
}

impl Known {
    /// As the report says it.
    pub fn label(self) -> &'static str {
        match self {
            Known::Given => "given",
            Known::InWords => "in words",
            Known::Missing => "missing",
        }
    }
}
