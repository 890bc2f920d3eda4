// A real cluster, asked directly and as its administrator: what the console says is held against what is there.

import { readFileSync } from "node:fs";
import { request } from "node:https";

import { expect } from "@playwright/test";

/** As the kubeconfig of the peer calls it. */
export const CLUSTER = "peer";

/** Whatever the API server answers; tests say what they expect of it. */
export type Answer = any;

interface Way {
  server: string;
  ca: Buffer;
  cert: Buffer;
  key: Buffer;
}

/** The kubeconfig of the peer holds one cluster and one user, each value on a line of its own. */
function read(kubeconfig: string): Way {
  const text = readFileSync(kubeconfig, "utf8");
  const value = (name: string): string => {
    const found = new RegExp(`^\\s*${name}: (\\S+)$`, "m").exec(text)?.[1];
    if (found === undefined) throw new Error(`${kubeconfig} has no ${name}`);
    return found;
  };
  const bytes = (name: string): Buffer => Buffer.from(value(`${name}-data`), "base64");
  return {
    server: value("server"),
    ca: bytes("certificate-authority"),
    cert: bytes("client-certificate"),
    key: bytes("client-key"),
  };
}

/** The file that the peer is found by. */
export function kubeconfig(): string {
  const file = process.env["ORRERY_PEER_KUBECONFIG"];
  if (file === undefined) throw new Error("ORRERY_PEER_KUBECONFIG is not set: `cargo xtask peers up kwok` says what it is");
  return file;
}

export interface Impersonated {
  user: string;
  groups: string[];
}

export class Cluster {
  readonly #way = read(kubeconfig());

  /** Sends YAML or JSON and answers with what came, whatever its status. */
  send(method: string, path: string, body?: unknown, as?: Impersonated): Promise<{ status: number; body: Answer }> {
    const { server, ...keys } = this.#way;
    // JSON is YAML.
    const type = method === "PATCH" ? "application/merge-patch+json" : "application/yaml";
    const headers: Record<string, string | string[]> = {
      accept: "application/json",
      ...(body === undefined ? {} : { "content-type": type }),
      ...(as ? { "impersonate-user": as.user, "impersonate-group": as.groups } : {}),
    };
    const text = body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const asked = request(new URL(path, server), { method, headers, ...keys }, (response) => {
        let said = "";
        response.on("data", (chunk) => (said += String(chunk)));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, body: parsed(said) }));
        response.on("error", reject);
      });
      asked.on("error", reject);
      asked.end(text);
    });
  }

  async get(path: string): Promise<Answer> {
    return this.#must("GET", path);
  }

  async create(path: string, body: unknown): Promise<Answer> {
    return this.#must("POST", path, body);
  }

  async patch(path: string, body: unknown): Promise<Answer> {
    return this.#must("PATCH", path, body);
  }

  /** Deletes what may be gone already. */
  async delete(path: string): Promise<void> {
    const { status, body } = await this.send("DELETE", path);
    expect([200, 202, 404], `DELETE ${path}: ${JSON.stringify(body)}`).toContain(status);
  }

  /** Makes a namespace for one file of tests, without what a run that was broken off has left in it. */
  async namespace(name: string): Promise<void> {
    await this.end(name);
    await this.create("/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name } });
    // Pods are made under an account that a controller makes.
    await expect.poll(() => this.#status(`/api/v1/namespaces/${name}/serviceaccounts/default`)).toBe(200);
  }

  /** Ends a namespace with all that is in it, and waits until it is gone. */
  async end(name: string): Promise<void> {
    await this.delete(`/api/v1/namespaces/${name}`);
    await this.gone(`/api/v1/namespaces/${name}`);
  }

  /** Waits until something is gone. */
  async gone(path: string): Promise<void> {
    await expect.poll(() => this.#status(path), { timeout: 120_000 }).toBe(404);
  }

  /** Whether the cluster's own RBAC allows something to somebody. */
  async allows(as: Impersonated, resourceAttributes: object): Promise<boolean> {
    const review = { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview", spec: { resourceAttributes } };
    const { status, body } = await this.send("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review, as);
    expect(status, JSON.stringify(body)).toBe(201);
    return (body as { status: { allowed: boolean } }).status.allowed;
  }

  async #status(path: string): Promise<number> {
    return (await this.send("GET", path)).status;
  }

  async #must(method: string, path: string, body?: unknown): Promise<Answer> {
    const answer = await this.send(method, path, body);
    expect(answer.status, `${method} ${path}: ${JSON.stringify(answer.body)}`).toBeLessThan(300);
    return answer.body;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
