// What an OpenAPI v3 schema says about a place in a YAML text.
//
// The text is read by its indentation rather than by a parser: while somebody types it is never quite valid, and
// the place of the cursor is clear all the same.

/** The part of an OpenAPI v3 schema that the editor understands. */
export interface Schema {
  type?: string;
  description?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  items?: Schema;
  required?: string[];
  enum?: unknown[];
  default?: unknown;
  allOf?: Schema[];
  oneOf?: Schema[];
  anyOf?: Schema[];
  format?: string;
  $ref?: string;
  "x-kubernetes-int-or-string"?: boolean;
  "x-kubernetes-group-version-kind"?: { group: string; version: string; kind: string }[];
}

/** A schema with the definitions it refers to: a document of `/openapi/v3`, or a schema of its own. */
export interface SchemaDocument extends Schema {
  components?: { schemas?: Record<string, Schema> };
}

/** A step from an object into its parts: a key, or `null` for "an element of the list". */
export type Path = (string | null)[];

/** Where the cursor is. */
export interface Place {
  /** The way to the object whose key or value is being written. */
  path: Path;
  /** The key of the line when the cursor stands behind its colon. */
  key: string | null;
  /** Keys the object has already. */
  siblings: Set<string>;
}

/** Something that can stand at a place. */
export interface Suggestion {
  label: string;
  type: string;
  description: string;
  required: boolean;
  /** What to write after a key: `": "` for a plain value, `":"` where the value begins on the next line. */
  suffix: string;
}

interface Line {
  /** Columns before the key, counting the dashes of list elements as part of the way. */
  indent: number;
  /** The columns at which the line opens list elements. */
  dashes: number[];
  key: string | null;
  /** Whether something stands behind the colon. */
  hasValue: boolean;
}

const KEY = /^("[^"]*"|'[^']*'|[^\s:#'"{}[\],&*!|>%@`-][^:#]*?|-[^\s:#][^:#]*?)\s*:(?:\s+(.*))?$/;
const DOCUMENT_BORDER = /^(---|\.\.\.)(\s|$)/;

function readLine(text: string): Line | null {
  let indent = text.length - text.trimStart().length;
  let rest = text.slice(indent);
  if (rest === "" || rest.startsWith("#")) return null;
  const dashes: number[] = [];
  while (rest.startsWith("- ") || rest === "-") {
    dashes.push(indent);
    const after = rest.slice(1);
    const gap = after.length - after.trimStart().length;
    indent += 1 + gap;
    rest = after.trimStart();
  }
  const match = KEY.exec(rest);
  const value = match?.[2]?.replace(/(^|\s)#.*$/, "").trim() ?? "";
  return { indent, dashes, key: match?.[1] ? unquote(match[1]) : null, hasValue: value !== "" };
}

function unquote(key: string): string {
  return /^(["']).*\1$/.test(key) ? key.slice(1, -1) : key;
}

/** The lines of the one document of a stream that a line belongs to, and the number of its first line. */
function documentAround(lines: string[], line: number): [number, number] {
  let start = line;
  while (start > 0 && !DOCUMENT_BORDER.test(lines[start - 1] ?? "")) start -= 1;
  let end = line;
  while (end + 1 < lines.length && !DOCUMENT_BORDER.test(lines[end + 1] ?? "")) end += 1;
  return [start, end];
}

/** Where the cursor is, from the lines of the text, a line number from zero and a column. */
export function placeAt(lines: string[], line: number, column: number): Place {
  const [start, end] = documentAround(lines, line);
  const current = (lines[line] ?? "").slice(0, column);
  const parsed = readLine(current);
  // An empty line has the indentation of the cursor; a key without its colon is a key all the same.
  let indent = parsed ? parsed.indent : current.length;
  const key = parsed?.key ?? null;

  const path: Path = [];
  for (const dash of [...(parsed?.dashes ?? [])].reverse()) {
    path.unshift(null);
    indent = dash;
  }
  // A list may stand at the same indentation as the key it belongs to.
  let inList = parsed !== null && parsed.dashes.length > 0;
  for (let above = line - 1; above >= start && (indent > 0 || inList); above -= 1) {
    const other = readLine(lines[above] ?? "");
    if (!other) continue;
    const belongs = other.indent < indent || (inList && other.indent === indent && other.dashes.length === 0);
    if (other.key !== null && belongs && !other.hasValue) {
      path.unshift(other.key);
      indent = other.indent;
      inList = false;
    }
    // The line opens the list element we are in, by itself or together with its first key.
    const opened = other.dashes.filter((dash) => dash < indent).reverse();
    for (const dash of opened) {
      path.unshift(null);
      indent = dash;
      inList = true;
    }
  }
  return { path, key, siblings: siblings(lines, line, parsed?.indent ?? current.length, start, end) };
}

/** The keys at the same indentation, up and down to where the object begins and ends. */
function siblings(lines: string[], line: number, indent: number, start: number, end: number): Set<string> {
  const found = new Set<string>();
  const opensHere = (readLine(lines[line] ?? "")?.dashes.length ?? 0) > 0;
  for (let above = line - 1; above >= start && !opensHere; above -= 1) {
    const other = readLine(lines[above] ?? "");
    if (!other) continue;
    if (other.indent < indent) break;
    if (other.indent === indent && other.key !== null) found.add(other.key);
    if (other.indent === indent && other.dashes.length > 0) break;
  }
  for (let below = line + 1; below <= end; below += 1) {
    const other = readLine(lines[below] ?? "");
    if (!other) continue;
    const first = other.dashes[0] ?? other.indent;
    if (first < indent) break;
    if (other.dashes.length === 0 && other.indent === indent && other.key !== null) found.add(other.key);
  }
  return found;
}

/** The schema of the whole text: the document itself, or the one of its kind among the definitions. */
export function rootSchema(document: SchemaDocument, lines: string[], line: number): Schema {
  const schemas = document.components?.schemas;
  if (document.properties || !schemas) return document;
  const [start, end] = documentAround(lines, line);
  const top = (key: string): string => {
    const found = lines.slice(start, end + 1).find((text) => text.startsWith(`${key}:`));
    return unquote((found ?? "").slice(key.length + 1).replace(/\s#.*$/, "").trim());
  };
  const apiVersion = top("apiVersion");
  const kind = top("kind");
  const [group, version] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
  const isWanted = (schema: Schema): boolean =>
    schema["x-kubernetes-group-version-kind"]?.some(
      (one) => one.group === group && one.version === version && one.kind === kind,
    ) ?? false;
  return Object.values(schemas).find(isWanted) ?? {};
}

/** Follows references and takes the parts of a combination together. */
export function resolve(schema: Schema | undefined, document: SchemaDocument, depth = 0): Schema {
  if (!schema || depth > 12) return {};
  let result = schema;
  if (schema.$ref) {
    const target = schema.$ref
      .replace(/^#\//, "")
      .split("/")
      .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
      .reduce<unknown>((value, part) => (value as Record<string, unknown> | undefined)?.[part], document);
    const { $ref: _, ...own } = schema;
    result = { ...resolve(target as Schema | undefined, document, depth + 1), ...own };
  }
  for (const part of schema.allOf ?? []) {
    const other = resolve(part, document, depth + 1);
    const properties = { ...other.properties, ...result.properties };
    result = { ...other, ...result };
    if (Object.keys(properties).length > 0) result.properties = properties;
  }
  return result;
}

/** The schema of what is at the end of a way. */
export function schemaAt(root: Schema, path: Path, document: SchemaDocument): Schema {
  return path.reduce<Schema>((schema, step) => {
    if (step === null) return resolve(schema.items, document);
    const known = schema.properties?.[step];
    if (known) return resolve(known, document);
    const more = schema.additionalProperties;
    return typeof more === "object" ? resolve(more, document) : {};
  }, resolve(root, document));
}

/** What may be written at a place: keys, or values where the cursor stands behind a colon. */
export function suggestionsAt(document: SchemaDocument, lines: string[], line: number, column: number): Suggestion[] {
  const place = placeAt(lines, line, column);
  const schema = schemaAt(rootSchema(document, lines, line), place.path, document);
  if (place.key !== null) {
    const value = schemaAt(schema, [place.key], document);
    return valuesOf(value).map((label) => {
      return { label, type: "value", description: "", required: false, suffix: "" };
    });
  }
  // The elements of a list of plain values.
  const isObject = schema.properties !== undefined;
  if (!isObject) {
    return valuesOf(schema).map((label) => ({ label, type: "value", description: "", required: false, suffix: "" }));
  }
  return Object.entries(schema.properties ?? {})
    .filter(([name]) => !place.siblings.has(name))
    .map(([name, property]) => {
      const resolved = resolve(property, document);
      return {
        label: name,
        type: typeName(resolved, document),
        description: resolved.description ?? "",
        required: schema.required?.includes(name) ?? false,
        suffix: isNested(resolved) ? ":" : ": ",
      };
    });
}

/** What the schema says about the key of a line: its type and its description. */
export function explain(document: SchemaDocument, lines: string[], line: number): Suggestion | null {
  const text = lines[line] ?? "";
  const parsed = readLine(text);
  if (!parsed || parsed.key === null) return null;
  const place = placeAt(lines, line, text.length);
  const parent = schemaAt(rootSchema(document, lines, line), place.path, document);
  const schema = schemaAt(parent, [parsed.key], document);
  if (!schema.description && !schema.type && !schema.properties) return null;
  return {
    label: parsed.key,
    type: typeName(schema, document),
    description: schema.description ?? "",
    required: parent.required?.includes(parsed.key) ?? false,
    suffix: "",
  };
}

function valuesOf(schema: Schema): string[] {
  if (schema.enum) return schema.enum.map(String);
  if (schema.type === "boolean") return ["true", "false"];
  return schema.default !== undefined && typeof schema.default !== "object" ? [String(schema.default)] : [];
}

function isNested(schema: Schema): boolean {
  return schema.type === "object" || schema.type === "array" || schema.properties !== undefined;
}

function typeName(schema: Schema, document: SchemaDocument): string {
  if (schema["x-kubernetes-int-or-string"]) return "integer or string";
  if (schema.type === "array") return `list of ${typeName(resolve(schema.items, document), document)}`;
  if (schema.type === "object" && typeof schema.additionalProperties === "object") {
    return `map of ${typeName(resolve(schema.additionalProperties, document), document)}`;
  }
  if (schema.oneOf ?? schema.anyOf) {
    const names = (schema.oneOf ?? schema.anyOf ?? []).map((one) => typeName(resolve(one, document), document));
    return [...new Set(names)].join(" or ");
  }
  return schema.type ?? (schema.properties ? "object" : "any");
}
