import { checkPage, expect, look, ready, test } from "../../harness/test.ts";

test("the page of a crash-looping pod says why it is unwell", async ({ page, scripts }) => {
  // A pod that crashes again and again also runs now and then, so it is found by its name.
  await page.goto("/clusters/harbour/pods?namespace=payments&search=ledger%20-name:database");
  await ready(page, scripts);

  await page.getByRole("link", { name: /^ledger-(?!database)/ }).first().click();

  await expect(page).toHaveURL(/\/clusters\/harbour\/pods\/payments\/ledger-/);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("ledger-");
  await expect(page.locator("main")).toContainText(/crash/i);
  await ready(page, scripts);
  await checkPage(page, scripts);
  if (scripts) await look(page, "pod");
});

for (const tab of ["logs", "environment", "events", "yaml"]) {
  test(`the tab ${tab} has an address and is readable`, async ({ page, scripts }) => {
    await page.goto("/clusters/harbour/pods?search=fraud");
    const link = await page.getByRole("link", { name: /^fraud-/ }).first().getAttribute("href");

    await page.goto(`${link}?tab=${tab}`);
    await ready(page, scripts);

    await expect(page.getByRole("heading", { level: 1 })).toContainText("fraud-");
    await checkPage(page, scripts);
    if (scripts) await look(page, `pod-${tab}`);
  });
}

test("an object that is gone is a page that says so", async ({ page, scripts, allowed }) => {
  allowed.message(/404/);
  await page.goto("/clusters/harbour/pods/shop/was-never-here");
  await ready(page, scripts);

  await expect(page.locator("main")).toContainText("was-never-here");
  await checkPage(page, scripts);
});
