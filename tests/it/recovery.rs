//! What the next start makes of a change of files that a killed program left in its journal.

use std::{fs, process::Stdio, thread, time::Duration};

use mira::{
    protocol::{ArtifactState, ArtifactView, ChangeId, IdSource},
    store::{self, ArtifactFilter, NewChange},
    workspace::{
        Halt, Workspace,
        apply::{Change, Plan, PlannedWrite},
    },
};

use crate::{
    kill::{PROJECT, script},
    support::{
        model_server::TestServer,
        program::User,
        project::{Project, Tree},
    },
};

/// A project with two proposals, whose writing has been journaled by an instance that is gone.
struct Interrupted {
    _server: TestServer,
    user: User,
    project: Project,
    before: Tree,
    change: Change,
}

impl Interrupted {
    async fn new() -> Self {
        let server = TestServer::start(script()).await;
        let user = User::new(server.base_url());
        let project = Project::new(PROJECT);
        user.run(&project.root(), &["exec", "Please add two()."]);
        let change = journal(&user, &project).await;
        Self { before: project.tree(), _server: server, user, project, change }
    }

    /// Does to the disk what the instance did before it was killed: the first `count` files.
    fn write(&self, count: usize) {
        for file in self.change.files.iter().take(count) {
            let content = &file.after.as_ref().unwrap().content;
            self.project.write(file.path.as_str(), std::str::from_utf8(content).unwrap());
        }
    }

    fn run(&self, arguments: &[&str]) -> String {
        self.user.run(&self.project.root(), arguments)
    }

    async fn artifacts(&self) -> Vec<ArtifactView> {
        artifacts(&self.user.store().await).await
    }
}

async fn artifacts(store: &store::Store) -> Vec<ArtifactView> {
    let found = store.artifacts(ArtifactFilter::default(), 10).await.unwrap();
    found.into_iter().map(|artifact| artifact.view).collect()
}

/// Journals the writing of all that waits and forgets it.
async fn journal(user: &User, project: &Project) -> Change {
    let (store, ids) = (user.store().await, IdSource::random());
    let waiting = store.artifacts(ArtifactFilter::default(), 10).await.unwrap();
    let workspace = Workspace::open(&project.root(), &user.state()).unwrap();
    let write = |artifact: &ArtifactView| PlannedWrite {
        path: workspace.write_path(&artifact.path).unwrap(),
        expected_before: artifact.base_hash.clone(),
        content: Some(artifact.content.clone().into()),
        mode: None,
    };
    let writes = waiting.iter().map(|artifact| write(&artifact.view)).collect();
    let change = workspace.prepare(Plan { writes, remove_dirs: Vec::new() }).unwrap();
    let files = change.files.iter().zip(&waiting).map(|(file, artifact)| store::ChangedFile {
        path: file.path.to_string(),
        artifact_id: Some(artifact.view.artifact_id),
        before: file.before.clone(),
        after: file.after.clone(),
    });
    let new = NewChange {
        id: ChangeId::new(&ids),
        project_id: waiting[0].project_id,
        operation_id: waiting[0].operation_id,
        undoes: None,
        files: files.collect(),
        created_dirs: change.created_dirs.iter().map(ToString::to_string).collect(),
        removed_dirs: Vec::new(),
        extent: store::Extent::Whole,
    };
    store.begin_change(&new).await.unwrap();
    store.close().await;
    change
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exec_takes_back_what_is_half_written() {
    for count in [0, 1] {
        let world = Interrupted::new().await;
        world.write(count);
        world.project.write("src/more/.mira-tmp-1", "half a fi");
        world.run(&["exec", "Go on."]);
        assert_eq!(world.project.tree(), world.before);
        let waiting = world.artifacts().await;
        assert!(waiting.iter().all(|artifact| artifact.state == ArtifactState::Pending), "{waiting:#?}");
        world.run(&["artifacts", "apply"]);
        assert_eq!(world.project.files(), ["README.md", "src/lib.rs", "src/more/two.rs"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exec_finishes_what_is_wholly_written_and_it_can_be_undone() {
    let world = Interrupted::new().await;
    world.write(2);
    let after = world.project.tree();
    world.run(&["exec", "Go on."]);
    assert_eq!(world.project.tree(), after);
    let written = world.artifacts().await;
    assert!(written.iter().all(|artifact| artifact.state == ArtifactState::Applied), "{written:#?}");
    world.run(&["artifacts", "undo"]);
    assert_eq!(world.project.tree(), world.before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_somebody_has_changed_since_is_left_alone() {
    let world = Interrupted::new().await;
    world.write(2);
    world.project.write("src/lib.rs", "// mine\n");
    world.run(&["artifacts", "list"]);
    assert_eq!(world.project.files(), ["README.md", "src/lib.rs"]);
    assert_eq!(world.project.read("src/lib.rs"), "// mine\n");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn recovery_waits_for_an_instance_that_writes() {
    let world = Interrupted::new().await;
    let workspace = Workspace::open(&world.project.root(), &world.user.state()).unwrap();
    let lock = workspace.lock(&Halt::after(Duration::ZERO)).unwrap();
    world.project.write("src/.mira-tmp-1", "of the instance that writes");
    let mut list = world.user.mira(&world.project.root(), &["artifacts", "list"]);
    let mut list = list.stdout(Stdio::null()).spawn().unwrap();
    thread::sleep(Duration::from_millis(300));
    assert!(list.try_wait().unwrap().is_none(), "it does not wait");
    fs::remove_file(world.project.root().join("src/.mira-tmp-1")).unwrap();
    drop(lock);
    assert!(list.wait().unwrap().success());
    assert_eq!(world.project.tree(), world.before);
}
