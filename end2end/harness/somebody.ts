// Somebody else, who changes the cluster while a page is looked at: through the console's own endpoints, so that they
// are subject to all its rules.

import { expect, type Page } from "@playwright/test";

export interface Reference {
  kind: string;
  namespace: string | null;
  name: string;
}

export class Somebody {
  readonly #page: Page;
  readonly #cluster: string;

  constructor(page: Page, cluster: string) {
    this.#page = page;
    this.#cluster = cluster;
  }

  /** Creates or changes what the YAML says. */
  async apply(text: string): Promise<void> {
    await this.#call("apply", { change: { cluster: this.#cluster, namespace: null, text, base: null, force: true } });
  }

  async delete(object: Reference): Promise<void> {
    await this.#call("delete", { deletion: { targets: [this.#target(object)], propagation: "Background" } });
  }

  async scale(object: Reference, replicas: number): Promise<void> {
    await this.#call("act", { targets: [this.#target(object)], action: { Scale: { replicas } } });
  }

  #target(object: Reference): object {
    return { resource: { cluster: this.#cluster, ...object }, uid: null };
  }

  async #call(endpoint: string, data: object): Promise<void> {
    const answer = await this.#page.request.post(`/api/resources/${endpoint}`, {
      data,
      headers: { origin: new URL(this.#page.url()).origin },
    });
    expect(answer.ok(), `${endpoint}: ${await answer.text()}`).toBe(true);
  }
}

/** A configuration map, which nothing else in the playground waits for. */
export function note(name: string, words: string, namespace = "shop"): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  namespace: ${namespace}\ndata:\n  words: ${words}\n`;
}
