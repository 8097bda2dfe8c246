//! How far a place is shifted against the text that was sought, and lines shifted likewise.

/// By what the indentation of a place differs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Shift {
    /// Nothing.
    #[default]
    None,
    /// The place has this before each line.
    Deeper(String),
    /// The place lacks this before each line.
    Shallower(String),
    /// One has tabs where the other has blanks: a tab is `tab` columns wide, the place is `by`
    /// columns further right, and is itself written with tabs or without.
    Columns { tab: usize, by: isize, with_tabs: bool },
}

/// How wide a tab may be meant, the likeliest first.
const TABS: [usize; 5] = [4, 2, 8, 3, 1];

impl Shift {
    /// The shift from the first line of each pair to the second, if it is the same for all. Lines
    /// without text say nothing.
    pub(super) fn between(pairs: &[(&str, &str)]) -> Option<Self> {
        let is_said = |(sought, found): &&(&str, &str)| !sought.trim().is_empty() && !found.trim().is_empty();
        let pairs: Vec<(&str, &str)> =
            pairs.iter().filter(is_said).map(|(sought, found)| (indent(sought), indent(found))).collect();
        let Some((sought, found)) = pairs.first() else { return Some(Self::None) };
        let first = if let Some(more) = found.strip_suffix(sought) {
            if more.is_empty() { Self::None } else { Self::Deeper(more.to_owned()) }
        } else if let Some(more) = sought.strip_suffix(found) {
            Self::Shallower(more.to_owned())
        } else {
            return Self::in_columns(&pairs);
        };
        match pairs.iter().all(|(sought, found)| first.of_indent(sought).as_deref() == Some(found)) {
            true => Some(first),
            false => Self::in_columns(&pairs),
        }
    }

    fn in_columns(pairs: &[(&str, &str)]) -> Option<Self> {
        let has_tabs = |side: &dyn Fn(&(&str, &str)) -> bool| pairs.iter().any(side);
        let (sought, found) =
            (has_tabs(&|pair| pair.0.contains('\t')), has_tabs(&|pair| pair.1.contains('\t')));
        if !sought && !found {
            return None;
        }
        let by = |tab: usize| {
            let mut shifts = pairs.iter().map(|pair| columns(pair.1, tab) - columns(pair.0, tab));
            let first = shifts.next()?;
            shifts.all(|shift| shift == first).then_some(Self::Columns { tab, by: first, with_tabs: found })
        };
        let possible: Vec<Self> = TABS.iter().filter_map(|tab| by(*tab)).collect();
        let unshifted = possible.iter().find(|shift| matches!(shift, Self::Columns { by: 0, .. }));
        unshifted.or(possible.first()).cloned()
    }

    /// A line shifted as the place is. What cannot be taken away is not there.
    pub(super) fn of(&self, line: &str) -> String {
        let text = line.trim_start_matches([' ', '\t']);
        if text.trim().is_empty() {
            return line.to_owned();
        }
        let before = &line[..line.len() - text.len()];
        let shifted = self.of_indent(before).unwrap_or_default();
        shifted + text
    }

    fn of_indent(&self, before: &str) -> Option<String> {
        match self {
            Self::None => Some(before.to_owned()),
            Self::Deeper(more) => Some(format!("{more}{before}")),
            Self::Shallower(less) => before.strip_prefix(less.as_str()).map(str::to_owned),
            Self::Columns { tab, by, with_tabs } => {
                let width = (columns(before, *tab) + by).max(0).unsigned_abs();
                let tabs = if *with_tabs { width / tab } else { 0 };
                Some("\t".repeat(tabs) + &" ".repeat(width - tabs * tab))
            }
        }
    }
}

fn indent(line: &str) -> &str {
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

fn columns(indent: &str, tab: usize) -> isize {
    indent.chars().map(|c| if c == '\t' { tab as isize } else { 1 }).sum()
}
