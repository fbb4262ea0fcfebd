//! XML, and workbooks in XML. Entities that a document declares itself are never unfolded.

use super::escaped;
use crate::pure::written::Written;
use crate::pure::{Call, convert, display};
use crate::{Data, Fault, Kind, TrapCode, Value};
use quick_xml::Reader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesStart, Event};

crate::functions! {
    family "json";

    /// A value written as XML. A field is an element, a list is the same element several times; a
    /// field `@name` is an attribute and `#text` the text beside attributes. The outermost element
    /// is the only field of a map, or has the name that is given.
    ///
    /// `XML({ "a": { "@id": 7, "to": ["Ana", "Bo"] } })` → `<a id="7"><to>Ana</to><to>Bo</to></a>`
    /// `XML([1, 2], "numbers")` → `<numbers><item>1</item><item>2</item></numbers>`
    "XML" also ["TOXML", "TO XML"] (value: Any; root: Text) -> Text = to_xml;

    /// The value that a text in XML spells: a map from the name of its outermost element. Elements
    /// that are there several times are lists, attributes are fields `@name`, and text beside them
    /// is `#text`.
    ///
    /// `XML_PARSE("<a id='7'><b>x</b><b>y</b></a>")` → `{"a":{"@id":"7","b":["x","y"]}}`
    /// `XML_PARSE("<a>1 &lt; 2</a>")` → `{"a":"1 < 2"}`
    "XML PARSE" also ["PARSEXML", "PARSE XML", "FROMXML", "XML DECODE"] (text: Text) -> Map
    = parse;

    /// Rows as a workbook of one sheet that spreadsheet programs open: XML Spreadsheet 2003, to be
    /// saved under a name that ends in `.xls` or `.xml`.
    ///
    /// `CONTAINS(EXCEL([{ "a": 1 }]), "<Data ss:Type=""Number"">1</Data>")` → `true`
    /// `LEFT(EXCEL([]), 19)` → `<?xml version="1.0"`
    "EXCEL" also ["TOEXCEL", "TO EXCEL"] (rows: List; sheet: Text) -> Text = excel;
}

// ---------------------------------------------------------------------- writing

fn to_xml(call: &mut Call<'_>) -> Result<Value, Fault> {
    let (value, root) = (call.arg(0), call.text_or(1, "")?);
    let data = convert::to_data(call.heap, value)?;
    let mut writer = Writer(Written::new(call));
    match &data {
        Data::Map(map) if root.is_empty() && map.len() == 1 => {
            for (name, value) in map {
                let only = !matches!(value, Data::List(_)) && !name.starts_with(['@', '#']);
                writer
                    .element(if only { name } else { "root" }, if only { value } else { &data })?;
            }
        }
        data => writer.element(if root.is_empty() { "root" } else { &root }, data)?,
    }
    let out = writer.0.into_text();
    call.give(&out)
}

/// Writes elements.
struct Writer<'c, 'a>(Written<'c, 'a>);

impl Writer<'_, '_> {
    fn put(&mut self, text: &str) -> Result<(), Fault> {
        self.0.put(text)
    }
    fn text(&mut self, data: &Data) -> Result<(), Fault> {
        let text = display::display_data_in(data, &self.0.call.env.zone);
        self.put(&escaped(&text))
    }
    fn element(&mut self, name: &str, data: &Data) -> Result<(), Fault> {
        let name = xml_name(name);
        self.put(&format!("<{name}"))?;
        if let Data::Map(map) = data {
            for (key, value) in map {
                if let Some(attribute) = key.strip_prefix('@') {
                    self.put(&format!(" {}=\"", xml_name(attribute)))?;
                    self.text(value)?;
                    self.put("\"")?;
                }
            }
        }
        self.put(">")?;
        match data {
            Data::Map(map) => self.fields(map)?,
            Data::List(list) => {
                for item in list {
                    self.element("item", item)?;
                }
            }
            scalar => self.text(scalar)?,
        }
        self.put(&format!("</{name}>"))
    }
    fn fields(&mut self, map: &indexmap::IndexMap<String, Data>) -> Result<(), Fault> {
        for (key, value) in map {
            match value {
                _ if key.starts_with('@') => {}
                value if key == "#text" => self.text(value)?,
                Data::List(list) => {
                    for item in list {
                        self.element(key, item)?;
                    }
                }
                value => self.element(key, value)?,
            }
        }
        Ok(())
    }
}

/// A name that XML allows: what it does not is an underscore.
fn xml_name(name: &str) -> String {
    let fits = |c: char| if c.is_alphanumeric() || "_-.".contains(c) { c } else { '_' };
    let name: String = name.chars().map(fits).collect();
    if name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        name
    } else {
        format!("_{name}")
    }
}

// ---------------------------------------------------------------------- reading

/// An element that is open: its name, its fields, its text.
struct Open {
    name: String,
    map: Value,
    text: String,
}

fn bad(what: impl std::fmt::Display) -> Fault {
    Fault::new(TrapCode::BadData, format!("this is not XML: {what}"))
}

fn parse(call: &mut Call<'_>) -> Result<Value, Fault> {
    let text = call.text(0)?;
    call.heap.charge(20 + text.len() as u64 / 2)?;
    call.heap.reserve(text.len())?;
    let mut reader = Reader::from_str(&text);
    let mut open =
        vec![Open { name: String::new(), map: call.heap.new_map()?, text: String::new() }];
    loop {
        match reader.read_event().map_err(bad)? {
            Event::Start(tag) => {
                let element = opened(call, &tag, open.len())?;
                open.push(element);
            }
            Event::Empty(tag) => {
                let element = opened(call, &tag, open.len())?;
                close(call, &mut open, element)?;
            }
            Event::End(_) => match open.pop() {
                Some(element) if !open.is_empty() => close(call, &mut open, element)?,
                _ => return Err(bad("an element is closed that was not opened")),
            },
            Event::Text(piece) => add(&mut open, &piece),
            Event::CData(piece) => add(&mut open, &piece),
            Event::GeneralRef(name) => {
                let found = match name.resolve_char_ref().map_err(bad)? {
                    Some(c) => c.to_string(),
                    None => entity(&name)?,
                };
                add(&mut open, &found);
            }
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
    whole(call, open)
}

/// The document, once every element is closed.
fn whole(call: &Call<'_>, mut open: Vec<Open>) -> Result<Value, Fault> {
    match (open.pop(), open.last()) {
        (Some(document), None) if !document.text.trim().is_empty() => {
            Err(bad("text stands outside of its element"))
        }
        (Some(document), None) => match call.heap.map_len(document.map) {
            1 => Ok(document.map),
            0 => Err(bad("it has no element")),
            _ => Err(bad("it has more than one outermost element")),
        },
        (Some(element), _) => Err(bad(format!("<{}> is not closed", element.name))),
        _ => Err(bad("it is empty")),
    }
}

fn add(open: &mut [Open], piece: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(piece);
    }
}

/// One of the five entities of XML.
fn entity(name: &str) -> Result<String, Fault> {
    let shown: String = name.chars().take(40).collect();
    let found = resolve_xml_entity(name).map(str::to_string);
    found.ok_or_else(|| bad(format!("the entity &{shown}; is not known")))
}

fn opened(call: &mut Call<'_>, tag: &BytesStart<'_>, depth: usize) -> Result<Open, Fault> {
    if depth > call.heap.limits().data_depth {
        return Err(Fault::new(TrapCode::LimitReached, "the XML is nested too deeply"));
    }
    call.heap.charge(8)?;
    let name = tag.name().as_ref().to_string();
    let map = call.heap.new_map()?;
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute.map_err(bad)?;
        let key = format!("@{}", attribute.key.as_ref());
        let value = quick_xml::escape::unescape(&attribute.value).map_err(bad)?;
        call.heap.charge(4 + value.len() as u64 / 16)?;
        let value = call.heap.new_text(&value)?;
        call.heap.map_set(map, &key, value)?;
    }
    Ok(Open { name, map, text: String::new() })
}

/// Puts an element that is read into the one around it.
fn close(call: &mut Call<'_>, open: &mut [Open], element: Open) -> Result<(), Fault> {
    let Some(around) = open.last() else { return Err(bad("it has no outermost element")) };
    let text = element.text.trim();
    let value = match (call.heap.map_len(element.map), text.is_empty()) {
        (0, _) => call.heap.new_text(text)?,
        (_, true) => element.map,
        (_, false) => {
            let text = call.heap.new_text(text)?;
            call.heap.map_set(element.map, "#text", text)?;
            element.map
        }
    };
    match call.heap.map_get(around.map, &element.name) {
        None => call.heap.map_set(around.map, &element.name, value),
        Some(list) if list.kind() == Kind::List => {
            call.more_elements(call.heap.list(list).len())?;
            call.heap.list_push(list, value)
        }
        Some(first) => {
            let list = call.heap.new_list(vec![first, value])?;
            call.heap.map_set(around.map, &element.name, list)
        }
    }
}

// ---------------------------------------------------------------------- workbooks

const WORKBOOK: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
    <?mso-application progid=\"Excel.Sheet\"?>\
    <Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" \
    xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\">";

fn excel(call: &mut Call<'_>) -> Result<Value, Fault> {
    let sheet = call.text_or(1, "Sheet1")?;
    let rows = call.list(0)?;
    let value = call.heap.new_list(rows)?;
    let rows = match convert::to_data(call.heap, value)? {
        Data::List(rows) => rows,
        row => vec![row],
    };
    let columns: Vec<String> = match rows.first() {
        Some(Data::Map(map)) => map.keys().cloned().collect(),
        _ => Vec::new(),
    };
    // A workbook knows no sheet without a name, or with a longer one.
    let sheet: String = sheet.chars().filter(|c| !"[]:*?/\\".contains(*c)).take(31).collect();
    let sheet = if sheet.is_empty() { "Sheet1".into() } else { sheet };
    let mut writer = Writer(Written::new(call));
    writer.put(WORKBOOK)?;
    writer.put(&format!("<Worksheet ss:Name=\"{}\"><Table>", escaped(&sheet)))?;
    if !columns.is_empty() {
        let names: Vec<Data> = columns.iter().map(|name| Data::text(name.as_str())).collect();
        writer.cells(names.iter())?;
    }
    for row in &rows {
        match row {
            Data::Map(_) => {
                writer.cells(columns.iter().map(|name| row.get(name).unwrap_or(&Data::Null)))?;
            }
            Data::List(list) => writer.cells(list.iter())?,
            other => writer.cells(std::iter::once(other))?,
        }
    }
    writer.put("</Table></Worksheet></Workbook>")?;
    let out = writer.0.into_text();
    call.give(&out)
}

impl Writer<'_, '_> {
    fn cells<'d>(&mut self, cells: impl Iterator<Item = &'d Data>) -> Result<(), Fault> {
        self.put("<Row>")?;
        for cell in cells {
            let number = matches!(cell, Data::Int(_) | Data::Num(_));
            let kind = if number { "Number" } else { "String" };
            self.put(&format!("<Cell><Data ss:Type=\"{kind}\">"))?;
            self.text(cell)?;
            self.put("</Data></Cell>")?;
        }
        self.put("</Row>")
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::call;

    fn parsed(xml: &str) -> String {
        call("XML PARSE", &format!("[{}]", serde_json::Value::from(xml)))
    }

    #[test]
    fn elements_attributes_and_text() {
        for (xml, value) in [
            ("<?xml version='1.0'?><!-- c --><a/>", r#"{"a":""}"#),
            ("<a x='1'>t</a>", r##"{"a":{"@x":"1","#text":"t"}}"##),
            ("<a><b/><c>1</c><b>2</b><b>3</b></a>", r#"{"a":{"b":["","2","3"],"c":"1"}}"#),
            ("<a><![CDATA[<x> & ]]>&#233;&amp;</a>", r#"{"a":"<x> & é&"}"#),
            ("<s:a xmlns:s='u'><s:b>1</s:b></s:a>", r#"{"s:a":{"@xmlns:s":"u","s:b":"1"}}"#),
            ("<a y='&lt;&quot;'/>", r#"{"a":{"@y":"<\""}}"#),
        ] {
            assert_eq!(parsed(xml), value, "{xml}");
        }
    }

    #[test]
    fn what_is_no_xml_is_refused() {
        for xml in ["", "text", "<a>", "<a></b>", "<a/><b/>", "<a>&x;</a>", "</a>", "<a x=1/>", "<"]
        {
            assert!(parsed(xml).starts_with("this is not XML"), "{xml}: {}", parsed(xml));
        }
    }

    #[test]
    fn entities_of_a_document_are_not_unfolded() {
        let bomb = "<!DOCTYPE a [<!ENTITY x \"ha\"><!ENTITY y \"&x;&x;\">]><a>&y;</a>";
        assert!(parsed(bomb).contains("the entity &y; is not known"));
        let file = "<!DOCTYPE a [<!ENTITY f SYSTEM \"file:///etc/passwd\">]><a>&f;</a>";
        assert!(parsed(file).contains("is not known"));
    }

    #[test]
    fn depth_and_width_are_bounded() {
        assert!(parsed(&"<a>".repeat(5_000)).contains("too deeply"));
        let wide = format!("<a {}/>", "x='1' ".repeat(50_000));
        assert_eq!(parsed(&wide), r#"{"a":{"@x":"1"}}"#);
    }

    #[test]
    fn written_and_read_again() {
        let value = r##"{"order":{"@id":"1","line":[{"sku":"a<b"},{"sku":"c"}],"#text":"x"}}"##;
        let xml = call("XML", &format!("[{value}]"));
        assert_eq!(
            xml,
            "<order id=\"1\"><line><sku>a&lt;b</sku></line><line><sku>c</sku></line>x</order>"
        );
        assert_eq!(parsed(&xml), value);
        assert_eq!(call("XML", r#"[{"a b":1,"2":null}]"#), "<root><a_b>1</a_b><_2></_2></root>");
        assert_eq!(call("XML", r#"[{"a":[1]}]"#), "<root><a>1</a></root>");
        assert_eq!(call("XML", r#"["x"]"#), "<root>x</root>");
    }

    #[test]
    fn workbooks_have_a_row_for_each_row() {
        let book = call("EXCEL", r#"[[{"a":1,"b":"x<"},{"b":"y"}], "A/B"]"#);
        assert_eq!(book.matches("<Row>").count(), 3);
        assert!(book.contains("ss:Name=\"AB\"") && book.contains(">x&lt;<"), "{book}");
        assert!(!parsed(&book).contains("not XML"));
    }
}
