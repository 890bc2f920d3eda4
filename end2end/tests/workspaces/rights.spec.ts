// What somebody may do, and by what: from a refusal, from a person, and by asking.

import { join, stranger } from "../../harness/people.ts";
import { checkPage, expect, look, ready, test } from "../../harness/test.ts";

const ROSE = { name: "rose", password: "a bed of thorns and flowers" };

test("a refusal leads to what one may do there, and who can give the rest", async ({ browser, baseURL, scripts }) => {
  const context = await stranger(browser, baseURL);
  const page = await context.newPage();
  const rose = { ...ROSE, name: scripts ? "rose" : "rosa" };
  await join(page, rose, "--in", "harbour/shop=viewer");
  const main = page.getByRole("main");

  await page.goto("/clusters/harbour/secrets?namespace=shop");
  await ready(page, scripts);
  await main.getByRole("link", { name: "What may I do here?" }).click();

  await expect(page).toHaveURL(/\/rights\?place=project%2Fharbour%2Fshop$/);
  await ready(page, scripts);
  await expect(main.getByRole("heading", { name: "What you may do in project shop in harbour" })).toBeVisible();
  await expect(main.getByRole("row", { name: /See workloads and pods/ })).toContainText("project viewer", { ignoreCase: true });
  await expect(main.getByText("Read values of secrets")).toBeVisible();
  await expect(main.getByRole("link", { name: "members", exact: true })).toHaveAttribute("href", "/clusters/harbour/members/shop");
  await checkPage(page, scripts);
  if (scripts) await look(page, "rights-own");

  // Whoever sees only the members of a project learns of nobody else; administrators are among those who hold something.
  await page.goto("/rights?person=nobody&place=cluster%2Fharbour&namespace=shop");
  await ready(page, scripts);
  await expect(main.getByText("there is nobody of that name, or they hold nothing here")).toHaveCount(1);
  await context.close();
});

test("an administrator asks what a person may do", async ({ page, scripts }) => {
  await page.goto("/people/ada");
  await ready(page, scripts);
  await page.getByRole("link", { name: "What they may do, and by what" }).click();
  await expect(page).toHaveURL(/\/rights\?person=ada$/);
  await ready(page, scripts);
  await page.getByLabel("In", { exact: true }).selectOption({ label: "cluster harbour" });
  await page.getByLabel("In namespace").fill("shop");
  await page.getByRole("button", { name: "Ask", exact: true }).click();

  await expect(page).toHaveURL(/namespace=shop/);
  await ready(page, scripts);
  const row = page.getByRole("row", { name: /Read values of secrets/ });
  await expect(row).toContainText("Administrator");
  await checkPage(page, scripts);
  if (scripts) await look(page, "rights-administrator");
});

test("pages of people and of the trail are fit to be seen", async ({ page, scripts }) => {
  test.skip(!scripts, "pictures are taken once");
  for (const [address, name] of [
    ["/people", "people"],
    ["/people?new=1", "people-new"],
    ["/people/ada", "person"],
    ["/roles", "roles"],
    ["/roles?role=project-editor", "roles-detail"],
    ["/departments", "departments"],
    ["/audit", "audit"],
    ["/account?tab=tokens", "account-tokens"],
    ["/clusters/harbour", "cluster-overview"],
    ["/clusters/harbour/members/shop", "project-members"],
    ["/clusters/harbour/who-can?verb=create&resource=pods%2Fexec&namespace=shop", "who-can"],
  ] as const) {
    await page.goto(address);
    await ready(page, scripts);
    await checkPage(page, scripts);
    await look(page, name);
  }
});
