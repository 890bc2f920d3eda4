import { checkPage, expect, look, open, ready, test } from "../../harness/test.ts";

/** The cluster whose Prometheus is named by the settings. */
const MONITORING = "/clusters/lantern/monitoring";

const BOARDS = { applications: "", usage: "?board=usage", machines: "?board=machines", "control-plane": "?board=control-plane" };

for (const [board, question] of Object.entries(BOARDS)) {
  test(`the board ${board} shows charts with their figures`, async ({ page, scripts }) => {
    await open(page, scripts, MONITORING + question);

    const charts = page.locator(".chart");
    await expect(charts.first()).toBeVisible();
    await expect(charts.first().locator(".chart-legend tbody tr").first().locator("td").first()).toContainText(/\d/);
    await expect(page.locator(".board-source")).toContainText("every 30s");
    await checkPage(page, scripts);
    if (scripts) await look(page, `monitoring-${board}`);
  });
}

test("a stretch of time is chosen by a link, and by a form without one", async ({ page, scripts }) => {
  await open(page, scripts, MONITORING);
  await page.getByRole("link", { name: "6h", exact: true }).click();
  await expect(page).toHaveURL(/from=6h/);
  await expect(page.locator(".board-source")).toContainText("every 2m");
  await page.getByText("From – to").click();
  await page.locator("input[name=from]").fill("2026-11-20T10:00");
  await page.locator("input[name=to]").fill("2026-11-20T12:00");
  await page.getByRole("button", { name: "Show" }).click();

  await expect(page).toHaveURL(/from=2026-11-20T10%3A00&to=2026-11-20T12%3A00/);
  await expect(page.locator(".board-source")).toContainText("every 1m");
});

test("the pointer is on all charts, a legend hides lines, and dragging looks closer @scripts", async ({ page, scripts }) => {
  await open(page, scripts, MONITORING);
  const first = page.locator(".chart").first();
  const plot = await first.locator(".chart-overlay").boundingBox();
  expect(plot).not.toBeNull();
  const { x, y, width, height } = plot!;

  await page.mouse.move(x + width / 2, y + height / 2);
  await expect(first.locator(".chart-figures li").first()).toContainText(/\d/);
  expect(await page.locator(".chart-pointer").count()).toBe(await page.locator(".chart").count());
  await look(page, "monitoring-hover");

  const line = first.locator(".chart-legend tbody button").first();
  await line.click();
  await expect(line).toHaveAttribute("aria-pressed", "false");
  await expect(first.locator('.chart-drawing [data-series="0"]').first()).toBeHidden();

  const again = await first.locator(".chart-overlay").boundingBox();
  await page.mouse.move(again!.x + again!.width * 0.3, again!.y + 40);
  await page.mouse.down();
  await page.mouse.move(again!.x + again!.width * 0.6, again!.y + 40, { steps: 5 });
  await page.mouse.up();
  await expect(page).toHaveURL(/from=\d+&to=\d+/);
});

test("what was earlier is laid under what is", async ({ page, scripts }) => {
  await open(page, scripts, `${MONITORING}?board=machines&compare=86400`);

  await expect(page.locator(".chart-drawing .chart-earlier").first()).toBeAttached();
  await expect(page.locator(".chart-legend").first()).toContainText("earlier");
  if (scripts) await look(page, "monitoring-compare");
});

test("a pod, a workload, a node and a namespace have their measurements", async ({ page, scripts }) => {
  for (const [kind, name] of Object.entries({ pods: /^kiosk-/, deployments: "kiosk", nodes: "lantern", namespaces: "kiosk" })) {
    await open(page, scripts, `/clusters/lantern/${kind}`);
    await page.getByRole("table").getByRole("link", { name, exact: true }).first().click();
    await page.locator(".tabs").getByRole("link", { name: "Metrics" }).click();
    await expect(page.locator(".chart").first()).toBeVisible();
    await ready(page, scripts);
    if (scripts) await look(page, `monitoring-${kind}`);
  }
  await checkPage(page, scripts);
});

test("a ranking is sorted, searched and taken away", async ({ page, scripts }) => {
  await open(page, scripts, `${MONITORING}/ranking`);
  await expect(page.locator(".rank-table tbody tr")).toHaveCount(4);
  await page.locator(".rank-table thead").getByRole("link", { name: "Memory", exact: true }).click();
  await expect(page.locator('.rank-table th[aria-sort="descending"]')).toContainText("Memory");
  await checkPage(page, scripts);
  if (scripts) await look(page, "monitoring-ranking");
  const href = await page.getByRole("link", { name: "CSV" }).getAttribute("href");
  const csv = await (await page.request.get(href ?? "")).text();
  expect(csv).toMatch(/^name,namespace,cpu \(cores\),cpu-quota \(cores\),memory \(bytes\)/);
  expect(csv.trim().split("\r\n")).toHaveLength(5);

  await page.locator(".rank-bar").getByRole("link", { name: "Pods", exact: true }).click();
  await expect(page.locator(".rank-table tbody tr").first()).toContainText(/web-|checkout-/);
});

test("a query of one's own is answered, and what is wrong with one is marked", async ({ page, scripts, allowed }) => {
  allowed.message(/Failed to load resource/);
  await open(page, scripts, `${MONITORING}/explore`);
  await checkPage(page, scripts);
  await page.locator("#query-input").fill("sum by (namespace) (up)");
  await page.getByRole("button", { name: "Run" }).click();
  await expect(page.locator(".chart-legend")).toContainText("shop");
  await ready(page, scripts);
  await checkPage(page, scripts);
  if (scripts) await look(page, "monitoring-explore");

  await page.locator("#query-input").fill("sum(up");
  await page.getByRole("button", { name: "Run" }).click();
  await expect(page.locator(".query-fault")).toContainText("unclosed left parenthesis");
  await ready(page, scripts);
  await checkPage(page, scripts);
  if (scripts) await look(page, "monitoring-fault");
});

test("alerts lead to what they are about, and rules to their query", async ({ page, scripts }) => {
  await open(page, scripts, `${MONITORING}/alerts`);
  const row = page.getByRole("row", { name: /KubePodCrashLooping/ });
  await expect(row.first()).toContainText("Firing · critical");
  await checkPage(page, scripts);
  if (scripts) await look(page, "monitoring-alerts");

  await page.getByPlaceholder("severity:critical").fill("severity:critical crashloop");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/search=severity(:|%3A)critical/);
  await expect(row.first()).toContainText("Firing · critical");
  await ready(page, scripts);
  await page.getByRole("link", { name: /^Muted/ }).click();
  await expect(page).toHaveURL(/stand=muted&search=/);
  await ready(page, scripts);
  await checkPage(page, scripts);

  await page.getByRole("link", { name: "up == 0" }).click();
  await expect(page.locator("#query-input")).toHaveValue("up == 0");
});

test("an alert is silenced for a while with a reason, and the silence is ended", async ({ page, scripts }) => {
  // Both projects run over one server: each takes an alert of its own.
  const alerts = "/clusters/harbour/monitoring/alerts";
  const links = page.getByRole("link", { name: /^Silence ?: / });
  // In a world that has just begun nothing fires yet, and without scripts the page does not learn of it by itself.
  await expect(async () => {
    await page.goto(alerts);
    await expect(links.nth(1)).toBeVisible({ timeout: 5_000 });
  }).toPass({ timeout: 150_000 });
  await ready(page, scripts);
  await (scripts ? links.first() : links.last()).click();
  await ready(page, scripts);
  await expect(page.getByRole("textbox", { name: "Alerts that meet all of" })).toHaveValue(/^alertname="/);
  await expect(page.getByRole("table", { name: "What it is about now" }).locator("tbody tr").first()).toBeVisible();
  await checkPage(page, scripts);
  if (scripts) {
    await look(page, "monitoring-silence");
    await page.getByRole("textbox", { name: "Alerts that meet all of" }).press("Control+End");
    await page.keyboard.type("\nnamespace=nowhere");
    await expect(page.getByText("No alert meets these conditions now")).toBeVisible();
    for (let at = 0; at < "\nnamespace=nowhere".length; at++) await page.keyboard.press("Backspace");
  }
  const reason = `a part is on its way ${scripts ? "by air" : "by sea"}`;
  await page.getByRole("textbox", { name: "Why" }).fill(reason);
  await page.getByRole("button", { name: "Silence" }).click();

  await expect(page).toHaveURL(new RegExp(`${alerts}$`));
  await expect(page.getByText(new RegExp(`Silenced by \\S+: ${reason}`)).first()).toBeVisible();
  await ready(page, scripts);
  await checkPage(page, scripts);
  if (scripts) await look(page, "monitoring-silenced");
  const silence = page.getByRole("table", { name: "Silences" }).getByRole("row", { name: new RegExp(reason) });
  await silence.getByRole("button", { name: "End it" }).click();
  await expect(page.getByText(reason)).toHaveCount(0);
});

test("somebody looks after an alert, for all to see, until they do no more", async ({ page, scripts }) => {
  await open(page, scripts, "/clusters/harbour/monitoring/alerts");
  // Both projects run over one server: each takes an alert of its own.
  const links = page.getByRole("link", { name: /^Acknowledge/ });
  await expect(links.nth(1)).toBeVisible();
  await (scripts ? links.first() : links.nth(1)).click();
  await expect(page.getByRole("heading", { name: /^Acknowledge / })).toBeVisible();
  await ready(page, scripts);
  const note = `the ${scripts ? "first" : "second"} disk is on its way`;
  await page.getByLabel("What to say about it").fill(note);
  await checkPage(page, scripts);
  if (scripts) await look(page, "alert-acknowledge");
  await page.getByRole("button", { name: "I look after it" }).click();

  const row = page.getByRole("row").filter({ hasText: note });
  await expect(row).toContainText("ada looks after it");
  await ready(page, scripts);
  await checkPage(page, scripts);
  if (scripts) await look(page, "alert-acknowledged");
  await row.getByRole("link", { name: /^Change/ }).click();
  await ready(page, scripts);
  await page.getByRole("button", { name: "Nobody looks after it any more" }).click();
  await expect(page.getByText(note)).toHaveCount(0);
});

test("where the cluster's Alertmanager sends alerts is a tree, with what goes there now", async ({ page, scripts }) => {
  // A world that has just begun is measured a moment later.
  await expect(async () => {
    await page.goto("/clusters/harbour/monitoring/alerts");
    await expect(page.getByRole("link", { name: "Where alerts go" })).toBeVisible({ timeout: 5_000 });
  }).toPass({ timeout: 150_000 });
  await ready(page, scripts);
  await page.getByRole("link", { name: "Where alerts go" }).click();
  const tree = page.locator(".route-tree");
  await expect(tree.locator(".route").first()).toContainText("All alerts to Default");
  await expect(tree.locator(".route", { hasText: 'alertname="Watchdog"' })).toContainText("to Watchdog");
  await expect(tree.locator(".route", { hasText: 'severity="critical"' })).toContainText(/to Critical \d+ now/);
  await expect(async () => {
    await page.reload();
    await expect(tree.locator(".route").first()).toContainText(/All alerts to Default [1-9]\d* now/, { timeout: 5_000 });
  }).toPass({ timeout: 150_000 });
  await ready(page, scripts);
  await checkPage(page, scripts);
  if (scripts) await look(page, "routing");
});
