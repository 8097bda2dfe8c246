//! What can be done, in words: the help page and the footer, both made from the action table and
//! the key map in force.

use super::{
    action::{Action, Context},
    ink::{Ink, Tone},
    keymap::Keymap,
    text::{Line, width},
};

mod hints;

#[cfg(test)]
mod tests;

pub(crate) use hints::hints;

/// From this width on the page has two columns.
const TWO_COLUMNS: usize = 100;
/// Columns of a list of keys, with the blanks behind it.
const KEYS: usize = 20;
/// The same on a page narrower than twice that.
const FEW_KEYS: usize = 12;
/// Blanks between two columns.
const GAP: usize = 4;

/// The keys of one context or the slash commands, under a heading.
struct Group {
    title: &'static str,
    rows: Vec<Row>,
}

/// Something to press or type, and what it does.
struct Row {
    keys: String,
    name: &'static str,
    about: &'static str,
}

/// The help page at a width. Only rows that hold every word of `filter` are in it.
pub(crate) fn page(keymap: &Keymap, columns: usize, filter: &str) -> Vec<Line> {
    let keys = Context::ALL.into_iter().map(|context| keys_of(keymap, context));
    let groups = std::iter::once(commands()).chain(keys).map(|group| group.filtered(filter));
    let groups: Vec<Group> = groups.filter(|group| !group.rows.is_empty()).collect();
    match groups.is_empty() {
        true => vec![Line::of("Nothing here is called that.", Tone::Muted)],
        false if columns >= TWO_COLUMNS => side_by_side(&groups, columns),
        false => stacked(groups.iter(), columns),
    }
}

fn commands() -> Group {
    let commands = Action::all().filter_map(|action| Some((action, action.slash()?)));
    let rows = commands.map(|(action, slash)| Row::of(action, slash.to_owned()));
    Group { title: "Commands", rows: rows.collect() }
}

fn keys_of(keymap: &Keymap, context: Context) -> Group {
    let rows = Action::all().filter_map(|action| {
        let keys: Vec<String> = keymap.keys(context, action).map(|keys| keys.label()).collect();
        (!keys.is_empty()).then(|| Row::of(action, keys.join("  ")))
    });
    Group { title: context.title(), rows: rows.collect() }
}

impl Row {
    fn of(action: Action, keys: String) -> Self {
        Self { keys, name: action.name(), about: action.about() }
    }

    fn has(&self, word: &str) -> bool {
        [&self.keys, self.name, self.about].iter().any(|text| text.to_lowercase().contains(word))
    }

    /// The keys, as many as fit, and the sentence.
    fn line(&self, columns: usize) -> Line {
        let room = if columns < 2 * KEYS { FEW_KEYS } else { KEYS };
        let mut line = Line::default();
        for keys in self.keys.split("  ") {
            let gap = if line.is_empty() { "" } else { "  " };
            if line.is_empty() || line.width() + gap.len() + width(keys) < room {
                line.push(gap, Ink::TEXT);
                line.push(keys, Tone::Accent);
            }
        }
        line.push(" ", Ink::TEXT);
        line.pad_to(room, Ink::TEXT);
        line.push(self.about, Tone::Text);
        line.fit(columns)
    }
}

impl Group {
    fn filtered(self, filter: &str) -> Self {
        let filter = filter.to_lowercase();
        let fits = |row: &Row| filter.split_whitespace().all(|word| row.has(word));
        Self { rows: self.rows.into_iter().filter(fits).collect(), ..self }
    }

    /// Heading, rows, and a blank line.
    fn height(&self) -> usize {
        self.rows.len() + 2
    }

    fn lines(&self, columns: usize) -> impl Iterator<Item = Line> {
        let heading = Line::of(self.title, Tone::Heading).fit(columns);
        let rows = self.rows.iter().map(move |row| row.line(columns));
        std::iter::once(heading).chain(rows)
    }
}

fn stacked<'a>(groups: impl Iterator<Item = &'a Group>, columns: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    for group in groups {
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        lines.extend(group.lines(columns));
    }
    lines
}

/// The groups in their order, the left column a little longer than the right one.
fn side_by_side(groups: &[Group], columns: usize) -> Vec<Line> {
    let column = (columns - GAP) / 2;
    let whole: usize = groups.iter().map(Group::height).sum();
    let height_before = |at: usize| groups[..at].iter().map(Group::height).sum::<usize>();
    let left = (0..groups.len()).take_while(|at| height_before(*at) * 2 < whole).count();
    let (left, right) = groups.split_at(left);
    beside(&stacked(left.iter(), column), &stacked(right.iter(), column), column + GAP)
}

fn beside(left: &[Line], right: &[Line], column: usize) -> Vec<Line> {
    let line = |at: usize| {
        let mut line = left.get(at).cloned().unwrap_or_default();
        if let Some(right) = right.get(at) {
            line.pad_to(column, Ink::TEXT);
            line.append(right);
        }
        line
    };
    (0..left.len().max(right.len())).map(line).collect()
}
