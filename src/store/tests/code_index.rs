//! The index of a project's files.

use super::*;

fn file(path: &str, hash: &str) -> IndexedFile {
    IndexedFile {
        path: path.to_owned(),
        size: 3,
        modified: 7,
        hash: hash.to_owned(),
        language: Some("rust".to_owned()),
        symbols: format!("[{{\"name\":\"Of_{hash}\"}}]"),
        terms: vec![0, 255],
    }
}

async fn paths(world: &World, format: u32) -> String {
    let files = world.store.indexed_files(world.project.id, format).await.unwrap();
    let told = files.iter().map(|file| format!("{} {} {}", file.path, file.hash, file.modified));
    told.collect::<Vec<_>>().join(", ")
}

#[tokio::test]
async fn files_are_kept_replaced_restamped_and_forgotten() {
    let world = World::new().await;
    let (store, project) = (&world.store, world.project.id);
    store.keep_indexed(project, 1, &[file("b.rs", "x"), file("a.rs", "y")]).await.unwrap();
    assert_eq!(paths(&world, 1).await, "a.rs y 7, b.rs x 7");
    store.keep_indexed(project, 1, &[file("b.rs", "z")]).await.unwrap();
    assert_eq!(paths(&world, 1).await, "a.rs y 7, b.rs z 7");
    store.restamp_indexed(project, &[("b.rs".to_owned(), 3, 9)]).await.unwrap();
    store.forget_indexed(project, &["a.rs".to_owned(), "none.rs".to_owned()]).await.unwrap();
    assert_eq!(paths(&world, 1).await, "b.rs z 9");
}

#[tokio::test]
async fn symbols_are_read_by_path_and_by_what_stands_in_them() {
    let world = World::new().await;
    let (store, project) = (&world.store, world.project.id);
    store.keep_indexed(project, 1, &[file("b.rs", "x"), file("a.rs", "y")]).await.unwrap();
    let told = |found: Vec<IndexedSymbols>| {
        let told = found.into_iter().map(|file| format!("{} {}", file.path, file.symbols));
        told.collect::<Vec<_>>().join(", ")
    };
    let wanted = ["b.rs".to_owned(), "none.rs".to_owned()];
    let of_path = store.indexed_symbols(project, 1, &wanted).await.unwrap();
    assert_eq!(told(of_path), r#"b.rs [{"name":"Of_x"}]"#);
    let like = store.indexed_symbols_like(project, 1, "oF_Y", 9).await.unwrap();
    assert_eq!(told(like), r#"a.rs [{"name":"Of_y"}]"#);
    assert_eq!(store.indexed_symbols_like(project, 1, "", 1).await.unwrap().len(), 1);
    assert_eq!(store.indexed_symbols_like(project, 2, "", 9).await.unwrap(), []);
}

#[tokio::test]
async fn another_format_and_another_project_see_nothing() {
    let world = World::new().await;
    world.store.keep_indexed(world.project.id, 1, &[file("a.rs", "x")]).await.unwrap();
    assert_eq!(paths(&world, 2).await, "");
    let other = world.store.project("/other", &world.ids).await.unwrap();
    assert_eq!(world.store.indexed_files(other.id, 1).await.unwrap(), []);
    world.store.keep_indexed(world.project.id, 2, &[file("a.rs", "y")]).await.unwrap();
    assert_eq!((paths(&world, 1).await, paths(&world, 2).await), (String::new(), "a.rs y 7".to_owned()));
}

#[tokio::test]
async fn the_history_is_kept_for_one_head() {
    let world = World::new().await;
    let (store, project) = (&world.store, world.project.id);
    store.keep_indexed_history(project, "aaa", "[[\"a.rs\"]]").await.unwrap();
    store.keep_indexed_history(project, "bbb", "[]").await.unwrap();
    assert_eq!(store.indexed_history(project, "aaa").await.unwrap(), None);
    assert_eq!(store.indexed_history(project, "bbb").await.unwrap(), Some("[]".to_owned()));
}
