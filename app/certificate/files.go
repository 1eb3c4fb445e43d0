package certificate

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"
)

// maxPEM is how large a file of certificates or keys may be, in bytes.
const maxPEM = 1 << 20

// stampOf is what can be seen of files without reading them.
func stampOf(names ...string) string {
	var all string
	for _, name := range names {
		info, err := os.Stat(name)
		if err != nil {
			all += err.Error() + "\n"
			continue
		}
		all += fmt.Sprintln(info.Size(), info.ModTime().UnixNano(), info.Mode())
	}
	return all
}

// read reads a pair of files. Its errors are the middle of a sentence.
func read(cert, key string) (*tls.Certificate, error) {
	chain, err := contents("certificate", cert)
	if err != nil {
		return nil, err
	}
	secret := chain
	if key != cert {
		if secret, err = contents("private key", key); err != nil {
			return nil, err
		}
	}
	pair, err := tls.X509KeyPair(chain, secret)
	if err != nil {
		return nil, fmt.Errorf("the certificate in %s and the private key in %s make no pair: %w", cert, key, err)
	}
	return &pair, nil
}

// contents reads a PEM file.
func contents(what, name string) (text []byte, err error) {
	// A pipe must not be opened: nobody may write to it.
	info, err := os.Stat(name)
	if err == nil && (!info.Mode().IsRegular() || info.Size() > maxPEM) {
		return nil, fmt.Errorf("%s is no PEM file for the %s", name, what)
	}
	var f *os.File
	if err == nil {
		f, err = os.Open(name)
	}
	if err == nil {
		text, err = io.ReadAll(io.LimitReader(f, maxPEM))
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		var path *fs.PathError
		if errors.As(err, &path) {
			err = path.Err
		}
		return nil, fmt.Errorf("the %s in %s cannot be read: %w", what, name, err)
	}
	if block, _ := pem.Decode(text); block == nil {
		return nil, fmt.Errorf("%s has no PEM text for the %s", name, what)
	}
	return text, nil
}

// Check reads a pair of files for people who want to know what is wrong with them before they are
// used: warnings in sentences, and how long the certificate holds. An error is the middle of one.
func Check(cert, key string, now time.Time) (warnings []string, leaf *x509.Certificate, err error) {
	if key == "" {
		key = cert
	}
	pair, err := read(cert, key)
	if err != nil {
		return nil, nil, err
	}
	leaf = pair.Leaf
	switch {
	case now.After(leaf.NotAfter):
		warnings = append(warnings, "The certificate has expired on "+day(leaf.NotAfter)+"; renew it.")
	case leaf.NotAfter.Sub(now) < warnBefore:
		warnings = append(warnings, "The certificate expires on "+day(leaf.NotAfter)+"; renew it.")
	case now.Before(leaf.NotBefore):
		warnings = append(warnings, "The certificate does not hold before "+day(leaf.NotBefore)+"; look at the clock of this machine.")
	}
	if len(leaf.DNSNames) == 0 && len(leaf.IPAddresses) == 0 {
		warnings = append(warnings, "The certificate names no host in its subjectAltName, which players ask for; have it made again with one.")
	}
	if info, err := os.Stat(key); err == nil && info.Mode().Perm()&0o004 != 0 {
		warnings = append(warnings, "Everybody on this machine can read the private key "+key+"; take that away with chmod o-r.")
	}
	return warnings, leaf, nil
}
