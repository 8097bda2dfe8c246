//! Server-sent events: turns bytes, however they are cut, into the `data` of events.
//!
//! Event names, ids and retry hints are left aside: both wires say everything in the JSON data.

use super::{LlmError, LlmErrorKind};

/// The longest line, and the longest event of several lines, that is accepted.
const MAX_EVENT: usize = 16 << 20;
const BOM: &[u8] = b"\xef\xbb\xbf";

/// An incremental parser. Feed it with [`Parser::push`], close it with [`Parser::finish`].
#[derive(Debug, Default)]
pub(super) struct Parser {
    /// The beginning of a line whose end has not come yet.
    line: Vec<u8>,
    /// The data lines of the event under way.
    data: Vec<u8>,
    has_data: bool,
    /// The last line ended with CR: an LF right after it belongs to the same line end.
    after_cr: bool,
    past_first_line: bool,
}

impl Parser {
    /// Takes the next bytes and hands the data of each completed event to `on_event`.
    pub(super) fn push<E: From<LlmError>>(
        &mut self,
        mut bytes: &[u8],
        on_event: &mut impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        while let Some(&first) = bytes.first() {
            if std::mem::take(&mut self.after_cr) && first == b'\n' {
                bytes = &bytes[1..];
                continue;
            }
            let Some(end) = memchr::memchr2(b'\n', b'\r', bytes) else {
                return Ok(append(&mut self.line, bytes)?);
            };
            self.after_cr = bytes[end] == b'\r';
            self.end_line(&bytes[..end], on_event)?;
            bytes = &bytes[end + 1..];
        }
        Ok(())
    }

    /// The stream is over: an event without its closing empty line counts too.
    pub(super) fn finish<E: From<LlmError>>(
        &mut self,
        on_event: &mut impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        if !self.line.is_empty() {
            self.end_line(b"", on_event)?;
        }
        self.dispatch(on_event)
    }

    fn end_line<E: From<LlmError>>(
        &mut self,
        tail: &[u8],
        on_event: &mut impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        if self.line.is_empty() {
            return self.take_line(tail, on_event);
        }
        let mut line = std::mem::take(&mut self.line);
        append(&mut line, tail)?;
        let taken = self.take_line(&line, on_event);
        line.clear();
        self.line = line;
        taken
    }

    fn take_line<E: From<LlmError>>(
        &mut self,
        line: &[u8],
        on_event: &mut impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let line = match std::mem::replace(&mut self.past_first_line, true) {
            false => line.strip_prefix(BOM).unwrap_or(line),
            true => line,
        };
        if line.is_empty() {
            return self.dispatch(on_event);
        }
        if let Some(value) = data_value(line) {
            if self.has_data {
                self.data.push(b'\n');
            }
            self.has_data = true;
            append(&mut self.data, value)?;
        }
        Ok(())
    }

    fn dispatch<E>(&mut self, on_event: &mut impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        if !std::mem::take(&mut self.has_data) {
            return Ok(());
        }
        let taken = on_event(&self.data);
        self.data.clear();
        taken
    }
}

/// The value of a `data` field; `None` for comments and every other field.
fn data_value(line: &[u8]) -> Option<&[u8]> {
    let rest = line.strip_prefix(b"data")?;
    match rest.split_first() {
        None => Some(rest),
        Some((b':', value)) => Some(value.strip_prefix(b" ").unwrap_or(value)),
        Some(_) => None,
    }
}

fn append(to: &mut Vec<u8>, bytes: &[u8]) -> Result<(), LlmError> {
    if to.len() + bytes.len() > MAX_EVENT {
        return Err(LlmError::new(
            LlmErrorKind::TooLarge,
            format!("a line of the answer is longer than {} MiB", MAX_EVENT >> 20),
        ));
    }
    to.extend_from_slice(bytes);
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    fn parse(pieces: &[&[u8]]) -> Vec<String> {
        let mut events = Vec::new();
        let mut parser = Parser::default();
        let mut on_event = |data: &[u8]| -> Result<(), LlmError> {
            events.push(String::from_utf8_lossy(data).into_owned());
            Ok(())
        };
        for piece in pieces {
            parser.push(piece, &mut on_event).unwrap();
        }
        parser.finish(&mut on_event).unwrap();
        events
    }

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(parse(&[text.as_bytes()]), expected, "{text:?}");
    }

    #[test]
    fn every_line_end_ends_a_line() {
        check("data: a\n\ndata: b\n\n", &["a", "b"]);
        check("data: a\r\n\r\ndata: b\r\n\r\n", &["a", "b"]);
        check("data: a\r\rdata: b\r\r", &["a", "b"]);
    }

    #[test]
    fn comments_and_other_fields_are_passed_over() {
        check(": keep-alive\n\nevent: x\nid: 1\nretry: 5\ndata: a\n\n", &["a"]);
        check("database: x\n\n", &[]);
    }

    #[test]
    fn data_may_lack_the_space_span_lines_and_be_empty() {
        check("data:a\n\n", &["a"]);
        check("data:  a\n\n", &[" a"]);
        check("data: a\ndata: b\n\n", &["a\nb"]);
        check("data\n\n", &[""]);
    }

    #[test]
    fn byte_order_mark_at_the_start_is_no_content() {
        check("\u{feff}data: a\n\n", &["a"]);
    }

    #[test]
    fn last_event_counts_without_its_empty_line() {
        check("data: a\n\ndata: b", &["a", "b"]);
        check("data: a\n", &["a"]);
    }

    #[test]
    fn overlong_line_is_refused() {
        let mut parser = Parser::default();
        let piece = vec![b'x'; 1 << 20];
        let mut ignore = |_: &[u8]| Ok::<(), LlmError>(());
        let error = (0..17).find_map(|_| parser.push(&piece, &mut ignore).err()).unwrap();
        assert_eq!(error.kind, LlmErrorKind::TooLarge);
    }

    proptest! {
        #[test]
        fn any_chunking_equals_the_whole(
            text in "(data|:|a|é|\u{feff}| |\n|\r|\r\n){0,60}",
            cuts in prop::collection::vec(0usize..200, 0..8),
        ) {
            let bytes = text.as_bytes();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
            cuts.sort_unstable();
            let mut pieces = Vec::new();
            let mut from = 0;
            for cut in cuts.into_iter().chain([bytes.len()]) {
                pieces.push(&bytes[from..cut]);
                from = cut;
            }
            prop_assert_eq!(parse(&pieces), parse(&[bytes]));
        }

        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            parse(&[&bytes]);
        }
    }
}
