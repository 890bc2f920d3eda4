// Before the tests on a real control plane: a server that is told of it. After them: what it has written there goes.

import type { FullConfig } from "@playwright/test";

import { Cluster, kubeconfig } from "./cluster.ts";
import { startConsole } from "./console.ts";

/** Where the console keeps the rights that it gives. */
const KEPT = ["clusterrolebindings", "clusterroles"];

export default async function realSetup(config: FullConfig): Promise<() => Promise<void>> {
  // Where the OpenID provider, if there is one, sends people back to.
  const expected = process.env["ORRERY_PEER_OPENID_CONSOLE"];
  const listen = expected === undefined ? [] : ["--listen", new URL(expected).host];
  const server = await startConsole(config, "--kubeconfig", kubeconfig(), ...listen);
  return async () => {
    await server.stop();
    const cluster = new Cluster();
    for (const kind of KEPT) {
      await cluster.delete(`/apis/rbac.authorization.k8s.io/v1/${kind}?labelSelector=app.kubernetes.io%2Fmanaged-by%3Dorrery`);
    }
  };
}
