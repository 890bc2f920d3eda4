// Terminals are recorded where a project says so, and shown again to who may.

import type { Browser, Page } from "@playwright/test";

import { ADMINISTRATOR } from "../../harness/places.ts";
import { checkPage, expect, look, ready, test } from "../../harness/test.ts";

/** Lets a project record its terminals for 30 days. */
async function record(page: Page, namespace: string, scripts: boolean): Promise<void> {
  const main = page.getByRole("main");
  await page.goto(`/clusters/harbour/recordings?namespace=${namespace}`);
  await ready(page, scripts);
  await main.getByRole("checkbox", { name: "Record terminals" }).check();
  await main.getByLabel("Days for which recordings are kept").fill("0");
  await main.getByRole("button", { name: "Save" }).click();
  await expect(main.getByText("must be a number of days from 1 to 365")).toBeVisible();
  await ready(page, scripts);
  await main.getByRole("checkbox", { name: "Record terminals" }).check();
  await main.getByLabel("Days for which recordings are kept").fill("30");
  await main.getByRole("button", { name: "Save" }).click();
  await expect(main.getByText("must be a number of days")).toBeHidden();

  await page.goto(`/clusters/harbour/recordings?namespace=${namespace}`);
  await expect(main.getByRole("checkbox", { name: "Record terminals" })).toBeChecked();
  await expect(main.getByLabel("Days for which recordings are kept")).toHaveValue("30");
}

/** Opens a terminal in a pod of the namespace, in a browser that has scripts, and leaves the shell. */
async function work(browser: Browser, baseURL: string | undefined, namespace: string): Promise<void> {
  const context = await browser.newContext({
    storageState: ADMINISTRATOR,
    javaScriptEnabled: true,
    ...(baseURL ? { baseURL } : {}),
  });
  const page = await context.newPage();
  await page.goto(`/clusters/harbour/pods?namespace=${namespace}&search=status:healthy`);
  await ready(page, true);
  await page.getByRole("table").getByRole("link", { name: /-/ }).first().click();
  await page.getByRole("button", { name: "Terminal" }).first().click();
  const dock = page.locator(".dock");
  await expect(dock.getByText("This session is recorded.")).toBeVisible();
  await expect(dock).toContainText("kept for 30 days");
  const screen = page.locator(".dock-panel:not([hidden]) .xterm-rows");
  await expect(screen).toContainText("#");
  await page.keyboard.type("echo first$NOTHING-recording\n");
  await expect(screen).toContainText("first-recording");
  await look(page, "terminal-recorded");
  // Long enough to be stopped on its way.
  await page.waitForTimeout(2000);
  await page.keyboard.type("exit\n");
  await expect(dock).toContainText("The shell has ended");
  await context.close();
}

test("a recorded terminal says so, and is shown again", async ({ page, browser, baseURL, scripts, allowed }) => {
  // What the server refuses on purpose.
  allowed.message(/status of 422/);
  const namespace = scripts ? "payments" : "platform";
  const main = page.getByRole("main");
  await record(page, namespace, scripts);
  await work(browser, baseURL, namespace);

  await page.goto(`/clusters/harbour/recordings?namespace=${namespace}&person=ada`);
  await ready(page, scripts);
  const row = main.getByRole("row", { name: new RegExp(`${namespace} / .*ada`) }).first();
  await expect(row).toContainText("Left");
  await checkPage(page, scripts);
  if (scripts) await look(page, "recordings");
  await row.getByRole("link", { name: /^Replay: ada/ }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Terminal of ada");
  await ready(page, scripts);
  await checkPage(page, scripts);
  const address = page.url();

  const download = main.getByRole("link", { name: "Download" });
  const file = await page.request.get((await download.getAttribute("href"))!);
  expect(file.headers()["content-disposition"]).toMatch(/^attachment; filename="terminal-.*\.cast"$/);
  const [header, ...events] = (await file.text()).trim().split("\n");
  expect(JSON.parse(header!)).toMatchObject({ version: 2 });
  const written = events.map((line) => JSON.parse(line) as [number, string, string]).filter(([, code]) => code === "o");
  expect(written.map(([, , text]) => text).join("")).toContain("first-recording");

  await main.getByRole("link", { name: "Show as text" }).click();
  await expect(main.locator(".transcript")).toContainText("first-recording");
  await ready(page, scripts);
  await checkPage(page, scripts);

  // Each of these is in the trail, and the terminal's own line leads here.
  await page.goto("/audit?action=replay&person=ada");
  await expect(main.getByRole("row", { name: /the terminal of ada/ }).first()).toBeVisible();
  await page.goto(`/audit?action=terminal&namespace=${namespace}`);
  await expect(main.getByRole("link", { name: "Replay" }).first()).toHaveAttribute("href", new URL(address).pathname);
});

test("a recording is played, stopped and searched through @scripts", async ({ page, browser, baseURL, scripts, allowed }) => {
  allowed.message(/status of 422/);
  const main = page.getByRole("main");
  await record(page, "payments", scripts);
  await work(browser, baseURL, "payments");
  await page.goto("/clusters/harbour/recordings?namespace=payments");
  await ready(page, scripts);
  await main.getByRole("link", { name: /^Replay: ada/ }).first().click();
  await ready(page, scripts);

  await main.getByRole("button", { name: /^Replay \d/ }).click();
  const player = main.locator(".player");
  const screen = player.locator(".xterm-rows");
  await player.getByLabel("Speed").selectOption("8");
  await expect(screen).toContainText("first-recording");
  await look(page, "recording");

  // At its end it stands still, and can be looked through.
  const [play, pause] = ["Play", "Pause"].map((name) => player.getByRole("button", { name, exact: true }));
  const position = player.getByRole("slider", { name: "Position" });
  await expect(play!).toBeVisible();
  await player.focus();
  await page.keyboard.press("Home");
  await expect(screen).not.toContainText("first-recording");
  await expect(position).toHaveJSProperty("value", "0");
  await page.keyboard.press("End");
  await expect(screen).toContainText("first-recording");

  // Stopped on its way, it stays there.
  await player.getByLabel("Speed").selectOption("1");
  await player.focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("Space");
  await expect(pause!).toBeVisible();
  await page.keyboard.press("Space");
  await expect(play!).toBeVisible();
  const where = await position.inputValue();
  const end = await position.getAttribute("max");
  expect(Number(where)).toBeLessThan(Number(end));
  await page.waitForTimeout(500);
  expect(await position.inputValue()).toBe(where);

  await page.keyboard.press("End");
  await player.getByRole("checkbox", { name: "Skip idle times" }).uncheck();
  await expect(screen).toContainText("first-recording");
});
