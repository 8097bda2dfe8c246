//! Where each pane stands at a size of the terminal. Pure geometry.

use ratatui::layout::Rect;

/// From this width on the panes stand side by side; below they are tabs.
pub(crate) const WIDE: u16 = 100;

/// The panes that one can be in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Pane {
    /// Where one types.
    #[default]
    Composer,
    /// The conversation.
    Chat,
    /// What is being done.
    Operation,
    /// What is proposed.
    Artifacts,
    /// The difference of the selected proposal.
    Diff,
}

impl Pane {
    /// All of them in the order in which Tab goes.
    pub(crate) const ALL: [Self; 5] =
        [Self::Composer, Self::Chat, Self::Operation, Self::Artifacts, Self::Diff];

    /// The name on its tab.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Composer => "Prompt",
            Self::Chat => "Chat",
            Self::Operation => "Operation",
            Self::Artifacts => "Artifacts",
            Self::Diff => "Diff",
        }
    }
}

/// What the arrangement depends on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wishes {
    /// Whether the side column is wanted: there is an operation or an artifact, and it is not folded
    /// away.
    pub(crate) side: bool,
    /// The pane that takes everything, if one is zoomed.
    pub(crate) zoomed: Option<Pane>,
    /// The pane whose tab is in front on a narrow screen.
    pub(crate) front: Pane,
    /// Rows of the composer, of the operation pane and of the list of artifacts.
    pub(crate) composer: u16,
    pub(crate) operation: u16,
    pub(crate) artifacts: u16,
    /// A line of help above the composer, as in the demo.
    pub(crate) hint: bool,
}

/// Where things stand; a pane without a place is not drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Areas {
    pub(crate) header: Rect,
    /// The names of the panes, on a narrow screen.
    pub(crate) tabs: Rect,
    pub(crate) chat: Rect,
    /// The line between the columns.
    pub(crate) rule: Rect,
    pub(crate) operation: Rect,
    pub(crate) artifacts: Rect,
    pub(crate) diff: Rect,
    pub(crate) hint: Rect,
    pub(crate) composer: Rect,
    pub(crate) footer: Rect,
}

impl Areas {
    /// Places everything on a screen of this size.
    pub(crate) fn of(screen: Rect, wishes: Wishes) -> Self {
        let mut areas = Self::default();
        let mut left = screen;
        areas.header = take_top(&mut left, u16::from(screen.height >= 5));
        areas.footer = take_bottom(&mut left, u16::from(screen.height >= 3));
        let most = (screen.height / 3).max(1);
        areas.composer = inset(take_bottom(&mut left, wishes.composer.clamp(1, most)));
        let roomy = screen.height >= 16;
        take_bottom(&mut left, u16::from(roomy));
        if wishes.hint && left.height > 4 {
            areas.hint = take_bottom(&mut left, 1);
        }
        take_top(&mut left, u16::from(roomy));
        match wishes.zoomed {
            Some(pane) => areas.alone(pane, left),
            None if !wishes.side => areas.chat = left,
            None if screen.width >= WIDE => areas.columns(left, wishes),
            None => areas.behind_tabs(left, wishes),
        }
        areas
    }

    /// The place of a pane.
    pub(crate) fn pane(&self, pane: Pane) -> Rect {
        match pane {
            Pane::Composer => self.composer,
            Pane::Chat => self.chat,
            Pane::Operation => self.operation,
            Pane::Artifacts => self.artifacts,
            Pane::Diff => self.diff,
        }
    }

    /// The pane at a point of the screen.
    pub(crate) fn pane_at(&self, column: u16, row: u16) -> Option<Pane> {
        Pane::ALL.into_iter().find(|pane| self.pane(*pane).contains((column, row).into()))
    }

    fn alone(&mut self, pane: Pane, area: Rect) {
        match pane {
            Pane::Chat | Pane::Composer => self.chat = area,
            Pane::Operation => self.operation = inset(area),
            Pane::Artifacts => self.artifacts = inset(area),
            Pane::Diff => self.diff = inset(area),
        }
    }

    /// Chat to the left, the rest to the right of a thin line.
    fn columns(&mut self, area: Rect, wishes: Wishes) {
        let chat = (area.width * 53 / 100).max(area.width.saturating_sub(110));
        self.chat = Rect { width: chat, ..area };
        self.rule = Rect { x: area.x + chat, width: 1, ..area };
        let mut side = Rect { x: area.x + chat + 1, width: area.width - chat - 1, ..area };
        side = inset(side);
        let most = side.height / 3;
        self.operation = take_top(&mut side, wishes.operation.min(most));
        take_top(&mut side, u16::from(self.operation.height > 0));
        self.artifacts = take_top(&mut side, wishes.artifacts.min(most));
        take_top(&mut side, u16::from(self.artifacts.height > 0));
        self.diff = side;
    }

    fn behind_tabs(&mut self, mut area: Rect, wishes: Wishes) {
        if area.height > 3 {
            self.tabs = take_top(&mut area, 1);
        }
        self.alone(wishes.front, area);
    }
}

/// One free column at each side.
fn inset(area: Rect) -> Rect {
    match area.width > 8 {
        true => Rect { x: area.x + 1, width: area.width - 2, ..area },
        false => area,
    }
}

fn take_top(left: &mut Rect, rows: u16) -> Rect {
    let rows = rows.min(left.height);
    let taken = Rect { height: rows, ..*left };
    left.y += rows;
    left.height -= rows;
    taken
}

fn take_bottom(left: &mut Rect, rows: u16) -> Rect {
    let rows = rows.min(left.height);
    left.height -= rows;
    Rect { y: left.bottom(), height: rows, ..*left }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WISHES: Wishes = Wishes {
        side: true,
        zoomed: None,
        front: Pane::Chat,
        composer: 1,
        operation: 6,
        artifacts: 4,
        hint: false,
    };

    fn at(width: u16, height: u16, wishes: Wishes) -> Areas {
        Areas::of(Rect { x: 0, y: 0, width, height }, wishes)
    }

    #[test]
    fn a_wide_screen_has_two_columns() {
        let areas = at(120, 40, WISHES);
        assert_eq!((areas.chat.width, areas.rule.x, areas.diff.x), (63, 63, 65));
        assert_eq!(areas.tabs, Rect::default());
        assert!(areas.diff.height > 15);
    }

    #[test]
    fn a_narrow_screen_has_tabs() {
        let areas = at(80, 24, Wishes { front: Pane::Diff, ..WISHES });
        assert_eq!(areas.tabs.height, 1);
        assert_eq!((areas.chat.height, areas.rule.height), (0, 0));
        assert!(areas.diff.height > 10);
    }

    #[test]
    fn without_a_side_the_chat_has_it_all() {
        assert_eq!(at(120, 40, Wishes { side: false, ..WISHES }).chat.width, 120);
    }

    #[test]
    fn a_small_screen_keeps_what_one_types() {
        assert_eq!(at(40, 10, WISHES).composer.height, 1);
        assert_eq!(at(1, 1, WISHES).composer.height, 1);
    }

    proptest! {
        #[test]
        fn nothing_overlaps_and_nothing_sticks_out(
            width in 1u16..300, height in 1u16..100, side: bool, hint: bool, composer in 0u16..60,
            operation in 0u16..30, artifacts in 0u16..30, front in 0usize..5, zoomed in 0usize..6,
        ) {
            let wishes = Wishes {
                side, hint, composer, operation, artifacts,
                front: Pane::ALL[front],
                zoomed: Pane::ALL.get(zoomed).copied(),
            };
            let areas = at(width, height, wishes);
            let screen = Rect { x: 0, y: 0, width, height };
            let all = [
                areas.header, areas.tabs, areas.chat, areas.rule, areas.operation, areas.artifacts,
                areas.diff, areas.hint, areas.composer, areas.footer,
            ];
            for (at, one) in all.iter().enumerate() {
                prop_assert!(one.is_empty() || screen.intersection(*one) == *one);
                for other in &all[at + 1..] {
                    prop_assert!(one.intersection(*other).is_empty());
                }
            }
        }
    }
}
