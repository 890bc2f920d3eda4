// What a new user does on the first day, from nothing to a healthy release.

import { expect, look, ready, test } from "../harness/test.ts";

test("somebody finds the crash-looping pod, learns why, changes the image and watches it become healthy @scripts", async ({
  page,
  scripts,
}) => {
  test.setTimeout(180_000);
  await page.goto("/");
  await ready(page, scripts);

  await test.step("the start page leads to what is unwell", async () => {
    await page.getByRole("main").getByRole("link", { name: "harbour", exact: true }).first().click();
    await expect(page).toHaveURL(/\/clusters\/harbour$/);
    await page.getByRole("main").getByRole("link", { name: /checkout/ }).first().click();
    await expect(page.getByRole("heading", { level: 1 })).toContainText("checkout");
  });

  await test.step("the last log lines say what is missing", async () => {
    await page.goto("/clusters/harbour/pods?search=checkout");
    await ready(page, scripts);
    await page.getByRole("link", { name: /^checkout-/ }).first().click();
    await expect(page.getByRole("main")).toContainText(/crash/i);
    await page.getByRole("link", { name: /^logs/i }).first().click();
    await expect(page).toHaveURL(/tab=logs/);
    await expect(page.getByRole("main")).toContainText(/missing|required|not set|cannot/i);
    await look(page, "story-logs");
  });

  await test.step("the deployment's YAML is changed, with the difference shown before it is applied", async () => {
    await page.goto("/clusters/harbour/deployments/shop/checkout?tab=yaml");
    await ready(page, scripts);
    await expect(page.locator(".cm-content")).toBeVisible();
    await page.locator(".cm-content").click();
    await page.keyboard.press("Control+f");
    const search = page.locator(".cm-search");
    await search.locator("input[name=search]").fill("checkout:2.4.0");
    await search.locator("input[name=replace]").fill("checkout:2.4.1");
    await search.locator("button[name=replaceAll]").click();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: /preview/i }).click();
    await expect(page.getByRole("main")).toContainText("checkout:2.4.1");
    await look(page, "story-difference");
    // The image belongs to whoever released it last; taking it over is said, not silent.
    await page.getByLabel(/take these fields over/i).check();
    await page.getByRole("button", { name: /^apply/i }).click();
    await expect(page.getByText(/^applied$/i)).toBeVisible();
  });

  await test.step("the roll-out becomes healthy on the screen without a reload", async () => {
    await page.goto("/clusters/harbour/pods?search=checkout");
    await ready(page, scripts);
    const rows = page.locator("main table tbody tr");
    await expect(async () => {
      for (const row of await rows.all()) await expect(row).toContainText(/running/i, { timeout: 100 });
      await expect(page.locator("main table")).not.toContainText(/crash/i, { timeout: 100 });
    }).toPass({ timeout: 120_000 });
    await look(page, "story-healthy");
  });
});
