//! What a query gave: rows under named columns, each a number, a text or missing.

/// Rows under named columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Frame {
    /// The columns, in the order of the query.
    pub columns: Vec<FrameColumn>,
    /// How many rows each of them has.
    pub rows: usize,
}

/// One column.
#[derive(Clone, Debug, PartialEq)]
pub struct FrameColumn {
    /// Its name in the SQL.
    pub name: String,
    /// Its values.
    pub values: Values,
}

/// The values of a column. Yes and no are 1 and 0; a date is the number of its day.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Numbers.
    Numbers(Vec<Option<f64>>),
    /// Texts: the names of groups.
    Texts(Vec<Option<String>>),
}

impl Frame {
    /// The column of this name.
    pub fn column(&self, name: &str) -> Option<&Values> {
        self.columns.iter().find(|column| column.name == name).map(|column| &column.values)
    }

    /// The names of the columns.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.name.as_str())
    }
}

impl Values {
    /// A row as a text: a whole number without a point.
    pub fn text(&self, row: usize) -> Option<String> {
        match self {
            Values::Numbers(numbers) => numbers[row].map(|number| number.to_string()),
            Values::Texts(texts) => texts[row].clone(),
        }
    }

    /// A row as a number; a text that reads as one is one.
    pub fn number(&self, row: usize) -> Option<f64> {
        match self {
            Values::Numbers(numbers) => numbers[row],
            Values::Texts(texts) => {
                texts[row].as_deref().and_then(|text| text.trim().parse().ok()).filter(|n: &f64| n.is_finite())
            }
        }
    }

    /// Whether a row has no value.
    pub fn is_missing(&self, row: usize) -> bool {
        match self {
            Values::Numbers(numbers) => numbers[row].is_none(),
            Values::Texts(texts) => texts[row].is_none(),
        }
    }
}
