#![doc = include_str!("../README.md")]

mod axis;
mod cut;
mod draw;
mod gauge;
mod heat;
mod logarithm;
mod stack;
mod states;

pub use axis::{Ends, axis};
pub use draw::{DrawingError, bars, bars_within, draw, draw_within};
pub use gauge::gauge;
pub use heat::heat_map;
pub use logarithm::draw_logarithmic;
pub use states::state_timeline;
