//! Words and code of every kind, the same at each run.

use mira::protocol::{
    ArtifactAction, ArtifactId, ArtifactKind, ArtifactState, ArtifactView, Body, ConversationId, Event,
    IdSource, MessageId, OperationId,
};

const PROSE: &str = "The planner reads the file first and then decides which function has to change, \
    because the caller depends on **the returned value** being sorted and stable across runs, so we keep \
    the order and only replace the inner loop in `merge` with a single pass over the buffer.";
const CODE: &str = "fn merge(left: &[u32], right: &[u32]) -> Vec<u32> {
    let mut out = Vec::with_capacity(left.len() + right.len());
    let (mut a, mut b) = (left.iter().peekable(), right.iter().peekable());
    while let (Some(x), Some(y)) = (a.peek(), b.peek()) {
        // take the smaller one, keep the order stable
        if x <= y { out.extend(a.next()) } else { out.extend(b.next()) }
    }
    out
}
";

/// The conversation that all events here belong to.
pub(crate) fn conversation() -> ConversationId {
    ConversationId::new(&IdSource::seeded(1))
}

fn event(seq: usize, body: Body) -> Event {
    let operation_id = OperationId::new(&IdSource::seeded(2));
    Event { seq: seq as u64, at: 0, conversation_id: conversation(), operation_id, body }
}

fn section(at: usize) -> String {
    format!(
        "## Step {at}\n\n{PROSE}\n\n- one `item{at}`\n- and *another*\n\n```rust\n{CODE}```\n\n\
         | name | value |\n|---|---|\n| step | {at} |\n\n> {PROSE}\n\n"
    )
}

fn text(sections: usize) -> String {
    (1..=sections).map(section).collect()
}

/// A question of the long conversation.
pub(crate) fn question(turn: usize) -> String {
    format!("Question {turn}: what does step {turn} do, and what depends on it?")
}

/// Its answer.
pub(crate) fn reply(turn: usize) -> String {
    section(turn)
}

/// An answer in pieces of a few letters, as models send it.
pub(crate) fn answer(pieces: usize) -> Vec<Event> {
    let text = text(pieces / 100);
    let message_id = MessageId::new(&IdSource::seeded(3));
    let piece = |(seq, letters): (usize, &[u8])| {
        let content = String::from_utf8_lossy(letters).into_owned();
        event(seq, Body::ChatResponse { message_id, content, finished: false })
    };
    text.as_bytes().chunks(5).take(pieces).enumerate().map(piece).collect()
}

/// An answer of at least so many lines.
pub(crate) fn long_answer(lines: usize) -> Vec<Event> {
    let content = text(lines / section(1).lines().count() + 1);
    let message_id = MessageId::new(&IdSource::seeded(3));
    vec![event(1, Body::ChatResponse { message_id, content, finished: true })]
}

/// A file of which every tenth line is changed.
pub(crate) fn change(lines: usize) -> Vec<Event> {
    let old = |at: usize| format!("    let value_{at} = compute(input, {at});\n");
    let new = |at: usize| format!("    let value_{at} = compute(&input, {at})?;\n");
    let line = |at: usize| match at % 10 {
        0 => format!("-{}+{}", old(at), new(at)),
        _ => format!(" {}", old(at)),
    };
    let body: String = (0..lines).map(line).collect();
    let content: String = (0..lines).map(|at| if at % 10 == 0 { new(at) } else { old(at) }).collect();
    let artifact = ArtifactView {
        artifact_id: ArtifactId::new(&IdSource::seeded(4)),
        path: "src/values.rs".to_owned(),
        kind: ArtifactKind::Code,
        language: Some("rust".to_owned()),
        content,
        content_hash: String::new(),
        base_hash: None,
        diff: format!("--- a/src/values.rs\n+++ b/src/values.rs\n@@ -1,{lines} +1,{lines} @@\n{body}"),
        action: ArtifactAction::Write,
        is_new_file: false,
        added: (lines / 10) as u32,
        removed: (lines / 10) as u32,
        state: ArtifactState::Pending,
        taken: None,
        syntax_errors: Vec::new(),
        previous_artifact_id: None,
        created_at: 0,
    };
    vec![event(1, Body::Artifact { artifact: Box::new(artifact) })]
}

/// Paths of a large repository.
pub(crate) fn paths(count: usize) -> Vec<String> {
    let path = |at: usize| format!("crates/part{}/src/module{}/file{at}.rs", at % 97, at % 1009);
    (0..count).map(path).collect()
}
