package catalog

import (
	"crypto/hmac"
	"crypto/sha256"
	"time"
)

// An Erasure keeps a record that was erased on request from being stored again.
// It holds nothing of it, and its keys only as a keyed hash.
type Erasure struct {
	Source  string    `json:"source"`
	Record  string    `json:"record"` // the address that answers 410
	Salt    []byte    `json:"salt,omitempty"`
	Digests [][]byte  `json:"digests,omitempty"`
	Erased  time.Time `json:"erased"`
}

// A Request is who has something erased, and why: what the log of erasures says of
// it. Neither is to tell what was erased.
type Request struct{ By, Why string }

// What a digest of an Erasure is of.
const (
	ErasedKey     = "key"     // layer and key
	ErasedContent = "content" // Likeness.Content, of a layer
	ErasedAlike   = "alike"   // Likeness.Alike, where that is firm
	ErasedStation = "station" // of measured values
)

// ErasureDigest is the HMAC-SHA256 of something, by which it is known again to
// who has the salt, and read by nobody.
func ErasureDigest(salt []byte, what, layer string, value []byte) []byte {
	m := hmac.New(sha256.New, salt)
	for _, part := range [][]byte{[]byte(what), []byte(layer), value} {
		m.Write(part)
		m.Write([]byte{0})
	}
	return m.Sum(nil)
}
