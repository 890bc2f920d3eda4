// `oidc-provider` on a port of the loopback interface. Whoever signs in is who they say: it is for tests.
//
// Arguments: the port, and the address that browsers are sent back to.

import { createServer } from "node:http";

import Provider from "oidc-provider";

const [port, callback, backChannel] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;

const GROUPS = { grace: ["sailors", "admirals", "system:masters"], ada: ["engineers"] };

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "orrery",
      client_secret: "a secret between the two",
      redirect_uris: [callback],
      post_logout_redirect_uris: [`${new URL(callback).origin}/sign-in`],
      backchannel_logout_uri: backChannel,
      backchannel_logout_session_required: true,
    },
  ],
  claims: { openid: ["sub"], profile: ["preferred_username", "groups"] },
  features: {
    backchannelLogout: { enabled: true },
    devInteractions: { enabled: true },
    rpInitiatedLogout: { enabled: true },
  },
  conformIdTokenClaims: true,
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, preferred_username: id, groups: GROUPS[id] ?? [] }),
  }),
  pkce: { required: () => true },
  cookies: { keys: ["for tests only"] },
});

// A provider that is added in the console by hand has an address there that nobody knows beforehand.
const callbacks = new URL(".", callback).href;
provider.Client.prototype.redirectUriAllowed = (address) => address.startsWith(callbacks);

createServer(provider.callback()).listen(Number(port), "127.0.0.1", () => console.log(`ready at ${issuer}`));
