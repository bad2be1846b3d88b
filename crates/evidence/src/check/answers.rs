//! Answers at a review lie in the range of what was asked: 0 to 28 days, 0 to 20 of a scale, yes or no.

use std::collections::HashMap;

use super::{Broken, RowRule};
use crate::{
    Table, TopKind, code_list, rules, top_kind,
    value::{Value, WHOLE, in_billionths},
};

pub(super) fn of(table: &Table) -> Vec<Box<dyn RowRule>> {
    match (&*table.name, table.position("item"), table.position("value")) {
        ("reviews", Some(item), Some(value)) => {
            let items = code_list("top-item").into_iter().flat_map(|list| list.rows());
            let kinds = items.filter_map(|(item, ..)| Some((item.to_owned(), top_kind(item)?))).collect();
            vec![Box::new(AnswerInRange { item, value, kinds })]
        }
        _ => Vec::new(),
    }
}

struct AnswerInRange {
    item: usize,
    value: usize,
    kinds: HashMap<String, TopKind, foldhash::fast::RandomState>,
}

impl RowRule for AnswerInRange {
    fn check(&self, row: &[Value<'_>], found: &mut dyn FnMut(Broken)) {
        let (Some(Value::Text(item)), Some(Value::Number(answer))) = (row.get(self.item), row.get(self.value)) else {
            return;
        };
        let Some(kind) = self.kinds.get(*item) else { return };
        let whole = answer % WHOLE == 0;
        if *answer <= in_billionths(kind.most()) && whole {
            return;
        }
        let remedy = match kind {
            TopKind::SubstanceDays | TopKind::Days => "give whole days of the last 28: 0 to 28",
            TopKind::Scale => "give a whole number of the scale: 0 to 20",
            TopKind::YesNo => "write 1 for yes and 0 for no",
        };
        let message = format!("the answer is out of the range of `{item}`");
        found(
            Broken::new(&rules::ITEM_OUT_OF_RANGE, message, format!("{remedy}; not disclosed is an empty cell"))
                .at("value"),
        );
    }
}
