// A site that is not the console, with a page that shows something of it.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Site {
  /** As browsers name it. */
  readonly origin: string;
  /** What stands in its page. */
  content: string;
  stop(): Promise<void>;
}

export async function startSite(): Promise<Site> {
  const server = createServer((_, response) => {
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(`<!doctype html><html lang="en"><title>Another site</title><main><h1>Wiki</h1>${site.content}</main></html>`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const site: Site = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    content: "",
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return site;
}
