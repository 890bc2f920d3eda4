// The programs of an older control plane in one binary. What prepares and fills a cluster is in the newer one beside it.
//
// The first argument says which program it is; everything after it belongs to that program.
package main

import (
	"fmt"
	"os"

	_ "time/tzdata" // Schedules of CronJobs may name a time zone.

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	apiserverapp "k8s.io/kubernetes/cmd/kube-apiserver/app"
	managerapp "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	schedulerapp "k8s.io/kubernetes/cmd/kube-scheduler/app"
)

// commands by the name they are called with.
var commands = map[string]func() *cobra.Command{
	"apiserver":          apiserverapp.NewAPIServerCommand,
	"controller-manager": managerapp.NewControllerManagerCommand,
	"scheduler":          func() *cobra.Command { return schedulerapp.NewSchedulerCommand() },
}

func main() {
	name := ""
	if len(os.Args) > 1 {
		// Each program reads the arguments of the process.
		name = os.Args[1]
		os.Args = append(os.Args[:1], os.Args[2:]...)
	}
	command, known := commands[name]
	switch {
	case known:
		os.Exit(cli.Run(command()))
	case name == "etcd":
		etcdmain.Main(os.Args)
	default:
		fmt.Fprintln(os.Stderr, "error: the first argument says which program to be: apiserver, controller-manager, etcd or scheduler")
		os.Exit(1)
	}
}
