// Whatever people, programs and clusters write is text: in every place that shows it nothing of it becomes an element, a script or
// a link that runs one. The console's policy would stop most of it; then the page complains, and that fails the test too.

import type { Page } from "@playwright/test";

import { Somebody } from "../../harness/somebody.ts";
import { expect, ready, test } from "../../harness/test.ts";

const CLUSTER = "meadow";
/** One whose Prometheus answers from the start. */
const MEASURED = "lantern";
const NAMESPACE = "injections";
const KIND = "injections.owned.example";

/** The first is short enough for names of people, and is looked for on each page. */
const FIRST = "<img class=injected src=x onerror=alert(1)>";
const PAYLOADS = [
  FIRST,
  "<script class=injected>alert(1)</script>",
  '"><script class=injected>alert(1)</script>',
  "'><svg class=injected onload=alert(1)>",
  "</script><script class=injected>alert(1)</script>",
  "</style><script class=injected>alert(1)</script>",
  "</title><script class=injected>alert(1)</script>",
  "</textarea><img class=injected src=x onerror=alert(1)>",
  "</template><img class=injected src=x onerror=alert(1)>",
  "<!--><img class=injected src=x onerror=alert(1)>-->",
  "--><img class=injected src=x onerror=alert(1)>",
  "<!-- hk=1 --><b class=injected>",
  "<svg class=injected><animate onbegin=alert(1) attributeName=x dur=1s>",
  "<svg class=injected><a xlink:href=javascript:alert(1)><text y=20>x</text></a></svg>",
  "<svg><style><img class=injected src=x onerror=alert(1)></style></svg>",
  "<math class=injected><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
  "<details class=injected open ontoggle=alert(1)>",
  "<input class=injected autofocus onfocus=alert(1)>",
  "<iframe class=injected srcdoc='<script>parent.alert(1)</script>'>",
  "<iframe class=injected src=javascript:alert(1)>",
  "<object class=injected data=javascript:alert(1)>",
  "<embed class=injected src=javascript:alert(1)>",
  "<form class=injected action=javascript:alert(1)><button>x",
  "<a class=injected href=javascript:alert(1)>x</a>",
  "<base class=injected href=https://evil.example/>",
  "<meta class=injected http-equiv=refresh content='0;url=https://evil.example/'>",
  "<link class=injected rel=stylesheet href=https://evil.example/x.css>",
  "<video class=injected><source onerror=alert(1)></video>",
  "<body class=injected onload=alert(1)>",
  "<marquee class=injected onstart=alert(1)>x</marquee>",
  "<x class=injected onpointerover=alert(1) style=position:fixed;inset:0>",
  "<noscript><p class=injected title='</noscript><img src=x onerror=alert(1)>'>",
  "&lt;img class=injected src=x onerror=alert(1)&gt;",
  "&#60;script class=injected&#62;alert(1)&#60;/script&#62;",
  "\\u003cscript class=injected\\u003ealert(1)\\u003c/script\\u003e",
  "javascript:alert(1)//injected",
  "java\tscript:alert(1)//injected",
  "data:text/html,<script class=injected>alert(1)</script>",
  "[x](javascript:alert(1)) ![x](x) injected",
  "{{constructor.constructor('alert(1)')()}} injected",
  "${alert(1)} injected",
  "\" onmouseover=alert(1) x=\"injected",
  "' autofocus onfocus=alert(1) x='injected",
  "`onclick=alert(1)` injected",
  "\u001b]8;;javascript:alert(1)\u0007injected\u001b]8;;\u0007",
  "\u202ealert(1) injected\u202c",
];

const manifest = (value: object) => JSON.stringify(value, null, 1);

/** A kind whose columns, descriptions and objects are nothing but payloads. */
function kind(): object {
  const text = { type: "string", description: FIRST };
  const columns = PAYLOADS.slice(0, 4).map((name) => ({ name, type: "string", jsonPath: ".spec.text", description: name }));
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: KIND },
    spec: {
      group: "owned.example",
      scope: "Namespaced",
      names: { kind: "Injection", plural: "injections", singular: "injection" },
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          additionalPrinterColumns: columns,
          schema: {
            openAPIV3Schema: {
              type: "object",
              description: FIRST,
              properties: { spec: { type: "object", description: FIRST, properties: { text } } },
            },
          },
        },
      ],
    },
  };
}

function objects(): object[] {
  const metadata = (name: string) => ({ name, namespace: NAMESPACE });
  const numbered = PAYLOADS.map((payload, index) => [`example.com/p${index}`, payload] as const);
  const said = PAYLOADS.filter((payload) => !/['\\$`\p{Cc}]/u.test(payload)).map((payload) => `echo '${payload}'`);
  const now = new Date().toISOString().replace(/\.\d+Z$/, "Z");
  const events = PAYLOADS.slice(0, 20).map((message, index) => ({
    apiVersion: "v1",
    kind: "Event",
    metadata: metadata(`payloads.${index}`),
    involvedObject: { apiVersion: "v1", kind: "ConfigMap", ...metadata("payloads") },
    type: "Normal",
    reason: "Injected",
    message,
    source: { component: message },
    firstTimestamp: now,
    lastTimestamp: now,
    count: 1,
  }));
  return [
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { ...metadata("payloads"), annotations: Object.fromEntries(numbered) },
      data: Object.fromEntries(PAYLOADS.map((payload, index) => [`p${index}`, payload])),
    },
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { ...metadata("speaker"), annotations: { description: FIRST } },
      spec: { containers: [{ name: "speaker", image: "busybox", command: ["sh", "-c", [...said, "sleep 36000"].join("; ")] }] },
    },
    ...events,
    ...PAYLOADS.slice(0, 20).map((text, index) => ({
      apiVersion: "owned.example/v1",
      kind: "Injection",
      metadata: metadata(`p${index}`),
      spec: { text },
    })),
  ];
}

/** What of a page a payload has made. */
async function injected(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const addresses = ["action", "data", "formaction", "href", "src", "srcdoc", "xlink:href"];
    const runs = (element: Element) =>
      element.matches(".injected, base, object, embed, iframe, meta[http-equiv=refresh]") ||
      element.getAttributeNames().some((name) => name.startsWith("on")) ||
      addresses.some((name) => /^\s*(javascript|data:text)/i.test((element.getAttribute(name) ?? "").replace(/\s/g, "")));
    return [...document.querySelectorAll("*")].filter(runs).map((element) => element.outerHTML.slice(0, 200));
  });
}

test("nothing that anybody writes becomes a part of a page @scripts", async ({ page, baseURL, scripts }) => {
  const dialogs: string[] = [];
  page.on("dialog", (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  await page.goto("/");
  const somebody = new Somebody(page, CLUSTER);
  await somebody.apply([{ apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } }, kind()].map(manifest).join("\n---\n"));
  // Until the cluster serves the kind.
  await expect(async () => somebody.apply(objects().map(manifest).join("\n---\n"))).toPass({ timeout: 60_000 });
  const post = async (address: string, form: Record<string, string>, accept = "*/*") => {
    const answer = await page.request.post(`/api/${address}`, { form, headers: { origin: baseURL ?? "", accept } });
    expect(answer.ok(), `${address}: ${answer.status()}`).toBe(true);
    return answer.url();
  };
  const person = { "fields[name]": FIRST, "fields[full_name]": PAYLOADS[1] ?? "", "fields[email]": "", "fields[role]": "regular" };
  await post("people/create", person);
  await post("workspaces/create", {
    "fields[name]": NAMESPACE,
    "fields[title]": FIRST,
    "fields[description]": PAYLOADS.slice(1, 12).join(" "),
    "fields[clusters][0]": CLUSTER,
  });
  const board = { "fields[cluster]": MEASURED, "fields[name]": FIRST, "fields[template]": "" };
  const edited = await post("monitoring/save-dashboard", board, "text/html");

  const escaped = encodeURIComponent(FIRST);
  const cluster = `/clusters/${CLUSTER}`;
  for (const [address, shown] of [
    [`${cluster}/configmaps/${NAMESPACE}/payloads?tab=labels`, FIRST],
    [`${cluster}/configmaps/${NAMESPACE}/payloads?tab=yaml`, "payloads"],
    [`${cluster}/configmaps/${NAMESPACE}/payloads`, "payloads"],
    [`${cluster}/events?namespace=${NAMESPACE}&search=Injected`, FIRST],
    [`${cluster}/pods/${NAMESPACE}/speaker?tab=logs`, FIRST],
    [`${cluster}/${KIND}?namespace=${NAMESPACE}`, FIRST],
    [`${cluster}/${KIND}/${NAMESPACE}/p0`, "p0"],
    [`${cluster}/new/${KIND}?namespace=${NAMESPACE}`, "Injection"],
    [`/clusters/${MEASURED}/monitoring/dashboards`, FIRST],
    [edited.replace(/\/edit$/, ""), FIRST],
    [edited, FIRST],
    ["/people", FIRST],
    [`/people/${escaped}`, FIRST],
    ["/workspaces", FIRST],
    [`/workspaces/${NAMESPACE}`, FIRST],
    ["/audit", "ada"],
    [`/search?q=${escaped}`, ""],
  ] as const) {
    await page.goto(address);
    await ready(page, scripts);
    await expect(page.locator("main"), address).toContainText(shown);
    expect(await injected(page), address).toEqual([]);
  }

  // Written as it is: nothing of it is swallowed either.
  await page.goto(`${cluster}/configmaps/${NAMESPACE}/payloads?tab=labels`);
  const values = await page.locator("main .label-value").allTextContents();
  expect(PAYLOADS.filter((payload) => !/\p{Cc}/u.test(payload) && !values.includes(payload))).toEqual([]);
  expect(dialogs).toEqual([]);
});
