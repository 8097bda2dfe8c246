//! How many colours a terminal has, and themes drawn with fewer than they were made of.

use ratatui::style::{Color, Style};

use super::color::{ANSI, Lab, Rgb, contrast, indexed, rgb};
use crate::tui::ink::Tone;

/// How many colours may be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    /// None at all: `ui.color = false`, which `NO_COLOR` sets, or a terminal without them.
    None,
    /// The terminal's own sixteen.
    Ansi16,
    /// The cube and the greys.
    Ansi256,
    /// All.
    TrueColor,
}

/// Terminals that have all colours and say so only by their name.
const TRUE_COLOR_TERMS: [&str; 8] =
    ["direct", "truecolor", "kitty", "ghostty", "alacritty", "wezterm", "foot", "contour"];

impl Depth {
    /// By the setting `ui.color` and the variables COLORTERM and TERM.
    pub(crate) fn detect(color: bool, colorterm: Option<&str>, term: Option<&str>) -> Self {
        let says_all = colorterm.is_some_and(|said| matches!(said, "truecolor" | "24bit"));
        match term {
            _ if !color => Self::None,
            Some("dumb") => Self::None,
            _ if says_all => Self::TrueColor,
            Some(term) if TRUE_COLOR_TERMS.iter().any(|known| term.contains(known)) => Self::TrueColor,
            Some(term) if term.contains("256") => Self::Ansi256,
            // The Windows console sets no TERM and has had all colours since 2017.
            None if cfg!(windows) => Self::TrueColor,
            _ => Self::Ansi16,
        }
    }

    /// The look of fewer colours, still readable where it was made of all of them.
    pub(super) fn readable(self, tone: Tone, whole: Style, fewer: Style) -> Style {
        let is_rgb = |color: Option<Color>| matches!(color, Some(Color::Rgb(..)));
        match is_rgb(whole.fg) || is_rgb(whole.bg) {
            true => self.mend(tone, fewer),
            false => fewer,
        }
    }

    /// Rounding may bring letters and ground together; then black or white letters are better.
    fn mend(self, tone: Tone, style: Style) -> Style {
        let (Some(letters), Some(ground)) = (style.fg.and_then(rgb), style.bg.and_then(rgb)) else {
            return style;
        };
        let enough = match self {
            Self::None | Self::TrueColor => return style,
            _ if tone == Tone::Rule => 1.1,
            Self::Ansi16 => 2.5,
            Self::Ansi256 => 3.5,
        };
        let is_dark = contrast(ground, [255; 3]) > contrast(ground, [0; 3]);
        match (tone, is_dark) {
            _ if contrast(letters, ground) >= enough => style,
            (Tone::Rule, _) => style.fg(Color::DarkGray),
            (_, true) => style.fg(Color::White),
            (_, false) => style.fg(Color::Black),
        }
    }
}

/// Finds the nearest colour that there is.
pub(super) struct Nearest {
    depth: Depth,
    /// The colours from 16 on; what the first sixteen look like is the terminal's choice.
    cube: Vec<(u8, Lab)>,
}

impl Nearest {
    /// For a terminal of this depth.
    pub(super) fn new(depth: Depth) -> Self {
        let cube = (16..=255).map(|index| (index, Lab::from(indexed(index))));
        Self { depth, cube: if depth == Depth::Ansi256 { cube.collect() } else { Vec::new() } }
    }

    /// `color`, or what stands for it.
    pub(super) fn of(&self, color: Color) -> Color {
        match (self.depth, color) {
            (Depth::Ansi256, Color::Rgb(r, g, b)) => self.of_256([r, g, b]),
            (Depth::Ansi16, Color::Rgb(r, g, b)) => nearest_of_16([r, g, b]),
            (Depth::Ansi16, Color::Indexed(index @ 16..)) => nearest_of_16(indexed(index)),
            _ => color,
        }
    }

    fn of_256(&self, color: Rgb) -> Color {
        let wanted = Lab::from(color);
        let distance = |(_, lab): &&(u8, Lab)| wanted.distance(*lab);
        let nearest = self.cube.iter().min_by(|one, other| distance(one).total_cmp(&distance(other)));
        nearest.map_or(Color::Reset, |(index, _)| Color::Indexed(*index))
    }
}

/// By hue where there is one: nearest by distance would make every soft colour grey.
fn nearest_of_16(color: Rgb) -> Color {
    let wanted = Lab::from(color);
    if wanted.chroma() < 0.045 {
        return nearest_grey(wanted.lightness);
    }
    let bright = wanted.lightness > 0.7;
    let likeness = |(.., rgb): &&(&str, Color, Rgb)| wanted.hue_likeness(Lab::from(*rgb));
    let hues = ANSI[9..15].iter();
    let nearest = hues.max_by(|one, other| likeness(one).total_cmp(&likeness(other)));
    let place = nearest.and_then(|(name, ..)| ANSI.iter().position(|(known, ..)| known == name));
    place.map_or(Color::Reset, |place| ANSI[if bright { place } else { place - 8 }].1)
}

fn nearest_grey(lightness: f32) -> Color {
    match lightness {
        l if l < 0.35 => Color::Black,
        l if l < 0.62 => Color::DarkGray,
        l if l < 0.9 => Color::Gray,
        _ => Color::White,
    }
}
