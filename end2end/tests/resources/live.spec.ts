import { note, Somebody } from "../../harness/somebody.ts";
import { expect, ready, test } from "../../harness/test.ts";

test("what somebody else does appears without a reload @scripts", async ({ page, scripts }) => {
  await page.goto("/clusters/harbour/configmaps?search=seen-live");
  await ready(page, scripts);
  const main = page.getByRole("main");
  const somebody = new Somebody(page, "harbour");
  const row = main.getByRole("row", { name: /seen-live/ });
  await expect(main).toContainText("Nothing matches");
  await page.evaluate(() => Object.assign(globalThis, { notReloaded: true }));

  await somebody.apply(note("seen-live", "one"));
  await expect(row).toBeVisible();

  await somebody.delete({ kind: "configmaps", namespace: "shop", name: "seen-live" });
  await expect(row).toHaveCount(0);
  expect(await page.evaluate(() => "notReloaded" in globalThis)).toBe(true);
});

test("a namespace that is new can be chosen without a reload @scripts", async ({ page, scripts }) => {
  await page.goto("/clusters/lantern/pods");
  await ready(page, scripts);
  const choice = page.getByRole("combobox", { name: "Namespace" }).locator("option", { hasText: "end-of-the-pier" });
  await expect(choice).toHaveCount(0);

  await new Somebody(page, "lantern").apply("apiVersion: v1\nkind: Namespace\nmetadata:\n  name: end-of-the-pier\n");

  await expect(choice).toHaveCount(1);
});
