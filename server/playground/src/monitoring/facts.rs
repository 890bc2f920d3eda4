//! What metrics need to know about pods and nodes, taken out of their objects once.

mod container;
mod node;
mod pod;

use jiff::Timestamp;

pub use container::Container;
pub use node::Node;
pub use pod::Pod;

fn milliseconds(time: Option<Timestamp>) -> Option<i64> {
    time.map(Timestamp::as_millisecond)
}

fn owned((key, value): (&str, &str)) -> (String, String) {
    (key.to_owned(), value.to_owned())
}
