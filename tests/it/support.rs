//! What the tests share: a model server that is checked at its end, projects on disk, schemas.

pub(crate) mod model_server;
pub(crate) mod project;
pub(crate) mod schemas;
pub(crate) mod world;
