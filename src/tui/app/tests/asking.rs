//! From what is typed to what the engine is asked.

use super::{Stage, opened, ways::symbols};
use crate::{
    protocol::OperationStatus,
    tui::app::{Edited, Found, Input},
};

/// What a prompt, typed and sent with Enter, makes the screen want.
#[track_caller]
fn check(typed: &str, expected: &str) {
    opened().paste(typed).key("enter").wants(expected);
}

#[test]
fn what_is_typed_is_sent() {
    check("hello", "prompt \"hello\"");
    check("  two\nlines ", "prompt \"  two\\nlines \"");
    check("   ", "");
    check("/no-such-command", "prompt \"/no-such-command\"");
    check("/usr/lib is full", "prompt \"/usr/lib is full\"");
    check("/cost", "cost");
    check("/theme mira-light", "KeepTheme(\"mira-light\")");
    check("/export notes.md", "");
    check("/quit", "Quit");
    check("/undo", "");
}

#[test]
fn images_that_are_mentioned_are_shown_to_the_model() {
    check("what is on @a.png and in @b.rs?", "prompt \"what is on @a.png and in @b.rs?\" [\"a.png\"]");
    check(
        "/home/ann/screen shot.png",
        "prompt \"@\\\"/home/ann/screen shot.png\\\" \" [\"/home/ann/screen shot.png\"]",
    );
}

#[test]
fn a_big_paste_is_a_chip_on_the_screen_and_whole_in_the_prompt() {
    let text = "a line\n".repeat(40);
    let mut stage = opened();
    stage.paste(&text).sees("[pasted 40 lines]").key("enter").wants(&format!("prompt {text:?}"));
}

#[test]
fn a_prompt_is_shown_before_the_engine_has_it_and_followed_when_it_has() {
    let mut stage = opened();
    stage.type_text("hello").key("enter").sees("┃ hello").wants("prompt \"hello\"");
    assert_eq!(stage.typed(), "");
    stage
        .accepted()
        .wants("follow from 0")
        .status(OperationStatus::Started)
        .says("good day")
        .sees("good day");
}

#[test]
fn a_refused_prompt_comes_back_to_who_typed_it() {
    let mut stage = opened();
    stage.type_text("hello").key("enter").give(Input::Prompted(Err("no key".to_owned())));
    stage.misses("┃ hello").sees("no key");
    assert_eq!(stage.typed(), "hello");
}

#[test]
fn a_refused_prompt_does_not_overwrite_the_next_one() {
    let mut stage = opened();
    stage.type_text("one").key("enter").type_text("two").give(Input::Prompted(Err("no key".to_owned())));
    assert_eq!(stage.typed(), "two");
    stage.key("up").sees("> one");
}

#[test]
fn what_is_asked_before_the_engine_is_there_goes_out_when_it_is() {
    let mut stage = Stage::new(80, 24);
    stage.type_text("early").key("enter").wants("").sees("┃ early").opened().wants("prompt \"early\"; Git");
}

#[test]
fn without_an_engine_the_early_prompt_comes_back() {
    let mut stage = Stage::new(80, 24);
    stage.type_text("early").key("enter").give(Input::NotOpened("it is locked".to_owned()));
    assert_eq!(stage.typed(), "early");
    stage.sees("it is locked").key("enter").wants("");
}

#[test]
fn a_second_prompt_waits_and_begins_when_its_turn_comes() {
    let mut stage = opened();
    let first = stage.ask("one").operation;
    stage.type_text("two").key("enter").accepted().sees("1 queued").sees("queued: sent when");
    let second = std::mem::replace(&mut stage.operation, first);
    stage.says("first answer").completed();
    stage.operation = second;
    stage.status(OperationStatus::Started).misses("queued").says("second answer");
    let rows = ["┃ one", "first answer", "┃ two", "second answer"].map(|words| stage.place_of(words).1);
    assert!(rows.is_sorted(), "{rows:?}\n{}", stage.screen());
}

#[test]
fn an_operation_that_ends_before_its_prompt_is_answered_is_over() {
    let mut stage = opened();
    stage.ask("one").completed().type_text("two").key("enter");
    stage.operation = "00000000-0000-7000-8000-00000000ffff".parse().unwrap();
    stage.status(OperationStatus::Started).completed();
    let (conversation_id, operation_id) = (stage.conversation, stage.operation);
    let since = stage.seq;
    let accepted = crate::protocol::Reply::Accepted { conversation_id, operation_id, since };
    stage.give(Input::Prompted(Ok(accepted))).effects();
    assert!(!stage.app.operations.is_running());
    stage.key("esc").wants("");
}

#[test]
fn old_prompts_come_back_with_the_arrow() {
    let mut stage = opened();
    stage.type_text("draft").key("up");
    assert_eq!(stage.typed(), "why does the build fail?");
    stage.key("up down down");
    assert_eq!(stage.typed(), "draft");
}

#[test]
fn a_slash_opens_the_commands_and_leaves_what_was_typed_when_it_is_left() {
    let mut stage = opened();
    stage.type_text("/cos").sees("What this conversation has cost").key("enter").wants("cost");
    assert_eq!(stage.typed(), "");
    stage.type_text("/tmp").key("esc");
    assert_eq!(stage.typed(), "/tmp");
    let mut stage = opened();
    stage.type_text("1/2");
    assert_eq!(stage.typed(), "1/2");
}

#[test]
fn an_at_sign_opens_the_files_and_takes_one() {
    let mut stage = opened();
    stage
        .type_text("see @")
        .wants("ListFiles; ListSymbols")
        .found(Found::Files(vec!["src/a b.rs".into(), "x.md".into()]));
    stage.type_text("ab").key("enter").type_text("now");
    assert_eq!(stage.typed(), "see @\"src/a b.rs\" now");
    let mut stage = opened();
    stage.type_text("me@home");
    assert_eq!(stage.typed(), "me@home");
}

/// What choosing makes of what was typed.
#[track_caller]
fn check_mention(typed: &str, expected: &str) {
    let mut stage = opened();
    stage.type_text("@").found(Found::Symbols(symbols()));
    stage.found(Found::Files(vec!["src/main.rs".into(), "src/tools.md".into()]));
    stage.type_text(typed).key("enter");
    assert_eq!(stage.typed(), expected, "{typed}");
}

#[test]
fn a_space_ends_a_mention_that_is_said() {
    let typed = |text: &str| {
        let mut stage = opened();
        stage.type_text("@").found(Found::Symbols(symbols()));
        stage.found(Found::Files(vec!["src/main.rs".into(), "src/tools.md".into()]));
        stage.type_text(text);
        (stage.app.composer.text(), stage.app.overlay.is_some())
    };
    assert_eq!(typed("src/main.rs and"), ("@src/main.rs and".to_owned(), false));
    assert_eq!(typed("main:3-9 and"), ("@src/main.rs:3-9 and".to_owned(), false));
    assert_eq!(typed("Cart.total is"), ("@Cart.total is".to_owned(), false));
    assert_eq!(typed("zzz and"), ("@zzz and".to_owned(), false));
    assert_eq!(typed("src ma"), ("@".to_owned(), true), "words to look for");
}

#[test]
fn symbols_are_offered_from_two_letters_on() {
    check_mention("t", "@src/tools.md ");
    check_mention("tota", "@Cart.total ");
    check_mention("Cart::t", "@Cart.total ");
    check_mention("Ordernew", "@src/order.rs:5-7 ");
    check_mention("main", "@src/main.rs ");
    check_mention("main:10-40", "@src/main.rs:10-40 ");
    check_mention("zzz", "@zzz");
}

#[test]
fn the_editor_gets_the_prompt_and_gives_it_back() {
    let mut stage = opened();
    stage
        .type_text("draft")
        .key("ctrl-g")
        .wants("Editor(Prompt, \"draft\")")
        .give(Input::Edited(Edited::Prompt, "better".to_owned()));
    assert_eq!(stage.typed(), "better");
}

#[test]
fn vim_keys_are_commands_after_escape() {
    let mut stage = Stage::new(80, 24);
    stage.starting(|start| start.settings.ui.vim = true).opened().type_text("one two").sees("INSERT");
    stage.key("esc").sees("NORMAL").type_text("bx0i").sees("INSERT").type_text("x ");
    assert_eq!(stage.typed(), "x one wo");
}

#[test]
fn retry_asks_the_same_again() {
    let mut stage = opened();
    stage.ask("one").effects();
    stage.paste("/retry").key("enter").wants("").sees("still running");
    stage.fails("the network is down").effects();
    stage.paste("/retry").key("enter").wants("prompt \"one\"");
}

#[test]
fn the_tour_leads_from_asking_to_the_next_scene() {
    let scene = |prompt: &str| crate::tui::app::DemoScene { title: "S".into(), prompt: prompt.into() };
    let scenes = vec![scene("first?"), scene("second?")];
    let mut stage = Stage::new(120, 40);
    stage.starting(|start| start.demo = scenes).opened().sees("press Enter to ask").effects();
    stage.key("enter").wants("prompt \"first?\"").accepted().status(OperationStatus::Started);
    stage
        .sees("the scripted models answer")
        .proposes(super::cast::EDIT)
        .completed()
        .sees("^S writes")
        .effects();
    stage
        .key("ctrl-s")
        .wants("apply src/auth/mod.rs")
        .written("src/auth/mod.rs")
        .sees("it is on disk")
        .effects();
    stage.key("enter").sees("Demo 2/2");
    assert_eq!(stage.typed(), "second?");
}
