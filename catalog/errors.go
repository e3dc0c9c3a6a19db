package catalog

import (
	"errors"
	"fmt"
	"time"
)

// The kinds of error that callers tell apart with errors.Is. What is wrong and
// where is in the text of the error that wraps one of these.
var (
	// ErrNotFound: there is no such record, source, run or collection.
	ErrNotFound = errors.New("not found")
	// ErrWithdrawn: there was one, and it has been withdrawn.
	ErrWithdrawn = errors.New("withdrawn")
	// ErrInvalid: what the caller or the source gave cannot be used. In a
	// harvest it concerns one description, and the harvest goes on.
	ErrInvalid = errors.New("invalid")
	// ErrExists: the name is taken.
	ErrExists = errors.New("already exists")
	// ErrFailedListing: the source could not be read to its end, so nothing may
	// be concluded from what is missing.
	ErrFailedListing = errors.New("listing failed")
)

// A WithdrawnError is ErrWithdrawn with when and why.
type WithdrawnError struct {
	ID            string
	At            time.Time
	SourceRemoved bool   // its whole source was taken out of the catalogue
	Successor     string // id of the record that took its place, "" for none
}

func (e *WithdrawnError) Error() string {
	reason := "its source no longer lists it"
	if e.Successor != "" {
		reason = "see " + e.Successor
	} else if e.SourceRemoved {
		reason = "its source was removed from the catalogue"
	}
	return fmt.Sprintf("record %s was withdrawn on %s: %s", e.ID, e.At.Format(time.DateOnly), reason)
}

// Unwrap makes a WithdrawnError an ErrWithdrawn.
func (e *WithdrawnError) Unwrap() error { return ErrWithdrawn }

// A MergedError says that a record is the same as another, where its address leads.
type MergedError struct{ ID, Into string }

func (e *MergedError) Error() string {
	return fmt.Sprintf("record %s is the same as %s", e.ID, e.Into)
}

// Unwrap makes a MergedError an ErrWithdrawn: there is no record of that id any more.
func (e *MergedError) Unwrap() error { return ErrWithdrawn }
