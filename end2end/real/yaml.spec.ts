// Editing as text while somebody else writes to the same object, past the console.

import { write } from "../harness/actions.ts";
import { Cluster, CLUSTER } from "../harness/cluster.ts";
import { note } from "../harness/somebody.ts";
import { checkPage, expect, look, ready, test } from "../harness/test.ts";

const NAMESPACE = "real-yaml";
const PATH = `/api/v1/namespaces/${NAMESPACE}/configmaps`;

const cluster = new Cluster();

test.beforeAll(() => cluster.namespace(NAMESPACE));
test.afterAll(() => cluster.end(NAMESPACE));

test("what was changed meanwhile is shown, and is taken over only when that is said", async ({ page, scripts }) => {
  const main = page.getByRole("main");
  const apply = main.getByRole("button", { name: "Apply", exact: true });
  const words = async () => (await cluster.get(`${PATH}/disputed`)).data.words;
  await page.goto(`/clusters/${CLUSTER}/create?kind=configmaps&namespace=${NAMESPACE}`);
  await ready(page, scripts);
  await write(page, note("disputed", "one", NAMESPACE));
  await main.getByRole("button", { name: "Preview", exact: true }).first().click();
  await expect(page.locator(".yaml-outcome")).toContainText("will be created");
  await apply.click();
  await expect(page).toHaveURL(new RegExp(`/configmaps/${NAMESPACE}/disputed$`));

  await page.goto(`/clusters/${CLUSTER}/configmaps/${NAMESPACE}/disputed?tab=yaml`);
  await ready(page, scripts);
  await write(page, note("disputed", "mine", NAMESPACE));
  await cluster.patch(`${PATH}/disputed?fieldManager=somebody`, { data: { words: "theirs" } });
  await expect(main).toContainText("It was changed while you were editing.");
  await expect(page.locator(".cm-deletedChunk")).toContainText("theirs");
  await main.getByRole("button", { name: "Go on with mine" }).click();
  await main.getByRole("button", { name: "Preview", exact: true }).first().click();

  await expect(main).toContainText("Somebody else manages fields that this changes");
  await expect(main.getByRole("row", { name: ".data.words somebody theirs" })).toBeVisible();
  await look(page, "real-conflict");
  // What the bar covers of a page that is scrolled is not too small.
  await page.evaluate(() => scrollTo(0, 0));
  await checkPage(page, scripts);
  expect(await words()).toBe("theirs");
  await page.getByLabel(/take these fields over/i).check();
  await apply.click();
  await expect(page).toHaveURL(new RegExp(`/configmaps/${NAMESPACE}/disputed$`));
  expect(await words()).toBe("mine");
});

test("what the API server refuses is said in its words", async ({ page, scripts, allowed }) => {
  allowed.message(/status of 422/);
  const main = page.getByRole("main");
  const service = `apiVersion: v1\nkind: Service\nmetadata:\n  name: wrong\n  namespace: ${NAMESPACE}\nspec:\n  ports:\n  - port: 70000\n  typo: 1\n`;
  await page.goto(`/clusters/${CLUSTER}/create?kind=services&namespace=${NAMESPACE}`);
  await ready(page, scripts);
  await write(page, service);

  await main.getByRole("button", { name: "Preview", exact: true }).first().click();

  await expect(main).toContainText("typo");
  await write(page, service.replace("  typo: 1\n", ""));
  await main.getByRole("button", { name: "Preview", exact: true }).first().click();
  await expect(main).toContainText("spec.ports[0].port");
  await expect(main).toContainText("must be between 1 and 65535");
  await checkPage(page, scripts);
});
