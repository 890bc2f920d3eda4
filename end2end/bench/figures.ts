import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";

import type { BrowserContext } from "@playwright/test";

/** The value below which so many per cent of the values are. */
export function percentile(values: number[], per_cent: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.ceil((sorted.length * per_cent) / 100) - 1)] ?? Number.NaN;
}

/** Memory of a process that is in RAM. */
export function residentBytes(processId: number): number {
  const status = readFileSync(`/proc/${processId}/status`, "utf8");
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1];
  if (!kilobytes) throw new Error(`process ${processId} says nothing of its memory`);
  return Number(kilobytes) * 1024;
}

/** Writes figures down beside those of other measurements, where `cargo xtask bench` reads them. */
export function keepFigures(figures: Record<string, number>): void {
  const result = process.env["ORRERY_BENCH_RESULT"];
  if (!result) return;
  const others = existsSync(result) ? (JSON.parse(readFileSync(result, "utf8")) as Record<string, number>) : {};
  writeFileSync(result, JSON.stringify({ ...others, ...figures }, null, 2));
}

/**
 * Milliseconds until the first byte of each of many requests, one after the other, and until the last; and the bytes of the
 * last body.
 */
export async function loadTimes(
  context: BrowserContext,
  address: string,
  requests: number,
): Promise<{ times: number[]; wholes: number[]; bytes: number }> {
  const cookies = await context.cookies();
  const headers = {
    cookie: cookies.map(({ name, value }) => `${name}=${value}`).join("; "),
    "accept-encoding": "br",
    accept: "text/html",
  };
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const times: number[] = [];
  const wholes: number[] = [];
  let bytes = 0;
  for (let turn = 0; turn < requests; turn += 1) {
    bytes = await new Promise<number>((resolve, reject) => {
      const begin = performance.now();
      request(address, { agent, headers }, (answer) => {
        let size = 0;
        // The headers come with the first byte of the page; the server waits for neither alone.
        answer.once("data", () => times.push(performance.now() - begin));
        answer.on("data", (chunk: Buffer) => void (size += chunk.length));
        answer.on("end", () => {
          wholes.push(performance.now() - begin);
          if (answer.statusCode === 200) resolve(size);
          else reject(new Error(`${address} answered ${answer.statusCode}`));
        });
      })
        .on("error", reject)
        .end();
    });
  }
  agent.destroy();
  return { times, wholes, bytes };
}

/** How often the console has begun to list the pods of a cluster: more than once means that it lost what it followed. */
export async function listsOfPods(port: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const count = /^orrery_lists_total\{.*kind="pods".*\} (\d+)/m.exec(text)?.[1];
  if (!count) throw new Error("the metrics do not count lists of pods");
  return Number(count);
}

/** Requests that the console has sent to clusters so far, as its own metrics tell. */
export async function upstreamRequests(port: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const counts = [...text.matchAll(/^orrery_upstream_duration_seconds_count(?:\{.*\})? (\d+)/gm)];
  if (counts.length === 0) throw new Error("the metrics do not count requests to clusters");
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}
