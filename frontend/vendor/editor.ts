// The YAML editor of the console: CodeMirror with completion and explanations from the cluster's own schema.
//
// A page loads this file when it first shows an editor and calls `globalThis.orreryEditor.mount`.

import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  insertCompletionText,
  pickedCompletion,
  startCompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import {
  bracketMatching,
  foldGutter,
  foldKeymap,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { unifiedMergeView } from "@codemirror/merge";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, Facet, type Extension } from "@codemirror/state";
import {
  EditorView,
  drawSelection,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  hoverTooltip,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";

import { explain, suggestionsAt, type SchemaDocument, type Suggestion } from "./schema.ts";

/** How an editor starts. */
export interface EditorOptions {
  text: string;
  /** A text to look at: selectable and searchable, not changeable. */
  readonly?: boolean;
  /** The only language so far. */
  language?: "yaml";
  /** A document of `/openapi/v3/…`, or one schema. Without it there is no completion. */
  schema?: SchemaDocument;
  /** What a screen reader calls the editor. */
  label?: string;
  /** What is said here for words of CodeMirror, such as `Find`. */
  phrases?: Record<string, string>;
  /** The nonce of the page's content security policy, for the one style element CodeMirror adds. */
  nonce?: string;
  /** Called with the whole text after each change a person makes. */
  onChange?: (text: string) => void;
}

/** A problem to show at a line, counted from 1. */
export interface Problem {
  line: number;
  message: string;
  severity?: "error" | "warning" | "info";
}

/** An editor on the page. */
export interface MountedEditor {
  getText(): string;
  /** Replaces the text without calling `onChange`; undo brings the old one back. */
  setText(text: string): void;
  setReadonly(readonly: boolean): void;
  setSchema(schema: SchemaDocument | null): void;
  /** Shows these problems instead of those shown before. */
  setProblems(problems: Problem[]): void;
  /** Marks what differs from another text, line by line; `null` stops that. */
  diff(original: string | null): void;
  focus(): void;
  /** Takes the editor off the page and frees what it holds. */
  destroy(): void;
}

const schemaFacet = Facet.define<SchemaDocument | null, SchemaDocument | null>({
  combine: (values) => values[0] ?? null,
});

/** Puts an editor into an empty element. */
export function mount(element: HTMLElement, options: EditorOptions): MountedEditor {
  const schema = new Compartment();
  const readonly = new Compartment();
  const comparison = new Compartment();
  // Texts set by the page are not the person's changes.
  let setting = false;

  const view = new EditorView({
    parent: element,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        appearance(options),
        editing(),
        yaml(),
        syntaxHighlighting(classHighlighter),
        schema.of(schemaFacet.of(options.schema ?? null)),
        readonly.of(readonlyExtension(options.readonly ?? false)),
        comparison.of([]),
        completion(),
        explanations(),
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !setting) options.onChange?.(update.state.doc.toString());
        }),
      ],
    }),
  });
  element.classList.add("orrery-editor");
  // What scrolls must be reachable by keyboard (WCAG 2.1.1).
  view.scrollDOM.tabIndex = 0;

  return {
    getText: () => view.state.doc.toString(),
    setText(text) {
      setting = true;
      try {
        view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
      } finally {
        setting = false;
      }
    },
    setReadonly: (value) => view.dispatch({ effects: readonly.reconfigure(readonlyExtension(value)) }),
    setSchema: (value) => view.dispatch({ effects: schema.reconfigure(schemaFacet.of(value)) }),
    setProblems: (problems) => view.dispatch(setDiagnostics(view.state, diagnostics(view.state, problems))),
    diff: (original) => view.dispatch({ effects: comparison.reconfigure(differences(original)) }),
    focus: () => view.focus(),
    destroy() {
      view.destroy();
      element.classList.remove("orrery-editor");
    },
  };
}

function appearance(options: EditorOptions): Extension {
  return [
    lineNumbers(),
    foldGutter(),
    lintGutter(),
    highlightSpecialChars(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    highlightSelectionMatches(),
    drawSelection(),
    EditorView.contentAttributes.of({ "aria-label": options.label ?? "YAML" }),
    EditorState.phrases.of(options.phrases ?? {}),
    options.nonce ? EditorView.cspNonce.of(options.nonce) : [],
  ];
}

function editing(): Extension {
  return [
    history(),
    search({ top: true }),
    indentOnInput(),
    indentUnit.of("  "),
    EditorState.tabSize.of(2),
    bracketMatching(),
    closeBrackets(),
    // Tab indents; Escape and then Tab leaves the editor, as CodeMirror's accessibility guide has it.
    keymap.of([
      ...closeBracketsKeymap,
      ...completionKeymap,
      ...searchKeymap,
      ...historyKeymap,
      ...foldKeymap,
      ...lintKeymap,
      ...defaultKeymap,
      indentWithTab,
    ]),
  ];
}

function readonlyExtension(readonly: boolean): Extension {
  // Still focusable, so that it can be read and searched by keyboard.
  return [EditorState.readOnly.of(readonly), EditorView.contentAttributes.of({ "aria-readonly": String(readonly) })];
}

function differences(original: string | null): Extension {
  return original === null ? [] : unifiedMergeView({ original, mergeControls: false, collapseUnchanged: {} });
}

function diagnostics(state: EditorState, problems: Problem[]): Diagnostic[] {
  return problems.map(({ line, message, severity }) => {
    const place = state.doc.line(Math.min(Math.max(line, 1), state.doc.lines));
    const indentation = place.text.length - place.text.trimStart().length;
    return { from: place.from + indentation, to: place.to, severity: severity ?? "error", message };
  });
}

function completion(): Extension {
  return autocompletion({ override: [complete], icons: false, activateOnTyping: true });
}

function complete(context: CompletionContext): CompletionResult | null {
  const document = context.state.facet(schemaFacet);
  if (!document || context.state.readOnly) return null;
  const word = context.matchBefore(/[\w.$/-]*/);
  if (!word || (word.from === word.to && !context.explicit)) return null;
  const line = context.state.doc.lineAt(context.pos);
  const lines = context.state.doc.toString().split("\n");
  // A dash of a list is not part of the word.
  const from = word.text === "-" ? word.to : word.from;
  const options = suggestionsAt(document, lines, line.number - 1, from - line.from).map(completionOf);
  return options.length === 0 ? null : { from, options, validFor: /^[\w.$/-]*$/ };
}

function completionOf(suggestion: Suggestion): Completion {
  return {
    label: suggestion.label,
    detail: suggestion.required ? `${suggestion.type}, required` : suggestion.type,
    boost: suggestion.required ? 1 : 0,
    ...(suggestion.description ? { info: () => paragraph(suggestion.description) } : {}),
    apply: (view, completion, from, to) => {
      const change = insertCompletionText(view.state, suggestion.label + suggestion.suffix, from, to);
      view.dispatch(change, { annotations: pickedCompletion.of(completion) });
      // Behind a key that takes one of a few words, offer them at once: as soon as this list is closed.
      if (suggestion.suffix === ": ") setTimeout(() => startCompletion(view));
    },
  };
}

function explanations(): Extension {
  return hoverTooltip((view, position) => {
    const document = view.state.facet(schemaFacet);
    const line = view.state.doc.lineAt(position);
    const found = document && explain(document, view.state.doc.toString().split("\n"), line.number - 1);
    const start = found ? line.text.indexOf(found.label) : -1;
    const column = position - line.from;
    if (!found || start < 0 || column < start || column > start + found.label.length) return null;
    return {
      pos: line.from + start,
      end: line.from + start + found.label.length,
      create() {
        const dom = window.document.createElement("div");
        dom.className = "orrery-editor-explanation";
        const type = paragraph(found.required ? `${found.type}, required` : found.type);
        type.className = "orrery-editor-type";
        dom.append(type);
        if (found.description) dom.append(paragraph(found.description));
        return { dom };
      },
    };
  });
}

function paragraph(text: string): HTMLElement {
  const element = window.document.createElement("p");
  element.textContent = text;
  return element;
}

declare global {
  var orreryEditor: { mount: typeof mount };
}

globalThis.orreryEditor = { mount };
