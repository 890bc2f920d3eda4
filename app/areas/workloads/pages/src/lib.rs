#![doc = include_str!("../README.md")]

mod by_hand;
mod files;
mod form;
mod log_receiver;
mod port_page;
mod ports;
mod terminal;
mod traffic;
mod words;

pub use files::{files_tab, files_title, has_files};
pub use form::{EditFormPage, NewFormPage};
pub use log_receiver::{is_log_receiver, log_receiver_tab, log_receiver_title};
pub use port_page::{PortClosed, PortPage, port_closed, port_opening};
pub use ports::{has_ports, ports_tab, ports_title};
pub use terminal::Dock;
pub use traffic::{has_traffic, traffic_tab, traffic_title};
