import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

import { type Browser, type BrowserContext, expect, type Page } from "@playwright/test";

import { BINARY, SERVER_FILE } from "./places.ts";

export interface Person {
  name: string;
  password: string;
}

/** Who uses the server under test. It lives for one run and listens on this machine only. */
export const PEOPLE = {
  administrator: { name: "ada", password: "a telescope on the roof" },
  viewer: { name: "vera", password: "a window to the harbour" },
} satisfies Record<string, Person>;

/** A browser in which nobody has signed in, with scripts or without as the test runs unless `scripts` says. */
export async function stranger(browser: Browser, baseURL: string | undefined, scripts?: boolean): Promise<BrowserContext> {
  return browser.newContext({
    storageState: { cookies: [], origins: [] },
    ...(baseURL ? { baseURL } : {}),
    ...(scripts === undefined ? {} : { javaScriptEnabled: scripts }),
  });
}

/** Makes an account beside the running server, and lets its owner choose the password. Ends signed in. */
export async function join(page: Page, person: Person, ...rights: string[]): Promise<void> {
  const { address, data } = JSON.parse(readFileSync(SERVER_FILE, "utf8")) as { address: string; data: string };
  const program = process.env["ORRERY_BINARY"] ?? BINARY;
  const said = execFileSync(program, ["account", "add", person.name, ...rights, "--data-dir", data], { encoding: "utf8" });
  const token = /token=([^\s"')]+)/.exec(said)?.[1];
  await page.goto(`${address}/setup?token=${token}`);
  await page.locator("input[name=password]").fill(person.password);
  await page.locator("input[name=password_again]").fill(person.password);
  await page.locator("form:has(input[name=password_again]) button").click();
  await expect(page).not.toHaveURL(/\/setup/);
  if (new URL(page.url()).pathname === "/sign-in") await signIn(page, person);
  await expect(page).not.toHaveURL(/\/sign-in/);
}

/** Opens a one-time link and chooses a password. Ends signed in. */
export async function setUp(page: Page, link: string, person: Person): Promise<void> {
  await page.goto(link);
  await page.locator("input[name=name]").fill(person.name);
  await page.locator("input[name=password]").fill(person.password);
  await page.locator("input[name=password_again]").fill(person.password);
  await page.locator("form:has(input[name=password_again]) button").click();
  await expect(page).not.toHaveURL(/\/setup/);
  if (new URL(page.url()).pathname === "/sign-in") await signIn(page, person);
}

/** Fills in the sign-in page that is open. */
export async function signIn(page: Page, person: Person): Promise<void> {
  await page.locator("input[name=name]").fill(person.name);
  await page.locator("input[name=password]").fill(person.password);
  await page.locator("form:has(input[name=password]) button").last().click();
}
