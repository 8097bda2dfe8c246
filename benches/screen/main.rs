//! What the screen costs: `cargo bench --bench screen` prints times and how they grow. They are for
//! reading beside each other; nothing here fails when a machine is slow.
//!
//! `cargo bench --bench screen -- history DIR` writes a long conversation about the current
//! directory's project into DIR, to be opened with `MIRA_HOME=DIR mira --continue`.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use mira::{config::Settings, tui::offscreen::Offscreen};

mod history;
mod sample;

use history::World;

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

/// A usual terminal.
const SIZE: (u16, u16) = (120, 40);
/// Messages of the long conversation.
const MESSAGES: usize = 10_000;

fn main() -> Result {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    match (arguments.next().as_deref(), arguments.next()) {
        (Some("history"), Some(home)) => runtime.block_on(write_history(Path::new(&home))),
        _ => runtime.block_on(measure()),
    }
}

async fn write_history(home: &Path) -> Result {
    let world = World::open(Settings::defaults(home)?, &std::env::current_dir()?).await?;
    world.talk(MESSAGES).await?;
    world.close().await;
    Ok(())
}

async fn measure() -> Result {
    for pieces in [10_000, 20_000] {
        streaming(pieces).await?;
    }
    for lines in [10_000, 100_000] {
        scrolling(lines).await?;
    }
    for messages in [MESSAGES / 10, MESSAGES] {
        reading_back(messages).await?;
    }
    for lines in [1_000, 10_000] {
        diff(lines).await?;
    }
    for paths in [10_000, 100_000] {
        picking(paths).await?;
    }
    themes().await
}

/// An answer that comes in pieces, a frame after as many as one frame's time brings.
async fn streaming(pieces: usize) -> Result {
    let (world, mut screen) = empty().await?;
    let mut frames = Vec::new();
    let mut coloured = 0;
    let start = Instant::now();
    for events in sample::answer(pieces).chunks(100) {
        screen.events(events.to_vec()).await;
        frames.push(frame(&mut screen));
        coloured += screen.colour().await;
    }
    told(&format!("answer in {pieces} pieces: all of it"), start.elapsed());
    told("  bytes of code coloured", coloured);
    percentiles("  a frame", frames);
    world.close().await;
    Ok(())
}

/// Reading back through one long answer.
async fn scrolling(lines: usize) -> Result {
    let (world, mut screen) = empty().await?;
    let start = Instant::now();
    screen.events(sample::long_answer(lines)).await;
    screen.draw();
    told(&format!("answer of {lines} lines: first frame"), start.elapsed());
    let mut frames = Vec::new();
    for _ in 0..300 {
        frames.push(keyed(&mut screen, KeyCode::PageUp).await);
    }
    percentiles("  a page up", frames);
    world.close().await;
    Ok(())
}

/// A conversation of many messages, opened and read back to its first one.
async fn reading_back(messages: usize) -> Result {
    let (world, mut screen) = empty().await?;
    world.talk(messages).await?;
    let start = Instant::now();
    screen.open_latest().await;
    screen.draw();
    told(&format!("conversation of {messages} messages: opened"), start.elapsed());
    let mut frames = Vec::new();
    for _ in 0..messages {
        frames.push(keyed(&mut screen, KeyCode::PageUp).await);
    }
    percentiles("  a page up, older messages loaded on the way", frames);
    world.close().await;
    Ok(())
}

/// A changed file as the diff pane shows it.
async fn diff(lines: usize) -> Result {
    let (world, mut screen) = empty().await?;
    let events = sample::change(lines);
    let start = Instant::now();
    screen.events(events).await;
    screen.draw();
    told(&format!("diff of {lines} lines: first frame"), start.elapsed());
    press(&mut screen, KeyCode::Char('4'), KeyModifiers::ALT).await;
    let mut frames = Vec::new();
    for _ in 0..300 {
        frames.push(keyed(&mut screen, KeyCode::PageDown).await);
    }
    percentiles("  a page down", frames);
    world.close().await;
    Ok(())
}

/// The file picker, letter by letter.
async fn picking(paths: usize) -> Result {
    let (world, mut screen) = empty().await?;
    press(&mut screen, KeyCode::Char('o'), KeyModifiers::CONTROL).await;
    screen.files(sample::paths(paths)).await;
    let (mut keys, mut slices) = (Vec::new(), Vec::new());
    for letter in "srcmodfilers".chars() {
        let start = Instant::now();
        press(&mut screen, KeyCode::Char(letter), KeyModifiers::NONE).await;
        let mut left = true;
        while left {
            let slice = Instant::now();
            left = screen.tick().await;
            slices.push(slice.elapsed());
        }
        screen.draw();
        keys.push(start.elapsed());
    }
    percentiles(&format!("picker over {paths} paths: a letter"), keys);
    percentiles("  a slice", slices);
    world.close().await;
    Ok(())
}

/// One theme after the other, over a screen full of code.
async fn themes() -> Result {
    let (world, mut screen) = empty().await?;
    screen.events(sample::answer(2_000)).await;
    screen.draw();
    screen.colour().await;
    for letter in "/theme".chars() {
        press(&mut screen, KeyCode::Char(letter), KeyModifiers::NONE).await;
    }
    press(&mut screen, KeyCode::Enter, KeyModifiers::NONE).await;
    let mut frames = Vec::new();
    for _ in 0..40 {
        frames.push(keyed(&mut screen, KeyCode::Down).await);
        frames.push(keyed(&mut screen, KeyCode::Up).await);
    }
    percentiles("another theme", frames);
    world.close().await;
    Ok(())
}

/// An engine over an empty project, and a screen over it that follows an empty conversation.
async fn empty() -> Result<(World, Offscreen)> {
    let world = World::fresh().await?;
    let settings = world.settings.clone();
    let mut screen = Offscreen::new(settings, world.engine.handle(), SIZE.0, SIZE.1).await?;
    // Without a key the screen begins with how to get one.
    press(&mut screen, KeyCode::Esc, KeyModifiers::NONE).await;
    screen.begin(sample::conversation()).await;
    Ok((world, screen))
}

async fn press(screen: &mut Offscreen, code: KeyCode, modifiers: KeyModifiers) {
    screen.key(KeyEvent::new(code, modifiers)).await;
}

async fn keyed(screen: &mut Offscreen, code: KeyCode) -> Duration {
    let start = Instant::now();
    press(screen, code, KeyModifiers::NONE).await;
    screen.draw();
    start.elapsed()
}

fn frame(screen: &mut Offscreen) -> Duration {
    let start = Instant::now();
    screen.draw();
    start.elapsed()
}

fn percentiles(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |share: usize| times[(times.len() * share / 100).min(times.len() - 1)];
    told(&format!("{what}: p50 / p99 / worst"), format!("{:.1?} / {:.1?} / {:.1?}", at(50), at(99), at(100)));
}

fn told(what: &str, figure: impl std::fmt::Debug) {
    println!("{what:<60} {figure:.1?}");
}
