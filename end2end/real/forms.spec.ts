// Every kind that has a form, filled in with no more than it needs: what then stands in the cluster is what the YAML beside
// the form said, and what the API server adds to that by itself.

import { readFileSync } from "node:fs";

import type { Locator } from "@playwright/test";

import { type Answer, Cluster, CLUSTER } from "../harness/cluster.ts";
import { expect, ready, test } from "../harness/test.ts";

const NAMESPACE = "real-forms";
const LINKS = new URL("../../app/model/src/link/forms.rs", import.meta.url);

const listed = /WITH_FORM: [^=]+= \[([^\]]+)\]/.exec(readFileSync(LINKS, "utf8"))?.[1] ?? "";
/** The kinds with a form, as the console itself lists them. */
const KINDS = [...listed.matchAll(/"([^"]+)"/g)].map(([, kind]) => kind!);

interface Filling {
  field(name: string): Locator;
  step(name: string): Promise<void>;
}

/** What a kind needs besides a name and, where it has containers, an image. */
const NEEDS: Record<string, (form: Filling) => Promise<void>> = {
  ingresses: async ({ field, step }) => {
    await step("Routes");
    await field("Service *").fill("web");
  },
  resourcequotas: async ({ field, step }) => {
    await step("How many objects");
    await field("Pods").fill("5");
  },
  storageclasses: async ({ field, step }) => {
    await step("Class");
    await field("Driver *").fill("disks.example.org");
  },
  ingressclasses: async ({ field, step }) => {
    await step("Class");
    await field("Controller *").fill("example.org/ingress");
  },
  rolebindings: bound,
  clusterrolebindings: bound,
};

async function bound({ field, step }: Filling): Promise<void> {
  await step("Role");
  await field("Role *").fill("view");
  await step("Who holds it");
  await field("Service account *").fill("default");
  await field("Its namespace *").fill(NAMESPACE);
}

const cluster = new Cluster();

test.beforeAll(() => cluster.namespace(NAMESPACE));
test.afterAll(() => cluster.end(NAMESPACE));

test("the list of kinds is read", () => expect(KINDS).toContain("deployments"));

for (const kind of KINDS) {
  test(`what the form for ${kind} makes is what its YAML says`, async ({ page, scripts }) => {
    const served = await path(kind);
    test.skip(served === undefined, `a control plane without additions serves no ${kind}`);
    const form = page.locator(".form-body");
    const steps = page.locator(".form-step");
    const filling: Filling = {
      field: (name) => form.getByLabel(name, { exact: true }).first(),
      step: (name) => steps.filter({ hasText: name }).click(),
    };
    await page.goto(`/clusters/${CLUSTER}/new/${kind}?namespace=${NAMESPACE}`);
    await ready(page, scripts);
    const name = `made-${kind.split(".")[0]}`;
    await filling.field("Name *").fill(name);
    if ((await steps.filter({ hasText: "Containers" }).count()) > 0) {
      await filling.step("Containers");
      await filling.field("Image *").fill("nginx:1.27");
    }
    await NEEDS[kind]?.(filling);

    await page.getByRole("button", { name: "Preview" }).click();
    await expect(page.locator(".form-previews")).toContainText("will be created");
    const text = (await page.locator(".form-yaml .cm-line").allTextContents()).join("\n");
    const expected = await cluster.create(`${served}?dryRun=All&fieldValidation=Strict`, text);
    await page.getByRole("button", { name: "Create", exact: true }).click();
    await expect(page).toHaveURL(new RegExp(`/${kind}/(${NAMESPACE}|-)/${name}$`));
    const made = await cluster.get(`${served}/${name}`);
    await cluster.delete(`${served}/${name}`);

    expect(essence(made)).toEqual(essence(expected));
  });
}

/** Where objects of a kind are, if the cluster knows it. */
async function path(kind: string): Promise<string | undefined> {
  const [plural, ...group] = kind.split(".");
  const { groups } = await cluster.get("/apis");
  const roots = ["/api/v1", ...groups.map((one: Answer) => `/apis/${one.preferredVersion.groupVersion}`)];
  for (const root of roots.filter((root) => group.length === 0 || root.startsWith(`/apis/${group.join(".")}/`))) {
    const { resources } = await cluster.get(root);
    const resource = resources.find((one: Answer) => one.name === plural);
    if (resource) return resource.namespaced ? `${root}/namespaces/${NAMESPACE}/${plural}` : `${root}/${plural}`;
  }
  return undefined;
}

/** An object without what is new with every object, and without what controllers write. */
function essence(object: Answer): Answer {
  const text = JSON.stringify(object).replaceAll(object.metadata.uid, "UID");
  // The volume with a pod's token has another name each time.
  const { status: _, ...rest } = JSON.parse(text.replaceAll(/kube-api-access-[a-z0-9]{5}/g, "kube-api-access"));
  for (const key of ["resourceVersion", "creationTimestamp", "managedFields", "generation"]) delete rest.metadata[key];
  const { "deployment.kubernetes.io/revision": __, ...annotations } = rest.metadata.annotations ?? {};
  // Given out anew each time.
  if (rest.kind === "Service") for (const key of ["clusterIP", "clusterIPs"]) delete rest.spec[key];
  // What its node brings along.
  if (rest.kind === "Pod") {
    delete rest.spec.nodeName;
    for (const label of ["zone", "region"]) delete rest.metadata.labels[`topology.kubernetes.io/${label}`];
  }
  return { ...rest, metadata: { ...rest.metadata, annotations } };
}
