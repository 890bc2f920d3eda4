// A small OpenID provider on this machine: whoever comes is signed in as the person that a test has chosen.

import { createHash, createSign, generateKeyPairSync, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Who {
  subject: string;
  name: string;
  groups: string[];
}

export const CLIENT = "orrery";
export const SECRET = "a secret between the two";

interface Asked {
  nonce: string;
  challenge: string;
  who: Who;
}

export class OpenIdProvider {
  /** Who comes next. */
  who: Who = { subject: "1", name: "grace", groups: [] };
  readonly #server: Server;
  readonly #asked = new Map<string, Asked>();
  readonly #keys = generateKeyPairSync("rsa", { modulusLength: 2048 });

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<OpenIdProvider> {
    const provider = new OpenIdProvider();
    await new Promise<void>((resolve) => provider.#server.listen(0, "127.0.0.1", resolve));
    return provider;
  }

  get issuer(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", this.issuer);
    const json = (value: unknown): void => {
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
    };
    switch (url.pathname) {
      case "/.well-known/openid-configuration":
        return json({
          issuer: this.issuer,
          authorization_endpoint: `${this.issuer}/authorize`,
          token_endpoint: `${this.issuer}/token`,
          jwks_uri: `${this.issuer}/keys`,
          end_session_endpoint: `${this.issuer}/end`,
          response_types_supported: ["code"],
          subject_types_supported: ["public"],
          id_token_signing_alg_values_supported: ["RS256"],
          authorization_response_iss_parameter_supported: true,
        });
      case "/keys":
        return json({ keys: [{ ...this.#keys.publicKey.export({ format: "jwk" }), kid: "one", use: "sig", alg: "RS256" }] });
      case "/authorize": {
        const code = randomUUID();
        const { nonce = "", code_challenge: challenge = "", state = "" } = Object.fromEntries(url.searchParams);
        this.#asked.set(code, { nonce, challenge, who: this.who });
        const back = new URL(url.searchParams.get("redirect_uri") ?? "");
        back.search = new URLSearchParams({ code, state, iss: this.issuer }).toString();
        response.writeHead(303, { location: back.href }).end();
        return;
      }
      case "/token":
        return json(this.#redeem(new URLSearchParams(await body(request))));
      case "/end":
        response.writeHead(200, { "content-type": "text/html" }).end("<title>Bye</title><p>signed out there</p>");
        return;
      default:
        response.writeHead(404).end();
    }
  }

  #redeem(form: URLSearchParams): unknown {
    const asked = this.#asked.get(form.get("code") ?? "");
    this.#asked.delete(form.get("code") ?? "");
    const challenge = createHash("sha256").update(form.get("code_verifier") ?? "").digest("base64url");
    if (!asked || challenge !== asked.challenge) return { error: "invalid_grant" };
    const now = Math.floor(Date.now() / 1000);
    const { subject: sub, name: preferred_username, groups } = asked.who;
    const claims = { iss: this.issuer, sub, aud: CLIENT, iat: now, exp: now + 300, nonce: asked.nonce, preferred_username, groups };
    const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
    const text = `${part({ alg: "RS256", kid: "one" })}.${part(claims)}`;
    const signature = createSign("RSA-SHA256").update(text).sign(this.#keys.privateKey, "base64url");
    return { access_token: "access", token_type: "bearer", id_token: `${text}.${signature}` };
  }
}

async function body(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}
