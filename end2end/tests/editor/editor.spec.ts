// The code editor by itself, under the content security policy of the console's pages.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { Page } from "@playwright/test";

import { SITE } from "../../harness/places.ts";
import { expect, test } from "../../harness/test.ts";

const ADDRESS = "http://editor.test/";
const NONCE = "bm9uY2U";
const POLICY = `default-src 'none'; script-src 'nonce-${NONCE}'; style-src 'self' 'nonce-${NONCE}'; img-src 'self'`;
const TEXT = "apiVersion: apps/v1\nkind: Deployment\nspec:\n  replicas: 3\n";
const SCHEMA = {
  type: "object",
  properties: {
    apiVersion: { type: "string" },
    spec: {
      type: "object",
      properties: {
        replicas: { type: "integer", description: "How many pods there should be." },
        paused: { type: "boolean", description: "Whether changes wait." },
      },
    },
  },
};

/** A page with nothing but an editor; the mounted editor is `globalThis.mounted`. */
async function open(page: Page, options: object): Promise<void> {
  await page.route(`${ADDRESS}**`, (route) => {
    const path = new URL(route.request().url()).pathname;
    if (path === "/") {
      const body = `<!doctype html><html lang="en"><title>Editor</title>
        <link rel="stylesheet" href="/editor.css"><link rel="icon" href="/icon.svg">
        <body><main><h1>Editor</h1><div id="editor"></div></main>
        <script nonce="${NONCE}" type="module" src="/editor.js"></script></body></html>`;
      return route.fulfill({ contentType: "text/html", headers: { "content-security-policy": POLICY }, body });
    }
    if (path === "/icon.svg") return route.fulfill({ contentType: "image/svg+xml", body: "<svg xmlns='http://www.w3.org/2000/svg'/>" });
    return route.fulfill({ body: readFileSync(join(SITE, "vendor", path)), contentType: path.endsWith("css") ? "text/css" : "text/javascript" });
  });
  await page.goto(ADDRESS);
  await page.waitForFunction(() => "orreryEditor" in globalThis);
  await page.evaluate(
    ({ options, nonce }) => {
      const element = document.querySelector<HTMLElement>("#editor");
      const world = globalThis as unknown as { orreryEditor: { mount: (...all: unknown[]) => unknown }; mounted: unknown; changes: string[] };
      world.changes = [];
      world.mounted = world.orreryEditor.mount(element, { nonce, onChange: (text: string) => world.changes.push(text), ...options });
    },
    { options, nonce: NONCE },
  );
}

/** Calls a function of the mounted editor. */
function call<T>(page: Page, name: string, argument?: unknown): Promise<T> {
  return page.evaluate(
    ({ name, argument }) => {
      const { mounted } = globalThis as unknown as { mounted: Record<string, (argument: unknown) => T> };
      return mounted[name]!(argument);
    },
    { name, argument },
  );
}

/** Chooses what the list of completions has marked. By pointer: keys are ignored for a moment after it opens, so that none is
 * a mishap, and nothing on the page says when that moment is over. */
async function choose(page: Page): Promise<void> {
  await page.locator(".cm-tooltip-autocomplete li[aria-selected]").click();
}

test("typing completes from the schema and reports the text @scripts", async ({ page }) => {
  await open(page, { text: TEXT, schema: SCHEMA });

  await page.locator(".cm-content").click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type("  pa");
  await expect(page.locator(".cm-tooltip-autocomplete")).toContainText("paused");
  await choose(page);

  await expect(page.locator(".cm-tooltip-autocomplete")).toContainText("false");
  await choose(page);
  expect(await call<string>(page, "getText")).toBe(`${TEXT}  paused: false`);
  const last = await page.evaluate(() => (globalThis as unknown as { changes: string[] }).changes.at(-1));
  expect(last).toBe(`${TEXT}  paused: false`);
});

test("a key explains itself @scripts", async ({ page }) => {
  await open(page, { text: TEXT, schema: SCHEMA });

  // Colouring draws the line anew, and what the pointer rested on then is gone: it moves until something is said.
  await expect(async () => {
    await page.mouse.move(0, 0);
    await page.getByText("replicas").hover();
    await expect(page.locator(".orrery-editor-explanation")).toContainText("How many pods there should be.", {
      timeout: 3_000,
    });
  }).toPass();
});

test("problems stand at their lines and a text set by the page is no change @scripts", async ({ page }) => {
  await open(page, { text: TEXT });

  await call(page, "setText", `${TEXT}  replica: 4\n`);
  await call(page, "setProblems", [{ line: 5, message: "unknown field replica" }]);

  await expect(page.locator(".cm-lint-marker-error")).toHaveCount(1);
  await expect(page.locator(".cm-lintRange-error")).toHaveText("replica: 4");
  expect(await page.evaluate(() => (globalThis as unknown as { changes: string[] }).changes)).toEqual([]);
});

test("what differs from another text is marked until that is switched off @scripts", async ({ page }) => {
  await open(page, { text: TEXT.replace("3", "5") });

  await call(page, "diff", TEXT);
  await expect(page.locator(".cm-deletedChunk")).toContainText("replicas: 3");
  await expect(page.locator(".cm-changedLine")).toContainText("replicas: 5");

  await call(page, "diff", null);
  await expect(page.locator(".cm-deletedChunk")).toHaveCount(0);
});

test("a text to look at cannot be changed, and an editor leaves nothing behind @scripts", async ({ page }) => {
  await open(page, { text: TEXT, readonly: true });

  await page.locator(".cm-content").click();
  await page.keyboard.type("x");
  expect(await call<string>(page, "getText")).toBe(TEXT);

  await call(page, "destroy");
  await expect(page.locator("#editor > *")).toHaveCount(0);
});
