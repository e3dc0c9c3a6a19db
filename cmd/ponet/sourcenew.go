package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
	"po-net.prato.it/ponet/harvesters"
	"po-net.prato.it/ponet/harvesters/fetch"
)

// newSource is a source with its defaults.
func newSource(protocol, address, id string) (catalog.Source, error) {
	src := catalog.Source{
		ID: id, Protocol: protocol, Licence: datasets.Vocabularies().DefaultLicence().URI,
		Rhythm: catalog.Duration(24 * time.Hour), Deadline: catalog.Duration(30 * time.Minute),
	}
	if _, ok := harvesters.Protocols[protocol]; !ok {
		return src, fmt.Errorf("there is no kind of source %q; the kinds are %s", protocol, strings.Join(harvesters.ProtocolNames(), ", "))
	}
	var err error
	src.URL, err = resolve(address)
	return src, err
}

// resolve makes a local path absolute and checks it; web addresses stay.
func resolve(address string) (string, error) {
	if u, ok := fetch.Web(address); ok {
		if u.Host == "" {
			return "", fmt.Errorf("%s is no web address: the host is missing", address)
		}
		if u.User != nil {
			return "", fmt.Errorf("%s: no user or password in an address, where everybody could read them; name the place of user:password with --basic-from VARIABLE", u.Redacted())
		}
		for name := range u.Query() {
			if catalog.KeyParameter(name) {
				return "", fmt.Errorf("no key in an address, where everybody could read it: leave %s out of it and name the place of its value with --query-from %[1]s=VARIABLE", name)
			}
		}
		return address, nil
	}
	path, err := filepath.Abs(address)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("%s is neither a web address nor a file here: %w", address, err)
	}
	return path, nil
}

var (
	validID = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,62}$`)
	// words of the command line and of the API that no source may be called
	reservedIDs = []string{"revert", "remap", "approve", "reject", "all"}
)

func checkID(id string) error {
	switch {
	case !validID.MatchString(id):
		return fmt.Errorf("--id %q: use up to 63 lower case letters, digits and hyphens, such as biblioteche-prato", id)
	case slices.Contains(reservedIDs, id), catalog.ReservedCollection(id):
		return fmt.Errorf("--id %s is a word of Po-net's own; choose another", id)
	}
	return nil
}
