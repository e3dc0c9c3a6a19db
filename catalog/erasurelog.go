package catalog

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
)

// An ErasureAct is what was erased.
type ErasureAct string

// The acts of the log.
const (
	ErasedRecord    ErasureAct = "record"    // one record, on request
	ErasedField     ErasureAct = "field"     // one field of all records of a source
	ErasedSource    ErasureAct = "source"    // everything of a source
	ErasedRetention ErasureAct = "retention" // what was withdrawn longer ago than it is kept
)

// An ErasureEntry is a line of the log of erasures: that something was erased, when,
// by whom and why, and nothing of what it was. Each carries the digest of the one
// before, so that none can be changed, taken out or put in between without every
// later digest being another one.
type ErasureEntry struct {
	Number   int64      `json:"number"` // from 1, without gaps
	At       time.Time  `json:"at"`     // UTC, to the microsecond
	Act      ErasureAct `json:"act"`
	Source   string     `json:"source,omitempty"`
	Record   string     `json:"record,omitempty"` // the address that answers 410
	Field    string     `json:"field,omitempty"`
	Run      int64      `json:"run,omitempty"`
	Records  int64      `json:"records"` // of how many something was erased
	By       string     `json:"by,omitempty"`
	Why      string     `json:"why,omitempty"`
	Previous Digest     `json:"previous"`
	Digest   Digest     `json:"digest"`
}

// A Digest is a SHA-256, written in hexadecimal.
type Digest [sha256.Size]byte

// String is d in hexadecimal.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// MarshalText writes d in hexadecimal.
func (d Digest) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (d *Digest) UnmarshalText(text []byte) error {
	if len(text) != 2*len(d) {
		return fmt.Errorf("digest %.70q: expected %d hexadecimal digits: %w", text, 2*len(d), ErrInvalid)
	}
	if _, err := hex.Decode(d[:], text); err != nil {
		return fmt.Errorf("digest %.70q: %w: %w", text, err, ErrInvalid)
	}
	return nil
}

// Sum is the digest that e must have: the SHA-256 of e as JSON (the names and the
// order of this struct, no digest of its own: 64 zeros). Previous is part of it.
func (e ErasureEntry) Sum() Digest {
	e.Digest = Digest{}
	e.At = e.At.UTC().Truncate(time.Microsecond)
	b, err := json.Marshal(e)
	if err != nil {
		panic(fmt.Sprintf("erasure: %v", err)) // strings and numbers
	}
	return sha256.Sum256(b)
}

// CheckErasureLog checks that the log is one chain from its first line on, and says at
// which line it is not. With a digest that was noted earlier, as a receipt of it or a
// copy elsewhere, that one must be in it: a log cut off or written anew as a
// whole has it no more.
func CheckErasureLog(log []ErasureEntry, noted *Digest) error {
	var last Digest
	found := noted == nil
	for i, e := range log {
		switch {
		case e.Number != int64(i)+1:
			return fmt.Errorf("log of erasures: line %d has the number %d: lines are missing, or were put in: %w", i+1, e.Number, ErrInvalid)
		case e.Previous != last:
			return fmt.Errorf("log of erasures: line %d does not follow line %d: one of them was changed: %w", e.Number, e.Number-1, ErrInvalid)
		case e.Sum() != e.Digest:
			return fmt.Errorf("log of erasures: line %d, of %s, was changed: its digest is not that of what it says: %w", e.Number, e.At.UTC().Format(time.RFC3339), ErrInvalid)
		}
		last = e.Digest
		found = found || last == *noted
	}
	if !found {
		return fmt.Errorf("log of erasures: no line has the digest %s: the log was cut off or written anew since that was noted: %w", noted, ErrInvalid)
	}
	return nil
}
