import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { IMAGES } from "../harness/places.ts";
import { ready, test } from "../harness/test.ts";

/** File, address, colours. */
const PICTURES: [string, string, "light" | "dark"][] = [
  ["list", "/clusters/harbour/pods?search=status:failed&sort=-restarts", "dark"],
  ["object", "/clusters/harbour/deployments/shop/checkout", "light"],
];

for (const [name, address, colorScheme] of PICTURES) {
  test(`picture of ${name}`, async ({ page, scripts }) => {
    mkdirSync(IMAGES, { recursive: true });
    await page.emulateMedia({ colorScheme });
    await page.goto(address);
    await ready(page, scripts);
    // The playground lives through its past in its first seconds.
    await page.getByText(/crash/i).first().waitFor({ timeout: 60_000 });
    await page.screenshot({ path: join(IMAGES, `${name}.png`), animations: "disabled" });
  });
}
