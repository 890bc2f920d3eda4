// Measures the console from outside, with a playground of many pods that change all the time, in a process of its own.
//
// Writes figures to the file ORRERY_BENCH_RESULT as `{ "name": number }`; `cargo xtask bench` sets them beside targets.

import { writeFileSync } from "node:fs";

import { test, type BrowserContext, type Page } from "@playwright/test";

import { PEOPLE, setUp } from "../harness/people.ts";
import { startServer } from "../harness/server.ts";
import { ready } from "../harness/test.ts";
import { loadTimes, percentile, residentBytes } from "./figures.ts";
import { Api, startPlayground } from "./playground.ts";

const PODS = Number(process.env["ORRERY_BENCH_PODS"] ?? 100_000);
const CHANGES = Number(process.env["ORRERY_BENCH_CHANGES"] ?? 1_000);
/** Requests for each percentile: enough for a 99th, few enough for a coffee. */
const REQUESTS = 300;
const OPENINGS = 7;
const APPEARANCES = 30;

test("measure", async ({ browser }) => {
  const figures: Record<string, number> = {};
  const note = (name: string, value: number): void => {
    figures[name] = value;
    console.log(`${name}: ${value.toFixed(1)}`);
  };
  const playground = await startPlayground({ pods: PODS, changes: CHANGES });
  try {
    const begin = performance.now();
    const server = await startServer("--kubeconfig", playground.kubeconfig, "--context", playground.cluster);
    try {
      await fetch(`${server.address}/sign-in`);
      note("start to first page, ms", performance.now() - begin);
      note("resident idle, MB", residentBytes(server.processId) / 1e6);

      const context = await browser.newContext({ baseURL: server.address });
      const page = await context.newPage();
      await setUp(page, server.setupLink, PEOPLE.administrator);
      const list = `/clusters/${playground.cluster}/pods`;
      note("sync, pods per second", await syncRate(context, server.address + list));
      note("resident with all pods, MB", residentBytes(server.processId) / 1e6);

      for (const [name, query] of [
        ["list", ""],
        ["list sorted", "?sort=-restarts"],
        ["list filtered", "?search=web&sort=node"],
      ]) {
        const { times, bytes } = await loadTimes(context, server.address + list + query, REQUESTS);
        note(`first byte of the ${name}, p50 ms`, percentile(times, 50));
        note(`first byte of the ${name}, p99 ms`, percentile(times, 99));
        if (name === "list") note("page of the list, brotli bytes", bytes);
      }
      note("rows painted, median ms", await painted(context, list));
      note("until interactive, bytes on the wire", await transferred(page, list));
      const api = new Api(playground);
      note("a change on the screen, p95 ms", await appearance(page, api, list));
      note("heap of the tab, MB", await heapBytes(page) / 1e6);
      note("resident at the end, MB", residentBytes(server.processId) / 1e6);
    } finally {
      await server.stop();
    }
  } finally {
    await playground.stop();
    const result = process.env["ORRERY_BENCH_RESULT"];
    if (result) writeFileSync(result, JSON.stringify(figures, null, 2));
  }
});

/** Opens the list for the first time and waits until it knows all pods. */
async function syncRate(context: BrowserContext, address: string): Promise<number> {
  const begin = performance.now();
  const wanted = new RegExp(PODS.toLocaleString("en").replace(",", "[,.\\s\u00a0\u202f]?"));
  for (;;) {
    const html = await (await context.request.get(address)).text();
    const seconds = (performance.now() - begin) / 1000;
    if (wanted.test(html)) return PODS / seconds;
    if (seconds > 120) throw new Error(`the list does not say ${PODS} after ${seconds.toFixed(0)} s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** From the click to rows on the screen, in a browser that has everything but this page. */
async function painted(context: BrowserContext, list: string): Promise<number> {
  const times: number[] = [];
  for (let opening = 0; opening < OPENINGS; opening += 1) {
    const page = await context.newPage();
    await page.goto(list);
    await page.locator("main table tbody tr").first().waitFor();
    times.push(
      await page.evaluate(() => {
        const paint = performance.getEntriesByName("first-contentful-paint")[0];
        return paint?.startTime ?? Number.POSITIVE_INFINITY;
      }),
    );
    await page.close();
  }
  return percentile(times, 50);
}

/** All bytes that travel until a browser with an empty cache has taken the page over. */
async function transferred(page: Page, list: string): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.clearBrowserCache");
  let bytes = 0;
  const count = (event: { encodedDataLength: number }): void => void (bytes += event.encodedDataLength);
  session.on("Network.loadingFinished", count);
  await page.goto(list);
  await ready(page, true);
  session.off("Network.loadingFinished", count);
  await session.detach();
  return bytes;
}

/** From the API server's answer to a new pod until its row is there, while everything else changes too. */
async function appearance(page: Page, api: Api, list: string): Promise<number> {
  await page.goto(`${list}?search=bench-`);
  await ready(page, true);
  const times: number[] = [];
  for (let turn = 0; turn < APPEARANCES; turn += 1) {
    const name = `bench-${turn}`;
    const row = page.getByRole("link", { name, exact: true }).waitFor({ timeout: 30_000 });
    await api.createPod("default", name);
    const begin = performance.now();
    await row;
    times.push(performance.now() - begin);
  }
  return percentile(times, 95);
}

async function heapBytes(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  await session.send("Performance.enable");
  const { metrics } = await session.send("Performance.getMetrics");
  await session.detach();
  return metrics.find((metric) => metric.name === "JSHeapUsedSize")?.value ?? Number.NaN;
}
