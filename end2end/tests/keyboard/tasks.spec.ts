// The main tasks without a mouse: every control is reached by keys, the focus can be seen wherever it is, and it is never lost.

import { type Page } from "@playwright/test";

import { fill, focusIsSeen, press, tabTo } from "../../harness/keys.ts";
import { PEOPLE } from "../../harness/people.ts";
import { note, Somebody } from "../../harness/somebody.ts";
import { expect, ready, test } from "../../harness/test.ts";

const NAMESPACE = "shop";
const DEPLOYMENT = "keyboard-web";

const main = (page: Page) => page.getByRole("main");
const dialog = (page: Page) => page.getByRole("dialog");
const screen = (page: Page) => page.locator(".dock-panel:not([hidden]) .xterm-rows");

const WORKLOAD = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${DEPLOYMENT}
  namespace: ${NAMESPACE}
spec:
  replicas: 2
  selector:
    matchLabels: { app: ${DEPLOYMENT} }
  template:
    metadata:
      labels: { app: ${DEPLOYMENT} }
    spec:
      containers:
        - name: web
          image: nginx:1.27-alpine
`;

test.describe("without a session", () => {
  test.use({ storageState: { cookies: [], origins: [] } });

  test("somebody signs in and goes to a list by keys @scripts", async ({ page, scripts }) => {
    await page.goto("/sign-in");
    await ready(page, scripts);
    await fill(page, page.locator("input[name=name]"), PEOPLE.administrator.name);
    await fill(page, page.locator("input[name=password]"), PEOPLE.administrator.password);
    await page.keyboard.press("Enter");
    await expect(page).not.toHaveURL(/\/sign-in/);
    await ready(page, scripts);

    // What comes first leads past everything that is on every page.
    await page.keyboard.press("Tab");
    await focusIsSeen(page, "at the first stop");
    await page.keyboard.press("Enter");
    await expect(page.locator("#main")).toBeFocused();
    await press(page, main(page).getByRole("link", { name: "harbour" }).first());
    await expect(page).toHaveURL(/\/clusters\/harbour$/);
    await expect(page.locator("#main")).toBeFocused();
    await press(page, main(page).getByRole("link", { name: "Deployments" }).first());
    await expect(page).toHaveURL(/\/clusters\/harbour\/deployments/);
    await focusIsSeen(page, "on the list");
  });
});

test("a deployment is found, opened, scaled and looked into by keys @scripts", async ({ page, scripts }) => {
  await page.goto("/");
  await ready(page, scripts);
  await new Somebody(page, "harbour").apply(WORKLOAD);
  const goTo = page.getByRole("dialog", { name: "Go to" });

  await test.step("the palette leads to the list", async () => {
    await page.keyboard.press("Control+k");
    await focusIsSeen(page, "in the palette");
    await page.keyboard.type("zzz");
    await page.keyboard.press("Escape");
    await expect(goTo).toHaveCount(0);
    await page.keyboard.press("Control+k");
    await page.keyboard.type("deployments");
    await expect(goTo.getByRole("option", { name: /^Deployments/ })).toHaveAttribute("aria-selected", "true");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/\/clusters\/harbour\/deployments/);
    await expect(page.locator("#main")).toBeFocused();
  });

  await test.step("it is filtered, and a row opened", async () => {
    await page.keyboard.press("/");
    await focusIsSeen(page, "in the search box");
    await page.keyboard.type(`name:${DEPLOYMENT}`);
    await expect(main(page).locator("tbody tr")).toHaveCount(1);
    await page.keyboard.press("Tab");
    await page.keyboard.press("j");
    await expect(main(page).locator("tbody tr").first()).toBeFocused();
    await focusIsSeen(page, "on a row");
    await press(page, main(page).getByRole("link", { name: DEPLOYMENT, exact: true }));
    await expect(page).toHaveURL(new RegExp(`/deployments/${NAMESPACE}/${DEPLOYMENT}$`));
    await expect(page.locator("#main")).toBeFocused();
  });

  await test.step("it is scaled, at second thought", async () => {
    const scale = main(page).getByRole("link", { name: "Scale", exact: true });
    await press(page, scale);
    await expect(dialog(page)).toBeVisible();
    await focusIsSeen(page, "in the dialog");
    await page.keyboard.press("Escape");
    await expect(dialog(page)).toHaveCount(0);
    await expect(scale, "the dialog gives it back").toBeFocused();
    // The address forgets the dialog a moment after the browser has closed it.
    await expect(page).toHaveURL(new RegExp(`/${DEPLOYMENT}$`));
    await page.keyboard.press("Enter");
    await expect(dialog(page)).toBeVisible();
    await expect(dialog(page).getByRole("spinbutton", { name: "Replicas" }), "what is asked comes first").toBeFocused();
    // It is selected, so that what is typed takes its place.
    await page.keyboard.type("3");
    await expect(dialog(page).getByRole("spinbutton", { name: "Replicas" })).toHaveValue("3");
    await press(page, dialog(page).getByRole("button", { name: "Scale", exact: true }));
    await expect(dialog(page)).toHaveCount(0);
    await focusIsSeen(page, "after the dialog");
  });

  await test.step("its logs are read", async () => {
    await press(page, page.locator(".tabs").getByRole("link", { name: /^Logs/ }));
    await expect(page).toHaveURL(/tab=logs/);
    await expect(page.locator(".log-line").first()).toBeVisible();
    await focusIsSeen(page, "on the logs");
    await tabTo(page, page.locator(".log-lines"));
    await page.keyboard.press("Tab");
    await focusIsSeen(page, "after the logs");
  });
});

test("a terminal is opened, typed into and left by keys @scripts", async ({ page, scripts }) => {
  await page.goto("/");
  await ready(page, scripts);
  await new Somebody(page, "harbour").apply(WORKLOAD);
  await page.goto(`/clusters/harbour/deployments?namespace=${NAMESPACE}&search=name:${DEPLOYMENT}`);
  await ready(page, scripts);
  await expect(main(page).locator("tbody tr")).toHaveCount(1);
  await page.keyboard.press("j");
  await page.keyboard.press("t");
  const choice = page.locator(".dock-choice").first();
  await expect(choice, "there is something to choose").toBeFocused();
  await page.keyboard.press("Enter");
  await expect(screen(page)).toContainText("#");
  await focusIsSeen(page, "in the terminal");
  await page.keyboard.type("hostname\n");
  await expect(screen(page)).toContainText(`${DEPLOYMENT}-`);

  // Tab is the shell's, so that another key leaves it.
  await page.keyboard.press("Tab");
  await expect(page.locator(".dock .xterm-helper-textarea")).toBeFocused();
  await page.keyboard.press("Control+Shift+x");
  await expect(page.locator(".dock-tab[aria-current]")).toBeFocused();
  await focusIsSeen(page, "beside the terminal");
  await page.keyboard.press("Enter");
  await expect(page.locator(".dock .xterm-helper-textarea")).toBeFocused();
  await page.keyboard.press("Control+Shift+f");
  const search = page.getByRole("searchbox", { name: "Search in the terminal" });
  await expect(search).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.locator(".dock .xterm-helper-textarea")).toBeFocused();
  await page.keyboard.press("Control+Shift+x");

  const close = page.getByRole("button", { name: /^Close the terminal/ });
  await press(page, close);
  await expect(dialog(page)).toContainText("still running");
  await focusIsSeen(page, "in the question");
  await page.keyboard.press("Escape");
  await expect(dialog(page)).toHaveCount(0);
  await expect(close).toBeFocused();
  await page.keyboard.press("Enter");
  await press(page, dialog(page).getByRole("button", { name: "End the shell" }));
  await expect(page.locator(".dock")).toHaveCount(0);
  await focusIsSeen(page, "after the terminal");
});

test("a configuration is made by its form, edited as text and deleted by keys @scripts", async ({ page, scripts }) => {
  const form = page.locator(".form-body");
  await page.goto(`/clusters/harbour/configmaps?namespace=${NAMESPACE}`);
  await ready(page, scripts);

  await test.step("the form", async () => {
    await press(page, main(page).getByRole("link", { name: "Create", exact: true }).first());
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("New config map");
    await expect(page.locator("#main")).toBeFocused();
    await fill(page, form.getByRole("textbox", { name: "Name *", exact: true }), "keyboard-made");
    await tabTo(page, page.locator(".form-steps").getByRole("button", { name: "Data" }), "Shift+Tab");
    await page.keyboard.press("Enter");
    await focusIsSeen(page, "on another step");
    const add = form.getByRole("button", { name: "Add", exact: true });
    const keys = form.getByRole("textbox", { name: "Key", exact: true });
    await press(page, add);
    await expect(keys, "what was added is filled in next").toBeFocused();
    await page.keyboard.type("words");
    await fill(page, form.getByRole("textbox", { name: "Value", exact: true }), "by keys");
    await press(page, add);
    await expect(keys.nth(1)).toBeFocused();
    await press(page, form.getByRole("button", { name: "Remove", exact: true }).last());
    await expect(keys, "what is gone leaves it to its neighbour").toBeFocused();
    await press(page, form.getByRole("button", { name: "Remove", exact: true }));
    await expect(add, "and the last one to what adds another").toBeFocused();
    await page.keyboard.press("Enter");
    await expect(keys).toBeFocused();
    await page.keyboard.type("words");
    await fill(page, form.getByRole("textbox", { name: "Value", exact: true }), "by keys");
    await press(page, page.getByRole("button", { name: "Back", exact: true }));
    await expect(page.getByRole("heading", { level: 2, name: "Basics" })).toBeFocused();
    await press(page, page.getByRole("button", { name: "Preview" }));
    await expect(page.locator(".form-previews")).toContainText("will be created");
    await focusIsSeen(page, "beside the preview");
    await press(page, page.getByRole("button", { name: "Create", exact: true }));
    await expect(page).toHaveURL(/\/configmaps\/shop\/keyboard-made$/);
    await focusIsSeen(page, "on what was made");
  });

  await test.step("the editor", async () => {
    await press(page, page.locator(".tabs").getByRole("link", { name: "YAML" }));
    const editor = page.locator(".cm-content");
    await tabTo(page, editor);
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Backspace");
    await page.keyboard.insertText(note("keyboard-made", "edited"));
    await press(page, main(page).getByRole("button", { name: "Preview", exact: true }).first());
    await expect(page.locator(".yaml-outcome")).toContainText("will be changed");
    await focusIsSeen(page, "beside the outcome");
    await press(page, main(page).getByRole("button", { name: "Apply", exact: true }));
    await expect(page).toHaveURL(/\/configmaps\/shop\/keyboard-made$/);
    await focusIsSeen(page, "after the change");
  });

  await test.step("and its end", async () => {
    const more = main(page).locator("summary", { hasText: "More actions" });
    await press(page, more);
    await press(page, page.getByRole("link", { name: "Delete", exact: true }));
    await expect(dialog(page)).toBeVisible();
    await focusIsSeen(page, "in the dialog");
    await page.keyboard.press("Escape");
    await expect(dialog(page)).toHaveCount(0);
    await focusIsSeen(page, "after the dialog that a menu opened");
    await tabTo(page, more, "Shift+Tab");
    await page.keyboard.press("Enter");
    await press(page, page.getByRole("link", { name: "Delete", exact: true }));
    await press(page, dialog(page).getByRole("button", { name: "Delete", exact: true }));
    await expect(page).toHaveURL(/\/configmaps(\?.*)?$/);
    await focusIsSeen(page, "on the list");
  });
});

test("rows are chosen and deleted together by keys @scripts", async ({ page, scripts }) => {
  await page.goto("/");
  await ready(page, scripts);
  const somebody = new Somebody(page, "harbour");
  const names = ["keyboard-note-one", "keyboard-note-two"];
  for (const name of names) await somebody.apply(note(name, "to be deleted"));
  await page.goto(`/clusters/harbour/configmaps?namespace=${NAMESPACE}&search=name:keyboard-note`);
  await ready(page, scripts);
  const rows = main(page).locator("tbody tr");
  await expect(rows).toHaveCount(2);

  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await expect(main(page)).toContainText("2 selected");
  await focusIsSeen(page, "on the second row");
  const remove = page.locator(".selection-bar").getByRole("button", { name: "Delete", exact: true });
  await tabTo(page, remove, "Shift+Tab");
  await page.keyboard.press("Enter");
  await expect(dialog(page)).toBeVisible();
  await focusIsSeen(page, "in the dialog");
  await page.keyboard.press("Escape");
  await expect(dialog(page)).toHaveCount(0);
  await expect(remove).toBeFocused();
  await page.keyboard.press("Enter");
  await press(page, dialog(page).getByRole("button", { name: "Delete", exact: true }));
  await expect(dialog(page)).toHaveCount(0);
  await expect(rows).toHaveCount(0);
  await focusIsSeen(page, "after the rows are gone");

  await page.keyboard.press("?");
  await expect(dialog(page)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog(page)).toHaveCount(0);
  await focusIsSeen(page, "after the help");
});
