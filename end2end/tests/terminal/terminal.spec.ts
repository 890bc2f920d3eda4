// Terminals: from a pod, a workload and a row, through pages, to their end.

import type { Page } from "@playwright/test";

import { checkPage, expect, look, ready, test } from "../../harness/test.ts";

/** The address of a running pod of a deployment of the shop. */
async function pod(page: Page, name: string): Promise<string> {
  await page.goto(`/clusters/harbour/pods?namespace=shop&search=${name}%20status:healthy`);
  const link = await page.getByRole("link", { name: new RegExp(`^${name}-`) }).first().getAttribute("href");
  return link!;
}

const screen = (page: Page) => page.locator(".dock-panel:not([hidden]) .xterm-rows");

/** Waits for the prompt of the shell and types a line. */
async function type(page: Page, line: string): Promise<void> {
  await expect(screen(page)).toContainText("#");
  await page.keyboard.type(`${line}\n`);
}

test("a shell in a container outlives the page it was opened on @scripts", async ({ page, scripts }) => {
  await page.goto(await pod(page, "reviews"));
  await ready(page, scripts);

  await page.getByRole("button", { name: "Terminal" }).first().click();
  await type(page, "echo $((1))hello; ls /");
  await expect(screen(page)).toContainText("etc");
  // Alpine has no bash, so the next shell runs, and it is said which.
  await expect(page.getByRole("combobox", { name: "Shell", exact: true })).toHaveValue("sh");
  await page.locator(".dock").getByRole("button", { name: "The same with kubectl" }).click();
  await expect(page.locator(".dock")).toContainText(/kubectl exec --stdin --tty reviews-\S+ --namespace \S+ --container \S+ -- sh/);
  await checkPage(page, scripts);

  await page.locator(".tabs").getByRole("link", { name: /^Events/ }).click();
  await page.getByRole("navigation").getByRole("link", { name: "Nodes" }).first().click();
  await expect(page).toHaveURL(/\/nodes/);
  await expect(screen(page)).toContainText("etc");
  await page.locator(".dock .xterm-screen").click();
  await page.keyboard.type("echo still-$((2))here\n");
  await expect(screen(page)).toContainText("here");
  await look(page, "terminal");

  await page.keyboard.type("exit\n");
  await expect(page.locator(".dock")).toContainText("The shell has ended");
  await page.locator(".dock").getByRole("button", { name: "Connect again" }).last().click();
  await expect(page.locator(".dock-tab .status-shape")).toHaveAttribute("data-level", "healthy");

  await page.getByRole("button", { name: /^Close the terminal/ }).click();
  await expect(page.getByRole("dialog")).toContainText("still running");
  await page.getByRole("button", { name: "End the shell" }).click();
  await expect(page.locator(".dock")).toHaveCount(0);
});

test("the key t opens a terminal, of a workload in a pod that is chosen @scripts", async ({ page, scripts }) => {
  await page.goto("/clusters/harbour/deployments?namespace=shop&search=name:storefront");
  await ready(page, scripts);

  await page.keyboard.press("j");
  await page.keyboard.press("t");
  await expect(page.locator(".dock-choice").first()).toBeVisible();
  await look(page, "terminal-choice");
  await page.locator(".dock-choice").first().click();

  await type(page, "hostname");
  await expect(screen(page)).toContainText("storefront-");
  await page.getByRole("button", { name: "Search in the terminal" }).click();
  await page.getByRole("searchbox", { name: "Search in the terminal" }).fill("hostname");
  await expect(page.locator(".dock-search")).toContainText("1 of 1");
  await page.getByRole("searchbox", { name: "Search in the terminal" }).press("Escape");

  await page.getByRole("button", { name: "Minimise" }).click();
  await expect(screen(page)).toBeHidden();
  await page.locator(".dock-tab").first().click();
  await expect(screen(page)).toBeVisible();
});

test("what a program writes cannot type or reach the clipboard @scripts", async ({ page, scripts, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(await pod(page, "catalogue"));
  await ready(page, scripts);
  await page.evaluate(() => navigator.clipboard.writeText("mine"));
  const sent: string[] = [];
  await page.exposeFunction("told", (text: string) => void sent.push(text));
  await page.evaluate(() => {
    const { told } = globalThis as unknown as { told(text: string): void };
    const original = WebSocket.prototype.send;
    WebSocket.prototype.send = function (message) {
      if (typeof message !== "string") told(new TextDecoder().decode(message as Uint8Array));
      return original.call(this, message);
    };
  });
  await page.getByRole("button", { name: "Terminal" }).first().click();

  // A file that asks the terminal who and where it is, for its colours, and to change the clipboard; then it is shown.
  const asks = ["\\e[6n", "\\e[c", "\\e[>c", "\\e]52;c;ZXZpbA==\\a", "\\e[21t", "\\eP$q q\\e\\\\", "\\e]10;?\\a", "\\e[?1$p"];
  await type(page, `printf '${asks.join("")}harm%s' less`);
  await expect(screen(page)).toContainText("harmless");

  expect(sent.join("")).toBe(`printf '${asks.join("")}harm%s' less\r`);
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("mine");
});

test("a container without a shell says so, and is looked into with one that is added @scripts", async ({ page, scripts }) => {
  await page.goto("/clusters/harbour/pods?namespace=kube-system&search=coredns");
  await ready(page, scripts);
  await page.getByRole("link", { name: /^coredns-/ }).first().click();

  await page.getByRole("button", { name: "Terminal" }).first().click();

  const dock = page.locator(".dock");
  await expect(dock).toContainText("none of these shells: bash, sh, ash");

  await dock.getByRole("button", { name: "Add a debug container" }).click();
  const image = dock.getByRole("textbox", { name: "Image" });
  await expect(image).toHaveValue("busybox:1.37");
  await image.fill("busybox 1.37");
  await dock.getByRole("button", { name: "Start" }).click();
  await expect(dock).toContainText("An image is named like");
  await image.fill("busybox:1.37");
  await look(page, "terminal-debug");
  await dock.getByRole("button", { name: "Start" }).click();
  await expect(page.locator(".dock-tab[aria-current]")).toContainText(/debugger-\w+ · coredns-/);
  await type(page, "hostname");
  await expect(screen(page)).toContainText("coredns-");
  await type(page, "exit");
  await expect(dock).toContainText("The shell has ended.");
});

test("a node is entered by a pod that goes with the shell @scripts", async ({ page, scripts }) => {
  await page.goto("/clusters/harbour/nodes");
  await ready(page, scripts);
  const node = page.getByRole("table").getByRole("link", { name: /^harbour-/ }).first();
  const name = (await node.textContent())!.trim();
  await node.click();

  await page.getByRole("button", { name: "Terminal" }).first().click();
  const dock = page.locator(".dock");
  await expect(dock).toContainText(`Makes a privileged pod on ${name}`);
  await look(page, "terminal-node");
  await checkPage(page, scripts);
  await dock.getByRole("button", { name: "Start" }).click();

  await type(page, "hostname; cat /etc/os-release");
  await expect(screen(page)).toContainText(name);
  await expect(screen(page)).toContainText("Debian");
  await look(page, "terminal-node-open");
  const pods = "/api/resources/table";
  const made = async () => {
    const query = { cluster: "harbour", kind: "pods", namespaces: ["kube-system"], search: "name:node-debugger", sort: null, page: 0, size: 50 };
    const answer = await page.request.post(pods, { data: { query }, headers: { origin: new URL(page.url()).origin } });
    return ((await answer.json()) as { total: number }).total;
  };
  expect(await made()).toBe(1);

  await page.keyboard.type("exit\n");
  await expect(dock).toContainText("The shell has ended.");
  await expect.poll(made).toBe(0);
});

test("the WebSocket of a terminal is for our own pages only", async ({ page, baseURL }) => {
  const address = `${baseURL}/terminal?cluster=harbour&namespace=shop&pod=x`;
  const upgrade = { connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13", "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==" };
  for (const origin of [undefined, "null", "https://evil.example", `${baseURL}.evil.example`, "http://127.0.0.1:1"]) {
    const answer = await page.request.get(address, { headers: { ...upgrade, ...(origin ? { origin } : {}) } });
    expect(answer.status(), `origin ${origin}`).toBe(403);
  }
});

test("without scripts there is no button that would do nothing @no-scripts", async ({ page }) => {
  await page.goto(await pod(page, "catalogue"));

  await expect(page.getByRole("button", { name: "Terminal" })).toHaveCount(0);
});
