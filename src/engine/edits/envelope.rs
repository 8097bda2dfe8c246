//! Patches in an envelope: `*** Begin Patch`, a section a file, `*** End Patch`. A section's hunks
//! have no numbers; lines behind `@@` say what stands above.

use super::{blocks::Block, hunk::HunkLines};

/// The changes of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Section {
    /// `*** Add File:`
    Add { path: String, content: String },
    /// `*** Delete File:`
    Delete { path: String },
    /// `*** Update File:`, perhaps with `*** Move to:`
    Update { path: String, to: Option<String>, hunks: Vec<Block> },
}

/// Whether `line` begins a patch.
pub(super) fn is_first(line: &str) -> bool {
    line.trim_end() == "*** Begin Patch"
}

/// Whether `line` ends a patch.
pub(super) fn is_last(line: &str) -> bool {
    line.trim_end() == "*** End Patch"
}

/// Reads a patch. The error is a sentence on a line that does not belong.
pub(super) fn read(text: &str) -> Result<Vec<Section>, String> {
    let mut reader = Reader::default();
    text.lines().try_for_each(|line| reader.line(line))?;
    reader.end_section();
    Ok(reader.sections)
}

#[derive(Default)]
struct Reader {
    sections: Vec<Section>,
    open: Option<Section>,
    hunk: Option<HunkLines>,
}

impl Reader {
    fn line(&mut self, line: &str) -> Result<(), String> {
        match line.strip_prefix("*** ") {
            Some(head) => self.head(head.trim()),
            None if line.starts_with("@@") => self.hunk_head(line),
            None if self.open.is_some() => {
                return self.hunk.get_or_insert_with(HunkLines::default).line(line);
            }
            None => {}
        }
        Ok(())
    }

    fn head(&mut self, head: &str) {
        if head == "End of File" {
            self.hunk.iter_mut().for_each(HunkLines::ends_file);
        } else if let Some(to) = head.strip_prefix("Move to:") {
            if let Some(Section::Update { to: place, .. }) = &mut self.open {
                *place = Some(to.trim().to_owned());
            }
        } else {
            self.end_section();
            self.open = section(head);
        }
    }

    fn hunk_head(&mut self, line: &str) {
        match &mut self.hunk {
            Some(hunk) if !hunk.has_lines() => hunk.hint(line),
            _ => {
                self.end_hunk();
                self.hunk = Some(HunkLines::begin(line));
            }
        }
    }

    fn end_hunk(&mut self) {
        let Some(hunk) = self.hunk.take().filter(HunkLines::has_lines) else { return };
        match &mut self.open {
            Some(Section::Add { content, .. }) => content.push_str(&hunk.into_content()),
            Some(Section::Update { hunks, .. }) => hunks.push(hunk.into_block()),
            Some(Section::Delete { .. }) | None => {}
        }
    }

    fn end_section(&mut self) {
        self.end_hunk();
        self.sections.extend(self.open.take());
    }
}

/// The section that a line behind `*** ` opens.
fn section(head: &str) -> Option<Section> {
    let (action, path) = head.split_once(':')?;
    let path = path.trim().to_owned();
    match action {
        "Add File" => Some(Section::Add { path, content: String::new() }),
        "Delete File" => Some(Section::Delete { path }),
        "Update File" => Some(Section::Update { path, to: None, hunks: Vec::new() }),
        _ => None,
    }
}
