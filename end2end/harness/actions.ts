import { expect, type Locator, type Page } from "@playwright/test";

/** Does what a button of an object's page offers, and waits until its dialog has gone. */
export async function act(page: Page, action: string, fill?: (dialog: Locator) => Promise<void>): Promise<void> {
  const main = page.getByRole("main");
  const link = main.getByRole("link", { name: action, exact: true });
  if (!(await link.isVisible())) await main.locator("summary", { hasText: "More actions" }).click();
  await link.click();
  const dialog = page.getByRole("dialog");
  await fill?.(dialog);
  await dialog.getByRole("button", { name: action, exact: true }).click();
  await expect(dialog).toHaveCount(0);
}

/** Replaces the whole text of the editor that is open. */
export async function write(page: Page, text: string): Promise<void> {
  await page.locator(".cm-content").click();
  await page.keyboard.press("Control+a");
  // The editor deletes; written over what is selected, Chromium would keep the looks of the old text by inline styles.
  await page.keyboard.press("Backspace");
  await page.keyboard.insertText(text);
}
