// A small Central Authentication Service on this machine: whoever comes is signed in as the person that a test has chosen.

import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export class Cas {
  /** Who comes next. */
  who = { user: "grace", groups: [] as string[] };
  /** The ticket that was given out last, and for what. */
  last = { ticket: "", service: "" };
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  static async start(): Promise<Cas> {
    const cas = new Cas();
    await new Promise<void>((resolve) => cas.#server.listen(0, "127.0.0.1", resolve));
    return cas;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/cas`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Says to the service that was signed in to last that its ticket is over, as CAS does without being told another address. */
  async signOut(): Promise<number> {
    const logoutRequest = `<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="${randomUUID()}" Version="2.0"><samlp:SessionIndex>${this.last.ticket}</samlp:SessionIndex></samlp:LogoutRequest>`;
    const answer = await fetch(this.last.service, { method: "POST", body: new URLSearchParams({ logoutRequest }) });
    return answer.status;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? "/", this.address);
    const service = url.searchParams.get("service") ?? "";
    switch (url.pathname) {
      case "/cas/login": {
        // Who only asks whether the service is known brings no state.
        if (!service.includes("state=")) return void response.writeHead(200, { "content-type": "text/html" }).end("<form></form>");
        this.last = { ticket: `ST-${randomUUID()}`, service };
        const back = new URL(service);
        back.searchParams.append("ticket", this.last.ticket);
        return void response.writeHead(303, { location: back.href }).end();
      }
      case "/cas/p3/serviceValidate":
        return void response.writeHead(200, { "content-type": "application/xml" }).end(this.#validate(service, url.searchParams.get("ticket")));
      case "/cas/logout":
        return void response.writeHead(200, { "content-type": "text/html" }).end("<title>Bye</title><p>signed out there</p>");
      default:
        response.writeHead(404).end();
    }
  }

  #validate(service: string, ticket: string | null): string {
    const said =
      ticket === this.last.ticket && service === this.last.service
        ? `<cas:authenticationSuccess><cas:user>${this.who.user}</cas:user><cas:attributes>${this.who.groups.map((group) => `<cas:memberOf>${group}</cas:memberOf>`).join("")}</cas:attributes></cas:authenticationSuccess>`
        : `<cas:authenticationFailure code="INVALID_TICKET">Ticket ${ticket} not recognized</cas:authenticationFailure>`;
    return `<cas:serviceResponse xmlns:cas="http://www.yale.edu/tp/cas">${said}</cas:serviceResponse>`;
  }
}
