//! The whole screen, played with: keys, pastes and scripted news of the engine go in; what is drawn and
//! what is wanted done come out. No engine, no terminal, no clock.
#![allow(clippy::unwrap_used)]

mod cast;
mod stage;
mod states;

use stage::Stage;
