//! Themes as text in; looks, contrasts or sentences out.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use ratatui::style::Color;

use super::{color::contrast, *};

const DEPTHS: [Depth; 3] = [Depth::Ansi16, Depth::Ansi256, Depth::TrueColor];

fn built_in(name: &str, depth: Depth) -> Theme {
    Theme::load(&[], name, depth).unwrap_or_else(|error| panic!("{error}"))
}

/// Every tone on every ground.
fn inks() -> impl Iterator<Item = Ink> {
    Ground::ALL.iter().flat_map(|ground| Tone::ALL.iter().map(|tone| Ink::new(*tone).on(*ground)))
}

/// Loads `name` with `NAME: text` sources of the user's own.
fn load(sources: &[(&str, &str)], name: &str) -> Result<Theme, ThemeError> {
    let paths: Vec<_> = sources.iter().map(|(name, _)| format!("themes/{name}.toml")).collect();
    let sources: Vec<Source<'_>> = sources
        .iter()
        .zip(&paths)
        .map(|((name, text), path)| Source { name, path: Path::new(path), text })
        .collect();
    Theme::load(&sources, name, Depth::TrueColor)
}

/// The letters and ground of one ink of the theme `mine`.
fn check_look(text: &str, ink: impl Into<Ink>, expected: (Color, Color)) {
    let style = load(&[("mine", text)], "mine").unwrap().style(ink.into());
    assert_eq!((style.fg.unwrap(), style.bg.unwrap()), expected, "{text}");
}

fn check_refused(text: &str, sentence: &str) {
    let error = load(&[("mine", text)], "mine").unwrap_err().to_string();
    assert_eq!(error, sentence, "{text}");
}

/// Letters of `theme` that stand out less than they must, where both colours are known.
fn too_faint(theme: &Theme, text: f32, rule: f32) -> Vec<String> {
    let faint = |ink: Ink| {
        let style = theme.style(ink);
        let found = contrast(color::rgb(style.fg?)?, color::rgb(style.bg?)?);
        let wanted = if ink.tone == Tone::Rule { rule } else { text };
        (found < wanted).then(|| format!("{} on {}: {found:.2}", ink.tone.name(), ink.ground.name()))
    };
    inks().filter_map(faint).collect()
}

#[test]
fn every_theme_gives_every_role_a_look() {
    for name in Theme::names(&[]) {
        for depth in DEPTHS {
            let theme = built_in(name, depth);
            assert_eq!(theme.name, name);
            for ink in inks() {
                let style = theme.style(ink);
                assert!(style.fg.is_some() && style.bg.is_some(), "{name} {depth:?} {ink:?}");
            }
        }
    }
}

#[test]
fn all_letters_can_be_read_wherever_they_stand() {
    for (name, text, rule) in [("mira-dark", 4.5, 1.2), ("mira-light", 4.5, 1.2), ("high-contrast", 7.0, 3.0)]
    {
        let grounds_with_rules = |faint: &String| !faint.starts_with("rule") || faint.contains("on screen");
        let faint = too_faint(&built_in(name, Depth::TrueColor), text, rule);
        let faint: Vec<_> = faint.into_iter().filter(grounds_with_rules).collect();
        assert!(faint.is_empty(), "{name}\n{}", faint.join("\n"));
    }
}

#[test]
fn fewer_colours_keep_letters_readable_and_places_apart() {
    for name in ["mira-dark", "mira-light", "high-contrast"] {
        for (depth, text) in [(Depth::Ansi256, 3.5), (Depth::Ansi16, 2.5)] {
            let theme = built_in(name, depth);
            let faint = too_faint(&theme, text, 1.0);
            assert!(faint.is_empty(), "{name} {depth:?}\n{}", faint.join("\n"));
            let rgb = |color: Option<Color>| matches!(color, Some(Color::Rgb(..)));
            assert!(inks().all(|ink| !rgb(theme.style(ink).fg) && !rgb(theme.style(ink).bg)), "{name}");
        }
    }
}

#[test]
fn the_places_of_a_theme_differ_where_there_are_colours_enough() {
    use Ground::{Added, AddedWord, Found, FoundHere, Marked, Removed, RemovedWord, Screen, Selected};
    let places = [Screen, Selected, Marked, Found, FoundHere, Added, AddedWord, Removed, RemovedWord];
    for name in ["mira-dark", "mira-light", "high-contrast"] {
        for depth in [Depth::Ansi256, Depth::TrueColor] {
            let theme = built_in(name, depth);
            let mut looks: Vec<_> =
                places.iter().map(|place| theme.style(Ink::TEXT.on(*place)).bg.unwrap()).collect();
            looks.sort_by_key(|color| format!("{color:?}"));
            let all = looks.len();
            looks.dedup();
            assert_eq!(looks.len(), all, "{name} {depth:?}: {looks:?}");
        }
    }
}

#[test]
fn terminal_16_leaves_every_colour_to_the_terminal() {
    let theme = built_in("terminal-16", Depth::TrueColor);
    let is_own = |color: Color| !matches!(color, Color::Rgb(..) | Color::Indexed(_));
    for ink in inks() {
        let style = theme.style(ink);
        assert!(is_own(style.fg.unwrap()) && is_own(style.bg.unwrap()), "{ink:?}");
    }
}

#[test]
fn without_colours_meanings_are_told_by_modifiers() {
    let theme = built_in("mira-dark", Depth::None);
    assert!(inks().all(|ink| theme.style(ink).fg.is_none() && theme.style(ink).bg.is_none()));
    let look = |ink: Ink| theme.style(ink).add_modifier;
    let apart = [Ground::Selected, Ground::Found, Ground::FoundHere, Ground::AddedWord]
        .map(|ground| look(Ink::TEXT.on(ground)));
    assert!(apart.iter().all(|modifier| *modifier != look(Ink::TEXT)));
    assert_ne!(look(Tone::Muted.into()), look(Ink::TEXT));
    assert_ne!(look(Tone::Error.into()), look(Ink::TEXT));
}

#[test]
fn a_theme_of_ones_own_says_only_what_differs() {
    let [r, g, b] = [0x15, 0x17, 0x1c];
    let paper = Color::Rgb(r, g, b);
    let start = "inherits = \"mira-dark\"\n";
    check_look(&format!("{start}[tones]\nmuted = \"#010203\""), Tone::Muted, (Color::Rgb(1, 2, 3), paper));
    check_look(
        &format!("{start}[tones.syntax]\ncomment = {{ color = \"ansi:bright-red\" }}"),
        Tone::Comment,
        (Color::LightRed, paper),
    );
    check_look(
        &format!("{start}palette.paper = \"indexed:17\"\npalette.ink = \"default\""),
        Tone::Text,
        (Color::Reset, Color::Indexed(17)),
    );
    check_look(
        &format!("{start}[grounds]\nadded = {{ color = \"paper\", letters = \"#ffffff\" }}"),
        Ink::new(Tone::Keyword).on(Ground::Added),
        (Color::Rgb(255, 255, 255), paper),
    );
}

#[test]
fn a_theme_may_stand_in_front_of_a_built_in_one() {
    let mine = "inherits = \"mira-dark\"\npalette.paper = \"#000001\"";
    let own = ("mira-dark", mine);
    let ground = |name| load(&[own], name).unwrap().style(Ink::TEXT).bg.unwrap();
    assert_eq!(ground("mira-dark"), Color::Rgb(0, 0, 1));
    assert_ne!(ground("mira-light"), Color::Rgb(0, 0, 1));
    let child = ("child", "inherits = \"mira-dark\"");
    let style = load(&[child, own], "child").unwrap().style(Ink::TEXT);
    assert_eq!(style.bg, Some(Color::Rgb(0, 0, 1)));
    let sources = [("b", ""), ("a", ""), ("mira-dark", "")];
    let sources = sources.map(|(name, text)| Source { name, path: Path::new(""), text });
    let names = ["mira-dark", "mira-light", "high-contrast", "terminal-16", "a", "b"];
    assert_eq!(Theme::names(&sources), names);
}

#[test]
fn what_cannot_be_a_theme_is_refused_with_its_place() {
    let start = "inherits = \"mira-dark\"";
    check_refused(
        "inherits = \"mira-drak\"",
        "themes/mine.toml:1:12: there is no theme `mira-drak`; did you mean `mira-dark`?",
    );
    check_refused(
        &format!("{start}\n[tones]\nmutde = \"ink\""),
        "themes/mine.toml:3:1: there is no role `mutde`; did you mean `muted`?",
    );
    check_refused(
        &format!("{start}\n[tones]\n  syntax.coment = \"ink\""),
        "themes/mine.toml:3:10: there is no role `syntax.coment`; did you mean `syntax.comment`?",
    );
    check_refused(
        &format!("{start}\n[grounds]\nadded = \"mos\""),
        "themes/mine.toml:3:9: there is no colour `mos`; did you mean `moss`?",
    );
    check_refused(
        &format!("{start}\n[palette]\nä = \"#12\""),
        "themes/mine.toml:3:1: not valid TOML: invalid unquoted key, expected letters, numbers, `-`, `_`",
    );
    check_refused(&format!("{start}\n[palette]\n\"ä\" = 1"), "themes/mine.toml:3:7: `ä` must be text");
    check_refused(
        &format!("{start}\npalette.a = [\"#000000\"]"),
        "themes/mine.toml:2:13: a list has two colours, the second for terminals that have only 256",
    );
    check_refused(
        &format!("{start}\npalette = {{ a = \"red\" }}"),
        "themes/mine.toml:2:17: `red` is no colour: write \"#rrggbb\", \"ansi:red\", \
         \"ansi:bright-red\", \"indexed:0\" to \"indexed:255\" or \"default\"",
    );
    check_refused(
        &format!("{start}\ntones.text = {{ colr = \"ink\" }}"),
        "themes/mine.toml:2:16: a role has no `colr`; did you mean `color`?",
    );
    check_refused(
        &format!("{start}\ntones.text = {{ bold = 1 }}"),
        "themes/mine.toml:2:23: `bold` must be true or false",
    );
    check_refused(
        &format!("{start}\ntones.text.letters = \"ink\""),
        "themes/mine.toml:2:22: only a ground has `letters`; a tone has a `color`",
    );
    check_refused(
        "inherit = \"x\"",
        "themes/mine.toml:1:1: a theme has no `inherit`; did you mean `inherits`?",
    );
    check_refused("tones = 1", "themes/mine.toml:1:1: `tones` must be a section");
    check_refused(
        "name = \"other\"",
        "themes/mine.toml:1:8: the file makes this theme `mine`: write name = \"mine\" or leave the line out",
    );
}

#[test]
fn holes_and_circles_are_refused() {
    let error = load(&[("mine", "[tones]\ntext = \"default\"")], "mine").unwrap_err().to_string();
    assert!(error.starts_with("themes/mine.toml:1:1: no look is given to muted, accent, "), "{error}");
    assert!(error.ends_with("removed_word; add them or inherits = \"mira-dark\""), "{error}");
    let circle = [("a", "inherits = \"b\""), ("b", "inherits = \"a\"")];
    assert_eq!(
        load(&circle, "a").unwrap_err().to_string(),
        "themes/b.toml:1:12: themes inherit in a circle: a inherits from b inherits from a"
    );
    assert_eq!(
        load(&[("a", "inherits = \"a\"")], "a").unwrap_err().to_string(),
        "themes/a.toml:1:12: themes inherit in a circle: a inherits from a"
    );
    assert_eq!(
        load(&[], "zzz").unwrap_err().to_string(),
        "there is no theme `zzz`; there are mira-dark, mira-light, high-contrast, terminal-16"
    );
}

#[test]
fn the_terminal_tells_how_many_colours_it_has() {
    let check = |color, colorterm, term, expected| {
        assert_eq!(Depth::detect(color, colorterm, term), expected, "{colorterm:?} {term:?}");
    };
    check(false, Some("truecolor"), Some("xterm-256color"), Depth::None);
    check(true, Some("truecolor"), Some("xterm-256color"), Depth::TrueColor);
    check(true, Some("24bit"), Some("screen"), Depth::TrueColor);
    check(true, None, Some("xterm-kitty"), Depth::TrueColor);
    check(true, None, Some("xterm-direct"), Depth::TrueColor);
    check(true, None, Some("tmux-256color"), Depth::Ansi256);
    check(true, Some(""), Some("xterm"), Depth::Ansi16);
    check(true, None, Some("linux"), Depth::Ansi16);
    check(true, Some("truecolor"), Some("dumb"), Depth::None);
}

#[test]
fn auto_follows_the_terminal() {
    let check = |setting, colorfgbg, depth, expected| {
        assert_eq!(Theme::chosen(setting, colorfgbg, depth), expected, "{colorfgbg:?}");
    };
    check("auto", None, Depth::TrueColor, "mira-dark");
    check("auto", Some("15;0"), Depth::TrueColor, "mira-dark");
    check("auto", Some("0;default;15"), Depth::Ansi256, "mira-light");
    check("auto", Some("0;7"), Depth::TrueColor, "mira-light");
    check("auto", Some("12;8"), Depth::TrueColor, "mira-dark");
    check("auto", Some("0;15"), Depth::Ansi16, "terminal-16");
    check("high-contrast", Some("0;15"), Depth::Ansi16, "high-contrast");
}

proptest! {
    #[test]
    fn no_text_panics(text in any::<String>(), value in "[\"'#a-z:=\\[{ }0-9]{0,20}") {
        let _ = load(&[("mine", &text)], "mine");
        let _ = load(&[("mine", &format!("tones.text = {value}"))], "mine");
        let _ = load(&[("mine", &format!("palette.é = \"{value}\""))], "mine");
        let _ = color::parse(&text);
    }
}
