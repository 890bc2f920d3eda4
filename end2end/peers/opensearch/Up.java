// One node of OpenSearch on a port of this machine, without a password, until it is stopped.

import org.codelibs.opensearch.runner.OpenSearchRunner;

public class Up {
  public static void main(String[] arguments) throws Exception {
    String home = arguments[0];
    String port = arguments[1];
    OpenSearchRunner runner = new OpenSearchRunner();
    runner.onBuild((number, settings) -> {
      settings.put("http.port", port);
      settings.put("network.host", "127.0.0.1");
      settings.put("discovery.type", "single-node");
      settings.remove("discovery.seed_hosts");
      settings.remove("cluster.initial_cluster_manager_nodes");
    });
    runner.build(OpenSearchRunner.newConfigs().clusterName("orrery").numOfNode(1).basePath(home));
    runner.ensureYellow();
    System.out.println("ready at " + port);
    Thread.currentThread().join();
  }
}
