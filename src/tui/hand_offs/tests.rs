//! Hand-offs that wait, are changed, and are told.

use super::*;
use crate::protocol::{ContextSection, ConversationId, Decision, IdSource, OperationStatus};

fn brief() -> Brief {
    Brief {
        tool: "refactor_code".into(),
        path: "src/a.rs".into(),
        task: "Return \"two\".\nSay '''why'''.".into(),
        requirements: vec!["short".into(), "tested".into()],
        context_paths: vec!["README.md".into()],
        ..Brief::default()
    }
}

struct Stage {
    ids: IdSource,
    operation: OperationId,
    waiting: HandOffs,
}

impl Stage {
    fn new() -> Self {
        let ids = IdSource::seeded(1);
        Self { operation: OperationId::new(&ids), ids, waiting: HandOffs::default() }
    }

    fn take(&mut self, body: Body) {
        let conversation_id = ConversationId::new(&self.ids);
        let event = Event { seq: 1, at: 0, conversation_id, operation_id: self.operation, body };
        self.waiting.take(&event);
    }

    fn ask(&mut self) -> ApprovalId {
        let approval_id = ApprovalId::new(&self.ids);
        let context = vec![ContextSection { name: "brief".into(), tokens: 1_200 }];
        let delegation = DelegationView {
            call_id: "c".into(),
            brief: brief(),
            model: "deepseek-flash".into(),
            plan: "We return two.".into(),
            context,
        };
        self.take(Body::ApprovalRequest { approval_id, delegation: Box::new(delegation) });
        approval_id
    }
}

#[test]
fn a_brief_comes_back_from_its_text() {
    let all = Brief {
        language: Some("rust".into()),
        constraints: vec!["a \\ b".into()],
        error_output: Some("error[E1]: \u{1b}[31mno\nat x".into()),
        ..brief()
    };
    for brief in [brief(), all] {
        assert_eq!(brief::from_text(&brief::to_text(&brief), "refactor_code"), Ok(brief));
    }
}

#[test]
fn what_cannot_be_read_is_named_with_its_line_and_kept() {
    let mut stage = Stage::new();
    let id = stage.ask();
    let check = |stage: &mut Stage, text: &str, expected: &str| {
        let said = stage.waiting.edited(id, text).err().unwrap_or_default();
        assert!(said.starts_with(expected), "{text}: {said}");
        assert_eq!(stage.waiting.text(id).as_deref(), Some(text));
    };
    check(&mut stage, "path = \"a\"\ntask = \"b", "line 2 of the hand-off cannot be read");
    check(&mut stage, "path = \"a\"\ntask = \"b\"\nmodel = \"x\"", "line 3 of the hand-off cannot be read");
    check(&mut stage, "path = \"a\"\ntask = \" \"", "the hand-off needs a task");
    assert_eq!(stage.waiting.edited(id, "path = \"a\"\ntask = \"b\""), Ok(()));
    assert_eq!(stage.waiting.changed(id).map(|brief| brief.task).as_deref(), Some("b"));
    let same = brief::to_text(&brief());
    assert_eq!(stage.waiting.edited(id, &same), Ok(()));
    assert_eq!(stage.waiting.changed(id), None, "what is as it was is no change");
}

#[test]
fn they_wait_until_they_are_decided_or_their_operation_ends() {
    let mut stage = Stage::new();
    let (first, second) = (stage.ask(), stage.ask());
    assert_eq!((stage.waiting.len(), stage.waiting.first()), (2, Some(first)));
    assert_eq!((stage.waiting.after(first), stage.waiting.after(second)), (Some(second), Some(first)));
    let decision = Decision::Allow { brief: None };
    stage.take(Body::ApprovalDecided { approval_id: first, call_id: "c".into(), decision });
    assert_eq!(stage.waiting.first(), Some(second));
    stage.take(Body::OperationStatus { status: OperationStatus::Cancelled, message: String::new() });
    assert_eq!(stage.waiting.len(), 0);
}

#[test]
fn the_page_says_what_goes_along() {
    let mut stage = Stage::new();
    let id = stage.ask();
    let told = |stage: &Stage| {
        stage.waiting.page(id, 40).iter().map(|line| line.text().trim_end().to_owned()).collect::<Vec<_>>()
    };
    insta::assert_snapshot!(told(&stage).join("\n"), @r#"
    refactor_code → src/a.rs

    Task
    Return "two".
    Say '''why'''.

    Requirements
    · short
    · tested

    Plan
    We return two.

    Goes along, in tokens
    brief                              1,200
    together                           1,200
    "#);
    assert_eq!(stage.waiting.edited(id, "path = \"a\"\ntask = \"b\""), Ok(()));
    assert!(told(&stage)[0].ends_with("changed by you"), "{:?}", told(&stage));
}
