import { Cas } from "../../harness/cas.ts";
import { stranger } from "../../harness/people.ts";
import { checkPage, expect, look, ready, test } from "../../harness/test.ts";

test.describe.configure({ mode: "serial" });

let cas: Cas;
test.beforeAll(async () => {
  cas = await Cas.start();
});
test.afterAll(async () => cas.stop());

test("an administrator tries out a CAS and adds it", async ({ page, scripts }) => {
  await page.goto("/settings/providers/new/cas");
  await ready(page, scripts);
  await expect(page.locator("input[name=secret]")).toHaveCount(0);
  await expect(page.getByText("/sign-in/callback/").first()).toBeVisible();
  await checkPage(page, scripts);
  if (scripts) await look(page, "providers-cas");
  await page.locator("input[name=name]").fill(scripts ? "Campus S" : "Campus N");
  await page.locator("input[name=address]").fill(cas.address.replace("/cas", "/nowhere"));
  await page.getByRole("button", { name: "Test connection" }).click();
  await expect(page.locator(".trial")).toContainText("no answer of CAS");

  await ready(page, scripts);
  await page.locator("input[name=address]").fill(cas.address);
  await page.locator("textarea[name=mappings]").fill("deans = auditor");
  await page.getByRole("button", { name: "Test connection" }).click();
  await expect(page.locator(".trial")).toContainText("INVALID_TICKET");
  await expect(page.locator(".trial")).toContainText("lets people sign in for the console");
  await ready(page, scripts);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.locator(".banner")).toContainText("Saved.");
});

test("somebody comes through the CAS, and is signed out from there", async ({ browser, baseURL, scripts }) => {
  const name = scripts ? "Campus S" : "Campus N";
  cas.who = { user: `dean-${scripts}`, groups: ["deans", "system:masters"] };
  const context = await stranger(browser, baseURL, scripts);
  const page = await context.newPage();
  await page.goto("/sign-in?next=/account");
  await page.getByRole("link", { name: `Continue with ${name}` }).click();
  await expect(page).toHaveURL(/\/account$/);
  await expect(page.locator("main")).toContainText(`dean-${scripts}`);
  // The group made them an auditor, and nothing more.
  await page.goto("/audit?action=sign_in");
  await expect(page.locator("main tbody tr").first()).toBeVisible();
  await page.goto("/settings/providers");
  await expect(page.locator("main")).toContainText("You may not do this");

  expect(await cas.signOut()).toBe(200);

  await page.goto("/account");
  await expect(page).toHaveURL(/\/sign-in/);
  await context.close();
});

test("who signs out is offered to sign out of the CAS too", async ({ browser, baseURL, scripts }) => {
  const name = scripts ? "Campus S" : "Campus N";
  cas.who = { user: `dean-${scripts}`, groups: [] };
  const context = await stranger(browser, baseURL, scripts);
  const page = await context.newPage();
  await page.goto("/sign-in?next=/account");
  await page.getByRole("link", { name: `Continue with ${name}` }).click();
  await ready(page, scripts);
  await page.locator(".user-menu summary").click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("link", { name: `Sign out of ${name} too` }).click();
  await expect(page.locator("body")).toContainText("signed out there");
  await context.close();
});

test("a CAS is deleted", async ({ page, scripts }) => {
  const name = scripts ? "Campus S" : "Campus N";
  await page.goto("/settings/providers");
  await ready(page, scripts);
  await page.getByRole("link", { name: new RegExp(`^Delete ?: ${name}`) }).click();
  await ready(page, scripts);
  await page.getByRole("button", { name: "Delete provider" }).click();
  await expect(page.locator(".banner")).toContainText("deleted");
});
