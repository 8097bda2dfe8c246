//! The planner's own eyes: read a file, list files, search. Read-only, bounded in time and size,
//! inside the project. Files whose new version waits are shown as they will be. Git is asked in `git`.

use std::{sync::Arc, time::Duration};

use super::{Call, ListFiles, ReadFile, SearchCode, git, symbols};
use crate::{
    engine::{
        Shared,
        artifacts::{self, Waiting},
    },
    workspace::{
        Halt, Stopped, Workspace,
        list::ListRequest,
        read::{MAX_LINES, TextSlice},
        search::{Case, FoundLine, Matches, SearchRequest},
    },
};

/// Paths in one listing.
const MAX_PATHS: usize = 300;
/// Matching lines in one search.
const MAX_MATCHES: usize = 120;
/// How long one look may take: a search through a very large tree ends with what it has found.
pub(super) const TIME_LIMIT: Duration = Duration::from_secs(10);

/// Runs a read-only call. Both results are text for the model.
pub(crate) async fn run(shared: Arc<Shared>, call: Call) -> Result<String, String> {
    if let Call::ReadFile(read) = &call
        && let Some(proposal) = waiting(&shared, read).await
    {
        return Ok(proposal);
    }
    match call {
        Call::FindSymbol(find) => symbols::find_symbol(&shared, &find).await,
        Call::Outline(outline) => symbols::outline(&shared, &outline).await,
        Call::Git(call) => git::run(&shared, call).await,
        call => on_disk(&shared, call).await,
    }
}

async fn on_disk(shared: &Shared, call: Call) -> Result<String, String> {
    let workspace = Arc::clone(&shared.workspace);
    let (halt, _held) = Halt::while_held(TIME_LIMIT);
    let look = tokio::task::spawn_blocking(move || look(&workspace, call, &halt));
    look.await.map_err(|_| "the look failed by a mistake of ours; try another way".to_owned())?
}

fn look(workspace: &Workspace, call: Call, halt: &Halt) -> Result<String, String> {
    match call {
        Call::ReadFile(read) => read_file(workspace, &read),
        Call::ListFiles(list) => list_files(workspace, &list, halt),
        Call::SearchCode(search) => search_code(workspace, &search, halt),
        _ => Err("this is not a look".to_owned()),
    }
}

/// A proposal that waits for this path, as the planner's own newest view of the file.
async fn waiting(shared: &Shared, read: &ReadFile) -> Option<String> {
    let path = shared.workspace.path(&read.path).ok()?;
    let proposal = match artifacts::waiting(shared, &path).await? {
        Waiting::Text(text) => text,
        Waiting::Gone => {
            return Some(format!(
                "{path}: it is proposed to delete or rename this file (not done on disk yet)"
            ));
        }
    };
    let (first, count) = range(read);
    let lines: Vec<String> = proposal.lines().skip(first - 1).take(count).map(str::to_owned).collect();
    let numbered = numbered(first, &lines);
    Some(format!("{path}, as proposed (not on disk yet), {} lines\n{numbered}", proposal.lines().count()))
}

fn read_file(workspace: &Workspace, read: &ReadFile) -> Result<String, String> {
    let path = workspace.path(&read.path).map_err(|refusal| refusal.to_string())?;
    let (first, count) = range(read);
    let slice = workspace.read_text(&path, first, count).map_err(|error| error.to_string())?;
    let TextSlice { first_line, lines, total_lines, .. } = &slice;
    let mut text = format!("{path}, {total_lines} lines\n{}", numbered(*first_line, lines));
    if let Some(next) = slice.next_line().filter(|_| read.end_line.is_none()) {
        text.push_str(&format!("[more from line {next}]\n"));
    }
    Ok(text)
}

/// First line and number of lines that a call asks for.
fn range(read: &ReadFile) -> (usize, usize) {
    let first = read.start_line.unwrap_or(1).max(1) as usize;
    let count = read.end_line.map_or(MAX_LINES, |end| (end as usize + 1).saturating_sub(first));
    (first, count)
}

fn numbered(first: usize, lines: &[String]) -> String {
    lines.iter().zip(first..).map(|(line, number)| format!("{number}\t{line}\n")).collect()
}

fn list_files(workspace: &Workspace, list: &ListFiles, halt: &Halt) -> Result<String, String> {
    let folder = match list.directory.as_deref() {
        Some(directory) => workspace.folder(directory).map_err(|refusal| refusal.to_string())?,
        None => None,
    };
    let request = ListRequest { folder, globs: list.glob.iter().cloned().collect(), max: MAX_PATHS };
    let listing = workspace.list(&request, halt).map_err(|error| error.to_string())?;
    if listing.paths.is_empty() {
        return Ok(format!("no files{}", stopped(listing.stopped)));
    }
    let mut text = listing.paths.join("\n");
    if listing.left_out > 0 {
        text.push_str(&format!("\n[{} more; narrow the glob or the directory]", listing.left_out));
    }
    Ok(text + stopped(listing.stopped))
}

fn search_code(workspace: &Workspace, search: &SearchCode, halt: &Halt) -> Result<String, String> {
    let request = SearchRequest {
        pattern: search.pattern.clone(),
        case: match search.case_sensitive {
            None => Case::Smart,
            Some(true) => Case::Sensitive,
            Some(false) => Case::Insensitive,
        },
        globs: search.glob.iter().cloned().collect(),
        max_matches: MAX_MATCHES,
        ..SearchRequest::default()
    };
    let found = workspace.search(&request, halt).map_err(|error| error.to_string())?;
    Ok(matches(&found))
}

fn matches(found: &Matches) -> String {
    if found.files.is_empty() {
        return format!("no matches{}", stopped(found.stopped));
    }
    let mut text = String::new();
    for file in &found.files {
        for FoundLine { number, text: line, .. } in &file.lines {
            text.push_str(&format!("{}:{number}: {line}\n", file.path));
        }
    }
    if found.is_cut {
        text.push_str("[there are more; narrow the pattern or the glob]");
    }
    text + stopped(found.stopped)
}

fn stopped(stopped: Option<Stopped>) -> &'static str {
    match stopped {
        Some(_) => "\n[time was up: not every file was looked at]",
        None => "",
    }
}
