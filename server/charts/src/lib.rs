#![doc = include_str!("../README.md")]

mod axis;
mod draw;
mod stack;

pub use axis::axis;
pub use draw::{DrawingError, bars, draw};
