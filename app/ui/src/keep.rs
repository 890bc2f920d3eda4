//! What this browser keeps for its reader, beside the cookie. Browser only; a browser that keeps nothing is as good as
//! an empty one.

use js_sys::{Function, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};

/// Where something is kept, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// In this tab, until it is closed.
    Tab,
    /// In this browser, until it is thrown away.
    Browser,
}

impl Keep {
    /// What is kept under a name.
    pub fn read(self, name: &str) -> Option<String> {
        self.call("getItem", &[name])?.as_string()
    }

    /// Keeps a text under a name.
    pub fn write(self, name: &str, text: &str) {
        self.call("setItem", &[name, text]);
    }

    /// Throws away what is kept under a name.
    pub fn forget(self, name: &str) {
        self.call("removeItem", &[name]);
    }

    /// Throws away everything that is kept.
    pub fn forget_all(self) {
        self.call("clear", &[]);
    }

    fn call(self, method: &str, arguments: &[&str]) -> Option<JsValue> {
        let storage = match self {
            Self::Tab => "sessionStorage",
            Self::Browser => "localStorage",
        };
        // Both fail where the reader allows no storage.
        let storage = Reflect::get(&window(), &storage.into()).ok()?;
        let method: Function = Reflect::get(&storage, &method.into()).ok()?.dyn_into().ok()?;
        let arguments = arguments.iter().copied().map(JsValue::from).collect::<js_sys::Array>();
        method.apply(&storage, &arguments).ok()
    }
}
