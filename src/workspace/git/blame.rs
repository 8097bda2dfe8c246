//! Who last changed lines of a file as it lies on disk, and in which commit.

use std::{collections::HashMap, fs};

use jiff::{Timestamp, tz::Offset};

use super::{
    Commit, GitError, Lines,
    repository::{Repository, bounded},
};
use crate::workspace::{RelPath, Workspace};

const IGNORED: [&str; 5] = ["config", "-z", "--type=path", "--get-all", "blame.ignoreRevsFile"];
/// As many letters of an id as the log shows.
const SHORT: usize = 8;

/// Lines in a row that were last changed together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlameGroup {
    /// The lines.
    pub lines: Lines,
    /// The commit; `None` for what is not committed.
    pub commit: Option<Commit>,
}

impl Workspace {
    /// Who last changed the lines of a file, in groups from top to bottom.
    ///
    /// # Errors
    /// There is no repository, no commit, or no such line; git fails or is late.
    pub async fn git_blame(&self, path: &RelPath, lines: Lines) -> Result<Vec<BlameGroup>, GitError> {
        bounded(async {
            let repository = Repository::open(self).await?;
            repository.commit("HEAD").await?;
            check_ignored(&repository).await?;
            let (range, path) = (lines.argument(), path.as_str());
            let said = repository.ask(&["blame", "--porcelain", "--no-textconv", &range, "--", path]).await?;
            let said = said.ok_or_else(|| GitError::Lines { path: path.to_owned(), lines })?;
            Ok(parse(&said.text()))
        })
        .await
    }
}

/// Files with commits to pass over, whose list no option can replace: a pipe would keep git waiting,
/// a missing one ends it.
async fn check_ignored(repository: &Repository<'_>) -> Result<(), GitError> {
    let said = repository.ask(&IGNORED).await?.map(|said| said.text()).unwrap_or_default();
    let mut files = said.split('\0').filter(|file| !file.is_empty());
    match files.all(|file| fs::metadata(repository.named(file)).is_ok_and(|found| found.is_file())) {
        true => Ok(()),
        false => Err(GitError::IgnoreFile),
    }
}

/// What the porcelain format says of a commit, once for all of its lines.
#[derive(Default)]
struct About<'a> {
    author: &'a str,
    seconds: i64,
    zone: &'a str,
    subject: &'a str,
}

fn parse(said: &str) -> Vec<BlameGroup> {
    let mut known: HashMap<&str, About> = HashMap::new();
    let mut of_lines: Vec<(u32, &str)> = Vec::new();
    for line in said.lines().filter(|line| !line.starts_with('\t')) {
        match number(line) {
            Some((id, number)) => of_lines.push((number, id)),
            None => note(line, of_lines.last().map(|(_, id)| known.entry(id).or_default())),
        }
    }
    let groups = of_lines.chunk_by(|one, next| one.1 == next.1);
    groups.filter_map(|lines| group(lines, &known)).collect()
}

/// `ID was is [COUNT]`: the id and the number of the line now.
fn number(line: &str) -> Option<(&str, u32)> {
    let mut words = line.split(' ');
    let id = words.next().filter(|id| super::repository::is_id(id))?;
    Some((id, words.nth(1)?.parse().ok()?))
}

fn note<'a>(line: &'a str, about: Option<&mut About<'a>>) {
    let Some(about) = about else { return };
    match line.split_once(' ').unwrap_or_default() {
        ("author", author) => about.author = author,
        ("author-time", seconds) => about.seconds = seconds.parse().unwrap_or_default(),
        ("author-tz", zone) => about.zone = zone,
        ("summary", subject) => about.subject = subject,
        _ => {}
    }
}

fn group(lines: &[(u32, &str)], known: &HashMap<&str, About>) -> Option<BlameGroup> {
    let (first, id) = *lines.first()?;
    let lines = Lines { first, last: lines.last()?.0 };
    let is_committed = id.bytes().any(|letter| letter != b'0');
    let about = known.get(id).filter(|_| is_committed);
    let commit = about.map(|about| {
        let date = day(about.seconds, about.zone);
        Commit::new(id.get(..SHORT).unwrap_or(id), &date, about.author, about.subject)
    });
    Some(BlameGroup { lines, commit })
}

/// The day where the author was; the zone is written as `+0130`.
fn day(seconds: i64, zone: &str) -> String {
    let minutes = zone.parse::<i32>().map_or(0, |zone| zone / 100 * 60 + zone % 100);
    let offset = Offset::from_seconds(minutes.saturating_mul(60)).unwrap_or(Offset::UTC);
    let at = Timestamp::from_second(seconds).unwrap_or_default();
    offset.to_datetime(at).date().to_string()
}

#[cfg(test)]
mod tests {
    const ONE: &str = "1111111111111111111111111111111111111111";
    const NONE: &str = "0000000000000000000000000000000000000000";

    fn check(said: &str, expected: &str) {
        let said = said.replace("NONE", NONE).replace("ONE", ONE);
        let told = super::parse(&said).into_iter().map(|group| match group.commit {
            Some(commit) => format!("{} {commit}", group.lines),
            None => format!("{} -", group.lines),
        });
        assert_eq!(told.collect::<Vec<_>>().join("; "), expected);
    }

    #[test]
    fn lines_of_one_commit_are_told_together() {
        check("", "");
        check(
            "ONE 1 1 2\nauthor Ann B\nauthor-time 1700000000\nauthor-tz +1200\nsummary first words\nfilename f\n\
             \ta\nONE 2 2\n\tsummary not this\nNONE 3 3 1\nauthor Not Committed Yet\n\tc\nONE 4 4 1\n\td\n",
            "1-2 11111111 2023-11-15 Ann B: first words; 3 -; 4 11111111 2023-11-15 Ann B: first words",
        );
    }

    #[test]
    fn a_day_is_told_where_the_author_was() {
        let day = |zone| super::day(1_700_000_000, zone);
        assert_eq!([day("+0000"), day("+0145"), day("+0147"), day("-0800"), day("odd")], {
            ["2023-11-14", "2023-11-14", "2023-11-15", "2023-11-14", "2023-11-14"].map(str::to_owned)
        });
    }
}
