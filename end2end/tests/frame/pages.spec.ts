import { checkPage, expect, look, ready, test } from "../../harness/test.ts";

/** Pages that need nothing but to be opened: name of the picture, address, something that must be on it. */
const PAGES: [string, string, RegExp][] = [
  ["fleet", "/", /harbour/],
  ["cluster", "/clusters/harbour", /harbour/],
  ["deployments", "/clusters/harbour/deployments", /checkout/],
  ["nodes", "/clusters/harbour/nodes", /harbour/],
  ["search", "/search?q=checkout", /checkout/],
  ["create", "/clusters/harbour/create", /yaml/i],
  ["components", "/components", /button/i],
];

for (const [name, address, content] of PAGES) {
  test(`${address} is readable for everybody`, async ({ page, scripts }) => {
    await page.goto(address);
    await ready(page, scripts);

    await expect(page.locator("main")).toContainText(content);
    await checkPage(page, scripts);
    if (scripts) await look(page, name);
  });
}

test("a page that a link leads to begins at its top, and has the focus @scripts", async ({ page, scripts }) => {
  await page.goto("/clusters/lantern/pods?namespace=kiosk");
  await ready(page, scripts);
  await page.getByRole("table").getByRole("link", { name: /^kiosk-/ }).first().click();

  await expect(page.locator("main")).toBeFocused();
  await expect(page.getByRole("heading", { name: "Facts" })).toBeVisible();
  expect(await page.evaluate(() => scrollY)).toBe(0);
});

test("an address that is none is a page that says so", async ({ page, scripts, allowed }) => {
  allowed.message(/404/);
  const answer = await page.goto("/no/such/page");
  await ready(page, scripts);

  expect(answer?.status()).toBe(404);
  await checkPage(page, scripts);
});

test("pages carry a content security policy without unsafe parts", async ({ page }) => {
  const answer = await page.goto("/");
  const policy = answer?.headers()["content-security-policy"] ?? "";

  expect(policy).toContain("script-src");
  expect(policy).not.toContain("'unsafe-inline'");
  expect(policy).not.toMatch(/'unsafe-eval'/);
  expect(policy).toContain("frame-ancestors 'none'");
});
