// Forms: fill in, watch the YAML, preview, create, edit.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Page } from "@playwright/test";

import { checkPage, expect, look, ready, test } from "../../harness/test.ts";

const form = (page: Page) => page.locator(".form-body");
const yaml = (page: Page) => page.locator(".form-yaml");
const field = (page: Page, name: string) => form(page).getByRole("textbox", { name, exact: true });
const step = (page: Page, name: string) => page.locator(".form-steps").getByRole("button", { name });

test("a deployment with a service is made from the form, and edited with it @scripts", async ({ page, scripts }) => {
  await page.goto("/clusters/harbour/deployments?namespace=shop");
  await ready(page, scripts);
  await page.getByRole("link", { name: "Create", exact: true }).first().click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("New deployment");
  await expect(form(page).getByRole("combobox", { name: "Namespace *" })).toHaveValue("shop");

  await field(page, "Name *").fill("Form Made");
  await expect(form(page)).toContainText("Small letters, digits");
  await field(page, "Name *").fill("form-made");
  await expect(yaml(page)).toContainText("app: form-made");
  await checkPage(page, scripts);

  await step(page, "Containers").click();
  await field(page, "Image *").fill("nginx:1.27");
  await form(page).getByRole("button", { name: "Add: Ports" }).click();
  await field(page, "Port *").fill("8080");
  await form(page).getByText("Resources", { exact: true }).click();
  await field(page, "CPU request").fill("much");
  await expect(form(page)).toContainText("A number with a unit");
  await field(page, "CPU request").fill("50m");
  await form(page).getByText("Readiness probe").click();
  await form(page).getByRole("combobox", { name: "Asked by" }).selectOption({ label: "HTTP" });
  await expect(yaml(page)).toContainText("httpGet");
  await look(page, "form-containers");
  await checkPage(page, scripts);

  await step(page, "Service").click();
  await form(page).getByRole("checkbox", { name: /Also make a service/ }).check();
  await expect(field(page, "Port *")).toHaveValue("8080");

  await page.getByRole("button", { name: "Preview" }).click();
  await expect(page.locator(".form-previews")).toContainText("services/shop/form-made");
  await expect(page.locator(".form-previews")).toContainText("will be created");
  await look(page, "form-preview");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page).toHaveURL(/\/deployments\/shop\/form-made$/);

  await page.getByRole("link", { name: "Edit", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Edit form-made");
  await step(page, "Replicas and rollout").click();
  await field(page, "Replicas").fill("2");
  await page.getByRole("button", { name: "Preview" }).click();
  await expect(page.locator(".form-previews")).toContainText("replicas: 2");
  await expect(page.locator(".form-previews")).toContainText("replicas: 1");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page).toHaveURL(/\/deployments\/shop\/form-made$/);
});

test("logs that a program writes to files are read by a sidecar @scripts", async ({ page, scripts }) => {
  await page.goto("/clusters/harbour/new/deployments?namespace=shop");
  await ready(page, scripts);
  await field(page, "Name *").fill("form-logs");
  await step(page, "Volumes").click();
  const add = form(page).getByRole("button", { name: "Add: Log files" });
  await expect(add).toHaveAttribute("aria-disabled", "true");
  await form(page).getByRole("button", { name: "Add: Volumes" }).click();
  await field(page, "Name *").fill("data");
  await step(page, "Containers").click();
  await field(page, "Image *").fill("nginx:1.27");
  await form(page).getByRole("button", { name: "Add: Mounted volumes" }).click();
  await field(page, "Volume *").fill("data");
  await field(page, "Path in the container *").fill("/var/log/shop");

  await step(page, "Volumes").click();
  await add.click();
  await expect(form(page).getByRole("combobox", { name: "Volume, as it is mounted" })).toHaveValue("data · /var/log/shop");
  await field(page, "Files *").fill("/var/log/shop/*.log");
  await expect(form(page)).toContainText("/var/log/shop/*.log has a wildcard");
  await field(page, "Files *").fill("/var/log/shop/a.log\n/var/log/shop/b.log\n");
  await expect(form(page)).not.toContainText("has a wildcard");
  await expect(yaml(page)).toContainText("name: logs-data");
  await expect(yaml(page)).toContainText("- /var/log/shop/b.log");
  await look(page, "form-log-files");
  await checkPage(page, scripts);

  await page.getByRole("button", { name: "Preview" }).click();
  await expect(page.locator(".form-previews")).toContainText("will be created");
});

test("what is typed as YAML is in the form, and what was typed survives a reload @scripts", async ({ page, scripts }) => {
  await page.goto("/clusters/harbour/new/configmaps?namespace=shop");
  await ready(page, scripts);

  await yaml(page).locator(".cm-content").click();
  await page.keyboard.press("Control+A");
  // Typing over a selection, the browser would bring along styles that the page's policy refuses.
  await page.keyboard.press("Delete");
  await page.keyboard.type("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: typed\n");
  await expect(field(page, "Name *")).toHaveValue("typed");
  await field(page, "Name *").fill("typed-too");
  await expect(yaml(page)).toContainText("name: typed-too");

  await page.reload();
  await ready(page, scripts);
  await expect(field(page, "Name *")).toHaveValue("typed-too");
  await expect(page.locator("main")).toContainText("came back");
  await page.getByRole("button", { name: "Start over" }).first().click();
  await expect(field(page, "Name *")).toHaveValue("");
});

test("a step says what it lacks when the form is tried out @scripts", async ({ page, scripts }) => {
  await page.goto("/clusters/harbour/new/cronjobs?namespace=shop");
  await ready(page, scripts);

  await page.getByRole("button", { name: "Preview" }).click();

  await expect(page.locator("main")).toContainText("Before it can be tried out");
  await expect(form(page)).toContainText("This must be filled in.");
  await expect(step(page, "Containers")).toContainText("1");
  await checkPage(page, scripts);

  await page.locator(".form-outcome").getByRole("link", { name: "image" }).click();

  await expect(field(page, "Image *")).toBeFocused();
});

test("a certificate is held against its key before a secret is made @scripts", async ({ page, scripts }) => {
  const folder = mkdtempSync(join(tmpdir(), "orrery-pair-"));
  const make = (name: string): void => {
    const files = ["-keyout", join(folder, `${name}.key`), "-out", join(folder, `${name}.crt`)];
    execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=shop.test", ...files], { stdio: "ignore" });
  };
  ["one", "two"].forEach(make);
  const read = (file: string): string => readFileSync(join(folder, file), "utf8");
  await page.goto("/clusters/harbour/new/secrets?namespace=shop");
  await ready(page, scripts);
  await field(page, "Name *").fill("shop-tls");
  await step(page, "Secret").click();
  await form(page).getByRole("combobox", { name: "Type" }).selectOption("kubernetes.io/tls");
  await field(page, "Certificate *").fill(read("one.crt"));
  await field(page, "Private key *").fill(read("two.key"));

  await page.getByRole("button", { name: "Preview" }).click();
  await expect(form(page)).toContainText("belongs to another certificate");
  await field(page, "Private key *").fill(read("one.key"));
  await page.getByRole("button", { name: "Preview" }).click();

  await expect(page.locator(".form-previews")).toContainText("will be created");
});

test("a snapshot is taken of a claim, and a new claim made of it @scripts", async ({ page, scripts }) => {
  await page.goto("/clusters/harbour/persistentvolumeclaims/shop/data-catalogue-database-0");
  await ready(page, scripts);
  await page.locator("summary", { hasText: "More actions" }).click();
  await page.getByRole("link", { name: "Take a snapshot" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("New volume snapshot");
  await field(page, "Name *").fill("form-taken");
  await step(page, "Snapshot").click();
  await expect(form(page).getByRole("combobox", { name: "Claim *" })).toHaveValue("data-catalogue-database-0");
  await page.getByRole("button", { name: "Preview" }).click();
  await expect(page.locator(".form-previews")).toContainText("will be created");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page).toHaveURL(/\/volumesnapshots\.snapshot\.storage\.k8s\.io\/shop\/form-taken$/);
  await expect(page.locator("main")).toContainText("ReadyToUse", { timeout: 30_000 });

  await page.locator("summary", { hasText: "More actions" }).click();
  await page.getByRole("link", { name: "Restore into a new claim" }).click();
  await expect(field(page, "Name *")).toHaveValue("data-catalogue-database-0-restored");
  await field(page, "Name *").fill("form-restored");
  await step(page, "Storage").click();
  await expect(field(page, "Size *")).toHaveValue("20Gi");
  await expect(form(page).getByRole("checkbox", { name: "ReadWriteOnce", exact: true })).toBeChecked();
  await expect(yaml(page)).toContainText("kind: VolumeSnapshot");
  await page.getByRole("button", { name: "Preview" }).click();
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page).toHaveURL(/\/persistentvolumeclaims\/shop\/form-restored$/);
});

test("a network policy says who may come in, and with a range of addresses that is none it is not sent @scripts", async ({ page, scripts }) => {
  await page.goto("/clusters/harbour/new/networkpolicies?namespace=shop");
  await ready(page, scripts);
  await field(page, "Name *").fill("form-policy");
  await step(page, "What it is about").click();
  await form(page).getByRole("checkbox", { name: "Egress" }).check();
  await expect(yaml(page)).toContainText("- Egress");
  await step(page, "Into the pods").click();
  await form(page).getByRole("button", { name: "Add: May come in" }).click();
  await form(page).getByRole("combobox", { name: "Who" }).selectOption({ label: "A range of addresses" });
  await field(page, "Addresses *").fill("10.0.0.0");
  await expect(form(page)).toContainText("A range of addresses such as 10.0.0.0/8");
  await checkPage(page, scripts);
  await look(page, "form-network-policy");
  await field(page, "Addresses *").fill("10.0.0.0/8");
  await page.getByRole("button", { name: "Preview" }).click();
  await expect(page.locator(".form-previews")).toContainText("will be created");
});

test("a storage class asks what its driver needs, and an account can have a role @scripts", async ({ page, scripts }) => {
  await page.goto("/clusters/harbour/new/storageclasses");
  await ready(page, scripts);
  await field(page, "Name *").fill("form-class");
  await step(page, "Class").click();
  await form(page).getByRole("combobox", { name: "Driver *" }).fill("nfs.csi.k8s.io");
  await form(page).getByRole("checkbox", { name: "Used where a claim names no class" }).check();
  await step(page, "Parameters").click();
  await form(page).getByText("What its driver asks for").click();
  await field(page, "Server *").fill("nfs.example.com");
  await field(page, "Share *").fill("/exports");
  await expect(yaml(page)).toContainText('storageclass.kubernetes.io/is-default-class: "true"');
  await look(page, "form-storage-class");
  await checkPage(page, scripts);
  await page.getByRole("button", { name: "Preview" }).click();
  await expect(page.locator(".form-previews")).toContainText("will be created");

  await page.goto("/clusters/harbour/new/serviceaccounts?namespace=shop");
  await ready(page, scripts);
  await field(page, "Name *").fill("form-robot");
  await step(page, "Role").click();
  await form(page).getByRole("checkbox", { name: /Also give it a role/ }).check();
  await expect(form(page).getByRole("combobox", { name: "Role *", exact: true })).toHaveValue("view");
  await page.getByRole("button", { name: "Preview" }).click();
  await expect(page.locator(".form-previews")).toContainText("rolebindings/shop/form-robot");
});

const OTHERS = [
  "statefulsets", "daemonsets", "jobs", "services", "ingresses", "persistentvolumeclaims", "horizontalpodautoscalers", "pods",
  "poddisruptionbudgets", "networkpolicies", "httproutes.gateway.networking.k8s.io", "grpcroutes.gateway.networking.k8s.io",
  "serviceaccounts", "storageclasses", "volumesnapshotclasses.snapshot.storage.k8s.io", "resourcequotas", "limitranges", "priorityclasses", "roles", "clusterroles",
  "rolebindings", "clusterrolebindings", "gateways.gateway.networking.k8s.io", "ingressclasses", "clusteroutputs.fluentbit.fluent.io",
];
for (const kind of OTHERS) {
  test(`the form for ${kind} shows every step without a complaint @scripts`, async ({ page, scripts }) => {
    await page.goto(`/clusters/harbour/new/${kind}?namespace=shop`);
    await ready(page, scripts);

    for (const link of await page.locator(".form-step").all()) {
      await link.click();
      const folded = form(page).locator("details:not([open]) > summary").filter({ visible: true });
      while ((await folded.count()) > 0) await folded.first().click();
      await expect(form(page).getByRole("heading", { level: 2 })).toBeVisible();
    }
    await checkPage(page, scripts);
    if (kind === "rolebindings" || kind.startsWith("clusteroutputs")) await look(page, `form-${kind.split(".")[0]}`);
  });
}

test("without scripts the form leads to YAML @no-scripts", async ({ page }) => {
  await page.goto("/clusters/harbour/new/deployments?namespace=shop");

  await page.locator("main").getByRole("link", { name: "As YAML" }).last().click();
  await expect(page.locator("textarea")).toContainText("kind: Deployment");
});

test("without scripts a form is filled in step by step, previewed and sent @no-scripts", async ({ page }) => {
  await page.goto("/clusters/harbour/new/configmaps?namespace=shop");
  await field(page, "Name *").fill("without-scripts");
  await page.getByRole("button", { name: "Next" }).click();

  await form(page).getByRole("textbox", { name: "Key" }).last().fill("greeting");
  await form(page).getByRole("textbox", { name: "Value" }).last().fill("hello\nyou");
  await form(page).getByRole("button", { name: "Add", exact: true }).first().click();
  await expect(form(page).getByRole("textbox", { name: "Value" }).first()).toHaveValue("hello\nyou");

  await page.getByRole("button", { name: "Preview" }).click();
  await expect(page.locator(".form-previews")).toContainText("will be created");
  await page.getByRole("button", { name: "Back to the form" }).click();
  // What needs scripts is hidden by the styles.
  await ready(page, false);
  await expect(form(page).getByRole("textbox", { name: "Key" }).first()).toHaveValue("greeting");
  await page.getByRole("button", { name: "Preview" }).click();
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page).toHaveURL(/\/configmaps\/shop\/without-scripts$/);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("without-scripts");
});
