// A kind with rules of its own: what its CEL expressions refuse is told at the field, the object or the step that they are of.

import { type Answer, Cluster, CLUSTER } from "../harness/cluster.ts";
import { expect, look, ready, test } from "../harness/test.ts";

const NAMESPACE = "real-described";
const GROUP = "described.example.com";
const KIND = `kilns.${GROUP}`;
const DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const ALL = `/apis/${GROUP}/v1/namespaces/${NAMESPACE}/kilns`;

const text = { type: "string" };
const whole = { type: "integer" };
const rule = (rule: string, message: string) => ({ "x-kubernetes-validations": [{ rule, message }] });

const definition: Answer = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: KIND },
  spec: {
    group: GROUP,
    scope: "Namespaced",
    names: { kind: "Kiln", plural: "kilns", singular: "kiln", listKind: "KilnList" },
    versions: [
      {
        name: "v1",
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: "object",
            required: ["spec"],
            properties: {
              spec: {
                type: "object",
                required: ["fuel"],
                ...rule("self.fuel != 'wood' || has(self.chimney)", "a kiln for wood needs a chimney"),
                properties: {
                  fuel: { ...text, ...rule("self != 'coal'", "coal is not burnt here") },
                  glaze: { ...text, ...rule("self == oldSelf", "a glaze stays") },
                  chimney: { ...text, description: "What carries the smoke away. Only wood makes any." },
                  curve: {
                    type: "object",
                    ...rule("!has(self.least) || !has(self.most) || self.least <= self.most", "least is above most"),
                    properties: { least: whole, most: whole, hold: whole, cool: whole },
                  },
                },
              },
            },
          },
        },
      },
    ],
  },
};

const cluster = new Cluster();

test.beforeAll(async () => {
  await cluster.namespace(NAMESPACE);
  await cluster.delete(`${DEFINITIONS}/${KIND}`);
  await cluster.gone(`${DEFINITIONS}/${KIND}`);
  await cluster.create(DEFINITIONS, definition);
  await expect.poll(async () => (await cluster.send("GET", ALL)).status).toBe(200);
});
test.afterAll(async () => {
  await cluster.delete(`${DEFINITIONS}/${KIND}`);
  await cluster.end(NAMESPACE);
});

test("what a rule of the kind refuses is told where it is about", async ({ page, scripts, allowed }) => {
  allowed.message(/status of 422/);
  const form = page.locator(".form-body");
  const field = (name: string) => form.getByRole("textbox", { name, exact: true });
  const step = (name: string) => page.locator(".form-step").filter({ hasText: name });
  const preview = page.getByRole("button", { name: "Preview" });
  // The console hears of a new kind within twenty seconds, and of its schema when the API server has published it.
  await expect(async () => {
    await page.goto(`/clusters/${CLUSTER}/new/${KIND}?namespace=${NAMESPACE}`);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("New Kiln", { timeout: 2_000 });
    await expect(step("curve")).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 90_000 });
  await ready(page, scripts);
  await field("Name *").fill("east");

  await step("spec").click();
  await field("fuel *").fill("coal");
  await preview.click();
  const fuel = page.getByRole("textbox", { name: "fuel *", exact: true });
  await expect(form.locator(".field", { has: fuel })).toContainText("coal is not burnt here");

  await field("fuel *").fill("wood");
  await preview.click();
  await expect(form.locator(".banner")).toContainText("a kiln for wood needs a chimney");
  await look(page, "real-described");

  await field("chimney").fill("brick");
  await field("glaze").fill("celadon");
  await step("curve").click();
  await field("least").fill("900");
  await field("most").fill("800");
  await preview.click();
  await expect(form.locator(".form-intro").first()).toContainText("least is above most");
  await field("most").fill("1200");
  await preview.click();
  await expect(page.locator(".form-previews")).toContainText("will be created");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`/${KIND}/${NAMESPACE}/east$`));
  expect((await cluster.get(`${ALL}/east`)).spec).toEqual({
    fuel: "wood",
    glaze: "celadon",
    chimney: "brick",
    curve: { least: 900, most: 1200 },
  });

  await page.getByRole("link", { name: "Edit", exact: true }).click();
  await step("spec").click();
  await expect(form.locator(".form-fixed")).toHaveText("celadon");
});
