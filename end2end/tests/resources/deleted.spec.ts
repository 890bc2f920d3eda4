// What was deleted by mistake comes back.

import { note, Somebody } from "../../harness/somebody.ts";
import { checkPage, expect, look, ready, test } from "../../harness/test.ts";

test("a deleted object is found among what was deleted and made again", async ({ page, scripts }) => {
  const name = scripts ? "lost-by-day" : "lost-by-night";
  const main = page.getByRole("main");
  await page.goto("/");
  await new Somebody(page, "harbour").apply(note(name, "needed"));

  await page.goto(`/clusters/harbour/configmaps/shop/${name}?do=delete`);
  await ready(page, scripts);
  await expect(page.getByText("kept for 7 days")).toBeVisible();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(page).toHaveURL(/configmaps(\?.*)?$/);

  await page.goto("/clusters/harbour/deleted");
  await ready(page, scripts);
  await main.getByLabel("Kind, project, name or person").fill(`configmap ${name}`);
  await main.getByRole("button", { name: "Find" }).click();
  const row = main.getByRole("row", { name: new RegExp(name) });
  await expect(row).toContainText("ConfigMap, shop");
  await expect(row).toContainText("ada");
  await row.getByRole("link", { name: `Restore ConfigMap ${name}` }).click();
  await expect(main.getByText("It is made again as it was")).toBeVisible();
  await ready(page, scripts);
  await checkPage(page, scripts);
  if (scripts) await look(page, "deleted");
  await main.getByRole("button", { name: "Restore" }).click();
  await expect(page).toHaveURL(new RegExp(`/configmaps/shop/${name}$`));
  await expect(page.getByRole("heading", { name, level: 1 })).toBeVisible();
});
