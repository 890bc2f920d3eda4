package main

import (
	"os"

	"github.com/spf13/cobra"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	apiserverapp "k8s.io/kubernetes/cmd/kube-apiserver/app"
	managerapp "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	schedulerapp "k8s.io/kubernetes/cmd/kube-scheduler/app"
)

func apiserver()         { run(apiserverapp.NewAPIServerCommand()) }
func controllerManager() { run(managerapp.NewControllerManagerCommand()) }
func scheduler()         { run(schedulerapp.NewSchedulerCommand()) }

// run executes a command as its own main function would.
func run(command *cobra.Command) {
	os.Exit(cli.Run(command))
}
