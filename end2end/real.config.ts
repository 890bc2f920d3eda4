// `cargo xtask test --step peers` runs this: the main flows on a real control plane, whose kubeconfig is in ORRERY_PEER_KUBECONFIG.

import { defineConfig } from "@playwright/test";

import config from "./playwright.config.ts";

export default defineConfig({
  ...config,
  testDir: "real",
  globalSetup: "./harness/real_setup.ts",
  // Axe measures colours: not those that a button has on its way from one to another.
  use: { ...config.use, contextOptions: { reducedMotion: "reduce" } },
  projects: [{ name: "real" }],
});
