import { expect, ready, test } from "../../harness/test.ts";

test("several deployments are scaled at once @scripts", async ({ page, scripts }) => {
  await page.goto("/clusters/meadow/deployments");
  await ready(page, scripts);
  const main = page.getByRole("main");
  const rows = ["dashboards", "build-agent"].map((name) => main.getByRole("row", { name: new RegExp(`${name} `) }));
  for (const row of rows) await row.getByRole("checkbox").check();
  await expect(main.getByText("2 selected")).toBeVisible();

  await main.getByRole("button", { name: "Scale", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("2 objects");
  await dialog.getByLabel("Replicas").fill("3");
  await dialog.getByRole("button", { name: "Scale", exact: true }).click();

  for (const row of rows) await expect(row).toContainText(/\/\s*3/);
  await expect(dialog).toHaveCount(0);
  for (const row of rows) await expect(row.getByRole("checkbox")).not.toBeChecked();
});

test("a list can be had as a file", async ({ page, scripts }) => {
  await page.goto("/clusters/harbour/nodes?search=worker");
  await ready(page, scripts);
  const count = await page.locator("main tbody tr").count();
  const href = await page.getByRole("link", { name: "CSV" }).getAttribute("href");

  const answer = await page.request.get(href ?? "");

  expect(answer.headers()["content-type"]).toContain("text/csv");
  const lines = (await answer.text()).trim().split(/\r?\n/);
  expect(count).toBeGreaterThan(0);
  expect(lines).toHaveLength(count + 1);
  expect(lines[1]).toContain("harbour-worker");
});

test("a way of looking at a list is given a name and found again @scripts", async ({ page, scripts }) => {
  await page.goto("/clusters/harbour/nodes?search=worker&sort=-name");
  await ready(page, scripts);
  const views = page.locator(".views");

  await views.locator("summary").click();
  await views.getByLabel("Name of this view").fill("Workers");
  await views.getByRole("button", { name: "Save" }).click();
  await expect(views.getByRole("link", { name: "Workers" })).toBeVisible();
  await page.goto("/clusters/lantern/nodes");
  await ready(page, scripts);
  await views.locator("summary").click();
  await views.getByRole("link", { name: "Workers" }).click();

  await expect(page).toHaveURL(/\/clusters\/lantern\/nodes\?search=worker&sort=-name$/);
});
