//! Classes of text that steers a terminal or misleads the eye, each with one example.

/// One class.
pub(super) struct Attack {
    pub(super) class: &'static str,
    pub(super) text: String,
}

/// Sequences that begin with ESC and one more byte have a form of a single C1 byte too.
const SEVEN_BIT: &[(&str, &str)] = &[
    ("colours", "\x1b[5;53m"),
    ("concealed text", "\x1b[8m"),
    ("cursor moves", "\x1b[999;999H\x1b[7A\x1b[2G"),
    ("cursor saving", "\x1b[s\x1b[u"),
    ("erasing", "\x1b[2J\x1b[3J\x1b[K"),
    ("inserting and deleting", "\x1b[4L\x1b[4M\x1b[4P\x1b[4@"),
    ("scrolling", "\x1b[3S\x1b[3T"),
    ("scroll regions", "\x1b[5;9r"),
    ("private modes", "\x1b[?1049l\x1b[?7l"),
    ("soft reset", "\x1b[!p"),
    ("mouse modes", "\x1b[?1000h\x1b[?1006h"),
    ("bracketed paste", "\x1b[?2004h\x1b[201~"),
    ("keyboard protocol", "\x1b[>31u"),
    ("questions", "\x1b[6n\x1b[c\x1b[>q\x1b[21t"),
    ("window operations", "\x1b[8;1;1t"),
    ("title and icon", "\x1b]0;evil\x07\x1b]1;evil\x07"),
    ("title with ST", "\x1b]2;evil\x1b\\"),
    ("palette", "\x1b]4;1;rgb:00/00/00\x07"),
    ("working directory", "\x1b]7;file:///etc\x07"),
    ("links", "\x1b]8;;http://evil.example\x1b\\here\x1b]8;;\x1b\\"),
    ("notifications", "\x1b]9;evil\x07"),
    ("progress", "\x1b]9;4;1;50\x07"),
    ("foreground", "\x1b]10;#000000\x07"),
    ("background", "\x1b]11;?\x07"),
    ("clipboard", "\x1b]52;c;ZXZpbA==\x07"),
    ("clipboard question", "\x1b]52;c;?\x07"),
    ("shell marks", "\x1b]133;A\x07"),
    ("other notifications", "\x1b]777;notify;evil;evil\x07"),
    ("iTerm files", "\x1b]1337;File=inline=1:AAAA\x07"),
    ("device control", "\x1bP+q544e\x1b\\"),
    ("sixel", "\x1bPq#0;2;0;0;0~~-\x1b\\"),
    ("tmux passthrough", "\x1bPtmux;\x1b\x1b]52;c;ZXZpbA==\x07\x1b\\"),
    ("start of string", "\x1bXevil\x1b\\"),
    ("privacy message", "\x1b^evil\x1b\\"),
    ("program command", "\x1b_evil\x1b\\"),
    ("kitty graphics", "\x1b_Ga=T,f=100;AAAA\x1b\\"),
    ("next line", "\x1bE"),
    ("reverse index", "\x1bM"),
    ("single shifts", "\x1bN\x1bO"),
];

const OTHERS: &[(&str, &str)] = &[
    ("full reset", "\x1bc"),
    ("character sets", "\x1b(0\x1b)0\x1b%G"),
    ("keypad modes", "\x1b=\x1b>"),
    ("an escape at the end", "\x1b"),
    ("an unfinished sequence", "\x1b[38;2;"),
    ("bell", "\x07"),
    ("backspace", "\x08\x08"),
    ("carriage return", "safe\rrm -rf"),
    ("vertical tab and form feed", "\x0b\x0c"),
    ("shifts out and in", "\x0e\x0f"),
    ("delete", "\x7f"),
    ("null", "\0"),
    ("answerback and flow control", "\x05\x11\x13"),
    ("cancel and substitute", "\x18\x1a"),
    ("bidirectional overrides", "\u{202e}live\u{202d}\u{202c}"),
    ("bidirectional embeddings", "\u{202a}a\u{202b}b\u{202c}"),
    ("bidirectional isolates", "\u{2066}a\u{2067}b\u{2068}c\u{2069}"),
    ("bidirectional marks", "\u{200e}\u{200f}\u{61c}"),
    ("zero width space", "pay\u{200b}pal"),
    ("joiners between letters", "pay\u{200d}pal\u{200c}x"),
    ("byte order mark", "\u{feff}"),
    ("soft hyphen", "pay\u{ad}pal"),
    ("word joiner and invisible operators", "\u{2060}\u{2061}\u{2064}"),
    ("deprecated format characters", "\u{206a}\u{206f}"),
    ("tag characters", "\u{e0001}\u{e0068}\u{e0069}\u{e007f}"),
    ("supplementary variation selectors", "a\u{e0100}\u{e01ef}"),
    ("unassigned ignorable characters", "a\u{e0ffe}\u{fff0}"),
    ("line and paragraph separators", "\u{2028}\u{2029}"),
    ("interlinear annotation", "\u{fff9}a\u{fffa}b\u{fffb}"),
    ("Hangul fillers", "\u{3164}\u{115f}\u{1160}\u{ffa0}"),
    ("Mongolian selectors", "\u{180e}\u{180b}"),
    ("combining grapheme joiner", "a\u{34f}b"),
    ("Khmer inherent vowels", "\u{17b4}\u{17b5}"),
    ("musical format controls", "\u{1d173}\u{1d17a}"),
    ("shorthand format controls", "\u{1bca0}\u{1bca3}"),
];

/// All of them, what has a 7-bit form in its 8-bit form too: by itself.
pub(super) fn attacks() -> Vec<Attack> {
    let known = SEVEN_BIT.iter().chain(OTHERS).map(|(class, text)| Attack::new(class, *text));
    let eight_bit = SEVEN_BIT.iter().map(|(class, text)| Attack::new(class, c1(text)));
    known.chain(eight_bit).collect()
}

/// All of them, both forms in one text.
pub(super) fn classes() -> Vec<Attack> {
    let both = SEVEN_BIT.iter().map(|(class, text)| Attack::new(class, format!("{text} {}", c1(text))));
    both.chain(OTHERS.iter().map(|(class, text)| Attack::new(class, *text))).collect()
}

impl Attack {
    fn new(class: &'static str, text: impl Into<String>) -> Self {
        Self { class, text: text.into() }
    }
}

/// `ESC [` as one control, and so on.
fn c1(text: &str) -> String {
    let mut single = String::new();
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match rest.next_if(|next| c == '\x1b' && ('@'..='_').contains(next)) {
            Some(next) => single.extend(char::from_u32(next as u32 + 0x40)),
            None => single.push(c),
        }
    }
    single
}

#[test]
fn there_are_enough_classes_and_8_bit_forms_are_c1() {
    assert!(classes().len() >= 40, "{}", classes().len());
    assert_eq!(c1("\x1b[2J\x1b]0;a\x07\x1b\\"), "\u{9b}2J\u{9d}0;a\x07\u{9c}");
}
