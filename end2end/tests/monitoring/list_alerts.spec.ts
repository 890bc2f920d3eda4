// Alerts on lists: made from a list that is narrowed, in a cluster that nothing measures; seen to fire, and to end.

import { note, Somebody } from "../../harness/somebody.ts";
import { checkPage, expect, look, ready, test } from "../../harness/test.ts";

const ALERTS = "/clusters/lantern/monitoring/alerts";
const LISTS = "/clusters/lantern/monitoring/list-alerts";

test("an alert is made from a list, fires once it has lasted, and ends", async ({ page, scripts, allowed }) => {
  test.setTimeout(300_000);
  // What the server refuses on purpose.
  allowed.message(/status of 422/);
  const main = page.getByRole("main");
  const [object, name] = scripts ? ["spoilt-by-day", "Spoilt by day"] : ["spoilt-by-night", "Spoilt by night"];
  await page.goto("/");
  const somebody = new Somebody(page, "lantern");
  await somebody.apply(note(object, "mouldy", "kiosk"));

  await page.goto(`/clusters/lantern/configmaps?namespace=kiosk&search=name:${object}`);
  await ready(page, scripts);
  await expect(main.getByRole("row", { name: new RegExp(object) })).toBeVisible();
  await checkPage(page, scripts);
  if (scripts) await look(page, "alert-on-this");
  await main.getByRole("link", { name: "Alert on this" }).click();
  await expect(main.getByText("Now: 1 object.")).toBeVisible();
  await ready(page, scripts);
  await checkPage(page, scripts);
  if (scripts) await look(page, "list-alert-new");

  // What is wrong is told at its field, and nothing is kept.
  await main.getByLabel("Name", { exact: true }).fill(name);
  await main.getByLabel("Least number of objects").fill("none");
  await main.getByRole("button", { name: "Alert me" }).click();
  await expect(main.getByText("write a number from 1 to 1000")).toBeVisible();
  await ready(page, scripts);
  await main.getByLabel("Name", { exact: true }).fill(name);
  await main.getByLabel("Least number of objects").fill("1");
  await main.getByLabel("Severity").selectOption({ label: "Critical" });
  await main.getByLabel("Must stay in the list for").selectOption("30s");
  await main.getByRole("button", { name: "Alert me" }).click();
  await expect(page).toHaveURL(new RegExp(`${LISTS}$`));
  const row = main.getByRole("row", { name: new RegExp(name) });
  await expect(row).toContainText(`configmaps namespace:kiosk name:${object}`);
  await ready(page, scripts);

  // It waits, and then it fires.
  const shows = async (address: string, words: string): Promise<void> => {
    await expect(async () => {
      await page.goto(address);
      await expect(row.first()).toContainText(words, { timeout: 2_000 });
    }).toPass({ intervals: [2_000], timeout: 120_000 });
    await ready(page, scripts);
  };
  await shows(LISTS, "Pending");
  await shows(LISTS, "Firing");
  await expect(row).toContainText("1 object");
  await checkPage(page, scripts);
  if (scripts) await look(page, "list-alerts");
  await shows(ALERTS, "Firing · critical");
  await expect(row.getByRole("link", { name: `configmaps/kiosk/${object}` })).toBeVisible();
  await checkPage(page, scripts);
  if (scripts) await look(page, "list-alerts-firing");
  await page.goto("/");
  await ready(page, scripts);
  await expect(main.getByRole("listitem").filter({ hasText: object }).filter({ hasText: name })).toContainText("lantern");

  // Somebody looks after it.
  await page.goto(ALERTS);
  await ready(page, scripts);
  await row.getByRole("link", { name: /^Acknowledge/ }).click();
  await main.getByLabel("What to say about it").fill("throwing it away");
  await main.getByRole("button", { name: "I look after it" }).click();
  await expect(row).toContainText("looks after it");

  // It ends with what it is about.
  await somebody.delete({ kind: "configmaps", namespace: "kiosk", name: object });
  await shows(LISTS, "Quiet");
  await page.goto(ALERTS);
  await ready(page, scripts);
  await expect(row).toHaveCount(0);

  await page.goto(LISTS);
  await ready(page, scripts);
  await row.getByRole("link", { name: `Change ${name}` }).click();
  await expect(main.getByRole("heading", { name, level: 1 })).toBeVisible();
  await ready(page, scripts);
  await checkPage(page, scripts);
  if (scripts) await look(page, "list-alert-edit");
  await main.getByRole("button", { name: "Remove the alert on a list" }).click();
  await expect(page).toHaveURL(new RegExp(`${LISTS}$`));
  await expect(row).toHaveCount(0);
});
