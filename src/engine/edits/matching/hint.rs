//! What a diff says of a place beside its text. It decides between places that fit equally well, and
//! only if it leaves no more than one.

use super::{Line, Original, Place};
use crate::engine::edits::blocks::Hint;

impl Original {
    /// The one of these places that is meant, if that is certain.
    pub(super) fn by_hint<'a>(&self, places: &'a [Place], hint: &Hint) -> Option<&'a Place> {
        let only = |fits: &dyn Fn(&Place) -> bool| {
            let mut fitting = places.iter().filter(|place| fits(place));
            fitting.next().filter(|_| fitting.next().is_none())
        };
        if hint.is_at_end {
            return only(&|place| place.last() + 1 == self.lines.len());
        }
        if let Some(place) = hint.line.and_then(|line| only(&|place| place.first() + 1 == line)) {
            return Some(place);
        }
        let anchor = self.anchored(&hint.anchors)?;
        let end = self.scope_end(anchor);
        let below = only(&|place| place.first() > anchor);
        below.or_else(|| only(&|place| place.first() > anchor && place.last() < end))
    }

    /// The line of the last anchor, if each is found just once below the one before.
    fn anchored(&self, anchors: &[String]) -> Option<usize> {
        let mut found = None;
        for anchor in anchors {
            let from = found.map_or(0, |at: usize| at + 1);
            let lines = self.lines.iter().enumerate().skip(from);
            let mut fitting = lines.filter(|(_, line)| line.text.trim() == anchor.trim()).map(|(at, _)| at);
            found = Some(fitting.next().filter(|_| fitting.next().is_none())?);
        }
        found
    }

    /// Where what a line opens is over: the next line with text that is indented no deeper and is
    /// more than a closing bracket.
    fn scope_end(&self, anchor: usize) -> usize {
        let depth = |line: &Line| line.text.len() - line.text.trim_start().len();
        let opened = depth(&self.lines[anchor]);
        let mut below = self.lines.iter().enumerate().skip(anchor + 1);
        let ends = |line: &Line| depth(line) <= opened && line.text.contains(char::is_alphanumeric);
        below.find(|(_, line)| ends(line)).map_or(self.lines.len(), |(at, _)| at)
    }
}
