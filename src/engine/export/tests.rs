//! Exports as text.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::protocol::{
    ArtifactAction, ArtifactKind, ArtifactState, ConversationId, Event, IdSource, MessageId, OperationId,
    OperationStatus, OperationView, ProjectId,
};

const NOON: i64 = 1_795_348_800_000;

struct Told {
    ids: IdSource,
    conversation: Conversation,
}

impl Told {
    fn new(title: &str) -> Self {
        let ids = IdSource::seeded(1);
        let conversation = Conversation {
            id: ConversationId::new(&ids),
            project_id: ProjectId::new(&ids),
            title: title.to_owned(),
            last_seq: 0,
            last_response_id: None,
            created_at: NOON,
            updated_at: NOON,
        };
        Self { ids, conversation }
    }

    fn turn(&self, text: &str, bodies: Vec<Body>) -> TurnView {
        let (id, conversation_id) = (OperationId::new(&self.ids), self.conversation.id);
        let event = |body| Event { seq: 1, at: NOON, conversation_id, operation_id: id, body };
        let operation = OperationView {
            id,
            conversation_id,
            status: OperationStatus::Completed,
            user_message: text.to_owned(),
            result: None,
            error: None,
            created_at: NOON,
            started_at: None,
            completed_at: None,
            cost_usd: 0.0,
        };
        TurnView { operation, events: bodies.into_iter().map(event).collect() }
    }

    fn said(&self, content: &str) -> Body {
        Body::ChatResponse {
            message_id: MessageId::new(&self.ids),
            content: content.to_owned(),
            finished: true,
        }
    }

    fn artifact(&self, path: &str, diff: &str) -> Body {
        let artifact = ArtifactView {
            artifact_id: ArtifactId::new(&self.ids),
            path: path.to_owned(),
            kind: ArtifactKind::Code,
            language: None,
            content: String::new(),
            content_hash: String::new(),
            base_hash: None,
            diff: diff.to_owned(),
            action: ArtifactAction::Write,
            is_new_file: false,
            added: 1,
            removed: 1,
            syntax_errors: Vec::new(),
            state: ArtifactState::Applied,
            taken: None,
            previous_artifact_id: None,
            created_at: NOON,
        };
        Body::Artifact { artifact: Box::new(artifact) }
    }
}

fn tool(summary: &str, state: ToolCallState) -> Body {
    Body::ToolCall { call_id: "1".to_owned(), name: "x".to_owned(), summary: summary.to_owned(), state }
}

#[test]
fn a_conversation_is_told_in_order() {
    let told = Told::new("Rename it");
    let artifact = told.artifact("src/a.rs", "--- a\n+++ b\n@@ -1,1 +1,1 @@\n-a\n+```\n");
    let bodies = vec![
        told.said("I look first.\n"),
        tool("read src/a.rs", ToolCallState::Running),
        tool("read src/a.rs", ToolCallState::Completed),
        tool("two\nlines", ToolCallState::Failed),
        artifact.clone(),
        artifact,
        told.said("Done:\n\n- it is `b` now"),
    ];
    let turns = [told.turn("Rename it", bodies), told.turn("Thanks", vec![Body::OperationCancelled {}])];
    let text = markdown(&told.conversation, &turns).replace(&calendar::minute(NOON), "NOON");
    insta::assert_snapshot!(text, @r"
    # Rename it

    NOON

    ## You, NOON

    Rename it

    ## Mira

    I look first.

    - read src/a.rs
    - two lines (failed)

    **src/a.rs** (edit, +1 −1, applied)

    ````diff
    --- a
    +++ b
    @@ -1,1 +1,1 @@
    -a
    +```
    ````

    Done:

    - it is `b` now

    ## You, NOON

    Thanks

    ## Mira

    - stopped
    ");
}
