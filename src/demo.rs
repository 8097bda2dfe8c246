//! Everything that runs without a key or a network: a scripted model server that speaks both real
//! wires, a small sample project, and the scenes that are played over it.

pub mod sample;
pub mod scenes;
pub mod server;
