//! The browser's `EventSource`, closed when dropped.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, EventSource, MessageEvent};

/// What happens to a stream.
pub(super) enum StreamEvent {
    /// It is open, or open again.
    Opened,
    /// A message arrived.
    Message(String),
    /// It broke, and the browser opens it again by itself, from where it was.
    Broken,
    /// It broke, and the browser has given up.
    Refused,
}

/// An open stream.
pub(super) struct Stream {
    source: EventSource,
    // Kept as long as the source may call them.
    _opened: Closure<dyn FnMut(Event)>,
    _message: Closure<dyn FnMut(MessageEvent)>,
    _error: Closure<dyn FnMut(Event)>,
}

impl Stream {
    /// Opens an address and tells what happens. `None` when the browser has no event streams.
    pub fn open(address: &str, hear: impl Fn(StreamEvent) + Copy + 'static) -> Option<Self> {
        let source = EventSource::new(address).ok()?;
        let opened = Closure::new(move |_: Event| hear(StreamEvent::Opened));
        let message = Closure::new(move |event: MessageEvent| {
            hear(StreamEvent::Message(event.data().as_string().unwrap_or_default()));
        });
        let error = {
            let source = source.clone();
            Closure::new(move |_: Event| {
                let is_closed = source.ready_state() == EventSource::CLOSED;
                hear(if is_closed { StreamEvent::Refused } else { StreamEvent::Broken });
            })
        };
        source.set_onopen(Some(opened.as_ref().unchecked_ref()));
        source.set_onmessage(Some(message.as_ref().unchecked_ref()));
        source.set_onerror(Some(error.as_ref().unchecked_ref()));
        Some(Self { source, _opened: opened, _message: message, _error: error })
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.source.set_onopen(None);
        self.source.set_onmessage(None);
        self.source.set_onerror(None);
        self.source.close();
    }
}
