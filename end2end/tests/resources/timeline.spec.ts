// What happened to an object, from everybody who knows, in one order.

import { checkPage, expect, look, ready, test } from "../../harness/test.ts";

test("a timeline tells what people did beside what came of it", async ({ page, scripts }) => {
  // Both projects run over one server: each takes a workload of its own.
  const workload = `/clusters/harbour/deployments/shop/${scripts ? "gallery" : "delivery"}`;
  await page.goto(workload);
  await ready(page, scripts);
  const main = page.getByRole("main");
  await main.getByRole("link", { name: "Restart", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Restart" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);

  await page.goto(`${workload}?tab=timeline`);
  await ready(page, scripts);

  // Without scripts, what came first of it is still there, and hidden.
  const moments = main.locator(".timeline-whole .timeline-moment");
  const restarts = moments.and(page.locator("[data-of=people]")).filter({ hasText: "restart" });
  await expect(restarts.first()).toContainText("ada");
  await expect(moments.filter({ hasText: /^.*Revision \d+/ }).first()).toBeVisible();
  await expect(moments.last()).toContainText("Created");
  await checkPage(page, scripts);
  await look(page, "timeline");

  // Only one teller, and only a stretch of the time.
  await main.getByRole("link", { name: /^By people/ }).click();
  await expect(page).toHaveURL(/of=people/);
  await expect(main.locator(".timeline-moment:not([data-of=people])")).toHaveCount(0);
  await main.getByRole("link", { name: /^Everything/ }).click();
  await expect(page).not.toHaveURL(/of=people/);
  await expect(moments.first()).toBeVisible();
  const all = await moments.count();
  await main.locator(".histogram-bars a").first().click();
  await expect(page).toHaveURL(/from=\d+&to=\d+/);
  await expect.poll(() => moments.count()).toBeLessThan(all);
  await expect(moments.last()).toContainText("Created");
  await main.getByRole("link", { name: "Whole time" }).click();
  await expect(page).not.toHaveURL(/from=/);
});

test("a timeline tells when an alert fired about a pod of a workload", async ({ page, scripts }) => {
  const crashing = page.locator(".timeline-moment[data-of=alerts]").filter({ hasText: "KubePodCrashLooping fires" });
  // Nothing mends it while the tests run. In a new world Prometheus needs a while until it answers.
  await expect(async () => {
    await page.goto("/clusters/harbour/deployments/payments/ledger?tab=timeline&of=alerts");
    await expect(crashing.first()).toBeVisible({ timeout: 5_000 });
  }).toPass({ timeout: 90_000, intervals: [5_000] });
  await ready(page, scripts);

  await expect(crashing.first().getByRole("link")).toHaveAttribute("href", /\/pods\/payments\/ledger-/);
  await checkPage(page, scripts);
  await look(page, "timeline-alerts");
});
