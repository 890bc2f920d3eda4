// A server for a whole run, and its first administrator, made the way people make theirs.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import { chromium, type FullConfig } from "@playwright/test";

import { PEOPLE, setUp } from "./people.ts";
import { ADMINISTRATOR, SERVER_FILE } from "./places.ts";
import { type Server, startServer } from "./server.ts";

/** Starts it, with further arguments as on its command line, and leaves where it is for the processes that run the tests. */
export async function startConsole(config: FullConfig, ...further: string[]): Promise<Server> {
  const server = await startServer(...further);
  try {
    mkdirSync(dirname(SERVER_FILE), { recursive: true });
    writeFileSync(SERVER_FILE, JSON.stringify({ address: server.address, data: server.data }));
    const { launchOptions } = config.projects[0]?.use ?? {};
    const browser = await chromium.launch(launchOptions);
    // Without scripts: the first thing anybody does here must not depend on them.
    const context = await browser.newContext({ javaScriptEnabled: false });
    await setUp(await context.newPage(), server.setupLink, PEOPLE.administrator);
    await context.storageState({ path: ADMINISTRATOR });
    await browser.close();
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}
