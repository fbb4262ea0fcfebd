//! Building a bot from a folder, and reading packages that somebody changed.

use super::*;
use basilect_stdlib::Data;

/// A bot's folder in memory.
struct Folder(Vec<(&'static str, &'static str)>);

impl Provider for Folder {
    fn list(&self) -> Vec<String> {
        self.0.iter().map(|(path, _)| (*path).to_string()).collect()
    }
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        let found = self.0.iter().find(|(other, _)| *other == path);
        found.map(|(_, text)| text.as_bytes().to_vec()).ok_or_else(|| "missing".into())
    }
}

fn shop() -> Folder {
    Folder(vec![
        ("shop.gbdialog/start.bas", "ADD TOOL \"add-item\"\nTALK \"${fee}\"\nCALL \"other.bas\""),
        (
            "shop.gbdialog/add-item.bas",
            "PARAM item AS STRING LIKE \"Apples\" DESCRIPTION \"Which?\"\n\
             PARAM count AS INTEGER DEFAULT 1\n\
             PARAM size AS STRING OPTIONAL ENUM [\"S\", \"L\"]\n\
             DESCRIPTION \"Adds an item.\"\n\
             HEAR sure AS BOOLEAN WITH item + count + size\n\
             RETURN sure",
        ),
        (
            "shop.gbdialog/tools/other.bas",
            "SET SCHEDULE \"0 9 * * *\"\nSEND MAIL \"a\", \"b\", \"c\"",
        ),
        ("shop.gbdialog/hook.bas", "WEBHOOK \"/orders/\"\nresult_status = 200"),
        (
            "shop.gbdialog/tables.bas",
            "TABLE orders\n    id integer key\n    total DECIMAL(10,2) NOT NULL\nEND TABLE\n\
             ON INSERT OF \"orders\"\n    TALK \"new\"\nEND ON",
        ),
        ("shop.gbdialog/tests/buy.chat", "< hi"),
        (
            "shop.gbot/config.csv",
            "name,value\nbot-name,Shop, the\ntheme-color1,#123\nparam-Fee,4.5\nbot-description,d",
        ),
        ("shop.gbot/PROMPT.md", "Be kind."),
        ("shop.gbtheme/shop.css", ":root{}"),
        ("shop.gbtheme/logo.svg", "<svg/>"),
        ("shop.gbkb/faq/one.md", "# Q"),
        ("shop.gbdata/products.csv", "name,price\nA,1"),
        ("README.md", "not part of it"),
    ])
}

fn built() -> Package {
    let built = build(&shop(), "Shop.gbai");
    let said: Vec<_> = built.diagnostics.iter().map(|(file, d)| (&file.path, d)).collect();
    built.package.unwrap_or_else(|| panic!("does not build: {said:#?}"))
}

#[test]
fn the_manifest_tells_what_the_bot_is() {
    let package = built();
    let manifest = &package.manifest;
    assert_eq!(package.name, "shop");
    assert_eq!(manifest.title, "Shop, the");
    assert_eq!(manifest.params["fee"], Data::Num(4.5));
    assert_eq!(manifest.system_prompt.as_deref(), Some("shop.gbot/PROMPT.md"));
    assert_eq!(manifest.theme.styles, ["shop.gbtheme/shop.css"]);
    assert_eq!(manifest.theme.logo.as_deref(), Some("shop.gbtheme/logo.svg"));
    assert_eq!(manifest.knowledge["faq"], ["shop.gbkb/faq/one.md"]);
    assert_eq!(manifest.data, ["shop.gbdata/products.csv"]);
    let names: Vec<_> = manifest.scripts.iter().map(|script| script.name.as_str()).collect();
    assert_eq!(names, ["add-item", "hook", "other", "start", "tables"]);
    assert!(!package.files.contains_key("README.md"));
    assert!(!package.files.contains_key("shop.gbdialog/tests/buy.chat"));
}

#[test]
fn triggers_tables_and_capabilities_are_declared() {
    let manifest = built().manifest;
    assert_eq!(manifest.schedules[0].when, "0 9 * * *");
    assert_eq!(manifest.schedules[0].script, "other");
    assert_eq!(manifest.webhooks[0].name, "orders");
    let event = &manifest.events[0];
    assert_eq!((event.kind.as_str(), event.script.as_str()), ("ON INSERT OF", "tables#event-1"));
    assert_eq!(event.filter["table"], "orders");
    assert_eq!(manifest.tables[0].primary_key, ["id"]);
    let other = manifest.scripts.iter().find(|s| s.name == "other").expect("a script");
    assert!(other.capabilities.contains("mail"));
    let add = manifest.scripts.iter().find(|s| s.name == "add-item").expect("a script");
    assert!(add.suspends);
}

#[test]
fn tools_are_described_for_models() {
    let schema = built().tool_schema("add-item").expect("a tool");
    let expected = serde_json::json!({
        "type": "function",
        "function": {
            "name": "add-item",
            "description": "Adds an item.",
            "parameters": {
                "type": "object",
                "properties": {
                    "item": {"type": "string", "description": "Which?", "example": "Apples"},
                    "count": {"type": "integer", "default": 1},
                    "size": {"type": "string", "enum": ["S", "L"]},
                },
                "required": ["item"],
            },
        },
    });
    assert_eq!(schema, expected);
}

#[test]
fn equal_folders_give_equal_bytes_that_read_back() {
    let (first, second) = (built(), built());
    let bytes = first.to_bytes().expect("bytes");
    assert_eq!(bytes, second.to_bytes().expect("bytes"));
    assert_eq!(first.version().len(), 64);
    assert_eq!(Package::from_bytes(&bytes).expect("a package"), first);
}

#[test]
fn another_content_is_another_version() {
    let (first, mut second) = (built(), built());
    second.files.insert("shop.gbdata/more.csv".into(), b"x".to_vec());
    assert_ne!(first.version(), second.version());
}

#[test]
fn damaged_packages_are_refused() {
    let bytes = built().to_bytes().expect("bytes");
    for cut in (0..bytes.len()).step_by(97) {
        assert!(Package::from_bytes(&bytes[..cut]).is_err(), "cut at {cut}");
    }
    let mut refused = 0;
    for at in (0..bytes.len()).step_by(31) {
        let mut bytes = bytes.clone();
        bytes[at] ^= 0x10;
        // Fields of the container that say nothing about the contents may change.
        match Package::from_bytes(&bytes) {
            Ok(package) => assert_eq!(package, built()),
            Err(_) => refused += 1,
        }
    }
    assert!(refused > 0);
}

#[test]
fn packages_cannot_reach_outside_or_swell() {
    let evil = |name: &str| {
        let mut package = built();
        package.files.insert(name.into(), b"x".to_vec());
        Package::from_bytes(&package.to_bytes().expect("bytes"))
    };
    for name in ["../evil", "/etc/passwd", "a/../../b", "c:\\x", "a//b", "a\0b"] {
        assert!(evil(name).is_err(), "{name:?}");
    }
    assert!(evil("fine/name.txt").is_ok());
    let mut bomb = built();
    bomb.files.insert("bomb".into(), vec![0; UNPACKED_BYTES as usize + 1]);
    let bytes = bomb.to_bytes().expect("bytes");
    assert!(bytes.len() < PACKAGE_BYTES);
    assert!(Package::from_bytes(&bytes).is_err());
}

#[test]
fn wrong_programs_are_refused() {
    let mut package = built();
    package.program.functions[0].registers = 0;
    assert!(Package::from_bytes(&package.to_bytes().expect("bytes")).is_err());
}

#[test]
fn mistakes_are_reported_with_their_file() {
    let folder = Folder(vec![
        ("a.gbdialog/start.bas", "ADD TOOL \"add-itm\"\nTALK fe\nCALL \"strat.bas\""),
        ("a.gbdialog/add-item.bas", "TALK 1 +"),
    ]);
    let built = build(&folder, "a");
    assert!(built.package.is_none());
    let codes: Vec<_> =
        built.diagnostics.iter().map(|(file, d)| (file.path.as_str(), d.code.text())).collect();
    assert!(codes.contains(&("a.gbdialog/start.bas", "B0340")), "{codes:?}");
    assert!(codes.contains(&("a.gbdialog/start.bas", "B0301")), "{codes:?}");
    assert!(codes.iter().any(|(path, _)| *path == "a.gbdialog/add-item.bas"), "{codes:?}");
}

#[test]
fn odd_layouts_build_as_well() {
    let folder = Folder(vec![("quick.gbdialog", "TALK \"hi\""), ("config.csv", "bot-name,Q")]);
    let package = build(&folder, "quick.gbai").package.expect("a package");
    assert_eq!(package.manifest.scripts[0].name, "start");
    assert_eq!(package.manifest.title, "Q");
    let twins = Folder(vec![("start.bas", "TALK 1"), ("x.gbdialog/start.bas", "TALK 2")]);
    let built = build(&twins, "twins");
    assert!(built.diagnostics.iter().any(|(_, d)| d.code == "B0384"));
    let names: Vec<_> = built.package.expect("a package").manifest.scripts;
    assert_eq!(names.iter().map(|s| s.name.as_str()).collect::<Vec<_>>(), ["start", "start-2"]);
}

#[test]
fn prose_is_a_prompt_and_no_script() {
    let prose = "You are a helpful assistant for a shop.\nAlways answer politely, and never \
                 invent prices.\nAsk for the name of the customer first.\n";
    let folder = Folder(vec![("a.gbdialog/geral.bas", prose), ("a.gbdialog/start.bas", "TALK 1")]);
    let package = build(&folder, "a").package.expect("a package");
    assert_eq!(package.manifest.prompts, ["a.gbdialog/geral.bas"]);
    assert_eq!(package.manifest.scripts.len(), 1);
}
