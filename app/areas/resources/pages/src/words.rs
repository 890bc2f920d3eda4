//! The area's texts.

ui::texts!();
