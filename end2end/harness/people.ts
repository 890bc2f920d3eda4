import { expect, type Page } from "@playwright/test";

export interface Person {
  name: string;
  password: string;
}

/** Who uses the server under test. It lives for one run and listens on this machine only. */
export const PEOPLE = {
  administrator: { name: "ada", password: "a telescope on the roof" },
} satisfies Record<string, Person>;

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
