import { expect, type Page } from "@playwright/test";

import { ready } from "./test.ts";

/** The cluster whose log store is found in it. */
export const LOGS = "/clusters/harbour/logs";

/** Opens a page of the past. */
export async function openLogs(page: Page, scripts: boolean, address: string): Promise<void> {
  // The log store is a workload like others: in a new world it needs a while until it answers.
  await expect(async () => {
    await page.goto(address);
    await expect(page.getByText("Nothing keeps the logs of harbour")).toHaveCount(0);
  }).toPass({ timeout: 90_000, intervals: [5_000] });
  await ready(page, scripts);
}
