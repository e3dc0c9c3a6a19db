package catalog

import "errors"

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
