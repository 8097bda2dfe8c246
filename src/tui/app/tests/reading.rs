//! Reading back while more comes in, the mouse, search, and folded things.

use crossterm::event::MouseEventKind;

use super::{Stage, opened};
use crate::{
    protocol::OperationStatus,
    tui::app::{Found, Input},
};

/// Thirty turns, followed by a running operation.
fn long() -> Stage {
    let mut stage = opened();
    stage.loaded(0..30, false).ask("last question").says("the end").effects();
    stage
}

/// The column of the conversation, without the row that says that there is more.
fn chat(stage: &Stage) -> Vec<String> {
    let area = stage.app.areas.chat;
    let rows = usize::from(area.y)..usize::from(area.bottom() - 1);
    let screen: Vec<String> = stage.screen().lines().map(str::to_owned).collect();
    screen[rows].iter().map(|row| row.chars().take(usize::from(area.width)).collect()).collect()
}

#[test]
fn nothing_moves_under_a_reader() {
    let mut stage = long();
    stage.key("alt-1 pageup").sees("more below");
    let before = chat(&stage);
    stage.says("\nmore\n\nand more\n").thinks("hm").called("c1", "read a.rs").completed();
    assert_eq!(chat(&stage), before);
    stage.key("end").sees("and more").misses("more below");
}

#[test]
fn whoever_is_at_the_end_follows() {
    let mut stage = long();
    stage.says(&"\n\nline".repeat(60)).says("\n\nthe very end").sees("the very end");
    stage.key("alt-1 up").misses("the very end").key("down").sees("the very end").misses("more below");
}

#[test]
fn sending_a_prompt_leads_back_to_the_end() {
    let mut stage = long();
    stage.key("alt-1 pageup pageup i").type_text("and now?").key("enter").sees("┃ and now?");
}

#[test]
fn older_turns_are_loaded_near_the_top_and_the_place_stays() {
    let mut stage = opened();
    stage.loaded(100..130, true).effects();
    stage.key("alt-1 g g").wants("older").key("up").wants("");
    let before = chat(&stage);
    let page = stage.page(60..100, true);
    stage.give(Input::Older(stage.conversation, page));
    let kept =
        |rows: &[String]| rows.iter().filter(|row| !row.trim().is_empty()).cloned().collect::<Vec<_>>();
    assert_eq!(kept(&chat(&stage)), kept(&before));
    assert_eq!(chat(&stage), before);
    stage.key("up up").sees("answer 99").key("home").sees("question 60").wants("older");
}

#[test]
fn the_wheel_scrolls_what_it_is_over() {
    let mut stage = long();
    stage.proposes(&super::cast::new_file("a.rs", 200));
    let (chat, diff) = (stage.app.areas.chat, stage.app.areas.diff);
    stage
        .sees("step_1(")
        .mouse(MouseEventKind::ScrollDown, diff.x, diff.y + 2)
        .misses("step_1(")
        .sees("the end");
    stage.mouse(MouseEventKind::ScrollUp, chat.x, chat.y).sees("more below").misses("the end");
}

#[test]
fn a_click_goes_there_and_opens_what_is_folded() {
    let mut stage = opened();
    stage.ask("q").thinks("deep thoughts").advance(2_000).called("c1", "read a.rs").says("done").effects();
    stage.misses("deep thoughts").click_on("thought for").sees("deep thoughts").wants("");
    stage.click_on("read a.rs").wants("output of c1");
    stage.found(Found::ToolOutput(stage.operation, "c1".to_owned(), "line one".to_owned())).sees("line one");
    stage.click_on("read a.rs").misses("line one").wants("");
    stage.click_on("ask, or");
    assert_eq!(stage.app.focus, crate::tui::areas::Pane::Composer);
}

#[test]
fn a_click_on_a_tab_brings_it_to_the_front() {
    let mut stage = Stage::new(80, 24);
    stage.opened().ask("q").proposes(super::cast::EDIT).click_on("Diff").sees("mod refresh;");
    stage.click_on("Artifacts").sees("1 pending").click_on("Chat").sees("┃ q");
}

#[test]
fn a_drag_is_copied_also_over_wide_characters_and_several_lines() {
    let mut stage = opened();
    stage.ask("把令牌模块 now").says("first answer\n\nsecond paragraph").effects();
    let (column, row) = stage.place_of("令");
    stage.drag((column, row), (column + 3, row)).wants("Copy(\"令牌\")");
    let (from, to) = (stage.place_of("now"), stage.place_of("answer"));
    stage.drag(from, (to.0 + 5, to.1)).wants("Copy(\"now\\n\\nfirst answer\")");
    let (from, to) = (stage.place_of("second"), stage.place_of("first"));
    stage.drag(from, to).wants("Copy(\"first answer\\n\\ns\")");
}

#[test]
fn search_goes_from_place_to_place_and_round_the_ends() {
    let mut stage = long();
    stage.key("alt-1 /").type_text("question 7").key("enter").sees("question 7").sees("n next");
    stage.key("n").sees("question 7").key("esc").misses("n next");
    stage.paste("/find nowhere").key("enter").sees("not found");
}

#[test]
fn messages_are_jumped_to() {
    let mut stage = long();
    stage.key("alt-1 [ [ [").sees("›").key("y").wants("Copy(\"answer 29\")");
    stage.key("]").key("y").wants("Copy(\"last question\")");
}

#[test]
fn events_of_another_conversation_are_not_shown() {
    let mut stage = opened();
    stage.ask("q").effects();
    stage.conversation = crate::protocol::ConversationId::new(&stage.ids);
    stage.says("a stray answer").misses("a stray answer").status(OperationStatus::Completed).wants("");
    assert!(stage.app.operations.is_running());
}

#[test]
fn no_size_is_too_small() {
    for (width, height) in [(1, 1), (2, 1), (1, 3), (5, 4), (12, 5), (20, 6)] {
        let mut stage = Stage::new(width, height);
        stage.opened().ask("q 漢字").says("漢字 | a\n\n```\ncode\n```\n").proposes(super::cast::EDIT);
        for keys in ["alt-1 up", "alt-2", "alt-3 z", "alt-4 s", "ctrl-p", "esc", "f1", "esc", "ctrl-r"] {
            stage.key(keys);
        }
        stage.mouse(MouseEventKind::ScrollUp, 0, 0).drag((0, 0), (width - 1, height - 1));
    }
}
