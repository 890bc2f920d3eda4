// Rules that people write: by a template, by a query, what they would have done, and what they may see.

import type { Page } from "@playwright/test";

import { join, stranger } from "../../harness/people.ts";
import { checkPage, expect, look, open, ready, test } from "../../harness/test.ts";

const RULES = "/clusters/harbour/monitoring/rules";

/** Waits until the cluster is measured: alone among tests this one may come before that. */
async function measured(page: Page): Promise<void> {
  await expect(async () => {
    await page.goto("/clusters/harbour/monitoring/alerts");
    await expect(page.getByRole("main").getByRole("link", { name: "Rules: look, write, change" })).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 90_000 });
}

/** Asks what the rule in the form would have done. */
async function past(page: Page, scripts: boolean): Promise<void> {
  await page.getByRole("button", { name: "Show the last 24 hours" }).click();
  await expect(page).toHaveURL(/#past$/);
  await ready(page, scripts);
}

test("a rule is written by a template, tried on the last day, changed and removed", async ({ page, scripts }) => {
  test.setTimeout(480_000);
  const [name, object] = scripts ? ["Checkout by day", "checkout-by-day"] : ["Checkout by night", "checkout-by-night"];
  const main = page.getByRole("main");
  await measured(page);
  await ready(page, scripts);
  await main.getByRole("link", { name: "Rules: look, write, change" }).click();
  await expect(main.getByRole("row", { name: /ShopErrorRateHigh/ })).toContainText("critical");
  await ready(page, scripts);
  await checkPage(page, scripts);
  if (scripts) await look(page, "rules");
  await main.getByRole("link", { name: "New rule" }).click();
  await expect(main.getByRole("link", { name: "CPU of a node" })).toBeVisible();
  await ready(page, scripts);
  await checkPage(page, scripts);
  if (scripts) await look(page, "rule-templates");

  await main.getByRole("link", { name: "Replicas unavailable" }).click();
  await expect(main.getByRole("heading", { name: "Replicas unavailable" })).toBeVisible();
  await ready(page, scripts);
  await main.getByLabel("Name", { exact: true }).fill(name);
  await main.getByLabel("Project").selectOption("shop");
  await main.getByLabel("Workload").fill("checkout");
  await main.getByLabel("Threshold").fill("0");
  await past(page, scripts);
  // What is measured in a cluster that has just begun is learned again a moment later.
  await expect(async () => {
    await page.reload();
    await ready(page, scripts);
    await expect(page.locator(".rule-sentence")).toContainText(/Would (not )?have fired/, { timeout: 5_000 });
  }).toPass({ intervals: [10_000], timeout: 120_000 });
  await expect(page.locator(".rule-past .chart")).toBeVisible();
  await expect(page.locator(".rule-past")).toContainText('kube_deployment_status_replicas_unavailable{deployment="checkout",namespace="shop"}) > 0');
  await expect(main.getByLabel("Workload")).toHaveValue("checkout");
  await checkPage(page, scripts);
  if (scripts) await look(page, "rule-past");

  // As it is kept it stays quiet.
  await main.getByLabel("Threshold").fill("90");
  await main.getByLabel("Kept in").fill(object);
  await main.getByRole("button", { name: "Make the rule" }).click();
  await expect(page).toHaveURL(new RegExp(`${RULES}$`));
  const row = main.getByRole("row", { name: new RegExp(name) });
  await expect(row).toContainText("> 90");
  await ready(page, scripts);
  await row.getByRole("link", { name: `Change ${name}` }).click();
  await expect(main.getByRole("heading", { name, level: 1 })).toBeVisible();
  await ready(page, scripts);
  await checkPage(page, scripts);
  if (scripts) await look(page, "rule-edit");
  await main.getByLabel("Severity").selectOption({ label: "Critical" });
  await main.getByLabel("Must last").selectOption("6h");
  await main.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`${RULES}$`));
  await expect(row).toContainText("critical");
  await expect(row).toContainText("6h");
  await ready(page, scripts);
  await row.getByRole("link", { name: `Change ${name}` }).click();
  await expect(main.getByRole("heading", { name, level: 1 })).toBeVisible();
  await ready(page, scripts);
  await main.getByRole("button", { name: "Remove the rule" }).click();
  await expect(page).toHaveURL(new RegExp(`${RULES}$`));
  await expect(row).toHaveCount(0);
});

test("who holds one project writes rules that see that project, and a cluster without them says so", async ({ page, browser, baseURL, scripts, allowed }) => {
  allowed.message(/status of 422/);
  const name = scripts ? "Pods by day" : "Pods by night";
  const context = await stranger(browser, baseURL, scripts);
  const theirs = await context.newPage();
  const main = theirs.getByRole("main");
  await join(theirs, { name: scripts ? "isolde" : "tristan", password: "a rope around the barrel" }, "--in", "harbour/shop=editor");
  await measured(theirs);
  await open(theirs, scripts, `${RULES}/new`);
  await expect(main.getByRole("link", { name: "CPU of a node" })).toHaveCount(0);
  await main.getByRole("link", { name: "Query in PromQL" }).click();
  await expect(main.getByText("Every selector of the query is kept with the rule's project in it")).toBeVisible();
  await ready(theirs, scripts);
  await main.getByLabel("Name", { exact: true }).fill(name);
  await main.getByLabel("Query (PromQL)").fill("sum(kube_pod_info");
  await past(theirs, scripts);
  await expect(theirs.locator(".rule-past")).toContainText("unclosed left parenthesis");
  await main.getByLabel("Query (PromQL)").fill("count by (namespace) (kube_pod_info) > 0");
  await past(theirs, scripts);
  await expect(theirs.locator(".rule-past")).toContainText("Confined to project shop.");
  await expect(theirs.locator(".rule-sentence")).toContainText("for 1 series.");
  await checkPage(theirs, scripts);
  if (scripts) await look(theirs, "rule-query");
  await main.getByLabel("Query (PromQL)").fill("count(kube_pod_info) > 9000");
  await main.getByLabel("Kept in").fill(scripts ? "pods-by-day" : "pods-by-night");
  await main.getByRole("button", { name: "Make the rule" }).click();
  const row = main.getByRole("row", { name: new RegExp(name) });
  await expect(row).toContainText('count(kube_pod_info{namespace="shop"}) > 9000');
  await expect(main.getByText("monitoring / cluster-rules")).toHaveCount(0);

  // A cluster that has no such objects.
  await open(page, scripts, "/clusters/lantern/monitoring/rules");
  await expect(page.getByText("Cluster lantern keeps no rules")).toBeVisible();
  await checkPage(page, scripts);
  if (scripts) await look(page, "rules-none");

  await ready(theirs, scripts);
  await row.getByRole("link", { name: `Change ${name}` }).click();
  await expect(main.getByRole("heading", { name, level: 1 })).toBeVisible();
  await ready(theirs, scripts);
  await main.getByRole("button", { name: "Remove the rule" }).click();
  await expect(theirs).toHaveURL(new RegExp(`${RULES}$`));
  await expect(row).toHaveCount(0);
  await context.close();
});

test("ready-made rules are looked at, tried out, installed and removed", async ({ page, scripts }) => {
  test.setTimeout(240_000);
  // One of a group's own, so that both ways can go at the same time.
  const group = scripts ? "etcd" : "Storage";
  const main = page.getByRole("main");
  const own = main.locator(".rule-list").filter({ has: page.getByRole("heading", { name: group, exact: true }) });
  const chooseOnly = async (): Promise<void> => {
    for (const box of await main.getByRole("checkbox", { name: /^Choose/ }).all()) await box.uncheck();
    await own.getByRole("checkbox").check();
  };
  await measured(page);
  await open(page, scripts, RULES);
  await main.getByRole("link", { name: "Ready-made rules" }).click();
  await expect(own).toContainText("Not installed");
  await ready(page, scripts);
  await checkPage(page, scripts);
  if (scripts) await look(page, "built-in-rules");
  // Folded, until somebody is led there.
  await expect(own.getByRole("table")).toBeHidden();
  await main.getByRole("navigation", { name: /^Groups/ }).getByRole("link", { name: group, exact: true }).click();
  await expect(own.getByRole("table")).toBeVisible();

  await chooseOnly();
  await main.getByLabel("Project for new ones").selectOption("monitoring");
  await main.getByRole("button", { name: "Preview" }).click();
  await expect(page).toHaveURL(/#change$/);
  await ready(page, scripts);
  await expect(main.locator("#change")).toContainText("will be created");
  await expect(main.locator("#change")).toContainText("kind: PrometheusRule");
  await expect(own.getByRole("checkbox")).toBeChecked();
  await main.getByRole("button", { name: "Do it" }).click();
  await expect(own).toContainText("Up to date");
  await ready(page, scripts);

  await chooseOnly();
  await main.getByLabel("What to do").selectOption("Remove");
  await main.getByRole("button", { name: "Do it" }).click();
  await expect(own).toContainText("Not installed");
});
