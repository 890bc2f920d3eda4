// Where notifications go in tests: a program that takes webhooks and one that takes mail. Both keep what they get.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer, type Server as HttpServer } from "node:http";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const listen = async (server: Server | HttpServer): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
};

export class WebhookSink {
  /** The bodies that came, the oldest first. */
  readonly heard: string[] = [];
  readonly #server: HttpServer;

  private constructor() {
    this.#server = createHttpServer((request, response) => {
      let body = "";
      request.on("data", (chunk) => (body += String(chunk)));
      request.on("end", () => {
        this.heard.push(body);
        response.end("ok");
      });
    });
  }

  static async start(): Promise<{ sink: WebhookSink; address: string }> {
    const sink = new WebhookSink();
    return { sink, address: `http://127.0.0.1:${await listen(sink.#server)}/in` };
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** A mail server that takes everything (RFC 5321, as far as that needs) and keeps each mail as a file. It lives for the whole run: settings name it. */
export class MailSink {
  readonly #server: Server = createServer((socket) => this.#talk(socket));
  readonly #open = new Set<Socket>();
  readonly #folder: string;
  #count = 0;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async start(): Promise<{ sink: MailSink; address: string; folder: string }> {
    const folder = mkdtempSync(join(tmpdir(), "orrery-end2end-mail-"));
    const sink = new MailSink(folder);
    return { sink, folder, address: `smtp://127.0.0.1:${await listen(sink.#server)}` };
  }

  async stop(): Promise<void> {
    rmSync(this.#folder, { recursive: true, force: true });
    for (const socket of this.#open) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #talk(socket: Socket): void {
    this.#open.add(socket);
    socket.on("close", () => this.#open.delete(socket));
    socket.on("error", () => socket.destroy());
    let isContent = false;
    let rest = "";
    let content: string[] = [];
    socket.write("220 sink\r\n");
    socket.on("data", (chunk) => {
      const lines = (rest + chunk.toString()).split("\r\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        if (isContent) {
          isContent = line !== ".";
          if (isContent) content.push(line);
          else {
            writeFileSync(join(this.#folder, `${this.#count++}.eml`), content.join("\n"));
            content = [];
            socket.write("250 taken\r\n");
          }
          continue;
        }
        const word = line.slice(0, 4).toUpperCase();
        isContent = word === "DATA";
        socket.write(isContent ? "354 go on\r\n" : word === "QUIT" ? "221 bye\r\n" : "250 sink\r\n");
      }
    });
  }
}

/** The variable that says where mails are kept. */
export const MAIL_FOLDER = "ORRERY_TEST_MAIL";

/** The mails that went to an address, as they were sent. */
export function mailsTo(address: string): string[] {
  const folder = process.env[MAIL_FOLDER] ?? "";
  const mails = readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8"));
  return mails.filter((mail) => mail.includes(`To: ${address}`));
}
