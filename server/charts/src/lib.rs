#![doc = include_str!("../README.md")]

mod axis;
mod draw;
mod gauge;
mod heat;
mod stack;
mod states;

pub use axis::axis;
pub use draw::{DrawingError, bars, draw};
pub use gauge::gauge;
pub use heat::heat_map;
pub use states::state_timeline;
