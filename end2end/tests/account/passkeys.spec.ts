// Signing in with a passkey: with an authenticator that Chromium plays.

import { checkPage, expect, look, ready, test } from "../../harness/test.ts";
import { join, signIn, stranger } from "../../harness/people.ts";

test("a passkey is added, signs in without a password, and is removed @scripts", async ({ browser, baseURL, scripts }) => {
  // Passkeys belong to names, and the other tests come by number.
  const named = (baseURL ?? "").replace("127.0.0.1", "localhost");
  const context = await browser.newContext({ storageState: { cookies: [], origins: [] }, baseURL: named });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send("WebAuthn.enable");
  const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
    },
  });
  const person = { name: `keeper-${process.pid}`, password: "a ladder in the orchard" };
  await join(page, person);
  await page.goto("/sign-in");
  await signIn(page, person);
  await expect(page).not.toHaveURL(/\/sign-in/);

  await page.goto("/account");
  await ready(page, scripts);
  const passkeys = page.locator(".card").filter({ has: page.getByRole("heading", { name: "Passkeys", exact: true }) });
  await passkeys.getByLabel("Name").fill("Laptop");
  await passkeys.getByRole("button", { name: "Add a passkey" }).click();
  await expect(page.locator(".banner")).toContainText("From now on you can sign in with it");
  await expect(passkeys.getByRole("row", { name: /Laptop.*localhost.*Never/ })).toBeVisible();
  await ready(page, scripts);
  await checkPage(page, scripts);
  await look(page, "passkeys");
  // The device knows that it has one.
  await passkeys.getByLabel("Name").fill("Again");
  await passkeys.getByRole("button", { name: "Add a passkey" }).click();
  await expect(passkeys.locator(".field-problem", { hasText: "keeps a passkey of this account already" })).toBeVisible();

  await context.clearCookies();
  await page.goto("/search");
  await expect(page).toHaveURL(/\/sign-in\?next=%2Fsearch/);
  await ready(page, scripts);
  await checkPage(page, scripts);
  await look(page, "sign-in-passkey");
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await expect(page).toHaveURL(/\/search$/);
  await page.goto("/account?tab=sessions");
  await expect(page.getByRole("row", { name: /This session/ })).toContainText("Passkey");

  // Whoever cannot unlock the device stays outside.
  await page.goto("/account");
  await ready(page, scripts);
  await passkeys.getByRole("button", { name: /^Remove ?: Laptop/ }).click();
  await expect(page.locator(".banner")).toContainText("Nobody signs in with it any more");
  await context.clearCookies();
  await page.goto("/sign-in");
  await ready(page, scripts);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await expect(page.getByText("This passkey opens nothing here.")).toBeVisible();
  await session.send("WebAuthn.clearCredentials", { authenticatorId });
  await ready(page, scripts);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await expect(page.locator(".field-problem", { hasText: "The browser gave no passkey" })).toBeVisible();
  await context.close();
});

test("where the console has only a number, there is no button for passkeys @scripts", async ({ browser, baseURL, scripts }) => {
  const context = await stranger(browser, baseURL);
  const page = await context.newPage();
  await page.goto("/sign-in");
  await ready(page, scripts);

  await expect(page.getByRole("button", { name: "Sign in", exact: true })).toBeVisible();
  await expect(page.getByRole("button", { name: "Sign in with a passkey" })).toBeHidden();
  await context.close();
});
