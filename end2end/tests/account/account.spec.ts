import { createHmac } from "node:crypto";

import type { BrowserContext, Page } from "@playwright/test";

import { join, signIn, type Person } from "../../harness/people.ts";
import { checkPage, expect, look, ready, test } from "../../harness/test.ts";

// Somebody who is in nobody else's way: this changes passwords.
test.use({ storageState: { cookies: [], origins: [] } });

let number = 0;

async function somebody(page: Page, scripts: boolean): Promise<Person> {
  number += 1;
  const name = `account-${scripts ? "s" : "n"}-${process.pid}-${number}`;
  const person = { name, password: "a lantern in the window" };
  await join(page, person, "--in", "harbour/shop=viewer");
  return person;
}

async function elsewhere(context: BrowserContext, baseURL: string | undefined, person: Person): Promise<Page> {
  const other = await context.browser()?.newContext(baseURL ? { baseURL } : {});
  if (!other) throw new Error("the browser has gone");
  const page = await other.newPage();
  await page.goto("/sign-in");
  await signIn(page, person);
  await expect(page).not.toHaveURL(/\/sign-in/);
  return page;
}

test("a password is changed, and sessions elsewhere end", async ({ page, context, baseURL, scripts }) => {
  const person = await somebody(page, scripts);
  const other = await elsewhere(context, baseURL, person);
  const password = "a lighthouse on the cliff";

  await page.goto("/account");
  await ready(page, scripts);
  await page.locator("input[name=old_password]").fill("not this one, surely");
  await page.locator("input[name=password]").fill(password);
  await page.locator("input[name=password_again]").fill(password);
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.locator("#old_password-problem")).toHaveText("This is not your password.");
  await page.locator("input[name=old_password]").fill(person.password);
  await page.locator("input[name=password]").fill(password);
  await page.locator("input[name=password_again]").fill(password);
  await page.getByRole("button", { name: "Change password" }).click();

  await expect(page.locator(".banner")).toContainText("Your password is changed");
  await other.goto("/");
  await expect(other).toHaveURL(/\/sign-in/);
  await other.context().close();
});

test("a session is recognised and ended from another one", async ({ page, context, baseURL, scripts }) => {
  const person = await somebody(page, scripts);
  const other = await elsewhere(context, baseURL, person);

  await page.goto("/account?tab=sessions");
  await ready(page, scripts);
  await expect(page.getByRole("row", { name: /This session/ })).toContainText("Chrome on Linux");
  await checkPage(page, scripts);
  if (scripts) await look(page, "account-sessions");
  await page.getByRole("button", { name: /^End ?: Chrome on Linux/ }).first().click();

  await expect(page.locator(".banner")).toContainText("The session has ended.");
  await other.goto("/");
  await expect(other).toHaveURL(/\/sign-in/);
  await other.context().close();
});

test("a token works for a program, only as far as it should, until it is revoked", async ({ page, request, scripts }) => {
  await somebody(page, scripts);
  await page.goto("/account?tab=tokens");
  await ready(page, scripts);
  await checkPage(page, scripts);
  await page.locator("input[name=name]").fill("deploy");
  // A double click is one wish.
  await page.getByRole("button", { name: "Make token" }).click({ clickCount: scripts ? 2 : 1 });
  const token = await page.locator(".shown-once code").innerText();
  expect(token).toMatch(/^orrery_/);
  if (scripts) await look(page, "account-token");
  await page.reload();
  await expect(page.locator(".shown-once")).toHaveCount(0);
  await expect(page.getByRole("button", { name: /^Revoke ?: deploy/ })).toHaveCount(1);
  if (scripts) await look(page, "account-tokens");

  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const ask = async (path: string, data = "{}"): Promise<number> => (await request.post(path, { headers, data })).status();
  expect(await ask("/api/clusters/fleet")).toBe(200);
  const target = { resource: { cluster: "harbour", kind: "pods", namespace: "shop", name: "none" }, uid: null };
  const deletion = JSON.stringify({ deletion: { targets: [target], propagation: "Background" } });
  expect(await ask("/api/resources/delete", deletion)).not.toBe(200);
  expect((await request.get("/account", { headers, maxRedirects: 0 })).status()).toBe(303);
  expect((await request.post("/account/tokens/add", { headers: { authorization: headers.authorization }, form: { name: "x", scope: "full", days: "1" }, maxRedirects: 0 })).headers()["location"]).toBe("/sign-in");
  await page.getByRole("button", { name: /^Revoke ?: deploy/ }).click();
  await expect(page.locator(".banner")).toContainText("revoked");
  expect(await ask("/api/clusters/fleet")).toBe(401);
});

test("a code is asked for after the password once a generator is set up", async ({ page, context, baseURL, scripts }) => {
  const person = await somebody(page, scripts);
  await page.goto("/account");
  await ready(page, scripts);
  await page.getByRole("button", { name: "Set up a code generator" }).click();
  await expect(page.getByRole("img", { name: /secret of the code generator/ })).toBeVisible();
  await ready(page, scripts);
  await checkPage(page, scripts);
  if (scripts) await look(page, "account-factor");
  const secret = (await page.locator(".factor-secret code").innerText()).replaceAll(" ", "");
  await page.locator("input[name=code]").fill(code(secret, 0));
  await page.getByRole("button", { name: "Ask for codes from now on" }).click();
  await expect(page.locator(".shown-codes code")).toHaveCount(10);
  const recovery = await page.locator(".shown-codes code").allInnerTexts();
  if (scripts) await look(page, "account-recovery");

  const other = await context.browser()?.newContext(baseURL ? { baseURL } : {});
  const second = await other!.newPage();
  await second.goto("/sign-in");
  await signIn(second, person);
  await expect(second).toHaveURL(/\/sign-in\/code/);
  await checkPage(second, scripts);
  if (scripts) await look(second, "sign-in-code");
  await second.locator("input[name=code]").fill("000000");
  await second.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(second.locator("#code-problem")).toContainText("wrong or was used before");
  await second.locator("input[name=code]").fill(recovery[0] ?? "");
  await second.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(second).not.toHaveURL(/\/sign-in/);
  await other!.close();
});

/** The code of RFC 6238 some steps from now. */
function code(secret: string, steps: number): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret].map((letter) => letters.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const hash = createHmac("sha1", key).update(counter).digest();
  const offset = (hash.at(-1) ?? 0) & 15;
  return String((hash.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

test("my account is readable for everybody", async ({ page, scripts }) => {
  await somebody(page, scripts);
  await page.goto("/account");
  await ready(page, scripts);

  await expect(page.getByRole("heading", { level: 1, name: "My account" })).toBeVisible();
  await checkPage(page, scripts);
  if (scripts) await look(page, "account");
});
