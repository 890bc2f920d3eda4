// What may reach pods, drawn from the network policies about them.

import { checkPage, expect, look, ready, test } from "../../harness/test.ts";

test("a workload shows who may reach it and which policy says so", async ({ page, scripts }) => {
  await page.goto("/clusters/harbour/networkpolicies/shop/back-from-shop?tab=traffic");
  await ready(page, scripts);
  const main = page.getByRole("main");
  await expect(main.getByRole("region", { name: "May reach them" })).toContainText("All pods of this project");
  await expect(main.getByRole("region", { name: "They may reach" })).toContainText("UDP 53");
  await checkPage(page, scripts);

  await page.goto("/clusters/harbour/deployments/shop/storefront?tab=traffic");
  await ready(page, scripts);
  await expect(main.getByRole("region", { name: "Pods" })).toContainText("deny-by-default");
  await checkPage(page, scripts);
  if (scripts) await look(page, "traffic");
});
