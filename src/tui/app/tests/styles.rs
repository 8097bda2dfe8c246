//! That the theme's roles reach the cells: the screen once more, each cell as the letter of its look.

use std::path::Path;

use ratatui::style::{Color, Modifier, Style};

use super::{
    Stage,
    cast::{EDIT, new_file},
};
use crate::{
    config::Settings,
    tui::{
        ink::{Ground, Ink, Tone},
        theme::{Depth, Theme},
        themes::Themes,
    },
};

/// How a cell looks: letters, ground, modifiers.
type Look = (Color, Color, Modifier);

fn look(style: Style) -> Look {
    (style.fg.unwrap_or_default(), style.bg.unwrap_or_default(), style.add_modifier)
}

const LETTERS: &str = ".abcdefghijklmnopqrstuvwxyz";

/// The screen's looks, row by row, and what each letter stands for.
fn looks(stage: &Stage) -> String {
    let theme = &stage.app.look.theme;
    let mut known = vec![look(theme.style(Ink::TEXT))];
    let mut shown = String::new();
    for row in stage.rows() {
        let letters = row.into_iter().map(look).map(|seen| {
            let at = known.iter().position(|other| *other == seen).unwrap_or(known.len());
            if at == known.len() {
                known.push(seen);
            }
            LETTERS.chars().nth(at).unwrap()
        });
        shown += letters.collect::<String>().trim_end_matches('.');
        shown.push('\n');
    }
    let legend = known.iter().zip(LETTERS.chars());
    shown + &legend.map(|(seen, letter)| format!("{letter} {}\n", role(theme, *seen))).collect::<String>()
}

/// The first tone and ground of the theme that look like this, and the modifiers.
fn role(theme: &Theme, seen: Look) -> String {
    let inks = Ground::ALL.iter().flat_map(|ground| Tone::ALL.iter().map(|tone| Ink::new(*tone).on(*ground)));
    let exact = inks.clone().find(|ink| look(theme.style(*ink)) == seen);
    let like = |ink: &Ink| {
        let (letters, ground, _) = look(theme.style(*ink));
        (letters, ground) == (seen.0, seen.1)
    };
    let ink = exact.or_else(|| inks.clone().find(like));
    let named = ink.map_or("?".to_owned(), |ink| format!("{} on {}", ink.tone.name(), ink.ground.name()));
    format!("{named} {:?}", seen.2)
}

fn played(theme: Theme) -> Stage {
    let mut stage = Stage::new(100, 24);
    stage.app.look.theme = theme;
    stage.opened().ask("a **token**").says("# Head\n\n`code` and a [link](https://a.example)\n\n> quoted\n");
    stage.proposes(&new_file("a.rs", 1)).proposes(EDIT).fails("it broke").key("alt-3 down");
    stage.key("alt-1 /").type_text("token").key("enter");
    let (column, row) = stage.place_of("quoted");
    stage.drag((column, row), (column + 3, row));
    stage
}

fn check(name: &str, theme: Theme) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let stage = played(theme);
    settings.bind(|| insta::assert_snapshot!(name, format!("{}\n{}", stage.screen(), looks(&stage))));
}

#[test]
fn roles_of_the_theme_reach_the_cells() {
    check("looks_mira_dark", Theme::load(&[], "mira-dark", Depth::TrueColor).unwrap());
}

#[test]
fn without_colours_modifiers_tell_what_matters() {
    let mut settings = Settings::defaults(Path::new("/state")).unwrap();
    settings.ui.color = false;
    let (_, theme) = Themes::of(&settings).unwrap();
    check("looks_without_colours", theme);
}
