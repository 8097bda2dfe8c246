//! What the tests share: a model server that is checked at its end and one that fails in every way,
//! projects on disk, schemas.

pub(crate) mod llm;
pub(crate) mod model_server;
pub(crate) mod program;
pub(crate) mod project;
pub(crate) mod raw_server;
pub(crate) mod schemas;
pub(crate) mod shell;
#[cfg(unix)]
pub(crate) mod terminal;
pub(crate) mod world;
