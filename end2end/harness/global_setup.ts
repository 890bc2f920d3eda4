// Before all tests: a server, and its first administrator, made the way people make theirs.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import { chromium, type FullConfig } from "@playwright/test";

import { PEOPLE, setUp } from "./people.ts";
import { ADMINISTRATOR, SERVER_FILE } from "./places.ts";
import { Prometheus } from "./prometheus.ts";
import { startServer } from "./server.ts";
import { MailSink } from "./sink.ts";

export default async function globalSetup(config: FullConfig): Promise<() => Promise<void>> {
  const prometheus = await Prometheus.start();
  const mail = await MailSink.start();
  const server = await startServer(
    ...["--prometheus", `lantern=${prometheus.address}`],
    ...["--smtp", mail.address, "--mail-from", "Orrery <orrery@example.org>"],
    // Where specs take webhooks.
    ...["--notification-host", "127.0.0.1"],
  );
  const stop = async (): Promise<void> => {
    await server.stop();
    await prometheus.stop();
    await mail.sink.stop();
  };
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
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}
