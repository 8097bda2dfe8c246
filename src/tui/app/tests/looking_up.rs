//! Lists, pages and the first start: what lies above the screen.

use super::{Stage, cast::models, opened};
use crate::{
    protocol::{ConversationId, ConversationView, LocalServerView, ModelChoiceView},
    tui::app::{Found, Input},
};

#[test]
fn a_theme_is_tried_on_while_it_is_selected_and_kept_only_when_taken() {
    let mut stage = opened();
    let name = |stage: &Stage| stage.app.look.theme.name.clone();
    let before = name(&stage);
    stage.paste("/theme").key("enter up");
    assert_ne!(name(&stage), before);
    stage.key("esc").wants("");
    assert_eq!(name(&stage), before);
    stage.paste("/theme").key("enter ctrl-home enter").wants("KeepTheme(\"mira-dark\")");
    assert_eq!(name(&stage), "mira-dark");
}

#[test]
fn an_unknown_theme_is_an_error_and_changes_nothing() {
    let mut stage = opened();
    let before = stage.app.look.theme.name.clone();
    stage.paste("/theme nope").key("enter").wants("");
    assert_eq!(stage.app.look.theme.name, before);
}

#[test]
fn models_are_chosen_for_a_role() {
    let mut stage = opened();
    let choice = |model: &str| ModelChoiceView { provider: "openai".to_owned(), model: model.to_owned() };
    stage.paste("/model").key("enter").wants("ModelChoices");
    stage.found(Found::ModelChoices(vec![choice("gpt-5"), choice("gpt-5-mini")]));
    stage.type_text("coder mini").key("enter");
    let wanted = stage.effects();
    assert!(wanted.contains("\"coder\"") && wanted.contains("\"gpt-5-mini\""), "{wanted}");
}

#[test]
fn conversations_are_searched_by_the_engine_and_looked_into() {
    let mut stage = opened();
    stage.paste("/resume").key("enter").wants("ListConversations(\"\")");
    let view = ConversationView {
        conversation_id: ConversationId::new(&stage.ids),
        title: "about tokens".to_owned(),
        created_at: 0,
        updated_at: 0,
        messages: 2,
        preview: String::new(),
    };
    let found = |query: &str| Found::Conversations(query.to_owned(), vec![view.clone()]);
    stage.found(found("")).wants("preview conversation");
    stage
        .type_text("exp")
        .wants("ListConversations(\"e\"); ListConversations(\"ex\"); ListConversations(\"exp\")");
    // The answer to an earlier query comes late: it is not what is looked for any more.
    stage.found(found("e")).misses("about tokens").found(found("exp")).sees("about tokens");
    stage.effects();
    stage.key("enter").wants("open");
}

#[test]
fn a_conversation_that_is_opened_is_shown_and_followed() {
    let mut stage = opened();
    stage.loaded(0..3, false).wants("follow from 0").sees("question 2").sees("answer 2");
}

#[test]
fn links_and_code_are_taken_from_the_screen() {
    let mut stage = opened();
    stage
        .ask("q")
        .says("[one](https://a.example) and [two](https://b.example)\n\n```rust\nlet x;\n```\n")
        .effects();
    stage.key("alt-1 o").sees("Links").key("down enter").wants("OpenLink(\"https://b.example\")");
    stage.key("c").wants("Copy(\"let x;\\n\")");
}

#[test]
fn letters_filter_the_help_page() {
    let mut stage = opened();
    stage.key("f1").sees("Leave Mira").type_text("hunk").sees("To the next hunk").misses("Leave Mira");
    stage.key("esc").misses("To the next hunk").wants("");
}

#[test]
fn without_a_key_the_first_start_offers_ways_and_none_is_a_wall() {
    let mut stage = Stage::new(120, 40);
    stage.opened_with(models(Some("there is no key"))).wants("Git; LocalServers").sees("Mira needs a model");
    stage.key("esc").misses("Mira needs a model").type_text("hi");
    assert_eq!(stage.typed(), "hi");
}

#[test]
fn a_key_is_typed_unseen_and_the_setup_goes_on_when_it_is_stored() {
    let mut stage = Stage::new(120, 40);
    stage.opened_with(models(Some("there is no key"))).effects();
    stage.key("enter").paste("sk-secret\n").misses("sk-secret").sees("•••••••••").key("enter");
    let wanted = stage.effects();
    assert!(wanted.contains("StoreKey") && wanted.contains("sk-secret"), "{wanted}");
    stage
        .sees("storing the key")
        .found(Found::Models(Box::new(models(None))))
        .misses("storing")
        .sees("ready: gpt-5");
}

#[test]
fn a_key_that_cannot_be_stored_leads_back_to_the_start() {
    let mut stage = Stage::new(120, 40);
    stage.opened_with(models(Some("there is no key"))).key("enter").type_text("sk").key("enter");
    stage.give(Input::Failed("the keyring is locked".to_owned())).sees("Mira needs a model");
}

#[test]
fn a_server_on_this_machine_is_offered_and_taken() {
    let mut stage = Stage::new(120, 40);
    let server = LocalServerView {
        name: "Ollama".to_owned(),
        base_url: "http://127.0.0.1:11434/v1".to_owned(),
        models: vec!["qwen3-coder".to_owned()],
    };
    stage.opened_with(models(Some("there is no key"))).found(Found::LocalServers(vec![server])).effects();
    stage.sees("Use Ollama on this machine").key("down enter");
    let wanted = stage.effects();
    assert!(wanted.contains("UseLocal") && wanted.contains("qwen3-coder"), "{wanted}");
}
