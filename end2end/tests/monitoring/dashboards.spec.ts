// Dashboards that people make: from a template, panel by panel, from Grafana, and what others see of them.

import type { Page } from "@playwright/test";

import { join, stranger } from "../../harness/people.ts";
import { checkPage, expect, look, open, ready, test } from "../../harness/test.ts";

/** Of the cluster whose Prometheus is named by the settings. */
const DASHBOARDS = "/clusters/lantern/monitoring/dashboards";
/** Of one whose Prometheus is its own: there are histograms, and a month to look back on. */
const MEASURED = "/clusters/harbour/monitoring/dashboards";

/** Makes a dashboard and ends at the top of its forms. */
async function make(page: Page, scripts: boolean, name: string, place: string, template: string, dashboards = DASHBOARDS): Promise<void> {
  await open(page, scripts, `${dashboards}/new`);
  const form = page.getByRole("main");
  await form.getByLabel("Name").fill(name);
  await form.getByLabel("For", { exact: true }).selectOption({ label: place });
  await form.getByLabel("Begin with").selectOption({ label: template });
  await form.getByRole("button", { name: "Make the dashboard" }).click();
  await expect(page).toHaveURL(/\/edit$/);
  await expect(page.getByRole("heading", { name, level: 1 })).toBeVisible();
  await ready(page, scripts);
  await page.evaluate(() => scrollTo(0, 0));
}

test("a dashboard begins with a template, follows what is chosen, and goes again", async ({ page, scripts }) => {
  const name = scripts ? "Machines by day" : "Machines by night";
  await open(page, scripts, `${DASHBOARDS}/new`);
  await checkPage(page, scripts);
  if (scripts) await look(page, "dashboard-new");
  await make(page, scripts, name, "Whole cluster", "Node exporter");
  await checkPage(page, scripts);
  if (scripts) await look(page, "dashboard-edit");
  await page.getByRole("link", { name: "Look at it" }).click();

  await expect(page.getByRole("heading", { name, level: 2 })).toBeVisible();
  if (scripts) await expect(page).toHaveTitle(new RegExp(`^${name} · lantern`));
  await expect(page.locator(".chart").first()).toBeVisible();
  await expect(page.locator(".dashboard-value").first()).toContainText(/\d/);
  await expect(page.locator(".board-source")).toContainText("every 30s");
  await ready(page, scripts);
  await checkPage(page, scripts);
  if (scripts) await look(page, "dashboard");

  // One of the machines: the address says which, and so does every chart.
  const choice = page.getByLabel("instance");
  await expect(page.locator(".dashboard-cell", { hasText: "File systems" }).locator("tbody tr")).toHaveCount(4);
  const machine = await choice.locator("option").nth(1).getAttribute("value");
  await choice.selectOption(machine);
  if (!scripts) await page.locator(".dashboard-variables").getByRole("button", { name: "Show" }).click();
  await expect(page).toHaveURL(new RegExp(`var-instance=${encodeURIComponent(machine ?? "").replace(/\./g, "\\.")}`));
  // What all rows have alike is no column.
  await expect(page.locator(".dashboard-cell", { hasText: "File systems" }).locator("tbody tr")).toHaveCount(2);
  await page.getByRole("link", { name: "6h", exact: true }).click();
  await expect(page).toHaveURL(/var-instance=.*from=6h/);
  await expect(page.locator(".board-source")).toContainText("every 2m");

  // It is in the list, and can be removed.
  await open(page, scripts, DASHBOARDS);
  await expect(page.getByRole("row", { name: new RegExp(name) })).toContainText("ada");
  await checkPage(page, scripts);
  if (scripts) await look(page, "dashboards");
  await page.getByRole("link", { name: `Edit ${name}` }).click();
  await ready(page, scripts);
  await page.getByRole("link", { name: "Remove the dashboard" }).click();
  await page.getByRole("button", { name: "Remove for good" }).click();
  await expect(page).toHaveURL(new RegExp(`${DASHBOARDS}$`));
  await expect(page.getByRole("link", { name, exact: true })).toHaveCount(0);
});

test("panels are added, refused with the place of what is wrong, moved and removed", async ({ page, scripts, allowed, context }) => {
  allowed.message(/status of (422|409)/);
  await make(page, scripts, scripts ? "Shop by day" : "Shop by night", "Whole cluster", "Nothing");
  const main = page.getByRole("main");
  await main.getByLabel("Variables, one in a line").fill("pod = label_values(kube_pod_info, pod)");
  await main.getByRole("button", { name: "Save", exact: true }).click();
  await expect(main.locator('input[name="fields[version]"]').first()).toHaveValue("2");
  await ready(page, scripts);

  const add = async (title: string, kind: string, query: string, legend = ""): Promise<void> => {
    await main.getByRole("link", { name: "Add a panel" }).click();
    await expect(main.getByRole("heading", { name: "Add a panel" })).toBeVisible();
    await ready(page, scripts);
    await main.getByLabel("Title").fill(title);
    await main.getByLabel("Shown as").selectOption({ label: kind });
    if (kind === "Text") await main.getByLabel("Text", { exact: true }).fill(query);
    else await main.getByLabel("Query 1").fill(query);
    if (legend !== "") await main.getByLabel("Called").first().fill(legend);
    await main.getByRole("button", { name: "Save the panel" }).click();
  };
  const saved = async (title: string): Promise<void> => {
    await expect(page).toHaveURL(/\/edit$/);
    await expect(main.getByRole("link", { name: title, exact: true })).toBeVisible();
    await ready(page, scripts);
  };

  // What cannot be read is told where it is, and nothing is kept of it.
  await add("Broken", "Lines", "sum(rate(up[5m])");
  await expect(main.getByText(/^at character 17, after "sum\(rate\(up\[5m\]\)": unclosed left parenthesis$/)).toHaveCount(1);
  if (scripts) await expect(main.getByLabel("Query 1"), "what is wrong is led to").toBeFocused();
  await ready(page, scripts);
  await expect(main.getByLabel("Title")).toHaveValue("Broken");
  await expect(main.getByLabel("Query 1")).toHaveValue("sum(rate(up[5m])");
  await checkPage(page, scripts);
  if (scripts) await look(page, "dashboard-panel");
  await main.getByLabel("Title").fill("Memory");
  await main.getByLabel("Query 1").fill('container_memory_working_set_bytes{pod=~"web-$pod"}');
  await main.getByRole("button", { name: "Save the panel" }).click();
  await expect(main.getByText(/^at character 46, after ".*": \$pod can only be the whole value of a label/)).toHaveCount(1);
  await ready(page, scripts);
  await main.getByLabel("Title").fill("Memory");
  await main.getByLabel("Unit").selectOption({ label: "Bytes" });
  await main.getByLabel("Query 1").fill('sum by (pod) (container_memory_working_set_bytes{container!="",pod=~"$pod"})');
  await main.getByLabel("Called").first().fill("{{pod}}");
  await main.getByRole("button", { name: "Save the panel" }).click();
  await saved("Memory");
  await add("Pods", "Single values", 'count(kube_pod_info{namespace="$namespace"})');
  await saved("Pods");
  await add("Read first", "Text", "Call the shop\nbefore you restart it.");
  await saved("Read first");

  const titles = main.getByRole("table", { name: "Panels" }).locator("tbody th");
  await expect(titles).toHaveText(["Memory", "Pods", "Read first"]);
  await main.getByRole("group", { name: "Move up: Read first" }).getByRole("button").click();
  await expect(titles).toHaveText(["Memory", "Read first", "Pods"]);
  await ready(page, scripts);
  await checkPage(page, scripts);
  if (scripts) await look(page, "dashboard-panels");
  if (scripts) {
    // By the pointer: to the other end of the line, once with second thoughts.
    const tile = (name: string) => main.locator(".panel-tile", { hasText: name }).locator("button");
    const centered = async (): Promise<void> =>
      await tile("Memory").evaluate((held) => held.scrollIntoView({ block: "center" }));
    const drag = async (leaves: boolean): Promise<void> => {
      await centered();
      const [from, to] = [await tile("Memory").boundingBox(), await tile("Read first").boundingBox()];
      await page.mouse.move(from!.x + 60, from!.y + 20);
      await page.mouse.down();
      await page.mouse.move(to!.x + 60, to!.y + 20, { steps: 4 });
      if (leaves) await page.keyboard.press("Escape");
      await page.mouse.up();
    };
    // At the lower edge of a window that is too low the page goes on, to the end of the grid and no further.
    const usual = page.viewportSize()!;
    await page.setViewportSize({ width: usual.width, height: 320 });
    await tile("Memory").evaluate((held) => held.scrollIntoView({ block: "end" }));
    const below = async (): Promise<number> =>
      await main.locator(".panel-grid").evaluate((grid) => innerHeight - grid.getBoundingClientRect().bottom);
    const held = await tile("Memory").boundingBox();
    const before = await page.evaluate(() => window.scrollY);
    await page.mouse.move(held!.x + 60, held!.y + 20);
    await page.mouse.down();
    await page.mouse.move(held!.x + 60, page.viewportSize()!.height - 4, { steps: 4 });
    await expect.poll(() => page.evaluate(() => window.scrollY)).toBeGreaterThan(before);
    await expect.poll(below).toBeCloseTo(56, -1);
    await page.keyboard.press("Escape");
    await page.mouse.up();
    await page.setViewportSize(usual);
    await drag(true);
    await expect(titles).toHaveText(["Memory", "Read first", "Pods"]);
    await drag(false);
    await expect(titles).toHaveText(["Read first", "Memory", "Pods"]);
    await expect(tile("Memory")).toBeFocused();
    await page.keyboard.press("Enter");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.press("Enter");
    await expect(titles).toHaveText(["Memory", "Read first", "Pods"]);
    await expect(main.locator(".panel-tile", { hasText: "Memory" })).toHaveAttribute("data-width", "12");
  }

  // Somebody else was here meanwhile.
  const other = await context.newPage();
  await other.goto(page.url());
  await ready(other, scripts);
  await other.getByRole("group", { name: "Remove: Pods" }).getByRole("button").click();
  await expect(other.getByRole("main").getByRole("link", { name: "Pods", exact: true })).toHaveCount(0);
  await main.getByRole("button", { name: "Save", exact: true }).click();
  await expect(main.getByText(/ada has changed this dashboard since you opened it/).first()).toBeVisible();
  await other.close();

  await page.goto(page.url().replace(/\/edit.*/, ""));
  await ready(page, scripts);
  await expect(page.locator(".dashboard-text")).toContainText("Call the shop");
  await expect(page.locator(".chart-legend")).toContainText(/web-/);
  await checkPage(page, scripts);
  if (scripts) await look(page, "dashboard-own");
});

test("a gauge says how far a value has come, and a state timeline what was when", async ({ page, scripts, allowed }) => {
  allowed.message(/status of 422/);
  await make(page, scripts, scripts ? "States by day" : "States by night", "Whole cluster", "Nothing");
  const main = page.getByRole("main");
  const begin = async (title: string, kind: string, query: string, legend: string): Promise<void> => {
    await main.getByRole("link", { name: "Add a panel" }).click();
    await expect(main.getByRole("heading", { name: "Add a panel" })).toBeVisible();
    await ready(page, scripts);
    await main.getByLabel("Title").fill(title);
    await main.getByLabel("Shown as").selectOption({ label: kind });
    await main.getByLabel("Query 1").fill(query);
    await main.getByLabel("Called").first().fill(legend);
  };
  const save = async (): Promise<void> => {
    await main.getByRole("button", { name: "Save the panel" }).click();
  };

  await begin("Running pods", "Gauges", 'count(kube_pod_info{namespace="shop"})', "shop");
  await main.getByLabel("Gauge or axis begins at").fill("200");
  await main.getByLabel("Gauge or axis ends at").fill("100");
  await main.getByLabel("Warns from").fill("1");
  await save();
  await expect(main.getByText("must be more than where it begins")).toHaveCount(1);
  await ready(page, scripts);
  await main.getByLabel("Title").fill("Running pods");
  await main.getByLabel("Shown as").selectOption({ label: "Gauges" });
  await main.getByLabel("Query 1").fill('count(kube_pod_info{namespace="shop"})');
  await main.getByLabel("Called").first().fill("shop");
  await main.getByLabel("Gauge or axis ends at").fill("100");
  await main.getByLabel("Warns from").fill("1");
  await main.getByLabel("Gauge or axis begins at").fill("0");
  await save();
  await expect(page).toHaveURL(/\/edit$/);
  await expect(main.getByRole("link", { name: "Running pods", exact: true })).toBeVisible();
  await ready(page, scripts);

  await begin("Ready", "State timeline", 'max by (pod) (kube_pod_status_ready{condition="true",namespace="shop"})', "{{pod}}");
  await main.getByLabel("States, one in a line").fill("critical 0 = Not ready\nok 1 = Ready");
  await save();
  await expect(page).toHaveURL(/\/edit$/);
  await expect(main.getByRole("link", { name: "Ready", exact: true })).toBeVisible();

  await page.goto(page.url().replace(/\/edit.*/, ""));
  await ready(page, scripts);
  const gauge = page.locator(".gauges li");
  await expect(gauge).toContainText(/\d+ of 0 to 100/);
  await expect(gauge).toContainText("Warning");
  await expect(page.locator(".gauge-thresholds")).toContainText("Warning from 1");
  const timeline = page.locator(".dashboard-cell", { hasText: "As a table" });
  await expect(timeline.locator(".state-names li").first()).toBeVisible();
  await expect(timeline.locator(".state-legend")).toContainText(/Ready\s*\d/);
  await timeline.getByText("As a table").click();
  const spans = timeline.locator(".chart-table tbody tr");
  await expect(spans.filter({ hasText: /web-0\s*Ready/ }).first()).toBeVisible();
  await expect(spans.filter({ hasText: /web-0\s*Not ready/ }).first()).toBeVisible();
  if (scripts) {
    await timeline.locator(".chart-overlay").hover();
    await expect(timeline.locator(".chart-figures")).toContainText(/ready/i);
    await page.mouse.move(0, 0);
  }
  await checkPage(page, scripts);
  if (scripts) await look(page, "dashboard-states");
});

test("a heat map shows a histogram, and charts are marked where something happened", async ({ page, scripts, allowed }) => {
  allowed.message(/status of 422/);
  await make(page, scripts, scripts ? "Ingress by day" : "Ingress by night", "Whole cluster", "NGINX ingress", MEASURED);
  const main = page.getByRole("main");
  const marks = main.getByLabel("What is marked in charts, one in a line");
  await marks.fill("Crashes = sum(up");
  await main.getByRole("button", { name: "Save", exact: true }).click();
  await expect(main.getByText(/^in "Crashes", .*unclosed left parenthesis$/)).toHaveCount(1);
  await ready(page, scripts);
  await marks.fill('Crashes = kube_pod_container_status_waiting_reason{reason="CrashLoopBackOff"}');
  await main.getByRole("button", { name: "Save", exact: true }).click();
  await expect(main.locator('input[name="fields[version]"]').first()).toHaveValue("2");

  // A world that has just begun is measured a moment later.
  await expect(async () => {
    await page.goto(page.url().replace(/\/edit.*/, ""));
    await expect(page.locator(".heat-cell").first()).toBeVisible({ timeout: 5_000 });
  }).toPass({ timeout: 150_000 });
  await ready(page, scripts);
  const heat = page.locator(".dashboard-cell", { hasText: "How long answers take" });
  await expect(heat.locator(".state-names li").first()).toContainText(/^[≤>] [\d.]+ m?s$/);
  await expect(heat.locator(".heat-cell").first()).toBeVisible();
  await heat.getByText("As a table").click();
  await expect(heat.locator(".chart-table tbody tr").last()).toContainText(/≤ .*\d/);
  await expect(heat.locator(".chart-moment").first()).toBeAttached();
  const happened = page.getByRole("region", { name: "What happened" });
  await happened.getByText("Crashes").click();
  await expect(happened.getByRole("listitem").first()).toContainText(/\d/);
  if (scripts) {
    await heat.locator(".chart-overlay").hover();
    await expect(heat.locator(".chart-figures")).toContainText(/≤/);
    await page.mouse.move(0, 0);
  }
  // Otherwise what scrolls under the header is small to press.
  await page.evaluate(() => scrollTo(0, 0));
  await checkPage(page, scripts);
  await heat.scrollIntoViewIfNeeded();
  if (scripts) await look(page, "dashboard-heat");
});

test("logs stand beside what is measured, and events are marked in charts", async ({ page, scripts, allowed }) => {
  allowed.message(/status of 422/);
  await make(page, scripts, scripts ? "Shop by day" : "Shop by night", "Whole cluster", "Nothing", MEASURED);
  const main = page.getByRole("main");
  const form = page.url();
  await main.getByLabel("What is marked in charts, one in a line").fill("Ends = events: reason:Killing namespace:$namespace");
  await main.getByRole("button", { name: "Save", exact: true }).click();
  await expect(main.locator('input[name="fields[version]"]').first()).toHaveValue("2");
  await open(page, scripts, `${form}?panel=new`);
  await main.getByLabel("Title").fill("Warnings");
  await main.getByLabel("Shown as").selectOption({ label: "Logs" });
  await main.getByLabel("Query 1").fill("level:loud");
  await main.getByRole("button", { name: "Save the panel" }).click();
  await expect(main.getByText(/"loud" is no level/)).toHaveCount(1);
  await ready(page, scripts);
  await main.getByLabel("Title").fill("Warnings");
  await main.getByLabel("Shown as").selectOption({ label: "Logs" });
  await main.getByLabel("Query 1").fill("level:warning namespace:$namespace");
  await main.getByRole("button", { name: "Save the panel" }).click();
  await expect(main.getByRole("link", { name: "Warnings", exact: true })).toBeVisible();
  await open(page, scripts, `${form}?panel=new`);
  await main.getByLabel("Title").fill("Restarts");
  await main.getByLabel("Query 1").fill("sum(kube_pod_container_status_restarts_total)");
  await main.getByRole("button", { name: "Save the panel" }).click();
  await expect(main.getByRole("link", { name: "Restarts", exact: true })).toBeVisible();

  // A world that has just begun is measured a moment later.
  const address = form.replace(/\/edit.*/, "?from=6h&var-namespace=shop");
  await expect(async () => {
    await page.goto(address);
    await expect(page.locator(".dashboard-lines li").first()).toContainText("shop/", { timeout: 5_000 });
    await expect(page.locator(".chart-moment").first()).toBeAttached({ timeout: 5_000 });
  }).toPass({ timeout: 150_000 });
  await ready(page, scripts);
  for (const origin of await page.locator(".dashboard-lines .record-origin").allTextContents()) expect(origin).toMatch(/^shop\//);
  const happened = page.getByRole("region", { name: "What happened" });
  await happened.getByText("Ends").click();
  await expect(happened.getByRole("listitem").first()).toContainText(/Pod shop\/.*: Killing/);
  await checkPage(page, scripts);
  if (scripts) await look(page, "dashboard-logs");
  await page.getByRole("link", { name: "Search: Warnings" }).click();
  await expect(page.locator("#query-input")).toHaveValue("level:warning namespace:shop");
});

test("a dashboard of Grafana is taken over, with what is not understood named first, and given back", async ({ page, scripts, allowed }) => {
  allowed.message(/status of 422/);
  const title = scripts ? "Grafana by day" : "Grafana by night";
  const target = [{ refId: "A", expr: "sum by (namespace) (rate(container_cpu_usage_seconds_total[$__rate_interval]))", legendFormat: "{{namespace}}" }];
  const board = {
    title,
    panels: [
      { type: "timeseries", title: "CPU", gridPos: { x: 0, y: 0, w: 24, h: 8 }, targets: target },
      { type: "nodeGraph", title: "Calls", gridPos: { x: 0, y: 8, w: 12, h: 8 }, targets: target },
    ],
  };
  await open(page, scripts, `${DASHBOARDS}/import`);
  const form = page.getByRole("main");
  await form.getByLabel("Text of a dashboard").fill(JSON.stringify(board));
  await form.getByRole("button", { name: "Import" }).click();
  await expect(form.getByText('panel "Calls": its type nodeGraph')).toHaveCount(1);
  await ready(page, scripts);
  await checkPage(page, scripts);
  if (scripts) await look(page, "dashboard-import");
  if (!scripts) await form.getByLabel("Text of a dashboard").fill(JSON.stringify(board));
  await form.getByLabel("Leave out what is not understood").check();
  await form.getByRole("button", { name: "Import" }).click();

  await expect(page.getByRole("heading", { name: title, level: 2 })).toBeVisible();
  await expect(page.locator(".chart-legend")).toContainText("shop");
  const href = await page.getByRole("link", { name: "For Grafana" }).getAttribute("href");
  const answer = await page.request.get(href ?? "");
  expect(answer.headers()["content-disposition"]).toContain(`${title.toLowerCase().replaceAll(" ", "-")}.json`);
  const back = (await answer.json()) as { title: string; panels: { title: string; targets: { expr: string }[] }[] };
  expect([back.title, back.panels.map((panel) => panel.title)]).toEqual([title, ["CPU"]]);
  expect(back.panels[0]?.targets[0]?.expr).toBe("sum by (namespace) (rate(container_cpu_usage_seconds_total[5m]))");
});

test("who sees one project sees that project in every dashboard, and changes none", async ({ page, browser, baseURL, scripts }) => {
  const name = scripts ? "Everybody by day" : "Everybody by night";
  await make(page, scripts, name, "Whole cluster", "Nothing");
  const main = page.getByRole("main");
  await main.getByRole("link", { name: "Add a panel" }).click();
  await expect(main.getByRole("heading", { name: "Add a panel" })).toBeVisible();
  await ready(page, scripts);
  await main.getByLabel("Title").fill("Pods");
  await main.getByLabel("Shown as").selectOption({ label: "Table" });
  await main.getByLabel("Query 1").fill("count by (namespace) (kube_pod_info)");
  await main.getByRole("button", { name: "Save the panel" }).click();
  await expect(page).toHaveURL(/\/edit$/);
  const address = page.url().replace(/\/edit$/, "");
  await open(page, scripts, address);
  await expect(page.locator(".dashboard-cell tbody tr")).not.toHaveCount(1);

  const context = await stranger(browser, baseURL, scripts);
  const theirs = await context.newPage();
  await join(theirs, { name: scripts ? "dorothea" : "leopold", password: "a kite above the lantern" }, "--in", "lantern/kiosk=viewer");
  // What was measured of a project is shown from a minute after it was made: before, it may have been another one's.
  await expect(async () => {
    await open(theirs, scripts, address);
    await expect(theirs.locator(".dashboard-cell tbody tr")).toHaveText([/^kiosk/], { timeout: 10_000 });
  }).toPass({ timeout: 120_000 });
  await expect(theirs.getByRole("main").getByRole("link", { name: "Edit" })).toHaveCount(0);
  await open(theirs, scripts, DASHBOARDS);
  await expect(theirs.getByRole("row", { name: new RegExp(name) })).toBeVisible();
  await expect(theirs.getByRole("main").getByRole("link", { name: "New dashboard" })).toHaveCount(0);
  await theirs.goto(`${address}/edit`);
  await expect(theirs.getByRole("main")).toContainText("update dashboards");
  await context.close();
});
