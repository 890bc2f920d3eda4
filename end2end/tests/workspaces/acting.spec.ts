// Support sees what somebody sees, and cannot do more than they may.

import { join } from "../../harness/people.ts";
import { checkPage, expect, look, ready, test } from "../../harness/test.ts";

test("support looks as somebody, changes nothing, and is told of", async ({ browser, baseURL, scripts }) => {
  const empty = { storageState: { cookies: [], origins: [] }, ...(baseURL ? { baseURL } : {}), javaScriptEnabled: scripts };
  const theirs = await browser.newContext(empty);
  const them = { name: scripts ? "nell" : "nella", password: "a lantern under the stairs" };
  const helped = await theirs.newPage();
  await join(helped, them, "--in", "harbour/shop=editor");
  const context = await browser.newContext(empty);
  const page = await context.newPage();
  const support = { name: scripts ? "otis" : "otto", password: "a ladder up to the bell" };
  await join(page, support, "--role", "administrator");
  const main = page.getByRole("main");

  await page.goto(`/people/${them.name}`);
  await ready(page, scripts);
  await main.getByLabel("Why").fill("ticket 4711");
  await checkPage(page, scripts);
  if (scripts) await look(page, "person-act");
  await main.getByRole("button", { name: `Act as ${them.name}` }).click();

  await expect(page).toHaveURL(/\/$/);
  await ready(page, scripts);
  await expect(main.getByText(`You act as ${them.name}.`)).toBeVisible();
  await page.goto("/clusters/harbour/deployments/shop/catalogue");
  await ready(page, scripts);
  await expect(main.getByText("You only look, until")).toBeVisible();
  await checkPage(page, scripts);
  if (scripts) await look(page, "acting");
  // What they may, but not whoever looks as they do.
  await page.goto("/clusters/harbour/secrets?namespace=shop");
  await ready(page, scripts);
  await page.goto("/account");
  await ready(page, scripts);
  await expect(main.getByText(`Nobody, as long as you act as ${them.name}`)).toBeVisible();

  await main.getByRole("button", { name: `Be ${support.name} again` }).click();
  await expect(page).toHaveURL(new RegExp(`/people/${them.name}$`));
  await ready(page, scripts);
  await expect(main.getByText(`You act as ${them.name}.`)).toHaveCount(0);

  await helped.goto("/account?tab=sessions");
  await ready(helped, scripts);
  await expect(helped.getByRole("row", { name: /Somebody acted as you/ })).toContainText(`${support.name}: ticket 4711`);
  await checkPage(helped, scripts);
  if (scripts) await look(helped, "account-acted-as");
  await context.close();
  await theirs.close();
});
