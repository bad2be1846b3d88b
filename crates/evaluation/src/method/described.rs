//! What the methods take, for people and for editors.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::{METHODS, Setting, Takes};

/// The JSON Schema of `[method]`: one alternative for each method.
pub fn schema() -> Value {
    let methods = METHODS.iter().map(|method| {
        let mut properties = Map::new();
        properties.insert("name".into(), json!({"const": method.name, "description": method.about}));
        for setting in method.settings {
            properties.insert(setting.name.into(), of(setting));
        }
        json!({"type": "object", "properties": properties, "required": ["name"], "additionalProperties": false})
    });
    json!({"oneOf": methods.collect::<Vec<_>>(), "description": "The method and its settings."})
}

fn of(setting: &Setting) -> Value {
    let mut schema = match setting.takes {
        Takes::Number(least, most) if most.is_finite() => json!({"type": "number", "minimum": least, "maximum": most}),
        Takes::Number(least, _) if least.is_finite() => json!({"type": "number", "minimum": least}),
        Takes::Number(..) => json!({"type": "number"}),
        Takes::Whole(least, most) => json!({"type": "integer", "minimum": least, "maximum": most}),
        Takes::Word(words) => json!({"enum": words}),
        Takes::Flag => json!({"type": "boolean"}),
        Takes::Columns => json!({"type": "array", "items": {"type": "string"}}),
        Takes::Numbers => json!({"type": "array", "items": {"type": "number"}}),
        Takes::Name => json!({"type": "string"}),
    };
    schema["description"] = setting.about.into();
    schema
}

/// The page `docs/reference/methods/settings.md`.
pub fn page() -> String {
    let mut page = String::from(
        "# Methods a plan can name\n\nEvery method by the name that `[method]` of an [evaluation plan](../evaluation.md) gives it, with its settings, what they take\n\
         and what holds where the plan sets nothing. A plan that names a column which its method has no use for is refused (`not-used`): nothing that a plan says\n\
         is passed over. This page is written from the list of methods itself.\n",
    );
    for method in METHODS {
        let _ = write!(page, "\n## `{}`\n\n{}\n\n", method.name, method.about);
        let kinds: Vec<String> = method.kinds.iter().map(|kind| format!("`{}`", kind.word())).collect();
        let _ = write!(page, "For outcomes of the kind {}.", kinds.join(", "));
        if !method.roles.is_empty() {
            let roles: Vec<String> = method.roles.iter().map(|role| format!("`{}`", role.field())).collect();
            let _ = write!(page, " The plan names {}.", roles.join(", "));
        }
        if !method.uses.is_empty() {
            let uses: Vec<String> = method.uses.iter().map(|role| format!("`{}`", role.field())).collect();
            let _ = write!(page, " It makes use of {} where the plan names them.", uses.join(", "));
        }
        let more = if method.page == "settings.md" { String::new() } else { format!(" [More]({}).", method.page) };
        let _ = writeln!(page, "{more}");
        if method.settings.is_empty() {
            continue;
        }
        let _ = writeln!(page, "\n| setting | takes | unless set | meaning |\n|---|---|---|---|");
        for setting in method.settings {
            let unset = match (setting.takes, setting.default) {
                (Takes::Columns | Takes::Numbers, None) | (_, Some("none")) => "none",
                (Takes::Flag, Some("yes")) => "`true`",
                (Takes::Flag, _) => "`false`",
                (_, None) => "must be set",
                (_, Some(default)) => &format!("`{default}`"),
            };
            let takes = setting.help();
            let takes =
                takes.trim_start_matches("it takes ").split(": ").next().unwrap_or_default().replace('|', "\\|");
            let _ = writeln!(page, "| `{}` | {takes} | {unset} | {} |", setting.name, setting.about);
        }
    }
    page
}
