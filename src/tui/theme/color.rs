//! Colours: how theme files write them, how bright they are, and which of a terminal's few colours
//! comes closest.

use ratatui::style::Color;

/// Red, green and blue.
pub(super) type Rgb = [u8; 3];

/// The sixteen by the name of a theme file. What they look like is the terminal's choice; the
/// values are those of the Linux console, the one place that has no more than them.
pub(super) const ANSI: [(&str, Color, Rgb); 16] = [
    ("black", Color::Black, [0, 0, 0]),
    ("red", Color::Red, [170, 0, 0]),
    ("green", Color::Green, [0, 170, 0]),
    ("yellow", Color::Yellow, [170, 85, 0]),
    ("blue", Color::Blue, [0, 0, 170]),
    ("magenta", Color::Magenta, [170, 0, 170]),
    ("cyan", Color::Cyan, [0, 170, 170]),
    ("white", Color::Gray, [170, 170, 170]),
    ("bright-black", Color::DarkGray, [85, 85, 85]),
    ("bright-red", Color::LightRed, [255, 85, 85]),
    ("bright-green", Color::LightGreen, [85, 255, 85]),
    ("bright-yellow", Color::LightYellow, [255, 255, 85]),
    ("bright-blue", Color::LightBlue, [85, 85, 255]),
    ("bright-magenta", Color::LightMagenta, [255, 85, 255]),
    ("bright-cyan", Color::LightCyan, [85, 255, 255]),
    ("bright-white", Color::White, [255, 255, 255]),
];

/// A colour of a palette.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pigment {
    pub(super) full: Color,
    /// What stands for it among 256, where the nearest one would lose its meaning: the cube has no
    /// dark green but a loud one, and the nearest to a quiet one is grey.
    pub(super) of_256: Option<Color>,
}

/// A colour as a theme file writes it, or why it is none.
pub(super) fn parse(text: &str) -> Result<Color, String> {
    let color = match text.split_once(':') {
        Some(("ansi", name)) => ANSI.iter().find(|(known, ..)| *known == name).map(|(_, color, _)| *color),
        Some(("indexed", number)) => number.parse().ok().map(Color::Indexed),
        Some(_) => None,
        None if text == "default" => Some(Color::Reset),
        None => hex(text).map(|[r, g, b]| Color::Rgb(r, g, b)),
    };
    color.ok_or_else(|| {
        format!(
            "`{text}` is no colour: write \"#rrggbb\", \"ansi:red\", \"ansi:bright-red\", \
             \"indexed:0\" to \"indexed:255\" or \"default\""
        )
    })
}

fn hex(text: &str) -> Option<Rgb> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    let number = u32::from_str_radix(digits, 16).ok().filter(|_| !digits.starts_with('+'))?;
    let [_, r, g, b] = number.to_be_bytes();
    Some([r, g, b])
}

/// What a colour looks like; `None` where only the terminal knows.
pub(super) fn rgb(color: Color) -> Option<Rgb> {
    match color {
        Color::Rgb(r, g, b) => Some([r, g, b]),
        Color::Indexed(index @ 16..) => Some(indexed(index)),
        Color::Indexed(index) => ANSI.get(usize::from(index)).map(|(.., rgb)| *rgb),
        named => ANSI.iter().find(|(_, color, _)| *color == named).map(|(.., rgb)| *rgb),
    }
}

/// The colours above the sixteen: a cube of 6 × 6 × 6, then 24 greys.
pub(super) fn indexed(index: u8) -> Rgb {
    if index >= 232 {
        return [8 + 10 * (index - 232); 3];
    }
    let step = |place: u8| [0, 95, 135, 175, 215, 255][usize::from(place % 6)];
    let cube = index.saturating_sub(16);
    [step(cube / 36), step(cube / 6), step(cube)]
}

/// The contrast of two colours by WCAG 2, from 1 to 21.
pub(super) fn contrast(one: Rgb, other: Rgb) -> f32 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance(rgb: Rgb) -> f32 {
    let [r, g, b] = rgb.map(linear);
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

fn linear(channel: u8) -> f32 {
    let value = f32::from(channel) / 255.0;
    if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
}

/// Oklab: lightness and two axes of hue, in which equal distances look equally far.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lab {
    pub(super) lightness: f32,
    a: f32,
    b: f32,
}

impl From<Rgb> for Lab {
    fn from(rgb: Rgb) -> Self {
        let [r, g, b] = rgb.map(linear);
        let long = (0.412_221_47 * r + 0.536_332_54 * g + 0.051_445_99 * b).cbrt();
        let middle = (0.211_903_5 * r + 0.680_699_5 * g + 0.107_396_96 * b).cbrt();
        let short = (0.088_302_46 * r + 0.281_718_85 * g + 0.629_978_7 * b).cbrt();
        Self {
            lightness: 0.210_454_26 * long + 0.793_617_8 * middle - 0.004_072_047 * short,
            a: 1.977_998_5 * long - 2.428_592_2 * middle + 0.450_593_7 * short,
            b: 0.025_904_037 * long + 0.782_771_77 * middle - 0.808_675_77 * short,
        }
    }
}

impl Lab {
    /// How far apart two colours look.
    pub(super) fn distance(self, other: Self) -> f32 {
        (self.lightness - other.lightness).powi(2) + (self.a - other.a).powi(2) + (self.b - other.b).powi(2)
    }

    /// How far from grey.
    pub(super) fn chroma(self) -> f32 {
        self.a.hypot(self.b)
    }

    /// How alike two hues are, from -1 to 1.
    pub(super) fn hue_likeness(self, other: Self) -> f32 {
        (self.a * other.a + self.b * other.b) / (self.chroma() * other.chroma()).max(f32::EPSILON)
    }
}
