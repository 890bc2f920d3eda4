// kubectl as somebody has it: with a token of theirs, through the console. It sends tokens over TLS alone, which the console of a
// test does not speak, so that something stands before it that does.

import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Said {
  succeeded: boolean;
  /** What it wrote, wherever to. */
  text: string;
}

/** A command that goes on until it is stopped or ends by itself. */
export interface Running {
  text(): string;
  hasEnded(): boolean;
  stop(): void;
}

export class Kubectl {
  readonly #folder: string;
  readonly #address: string;
  readonly #front: ReturnType<typeof createServer>;

  private constructor(folder: string, front: ReturnType<typeof createServer>) {
    this.#folder = folder;
    this.#front = front;
    this.#address = `https://127.0.0.1:${(front.address() as AddressInfo).port}`;
  }

  /** With a console behind it that answers at this address. */
  static async before(console: string): Promise<Kubectl> {
    const folder = mkdtempSync(join(tmpdir(), "orrery-kubectl-"));
    const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
    const name = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
    const files = ["-keyout", key, "-out", cert];
    execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", ...name, ...files], { stdio: "ignore" });
    const front = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (asked, answer) => {
      const { method, headers, url } = asked;
      const onward = request(new URL(url ?? "/", console), { method, headers: { ...headers, host: new URL(console).host } }, (said) => {
        answer.writeHead(said.statusCode ?? 502, said.headers);
        said.on("error", () => answer.destroy());
        said.pipe(answer);
      });
      onward.on("error", () => answer.destroy());
      // Who goes away has what was asked for them go too.
      answer.on("close", () => onward.destroy());
      asked.pipe(onward);
    });
    await new Promise<void>((resolve) => front.listen(0, "127.0.0.1", resolve));
    return new Kubectl(folder, front);
  }

  /** Runs a command to its end. */
  run(cluster: string, token: string, ...words: string[]): Promise<Said> {
    return new Promise((resolve) => {
      execFile("kubectl", this.#words(cluster, token, words), { encoding: "utf8", env: this.#environment() }, (error, out, problems) =>
        resolve({ succeeded: error === null, text: out + problems }),
      );
    });
  }

  /** Starts a command that goes on. */
  start(cluster: string, token: string, ...words: string[]): Running {
    const child: ChildProcess = spawn("kubectl", this.#words(cluster, token, words), { env: this.#environment() });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (text += String(chunk)));
    return { text: () => text, hasEnded: () => child.exitCode !== null, stop: () => void child.kill() };
  }

  async stop(): Promise<void> {
    this.#front.closeAllConnections();
    await new Promise((resolve) => this.#front.close(resolve));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #words(cluster: string, token: string, words: string[]): string[] {
    const server = `--server=${this.#address}/kubernetes/${cluster}`;
    const authority = `--certificate-authority=${join(this.#folder, "cert.pem")}`;
    return [server, authority, `--token=${token}`, `--cache-dir=${join(this.#folder, "cache", token.slice(-6))}`, ...words];
  }

  /** Nothing of whoever runs the tests. */
  #environment(): NodeJS.ProcessEnv {
    return { PATH: process.env["PATH"], HOME: this.#folder, KUBECONFIG: join(this.#folder, "none") };
  }
}
