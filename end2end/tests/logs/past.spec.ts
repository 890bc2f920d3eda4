import { LOGS, openLogs } from "../../harness/logs.ts";
import { join, stranger } from "../../harness/people.ts";
import { note, Somebody } from "../../harness/somebody.ts";
import { checkPage, expect, look, ready, test } from "../../harness/test.ts";

test("lines of the past are found by words and fields, and looked at closer", async ({ page, scripts }) => {
  await openLogs(page, scripts, LOGS);
  await expect(page.locator(".record-line")).toHaveCount(100);
  await expect(page.locator(".records-total")).toContainText(/Lines: [\d,]+/);
  await checkPage(page, scripts);
  if (scripts) await look(page, "past-logs");

  await page.locator("#query-input").fill("payment namespace:shop level:warning");
  await page.getByRole("button", { name: "Search" }).click();
  await ready(page, scripts);
  const lines = page.locator(".record-line");
  await expect(lines.first().locator("mark").first()).toHaveText("payment");
  for (const text of await page.locator(".record-origin").allTextContents()) expect(text).toMatch(/^shop\//);
  await checkPage(page, scripts);
  if (scripts) await look(page, "past-logs-found");

  await page.locator(".chips").getByRole("link", { name: "Remove level:warning" }).click();
  await expect(page).toHaveURL(/query=payment%20namespace%3Ashop$/);
  await page.locator(".records-facets").getByRole("link").nth(1).click();
  await expect(page).toHaveURL(/pod%3A/);
});

test("a line has an address and neighbours", async ({ page, scripts }) => {
  await openLogs(page, scripts, `${LOGS}?query=namespace%3Ashop`);
  const text = (await page.locator(".record-line .record-text").nth(3).textContent()) ?? "";
  await page.locator(".record-line .record-time").nth(3).click();
  await expect(page).toHaveURL(/line=/);

  const pointed = page.locator(".record-line[aria-current]");
  await expect(pointed.locator(".record-text")).toHaveText(text);
  expect(await page.locator(".record-line").count()).toBeGreaterThan(5);
  await ready(page, scripts);
  await checkPage(page, scripts);
  if (scripts) await look(page, "past-logs-around");
  await page.getByRole("link", { name: "Back to the search" }).click();
  await expect(page.locator("#query-input")).toHaveValue("namespace:shop");
});

test("pages lead to older lines, and all of them are a file", async ({ page, scripts }) => {
  await openLogs(page, scripts, `${LOGS}?query=namespace%3Ashop&from=15m`);
  const newest = await page.locator(".record-time").first().textContent();
  await page.getByRole("link", { name: "Older" }).click();
  await expect(page).toHaveURL(/before=/);
  await expect(page.locator(".record-time").first()).not.toHaveText(newest ?? "");

  const href = await page.getByRole("link", { name: "All as a file" }).getAttribute("href");
  const file = await page.request.get(href ?? "");
  expect(file.headers()["content-disposition"]).toBe('attachment; filename="harbour-logs.log"');
  const all = (await file.text()).trim().split("\n");
  expect(all.length).toBeGreaterThan(200);
  for (const line of all) expect(line).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z shop\//);
  expect([...all].sort((one, two) => (one.slice(0, 24) < two.slice(0, 24) ? -1 : 0))).toEqual(all);
});

test("a stretch of time is chosen by its bar", async ({ page, scripts }) => {
  await openLogs(page, scripts, LOGS);
  await page.locator(".histogram-bars a").nth(-4).click();
  await expect(page).toHaveURL(/from=\d+&to=\d+/);
  await expect(page.locator(".record-line").first()).toBeVisible();
});

test("what cannot be looked for is told at the field", async ({ page, scripts }) => {
  await openLogs(page, scripts, `${LOGS}?query=${encodeURIComponent('level:loud "x')}`);
  await expect(page.locator("#query-problem")).toHaveText(/loud is no level/);
  await openLogs(page, scripts, `${LOGS}?query=${encodeURIComponent('"x')}`);
  await expect(page.locator("#query-problem")).toHaveText(/not closed/);
  await checkPage(page, scripts);
  if (scripts) await look(page, "past-logs-problem");
});

test("events and the audit log are searched beside", async ({ page, scripts }) => {
  await openLogs(page, scripts, `${LOGS}/events?query=namespace%3Ashop`);
  await expect(page.locator("tbody tr").first()).toBeVisible();
  await checkPage(page, scripts);
  if (scripts) await look(page, "past-events");

  await page.locator(".tabs").getByRole("link", { name: "Audit log" }).click();
  await expect(page.getByRole("columnheader", { name: "Who" })).toBeVisible();
  await ready(page, scripts);
  await expect(page.locator("tbody tr").first()).toBeVisible();
  await checkPage(page, scripts);
  if (scripts) await look(page, "past-audit");
});

test("what was asked for here is found in the cluster's own audit log, and back", async ({ page, scripts }) => {
  const name = scripts ? "traced-here" : "traced-there";
  await page.goto("/clusters/harbour");
  await new Somebody(page, "harbour").apply(note(name, "one"));
  await page.goto(`/audit?text=${name}`);
  await ready(page, scripts);
  await checkPage(page, scripts);
  if (scripts) await look(page, "audit-joined");
  const there = page.getByRole("link", { name: "In the cluster's log" });
  await there.first().click();
  await expect(page).toHaveURL(/\/logs\/audit\?/);

  const entry = page.locator("tbody tr").filter({ hasText: "configmaps" });
  await expect(async () => {
    await page.reload();
    await expect(entry.first()).toContainText(name, { timeout: 5000 });
  }).toPass();
  await ready(page, scripts);
  await checkPage(page, scripts);
  if (scripts) await look(page, "past-audit-joined");
  await entry.first().getByRole("link", { name: "In the console's trail" }).click();
  await expect(page).toHaveURL(/\/audit\?text=[0-9a-f]{16}$/);
  await expect(page.locator("tbody tr").first()).toContainText(name);
});

test("a pod's log leads to its past", async ({ page, scripts }) => {
  await openLogs(page, scripts, "/clusters/harbour/deployments/shop/checkout?tab=logs");
  await page.getByRole("link", { name: "Search the past" }).click();
  await expect(page.locator("#query-input")).toHaveValue("namespace:shop workload:checkout");
  await expect(page.locator(".record-line").first()).toBeVisible();
});

test("without a log store the page says what was looked for", async ({ page, scripts }) => {
  await openLogs(page, scripts, "/clusters/lantern/logs");
  await expect(page.getByText("Nothing keeps the logs of lantern")).toBeVisible();
  await checkPage(page, scripts);
  if (scripts) await look(page, "past-logs-missing");
});

test("events of a cluster without a log store are kept by Orrery", async ({ page, scripts }) => {
  // It begins some seconds after the cluster is known.
  await expect(async () => {
    await page.goto("/clusters/lantern/logs/events");
    await expect(page.getByText(/Kept by Orrery since \d{4}-\d\d-\d\d \d\d:\d\d,/)).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 60_000, intervals: [3_000] });
  await ready(page, scripts);
  await checkPage(page, scripts);
});

test("a member finds lines of their projects, and nothing of others by whatever they type", async ({ page, browser, baseURL, scripts }) => {
  await openLogs(page, scripts, `${LOGS}?query=namespace%3Apayments`);
  const foreign = (await page.locator(".record-time").first().getAttribute("href")) ?? "";
  const context = await stranger(browser, baseURL);
  const member = await context.newPage();
  const name = `reader-${scripts ? "s" : "n"}-${process.pid}`;
  await join(member, { name, password: "a ladder in the orchard" }, "--in", "harbour/shop=viewer");

  for (const query of ["", "-namespace:shop", "pod:*", "namespace:*", "x\"},{\"match_all\":{}}", "level:error"]) {
    await member.goto(`${LOGS}?from=6h&query=${encodeURIComponent(query)}`);
    await expect(member.getByText("Searched in your projects only: shop.")).toBeVisible();
    for (const origin of await member.locator(".record-origin").allTextContents()) expect(origin).toMatch(/^shop\//);
    const projects = member.locator(".records-facets div").filter({ hasText: "Project" }).locator(".facet-value");
    for (const project of await projects.allTextContents()) expect(project).toBe("shop");
  }
  await member.goto(`${LOGS}?query=namespace%3Apayments`);
  await expect(member.getByRole("alert")).toContainText("pods/log");
  await member.goto(foreign);
  await expect(member.getByRole("alert")).toBeVisible();
  await expect(member.locator(".record-line")).toHaveCount(0);
  const file = await member.request.get(`${LOGS}/file?query=namespace%3Apayments`);
  expect(file.status()).toBe(403);
  await member.goto(`${LOGS}/audit`);
  await expect(member.getByRole("alert")).toContainText("audit");
  await context.close();
});
