// Before all tests: a server with its playground, and what it speaks to.

import type { FullConfig } from "@playwright/test";

import { startConsole } from "./console.ts";
import { Prometheus } from "./prometheus.ts";
import { MAIL_FOLDER, MailSink } from "./sink.ts";

export default async function globalSetup(config: FullConfig): Promise<() => Promise<void>> {
  const prometheus = await Prometheus.start();
  const mail = await MailSink.start();
  // Tests read there what was sent.
  process.env[MAIL_FOLDER] = mail.folder;
  const stopOthers = async (): Promise<void> => {
    await prometheus.stop();
    await mail.sink.stop();
  };
  try {
    const server = await startConsole(
      config,
      ...["--prometheus", `lantern=${prometheus.address}`],
      ...["--smtp", mail.address, "--mail-from", "Orrery <orrery@example.org>"],
      // Where specs take webhooks.
      ...["--notification-host", "127.0.0.1"],
    );
    return async () => {
      await server.stop();
      await stopOthers();
    };
  } catch (error) {
    await stopOthers();
    throw error;
  }
}
