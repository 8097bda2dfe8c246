//! Assembles tool calls from their pieces. Servers number them, name them, or neither; a call is
//! whole only when the answer is over.

use uuid::Uuid;

use super::super::{Chunk, ToolCall, decoder::is_whole_json};

/// The calls of one answer, under way.
#[derive(Default)]
pub(super) struct Calls(Vec<Slot>);

#[derive(Default)]
struct Slot {
    index: Option<u64>,
    /// The server's id, to recognize further pieces.
    wire_id: String,
    call: ToolCall,
    announced: bool,
}

/// One piece of a call.
pub(super) struct Piece<'a> {
    pub(super) index: Option<u64>,
    pub(super) id: &'a str,
    pub(super) name: &'a str,
    pub(super) arguments: &'a str,
}

/// The calls of a complete answer.
pub(super) struct Sorted {
    pub(super) whole: Vec<ToolCall>,
    pub(super) cut: Vec<ToolCall>,
}

impl Calls {
    /// Takes a piece and tells of a call that begins with it.
    pub(super) fn push(&mut self, piece: &Piece<'_>, out: &mut Vec<Chunk>) {
        let slot = self.slot(piece);
        if slot.wire_id.is_empty() {
            slot.wire_id.push_str(piece.id);
        }
        // Some servers repeat the name with each piece: the first one counts.
        if slot.call.name.is_empty() {
            slot.call.name.push_str(piece.name);
        }
        slot.call.arguments.push_str(piece.arguments);
        if !slot.announced && !slot.call.name.is_empty() {
            self.announce(out);
        }
    }

    /// Gives the calls that begin to have a name an id of their own and tells of them.
    fn announce(&mut self, out: &mut Vec<Chunk>) {
        for at in 0..self.0.len() {
            let (before, rest) = self.0.split_at_mut(at);
            let slot = &mut rest[0];
            if slot.announced || slot.call.name.is_empty() {
                continue;
            }
            let taken = before.iter().any(|other| other.call.call_id == slot.wire_id);
            slot.call.call_id = match taken || slot.wire_id.is_empty() {
                true => format!("call_{}", Uuid::now_v7().simple()),
                false => slot.wire_id.clone(),
            };
            slot.announced = true;
            out.push(Chunk::ToolCallStarted {
                call_id: slot.call.call_id.clone(),
                name: slot.call.name.clone(),
            });
        }
    }

    fn slot(&mut self, piece: &Piece<'_>) -> &mut Slot {
        let found = self.0.iter().rposition(|slot| slot.takes(piece));
        let is_last = |at: usize| at + 1 == self.0.len();
        let at = match (piece.index, piece.id) {
            (None, "") => found.filter(|&at| is_last(at)),
            _ => found,
        };
        let at = at.unwrap_or_else(|| {
            self.0.push(Slot { index: piece.index, ..Slot::default() });
            self.0.len() - 1
        });
        &mut self.0[at]
    }

    /// The answer is over: which calls may be run. After a length limit never the last one.
    pub(super) fn sort(self, hit_limit: bool) -> Sorted {
        let mut sorted = Sorted { whole: Vec::new(), cut: Vec::new() };
        let last = self.0.len().saturating_sub(1);
        for (at, slot) in self.0.into_iter().enumerate() {
            let mut call = slot.call;
            let is_cut = hit_limit && at == last;
            if !is_cut && call.arguments.trim().is_empty() {
                call.arguments = "{}".to_owned();
            }
            match is_cut || call.name.is_empty() || !is_whole_json(&call.arguments) {
                true => sorted.cut.push(call),
                false => sorted.whole.push(call),
            }
        }
        sorted
    }
}

impl Slot {
    /// Whether `piece` continues this call. An index may be used twice: a new id with a name is a
    /// new call. Without index and id a second name is one.
    fn takes(&self, piece: &Piece<'_>) -> bool {
        let is_other = !piece.id.is_empty() && !self.wire_id.is_empty() && piece.id != self.wire_id;
        match piece.index {
            Some(_) => self.index == piece.index && (!is_other || piece.name.is_empty()),
            None if piece.id.is_empty() => piece.name.is_empty() || self.call.name.is_empty(),
            None => self.wire_id == piece.id,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pieces as `index|id|name|arguments`, calls as `id name arguments`; cut ones begin with `-`.
    fn check(pieces: &[&str], hit_limit: bool, expected: &[&str]) {
        let mut calls = Calls::default();
        for piece in pieces {
            let parts: Vec<&str> = piece.split('|').collect();
            let piece =
                Piece { index: parts[0].parse().ok(), id: parts[1], name: parts[2], arguments: parts[3] };
            calls.push(&piece, &mut Vec::new());
        }
        let sorted = calls.sort(hit_limit);
        let show = |call: &ToolCall| format!("{} {} {}", call.call_id, call.name, call.arguments);
        let cut = sorted.cut.iter().map(|call| format!("-{}", show(call)));
        let all: Vec<String> = sorted.whole.iter().map(show).chain(cut).collect();
        assert_eq!(all, expected);
    }

    #[test]
    fn pieces_are_joined_by_index() {
        check(&["0|a|f|", "1|b|g|", "0|||{\"x\":", "1|||{}", "0|||1}"], false, &["a f {\"x\":1}", "b g {}"]);
    }

    #[test]
    fn new_id_with_a_name_on_a_used_index_is_a_new_call() {
        check(&["0|a|f|{}", "0|b|f|{}"], false, &["a f {}", "b f {}"]);
    }

    #[test]
    fn repeated_id_and_name_are_one_call() {
        check(&["0|a|f|", "0|a|f|{}"], false, &["a f {}"]);
        check(&["|a|f|{", "|a||}"], false, &["a f {}"]);
    }

    #[test]
    fn pieces_without_index_and_id_continue_the_last_call() {
        check(&["|a|f|{\"x\"", "|||:1}"], false, &["a f {\"x\":1}"]);
    }

    #[test]
    fn missing_arguments_are_an_empty_object() {
        check(&["0|a|f|"], false, &["a f {}"]);
    }

    #[test]
    fn length_limit_cuts_the_last_call_even_if_it_looks_whole() {
        check(&["0|a|f|{}", "1|b|g|{}"], true, &["a f {}", "-b g {}"]);
        check(&["0|a|f|"], true, &["-a f "]);
    }

    #[test]
    fn unclosed_arguments_are_never_whole() {
        check(&["0|a|f|{\"x\":"], false, &["-a f {\"x\":"]);
    }

    #[test]
    fn missing_and_repeated_ids_are_made_unique() {
        let mut calls = Calls::default();
        for (index, id) in [(0, ""), (1, "a"), (2, "a")] {
            let piece = Piece { index: Some(index), id, name: "f", arguments: "{}" };
            calls.push(&piece, &mut Vec::new());
        }
        let ids: std::collections::BTreeSet<String> =
            calls.sort(false).whole.into_iter().map(|call| call.call_id).collect();
        assert_eq!(ids.len(), 3);
        assert!(!ids.contains(""));
    }
}
