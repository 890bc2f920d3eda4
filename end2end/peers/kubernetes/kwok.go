package main

import (
	"fmt"
	"strings"

	"github.com/spf13/pflag"
	usage "sigs.k8s.io/kwok/kustomize/metrics/usage"
	nodefast "sigs.k8s.io/kwok/kustomize/stage/node/fast"
	heartbeat "sigs.k8s.io/kwok/kustomize/stage/node/heartbeat-with-lease"
	podfast "sigs.k8s.io/kwok/kustomize/stage/pod/fast"
	"sigs.k8s.io/kwok/pkg/config"
	"sigs.k8s.io/kwok/pkg/kwok/cmd"
	"sigs.k8s.io/kwok/pkg/log"
	"sigs.k8s.io/kwok/pkg/utils/signals"
)

// kwok plays nodes and the pods on them. The same steps as in its own main function, which cannot be imported.
func kwok() {
	// The other programs put their flags here, and cobra takes them for everybody's; `--version` is of another type.
	pflag.CommandLine = pflag.NewFlagSet("kwok", pflag.ExitOnError)

	flags := pflag.NewFlagSet("global", pflag.ContinueOnError)
	flags.ParseErrorsAllowlist.UnknownFlags = true
	flags.Usage = func() {}

	context := signals.SetupSignalContext()
	context, _ = log.InitFlags(context, flags)
	context, err := config.InitFlags(context, flags)
	if err == nil {
		command := cmd.NewCommand(context)
		command.PersistentFlags().AddFlagSet(flags)
		err = command.ExecuteContext(context)
	}
	if err != nil {
		fail(err)
	}
}

// stages prints what nodes and pods do by themselves, and what they use. KWOK does nothing without.
func stages() {
	fmt.Println(strings.Join([]string{
		nodefast.DefaultNodeInit,
		heartbeat.DefaultNodeHeartbeatWithLease,
		podfast.DefaultPodReady,
		podfast.DefaultPodComplete,
		podfast.DefaultPodDelete,
		usage.DefaultUsageFromAnnotation,
	}, "\n---\n"))
}
