// The files of a container: folders, texts, what is kept and what is sent.

import { readFileSync } from "node:fs";

import type { Page } from "@playwright/test";

import { checkPage, expect, look, ready, test } from "../../harness/test.ts";

/** The address of the files of a running pod, of a workload that nothing scales meanwhile. */
async function files(page: Page, namespace: string, name: string): Promise<string> {
  await page.goto(`/clusters/harbour/pods?namespace=${namespace}&search=${name}%20status:healthy`);
  const link = await page.getByRole("link", { name: new RegExp(`^${name}-`) }).first().getAttribute("href");
  return `${link}?tab=files`;
}

const row = (page: Page, name: string) => page.locator(".files-table tr").filter({ has: page.getByRole("link", { name, exact: true }) });

test("folders are walked through, texts are read, and both can be kept", async ({ page, scripts }) => {
  await page.goto(await files(page, "shop", "catalogue"));
  await ready(page, scripts);

  await expect(row(page, "etc")).toBeVisible();
  await look(page, "files-root");
  await page.getByRole("link", { name: "etc", exact: true }).click();
  await expect(row(page, "os-release")).toContainText(/\d+ B/);
  await checkPage(page, scripts);

  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download os-release" }).click(),
  ]);
  expect(file.suggestedFilename(), readFileSync(await file.path(), "utf8")).toBe("os-release");
  expect(readFileSync(await file.path(), "utf8")).toContain("Alpine Linux");
  const [archive] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download this folder" }).click(),
  ]);
  expect(archive.suggestedFilename()).toBe("etc.tar");
  expect(readFileSync(await archive.path(), "latin1")).toContain("etc/os-release");

  await page.getByRole("link", { name: "os-release", exact: true }).click();
  await expect(page.locator(".files-text")).toContainText('NAME="Alpine Linux"');
  await look(page, "files-open");
  await checkPage(page, scripts);
  await page.getByRole("link", { name: "Close" }).click();
  await expect(page.locator(".files-text")).toHaveCount(0);
  await page.getByRole("link", { name: "Up", exact: true }).click();
  await expect(row(page, "etc")).toBeVisible();
});

test("any path can be asked for, and what it leads to is said in words", async ({ page, scripts }) => {
  await page.goto(await files(page, "shop", "catalogue"));
  await ready(page, scripts);
  const path = page.getByRole("textbox", { name: "Path in the container" });

  await path.fill("/etc/hostname");
  await path.press("Enter");
  await expect(page.locator(".empty")).toContainText("This is not a folder");
  await page.getByRole("link", { name: "Open as a file" }).click();
  await expect(page.locator(".files-text")).toContainText("catalogue-");

  await path.fill("/nowhere");
  await path.press("Enter");
  await expect(page.locator(".empty")).toContainText("There is nothing at this path");
  await path.fill("../etc");
  await path.press("Enter");
  await expect(page.locator(".field-problem")).toContainText("write a path from the root");
  await expect(path).toHaveAttribute("aria-invalid", "true");
  await checkPage(page, scripts);
});

test("a container without programs says which one it lacks", async ({ page, scripts }) => {
  await page.goto(await files(page, "kube-system", "coredns"));
  await ready(page, scripts);

  await expect(page.locator(".empty")).toContainText("its image has no ls");
  await expect(page.getByRole("button", { name: "Add a debug container" })).toHaveCount(scripts ? 1 : 0);
  await look(page, "files-without-programs");
  await checkPage(page, scripts);
});

test("files are sent into a container, replaced only when that is wished, and can be broken off @scripts", async ({ page, scripts, allowed }) => {
  allowed.message(/the server responded with a status of 409/);
  await page.goto(`${await files(page, "shop", "catalogue")}&path=%2Ftmp`);
  await ready(page, scripts);
  const choose = page.locator("input[type=file]");
  const pears = { name: "pears & more.txt", mimeType: "text/plain", buffer: Buffer.from("ripe") };

  await choose.setInputFiles([pears, { name: "zeros.bin", mimeType: "", buffer: Buffer.alloc(3_000_000) }]);
  const sending = page.locator(".files-sending");
  await expect(sending.nth(0)).toContainText("Sent");
  await expect(sending.nth(1)).toContainText("Sent");
  await expect(row(page, "pears & more.txt")).toContainText("4 B");
  await expect(row(page, "zeros.bin")).toContainText("2.86 MiB");
  await expect(row(page, "zeros.bin")).not.toContainText("orrery-upload");

  await choose.setInputFiles({ ...pears, buffer: Buffer.from("eaten") });
  await expect(sending.nth(2)).toContainText("is there already");
  await look(page, "files-sent");
  await checkPage(page, scripts);
  await page.getByRole("button", { name: "Replace it" }).click();
  await expect(sending.nth(2)).toContainText("Sent");
  await page.getByRole("link", { name: "pears & more.txt", exact: true }).click();
  await expect(page.locator(".files-text")).toHaveText("eaten");

  // More than the container has room for.
  await choose.setInputFiles({ name: "large.bin", mimeType: "", buffer: Buffer.alloc(48_000_000, 1) });
  await expect(sending.nth(3)).toContainText("Sent");
  allowed.message(/the server responded with a status of 422/);
  await choose.setInputFiles({ name: "larger.bin", mimeType: "", buffer: Buffer.alloc(49_000_000, 1) });
  await expect(sending.nth(4)).toContainText("no room");

  // A slow network gives time to break it off.
  const network = await page.context().newCDPSession(page);
  await network.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 200_000 });
  await choose.setInputFiles({ name: "slow.bin", mimeType: "", buffer: Buffer.alloc(4_000_000, 1) });
  await expect(sending.nth(5).locator("progress")).toBeVisible();
  await look(page, "files-sending");
  await sending.nth(5).getByRole("button", { name: "Break off" }).click();
  await expect(sending).toHaveCount(5);
  await page.reload();
  await ready(page, scripts);
  await expect(row(page, "zeros.bin")).toBeVisible();
  await expect(page.locator(".files-table")).not.toContainText("slow.bin");
  await expect(async () => {
    await page.reload();
    await expect(page.locator(".files-table")).not.toContainText("orrery-upload", { timeout: 1_000 });
  }).toPass();
});
