// The terminal of the console: xterm.js on a WebSocket of the console, or on a recording.
//
// A page loads this file when it first shows a terminal and calls `globalThis.orreryTerminal.mount`. The protocol is
// `model::terminal`: binary messages are bytes, text messages are JSON. Recordings are in `replay.ts`.

import { FitAddon } from "@xterm/addon-fit";
import { SearchAddon } from "@xterm/addon-search";
import { Terminal } from "@xterm/xterm";

import { replay, type MountedReplay, type ReplayOptions } from "./replay.ts";
import { colour, followColours, keepSilent, property, styleByProperty, theme, withNonce } from "./screen.ts";

/** How a terminal starts. */
export interface TerminalOptions {
  /** Path and query of the WebSocket; the size is added. */
  address: string;
  /** What a screen reader calls the terminal. */
  label: string;
  /** The nonce of the page's content security policy, for the style elements that xterm.js adds. */
  nonce: string;
  /** Called with what the server says, as JSON. */
  onNews(json: string): void;
  /** Called when the connection is gone without a word from the server. */
  onLost(): void;
  /** Called with how many places a search found, and which of them is shown, counted from 0; -1 for none. */
  onFound(count: number, index: number): void;
  /** Called for the keys that are not the shell's: to go on beside the terminal, and to look for something in it. */
  onKey(asked: "leave" | "search"): void;
}

/** A terminal on the page. */
export interface MountedTerminal {
  /** Opens the WebSocket again; what was written stays above. */
  connect(address: string): void;
  /** Marks all places and goes to the next or the one before; an empty text ends the search. */
  search(text: string, back: boolean): void;
  /** What is marked, or all that is kept. */
  text(): string;
  /** Fits the characters to the room. */
  fit(): void;
  focus(): void;
  clear(): void;
  /** Takes the terminal off the page and ends its connection. */
  destroy(): void;
}

/** Lines kept above the screen. */
const SCROLLBACK = 10_000;
/** After how many drawn bytes the server hears of them. */
const REPORT = 32 * 1024;
/** The longest message that is sent at once; the server takes 64 KiB. */
const LONGEST = 32 * 1024;

/** Puts a terminal, or a recording of one, into an empty element. */
export function mount(element: HTMLElement, options: TerminalOptions | ReplayOptions): MountedTerminal | MountedReplay {
  return "recording" in options ? replay(element, options) : connected(element, options);
}

/** Puts a terminal into an empty element and connects it. */
function connected(element: HTMLElement, options: TerminalOptions): MountedTerminal {
  const terminal = new Terminal({
    allowProposedApi: true,
    cursorBlink: false,
    fontFamily: property(element, "--font-code") || "monospace",
    fontSize: 13,
    lineHeight: 1.2,
    // Links are text: where they lead is the program's choice, not the reader's.
    linkHandler: { activate: () => {} },
    macOptionIsMeta: true,
    minimumContrastRatio: 4.5,
    screenReaderMode: false,
    scrollback: SCROLLBACK,
    theme: theme(element),
  });
  const fit = new FitAddon();
  const search = new SearchAddon();
  terminal.loadAddon(fit);
  terminal.loadAddon(search);
  keepSilent(terminal);
  withNonce(options.nonce, () => terminal.open(element));
  terminal.textarea?.setAttribute("aria-label", options.label);
  leaveKeysToThePage(terminal, options.onKey);

  let socket: WebSocket | null = null;
  // What a connection says that was given up is not listened to.
  let given = new AbortController();
  const send = (message: string | Uint8Array<ArrayBuffer>): void => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(message);
  };
  const resize = (): void => {
    if (element.clientWidth > 0 && element.clientHeight > 0) fit.fit();
  };
  const leave = (): void => {
    given.abort();
    socket?.close();
    socket = null;
  };
  const connect = (address: string): void => {
    resize();
    leave();
    given = new AbortController();
    socket = open(`${address}&columns=${terminal.cols}&rows=${terminal.rows}`, terminal, options, given.signal);
  };

  const encoder = new TextEncoder();
  const sendBytes = (bytes: Uint8Array<ArrayBuffer>): void => {
    for (let start = 0; start < bytes.length; start += LONGEST) send(bytes.slice(start, start + LONGEST));
  };
  terminal.onData((text) => sendBytes(encoder.encode(text)));
  terminal.onBinary((text) => sendBytes(Uint8Array.from(text, (character) => character.charCodeAt(0))));
  terminal.onResize(({ cols, rows }) => send(JSON.stringify({ resize: { columns: cols, rows } })));
  search.onDidChangeResults(({ resultCount, resultIndex }) => options.onFound(resultCount, resultIndex));

  const room = new ResizeObserver(() => requestAnimationFrame(resize));
  room.observe(element);
  const colours = followColours(() => (terminal.options.theme = theme(element)));
  connect(options.address);

  return {
    connect,
    search(text, back) {
      if (text === "") return search.clearDecorations();
      const decorations = marks(element);
      if (back) search.findPrevious(text, { decorations });
      else search.findNext(text, { decorations });
    },
    text() {
      if (terminal.hasSelection()) return terminal.getSelection();
      const buffer = terminal.buffer.active;
      const lines = Array.from({ length: buffer.length }, (_, row) => buffer.getLine(row)?.translateToString(true) ?? "");
      return lines.join("\n").trimEnd();
    },
    fit: resize,
    focus: () => terminal.focus(),
    clear: () => terminal.clear(),
    destroy() {
      room.disconnect();
      colours();
      leave();
      terminal.dispose();
    },
  };
}

/** Opens a WebSocket that writes to the terminal. */
function open(address: string, terminal: Terminal, options: TerminalOptions, signal: AbortSignal): WebSocket {
  const url = new URL(address, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(url);
  socket.binaryType = "arraybuffer";
  let drawn = 0;
  let ended = false;
  socket.addEventListener("message", ({ data }: MessageEvent<string | ArrayBuffer>) => {
    if (typeof data === "string") {
      ended ||= data.startsWith('{"ended"');
      return options.onNews(data);
    }
    terminal.write(new Uint8Array(data), () => {
      drawn += data.byteLength;
      if (drawn < REPORT || socket.readyState !== WebSocket.OPEN) return;
      socket.send(JSON.stringify({ drawn }));
      drawn = 0;
    });
  }, { signal });
  socket.addEventListener("close", () => {
    if (!ended) options.onLost();
    ended = true;
  }, { signal });
  return socket;
}

/**
 * Keys that belong to the page even while the terminal has the focus. Tab is typed, so another key must lead out of it (WCAG
 * 2.1.2); Ctrl+Shift+Escape would, but systems keep it for themselves.
 */
function leaveKeysToThePage(terminal: Terminal, onKey: TerminalOptions["onKey"]): void {
  terminal.attachCustomKeyEventHandler((event) => {
    const key = event.ctrlKey && event.shiftKey ? event.key.toUpperCase() : "";
    if (!["X", "F", "C"].includes(key)) return true;
    if (event.type !== "keydown" || (key === "C" && !terminal.hasSelection())) return false;
    event.preventDefault();
    if (key === "C") void navigator.clipboard?.writeText(terminal.getSelection());
    else onKey(key === "X" ? "leave" : "search");
    return false;
  });
}

/** Search marks want colours as `#rrggbb`. */
function marks(element: HTMLElement) {
  const hex = (name: string): string => {
    const parts = colour(element, name).match(/[\d.]+/g) ?? [];
    return `#${parts.slice(0, 3).map((part) => Math.round(Number(part)).toString(16).padStart(2, "0")).join("")}`;
  };
  const [mark, active] = [hex("--color-mark"), hex("--color-mark-active")];
  return { matchBackground: mark, matchOverviewRuler: mark, activeMatchBackground: active, activeMatchColorOverviewRuler: active };
}

declare global {
  // eslint-disable-next-line no-var
  var orreryTerminal: { mount: typeof mount };
}

styleByProperty();
globalThis.orreryTerminal = { mount };
