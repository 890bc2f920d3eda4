// What was used and what it costs: by workspace, project and workload, with prices that hold from a day on.

import type { Page } from "@playwright/test";

import { checkPage, expect, look, ready, test } from "../../harness/test.ts";

const CONSUMPTION = "/clusters/harbour/monitoring/consumption";

/** Waits until the cluster is measured: alone among tests this one may come before that. */
async function measured(page: Page): Promise<void> {
  await expect(async () => {
    await page.goto(`${CONSUMPTION}?by=projects&period=week`);
    await expect(page.locator(".consumption-table tbody").getByRole("link", { name: "shop", exact: true })).toBeVisible({
      timeout: 20_000,
    });
  }).toPass({ timeout: 120_000 });
}

test("consumption leads from projects to workloads, is sorted and taken away", async ({ page, scripts }) => {
  test.setTimeout(240_000);
  await measured(page);
  await ready(page, scripts);
  await checkPage(page, scripts);
  if (scripts) await look(page, "consumption");
  await page.locator(".consumption-table thead").getByRole("link", { name: "Memory used" }).click();
  await expect(page.locator('.consumption-table th[aria-sort="descending"]')).toContainText("Memory used");
  await ready(page, scripts);
  const href = await page.getByRole("link", { name: "CSV" }).getAttribute("href");
  const csv = await (await page.request.get(href ?? "")).text();
  expect(csv).toMatch(/^kind,name,cpu-used \(core hours\)/);
  expect(csv).toContain('"namespaces","shop"');

  await page.locator(".consumption-table tbody").getByRole("link", { name: "shop", exact: true }).click();
  await expect(page.locator(".consumption-table tbody")).toContainText("deployments", { timeout: 120_000 });
  await ready(page, scripts);
  await checkPage(page, scripts);
});

test("prices hold from a day on, and what is wrong is told at its field", async ({ page, scripts, allowed }) => {
  test.setTimeout(420_000);
  allowed.message(/Failed to load resource/);
  await measured(page);
  await ready(page, scripts);
  const form = page.locator("#prices form");
  await form.getByRole("textbox", { name: "Currency" }).fill("COINS");
  await form.getByRole("button", { name: "Set prices" }).click();
  await expect(page.locator("#prices")).toContainText("ISO 4217, such as EUR, USD or CNY");
  await ready(page, scripts);
  await form.getByRole("textbox", { name: "Currency" }).fill("EUR");
  await form.getByRole("textbox", { name: "Core hour" }).fill("0.031000001");
  // The first prices may hold for days that are over: of today nothing is measured yet right after midnight.
  if ((await page.locator("#prices table").count()) === 0) {
    await form.getByLabel("From").fill(new Date(Date.now() - 3 * 86_400_000).toISOString().slice(0, 10));
  }
  await form.getByRole("button", { name: "Set prices" }).click();
  await expect(page.locator("#prices table")).toContainText("0.031000001", { timeout: 180_000 });
  await ready(page, scripts);
  await expect(page.locator(".consumption-table tfoot")).toContainText("EUR");
  await checkPage(page, scripts);
  if (scripts) await look(page, "consumption-prices");
});
