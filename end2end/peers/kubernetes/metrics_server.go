package main

import (
	server "k8s.io/apiserver/pkg/server"
	"sigs.k8s.io/metrics-server/cmd/metrics-server/app"
)

// metricsServer asks the nodes what is used, and serves it as metrics.k8s.io.
func metricsServer() {
	command := app.NewMetricsServerCommand(server.SetupSignalHandler())
	if err := command.Execute(); err != nil {
		fail(err)
	}
}
