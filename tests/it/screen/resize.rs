//! A window that is dragged through all sizes while an answer streams in.

use std::time::Duration;

use mira::demo::server::{Script, Turn};

use super::{SIZE, ready, user};

/// Sizes as a hand at the window's corner makes them, the smallest and the largest among them.
const SIZES: [(u16, u16); 12] = [
    (1, 1),
    (40, 10),
    (120, 40),
    (2, 50),
    (300, 100),
    (80, 24),
    (3, 3),
    (100, 1),
    (1, 60),
    (99, 16),
    (20, 5),
    (160, 12),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_storm_of_sizes_leaves_a_whole_screen() {
    let paragraph = "Words that wrap **differently** at each width, 漢字 and 👩‍👩‍👧 too.\n\n";
    let code = "```rust\nfn main() { println!(\"a line of code that is longer than narrow screens are\"); }\n```\n\n";
    let answer = [paragraph, code].concat().repeat(12) + "The very end.";
    let script = Script::new().pace_ms(2).turn(Turn::responses().text(answer));
    let shell = user(script).await;
    let mut terminal = ready(&shell, "");
    terminal.type_text("hello\r");
    terminal.wait_for("Words that wrap");
    for (columns, rows) in SIZES.into_iter().cycle().take(60) {
        terminal.resize(columns, rows);
        terminal.wait_briefly();
    }
    terminal.resize(SIZE.0, SIZE.1);
    terminal.wait_for("The very end.");
    terminal.wait_for("completed");
    terminal.wait_until(Duration::from_secs(5), "the footer in the last line", |screen| {
        screen.lines().count() == usize::from(SIZE.1)
            && screen.lines().last().is_some_and(|line| line.contains("help"))
    });
    assert!(terminal.screen().lines().next().unwrap().contains("gpt-5"), "{}", terminal.screen());
    terminal.quit();
}
