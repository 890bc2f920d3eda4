// `cargo xtask bench` runs this against the release build; see bench/measure.spec.ts.

import { defineConfig } from "@playwright/test";

import config from "./playwright.config.ts";

const { globalSetup: _, projects: __, ...shared } = config;

export default defineConfig({
  ...shared,
  testDir: "bench",
  workers: 1,
  timeout: 900_000,
  use: { ...shared.use, storageState: { cookies: [], origins: [] }, trace: "off", screenshot: "off" },
});
