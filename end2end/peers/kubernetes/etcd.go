package main

import (
	"os"

	"go.etcd.io/etcd/server/v3/etcdmain"
)

// etcd is the version that this Kubernetes was tested with; a distribution's is often older than what the API server
// needs to answer watches in order.
func etcd() { etcdmain.Main(os.Args) }
