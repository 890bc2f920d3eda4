//! Scripts that we did not write: each is loaded when it is first needed, and hidden behind one component.

use js_sys::{Function, Object, Reflect};
use leptos::prelude::*;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

/// A script of `frontend/vendor` with its styles.
pub struct Vendored {
    /// The global that the script sets when it is there.
    pub global: &'static str,
    /// Its address.
    pub script: &'static str,
    /// The address of its styles.
    pub style: &'static str,
}

impl Vendored {
    /// What the script offers, once it is loaded.
    pub fn module(&self) -> Option<JsValue> {
        let module = Reflect::get(&js_sys::global(), &self.global.into()).ok()?;
        (!module.is_undefined()).then_some(module)
    }

    /// Calls the script's `mount` with these options and the page's nonce; `None` when it did not load or refuses.
    pub fn mount(&self, element: &JsValue, options: &[(&str, &JsValue)]) -> Option<Mounted> {
        let module = self.module()?;
        let mount: Function = Reflect::get(&module, &"mount".into()).ok()?.dyn_into().ok()?;
        let told = Object::new();
        let tell = |name: &str, value: &JsValue| Reflect::set(&told, &name.into(), value).ok();
        tell("nonce", &nonce().into())?;
        for (name, value) in options {
            tell(name, value)?;
        }
        Some(Mounted(mount.call2(&module, element, &told).ok()?))
    }

    /// Loads the script and its style once, then calls back; at once when they are there.
    pub fn load(&self, then: impl FnOnce() + 'static) {
        if self.module().is_some() {
            then();
            return;
        }
        let Some(head) = document().head() else { return };
        let script = document().query_selector(&format!("script[src=\"{}\"]", self.script)).ok().flatten();
        let script = script.or_else(|| self.append_to(&head));
        if let Some(script) = script {
            let callback = Closure::once_into_js(then);
            let options = web_sys::AddEventListenerOptions::new();
            options.set_once(true);
            let _ = script.add_event_listener_with_callback_and_add_event_listener_options(
                "load",
                callback.unchecked_ref(),
                &options,
            );
        }
    }

    fn append_to(&self, head: &web_sys::HtmlHeadElement) -> Option<web_sys::Element> {
        let style: web_sys::HtmlLinkElement = document().create_element("link").ok()?.dyn_into().ok()?;
        style.set_rel("stylesheet");
        style.set_href(self.style);
        head.append_child(&style).ok()?;
        let script: web_sys::HtmlScriptElement = document().create_element("script").ok()?.dyn_into().ok()?;
        script.set_type("module");
        script.set_src(self.script);
        script.set_nonce(&nonce());
        head.append_child(&script).ok()?;
        Some(script.into())
    }
}

/// What a script put on the page.
pub struct Mounted(JsValue);

impl Mounted {
    /// Calls a method. A failure inside the script must not take the page with it: it answers nothing then.
    pub fn call(&self, name: &str, arguments: &[JsValue]) -> JsValue {
        let method =
            Reflect::get(&self.0, &name.into()).ok().and_then(|value| value.dyn_into::<Function>().ok());
        let arguments: js_sys::Array = arguments.iter().cloned().collect();
        method.and_then(|method| method.apply(&self.0, &arguments).ok()).unwrap_or(JsValue::UNDEFINED)
    }
}

/// The page's nonce, so that a script's own style sheets are allowed by the content security policy.
fn nonce() -> String {
    let carrier = document().query_selector("script[nonce], style[nonce], link[nonce]").ok().flatten();
    let value = carrier.and_then(|carrier| Reflect::get(&carrier, &"nonce".into()).ok());
    value.and_then(|value| value.as_string()).unwrap_or_default()
}
