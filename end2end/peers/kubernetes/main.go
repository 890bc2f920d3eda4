// The programs of a real Kubernetes cluster in one binary, so that what they share is compiled and linked once.
//
// The first argument says which program it is; everything after it belongs to that program.
package main

import (
	"fmt"
	"os"
	"sort"
	"strings"

	_ "time/tzdata" // Schedules of CronJobs may name a time zone.
)

// programs by the name they are called with. Each ends the process itself when it fails.
var programs = map[string]func(){
	"etcd":               etcd,
	"apiserver":          apiserver,
	"controller-manager": controllerManager,
	"scheduler":          scheduler,
	"kwok":               kwok,
	"metrics-server":     metricsServer,
	"stages":             stages,
	"certificates":       certificates,
}

func main() {
	if len(os.Args) > 1 {
		if program, known := programs[os.Args[1]]; known {
			// Each of them reads the arguments of the process.
			os.Args = append(os.Args[:1], os.Args[2:]...)
			program()
			return
		}
	}
	names := make([]string, 0, len(programs))
	for name := range programs {
		names = append(names, name)
	}
	sort.Strings(names)
	fail(fmt.Errorf("the first argument says which program to be: %s", strings.Join(names, ", ")))
}

// fail ends the process with a reason.
func fail(reason error) {
	fmt.Fprintln(os.Stderr, "error:", reason)
	os.Exit(1)
}
