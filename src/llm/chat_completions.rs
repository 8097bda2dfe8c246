//! The chat completions wire: DeepSeek and every server that is "OpenAI compatible", each with its
//! own deviations.

mod calls;
mod reader;
mod request;
mod wire;

pub(super) use reader::Reader;
pub(super) use request::body;
