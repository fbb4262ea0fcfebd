//! A Markdown document of sections with fenced blocks.

/// The document; what stands outside of sections is kept as it is.
pub struct Document {
    head: String,
    pub sections: Vec<Section>,
}

/// One `## title`.
pub struct Section {
    pub title: String,
    parts: Vec<Part>,
}

enum Part {
    Prose(String),
    Block { kind: String, text: String },
}

impl Document {
    pub fn read(text: &str) -> Document {
        let mut document = Document { head: String::new(), sections: Vec::new() };
        let mut block: Option<(String, String)> = None;
        for line in text.lines() {
            if let Some((kind, mut body)) = block.take() {
                if line == "```" {
                    document.part(Part::Block { kind, text: body });
                } else {
                    body.push_str(line);
                    body.push('\n');
                    block = Some((kind, body));
                }
            } else if let Some(kind) = line.strip_prefix("```") {
                block = Some((kind.to_string(), String::new()));
            } else if let Some(title) = line.strip_prefix("## ") {
                document.sections.push(Section { title: title.to_string(), parts: Vec::new() });
            } else {
                document.part(Part::Prose(line.to_string()));
            }
        }
        document
    }

    fn part(&mut self, part: Part) {
        match (self.sections.last_mut(), part) {
            (Some(section), part) => section.parts.push(part),
            (None, Part::Prose(line)) => self.head.push_str(&(line + "\n")),
            (None, Part::Block { kind, text }) => {
                self.head.push_str(&format!("```{kind}\n{text}```\n"));
            }
        }
    }

    pub fn write(&self) -> String {
        let mut out = self.head.clone();
        for section in &self.sections {
            out.push_str(&format!("## {}\n", section.title));
            for part in &section.parts {
                match part {
                    Part::Prose(line) => out.push_str(&format!("{line}\n")),
                    Part::Block { kind, text } => out.push_str(&format!("```{kind}\n{text}```\n")),
                }
            }
        }
        out.trim_end().to_string() + "\n"
    }
}

impl Section {
    /// The text of the block of this kind.
    pub fn block(&self, wanted: &str) -> Option<String> {
        self.parts.iter().find_map(|part| match part {
            Part::Block { kind, text } if kind == wanted => Some(text.clone()),
            _ => None,
        })
    }

    /// The blocks that name a file, with its path.
    pub fn files(&self) -> Vec<(String, Vec<u8>)> {
        let file = |part: &Part| match part {
            Part::Block { kind, text } => {
                let (_, path) = kind.split_once(' ')?;
                Some((path.to_string(), text.clone().into_bytes()))
            }
            Part::Prose(_) => None,
        };
        self.parts.iter().filter_map(file).collect()
    }

    /// All blocks: kind and text.
    pub fn blocks(&self) -> impl Iterator<Item = (&str, &str)> {
        self.parts.iter().filter_map(|part| match part {
            Part::Block { kind, text } => Some((kind.as_str(), text.as_str())),
            Part::Prose(_) => None,
        })
    }

    /// Replaces a block, or adds it behind the others; an empty one that was not there stays out.
    pub fn put(&mut self, wanted: &str, new: &str) {
        let new = if new.is_empty() { String::new() } else { new.trim_end().to_string() + "\n" };
        let old = self.parts.iter_mut().find_map(|part| match part {
            Part::Block { kind, text } if kind == wanted => Some(text),
            _ => None,
        });
        match old {
            Some(text) => *text = new,
            None if new.is_empty() => {}
            None => self.append(wanted, new),
        }
    }

    fn append(&mut self, kind: &str, text: String) {
        let last = self.parts.iter().rposition(|part| matches!(part, Part::Block { .. }));
        let at = last.map_or(0, |last| last + 1);
        self.parts.insert(at, Part::Block { kind: kind.to_string(), text });
        self.parts.insert(at, Part::Prose(String::new()));
    }
}
