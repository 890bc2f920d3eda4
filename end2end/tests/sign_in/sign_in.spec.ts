import { PEOPLE, signIn, stranger } from "../../harness/people.ts";
import { checkPage, expect, look, ready, test } from "../../harness/test.ts";

test.describe("signing in", () => {
  // A browser that has never been here.
  test.use({ storageState: { cookies: [], origins: [] } });

  test("a page asked for without a session leads to the sign-in page and then to that page", async ({ page }) => {
    await page.goto("/clusters/harbour/pods");
    await expect(page).toHaveURL(/\/sign-in/);

    await signIn(page, PEOPLE.administrator);

    await expect(page).toHaveURL(/\/clusters\/harbour\/pods$/);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  });

  test("a wrong password is answered without saying which part is wrong", async ({ page }) => {
    await page.goto("/sign-in");

    await signIn(page, { ...PEOPLE.administrator, password: "not this one, surely" });
    await expect(page.getByRole("status")).toContainText("do not belong together");
    const wrongPassword = await page.getByRole("status").innerText();
    // A page of its own, so that its answer cannot be the one before.
    await page.goto("/sign-in");
    await expect(page.getByRole("status")).toHaveCount(0);
    await signIn(page, { name: "nobody", password: "not this one, surely" });

    await expect(page.getByRole("status")).toHaveText(wrongPassword);
    await expect(page).toHaveURL(/\/sign-in/);
  });

  test("the sign-in page is readable for everybody", async ({ page, scripts }) => {
    await page.goto("/sign-in");
    await ready(page, scripts);

    await checkPage(page, scripts);
    if (scripts) await look(page, "sign-in");
  });

  test("a link that was used already says so", async ({ page, scripts }) => {
    await page.goto("/setup?token=used");
    await ready(page, scripts);

    await expect(page.locator("input[name=password]")).toHaveCount(0);
    await expect(page.locator("main")).toContainText(/link/i);
    await checkPage(page, scripts);
  });
});

test("signing out ends the session on the server, and forgets what was typed", async ({ browser, baseURL, scripts }) => {
  const context = await stranger(browser, baseURL);
  const page = await context.newPage();
  await page.goto("/sign-in");
  await signIn(page, PEOPLE.administrator);
  await expect(page).not.toHaveURL(/\/sign-in/);
  const cookies = await context.cookies();

  if (scripts) {
    const draft = () => page.evaluate(() => sessionStorage.getItem("orrery-draft"));
    await ready(page, scripts);
    // Somebody else was here, whose session ended by itself.
    await page.evaluate(() => {
      sessionStorage.setItem("orrery-reader", "somebody else");
      sessionStorage.setItem("orrery-draft", "typed");
    });
    await page.reload();
    await expect.poll(draft).toBeNull();

    await ready(page, scripts);
    await page.evaluate(() => sessionStorage.setItem("orrery-draft", "typed"));
    await page.evaluate(() => document.querySelector<HTMLFormElement>("form[action='/sign-out']")?.requestSubmit());
    await expect(page).toHaveURL(/\/sign-in/);
    expect(await draft()).toBeNull();
  } else {
    const answer = await page.request.post("/sign-out", { headers: { origin: baseURL ?? "" } });
    expect(answer.ok()).toBe(true);
  }

  // Even for somebody who kept the cookie.
  await context.addCookies(cookies);
  await page.goto("/");
  await expect(page).toHaveURL(/\/sign-in/);
  await context.close();
});
