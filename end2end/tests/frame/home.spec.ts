import { checkPage, expect, look, ready, test } from "../../harness/test.ts";

test("the first page says what needs somebody, and leads there", async ({ page, scripts }) => {
  await page.goto("/");
  await ready(page, scripts);
  const card = (title: string) => page.locator(".card").filter({ has: page.getByRole("heading", { name: title }) });

  await expect(card("Unwell now").locator(".trouble").first()).toBeVisible();
  await expect(card("Unwell now")).toContainText("harbour / shop");
  await expect(card("What people did last").getByRole("link", { name: "The whole audit trail" })).toBeVisible();
  await expect(card("Alerts that fire")).toBeVisible();
  await checkPage(page, scripts);
  if (scripts) await look(page, "home");

  await card("Unwell now").locator(".trouble a").first().click();
  await expect(page).toHaveURL(/\/clusters\/[a-z]+\/[a-z]+\/[a-z0-9-]+\/[a-z0-9.-]+/);
});
