//! Stopping, leaving and moving between panes: what Escape, Ctrl-C and the focus do.

use super::{Stage, cast::EDIT, opened};
use crate::{
    protocol::OperationStatus,
    tui::{app::Input, areas::Pane},
};
use crossterm::event::Event as TerminalEvent;

fn running() -> Stage {
    let mut stage = opened();
    stage.ask("a token").says("a token here and a token there").proposes(EDIT).effects();
    stage
}

#[test]
fn escape_leaves_one_thing_at_a_time_and_stops_the_operation_last() {
    let mut stage = running();
    stage.key("alt-1 z /").type_text("token").key("enter");
    let (column, row) = stage.place_of("a token here");
    stage.drag((column, row), (column + 6, row)).effects();
    stage.key("ctrl-p").sees("Commands").key("esc").misses("Commands").wants("");
    assert!(stage.app.chat.marked_text().is_some());
    stage.key("esc").wants("");
    assert!(stage.app.chat.marked_text().is_none() && stage.app.chat.find().is_some());
    stage.key("esc").wants("");
    assert!(stage.app.chat.find().is_none() && stage.app.zoomed.is_some());
    stage.key("esc").wants("");
    assert!(stage.app.zoomed.is_none());
    stage.key("esc").wants("cancel").status(OperationStatus::Cancelled).effects();
    stage.key("esc").wants("");
    assert_eq!(stage.app.focus, Pane::Composer);
}

#[test]
fn control_c_clears_and_leaves_at_the_second_press() {
    let mut stage = opened();
    stage.type_text("draft").key("ctrl-c").wants("");
    assert_eq!(stage.typed(), "");
    stage.key("ctrl-c").wants("").sees("once more to leave").key("ctrl-c").wants("Quit");
}

#[test]
fn anything_else_in_between_means_not_to_leave() {
    let mut stage = opened();
    stage.key("ctrl-c").type_text("x").key("backspace ctrl-c").wants("");
}

#[test]
fn control_c_copies_what_is_marked() {
    let mut stage = running();
    let (column, row) = stage.place_of("a token here");
    stage
        .drag((column, row), (column + 6, row))
        .wants("Copy(\"a token\")")
        .key("ctrl-c")
        .wants("Copy(\"a token\")");
    stage.key("ctrl-c").wants("").sees("once more to leave");
}

#[test]
fn the_desktop_hears_of_the_end_only_in_another_window() {
    let mut stage = running();
    stage.completed().wants("Git").ask("more").effects();
    stage.give(Input::Terminal(TerminalEvent::FocusLost));
    stage.completed().wants("Git; notify \"mira · auth-service\" \"done, 1 file waits for you\"");
    stage.ask("even more").effects();
    stage.fails("no").wants("Git; notify \"mira · auth-service\" \"failed\"");
    stage.give(Input::Terminal(TerminalEvent::FocusGained)).ask("and more").effects();
    stage.completed().wants("Git");
}

#[test]
fn the_setting_keeps_notifications_away() {
    let mut stage = Stage::new(80, 24);
    stage.starting(|start| start.settings.ui.notify = false).opened().ask("a").effects();
    stage.give(Input::Terminal(TerminalEvent::FocusLost)).completed().wants("Git");
}

#[test]
fn tab_goes_round_the_panes_that_are_there() {
    let mut stage = opened();
    let mut panes = |keys: &str| {
        let focus = keys.split(' ').map(|key| stage.key(key).app.focus.title());
        focus.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(panes("tab tab"), "Chat Prompt");
    stage.ask("change it").proposes(EDIT);
    let mut panes = |keys: &str| {
        let focus = keys.split(' ').map(|key| stage.key(key).app.focus.title());
        focus.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(panes("tab tab tab tab tab"), "Chat Operation Artifacts Diff Prompt");
    assert_eq!(panes("shift-tab alt-3 i"), "Diff Artifacts Prompt");
}

#[test]
fn the_right_column_folds_away_and_comes_back() {
    let mut stage = running();
    stage.sees("1 pending").key("ctrl-t").misses("1 pending").sees("working").key("ctrl-t").sees("1 pending");
    stage.key("ctrl-t alt-3").sees("1 pending");
}

#[test]
fn two_chords_are_one_key() {
    let mut stage = opened();
    stage.loaded(0..40, false).key("alt-1 g").misses("question 0").key("g").sees("question 0");
    stage.key("G").misses("question 0").sees("question 39").key("g j").misses("question 0");
}

#[test]
fn a_new_conversation_is_begun_only_when_nothing_runs() {
    let mut stage = running();
    stage.paste("/new").key("enter").wants("").sees("an operation is running here");
    stage.completed().effects();
    stage.paste("/new").key("enter").wants("Leave").misses("a token").sees("Ask about this project");
}
