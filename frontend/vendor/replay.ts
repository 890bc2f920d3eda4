// A recording of a terminal, shown again: asciicast v2 on a screen of xterm.js.

import { Terminal } from "@xterm/xterm";

import { followColours, keepSilent, property, theme, withNonce } from "./screen.ts";
import { Timeline, type Moment } from "./timeline.ts";

/** How a recording is shown. */
export interface ReplayOptions {
  /** The address of the file. It is fetched once, at the beginning. */
  recording: string;
  /** What a screen reader calls the screen. */
  label: string;
  /** The nonce of the page's content security policy, for the style elements that xterm.js adds. */
  nonce: string;
  /** Called with where it is and how long it is, in seconds, whether it plays, and whether all of it has come. */
  onState(position: number, length: number, isPlaying: boolean, isWhole: boolean): void;
  /** Called when the file does not come, or breaks off: with what the console says, as JSON, or nothing. */
  onProblem(json: string): void;
}

/** A recording on the page. */
export interface MountedReplay {
  play(): void;
  pause(): void;
  /** Goes to so many seconds from the beginning, with what the screen showed then. */
  seek(seconds: number): void;
  /** How many times as fast as it was. */
  speed(times: number): void;
  /** Whether nothing happens for two seconds at most. */
  skipIdle(skips: boolean): void;
  /** Takes the recording off the page. */
  destroy(): void;
}

interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Empties the screen and forgets colours and the like. */
const RESET = "\x1bc";
/** What is written to the screen at once when a recording jumps. */
const AT_ONCE = 64 * 1024;
const LARGEST_FONT = 13;
const SMALLEST_FONT = 4;
const SCROLLBAR = 14;
/** How wide a character is, of its height. */
const PROPORTION = 0.61;

/** Puts a recording into an empty element, fetches it, and plays it. */
export function replay(element: HTMLElement, options: ReplayOptions): MountedReplay {
  const terminal = new Terminal({
    allowProposedApi: true,
    cursorBlink: false,
    disableStdin: true,
    fontFamily: property(element, "--font-code") || "monospace",
    fontSize: LARGEST_FONT,
    lineHeight: 1.2,
    linkHandler: { activate: () => {} },
    minimumContrastRatio: 4.5,
    scrollback: 1_000,
    theme: theme(element),
  });
  keepSilent(terminal);
  withNonce(options.nonce, () => terminal.open(element));
  terminal.textarea?.setAttribute("aria-label", options.label);
  // Keys steer the player, not the screen.
  terminal.attachCustomKeyEventHandler(() => false);

  const timeline = new Timeline();
  const gone = new AbortController();
  let [position, shown, times] = [0, 0, 1];
  let [isPlaying, isWhole] = [true, false];
  let before = performance.now();
  let frame = 0;

  const tell = (): void => options.onState(position, timeline.length(), isPlaying, isWhole);
  const size = (columns: number, rows: number): void => {
    terminal.resize(columns, rows);
    const { paddingLeft, paddingRight } = getComputedStyle(element);
    const room = element.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight) - SCROLLBAR;
    const fits = room / (columns * PROPORTION);
    terminal.options.fontSize = Math.max(SMALLEST_FONT, Math.min(LARGEST_FONT, Math.floor(fits)));
  };
  // Written piece by piece, each when the one before is drawn: a jump over megabytes must not fill the memory.
  const queue: (string | Size)[] = [];
  let isWriting = false;
  const pump = (): void => {
    for (;;) {
      const next = queue.shift();
      isWriting = typeof next === "string";
      if (typeof next === "string") return terminal.write(next, pump);
      if (next === undefined) return;
      size(next.columns, next.rows);
    }
  };
  const show = (moments: readonly Moment[]): void => {
    let waiting = "";
    const flush = (): void => {
      if (waiting !== "") queue.push(waiting);
      waiting = "";
    };
    for (const { code, text } of moments) {
      if (code === "o") waiting += text;
      const [, columns, rows] = (code === "r" && /^(\d+)x(\d+)$/.exec(text)) || [];
      if (columns !== undefined || waiting.length > AT_ONCE) flush();
      if (columns !== undefined) queue.push({ columns: Number(columns), rows: Number(rows) });
    }
    flush();
  };
  const advance = (): void => {
    const next = timeline.until(position);
    if (next > shown) show(timeline.moments.slice(shown, next));
    shown = next;
    if (!isWriting) pump();
  };
  const seek = (seconds: number): void => {
    position = Math.max(0, Math.min(seconds, timeline.length()));
    if (timeline.until(position) < shown) {
      queue.length = 0;
      queue.push(RESET, timeline);
      shown = 0;
    }
    advance();
    tell();
  };
  const step = (now: number): void => {
    frame = requestAnimationFrame(step);
    const passed = ((now - before) / 1000) * times;
    before = now;
    if (!isPlaying) return;
    const length = timeline.length();
    if (position >= length && !isWhole) return;
    position = Math.min(position + passed, length);
    if (position >= length && isWhole) isPlaying = false;
    advance();
    tell();
  };

  const fit = new ResizeObserver(() => size(terminal.cols, terminal.rows));
  fit.observe(element);
  const colours = followColours(() => (terminal.options.theme = theme(element)));
  void fetchLines(options.recording, gone.signal, (lines) => {
    if (timeline.add(lines)) size(timeline.columns, timeline.rows);
  }).then((problem) => {
    if (gone.signal.aborted) return;
    if (problem !== null) return options.onProblem(problem);
    isWhole = true;
    tell();
  });
  frame = requestAnimationFrame(step);

  return {
    play() {
      // At its end it begins again.
      if (isWhole && position >= timeline.length()) seek(0);
      isPlaying = true;
      tell();
    },
    pause() {
      isPlaying = false;
      tell();
    },
    seek,
    speed(wanted) {
      times = wanted;
    },
    skipIdle(skips) {
      position = timeline.skip(skips, position);
      tell();
    },
    destroy() {
      gone.abort();
      cancelAnimationFrame(frame);
      fit.disconnect();
      colours();
      terminal.dispose();
    },
  };
}

/** Fetches a file and calls back with its whole lines as they come. Answers what the console says when it does not come. */
async function fetchLines(address: string, signal: AbortSignal, add: (lines: string[]) => void): Promise<string | null> {
  try {
    const answer = await fetch(address, { signal });
    if (!answer.ok || answer.body === null) return await answer.text();
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const lines = (rest + value).split("\n");
      rest = lines.pop() ?? "";
      add(lines);
    }
    return null;
  } catch {
    return "";
  }
}
