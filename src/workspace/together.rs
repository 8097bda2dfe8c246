//! Work on many files at the same time. A file system makes durable in one go what is asked for at once, so
//! a hundred files take little longer than one; and reading and hashing is work for every processor.

use std::{panic, thread};

/// More at once gain nothing: it is the disk that is waited for.
const AT_ONCE: usize = 8;

/// Does `work` for each item, several at a time. Outcomes come in the order of the items; of several errors
/// the first is told.
pub(super) fn each<T: Sync, R: Send, E: Send>(
    items: &[T],
    work: impl Fn(&T) -> Result<R, E> + Sync,
) -> Result<Vec<R>, E> {
    let part_of = |part: &[T]| part.iter().map(&work).collect::<Result<Vec<R>, E>>();
    if items.len() < 2 {
        return part_of(items);
    }
    let parts = thread::scope(|scope| {
        let begin = |part| (part, thread::Builder::new().spawn_scoped(scope, move || part_of(part)));
        let begun: Vec<_> = items.chunks(items.len().div_ceil(AT_ONCE)).map(begin).collect();
        let end = |(part, thread): (_, Result<thread::ScopedJoinHandle<'_, _>, _>)| match thread {
            Ok(thread) => thread.join().unwrap_or_else(|payload| panic::resume_unwind(payload)),
            // The system has no thread to give.
            Err(_) => part_of(part),
        };
        begun.into_iter().map(end).collect::<Vec<_>>()
    });
    let parts = parts.into_iter().collect::<Result<Vec<Vec<R>>, E>>()?;
    Ok(parts.into_iter().flatten().collect())
}
