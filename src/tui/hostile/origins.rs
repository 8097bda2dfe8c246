//! Where hostile text may come from, and how it gets onto the screen from there.

use crossterm::event::{KeyCode, KeyModifiers};

use super::stage::{Stage, models, opened, start};
use crate::{
    protocol::{
        ApprovalId, Body, Brief, ChangeId, ChangeView, ContextSection, ContextView, ConversationView,
        Decision, DelegationView, ErrorCode, GitView, LocalServerView, ModelChoiceView, OperationStatus,
        OperationView, SymbolView, TranscriptPage, TurnView, UndoFile, UndoPreview, UsageView,
    },
    tui::{
        DemoScene, Start,
        app::{CostView, Edited, Found, Input, LoadedConversation, Opened, UndoKind},
    },
};

/// One place that text comes from.
pub(super) struct Origin {
    pub(super) name: &'static str,
    /// Letter by letter, where a control is a key and no text.
    pub(super) is_typed: bool,
    pub(super) play: fn(&mut Stage, &str),
}

const fn origin(name: &'static str, play: fn(&mut Stage, &str)) -> Origin {
    Origin { name, is_typed: false, play }
}

const fn typed(name: &'static str, play: fn(&mut Stage, &str)) -> Origin {
    Origin { name, is_typed: true, play }
}

pub(super) const ORIGINS: &[Origin] = &[
    origin("the planner's words", |stage, text| stage.answer(text)),
    origin("Markdown", |stage, text| {
        stage.answer(&format!("# {text}\n\n> {text}\n\n- `{text}`\n\n[{text}](http://a.example/{text})"));
    }),
    origin("a table", |stage, text| stage.answer(&format!("|a|b|\n|-|-|\n|{text}|x|\n"))),
    origin("a code block", |stage, text| stage.answer(&format!("```{text}\nlet a = \"{text}\";\n```\n"))),
    origin("words that still stream", |stage, text| {
        let message_id = crate::protocol::MessageId::new(&stage.ids);
        stage.event(Body::ChatResponse { message_id, content: text.to_owned(), finished: false });
    }),
    origin("reasoning", |stage, text| {
        stage.event(Body::Reasoning { content: text.to_owned() });
        stage.unfold();
    }),
    origin("a tool's summary", |stage, text| stage.tool_call("read_file", text)),
    origin("a tool's output", |stage, text| {
        stage.tool_call("read_file", "read");
        stage.unfold();
        stage.find(Found::ToolOutput(stage.operation, "c".to_owned(), text.to_owned()));
    }),
    origin("a hand-off", |stage, text| stage.tool_call("generate_code", &format!("generate_code → {text}"))),
    origin("a hand-off that waits", |stage, text| {
        let words = || text.to_owned();
        let brief = Brief {
            tool: words(),
            path: words(),
            task: words(),
            requirements: vec![words()],
            constraints: vec![words()],
            error_output: Some(words()),
            ..Brief::default()
        };
        let context = vec![ContextSection { name: words(), tokens: 7 }];
        let delegation =
            DelegationView { call_id: "c".into(), brief, model: words(), plan: words(), context };
        let approval_id = ApprovalId::new(&stage.ids);
        stage.event(Body::ApprovalRequest { approval_id, delegation: Box::new(delegation) });
        stage.key(KeyCode::Char('r'), KeyModifiers::ALT);
    }),
    origin("a reason to decline", |stage, text| {
        let (approval_id, call_id) = (ApprovalId::new(&stage.ids), "c".to_owned());
        let decision = Decision::Deny { reason: Some(text.to_owned()) };
        stage.event(Body::ApprovalDecided { approval_id, call_id, decision });
    }),
    origin("a prompt to go back to", |stage, text| {
        stage.paste(text);
        stage.enter();
        stage.status(OperationStatus::Completed, "");
        slash(stage, "/rewind");
    }),
    origin("a notice", |stage, text| {
        stage.event(Body::Notice { message: text.to_owned() });
    }),
    origin("an error", |stage, text| {
        stage.event(Body::Error { message: text.to_owned(), code: ErrorCode::LlmError });
    }),
    origin("a failure", |stage, text| {
        stage.event(Body::Error { message: text.to_owned(), code: ErrorCode::LlmError });
        stage.status(OperationStatus::Failed, text);
    }),
    origin("a reason to try again", |stage, text| {
        stage.event(Body::Retrying { attempt: 2, retry_at: 9_000, reason: text.to_owned() });
    }),
    origin("an artifact's path", |stage, text| stage.artifact(text, "", "")),
    origin("an added line", |stage, text| stage.artifact("a.rs", &diff('+', text), text)),
    origin("a removed line", |stage, text| stage.artifact("a.rs", &diff('-', text), "")),
    origin("a line around a change", |stage, text| stage.artifact("a.rs", &diff(' ', text), text)),
    origin("a diff that is none", |stage, text| {
        stage.artifact("a.rs", text, text);
        stage.answer(text);
    }),
    origin("a file that is being written", |stage, text| {
        stage.tool_call("generate_code", "generate_code → a.rs");
        let (call_id, path) = ("c".to_owned(), "a.rs".to_owned());
        stage.event(Body::ArtifactDelta { call_id, path, content: text.to_owned() });
    }),
    origin("the path of such a file", |stage, text| {
        stage.tool_call("generate_code", "generate_code → a.rs");
        let (call_id, path) = ("c".to_owned(), text.to_owned());
        stage.event(Body::ArtifactDelta { call_id, path, content: "x\n".to_owned() });
    }),
    origin("a branch", |stage, text| {
        stage.find(Found::Git(Some(GitView { branch: Some(text.to_owned()), ..GitView::default() })));
    }),
    origin("a commit", |stage, text| {
        stage.find(Found::Git(Some(GitView { detached: Some(text.to_owned()), ..GitView::default() })));
    }),
    origin("the project's name", |stage, text| {
        let mut opened = opened();
        opened.project.name = text.to_owned();
        *stage = Stage::opened(opened);
    }),
    origin("a conversation's title", |stage, text| conversations(stage, text, "")),
    origin("a look into a conversation", |stage, text| {
        conversations(stage, "title", text);
        stage.find(Found::Preview(stage.conversation, page(stage, text)));
    }),
    origin("a conversation of old", |stage, text| {
        let (id, page) = (stage.conversation, page(stage, text));
        let (artifacts, usage) = (Vec::new(), Vec::new());
        let loaded = LoadedConversation { id, title: text.to_owned(), page, artifacts, usage };
        stage.tell(Input::Conversation(Box::new(loaded)));
    }),
    origin("names of files", |stage, text| {
        stage.ctrl('o');
        stage.find(Found::Files(vec![text.to_owned(), format!("src/{text}.rs")]));
    }),
    origin("names of symbols", |stage, text| {
        stage.ctrl('o');
        stage.find(Found::Symbols(vec![SymbolView {
            name: format!("ab {text}"),
            kind: "method".to_owned(),
            path: format!("src/{text}.rs"),
            first_line: 1,
            last_line: 2,
        }]));
        stage.type_text("ab");
    }),
    origin("a chosen file", |stage, text| {
        stage.ctrl('o');
        stage.find(Found::Files(vec![text.to_owned()]));
        stage.enter();
    }),
    origin("a pasted prompt", |stage, text| stage.paste(text)),
    typed("a typed prompt", |stage, text| stage.type_text(text)),
    origin("a sent prompt", |stage, text| {
        stage.paste(text);
        stage.enter();
    }),
    origin("the title of an operation", |stage, text| {
        stage.status(OperationStatus::Completed, "");
        stage.operation = crate::protocol::OperationId::new(&stage.ids);
        stage.ask(text);
    }),
    origin("a prompt from the editor", |stage, text| {
        stage.tell(Input::Edited(Edited::Prompt, text.to_owned()));
    }),
    origin("the prompt before", |stage, text| {
        *stage = with_history(text);
        stage.key(KeyCode::Up, KeyModifiers::NONE);
    }),
    origin("old prompts", |stage, text| {
        *stage = with_history(text);
        stage.ctrl('r');
    }),
    origin("a theme's name", |stage, text| {
        stage.paste(&format!("/theme {text}"));
        stage.enter();
    }),
    origin("a model's name", |stage, text| stage.find(Found::Models(Box::new(models(text, text, None))))),
    origin("a model's problem", |stage, text| {
        stage.find(Found::Models(Box::new(models("a", "b", Some(text)))))
    }),
    origin("models to choose from", |stage, text| {
        slash(stage, "/model");
        let choice = ModelChoiceView { provider: text.to_owned(), model: text.to_owned() };
        stage.find(Found::ModelChoices(vec![choice]));
    }),
    origin("a server on this machine", |stage, text| {
        let models = models("a", "b", Some("no key"));
        *stage = Stage::opened(Opened { models, ..opened() });
        let (name, model) = (text.to_owned(), text.to_owned());
        let server = LocalServerView { name, base_url: text.to_owned(), models: vec![model] };
        stage.find(Found::LocalServers(vec![server]));
    }),
    origin("the path of an undo", |stage, text| undo(stage, text, "", None)),
    origin("the diff of an undo", |stage, text| undo(stage, "a.rs", &diff('+', text), None)),
    origin("what stands in an undo's way", |stage, text| undo(stage, "a.rs", "", Some(text))),
    origin("the page of costs", |stage, text| {
        let usage = UsageView { role: text.to_owned(), model: text.to_owned(), ..UsageView::default() };
        stage.find(Found::Usage(CostView { conversation: vec![usage], today: Vec::new() }));
    }),
    origin("costs of an operation", |stage, text| {
        let usage = UsageView { role: text.to_owned(), model: text.to_owned(), ..UsageView::default() };
        stage.event(Body::Usage { usage });
    }),
    origin("the page of the context", |stage, text| {
        let sections = vec![ContextSection { name: text.to_owned(), tokens: 5 }];
        stage.find(Found::Context(Some(ContextView { sections, window: 10, ..ContextView::default() })));
    }),
    origin("a message", |stage, text| {
        stage.tell(Input::Done(Some(text.to_owned())));
    }),
    origin("a message of failure", |stage, text| {
        stage.tell(Input::Failed(text.to_owned()));
    }),
    origin("a refusal", |stage, text| {
        stage.tell(Input::Prompted(Err(text.to_owned())));
    }),
    origin("an engine that did not come", |stage, text| {
        *stage = Stage::opening(start());
        stage.tell(Input::NotOpened(text.to_owned()));
    }),
    origin("a notice of the settings", |stage, text| {
        let mut start = start();
        start.settings.notices = vec![text.to_owned()];
        *stage = Stage::opening(start);
    }),
    origin("the command line", |stage, text| {
        *stage = Stage::opening(Start { prompt: Some(text.to_owned()), ..start() });
    }),
    origin("a scene of the demo", |stage, text| {
        let scene = DemoScene { title: text.to_owned(), prompt: text.to_owned() };
        *stage = Stage::opening(Start { demo: vec![scene], ..start() });
    }),
    typed("what is looked for", |stage, text| {
        stage.pane('1');
        stage.type_text("/");
        stage.paste(text);
    }),
    typed("the query of a list", |stage, text| {
        stage.ctrl('p');
        stage.type_text(text);
    }),
    typed("the query of the help", |stage, text| {
        stage.key(KeyCode::F(1), KeyModifiers::NONE);
        stage.type_text(text);
    }),
    typed("the path of an export", |stage, text| {
        slash(stage, "/export");
        stage.ctrl('u');
        stage.type_text(text);
    }),
];

fn slash(stage: &mut Stage, command: &str) {
    stage.status(OperationStatus::Completed, "");
    stage.paste(command);
    stage.enter();
}

/// A diff whose one line of a kind is `text`, which ends at its first line feed.
fn diff(sign: char, text: &str) -> String {
    let text = text.replace('\n', " ");
    let (head, tail) = ("--- a/a.rs\n+++ b/a.rs\n", "-old\n+new\n");
    match sign {
        '+' => format!("{head}@@ -1,1 +1,2 @@\n{tail}+{text}\n"),
        '-' => format!("{head}@@ -1,2 +1,1 @@\n-{text}\n{tail}"),
        _ => format!("{head}@@ -1,2 +1,2 @@\n {text}\n{tail}"),
    }
}

fn conversations(stage: &mut Stage, title: &str, preview: &str) {
    slash(stage, "/resume");
    let view = ConversationView {
        conversation_id: stage.conversation,
        title: title.to_owned(),
        created_at: 0,
        updated_at: 0,
        messages: 2,
        preview: preview.to_owned(),
    };
    stage.find(Found::Conversations(String::new(), vec![view]));
    // The first row is looked into when one goes to it.
    stage.key(KeyCode::Down, KeyModifiers::NONE);
}

fn page(stage: &Stage, text: &str) -> TranscriptPage {
    let operation = OperationView {
        id: stage.operation,
        conversation_id: stage.conversation,
        status: OperationStatus::Failed,
        user_message: text.to_owned(),
        result: None,
        error: Some(text.to_owned()),
        created_at: 0,
        started_at: Some(0),
        completed_at: Some(1),
        cost_usd: 0.0,
    };
    TranscriptPage { turns: vec![TurnView { operation, events: Vec::new() }], has_more: false, seq: 0 }
}

fn with_history(prompt: &str) -> Stage {
    Stage::opened(Opened { history: vec![prompt.to_owned()], ..opened() })
}

fn undo(stage: &mut Stage, path: &str, diff: &str, conflict: Option<&str>) {
    let change_id = ChangeId::new(&stage.ids);
    let change = ChangeView { change_id, files: Vec::new(), undoes: None, applied_at: 0, undone_at: None };
    let conflict = conflict.map(str::to_owned);
    let file = UndoFile { path: path.to_owned(), diff: diff.to_owned(), added: 1, removed: 1, conflict };
    stage.find(Found::Undo(Some(UndoPreview { change, files: vec![file] }), UndoKind::Undo));
}
