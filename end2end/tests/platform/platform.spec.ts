// What an administrator says of the platform stands on every page, and where people sign in. On a server of its own: what is
// said there everybody sees.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { PEOPLE, setUp } from "../../harness/people.ts";
import { startServer } from "../../harness/server.ts";
import { checkPage, expect, look, ready, test } from "../../harness/test.ts";

const ORBIT = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><circle cx="12" cy="12" r="10" fill="teal"/></svg>`;

/** A cluster that is not there: it starts at once. */
const NOWHERE = `apiVersion: v1
kind: Config
clusters: [{name: nowhere, cluster: {server: "https://127.0.0.1:1"}}]
users: [{name: nobody, user: {}}]
contexts: [{name: nowhere, context: {cluster: nowhere, user: nobody}}]
current-context: nowhere
`;

test("a name, a picture, an announcement and links are everybody's, until they are taken away", async ({ browser, scripts }) => {
  const folder = mkdtempSync(join(tmpdir(), "orrery-end2end-nowhere-"));
  writeFileSync(join(folder, "kubeconfig"), NOWHERE);
  const server = await startServer("--kubeconfig", join(folder, "kubeconfig"));
  const visitor = { baseURL: server.address, javaScriptEnabled: scripts, storageState: { cookies: [], origins: [] } };
  const contexts = [await browser.newContext(visitor), await browser.newContext(visitor)] as const;
  try {
    const page = await contexts[0].newPage();
    await setUp(page, server.setupLink, PEOPLE.administrator);
    await page.goto("/");
    await page.locator(".rail").getByRole("link", { name: "Platform settings" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Platform");
    await ready(page, scripts);
    const said = page.locator(".card").filter({ has: page.getByRole("heading", { name: "What everybody sees" }) });
    const save = () => said.getByRole("button", { name: "Save" }).click();
    await said.getByLabel("Links").fill("Help http://help.example.org");
    await save();
    await expect(said).toContainText("an address that begins with https://");

    await said.getByLabel("Name").fill("Harbour Cloud");
    await said.getByLabel("Announcement").fill("Tonight at ten the harbour is upgraded.");
    await said.getByLabel("Shown as").selectOption({ label: "A warning" });
    await said.getByLabel("Links").fill("How we work here https://wiki.example.org/start");
    await save();
    await expect(page.locator(".rail .brand")).toContainText("Harbour Cloud");
    await ready(page, scripts);
    const choose = async (name: string, mimeType: string, content: string): Promise<void> => {
      await page.getByLabel("File").setInputFiles({ name, mimeType, buffer: Buffer.from(content) });
      await page.getByRole("button", { name: "Use this picture" }).click();
    };
    await choose("a.txt", "text/plain", "no picture");
    await expect(page.locator("main")).toContainText("This is no SVG, PNG or WebP picture.");
    await choose("a.svg", "image/svg+xml", ORBIT);
    await expect(page.getByRole("img", { name: "The picture as it is now" })).toBeVisible();
    await ready(page, scripts);
    await checkPage(page, scripts);
    await look(page, "platform");

    await page.goto("/workspaces");
    await expect(page.locator("main")).toContainText("Tonight at ten the harbour is upgraded.");
    await page.locator(".user-menu summary").click();
    await expect(page.getByRole("link", { name: "How we work here" })).toHaveAttribute("href", "https://wiki.example.org/start");
    // What stands in the frame is another site's: here it is answered by the test.
    await page.route("https://grafana.example.org/**", (route) =>
      route.fulfill({ contentType: "text/html", body: `<title>Grafana</title><h1>${new URL(route.request().url()).search}</h1>` }),
    );
    await page.goto("/settings/platform");
    await ready(page, scripts);
    await said.getByLabel("Sites among").fill("Grafana https://grafana.example.org/nodes?orgId=1\nNodes https://grafana.example.org/d?var-cluster={cluster}");
    await save();
    await page.locator(".rail").getByRole("link", { name: "Grafana" }).click();
    await ready(page, scripts);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Grafana");
    await expect(page).toHaveTitle("Grafana · Harbour Cloud");
    await expect(page.frameLocator("iframe.site").getByRole("heading")).toHaveText("?orgId=1");
    await checkPage(page, scripts);
    await look(page, "site");
    await page.goto("/clusters/nowhere/sites/Nodes");
    await expect(page.frameLocator("iframe.site").getByRole("heading")).toHaveText("?var-cluster=nowhere");

    const stranger = await contexts[1].newPage();
    await stranger.goto("/sign-in");
    await ready(stranger, scripts);
    await expect(stranger.getByRole("heading", { level: 1 })).toHaveText("Sign in to Harbour Cloud");
    await expect(stranger.locator("main")).toContainText("Tonight at ten");
    await checkPage(stranger, scripts);
    await look(stranger, "sign-in-platform");

    await page.goto("/settings/platform");
    await ready(page, scripts);
    await page.getByRole("button", { name: "Use the console's own" }).click();
    await expect(page.getByRole("img", { name: "The picture as it is now" })).toHaveCount(0);
    await ready(page, scripts);
    for (const field of ["Name", "Announcement", "Links", "Sites among"]) await said.getByLabel(field).fill("");
    await save();
    await expect(page.locator(".rail .brand")).toContainText("Orrery");
    await expect(page.locator("main")).not.toContainText("Tonight at ten");
  } finally {
    for (const context of contexts) await context.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
