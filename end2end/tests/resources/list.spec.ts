import { checkPage, expect, look, ready, test } from "../../harness/test.ts";

const PODS = "/clusters/harbour/pods";

test("a list shows every pod with its state in words", async ({ page, scripts }) => {
  await page.goto(PODS);
  await ready(page, scripts);

  await expect(page.getByRole("heading", { level: 1 })).toContainText(/pods/i);
  await expect(page.locator("main table")).toContainText(/running|completed/i);

  await checkPage(page, scripts);
  if (scripts) await look(page, "pods");
});

test("searching finds by word and by state, and the address says what is searched", async ({ page, scripts }) => {
  await page.goto(PODS);
  await ready(page, scripts);

  const box = page.locator("input[name=search]").first();
  await box.fill("checkout");
  await box.press("Enter");

  await expect(page).toHaveURL(/search=checkout/);
  const names = page.locator("main table tbody tr");
  await expect(names.first()).toContainText("checkout");
  for (const row of await names.all()) await expect(row).toContainText("checkout");
});

test("a column heading sorts, and again turns the order round", async ({ page, scripts }) => {
  await page.goto(PODS);
  await ready(page, scripts);
  const heading = page.locator("main thead").getByRole("link", { name: /restarts/i });

  await heading.click();
  await expect(page).toHaveURL(/sort=/);
  const first = page.url();
  await heading.click();

  await expect(page).not.toHaveURL(first);
  await page.goBack();
  await expect(page).toHaveURL(first);
});

test("a search that finds nothing says so and offers the way back", async ({ page, scripts }) => {
  await page.goto(`${PODS}?search=there-is-no-such-pod`);
  await ready(page, scripts);

  await expect(page.locator("main")).toContainText(/no /i);
  await checkPage(page, scripts);
});

test("a name that is markup is shown as text", async ({ page, scripts }) => {
  await page.goto(`${PODS}?search=${encodeURIComponent("<script>document.title='owned'</script>")}`);
  await ready(page, scripts);

  await expect(page).not.toHaveTitle("owned");
});

test("a kind that does not exist is a page that says so", async ({ page, scripts, allowed }) => {
  allowed.message(/404/);
  await page.goto("/clusters/harbour/unicorns");
  await ready(page, scripts);

  await expect(page.locator("main")).toContainText(/unicorns|not/i);
  await checkPage(page, scripts);
});
