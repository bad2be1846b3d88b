//! A choice of one among several tables, each under a name of its own: `against = { fixed = ... }`.

/// Declares the choice: an enum, how it is read, and its schema. Each variant is a type with [`crate::decode::Field`].
macro_rules! one_of {
    ($(#[doc = $about:expr])* pub enum $name:ident: $says:ident { $($word:literal => $variant:ident in $module:ident),* $(,)? }) => {
        $(#[doc = $about])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[allow(missing_docs)]
        pub enum $name { $($variant($module::$variant)),* }

        impl $name {
            /// Every choice, as written in a contract.
            pub const NAMES: &'static [&'static str] = &[$($word),*];

            /// As written in a contract.
            pub fn name(&self) -> &'static str {
                match self { $($name::$variant(_) => $word),* }
            }

            pub(crate) fn says(&self) -> &dyn $says {
                match self { $($name::$variant(one) => one),* }
            }

            /// The choices made in a table, each read where it reads.
            pub(crate) fn made(
                table: &toml::de::DeTable<'_>,
                problems: &mut $crate::decode::Problems,
            ) -> Vec<Option<$crate::decode::At<$name>>> {
                let mut made = Vec::new();
                $(if let Some(node) = $crate::decode::find(table, $word) {
                    let read = problems.within($word, |problems| <$module::$variant as $crate::decode::Decode>::decode(node, problems));
                    made.push(read.map(|one| $crate::decode::At { value: $name::$variant(one), at: node.span() }));
                })*
                made
            }

            pub(crate) fn said_choice(&self) -> (String, $crate::said::Said) {
                let said = match self { $($name::$variant(one) => $crate::decode::Decode::said(one)),* };
                (self.name().to_owned(), said)
            }

            pub(crate) fn choices() -> serde_json::Map<String, serde_json::Value> {
                let mut choices = serde_json::Map::new();
                $(
                    let mut schema = <$module::$variant as $crate::decode::Decode>::schema();
                    $crate::decode::describe(&mut schema, $module::ABOUT.to_owned());
                    choices.insert($word.into(), schema);
                )*
                choices
            }
        }

        impl $crate::decode::Decode for $name {
            fn decode(node: &$crate::decode::Node<'_>, problems: &mut $crate::decode::Problems) -> Option<Self> {
                let table = $crate::decode::as_table(node, stringify!($name), problems)?;
                $crate::decode::refuse_unknown(table, $name::NAMES, problems);
                let mut made = $name::made(table, problems);
                if made.len() != 1 {
                    problems.error(
                        "one-of-several",
                        node.span(),
                        format!("{} choices are made here where one is", made.len()),
                        format!("keep one of {}", $crate::decode::listed($name::NAMES)),
                    );
                    return None;
                }
                made.pop().flatten().map(|one| one.value)
            }
            fn said(&self) -> $crate::said::Said {
                $crate::said::Said::Named(vec![self.said_choice()])
            }
            fn schema() -> serde_json::Value {
                let choices = $name::choices();
                serde_json::json!({
                    "type": "object",
                    "properties": choices,
                    "required": [],
                    "minProperties": 1,
                    "maxProperties": 1,
                    "additionalProperties": false,
                })
            }
        }
    };
}
pub(crate) use one_of;
