//! How the screen looks in every state that it can be in, at three sizes. A new state is a name and the
//! way there; `INSTA_UPDATE=always cargo test tui::app` accepts what has changed.

use super::{
    Stage,
    cast::{EDIT, models, new_file},
    ways::{
        asked, changed_on_disk, choices, conflict, context, conversations, cost, decided, delegation, files,
        hand_off, hand_off_page, hostile, proposed, rewind_preview, setup_local, streaming, submitted,
        symbols, take_back, thought, tools, tools_open, touring, undo_preview, wide_characters,
        written_in_part,
    },
};
use crate::{
    protocol::{DiskState, OperationStatus},
    tui::app::{Found, Input},
};

const SIZES: [(u16, u16); 3] = [(120, 40), (80, 24), (40, 10)];

/// The way into a state.
type Way = for<'a> fn(&'a mut Stage) -> &'a mut Stage;

const STATES: &[(&str, Way)] = &[
    ("opening", |stage| stage),
    ("empty", |stage| stage.opened()),
    ("no_engine", |stage| {
        stage.give(Input::NotOpened("another Mira has this project open; close it first".to_owned()))
    }),
    ("streaming", streaming),
    ("reasoning_folded", |stage| thought(stage).says("It is wrong in one place.")),
    ("reasoning_open", |stage| thought(stage).says("It is wrong in one place.").key("alt-1 enter")),
    ("tools_folded", tools),
    ("tools_open", tools_open),
    ("delegation", delegation),
    ("delegation_drafts", |stage| delegation(stage).key("alt-3")),
    ("artifacts", |stage| proposed(stage).key("alt-3")),
    ("diff", |stage| proposed(stage).key("alt-3 down alt-4 ]")),
    ("diff_long", |stage| asked(stage).proposes(&new_file("src/auth/steps.rs", 300)).key("alt-4 pagedown")),
    ("diff_side_by_side", |stage| proposed(stage).key("alt-3 down alt-4 z s")),
    ("hunk_dropped", |stage| proposed(stage).key("alt-3 down enter ] space")),
    ("hunk_dropped_in_the_list", |stage| proposed(stage).key("alt-3 down space")),
    ("hunk_dropped_side_by_side", |stage| proposed(stage).key("alt-3 down alt-4 ] space z s")),
    ("everything_dropped", |stage| proposed(stage).key("alt-3 down alt-4 space ] space w")),
    ("reason", |stage| proposed(stage).key("alt-3 down alt-4 space x")),
    ("reason_typed", |stage| {
        proposed(stage).key("alt-3 down alt-4 X").type_text("tokens are made in another module")
    }),
    ("changed_on_disk", changed_on_disk),
    ("conflict", conflict),
    ("conflict_taken", |stage| conflict(stage).key("space")),
    ("more_context", |stage| proposed(stage).key("alt-3 down").looked(&[], DiskState::Same).key("alt-4 ] +")),
    ("written_in_part", written_in_part),
    ("take_back", take_back),
    ("decided", decided),
    ("error", |stage| asked(stage).fails("openai refuses the key (HTTP 401). Set another one with /setup.")),
    ("retry", |stage| asked(stage).retries(2, 8_000).advance(3_000)),
    ("queued", |stage| streaming(stage).paste("and write a test for it").key("enter").accepted()),
    ("stopped", |stage| {
        streaming(stage)
            .event(crate::protocol::Body::OperationCancelled {})
            .status(OperationStatus::Cancelled)
    }),
    ("undo_preview", undo_preview),
    ("hand_off_waits", hand_off),
    ("hand_off_page", hand_off_page),
    ("hand_off_declined", |stage| hand_off_page(stage).key("x").type_text("wait for the tests")),
    ("rewind_prompts", |stage| submitted(proposed(stage), "/rewind")),
    ("rewind_what", |stage| submitted(proposed(stage), "/rewind").key("enter")),
    ("rewind_preview", |stage| rewind_preview(stage, None)),
    ("palette", |stage| stage.opened().key("ctrl-p").type_text("artif")),
    ("commands", |stage| stage.opened().type_text("/co")),
    ("files", |stage| stage.opened().type_text("see @mod").found(Found::Files(files()))),
    ("symbols", |stage| {
        let stage = stage.opened().type_text("see @mod").found(Found::Files(files()));
        stage.found(Found::Symbols(symbols()))
    }),
    ("conversations", conversations),
    ("models", |stage| submitted(stage.opened(), "/model").found(Found::ModelChoices(choices()))),
    ("themes", |stage| submitted(stage.opened(), "/theme").key("down")),
    ("old_prompts", |stage| stage.opened().key("ctrl-r")),
    ("help", |stage| stage.opened().key("f1")),
    ("help_filtered", |stage| stage.opened().key("f1").type_text("hunk")),
    ("cost", |stage| submitted(asked(stage), "/cost").found(Found::Usage(cost()))),
    ("context", |stage| submitted(asked(stage), "/context").found(Found::Context(Some(context())))),
    ("setup", |stage| stage.opened_with(models(Some("there is no key")))),
    ("setup_local", |stage| setup_local(stage)),
    ("setup_key", |stage| {
        stage.opened_with(models(Some("there is no key"))).key("enter").type_text("sk-123")
    }),
    ("demo_ask", |stage| touring(stage)),
    ("demo_write", |stage| {
        touring(stage).key("enter").accepted().status(OperationStatus::Started).proposes(EDIT).completed()
    }),
    ("wide_characters", wide_characters),
    ("hostile", hostile),
    ("search", |stage| streaming(stage).key("alt-1 /").type_text("token")),
    ("search_missed", |stage| streaming(stage).key("alt-1 /").type_text("nowhere").key("enter")),
    ("reading_back", |stage| stage.opened().loaded(0..30, false).key("alt-1 pageup")),
    ("prompt_of_many_lines", |stage| stage.opened().type_text("one").key("alt-enter").type_text("two")),
    ("prompt_chip", |stage| stage.opened().paste(&"a line\n".repeat(40))),
    ("vim", |stage| stage.starting(|start| start.settings.ui.vim = true).opened().type_text("ab").key("esc")),
];

#[test]
fn every_state_looks_as_it_did_when_somebody_looked() {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for (name, way) in STATES {
            insta::assert_snapshot!(*name, at_all_sizes(*way));
        }
    });
}

fn at_all_sizes(way: Way) -> String {
    let shown = SIZES.map(|(width, height)| {
        let mut stage = Stage::new(width, height);
        let head = format!("{:─<1$}\n", format!("── {width}×{height} "), usize::from(width));
        head + &way(&mut stage).screen()
    });
    shown.concat()
}
