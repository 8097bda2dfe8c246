//! Many waits for the disk at the same time. A file system makes durable in one go what is asked for
//! at once, so a hundred files take little longer than one.

use std::{panic, thread};

/// More at once gain nothing: it is the disk that is waited for.
const AT_ONCE: usize = 8;

/// Does `work` for each item, several at a time; tells an error when there was one.
pub(super) fn each<T: Sync, E: Send>(
    items: &[T],
    work: impl Fn(&T) -> Result<(), E> + Sync,
) -> Result<(), E> {
    let part_of = |part: &[T]| part.iter().try_for_each(&work);
    if items.len() < 2 {
        return part_of(items);
    }
    thread::scope(|scope| {
        let begin = |part| (part, thread::Builder::new().spawn_scoped(scope, move || part_of(part)));
        let begun: Vec<_> = items.chunks(items.len().div_ceil(AT_ONCE)).map(begin).collect();
        let end = |(part, thread): (_, Result<thread::ScopedJoinHandle<'_, _>, _>)| match thread {
            Ok(thread) => thread.join().unwrap_or_else(|payload| panic::resume_unwind(payload)),
            // The system has no thread to give.
            Err(_) => part_of(part),
        };
        begun.into_iter().map(end).fold(Ok(()), Result::and)
    })
}
