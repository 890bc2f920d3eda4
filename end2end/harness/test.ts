// The `test` of all specs: a page that watches itself.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

import { test as base, expect, type Page, type Request } from "@playwright/test";
import type { AxeResults, ElementContext, RunOptions } from "axe-core";

import { SCREENSHOTS, SERVER_FILE } from "./places.ts";

export { expect };

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** The widths every page must be readable at. */
const WIDTHS = { wide: { width: 1280, height: 720 }, narrow: { width: 390, height: 844 } };

export interface Allowed {
  /** Adds console messages that a test provokes on purpose. */
  message(pattern: RegExp): void;
}

interface Fixtures {
  scripts: boolean;
  allowed: Allowed;
  watched: void;
}

export const test = base.extend<Fixtures>({
  baseURL: async ({}, use) => {
    await use((JSON.parse(readFileSync(SERVER_FILE, "utf8")) as { address: string }).address);
  },

  /** Whether this run has scripts. */
  scripts: async ({ javaScriptEnabled }, use) => use(javaScriptEnabled !== false),

  allowed: async ({}, use) => {
    const patterns: RegExp[] = [];
    await use({ message: (pattern) => void patterns.push(pattern), ...{ patterns } });
  },

  /**
   * Fails a test in which the page complained: hydration, content security policy and panics all end here. Of a test that
   * fails it says where the page was and what it still waited for, which no picture shows.
   */
  watched: [
    async ({ page, allowed, scripts }, use, about) => {
      const complaints: string[] = [];
      const waiting = new Map<Request, number>();
      page.on("request", (request) => waiting.set(request, Date.now()));
      page.on("requestfinished", (request) => waiting.delete(request));
      page.on("requestfailed", (request) => waiting.delete(request));
      // Nobody comes for what was loaded ahead when scripts are off.
      if (!scripts) allowed.message(/was preloaded using link preload but not used/);
      page.on("console", (message) => {
        if (["error", "warning"].includes(message.type())) complaints.push(`console ${message.type()}: ${message.text()}`);
      });
      page.on("pageerror", (error) => complaints.push(`page error: ${error.message}`));
      await use();
      if (about.status !== about.expectedStatus && !page.isClosed()) {
        const since = [...waiting].map(([request, at]) => `${request.url()} for ${Date.now() - at} ms`);
        console.log(`${about.title}: the page was ${page.url()}, and waited for ${since.join(", ") || "nothing"}`);
      }
      const { patterns } = allowed as Allowed & { patterns: RegExp[] };
      const unexpected = complaints.filter((text) => !patterns.some((pattern) => pattern.test(text)));
      expect(unexpected, "the page complained").toEqual([]);
    },
    { auto: true },
  ],
});

/** Waits until scripts, where there are any, have taken the page over. */
export async function ready(page: Page, scripts: boolean): Promise<void> {
  await page.waitForLoadState("load");
  if (!scripts) return;
  // The page says so when its scripts have taken over.
  await page.waitForFunction(() => document.documentElement.dataset["live"] !== undefined);
}

/** Opens a page and waits until it can be used. */
export async function open(page: Page, scripts: boolean, address: string): Promise<void> {
  await page.goto(address);
  await ready(page, scripts);
}

/** All rules of axe that stand for something people need, those about colours among them or not. */
const allRules = (colours: boolean): RunOptions => ({
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
  rules: { "color-contrast": { enabled: colours } },
});
/** Those whose answer depends on how much room there is: names that a narrow page hides, targets that it moves together. */
const RULES_OF_ROOM: RunOptions = {
  runOnly: { type: "rule", values: ["button-name", "link-name", "scrollable-region-focusable", "target-size"] },
};

/**
 * What must hold for every page in every state: axe finds nothing, nothing is wider than the screen. Axe takes a third of the
 * suite's time, so it looks at colours, which are the same without scripts, where there are scripts; on the narrow page only at
 * what depends on the width; and at pages without scripts, which are what scripts begin with, at one width.
 */
export async function checkPage(page: Page, scripts: boolean): Promise<void> {
  for (const [name, size] of Object.entries(WIDTHS)) {
    await page.setViewportSize(size);
    const overflow = await page.evaluate(() => {
      const root = document.documentElement;
      const tooWide = [...document.querySelectorAll("main *, header *")].filter((element) => {
        return element.getBoundingClientRect().right > root.clientWidth + 1;
      });
      return root.scrollWidth > root.clientWidth + 1 ? tooWide.slice(0, 5).map((element) => element.outerHTML.slice(0, 160)) : [];
    });
    expect(overflow, `wider than the screen at ${size.width} px`).toEqual([]);
    if (!scripts && size === WIDTHS.narrow) continue;
    expect(await violations(page, scripts, size === WIDTHS.wide ? allRules(scripts) : RULES_OF_ROOM), `axe, ${name}`).toEqual([]);
  }
  await page.setViewportSize(WIDTHS.wide);
}

async function violations(page: Page, scripts: boolean, wanted: RunOptions): Promise<string[]> {
  if (!scripts) {
    // With scripts off timers stand still, and axe waits for some.
    await page.evaluate(() => {
      globalThis.setTimeout = ((run: () => void) => {
        void Promise.resolve().then(run);
        return 0;
      }) as unknown as typeof setTimeout;
    });
  }
  await page.evaluate(AXE);
  const options: RunOptions = {
    preload: false,
    // Otherwise it describes each element that is well, too, which takes most of its time.
    resultTypes: ["violations"],
    ...wanted,
  };
  const results = await page.evaluate(async (options) => {
    const { axe } = globalThis as unknown as { axe: { run(where: ElementContext, options: RunOptions): Promise<AxeResults> } };
    // The rows of a table are alike: what is wrong with one is wrong with the first dozen.
    return axe.run({ exclude: ["tbody tr:nth-child(n+13)"] }, options);
  }, options);
  return results.violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${node.html.slice(0, 200)} (${node.failureSummary ?? violation.help})`),
  );
}

/**
 * Keeps what a page looks like in both colours at both widths, as `screenshots/<name>-<colour>-<width>.png`, for who wants to
 * look: with ORRERY_PICTURES set. Four pictures take as long as some tests.
 */
export async function look(page: Page, name: string): Promise<void> {
  if (process.env["ORRERY_PICTURES"] === undefined) return;
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    for (const [width, size] of Object.entries(WIDTHS)) {
      await page.setViewportSize(size);
      await page.screenshot({ path: join(SCREENSHOTS, `${name}-${colorScheme}-${width}.png`), animations: "disabled" });
    }
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize(WIDTHS.wide);
}
