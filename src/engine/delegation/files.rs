//! The files that an answer speaks of, read for its edits: as they are now, not as they were when the
//! coder was asked, so that what the user has done since is kept.

use std::collections::HashMap;

use crate::{
    engine::{
        artifacts,
        edits::{Change, Original, Resolved, Texts, Wanted, blocks::Block},
    },
    workspace::diff::diff,
};

use super::Delegation;

impl Delegation {
    /// What each file becomes.
    pub(super) async fn resolve(&self, wanted: Vec<Wanted>) -> Resolved {
        let mut paths: Vec<String> = wanted.iter().filter_map(|wanted| wanted.path.clone()).collect();
        paths.extend(wanted.iter().filter_map(|wanted| match &wanted.change {
            Change::Rename { from, .. } => Some(from.clone()),
            _ => None,
        }));
        paths.push(self.brief.path.clone());
        paths.extend(self.brief.context_paths.iter().take(super::MAX_CONTEXT_FILES).cloned());
        paths.sort();
        paths.dedup();
        let mut texts = Texts::new();
        for path in paths {
            let text = artifacts::current_text(&self.shared, &path).await;
            texts.insert(path, text);
        }
        Resolved::of(wanted, &self.brief.path, &texts)
    }
}

/// The files that edits of an answer are shown against while it streams in.
#[derive(Default)]
pub(super) struct Drafts(HashMap<String, Option<(String, Original)>>);

impl Drafts {
    /// The unified diff of a file's edit so far; `None` when there is nothing to show.
    pub(super) async fn diff(
        &mut self,
        delegation: &Delegation,
        path: &str,
        blocks: &[Block],
    ) -> Option<String> {
        if !self.0.contains_key(path) {
            let text = artifacts::current_text(&delegation.shared, path).await.ok().flatten();
            let read = text.map(|text| {
                let original = Original::new(&text);
                (text, original)
            });
            self.0.insert(path.to_owned(), read);
        }
        let (before, original) = self.0.get(path)?.as_ref()?;
        let after = original.draft(blocks);
        let diff = diff(path, Some(before), Some(&after)).to_string();
        Some(diff).filter(|diff| !diff.is_empty())
    }
}
