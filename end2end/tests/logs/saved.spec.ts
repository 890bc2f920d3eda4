// Searches that are kept: saved from the page that searches, opened by others, renamed, deleted.

import { checkPage, expect, look, ready, test } from "../../harness/test.ts";
import { join } from "../../harness/people.ts";

const LOGS = "/clusters/harbour/logs";

test("a search is saved for a project, opened by a member, renamed and deleted", async ({
  page,
  browser,
  baseURL,
  scripts,
  allowed,
}) => {
  allowed.message(/status of 422/);
  const name = scripts ? "Errors by day" : "Errors by night";
  const main = page.getByRole("main");
  const menu = main.locator(".menu").filter({ hasText: "Saved searches" });

  await page.goto(`${LOGS}?query=level%3Aerror&from=6h`);
  await ready(page, scripts);
  await menu.locator("summary").click();
  await menu.getByRole("link", { name: "Save this search" }).click();
  await expect(page).toHaveURL(/\/logs\/saved\?of=logs&query=level%3Aerror&from=6h$/);
  await ready(page, scripts);
  await expect(main.locator(".key-value")).toContainText("level:error");
  await main.getByRole("textbox", { name: "Name" }).fill(name);
  await main.getByLabel("Who finds it").selectOption({ label: "everybody in shop" });
  await checkPage(page, scripts);
  if (scripts) await look(page, "saved-search-new");
  await main.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page).toHaveURL(/\/logs\/saved$/);
  const row = main.getByRole("row").filter({ hasText: name });
  await expect(row).toContainText("everybody in shop");
  await expect(row).toContainText("the last 6h");
  await ready(page, scripts);
  await checkPage(page, scripts);
  if (scripts) await look(page, "saved-searches");

  // Whoever types a part of its name, wherever they are, is led to it.
  if (scripts) {
    await page.goto("/");
    await ready(page, scripts);
    await page.keyboard.press("Control+k");
    const palette = page.getByRole("dialog", { name: "Go to" });
    await palette.getByRole("combobox").fill(name.slice(3).toUpperCase());
    const first = palette.getByRole("option").first();
    await expect(first).toContainText(name);
    await expect(first).toContainText("Logs · harbour · shop");
    await look(page, "palette-saved-search");
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/\/clusters\/harbour\/logs\?query=level%3Aerror&from=6h$/);
  }

  // The same name again is told at its field.
  await page.goto(`${LOGS}/saved?of=logs&query=level%3Awarning`);
  await ready(page, scripts);
  await main.getByRole("textbox", { name: "Name" }).fill(name.toUpperCase());
  await main.getByLabel("Who finds it").selectOption({ label: "everybody in shop" });
  await main.getByRole("button", { name: "Save", exact: true }).click();
  await expect(main.locator(".field-problem", { hasText: "another search" })).toBeVisible();

  // Somebody of the project finds it, and what it leads to; they may not change it.
  const context = await browser.newContext({
    storageState: { cookies: [], origins: [] },
    javaScriptEnabled: scripts,
    ...(baseURL ? { baseURL } : {}),
  });
  const member = await context.newPage();
  const person = `finder-${scripts ? "s" : "n"}-${process.pid}`;
  await join(member, { name: person, password: "a ladder in the orchard" }, "--in", "harbour/shop=viewer");
  await member.goto(LOGS);
  await ready(member, scripts);
  const found = member.getByRole("main").locator(".menu").filter({ hasText: "Saved searches" });
  await found.locator("summary").click();
  await found.getByRole("link", { name: new RegExp(`^${name}`) }).click();
  await expect(member.locator("#query-input")).toHaveValue("level:error");
  await member.goto(`${LOGS}/saved`);
  await ready(member, scripts);
  await expect(member.getByRole("row").filter({ hasText: name })).not.toContainText("Rename or delete");
  await context.close();

  // Its owner renames and deletes it.
  await page.goto(`${LOGS}/saved`);
  await ready(page, scripts);
  await main.getByRole("link", { name: `Rename or delete ${name}`, exact: true }).click();
  await expect(main.getByRole("textbox", { name: "Name" })).toHaveValue(name);
  await ready(page, scripts);
  await main.getByRole("textbox", { name: "Name" }).fill(`${name}, again`);
  await main.getByRole("button", { name: "Rename" }).click();
  await expect(main.getByRole("link", { name: `${name}, again`, exact: true })).toBeVisible();
  await ready(page, scripts);
  await main.getByRole("link", { name: `Rename or delete ${name}, again`, exact: true }).click();
  await ready(page, scripts);
  await main.getByRole("button", { name: "Delete" }).click();
  await expect(main.getByRole("link", { name: `${name}, again`, exact: true })).toHaveCount(0);
});
