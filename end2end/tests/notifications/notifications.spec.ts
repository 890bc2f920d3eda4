// Saying who is told of alerts, trying it out, and what is told then.

import { MailSink, WebhookSink } from "../../harness/sink.ts";
import { checkPage, expect, look, ready, test } from "../../harness/test.ts";

test("a receiver is added, tried out, told of what fires, and taken away", async ({ page, scripts, allowed }) => {
  // What the server refuses on purpose.
  allowed.message(/status of 422/);
  const main = page.getByRole("main");
  const name = scripts ? "Harbour watch" : "Harbour night watch";
  const { sink, address } = await WebhookSink.start();
  try {
    await page.goto("/notifications");
    await ready(page, scripts);
    await checkPage(page, scripts);
    if (scripts) await look(page, "notifications-first");
    await main.getByRole("link", { name: "Add a receiver" }).click();

    await main.getByLabel("Hears").selectOption({ label: "cluster harbour" });
    await main.getByLabel("Only of this namespace").fill("shop");
    await main.getByLabel("Told by").selectOption({ label: "Webhook" });
    await ready(page, scripts);
    await checkPage(page, scripts);
    await main.getByRole("button", { name: "Next" }).click();

    await main.getByLabel("Name").fill(name);
    await ready(page, scripts);
    if (scripts) await look(page, "notifications-form");
    await main.getByRole("button", { name: "Create" }).click();
    await expect(main.getByText("must not be empty", { exact: true })).toHaveCount(1);
    await ready(page, scripts);
    await checkPage(page, scripts);

    await main.getByLabel("Name").fill(name);
    await main.getByLabel("Address").fill(address);
    await main.getByLabel("Token").fill("hush-hush");
    await main.getByRole("button", { name: "Create" }).click();
    await expect(main.getByRole("heading", { name, level: 1 })).toBeVisible();
    await ready(page, scripts);

    await main.getByRole("button", { name: "Send a test message" }).click();
    await expect(main.getByRole("row", { name: /\[Test\] Orrery/ }).first()).toContainText("delivered");
    expect(sink.heard.some((body) => body.includes("Somebody tried it out"))).toBe(true);

    // What fires in the project comes by itself, and nothing of another one.
    const told = (): string => sink.heard.filter((body) => body.includes('"fingerprint"')).join("\n");
    await expect.poll(told).toContain('"namespace":"shop"');
    expect(told()).not.toContain('"namespace":"kube-system"');
    await page.reload();
    await ready(page, scripts);
    await expect(main.getByRole("row", { name: /\[Firing\] harbour/ }).first()).toContainText("delivered");
    expect(await page.content()).not.toContain("hush-hush");
    await checkPage(page, scripts);
    if (scripts) await look(page, "notifications-receiver");

    await page.goto("/notifications");
    await ready(page, scripts);
    await expect(main.getByRole("row", { name })).toContainText("127.0.0.1");
    await checkPage(page, scripts);
    if (scripts) await look(page, "notifications");

    await main.getByRole("link", { name, exact: true }).click();
    await main.getByRole("button", { name: "Switch off" }).click();
    await expect(main.locator(".page-header")).toContainText("switched off");
    await main.getByRole("button", { name: "Delete the receiver" }).click();
    await expect(page).toHaveURL(/\/notifications$/);
    await expect(main.getByRole("row", { name })).toHaveCount(0);
  } finally {
    await sink.stop();
  }
});

test("messages come in the words of whoever hears them", async ({ page, scripts, allowed }) => {
  allowed.message(/status of 422/);
  const main = page.getByRole("main");
  const name = scripts ? "Shop chat" : "Shop night chat";
  const { sink, address } = await WebhookSink.start();
  try {
    await page.goto("/notifications/new?place=project/harbour/shop&channel=slack");
    await ready(page, scripts);
    await main.getByLabel("Name").fill(name);
    await main.getByLabel("Address").fill(address);
    // Until it has its words it hears nothing.
    await main.getByLabel("Only those whose labels meet").fill('alertname="Nothing"');
    await main.getByRole("button", { name: "Create" }).click();
    await expect(main.getByRole("heading", { name, level: 1 })).toBeVisible();
    await ready(page, scripts);
    await expect(main.locator(".message-preview")).toContainText("KubePodCrashLooping");

    await main.getByLabel("Subject", { exact: true }).fill("Orchard: {{ reason|upper }}");
    await main.getByLabel("Text", { exact: true }).fill("{% set a = 1 %}");
    await main.getByRole("button", { name: "Preview" }).click();
    await expect(main.locator(".query-fault")).toContainText("{% set %} is not known here");
    await ready(page, scripts);
    await main.getByLabel("Text", { exact: true }).fill("{% for alert in alerts %}» {{ alert.name }} in {{ alert.labels.namespace }}\n{% endfor %}");
    await main.getByRole("button", { name: "Preview" }).click();
    await expect(main.locator(".message-preview")).toContainText("» KubePodCrashLooping in shop");
    await expect(main.locator(".message-preview")).toContainText("Orchard: FIRING");
    await ready(page, scripts);
    await page.evaluate(() => scrollTo(0, 0));
    await checkPage(page, scripts);
    await main.locator(".message-preview").scrollIntoViewIfNeeded();
    if (scripts) await look(page, "notifications-words");
    await main.getByRole("button", { name: "Save the words" }).click();
    await expect(main.getByText("in the words that are kept")).toBeVisible();

    // What fires comes in them.
    await ready(page, scripts);
    await main.getByLabel("Only those whose labels meet").fill("");
    await main.getByRole("button", { name: "Save", exact: true }).click();
    await expect.poll(() => sink.heard.join("\n"), { timeout: 120_000 }).toMatch(/Orchard: FIRING\\n» \w+ in shop/);
    await ready(page, scripts);
    await main.getByRole("button", { name: "Delete the receiver" }).click();
    await expect(page).toHaveURL(/\/notifications$/);
  } finally {
    await sink.stop();
  }
});

test("mail is sent, and what may not be reached is not", async ({ page, scripts, allowed }) => {
  allowed.message(/status of 422/);
  const main = page.getByRole("main");
  const add = async (channel: string, fields: Record<string, string>): Promise<void> => {
    await page.goto(`/notifications/new?place=platform&channel=${channel}`);
    await ready(page, scripts);
    for (const [label, value] of Object.entries(fields)) await main.getByLabel(label).fill(value);
    await main.getByRole("button", { name: "Create" }).click();
    await ready(page, scripts);
    await main.getByRole("button", { name: "Send a test message" }).click();
  };

  await add("email", { Name: "Everybody", "Mail addresses": "ada@example.org, bea@example.org" });
  await expect(main.getByRole("row", { name: /\[Test\] Orrery/ }).first()).toContainText("delivered");
  await main.getByRole("button", { name: "Delete the receiver" }).click();
  await expect(page).toHaveURL(/\/notifications$/);

  await add("slack", { Name: "Inside", Address: "https://169.254.169.254/latest/meta-data" });
  await expect(main.getByText(/not in the public internet/).first()).toBeVisible();
  await ready(page, scripts);
  await checkPage(page, scripts);
  if (scripts) await look(page, "notifications-refused");
  await main.getByRole("button", { name: "Delete the receiver" }).click();
  await expect(page).toHaveURL(/\/notifications$/);
});

test("a project has a mail server of its own, and a trial says at which step it fails", async ({ page, scripts, allowed }) => {
  allowed.message(/status of 422/);
  const main = page.getByRole("main");
  const { sink, address } = await MailSink.start();
  const trial = async (): Promise<void> => {
    await ready(page, scripts);
    await main.getByLabel("Send a test to").fill("ada@example.org");
    await main.getByRole("button", { name: "Send a test mail" }).click();
  };
  try {
    await page.goto("/notifications");
    await ready(page, scripts);
    await main.getByRole("link", { name: "Set a mail server" }).click();
    await main.getByLabel("Of", { exact: true }).selectOption({ label: "cluster harbour" });
    await main.getByLabel("Only of this namespace").fill(scripts ? "shop" : "payments");
    await ready(page, scripts);
    await checkPage(page, scripts);
    await main.getByRole("button", { name: "Next" }).click();

    await expect(main.getByText("has no mail server of its own")).toBeVisible();
    await main.getByLabel("Server", { exact: true }).fill("10.0.0.1");
    await main.getByLabel("From").fill("Shop <shop@example.org>");
    await main.getByRole("button", { name: "Save the mail server" }).click();
    await trial();
    await expect(main.getByText(/not in the public internet/)).toBeVisible();
    await ready(page, scripts);
    await checkPage(page, scripts);
    if (scripts) await look(page, "notifications-mail");

    await main.getByLabel("Server", { exact: true }).fill("127.0.0.1");
    await main.getByLabel("Port").fill(new URL(address).port);
    await main.getByLabel("Encryption").selectOption({ label: "none" });
    await main.getByRole("button", { name: "Save the mail server" }).click();
    await expect(main.getByText("not tried out since it was saved")).toBeVisible();
    await trial();
    await expect(main.getByText("The server took the mail to ada@example.org.")).toBeVisible();

    await ready(page, scripts);
    await main.getByRole("button", { name: "Remove the mail server" }).click();
    await expect(page).toHaveURL(/\/notifications$/);
  } finally {
    await sink.stop();
  }
});
