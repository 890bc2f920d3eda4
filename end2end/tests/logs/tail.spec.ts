// What is written, followed as it is written.

import { LOGS, openLogs } from "../../harness/logs.ts";
import { checkPage, expect, look, test } from "../../harness/test.ts";

const ASKED = "**/records/tail";

test("what is written is followed, until somebody reads @scripts", async ({ page, scripts, allowed }) => {
  const newest = page.locator(".record-line .record-time").first();
  const mark = page.locator(".tail-bar .live-mark");
  const moves = async (): Promise<void> => {
    const before = await newest.textContent();
    await expect.poll(() => newest.textContent(), { timeout: 30_000 }).not.toBe(before);
  };
  await openLogs(page, scripts, `${LOGS}?query=namespace%3Ashop`);
  await page.getByRole("link", { name: "Live", exact: true }).click();
  await expect(page).toHaveURL(/namespace%3Ashop&live=1$/);
  await expect(mark).toContainText("Live");
  await moves();
  await checkPage(page, scripts);
  await look(page, "logs-live");

  // Whoever reads is not disturbed.
  await page.getByRole("button", { name: "Pause" }).click();
  await expect(mark).toContainText("Paused");
  let asked = 0;
  page.on("request", (request) => (asked += request.url().endsWith("/records/tail") ? 1 : 0));
  await page.waitForTimeout(4_000);
  expect(asked).toBe(0);
  await page.getByRole("button", { name: "Go on" }).click();
  await moves();

  // A log store that is away for a while takes nothing from the page.
  allowed.message(/Failed to load resource/);
  await page.route(ASKED, (route) => route.abort());
  await expect(mark).toContainText("Reconnecting", { timeout: 15_000 });
  await expect(page.locator(".problem")).toBeVisible();
  await expect(newest).toBeVisible();
  await page.unroute(ASKED);
  await expect(mark).toContainText("Live", { timeout: 15_000 });
  await expect(page.locator(".problem")).toHaveCount(0);

  await page.getByRole("link", { name: "6h", exact: true }).click();
  await expect(page).toHaveURL(/namespace%3Ashop&from=6h$/);
  await expect(page.locator(".tail-bar")).toHaveCount(0);
});

test("events are followed too, and a search goes on following @scripts", async ({ page, scripts }) => {
  await openLogs(page, scripts, `${LOGS}/events?live=1`);
  await expect(page.locator(".tail-bar .live-mark")).toContainText("Live");
  await page.getByLabel("Look for").fill("type:Warning");
  await page.getByRole("button", { name: "Search", exact: true }).click();

  await expect(page).toHaveURL(/live=1/);
  await expect(page.locator(".tail-bar .live-mark")).toContainText("Live");
  await checkPage(page, scripts);
  await look(page, "events-live");
});
