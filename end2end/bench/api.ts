// The API server of the cluster that is measured with.

import { readFileSync } from "node:fs";
import { request } from "node:https";

/** The parts of a kubeconfig that are needed here. The playground writes it as JSON, which is YAML. */
interface Kubeconfig {
  clusters: { name: string; cluster: { server: string; "certificate-authority-data": string } }[];
  users: { name: string; user: { token: string } }[];
  contexts: { name: string }[];
}

/** Makes changes that the console must show, and reads the way a console without stores would. */
export class Api {
  readonly #address: URL;
  readonly #authority: Buffer;
  readonly #token: string;

  constructor(kubeconfig: string, cluster: string) {
    const { clusters, users } = JSON.parse(readFileSync(kubeconfig, "utf8")) as Kubeconfig;
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
    await this.#send("POST", `/api/v1/namespaces/${namespace}/pods`, 201, JSON.stringify(pod));
  }

  async deletePod(namespace: string, name: string): Promise<void> {
    await this.#send("DELETE", `/api/v1/namespaces/${namespace}/pods/${name}?gracePeriodSeconds=0`, 200);
  }

  /** A list of so many pods, as the API server writes it. */
  async listPods(limit: number): Promise<Buffer> {
    return this.#send("GET", `/api/v1/pods?limit=${limit}`, 200);
  }

  async #send(method: string, path: string, expected: number, body?: string): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const ask = request(
        new URL(path, this.#address),
        {
          method,
          ca: this.#authority,
          headers: { authorization: `Bearer ${this.#token}`, "content-type": "application/json" },
        },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on("data", (chunk: Buffer) => void chunks.push(chunk));
          answer.on("end", () => {
            const all = Buffer.concat(chunks);
            if (answer.statusCode === expected) resolve(all);
            else reject(new Error(`${method} ${path} answered ${answer.statusCode}: ${all.toString().slice(0, 500)}`));
          });
        },
      );
      ask.on("error", reject);
      ask.end(body);
    });
  }
}
