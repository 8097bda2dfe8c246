//! When standard input belongs to the prompt: always when the prompt is `-`, else when a pipe or file
//! has something to say at once. An idle pipe, inherited by accident, is never waited for.

use std::{
    io::{self, Read},
    sync::mpsc,
    thread,
    time::Duration,
};

/// How long a pipe beside a prompt may take to show that it has data.
const FIRST_DATA: Duration = Duration::from_millis(200);
/// A prompt is words; more than this is a file that was piped by mistake.
const MAX_BYTES: u64 = 4 * 1024 * 1024;

/// Why standard input is no prompt.
#[derive(Debug, thiserror::Error)]
pub enum StdinError {
    /// Nothing to say.
    #[error("there is no prompt: give it as an argument, or `-` and the text on standard input")]
    Empty,
    /// Too much.
    #[error("standard input holds more than 4 MiB; name the file in the prompt instead of piping it")]
    TooLarge,
    /// Not text.
    #[error("standard input is not UTF-8 text")]
    NotText,
    /// It cannot be read.
    #[error("standard input could not be read: {0}")]
    Read(#[from] io::Error),
}

/// The prompt from what was typed and, where it belongs to it, standard input.
///
/// # Errors
/// No prompt at all, or a standard input that cannot be one.
pub fn prompt(typed: Option<&str>) -> Result<String, StdinError> {
    let words = match typed {
        Some("-") => read(io::stdin())?,
        None => piped()?.unwrap_or_default(),
        Some(typed) => match piped()? {
            Some(more) if !more.trim().is_empty() => {
                format!("{typed}\n\n<stdin>\n{}\n</stdin>", more.trim_end())
            }
            _ => typed.to_owned(),
        },
    };
    match words.trim() {
        "" => Err(StdinError::Empty),
        words => Ok(words.to_owned()),
    }
}

/// What a pipe or file on standard input holds, if it begins to speak at once.
fn piped() -> Result<Option<String>, StdinError> {
    if !may_speak() {
        return Ok(None);
    }
    let (first, began) = mpsc::sync_channel(1);
    let reader = thread::spawn(move || {
        let mut head = [0; 4096];
        let mut input = io::stdin();
        let length = input.read(&mut head)?;
        let _ = first.send(());
        read(head[..length].chain(input))
    });
    match began.recv_timeout(FIRST_DATA) {
        // A reader that waits on is left behind; it ends with the process.
        Err(mpsc::RecvTimeoutError::Timeout) => Ok(None),
        _ => reader.join().unwrap_or(Err(StdinError::Empty)).map(Some),
    }
}

#[cfg(unix)]
fn may_speak() -> bool {
    use std::os::{fd::AsFd, unix::fs::FileTypeExt};
    let Ok(stdin) = io::stdin().as_fd().try_clone_to_owned() else { return false };
    let kind = std::fs::File::from(stdin).metadata().map(|data| data.file_type());
    kind.is_ok_and(|kind| kind.is_fifo() || kind.is_file() || kind.is_socket())
}

#[cfg(not(unix))]
fn may_speak() -> bool {
    !io::IsTerminal::is_terminal(&io::stdin())
}

fn read(input: impl Read) -> Result<String, StdinError> {
    let mut bytes = Vec::new();
    input.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(StdinError::TooLarge);
    }
    String::from_utf8(bytes).map_err(|_| StdinError::NotText)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: &[u8], expected: &str) {
        let seen = read(input).unwrap_or_else(|error| error.to_string());
        assert_eq!(seen, expected);
    }

    #[test]
    fn only_text_of_bounded_size_is_a_prompt() {
        check("grüße".as_bytes(), "grüße");
        check(&[0xff, 0xfe], "standard input is not UTF-8 text");
        let large = vec![b'x'; MAX_BYTES as usize + 1];
        assert!(matches!(read(large.as_slice()), Err(StdinError::TooLarge)));
    }
}
