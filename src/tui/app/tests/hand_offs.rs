//! Hand-offs that wait for the user, and ways back to an earlier point.

use super::{
    Stage, opened,
    ways::{asked, hand_off, hand_off_page, rewind_preview},
};
use crate::{
    protocol::{Body, Decision, OperationStatus, RewindPreview, RewindWhat},
    tui::app::{Back, Edited, Effect, Found, Input, Point},
};

fn waiting() -> Stage {
    let mut stage = Stage::new(120, 40);
    hand_off(&mut stage).effects();
    stage
}

/// What is decided about the hand-off, as the engine is asked.
fn decision(stage: &mut Stage) -> Decision {
    match stage.take_effects().as_slice() {
        [Effect::Decide(_, decision)] => decision.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_page_never_opens_by_itself() {
    let mut stage = waiting();
    stage.sees("refactor_code → src/auth/mod.rs waits for your review").misses("Send this to");
    stage.type_text("xye").wants("");
    assert_eq!(stage.typed(), "xye");
}

#[test]
fn enter_on_an_empty_line_opens_it_and_enter_sends_it() {
    let mut stage = waiting();
    stage.key("enter").sees("Send this to deepseek-flash?").sees("Keep issue_token as it is.").wants("");
    stage.key("enter").misses("Send this to");
    assert_eq!(decision(&mut stage), Decision::Allow { brief: None });
}

#[test]
fn leaving_the_page_decides_nothing() {
    let mut stage = waiting();
    stage.key("alt-r").sees("Send this to").key("esc").misses("Send this to").wants("");
    stage.paste("/review").key("enter").sees("Send this to");
}

#[test]
fn a_changed_hand_off_is_shown_before_it_is_sent() {
    let mut stage = waiting();
    stage.key("alt-r e");
    let effects = stage.take_effects();
    let [Effect::Editor(Edited::HandOff(id), text)] = effects.as_slice() else { panic!("{effects:?}") };
    let broken = text.replace("path = ", "path ");
    stage.give(Input::Edited(Edited::HandOff(*id), broken)).sees("cannot be read").sees("Send this to");
    let changed = text.replace("Keep issue_token", "Keep nothing");
    stage.give(Input::Edited(Edited::HandOff(*id), changed)).sees("changed by you").wants("");
    stage.key("enter");
    match decision(&mut stage) {
        Decision::Allow { brief: Some(brief) } => assert!(brief.constraints[0].starts_with("Keep nothing")),
        other => panic!("{other:?}"),
    }
}

#[test]
fn declining_takes_a_reason_or_none() {
    let mut stage = waiting();
    stage.key("alt-r x").type_text("not now").key("enter");
    assert_eq!(decision(&mut stage), Decision::Deny { reason: Some("not now".into()) });
    stage.key("alt-r x esc").wants("").key("alt-r x enter");
    assert_eq!(decision(&mut stage), Decision::Deny { reason: None });
}

#[test]
fn a_hand_off_that_was_decided_elsewhere_closes_its_page() {
    let mut stage = waiting();
    stage.key("alt-r").sees("Send this to");
    let approval_id = stage.approval();
    let decision = Decision::Deny { reason: Some("no".into()) };
    stage.event(Body::ApprovalDecided { approval_id, call_id: "c5".into(), decision });
    stage.misses("Send this to").sees("waits no longer").sees("✗ declined: no");
    stage.key("alt-r").sees("no hand-off waits for you");
}

#[test]
fn a_hand_off_of_an_operation_that_ends_waits_no_longer() {
    let mut stage = Stage::new(120, 40);
    hand_off_page(&mut stage).status(OperationStatus::Cancelled).misses("Send this to");
}

#[test]
fn asking_only_is_said_with_the_prompt() {
    let mut stage = opened();
    stage.paste("/ask why is it slow").key("enter");
    match stage.take_effects().as_slice() {
        [Effect::Prompt { text, context, .. }] => {
            assert_eq!((text.as_str(), context.mode), ("why is it slow", crate::protocol::Mode::Ask));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn going_back_asks_for_the_prompt_what_of_it_and_whether() {
    let mut stage = Stage::new(120, 40);
    asked(&mut stage).completed().effects();
    stage.paste("/rewind").key("enter").sees("Go back to before").sees("add refresh tokens").key("enter");
    stage.sees("files and chat").key("down enter");
    let effects = stage.take_effects();
    let [Effect::PreviewBack { back: Back::To(point), .. }] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    assert_eq!(*point, Point { before: stage.operation, what: RewindWhat::Chat });
    let preview = RewindPreview { turns: 1, ..RewindPreview::default() };
    stage.found(Found::Back(preview, Back::To(*point))).sees("1 turn set aside").sees("No file changes.");
    stage.key("enter");
    assert!(matches!(stage.take_effects().as_slice(), [Effect::Rewind(_, rewound)] if rewound == point));
}

#[test]
fn a_way_back_that_the_user_has_built_upon_is_shown_and_not_taken() {
    let mut stage = Stage::new(120, 40);
    rewind_preview(&mut stage, Some("has been edited since")).sees("has been edited since");
    stage.misses("Go back to before this prompt?").key("enter").wants("");
}

#[test]
fn turns_that_went_are_read_anew_and_the_words_stand_ready() {
    let mut stage = Stage::new(120, 40);
    asked(&mut stage).completed().effects();
    let operations = vec![stage.operation];
    stage.event(Body::Rewound { operations }).sees("1 turn set aside").wants("open; Git");
    stage.loaded(0..1, false);
    assert_eq!(stage.typed(), "add refresh tokens to the auth module, keep the old API");
    stage.key("ctrl-c").paste("/unrewind").key("enter");
    assert!(matches!(stage.take_effects().as_slice(), [.., Effect::Unrewind(_)]));
}

#[test]
fn what_an_operation_wrote_is_taken_back_from_its_pane() {
    let mut stage = Stage::new(120, 40);
    asked(&mut stage).completed().effects();
    stage.key("alt-2 u");
    let effects = stage.take_effects();
    let [Effect::PreviewBack { back: back @ Back::Written(_), .. }] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    stage.found(Found::Back(RewindPreview::default(), *back)).sees("nothing of it is on disk");
}
