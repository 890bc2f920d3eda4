// The life of a deployment, with real controllers behind it and pods that KWOK plays.

import { act } from "../harness/actions.ts";
import { Cluster, CLUSTER } from "../harness/cluster.ts";
import { checkPage, expect, look, ready, test } from "../harness/test.ts";

const NAMESPACE = "real-deployment";
const PATH = `/apis/apps/v1/namespaces/${NAMESPACE}/deployments`;

const cluster = new Cluster();

test.beforeAll(() => cluster.namespace(NAMESPACE));
test.afterAll(() => cluster.end(NAMESPACE));

test("a deployment is made, scaled, restarted, rolled back, deleted and brought back", async ({ page, context, scripts }) => {
  const main = page.getByRole("main");
  const form = page.locator(".form-body");
  const step = (name: string) => page.locator(".form-steps").getByRole("button", { name });
  // The same person looks at the pods all the while.
  const watching = await context.newPage();
  const pods = watching.getByRole("main").locator("tbody tr");
  const running = pods.filter({ hasText: "Running" });
  const revisions = main.getByRole("table", { name: "Revisions" });
  const revision = (number: number) => revisions.getByRole("row", { name: new RegExp(`^${number} `) });
  const deployment = () => cluster.get(`${PATH}/web`);
  await watching.goto(`/clusters/${CLUSTER}/pods?namespace=${NAMESPACE}`);
  await ready(watching, scripts);
  await expect(watching.getByRole("main")).toContainText("there is nothing of this kind");

  await test.step("by its form, tried out first", async () => {
    await page.goto(`/clusters/${CLUSTER}/new/deployments?namespace=${NAMESPACE}`);
    await ready(page, scripts);
    await form.getByRole("textbox", { name: "Name *", exact: true }).fill("web");
    await step("Containers").click();
    await form.getByRole("textbox", { name: "Image *", exact: true }).fill("nginx:1.27");
    await step("Replicas and rollout").click();
    await form.getByRole("textbox", { name: "Replicas", exact: true }).fill("2");
    await page.getByRole("button", { name: "Preview" }).click();
    await expect(page.locator(".form-previews")).toContainText("will be created");
    expect((await cluster.send("GET", `${PATH}/web`)).status, "a preview makes nothing").toBe(404);
    await checkPage(page, scripts);
    await page.getByRole("button", { name: "Create", exact: true }).click();
    await expect(page).toHaveURL(new RegExp(`/deployments/${NAMESPACE}/web$`));
    await expect(running).toHaveCount(2);
    await look(page, "real-deployment");
    await checkPage(page, scripts);
  });

  await test.step("scaled", async () => {
    await act(page, "Scale", (dialog) => dialog.getByRole("spinbutton", { name: "Replicas" }).fill("3"));
    await expect(running).toHaveCount(3);
    expect((await deployment()).spec.replicas).toBe(3);
  });

  await test.step("restarted", async () => {
    const before = await pods.allTextContents();
    await act(page, "Restart");
    await main.getByRole("link", { name: /^Revisions/ }).click();
    await expect(revision(2)).toContainText("in force");
    await expect.poll(async () => (await deployment()).status.updatedReplicas).toBe(3);
    await expect(running).toHaveCount(3);
    const names = (lines: string[]) => lines.map((line) => /web-\w+-\w+/.exec(line)?.[0]);
    await expect(async () => {
      const after = names(await pods.allTextContents());
      expect(names(before).filter((name) => after.includes(name))).toEqual([]);
    }).toPass();
  });

  await test.step("rolled back", async () => {
    await main.getByRole("link", { name: "Roll back" }).first().click();
    await page.getByRole("dialog").getByRole("button", { name: "Roll back" }).click();
    await expect(revision(3)).toContainText("in force");
    const { template } = (await deployment()).spec;
    expect(template.metadata.annotations ?? {}, "the first template had no time of a restart").toEqual({});
    await expect(pods).toHaveCount(3);
  });

  await test.step("deleted", async () => {
    await act(page, "Delete");
    await expect(page).toHaveURL(/\/deployments(\?.*)?$/);
    await expect(pods).toHaveCount(0);
    await cluster.gone(`${PATH}/web`);
  });

  await test.step("brought back", async () => {
    await page.goto(`/clusters/${CLUSTER}/deleted`);
    await ready(page, scripts);
    await main.getByRole("link", { name: "Restore Deployment web" }).first().click();
    await ready(page, scripts);
    await main.getByRole("button", { name: "Restore" }).click();
    await expect(page).toHaveURL(new RegExp(`/deployments/${NAMESPACE}/web$`));
    await expect(running).toHaveCount(3);
    expect((await deployment()).spec.template.spec.containers[0].image).toBe("nginx:1.27");
  });

  await test.step("and its timeline tells all of it", async () => {
    await main.getByRole("link", { name: "Timeline", exact: true }).click();
    const moments = main.locator(".timeline-moment");
    const by = (words: RegExp) => moments.and(page.locator("[data-of=people]")).filter({ hasText: words });
    for (const words of [/restart/i, /scale/i, /roll.?back/i]) await expect(by(words).first()).toContainText("ada");
    await expect(moments.filter({ hasText: "Scaled up replica set web-" }).first()).toBeVisible();
    await look(page, "real-timeline");
    await checkPage(page, scripts);
  });
});
