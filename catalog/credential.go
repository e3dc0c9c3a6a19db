package catalog

import (
	"slices"
	"strings"
)

// A Credential says where the value of a key stands that a source wants with every
// request. The value itself is not part of a source: it is read when a harvest
// begins, and never stored.
type Credential struct {
	In   CredentialPlace `json:"in"`
	Name string          `json:"name,omitempty"` // of the header or parameter
	From string          `json:"from"`           // name of an environment variable, or the absolute path of a file
}

// A CredentialPlace is where in a request a key stands.
type CredentialPlace string

// The places of keys.
const (
	InHeader CredentialPlace = "header"
	InQuery  CredentialPlace = "query"
	InBasic  CredentialPlace = "basic" // user:password, RFC 7617
)

// keyParameters are names of parameters whose value is a key and nothing else, in
// small letters and without signs.
var keyParameters = []string{
	"accesstoken", "apikey", "apptoken", "authtoken", "clientsecret", "passwd", "password", "pwd", "secret", "subscriptionkey", "token",
}

// KeyParameter reports whether a parameter of an address called name holds a key.
func KeyParameter(name string) bool {
	return slices.Contains(keyParameters, strings.Map(func(r rune) rune {
		if r < 'a' || r > 'z' {
			return -1
		}
		return r
	}, strings.ToLower(name)))
}
