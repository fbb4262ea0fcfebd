//! The description of a script that a model gets, in the form of function calling.

use super::manifest::{ParamEntry, ScriptEntry};
use basilect_stdlib::Data;
use serde_json::{Map, Value, json};

/// The longest name that models accept.
const NAME_BYTES: usize = 64;

/// `{"type":"function","function":{name, description, parameters}}`
pub fn tool_schema(script: &ScriptEntry) -> Value {
    let properties: Map<String, Value> =
        script.params.iter().map(|param| (param.name.clone(), property(param))).collect();
    let required: Vec<&str> =
        script.params.iter().filter(|p| p.required).map(|p| p.name.as_str()).collect();
    json!({
        "type": "function",
        "function": {
            "name": tool_name(&script.name),
            "description": script.description.as_deref().unwrap_or(""),
            "parameters": {
                "type": "object",
                "properties": properties,
                "required": required,
            },
        },
    })
}

/// The script's name with the characters that models accept.
pub fn tool_name(script: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    script.chars().map(|c| if plain(c) { c } else { '_' }).take(NAME_BYTES).collect()
}

fn property(param: &ParamEntry) -> Value {
    let mut property = Map::new();
    property.insert("type".into(), json!(param.json_type));
    if let Some(format) = &param.format {
        property.insert("format".into(), json!(format));
    }
    if let Some(description) = &param.description {
        property.insert("description".into(), json!(description));
    }
    if !param.choices.is_empty() {
        property.insert("enum".into(), json!(param.choices));
    }
    if let Some(example) = &param.example {
        property.insert("example".into(), json!(example));
    }
    if let Some(default) = param.default.as_ref().and_then(plain) {
        property.insert("default".into(), default);
    }
    if param.json_type == "array" {
        property.insert("items".into(), json!({}));
    }
    Value::Object(property)
}

fn plain(data: &Data) -> Option<Value> {
    match data {
        Data::Bool(value) => Some(json!(value)),
        Data::Int(value) => Some(json!(value)),
        Data::Num(value) => Some(json!(value)),
        Data::Text(value) => Some(json!(value)),
        _ => None,
    }
}
