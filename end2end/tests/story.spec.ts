// What a new user does on the first day, from nothing to a healthy release: by clicking, as people do. The deployment
// `checkout` of the shop belongs to this story; no other test changes it or waits for its pods.

import { expect, look, ready, test } from "../harness/test.ts";

/** How long the cluster may take to replace all pods on a slow machine. */
const ROLL_OUT_MS = 180_000;

test("somebody finds the crash-looping pod, learns why, changes the image and watches it become healthy @scripts", async ({
  page,
  scripts,
}) => {
  test.setTimeout(420_000);
  const main = page.getByRole("main");
  const heading = page.getByRole("heading", { level: 1 });
  await page.goto("/");
  await ready(page, scripts);

  await test.step("the start page leads to what is unwell", async () => {
    await main.getByRole("link", { name: "harbour", exact: true }).click();
    await expect(heading).toContainText("harbour");
    const pods = main.locator(".health-line").filter({ hasText: "Pods" });
    await pods.getByRole("link", { name: /failed/i }).click();
    await expect(heading).toContainText("Pods");
    // Under the pointer no row comes or goes, and each time its containers run again, the pod is not in this list.
    await heading.hover();
    // Its node may have evicted another one of the same name.
    const crashing = main.locator("tbody tr").filter({ hasText: "CrashLoopBackOff" });
    await crashing.getByRole("link", { name: /^checkout-/ }).first().click();
    await expect(heading).toContainText("checkout-");
  });

  await test.step("the page of the pod says why, and what to do", async () => {
    const finding = page.getByRole("region", { name: "Why it is unwell" });
    await expect(finding).toContainText(/crash/i);
    await expect(finding).toContainText("upgrade the image to 2.4.1");
    await look(page, "story-finding");
  });

  await test.step("the log of the run before ends with the reason", async () => {
    await main.getByRole("link", { name: "Previous logs" }).first().click();
    await expect(page).toHaveURL(/previous=1/);
    await expect(page.getByRole("log")).toContainText("cannot read tax tables");
    await look(page, "story-logs");
  });

  await test.step("the deployment's YAML is changed, with the difference shown before it is applied", async () => {
    await main.getByRole("link", { name: /^Replica set checkout-/ }).click();
    await main.getByRole("link", { name: "Deployment checkout", exact: true }).click();
    await expect(heading).toHaveText("checkout");
    await main.getByRole("link", { name: "Edit YAML" }).click();
    await page.locator(".cm-content").click();
    await page.keyboard.press("Control+f");
    const search = page.locator(".cm-search");
    await search.locator("input[name=search]").fill("checkout:2.4.0");
    await search.locator("input[name=replace]").fill("checkout:2.4.1");
    await search.locator("button[name=replaceAll]").click();
    await page.keyboard.press("Escape");
    await main.getByRole("button", { name: "Preview", exact: true }).first().click();
    const difference = page.locator(".yaml-outcome");
    await expect(difference).toContainText("checkout:2.4.0");
    await expect(difference).toContainText("checkout:2.4.1");
    await look(page, "story-difference");
    // The image belongs to whoever released it last; taking it over is said, not silent.
    await page.getByLabel(/take these fields over/i).check();
    await main.getByRole("button", { name: "Apply", exact: true }).click();
    await expect(page.getByText("Applied", { exact: true })).toBeVisible();
  });

  await test.step("the roll-out becomes healthy on the screen without a reload", async () => {
    await main.getByRole("link", { name: /^Pods/ }).click();
    const rows = main.locator("table tbody tr");
    await expect(async () => {
      const lines = await rows.allTextContents();
      expect(lines.filter((line) => /running/i.test(line)).length).toBeGreaterThanOrEqual(3);
      for (const line of lines) expect(line).not.toMatch(/crash|not ready|creating|terminating/i);
    }).toPass({ timeout: ROLL_OUT_MS });
    await look(page, "story-healthy");
  });

  await test.step("its pods run the new image", async () => {
    const running = main.locator("tbody tr").filter({ hasText: /running/i });
    await running.getByRole("link", { name: /^checkout-/ }).first().click();
    await expect(heading).toContainText("checkout-");
    await expect(main.getByRole("table", { name: "Containers" })).toContainText("checkout:2.4.1");
    await expect(page.getByRole("region", { name: "Why it is unwell" })).toHaveCount(0);
  });
});
