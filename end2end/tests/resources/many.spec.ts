// Doing something with everything that a search finds.

import { checkPage, expect, look, ready, test } from "../../harness/test.ts";

test("everything that is found is tried out first, then done, and said how it went", async ({ page, scripts }) => {
  await page.goto("/clusters/meadow/deployments?search=name:a");
  await ready(page, scripts);
  const count = Number((await page.locator(".list-count").textContent())!.match(/\d+/)![0]);
  expect(count).toBeGreaterThan(1);

  await page.getByRole("link", { name: "Choose all of them" }).click();
  const bar = page.locator(".selection-bar").filter({ hasText: `All ${count} objects` });
  await expect(bar).toBeVisible();
  await look(page, "many-chosen");
  await checkPage(page, scripts);
  if (!scripts) {
    // Until scripts ask what else may be done, deleting is offered.
    await bar.getByRole("link", { name: "Delete" }).click();
    await expect(page.getByRole("dialog")).toContainText(`${count} objects`);
    await page.getByRole("button", { name: "Try it out" }).click();
    await expect(page.locator(".job-state")).toBeVisible();
    return;
  }

  await bar.getByRole("link", { name: "Restart" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText(`Restart ${count} objects`);
  await look(page, "many-dialog");
  await dialog.getByRole("button", { name: "Try it out" }).click();
  const job = page.locator(".card").filter({ has: page.locator(".job-state") });
  await expect(job).toContainText("Trying out: Restart");
  await expect(job).toContainText(`${count} / ${count}`);
  await expect(job).toContainText("Nothing was changed.");
  await look(page, "many-tried");
  await checkPage(page, scripts);

  await job.getByRole("link", { name: "Do it with all" }).click();
  await dialog.getByRole("button", { name: "Restart" }).click();
  await expect(job.getByRole("heading")).toContainText("Restart: ");
  await expect(job).toContainText("Finished");
  await look(page, "many-done");
});

test("many objects are deleted only when their number is typed @scripts", async ({ page, scripts, allowed }) => {
  allowed.message(/the server responded with a status of 422/);
  await page.goto("/clusters/meadow/configmaps?all=1&do=delete");
  await ready(page, scripts);
  const dialog = page.getByRole("dialog");

  const button = dialog.getByRole("button", { name: "Delete" });
  await expect(button).toHaveAttribute("aria-disabled", "true");
  await dialog.getByRole("textbox").fill("1");
  await button.click();

  // There are more than one: nothing is deleted that was not seen.
  await expect(dialog).toContainText("look again");

  // What is typed and not sent is left behind by who goes back.
  for (const address of ["/clusters/meadow/deployments?all=1", "/clusters/harbour/deployments/shop/catalogue"]) {
    await page.goto(address);
    await ready(page, scripts);
    await page.locator('a[href*="do=scale"]').first().dispatchEvent("click");
    await dialog.getByRole("spinbutton").fill("7");
    await page.goBack();
    await expect(dialog).toBeHidden();
  }
});
