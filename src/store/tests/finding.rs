//! Conversations found in lists, by words and by parts of ids; prompts of a project.

use proptest::prelude::*;

use super::*;
use crate::protocol::ConversationView;

/// A world with one conversation a paragraph: its lines are said in turn by user and planner.
async fn said(text: &str) -> World {
    let mut world = World::new().await;
    for paragraph in text.split("\n\n") {
        world.conversation = ConversationId::new(&world.ids);
        let lines: Vec<&str> = paragraph.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        for pair in lines.chunks(2) {
            let operation = world.begin(pair[0]).await;
            if let Some(answer) = pair.get(1) {
                world.append(operation, vec![piece(MessageId::new(&world.ids), answer, true)]).await;
            }
            world.finish(operation, OperationStatus::Completed).await;
        }
    }
    world
}

const SAID: &str = "
    Why is the naïve parser failing?
    Because of a trailing comma.

    Add 100% coverage
    Done: every branch of src/parser.rs is tested.
    And the docs?
    They follow.

    Rename it
    To what?";

fn lines(found: Vec<ConversationView>) -> Vec<String> {
    found.iter().map(|c| format!("{} ({}): {}", c.title, c.messages, c.preview)).collect()
}

async fn check_found(world: &World, text: &str, expected: &[&str]) {
    let found = world.store.search_conversations(world.project.id, text, 10).await.unwrap();
    assert_eq!(lines(found), expected, "{text:?}");
}

#[tokio::test]
async fn conversations_are_listed_with_what_was_said_last() {
    let world = said(SAID).await;
    let listed = world.store.list_conversations(world.project.id, 2).await.unwrap();
    assert_eq!(lines(listed), ["Rename it (2): To what?", "Add 100% coverage (4): They follow."]);
    let other = world.store.project("/other", &world.ids).await.unwrap();
    assert_eq!(world.store.list_conversations(other.id, 10).await.unwrap(), []);
    assert_eq!(world.store.search_conversations(other.id, "parser", 10).await.unwrap(), []);
}

#[tokio::test]
async fn turns_that_are_set_aside_are_not_listed_nor_found() {
    let world = said("One?\nFirst.\nTwo?\nSecond.").await;
    let operations = world.store.transcript(world.conversation, None, 10).await.unwrap().turns;
    world.store.set_operations_aside(&[operations[1].operation.id]).await.unwrap();
    let listed = world.store.list_conversations(world.project.id, 2).await.unwrap();
    assert_eq!(lines(listed), ["One? (2): First."]);
    check_found(&world, "second", &[]).await;
    check_found(&world, "first", &["One? (2): First."]).await;
    world.store.bring_operations_back(&[operations[1].operation.id]).await.unwrap();
    check_found(&world, "second", &["One? (4): Second."]).await;
}

#[tokio::test]
async fn conversations_are_found_by_words_and_titles() {
    let world = said(SAID).await;
    let parser = "Why is the naïve parser failing? (2): Why is the naïve parser failing?";
    check_found(&world, "naive fail", &[parser]).await;
    check_found(
        &world,
        "pars",
        &["Add 100% coverage (4): Done: every branch of src/parser.rs is tested.", parser],
    )
    .await;
    check_found(&world, "parser comma", &[]).await;
    check_found(&world, "OR", &[]).await;
    check_found(&world, "100%", &["Add 100% coverage (4): Add 100% coverage"]).await;
    check_found(&world, "0%", &["Add 100% coverage (4): They follow."]).await;
    check_found(&world, "_", &[]).await;
    check_found(&world, "%", &["Add 100% coverage (4): They follow."]).await;
    check_found(
        &world,
        "src/parser.rs",
        &["Add 100% coverage (4): Done: every branch of src/parser.rs is tested."],
    )
    .await;
}

#[tokio::test]
async fn a_long_message_is_cut_around_the_words_that_were_found() {
    let world = said(&format!("{} needle {}", "hay ".repeat(500), "straw ".repeat(500))).await;
    let found = world.store.search_conversations(world.project.id, "needle", 10).await.unwrap();
    let preview = &found[0].preview;
    assert!(preview.contains("needle") && preview.chars().count() <= 200, "{preview}");
    let listed = world.store.list_conversations(world.project.id, 10).await.unwrap();
    assert!(listed[0].preview.ends_with('…') && listed[0].preview.chars().count() == 200);
}

#[tokio::test]
async fn a_part_of_an_id_names_a_conversation() {
    let world = said(SAID).await;
    let listed = world.store.list_conversations(world.project.id, 10).await.unwrap();
    for expected in &listed {
        let id = expected.conversation_id.to_string();
        let found = world.store.find_conversation(world.project.id, &id[..13].to_uppercase()).await.unwrap();
        assert_eq!(&found, expected);
    }
    for (text, sentence) in
        [("0", "\"0\" fits 3 conversations"), ("%", "no conversation %"), ("", "no conversation")]
    {
        let error = world.store.find_conversation(world.project.id, text).await.unwrap_err().to_string();
        assert!(error.contains(sentence), "{error}");
    }
}

#[tokio::test]
async fn prompts_come_back_newest_last() {
    let world = said(SAID).await;
    let prompts = world.store.prompts(world.project.id, 3).await.unwrap();
    assert_eq!(prompts, ["Add 100% coverage", "And the docs?", "Rename it"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is typed into a search is text, never syntax.
    #[test]
    fn no_search_is_an_error(texts in prop::collection::vec(r#"(\PC|["'*()^:\-+\\%_\x00 ]|OR|NEAR|AND|NOT){0,12}"#, 8)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let world = World::new().await;
            world.begin("Hello").await;
            for text in texts {
                let found = world.store.search_conversations(world.project.id, &text, 10).await;
                assert!(found.is_ok(), "{text:?}: {found:?}");
            }
        });
    }
}
