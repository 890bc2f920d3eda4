import { expect, ready, test } from "../../harness/test.ts";

const NODES = "/clusters/harbour/nodes";

test("rows are moved through, peeked at and selected by keys @scripts", async ({ page, scripts }) => {
  await page.goto(NODES);
  await ready(page, scripts);
  const rows = page.locator("main tbody tr");
  const peek = page.locator("aside.peek");

  await page.keyboard.press("j");
  await expect(rows.nth(0)).toBeFocused();
  await page.keyboard.press("j");
  await expect(rows.nth(1)).toBeFocused();
  await page.keyboard.press("k");
  await expect(rows.nth(0)).toBeFocused();

  await page.keyboard.press("Enter");
  await expect(peek).toBeVisible();
  await expect(page).toHaveURL(/peek=/);
  await expect(rows.nth(0)).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(peek).toHaveCount(0);
  await expect(page).not.toHaveURL(/peek=/);

  await page.keyboard.press("x");
  await expect(rows.nth(0).getByRole("checkbox")).toBeChecked();
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard" })).toContainText("YAML");
});

test("the space bar ticks a row @scripts", async ({ page, scripts }) => {
  await page.goto(NODES);
  await ready(page, scripts);
  const box = page.locator("main tbody tr").nth(1).getByRole("checkbox");

  await box.focus();
  await page.keyboard.press("Space");
  await expect(box).toBeChecked();
  await page.keyboard.press("Space");
  await expect(box).not.toBeChecked();
});

test("another order keeps the focus and what is selected @scripts", async ({ page, scripts }) => {
  await page.goto(NODES);
  await ready(page, scripts);
  const row = page.getByRole("row", { name: /harbour-worker-2/ });
  const heading = page.locator("main thead").getByRole("link", { name: "Name", exact: true });
  await row.getByRole("checkbox").check();

  await heading.focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/sort=name/);
  await expect(heading).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/sort=-name/);

  await expect(row.getByRole("checkbox")).toBeChecked();
  await expect(page.getByText("1 selected")).toBeVisible();
});

test("what is typed into the search box stays as it is typed @scripts", async ({ page, scripts }) => {
  await page.goto(NODES);
  await ready(page, scripts);
  const box = page.locator("main input[name=search]");

  await box.pressSequentially("worker ", { delay: 60 });
  await expect(page).toHaveURL(/search=worker/);
  await box.pressSequentially("harbour", { delay: 60 });

  await expect(page).toHaveURL(/search=worker%20harbour/);
  await expect(box).toHaveValue("worker harbour");
});

test("going to another page gives it the focus and says its title @scripts", async ({ page, scripts }) => {
  await page.goto(NODES);
  await ready(page, scripts);

  await page.locator("main tbody").getByRole("link", { name: "harbour-worker-1", exact: true }).click();

  await expect(page.getByRole("heading", { level: 1 })).toContainText("harbour-worker-1");
  await expect(page.locator("#main")).toBeFocused();
  await expect(page.locator("p.visually-hidden[role=status]")).toContainText("harbour-worker-1");
});

test("the palette goes anywhere from a page without a cluster @scripts", async ({ page, scripts }) => {
  await page.goto("/");
  await ready(page, scripts);
  const palette = page.getByRole("dialog", { name: "Go to" });
  const input = palette.getByRole("combobox");

  await page.keyboard.press("Control+k");
  await input.fill("dark");
  await palette.getByRole("option", { name: "Dark theme" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");

  await page.keyboard.press("Control+k");
  await input.fill("deployments");
  await expect(palette.getByRole("option", { name: /^Deployments/ })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/clusters\/[a-z]+\/deployments$/);
});
