import { CLIENT, OpenIdProvider, SECRET } from "../../harness/openid.ts";
import { stranger } from "../../harness/people.ts";
import { checkPage, expect, look, ready, test } from "../../harness/test.ts";

test.describe.configure({ mode: "serial" });

let provider: OpenIdProvider;
test.beforeAll(async () => {
  provider = await OpenIdProvider.start();
});
test.afterAll(async () => provider.stop());

test("an administrator tries a provider out and adds it", async ({ page, scripts }) => {
  const name = scripts ? "Company S" : "Company N";
  await page.goto("/settings/providers");
  await ready(page, scripts);
  await checkPage(page, scripts);
  if (scripts) await look(page, "providers-empty");
  await page.goto("/settings/providers/new/openid");
  await ready(page, scripts);
  await checkPage(page, scripts);
  if (scripts) await look(page, "providers-new");
  await page.locator("input[name=name]").fill(name);
  await page.locator("input[name=issuer]").fill("http://login.example");
  await page.locator("input[name=client_id]").fill(CLIENT);
  await page.locator("input[name=secret]").fill(SECRET);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.locator("#issuer-problem")).toContainText("not sent in the clear");
  await expect(page.locator("input[name=client_id]")).toHaveValue(CLIENT);

  await ready(page, scripts);
  await page.locator("input[name=issuer]").fill(provider.issuer);
  await page.locator("input[name=secret]").fill(SECRET);
  await page.locator("textarea[name=mappings]").fill("admirals = administrator");
  await page.getByRole("button", { name: "Test connection" }).click();
  await expect(page.locator(".trial")).toContainText("1 of its 1 keys can be used");
  await ready(page, scripts);
  await checkPage(page, scripts);
  if (scripts) await look(page, "providers-tested");
  await page.locator("input[name=secret]").fill(SECRET);
  await page.getByRole("button", { name: "Save" }).click();

  await expect(page.locator(".banner")).toContainText("Saved.");
  await page.goto("/settings/providers");
  await ready(page, scripts);
  await expect(page.getByRole("row", { name: new RegExp(name) })).toContainText("On");
  await checkPage(page, scripts);
  if (scripts) await look(page, "providers");
});

test("somebody comes through the provider, and again, and leaves", async ({ browser, baseURL, scripts }) => {
  const name = scripts ? "Company S" : "Company N";
  provider.who = { subject: `subject-${scripts}`, name: `grace-${scripts}`, groups: ["admirals"] };
  const context = await stranger(browser, baseURL, scripts);
  const page = await context.newPage();
  await page.goto("/sign-in?next=/account");
  await ready(page, scripts);
  await checkPage(page, scripts);
  if (scripts) await look(page, "sign-in-providers");

  await page.getByRole("link", { name: `Continue with ${name}` }).click();

  await expect(page).toHaveURL(/\/account$/);
  await ready(page, scripts);
  await expect(page.locator("main")).toContainText(name);
  await checkPage(page, scripts);
  if (scripts) await look(page, "account-provider");
  await page.goto("/settings/providers");
  await expect(page.getByRole("row", { name: new RegExp(name) })).toBeVisible();
  await page.locator(".user-menu summary").click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/sign-in\?left=/);
  await page.getByRole("link", { name: `Sign out of ${name} too` }).click();
  await expect(page.locator("body")).toContainText("signed out there");
  await context.close();
});

test("who has the name of somebody here chooses another one", async ({ browser, baseURL, scripts }) => {
  const name = scripts ? "Company S" : "Company N";
  provider.who = { subject: `other-${scripts}`, name: "ada", groups: [] };
  const context = await stranger(browser, baseURL, scripts);
  const page = await context.newPage();
  await page.goto("/sign-in");
  await page.getByRole("link", { name: `Continue with ${name}` }).click();
  await expect(page).toHaveURL(/\/sign-in\/name/);
  await ready(page, scripts);
  await checkPage(page, scripts);
  if (scripts) await look(page, "sign-in-name");
  await page.getByRole("button", { name: "Create my account" }).click();
  await expect(page.locator("#name-problem")).toHaveText("Somebody has this name already.");

  await page.locator("input[name=name]").fill(`ada-two-${scripts}`);
  await page.getByRole("button", { name: "Create my account" }).click();

  await expect(page).not.toHaveURL(/\/sign-in/);
  await page.goto("/settings/providers");
  await expect(page.locator("main")).toContainText("You may not do this");
  await context.close();
});

test("an identity is linked on the word of who is signed in", async ({ page, scripts }) => {
  const name = scripts ? "Company S" : "Company N";
  provider.who = { subject: `linked-${scripts}`, name: `captain-${scripts}`, groups: [] };
  await page.goto("/account");
  await ready(page, scripts);
  await page.getByRole("link", { name: `Link ${name}` }).click();
  await expect(page.getByRole("heading", { name: `Link ${name} to this account?` })).toBeVisible();
  await ready(page, scripts);
  await checkPage(page, scripts);
  if (scripts) await look(page, "account-link");
  await page.getByRole("button", { name: "Link", exact: true }).click();

  await expect(page.locator(".banner")).toContainText("Linked.");
  await expect(page.getByRole("row", { name: new RegExp(`captain-${scripts}`) })).toBeVisible();
});

test("a provider is switched off, moved and deleted", async ({ page, scripts }) => {
  const name = scripts ? "Company S" : "Company N";
  await page.goto("/settings/providers");
  await ready(page, scripts);
  await page.getByRole("button", { name: new RegExp(`^Switch off ?: ${name}`) }).click();
  await expect(page.locator(".banner")).toContainText("switched off");
  await page.getByRole("link", { name: new RegExp(`^Delete ?: ${name}`) }).click();
  await expect(page.getByRole("heading", { name: `Delete ${name}?` })).toBeVisible();
  await ready(page, scripts);
  await checkPage(page, scripts);
  if (scripts) await look(page, "providers-delete");
  await page.getByRole("button", { name: "Delete provider" }).click();

  await expect(page.locator(".banner")).toContainText("deleted");
  await expect(page.getByRole("row", { name: new RegExp(name) })).toHaveCount(0);
});

test("a directory has a form of its own", async ({ page, scripts }) => {
  await page.goto("/settings/providers/new/directory");
  await ready(page, scripts);
  await checkPage(page, scripts);
  if (scripts) await look(page, "providers-directory");
  await page.locator("input[name=name]").fill("Staff");
  await page.locator("input[name=address]").fill("ldap://127.0.0.1:9");
  await page.locator("input[name=people_base]").fill("ou=people,dc=example");
  await page.getByRole("button", { name: "Test connection" }).click();

  await expect(page.locator(".trial")).toContainText("port 9");
});
