//! Reading takes linear time, whatever comes in small chunks.

use std::time::{Duration, Instant};

use super::super::{ArtifactParser, Original, Piece, blocks::Block};

/// Far above what linear reading needs, far below what quadratic reading would.
const ENOUGH: Duration = Duration::from_secs(5);

/// 2 MB in 100,000 chunks.
#[track_caller]
fn check_time(name: &str, opening: &str, chunk: &str) {
    let start = Instant::now();
    let mut parser = ArtifactParser::new();
    parser.push(opening);
    let mut shown = 0;
    for _ in 0..100_000 {
        for piece in parser.push(chunk) {
            if let Piece::Content(text) | Piece::Commentary(text) = piece {
                shown += text.len();
            }
        }
    }
    parser.finish(false);
    assert!(shown <= 100_000 * chunk.len() + opening.len());
    assert!(start.elapsed() < ENOUGH, "{name}: {:?}", start.elapsed());
}

#[test]
fn two_megabytes_in_small_chunks_take_linear_time() {
    let tag = "<artifact path=\"a\">\n";
    check_time("lines", tag, "let value = 12345;\n ");
    check_time("one line", tag, "aaaaaaaaaaaaaaaaaaaa");
    check_time("one line that may be a tag", &format!("{tag}<artifact "), "path=\"aaaaaaa\" b=c d");
    check_time("an end tag with blanks", &format!("{tag}</artifact>"), "                    ");
    check_time("a fence that never ends its line", &format!("{tag}```"), "````````````````````");
    check_time("fences that may be the last", &format!("{tag}```rust\n"), "```\n```\n```\n```\n```\n");
    check_time("empty lines after a fence", "```\n", "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n");
    check_time("blanks outside", "", "                    ");
    check_time("nested tags", tag, "<artifact path=ab>\n ");
    check_time("many artifacts", "", "<artifact path=a/>\n\n");
    check_time("an edit", "<edit path=\"a\">\n<<<<<<< SEARCH\n", "let value = 12345;\n ");
    check_time("an edit in one line", "<edit path=\"a\">\n<<<<<<< SEARCH\n", "aaaaaaaaaaaaaaaaaaaa");
    check_time("many edits", "", "<edit path=a>\n</edit>\n");
    check_time("a diff", "--- a/a\n+++ b/a\n", " aa\n-bb\n+cc\n@@ -1 +\n");
    check_time("what may be a diff", "", "--- a\n--- a\n--- a\n+");
    check_time("a patch", "*** Begin Patch\n", "*** Add File: a\n+b\n");
    check_time("carriage returns", tag, "\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r");
}

/// A file of 10,000 lines, most of them different.
fn long_file() -> String {
    (0..10_000).map(|line| format!("    let value_{} = compute({line}, other);\n", line % 7_000)).collect()
}

/// The first block pays for reading the file; the second one shows what a block costs by itself.
#[track_caller]
fn check_match(name: &str, search: &str, is_found: bool) {
    let file = long_file();
    let block = Block::new(search, "changed\n");
    let start = Instant::now();
    let original = Original::new(&file);
    let read = start.elapsed();
    let found = original.apply(&[block]);
    let took = start.elapsed();
    assert_eq!(found.is_ok(), is_found, "{name}");
    assert!(took < ENOUGH, "{name}: {took:?}");
    println!("{name}: the file read in {read:?}, with the block in {took:?}");
}

#[test]
fn a_block_is_found_in_a_long_file_in_no_time() {
    let line = |number: usize| format!("    let value_{} = compute({number}, other);\n", number % 7_000);
    let three = line(8_000) + &line(8_001) + &line(8_002);
    check_match("equal", &three, true);
    check_match("shifted", &three.replace("    let", "let"), true);
    let kept = three.replacen("compute(8000", "computed(8000", 1);
    check_match("not there", &kept, false);
    check_match("nothing like it", "fn nowhere_to_be_seen_in_this_file_at_all() {\n", false);
    check_match("a line that is everywhere", "}\n", false);
}
