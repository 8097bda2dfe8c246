//! What is refused before a model is asked: arguments, settings, keys, databases.

use std::fs;

use mira::demo::server::Script;
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};

use super::{PROJECT, says};
use crate::support::shell::Shell;

async fn idle() -> Shell {
    Shell::new(PROJECT, Script::new()).await
}

#[tokio::test]
async fn nonsense_is_a_usage_error() {
    let shell = idle().await;
    for line in [
        "exec --bogus hello",
        "exec --max-cost x hello",
        "exec --timeout 0 hello",
        "exec --continue --conversation 1 hello",
        "exec hello world",
    ] {
        shell.run(line).await.expect(2, &["error:"]).prints("");
    }
    shell.run("exec --project absent hello").await.expect(2, &["absent"]);
}

#[tokio::test]
async fn a_wrong_setting_is_named_with_its_line() {
    let shell = idle().await;
    fs::create_dir_all(shell.config_file().parent().unwrap()).unwrap();
    fs::write(shell.config_file(), "\n[budget]\nmax_rounds = \"many\"\n").unwrap();
    let place = format!("{}:3: ", shell.config_file().display());
    shell.run("exec hello").await.expect(3, &[&place, "budget.max_rounds"]);
    shell.run("artifacts").await.expect(3, &[&place]);
    shell.run("exec --config absent.toml hello").await.expect(3, &["absent.toml"]);
}

#[tokio::test]
async fn plain_http_goes_to_this_machine_only() {
    let shell = idle().await.with("OPENAI_BASE_URL", "http://example.com/v1");
    shell.run("exec hello").await.expect(3, &["OPENAI_BASE_URL", "http"]);
}

#[tokio::test]
async fn a_planner_without_a_key_is_told_what_helps() {
    let shell = idle().await.with("OPENAI_API_KEY", "").with("OPENAI_BASE_URL", "https://api.openai.com/v1");
    let help = ["mira auth set openai", "OPENAI_API_KEY", "mira demo --exec"];
    let ended = shell.run("exec hello").await.expect(3, &help);
    let local = "No model server answers on the usual local ports";
    if ended.stderr.contains(local) {
        assert!(!ended.stderr.contains("roles.planner"), "{}", ended.stderr);
    } else {
        ended.expect(3, &["roles.planner = { provider = \"local\""]);
    }
    assert!(!shell.database().exists(), "a refusal leaves nothing behind");
}

#[tokio::test]
async fn a_cap_that_nobody_could_keep_is_refused() {
    let shell = idle().await.with("OPENAI_BASE_URL", "https://api.openai.com/v1");
    let line = "exec --max-cost 1 --planner openai/nameless hello";
    shell.run(line).await.expect(3, &["--max-cost cannot be kept", "[models.\"nameless\"]"]);
}

/// A connection to the database that does not go through the program.
async fn raw(shell: &Shell) -> SqliteConnection {
    SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(shell.database())).await.unwrap()
}

/// Makes the database and lets `spoil` change it; then every command says `sentence` and leaves it.
async fn check_database(spoil: impl AsyncFnOnce(&Shell), sentence: &str) {
    let shell = idle().await;
    shell.run("artifacts list").await.expect(0, &[]);
    spoil(&shell).await;
    let before = fs::read(shell.database()).unwrap();
    let path = shell.database().display().to_string();
    shell.run("exec hello").await.expect(1, &[sentence, &path]).prints("");
    shell.run("artifacts list").await.expect(1, &[sentence]).prints("");
    assert_eq!(fs::read(shell.database()).unwrap(), before, "a refused database was changed");
}

#[tokio::test]
async fn a_newer_or_damaged_database_is_left_alone() {
    let newer = async |shell: &Shell| {
        let row = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                   VALUES (99, 'later', 1, x'00', 0)";
        let mut database = raw(shell).await;
        sqlx::query(row).execute(&mut database).await.unwrap();
        database.close().await.unwrap();
    };
    check_database(newer, "written by a newer Mira").await;
    let damaged = async |shell: &Shell| {
        let mut bytes = fs::read(shell.database()).unwrap();
        bytes[100..2_000].fill(0xa5);
        fs::write(shell.database(), bytes).unwrap();
    };
    check_database(damaged, "is damaged").await;
    let foreign = async |shell: &Shell| fs::write(shell.database(), "Dear diary, ".repeat(999)).unwrap();
    check_database(foreign, "is not a database of Mira").await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_read_only_database_is_left_alone() {
    use std::os::unix::fs::PermissionsExt;
    let read_only = async |shell: &Shell| {
        fs::set_permissions(shell.database(), fs::Permissions::from_mode(0o400)).unwrap();
    };
    check_database(read_only, "cannot be written").await;
}

#[tokio::test]
async fn a_locked_database_is_waited_for_and_then_named() {
    let shell = Shell::new(PROJECT, says("Hello.")).await;
    shell.run("artifacts list").await.expect(0, &[]);
    let mut other = raw(&shell).await;
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    let ended = shell.run("exec hello").await.expect(1, &["is locked by another program"]);
    assert!(ended.took.as_secs() < 12, "{ended:?}");
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    shell.run("exec hello").await.expect(0, &[]).prints("Hello.\n");
}
