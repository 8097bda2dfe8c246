//! Reading takes linear time, whatever comes in small chunks.

use std::time::{Duration, Instant};

use super::super::{ArtifactParser, Piece};

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
    check_time("carriage returns", tag, "\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r");
}
