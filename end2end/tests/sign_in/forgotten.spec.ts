// A password that was forgotten: a link comes by mail, and nothing says whom there is.

import { join, signIn } from "../../harness/people.ts";
import { mailsTo } from "../../harness/sink.ts";
import { checkPage, expect, look, ready, test } from "../../harness/test.ts";

test("who has forgotten their password chooses another one by a link that comes by mail", async ({ page, browser, baseURL, scripts }) => {
  const name = `forgetful-${process.pid}-${scripts ? "s" : "n"}`;
  const email = `${name}@example.org`;
  const theirs = { storageState: { cookies: [], origins: [] }, javaScriptEnabled: scripts, ...(baseURL ? { baseURL } : {}) };
  const context = await browser.newContext(theirs);
  const other = await context.newPage();
  await join(other, { name, password: "a ladder in the orchard" });
  await context.clearCookies();
  await page.goto("/");
  const described = await page.request.post("/api/people/change", {
    form: { "fields[name]": name, "fields[full_name]": "", "fields[email]": email, "fields[role]": "regular" },
    headers: { origin: baseURL ?? "" },
  });
  expect(described.ok()).toBe(true);

  await other.goto("/sign-in");
  await other.getByRole("link", { name: "Forgotten the password?" }).click();
  await ready(other, scripts);
  await checkPage(other, scripts);
  await look(other, "forgotten");
  await other.locator("input[name=name]").fill("nobody-of-this-name");
  await other.getByRole("button", { name: "Send a link" }).click();
  const said = await other.locator("main").innerText();
  await other.goto("/sign-in/forgotten");
  await other.locator("input[name=name]").fill(name);
  await other.getByRole("button", { name: "Send a link" }).click();
  await expect(other.locator("main")).toContainText("a link is on its way");
  expect(await other.locator("main").innerText()).toBe(said);

  await expect.poll(() => mailsTo(email).length).toBe(1);
  const text = (mailsTo(email)[0] ?? "").replaceAll("=\n", "").replaceAll("=3D", "=");
  const token = /\/setup\?token=(\S+)/.exec(text)?.[1];
  await other.goto(`/setup?token=${token}`);
  await other.locator("input[name=password]").fill("another ladder in the orchard");
  await other.locator("input[name=password_again]").fill("another ladder in the orchard");
  await other.locator("form:has(input[name=password_again]) button").click();
  await expect(other).not.toHaveURL(/\/setup/);
  await context.clearCookies();
  await other.goto("/sign-in");
  await signIn(other, { name, password: "another ladder in the orchard" });
  await expect(other).not.toHaveURL(/\/sign-in/);
  await context.close();
});
