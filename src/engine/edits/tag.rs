//! One line as a tag: where it ends, which attributes it has.

/// How an artifact's opening tag begins.
pub(super) const OPEN: &str = "<artifact";
/// An artifact's end tag.
pub(super) const END: &str = "</artifact>";
/// How the other tags begin.
pub(super) const EDIT: &str = "<edit";
pub(super) const DELETE: &str = "<delete";
pub(super) const RENAME: &str = "<rename";
/// End tags of the others. Those of tags that need none are dropped.
pub(super) const EDIT_END: &str = "</edit>";
pub(super) const NEEDLESS_ENDS: [&str; 3] = [EDIT_END, "</delete>", "</rename>"];

const BLANKS: [char; 2] = [' ', '\t'];

/// Which tag.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Name {
    #[default]
    Artifact,
    Edit,
    Delete,
    Rename,
}

const NAMES: [(Name, &str); 4] =
    [(Name::Artifact, OPEN), (Name::Edit, EDIT), (Name::Delete, DELETE), (Name::Rename, RENAME)];

/// An opening tag at the start of a line.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct OpenTag<'a> {
    pub(super) name: Name,
    pub(super) path: Option<String>,
    /// Both of a rename.
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
    pub(super) language: Option<String>,
    /// Written as `<artifact … />`.
    pub(super) ends_itself: bool,
    /// What follows in the line.
    pub(super) rest: &'a str,
}

impl<'a> OpenTag<'a> {
    /// The tag that `line` begins with. A tag does not go on in the next line.
    fn at_start_of(line: &'a str) -> Option<Self> {
        let (name, mut text) =
            NAMES.iter().find_map(|(name, mark)| Some((*name, line.strip_prefix(mark)?)))?;
        if !text.starts_with([' ', '\t', '>', '/']) {
            return None;
        }
        let mut tag = Self { name, ..Self::default() };
        loop {
            text = text.trim_start_matches(BLANKS);
            if let Some(rest) = text.strip_prefix('>') {
                return Some(Self { rest, ..tag });
            }
            if let Some(rest) = text.strip_prefix("/>") {
                return Some(Self { rest, ends_itself: true, ..tag });
            }
            let attribute = Attribute::at_start_of(text)?;
            tag.set(attribute.name, attribute.value);
            text = attribute.rest;
        }
    }

    /// The tag that opens something. Text may follow only behind a path, so that a sentence about
    /// `<artifact>` opens nothing.
    pub(super) fn opening(line: &'a str) -> Option<Self> {
        Self::at_start_of(line).filter(|tag| match tag.name {
            Name::Artifact => tag.is_alone() || tag.path.is_some() && !tag.ends_itself,
            Name::Edit => tag.is_alone() && !tag.ends_itself,
            Name::Delete => tag.path.is_some() && tag.is_alone_or("</delete>"),
            Name::Rename => tag.from.is_some() && tag.to.is_some() && tag.is_alone_or("</rename>"),
        })
    }

    fn is_alone_or(&self, end: &str) -> bool {
        self.is_alone() || self.rest.trim_matches(BLANKS) == end
    }

    fn is_alone(&self) -> bool {
        self.rest.trim_start_matches(BLANKS).is_empty()
    }

    fn set(&mut self, name: &str, value: &str) {
        let field = match name {
            "path" => &mut self.path,
            "from" => &mut self.from,
            "to" => &mut self.to,
            "language" => &mut self.language,
            _ => return,
        };
        if field.is_none() && !value.trim().is_empty() {
            *field = Some(decode(value));
        }
    }
}

/// Whether `line` is an opening tag that needs an end tag of its own inside content.
pub(super) fn opens_nested(line: &str) -> bool {
    let tag = OpenTag::at_start_of(line).filter(|tag| tag.name == Name::Artifact);
    tag.is_some_and(|tag| tag.is_alone() && !tag.ends_itself)
}

/// Whether `line` is an artifact's end tag.
pub(super) fn is_end(line: &str) -> bool {
    line.trim_end_matches(BLANKS) == END
}

/// Whether `line` is an edit's end tag.
pub(super) fn is_edit_end(line: &str) -> bool {
    line.trim_end_matches(BLANKS) == EDIT_END
}

/// Whether `line` is an end tag that ends nothing and says nothing.
pub(super) fn is_needless_end(line: &str) -> bool {
    NEEDLESS_ENDS.contains(&line.trim_end_matches(BLANKS))
}

/// The text before an end tag that ends the last line of `text`, without the blanks between.
pub(super) fn before_end_in_line(text: &str) -> Option<&str> {
    Some(text.trim_end().strip_suffix(END)?.trim_end_matches(BLANKS))
}

struct Attribute<'a> {
    name: &'a str,
    value: &'a str,
    rest: &'a str,
}

impl<'a> Attribute<'a> {
    fn at_start_of(text: &'a str) -> Option<Self> {
        let (name, after) = split_at_any(text, &[' ', '\t', '=', '>', '/']);
        if name.is_empty() {
            return None;
        }
        let Some(after) = after.trim_start_matches(BLANKS).strip_prefix('=') else {
            return Some(Self { name, value: "", rest: after });
        };
        let (value, rest) = value_at_start_of(after.trim_start_matches(BLANKS))?;
        Some(Self { name, value, rest })
    }
}

fn value_at_start_of(text: &str) -> Option<(&str, &str)> {
    match text.chars().next()? {
        quote @ ('"' | '\'') => text[1..].split_once(quote),
        _ => Some(split_at_any(text, &[' ', '\t', '>'])),
    }
}

fn split_at_any<'a>(text: &'a str, ends: &[char]) -> (&'a str, &'a str) {
    text.split_at(text.find(ends).unwrap_or(text.len()))
}

/// `&amp;` comes last: what it yields is not decoded again.
fn decode(value: &str) -> String {
    value
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}
