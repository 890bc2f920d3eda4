// Readers of every kind: with fewer rights, with another language, in the dark, and when scripts fail.

import { join, PEOPLE, stranger } from "../../harness/people.ts";
import { checkPage, expect, look, ready, test } from "../../harness/test.ts";

test("a viewer sees what is theirs and is told what is not @scripts", async ({ browser, baseURL, scripts }) => {
  const context = await stranger(browser, baseURL);
  const page = await context.newPage();
  await join(page, PEOPLE.viewer, "--in", "harbour/shop=viewer");
  const main = page.getByRole("main");

  await page.goto("/clusters/harbour/deployments");
  await ready(page, scripts);
  await expect(main.getByRole("link", { name: "storefront", exact: true })).toBeVisible();
  await expect(main.getByText("gateway", { exact: true })).toHaveCount(0);
  await expect(main.getByRole("link", { name: "Create", exact: true })).toHaveCount(0);

  await main.getByRole("link", { name: "storefront", exact: true }).click();
  const restart = main.getByRole("button", { name: "Restart", exact: true });
  await expect(restart).toHaveAttribute("aria-disabled", "true");
  await expect(restart).toHaveAccessibleDescription(/Needs the right to .* can grant it\./);
  await restart.focus();
  await look(page, "buttons-without-the-right");

  await page.goto("/clusters/harbour/secrets");
  await ready(page, scripts);
  await expect(main.getByRole("alert")).toContainText("You may not do this");
  await checkPage(page, scripts);
  await context.close();
});

test("in Chinese everything is Chinese", async ({ page, context, baseURL, scripts }) => {
  await context.addCookies([{ name: "orrery-preferences", value: "zh", url: baseURL ?? "" }]);
  for (const [address, words] of [
    ["/", "集群"],
    ["/clusters/harbour/pods", "容器组"],
    ["/clusters/harbour/create", "从 YAML 创建"],
  ] as const) {
    await page.goto(address);
    await ready(page, scripts);
    await expect(page.locator("html")).toHaveAttribute("lang", "zh-Hans");
    await expect(page.getByRole("heading", { level: 1 })).toContainText(words);
    await checkPage(page, scripts);
  }
  if (scripts) await look(page, "chinese");
});

for (const address of ["/", "/clusters/harbour", "/clusters/harbour/pods", "/clusters/harbour/nodes/-/harbour-worker-1", "/preferences"]) {
  test(`${address} is readable in the dark`, async ({ page, scripts }) => {
    await page.emulateMedia({ colorScheme: "dark" });
    await page.goto(address);
    await ready(page, scripts);

    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await checkPage(page, scripts);
  });
}

test("a page whose scripts do not arrive says so @scripts", async ({ page, allowed }) => {
  allowed.message(/./);
  await page.route("**/*.wasm", (route) => route.abort());
  await page.goto("/clusters/harbour/pods");

  await expect(page.getByRole("alert").filter({ hasText: "This page has stopped working" })).toBeVisible();
  await page.unroute("**/*.wasm");
  await page.getByRole("button", { name: "Load again" }).click();

  await ready(page, true);
  await expect(page.locator("#broken")).toBeHidden();
});

test("a page whose part is gone is opened as a whole @scripts", async ({ page, allowed, scripts }) => {
  allowed.message(/./);
  await page.goto("/clusters/harbour");
  await ready(page, scripts);
  await page.evaluate(() => (document.body.dataset["before"] = ""));
  // As after an upgrade: the server has other files than the page knows of.
  await page.route("**/pkg/split_observe*.wasm", (route) => route.fulfill({ status: 404 }), { times: 1 });
  await page.getByRole("link", { name: "Monitoring", exact: true }).first().click();

  await expect(page).toHaveURL(/\/clusters\/harbour\/monitoring/);
  await expect(page.locator("body[data-before]")).toHaveCount(0);
  await ready(page, scripts);
  await expect(page.locator("h1")).toContainText("Monitoring");
  await expect(page.locator("#broken")).toBeHidden();

  await page.goBack();
  await expect(page).toHaveURL(/\/clusters\/harbour$/);
  await ready(page, scripts);
});

test("a page whose part does not arrive stays readable and says so @scripts", async ({ page, allowed }) => {
  allowed.message(/./);
  await page.route("**/pkg/split_observe*.wasm", (route) => route.abort());
  await page.goto("/clusters/harbour/monitoring");

  await expect(page.getByRole("alert").filter({ hasText: "This page has stopped working" })).toBeVisible();
  await expect(page.locator("h1")).toContainText("Monitoring");
  await page.unroute("**/pkg/split_observe*.wasm");
  await page.getByRole("button", { name: "Load again" }).click();

  await ready(page, true);
  await expect(page.locator("#broken")).toBeHidden();
});
