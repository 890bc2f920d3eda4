// Measures the console from outside, on a cluster of many pods that change all the time, in a process of its own.
//
// `cargo xtask bench` starts that cluster and names it in ORRERY_BENCH_…; the figures go to the file
// ORRERY_BENCH_RESULT as `{ "name": number }`, those of the plain way of doing the same as `plain: name`.

import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";

import { test, type BrowserContext, type Page } from "@playwright/test";

import { PEOPLE, setUp } from "../harness/people.ts";
import { startServer } from "../harness/server.ts";
import { ready } from "../harness/test.ts";
import { Api } from "./api.ts";
import { keepFigures, listsOfPods, loadTimes, percentile, residentBytes, upstreamRequests } from "./figures.ts";
import { readManyStreams } from "./streams.ts";

const PODS = Number(process.env["ORRERY_BENCH_PODS"]);
const KUBECONFIG = process.env["ORRERY_BENCH_KUBECONFIG"] ?? "";
const CLUSTER = process.env["ORRERY_BENCH_CLUSTER"] ?? "";
/** As many as a tab can be handed as one JSON text: at 20 000 it ends. */
const PLAIN_PODS = Math.min(PODS, 5_000);
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
  const metrics = await freePort();
  const begin = performance.now();
  const server = await startServer(
    ...["--kubeconfig", KUBECONFIG, "--context", CLUSTER, "--metrics-listen", `127.0.0.1:${metrics}`],
    ...["--max-connections-per-address", "1000"],
  );
  try {
    await fetch(`${server.address}/sign-in`);
    note("start to first page, ms", performance.now() - begin);
    note("resident idle, MB", residentBytes(server.processId) / 1e6);

    const context = await browser.newContext({ baseURL: server.address });
    await context.addInitScript(keepModuleMemory);
    const page = await context.newPage();
    await setUp(page, server.setupLink, PEOPLE.administrator);
    const list = `/clusters/${CLUSTER}/pods`;
    note("first look to all pods, pods per second", await syncRate(context, server.address + list));
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
    const api = new Api(KUBECONFIG, CLUSTER);
    note("a change on the screen, p95 ms", await appearance(page, api, list));
    note("lists of pods read anew", (await listsOfPods(metrics)) - 1);
    note("heap of the tab, MB", await heapBytes(page) / 1e6);

    const before = await upstreamRequests(metrics);
    const cookies = await context.cookies();
    const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
    const streams = await readManyStreams(server.address, cookie, CLUSTER, api);
    note("requests to the API server for 200 more streams", (await upstreamRequests(metrics)) - before);
    note("a change on 200 streams, p95 ms", streams.lateness);
    note("changes that 200 streams lost", streams.lost);
    note("messages on 200 streams", streams.messages);
    note("resident at the end, MB", residentBytes(server.processId) / 1e6);

    const plain = await listInTab(context, api);
    note("plain: rows painted, median ms", plain.milliseconds);
    note("plain: heap of the tab, MB", plain.heapBytes / 1e6);
  } finally {
    await server.stop();
    keepFigures(figures);
  }
});

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const listener = createServer().listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address() as AddressInfo;
  listener.close();
  await once(listener, "close");
  return port;
}

/** The plain way: a list as the API server writes it goes into the tab, which parses, sorts and shows it. */
async function listInTab(
  context: BrowserContext,
  api: Api,
): Promise<{ milliseconds: number; heapBytes: number }> {
  const list = await api.listPods(PLAIN_PODS);
  const page = await context.newPage();
  await page.route("https://plain.example/", (route) => route.fulfill({ contentType: "text/html", body: "<table></table>" }));
  await page.route("https://plain.example/pods", (route) => route.fulfill({ contentType: "application/json", body: list }));
  await page.goto("https://plain.example/");
  const milliseconds = await page.evaluate(async () => {
    const begin = performance.now();
    const { items } = (await (await fetch("/pods")).json()) as { items: { metadata: { name: string } }[] };
    items.sort((one, other) => one.metadata.name.localeCompare(other.metadata.name));
    (globalThis as unknown as { kept: unknown }).kept = items;
    const rows = items.slice(0, 50).map(({ metadata }) => `<tr><td>${metadata.name}</td></tr>`);
    (document.querySelector("table") as HTMLTableElement).innerHTML = rows.join("");
    await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)));
    return performance.now() - begin;
  });
  const bytes = await heapBytes(page);
  await page.close();
  return { milliseconds, heapBytes: bytes };
}

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

/** What the tab keeps: the heap of its scripts, and the memory of the WebAssembly module beside it. */
async function heapBytes(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  await session.send("Performance.enable");
  const { metrics } = await session.send("Performance.getMetrics");
  await session.detach();
  const scripts = metrics.find((metric) => metric.name === "JSHeapUsedSize")?.value ?? Number.NaN;
  const module = await page.evaluate(() => {
    const { moduleMemory } = globalThis as { moduleMemory?: WebAssembly.Memory };
    return moduleMemory?.buffer.byteLength ?? 0;
  });
  return scripts + module;
}

/** Keeps hold of the memory of the WebAssembly module that a page starts: runs before the page's own scripts. */
function keepModuleMemory(): void {
  const start = WebAssembly.instantiateStreaming.bind(WebAssembly);
  WebAssembly.instantiateStreaming = async (source, imports) => {
    const started = await start(source, imports);
    (globalThis as { moduleMemory?: unknown }).moduleMemory = started.instance.exports["memory"];
    return started;
  };
}
