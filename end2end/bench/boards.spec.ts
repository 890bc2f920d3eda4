// Measures a page of forty charts that everybody looks at: once its answers are known, it costs drawing and writing alone.
//
// The figures go where those of measure.spec.ts go. What is measured is harbour, beside the cluster of many pods: it has a
// Prometheus.

import { expect, test, type Page } from "@playwright/test";

import { PEOPLE, setUp } from "../harness/people.ts";
import { startServer } from "../harness/server.ts";
import { keepFigures, loadTimes, percentile } from "./figures.ts";

const KUBECONFIG = process.env["ORRERY_BENCH_KUBECONFIG"] ?? "";
const CLUSTER = "harbour";
/** As many as a dashboard may have. */
const PANELS = 40;
const REQUESTS = 100;
/** How long the world may take to come up, and the first look at its answers. */
const PATIENCE_MS = 180_000;

test("measure a page of charts", async ({ browser }) => {
  const server = await startServer("--kubeconfig", KUBECONFIG, "--context", CLUSTER);
  try {
    const context = await browser.newContext({ baseURL: server.address });
    const page = await context.newPage();
    await setUp(page, server.setupLink, PEOPLE.administrator);
    const address = await dashboard(page, server.address);
    await expect.poll(() => drawn(page, address), { timeout: PATIENCE_MS }).toBe(PANELS);

    const { wholes, bytes } = await loadTimes(context, address, REQUESTS);

    keepFigures({
      "page of 40 panels, warm, p50 ms": percentile(wholes, 50),
      "page of 40 panels, warm, p95 ms": percentile(wholes, 95),
      "page of 40 panels, brotli bytes": bytes,
    });
  } finally {
    await server.stop();
  }
});

/** Makes a dashboard whose panels ask forty different questions, and answers its address. */
async function dashboard(page: Page, origin: string): Promise<string> {
  const panel = (_: unknown, index: number): object => ({
    type: "timeseries",
    title: `Used, times ${index + 1}`,
    gridPos: { x: (index % 3) * 8, y: Math.floor(index / 3) * 8, w: 8, h: 8 },
    targets: [
      {
        refId: "A",
        expr: `sum by (namespace) (rate(container_cpu_usage_seconds_total[5m])) * ${index + 1}`,
        legendFormat: "{{namespace}}",
      },
    ],
  });
  const text = JSON.stringify({ title: "Forty", panels: Array.from({ length: PANELS }, panel) });
  const form = { "fields[cluster]": CLUSTER, "fields[text]": text };
  const made = await page.request.post("/api/monitoring/import-dashboard", { form, headers: { origin, accept: "text/html" } });
  if (!made.ok()) throw new Error(`the dashboard was answered with ${made.status()}: ${(await made.text()).slice(0, 500)}`);
  return made.url();
}

/** How many charts of a page are drawn. */
async function drawn(page: Page, address: string): Promise<number> {
  const html = await (await page.request.get(address)).text();
  return html.split("class=\"chart-drawing\"").length - 1;
}
