// What was used and what it costs: by workspace, project and workload, with prices that hold from a day on, and budgets.

import type { Page } from "@playwright/test";

import { checkPage, expect, look, open, ready, test } from "../../harness/test.ts";

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
  if (!scripts) return;
  await look(page, "consumption-prices");

  // However long what was used takes to be added up again, the page knows what was set.
  await page.route("**/api/monitoring/consumption", () => {});
  for (const price of ["0.032000001", "0.033000001"]) {
    await form.getByRole("textbox", { name: "Core hour" }).fill(price);
    await form.getByRole("button", { name: "Set prices" }).click();
    await expect(page.locator("#prices table")).toContainText(price);
  }
  await page.unrouteAll({ behavior: "ignoreErrors" });
});

test("a budget is in its card as soon as it is set, is changed at once, and leaves the chosen days @scripts", async ({
  page,
  baseURL,
  scripts,
}) => {
  // Of a cluster whose prices no other test sets.
  const prices = { cluster: "meadow", version: "0", from: "2020-01-01", currency: "EUR", cpu: "0.031" };
  const form = Object.fromEntries(Object.entries(prices).map(([name, value]) => [`fields[${name}]`, value]));
  const priced = await page.request.post("/api/monitoring/save-prices", { form, headers: { origin: baseURL ?? "" } });
  expect(priced.ok(), `${priced.status()}`).toBe(true);
  const day = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const address = `/clusters/meadow/monitoring/consumption?from=${day}&to=${day}&by=projects`;
  const card = page.locator("#budget");
  await open(page, scripts, address);
  await expect(card).toContainText("No budget is set.");

  // However long the month takes to be added up.
  await page.route("**/api/monitoring/budget", () => {});
  for (const [button, amount] of [
    ["Set budget", "250000"],
    ["Change budget", "300000"],
  ] as const) {
    await card.getByRole("textbox").fill(amount);
    await card.getByRole("button", { name: button }).click();
    await expect(card).toContainText(`${amount}.00 EUR a month`);
  }
  await expect(page).toHaveURL(address);
  await page.unrouteAll({ behavior: "ignoreErrors" });

  await page.reload();
  await ready(page, scripts);
  await expect(card).toContainText("300000.00 EUR a month");
  await checkPage(page, scripts);
  await card.getByRole("button", { name: "Remove budget" }).click();
  await expect(card).toContainText("No budget is set.");
});
