//! Everything that runs without a key or a network: a scripted model server that speaks both real
//! wires.

pub mod server;
