import { defineConfig } from "@playwright/test";

import { ADMINISTRATOR } from "./harness/places.ts";

export default defineConfig({
  testDir: "tests",
  outputDir: "test-results",
  globalSetup: "./harness/global_setup.ts",
  // One server for all, so tests share its playground: each works on objects of its own.
  workers: 2,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  // Generous, because machines that run this are slow and busy; a test that passes waits for nothing.
  timeout: 240_000,
  expect: { timeout: 60_000 },
  use: {
    browserName: "chromium",
    // Less than a test may take, so that what is not there is named.
    actionTimeout: 60_000,
    viewport: { width: 1280, height: 720 },
    locale: "en-GB",
    timezoneId: "UTC",
    colorScheme: "light",
    storageState: ADMINISTRATOR,
    screenshot: "only-on-failure",
    // Costs as much as the tests themselves: `--trace on` where a picture does not tell enough.
    trace: "off",
    launchOptions: {
      executablePath: process.env["ORRERY_CHROMIUM"] ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
      ],
    },
  },
  projects: [
    { name: "scripts", grepInvert: /@no-scripts\b/ },
    { name: "no scripts", use: { javaScriptEnabled: false }, grepInvert: /@scripts\b/ },
  ],
});
