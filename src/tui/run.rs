//! The loop: takes in everything that has come, then draws once. Effects are carried out beside it,
//! in tasks that answer through one bounded channel; the loop itself waits for nothing but input.

use std::{
    collections::VecDeque,
    future::pending,
    io,
    time::{Duration, Instant},
};

use crossterm::event::{Event as TerminalEvent, EventStream};
use futures_util::{
    StreamExt,
    stream::{SelectAll, select_all},
};
use tokio::{
    sync::mpsc,
    time::{sleep, sleep_until},
};

use super::{
    app::{App, Effect, Input},
    effects::Hands,
    highlight::Answer,
    pace::{Pace, Urgency},
    terminal::Screen,
};
use crate::{protocol::Clock, tui::Ending};

/// Input comes before drawing, but a flood of it must not keep the screen still for longer than this.
const LATEST_FRAME: Duration = Duration::from_millis(50);

/// What the loop runs with.
pub(crate) struct Parts {
    pub(crate) screen: Screen,
    pub(crate) app: App,
    pub(crate) hands: Hands,
    /// What the tasks of [`Hands`] have to tell.
    pub(crate) inputs: mpsc::Receiver<Input>,
    pub(crate) coloured: mpsc::Receiver<Answer>,
    pub(crate) clock: Clock,
}

/// What the loop is woken by.
enum Woken {
    Input(Box<Input>, Urgency),
    /// The screen is to be drawn.
    Draw,
    /// The terminal is gone, or somebody ends the program.
    End,
}

/// Runs until the user leaves or the terminal is gone.
///
/// # Errors
/// The terminal cannot be written to.
pub(crate) async fn run(parts: Parts) -> io::Result<Ending> {
    let Parts { mut screen, mut app, mut hands, mut inputs, mut coloured, clock } = parts;
    let mut pace = Pace::new(Instant::now());
    let mut terminal = terminal_events();
    let mut ends = Ends::new()?;
    loop {
        let (due, wakes_in) = (pace.due(), app.wakes_in());
        let woken = if due.is_some_and(|due| due + LATEST_FRAME <= Instant::now()) {
            Woken::Draw
        } else {
            tokio::select! {
                biased;
                () = ends.any() => Woken::End,
                event = terminal.next() => of_terminal(event),
                Some(input) = inputs.recv() => Woken::Input(Box::new(input), Urgency::Soon),
                Some(done) = coloured.recv() => Woken::Input(Box::new(Input::Coloured(done)), Urgency::Soon),
                () = at(due) => Woken::Draw,
                () = after(wakes_in) => Woken::Input(Box::new(Input::Tick), of_tick(wakes_in)),
            }
        };
        app.set_time(clock.now());
        match woken {
            Woken::End => return Ok(Ending::Quit),
            Woken::Draw => {
                screen.draw(|frame| app.draw(frame))?;
                pace.drawn(Instant::now());
                for job in hands.highlight(app.wanted_colours()) {
                    app.resend(&job);
                }
            }
            Woken::Input(input, urgency) => {
                pace.want(urgency);
                let mut effects = VecDeque::from(app.update(*input));
                while let Some(effect) = effects.pop_front() {
                    match effect {
                        Effect::Quit => return Ok(Ending::Quit),
                        Effect::StartDemo => return Ok(Ending::Demo),
                        _ => {}
                    }
                    if let Some(lent) = hands.perform(effect, &mut screen)? {
                        // The stream's own thread would take the keys that are meant for others.
                        drop(terminal);
                        let left = hands.lend(lent, &mut screen)?;
                        terminal = terminal_events();
                        app.set_time(clock.now());
                        effects.extend(app.update(left));
                        pace.want(Urgency::Now);
                    }
                }
            }
        }
    }
}

/// Each look at the stream itself tries a lock that its thread holds while it waits for a key; this
/// way it is looked at only when it has called.
fn terminal_events() -> SelectAll<EventStream> {
    select_all([EventStream::new()])
}

/// A list that is being searched is wanted soon; what only moves can wait for the next frame.
fn of_tick(waited: Option<Duration>) -> Urgency {
    if waited.is_some_and(|waited| waited.is_zero()) { Urgency::Soon } else { Urgency::Later }
}

fn of_terminal(event: Option<io::Result<TerminalEvent>>) -> Woken {
    match event {
        Some(Ok(event)) => Woken::Input(Box::new(Input::Terminal(event)), Urgency::Now),
        Some(Err(_)) | None => Woken::End,
    }
}

async fn at(time: Option<Instant>) {
    match time {
        Some(time) => sleep_until(time.into()).await,
        None => pending().await,
    }
}

async fn after(time: Option<Duration>) {
    match time {
        Some(time) => sleep(time).await,
        None => pending().await,
    }
}

/// Signals by which others end the program.
struct Ends {
    #[cfg(unix)]
    signals: [tokio::signal::unix::Signal; 3],
}

#[cfg(unix)]
impl Ends {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let kinds = [SignalKind::terminate(), SignalKind::hangup(), SignalKind::interrupt()];
        let [terminate, hangup, interrupt] = kinds.map(signal);
        Ok(Self { signals: [terminate?, hangup?, interrupt?] })
    }

    async fn any(&mut self) {
        let [terminate, hangup, interrupt] = &mut self.signals;
        tokio::select! {
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
            _ = interrupt.recv() => {}
        }
    }
}

#[cfg(not(unix))]
impl Ends {
    fn new() -> io::Result<Self> {
        Ok(Self {})
    }

    async fn any(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            pending().await
        }
    }
}
