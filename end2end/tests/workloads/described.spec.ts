// Forms of kinds that nobody wrote one for: made from what the cluster says of their fields.

import type { Page } from "@playwright/test";

import { checkPage, expect, look, ready, test } from "../../harness/test.ts";

const KIND = "certificates.certs.sunfield.example";

const form = (page: Page) => page.locator(".form-body");
const yaml = (page: Page) => page.locator(".form-yaml");
const field = (page: Page, name: string) => form(page).getByRole("textbox", { name, exact: true });
const step = (page: Page, name: string) => page.locator(".form-steps").getByRole("button", { name });

test("an object of a custom kind is made by form, and edited without losing what no field shows @scripts", async ({ page, scripts, allowed }) => {
  allowed.message(/status of 422/);
  await page.goto(`/clusters/harbour/${KIND}?namespace=shop`);
  await ready(page, scripts);
  await page.getByRole("link", { name: "Create", exact: true }).first().click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("New Certificate");
  await field(page, "Name *").fill("form-made");
  await look(page, "described-basics");
  await checkPage(page, scripts);

  await step(page, "spec").click();
  await field(page, "dnsNames *").fill("shop.example.com\nwww.shop.example.com");
  await field(page, "secretName *").fill("Not A Name");
  await field(page, "renewBeforeDays").fill("400");
  await expect(form(page)).toContainText("At most 365.");
  await field(page, "renewBeforeDays").fill("20");
  await field(page, "renewalJitter").fill("0.");
  await expect(field(page, "renewalJitter")).toHaveValue("0.");
  await field(page, "renewalJitter").fill("0.25");
  await field(page, "name *").fill("public");
  await expect(yaml(page)).toContainText("issuerRef:");
  await expect(yaml(page)).toContainText("renewalJitter: 0.25");
  await expect(form(page)).toContainText("Only in the YAML beside");
  await look(page, "described-spec");
  await checkPage(page, scripts);

  // What only the API server knows is told at the field.
  await page.getByRole("button", { name: "Preview" }).click();
  const secret = page.getByRole("textbox", { name: "secretName *", exact: true });
  await expect(form(page).locator(".field", { has: secret })).toContainText("should match");
  await expect(step(page, "spec")).toContainText("1");
  await look(page, "described-refused");
  await field(page, "secretName *").fill("form-made-tls");

  await step(page, "reload").click();
  await form(page).getByRole("button", { name: "Add: reload" }).click();
  await field(page, "name *").fill("web");
  await field(page, "port *").fill("8080");
  await expect(yaml(page)).toContainText("port: 8080");
  await look(page, "described-list");
  await page.getByRole("button", { name: "Preview" }).click();
  await expect(page.locator(".form-previews")).toContainText("will be created");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`/${KIND}/shop/form-made$`));

  await page.goto(`/clusters/harbour/${KIND}/shop/storefront`);
  await ready(page, scripts);
  await page.getByRole("link", { name: "Edit", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Edit storefront");
  // What the world's manifest says of it is kubectl's; this it leaves to others.
  await step(page, "spec").click();
  await field(page, "commonName").fill("shop.sunfield.example");
  await expect(form(page)).toContainText("Stands in the YAML beside");
  await look(page, "described-edit");
  await page.getByRole("button", { name: "Preview" }).click();
  await expect(page.locator(".form-previews")).toContainText("commonName: shop.sunfield.example");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`/${KIND}/shop/storefront$`));
  await page.goto(`/clusters/harbour/${KIND}/shop/storefront?tab=yaml`);
  await expect(page.locator("main")).toContainText("className: public");
  await expect(page.locator("main")).toContainText("commonName: shop.sunfield.example");
});

test("every step of a described kind shows without a complaint @scripts", async ({ page, scripts }) => {
  await page.goto(`/clusters/harbour/new/${KIND}?namespace=shop`);
  await ready(page, scripts);

  for (const link of await page.locator(".form-step").all()) {
    await link.click();
    const folded = form(page).locator("details:not([open]) > summary").filter({ visible: true });
    while ((await folded.count()) > 0) await folded.first().click();
    await expect(form(page).getByRole("heading", { level: 2 })).toBeVisible();
    await checkPage(page, scripts);
  }
});

test("a kind of which nothing is said is written as YAML, and its form's address says why", async ({ page, scripts }) => {
  const kind = "servicemonitors.monitoring.coreos.com";
  await page.goto(`/clusters/harbour/${kind}?namespace=shop`);
  await ready(page, scripts);
  await expect(page.locator("main").getByRole("link", { name: "Create", exact: true }).first()).toHaveAttribute("href", /\/create\?kind=/);

  await page.goto(`/clusters/harbour/new/${kind}?namespace=shop`);
  await ready(page, scripts);

  await expect(page.locator("main")).toContainText("The cluster says nothing of the fields of a ServiceMonitor");
  await checkPage(page, scripts);
  await page.locator("main").getByRole("link", { name: "As YAML" }).last().click();
  await expect(page).toHaveURL(/\/create\?kind=servicemonitors/);
});

test("without scripts a described kind's form leads to YAML @no-scripts", async ({ page }) => {
  await page.goto(`/clusters/harbour/new/${KIND}?namespace=shop`);

  await expect(page.getByRole("heading", { level: 1 })).toHaveText("New Certificate");
  await page.locator("main").getByRole("link", { name: "As YAML" }).last().click();
  await expect(page).toHaveURL(/\/create\?kind=certificates/);
});
