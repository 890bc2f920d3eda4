// `cargo xtask screenshots` runs this: the pictures of the README, from the product itself.

import { defineConfig } from "@playwright/test";

import config from "./playwright.config.ts";

export default defineConfig({
  ...config,
  testDir: "pictures",
  workers: 1,
  projects: [{ name: "pictures", use: { deviceScaleFactor: 2 } }],
});
