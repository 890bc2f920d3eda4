// Many readers at once, as the protocol sees them: event streams of different queries, read to the last byte.

import { Agent, type ClientRequest, get } from "node:http";

import type { Api } from "./api.ts";
import { percentile } from "./figures.ts";

/** Streams, and the different questions among them. */
const STREAMS = 200;
const QUERIES = 20;
/** Pods made for each of the questions that ask for pods by name. */
const PODS_PER_NAME = 10;
/** How long the last change may take to arrive before it counts as lost. */
const PATIENCE_MS = 20_000;

interface Row {
  uid: string;
  name: string;
}

interface News {
  snapshot?: { rows: Row[] };
  change?: { put: Row[]; gone: string[]; order: string[] | null };
}

/** What one reader knows, kept only by what the stream says. */
class Stream {
  readonly seen = new Map<string, number>();
  /** Rows that the stream put in order without ever having sent them. */
  unknown = 0;
  messages = 0;
  readonly #rows = new Map<string, string>();
  readonly #request: ClientRequest;
  readonly opened: Promise<void>;

  constructor(address: string, cookie: string, agent: Agent, query: object) {
    const feeds = JSON.stringify([{ feed: 1, topic: { table: query } }]);
    const target = `${address}/live?feeds=${encodeURIComponent(feeds)}`;
    let open: () => void;
    this.opened = new Promise((resolve) => (open = resolve));
    this.#request = get(target, { agent, headers: { cookie, accept: "text/event-stream" } }, (answer) => {
      if (answer.statusCode !== 200) throw new Error(`a stream was answered with ${answer.statusCode}`);
      let buffer = "";
      answer.setEncoding("utf8").on("data", (chunk: string) => {
        buffer += chunk;
        const events = buffer.split("\n\n");
        buffer = events.pop() ?? "";
        for (const event of events) {
          const data = event.split("\n").find((line) => line.startsWith("data: "));
          if (!data) continue;
          this.#take((JSON.parse(data.slice(6)) as { news: News }).news);
          open();
        }
      });
    });
    // Ends with `close`.
    this.#request.on("error", () => undefined);
  }

  close(): void {
    this.#request.destroy();
  }

  #take({ snapshot, change }: News): void {
    this.messages += 1;
    const now = performance.now();
    if (snapshot) this.#rows.clear();
    for (const { uid, name } of snapshot?.rows ?? change?.put ?? []) {
      this.#rows.set(uid, name);
      if (!this.seen.has(name)) this.seen.set(name, now);
    }
    for (const uid of change?.gone ?? []) this.#rows.delete(uid);
    for (const uid of change?.order ?? []) if (!this.#rows.has(uid)) this.unknown += 1;
  }
}

/** The questions: half ask for a few pods by name, half for a page that changes all the time. */
function queries(cluster: string): object[] {
  const columns = ["restarts", "age", "status", "node", "name"];
  return Array.from({ length: QUERIES }, (_, number) => {
    const query = { cluster, kind: "pods", size: 50 };
    if (number < QUERIES / 2) return { ...query, search: `stream-${number}-` };
    const column = columns[number % columns.length];
    return { ...query, sort: { column, descending: number % 2 === 0 }, page: number };
  });
}

/** Opens the streams, makes pods while everything else changes too, and tells how late and how completely they came. */
export async function readManyStreams(
  address: string,
  cookie: string,
  cluster: string,
  api: Api,
): Promise<{ lateness: number; lost: number; messages: number }> {
  const agent = new Agent({ maxSockets: STREAMS });
  const asked = queries(cluster);
  const streams = Array.from({ length: STREAMS }, (_, index) => {
    return new Stream(address, cookie, agent, asked[index % QUERIES] ?? {});
  });
  await Promise.all(streams.map(({ opened }) => opened));
  const made = new Map<string, number>();
  for (let pod = 0; pod < PODS_PER_NAME; pod += 1) {
    for (let query = 0; query < QUERIES / 2; query += 1) {
      const name = `stream-${query}-${pod}`;
      await api.createPod("default", name);
      made.set(name, performance.now());
    }
  }
  const expected = streams.flatMap((stream, index) => {
    const query = index % QUERIES;
    const names = [...made.keys()].filter((name) => name.startsWith(`stream-${query}-`));
    return names.map((name) => ({ stream, name }));
  });
  const missing = (): number => expected.filter(({ stream, name }) => !stream.seen.has(name)).length;
  for (let waited = 0; missing() > 0 && waited < PATIENCE_MS; waited += 100) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const late = expected.flatMap(({ stream, name }) => {
    const [seen, since] = [stream.seen.get(name), made.get(name)];
    return seen === undefined || since === undefined ? [] : [Math.max(0, seen - since)];
  });
  const lost = missing() + streams.reduce((sum, { unknown }) => sum + unknown, 0);
  const messages = streams.reduce((sum, stream) => sum + stream.messages, 0);
  for (const stream of streams) stream.close();
  agent.destroy();
  for (const name of made.keys()) await api.deletePod("default", name);
  return { lateness: percentile(late, 95), lost, messages };
}
