// Starts the server under test on a free port with an empty data folder, and stops it.

import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { BINARY, SITE } from "./places.ts";

/** How long the server may take until it prints its link; it makes three clusters first. */
const START_LIMIT_MS = 180_000;
/** How long it may take to end after it was asked to. */
const STOP_LIMIT_MS = 30_000;

export interface Server {
  address: string;
  /** The one-time link with which the first administrator chooses a password. */
  setupLink: string;
  processId: number;
  /** Its data folder, for commands beside it. */
  data: string;
  stop(): Promise<void>;
}

/** Starts a server of its own, on any free port unless the further arguments, as on its command line, say on which. */
export async function startServer(...further: string[]): Promise<Server> {
  const listen = further.includes("--listen") ? [] : ["--listen", "127.0.0.1:0"];
  const data = mkdtempSync(join(tmpdir(), "orrery-end2end-"));
  const child = spawn(
    process.env["ORRERY_BINARY"] ?? BINARY,
    ["serve", ...listen, "--data-dir", data, ...further],
    {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ORRERY_SITE_ROOT: process.env["ORRERY_SITE_ROOT"] ?? SITE, NO_COLOR: "1" },
    },
  );
  const log = createWriteStream(join(data, "server.log"));
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const stop = async (): Promise<void> => {
    await end(child);
    await new Promise<void>((resolve) => log.end(resolve));
    const panics = panicsIn(join(data, "server.log"));
    rmSync(data, { recursive: true, force: true });
    if (panics.length > 0) throw new Error(`The server panicked:\n${panics.join("\n")}`);
  };
  try {
    const setupLink = await printedLink(child);
    return { address: new URL(setupLink).origin, setupLink, processId: child.pid ?? 0, data, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What a panic says, wherever it was: a page that survives one shows nothing of it. */
function panicsIn(log: string): string[] {
  const lines = readFileSync(log, "utf8").split("\n");
  return lines.flatMap((line, index) => (/panicked/i.test(line) ? lines.slice(index, index + 3) : []));
}

function printedLink(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = "";
    const fail = (reason: string): void => reject(new Error(`${reason}. It wrote:\n${output.slice(-4000)}`));
    const timer = setTimeout(() => fail("The server printed no link to set it up"), START_LIMIT_MS);
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const link = /https?:\/\/\S+\/setup\?token=[^\s"')]+/.exec(output)?.[0];
      // The whole line must be there, or the token is cut.
      if (link && output.indexOf("\n", output.indexOf(link)) > 0) {
        clearTimeout(timer);
        resolve(link);
      }
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.on("error", (error) => fail(`The server could not be started: ${error.message}`));
    child.on("exit", (code) => fail(`The server ended with ${code}`));
  });
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT_MS);
    child.on("exit", () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill("SIGTERM");
  });
}
