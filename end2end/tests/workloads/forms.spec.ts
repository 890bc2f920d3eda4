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
  await field(page, "Certificate").fill(read("one.crt"));
  await field(page, "Private key").fill(read("two.key"));

  await page.getByRole("button", { name: "Preview" }).click();
  await expect(form(page)).toContainText("belongs to another certificate");
  await field(page, "Private key").fill(read("one.key"));
  await page.getByRole("button", { name: "Preview" }).click();

  await expect(page.locator(".form-previews")).toContainText("will be created");
});

for (const kind of ["statefulsets", "daemonsets", "jobs", "services", "ingresses", "persistentvolumeclaims", "horizontalpodautoscalers"]) {
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
  });
}

test("without scripts the form leads to YAML @no-scripts", async ({ page }) => {
  await page.goto("/clusters/harbour/new/deployments?namespace=shop");

  await page.locator("main").getByRole("link", { name: "As YAML" }).last().click();
  await expect(page.locator("textarea")).toContainText("kind: Deployment");
});
