package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"

	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

// lifetime of everything signed here. A cluster for tests is thrown away long before.
const lifetime = 365 * 24 * time.Hour

// serviceNetwork's first address, under which pods would know the API server.
var serviceNetwork = net.IPv4(10, 96, 0, 1)

// certificates writes all keys of a cluster into a folder, and a kubeconfig for each of its parts.
//
// Arguments: the folder and the address of the API server. What is there is replaced.
func certificates() {
	if len(os.Args) != 3 {
		fail(errors.New("certificates takes two arguments: a folder and the API server's address"))
	}
	if err := writeCertificates(os.Args[1], os.Args[2]); err != nil {
		fail(err)
	}
}

func writeCertificates(folder, server string) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	authority, err := newAuthority(folder, "ca", "orrery-peer")
	if err != nil {
		return err
	}
	// Its own authority: whoever can sign for the front proxy may claim to be anyone.
	frontProxy, err := newAuthority(folder, "front-proxy-ca", "orrery-peer-front-proxy")
	if err != nil {
		return err
	}
	serving := x509.Certificate{
		Subject:     pkix.Name{CommonName: "kube-apiserver"},
		DNSNames:    []string{"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), serviceNetwork},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	nodes := serving
	nodes.Subject.CommonName = "kwok-nodes"
	for _, step := range []error{
		authority.issue(folder, "apiserver", serving),
		authority.issue(folder, "kubelet", nodes),
		authority.issue(folder, "apiserver-kubelet-client", client("kube-apiserver-kubelet-client", "system:masters")),
		frontProxy.issue(folder, "front-proxy-client", client("front-proxy-client")),
		writeAccountKey(folder),
		authority.kubeconfig(folder, server, "admin", client("kubernetes-admin", "system:masters")),
		authority.kubeconfig(folder, server, "controller-manager", client("system:kube-controller-manager")),
		authority.kubeconfig(folder, server, "scheduler", client("system:kube-scheduler")),
		authority.kubeconfig(folder, server, "kwok", client("kwok", "system:masters")),
		authority.kubeconfig(folder, server, "monitoring", client("monitoring", "system:masters")),
		// Who is in this group may read what the parts of a control plane measure of themselves, and nothing else.
		authority.issue(folder, "prometheus", client("prometheus", "system:monitoring")),
	} {
		if step != nil {
			return step
		}
	}
	return nil
}

// authority signs certificates.
type authority struct {
	certificate *x509.Certificate
	key         crypto.Signer
	pem         []byte
}

func newAuthority(folder, file, name string) (*authority, error) {
	key, err := newKey()
	if err != nil {
		return nil, err
	}
	template := x509.Certificate{
		Subject:               pkix.Name{CommonName: name},
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	encoded, err := sign(&template, &template, key, key)
	if err != nil {
		return nil, err
	}
	certificate, err := x509.ParseCertificate(encoded)
	if err != nil {
		return nil, err
	}
	made := &authority{certificate, key, pemBlock("CERTIFICATE", encoded)}
	return made, writePair(folder, file, made.pem, key)
}

// client describes a certificate that proves a name and groups.
func client(name string, groups ...string) x509.Certificate {
	return x509.Certificate{
		Subject:     pkix.Name{CommonName: name, Organization: groups},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
}

// pair makes a key and a certificate for it, both as PEM.
func (a *authority) pair(template x509.Certificate) ([]byte, crypto.Signer, error) {
	key, err := newKey()
	if err != nil {
		return nil, nil, err
	}
	template.KeyUsage = x509.KeyUsageDigitalSignature
	encoded, err := sign(&template, a.certificate, key, a.key)
	return pemBlock("CERTIFICATE", encoded), key, err
}

func (a *authority) issue(folder, file string, template x509.Certificate) error {
	certificate, key, err := a.pair(template)
	if err != nil {
		return err
	}
	return writePair(folder, file, certificate, key)
}

func (a *authority) kubeconfig(folder, server, name string, template x509.Certificate) error {
	certificate, key, err := a.pair(template)
	if err != nil {
		return err
	}
	secret, err := keyPem(key)
	if err != nil {
		return err
	}
	config := api.NewConfig()
	config.Clusters["peer"] = &api.Cluster{Server: server, CertificateAuthorityData: a.pem}
	config.AuthInfos[name] = &api.AuthInfo{ClientCertificateData: certificate, ClientKeyData: secret}
	config.Contexts["peer"] = &api.Context{Cluster: "peer", AuthInfo: name}
	config.CurrentContext = "peer"
	return clientcmd.WriteToFile(*config, filepath.Join(folder, name+".kubeconfig"))
}

// writeAccountKey writes the pair with which tokens of service accounts are signed and checked.
func writeAccountKey(folder string) error {
	key, err := newKey()
	if err != nil {
		return err
	}
	public, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return err
	}
	return writePair(folder, "service-accounts", pemBlock("PUBLIC KEY", public), key)
}

func newKey() (*ecdsa.PrivateKey, error) {
	return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
}

func sign(template, parent *x509.Certificate, subject, issuer crypto.Signer) ([]byte, error) {
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		return nil, err
	}
	template.SerialNumber = serial
	// Clocks of containers are sometimes a little behind.
	template.NotBefore = time.Now().Add(-time.Hour)
	template.NotAfter = template.NotBefore.Add(lifetime)
	return x509.CreateCertificate(rand.Reader, template, parent, subject.Public(), issuer)
}

// writePair writes NAME.crt, what others may see, and NAME.key.
func writePair(folder, name string, public []byte, key crypto.Signer) error {
	secret, err := keyPem(key)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, name+".key"), secret, 0o600); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, name+".crt"), public, 0o600)
}

func keyPem(key crypto.Signer) ([]byte, error) {
	encoded, err := x509.MarshalPKCS8PrivateKey(key)
	return pemBlock("PRIVATE KEY", encoded), err
}

func pemBlock(kind string, bytes []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: bytes})
}
