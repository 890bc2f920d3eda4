// Work by keys alone: where the focus is, that it can be seen, and how one gets from there to something.

import { expect, type Locator, type Page } from "@playwright/test";

/** More stops than any page has before what is looked for. */
const STOPS = 150;

interface Focus {
  /** What has it, for who reads a failure. */
  what: string;
  /** Nothing has it: it was lost. */
  isLost: boolean;
  /** Something on the screen tells where it is. */
  isSeen: boolean;
}

/** Where the focus is. */
async function focus(page: Page): Promise<Focus> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (element === null || element === document.body) return { what: "nothing", isLost: true, isSeen: false };
    const what = element.cloneNode(false) as Element;
    const outlined = (of: Element): boolean => {
      const { outlineStyle, outlineWidth } = getComputedStyle(of);
      return outlineStyle !== "none" && parseFloat(outlineWidth) > 0;
    };
    // What holds a field and more draws the line around both; a terminal has its cursor.
    const box = element.closest(".search-box, .palette-box, .cm-editor");
    const boxed = box !== null && (outlined(box) || getComputedStyle(box).boxShadow !== "none");
    const marked = outlined(element) || boxed || element.closest(".xterm.focus") !== null;
    // The whole page has it after one has gone there: its title is read, and what comes next is its first control.
    return { what: what.outerHTML.slice(0, 200), isLost: false, isSeen: marked || element.id === "main" };
  });
}

/** The focus is somewhere, and whoever looks sees where. */
export async function focusIsSeen(page: Page, when: string): Promise<void> {
  await expect(async () => {
    const { what, isLost, isSeen } = await focus(page);
    expect(isLost, `the focus is lost ${when}`).toBe(false);
    expect(isSeen, `the focus cannot be seen ${when}: ${what}`).toBe(true);
  }).toPass({ timeout: 5_000 });
}

/** Goes on with Tab until something has the focus, which can be seen at every stop. */
export async function tabTo(page: Page, wanted: Locator, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  await expect(wanted).toBeVisible();
  let isAround = false;
  for (let stop = 1; stop <= STOPS; stop += 1) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
    // Tab indents in an editor; after Escape it leaves.
    if (await page.evaluate(() => document.activeElement?.closest(".cm-content") != null)) await page.keyboard.press("Escape");
    await page.keyboard.press(key);
    // Once: between its end and its beginning the page hands the focus to the browser.
    if (!isAround && (await focus(page)).isLost) isAround = true;
    else await focusIsSeen(page, `at stop ${stop} on the way to ${String(wanted)}`);
  }
  throw new Error(`${String(wanted)} cannot be reached by ${key}`);
}

/** Goes to something and presses a key there. */
export async function press(page: Page, wanted: Locator, key = "Enter"): Promise<void> {
  await tabTo(page, wanted);
  await page.keyboard.press(key);
}

/** Goes to a field and writes into it, instead of what is there. */
export async function fill(page: Page, wanted: Locator, text: string): Promise<void> {
  await tabTo(page, wanted);
  await page.keyboard.press("Control+a");
  await page.keyboard.type(text);
}
