//! From the parser's events to rows. Along the way it marks the places from which a longer text can be
//! laid out again without what lies before them.

use std::{ops::Range, vec::IntoIter};

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use ratatui::style::Modifier;

use super::{
    code::CodeBlock,
    fence,
    flow::Flow,
    inline::Inline,
    page::{Counts, Page},
    source::{Source, is_blank_above, line_start},
    table::Table,
};
use crate::tui::{
    ink::{Ink, Tone},
    text::Line,
};

const BULLET: &str = "• ";

/// A place at which laying out may begin.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mark {
    /// Where its line begins in the text.
    pub(super) source: usize,
    /// What was on the page before it.
    pub(super) counts: Counts,
    /// Whether a fenced code block begins here.
    pub(super) is_fence: bool,
    /// The list that goes on here.
    list: Option<Continued>,
    /// How many whole lines must stand behind it before it is sure that something begins here.
    lines: usize,
}

/// A list at its outermost level, between two items.
#[derive(Clone, Copy, Debug)]
struct Continued {
    /// The number of the next item; bullets have none.
    number: Option<u64>,
}

impl Mark {
    /// Between two blocks.
    pub(super) fn after(source: usize, counts: Counts) -> Self {
        Self { source, counts, ..Self::default() }
    }

    /// Whether more text at the end changes nothing before this place.
    pub(super) fn is_final(&self, source: &str) -> bool {
        source[self.source..].matches('\n').take(self.lines).count() == self.lines
    }
}

/// The text that is to be laid out: all of it from a mark on.
pub(super) struct Tail<'s> {
    pub(super) source: &'s str,
    pub(super) mark: &'s Mark,
    pub(super) columns: usize,
}

/// Lays the tail out at the end of the page. `old` are code blocks that stood there before.
pub(super) fn lay(page: &mut Page, tail: Tail<'_>, old: Vec<CodeBlock>) -> Vec<Mark> {
    let text = Source::new(&tail.source[tail.mark.source..]);
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut layout = Layout {
        flow: Flow::new(page, tail.columns),
        tail,
        text: &text,
        containers: Vec::new(),
        inline: None,
        heading: None,
        verbatim: None,
        table: None,
        marks: Vec::new(),
        last: Last::Open,
        old: old.into_iter(),
    };
    for (event, range) in Parser::new_ext(text.parsed(), options).into_offset_iter() {
        layout.event(event, range);
    }
    layout.end_words();
    layout.marks
}

/// What blocks stand in.
enum Container {
    Quote,
    List { number: Option<u64>, is_begun: bool },
    Item,
}

/// What ends a block at the left edge.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    /// Itself: whatever follows is another block.
    Itself,
    /// A blank line.
    Blank,
    /// Only the block after it.
    Open,
}

struct Layout<'s, 'p> {
    flow: Flow<'p>,
    tail: Tail<'s>,
    text: &'s Source<'s>,
    containers: Vec<Container>,
    /// The words being read.
    inline: Option<Inline>,
    heading: Option<HeadingLevel>,
    /// The code or HTML being read.
    verbatim: Option<String>,
    table: Option<Table>,
    marks: Vec<Mark>,
    last: Last,
    old: IntoIter<CodeBlock>,
}

impl Layout<'_, '_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, &range),
            Event::End(tag) => self.end(tag, &range),
            Event::Text(text) | Event::Html(text) => self.text(&text, &range),
            Event::InlineHtml(html) => self.inline_html(&html, &range),
            Event::Code(code) => self.code(&code, &range),
            Event::SoftBreak => self.words(&range).push(" "),
            Event::HardBreak => self.words(&range).break_line(),
            Event::TaskListMarker(done) => self.task(done, &range),
            Event::Rule => self.rule(&range),
            // Nothing else is switched on in the parser.
            Event::InlineMath(_) | Event::DisplayMath(_) | Event::FootnoteReference(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: &Range<usize>) {
        match tag {
            Tag::Paragraph => self.begin(range, Last::Blank),
            Tag::Heading { level, .. } => self.start_heading(level, range),
            Tag::BlockQuote(_) => self.start_quote(range),
            Tag::CodeBlock(kind) => self.start_code(&kind, range),
            Tag::HtmlBlock => self.start_html(range),
            Tag::List(number) => self.start_list(number, range),
            Tag::Item => self.start_item(range),
            Tag::Table(alignments) => self.start_table(Table::new(alignments), range),
            Tag::TableHead | Tag::TableRow => self.table.iter_mut().for_each(Table::begin_row),
            Tag::TableCell => self.start_cell(),
            Tag::Emphasis => self.words(range).emphasise(Modifier::ITALIC, true),
            Tag::Strong => self.words(range).emphasise(Modifier::BOLD, true),
            Tag::Strikethrough => self.words(range).emphasise(Modifier::CROSSED_OUT, true),
            Tag::Link { dest_url, .. } => self.open_link(&dest_url, false, range),
            Tag::Image { dest_url, .. } => self.open_link(&dest_url, true, range),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd, range: &Range<usize>) {
        match tag {
            TagEnd::Paragraph | TagEnd::Heading(_) => self.end_words(),
            TagEnd::BlockQuote(_) | TagEnd::Item => self.leave(),
            TagEnd::List(_) => self.end_list(),
            TagEnd::CodeBlock => self.end_code(range),
            TagEnd::HtmlBlock => self.end_html(),
            TagEnd::Table => self.end_table(),
            TagEnd::TableCell => self.end_cell(),
            TagEnd::Emphasis => self.words(range).emphasise(Modifier::ITALIC, false),
            TagEnd::Strong => self.words(range).emphasise(Modifier::BOLD, false),
            TagEnd::Strikethrough => self.words(range).emphasise(Modifier::CROSSED_OUT, false),
            TagEnd::Link | TagEnd::Image => self.words(range).close(),
            _ => {}
        }
    }

    // Blocks

    /// Before each block: the words before it end, and a blank line may divide the two.
    fn begin(&mut self, range: &Range<usize>, ends: Last) {
        self.end_words();
        if self.containers.is_empty() {
            self.mark(range, ends);
        }
        if !matches!(self.containers.last(), Some(Container::Item)) || self.is_blank_above(range) {
            self.flow.divide();
        }
    }

    fn mark(&mut self, range: &Range<usize>, ends: Last) {
        let is_sure = match self.last {
            Last::Itself => true,
            Last::Blank => self.is_blank_above(range),
            Last::Open => false,
        };
        let lines = usize::from(!is_sure);
        self.push_mark(range, None, lines);
        self.last = ends;
    }

    fn push_mark(&mut self, range: &Range<usize>, list: Option<Continued>, lines: usize) {
        let source = self.tail.mark.source + line_start(self.text.parsed(), range.start);
        let counts = self.flow.page.counts();
        self.marks.push(Mark { source, counts, is_fence: false, list, lines });
    }

    fn is_blank_above(&self, range: &Range<usize>) -> bool {
        is_blank_above(self.tail.source, self.tail.mark.source + range.start)
    }

    fn leave(&mut self) {
        self.end_words();
        self.flow.leave();
        self.containers.pop();
    }

    fn start_heading(&mut self, level: HeadingLevel, range: &Range<usize>) {
        self.begin(range, Last::Itself);
        self.heading = Some(level);
    }

    fn rule(&mut self, range: &Range<usize>) {
        self.begin(range, Last::Itself);
        let rule = "─".repeat(self.flow.room());
        self.flow.row(&Line::of(&rule, Tone::Rule));
    }

    fn start_quote(&mut self, range: &Range<usize>) {
        self.begin(range, Last::Blank);
        self.flow.enter_quote(&Line::of("│ ", Tone::Quote));
        self.containers.push(Container::Quote);
    }

    // Lists

    fn start_list(&mut self, number: Option<u64>, range: &Range<usize>) {
        let continued = self.tail.mark.list.filter(|_| self.containers.is_empty() && self.marks.is_empty());
        match continued {
            Some(list) => self.push_mark(range, Some(list), 1),
            None => self.begin(range, Last::Open),
        }
        self.last = Last::Open;
        let number = continued.map_or(number, |list| list.number);
        self.containers.push(Container::List { number, is_begun: continued.is_some() });
    }

    fn start_item(&mut self, range: &Range<usize>) {
        self.end_words();
        let is_outer = self.containers.len() == 1;
        let Some(Container::List { number, is_begun }) = self.containers.last_mut() else { return };
        let (own, was_begun) = (*number, *is_begun);
        (*number, *is_begun) = (own.map(|number| number.saturating_add(1)), true);
        if was_begun && is_outer {
            self.push_mark(range, Some(Continued { number: own }), 1);
        }
        if was_begun && self.is_blank_above(range) {
            self.flow.divide();
        }
        let marker = own.map_or(BULLET.to_owned(), |number| format!("{number}. "));
        self.flow.enter_item(&Line::of(&marker, Tone::Marker));
        self.containers.push(Container::Item);
    }

    fn end_list(&mut self) {
        self.end_words();
        self.containers.pop();
    }

    fn task(&mut self, done: bool, range: &Range<usize>) {
        let sign = if done { "☑ " } else { "☐ " };
        if !self.flow.mark_item(BULLET, &Line::of(sign, Tone::Marker)) {
            self.words(range).sign(sign, Ink::new(Tone::Marker));
        }
    }

    // Code and HTML

    fn start_code(&mut self, kind: &CodeBlockKind<'_>, range: &Range<usize>) {
        let is_fence = matches!(kind, CodeBlockKind::Fenced(_));
        self.begin(range, if is_fence { Last::Itself } else { Last::Open });
        if let Some(mark) = self.marks.last_mut().filter(|_| self.containers.is_empty()) {
            mark.is_fence = is_fence;
            mark.lines = 1;
        }
        self.verbatim = Some(String::new());
    }

    fn end_code(&mut self, range: &Range<usize>) {
        let code = self.verbatim.take().unwrap_or_default();
        let opening = &self.text.parsed()[range.start..];
        let info = if opening.starts_with(['`', '~']) { fence::info(opening) } else { "" };
        let room = self.flow.room();
        let margin = self.flow.block_margin();
        let mut block = CodeBlock::begin(self.flow.page, info, margin, room);
        if let Some(old) = self.old.next().filter(|old| old.has_become(info, &code)) {
            block.adopt(old);
        }
        for line in code.split_inclusive('\n') {
            block.push_line(line, self.flow.page);
        }
        self.flow.page.blocks.push(block);
    }

    fn start_html(&mut self, range: &Range<usize>) {
        self.begin(range, Last::Open);
        self.verbatim = Some(String::new());
    }

    fn end_html(&mut self) {
        let html = self.verbatim.take().unwrap_or_default();
        let base = self.base();
        for (at, line) in html.trim_end().lines().enumerate() {
            let words = self.inline.get_or_insert_with(|| Inline::new(base));
            if at > 0 {
                words.break_line();
            }
            words.push(line);
        }
        self.end_words();
    }

    // Tables

    fn start_table(&mut self, table: Table, range: &Range<usize>) {
        self.begin(range, Last::Blank);
        if let Some(mark) = self.marks.last_mut().filter(|_| self.containers.is_empty()) {
            // The line below the head decides whether the head is one.
            mark.lines *= 2;
        }
        self.table = Some(table);
    }

    fn start_cell(&mut self) {
        let is_head = self.table.as_ref().is_some_and(Table::is_in_head);
        let base = self.base();
        self.inline = Some(Inline::new(if is_head { base.bold() } else { base }));
    }

    fn end_cell(&mut self) {
        if let (Some(table), Some(words)) = (&mut self.table, self.inline.take()) {
            table.push(words.finish());
        }
    }

    fn end_table(&mut self) {
        if let Some(table) = self.table.take() {
            table.draw(&mut self.flow);
        }
    }

    // Words

    /// The words being read; those of a tight list item have no paragraph around them.
    fn words(&mut self, range: &Range<usize>) -> &mut Inline {
        if self.inline.is_none() && self.heading.is_none() && self.is_blank_above(range) {
            self.flow.divide();
        }
        let base = self.base();
        self.inline.get_or_insert_with(|| Inline::new(base))
    }

    fn base(&self) -> Ink {
        let is_quoted = self.containers.iter().any(|container| matches!(container, Container::Quote));
        match self.heading {
            Some(HeadingLevel::H1) => Ink::new(Tone::Heading).bold().with(Modifier::UNDERLINED),
            Some(_) => Ink::new(Tone::Heading).bold(),
            None if is_quoted => Ink::new(Tone::Quote),
            None => Ink::TEXT,
        }
    }

    fn end_words(&mut self) {
        self.heading = None;
        if let Some(words) = self.inline.take() {
            self.flow.prose(words.finish(), 0);
        }
    }

    fn text(&mut self, text: &str, range: &Range<usize>) {
        let written = self.text.written(text, range);
        match &mut self.verbatim {
            Some(verbatim) => verbatim.push_str(written),
            None => self.words(range).push(written),
        }
    }

    fn code(&mut self, code: &str, range: &Range<usize>) {
        let written = self.text.written(code, range);
        self.words(range).code(written);
    }

    fn inline_html(&mut self, html: &str, range: &Range<usize>) {
        let written = self.text.written(html, range);
        match html {
            "<br>" | "<br/>" | "<br />" => self.words(range).break_line(),
            _ => self.words(range).push(written),
        }
    }

    fn open_link(&mut self, target: &str, is_image: bool, range: &Range<usize>) {
        let written = self.text.written(target, range);
        self.words(range).open(written, is_image);
    }
}
