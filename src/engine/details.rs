//! Pure: what becomes known about a request while it is worked on, for the record of its operation.

use crate::{protocol::Brief, store::OperationDetails};

/// The planner hands a task over. The first one says what the operation is about.
pub(crate) fn note_brief(details: &mut OperationDetails, brief: &Brief, coder: &str) {
    details.delegated_to.get_or_insert_with(|| coder.to_owned());
    details.delegation_reason.get_or_insert_with(|| brief.task.clone());
    let intent = brief.tool.strip_suffix("_code").unwrap_or(&brief.tool);
    details.operation_intent.get_or_insert_with(|| format!("{intent} {}", brief.path));
}

/// A file is proposed.
pub(crate) fn note_proposal(details: &mut OperationDetails, path: &str, language: Option<&str>) {
    if details.target_language.is_none() {
        details.target_language = language.map(str::to_owned);
    }
    if !details.files_affected.iter().any(|known| known == path) {
        details.files_affected.push(path.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brief(tool: &str, path: &str) -> Brief {
        Brief {
            tool: tool.into(),
            path: path.into(),
            task: format!("Write {path}."),
            language: None,
            requirements: vec![],
            constraints: vec![],
            error_output: None,
            context_paths: vec![],
        }
    }

    #[test]
    fn the_first_hand_off_names_the_operation_and_every_file_counts_once() {
        let mut details = OperationDetails::default();
        note_brief(&mut details, &brief("refactor_code", "a.rs"), "deepseek-flash");
        note_brief(&mut details, &brief("generate_code", "b.rs"), "deepseek-flash");
        note_proposal(&mut details, "a.rs", None);
        note_proposal(&mut details, "b.rs", Some("rust"));
        note_proposal(&mut details, "a.rs", Some("toml"));
        let expected = OperationDetails {
            delegated_to: Some("deepseek-flash".into()),
            delegation_reason: Some("Write a.rs.".into()),
            operation_intent: Some("refactor a.rs".into()),
            target_language: Some("rust".into()),
            files_affected: vec!["a.rs".into(), "b.rs".into()],
            ..OperationDetails::default()
        };
        assert_eq!(details, expected);
    }
}
