// A playground in a process of its own, so that its memory and its work are not counted as the console's.

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { BINARY } from "../harness/places.ts";

export interface Playground {
  /** The kubeconfig's file. */
  kubeconfig: string;
  /** The cluster with all the pods: the last context of the kubeconfig. */
  cluster: string;
  stop(): Promise<void>;
}

/** Generates so many objects, then changes some of them so many times a second. */
export async function startPlayground(scale: { pods: number; changes: number }): Promise<Playground> {
  const folder = mkdtempSync(join(tmpdir(), "orrery-bench-"));
  const kubeconfig = join(folder, "kubeconfig");
  const child = spawn(
    process.env["ORRERY_BINARY"] ?? BINARY,
    ["playground", "--fresh", "--scale", String(scale.pods), "--churn", String(scale.changes), "--kubeconfig-out", kubeconfig],
    { stdio: ["ignore", "inherit", "inherit"], env: { ...process.env, ORRERY_DATA_DIR: folder } },
  );
  const stop = async (): Promise<void> => {
    if (child.exitCode === null) {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  for (let waited = 0; !existsSync(kubeconfig); waited += 100) {
    if (child.exitCode !== null || waited > 300_000) {
      await stop();
      throw new Error("the playground did not start");
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const cluster = read(kubeconfig).contexts.at(-1)?.name ?? "";
  return { kubeconfig, cluster, stop };
}

/** The parts of a kubeconfig that are needed here. The playground writes it as JSON, which is YAML. */
interface Kubeconfig {
  clusters: { name: string; cluster: { server: string; "certificate-authority-data": string } }[];
  users: { name: string; user: { token: string } }[];
  contexts: { name: string }[];
}

function read(file: string): Kubeconfig {
  return JSON.parse(readFileSync(file, "utf8")) as Kubeconfig;
}

/** The API server of a playground, for changes that the console must show. */
export class Api {
  readonly #address: URL;
  readonly #authority: Buffer;
  readonly #token: string;

  constructor({ kubeconfig, cluster }: Playground) {
    const { clusters, users } = read(kubeconfig);
    const server = clusters.find(({ name }) => name === cluster)?.cluster;
    const user = users.find(({ name }) => name === cluster)?.user;
    if (!server || !user) throw new Error(`the kubeconfig has no cluster ${cluster}`);
    this.#address = new URL(server.server);
    this.#authority = Buffer.from(server["certificate-authority-data"], "base64");
    this.#token = user.token;
  }

  async createPod(namespace: string, name: string): Promise<void> {
    const pod = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name, namespace },
      spec: { containers: [{ name: "main", image: "registry.example/bench:1" }] },
    };
    await new Promise<void>((resolve, reject) => {
      const ask = request(
        new URL(`/api/v1/namespaces/${namespace}/pods`, this.#address),
        {
          method: "POST",
          ca: this.#authority,
          headers: { authorization: `Bearer ${this.#token}`, "content-type": "application/json" },
        },
        (answer) => {
          let body = "";
          answer.on("data", (chunk: Buffer) => void (body += chunk.toString()));
          answer.on("end", () => (answer.statusCode === 201 ? resolve() : reject(new Error(body))));
        },
      );
      ask.on("error", reject);
      ask.end(JSON.stringify(pod));
    });
  }
}
