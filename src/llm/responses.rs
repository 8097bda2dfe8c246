//! The Responses wire: OpenAI's own, and what others made of it.

mod reader;
mod request;
mod wire;

pub(super) use reader::Reader;
pub(super) use request::body;
