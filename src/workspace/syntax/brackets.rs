//! Brackets of C and C++ without their partner. The preprocessor makes any line mean anything, so
//! that a grammar finds errors in sound code; brackets have to pair all the same.

/// A bracket and where it stands, in bytes and counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bracket {
    pub(super) sign: char,
    pub(super) row: usize,
    pub(super) column: usize,
}

/// The first bracket of `text` that closes nothing, or the innermost that is still open at the end.
/// Of alternatives (`#if`, `#else`) the first counts; nothing is said of a text where they leave
/// different numbers open.
pub(super) fn unmatched(text: &str) -> Option<Bracket> {
    let mut scan = Scan::of(text);
    let found = first_unmatched(&mut scan);
    while scan.next_bracket().is_some() {}
    found.filter(|_| !scan.is_ambiguous)
}

fn first_unmatched(scan: &mut Scan) -> Option<Bracket> {
    let mut open: Vec<Bracket> = Vec::new();
    while let Some(bracket) = scan.next_bracket() {
        match open.last().copied() {
            _ if "([{".contains(bracket.sign) => open.push(bracket),
            Some(partner) if pairs(partner.sign, bracket.sign) => drop(open.pop()),
            Some(partner) if bracket.sign == '}' => return Some(partner),
            _ => return Some(bracket),
        }
    }
    open.pop()
}

fn pairs(open: char, close: char) -> bool {
    matches!((open, close), ('(', ')') | ('[', ']') | ('{', '}'))
}

struct Scan<'a> {
    rest: &'a str,
    row: usize,
    /// From the start of the current line on.
    line: &'a str,
    /// Whether one of `alternatives` is at a branch that does not count.
    is_skipping: bool,
    /// One for each open `#if`.
    alternatives: Vec<Alternatives>,
    /// Whether the branches of one leave different numbers of brackets open.
    is_ambiguous: bool,
}

/// The branches of an `#if`, of which one counts.
struct Alternatives {
    is_skipping: bool,
    /// Whether the one that counts has begun.
    has_one: bool,
    /// Brackets opened less those closed, in the current one and in the one that counts.
    net: i32,
    counted: Option<i32>,
}

impl<'a> Scan<'a> {
    fn of(text: &'a str) -> Self {
        let (rest, line, alternatives) = (text, text, Vec::new());
        Self { rest, row: 0, line, is_skipping: false, alternatives, is_ambiguous: false }
    }

    fn next_bracket(&mut self) -> Option<Bracket> {
        loop {
            if self.is_at_line_start() {
                self.directive();
            }
            let sign = self.rest.chars().next()?;
            let found = Bracket { sign, row: self.row, column: self.line.len() - self.rest.len() };
            self.step(sign);
            if !"()[]{}".contains(sign) {
                continue;
            }
            if let Some(branches) = self.alternatives.last_mut() {
                branches.net += if "([{".contains(sign) { 1 } else { -1 };
            }
            if !self.is_skipping {
                return Some(found);
            }
        }
    }

    fn is_at_line_start(&self) -> bool {
        self.line.len() == self.rest.len()
    }

    /// Over one token, or over one character of what is none.
    fn step(&mut self, sign: char) {
        let length = match sign {
            '/' if self.rest.starts_with("//") => line_end(self.rest),
            '/' if self.rest.starts_with("/*") => {
                self.rest[2..].find("*/").map_or(self.rest.len(), |at| at + 4)
            }
            '"' | '\'' => literal(self.rest, sign),
            c if c.is_alphanumeric() || c == '_' => word(self.rest),
            c => c.len_utf8(),
        };
        self.advance(length);
    }

    fn advance(&mut self, length: usize) {
        let (taken, rest) = self.rest.split_at(length.min(self.rest.len()));
        self.row += taken.matches('\n').count();
        if let Some(end) = taken.rfind('\n') {
            self.line = &self.rest[end + 1..];
        }
        self.rest = rest;
    }

    /// Over all preprocessor lines from here, taking note of alternatives.
    fn directive(&mut self) {
        while let Some(line) = self.rest.trim_start_matches([' ', '\t']).strip_prefix('#') {
            let line = line.trim_start_matches([' ', '\t']);
            let name = &line[..line.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(line.len())];
            match name {
                "if" | "ifdef" | "ifndef" => self.begin(is_never(line)),
                "else" | "elif" | "elifdef" | "elifndef" => self.switch(),
                "endif" => self.end(),
                _ => {}
            }
            self.is_skipping = self.alternatives.iter().any(|branches| branches.is_skipping);
            self.advance(line_end(self.rest) + 1);
            if self.rest.is_empty() {
                return;
            }
        }
    }

    fn begin(&mut self, is_never: bool) {
        self.alternatives.push(Alternatives {
            is_skipping: is_never,
            has_one: !is_never,
            net: 0,
            counted: None,
        });
    }

    fn switch(&mut self) {
        self.end_branch();
        if let Some(branches) = self.alternatives.last_mut() {
            branches.is_skipping = std::mem::replace(&mut branches.has_one, true);
        }
    }

    /// Compares the branch that ends here; that of an `#if 0` is none.
    fn end_branch(&mut self) {
        if let Some(branches) = self.alternatives.last_mut().filter(|branches| branches.has_one) {
            let net = std::mem::take(&mut branches.net);
            self.is_ambiguous |= *branches.counted.get_or_insert(net) != net;
        } else if let Some(branches) = self.alternatives.last_mut() {
            branches.net = 0;
        }
    }

    fn end(&mut self) {
        self.end_branch();
        let counted = self.alternatives.pop().and_then(|branches| branches.counted);
        if let Some(outer) = self.alternatives.last_mut() {
            outer.net += counted.unwrap_or_default();
        }
    }
}

fn is_never(line: &str) -> bool {
    line.split_whitespace().nth(1) == Some("0")
}

/// Up to the end of the line, which goes on behind a backslash.
fn line_end(text: &str) -> usize {
    let ends = text.match_indices('\n').map(|(at, _)| at);
    ends.into_iter().find(|at| !text[..*at].ends_with('\\')).unwrap_or(text.len())
}

/// Up to the closing quote, or to the end of the line where there is none.
fn literal(text: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '\n' => return at,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// A name, a number with its separators (`1'000`), or a raw string (`R"x(…)x"`).
fn word(text: &str) -> usize {
    let is_number = text.starts_with(|c: char| c.is_ascii_digit());
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || (is_number && c == '\'');
    let end = text.find(|c| !is_part(c)).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    match ["R", "LR", "uR", "UR", "u8R"].contains(&name) && rest.starts_with('"') {
        true => end + raw(rest),
        false => end,
    }
}

fn raw(text: &str) -> usize {
    let Some((mark, body)) = text[1..].split_once('(') else {
        return text.len();
    };
    let end = format!("){mark}\"");
    body.find(&end).map_or(text.len(), |at| text.len() - body.len() + at + end.len())
}
