//! The player: a screen, and what steers it by pointer and by keys.

use crate::names::clock;
use crate::words::{text, text_with};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use model::{ConsoleError, link};
use recordings_contract::{RecordingLine, read_recording};
use std::time::Duration;
use ui::{Button, ButtonKind, Card, Glyph, IconButton, Problem, ReplayHandle, ReplayScreen, ReplayState};
use wasm_bindgen::JsCast;
use web_sys::Element;

/// How many times as fast a recording can be shown.
const SPEEDS: [u32; 4] = [1, 2, 4, 8];
/// How far arrow keys go, in seconds.
const JUMP: f64 = 5.0;
/// How often it is asked again whether the reader may still see what is shown.
const ASK_AGAIN: Duration = Duration::from_secs(3);

#[derive(Clone, Copy)]
struct Player {
    handle: ReplayHandle,
    is_shown: RwSignal<bool>,
    speed: RwSignal<u32>,
    skips_idle: RwSignal<bool>,
    problem: RwSignal<Option<ConsoleError>>,
}

/// A player that fetches nothing before it is asked to.
pub fn player(line: &RecordingLine) -> AnyView {
    let player = Player {
        handle: ReplayHandle::new(),
        is_shown: RwSignal::new(false),
        speed: RwSignal::new(1),
        skips_idle: RwSignal::new(true),
        problem: RwSignal::new(None),
    };
    let named = text_with("play.length", &[("length", &clock(line.seconds))]);
    let line = StoredValue::new(line.clone());
    player.follow_rights(line);
    let begin = move |()| {
        player.problem.set(None);
        player.is_shown.set(true);
    };
    let content = move || {
        if let Some(error) = player.problem.get() {
            let on_retry = Callback::new(begin);
            return view! { <Problem error on_retry/> }.into_any();
        }
        if player.is_shown.get() {
            return line.with_value(|line| player.screen(line));
        }
        let named = named.clone();
        view! {
            <Button kind=ButtonKind::Primary glyph=Glyph::Play on_press=begin>
                {named}
            </Button>
        }
        .into_any()
    };
    view! {
        <div class="needs-scripts">
            <Card title=text("player")>{content}</Card>
        </div>
    }
    .into_any()
}

impl Player {
    /// Takes the screen away when the right to it is gone, or the recording is.
    fn follow_rights(self, line: StoredValue<RecordingLine>) {
        let ask = move || {
            if !self.is_shown.get_untracked() {
                return;
            }
            let (cluster, id) = line.with_value(|line| (line.cluster.clone(), line.id.clone()));
            leptos::task::spawn_local(async move {
                let Err(error) = read_recording(cluster, id).await else { return };
                // A request that did not arrive says nothing about rights.
                if !error.may_pass() {
                    self.fail(error);
                }
            });
        };
        Effect::new(move |_| {
            if let Ok(timer) = set_interval_with_handle(ask, ASK_AGAIN) {
                on_cleanup(move || timer.clear());
            }
        });
    }

    fn fail(self, error: ConsoleError) {
        let _ = self.is_shown.try_set(false);
        let _ = self.problem.try_set(Some(error));
    }

    fn screen(self, line: &RecordingLine) -> AnyView {
        let label = text_with("recording.of", &[("person", &line.person)]);
        let on_ready = Callback::new(move |()| {
            self.handle.speed(f64::from(self.speed.get_untracked()));
            self.handle.skip_idle(self.skips_idle.get_untracked());
            // The button that began it is gone.
            ui::rescue_focus(".player");
        });
        let named = label.clone();
        view! {
            <section
                class="player"
                tabindex="0"
                aria-label=named
                on:keydown=move |event| self.key(&event)
            >
                <div class="player-screen">
                    <ReplayScreen
                        address=link::recording_file(&line.cluster, &line.id)
                        label
                        handle=self.handle
                        on_ready
                        on_problem=Callback::new(move |error| self.fail(error))
                    />
                </div>
                {self.controls()}
                <p class="field-hint">{text("player.keys")}</p>
            </section>
        }
        .into_any()
    }

    fn controls(self) -> AnyView {
        let state = self.handle.state();
        let is_playing = Memo::new(move |_| state.read().is_playing);
        let play = move || {
            let (glyph, title) =
                if is_playing.get() { (Glyph::Pause, text("pause")) } else { (Glyph::Play, text("play")) };
            view! { <IconButton glyph title on_press=move |()| self.handle.toggle()/> }
        };
        let times = move || told(state.get());
        let seek = move |event: web_sys::Event| {
            if let Ok(seconds) = event_target_value(&event).parse() {
                self.handle.seek(seconds);
            }
        };
        let speed = move |event: web_sys::Event| {
            let times = event_target_value(&event).parse().unwrap_or(1);
            self.set_speed(times);
        };
        let option = move |times: u32| {
            let is_chosen = move || self.speed.get() == times;
            view! { <option value=times.to_string() selected=is_chosen>{format!("{times}×")}</option> }
        };
        let skip = move |event: web_sys::Event| {
            let skips = event_target_checked(&event);
            self.skips_idle.set(skips);
            self.handle.skip_idle(skips);
        };
        view! {
            <div class="player-controls">
                {play}
                <input
                    type="range"
                    min="0"
                    step="0.1"
                    aria-label=text("position")
                    aria-valuetext=times
                    prop:max=move || state.read().length.to_string()
                    prop:value=move || state.read().position.to_string()
                    on:input=seek
                />
                <span class="player-time">{times}</span>
                <select class="input" aria-label=text("speed") on:change=speed>
                    {SPEEDS.map(option)}
                </select>
                <label class="player-skip">
                    <input type="checkbox" prop:checked=self.skips_idle on:change=skip/>
                    {text("skip-idle")}
                </label>
            </div>
        }
        .into_any()
    }

    fn set_speed(self, times: u32) {
        self.speed.set(times);
        self.handle.speed(f64::from(times));
    }

    /// Keys steer the player, except where a control has its own use for them.
    fn key(self, event: &KeyboardEvent) {
        if event.ctrl_key() || event.meta_key() || event.alt_key() || keeps(event) {
            return;
        }
        let faster = SPEEDS.into_iter().find(|times| *times > self.speed.get_untracked());
        let slower = SPEEDS.into_iter().rev().find(|times| *times < self.speed.get_untracked());
        match event.key().as_str() {
            " " | "k" => self.handle.toggle(),
            "ArrowLeft" => self.handle.jump(-JUMP),
            "ArrowRight" => self.handle.jump(JUMP),
            "Home" => self.handle.seek(0.0),
            "End" => self.handle.seek(f64::MAX),
            "+" => self.set_speed(faster.unwrap_or(SPEEDS[3])),
            "-" => self.set_speed(slower.unwrap_or(SPEEDS[0])),
            _ => return,
        }
        event.prevent_default();
    }
}

/// Whether the control on which a key was pressed has its own use for it.
fn keeps(event: &KeyboardEvent) -> bool {
    let own = if event.key() == " " { "button, input, select" } else { "select" };
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| matches!(target.closest(own), Ok(Some(_))))
}

/// Where it is, of how much: `0:05 / 2:13`.
fn told(state: ReplayState) -> String {
    let whole = if state.is_whole { "" } else { "…" };
    format!("{} / {}{whole}", clock(state.position as u64), clock(state.length as u64))
}
