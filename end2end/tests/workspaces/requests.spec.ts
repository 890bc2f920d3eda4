// Asking for a role from where it is missing, and deciding about it: two people, from the refusal to the role and its end.

import { join, stranger } from "../../harness/people.ts";
import { checkPage, expect, look, ready, test } from "../../harness/test.ts";

test("a refusal leads to a request, and the request to a role for a time", async ({ page, browser, baseURL, allowed, scripts }) => {
  // What the server refuses on purpose.
  allowed.message(/status of 422/);
  const name = scripts ? "petra" : "oskar";
  const context = await stranger(browser, baseURL, scripts);
  const theirs = await context.newPage();
  await join(theirs, { name, password: "a bulb under the first snow" }, "--in", "harbour/shop=viewer");
  const asking = theirs.getByRole("main");
  const ask = async (role: string, span: string, reason: string): Promise<void> => {
    await theirs.goto("/requests/new?place=project%2Fharbour%2Fshop");
    await ready(theirs, scripts);
    await asking.getByLabel("Role").selectOption({ label: role });
    await asking.getByLabel("For how long").selectOption({ label: span });
    await asking.getByLabel("Why").fill(reason);
    await asking.getByRole("button", { name: "Send the request" }).click();
    await expect(theirs).toHaveURL(/\/requests$/);
  };

  // The way there.
  await theirs.goto("/clusters/harbour/secrets?namespace=shop");
  await ready(theirs, scripts);
  await asking.getByRole("link", { name: "Ask for access" }).click();
  await expect(theirs).toHaveURL(/\/requests\/new\?place=project%2Fharbour%2Fshop$/);
  await ready(theirs, scripts);
  await expect(asking.getByRole("heading", { name: "In project shop in harbour" })).toBeVisible();
  await asking.getByRole("button", { name: "Send the request" }).click();
  await expect(asking.getByText("say what you need it for")).toHaveCount(1);
  await checkPage(theirs, scripts);
  if (scripts) await look(theirs, "request-new");
  await ask("Project editor", "8 hours", "the shop is down and I am on call");
  await expect(asking.getByRole("row", { name: /Project editor/ })).toContainText("Waits for an answer; lapses");
  await ready(theirs, scripts);
  await checkPage(theirs, scripts);

  // Somebody who may give the role decides.
  const deciding = page.getByRole("main");
  await page.goto("/requests");
  await ready(page, scripts);
  await checkPage(page, scripts);
  const link = page.getByRole("link", { name: /^Requests for access/ }).first();
  await expect(link).toHaveText("Requests for access1");
  if (scripts) await look(page, "requests");
  await deciding.getByRole("row", { name }).getByRole("link", { name: "Decide" }).click();
  await expect(deciding.getByRole("heading", { name: `${name} asks for a role` })).toBeVisible();
  await ready(page, scripts);
  await checkPage(page, scripts);
  if (scripts) await look(page, "request-decide");
  await deciding.getByRole("button", { name: "Approve" }).click();
  await expect(page).toHaveURL(/\/requests$/);
  await expect(deciding.getByRole("row", { name })).toHaveCount(0);
  await expect(link).toHaveText("Requests for access");
  await page.goto("/clusters/harbour/members/shop");
  await expect(page.getByRole("row", { name: new RegExp(`${name}.*Project editor.*until`) })).toBeVisible();
  await ready(page, scripts);
  await checkPage(page, scripts);

  // They have it.
  await theirs.goto("/requests");
  await expect(asking.getByRole("row", { name: /Project editor/ })).toContainText("Approved by ada, until");
  await theirs.goto("/clusters/harbour/secrets?namespace=shop");
  await ready(theirs, scripts);
  await expect(asking.getByRole("link", { name: "Ask for access" })).toHaveCount(0);

  // A refusal says why; what is open can be withdrawn.
  await ask("Project administrator", "For good", "I would like to");
  await page.goto("/requests");
  await ready(page, scripts);
  await deciding.getByRole("row", { name }).getByRole("link", { name: "Decide" }).click();
  await ready(page, scripts);
  await deciding.getByRole("button", { name: "Refuse" }).click();
  await expect(deciding.getByText("say why, so that they know what to do next")).toHaveCount(1);
  await deciding.getByLabel("Why not").fill("the owner of the shop decides that");
  await deciding.getByRole("button", { name: "Refuse" }).click();
  await expect(page).toHaveURL(/\/requests$/);
  await expect(deciding.getByRole("row", { name })).toHaveCount(0);
  await ask("Project administrator", "1 hour", "the owner agrees");
  await ready(theirs, scripts);
  await expect(asking.getByText("Refused by ada: the owner of the shop decides that")).toHaveCount(1);
  await asking.getByRole("button", { name: "Withdraw" }).click();
  await expect(asking.getByText("Withdrawn", { exact: true })).toHaveCount(1);
  await ready(theirs, scripts);
  await checkPage(theirs, scripts);
  if (scripts) await look(theirs, "requests-own");
  await context.close();
});
