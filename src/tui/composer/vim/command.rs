//! The grammar of normal mode: keys typed so far are a command, the beginning of one, or none.

use std::{iter::Peekable, str::Chars};

/// The largest count that is believed.
const MOST: usize = 9_999;

/// What keys typed so far amount to.
pub(super) enum Parsed {
    /// A command.
    Done(Command),
    /// The beginning of one.
    More,
    /// None.
    Nothing,
}

/// A count and what to do so often.
#[derive(Clone, Debug)]
pub(super) struct Command {
    pub(super) count: Option<usize>,
    pub(super) verb: Verb,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Move(Motion),
    Operate(Operator, Target),
    Insert(Insert),
    Replace(char),
    SwapCase,
    Join,
    Put { before: bool },
    Undo,
    Repeat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Delete,
    Change,
    Yank,
}

/// What an operator takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    To(Motion),
    Lines,
    Word { around: bool },
}

/// Where typing begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Insert {
    Here,
    Behind,
    FirstWord,
    LineEnd,
    LineBelow,
    LineAbove,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Motion {
    Left,
    Right,
    Up,
    Down,
    Word { big: bool },
    Back { big: bool },
    End { big: bool },
    LineStart,
    FirstWord,
    LineEnd,
    TextStart,
    TextEnd,
    Find(Find),
    FindAgain { reverse: bool },
}

/// A search for a character in the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Find {
    pub(super) target: char,
    pub(super) backwards: bool,
    /// Whether one stops before it.
    pub(super) till: bool,
}

impl Command {
    /// How often: once unless said otherwise.
    pub(super) fn count(&self) -> usize {
        self.count.unwrap_or(1)
    }

    /// Whether it changes the text, so that `.` does it again.
    pub(super) fn is_change(&self) -> bool {
        match self.verb {
            Verb::Operate(operator, _) => operator != Operator::Yank,
            Verb::Move(_) | Verb::Undo | Verb::Repeat => false,
            _ => true,
        }
    }
}

/// Why there is no command (yet).
enum Stop {
    More,
    Nothing,
}

type Keys<'a> = Peekable<Chars<'a>>;

/// Reads keys.
pub(super) fn parse(keys: &str) -> Parsed {
    match command(&mut keys.chars().peekable()) {
        Ok(command) => Parsed::Done(command),
        Err(Stop::More) => Parsed::More,
        Err(Stop::Nothing) => Parsed::Nothing,
    }
}

fn command(keys: &mut Keys<'_>) -> Result<Command, Stop> {
    let before = count(keys);
    let (verb, inside) = verb(keys)?;
    let count = match (before, inside) {
        (Some(before), Some(inside)) => Some((before * inside).min(MOST)),
        (before, inside) => before.or(inside),
    };
    Ok(Command { count, verb })
}

/// A number that does not begin with 0, which is a motion.
fn count(keys: &mut Keys<'_>) -> Option<usize> {
    keys.peek().filter(|key| **key != '0')?.to_digit(10)?;
    let mut number = 0;
    while let Some(digit) = keys.peek().and_then(|key| key.to_digit(10)) {
        number = (number * 10 + digit as usize).min(MOST);
        keys.next();
    }
    Some(number)
}

fn verb(keys: &mut Keys<'_>) -> Result<(Verb, Option<usize>), Stop> {
    let key = *keys.peek().ok_or(Stop::More)?;
    if let Some(operator) = operator(key) {
        keys.next();
        return operation(operator, key, keys);
    }
    if let Some(verb) = simple_verb(key) {
        return Ok((verb, None));
    }
    if key == 'r' {
        keys.next();
        return Ok((Verb::Replace(keys.next().ok_or(Stop::More)?), None));
    }
    Ok((Verb::Move(motion(keys)?), None))
}

fn operator(key: char) -> Option<Operator> {
    match key {
        'd' => Some(Operator::Delete),
        'c' => Some(Operator::Change),
        'y' => Some(Operator::Yank),
        _ => None,
    }
}

fn operation(operator: Operator, key: char, keys: &mut Keys<'_>) -> Result<(Verb, Option<usize>), Stop> {
    let count = count(keys);
    let target = match *keys.peek().ok_or(Stop::More)? {
        same if same == key => Target::Lines,
        around @ ('i' | 'a') => {
            keys.next();
            match keys.next().ok_or(Stop::More)? {
                'w' => Target::Word { around: around == 'a' },
                _ => return Err(Stop::Nothing),
            }
        }
        _ => Target::To(motion(keys)?),
    };
    Ok((Verb::Operate(operator, target), count))
}

/// Commands of one key.
fn simple_verb(key: char) -> Option<Verb> {
    use Operator::{Change, Delete, Yank};
    Some(match key {
        'i' => Verb::Insert(Insert::Here),
        'a' => Verb::Insert(Insert::Behind),
        'I' => Verb::Insert(Insert::FirstWord),
        'A' => Verb::Insert(Insert::LineEnd),
        'o' => Verb::Insert(Insert::LineBelow),
        'O' => Verb::Insert(Insert::LineAbove),
        'x' => Verb::Operate(Delete, Target::To(Motion::Right)),
        'X' => Verb::Operate(Delete, Target::To(Motion::Left)),
        's' => Verb::Operate(Change, Target::To(Motion::Right)),
        'D' => Verb::Operate(Delete, Target::To(Motion::LineEnd)),
        'C' => Verb::Operate(Change, Target::To(Motion::LineEnd)),
        'S' => Verb::Operate(Change, Target::Lines),
        'Y' => Verb::Operate(Yank, Target::Lines),
        'p' => Verb::Put { before: false },
        'P' => Verb::Put { before: true },
        '~' => Verb::SwapCase,
        'J' => Verb::Join,
        'u' => Verb::Undo,
        '.' => Verb::Repeat,
        _ => return None,
    })
}

fn motion(keys: &mut Keys<'_>) -> Result<Motion, Stop> {
    Ok(match keys.next().ok_or(Stop::More)? {
        'h' => Motion::Left,
        'l' | ' ' => Motion::Right,
        'j' => Motion::Down,
        'k' => Motion::Up,
        'w' => Motion::Word { big: false },
        'W' => Motion::Word { big: true },
        'b' => Motion::Back { big: false },
        'B' => Motion::Back { big: true },
        'e' => Motion::End { big: false },
        'E' => Motion::End { big: true },
        '0' => Motion::LineStart,
        '^' => Motion::FirstWord,
        '$' => Motion::LineEnd,
        'G' => Motion::TextEnd,
        'g' => match keys.next().ok_or(Stop::More)? {
            'g' => Motion::TextStart,
            _ => return Err(Stop::Nothing),
        },
        key @ ('f' | 'F' | 't' | 'T') => Motion::Find(Find {
            target: keys.next().ok_or(Stop::More)?,
            backwards: key.is_uppercase(),
            till: key.eq_ignore_ascii_case(&'t'),
        }),
        ';' => Motion::FindAgain { reverse: false },
        ',' => Motion::FindAgain { reverse: true },
        _ => return Err(Stop::Nothing),
    })
}
