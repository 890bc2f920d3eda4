import assert from "node:assert/strict";
import { test } from "node:test";

import { explain, placeAt, suggestionsAt, type SchemaDocument } from "./schema.ts";
// One bundle has all tests.
import "./timeline.test.ts";

const DOCUMENT: SchemaDocument = {
  components: {
    schemas: {
      Deployment: {
        type: "object",
        "x-kubernetes-group-version-kind": [{ group: "apps", version: "v1", kind: "Deployment" }],
        properties: {
          apiVersion: { type: "string" },
          kind: { type: "string" },
          metadata: { allOf: [{ $ref: "#/components/schemas/Metadata" }], description: "Who it is." },
          spec: { $ref: "#/components/schemas/Spec" },
        },
      },
      Metadata: {
        type: "object",
        properties: { name: { type: "string" }, labels: { type: "object", additionalProperties: { type: "string" } } },
      },
      Spec: {
        type: "object",
        required: ["containers"],
        properties: {
          paused: { type: "boolean", description: "Whether changes wait." },
          replicas: { type: "integer" },
          containers: { type: "array", items: { allOf: [{ $ref: "#/components/schemas/Container" }], default: {} } },
        },
      },
      Container: {
        type: "object",
        required: ["name"],
        properties: {
          name: { type: "string" },
          image: { type: "string", description: "What runs." },
          imagePullPolicy: { type: "string", enum: ["Always", "IfNotPresent", "Never"] },
          ports: { type: "array", items: { type: "object", properties: { containerPort: { type: "integer" } } } },
          args: { type: "array", items: { type: "string" } },
        },
      },
    },
  },
};

/** Splits a text at the cursor, written `|`. */
function at(text: string): [string[], number, number] {
  const before = text.slice(0, text.indexOf("|")).split("\n");
  return [text.replace("|", "").split("\n"), before.length - 1, before.at(-1)?.length ?? 0];
}

function labels(text: string): string[] {
  return suggestionsAt(DOCUMENT, ...at(text)).map((suggestion) => suggestion.label);
}

const HEAD = "apiVersion: apps/v1\nkind: Deployment\n";

test("the first level offers what is not there yet", () => {
  assert.deepEqual(labels(`${HEAD}|`), ["metadata", "spec"]);
});

test("a key is offered the keys of the object it is in", () => {
  assert.deepEqual(labels(`${HEAD}spec:\n  re|`), ["paused", "replicas", "containers"]);
});

test("keys below the cursor are not offered again", () => {
  assert.deepEqual(labels(`${HEAD}spec:\n  |\n  replicas: 3\nmetadata:\n  name: a`), ["paused", "containers"]);
});

test("the elements of a list have the keys of their schema", () => {
  assert.deepEqual(labels(`${HEAD}spec:\n  containers:\n    - name: a\n      im|`), [
    "image",
    "imagePullPolicy",
    "ports",
    "args",
  ]);
});

test("a list may stand at the indentation of its key", () => {
  assert.deepEqual(labels(`${HEAD}spec:\n  containers:\n  - name: a\n    ports:\n    - |`), ["containerPort"]);
  assert.deepEqual(labels(`${HEAD}spec:\n  containers:\n  - name: a\n  - |`), [
    "name",
    "image",
    "imagePullPolicy",
    "ports",
    "args",
  ]);
});

test("the first key of an element is offered beside its dash", () => {
  assert.equal(labels(`${HEAD}spec:\n  containers:\n    - na|`)[0], "name");
});

test("a key after a list belongs to the object again", () => {
  const text = `${HEAD}spec:\n  containers:\n    - name: a\n      args:\n        - b\n  |`;
  assert.deepEqual(labels(text), ["paused", "replicas"]);
});

test("values come from the enumeration, and from yes and no", () => {
  assert.deepEqual(labels(`${HEAD}spec:\n  containers:\n    - imagePullPolicy: |`), ["Always", "IfNotPresent", "Never"]);
  assert.deepEqual(labels(`${HEAD}spec:\n  paused: |`), ["true", "false"]);
});

test("each document of a stream has its own kind", () => {
  assert.deepEqual(labels(`apiVersion: v1\nkind: Secret\n---\n${HEAD}metadata:\n  |`), ["name", "labels"]);
  assert.deepEqual(labels(`apiVersion: v1\nkind: Secret\n|\n---\n${HEAD}`), []);
});

test("what must be there is marked, and what begins on the next line has no space behind its colon", () => {
  const [containers] = suggestionsAt(DOCUMENT, ...at(`${HEAD}spec:\n  con|`)).filter((one) => one.required);
  assert.equal(containers?.label, "containers");
  assert.equal(containers?.suffix, ":");
  assert.equal(containers?.type, "list of object");
});

test("a key is explained", () => {
  const [lines, line] = at(`${HEAD}spec:\n  containers:\n    - name: a\n      image: shop|`);
  assert.equal(explain(DOCUMENT, lines, line)?.description, "What runs.");
  assert.equal(explain(DOCUMENT, [...lines, "  unknown: 1"], lines.length), null);
});

test("comments and blank lines do not disturb the way to the cursor", () => {
  const place = placeAt(...at("spec:\n  # the shop\n\n  template:\n    # inside\n    spec:\n\n      |"));
  assert.deepEqual(place.path, ["spec", "template", "spec"]);
});

test("a label with a colon-free address as its key is a key", () => {
  const place = placeAt(...at("metadata:\n  labels:\n    app.kubernetes.io/name: |"));
  assert.deepEqual([place.path, place.key], [["metadata", "labels"], "app.kubernetes.io/name"]);
});
