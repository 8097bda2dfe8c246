//! Pure: text to the words that are compared. Identifiers count as a whole and in parts:
//! `parseHTTPHeader` is parsehttpheader, parse, http, header, each stemmed.

use std::{borrow::Cow, sync::LazyLock};

use rust_stemmers::{Algorithm, Stemmer};

static ENGLISH: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::create(Algorithm::English));

/// Longer runs of letters are data.
const MAX_WORD: usize = 64;

/// More of one line is not read: people do not write such lines.
const MAX_LINE: usize = 2_000;

/// Tells `each` every word of a line.
pub(in crate::workspace) fn words(line: &str, mut each: impl FnMut(&str)) {
    let line = &line[..line.floor_char_boundary(MAX_LINE)];
    let mut buffer = String::new();
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    for word in line.split(|c| !is_part(c)).filter(|word| !word.is_empty() && word.len() <= MAX_WORD) {
        of_identifier(word, &mut buffer, &mut each);
    }
}

fn of_identifier(word: &str, buffer: &mut String, each: &mut impl FnMut(&str)) {
    let mut count = 0;
    for part in word.split('_').flat_map(humps).filter(|part| !part.is_empty()) {
        count += 1;
        if is_worth_it(part) {
            lower(part, buffer);
            each(&stem(buffer));
        }
    }
    if count > 1 {
        lower(word, buffer);
        buffer.retain(|c| c != '_');
        each(&stem(buffer));
    }
}

/// `cached`, `caching` and `caches` are one word. What is no plain English word stays as it is.
fn stem(word: &str) -> Cow<'_, str> {
    match word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        true => ENGLISH.stem(word),
        false => Cow::Borrowed(word),
    }
}

/// Single letters and long numbers tell files apart by chance only.
fn is_worth_it(part: &str) -> bool {
    part.len() > 1 && (part.len() <= 4 || !part.bytes().all(|byte| byte.is_ascii_digit()))
}

fn lower(word: &str, buffer: &mut String) {
    buffer.clear();
    match word.is_ascii() {
        true => buffer.extend(word.bytes().map(|byte| byte.to_ascii_lowercase() as char)),
        false => buffer.push_str(&word.to_lowercase()),
    }
}

/// The humps of a camel: `parseHTTPHeader` is parse, HTTP, Header.
fn humps(word: &str) -> impl Iterator<Item = &str> {
    let mut rest = word;
    std::iter::from_fn(move || {
        let end = hump_end(rest);
        let (hump, after) = rest.split_at(end);
        rest = after;
        (!hump.is_empty()).then_some(hump)
    })
}

fn hump_end(word: &str) -> usize {
    let mut chars = word.char_indices().peekable();
    let Some((_, mut before)) = chars.next() else { return 0 };
    while let Some((at, c)) = chars.next() {
        let begins_word = c.is_uppercase() && !before.is_uppercase();
        let ends_capitals = before.is_uppercase()
            && c.is_uppercase()
            && chars.peek().is_some_and(|(_, next)| next.is_lowercase())
            // `IDs` is one word.
            && word[at + c.len_utf8()..] != *"s";
        if begins_word || ends_capitals {
            return at;
        }
        before = c;
    }
    word.len()
}

/// A word as a number (FNV-1a). Two words of a project share one with a chance that does not matter:
/// then a file seems to have a word more.
pub(in crate::workspace) fn hash_of(word: &str) -> u32 {
    word.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    fn check(line: &str, expected: &str) {
        let mut found = Vec::new();
        super::words(line, |word| found.push(word.to_owned()));
        assert_eq!(found.join(" "), expected, "{line}");
    }

    #[test]
    fn forms_of_a_word_are_one() {
        check("cache caches cached caching", "cach cach cach cach");
        check("validate validation utf8s größen class", "valid valid utf8s größen class");
    }

    #[test]
    fn identifiers_count_as_a_whole_and_in_parts() {
        check("parseHTTPHeader(x)", "pars http header parsehttphead");
        check("get_user_id", "get user id getuserid");
        check("MAX_SIZE = 10;", "max size maxsiz 10");
        check("__init__", "init");
        check("utf8 v2", "utf8 v2");
        check("IDs ÄndereNamen", "id ändere namen änderenamen");
        check("0123456789 a b", "");
        check(&"x".repeat(65), "");
    }
}
