// Ports of pods in the browser, each under an address of its own.

import type { Page } from "@playwright/test";

import { join, stranger } from "../../harness/people.ts";
import { checkPage, expect, look, open, test } from "../../harness/test.ts";

const SERVICE = "/clusters/harbour/services/shop/storefront";

/** Opens a port and answers the page that it leads to. */
async function follow(page: Page, button: string): Promise<Page> {
  const arriving = page.waitForEvent("popup");
  await page.getByRole("main").getByRole("button", { name: button }).click();
  return arriving;
}

test("a port of a service is a site of its own, for who opened it, until they end it", async ({ page, scripts, browser }) => {
  // A world that has just begun has no pod that is ready yet.
  await expect(async () => {
    await open(page, scripts, `${SERVICE}?tab=ports&port=80`);
    await expect(page.getByRole("table", { name: "Ports" })).toBeVisible();
    await expect(page.getByRole("main")).not.toContainText("was not opened", { timeout: 1_000 });
  }).toPass({ timeout: 150_000 });
  const row = page.getByRole("table", { name: "Ports" }).getByRole("row", { name: /80/ }).first();
  await expect(row).toContainText("TCP");
  await checkPage(page, scripts);
  if (scripts) await look(page, "ports");

  const site = await follow(page, "Open 80");
  await expect(site).toHaveURL(/^http:\/\/[0-9a-f]{32}\.localhost:\d+\/$/);
  const address = site.url();
  await expect(site.getByRole("heading", { level: 1 })).toHaveText(/^storefront-/);
  await site.goto(new URL("/cart?of=ada", site.url()).href);
  await expect(site.getByText(/answers for \/cart\?of=ada/)).toBeVisible();
  // Nothing of the console is there.
  await site.goto(new URL("/account", site.url()).href);
  await expect(site.getByText(/answers for \/account/)).toBeVisible();

  const elsewhere = await browser.newContext({ storageState: { cookies: [], origins: [] } });
  const other = await elsewhere.newPage();
  await other.goto(site.url());
  await expect(other.getByRole("heading", { level: 1 })).toHaveText("This port is not open");
  if (scripts) await look(other, "port-closed");
  await elsewhere.close();

  await open(page, scripts, `${SERVICE}?tab=ports`);
  const all = page.getByRole("table", { name: "Open in your browsers" }).getByRole("row");
  const opened = all.filter({ has: page.locator(`a[href="${address}"]`) });
  await expect(opened).toContainText("storefront-");
  await checkPage(page, scripts);
  if (scripts) await look(page, "ports-opened");
  await opened.getByRole("button", { name: "End 80" }).click();
  await expect(opened).toHaveCount(0);
  await expect(page.getByRole("table", { name: "Ports" })).toBeVisible();
  await site.goto(address);
  await expect(site.getByRole("heading", { level: 1 })).toHaveText("This port is not open");
  await site.close();
});

test("what cannot be opened says why", async ({ page, scripts }) => {
  await open(page, scripts, "/clusters/harbour/deployments/shop/storefront?tab=ports");
  await checkPage(page, scripts);
  if (scripts) await look(page, "ports-of-a-deployment");
  await page.getByRole("main").getByLabel("Port", { exact: true }).fill("9");
  const silent = await follow(page, "Open in a browser");
  await expect(silent.getByText(/connection refused/)).toBeVisible();
  await silent.close();

  // A service leads to pods through its own ports only.
  await open(page, scripts, `${SERVICE}?tab=ports&port=81`);
  await expect(page.getByRole("main")).toContainText("Port 81 was not opened:");
  await expect(page.getByRole("main")).toContainText("is no port of this service");
  await checkPage(page, scripts);
  if (scripts) await look(page, "ports-not-opened");
});

test("a port stays closed for who may only look", async ({ browser, baseURL, scripts }) => {
  const context = await stranger(browser, baseURL, scripts);
  const theirs = await context.newPage();
  await join(theirs, { name: scripts ? "pia" : "piet", password: "a hatch that stays shut" }, "--in", "harbour/shop=viewer");
  await open(theirs, scripts, `${SERVICE}?tab=ports`);
  const button = theirs.getByRole("main").getByRole("button", { name: "Open 80" });
  await expect(button).toHaveAttribute("aria-disabled", "true");
  await checkPage(theirs, scripts);
  await context.close();
});
