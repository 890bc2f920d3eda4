// Logs of several pods at once.

import { checkPage, expect, look, ready, test } from "../../harness/test.ts";

const DEPLOYMENT = "/clusters/harbour/deployments/shop/storefront?tab=logs&tail=100";

test("the logs of a deployment are those of all its pods, in order", async ({ page, scripts }) => {
  await page.goto(DEPLOYMENT);
  await ready(page, scripts);

  const sources = page.locator(".log-line .log-source");
  await expect(sources.first()).toContainText("storefront-");
  const pods = new Set(await sources.allTextContents());
  expect(pods.size).toBeGreaterThan(1);
  const times = (await page.locator(".log-line .log-time").allTextContents()).map((text) => Date.parse(`${text.replace(" ", "T")}Z`));
  // Each stands behind those before it; one that a node told late, by at most a second or two.
  const early = times.filter((time, place) => place > 0 && time < times[place - 1]! - 3000);
  expect(early).toEqual([]);
  await checkPage(page, scripts);
});

test("lines are found, filtered, pointed at and followed @scripts", async ({ page, scripts }) => {
  await page.goto(DEPLOYMENT);
  await ready(page, scripts);
  const lines = page.locator(".log-line");
  const find = page.getByRole("searchbox", { name: "Find in the log" });
  const status = page.locator(".log-find .hint");

  await find.fill("level=warn");
  await expect(status).toContainText("lines");
  await page.getByRole("button", { name: "Only lines found" }).click();
  await expect(lines.filter({ visible: true }).first()).toContainText("WARN");
  await look(page, "logs-found");
  await page.getByRole("button", { name: "Regular expression" }).click();
  await find.fill("took=\\d+ms (");
  await expect(status).toContainText("Not an expression");
  await find.fill("path=/fruit/\\w+ status=200");
  await expect(status).toContainText(/\d+ lines/);
  await find.press("Enter");
  await expect(page.locator(".log-line[data-current]")).toHaveCount(1);
  await find.press("Escape");
  await page.getByRole("button", { name: "Only lines found" }).click();

  await page.getByRole("button", { name: "Times" }).click();
  const count = await lines.count();
  await expect.poll(() => lines.count()).toBeGreaterThan(count);
  await look(page, "logs-workload");
  await checkPage(page, scripts);

  await lines.nth(3).locator(".log-time").click();
  await expect(page).toHaveURL(/line=\d+/);
  await expect(page.locator(".log-line[data-pointed]").first()).toBeVisible();
  await page.getByRole("link", { name: "Follow the end" }).click();
  await expect(page).not.toHaveURL(/line=/);
});

test("lines of JSON are fields, and a whole log is a file", async ({ page, scripts }) => {
  await page.goto("/clusters/harbour/deployments/shop/catalogue?tab=logs");
  await ready(page, scripts);

  await expect(page.locator(".log-json .log-message").first()).toBeVisible();
  if (scripts) await look(page, "logs-json");
  const href = await page.getByRole("link", { name: "Download" }).getAttribute("href");
  const file = await page.request.get(href!);
  expect(file.headers()["content-disposition"]).toContain("catalogue.log");
  expect(await file.text()).toMatch(/^\d{4}-\d\d-\d\dT\S+Z catalogue-\S+\/\S+ /);
});

test("the key l opens the logs of a workload @scripts", async ({ page, scripts }) => {
  await page.goto("/clusters/harbour/deployments?namespace=shop&search=name:storefront");
  await ready(page, scripts);

  await page.keyboard.press("j");
  await page.keyboard.press("l");

  await expect(page).toHaveURL(/deployments\/shop\/storefront\?tab=logs/);
});
