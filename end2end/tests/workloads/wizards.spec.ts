// Every wizard that people begin with, filled in and carried out: the manifest that it shows is the one in `golden/`, and what is
// previewed is made. `ORRERY_GOLDEN=write` writes those files anew; what has changed in them is to be looked at like code.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import type { Locator, Page } from "@playwright/test";

import { Somebody } from "../../harness/somebody.ts";
import { expect, ready, test } from "../../harness/test.ts";

const NAMESPACE = "shop";

/** What is filled in, in the words of the form. */
class Wizard {
  readonly form: Locator;
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
    this.form = page.locator(".form-body");
  }

  async step(name: string): Promise<void> {
    await this.#page.locator(".form-step").filter({ hasText: name }).click();
  }

  async fill(values: Record<string, string>): Promise<void> {
    for (const [label, value] of Object.entries(values)) await this.form.getByLabel(label, { exact: true }).first().fill(value);
  }

  async choose(label: string, option: string): Promise<void> {
    await this.form.getByLabel(label, { exact: true }).first().selectOption({ label: option });
  }

  async add(what: string): Promise<void> {
    await this.form.getByRole("button", { name: what, exact: true }).first().click();
  }

  async unfold(title: string): Promise<void> {
    await this.form.locator("summary").filter({ hasText: title }).first().click();
  }

  async tick(label: string): Promise<void> {
    await this.form.getByRole("checkbox", { name: label, exact: true }).check();
  }

  /** A container with an image. */
  async container(): Promise<void> {
    await this.step("Containers");
    await this.fill({ "Image *": "nginx:1.27" });
  }

  /** A pair, as the last of its list. */
  async pair(key: string, value: string): Promise<void> {
    await this.add("Add");
    await this.form.getByLabel("Key", { exact: true }).filter({ visible: true }).last().fill(key);
    await this.form.getByLabel("Value", { exact: true }).filter({ visible: true }).last().fill(value);
  }
}

interface Case {
  kind: string;
  /** Which of several of its kind. */
  variant?: string;
  fill(wizard: Wizard): Promise<void>;
}

const CASES: Case[] = [
  {
    kind: "deployments",
    fill: async (wizard) => {
      await wizard.container();
      await wizard.add("Add: Ports");
      await wizard.fill({ "Port *": "8080" });
      await wizard.unfold("Resources");
      await wizard.fill({ "CPU request": "50m", "Memory limit": "64Mi" });
      await wizard.step("Replicas and rollout");
      await wizard.fill({ Replicas: "2" });
    },
  },
  {
    kind: "statefulsets",
    fill: async (wizard) => {
      await wizard.container();
      await wizard.step("Claims");
      await wizard.add("Add: Claims of each pod");
      await wizard.fill({ "Name *": "data", "Size *": "1Gi" });
    },
  },
  { kind: "daemonsets", fill: (wizard) => wizard.container() },
  {
    kind: "jobs",
    fill: async (wizard) => {
      await wizard.container();
      await wizard.step("Run");
      await wizard.fill({ Completions: "3", Retries: "2" });
    },
  },
  {
    kind: "cronjobs",
    fill: async (wizard) => {
      await wizard.step("Schedule");
      await wizard.fill({ "Schedule *": "30 4 * * 1" });
      await wizard.container();
    },
  },
  { kind: "pods", fill: (wizard) => wizard.container() },
  ...["ClusterIP", "NodePort", "LoadBalancer"].map((type) => ({
    kind: "services",
    variant: type.toLowerCase(),
    fill: async (wizard: Wizard) => {
      await wizard.step("Service");
      await wizard.choose("Type", type);
    },
  })),
  {
    kind: "services",
    variant: "externalname",
    fill: async (wizard) => {
      await wizard.step("Service");
      await wizard.choose("Type", "ExternalName");
      await wizard.fill({ "Host name *": "shop.example.org" });
    },
  },
  {
    kind: "ingresses",
    fill: async (wizard) => {
      await wizard.step("Routes");
      await wizard.fill({ Host: "shop.example.org", "Service *": "storefront" });
    },
  },
  {
    kind: "httproutes.gateway.networking.k8s.io",
    fill: async (wizard) => {
      await wizard.step("Gateways and hosts");
      await wizard.fill({ "Gateway *": "public", Hosts: "shop.example.org" });
      await wizard.step("Routes");
      await wizard.fill({ "Service *": "storefront" });
    },
  },
  {
    kind: "horizontalpodautoscalers",
    fill: async (wizard) => {
      await wizard.step("Scaling");
      await wizard.fill({ "Name *": "storefront", "At most *": "4" });
    },
  },
  {
    kind: "poddisruptionbudgets",
    fill: async (wizard) => {
      await wizard.step("Budget");
      await wizard.choose("How many", "So many stay");
      await wizard.fill({ "Pods *": "50%" });
    },
  },
  {
    kind: "networkpolicies",
    fill: async (wizard) => {
      await wizard.step("Into the pods");
      await wizard.add("Add: May come in");
      await wizard.choose("Who", "A range of addresses");
      await wizard.fill({ "Addresses *": "10.0.0.0/8" });
    },
  },
  {
    kind: "configmaps",
    fill: async (wizard) => {
      await wizard.step("Data");
      await wizard.pair("greeting", "hello");
    },
  },
  {
    kind: "secrets",
    variant: "opaque",
    fill: async (wizard) => {
      await wizard.step("Secret");
      await wizard.pair("password", "a lamp on the pier");
    },
  },
  {
    kind: "secrets",
    variant: "login",
    fill: async (wizard) => {
      await wizard.step("Secret");
      await wizard.choose("Type", "kubernetes.io/basic-auth");
      await wizard.fill({ "User name *": "grace", "Password *": "a lamp on the pier" });
    },
  },
  {
    kind: "secrets",
    variant: "registry",
    fill: async (wizard) => {
      await wizard.step("Secret");
      await wizard.choose("Type", "kubernetes.io/dockerconfigjson");
      await wizard.fill({ "Registry *": "registry.example.org", "User name": "grace", Password: "a lamp on the pier" });
    },
  },
  {
    kind: "secrets",
    variant: "ssh",
    fill: async (wizard) => {
      await wizard.step("Secret");
      await wizard.choose("Type", "kubernetes.io/ssh-auth");
      await wizard.fill({ "Private key *": "-----BEGIN OPENSSH PRIVATE KEY-----\nbm90IG9uZQ==\n-----END OPENSSH PRIVATE KEY-----\n" });
    },
  },
  {
    kind: "secrets",
    variant: "token",
    fill: async (wizard) => {
      await wizard.step("Secret");
      await wizard.choose("Type", "kubernetes.io/service-account-token");
      await wizard.fill({ "Service account *": "default" });
    },
  },
  { kind: "serviceaccounts", fill: async () => undefined },
  {
    kind: "persistentvolumeclaims",
    fill: async (wizard) => {
      await wizard.step("Storage");
      await wizard.fill({ "Size *": "2Gi" });
    },
  },
  {
    kind: "storageclasses",
    fill: async (wizard) => {
      await wizard.step("Class");
      await wizard.fill({ "Driver *": "disks.example.org" });
    },
  },
  {
    kind: "volumesnapshotclasses.snapshot.storage.k8s.io",
    fill: async (wizard) => {
      await wizard.step("Class");
      await wizard.fill({ "Driver *": "disks.example.org" });
    },
  },
  {
    kind: "resourcequotas",
    fill: async (wizard) => {
      await wizard.step("CPU, memory, storage");
      await wizard.fill({ "CPU request": "4", "Memory limit": "8Gi" });
      await wizard.step("How many objects");
      await wizard.fill({ Pods: "50" });
    },
  },
  {
    kind: "limitranges",
    fill: async (wizard) => {
      await wizard.step("Limits");
      await wizard.form.getByLabel("Memory", { exact: true }).nth(1).fill("128Mi");
    },
  },
];

for (const { kind, variant, fill } of CASES) {
  const short = [kind.split(".")[0], variant].filter(Boolean).join("-");
  test(`the wizard for ${short} makes what its manifest says @scripts`, async ({ page, scripts }) => {
    const wizard = new Wizard(page);
    await page.goto(`/clusters/harbour/new/${kind}?namespace=${NAMESPACE}`);
    await ready(page, scripts);
    const name = `wizard-${short}`;
    await wizard.fill({ "Name *": name });
    await fill(wizard);

    await page.getByRole("button", { name: "Preview" }).click();
    await expect(page.locator(".form-previews")).toContainText("will be created");
    const lines = await page.locator(".form-yaml .cm-line").allTextContents();
    compare(short, `${lines.join("\n").trimEnd()}\n`);
    await page.getByRole("button", { name: "Create", exact: true }).click();
    await expect(page).toHaveURL(new RegExp(`/${kind}/(${NAMESPACE}|-)/${name}$`));
    await expect(page.getByRole("heading", { level: 1 })).toContainText(name);
    // Others work in this project too: a quota of ours would be in their way.
    const namespace = new URL(page.url()).pathname.split("/").at(-2) ?? "-";
    const made = { kind, namespace: namespace === "-" ? null : namespace, name };
    await new Somebody(page, "harbour").delete(made);
  });
}

/** Holds a manifest against the one that was looked at. */
function compare(name: string, manifest: string): void {
  const file = fileURLToPath(new URL(`golden/${name}.yaml`, import.meta.url));
  if (process.env["ORRERY_GOLDEN"] === "write") writeFileSync(file, manifest);
  expect(existsSync(file), `${file} is missing: ORRERY_GOLDEN=write makes it`).toBe(true);
  expect(manifest).toBe(readFileSync(file, "utf8"));
}
