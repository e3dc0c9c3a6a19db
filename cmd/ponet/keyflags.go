package main

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters"
	"po-net.prato.it/ponet/harvesters/fetch"
)

// keyFlags say where the keys of a source stand. Their values are given in the
// environment or a file, so that they are neither stored nor seen on the command line.
type keyFlags struct {
	HeaderFrom map[string]string `name:"header-from" placeholder:"HEADER=VARIABLE" help:"A header with a key: X-Api-Key=PRATO_KEY takes its value from the environment variable PRATO_KEY, X-Api-Key=/run/key from that file; nothing after = takes it away."`
	QueryFrom  map[string]string `name:"query-from" placeholder:"PARAMETER=VARIABLE" help:"The same for a parameter of every address, such as apikey."`
	BasicFrom  *string           `name:"basic-from" placeholder:"VARIABLE" help:"User and password, user:password, from an environment variable or a file."`
}

// ownHeaders are those that no key may stand in.
var (
	headerName = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")
	variable   = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	ownHeaders = []string{"Host", "Content-Length", "Content-Type", "Transfer-Encoding", "Connection", "Accept", "Accept-Encoding", "User-Agent", "If-None-Match", "If-Modified-Since", "Range"}
)

func (f keyFlags) apply(src *catalog.Source) error {
	for _, name := range slices.Sorted(maps.Keys(f.HeaderFrom)) {
		if !headerName.MatchString(name) || slices.Contains(ownHeaders, http.CanonicalHeaderKey(name)) {
			return fmt.Errorf("--header-from %s: no header that a key may stand in", name)
		}
		if err := credit(src, catalog.Credential{In: catalog.InHeader, Name: http.CanonicalHeaderKey(name), From: f.HeaderFrom[name]}); err != nil {
			return fmt.Errorf("--header-from: %w", err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(f.QueryFrom)) {
		if err := credit(src, catalog.Credential{In: catalog.InQuery, Name: name, From: f.QueryFrom[name]}); err != nil {
			return fmt.Errorf("--query-from: %w", err)
		}
	}
	if f.BasicFrom != nil {
		if err := credit(src, catalog.Credential{In: catalog.InBasic, From: *f.BasicFrom}); err != nil {
			return fmt.Errorf("--basic-from: %w", err)
		}
	}
	if _, web := fetch.Web(src.URL); len(src.Credentials) > 0 && !web {
		return fmt.Errorf("%s is a file, which wants no key", src.URL)
	}
	return nil
}

// credit gives src a key, or takes it away when from is nothing.
func credit(src *catalog.Source, c catalog.Credential) error {
	src.Credentials = slices.DeleteFunc(slices.Clone(src.Credentials), func(old catalog.Credential) bool { return old.In == c.In && old.Name == c.Name })
	if c.From == "" {
		return nil
	}
	if !variable.MatchString(c.From) && !filepath.IsAbs(c.From) {
		return fmt.Errorf("%q is neither the name of an environment variable, such as PRATO_KEY, nor the absolute path of a file; the value of the key does not belong on the command line", c.From)
	}
	// It may stand only where the server runs; when it is here too, a bad one is told now.
	if value, err := readKey(c.From); err == nil && value != "" {
		if err := harvesters.CheckKey(c, value); err != nil {
			return err
		}
	}
	src.Credentials = append(src.Credentials, c)
	return nil
}

const maxKeyFile = 64 << 10 // bytes

// readKey is the value of a key: of an environment variable, or what a file holds.
func readKey(from string) (string, error) {
	if !filepath.IsAbs(from) {
		value := os.Getenv(from)
		if value == "" {
			return "", fmt.Errorf("its key is not there: set the environment variable %s where ponet runs", from)
		}
		return value, nil
	}
	info, err := os.Stat(from)
	if err != nil {
		return "", fmt.Errorf("its key is not there: %w", err)
	}
	if info.Size() > maxKeyFile {
		return "", fmt.Errorf("%s has %d bytes, more than a key", from, info.Size())
	}
	b, err := os.ReadFile(from)
	if err != nil {
		return "", fmt.Errorf("its key is not there: %w", err)
	}
	return strings.TrimSpace(string(b)), nil
}
