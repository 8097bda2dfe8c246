//! Operations, their events, history, tool calls and cost.

use super::*;
use crate::protocol::{MessageRole, ToolCallState};

#[tokio::test]
async fn an_operation_begins_with_its_message_and_its_conversation() {
    let world = World::new().await;
    let operation = world.begin("\n  Fix the parser\nplease").await;
    let conversation = world.store.conversation(world.conversation).await.unwrap();
    assert_eq!((conversation.title.as_str(), conversation.last_seq), ("Fix the parser", 1));
    let messages = world.store.messages(world.conversation, 10).await.unwrap();
    assert_eq!(messages[0].role, MessageRole::User);
    let view = world.store.operation(operation).await.unwrap();
    assert_eq!((view.status, view.created_at), (OperationStatus::Pending, 2_000));
    assert_eq!(world.told().await, ["1 pending"]);
}

#[tokio::test]
async fn a_conversation_is_not_continued_in_another_project() {
    let world = World::new().await;
    world.begin("Hello").await;
    let other = world.store.project("/other", &world.ids).await.unwrap();
    let new = NewOperation { project_id: other.id, ..world.new_operation("Hello?") };
    let error = world.store.begin(&new).await.unwrap_err();
    assert!(matches!(error, StoreError::Conflict(_)));
    assert_eq!(world.store.messages(world.conversation, 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn the_conversation_used_last_is_the_latest() {
    let mut world = World::new().await;
    let project = world.project.id;
    assert_eq!(world.store.latest_conversation(project).await.unwrap(), None);
    world.begin("first").await;
    let first = world.conversation;
    world.conversation = ConversationId::new(&world.ids);
    world.begin("second").await;
    let latest = world.store.latest_conversation(project).await.unwrap();
    assert_eq!(latest.unwrap().title, "second");
    world.conversation = first;
    world.begin("first again").await;
    let latest = world.store.latest_conversation(project).await.unwrap();
    assert_eq!(latest.unwrap().title, "first");
}

#[tokio::test]
async fn a_whole_message_replaces_its_pieces() {
    let world = World::new().await;
    let operation = world.begin("Hello").await;
    let message = MessageId::new(&world.ids);
    let thought = Body::Reasoning { content: "hm".to_owned() };
    world.append(operation, vec![thought, piece(message, "Hel", false), piece(message, "lo", false)]).await;
    let other = MessageId::new(&world.ids);
    world.append(operation, vec![piece(other, "another", false)]).await;
    let events = world.append(operation, vec![piece(message, "Hello", true)]).await;
    assert_eq!(line(&events[0]), r#"6 message "Hello""#);
    assert_eq!(world.told().await, ["1 pending", r#"5 piece "another""#, r#"6 message "Hello""#]);
    let messages = world.store.messages(world.conversation, 1).await.unwrap();
    assert_eq!((messages[0].role, messages[0].content.as_str()), (MessageRole::Assistant, "Hello"));
}

#[tokio::test]
async fn events_are_told_from_where_the_subscriber_stopped() {
    let world = World::new().await;
    let operation = world.begin("Hello").await;
    let notes = ["a", "b", "c"].map(|message| Body::Notice { message: message.to_owned() });
    world.append(operation, notes.to_vec()).await;
    let events = world.store.events(world.conversation, 2, 1).await.unwrap();
    assert_eq!(events.iter().map(line).collect::<Vec<_>>(), ["3 b"]);
}

/// Walks an operation through statuses given as words; says where the walk ends or why it stops.
async fn check_walk(walk: &str, expected: &str) {
    let world = World::new().await;
    let operation = world.begin("Hello").await;
    let mut end = "fine".to_owned();
    for word in walk.split_whitespace() {
        let to: OperationStatus = word.parse().unwrap();
        let done = match to.is_terminal() {
            true => world.store.finish(operation, &outcome(to), Vec::new()).await,
            false => world.store.append_events(operation, vec![status(to)]).await,
        };
        if let Err(error) = done {
            end = error.to_string().replace(&operation.to_string(), "ID");
            break;
        }
    }
    assert_eq!(end, expected, "{walk}");
}

#[tokio::test]
async fn an_operation_ends_once() {
    check_walk("started delegating generating started completed", "fine").await;
    check_walk("cancelled", "fine").await;
    check_walk("started completed failed", "Operation ID is completed and cannot become failed.").await;
    check_walk("started cancelled started", "Operation ID has ended (cancelled).").await;
    check_walk("started pending", "Operation ID is started and cannot become pending.").await;
}

#[tokio::test]
async fn only_finish_ends_an_operation() {
    let world = World::new().await;
    let operation = world.begin("Hello").await;
    let error =
        world.store.append_events(operation, vec![status(OperationStatus::Failed)]).await.unwrap_err();
    assert!(matches!(error, StoreError::Transition { .. }));
    let open = outcome(OperationStatus::Started);
    let error = world.store.finish(operation, &open, Vec::new()).await.unwrap_err();
    assert!(matches!(error, StoreError::Transition { .. }));
    assert_eq!(world.told().await, ["1 pending"]);
}

#[tokio::test]
async fn the_end_brings_message_totals_and_history_together() {
    let world = World::new().await;
    let operation = world.begin("Hello").await;
    world
        .append(operation, vec![status(OperationStatus::Started), usage("planner", "gpt-5", 5, Some(0.25))])
        .await;
    world.append(operation, vec![usage("coder", "deepseek-flash", 7, None)]).await;
    world.store.keep_history(operation, &["round 1".to_owned()]).await.unwrap();
    let mut end = outcome(OperationStatus::Completed);
    end.history = vec!["round 2".to_owned()];
    end.details =
        OperationDetails { files_affected: vec!["src/lib.rs".to_owned()], ..OperationDetails::default() };
    let message = MessageId::new(&world.ids);
    let events = world.store.finish(operation, &end, vec![piece(message, "Done.", true)]).await.unwrap();
    assert_eq!(events.iter().map(line).collect::<Vec<_>>(), [r#"5 message "Done.""#, "6 completed"]);
    let view = world.store.operation(operation).await.unwrap();
    assert_eq!((view.result.as_deref(), view.cost_usd), (Some("the result"), 0.25));
    let row: (i64, i64, i64, String) =
        sqlx::query_as("SELECT tokens_input, tokens_output, delegate_calls, files_affected FROM operations")
            .fetch_one(&world.store.0.writer)
            .await
            .unwrap();
    assert_eq!(row, (20, 12, 1, r#"["src/lib.rs"]"#.to_owned()));
    let response = world.store.conversation(world.conversation).await.unwrap().last_response_id;
    assert_eq!(response.as_deref(), Some("resp_1"));
    let next = world.begin("More").await;
    let history = world.store.history(world.conversation, 10).await.unwrap();
    let items: Vec<_> = history.iter().map(|item| item.item.as_str()).collect();
    assert_eq!(items, [r#"{"user":"Hello"}"#, "round 1", "round 2", r#"{"user":"More"}"#]);
    let newest = world.store.history(world.conversation, 1).await.unwrap();
    assert!(newest.iter().all(|item| item.operation_id == next));
    assert_eq!(world.store.operations(world.conversation, 10).await.unwrap().len(), 2);
}

#[tokio::test]
async fn pieces_of_an_operation_that_failed_are_kept() {
    for (end, expected) in [
        (OperationStatus::Completed, &["1 pending", "4 completed"][..]),
        (OperationStatus::Failed, &["1 pending", r#"2 delta a.rs "fn""#, "3 attempt 2", "4 failed"][..]),
        (
            OperationStatus::Cancelled,
            &["1 pending", r#"2 delta a.rs "fn""#, "3 attempt 2", "4 operation_cancelled", "5 cancelled"][..],
        ),
    ] {
        let world = World::new().await;
        let operation = world.begin("Hello").await;
        let delta = Body::ArtifactDelta {
            call_id: "call_1".to_owned(),
            path: "a.rs".to_owned(),
            content: "fn".to_owned(),
        };
        let waits = Body::Retrying { attempt: 2, retry_at: 3_000, reason: "It rests.".to_owned() };
        world.append(operation, vec![delta, waits]).await;
        world.finish(operation, end).await;
        assert_eq!(world.told().await, expected);
    }
}

#[tokio::test]
async fn a_tool_call_keeps_what_went_in_and_came_out() {
    let world = World::new().await;
    let operation = world.begin("Hello").await;
    let running = ToolCallRecord {
        call_id: "call_1".to_owned(),
        name: "read_file".to_owned(),
        summary: "Reads src/lib.rs".to_owned(),
        arguments: Some("{}".to_owned()),
        output: None,
        state: ToolCallState::Running,
    };
    world.store.record_tool_call(operation, &running).await.unwrap();
    let done = ToolCallRecord {
        arguments: None,
        output: Some("text".to_owned()),
        state: ToolCallState::Completed,
        ..running.clone()
    };
    world.store.record_tool_call(operation, &done).await.unwrap();
    let other = ToolCallRecord { call_id: "call_2".to_owned(), ..running.clone() };
    world.store.record_tool_call(operation, &other).await.unwrap();
    world.finish(operation, OperationStatus::Cancelled).await;
    let calls = world.store.tool_calls(operation).await.unwrap();
    assert_eq!(calls[0], ToolCallRecord { arguments: running.arguments.clone(), ..done });
    assert_eq!(calls[1].state, ToolCallState::Cancelled);
    let told = world.told().await;
    assert_eq!(
        told[1..5],
        ["2 call_1 running", "3 call_1 completed", "4 call_2 running", "5 call_2 cancelled"]
    );
    let late = world.store.record_tool_call(operation, &running).await.unwrap_err();
    assert!(matches!(late, StoreError::Ended { .. }));
    let late = world.store.keep_history(operation, &["late".to_owned()]).await.unwrap_err();
    assert!(matches!(late, StoreError::Ended { .. }));
}

#[tokio::test]
async fn cost_is_summed_by_role_and_model() {
    let world = World::new().await;
    let first = world.begin("one").await;
    world
        .append(
            first,
            vec![usage("planner", "gpt-5", 5, Some(0.5)), usage("planner", "gpt-5", 6, Some(0.25))],
        )
        .await;
    let second = world.begin("two").await;
    world.append(second, vec![usage("coder", "own", 7, None), usage("planner", "gpt-5", 1, Some(1.0))]).await;
    let sums = async |scope| {
        let views = world.store.usage(scope).await.unwrap();
        let line = |view: UsageView| format!("{} {} {:?}", view.role, view.output, view.cost_usd);
        views.into_iter().map(line).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(sums(UsageScope::Operation(first)).await, "planner 11 Some(0.75)");
    let all = "planner 12 Some(1.75), coder 7 None";
    assert_eq!(sums(UsageScope::Conversation(world.conversation)).await, all);
    assert_eq!(sums(UsageScope::Between(0, 3_000)).await, "planner 11 Some(0.75)");
    assert_eq!(sums(UsageScope::Between(0, 3_001)).await, all);
}

#[tokio::test]
async fn what_is_not_there_is_said_to_be_missing() {
    let world = World::new().await;
    let nobody = OperationId::new(&world.ids);
    let errors = [
        world.store.operation(nobody).await.unwrap_err(),
        world.store.append_events(nobody, vec![status(OperationStatus::Started)]).await.unwrap_err(),
        world.store.finish(nobody, &outcome(OperationStatus::Failed), Vec::new()).await.unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.to_string(), format!("There is no operation {nobody}."));
    }
    let error = world.store.conversation(world.conversation).await.unwrap_err();
    assert!(matches!(error, StoreError::NotFound { what: "conversation", .. }));
}
