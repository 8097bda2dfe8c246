//! Images that the user shows: sent with the prompt, sent again with the next one, left out with a
//! sentence where they cannot be sent.

use std::{fs, sync::Arc};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use mira::{
    config::Settings,
    demo::server::{Script, Turn},
    engine::{Engine, EngineHandle, Parts},
    protocol::{Body, ClientContext, Clock, Command, ConversationId, IdSource, Reply},
    workspace::Workspace,
};
use serde_json::{Value, json};

use crate::support::world::{World, settings};

const PROJECT: &str = "
    //- src/lib.rs
    pub fn one() -> u32 { 1 }
";
/// A picture of one pixel, as far as anybody here looks.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01";

fn data_url() -> String {
    format!("data:image/png;base64,{}", BASE64_STANDARD.encode(PNG))
}

/// A world whose project holds `shot.png`, and `notes.png`, which is text.
async fn world(script: Script, change: impl FnOnce(&mut Settings)) -> World {
    let world = World::with(PROJECT, script, change).await;
    fs::write(world.project.root().join("shot.png"), PNG).unwrap();
    fs::write(world.project.root().join("notes.png"), "no picture").unwrap();
    world
}

/// Asks with images and waits for the end. What was told: notices, then the closing status.
async fn show(
    handle: &EngineHandle,
    conversation: Option<ConversationId>,
    text: &str,
    images: &[&str],
) -> (ConversationId, Vec<String>) {
    let images = images.iter().map(|name| (*name).to_owned()).collect();
    let context = ClientContext { images, ..ClientContext::default() };
    let prompt = Command::Prompt { conversation_id: conversation, text: text.into(), context };
    let Reply::Accepted { conversation_id, since, .. } = handle.send(prompt).await.unwrap() else { panic!() };
    let (mut feed, mut told) = (handle.subscribe(conversation_id, since), Vec::new());
    loop {
        for event in feed.next().await.unwrap() {
            match event.body {
                Body::Notice { message } | Body::Error { message, .. } => told.push(message),
                Body::OperationStatus { status, .. } if status.is_terminal() => {
                    told.push(status.to_string());
                    return (conversation_id, told);
                }
                _ => {}
            }
        }
    }
}

fn input(world: &World, request: usize) -> Value {
    world.server.requests()[request].body["input"].clone()
}

#[tokio::test]
async fn an_image_goes_with_its_prompt_and_again_with_the_next() {
    let script = Script::new()
        .turn(Turn::responses().user_says("in this order: shot.png").text("A pixel."))
        .turn(Turn::responses().user_says("And now?").text("Still a pixel."));
    let world = world(script, |_| {}).await;
    let (conversation, told) = show(&world.handle(), None, "What is this?", &["shot.png", "shot.png"]).await;
    assert_eq!(told, ["completed"]);
    let (_, told) = show(&world.handle(), Some(conversation), "And now?", &[]).await;
    assert_eq!(told, ["completed"]);
    let (first, second) = (input(&world, 0), input(&world, 1));
    assert_eq!(first[0]["content"][1]["image_url"], data_url());
    assert_eq!(first[0]["content"].as_array().unwrap().len(), 2, "named twice, sent once");
    assert_eq!(first[0], second[0], "what was sent is sent again byte for byte");
    assert!(second[2]["content"].is_string());
    world.finish().await;
}

#[tokio::test]
async fn a_local_model_that_is_said_to_see_is_sent_images_on_its_wire() {
    let script = Script::new().turn(Turn::chat().model("qwen3-vl").text("A pixel."));
    let world = world(script, |settings| {
        settings.roles.planner.provider = "deepseek".into();
        settings.roles.planner.model = "qwen3-vl".into();
        settings.models.entry("qwen3-vl".into()).or_default().images = Some(true);
    })
    .await;
    let outside = tempfile::tempdir().unwrap();
    let path = outside.path().join("shot");
    fs::write(&path, PNG).unwrap();
    let (_, told) = show(&world.handle(), None, "What is this?", &[path.to_str().unwrap()]).await;
    assert_eq!(told, ["completed"]);
    let content = world.server.requests()[0].body["messages"][1]["content"].clone();
    assert_eq!(content[1], json!({"type": "image_url", "image_url": {"url": data_url()}}));
    world.finish().await;
}

#[tokio::test]
async fn what_cannot_be_sent_is_told_and_the_prompt_goes_on() {
    let world = world(Script::new().turn(Turn::responses().text("Fine.")), |_| {}).await;
    let large = fs::File::create(world.project.root().join("large.png")).unwrap();
    large.set_len(10 * 1024 * 1024 + 1).unwrap();
    let images = ["notes.png", "large.png", "none.png", "../shot.png", "shot.png"];
    let (_, told) = show(&world.handle(), None, "Look", &images).await;
    for (told, expected) in told.iter().zip([
        "notes.png was left out: it is no image that models take",
        "large.png was left out: it is larger than 10 MiB",
        "none.png was left out: there is no such file",
        "../shot.png was left out: ",
        "completed",
    ]) {
        assert!(told.starts_with(expected), "{told}");
    }
    assert_eq!(input(&world, 0)[0]["content"].as_array().unwrap().len(), 2);
    world.finish().await;
}

#[tokio::test]
async fn a_model_without_eyes_gets_the_words() {
    let script = Script::new().turn(Turn::responses().text("I cannot see."));
    let world = world(script, |settings| settings.roles.planner.model = "deepseek-v4-pro".into()).await;
    let (_, told) = show(&world.handle(), None, "Look", &["shot.png", "other.png"]).await;
    let expected = "shot.png, other.png were left out: deepseek-v4-pro takes no images; ";
    assert!(told.len() == 2 && told[0].starts_with(expected), "{told:?}");
    assert!(input(&world, 0)[0]["content"].is_string());
    world.finish().await;
}

#[tokio::test]
async fn a_history_with_images_goes_on_with_a_model_that_takes_none() {
    let script = Script::new()
        .turn(Turn::responses().model("gpt-5").text("A pixel."))
        .turn(Turn::responses().model("deepseek-v4-pro").text("I was told so."));
    let store_responses = |settings: &mut Settings| {
        settings.providers.values_mut().for_each(|provider| provider.store = true);
    };
    let world = world(script, store_responses).await;
    let (conversation, _) = show(&world.handle(), None, "What is this?", &["shot.png"]).await;

    let home = tempfile::tempdir().unwrap();
    let mut settings = settings(home.path(), &world.server.base_url());
    store_responses(&mut settings);
    settings.roles.planner.model = "deepseek-v4-pro".into();
    let other = Engine::start(Parts {
        store: world.store.clone(),
        workspace: Arc::new(Workspace::open(&world.project.root(), home.path()).unwrap()),
        settings,
        ids: IdSource::seeded(2),
        clock: Clock::system(),
    })
    .await
    .unwrap();
    let (_, told) = show(&other.handle(), Some(conversation), "And now?", &[]).await;
    assert_eq!(told, ["completed"]);
    let body = world.server.requests()[1].body.clone();
    assert!(body["previous_response_id"].is_null(), "the server's copy holds the image");
    let first = body["input"][0]["content"].as_str().unwrap();
    assert!(first.starts_with("What is this?") && first.ends_with("\n\n[image left out]"), "{first}");
    world.finish().await;
}
