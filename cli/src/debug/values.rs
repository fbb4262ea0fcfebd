//! The values that the editor holds on to while scripts stand: by numbers, which are forgotten when
//! they go on.

use std::sync::Arc;

use basilect_runtime::debug::view::{Reference, VariableView};
use basilect_stdlib::Data;
use basilect_stdlib::pure::logic::kind_name_of;
use basilect_stdlib::pure::text::display_data;
use serde_json::{Value, json};

/// Variables of one answer at most; an editor asks for the next page.
pub const PAGE_MAX: usize = 1_000;
/// Numbers that are given out at most while scripts stand.
const HANDLES_MAX: usize = 100_000;
/// Characters of a value that are shown.
const SHOWN_CHARS: usize = 320;

/// What a number stands for.
#[derive(Clone, Debug)]
pub enum Handle {
    /// A scope of a call, by its place among those of the call.
    Scope(usize, String),
    /// A list or map of a script.
    Place(Reference),
    /// A list or map that was computed, and the way into it.
    Computed(Arc<Data>, Vec<usize>),
}

/// See the module.
#[derive(Debug, Default)]
pub struct Handles {
    handles: Vec<Handle>,
}

impl Handles {
    /// Forgets all numbers.
    pub fn clear(&mut self) {
        self.handles.clear();
    }
    /// A number for something; 0, which stands for nothing, where there are too many.
    pub fn give(&mut self, handle: Handle) -> usize {
        if self.handles.len() >= HANDLES_MAX {
            return 0;
        }
        self.handles.push(handle);
        self.handles.len()
    }
    /// What a number stands for.
    pub fn get(&self, number: u64) -> Option<Handle> {
        let at = usize::try_from(number).ok()?.checked_sub(1)?;
        self.handles.get(at).cloned()
    }
    /// A variable as the editor is told.
    pub fn variable(&mut self, view: &VariableView) -> Value {
        let reference = match view.items {
            0 => 0,
            _ => self.give(Handle::Place(view.reference.clone())),
        };
        let mut variable = json!({
            "name": view.name,
            "value": view.text,
            "type": view.kind,
            "variablesReference": reference,
        });
        count(&mut variable, view.items, view.named);
        variable
    }
    /// A computed value as the editor is told, under a name.
    pub fn computed(&mut self, name: &str, whole: &Arc<Data>, path: Vec<usize>) -> Value {
        let Some(data) = inside(whole, &path) else { return Value::Null };
        let (items, named) = size(data);
        let (text, kind) = (brief(data), kind_name_of(data));
        let reference = match items {
            0 => 0,
            _ => self.give(Handle::Computed(whole.clone(), path)),
        };
        let mut variable = json!({
            "name": name,
            "value": text,
            "result": text,
            "type": kind,
            "variablesReference": reference,
        });
        count(&mut variable, items, named);
        variable
    }
    /// What lies in a computed list or map.
    pub fn items(&mut self, whole: &Arc<Data>, path: &[usize], page: (usize, usize)) -> Vec<Value> {
        let (start, many) = page;
        let names: Vec<String> = match inside(whole, path) {
            Some(Data::List(list)) => {
                (start..list.len()).take(many).map(|at| at.to_string()).collect()
            }
            Some(Data::Map(map)) => map.keys().skip(start).take(many).cloned().collect(),
            _ => Vec::new(),
        };
        let place = |at: usize| path.iter().copied().chain([at]).collect();
        let named = names.iter().enumerate();
        named.map(|(at, name)| self.computed(name, whole, place(start + at))).collect()
    }
}

fn count(variable: &mut Value, items: usize, named: bool) {
    if items > 0 {
        let field = if named { "namedVariables" } else { "indexedVariables" };
        variable[field] = json!(items);
    }
}

fn size(data: &Data) -> (usize, bool) {
    match data {
        Data::List(list) => (list.len(), false),
        Data::Map(map) => (map.len(), true),
        _ => (0, false),
    }
}

fn inside<'a>(whole: &'a Data, path: &[usize]) -> Option<&'a Data> {
    path.iter().try_fold(whole, |data, &at| match data {
        Data::List(list) => list.get(at),
        Data::Map(map) => map.get_index(at).map(|(_, value)| value),
        _ => None,
    })
}

/// A computed value in a few words.
pub fn brief(data: &Data) -> String {
    let mut text = String::new();
    write(data, 0, &mut text);
    match text.char_indices().nth(SHOWN_CHARS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

fn write(data: &Data, depth: usize, to: &mut String) {
    const ITEMS: usize = 6;
    match data {
        Data::Null => to.push_str("NULL"),
        Data::Bool(true) => to.push_str("TRUE"),
        Data::Bool(false) => to.push_str("FALSE"),
        Data::Text(text) => {
            let shown: String = text.chars().take(SHOWN_CHARS).collect();
            to.push_str(&format!("\"{}\"", shown.replace('"', "\"\"").replace('\n', "⏎")));
        }
        Data::List(_) | Data::Map(_) if depth >= 2 => to.push('…'),
        Data::List(list) => {
            to.push('[');
            for (at, item) in list.iter().take(ITEMS).enumerate() {
                to.push_str(if at > 0 { ", " } else { "" });
                write(item, depth + 1, to);
            }
            to.push_str(if list.len() > ITEMS { ", …]" } else { "]" });
        }
        Data::Map(map) => {
            to.push('{');
            for (at, (key, item)) in map.iter().take(ITEMS).enumerate() {
                to.push_str(if at > 0 { ", " } else { "" });
                to.extend(key.chars().take(SHOWN_CHARS));
                to.push_str(": ");
                write(item, depth + 1, to);
            }
            to.push_str(if map.len() > ITEMS { ", …}" } else { "}" });
        }
        other => to.push_str(&display_data(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_values_are_paged() {
        let data = Arc::new(Data::List((0..1_000_000).map(Data::Int).collect()));
        let mut handles = Handles::default();
        let shown = handles.computed("all", &data, Vec::new());
        assert_eq!(shown["indexedVariables"], 1_000_000);
        assert_eq!(shown["value"], "[0, 1, 2, 3, 4, 5, …]");
        let page = handles.items(&data, &[], (999_998, 10));
        assert_eq!(page.len(), 2);
        assert_eq!(page[1]["name"], "999999");
    }
}
