//! The whole screen, played with: keys, pastes and scripted news of the engine go in; what is drawn and
//! what is wanted done come out. No engine, no terminal, no clock.
#![allow(clippy::unwrap_used)]

mod asking;
mod cast;
mod deciding;
mod hand_offs;
mod leaving;
mod looking_up;
mod reading;
mod reviewing;
mod stage;
mod states;
mod styles;
mod ways;

use stage::Stage;

/// A stage of the usual size whose engine is there.
fn opened() -> Stage {
    let mut stage = Stage::new(120, 40);
    stage.opened().effects();
    stage
}
