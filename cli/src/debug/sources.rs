//! Scripts, as the editor and the package know them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use basilect_runtime::debug::{Code, Codes};
use serde_json::{Value, json};

/// Where the scripts of a package lie on the disk, if they do.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// The bot's folder, or that of a script.
    pub folder: Option<PathBuf>,
}

impl Places {
    /// A script as the editor is told: its file, or a number by which its text can be asked for.
    pub fn source(&self, codes: &Codes, inside: &str) -> Value {
        let name = inside.rsplit('/').next().unwrap_or(inside);
        match self.file(codes, inside) {
            Some(path) => json!({ "name": name, "path": path.display().to_string() }),
            None => {
                let reference = reference(codes, inside);
                json!({
                    "name": name,
                    "path": inside,
                    "sourceReference": reference,
                    "origin": "from the bot's package",
                })
            }
        }
    }
    /// The file of a script, where it holds what the package holds.
    fn file(&self, codes: &Codes, inside: &str) -> Option<PathBuf> {
        let path = self.folder.as_ref()?.join(inside);
        let on_disk = std::fs::read(&path).ok()?;
        let packed = codes.all().find_map(|code| code.package.files.get(inside));
        packed.is_some_and(|packed| *packed == on_disk).then_some(path)
    }
    /// The package and the path in it that the editor means.
    pub fn find(&self, codes: &Codes, source: &Value) -> Option<(Arc<Code>, String)> {
        if let Some(number) = source["sourceReference"].as_u64().filter(|&number| number > 0) {
            return scripts(codes).into_iter().nth(number as usize - 1);
        }
        let path = PathBuf::from(source["path"].as_str()?);
        let whole = path.canonicalize().unwrap_or(path);
        let own = self.folder.as_ref().and_then(|folder| whole.strip_prefix(folder).ok());
        let own = own.map(|inside| inside.to_string_lossy().replace('\\', "/"));
        let fits = |inside: &str| match &own {
            Some(own) => own == inside,
            None => whole.ends_with(Path::new(inside)),
        };
        scripts(codes).into_iter().rfind(|(_, inside)| fits(inside))
    }
}

/// All scripts of all packages, in order: their numbers are those by which editors ask.
pub fn scripts(codes: &Codes) -> Vec<(Arc<Code>, String)> {
    let of = |code: &Arc<Code>| {
        let mut paths: Vec<String> = Vec::new();
        for script in &code.program.scripts {
            if !paths.contains(&script.path) {
                paths.push(script.path.clone());
            }
        }
        let code = code.clone();
        paths.into_iter().map(move |path| (code.clone(), path)).collect::<Vec<_>>()
    };
    codes.all().flat_map(of).collect()
}

fn reference(codes: &Codes, inside: &str) -> usize {
    scripts(codes).iter().rposition(|(_, path)| path == inside).map_or(0, |at| at + 1)
}
