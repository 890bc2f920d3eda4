// Changing things, by every way there is. Each test changes objects of its own.

import { act, write } from "../../harness/actions.ts";
import { note, Somebody } from "../../harness/somebody.ts";
import { expect, look, ready, test } from "../../harness/test.ts";

/** The address of a configuration map of the shop. */
const address = (name: string): string => `/clusters/harbour/configmaps/shop/${name}`;

test("an object is created from YAML and deleted again @scripts", async ({ page, scripts }) => {
  // From the cluster's own page, where no kind is chosen yet: a kind with a form is created by its form.
  await page.goto("/clusters/harbour");
  await ready(page, scripts);
  const main = page.getByRole("main");
  await main.getByRole("link", { name: "Create from YAML", exact: true }).click();
  const apply = main.getByRole("button", { name: "Apply", exact: true });
  await expect(apply).toHaveAttribute("aria-disabled", "true");
  await write(page, note("by-hand", "one"));
  await main.getByRole("button", { name: "Preview", exact: true }).click();
  await expect(page.locator(".yaml-outcome")).toContainText("will be created");
  await expect(apply).not.toHaveAttribute("aria-disabled", "true");
  await apply.click();

  await expect(page.getByRole("heading", { level: 1 })).toContainText("by-hand");
  await expect(page).toHaveURL(new RegExp(`${address("by-hand")}$`));

  await main.locator("summary", { hasText: "More actions" }).click();
  await main.getByRole("link", { name: "Delete", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete", exact: true }).click();
  await expect(page).toHaveURL(/\/clusters\/harbour\/configmaps$/);
  await expect(page.getByText("Deletion is under way")).toBeVisible();
});

test("an object is edited and deleted by forms @no-scripts", async ({ page }) => {
  await page.goto("/");
  await new Somebody(page, "harbour").apply(note("by-form", "before"));
  await page.goto(`${address("by-form")}?tab=yaml`);
  const text = page.locator("textarea[name='fields[text]']");
  await text.fill((await text.inputValue()).replace("before", "after"));
  await page.getByRole("button", { name: "Apply", exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`${address("by-form")}$`));
  await page.goto(`${address("by-form")}?tab=yaml`);
  await expect(text).toHaveValue(/words: after/);

  await page.goto(`${address("by-form")}?do=delete`);
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(page).toHaveURL(/\/clusters\/harbour\/configmaps$/);
});

test("a preview is of the text as it is, and a draft survives leaving @scripts", async ({ page, scripts }) => {
  await page.goto("/");
  await new Somebody(page, "harbour").apply(note("drafted", "one"));
  await page.goto(`${address("drafted")}?tab=yaml`);
  await ready(page, scripts);
  const main = page.getByRole("main");
  const apply = main.getByRole("button", { name: "Apply", exact: true });
  await write(page, note("drafted", "two"));
  await main.getByRole("button", { name: "Preview", exact: true }).first().click();
  await expect(page.locator(".yaml-outcome")).toContainText("two");
  await write(page, note("drafted", "three"));
  await expect(page.locator(".yaml-outcome")).toContainText("The text has changed since this preview.");
  await expect(apply).toHaveAttribute("aria-disabled", "true");

  await main.getByRole("link", { name: /^Events/ }).click();
  await expect(page.getByText("Your draft is kept")).toBeVisible();
  await main.getByRole("link", { name: "YAML", exact: true }).click();

  await expect(main).toContainText("This is your draft from before.");
  await expect(page.locator(".cm-content")).toContainText("three");
  await main.getByRole("link", { name: "Start over" }).click();
  await expect(page.locator(".cm-content")).toContainText("one");
});

test("a conflict shows both texts and goes on with either @scripts", async ({ page, scripts }) => {
  await page.goto("/");
  const somebody = new Somebody(page, "harbour");
  await somebody.apply(note("disputed", "one"));
  await page.goto(`${address("disputed")}?tab=yaml`);
  await ready(page, scripts);
  const main = page.getByRole("main");
  await write(page, note("disputed", "mine"));

  await somebody.apply(note("disputed", "theirs"));

  await expect(main).toContainText("It was changed while you were editing.");
  await expect(page.locator(".cm-content")).toContainText("mine");
  await expect(page.locator(".cm-deletedChunk")).toContainText("theirs");
  await main.getByRole("button", { name: "Go on with mine" }).click();
  await main.getByRole("button", { name: "Preview", exact: true }).first().click();
  await expect(page.locator(".yaml-outcome")).toContainText("theirs");
  await main.getByRole("button", { name: "Apply", exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`${address("disputed")}$`));
});

test("labels are added and taken away, beside a note of several lines @scripts", async ({ page, scripts }) => {
  await page.goto("/");
  const annotated = note("labelled", "one").replace("  namespace", "  annotations:\n    note: |\n      first\n      second\n  namespace");
  await new Somebody(page, "harbour").apply(annotated);
  await page.goto(`${address("labelled")}?tab=labels`);
  await ready(page, scripts);
  const labels = page.getByRole("textbox", { name: "Labels" });
  const save = page.getByRole("button", { name: "Save" });
  const chips = page.locator(".card", { has: page.getByRole("heading", { name: "Labels", exact: true }) });

  await labels.fill("tier=front\nteam=harbour");
  await save.click();
  await expect(chips).toContainText("harbour");
  await labels.fill("tier=front");
  await save.click();
  await expect(chips).not.toContainText("harbour");
  await expect(chips).toContainText("front");
  await labels.fill("");
  await save.click();
  await expect(chips).not.toContainText("front");
});

test("a deployment is restarted and rolled back @scripts", async ({ page, scripts }) => {
  // One that is not among those with an "a", which are restarted together beside this.
  await page.goto("/clusters/meadow/deployments?search=checkout");
  await ready(page, scripts);
  const main = page.getByRole("main");
  await main.getByRole("link", { name: "checkout", exact: true }).click();
  const revisions = main.getByRole("link", { name: /^Revisions/ });
  await expect(revisions).toBeVisible();

  await main.getByRole("link", { name: "Restart", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Restart" }).click();
  await revisions.click();
  const table = main.getByRole("table", { name: "Revisions" });
  await expect(table.locator("tbody tr")).toHaveCount(2);
  // The new revision is listed a moment before it is the one in force; until then it could be rolled back to.
  await expect(table.getByRole("row", { name: /^2 / })).toContainText("in force");
  // What a restart changes is a time in the template.
  await expect(main.getByRole("table", { name: "What revision 2 has otherwise than 1" })).toContainText("restartedAt");

  await main.getByRole("link", { name: "Roll back" }).first().click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByRole("region", { name: "What would become of it" })).toContainText("restartedAt");
  await look(page, "roll-back");
  await dialog.getByRole("button", { name: "Roll back" }).click();
  await expect(table.getByRole("row", { name: /^3 / })).toContainText("in force");
});

test("a node is cordoned, drained and taken back @scripts", async ({ page, scripts }) => {
  await page.goto("/clusters/meadow/nodes/-/meadow-worker-2");
  await ready(page, scripts);
  const main = page.getByRole("main");

  await act(page, "Cordon");
  await expect(main.getByRole("link", { name: "Uncordon", exact: true })).toHaveCount(1);
  await act(page, "Drain", async (dialog) => {
    await dialog.getByRole("checkbox", { name: /emptyDir/ }).check();
    await expect(dialog.getByRole("region", { name: "What would become of it" })).toContainText(/Is evicted|Stays|Waits/);
    await look(page, "drain-plan");
  });
  await expect(page).toHaveURL(/job=/);
  await expect(main.locator(".job-state")).toContainText(/finished|failed|running/i);
  await act(page, "Uncordon");
  await expect(main.getByRole("link", { name: "Cordon", exact: true })).toHaveCount(1);
});

test("a text is previewed without scripts before it is applied @no-scripts", async ({ page }) => {
  await page.goto("/clusters/harbour/create?kind=configmaps&namespace=shop");
  const text = (await page.locator("textarea").inputValue()).replace("name: example", "name: previewed-by-hand");
  await page.locator("textarea").fill(text);

  await page.getByRole("button", { name: "Preview" }).click();

  await expect(page).not.toHaveURL(/previewed/);
  await expect(page.locator("main")).toContainText("configmaps/shop/previewed-by-hand");
  await expect(page.locator("textarea")).toHaveValue(/name: previewed-by-hand/);
  await page.getByRole("button", { name: "Apply" }).click();
  await expect(page).toHaveURL(/\/configmaps\/shop\/previewed-by-hand/);
});
