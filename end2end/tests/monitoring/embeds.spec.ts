// Dashboards in pages of other sites: the link, what it shows there, where it does not, and its end.

import { startSite } from "../../harness/site.ts";
import { checkPage, expect, look, ready, test } from "../../harness/test.ts";

test("a dashboard is shown in a page of the site that its link names, until the link is ended", async ({
  page,
  browser,
  baseURL,
  scripts,
  allowed,
}) => {
  allowed.message(/status of 422/);
  const name = scripts ? "Framed by day" : "Framed by night";
  const [wiki, stranger] = [await startSite(), await startSite()];
  const form = { "fields[cluster]": "lantern", "fields[name]": name, "fields[template]": "node" };
  const made = await page.request.post("/api/monitoring/save-dashboard", { form, headers: { origin: baseURL ?? "", accept: "text/html" } });
  const address = made.url().replace(/\/edit$/, "");
  const main = page.getByRole("main");

  // From the dashboard, with what is looked at.
  await page.goto(`${address}?from=3h`);
  await ready(page, scripts);
  await main.getByRole("link", { name: "Embed" }).click();
  await expect(page.getByRole("heading", { name: `Embed ${name}`, level: 1 })).toBeVisible();
  await ready(page, scripts);
  await expect(main.getByLabel("Over the last")).toHaveValue("10800");
  await main.getByLabel("Called").fill("Wiki of the shop");
  await main.getByLabel("Sites that may show it").fill(wiki.origin);
  await main.getByLabel("Choices, one in a line").fill("job = node-exporter\nrack = 7");
  await main.getByRole("button", { name: "Make the link" }).click();
  await expect(main.getByText("the dashboard has no variable", { exact: false }).first()).toBeVisible();
  await ready(page, scripts);
  await main.getByLabel("Called").fill("Wiki of the shop");
  await main.getByLabel("Sites that may show it").fill(wiki.origin);
  await main.getByLabel("Over the last").selectOption({ label: "3h" });
  await main.getByLabel("Choices, one in a line").fill("");
  await main.getByRole("button", { name: "Make the link" }).click();
  const link = main.locator(".embeds > li", { hasText: "Wiki of the shop" });
  await expect(link).toContainText("The whole dashboard, 3h");
  await ready(page, scripts);
  await link.getByText("Code for the page").click();
  await checkPage(page, scripts);
  if (scripts) await look(page, "embed-links");
  const code = await link.locator("code").innerText();

  // Somebody whom the console does not know.
  wiki.content = stranger.content = code;
  const context = await browser.newContext({ storageState: { cookies: [], origins: [] }, javaScriptEnabled: scripts });
  const reader = await context.newPage();
  await reader.goto(wiki.origin);
  const frame = reader.frameLocator("iframe");
  await expect(frame.getByRole("heading", { name })).toBeVisible();
  await expect(frame.locator(".chart-drawing").first()).toBeVisible();
  await expect(frame.locator(".embedded-foot")).toContainText("Last 3h");
  await expect(frame.locator("a, button, form, script")).toHaveCount(0);

  // A site that the link does not name, and the address alone.
  await reader.goto(stranger.origin);
  await expect(reader.getByRole("heading", { name: "Wiki" })).toBeVisible();
  await expect.poll(() => reader.frames().map((frame) => frame.url()).join(" ")).toContain("chrome-error:");
  const alone = /src="([^"]*)"/.exec(code)?.[1] ?? "";
  await reader.goto(alone);
  await expect(reader.getByRole("heading", { name, level: 1 })).toBeVisible();
  await checkPage(reader, scripts);
  if (scripts) await look(reader, "embedded");

  // Its end has effect at once.
  await main.getByRole("group", { name: "End the link Wiki of the shop" }).getByRole("button").click();
  await expect(link).toHaveCount(0);
  await reader.goto(alone);
  await expect(reader.getByRole("heading", { name: "No such link" })).toBeVisible();
  await checkPage(reader, scripts);
  await context.close();
  await Promise.all([wiki.stop(), stranger.stop()]);
});
