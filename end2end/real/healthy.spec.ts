// What the first administrator sees of a cluster that is well.

import { Cluster, CLUSTER } from "../harness/cluster.ts";
import { checkPage, expect, look, ready, test } from "../harness/test.ts";

test("the first administrator finds the cluster, its version and its nodes healthy", async ({ page, scripts }) => {
  const main = page.getByRole("main");
  const heading = page.getByRole("heading", { level: 1 });
  const { gitVersion } = await new Cluster().get("/version");

  await page.goto("/");
  await ready(page, scripts);
  await checkPage(page, scripts);
  await main.getByRole("link", { name: CLUSTER, exact: true }).click();
  await expect(heading).toContainText(CLUSTER);
  await expect(main).toContainText(gitVersion);
  await expect(main.locator(".health-line").filter({ hasText: "Nodes" })).toContainText("Healthy");
  await look(page, "real-overview");
  await checkPage(page, scripts);

  await page.getByRole("navigation").getByRole("link", { name: "Nodes" }).first().click();
  await expect(heading).toContainText("Nodes");
  for (const node of ["node-1", "node-2"]) await expect(main.getByRole("row", { name: new RegExp(node) })).toContainText("Ready");
  await checkPage(page, scripts);
});
