//! The index follows the project's files while a front end runs. Skipped where the system watches no
//! files.
#![cfg(unix)]

use std::time::{Duration, Instant};

use mira::{
    demo::server::{Script, Turn},
    protocol::IdSource,
    workspace::{index::FORMAT, watch::Watch},
};

use crate::support::world::World;

/// Waits until the index knows that `path` defines `name`, without a prompt.
async fn wait_for(world: &World, path: &str, name: &str) {
    let root = world.project.root().canonicalize().unwrap();
    let project = world.store.project(&root.to_string_lossy(), &IdSource::seeded(2)).await.unwrap();
    let latest = Instant::now() + Duration::from_secs(20);
    loop {
        let known = world.store.indexed_symbols(project.id, FORMAT, &[path.to_owned()]).await.unwrap();
        if known.iter().any(|file| file.symbols.contains(name)) {
            return;
        }
        assert!(Instant::now() < latest, "{path} with {name} did not come into the index: {known:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_come_into_the_index_by_themselves_and_into_the_next_prompt() {
    if Watch::new(|| {}).is_err() {
        return;
    }
    let script = Script::new().turn(Turn::responses().text("Seen."));
    let world = World::new("\n    //- shop/cart.py\n    def apple(): pass\n", script).await;
    world.handle().keep_index();
    wait_for(&world, "shop/cart.py", "apple").await;
    for word in ["banana", "cherry", "quince"] {
        let path = format!("{word}/fruit.py");
        world.project.write(&path, &format!("def {word}(): pass\n"));
        wait_for(&world, &path, word).await;
    }
    world.project.write("quince/fruit.py", "def damson(): pass\n");
    wait_for(&world, "quince/fruit.py", "damson").await;
    world.ask("Where is damson?").await;
    let request = world.server.requests().last().unwrap().body.to_string();
    assert!(request.contains("def damson()"), "{request}");
    world.finish().await;
}
