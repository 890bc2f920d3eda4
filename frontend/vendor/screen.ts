// What terminals and their recordings have in common: a screen of xterm.js in the colours of the page.

import type { ITheme, Terminal } from "@xterm/xterm";

/**
 * Answers no program's questions about the terminal: an answer is typed into the shell, so whoever can make a file be
 * shown could type. Nor does a program reach the clipboard.
 */
export function keepSilent(terminal: Terminal): void {
  const swallow = (): boolean => true;
  const { parser } = terminal;
  for (const final of ["n", "c", "t", "x"]) parser.registerCsiHandler({ final }, swallow);
  for (const prefix of ["?", ">", "="]) {
    for (const final of ["n", "c", "q"]) parser.registerCsiHandler({ prefix, final }, swallow);
  }
  for (const prefix of ["", "?"]) parser.registerCsiHandler({ ...(prefix && { prefix }), intermediates: "$", final: "p" }, swallow);
  parser.registerDcsHandler({ intermediates: "$", final: "q" }, swallow);
  parser.registerDcsHandler({ intermediates: "+", final: "q" }, swallow);
  // Colours asked for or set, and the clipboard.
  for (const code of [4, 10, 11, 12, 52, 104, 110, 111, 112]) parser.registerOscHandler(code, swallow);
}

/**
 * Colours of characters that are not among the sixteen are written as a style attribute, which the content security policy
 * does not let through; the same as a property is allowed, because only scripts can set it.
 */
export function styleByProperty(): void {
  const { setAttribute } = Element.prototype;
  HTMLSpanElement.prototype.setAttribute = function (name: string, value: string) {
    if (name === "style") this.style.cssText = value;
    else setAttribute.call(this, name, value);
  };
}

/** Lets style elements that are made meanwhile through the content security policy. */
export function withNonce(nonce: string, work: () => void): void {
  const create = document.createElement;
  document.createElement = function (this: Document, ...all: Parameters<typeof create>) {
    const element = create.apply(this, all);
    if (element instanceof HTMLStyleElement) element.nonce = nonce;
    return element;
  } as typeof create;
  try {
    work();
  } finally {
    document.createElement = create;
  }
}

export function property(element: HTMLElement, name: string): string {
  return getComputedStyle(element).getPropertyValue(name).trim();
}

/** A custom property as a colour that can be drawn: `light-dark()` and others are worked out by the browser. */
export function colour(element: HTMLElement, name: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  element.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

export function theme(element: HTMLElement): ITheme {
  const of = (name: string): string => colour(element, name);
  const ansi = (index: number): string => of(`--ansi-${index}`);
  return {
    background: of("--color-terminal"),
    foreground: of("--color-text"),
    cursor: of("--color-accent"),
    cursorAccent: of("--color-terminal"),
    selectionBackground: of("--color-terminal-selection"),
    black: ansi(0),
    red: ansi(1),
    green: ansi(2),
    yellow: ansi(3),
    blue: ansi(4),
    magenta: ansi(5),
    cyan: ansi(6),
    white: ansi(7),
    brightBlack: ansi(8),
    brightRed: ansi(1),
    brightGreen: ansi(2),
    brightYellow: ansi(3),
    brightBlue: ansi(4),
    brightMagenta: ansi(5),
    brightCyan: ansi(6),
    brightWhite: of("--color-text"),
  };
}

/** Calls back when light becomes dark or the other way round; answers how to stop that. */
export function followColours(changed: () => void): () => void {
  const root = new MutationObserver(changed);
  root.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", changed);
  return () => {
    root.disconnect();
    system.removeEventListener("change", changed);
  };
}
