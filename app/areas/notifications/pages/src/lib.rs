#![doc = include_str!("../README.md")]

mod form;
mod hearing;
mod list;
mod mail;
mod mail_trial;
mod names;
mod new;
mod receiver;
mod template;
mod words;

pub use list::NotificationsPage;
pub use mail::MailServerPage;
pub use new::NewReceiverPage;
pub use receiver::ReceiverPage;
